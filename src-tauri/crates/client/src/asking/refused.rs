//! What a desk refuses, at the place in the form where it can be put right.

use crate::view::{FormPlace, RefusedField};
use accounts::{Edit, Wish};
use desk::{Error, Field};
use institutions::Profile;

/// What `error` says, one reason to a line, each after what it is about; and the same at its places in the form, as far as
/// the desk names any.
pub(super) fn told(error: &Error, wish: &Wish, profile: &Profile) -> (String, Vec<RefusedField>) {
    let about = |at: &str| name(at, wish, profile);
    let fields = if let Error::Refused { fields, .. } = error { fields.as_slice() } else { &[] };
    let here = |field: &Field| {
        let at = place(&field.at, wish)?;
        (!field.detail.is_empty()).then(|| RefusedField { at, text: led(field, about) })
    };
    (words_of(error, about), fields.iter().filter_map(here).collect())
}

/// A desk's own words, one reason to a line, each after what it is `about`. Empty where it gave none.
pub(super) fn words_of(error: &Error, about: impl Fn(&str) -> Option<String>) -> String {
    let (detail, fields) = match error {
        Error::Refused { detail, fields, .. } => (detail, fields.as_slice()),
        Error::RefusedAsTaken { detail } => (detail, [].as_slice()),
        _ => return String::new(),
    };
    let said: Vec<_> =
        fields.iter().filter(|field| !field.detail.is_empty()).map(|field| led(field, &about)).collect();
    let words = if said.is_empty() { detail.clone() } else { said.join("\n") };
    words.chars().take(2000).collect()
}

/// What is said at one place, after what that is `about`: a desk may name it by itself.
fn led(field: &Field, about: impl Fn(&str) -> Option<String>) -> String {
    match about(&field.at) {
        Some(name) if !field.detail.contains(&name) => led_by(&name, &field.detail),
        _ => field.detail.clone(),
    }
}

fn led_by(name: &str, detail: &str) -> String {
    let ends = name.ends_with(['?', '.', '!', ':']);
    format!("{name}{} {detail}", if ends { "" } else { ":" })
}

/// Where a path such as `wish.changes.0.edit.to` is filled in.
fn place(at: &str, wish: &Wish) -> Option<FormPlace> {
    if let Some(question) = at.strip_prefix("wish.answers.") {
        return Some(FormPlace::Answer { question: question.to_owned() });
    }
    match at {
        "accepted" => Some(FormPlace::Policy),
        "note" => Some(FormPlace::Note),
        _ => Some(match edit_at(at, wish)? {
            Edit::Access { to, .. } => FormPlace::Person { id: to.who.id.clone() },
            Edit::Owner { .. } => FormPlace::Owner,
            Edit::Kind { .. } => FormPlace::Kind,
            Edit::Username { .. } => FormPlace::Username,
            Edit::DisplayName { .. } => FormPlace::DisplayName,
            Edit::Expires { .. } => FormPlace::Ends,
            Edit::State { .. } => return None,
        }),
    }
}

/// What a path such as `wish.changes.0.edit.to` is of.
fn edit_at<'w>(at: &str, wish: &'w Wish) -> Option<&'w Edit> {
    let nth = at.strip_prefix("wish.changes.")?.split('.').next()?;
    wish.edits.get(nth.parse::<usize>().ok()?)
}

/// Whom or what a place is about: a person, a name, or a question of the institution.
fn name(at: &str, wish: &Wish, profile: &Profile) -> Option<String> {
    if let Some(FormPlace::Answer { question }) = place(at, wish) {
        let form = profile.request(wish.kind)?.form.as_ref()?;
        return form.questions().into_iter().find(|asked| asked.id == question).map(|asked| asked.title);
    }
    match edit_at(at, wish)? {
        Edit::Access { to, .. } | Edit::Owner { to } => Some(to.who.name.clone()),
        Edit::Username { username: name } | Edit::DisplayName { name } => Some(name.clone()),
        Edit::Kind { .. } | Edit::State { .. } | Edit::Expires { .. } => None,
    }
}

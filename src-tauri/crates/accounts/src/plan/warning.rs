//! What to think of before a wish is sent.

use super::{Act, LARGE_TO_OPEN_BY_ITSELF, PlanLine, Rules};
use crate::{
    Account, Answer, Edit, MANY_PEOPLE, Meaning, Outcome, PrincipalKind, RequestKind, RightId, Wish,
};
use serde::Serialize;
use ts_rs::TS;
use unicode_security::{GeneralSecurityProfile, MixedScript};

/// What to think of before it is sent. None of them forbids sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "what")]
pub enum Warning {
    /// Can send, cannot read the answers.
    SendsWithoutReading {
        name: String,
    },
    /// Holds both rights to send: the one "on behalf" has no effect.
    BothWaysToSend {
        name: String,
    },
    /// Opens by itself and cannot be read.
    OpensNothing {
        name: String,
    },
    /// A group's members do not get it opened by itself.
    OpensByItselfForGroup {
        name: String,
    },
    OpensByItselfAndLarge {
        #[ts(type = "number")]
        bytes: u64,
    },
    /// More people afterwards than the mail service vouches for.
    ManyPeople {
        #[ts(type = "number")]
        count: usize,
    },
    /// The address list leaves the account out: whoever is added cannot open it.
    HiddenFromAddressList,
    HasLeft {
        name: String,
    },
    /// The desk says that they may not be given access.
    NotEntitled {
        name: String,
    },
    /// The desk gave no answer to whether they may be given access.
    EntitlementNotKnown {
        names: Vec<String>,
    },
    /// The name or address has letters that look like those of another script: it can be taken for another one.
    LooksAlike {
        name: String,
    },
    /// Of those who have access nobody reads what comes in.
    NobodyReads,
    /// The account ends before the day on which it ends now.
    EndsSooner,
}

pub(super) fn warnings(
    before: &Account,
    after: &Account,
    wish: &Wish,
    lines: &[PlanLine],
    rules: &Rules,
) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut opens_for_somebody = false;
    for line in lines.iter().filter(|line| line.act != Act::Remove) {
        let name = || line.to.who.name.clone();
        match line.outcome {
            Outcome::SendsCannotRead => found.push(Warning::SendsWithoutReading { name: name() }),
            Outcome::ReadsAndWritesAsBoth => found.push(Warning::BothWaysToSend { name: name() }),
            Outcome::OpensNothing => found.push(Warning::OpensNothing { name: name() }),
            _ => {}
        }
        let gained = |right: &&RightId| !line.before.contains(right);
        let gained: Vec<_> = line.after.iter().filter(gained).cloned().collect();
        if rules.meanings(&gained).contains(&Meaning::OpensByItself) {
            if line.to.kind == PrincipalKind::Group {
                found.push(Warning::OpensByItselfForGroup { name: name() });
            } else {
                opens_for_somebody = true;
            }
        }
        if line.to.who.has_left {
            found.push(Warning::HasLeft { name: name() });
        }
    }
    if let Some(size) = after.size.filter(|size| opens_for_somebody && size.bytes >= LARGE_TO_OPEN_BY_ITSELF)
    {
        found.push(Warning::OpensByItselfAndLarge { bytes: size.bytes });
    }
    let adds = lines.iter().any(|line| line.act == Act::Add);
    let count = after.access.grants().len();
    if adds && count > MANY_PEOPLE {
        found.push(Warning::ManyPeople { count });
    }
    if adds && after.hidden_from_address_list == Some(true) {
        found.push(Warning::HiddenFromAddressList);
    }
    let new_owner = wish.edits.iter().find_map(|edit| match edit {
        Edit::Owner { to } => Some(to),
        _ => None,
    });
    if let Some(owner) = new_owner.filter(|owner| owner.who.has_left) {
        found.push(Warning::HasLeft { name: owner.who.name.clone() });
    }
    // Whoever read it with the password reads it no more, so that before counts for nothing.
    let somebody_read = readers(before, rules) > 0 || wish.kind == RequestKind::RemovePassword;
    if somebody_read && readers(after, rules) == 0 {
        found.push(Warning::NobodyReads);
    }
    let shown = wish.edits.iter().find_map(|edit| match edit {
        Edit::DisplayName { name } => Some(name),
        _ => None,
    });
    if let Some(name) = shown.filter(|name| is_masked(name)) {
        found.push(Warning::LooksAlike { name: name.clone() });
    }
    found.extend(alike_in_answers(wish).map(|text| Warning::LooksAlike { name: text.to_owned() }));
    if let (Some(now), Some(then)) = (before.expires, after.expires)
        && then < now
    {
        found.push(Warning::EndsSooner);
    }
    found
}

/// Whether a text's words hold letters of scripts that are not written together in any language (UTS 39 section 5.1), each
/// word by itself: an English name may well have a Greek word beside it.
fn mixes_scripts(text: &str) -> bool {
    text.split_whitespace().any(|word| !word.is_single_script())
}

/// Whether a name can be taken for another one: each word by itself, by its letters and digits alone. Dashes and quotation marks
/// as they are set in print pretend nothing.
fn is_masked(name: &str) -> bool {
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    mixes_scripts(name) || name.split_whitespace().any(|word| poses_as_plain(&letters(word)))
}

/// What in the answers can be taken for something else: addresses, and whoever is to book, by whatever name. Mail goes where the
/// letters lead, not where they seem to.
fn alike_in_answers(wish: &Wish) -> impl Iterator<Item = &str> {
    let texts = wish.answers.values().filter_map(|answer| match answer {
        Answer::Text(text) => Some(text.as_str()),
        Answer::YesNo(_) | Answer::Number(_) => None,
    });
    let parts =
        texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>')));
    // Quotation marks and the end of a sentence are no part of it.
    let parts = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
    // What a booking is asked in words is whom it lets in.
    let lists_people = wish.kind == RequestKind::SetBooking;
    parts.filter(
        move |part| if part.contains('@') { is_disguised(part) } else { lists_people && is_masked(part) },
    )
}

/// Whether an address can be taken for another one: each side and each label by itself, since a name may well stand before a
/// domain in another alphabet. No address has marks that only look like its own.
fn is_disguised(address: &str) -> bool {
    address.split(['@', '.']).any(|piece| !piece.is_single_script() || poses_as_plain(piece))
}

/// Whether a piece looks as if it were written in plain letters, and is not (UTS 39 section 4). Letters of languages that are
/// written in Latin, as in "œuvre", pretend nothing.
fn poses_as_plain(piece: &str) -> bool {
    let is_used = |c: char| c.is_ascii() || c.identifier_allowed();
    let is_latin = || format!("a{piece}").is_single_script() && piece.chars().all(is_used);
    let looks_plain = |c: char| c.is_ascii() || LOOK_PLAIN.iter().any(|range| range.contains(&c));
    !piece.is_ascii() && piece.chars().all(looks_plain) && !is_latin()
}

// `LOOK_PLAIN`: characters beyond ASCII that can be taken for some of it, or for nothing at all. Of the standard's table that is
// all that is asked for here, and a small part of its size.
include!(concat!(env!("OUT_DIR"), "/look_plain.rs"));

fn readers(account: &Account, rules: &Rules) -> usize {
    let reads = |rights: &[RightId]| rules.meanings(rights).contains(&Meaning::Read);
    account.access.grants().iter().filter(|grant| reads(&grant.rights)).count()
}

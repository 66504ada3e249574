//! What can be asked for: each request once, for kinds that there are, with a form that can be shown and answered.

use super::{Findings, shape};
use crate::{
    Advice, Kind, Profile, Request, Usage,
    form::{Form, Property, PropertyType},
};
use accounts::{Asker, KindId, Proof, REASON, RequestKind};
use std::collections::HashSet;

pub(super) fn check(profile: &Profile, findings: &mut Findings<'_, '_>) {
    let mut seen = HashSet::new();
    for (index, request) in profile.requests.iter().enumerate() {
        let at = format!("request/{index}");
        let name = request.kind.name();
        if !seen.insert(request.kind) {
            let wrong = format!("\"{name}\" is the `kind` of two `[[request]]` entries");
            findings.add(&format!("{at}/kind"), wrong, "Keep one of the two");
        }
        who(&request.who, &at, findings);
        kinds(profile, request, &at, findings);
        becomes(profile, request, &at, findings);
        if request.kind == RequestKind::ChangeAccess && profile.rights.is_empty() {
            let wrong = "Access can be asked for here, but no right is defined that could be given";
            let right = "Define each right in a `[[right]]`, or leave this request out";
            findings.add(&format!("{at}/kind"), wrong, right);
        }
        if request.campus_network && profile.campus_network.is_none() {
            let right = "Add a table that begins with `[campus-network]`, or leave this line out";
            let wrong = "Nothing says how to get onto the campus network";
            findings.add(&format!("{at}/campus-network"), wrong, right);
        }
        if request.proof == Proof::Answer && request.kind != RequestKind::AskDesk {
            let wrong = format!("\"{name}\" is carried out: an answer is no proof of that");
            findings.add(&format!("{at}/proof"), wrong, "Write \"record\", \"tried\" or \"word\"");
        }
        name_proof(request, &at, findings);
        teams(profile, request, &at, findings);
        policy(profile, request, &at, findings);
        reason(profile, request, &at, findings);
        if let Some(asked) = &request.form {
            form(asked, &format!("{at}/form"), findings);
            for (id, property) in &asked.properties {
                let at = format!("{at}/form/properties/{id}/x-kinds");
                some_kinds(profile, request, &property.kinds, &at, findings);
            }
        }
    }
}

/// A name is changed by one kind of request, and stands by itself only where something else could be asked for with it.
fn name_proof(request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    let at = format!("{at}/name-proof");
    match request.name_proof {
        Some(_) if request.kind != RequestKind::SetDetails || request.form.is_none() => {
            let wrong =
                format!("\"{}\" has no name beside which something else is asked for", request.kind.name());
            findings.add(&at, wrong, "Leave this line out: `proof` says it");
        }
        Some(Proof::Answer) => {
            let right = "Write \"record\", \"tried\" or \"word\"";
            findings.add(&at, "A name is changed: an answer is no proof of that", right);
        }
        _ => {}
    }
}

fn who(who: &[Asker], at: &str, findings: &mut Findings<'_, '_>) {
    if who.is_empty() {
        let right = "Name at least one, or leave the request out";
        findings.add(&format!("{at}/who"), "Nobody may send this request", right);
    }
    for (index, asker) in who.iter().enumerate() {
        if who.iter().take(index).any(|earlier| earlier == asker) {
            findings.add(&format!("{at}/who/{index}"), "Somebody is listed twice", "List each once");
        }
    }
}

fn kinds(profile: &Profile, request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    for (index, id) in request.account_kinds.iter().enumerate() {
        let at = format!("{at}/account-kinds/{index}");
        if request.account_kinds.iter().take(index).any(|earlier| earlier == id) {
            findings.add(&at, format!("\"{id}\" is listed twice"), "List each kind once");
        }
        let Some(kind) = known(profile, id, &at, findings) else { continue };
        if request.kind == RequestKind::ChangeAccess && kind.used_by == Usage::SharedSignIn {
            let right = "Leave it out: whoever knows its password uses it";
            findings.add(&at, format!("Nobody is a delegate of \"{id}\""), right);
        }
        if request.kind == RequestKind::RemovePassword && !kind.sign_in {
            findings.add(&at, format!("\"{id}\" has no password to remove"), "Leave it out");
        }
    }
}

/// Groups that ask for some kinds of a new account, each kind by one of them.
fn teams(profile: &Profile, request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    let mut seen = HashSet::new();
    for (index, team) in request.teams.iter().enumerate() {
        let at = format!("{at}/team/{index}");
        if request.kind != RequestKind::NewAccount {
            let right = "Leave it out: only a \"new-account\" is asked for by a group";
            findings.add(&format!("{at}/name"), "This request is about an account that has an owner", right);
        }
        if team.account_kinds.is_empty() {
            let right = "List at least one, or leave the group out";
            findings.add(
                &format!("{at}/account-kinds"),
                "Nothing says which kinds this group asks for",
                right,
            );
        }
        for (place, id) in team.account_kinds.iter().enumerate() {
            let at = format!("{at}/account-kinds/{place}");
            if !seen.insert(id) {
                findings.add(&at, format!("\"{id}\" is listed twice"), "Let one group ask for each kind");
            }
            if known(profile, id, &at, findings).is_some() && !may_be(request, id) {
                let right = "Add it to `account-kinds` of the request, or leave it out";
                findings.add(&at, format!("\"{id}\" cannot be asked for here"), right);
            }
        }
    }
}

fn policy(profile: &Profile, request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    let at = format!("{at}/policy-kinds");
    if request.policy.is_none() && !request.policy_kinds.is_empty() {
        let right = "Add a line that begins with `policy =`, or leave this one out";
        findings.add(&at, "Nothing says what has to be accepted for these kinds", right);
    }
    some_kinds(profile, request, &request.policy_kinds, &at, findings);
}

/// Kinds for which something of a request holds: each once, and one that an account of that request can be of afterwards.
fn some_kinds(
    profile: &Profile,
    request: &Request,
    kinds: &[KindId],
    at: &str,
    findings: &mut Findings<'_, '_>,
) {
    for (index, id) in kinds.iter().enumerate() {
        let at = format!("{at}/{index}");
        if kinds.iter().take(index).any(|earlier| earlier == id) {
            findings.add(&at, format!("\"{id}\" is listed twice"), "List each kind once");
        }
        if known(profile, id, &at, findings).is_some() && !may_be(request, id) {
            let right = "Leave it out: no account that this request is for is of that kind afterwards";
            findings.add(&at, format!("This request is never about \"{id}\""), right);
        }
    }
}

/// Whether an account that a request is for can be of that kind afterwards.
fn may_be(request: &Request, kind: &KindId) -> bool {
    match &request.becomes {
        Some(becomes) => becomes == kind,
        None => request.account_kinds.is_empty() || request.account_kinds.contains(kind),
    }
}

/// The kind that `id` names. What is empty has been told already.
fn known<'p>(
    profile: &'p Profile,
    id: &KindId,
    at: &str,
    findings: &mut Findings<'_, '_>,
) -> Option<&'p Kind> {
    let kind = profile.kind(id);
    if kind.is_none() && !id.as_str().trim().is_empty() {
        let ids: Vec<_> = profile.kinds.iter().map(|kind| kind.id.as_str()).collect();
        let right = format!("Use one of {}, or add a `[[kind]]` with that id", shape::quoted(&ids));
        findings.add(at, format!("No kind of account has the id \"{id}\""), right);
    }
    kind
}

/// Removing a password makes another kind of account; nothing else does.
fn becomes(profile: &Profile, request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    let removes = request.kind == RequestKind::RemovePassword;
    let path = format!("{at}/becomes");
    match &request.becomes {
        None if removes => {
            let right = "Add a line that begins with `becomes =`, with the id of a kind without a sign-in";
            findings.add(&format!("{at}/kind"), "Nothing says what the account becomes", right);
        }
        Some(_) if !removes => {
            let right = "Leave it out: only \"remove-password\" makes another kind of account";
            findings.add(&path, "This request does not change what kind an account is", right);
        }
        Some(id) => {
            if let Some(kind) = known(profile, id, &path, findings).filter(|kind| kind.sign_in) {
                let wrong = format!("\"{}\" has a password as well", kind.id);
                findings.add(&path, wrong, "Name a kind with `sign-in = false`");
            }
        }
        None => {}
    }
    if removes && request.account_kinds.is_empty() {
        let right = "Add a line that begins with `account-kinds =`, with the kinds that have a password";
        findings.add(&format!("{at}/kind"), "Nothing says which kinds have a password to remove", right);
    }
}

/// A discouraged kind is given for a reason only, so there has to be a place for it.
fn reason(profile: &Profile, request: &Request, at: &str, findings: &mut Findings<'_, '_>) {
    if request.kind != RequestKind::NewAccount {
        return;
    }
    let offered = |kind: &&Kind| request.account_kinds.is_empty() || request.account_kinds.contains(&kind.id);
    let exceptional =
        || profile.kinds.iter().filter(offered).filter(|kind| kind.advice == Advice::Discouraged);
    let asked = request.form.as_ref().and_then(|form| form.properties.get(REASON));
    match (exceptional().next(), asked) {
        (Some(kind), None) => {
            let wrong = format!("\"{}\" is discouraged, but no question asks why it is wanted", kind.id);
            let right = format!("Add the question `{REASON}`, of type \"string\", to the form");
            findings.add(&format!("{at}/kind"), wrong, right);
        }
        (Some(_), Some(property)) if property.kind != PropertyType::String => {
            let path = format!("{at}/form/properties/{REASON}/type");
            findings.add(&path, "A reason is given in words", "Set `type = \"string\"`");
        }
        (Some(_), Some(property)) => {
            if let Some(kind) = exceptional().find(|kind| !property.is_for(Some(&kind.id))) {
                let wrong = format!("\"{}\" is discouraged, but is not asked why it is wanted", kind.id);
                let path = format!("{at}/form/properties/{REASON}/x-kinds");
                findings.add(&path, wrong, "Add it here, or leave this line out");
            }
        }
        _ => {}
    }
}

fn form(form: &Form, at: &str, findings: &mut Findings<'_, '_>) {
    if form.properties.is_empty() {
        let right = "Add a question as `[request.form.properties.name]`, or leave the form out";
        findings.add(at, "This form asks nothing", right);
    }
    for (field, ids) in [("required", &form.required), ("property-order", &form.property_order)] {
        for (index, id) in ids.iter().enumerate() {
            let at = format!("{at}/{field}/{index}");
            if ids.iter().take(index).any(|earlier| earlier == id) {
                findings.add(
                    &at,
                    format!("\"{id}\" is listed twice in `{field}`"),
                    "List each question once",
                );
            } else if !form.properties.contains_key(id) && !id.trim().is_empty() {
                let ids: Vec<_> = form.properties.keys().map(String::as_str).collect();
                let right = format!("Use the names of questions: {}", shape::quoted(&ids));
                findings.add(
                    &at,
                    format!("`{field}` names \"{id}\", which is no question of this form"),
                    right,
                );
            }
        }
    }
    for (id, property) in &form.properties {
        let at = format!("{at}/properties/{id}");
        findings.id(&at, id);
        question(property, &at, findings);
    }
    needs(form, at, findings);
    let naming = form.properties.iter().filter(|(_, property)| property.names == Some(true));
    for (place, (id, property)) in naming.enumerate() {
        let at = format!("{at}/properties/{id}/x-title");
        if place > 0 {
            let wrong = "Two questions of this form have `x-title`";
            findings.add(&at, wrong, "Leave it with the one whose answer a request is called by");
        } else if property.long == Some(true) {
            let wrong = "A request cannot be called by a text of several lines";
            findings.add(&at, wrong, "Leave `x-title` or `x-long` out");
        }
    }
}

/// What a choice needs answered is another question of the form.
fn needs(form: &Form, at: &str, findings: &mut Findings<'_, '_>) {
    for (id, property) in &form.properties {
        for (index, choice) in property.one_of.iter().flatten().enumerate() {
            let Some(needed) = choice.needs.as_ref().filter(|needed| !needed.trim().is_empty()) else {
                continue;
            };
            let at = format!("{at}/properties/{id}/oneOf/{index}/x-needs");
            if needed == id {
                let right = "Name another question, or leave it out";
                findings.add(&at, "A choice cannot need the question that it answers", right);
            } else if !form.properties.contains_key(needed) {
                let others = form.properties.keys().map(String::as_str).filter(|other| other != id);
                let right =
                    format!("Use the name of a question: {}", shape::quoted(&others.collect::<Vec<_>>()));
                let wrong = format!("`x-needs` names \"{needed}\", which is no question of this form");
                findings.add(&at, wrong, right);
            }
        }
    }
}

/// Which sort of question it is, for which keywords go with it.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Text,
    Choice,
    Day,
    YesNo,
    Number,
}

fn question(property: &Property, at: &str, findings: &mut Findings<'_, '_>) {
    let sort = match property.kind {
        PropertyType::Boolean => Sort::YesNo,
        PropertyType::Integer => Sort::Number,
        PropertyType::String if property.values.is_some() || property.one_of.is_some() => Sort::Choice,
        PropertyType::String if property.format.is_some() => Sort::Day,
        PropertyType::String => Sort::Text,
    };
    let keywords = [
        ("enum", property.values.is_some(), Sort::Choice),
        ("oneOf", property.one_of.is_some(), Sort::Choice),
        ("maxLength", property.max_length.is_some(), Sort::Text),
        ("pattern", property.pattern.is_some(), Sort::Text),
        ("x-long", property.long.is_some(), Sort::Text),
        ("x-title", property.names.is_some(), Sort::Text),
        ("format", property.format.is_some(), Sort::Day),
        ("minimum", property.minimum.is_some(), Sort::Number),
        ("maximum", property.maximum.is_some(), Sort::Number),
    ];
    for (keyword, _, fits) in keywords.iter().filter(|(_, given, fits)| *given && *fits != sort) {
        let what = match fits {
            Sort::Text => "a text without choices, of type \"string\"",
            Sort::Choice => "a choice, of type \"string\"",
            Sort::Day => "a day, of type \"string\" and without choices",
            Sort::YesNo => "yes or no, of type \"boolean\"",
            Sort::Number => "a number, of type \"integer\"",
        };
        let wrong = format!("`{keyword}` does not go with this sort of question");
        findings.add(&format!("{at}/{keyword}"), wrong, format!("Leave it out: it is for {what}"));
    }
    if !property.pattern_is_sound() {
        let right = "Write it as in JSON Schema, without looking ahead or back and without `\\p`";
        findings.add(&format!("{at}/pattern"), "`pattern` is not a regular expression", right);
    }
    if property.max_length == Some(0) {
        findings.add(&format!("{at}/maxLength"), "`maxLength` is 0", "Give at least 1");
    }
    if let (Some(min), Some(max)) = (property.minimum, property.maximum)
        && max < min
    {
        let wrong = format!("`maximum` is {max}, less than `minimum`, which is {min}");
        findings.add(&format!("{at}/maximum"), wrong, "Give the largest number as `maximum`");
    }
    choices(property, at, findings);
}

fn choices(property: &Property, at: &str, findings: &mut Findings<'_, '_>) {
    if property.values.is_some() && property.one_of.is_some() {
        let wrong = "The choices are given twice, as `enum` and as `oneOf`";
        findings.add(&format!("{at}/oneOf"), wrong, "Keep one of the two");
    }
    let bare = property.values.iter().map(|values| values.iter().map(String::as_str).collect());
    let titled =
        property.one_of.iter().map(|choices| choices.iter().map(|choice| choice.value.as_str()).collect());
    let lists = bare.map(|list: Vec<_>| ("enum", list)).chain(titled.map(|list| ("oneOf", list)));
    for (keyword, values) in lists {
        if values.is_empty() {
            let right = "List what there is to choose from";
            findings.add(&format!("{at}/{keyword}"), "There is nothing to choose from", right);
        }
        for (index, value) in values.iter().enumerate() {
            if values.iter().take(index).any(|earlier| earlier == value) {
                let wrong = format!("\"{value}\" can be chosen twice");
                findings.add(
                    &format!("{at}/{keyword}/{index}"),
                    wrong,
                    "Give each choice a value of its own",
                );
            }
        }
    }
}

//! What the trail says of each step.

use super::fact::{Changed, Fact, Gone, Who};
use super::wire::AskedWish;
use crate::scim::Impossible;
use accounts::{Answer, RequestKind};

pub(super) const BY_ITSELF: &str = "Decided by the practice desk.";
pub(super) const ACCOUNT_GONE: &str = "The account is no longer there.";
pub(super) const WITHDRAWN: &str = "Withdrawn.";
pub(super) const CONFIRMED: &str = "Read back from the record: as asked.";

/// What is asked for, whole: the trail has to show it even if the request itself were changed.
pub(super) fn received(label: &str, wish: &AskedWish, accepted: bool) -> String {
    let facts = wish.changes.iter().map(|change| fact(&change.edit));
    let answers = wish.answers.iter().map(|(question, answer)| format!("{question}: {}", said(answer)));
    let accepted = accepted.then(|| "policy accepted".to_owned());
    let all: Vec<_> = facts.chain(answers).chain(accepted).collect();
    let title = title(label, wish.kind);
    if all.is_empty() { format!("{title}.") } else { format!("{title}: {}.", all.join("; ")) }
}

fn title(label: &str, kind: RequestKind) -> String {
    match kind {
        RequestKind::NewAccount => format!("New account {label}"),
        RequestKind::ChangeAccess => format!("Access to {label}"),
        RequestKind::RemovePassword => format!("Password of {label} to be removed"),
        RequestKind::HandOver => format!("{label} to be handed over"),
        RequestKind::Activate => format!("{label} to be activated"),
        RequestKind::SetDetails => format!("Details of {label}"),
        RequestKind::SetBooking => format!("Booking of {label}"),
        RequestKind::Renew => format!("{label} to be renewed"),
        RequestKind::Close => format!("{label} to be closed"),
        RequestKind::AskDesk if label.is_empty() => "To the desk".to_owned(),
        RequestKind::AskDesk => format!("To the desk about {label}"),
    }
}

fn fact(fact: &Fact<Who>) -> String {
    match fact {
        Fact::Access { to, rights } if rights.is_empty() => format!("{}: no access", who(to)),
        Fact::Access { to, rights } => format!("{}: {}", who(to), rights.join(", ")),
        Fact::Owner { to } => format!("owner: {}", who(to)),
        Fact::Kind { kind } => format!("kind: {kind}"),
        Fact::Username { username } => format!("username: {username}"),
        Fact::DisplayName { name } => format!("name: {name}"),
        Fact::State { state } => format!("state: {}", state.name()),
        Fact::Expires { at } => format!("ends: {at}"),
    }
}

fn who(who: &Who) -> String {
    match &who.user_name {
        Some(username) => format!("{} ({username})", who.display),
        None => who.display.clone(),
    }
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::YesNo(true) => "yes".to_owned(),
        Answer::YesNo(false) => "no".to_owned(),
        Answer::Number(number) => number.to_string(),
        Answer::Text(text) => text.clone(),
    }
}

pub(super) fn questioned(text: &str) -> String {
    format!("Question: {text}")
}

pub(super) fn answered(text: &str) -> String {
    format!("Answer: {text}")
}

pub(super) fn approved(reason: &str) -> String {
    if reason.is_empty() { "Approved.".to_owned() } else { format!("Approved. {reason}") }
}

/// `changed`: what had changed since it was asked for.
pub(super) fn approved_despite(changed: &[Changed], reason: &str) -> String {
    let text = "Approved although the account had changed since this was asked for.".to_owned();
    let parts =
        [text].into_iter().chain(is_now(changed)).chain((!reason.is_empty()).then(|| reason.to_owned()));
    parts.collect::<Vec<_>>().join(" ")
}

/// Why the desk does not approve by itself.
pub(super) fn escalated(changed: &[Changed]) -> String {
    let text = "Not approved by the desk itself: the account has changed since this was asked for.";
    left_for_people(text, changed)
}

/// Why what was approved does not take effect.
pub(super) fn reopened(changed: &[Changed]) -> String {
    left_for_people("Not put into effect: the account has changed since this was approved.", changed)
}

fn left_for_people(why: &str, changed: &[Changed]) -> String {
    let parts = [why.to_owned()].into_iter().chain(is_now(changed));
    parts.chain(["Somebody has to decide.".to_owned()]).collect::<Vec<_>>().join(" ")
}

fn is_now(changed: &[Changed]) -> Option<String> {
    let told = changed.iter().map(|changed| match changed {
        Changed::Now(now) => fact(now),
        Changed::Gone(gone) => absent(*gone).to_owned(),
    });
    let told: Vec<_> = told.collect();
    (!told.is_empty()).then(|| format!("It is now: {}.", told.join("; ")))
}

fn absent(gone: Gone) -> &'static str {
    match gone {
        Gone::Owner => "no owner",
        Gone::Kind => "no kind",
        Gone::Username => "no username",
        Gone::DisplayName => "no name",
        Gone::State => "state not known",
        Gone::Expires => "no end",
    }
}

pub(super) fn refused(reason: &str) -> String {
    format!("Refused. {reason}")
}

pub(super) fn applied(label: &str, wish: &AskedWish) -> String {
    let people = wish.changes.iter().filter(|change| matches!(change.edit, Fact::Access { .. })).count();
    let facts = wish.changes.len() - people;
    let people = match people {
        0 => None,
        1 => Some("access of 1 person or group".to_owned()),
        many => Some(format!("access of {many} people or groups")),
    };
    let facts = match facts {
        0 => None,
        1 => Some("1 fact".to_owned()),
        many => Some(format!("{many} facts")),
    };
    let parts: Vec<_> = facts.into_iter().chain(people).collect();
    match (wish.kind, parts.is_empty()) {
        (_, true) => "Done by the desk. The record does not show it.".to_owned(),
        (RequestKind::NewAccount, false) => format!("{label} made: {}.", parts.join(", ")),
        (_, false) => format!("{label} changed: {}.", parts.join(", ")),
    }
}

/// Why what was approved came to nothing after all.
pub(super) fn impossible(why: &Impossible) -> String {
    match why {
        Impossible::Gone { name } => format!("{name} is no longer in the directory."),
        Impossible::Taken => "The username is taken by now.".to_owned(),
        Impossible::Refused { why } => format!("The directory does not take it: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn asked(kind: &str, edits: &[Value], answers: &Value) -> AskedWish {
        let changes: Vec<_> = edits.iter().map(|edit| json!({"edit": edit, "was": null})).collect();
        serde_json::from_value(json!({"kind": kind, "changes": changes, "answers": answers})).unwrap()
    }

    #[test]
    fn the_trail_says_all_that_was_asked() {
        let nell = json!({"value": "p", "type": "Person", "display": "Nell Ashby", "userName": "hist0200"});
        let desk = json!({"value": "g", "type": "Group", "display": "Front desk"});
        let access = |to: &Value, rights: Value| json!({"what": "access", "to": to, "rights": rights});
        let rows = [
            (
                asked(
                    "new-account",
                    &[
                        json!({"what": "username", "username": "eartclub"}),
                        json!({"what": "kind", "kind": "mailbox-only"}),
                        json!({"what": "display-name", "name": "Earth Club"}),
                        json!({"what": "owner", "to": nell}),
                        json!({"what": "expires", "at": "2027-01-31T23:59:59Z"}),
                    ],
                    &json!({"reason": "For the club"}),
                ),
                "New account a: username: eartclub; kind: mailbox-only; name: Earth Club; owner: Nell Ashby (hist0200); \
                 ends: 2027-01-31T23:59:59Z; reason: For the club.",
            ),
            (
                asked(
                    "change-access",
                    &[access(&nell, json!(["full-access", "send-as"])), access(&desk, json!([]))],
                    &json!({}),
                ),
                "Access to a: Nell Ashby (hist0200): full-access, send-as; Front desk: no access.",
            ),
            (
                asked(
                    "close",
                    &[json!({"what": "state", "state": "suspended"})],
                    &json!({"keep": false, "days": 30}),
                ),
                "a to be closed: state: suspended; days: 30; keep: no.",
            ),
            (asked("ask-desk", &[], &json!({})), "To the desk about a."),
        ];
        for (wish, expected) in rows {
            assert_eq!(received("a", &wish, false), expected);
        }
        let close = asked("close", &[json!({"what": "state", "state": "suspended"})], &json!({}));
        let accepted = received("a", &close, true);
        assert_eq!(accepted, "a to be closed: state: suspended; policy accepted.");
    }

    #[test]
    fn an_approval_says_what_it_was_made_in_spite_of() {
        let name = Changed::Now(Fact::DisplayName { name: "Club".to_owned() });
        let kind = Changed::Now(Fact::Kind { kind: "room".to_owned() });
        let all = "Approved although the account had changed since this was asked for";
        let rows = [
            (vec![name.clone()], "", format!("{all}. It is now: name: Club.")),
            (
                vec![name, Changed::Gone(Gone::Owner), kind],
                "As agreed.",
                format!("{all}. It is now: name: Club; no owner; kind: room. As agreed."),
            ),
            (vec![Changed::Gone(Gone::Expires)], "", format!("{all}. It is now: no end.")),
        ];
        for (changed, reason, expected) in rows {
            assert_eq!(approved_despite(&changed, reason), expected);
        }
    }
}

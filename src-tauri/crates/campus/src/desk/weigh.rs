//! A request held against the record: whom it names, what they hold now, whether it changes anything.

use super::problem::{Conflict, DeskProblem, FieldError};
use super::submission::{SentChange, SentWhoType, SentWish};
use super::wire::{AskedWish, Change, Who, WhoType, WishKind};
use crate::scim::principal;
use accounts::{AccessChange, Account, NoPlan, PersonId, Principal, RightId, Rules, Wish, plan, remaining};
use jiff::civil::Date;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// What the request comes to, with everybody written out as the record knows them.
///
/// `today` tells who has left.
pub(super) async fn weighed(
    connection: &mut SqliteConnection,
    account: &Account,
    sent: &SentWish,
    rules: &Rules,
    today: Date,
) -> Result<AskedWish, DeskProblem> {
    let mut errors = Vec::new();
    let mut asked = Vec::with_capacity(sent.changes.len());
    let mut seen = HashSet::new();
    for (at, change) in sent.changes.iter().enumerate() {
        let mut fault = |part: &str, code, detail: &str| {
            let field = format!("wish.changes.{at}.{part}");
            errors.push(FieldError { field, code, detail: detail.to_owned() });
        };
        let Some(to) = named_in_record(connection, account, change).await? else {
            fault("to.value", "no-such-person", "There is no such person or group.");
            continue;
        };
        if !seen.insert(to.who.id.clone()) {
            fault("to.value", "named-twice", "This person or group is named twice.");
        }
        if WhoType::from(change.to.kind) != Who::from(&to).kind {
            fault("to.type", "wrong-type", type_told(change.to.kind));
        }
        let wanted: Vec<_> = change.rights.iter().map(|right| RightId(right.clone())).collect();
        let change = AccessChange { rights: rules.in_order(&wanted), to };
        let alone = Wish::ChangeAccess { changes: vec![change.clone()] };
        match plan(account, &alone, rules) {
            Err(problem @ NoPlan::UnknownRight(_)) => fault("rights", "unknown-right", &sentence(&problem)),
            Err(problem @ NoPlan::IsOwner) => fault("to.value", "is-owner", &sentence(&problem)),
            Ok(_) | Err(NoPlan::NothingChanges | NoPlan::NamedTwice(_)) => {}
        }
        if gains(account, &change) && !is_entitled(&change.to, today) {
            fault("to.value", "not-entitled", "Somebody who has left cannot be given access.");
        }
        asked.push(change);
    }
    if !errors.is_empty() {
        return Err(DeskProblem::invalid(errors));
    }
    let conflicts = conflicts(account, &asked, &sent.changes);
    if !conflicts.is_empty() {
        return Err(DeskProblem::changed_meanwhile(conflicts));
    }
    let wish = Wish::ChangeAccess { changes: asked };
    if let Err(problem) = plan(account, &wish, rules) {
        return Err(DeskProblem::field("wish.changes", "nothing-changes", sentence(&problem)));
    }
    let Wish::ChangeAccess { changes } = wish;
    let kept = |change: &AccessChange| Change {
        to: Who::from(&change.to),
        rights: change.rights.iter().map(|right| right.as_str().to_owned()).collect(),
        was: rules.in_order(account.rights_of(&change.to.who.id)).into_iter().map(|right| right.0).collect(),
    };
    Ok(AskedWish { kind: WishKind::ChangeAccess, changes: changes.iter().map(kept).collect() })
}

/// Whether somebody may be given access: not once they have left.
pub(super) fn is_entitled(principal: &Principal, today: Date) -> bool {
    !principal.who.has_left && principal.who.leaves_on.is_none_or(|last| last >= today)
}

/// Somebody from the record, or, where their own record is gone, from the account that still names them.
async fn named_in_record(
    connection: &mut SqliteConnection,
    account: &Account,
    change: &SentChange,
) -> Result<Option<Principal>, sqlx::Error> {
    let id = change.to.value.as_str();
    if let Some(found) = principal(connection, id).await? {
        return Ok(Some(found));
    }
    Ok(account.grant_of(&PersonId(id.to_owned())).map(|grant| grant.to.clone()))
}

/// Whether the change gives a right that is not held already. To take one away is always possible.
fn gains(account: &Account, change: &AccessChange) -> bool {
    let held = account.rights_of(&change.to.who.id);
    change.rights.iter().any(|right| !held.contains(right))
}

/// Everybody who holds something else now than the sender knew.
fn conflicts(account: &Account, asked: &[AccessChange], sent: &[SentChange]) -> Vec<Conflict> {
    let known = asked.iter().zip(sent).map(|(change, sent)| AccessChange {
        to: change.to.clone(),
        rights: sent.was.iter().map(|right| RightId(right.clone())).collect(),
    });
    // What would have to be done to make it as it was is what has changed since.
    let Some(Wish::ChangeAccess { changes }) =
        remaining(account, &Wish::ChangeAccess { changes: known.collect() })
    else {
        return Vec::new();
    };
    let conflict = |change: &AccessChange| Conflict {
        value: change.to.who.id.as_str().to_owned(),
        now: account.rights_of(&change.to.who.id).iter().map(|right| right.as_str().to_owned()).collect(),
    };
    changes.iter().map(conflict).collect()
}

fn type_told(sent: SentWhoType) -> &'static str {
    match sent {
        SentWhoType::Group => "This is a person, not a group.",
        SentWhoType::Person | SentWhoType::User => "This is a group, not a person.",
    }
}

/// A reason as a sentence.
fn sentence(problem: &NoPlan) -> String {
    let text = problem.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

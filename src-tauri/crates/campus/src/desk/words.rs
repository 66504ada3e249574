//! What the trail says of each step.

use super::wire::{AskedWish, Change};

pub(super) const BY_ITSELF: &str = "Decided by the practice desk.";
pub(super) const ACCOUNT_GONE: &str = "The account is no longer there.";
pub(super) const WITHDRAWN: &str = "Withdrawn.";
pub(super) const CONFIRMED: &str = "Read back from the record: as asked.";

/// Who is to hold what, whole: the trail has to show what was asked even if the request itself were changed.
pub(super) fn received(label: &str, wish: &AskedWish) -> String {
    let changes: Vec<_> = wish.changes.iter().map(change).collect();
    format!("Access to {label}: {}.", changes.join("; "))
}

fn change(change: &Change) -> String {
    let who = match &change.to.user_name {
        Some(username) => format!("{} ({username})", change.to.display),
        None => change.to.display.clone(),
    };
    let rights = if change.rights.is_empty() { "no access".to_owned() } else { change.rights.join(", ") };
    format!("{who}: {rights}")
}

pub(super) fn approved(reason: &str) -> String {
    if reason.is_empty() { "Approved.".to_owned() } else { format!("Approved. {reason}") }
}

pub(super) fn refused(reason: &str) -> String {
    format!("Refused. {reason}")
}

pub(super) fn applied(label: &str, wish: &AskedWish) -> String {
    let count = wish.changes.len();
    let people =
        if count == 1 { "1 person or group".to_owned() } else { format!("{count} people or groups") };
    format!("Access to {label} changed for {people}.")
}

pub(super) fn person_gone(name: &str) -> String {
    format!("{name} is no longer in the directory.")
}

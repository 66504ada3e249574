//! What a reader is shown: the one place where that is decided.

use super::schema::USER_EXTENSION;
use super::shape::{self, grant_document, principal_document};
use accounts::{Access, Account, Me, NamedUnit, Principal, Role, seen_by};
use serde_json::{Map, Value};

/// The account as `me` is shown it, or `None`.
///
/// The rule is the `accounts` crate's. To it comes the service desk, which finds the owner of every account and learns
/// nothing else of it (O15): an account that is somebody's own business as well is shown to them by the rule.
pub(super) fn account_for(account: Account, me: &Me) -> Option<Account> {
    if me.role == Role::ServiceDesk && !accounts::standing(&account, me).sees() {
        return Some(Account {
            owner: account.owner.map(without_last_day),
            access: Access::NotShown,
            sign_in: None,
            size: None,
            expires: None,
            hidden_from_address_list: None,
            ..account
        });
    }
    seen_by(account, me)
}

fn without_last_day(mut owner: Principal) -> Principal {
    owner.who.leaves_on = None;
    owner
}

/// How much of a person `me` is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonShown {
    /// Everything: it is the reader.
    Whole,
    /// Name, unit, username and last day: somebody of a unit that the reader looks after.
    Known,
    Nothing,
}

pub(super) fn person_for(id: &str, unit: Option<&NamedUnit>, me: &Me) -> PersonShown {
    if me.id.as_str() == id {
        PersonShown::Whole
    } else if unit.is_some_and(|unit| me.holds(&unit.id)) {
        PersonShown::Known
    } else {
        PersonShown::Nothing
    }
}

/// Puts what was decided in place of what is stored. What the decision took out is taken out here too.
pub(super) fn account_document(stored: Value, shown: &Account, base: &str) -> Value {
    let Value::Object(mut document) = stored else { return Value::Null };
    document.remove("owner");
    document.remove("grants");
    if let Some(owner) = &shown.owner {
        document.insert("owner".into(), principal_document(owner, base).into());
    }
    let extent = match &shown.access {
        Access::All(_) => "all",
        Access::Own(_) => "own",
        Access::NotShown => "none",
    };
    let grants: Vec<_> = shown.access.grants().iter().map(|grant| grant_document(grant, base)).collect();
    if !grants.is_empty() {
        document.insert("grants".into(), grants.into());
    }
    document.insert("grantsShown".into(), extent.into());
    for (name, is_shown) in [
        ("signIn", shown.sign_in.is_some()),
        ("mailbox", shown.size.is_some()),
        ("expires", shown.expires.is_some()),
        ("hiddenFromAddressList", shown.hidden_from_address_list.is_some()),
    ] {
        if !is_shown {
            document.remove(name);
        }
    }
    document.into()
}

/// A person of whom only name, unit, username and last day are shown.
pub(super) fn known_person_document(stored: &Value) -> Value {
    let mut document = Map::new();
    for name in ["userName", "displayName"] {
        if let Some(value) = stored.get(name) {
            document.insert(name.into(), value.clone());
        }
    }
    let mut extension = Map::new();
    for name in ["unit", "leavesOn"] {
        if let Some(value) = stored.get(USER_EXTENSION).and_then(|extension| extension.get(name)) {
            extension.insert(name.into(), value.clone());
        }
    }
    document.insert(USER_EXTENSION.into(), extension.into());
    document.into()
}

/// The unit that a stored person belongs to.
pub(super) fn unit_of_person(stored: &Value) -> Option<NamedUnit> {
    shape::me("", stored, &[]).unit
}

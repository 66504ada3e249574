//! Accounts for tests: short to write, plainly invented.

use accounts::{
    Access, Account, AccountState, Grant, NamedUnit, PersonRef, Principal, PrincipalKind, Standing,
};
use store::Incoming;

pub(crate) fn person(id: &str, name: &str) -> Principal {
    let who = PersonRef {
        id: id.into(),
        name: name.into(),
        username: Some(format!("{id}01")),
        unit: Some("Earth Sciences".into()),
        leaves_on: None,
        has_left: false,
    };
    Principal { kind: PrincipalKind::Person, who }
}

pub(crate) fn account(id: &str, local: &str, name: &str, owner: &Principal, grants: Vec<Grant>) -> Account {
    Account {
        id: id.into(),
        address: Some(format!("{local}@earth.example.edu")),
        username: local.into(),
        display_name: name.into(),
        kind: "mailbox-only".into(),
        unit: Some(NamedUnit { id: "earth".into(), name: "Earth Sciences".into() }),
        owner: Some(owner.clone()),
        access: Access::All(grants),
        state: AccountState::Active,
        sign_in: None,
        size: None,
        expires: None,
        hidden_from_address_list: None,
        version: Some("1".into()),
        last_modified: None,
    }
}

pub(crate) fn grant(to: &Principal) -> Grant {
    Grant { to: to.clone(), rights: vec!["full-access".into()] }
}

pub(crate) fn owned(account: Account) -> Incoming {
    let can_send = vec![false; account.access.grants().len()];
    let standing = Standing { owns: true, ..Standing::default() };
    Incoming { account, standing, can_send, needs_from: None, through_group: None }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use accounts::{AccountState, Grant, GroupId, PersonId, PersonRef, PrincipalKind, SignInFact};
    use proptest::prelude::*;
    use serde_json::json;

    const BASE: &str = "http://127.0.0.1:1/scim/v2";

    fn who(id: u8) -> Principal {
        let who = PersonRef {
            id: PersonId(format!("p{id}")),
            name: format!("Person {id}"),
            username: Some(format!("user{id}")),
            unit: Some("Earth Sciences".into()),
            leaves_on: Some(jiff::civil::date(2026, 12, 4)),
            has_left: id == 5,
        };
        Principal { kind: if id == 4 { PrincipalKind::Group } else { PrincipalKind::Person }, who }
    }

    fn unit(id: u8) -> NamedUnit {
        NamedUnit { id: format!("u{id}").as_str().into(), name: format!("Unit {id}") }
    }

    prop_compose! {
        fn accounts()(id in 0u8..4, owner in 0u8..6, in_unit in 0u8..3,
                      holders in proptest::collection::vec(0u8..6, 0..5)) -> Account {
            let grants = holders.into_iter().map(|id| Grant { to: who(id), rights: vec!["full-access".into()] });
            Account {
                // An account may be signed in to itself, so its id may be the reader's.
                id: format!("p{id}").as_str().into(), address: Some("office@earth.example.edu".into()),
                username: "office".into(), display_name: "Office".into(), kind: "mailbox-only".into(),
                unit: Some(unit(in_unit)), owner: Some(who(owner)), access: Access::All(grants.collect()),
                state: AccountState::Active,
                sign_in: Some(SignInFact { enabled: true, mfa: accounts::Mfa::Off }),
                size: Some(accounts::MailboxSize { bytes: 1, quota_bytes: Some(2), measured: None }),
                expires: Some("2026-12-04T00:00:00Z".parse().unwrap()),
                hidden_from_address_list: Some(true), version: None, last_modified: None,
            }
        }
    }

    fn reader(role: Role) -> impl Strategy<Value = Me> {
        (0u8..8, 0u8..3, 0u8..8).prop_map(move |(id, held, group)| Me {
            id: PersonId(format!("p{id}")),
            name: String::new(),
            username: String::new(),
            role,
            unit: None,
            held_units: if role == Role::ItOfficer { vec![unit(held)] } else { Vec::new() },
            groups: vec![GroupId(format!("p{group}"))],
            teams: Vec::new(),
            category: None,
        })
    }

    fn stored(account: &Account) -> Value {
        let grants: Vec<_> =
            account.access.grants().iter().map(|grant| grant_document(grant, BASE)).collect();
        json!({
            "userName": account.username,
            "owner": account.owner.as_ref().map(|owner| principal_document(owner, BASE)),
            "grants": grants,
            "signIn": {"enabled": true, "mfa": "off"},
            "mailbox": {"bytes": 1, "quotaBytes": 2},
            "expires": "2026-12-04T00:00:00Z",
            "hiddenFromAddressList": true,
        })
    }

    /// The document that `me` is given, if any.
    fn given(account: &Account, me: &Me) -> Option<Value> {
        let shown = account_for(account.clone(), me)?;
        Some(account_document(stored(account), &shown, BASE))
    }

    fn holders(document: &Value) -> Vec<String> {
        let grants = document.get("grants").and_then(Value::as_array).into_iter().flatten();
        grants.filter_map(|grant| grant["value"].as_str()).map(str::to_owned).collect()
    }

    proptest! {
        #[test]
        fn members_see_what_they_own_or_use_and_others_rights_only_as_owner(account in accounts(), me in reader(Role::Member)) {
            let owns = account.owner.as_ref().is_some_and(|owner| me.is(owner.who.id.as_str()));
            let uses = account.access.grants().iter().any(|grant| me.is(grant.to.who.id.as_str()));
            let itself = account.id.as_str() == me.id.as_str();
            let given = given(&account, &me);
            prop_assert_eq!(given.is_some(), owns || uses || itself);
            if let Some(document) = given {
                prop_assert_eq!(document["grantsShown"] == "all", owns);
                prop_assert!(owns || holders(&document).iter().all(|id| me.is(id)));
                prop_assert!(owns || !document["owner"].to_string().contains("leavesOn"));
            }
        }

        #[test]
        fn it_officers_see_everything_of_their_unit(account in accounts(), me in reader(Role::ItOfficer)) {
            if account.unit.as_ref().is_some_and(|unit| me.holds(&unit.id)) {
                let document = given(&account, &me).unwrap();
                prop_assert_eq!(holders(&document).len(), account.access.grants().len());
                prop_assert_eq!(&document["grantsShown"], "all");
            }
        }

        #[test]
        fn the_service_desk_sees_every_owner_and_nothing_behind_it(account in accounts(), me in reader(Role::ServiceDesk)) {
            let document = given(&account, &me).unwrap();
            prop_assert_eq!(&document["owner"]["display"], &json!(account.owner.as_ref().map(|owner| &owner.who.name)));
            if !accounts::standing(&account, &me).sees() {
                prop_assert_eq!(&document["grantsShown"], "none");
                for name in ["grants", "signIn", "mailbox", "expires", "hiddenFromAddressList"] {
                    prop_assert!(document.get(name).is_none(), "{} is shown", name);
                }
                prop_assert!(!document.to_string().contains("leavesOn"));
            }
        }

        #[test]
        fn of_people_only_oneself_and_held_units_are_shown(id in 0u8..8, in_unit in 0u8..3,
                me in prop_oneof![reader(Role::Member), reader(Role::ItOfficer), reader(Role::ServiceDesk)]) {
            let id = format!("p{id}");
            let shown = person_for(&id, Some(&unit(in_unit)), &me);
            let expected = if me.id.as_str() == id {
                PersonShown::Whole
            } else if me.role == Role::ItOfficer && me.held_units.contains(&unit(in_unit)) {
                PersonShown::Known
            } else {
                PersonShown::Nothing
            };
            prop_assert_eq!(shown, expected);
        }
    }

    #[test]
    fn of_another_person_only_four_facts_are_known() {
        let person = json!({
            "userName": "eart0118", "displayName": "Idris Penhallow", "active": true, "externalId": "x",
            "roles": [{"value": "it-officer"}],
            USER_EXTENSION: {"unit": {"value": "earth"}, "leavesOn": "2026-12-04", "category": "staff",
                             "heldUnits": [{"value": "earth"}]},
        });
        let known = json!({
            "userName": "eart0118", "displayName": "Idris Penhallow",
            USER_EXTENSION: {"unit": {"value": "earth"}, "leavesOn": "2026-12-04"},
        });
        assert_eq!(known_person_document(&person), known);
    }
}

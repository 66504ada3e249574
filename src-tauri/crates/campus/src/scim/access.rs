//! Accounts and people as the desk meets them: looked at, and their access changed, in the stored documents.

use super::kind::Kind;
use super::{principals, shape, store, view};
use crate::json::set;
use accounts::{AccessChange, Account, Me, Principal};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Row, SqliteConnection, SqlitePool};

/// An account as the record has it, with everything that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) account: Account,
    seq: i64,
    document: Value,
}

/// The account of that id.
pub(crate) async fn recorded(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Recorded>, sqlx::Error> {
    let stored = store::by_id(connection, Kind::Account, id).await?;
    Ok(stored.map(|stored| Recorded {
        account: shape::account(id, &stored.document),
        seq: stored.seq,
        document: stored.document,
    }))
}

/// Whether the directory shows the account to `me` at all.
pub(crate) fn is_shown(account: &Account, me: &Me) -> bool {
    view::account_for(account.clone(), me).is_some()
}

/// The person or group of that id.
pub(crate) async fn principal(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Principal>, sqlx::Error> {
    let facts = principals::lookup(connection, id).await?;
    Ok(facts.and_then(|facts| shape::principal(&facts.into())))
}

/// Everybody in the record, in no order: people, then groups.
pub(crate) async fn everybody(db: &SqlitePool) -> Result<Vec<Principal>, sqlx::Error> {
    let people = sqlx::query("SELECT id, document FROM resource WHERE kind = 'User'").fetch_all(db).await?;
    let mut found = Vec::with_capacity(people.len());
    for row in people {
        let document: Value = serde_json::from_str(row.try_get(1)?)
            .map_err(|problem| sqlx::Error::Decode(Box::new(problem)))?;
        found.extend(shape::principal(&principals::named(row.try_get(0)?, &document).into()));
    }
    let groups = sqlx::query("SELECT id, name, unit FROM team").fetch_all(db).await?;
    for row in groups {
        let facts = principals::group(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        found.extend(shape::principal(&facts.into()));
    }
    Ok(found)
}

/// Puts the rights that `changes` name in place of what is held, in the stored document. Everything else of it stays.
///
/// `Err` within: the name of somebody who was to be given rights and is no longer in the record; nothing was changed.
pub(crate) async fn change_access(
    connection: &mut SqliteConnection,
    recorded: &Recorded,
    changes: &[AccessChange],
    at: Timestamp,
) -> Result<Result<(), String>, sqlx::Error> {
    let mut named = Vec::with_capacity(changes.len());
    for change in changes.iter().filter(|change| !change.rights.is_empty()) {
        let id = change.to.who.id.as_str();
        match principals::lookup(connection, id).await? {
            Some(facts) => named.push(facts),
            None if recorded.account.access.grants().iter().any(|grant| grant.to.who.id.as_str() == id) => {}
            None => return Ok(Err(change.to.who.name.clone())),
        }
    }
    let mut document = recorded.document.clone();
    put_access(&mut document, changes, named);
    // What changes nothing is no change: version and date stay.
    if document != recorded.document {
        store::update(connection, recorded.seq, &document, at).await?;
    }
    Ok(Ok(()))
}

/// `accounts::applied`, done to a document. `named` is how those are written out who come to hold rights.
fn put_access(document: &mut Value, changes: &[AccessChange], mut named: Vec<Map<String, Value>>) {
    let Value::Object(parts) = document else { return };
    let mut grants = match parts.remove("grants") {
        Some(Value::Array(grants)) => grants,
        _ => Vec::new(),
    };
    for AccessChange { to, rights } in changes {
        let id = to.who.id.as_str();
        let is_theirs = |grant: &Value| grant.get("value").and_then(Value::as_str) == Some(id);
        let wanted: Value = rights.iter().map(accounts::RightId::as_str).collect();
        let mut is_there = false;
        grants.retain_mut(|grant| {
            if !is_theirs(grant) {
                return true;
            }
            // Somebody whom a document names twice holds afterwards what was asked, and no more.
            let stays = !is_there && !rights.is_empty();
            is_there = true;
            set(grant, "rights", wanted.clone());
            stays
        });
        let facts = named.iter().position(|facts| facts.get("value").is_some_and(|value| value == id));
        if let Some(at) = facts.filter(|_| !is_there && !rights.is_empty()) {
            let mut grant = Value::from(named.swap_remove(at));
            set(&mut grant, "rights", wanted);
            grants.push(grant);
        }
    }
    if !grants.is_empty() {
        parts.insert("grants".into(), grants.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounts::{PersonRef, PrincipalKind, RightId, Wish, applied};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    const BASE: &str = "http://127.0.0.1:1/scim/v2";
    const RIGHTS: [&str; 3] = ["full-access", "send-as", "automap"];

    fn who(n: u8) -> Principal {
        let who = PersonRef {
            id: format!("p{n}").as_str().into(),
            name: format!("Person {n}"),
            username: Some(format!("user{n}")),
            unit: None,
            leaves_on: None,
            has_left: false,
        };
        Principal { kind: PrincipalKind::Person, who }
    }

    fn rights(least: usize) -> impl Strategy<Value = Vec<RightId>> {
        proptest::sample::subsequence(RIGHTS.to_vec(), least..=RIGHTS.len())
            .prop_map(|rights| rights.into_iter().map(RightId::from).collect())
    }

    fn changes(least: usize) -> impl Strategy<Value = Vec<AccessChange>> {
        proptest::collection::btree_map(0_u8..8, rights(least), 0..6).prop_map(|named| {
            named.into_iter().map(|(n, rights)| AccessChange { to: who(n), rights }).collect()
        })
    }

    fn document(held: &[AccessChange]) -> Value {
        let grant = |change: &AccessChange| {
            let mut grant: Value = shape::principal_document(&change.to, BASE).into();
            grant["rights"] = change.rights.iter().map(RightId::as_str).collect();
            grant["since"] = json!("a field that only the document knows");
            grant
        };
        let mut document = json!({"userName": "office", "kind": "mailbox-only", "colour": "green"});
        if !held.is_empty() {
            document["grants"] = held.iter().map(grant).collect();
        }
        document
    }

    proptest! {
        #[test]
        fn a_document_changes_as_the_rules_say_and_nowhere_else(held in changes(1), asked in changes(0)) {
            let before = document(&held);
            let mut after = before.clone();
            let named = asked.iter().map(|change| shape::principal_document(&change.to, BASE)).collect();
            put_access(&mut after, &asked, named);

            let expected = applied(&shape::account("a", &before), &Wish::ChangeAccess { changes: asked.clone() });
            prop_assert_eq!(shape::account("a", &after), expected);
            prop_assert!(after.get("grants").is_none_or(|grants| grants != &json!([])), "nobody is no list");

            let by_id = |document: &Value| -> BTreeMap<String, Value> {
                let grants = document["grants"].as_array().cloned().unwrap_or_default();
                grants.into_iter().map(|grant| (grant["value"].as_str().unwrap().to_owned(), grant)).collect()
            };
            let (grants_before, grants_after) = (by_id(&before), by_id(&after));
            for (id, grant) in &grants_before {
                if !asked.iter().any(|change| change.to.who.id.as_str() == id) {
                    prop_assert_eq!(Some(grant), grants_after.get(id), "whoever is not named stays as they are");
                }
                if let Some(kept) = grants_after.get(id) {
                    prop_assert_eq!(&kept["since"], &grant["since"], "what the rules do not know stays");
                }
            }
            prop_assert_eq!(&after["colour"], "green");
        }
    }
}

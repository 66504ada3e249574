//! Accounts and people as the desk meets them: looked at, and their access changed in the stored documents.

use super::kind::Kind;
use super::schema::USER_EXTENSION;
use super::{principals, shape, store, view};
use crate::json::set;
use accounts::{AccessChange, Account, Me, NamedUnit, Principal};
use serde_json::{Map, Value};
use sqlx::{Row, SqliteConnection, SqlitePool};

/// An account as the record has it, with everything that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) account: Account,
    pub(super) seq: i64,
    pub(super) document: Value,
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

/// The account as the directory shows it to `me`, if it does at all.
pub(crate) fn shown(account: &Account, me: &Me) -> Option<Account> {
    view::account_for(account.clone(), me)
}

/// What is known of a person or group beyond what an account names of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Belongs {
    pub(crate) unit: Option<NamedUnit>,
    /// Such as staff or student.
    pub(crate) category: Option<String>,
}

/// Where the person or group of that id belongs.
pub(crate) async fn belonging(connection: &mut SqliteConnection, id: &str) -> Result<Belongs, sqlx::Error> {
    if let Some(person) = store::by_id(connection, Kind::User, id).await? {
        let me = shape::me(id, &person.document, &[]);
        return Ok(Belongs { unit: me.unit, category: me.category });
    }
    // Of a group only the unit's name is kept: whoever belongs there knows its code.
    let unit = format!("$.\"{USER_EXTENSION}\".unit");
    let row = sqlx::query(
        "SELECT t.unit, (SELECT document ->> (?1 || '.value') FROM resource \
         WHERE kind = 'User' AND document ->> (?1 || '.display') = t.unit LIMIT 1) FROM team t WHERE t.id = ?2",
    )
    .bind(unit)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Belongs::default()) };
    let (name, code): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    let unit = name.zip(code).map(|(name, code)| NamedUnit { id: code.as_str().into(), name });
    Ok(Belongs { unit, category: None })
}

/// Whether a username stands for somebody or something already, or begins somebody's address. Names have no case.
pub(crate) async fn is_taken(connection: &mut SqliteConnection, username: &str) -> Result<bool, sqlx::Error> {
    // All addresses that begin with the name and an @ lie between that and the next letter, which is A.
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM resource WHERE username = ?1 AND kind IN ('User', 'SecondaryAccount')) \
         OR EXISTS (SELECT 1 FROM resource WHERE address >= ?1 || '@' AND address < ?1 || 'A')",
    )
    .bind(username.to_lowercase())
    .fetch_one(connection)
    .await?;
    row.try_get(0)
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

/// What `accounts::applied` does to grants, done to a document. `named` is how those are written out who come to hold
/// rights.
pub(super) fn put_access(document: &mut Value, changes: &[AccessChange], mut named: Vec<Map<String, Value>>) {
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

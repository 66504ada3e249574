//! People and groups as accounts name them: written out in each account, and kept up with the person.

use super::error::ScimError;
use super::kind::Kind;
use super::schema::USER_EXTENSION;
use super::{shape, store};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Row, SqliteConnection};

/// A person as an account names them, from their stored document.
pub(crate) fn named(id: &str, person: &Value) -> Map<String, Value> {
    let extension = person.get(USER_EXTENSION);
    let mut named = Map::new();
    named.insert("value".into(), id.into());
    named.insert("type".into(), "Person".into());
    let facts = [
        ("display", person.get("displayName")),
        ("userName", person.get("userName")),
        ("unit", extension.and_then(|extension| extension.get("unit")?.get("display"))),
        ("leavesOn", extension.and_then(|extension| extension.get("leavesOn"))),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            named.insert(name.into(), fact.clone());
        }
    }
    let is_here = person.get("active").and_then(Value::as_bool).unwrap_or(true);
    named.insert("active".into(), is_here.into());
    named
}

/// Writes out who the identifiers in an account stand for. Refuses one that stands for nobody.
///
/// What a client says of them itself is kept until the account or the person is next written: from then on the
/// person's own record speaks.
pub(super) async fn resolve(connection: &mut SqliteConnection, account: &mut Value) -> Result<(), ScimError> {
    for principal in shape::principals(account) {
        let id = principal.get("value").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut facts = match lookup(connection, &id).await? {
            Some(facts) => facts,
            // Somebody whose record is gone stays named as one who has left.
            None if principal.get("active").and_then(Value::as_bool) == Some(false) => continue,
            None => return Err(ScimError::value(format!("{id} is neither a person nor a group."))),
        };
        if principal.get("type").is_some_and(|said| facts.get("type") != Some(said)) {
            return Err(ScimError::value(format!("{id} is of another type.")));
        }
        principal.remove("$ref");
        facts.append(principal);
        *principal = facts;
    }
    Ok(())
}

/// The person or group of that id, as an account names them.
pub(super) async fn lookup(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Map<String, Value>>, sqlx::Error> {
    if let Some(person) = store::by_id(connection, Kind::User, id).await? {
        return Ok(Some(named(id, &person.document)));
    }
    let row =
        sqlx::query("SELECT name, unit FROM team WHERE id = ?").bind(id).fetch_optional(connection).await?;
    row.map(|row| Ok(group(id, row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// A group as an account names it.
pub(super) fn group(id: &str, name: &str, unit: Option<&str>) -> Map<String, Value> {
    let mut group = Map::new();
    group.insert("value".into(), id.into());
    group.insert("type".into(), "Group".into());
    group.insert("display".into(), name.into());
    if let Some(unit) = unit {
        group.insert("unit".into(), unit.into());
    }
    group.insert("active".into(), true.into());
    group
}

/// Takes out what is only written out, so that it is looked up anew.
pub(super) fn strip(account: &mut Value) {
    for principal in shape::principals(account) {
        principal.retain(|name, _| name == "value" || name == "rights");
    }
}

/// Brings the accounts that name a person up to date after a change of that person, `None` when the record is gone.
pub(super) async fn person_changed(
    connection: &mut SqliteConnection,
    id: &str,
    person: Option<&Value>,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let now = person.map(|person| named(id, person));
    for stored in store::accounts_naming(connection, id).await? {
        let mut document = stored.document.clone();
        for principal in shape::principals(&mut document) {
            if principal.get("value").and_then(Value::as_str) != Some(id) {
                continue;
            }
            match &now {
                Some(facts) => {
                    let rights = principal.remove("rights");
                    principal.clone_from(facts);
                    principal.extend(rights.map(|rights| ("rights".to_owned(), rights)));
                }
                None => {
                    principal.insert("active".into(), false.into());
                }
            }
        }
        if document != stored.document {
            store::update(connection, stored.seq, &document, at).await?;
        }
    }
    Ok(())
}

//! Resources in the database.

use super::kind::Kind;
use super::schema::USER_EXTENSION;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};

/// A resource as it is kept: without `schemas`, `id` and `meta`, which are put on when it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) document: Value,
}

const COLUMNS: &str =
    "resource.seq, resource.id, resource.version, resource.created, resource.modified, resource.document";

/// What goes wrong when a row is read.
fn unreadable(problem: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(problem))
}

fn stored(row: &SqliteRow) -> Result<Stored, sqlx::Error> {
    let moment = |index: usize| Timestamp::from_millisecond(row.try_get(index)?).map_err(unreadable);
    Ok(Stored {
        seq: row.try_get(0)?,
        id: row.try_get(1)?,
        version: row.try_get(2)?,
        created: moment(3)?,
        modified: moment(4)?,
        document: serde_json::from_str(row.try_get(5)?).map_err(unreadable)?,
    })
}

/// The resource of that kind and id.
pub(super) async fn by_id(
    connection: &mut SqliteConnection,
    kind: Kind,
    id: &str,
) -> Result<Option<Stored>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM resource WHERE id = ? AND kind = ?");
    let row =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(kind.name()).fetch_optional(connection).await?;
    row.map(|row| stored(&row)).transpose()
}

/// The resources with those numbers, in the order asked for. One that is gone by now is left out.
pub(super) async fn by_seq(db: &SqlitePool, wanted: &[i64]) -> Result<Vec<Stored>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM json_each(?) AS wanted JOIN resource ON resource.seq = wanted.value ORDER BY wanted.key"
    );
    let list = Value::from(wanted).to_string();
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(list).fetch_all(db).await?;
    rows.iter().map(stored).collect()
}

/// The columns that lists are narrowed by.
#[derive(Debug)]
struct Narrow {
    username: String,
    address: Option<String>,
    display: Option<String>,
    owner: Option<String>,
    owner_name: Option<String>,
}

impl Narrow {
    fn of(document: &Value) -> Self {
        let lower = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_lowercase);
        let owner = document.get("owner");
        Self {
            username: lower(document.get("userName")).unwrap_or_default(),
            address: lower(document.get("address")),
            display: lower(document.get("displayName")),
            owner: owner.and_then(|owner| owner.get("value")).and_then(Value::as_str).map(str::to_owned),
            owner_name: lower(owner.and_then(|owner| owner.get("display"))),
        }
    }
}

/// Adds a resource, without its reach: see [`reach_from`]. Answers its number.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    kind: Kind,
    id: &str,
    document: &Value,
    at: Timestamp,
) -> Result<i64, sqlx::Error> {
    let narrow = Narrow::of(document);
    let done = sqlx::query(
        "INSERT INTO resource (kind, id, username, address, display, owner, owner_name, created, modified, version, document) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
    )
    .bind(kind.name())
    .bind(id)
    .bind(narrow.username)
    .bind(narrow.address)
    .bind(narrow.display)
    .bind(narrow.owner)
    .bind(narrow.owner_name)
    .bind(at.as_millisecond())
    .bind(at.as_millisecond())
    .bind(document.to_string())
    .execute(connection)
    .await?;
    Ok(done.last_insert_rowid())
}

/// Adds many resources at once, in that order, without their reach. Each is its id, its document and its date.
pub(crate) async fn insert_many(
    connection: &mut SqliteConnection,
    kind: Kind,
    resources: &[(String, Value, Timestamp)],
) -> Result<(), sqlx::Error> {
    let rows = resources.iter().map(|(id, document, at)| {
        let narrow = Narrow::of(document);
        let at = at.as_millisecond();
        json!([
            id,
            narrow.username,
            narrow.address,
            narrow.display,
            narrow.owner,
            narrow.owner_name,
            at,
            document.to_string()
        ])
    });
    let rows: Value = rows.collect();
    sqlx::query(
        "INSERT INTO resource (kind, id, username, address, display, owner, owner_name, created, modified, version, document) \
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 6, \
                1, value ->> 7 FROM json_each(?2) ORDER BY key",
    )
    .bind(kind.name())
    .bind(rows.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts `document` in place of what is stored and counts the version up.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    seq: i64,
    document: &Value,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let narrow = Narrow::of(document);
    // The date never goes back, even if the clock does: a client asks for what changed since the largest it saw.
    sqlx::query(
        "UPDATE resource SET username = ?, address = ?, display = ?, owner = ?, owner_name = ?, \
         modified = max(modified, ?), version = version + 1, document = ? WHERE seq = ?",
    )
    .bind(narrow.username)
    .bind(narrow.address)
    .bind(narrow.display)
    .bind(narrow.owner)
    .bind(narrow.owner_name)
    .bind(at.as_millisecond())
    .bind(document.to_string())
    .bind(seq)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM reach WHERE seq = ?").bind(seq).execute(&mut *connection).await?;
    reach_from(connection, seq, seq).await
}

pub(super) async fn delete(connection: &mut SqliteConnection, seq: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM reach WHERE seq = ?").bind(seq).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM resource WHERE seq = ?").bind(seq).execute(connection).await?;
    Ok(())
}

/// Writes who may come to see the resources numbered `first` to `last`.
pub(crate) async fn reach_from(
    connection: &mut SqliteConnection,
    first: i64,
    last: i64,
) -> Result<(), sqlx::Error> {
    let unit_of_person = format!("$.\"{USER_EXTENSION}\".unit.value");
    sqlx::query(
        "INSERT OR IGNORE INTO reach (kind, key, seq) \
         SELECT kind, 's:' || id AS key, seq FROM resource WHERE seq BETWEEN ?1 AND ?2 \
         UNION ALL SELECT kind, 'p:' || owner, seq FROM resource WHERE seq BETWEEN ?1 AND ?2 AND owner IS NOT NULL \
         UNION ALL SELECT r.kind, 'p:' || (g.value ->> '$.value'), r.seq FROM resource r, json_each(r.document, '$.grants') g \
                   WHERE r.seq BETWEEN ?1 AND ?2 AND r.kind = 'SecondaryAccount' \
         UNION ALL SELECT kind, 'u:' || (document ->> '$.unit.value'), seq FROM resource \
                   WHERE seq BETWEEN ?1 AND ?2 AND kind = 'SecondaryAccount' AND document ->> '$.unit.value' IS NOT NULL \
         UNION ALL SELECT kind, 'u:' || (document ->> ?3), seq FROM resource \
                   WHERE seq BETWEEN ?1 AND ?2 AND kind = 'User' AND document ->> ?3 IS NOT NULL \
         ORDER BY 1, 2, 3",
    )
    .bind(first)
    .bind(last)
    .bind(unit_of_person)
    .execute(connection)
    .await?;
    Ok(())
}

/// Accounts that name the person or group as owner or holder of rights.
pub(super) async fn accounts_naming(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Vec<Stored>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM resource WHERE seq IN (SELECT seq FROM reach WHERE kind = 'SecondaryAccount' AND key = ?)"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(format!("p:{id}")).fetch_all(connection).await?;
    rows.iter().map(stored).collect()
}

/// The groups of a person, as `(id, name)`.
pub(super) async fn groups_of(db: &SqlitePool, person: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query("SELECT t.id, t.name FROM membership m JOIN team t ON t.id = m.team WHERE m.person = ? ORDER BY t.name")
        .bind(person)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

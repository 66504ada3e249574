//! The audit trail: one chain for the whole campus, only added to, each entry sealing the one before it.

use super::document::Always;
use super::extract::{Asker, Numbered};
use super::problem::{DeskProblem, ProblemBody};
use super::record::BEFORE_FIRST;
use super::standing::visible;
use super::wire::{Named, kinds};
use crate::scim::{moment, recorded};
use crate::site::Shared;
use accounts::{RequestKind, Role, standing};
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Schema};

/// What the first entry has for a previous hash.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    Received,
    /// Left for a person to decide: the account has changed since it was asked for.
    Escalated,
    /// Whoever decides asked its requester something.
    Questioned,
    Answered,
    Approved,
    Refused,
    Withdrawn,
    /// Approved, and not put into effect: the account has changed since, and it has to be decided anew.
    Reopened,
    Applied,
    /// Read back from the record and found as it was asked.
    Confirmed,
}

impl What {
    const ALL: [Self; 10] = [
        Self::Received,
        Self::Escalated,
        Self::Questioned,
        Self::Answered,
        Self::Approved,
        Self::Refused,
        Self::Withdrawn,
        Self::Reopened,
        Self::Applied,
        Self::Confirmed,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Escalated => "escalated",
            Self::Questioned => "questioned",
            Self::Answered => "answered",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Reopened => "reopened",
            Self::Applied => "applied",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A step in the life of a request.
///
/// `hash` is the SHA-256, in hexadecimal digits, of `previous` followed by the JSON of the other fields (`at`, `by`,
/// `request`, `seq`, `text`, `what`) with names in the order of the alphabet and no white space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Entry {
    pub(super) seq: i64,
    #[schema(format = DateTime)]
    pub(super) at: String,
    /// Null: the desk itself.
    #[schema(required)]
    pub(super) by: Option<Named>,
    /// Reference of the request.
    pub(super) request: String,
    pub(super) what: What,
    pub(super) text: String,
    /// `hash` of the entry before it in the whole trail; zeros where there is none.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(super) previous: String,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(super) hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Trail {
    pub(super) entries: Vec<Entry>,
    /// The kind of each request in it, by reference.
    #[schema(schema_with = kinds_by_reference)]
    pub(super) kinds: BTreeMap<String, RequestKind>,
}

fn kinds_by_reference() -> Object {
    ObjectBuilder::new().additional_properties(Some(Schema::from(kinds()))).build()
}

/// What a hash is made of. Fields in the order of the alphabet.
#[derive(Serialize)]
struct Sealed<'e> {
    at: &'e str,
    by: Option<&'e Named>,
    request: &'e str,
    seq: i64,
    text: &'e str,
    what: &'static str,
}

fn seal(previous: &str, sealed: &Sealed<'_>) -> Result<String, sqlx::Error> {
    let text = serde_json::to_string(sealed).map_err(|problem| sqlx::Error::Encode(Box::new(problem)))?;
    Ok(format!("{:x}", Sha256::new().chain_update(previous).chain_update(text).finalize()))
}

/// Adds a step to the trail.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    request: &str,
    at: Timestamp,
    by: Option<&Named>,
    what: What,
    text: &str,
) -> Result<(), sqlx::Error> {
    let last = sqlx::query("SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1");
    let (seq, previous) = match last.fetch_optional(&mut *connection).await? {
        Some(row) => (row.try_get::<i64, _>(0)? + 1, row.try_get(1)?),
        None => (1, NOTHING_BEFORE.to_owned()),
    };
    let at = moment(at);
    let hash = seal(&previous, &Sealed { at: &at, by, request, seq, text, what: what.name() })?;
    sqlx::query(
        "INSERT INTO trail (seq, at, by_id, by_name, request, what, text, previous, hash) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(seq)
    .bind(at)
    .bind(by.map(|by| by.value.as_str()))
    .bind(by.map(|by| by.display.as_str()))
    .bind(request)
    .bind(what.name())
    .bind(text)
    .bind(previous)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(())
}

fn entry(row: &SqliteRow) -> Result<Entry, sqlx::Error> {
    let by: Option<String> = row.try_get("by_id")?;
    let name: Option<String> = row.try_get("by_name")?;
    let what: String = row.try_get("what")?;
    let what = What::ALL.into_iter().find(|known| known.name() == what);
    Ok(Entry {
        seq: row.try_get("seq")?,
        at: row.try_get("at")?,
        by: by.map(|value| Named { value, display: name.unwrap_or_default() }),
        request: row.try_get("request")?,
        what: what.ok_or_else(|| sqlx::Error::Decode("a step that is none".into()))?,
        text: row.try_get("text")?,
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
    })
}

/// The reference and the kind of the request that a step is of.
fn kind(row: &SqliteRow) -> Result<(String, RequestKind), sqlx::Error> {
    let name: String = row.try_get("kind")?;
    let kind = RequestKind::ALL.into_iter().find(|known| known.name() == name);
    Ok((row.try_get("request")?, kind.ok_or_else(|| sqlx::Error::Decode("a kind that is none".into()))?))
}

/// The steps of a request, oldest first.
///
/// For its requester and for whoever may decide on it.
#[utoipa::path(
    get,
    path = "/requests/{id}/trail",
    operation_id = "readTrail",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    responses(
        (status = 200, description = "Its part of the audit trail", body = Trail),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn read(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
) -> Result<Json<Trail>, DeskProblem> {
    let mut connection = campus.db.acquire().await?;
    let request = visible(&mut connection, &me, number).await?.request;
    let kinds = BTreeMap::from([(request.id.clone(), request.wish.kind)]);
    let rows = sqlx::query("SELECT * FROM trail WHERE request = ? ORDER BY seq")
        .bind(&request.id)
        .fetch_all(&mut *connection)
        .await?;
    Ok(Json(Trail { entries: rows.iter().map(entry).collect::<Result<_, _>>()?, kinds }))
}

/// The steps of every request about an account, oldest first: at most the last 500.
///
/// All of them for its unit's IT officers and for the service desk; for its owner, but for what others asked the desk about it;
/// for anybody else those of their own requests.
#[utoipa::path(
    get,
    path = "/accounts/{id}/trail",
    operation_id = "readAccountTrail",
    params(("id" = String, Path, description = "The account's id in the directory")),
    responses(
        (status = 200, description = "Its part of the audit trail", body = Trail),
        (status = 404, description = "`no-such-account`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn of_account(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Path(id): Path<String>,
) -> Result<Json<Trail>, DeskProblem> {
    let mut connection = campus.db.acquire().await?;
    let found = recorded(&mut connection, &id).await?.ok_or_else(DeskProblem::no_such_account)?;
    let standing = standing(&found.account, &me);
    let decides = standing.holds_unit || me.role == Role::ServiceDesk;
    let reads_all = standing.sees_everyone() || decides;
    let rows = sqlx::query(
        "SELECT * FROM (SELECT trail.*, json_extract(request.wish, '$.kind') AS kind FROM trail JOIN request ON trail.request = 'RQ-' || (request.seq + ?4) \
         WHERE request.account = ?1 AND (request.requester = ?3 OR (?2 AND (?5 OR json_extract(request.wish, '$.kind') <> 'ask-desk'))) \
         ORDER BY trail.seq DESC LIMIT 500) ORDER BY seq",
    )
    .bind(&id)
    .bind(reads_all)
    .bind(me.id.as_str())
    .bind(BEFORE_FIRST)
    .bind(decides)
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() && !reads_all && !standing.sees() {
        return Err(DeskProblem::no_such_account());
    }
    let entries = rows.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Json(Trail { entries, kinds: rows.iter().map(kind).collect::<Result<_, _>>()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_made_of_sorted_json() {
        let by = Named { value: "p1".into(), display: "Maren Tolliver".into() };
        let sealed = Sealed {
            at: "2026-11-26T09:30:00.000Z",
            by: Some(&by),
            request: "RQ-20001",
            seq: 1,
            text: "Approved.",
            what: What::Approved.name(),
        };
        let written = serde_json::to_string(&sealed).unwrap();
        let expected = r#"{"at":"2026-11-26T09:30:00.000Z","by":{"display":"Maren Tolliver","value":"p1"},"request":"RQ-20001","seq":1,"text":"Approved.","what":"approved"}"#;
        assert_eq!(written, expected, "so that anybody can make it again");
        assert_eq!(seal(NOTHING_BEFORE, &sealed).unwrap().len(), 64);
    }
}

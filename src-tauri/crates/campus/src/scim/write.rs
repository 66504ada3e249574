//! Making, changing and removing resources: the provisioning side alone.

use super::body::{check_accept, check_if_match, json_object, resource};
use super::check::incoming;
use super::error::ScimError;
use super::kind::Kind;
use super::patch::patched;
use super::present::{entity_tag, moment, present};
use super::principals::{person_changed, resolve};
use super::reader::Reader;
use super::store::{self, Stored};
use crate::site::{Campus, Shared};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

pub(super) async fn create(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ScimError> {
    provisioning_only(&campus, &headers).await?;
    let mut document = incoming(kind, &campus.schemas, json_object(&headers, &body)?)?;
    let now = campus.clock.now();
    set_by_directory(kind, &mut document, None, now);
    let id = uuid::Uuid::new_v4().to_string();
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    if kind == Kind::Account {
        resolve(&mut transaction, &mut document).await?;
    }
    let seq = store::insert(&mut transaction, kind, &id, &document, now).await?;
    store::reach_from(&mut transaction, seq, seq).await?;
    let stored = stored(&mut transaction, kind, &id).await?;
    transaction.commit().await?;
    campus.sight.changed();
    answer(&campus, kind, StatusCode::CREATED, stored).await
}

pub(super) async fn replace(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ScimError> {
    provisioning_only(&campus, &headers).await?;
    let sent = incoming(kind, &campus.schemas, json_object(&headers, &body)?)?;
    change(&campus, kind, &id, &headers, |_| Ok(sent)).await
}

pub(super) async fn modify(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ScimError> {
    provisioning_only(&campus, &headers).await?;
    let request = json_object(&headers, &body)?;
    change(&campus, kind, &id, &headers, |stored| {
        let mut document = patched(kind, &campus.schemas, stored.document.clone(), &request)?;
        document["schemas"] = json!(kind.schema_ids());
        // The whole is held against the schemas again: what each operation left has to make a resource.
        incoming(kind, &campus.schemas, document)
    })
    .await
}

pub(super) async fn remove(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, ScimError> {
    provisioning_only(&campus, &headers).await?;
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let stored = stored(&mut transaction, kind, &id).await?;
    check_if_match(&headers, &entity_tag(stored.version))?;
    store::delete(&mut transaction, stored.seq).await?;
    if kind == Kind::User {
        person_changed(&mut transaction, &id, None, campus.clock.now()).await?;
    }
    transaction.commit().await?;
    campus.sight.changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Changes by way of `/Me` are nobody's: people read here.
pub(super) async fn me(State(campus): State<Shared>, headers: HeaderMap) -> Result<StatusCode, ScimError> {
    provisioning_only(&campus, &headers).await?;
    Err(ScimError::new(StatusCode::NOT_FOUND, "The provisioning token stands for nobody."))
}

async fn provisioning_only(campus: &Campus, headers: &HeaderMap) -> Result<(), ScimError> {
    Reader::of(campus, headers).await?.may_write()?;
    check_accept(headers)
}

async fn stored(connection: &mut SqliteConnection, kind: Kind, id: &str) -> Result<Stored, ScimError> {
    store::by_id(connection, kind, id).await?.ok_or_else(ScimError::not_found)
}

async fn change(
    campus: &Campus,
    kind: Kind,
    id: &str,
    headers: &HeaderMap,
    make: impl FnOnce(&Stored) -> Result<Value, ScimError>,
) -> Result<Response, ScimError> {
    let now = campus.clock.now();
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let before = stored(&mut transaction, kind, id).await?;
    check_if_match(headers, &entity_tag(before.version))?;
    let mut document = make(&before)?;
    set_by_directory(kind, &mut document, Some(&before.document), now);
    if kind == Kind::Account {
        keep_leavers(&mut document, &before.document);
        resolve(&mut transaction, &mut document).await?;
    }
    // What changes nothing is no change: version and date stay.
    if document != before.document {
        store::update(&mut transaction, before.seq, &document, now).await?;
        if kind == Kind::User {
            person_changed(&mut transaction, id, Some(&document), now).await?;
        }
    }
    let after = stored(&mut transaction, kind, id).await?;
    transaction.commit().await?;
    campus.sight.changed();
    answer(campus, kind, StatusCode::OK, after).await
}

/// What the directory itself says of a resource.
fn set_by_directory(kind: Kind, document: &mut Value, before: Option<&Value>, now: Timestamp) {
    match kind {
        Kind::User => {
            if document.get("active").is_none() {
                document["active"] = true.into();
            }
        }
        Kind::Account => {
            let size = |document: &Value, name: &str| document.get("mailbox")?.get(name).cloned();
            if document.get("mailbox").is_none() {
                return;
            }
            let is_as_before = before.is_some_and(|before| {
                ["bytes", "quotaBytes"].iter().all(|name| size(before, name) == size(document, name))
            });
            let measured = before.filter(|_| is_as_before).and_then(|before| size(before, "measured"));
            document["mailbox"]["measured"] = measured.unwrap_or_else(|| moment(now).into());
        }
    }
}

/// Keeps people whose record is gone as they were written out before, so that they need not be found again.
fn keep_leavers(document: &mut Value, before: &Value) {
    let mut before = before.clone();
    let leavers: Vec<_> = super::shape::principals(&mut before)
        .into_iter()
        .filter(|principal| principal.get("active").and_then(Value::as_bool) == Some(false))
        .map(|principal| principal.clone())
        .collect();
    for principal in super::shape::principals(document) {
        if let Some(leaver) = leavers.iter().find(|leaver| leaver.get("value") == principal.get("value")) {
            let rights = principal.remove("rights");
            principal.clone_from(leaver);
            principal.remove("rights");
            principal.extend(rights.map(|rights| ("rights".to_owned(), rights)));
        }
    }
}

async fn answer(campus: &Campus, kind: Kind, status: StatusCode, stored: Stored) -> Result<Response, ScimError> {
    let tag = entity_tag(stored.version);
    let groups = store::groups_of(&campus.db, &stored.id).await?;
    let shown = present(kind, stored, &Reader::Provisioning, &groups, &campus.scim_base());
    let shown = shown.ok_or_else(ScimError::broken)?;
    let location = shown.get("meta").and_then(|meta| meta.get("location")).and_then(Value::as_str);
    let location = location.filter(|_| status == StatusCode::CREATED).map(str::to_owned);
    Ok(resource(status, &shown, &tag, location.as_deref()))
}

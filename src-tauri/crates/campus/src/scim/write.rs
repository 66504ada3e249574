//! Making, changing and removing resources: the provisioning side alone.

use super::body::{check_accept, check_if_match, json_object, resource};
use super::check::incoming;
use super::error::ScimError;
use super::kind::Kind;
use super::patch::patched;
use super::present::{entity_tag, present};
use super::principals::{person_changed, resolve, strip};
use super::reader::Reader;
use super::schema::Schemas;
use super::store::{self, Stored};
use crate::json::{set, set_within};
use crate::site::{Campus, Shared};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
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
    if kind == Kind::User && document.get("active").is_none() {
        set(&mut document, "active", true.into());
    }
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
        let mut document = stored.document.clone();
        if kind == Kind::Account {
            strip(&mut document);
        }
        let mut document = patched(kind, &campus.schemas, document, &request)?;
        set(&mut document, "schemas", json!(kind.schema_ids()));
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
    keep_read_only(kind, &campus.schemas, &mut document, &before.document);
    if kind == Kind::Account {
        keep_measured(&mut document, &before.document);
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

/// Keeps what a client cannot set and therefore cannot take away (RFC 7644 section 3.5.1).
fn keep_read_only(kind: Kind, schemas: &Schemas, document: &mut Value, before: &Value) {
    let core = kind.core(schemas).attributes.iter().map(|attribute| (None, attribute));
    let extension = kind.extension(schemas).into_iter();
    let extension =
        extension.flat_map(|schema| schema.attributes.iter().map(|attribute| (Some(schema.id), attribute)));
    for (holder, attribute) in core.chain(extension).filter(|(_, attribute)| attribute.is_read_only()) {
        let kept = match holder {
            Some(holder) => before.get(holder).and_then(|holder| holder.get(attribute.name)),
            None => before.get(attribute.name),
        };
        let Some(kept) = kept.cloned() else { continue };
        match holder {
            Some(holder) => set_within(document, holder, attribute.name, kept),
            None => set(document, attribute.name, kept),
        }
    }
}

/// Keeps the day of measuring as long as the size is the one that was measured.
fn keep_measured(document: &mut Value, before: &Value) {
    let part = |document: &Value, name: &str| document.get("mailbox")?.get(name).cloned();
    let is_same_size = ["bytes", "quotaBytes"].iter().all(|name| part(before, name) == part(document, name));
    if let Some(measured) =
        part(before, "measured").filter(|_| is_same_size && document.get("mailbox").is_some())
    {
        set_within(document, "mailbox", "measured", measured);
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

async fn answer(
    campus: &Campus,
    kind: Kind,
    status: StatusCode,
    stored: Stored,
) -> Result<Response, ScimError> {
    let tag = entity_tag(stored.version);
    let groups = store::groups_of(&campus.db, &stored.id).await?;
    let shown = present(kind, stored, &Reader::Provisioning, &groups, &campus.scim_base());
    let shown = shown.ok_or_else(ScimError::broken)?;
    let location = shown.get("meta").and_then(|meta| meta.get("location")).and_then(Value::as_str);
    let location = location.filter(|_| status == StatusCode::CREATED).map(str::to_owned);
    Ok(resource(status, &shown, &tag, location.as_deref()))
}

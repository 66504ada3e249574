//! One resource, and oneself.

use super::body::{check_accept, is_known, resource};
use super::error::ScimError;
use super::kind::Kind;
use super::list::groups;
use super::present::{entity_tag, present};
use super::project::Projection;
use super::reader::Reader;
use super::{shape, store};
use crate::json::set_within;
use crate::site::{Campus, Shared};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

pub(super) async fn one(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let reader = Reader::of(&campus, &headers).await?;
    let projection = projection(query.as_deref())?;
    let mut connection = campus.db.acquire().await?;
    let stored = store::by_id(&mut connection, kind, &id).await?.ok_or_else(ScimError::not_found)?;
    drop(connection);
    let tag = entity_tag(stored.version);
    let groups = groups(&campus, &reader, kind, &id).await?;
    // What the reader may not see is answered as if it were not there.
    let shown =
        present(kind, stored, &reader, &groups, &campus.scim_base()).ok_or_else(ScimError::not_found)?;
    Ok(answer(&campus, &headers, kind, &projection, shown, &tag))
}

/// The person, or the account with a sign-in of its own, whose token this is (RFC 7644 section 3.11).
pub(super) async fn me(
    State(campus): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let reader = Reader::of(&campus, &headers).await?;
    let Reader::Person(me) = &reader else {
        return Err(ScimError::new(StatusCode::NOT_FOUND, "The provisioning token stands for nobody."));
    };
    let projection = projection(query.as_deref())?;
    let id = me.id.as_str();
    let mut connection = campus.db.acquire().await?;
    let stored = match store::by_id(&mut connection, Kind::User, id).await? {
        Some(stored) => stored,
        None => store::by_id(&mut connection, Kind::Account, id)
            .await?
            .map(|stored| store::Stored { document: shape::account_as_user(&stored.document), ..stored })
            .ok_or_else(ScimError::not_found)?,
    };
    drop(connection);
    let tag = entity_tag(stored.version);
    let groups = groups(&campus, &reader, Kind::User, id).await?;
    let mut shown = present(Kind::User, stored, &reader, &groups, &campus.scim_base())
        .ok_or_else(ScimError::not_found)?;
    set_within(&mut shown, "meta", "location", format!("{}/Me", campus.scim_base()).into());
    Ok(answer(&campus, &headers, Kind::User, &projection, shown, &tag))
}

fn projection(query: Option<&str>) -> Result<Projection, ScimError> {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    Projection::of(get("attributes"), get("excludedAttributes"))
}

fn answer(
    campus: &Campus,
    headers: &HeaderMap,
    kind: Kind,
    projection: &Projection,
    shown: Value,
    tag: &str,
) -> Response {
    if is_known(headers, tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.to_owned())]).into_response();
    }
    resource(StatusCode::OK, &projection.apply(kind, &campus.schemas, shown), tag, None)
}

//! What the directory can do, and the shape of what it holds (RFC 7644 section 4). Anyone may read it.

use super::attribute::Attribute;
use super::body::{check_accept, json};
use super::error::ScimError;
use super::kind::Kind;
use super::query::{DEFAULT_PAGE, LARGEST_PAGE};
use super::schema::{Schema, Schemas};
use crate::site::Shared;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

pub(super) async fn service_provider_config(
    State(campus): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": LARGEST_PAGE},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_PAGE,
            "maxPageSize": LARGEST_PAGE,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "An access token of this campus, in the Authorization header",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", campus.scim_base()),
        },
    });
    Ok(json(StatusCode::OK, &config))
}

pub(super) async fn schemas(
    State(campus): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    refuse_filter(query.as_deref())?;
    let base = campus.scim_base();
    let definitions: Vec<_> = all(&campus.schemas).map(|schema| definition(schema, &base)).collect();
    Ok(list(&definitions))
}

pub(super) async fn schema(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let found = all(&campus.schemas).find(|schema| schema.id.eq_ignore_ascii_case(&id));
    let found = found.ok_or_else(ScimError::not_found)?;
    Ok(json(StatusCode::OK, &definition(found, &campus.scim_base())))
}

pub(super) async fn resource_types(
    State(campus): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    refuse_filter(query.as_deref())?;
    let base = campus.scim_base();
    Ok(list(&Kind::ALL.map(|kind| kind.document(&base))))
}

pub(super) async fn resource_type(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let found = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(&id));
    let found = found.ok_or_else(ScimError::not_found)?;
    Ok(json(StatusCode::OK, &found.document(&campus.scim_base())))
}

pub(super) async fn nothing_here() -> ScimError {
    ScimError::not_found()
}

pub(super) async fn not_allowed() -> ScimError {
    ScimError::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not offered here.")
}

/// Filters make no sense here and are refused (RFC 7644 section 4).
fn refuse_filter(query: Option<&str>) -> Result<(), ScimError> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    if pairs.any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        return Err(ScimError::new(StatusCode::FORBIDDEN, "This list cannot be filtered."));
    }
    Ok(())
}

fn all(schemas: &Schemas) -> impl Iterator<Item = &Schema> {
    [&schemas.user, &schemas.user_extension, &schemas.account].into_iter()
}

fn definition(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(Attribute::definition).collect::<Vec<_>>(),
        "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id)},
    })
}

fn list(resources: &[Value]) -> Response {
    let list = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    json(StatusCode::OK, &list)
}

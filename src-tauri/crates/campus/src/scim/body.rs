//! Bodies in and out: media types, JSON, entity tags.

use super::SCIM_JSON;
use super::error::ScimError;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Refuses a request whose answer could not be in a form that it takes (406).
pub(super) fn check_accept(headers: &HeaderMap) -> Result<(), ScimError> {
    let mut asked = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if asked.peek().is_none() {
        return Ok(());
    }
    let takes = |range: &str| {
        let kind = range.split(';').next().unwrap_or_default().trim();
        ["*/*", "application/*", SCIM_JSON, "application/json"]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(kind))
    };
    if asked.any(|value| value.split(',').any(takes)) {
        return Ok(());
    }
    Err(ScimError::new(StatusCode::NOT_ACCEPTABLE, "Answers are application/scim+json."))
}

/// The JSON object in a request's body (415 where it is said to be something else).
pub(super) fn json_object(headers: &HeaderMap, body: &[u8]) -> Result<Value, ScimError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(SCIM_JSON) && !kind.eq_ignore_ascii_case("application/json") {
        return Err(ScimError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Bodies have to be application/scim+json.",
        ));
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|_| ScimError::syntax("The body is not JSON."))?;
    if value.is_object() { Ok(value) } else { Err(ScimError::syntax("The body has to be a JSON object.")) }
}

pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, SCIM_JSON)], value.to_string()).into_response()
}

/// A resource with its entity tag, and its address where it was just made.
pub(super) fn resource(status: StatusCode, resource: &Value, tag: &str, location: Option<&str>) -> Response {
    let mut headers: Vec<(HeaderName, String)> =
        vec![(header::CONTENT_TYPE, SCIM_JSON.to_owned()), (header::ETAG, tag.to_owned())];
    if let Some(location) = location {
        headers.push((header::LOCATION, location.to_owned()));
    }
    let mut answer = (status, resource.to_string()).into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// Whether a list of entity tags names `tag`. Weak comparison (RFC 9110 section 8.8.3.2): our tags are all weak.
fn names(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|one| opaque(one) == opaque(tag))
}

/// Refuses a change that was meant for another version (412).
pub(super) fn check_if_match(headers: &HeaderMap, tag: &str) -> Result<(), ScimError> {
    match headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default()) {
        Some(list) if !names(list, tag) => {
            Err(ScimError::new(StatusCode::PRECONDITION_FAILED, "The resource has changed since."))
        }
        _ => Ok(()),
    }
}

/// Whether the reader has this version already (304).
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| names(list, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        assert!(names("\"6\", W/\"7\"", "W/\"7\""));
        assert!(names("\"7\"", "W/\"7\""), "weak comparison passes over W/");
        assert!(!names("W/\"77\"", "W/\"7\""));
        assert!(names("*", "W/\"7\""));
    }

    #[test]
    fn an_answer_that_would_not_be_taken_is_not_made() {
        assert!(check_accept(&with(header::ACCEPT, "text/html")).is_err());
        assert!(check_accept(&with(header::ACCEPT, "text/html, application/scim+json;q=0.5")).is_ok());
        assert!(check_accept(&HeaderMap::new()).is_ok());
    }
}

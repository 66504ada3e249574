//! SCIM errors (RFC 7644 section 3.12).

use super::SCIM_JSON;
use crate::json::set;
use crate::oidc::Refusal;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub(super) struct ScimError {
    pub(super) status: StatusCode,
    /// `scimType`, where the standard has a word for it.
    pub(super) scim_type: Option<&'static str>,
    pub(super) detail: String,
    /// `WWW-Authenticate` of a 401, or of a 403 for want of a scope (RFC 6750 section 3.1).
    challenge: Option<HeaderValue>,
}

impl ScimError {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), challenge: None }
    }

    /// A 400 with its `scimType`.
    pub(super) fn bad(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { scim_type: Some(scim_type), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    pub(super) fn syntax(detail: impl Into<String>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    pub(super) fn value(detail: impl Into<String>) -> Self {
        Self::bad("invalidValue", detail)
    }

    pub(super) fn filter(detail: impl Into<String>) -> Self {
        Self::bad("invalidFilter", detail)
    }

    pub(super) fn taken(attribute: &str) -> Self {
        let detail = format!("Another resource has this {attribute}.");
        Self { scim_type: Some("uniqueness"), ..Self::new(StatusCode::CONFLICT, detail) }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such resource.")
    }

    pub(super) fn read_only() -> Self {
        Self::new(StatusCode::FORBIDDEN, "People read here. Changes are made by the provisioning side alone.")
    }

    pub(super) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The practice campus could not read or write its database.",
        )
    }
}

impl From<Refusal> for ScimError {
    fn from(refusal: Refusal) -> Self {
        let problem = match refusal {
            Refusal::Missing | Refusal::Invalid => {
                let detail =
                    "An access token is needed, and this one is missing, unknown or no longer valid.";
                Self::new(StatusCode::UNAUTHORIZED, detail)
            }
            Refusal::Scope(scope) => {
                Self::new(StatusCode::FORBIDDEN, format!("The token does not cover {scope}."))
            }
            Refusal::Broken => Self::broken(),
        };
        Self { challenge: refusal.challenge(), ..problem }
    }
}

impl From<sqlx::Error> for ScimError {
    fn from(problem: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &problem
            && cause.is_unique_violation()
        {
            return Self::taken(if cause.message().contains("address") { "address" } else { "userName" });
        }
        tracing::error!(%problem, "database");
        Self::broken()
    }
}

impl From<serde_json::Error> for ScimError {
    fn from(problem: serde_json::Error) -> Self {
        tracing::error!(%problem, "stored document");
        Self::broken()
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.as_str(),
            "detail": self.detail,
        });
        if let Some(scim_type) = self.scim_type {
            set(&mut body, "scimType", scim_type.into());
        }
        let mut answer = (self.status, [(header::CONTENT_TYPE, SCIM_JSON)], body.to_string()).into_response();
        if let Some(challenge) = self.challenge {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

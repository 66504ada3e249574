//! How the token endpoints answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error of RFC 6749 section 5.2, RFC 8628 section 3.5 or RFC 7009 section 2.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub(super) struct OauthError {
    pub(super) code: &'static str,
    pub(super) description: &'static str,
}

pub(super) const fn error(code: &'static str, description: &'static str) -> OauthError {
    OauthError { code, description }
}

pub(super) const BROKEN: OauthError =
    error("server_error", "The practice campus could not read or write its database.");

impl From<sqlx::Error> for OauthError {
    fn from(problem: sqlx::Error) -> Self {
        tracing::error!(%problem, "database");
        BROKEN
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let status = match self.code {
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut answer = (status, Json(json!({"error": self.code, "error_description": self.description})))
            .into_response();
        if status == StatusCode::UNAUTHORIZED {
            answer
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"campus\""));
        }
        answer
    }
}

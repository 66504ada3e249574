//! What the desk refuses, and why (RFC 9457).

use super::fact::{Changed, Fact, Gone, Who};
use crate::oidc::Refusal;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of refusals (RFC 9457 section 3).
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not taken. Programs go by `code`; `detail` is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ProblemBody {
    #[schema(examples("not-yours"))]
    code: &'static str,
    detail: String,
    /// What is wrong, place by place. With code `invalid` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// What has changed, as it is now. With code `conflict` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    conflicts: Vec<Fact<Who>>,
    /// What has changed and is not there any more. With code `conflict` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    gone: Vec<Gone>,
}

/// What is wrong at one place of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FieldError {
    /// Names and numbers with dots between them. Empty: the whole.
    #[schema(examples("wish.changes.0.edit.rights"))]
    pub(super) field: String,
    #[schema(examples("unknown-right"))]
    pub(super) code: &'static str,
    pub(super) detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DeskProblem {
    status: StatusCode,
    body: Box<ProblemBody>,
    /// `WWW-Authenticate` of a 401, or of a 403 for want of a scope (RFC 6750 section 3.1).
    challenge: Option<HeaderValue>,
}

impl DeskProblem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let body = ProblemBody {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            conflicts: Vec::new(),
            gone: Vec::new(),
        };
        Self { status, body: Box::new(body), challenge: None }
    }

    pub(super) fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub(super) fn conflicting(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Also said of a request that is not for the reader to see.
    pub(super) fn no_such_request() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no-such-request", "There is no such request.")
    }

    pub(super) fn no_such_account() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no-such-account", "There is no such account.")
    }

    pub(super) fn too_large(detail: &'static str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }

    pub(super) fn not_json() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "not-json", "The body is not JSON.")
    }

    pub(super) fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Something in it cannot be taken. Nothing was changed.",
        );
        problem.body.errors = errors;
        problem
    }

    /// A 422 for one place alone.
    pub(super) fn field(field: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.to_owned(), code, detail: detail.into() }])
    }

    pub(super) fn changed_meanwhile(changed: Vec<Changed>) -> Self {
        let mut problem = Self::conflicting("conflict", "The account has changed since this was written.");
        for changed in changed {
            match changed {
                Changed::Now(now) => problem.body.conflicts.push(now),
                Changed::Gone(gone) => problem.body.gone.push(gone),
            }
        }
        problem
    }

    pub(super) fn broken() -> Self {
        let detail = "The practice campus could not read or write its database.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", detail)
    }
}

impl From<Refusal> for DeskProblem {
    fn from(refusal: Refusal) -> Self {
        let problem = match refusal {
            Refusal::Missing | Refusal::Invalid => {
                let detail =
                    "An access token is needed, and this one is missing, unknown or no longer valid.";
                Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
            }
            Refusal::Scope(scope) => {
                let detail = format!("The sign-in does not cover {scope}. Sign out and in again.");
                Self::forbidden("insufficient-scope", detail)
            }
            Refusal::Broken => Self::broken(),
        };
        Self { challenge: refusal.challenge(), ..problem }
    }
}

impl From<sqlx::Error> for DeskProblem {
    fn from(problem: sqlx::Error) -> Self {
        tracing::error!(%problem, "database");
        Self::broken()
    }
}

impl IntoResponse for DeskProblem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self.body).unwrap_or_default();
        let mut answer = (self.status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some(challenge) = self.challenge {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

//! Access tokens on the way in (RFC 6750).

use super::grants::family_of;
use super::login::is_still_in;
use crate::secret;
use crate::site::Campus;
use axum::http::{HeaderMap, HeaderValue, header};

/// Why a request carries no usable token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No token at all.
    Missing,
    /// Not known, expired or revoked.
    Invalid,
    /// Good, but without this scope.
    Scope(&'static str),
    /// The campus could not look.
    Broken,
}

impl Refusal {
    /// `WWW-Authenticate` of the 401 or 403 that says so (RFC 6750 section 3.1). `None`: it is neither.
    pub(crate) fn challenge(self) -> Option<HeaderValue> {
        match self {
            Self::Missing => Some(HeaderValue::from_static("Bearer")),
            Self::Invalid => Some(HeaderValue::from_static("Bearer error=\"invalid_token\"")),
            Self::Scope(scope) => {
                HeaderValue::from_str(&format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")).ok()
            }
            Self::Broken => None,
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(problem: sqlx::Error) -> Self {
        tracing::error!(%problem, "database");
        Self::Broken
    }
}

/// The token in `Authorization: Bearer`.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The id of the person or account that the request's access token stands for.
pub(crate) async fn subject(
    campus: &Campus,
    headers: &HeaderMap,
    scope: &'static str,
) -> Result<String, Refusal> {
    let token = token(headers).ok_or(Refusal::Missing)?;
    let row = sqlx::query(
        "SELECT f.id, f.subject, f.scope, f.auth_time FROM token t JOIN family f ON f.id = t.family \
         WHERE t.digest = ? AND t.use = 'access' AND t.expires > ? AND f.revoked = 0",
    )
    .bind(secret::digest(token))
    .bind(campus.clock.seconds())
    .fetch_optional(&campus.db)
    .await?
    .ok_or(Refusal::Invalid)?;
    let family = family_of(&row)?;
    let mut connection = campus.db.acquire().await?;
    if !is_still_in(&mut connection, &family.subject).await? {
        return Err(Refusal::Invalid);
    }
    if family.allows(scope) { Ok(family.subject) } else { Err(Refusal::Scope(scope)) }
}

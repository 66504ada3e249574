//! `/userinfo` (OpenID Connect Core section 5.3) and the profile claims.

use super::answer::OauthError;
use super::bearer::{Refusal, subject};
use crate::json::set;
use crate::site::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection};

pub(super) async fn asked(State(campus): State<Shared>, headers: HeaderMap) -> Response {
    let subject = match subject(&campus, &headers, "openid").await {
        Ok(subject) => subject,
        Err(refusal) => return refused(refusal),
    };
    let mut claims = json!({"sub": subject});
    let added = async {
        let mut connection = campus.db.acquire().await?;
        add_profile(&mut connection, &subject, &mut claims).await
    };
    match added.await {
        Ok(()) => Json(claims).into_response(),
        Err(problem) => OauthError::from(problem).into_response(),
    }
}

fn refused(refusal: Refusal) -> Response {
    let status = match refusal {
        Refusal::Missing | Refusal::Invalid => StatusCode::UNAUTHORIZED,
        Refusal::Scope(_) => StatusCode::FORBIDDEN,
        Refusal::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let challenge = refusal.challenge().map(|challenge| [(header::WWW_AUTHENTICATE, challenge)]);
    match challenge {
        Some(challenge) => (status, challenge).into_response(),
        None => status.into_response(),
    }
}

/// Adds `name` and `preferred_username` of the subject.
pub(super) async fn add_profile(
    connection: &mut SqliteConnection,
    subject: &str,
    claims: &mut Value,
) -> Result<(), sqlx::Error> {
    let row = sqlx::query(
        "SELECT document ->> '$.displayName', document ->> '$.userName' FROM resource WHERE id = ?",
    )
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    if let Some(row) = row {
        set(claims, "name", row.try_get::<Option<String>, _>(0)?.into());
        set(claims, "preferred_username", row.try_get::<Option<String>, _>(1)?.into());
    }
    Ok(())
}

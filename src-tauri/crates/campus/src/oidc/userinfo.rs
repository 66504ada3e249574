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
        Err(Refusal::Broken) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(Refusal::Missing) => return challenge("Bearer"),
        Err(Refusal::Invalid | Refusal::Scope) => return challenge("Bearer error=\"invalid_token\""),
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

fn challenge(text: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, text)]).into_response()
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

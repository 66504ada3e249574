//! `/token`: codes and refresh tokens against tokens (RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.6).

use super::answer::{BROKEN, OauthError, error};
use super::form::Form;
use super::grants::{Family, REFRESH_SECONDS, family, issue_token, revoke_family};
use super::login::is_still_in;
use super::{device, refresh, userinfo};
use crate::json::set;
use crate::secret;
use crate::site::{CLIENT_ID, Campus, Shared};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection};

/// Life of an id_token, in seconds. It is read once, at sign-in.
const ID_TOKEN_SECONDS: i64 = 300;

pub(super) async fn asked(
    State(campus): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, OauthError> {
    let form = Form::of_client(&headers, &body)?;
    match form.need("grant_type", "grant_type is missing.")? {
        "authorization_code" => by_code(&campus, &form).await,
        "refresh_token" => refresh::by_refresh_token(&campus, &form).await,
        "urn:ietf:params:oauth:grant-type:device_code" => device::by_device_code(&campus, &form).await,
        _ => Err(error("unsupported_grant_type", "This grant type is not offered.")),
    }
    .map(Json)
}

const NO_CODE: OauthError = error("invalid_grant", "The code is not known, too old, or already used.");

async fn by_code(campus: &Campus, form: &Form) -> Result<Value, OauthError> {
    let code = form.need("code", "code is missing.")?;
    let verifier = form.need("code_verifier", "code_verifier is missing.")?;
    let redirect = form.need("redirect_uri", "redirect_uri is missing.")?;
    let now = campus.clock.seconds();

    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query(
        "SELECT family, redirect_uri, challenge, nonce, expires, used FROM code WHERE digest = ?",
    )
    .bind(secret::digest(code))
    .fetch_optional(&mut *transaction)
    .await?
    .ok_or(NO_CODE)?;
    let family_id: String = row.try_get(0)?;
    let is_used: bool = row.try_get(5)?;
    if is_used {
        // Somebody else has the code as well: what was issued from it ends (RFC 6749 section 4.1.2).
        revoke_family(&mut transaction, &family_id).await?;
        transaction.commit().await?;
        return Err(NO_CODE);
    }
    sqlx::query("UPDATE code SET used = 1 WHERE digest = ?")
        .bind(secret::digest(code))
        .execute(&mut *transaction)
        .await?;
    let is_in_time = row.try_get::<i64, _>(4)? > now;
    let is_same_place = secret::same(row.try_get(1)?, redirect);
    let is_same_program = is_verifier(verifier) && secret::same(row.try_get(2)?, &secret::digest(verifier));
    let found = family(&mut transaction, &family_id).await?;
    let (true, true, true, Some(family)) = (is_in_time, is_same_place, is_same_program, found) else {
        transaction.commit().await?;
        return Err(if is_same_program {
            NO_CODE
        } else {
            error("invalid_grant", "The code verifier does not fit.")
        });
    };
    let nonce: Option<String> = row.try_get(3)?;
    let answer = tokens(campus, &mut transaction, &family, nonce.as_deref(), now).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// 43 to 128 unreserved characters (RFC 7636 section 4.1).
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

/// Issues what a successful answer holds: an access token, an id_token, and a refresh token where it was asked for.
pub(super) async fn tokens(
    campus: &Campus,
    connection: &mut SqliteConnection,
    family: &Family,
    nonce: Option<&str>,
    now: i64,
) -> Result<Value, OauthError> {
    if !is_still_in(connection, &family.subject).await? {
        return Err(error("invalid_grant", "The account can no longer be signed in to."));
    }
    sqlx::query("DELETE FROM token WHERE expires <= ? AND use = 'access'")
        .bind(now)
        .execute(&mut *connection)
        .await?;
    let access = issue_token(connection, family, "access", now, campus.access_seconds.into()).await?;
    let mut answer = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": campus.access_seconds,
        "scope": family.scope,
    });
    if family.allows("offline_access") {
        set(
            &mut answer,
            "refresh_token",
            issue_token(connection, family, "refresh", now, REFRESH_SECONDS).await?.into(),
        );
    }
    let mut claims = json!({
        "iss": campus.issuer,
        "sub": family.subject,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "auth_time": family.auth_time,
    });
    if let Some(nonce) = nonce {
        set(&mut claims, "nonce", nonce.into());
    }
    if family.allows("profile") {
        userinfo::add_profile(connection, &family.subject, &mut claims).await?;
    }
    let id_token = campus.key.sign(&claims).map_err(|problem| {
        tracing::error!(%problem, "signing");
        BROKEN
    })?;
    set(&mut answer, "id_token", id_token.into());
    Ok(answer)
}

//! Sign-in on another device (RFC 8628): a code to poll with, and a page where somebody approves it.

use super::answer::{OauthError, error};
use super::authorize::granted_scope;
use super::form::Form;
use super::grants::{begin_family, family};
use super::login::{candidates, choice, subject_of};
use super::page::{self, escape};
use super::token::tokens;
use crate::secret;
use crate::site::{Campus, Shared};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use rand::Rng;
use serde_json::{Value, json};
use sqlx::Row;

/// How long a device code can be approved, in seconds.
const DEVICE_SECONDS: i64 = 600;
/// By how much a poll that comes too early lengthens the wait, in seconds (section 3.5).
const SLOW_DOWN_SECONDS: i64 = 5;

pub(super) async fn asked(
    State(campus): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, OauthError> {
    let form = Form::of_client(&headers, &body)?;
    let scope = granted_scope(form.get("scope").unwrap_or_default())
        .ok_or(error("invalid_scope", "The scope has to contain openid."))?;
    let now = campus.clock.seconds();
    let (device, user) = (secret::random(), user_code());
    sqlx::query("DELETE FROM device WHERE expires <= ?")
        .bind(now - DEVICE_SECONDS)
        .execute(&campus.db)
        .await?;
    sqlx::query("INSERT INTO device (digest, user_code, scope, expires, wait) VALUES (?, ?, ?, ?, ?)")
        .bind(secret::digest(&device))
        .bind(&user)
        .bind(scope)
        .bind(now + DEVICE_SECONDS)
        .bind(i64::from(campus.device_interval))
        .execute(&campus.db)
        .await?;
    let uri = format!("{}/device", campus.issuer);
    Ok(Json(json!({
        "device_code": device,
        "user_code": user,
        "verification_uri": uri,
        "verification_uri_complete": format!("{uri}?user_code={user}"),
        "expires_in": DEVICE_SECONDS,
        "interval": campus.device_interval,
    })))
}

/// Eight consonants, as section 6.1 suggests: no words, and none that are easily confused.
fn user_code() -> String {
    const LETTERS: [char; 20] =
        ['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Z'];
    let mut random = rand::rngs::OsRng;
    let mut letters = || LETTERS.get(random.gen_range(0..LETTERS.len())).copied().unwrap_or('B');
    let mut four = || (0..4).map(|_| letters()).collect::<String>();
    format!("{}-{}", four(), four())
}

/// The code as it was issued, however it was typed.
fn typed(text: &str) -> String {
    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    match letters.split_at_checked(4) {
        Some((one, other)) => format!("{one}-{other}"),
        None => letters,
    }
}

pub(super) async fn by_device_code(campus: &Campus, form: &Form) -> Result<Value, OauthError> {
    let digest = secret::digest(form.need("device_code", "device_code is missing.")?);
    let now = campus.clock.seconds();
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT expires, wait, polled, answer, family FROM device WHERE digest = ?")
        .bind(&digest)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(error("invalid_grant", "The device code is not known."))?;
    let (expires, wait, polled): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let answer: String = row.try_get(3)?;
    if expires <= now {
        return Err(error("expired_token", "The device code has expired."));
    }
    let early = polled + wait > now;
    sqlx::query("UPDATE device SET polled = ?, wait = ? WHERE digest = ?")
        .bind(now)
        .bind(if early { wait + SLOW_DOWN_SECONDS } else { wait })
        .bind(&digest)
        .execute(&mut *transaction)
        .await?;
    let refusal = match answer.as_str() {
        _ if early => Some(error("slow_down", "Polled too early.")),
        "pending" => Some(error("authorization_pending", "Nobody has approved this yet.")),
        "denied" => Some(error("access_denied", "The sign-in was refused.")),
        "approved" => None,
        _ => Some(error("invalid_grant", "The device code was used before.")),
    };
    if let Some(refusal) = refusal {
        transaction.commit().await?;
        return Err(refusal);
    }
    let family_id: String = row.try_get(4)?;
    let family = family(&mut transaction, &family_id)
        .await?
        .ok_or(error("invalid_grant", "The sign-in was revoked."))?;
    sqlx::query("UPDATE device SET answer = 'used' WHERE digest = ?")
        .bind(&digest)
        .execute(&mut *transaction)
        .await?;
    let answer = tokens(campus, &mut transaction, &family, None, now).await?;
    transaction.commit().await?;
    Ok(answer)
}

pub(super) async fn page(State(campus): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match shown(&campus, form.get("user_code")).await {
        Ok(response) => response,
        Err(problem) => page::broken(&problem),
    }
}

async fn shown(campus: &Campus, code: Option<&str>) -> Result<Response, sqlx::Error> {
    let target = campus.issuer.as_str();
    let Some(code) = code.map(typed) else {
        let body = "<form method=\"get\" action=\"/device\"><label>The code that the program shows \
                    <input type=\"text\" name=\"user_code\" required autocomplete=\"off\"></label>\n\
                    <p class=\"go\"><button type=\"submit\">Continue</button></p></form>";
        return Ok(page::with_form(StatusCode::OK, "Sign in on another device", body, target));
    };
    if !is_pending(campus, &code).await? {
        return Ok(unknown());
    }
    let hidden = [("user_code", code.as_str())];
    let people = candidates(&campus.db).await?;
    let body = format!(
        "<p>Go on only if the program shows the code <b>{}</b>.</p>\n{}",
        escape(&code),
        choice(&people, "/device", &hidden, "Approve", ("deny", "Refuse"))
    );
    Ok(page::with_form(StatusCode::OK, "Sign in on another device", &body, target))
}

fn unknown() -> Response {
    page::refused(
        StatusCode::NOT_FOUND,
        "No program waits for this code. It may be mistyped, too old or answered.",
    )
}

async fn is_pending(campus: &Campus, code: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT 1 FROM device WHERE user_code = ? AND answer = 'pending' AND expires > ?")
        .bind(code)
        .bind(campus.clock.seconds())
        .fetch_optional(&campus.db)
        .await?;
    Ok(row.is_some())
}

pub(super) async fn answered(State(campus): State<Shared>, body: Bytes) -> Response {
    match answer(&campus, &Form::read(&body)).await {
        Ok(response) => response,
        Err(problem) => page::broken(&problem),
    }
}

async fn answer(campus: &Campus, form: &Form) -> Result<Response, sqlx::Error> {
    let code = typed(form.get("user_code").unwrap_or_default());
    let now = campus.clock.seconds();
    let is_denied = form.get("deny").is_some();
    let subject = match form.get("person") {
        Some(username) if !is_denied => subject_of(&campus.db, username).await?,
        _ => None,
    };
    if subject.is_none() && !is_denied {
        return Ok(page::refused(StatusCode::BAD_REQUEST, "Nobody of that name can sign in here."));
    }
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query(
        "UPDATE device SET answer = ? WHERE user_code = ? AND answer = 'pending' AND expires > ? RETURNING scope",
    )
    .bind(if is_denied { "denied" } else { "approved" })
    .bind(&code)
    .bind(now)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(row) = row else { return Ok(unknown()) };
    if let Some(subject) = subject {
        let family = begin_family(&mut transaction, &subject, row.try_get(0)?, now).await?;
        sqlx::query("UPDATE device SET family = ? WHERE user_code = ?")
            .bind(family)
            .bind(&code)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    let said =
        if is_denied { "The sign-in was refused." } else { "Go back to the program: it signs in by itself." };
    Ok(page::plain(StatusCode::OK, "Sign in on another device", &format!("<p role=\"status\">{said}</p>")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        assert_eq!(typed("bcdf ghjk"), "BCDF-GHJK");
        assert_eq!(typed(" BCDF-GHJK "), "BCDF-GHJK");
        assert_eq!(typed("b"), "B");
        assert_eq!(typed(&user_code()).len(), 9);
    }
}

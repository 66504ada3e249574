//! `/authorize`: the request that a browser brings (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

use super::form::Form;
use super::grants::Pending;
use super::redirect::Redirect;
use super::{login, page};
use crate::site::{CLIENT_ID, Campus, SCOPES, Shared};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect as SeeOther, Response};

pub(super) async fn asked(State(campus): State<Shared>, RawQuery(query): RawQuery) -> Response {
    answer(&campus, &Form::read(query.unwrap_or_default().as_bytes())).await
}

pub(super) async fn asked_by_form(State(campus): State<Shared>, body: Bytes) -> Response {
    answer(&campus, &Form::read(&body)).await
}

async fn answer(campus: &Campus, form: &Form) -> Response {
    let redirect = match trusted_redirect(form) {
        Ok(redirect) => redirect,
        Err(reason) => return page::refused(StatusCode::BAD_REQUEST, reason),
    };
    let state = form.get("state").filter(|_| !form.is_repeated("state"));
    match read(form, &redirect, state) {
        Ok(pending) => login::show(campus, &pending).await,
        Err((code, description)) => {
            let pairs = [("error", code), ("error_description", description)];
            send_back(redirect.with(&pairs, state, &campus.issuer))
        }
    }
}

/// Sends the browser on with 303, so that a form is never posted to the program that waits.
pub(super) fn send_back(to: Option<String>) -> Response {
    match to {
        Some(to) => SeeOther::to(&to).into_response(),
        None => page::refused(StatusCode::BAD_REQUEST, "The address to return to cannot be read."),
    }
}

/// The address to answer to. Before it is known to be the program's own, nothing is ever sent there.
fn trusted_redirect(form: &Form) -> Result<Redirect, &'static str> {
    if form.is_repeated("client_id") || form.is_repeated("redirect_uri") {
        return Err("The request names its program or its return address more than once.");
    }
    match form.get("client_id") {
        Some(CLIENT_ID) => {}
        Some(_) => return Err("The program that asks is not known at this campus."),
        None => return Err("The request does not say which program asks."),
    }
    let asked = form.get("redirect_uri").ok_or("The request does not say where to return to.")?;
    Redirect::parse(asked).ok_or("The request wants to return to an address that is not this computer's.")
}

fn read(
    form: &Form,
    redirect: &Redirect,
    state: Option<&str>,
) -> Result<Pending, (&'static str, &'static str)> {
    if form.repeats() {
        return Err(("invalid_request", "A parameter is repeated."));
    }
    if form.get("request").is_some() {
        return Err(("request_not_supported", "Request objects are not taken."));
    }
    if form.get("request_uri").is_some() {
        return Err(("request_uri_not_supported", "Request objects are not taken."));
    }
    match form.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "Only the authorization code flow is offered.")),
        None => return Err(("invalid_request", "response_type is missing.")),
    }
    if form.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "Only response_mode=query is offered."));
    }
    let scope = granted_scope(form.get("scope").unwrap_or_default())
        .ok_or(("invalid_scope", "The scope has to contain openid."))?;
    let challenge = form.get("code_challenge").ok_or(("invalid_request", "PKCE is required."))?;
    if form.get("code_challenge_method") != Some("S256") {
        return Err(("invalid_request", "code_challenge_method has to be S256."));
    }
    let is_challenge_byte = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(is_challenge_byte) {
        return Err(("invalid_request", "code_challenge is not a SHA-256 digest in base64url."));
    }
    check_prompt(form.get("prompt").unwrap_or_default())?;
    Ok(Pending {
        redirect: redirect.clone(),
        state: state.map(str::to_owned),
        scope,
        nonce: form.get("nonce").map(str::to_owned),
        challenge: challenge.to_owned(),
    })
}

/// The scopes of ours among those asked for, or `None` without `openid`. Unknown scopes are passed over (OpenID Connect
/// Core section 3.1.2.1).
pub(super) fn granted_scope(asked: &str) -> Option<String> {
    let known: Vec<_> =
        SCOPES.into_iter().filter(|scope| asked.split(' ').any(|word| word == *scope)).collect();
    known.contains(&"openid").then(|| known.join(" "))
}

/// Nobody stays signed in at this provider, so `login` and `select_account` are what happens anyway, and `none` never
/// can be met.
fn check_prompt(prompt: &str) -> Result<(), (&'static str, &'static str)> {
    let words: Vec<_> = prompt.split(' ').filter(|word| !word.is_empty()).collect();
    if words == ["none"] {
        return Err(("login_required", "Nobody is signed in."));
    }
    if words.iter().all(|word| matches!(*word, "login" | "select_account" | "consent")) {
        return Ok(());
    }
    Err(("invalid_request", "The prompt is not known."))
}

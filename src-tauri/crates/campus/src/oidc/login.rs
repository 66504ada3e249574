//! The login page: whom to be, of the practice people.

use super::authorize::send_back;
use super::form::Form;
use super::grants::{Pending, issue_code};
use super::page::{self, escape};
use crate::desk::OPEN_FORM;
use crate::site::{Campus, Shared};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::fmt::Write;

/// Somebody who can sign in.
#[derive(Debug)]
pub(super) struct Candidate {
    username: String,
    name: String,
    group: String,
    note: String,
}

/// How many the page lists in all: a generated campus has thousands.
const MOST: i64 = 120;

pub(super) async fn show(campus: &Campus, pending: &Pending) -> Response {
    let shown = async {
        let people = candidates(&campus.db).await?;
        let handle = pending.keep(&campus.db, campus.clock.seconds()).await?;
        Ok::<_, sqlx::Error>((people, handle))
    };
    let (people, handle) = match shown.await {
        Ok(shown) => shown,
        Err(problem) => return page::broken(&problem),
    };
    let title = format!("Sign in to {}", campus.institution.name);
    let hidden = [("handle", handle.as_str())];
    let mut body = choice(&people, "/login", &hidden, "Sign in", ("cancel", "Cancel"));
    // Before the people: whoever is not among them need not look through them all.
    if campus.institution.has_open_form() {
        let desk = escape(&campus.institution.service_desk);
        let link = format!(
            "<p>Nobody to sign in as? <a href=\"{OPEN_FORM}\">Write to the {desk}</a>, without signing in.</p>\n"
        );
        body.insert_str(0, &link);
    }
    page::with_form(StatusCode::OK, &title, &body, pending.redirect.as_str())
}

/// A form that asks whom to be.
pub(super) fn choice(
    people: &[Candidate],
    action: &str,
    hidden: &[(&str, &str)],
    go: &str,
    (refuse, refuse_label): (&str, &str),
) -> String {
    let mut body = format!("<form method=\"post\" action=\"{action}\">\n");
    for (name, value) in hidden {
        let _ = writeln!(body, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
    }
    let mut group = "";
    let mut required = " required";
    for person in people {
        if person.group != group {
            if !group.is_empty() {
                body.push_str("</fieldset>\n");
            }
            let _ = writeln!(body, "<fieldset><legend>{}</legend>", escape(&person.group));
            group = &person.group;
        }
        let (username, name, note) = (escape(&person.username), escape(&person.name), escape(&person.note));
        let _ = writeln!(
            body,
            "<label><input type=\"radio\" name=\"person\" value=\"{username}\"{required}> <b>{name}</b> \
             <code>{username}</code> <span>{note}</span></label>"
        );
        required = "";
    }
    if !group.is_empty() {
        body.push_str("</fieldset>\n");
    }
    let _ = writeln!(
        body,
        "<p class=\"go\"><button type=\"submit\">{go}</button> \
         <button type=\"submit\" name=\"{refuse}\" value=\"1\" formnovalidate>{refuse_label}</button></p>\n</form>"
    );
    body
}

/// Everybody who can sign in: the people worth trying first, accounts with a sign-in of their own, then the others.
pub(super) async fn candidates(db: &SqlitePool) -> Result<Vec<Candidate>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT r.document ->> '$.userName', coalesce(r.document ->> '$.displayName', ''), \
                coalesce(p.list, CASE r.kind WHEN 'User' THEN 'Others' ELSE 'Secondary accounts' END) AS list, \
                coalesce(p.note, r.document ->> '$.owner.display', '') \
         FROM resource r LEFT JOIN persona p ON p.id = r.id \
         WHERE (r.kind = 'User' AND coalesce(r.document ->> '$.active', 1) = 1) \
            OR (r.kind = 'SecondaryAccount' AND r.document ->> '$.signIn.enabled' = 1 \
                AND r.document ->> '$.state' = 'active') \
         ORDER BY coalesce(p.place, CASE r.kind WHEN 'User' THEN 1001 ELSE 1000 END), r.seq \
         LIMIT ?",
    )
    .bind(MOST)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Candidate {
                username: row.try_get(0)?,
                name: row.try_get(1)?,
                group: row.try_get(2)?,
                note: row.try_get(3)?,
            })
        })
        .collect()
}

/// The id of the person or account that may sign in as `username`. A person goes before an account of the same name.
pub(super) async fn subject_of(db: &SqlitePool, username: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query(
        "SELECT id FROM resource \
         WHERE username = ? AND ((kind = 'User' AND coalesce(document ->> '$.active', 1) = 1) \
            OR (kind = 'SecondaryAccount' AND document ->> '$.signIn.enabled' = 1 AND document ->> '$.state' = 'active')) \
         ORDER BY kind DESC LIMIT 1",
    )
    .bind(username.to_lowercase())
    .fetch_optional(db)
    .await?
    .map(|row| row.try_get(0))
    .transpose()
}

/// Whether a sign-in of that subject still counts: an account that was closed, or lost its password, is out at once.
pub(super) async fn is_still_in(
    connection: &mut SqliteConnection,
    subject: &str,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(
        "SELECT NOT EXISTS (SELECT 1 FROM resource WHERE id = ? AND kind = 'SecondaryAccount' \
            AND (document ->> '$.signIn.enabled' IS NOT 1 OR document ->> '$.state' IS NOT 'active'))",
    )
    .bind(subject)
    .fetch_one(connection)
    .await?;
    row.try_get(0)
}

pub(super) async fn answered(State(campus): State<Shared>, body: Bytes) -> Response {
    match answer(&campus, &Form::read(&body)).await {
        Ok(response) => response,
        Err(problem) => page::broken(&problem),
    }
}

async fn answer(campus: &Campus, form: &Form) -> Result<Response, sqlx::Error> {
    let now = campus.clock.seconds();
    let is_cancelled = form.get("cancel").is_some();
    let subject = match form.get("person") {
        Some(username) if !is_cancelled => subject_of(&campus.db, username).await?,
        _ => None,
    };
    if subject.is_none() && !is_cancelled {
        return Ok(page::refused(
            StatusCode::BAD_REQUEST,
            "Nobody of that name can sign in here. Go back and choose again.",
        ));
    }
    let Some(pending) = Pending::take(&campus.db, form.get("handle").unwrap_or_default(), now).await? else {
        let reason = "This sign-in was answered before, or waited too long. Start again from the program.";
        return Ok(page::refused(StatusCode::BAD_REQUEST, reason));
    };
    let state = pending.state.as_deref();
    Ok(match subject {
        None => {
            let pairs = [("error", "access_denied"), ("error_description", "The sign-in was cancelled.")];
            send_back(pending.redirect.with(&pairs, state, &campus.issuer))
        }
        Some(subject) => {
            let code = issue_code(&campus.db, &pending, &subject, now).await?;
            send_back(pending.redirect.with(&[("code", &code)], state, &campus.issuer))
        }
    })
}

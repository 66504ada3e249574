//! Taking a request: never twice, and never one that could not be carried out as it stands.

use super::document::Always;
use super::due::decided_at;
use super::extract::{Asker, Sent};
use super::fact::Fact;
use super::names::unit_of_new;
use super::problem::{DeskProblem, ProblemBody};
use super::standing::named;
use super::submission::Submission;
use super::trail::{self, What};
use super::weigh::{Scale, nothing_yet, weighed};
use super::wire::{AccountNamed, AskedWish, MOST_WHEN_ASKED, Request};
use super::{may, record, words};
use crate::scim::{belonging, recorded};
use crate::site::{Campus, Shared};
use accounts::{Me, RequestKind};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sqlx::SqliteConnection;

/// Asks for what the institution's file lists: another account, or that one changes.
///
/// Who may ask for what is in that file. The same request sent again with the same `clientRequestId`
/// is answered with the one that is there.
#[utoipa::path(
    post,
    path = "/requests",
    operation_id = "ask",
    request_body = Submission,
    responses(
        (status = 201, description = "Taken", body = Request,
         headers(("Location" = String, description = "Where it can be followed"))),
        (status = 200, description = "It was taken before", body = Request),
        (status = 400, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no-such-account`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`conflict`: the account has changed since it was written. `id-used`: the id stands for \
                                      another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-large`: the body, or the request as it would be told back", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn ask(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Sent(body): Sent,
) -> Result<Response, DeskProblem> {
    let submission = Submission::read(&body)?;
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let taken = take(&campus, &mut transaction, &me, &submission).await?;
    transaction.commit().await?;
    Ok(match taken {
        Taken::Before(request) => Json(request).into_response(),
        Taken::Now(request) => {
            let location = format!("{}/requests/{}", campus.desk_base(), request.id);
            (StatusCode::CREATED, [(header::LOCATION, location)], Json(request)).into_response()
        }
    })
}

enum Taken {
    Now(Request),
    Before(Request),
}

async fn take(
    campus: &Campus,
    connection: &mut SqliteConnection,
    me: &Me,
    submission: &Submission,
) -> Result<Taken, DeskProblem> {
    let requester = named(me);
    let body = submission.digest()?;
    let client_id = &submission.client_request_id;
    // Before anything else: what was taken once stays taken, whatever has changed since.
    match record::sent_before(connection, &requester.value, client_id).await? {
        Some((request, kept)) if kept == body => return Ok(Taken::Before(request)),
        Some(_) => {
            return Err(DeskProblem::conflicting("id-used", "This id stands for another request of yours."));
        }
        None => {}
    }
    let found = match &submission.account {
        Some(id) => recorded(connection, id).await?.map(|found| found.account),
        None => None,
    };
    let sent = &submission.wish;
    let account = may::concerned(sent.kind, me, found, submission.account.is_some())?;
    may::check(account.as_ref(), me, sent, &campus.institution.rules)?;
    let now = campus.clock.now();
    let mut nothing = nothing_yet();
    let owner = sent.changes.iter().find_map(|change| match &change.edit {
        Fact::Owner { to } => Some(to.value.as_str()),
        _ => None,
    });
    // Without an owner it is not known yet of which unit it is to be.
    if let Some(owner) = owner {
        nothing.unit = unit_of_new(connection, Some(owner), &requester).await?;
    }
    let scale =
        Scale { institution: &campus.institution, account: account.as_ref().unwrap_or(&nothing), now };
    let wish = weighed(connection, &scale, submission).await?;

    let made = made(connection, me, &wish).await?;
    let label = match (&account, &made) {
        (Some(account), _) => account.address.as_ref().unwrap_or(&account.username).clone(),
        (None, Some(made)) => made.username.clone(),
        (None, None) => String::new(),
    };
    let row = record::NewRow {
        requester: &requester,
        client_id,
        body: &body,
        account: &AccountNamed { value: submission.account.clone(), label: label.clone() },
        wish: &wish,
        new_name: made.as_ref().map(|made| made.username.as_str()),
        units: made.as_ref().map_or(&[], |made| made.units.as_slice()),
        note: &submission.note,
        accepted: submission.accepted,
        at: now,
        due: decided_at(campus, now),
    };
    let number = record::insert(connection, row).await?;
    let request = record::by_number(connection, number).await?.ok_or_else(DeskProblem::broken)?;
    if request.bytes() > MOST_WHEN_ASKED {
        return Err(DeskProblem::too_large("This is more than one request can hold. Nothing was taken."));
    }
    let text = words::received(&label, &wish, submission.accepted);
    trail::add(connection, &request.id, now, Some(&requester), What::Received, &text).await?;
    Ok(Taken::Now(request))
}

/// An account that is to be made.
struct Made {
    username: String,
    /// Units whose officers decide: of whoever asks, and of whoever is to own it.
    units: Vec<String>,
}

async fn made(
    connection: &mut SqliteConnection,
    me: &Me,
    wish: &AskedWish,
) -> Result<Option<Made>, sqlx::Error> {
    if wish.kind != RequestKind::NewAccount {
        return Ok(None);
    }
    let mut username = String::new();
    let mut units: Vec<_> = me.unit.iter().cloned().collect();
    for change in &wish.changes {
        match &change.edit {
            Fact::Username { username: wished } => username.clone_from(wished),
            Fact::Owner { to } => units.extend(belonging(connection, &to.value).await?.unit),
            _ => {}
        }
    }
    let units = units.into_iter().map(|unit| unit.id.0).collect();
    Ok(Some(Made { username, units }))
}

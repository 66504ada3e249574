//! Taking a request: never twice, and never one that could not be carried out as it stands.

use super::document::Always;
use super::extract::{Asker, Sent};
use super::problem::{DeskProblem, ProblemBody};
use super::standing::named;
use super::submission::Submission;
use super::trail::{self, What};
use super::weigh::weighed;
use super::wire::{AccountNamed, Request};
use super::{record, words};
use crate::scim::{is_shown, recorded};
use crate::site::{Campus, Shared};
use accounts::{Account, MayNotAsk, Me, may_change_access, standing};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use sqlx::SqliteConnection;

/// Asks for a change of who has access to an account.
///
/// Only the account's owner and its unit's IT officer may ask. The same request sent again with the same `clientRequestId`
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
        (status = 409, description = "`conflict`: access has changed since it was written. `id-used`: the id stands for \
                                      another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = [])),
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
    let found = recorded(connection, &submission.account).await?;
    let account = found
        .map(|found| found.account)
        .filter(|account| is_shown(account, me))
        .ok_or_else(DeskProblem::no_such_account)?;
    let rules = &campus.institution.rules;
    may_change_access(&account, standing(&account, me), rules).map_err(not_yours)?;
    let now = campus.clock.now();
    let today = now.to_zoned(TimeZone::UTC).date();
    let wish = weighed(connection, &account, &submission.wish, rules, today).await?;

    let label = label(&account);
    let due = campus.decide_after.map(|seconds| now.as_millisecond() + i64::from(seconds) * 1000);
    let row = record::NewRow {
        requester: &requester,
        client_id,
        body: &body,
        account: &AccountNamed { value: submission.account.clone(), label: label.clone() },
        wish: &wish,
        note: &submission.note,
        at: now,
        due,
    };
    let number = record::insert(connection, row).await?;
    let request = record::by_number(connection, number).await?.ok_or_else(DeskProblem::broken)?;
    let text = words::received(&label, &wish);
    trail::add(connection, &request.id, now, Some(&requester), What::Received, &text).await?;
    Ok(Taken::Now(request))
}

fn label(account: &Account) -> String {
    account.address.clone().unwrap_or_else(|| account.username.clone())
}

fn not_yours(why: MayNotAsk) -> DeskProblem {
    let detail = match why {
        MayNotAsk::NotYours => "Only the account's owner or its unit's IT support may ask for this.",
        MayNotAsk::SignedInAsIt => "An account cannot change who may use it. Its owner can ask.",
        MayNotAsk::NotByDelegation => {
            "This kind of account has no delegates: it is opened with its own password."
        }
        MayNotAsk::AccessNotShown => "The record does not show who has access to this account.",
    };
    DeskProblem::forbidden("not-yours", detail)
}

//! Deciding on a request, and taking it back.

use super::document::Always;
use super::extract::{Asker, Numbered, Sent};
use super::problem::{DeskProblem, ProblemBody};
use super::reading::Reading;
use super::standing::{Seen, named, visible};
use super::trail::{self, What};
use super::wire::{Decision, Moment, Named, Request, Status};
use super::{record, words};
use crate::site::Shared;
use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use sqlx::SqliteConnection;
use utoipa::ToSchema;

/// A decision as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentDecision {
    approve: bool,
    /// Has to be given where the answer is no.
    #[schema(max_length = 2000, required = false)]
    reason: String,
}

impl SentDecision {
    fn read(sent: &Value) -> Result<Self, DeskProblem> {
        let mut reading = Reading::default();
        let parts = reading.object(sent, "", &["approve", "reason"]);
        let read = parts.and_then(|parts| {
            let (approve, reason) =
                (reading.yes_or_no(parts, "approve"), reading.short_text(parts, "reason"));
            Some(Self { approve: approve?, reason: reason?.trim().to_owned() })
        });
        read.filter(|_| reading.errors.is_empty()).ok_or_else(|| DeskProblem::invalid(reading.errors))
    }
}

/// Approves or refuses a request.
///
/// The service desk decides on any, an IT officer on those for accounts of their units and for new ones that somebody of
/// their units asks for or is to own, nobody on their own. An answer that is awaited need not be waited for.
#[utoipa::path(
    post,
    path = "/requests/{id}/decision",
    operation_id = "decide",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    request_body = SentDecision,
    responses(
        (status = 200, description = "Decided", body = Request),
        (status = 400, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn decide(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let sent = SentDecision::read(&body)?;
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let Seen { mut request, decides } = visible(&mut transaction, &me, number).await?;
    if !decides {
        return Err(DeskProblem::forbidden("may-not-decide", "Nobody decides on a request of their own."));
    }
    if !request.status.is_undecided() {
        return Err(DeskProblem::conflicting(
            "not-open",
            "This request has been decided or withdrawn already.",
        ));
    }
    if !sent.approve && sent.reason.is_empty() {
        return Err(DeskProblem::field("reason", "missing", "A refusal needs a reason."));
    }
    let now = campus.clock.now();
    if sent.approve {
        approve(&mut transaction, &mut request, Some(named(&me)), sent.reason, now, campus.apply_seconds)
            .await?;
    } else {
        refuse(&mut transaction, &mut request, Some(named(&me)), sent.reason, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(request))
}

/// Takes a request back, as long as nobody has decided.
///
/// Only its requester can. Once it is withdrawn it stays so, however often it is asked.
#[utoipa::path(
    post,
    path = "/requests/{id}/withdraw",
    operation_id = "withdraw",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    responses(
        (status = 200, description = "Withdrawn", body = Request),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`too-late`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn withdraw(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
) -> Result<Json<Request>, DeskProblem> {
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let mut request = visible(&mut transaction, &me, number).await?.request;
    if request.requester.value != me.id.as_str() {
        return Err(DeskProblem::forbidden("not-yours", "Only the person who asked can withdraw a request."));
    }
    match request.status {
        Status::WithDesk | Status::NeedsAnswer => {}
        Status::Withdrawn => return Ok(Json(request)),
        Status::Applying | Status::Done | Status::Refused => {
            return Err(DeskProblem::conflicting("too-late", "This request has been decided already."));
        }
    }
    let now = campus.clock.now();
    request.status = Status::Withdrawn;
    request.modified = Moment(now);
    record::keep(&mut transaction, &request, None).await?;
    let by = request.requester.clone();
    trail::add(&mut transaction, &request.id, now, Some(&by), What::Withdrawn, words::WITHDRAWN).await?;
    transaction.commit().await?;
    Ok(Json(request))
}

/// Approves at that moment. `by`: `None` for the desk itself.
pub(super) async fn approve(
    connection: &mut SqliteConnection,
    request: &mut Request,
    by: Option<Named>,
    reason: String,
    at: Timestamp,
    apply_seconds: u32,
) -> Result<(), sqlx::Error> {
    let applies = at.checked_add(SignedDuration::from_secs(apply_seconds.into())).unwrap_or(at);
    let text = words::approved(&reason);
    trail::add(connection, &request.id, at, by.as_ref(), What::Approved, &text).await?;
    request.status = Status::Applying;
    request.modified = Moment(at);
    request.applies_at = Some(Moment(applies));
    request.decision = Some(Decision { by, approve: true, reason, at: Moment(at) });
    record::keep(connection, request, Some(applies.as_millisecond())).await
}

/// Refuses at that moment. `by`: `None` for the desk itself.
pub(super) async fn refuse(
    connection: &mut SqliteConnection,
    request: &mut Request,
    by: Option<Named>,
    reason: String,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let text = words::refused(&reason);
    trail::add(connection, &request.id, at, by.as_ref(), What::Refused, &text).await?;
    request.status = Status::Refused;
    request.modified = Moment(at);
    request.applies_at = None;
    request.decision = Some(Decision { by, approve: false, reason, at: Moment(at) });
    record::keep(connection, request, None).await
}

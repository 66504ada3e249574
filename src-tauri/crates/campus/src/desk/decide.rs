//! Deciding on a request, and taking it back.

use super::document::Always;
use super::extract::{Asker, Numbered, Sent};
use super::fact::Changed;
use super::problem::{DeskProblem, ProblemBody};
use super::reading::Reading;
use super::step::{Outcome, Step, come_to};
use super::trail::What;
use super::weigh::{Scale, barred_by_now, changed_since, facts_on, nothing_yet};
use super::wire::{AskedWish, Decision, Moment, Named, Request, Status};
use super::words;
use crate::scim::recorded;
use crate::site::{Campus, Shared};
use accounts::{Account, Proof};
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
    /// Approves although the account has changed since it was asked for. Means nothing where the answer is no.
    #[schema(required = false)]
    despite: bool,
}

impl SentDecision {
    fn read(sent: &Value) -> Result<Self, DeskProblem> {
        let mut reading = Reading::default();
        let parts = reading.object(sent, "", &["approve", "reason", "despite"]);
        let read = parts.and_then(|parts| {
            let (approve, reason) =
                (reading.yes_or_no(parts, "approve"), reading.short_text(parts, "reason"));
            let despite = reading.yes_if_said(parts, "despite");
            Some(Self { approve: approve?, reason: reason?.trim().to_owned(), despite: despite? })
        });
        read.filter(|_| reading.errors.is_empty()).ok_or_else(|| DeskProblem::invalid(reading.errors))
    }
}

/// Approves or refuses a request.
///
/// The service desk decides on any, an IT officer on those for accounts of their units and for new ones that somebody of
/// their units asks for or is to own, nobody on their own. An answer that is awaited need not be waited for.
///
/// Where a fact that it names is no longer as it was when the request was taken in, it is not approved unless `despite` says
/// so: what was read there before would be overwritten unseen. What is by now as it is asked for stands in nobody's way. Nor is
/// anything given to somebody who has left since: then it can only be refused, or withdrawn. Where
/// such a fact changes between an approval and its effect, there is no effect: the request is `with-desk` again.
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
        (status = 409, description = "`not-open`. `conflict`: the account has changed since it was asked for. `not-entitled`: \
                                      whoever is to have something has left since. Nothing is decided", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn decide(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let sent = SentDecision::read(&body)?;
    let mut taken = Step::Decision.begin(&campus, &me, number).await?;
    if !sent.approve && sent.reason.is_empty() {
        return Err(DeskProblem::field("reason", "missing", "A refusal needs a reason."));
    }
    let (transaction, request) = (&mut taken.transaction, &mut taken.request);
    let made = Made { by: Some(taken.by.clone()), reason: sent.reason, at: taken.at };
    if sent.approve {
        let changed = changed(transaction, request, &request.wish).await?;
        if !changed.is_empty() && !sent.despite {
            return Err(DeskProblem::changed_meanwhile(changed));
        }
        if let Some(why) = barred(&campus, transaction, request, taken.at).await? {
            return Err(DeskProblem::conflicting("not-entitled", why));
        }
        approve(&campus, transaction, request, made, &changed).await?;
    } else {
        refuse(transaction, request, made).await?;
    }
    taken.end().await
}

/// What has changed of what a request names since it was as `asked` says.
pub(super) async fn changed(
    connection: &mut SqliteConnection,
    request: &Request,
    asked: &AskedWish,
) -> Result<Vec<Changed>, sqlx::Error> {
    // An account that is not there, or no longer, has nothing that could have changed.
    let found = account_of(connection, request).await?;
    Ok(found.map(|account| changed_since(&account, asked)).unwrap_or_default())
}

/// Why what a request asks for cannot be granted at `now`, whatever could be when it was taken in.
pub(super) async fn barred(
    campus: &Campus,
    connection: &mut SqliteConnection,
    request: &Request,
    now: Timestamp,
) -> Result<Option<String>, sqlx::Error> {
    let account = account_of(connection, request).await?.unwrap_or_else(nothing_yet);
    let scale = Scale { institution: &campus.institution, account: &account, now };
    barred_by_now(connection, &scale, &request.wish.known()).await
}

/// The account that a request concerns, if it is there.
async fn account_of(
    connection: &mut SqliteConnection,
    request: &Request,
) -> Result<Option<Account>, sqlx::Error> {
    let Some(id) = &request.account.value else { return Ok(None) };
    Ok(recorded(connection, id).await?.map(|found| found.account))
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
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn withdraw(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
) -> Result<Json<Request>, DeskProblem> {
    let taken = Step::Withdrawal.begin(&campus, &me, number).await?;
    if taken.request.status == Status::Withdrawn {
        return taken.end().await;
    }
    let text = words::WITHDRAWN;
    taken.keep(Outcome { status: Status::Withdrawn, due: None, what: What::Withdrawn, text }).await
}

/// A decision that is made.
#[derive(Debug)]
pub(super) struct Made {
    /// `None`: by the desk itself.
    pub(super) by: Option<Named>,
    pub(super) reason: String,
    pub(super) at: Timestamp,
}

/// Approves. `changed`: what had changed since it was asked for, and is approved all the same.
pub(super) async fn approve(
    campus: &Campus,
    connection: &mut SqliteConnection,
    request: &mut Request,
    Made { by, reason, at }: Made,
    changed: &[Changed],
) -> Result<(), sqlx::Error> {
    let proof = campus.institution.rules.asking(request.wish.kind).map(|rule| rule.proof);
    // Of a question nothing takes effect later.
    let seconds = if proof == Some(Proof::Answer) { 0 } else { campus.apply_seconds };
    let applies = at.checked_add(SignedDuration::from_secs(seconds.into())).unwrap_or(at);
    let text =
        if changed.is_empty() { words::approved(&reason) } else { words::approved_despite(changed, &reason) };
    let from = account_of(connection, request).await?;
    request.approved_from = from.map(|account| facts_on(&account, &request.wish));
    request.applies_at = Some(Moment(applies));
    request.decision = Some(Decision { by: by.clone(), approve: true, reason, at: Moment(at) });
    let due = Some(applies.as_millisecond());
    let outcome = Outcome { status: Status::Applying, due, what: What::Approved, text: &text };
    come_to(connection, request, by.as_ref(), at, outcome).await
}

pub(super) async fn refuse(
    connection: &mut SqliteConnection,
    request: &mut Request,
    Made { by, reason, at }: Made,
) -> Result<(), sqlx::Error> {
    let text = words::refused(&reason);
    request.applies_at = None;
    request.decision = Some(Decision { by: by.clone(), approve: false, reason, at: Moment(at) });
    let outcome = Outcome { status: Status::Refused, due: None, what: What::Refused, text: &text };
    come_to(connection, request, by.as_ref(), at, outcome).await
}

/// Leaves a request for a person to decide on, because of what has changed of what it names. The desk does not decide on it by
/// itself any more.
pub(super) async fn leave_for_people(
    connection: &mut SqliteConnection,
    request: &mut Request,
    changed: &[Changed],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let (what, text) = match request.decision {
        None => (What::Escalated, words::escalated(changed)),
        Some(_) => (What::Reopened, words::reopened(changed)),
    };
    request.for_people = true;
    request.applies_at = None;
    request.decision = None;
    request.approved_from = None;
    let outcome = Outcome { status: Status::WithDesk, due: None, what, text: &text };
    come_to(connection, request, None, at, outcome).await
}

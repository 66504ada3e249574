//! What whoever decides asks about a request, and what its requester answers.

use super::document::Always;
use super::due::decided_at;
use super::extract::{Asker, Numbered, Sent};
use super::problem::{DeskProblem, ProblemBody};
use super::reading::Reading;
use super::standing::{Seen, named, visible};
use super::trail::{self, What};
use super::wire::{Message, Moment, Request, Status};
use super::{record, words};
use crate::site::Shared;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Most questions and answers about one request.
const MOST_MESSAGES: usize = 100;

/// A question or an answer as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentMessage {
    /// White space around it is left away and not counted.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
}

impl SentMessage {
    fn read(sent: &Value) -> Result<Self, DeskProblem> {
        let mut reading = Reading::default();
        let parts = reading.object(sent, "", &["text"]);
        let read = parts.and_then(|parts| Some(Self { text: reading.said(parts, "text")? }));
        read.filter(|_| reading.errors.is_empty()).ok_or_else(|| DeskProblem::invalid(reading.errors))
    }
}

/// Asks whoever sent a request something, and waits for the answer.
///
/// For whoever may decide on it, one question at a time. The desk does not decide by itself meanwhile.
#[utoipa::path(
    post,
    path = "/requests/{id}/question",
    operation_id = "question",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    request_body = SentMessage,
    responses(
        (status = 200, description = "Asked", body = Request),
        (status = 400, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`not-open`: it does not wait for a decision. `too-many-messages`: another question and \
                                      its answer would be more than 100", body = ProblemBody,
         content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn question(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let SentMessage { text } = SentMessage::read(&body)?;
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let Seen { mut request, decides } = visible(&mut transaction, &me, number).await?;
    if !decides {
        return Err(DeskProblem::forbidden("may-not-decide", "Nobody decides on a request of their own."));
    }
    match request.status {
        Status::WithDesk => {}
        Status::NeedsAnswer => {
            let detail = "Something has been asked already and is not answered yet.";
            return Err(DeskProblem::conflicting("not-open", detail));
        }
        Status::Applying | Status::Done | Status::Refused | Status::Withdrawn => {
            let detail = "This request has been decided or withdrawn already.";
            return Err(DeskProblem::conflicting("not-open", detail));
        }
    }
    // With room for its answer: what is asked can always be answered.
    if request.messages.len() + 2 > MOST_MESSAGES {
        let detail = "No more can be asked about this request. It can be decided.";
        return Err(DeskProblem::conflicting("too-many-messages", detail));
    }
    let (now, by) = (campus.clock.now(), named(&me));
    let line = words::questioned(&text);
    trail::add(&mut transaction, &request.id, now, Some(&by), What::Questioned, &line).await?;
    request.status = Status::NeedsAnswer;
    request.modified = Moment(now);
    request.messages.push(Message { by, text, at: Moment(now) });
    record::keep(&mut transaction, &request, None).await?;
    transaction.commit().await?;
    Ok(Json(request))
}

/// Answers what was asked about a request, which waits for its decision again.
///
/// Only its requester can.
#[utoipa::path(
    post,
    path = "/requests/{id}/reply",
    operation_id = "reply",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    request_body = SentMessage,
    responses(
        (status = 200, description = "Answered", body = Request),
        (status = 400, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`nothing-asked`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn reply(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let SentMessage { text } = SentMessage::read(&body)?;
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let mut request = visible(&mut transaction, &me, number).await?.request;
    if request.requester.value != me.id.as_str() {
        return Err(DeskProblem::forbidden("not-yours", "Only the person who asked can answer."));
    }
    if request.status != Status::NeedsAnswer {
        let detail = "Nothing is asked about this request at the moment.";
        return Err(DeskProblem::conflicting("nothing-asked", detail));
    }
    let (now, by) = (campus.clock.now(), named(&me));
    let line = words::answered(&text);
    trail::add(&mut transaction, &request.id, now, Some(&by), What::Answered, &line).await?;
    request.status = Status::WithDesk;
    request.modified = Moment(now);
    request.messages.push(Message { by, text, at: Moment(now) });
    record::keep(&mut transaction, &request, decided_at(&campus, now)).await?;
    transaction.commit().await?;
    Ok(Json(request))
}

//! What whoever decides asks about a request, and what its requester answers.

use super::document::Always;
use super::due::decided_at;
use super::enquiry::WITHOUT_SIGN_ON;
use super::extract::{Asker, Numbered, Sent};
use super::problem::{DeskProblem, ProblemBody};
use super::reading::Reading;
use super::step::{Outcome, Step, Taken};
use super::trail::What;
use super::wire::{MOST_BYTES, Message, Moment, Request, Status};
use super::words;
use crate::site::Shared;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Most questions and answers about one request.
const MOST_MESSAGES: usize = 100;
/// Most bytes of an answer, or of a decision: 2000 characters, each escaped, and who wrote them.
const ROOM: usize = 16 * 1024;

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
        (status = 409, description = "`not-open`: it does not wait for a decision. `nobody-answers`: it came from somebody without a \
                                      sign-on. `too-many-messages`: another question and \
                                      its answer would be more than 100, or more than one request can hold", body = ProblemBody,
         content_type = "application/problem+json"),
        (status = 413, description = "`too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`not-json`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn question(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let SentMessage { text } = SentMessage::read(&body)?;
    let mut taken = Step::Question.begin(&campus, &me, number).await?;
    if taken.request.requester.value == WITHOUT_SIGN_ON {
        let detail = "Whoever wrote this cannot sign in to answer. Reach them as they say, then close it.";
        return Err(DeskProblem::conflicting("nobody-answers", detail));
    }
    let line = words::questioned(&text);
    taken.say(text);
    // With room for its answer and for the decision: what is asked can always be answered.
    let request = &taken.request;
    if request.messages.len() + 1 > MOST_MESSAGES || request.bytes() + 2 * ROOM > MOST_BYTES {
        let detail = "No more can be asked about this request. It can be decided.";
        return Err(DeskProblem::conflicting("too-many-messages", detail));
    }
    let outcome = Outcome { status: Status::NeedsAnswer, due: None, what: What::Questioned, text: &line };
    taken.keep(outcome).await
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
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn reply(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
    Sent(body): Sent,
) -> Result<Json<Request>, DeskProblem> {
    let SentMessage { text } = SentMessage::read(&body)?;
    let mut taken = Step::Reply.begin(&campus, &me, number).await?;
    let line = words::answered(&text);
    taken.say(text);
    let due = decided_at(&campus, taken.at).filter(|_| !taken.request.for_people);
    taken.keep(Outcome { status: Status::WithDesk, due, what: What::Answered, text: &line }).await
}

impl Taken {
    fn say(&mut self, text: String) {
        self.request.messages.push(Message { by: self.by.clone(), text, at: Moment(self.at) });
    }
}

//! Steps that people take with a request: whose each is, from which status, and what is kept of it.

use super::problem::DeskProblem;
use super::record;
use super::standing::{Seen, named, visible};
use super::trail::{self, What};
use super::wire::{Moment, Named, Request, Status};
use crate::site::Campus;
use accounts::Me;
use axum::Json;
use jiff::Timestamp;
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// What somebody does with a request that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Decision,
    Withdrawal,
    Question,
    Reply,
}

/// A request in the hands of whoever takes a step with it. Nothing is kept until it is [kept](Taken::keep).
pub(super) struct Taken {
    pub(super) transaction: Transaction<'static, Sqlite>,
    pub(super) request: Request,
    pub(super) by: Named,
    pub(super) at: Timestamp,
}

/// What a step comes to.
#[derive(Debug)]
pub(super) struct Outcome<'o> {
    pub(super) status: Status,
    /// When the next thing happens by itself, in milliseconds since 1970.
    pub(super) due: Option<i64>,
    /// Its line in the trail.
    pub(super) what: What,
    pub(super) text: &'o str,
}

impl Step {
    /// Begins it, if it is for `me` to take and this is the moment for it.
    pub(super) async fn begin(self, campus: &Campus, me: &Me, number: i64) -> Result<Taken, DeskProblem> {
        let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
        let Seen { request, decides } = visible(&mut transaction, me, number).await?;
        let by = named(me);
        self.check_person(decides, request.requester.value == by.value)?;
        self.check_moment(request.status)?;
        Ok(Taken { transaction, request, by, at: campus.clock.now() })
    }

    fn check_person(self, decides: bool, is_requester: bool) -> Result<(), DeskProblem> {
        let (may, code, detail) = match self {
            Self::Decision | Self::Question => {
                (decides, "may-not-decide", "Nobody decides on a request of their own.")
            }
            Self::Withdrawal => {
                (is_requester, "not-yours", "Only the person who asked can withdraw a request.")
            }
            Self::Reply => (is_requester, "not-yours", "Only the person who asked can answer."),
        };
        if may { Ok(()) } else { Err(DeskProblem::forbidden(code, detail)) }
    }

    fn check_moment(self, status: Status) -> Result<(), DeskProblem> {
        let (code, detail) = match (self, status) {
            (Self::Decision | Self::Withdrawal, Status::WithDesk | Status::NeedsAnswer)
            | (Self::Question, Status::WithDesk)
            | (Self::Reply, Status::NeedsAnswer)
            // Taken back twice it is taken back.
            | (Self::Withdrawal, Status::Withdrawn) => return Ok(()),
            (Self::Question, Status::NeedsAnswer) => {
                ("not-open", "Something has been asked already and is not answered yet.")
            }
            (Self::Decision | Self::Question, _) => {
                ("not-open", "This request has been decided or withdrawn already.")
            }
            (Self::Withdrawal, _) => ("too-late", "This request has been decided already."),
            (Self::Reply, _) => ("nothing-asked", "Nothing is asked about this request at the moment."),
        };
        Err(DeskProblem::conflicting(code, detail))
    }
}

impl Taken {
    /// Keeps the step, and answers the request as it is then.
    pub(super) async fn keep(mut self, outcome: Outcome<'_>) -> Result<Json<Request>, DeskProblem> {
        come_to(&mut self.transaction, &mut self.request, Some(&self.by), self.at, outcome).await?;
        self.end().await
    }

    /// Ends where everything is kept already.
    pub(super) async fn end(self) -> Result<Json<Request>, DeskProblem> {
        self.transaction.commit().await?;
        Ok(Json(self.request))
    }
}

/// Keeps what a request has come to at that moment, with its line in the trail. `by`: `None` for the desk itself.
pub(super) async fn come_to(
    connection: &mut SqliteConnection,
    request: &mut Request,
    by: Option<&Named>,
    at: Timestamp,
    outcome: Outcome<'_>,
) -> Result<(), sqlx::Error> {
    let Outcome { status, due, what, text } = outcome;
    trail::add(connection, &request.id, at, by, what, text).await?;
    request.status = status;
    request.modified = Moment(at);
    record::keep(connection, request, due).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 4] = [Step::Decision, Step::Withdrawal, Step::Question, Step::Reply];

    /// One row for each status: whether it can be decided, withdrawn, asked about, answered.
    #[test]
    fn each_step_has_its_moment() {
        let (yes, no) = (true, false);
        let rows = [
            (Status::WithDesk, [yes, yes, yes, no]),
            (Status::NeedsAnswer, [yes, yes, no, yes]),
            (Status::Applying, [no, no, no, no]),
            (Status::Done, [no, no, no, no]),
            (Status::Refused, [no, no, no, no]),
            (Status::Withdrawn, [no, yes, no, no]),
        ];
        assert_eq!(rows.map(|(status, _)| status), Status::ALL);
        for (status, expected) in rows {
            let is_moment = STEPS.map(|step| step.check_moment(status).is_ok());
            assert_eq!(is_moment, expected, "{status:?}");
        }
    }

    #[test]
    fn whoever_decides_does_not_answer_and_whoever_asked_does_not_decide() {
        let may = |decides, is_requester| STEPS.map(|step| step.check_person(decides, is_requester).is_ok());
        assert_eq!(may(true, false), [true, false, true, false]);
        assert_eq!(may(false, true), [false, true, false, true]);
    }
}

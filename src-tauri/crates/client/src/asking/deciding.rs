//! Other people's requests, for the reader to decide.

use super::{
    LONGEST_NOTE,
    days::Days,
    forms::{self, Filled},
    no_such_request,
    outbox::Round,
    rows,
    typed::Typed,
};
use crate::{
    open::Open,
    outside::Event,
    view::{
        ConflictLine, Decision, Problem, ProblemCode, RequestActs, RequestEvent, RequestEventKind, RequestId,
        RequestView,
    },
};
use accounts::{Access, Edit, access_lines};
use desk::{Changed, Ticket};
use std::sync::Arc;

impl Open {
    /// Somebody else's request, by its reference.
    pub(super) fn request_to_decide(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let found = self
            .desk_now(|now| now.to_decide.iter().flatten().find(|ticket| ticket.reference == id.0).cloned());
        let ticket = found.ok_or_else(no_such_request)?;
        let profile = self.profile();
        let known = ticket.account.as_ref().map(|id| self.shown().account(id)).transpose()?.flatten();
        let known = known.map(|stored| stored.account);
        // What the desk found when the reader approved.
        let changed = self.desk_now(|now| now.changed.get(&ticket.reference).cloned());
        let taken_in = rows::as_taken_in(&ticket);
        let rules = profile.rules();
        // Held against how it is now, where that is known here, unless it is shown how that has come to differ.
        let against = known.as_ref().filter(|account| matches!(account.access, Access::All(_)));
        let told = against
            .filter(|_| changed.is_none())
            .map(|account| access_lines(account, &ticket.wish, &rules))
            .filter(|lines| !lines.is_empty());
        let lines = told.unwrap_or_else(|| access_lines(&taken_in, &ticket.wish, &rules));
        let answers = forms::answer_lines(&ticket.wish, profile);
        let received = RequestEvent {
            at: ticket.created.to_string(),
            what: RequestEventKind::Received,
            by: Some(ticket.requester.1.clone()),
            text: Some(ticket.reference.clone()),
        };
        let row = rows::row_to_decide(&ticket, profile);
        let can = self.desk_now(|now| now.abilities).unwrap_or_default();
        let takes_answers = can.takes_answers && ticket.stage == desk::Stage::WithDesk;
        let shows = !(lines.is_empty() && row.asks.facts.is_empty() && answers.is_empty());
        let of = Filled {
            id: None,
            account: ticket.account.clone(),
            note: ticket.note.clone().unwrap_or_default(),
            days: Days::default(),
            typed: Typed::default(),
        };
        Ok(RequestView {
            form: forms::filled(of, &ticket.wish, ticket.accepted.unwrap_or_default(), profile),
            row,
            // What cannot be shown is not decided here.
            can: RequestActs { decide: shows, question: takes_answers, ..RequestActs::default() },
            lines,
            answers,
            events: std::iter::once(received)
                .chain(ticket.messages.iter().map(|message| said(message, &ticket)))
                .collect(),
            conflict: changed.map(|changed| changed_since(&ticket, &changed)).unwrap_or_default(),
            missing: Vec::new(),
            missing_answers: Vec::new(),
            unasked: Vec::new(),
            refused: Vec::new(),
            left_out_note: false,
            left_out_policy: false,
            unsure: false,
            problem: None,
            support: None,
            policy: forms::policy_of(known.as_ref().unwrap_or(&taken_in), &ticket.wish, profile),
            accepted: ticket.accepted,
            begun: None,
            reminders: Vec::new(),
            unsent: self.unsent(id)?,
        })
    }
}

/// A question or an answer, for whoever decides.
fn said(message: &desk::Message, ticket: &Ticket) -> RequestEvent {
    let is_answer = message.by.0 == ticket.requester.0;
    RequestEvent {
        at: message.at.to_string(),
        what: if is_answer { RequestEventKind::Answered } else { RequestEventKind::Asked },
        by: Some(message.by.1.clone()),
        text: Some(message.text.clone()),
    }
}

/// What whoever decides is shown where the desk says that the account has changed since it was asked: what has changed, also
/// where there was nothing before or is nothing now.
fn changed_since(ticket: &Ticket, changed: &Changed) -> Vec<ConflictLine> {
    let was = ticket.was.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let facts =
        ticket.wish.edits.iter().zip(was).map(|(wanted, written)| (wanted, written, changed.of(wanted)));
    let line = |wanted: &Edit, written: Option<&Edit>, now: Option<&Edit>| ConflictLine {
        written: written.cloned(),
        now: now.cloned(),
        wanted: wanted.clone(),
    };
    let told: Vec<_> = facts
        .clone()
        .filter_map(|(wanted, written, now)| now.map(|now| line(wanted, written, now)))
        .collect();
    // A desk that does not say what: then it is all that is asked for, as it was.
    if told.is_empty() {
        facts.map(|(wanted, written, _)| line(wanted, written, None)).collect()
    } else {
        told
    }
}

/// Asks whoever sent a request something.
pub(super) async fn ask(open: &Arc<Open>, id: &RequestId, text: &str) -> Result<(), Problem> {
    let round = Round::begin(open).await?;
    let ticket = match round.gateway.question(&id.0, text).await {
        Ok(ticket) => ticket,
        Err(error) => return Err(round.not_done(error, None).await),
    };
    open.desk_now(|now| {
        let waiting = now.to_decide.iter_mut().flatten();
        for known in waiting.filter(|known| known.reference == ticket.reference) {
            *known = ticket.clone();
        }
    });
    open.around.outside.tell(Event::RequestsChanged);
    open.is_sent(id)
}

/// Whether it was decided: not where the account has changed since it was asked. Then the request shows how.
pub(crate) async fn decide(open: Arc<Open>, decision: Decision) -> Result<bool, Problem> {
    let Decision { id, approve, reason, despite } = decision;
    if reason.chars().count() > LONGEST_NOTE || (!approve && reason.trim().is_empty()) {
        return Err(Problem::new(ProblemCode::BadInput, "a refusal needs a reason"));
    }
    let round = Round::begin(&open).await?;
    let reason = reason.trim();
    let mut told = round.gateway.decide(&id.0, approve, reason, false).await;
    // Approved all the same is what the reader was shown, and nothing that came about since.
    if let Err(desk::Error::Conflict(found)) = &told
        && despite
        && open.desk_now(|now| now.changed.get(&id.0) == Some(found))
    {
        told = round.gateway.decide(&id.0, approve, reason, true).await;
    }
    let decided = match told {
        Ok(_) => true,
        Err(desk::Error::Conflict(found)) => {
            open.desk_now(|now| now.changed.insert(id.0.clone(), found));
            false
        }
        Err(error) => return Err(round.not_done(error, None).await),
    };
    if decided {
        open.desk_now(|now| {
            now.changed.remove(&id.0);
            if let Some(waiting) = &mut now.to_decide {
                waiting.retain(|ticket| ticket.reference != id.0);
            }
        });
        open.is_sent(&id)?;
    }
    open.around.outside.tell(Event::RequestsChanged);
    Ok(decided)
}

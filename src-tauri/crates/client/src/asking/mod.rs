//! Asking for changes: drafts, plans, the outbox, and what became of each request (C4, X2, X6, X10).

mod checking;
mod days;
mod deciding;
mod denied;
mod drafts;
mod entitlement;
mod entry;
mod forms;
mod outbox;
mod outcome;
mod refused;
mod rows;
mod trail;
mod typed;
mod typing;
mod unsent;
mod use_cases;

pub(crate) use outbox::{DeskNow, keep_following};

use crate::{
    blocking::blocking,
    open::Open,
    outside::Event,
    show::count,
    view::{
        Problem, ProblemCode, RequestActs, RequestFacet, RequestId, RequestPage, RequestRow, RequestView,
        Resolution, Said,
    },
};
use accounts::{AccountId, Wish, access_lines};
use desk::Ticket;
use entry::{Entry, EntryStage};
use outbox::{Round, go_round};
use std::{collections::HashSet, sync::Arc, time::Duration};
use store::Stored;

/// Requests given at once, at most.
const MOST: usize = 1000;
/// How long what has ended is told of without being looked for.
const LATELY: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);
/// As much of it, at most.
const MOST_LATELY: u32 = 3;
/// Longest note, in characters.
const LONGEST_NOTE: usize = 2000;
/// People in one wish, at most: the mail service keeps no more.
const MOST_PEOPLE: usize = 500;
/// As many as are kept with a draft, and as many entries that name nobody yet: too many to be sent, but not to be lost.
const MOST_KEPT: usize = 5000;
/// How long a person who sends waits for the desk before the screen goes on without it.
const IN_SIGHT: Duration = Duration::from_secs(4);

impl Open {
    fn known(&self, id: &AccountId) -> Result<Stored, Problem> {
        let no_such = || Problem::new(ProblemCode::NoSuchAccount, "no account of that id is kept here");
        self.shown().account(id)?.ok_or_else(no_such)
    }

    fn entry(&self, id: &RequestId) -> Result<Entry, Problem> {
        self.store.request(&id.0)?.ok_or_else(no_such_request)
    }

    /// Every request of this person, what changed last first.
    fn entries(&self, finished: bool) -> Result<Vec<Entry>, Problem> {
        Ok(self.store.requests(finished)?)
    }

    pub(crate) fn requests(&self, facet: RequestFacet) -> Result<RequestPage, Problem> {
        let open = self.entries(false)?;
        let to_decide = self.to_decide();
        let counted = to_decide.as_ref().map(|tickets| count(tickets.len()));
        let counts = (count(open.len()), count(self.store.finished_requests()?));
        let rows: Vec<RequestRow> = match facet {
            RequestFacet::Open => open.iter().take(MOST).map(|entry| entry.row(self.profile())).collect(),
            RequestFacet::Finished => {
                self.entries(true)?.iter().take(MOST).map(|entry| entry.row(self.profile())).collect()
            }
            RequestFacet::ToDecide => {
                let tickets = to_decide.iter().flatten().take(MOST);
                tickets.map(|ticket| rows::row_to_decide(ticket, self.profile())).collect()
            }
        };
        let lately = match facet {
            RequestFacet::Open => {
                let ended: Vec<Entry> =
                    self.store.requests_finished_since(&(self.now() - LATELY).to_string(), MOST_LATELY)?;
                ended.iter().map(|entry| entry.row(self.profile())).collect()
            }
            RequestFacet::Finished | RequestFacet::ToDecide => Vec::new(),
        };
        let problem = self.desk_now(|now| now.problem.clone());
        let due: HashSet<_> = self.due()?.into_iter().map(|one| one.request.id).collect();
        let (open, finished) = counts;
        Ok(RequestPage { rows, open, finished, to_decide: counted, lately, due: count(due.len()), problem })
    }

    /// Requests of others that wait for the reader's decision. `None`: the reader decides on nothing, or the desk could not be
    /// asked yet.
    fn to_decide(&self) -> Option<Vec<Ticket>> {
        self.desk_now(|now| now.to_decide.clone().filter(|_| now.abilities.is_some_and(|can| can.decides)))
    }

    /// Requests of the reader's own that wait for them, and how many of others' do.
    pub(crate) fn waiting(&self) -> Result<(Vec<RequestRow>, u32), Problem> {
        let rows = self.entries(false)?.into_iter().map(|entry| entry.row(self.profile()));
        let mut waiting: Vec<_> = rows.filter(|row| row.needs_reader).collect();
        waiting.truncate(MOST);
        Ok((waiting, self.to_decide().map_or(0, |tickets| count(tickets.len()))))
    }

    pub(crate) fn request(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let Some(entry) = self.store.request::<Entry>(&id.0)? else { return self.request_to_decide(id) };
        // Of what is at the desk already it matters only where nothing more is heard until somebody does something.
        let matters = |problem: &Problem| {
            entry.is_under_way()
                && (entry.stage != EntryStage::Sent || problem.code == ProblemCode::InsufficientScope)
        };
        let problem = self.desk_now(|now| now.problem.clone()).filter(matters);
        let stored = entry.shown_by().map(|id| self.shown().account(id)).transpose()?.flatten();
        let conflict = match &entry.stage {
            EntryStage::Conflict => entry.conflict(&forms::before(stored.as_ref())),
            _ => Vec::new(),
        };
        let mut can = entry.acts(self.desk_now(|now| now.abilities));
        // Whoever handed it over cannot ask for it back.
        can.undo = can.undo
            && self.may_ask(entry.wish.kind, stored.as_ref()).is_ok()
            && entry.taken_back(self.today_here(), self.profile()).is_some();
        let profile = self.profile();
        let missing = entry.missing.clone().unwrap_or(Wish { edits: Vec::new(), ..entry.wish.clone() });
        let reminders = self.reminders(&entry, &self.entries(false)?)?;
        let unanswered = entry.missing.as_ref().map(|missing| missing.answers.clone()).unwrap_or_default();
        Ok(RequestView {
            row: entry.row(profile),
            form: forms::form_of(&entry, profile),
            lines: access_lines(&entry.written, &entry.wish, &profile.rules()),
            answers: forms::answer_lines(&entry.wish, profile),
            conflict,
            missing: missing.edits,
            missing_answers: forms::titles(&unanswered, entry.wish.kind, profile),
            unasked: entry.unasked.clone(),
            left_out_note: entry.left_out.note,
            left_out_policy: entry.left_out.accepted,
            can,
            unsure: entry.lost_tries > 0
                && !matches!(entry.stage, EntryStage::Sending | EntryStage::SendAgain),
            problem,
            support: entry.support(self.now()),
            policy: forms::policy_of(&entry.written, &entry.wish, profile),
            accepted: Some(entry.accepted),
            begun: entry.days.begun(self.today_here()),
            reminders,
            unsent: self.unsent(id)?,
            refused: entry.refused().to_vec(),
            events: entry.events,
        })
    }

    /// Keeps what the desk answers to what was done about a request. Where a round was quicker, the next one tells the same.
    fn take_in(&self, before: &Entry, ticket: Ticket) -> Result<(), Problem> {
        let mut entry = before.clone();
        if entry.is_of(&ticket) {
            entry.follow(ticket, &self.me().name);
        }
        self.replace(before, &entry).map(drop)
    }

    /// How many requests of an account are open.
    pub(crate) fn open_requests(&self, account: &AccountId) -> Result<Vec<RequestRow>, Problem> {
        let entries = self.entries(false)?;
        Ok(entries
            .iter()
            .filter(|entry| entry.account.as_ref() == Some(account))
            .map(|entry| entry.row(self.profile()))
            .collect())
    }
}

/// Lets a round run while the screen waits for it, and goes on without it where the desk is slow.
pub(crate) async fn in_sight(open: Arc<Open>) {
    let round = tokio::spawn(async move {
        // What it meets is shown with the request. Where the desk answers, whoever waits for it to come back need not.
        if go_round(&open).await.is_ok() {
            open.desk_wake.notify_one();
        }
    });
    let _ = tokio::time::timeout(IN_SIGHT, round).await;
}

/// Looks by hand at a request that the desk is no longer asked about by itself.
pub(crate) async fn look_again(open: Arc<Open>, id: RequestId) -> Result<(), Problem> {
    let entry = open.store.request::<Entry>(&id.0)?;
    let Some(entry) = entry.filter(Entry::is_no_longer_known) else { return Ok(()) };
    Round::begin(&open).await?.look_at(entry).await
}

/// Ends a conflict as its writer chooses.
pub(crate) async fn resolve(open: Arc<Open>, id: RequestId, resolution: Resolution) -> Result<(), Problem> {
    match resolution {
        Resolution::Keep | Resolution::Adjust => {
            blocking(move || open.renew(&id, resolution == Resolution::Keep)).await
        }
        Resolution::Drop => discard_after_looking(open, id).await,
    }
}

/// Discards a request. One of which a try may have reached the desk is looked for there first, while nothing else is sent: what has
/// arrived is followed and stays. Where the desk cannot be searched, its writer's word that they asked there is enough.
pub(crate) async fn discard_after_looking(open: Arc<Open>, id: RequestId) -> Result<(), Problem> {
    let entry = open.entry(&id)?;
    let can = entry.acts(open.desk_now(|now| now.abilities));
    if can.asked_there {
        return after_the_round(&open, &id, |can| can.asked_there, |open| open.discard(&id)).await;
    }
    if entry.lost_tries == 0 || !can.discard {
        return open.discard(&id);
    }
    let _alone = open.desk_turn.lock().await;
    let round = Round::begin(&open).await?;
    if !round.abilities.finds_by_id {
        // Whoever asked for this was told that the desk is looked through first.
        open.around.outside.tell(Event::RequestsChanged);
        return Err(desk::Error::NotSearchable.into());
    }
    let found = desk::Desk::find(&round.gateway, &entry.id).await?;
    if found.is_none() {
        // To somebody else it would not be there either.
        round.names_me().await?;
    }
    match found {
        None if entry.is_not_there(round.abilities, open.now()) => open.drop_entry(&entry),
        None => Err(Problem::new(ProblemCode::StillOnItsWay, "it may still be on its way to the desk")),
        Some(ticket) => open.take_in(&entry, ticket),
    }
}

/// Sends once more what may have arrived at a desk that cannot be searched.
pub(crate) async fn send_again(open: Arc<Open>, id: RequestId) -> Result<(), Problem> {
    open.entry(&id)?;
    after_the_round(&open, &id, |can| can.send_again, |open| open.send_again(&id)).await
}

/// Does something about a request whose end is not known, unless a try that is under way tells it first: `may` says whether there is
/// still something to do.
async fn after_the_round(
    open: &Open,
    id: &RequestId,
    may: impl Fn(RequestActs) -> bool,
    act: impl FnOnce(&Open) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let _alone = open.desk_turn.lock().await;
    let now = open.store.request::<Entry>(&id.0)?;
    let still = now.is_some_and(|entry| may(entry.acts(open.desk_now(|now| now.abilities))));
    if still { act(open) } else { Ok(()) }
}

pub(crate) async fn withdraw(open: Arc<Open>, id: RequestId) -> Result<(), Problem> {
    let before = open.entry(&id)?;
    let Some(reference) = before.reference().filter(|_| before.acts(None).withdraw) else {
        return Err(Problem::new(ProblemCode::BadInput, "it cannot be withdrawn now"));
    };
    let round = Round::begin(&open).await?;
    match round.gateway.withdraw(reference).await {
        Ok(ticket) => open.take_in(&before, ticket),
        Err(error) => Err(round.not_done(error, Some(before.clone())).await),
    }
}

/// Answers what was asked about one's own request, or, as somebody who decides on it, asks.
pub(crate) async fn say(open: Arc<Open>, Said { id, text }: Said) -> Result<(), Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_NOTE {
        return Err(Problem::new(ProblemCode::BadInput, "there is nothing in it, or too much"));
    }
    let Some(before) = open.store.request::<Entry>(&id.0)? else {
        return deciding::ask(&open, &id, text).await;
    };
    let Some(reference) = before.reference().filter(|_| before.acts(None).reply) else {
        return Err(Problem::new(ProblemCode::BadInput, "nothing waits for an answer"));
    };
    let round = Round::begin(&open).await?;
    match round.gateway.reply(reference, text).await {
        Ok(ticket) => open.take_in(&before, ticket)?,
        Err(error) => return Err(round.not_done(error, Some(before.clone())).await),
    }
    open.is_sent(&id)
}

fn no_such_request() -> Problem {
    Problem::new(ProblemCode::NoSuchRequest, "no request of that id is kept here")
}

#[cfg(test)]
mod tests;

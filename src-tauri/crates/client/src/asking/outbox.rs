//! The outbox: what waits is sent when the desk answers, and what was sent is followed to its end.

use super::entry::{Entry, EntryStage};
use crate::{
    open::{Link, Open},
    outside::Event,
    reading,
    view::{Connection, Problem, ProblemCode, RequestEventKind},
};
use accounts::AccountId;
use desk::{Abilities, Delivery, Desk, Error, Gateway, Stage, Ticket, deliver};
use jiff::Timestamp;
use sign_in::Secret;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

/// How often open requests are looked at.
const EVERY: Duration = Duration::from_mins(1);
/// The same at the practice campus, where a day's waiting takes seconds.
const EVERY_IN_PRACTICE: Duration = Duration::from_secs(4);
/// How long to wait after a try that met no answer, doubled each time.
const AGAIN: Duration = Duration::from_secs(20);
const LONGEST: Duration = Duration::from_mins(15);

/// What is known of the desk in this window, and nowhere else.
#[derive(Default)]
pub(crate) struct DeskNow {
    pub(crate) abilities: Option<Abilities>,
    /// Other people's requests that wait for the reader.
    pub(crate) to_decide: Option<Vec<Ticket>>,
    /// What the last try met.
    pub(crate) problem: Option<Problem>,
}

/// Sends and follows now and then, until the identity is closed.
pub(crate) async fn keep_following(open: Arc<Open>) {
    if !open.asks() {
        return;
    }
    open.around.first_screen.drawn().await;
    let mut failures = 0_u32;
    loop {
        let every = match open.identity.connection {
            Connection::Practice => EVERY_IN_PRACTICE,
            Connection::Real => EVERY,
        };
        let wait = match go_round(&open).await {
            Ok(()) => {
                failures = 0;
                every
            }
            Err(problem) => {
                tracing::info!(code = ?problem.code, reason = %problem.message, "the desk was not asked to the end");
                let own = AGAIN.saturating_mul(1 << failures.min(6)).min(LONGEST);
                failures += 1;
                problem.retry_after.map_or(own, Duration::from_secs).max(every)
            }
        };
        let _ = tokio::time::timeout(wait, open.desk_wake.notified()).await;
    }
}

/// One round: sends what waits, looks at what is under way. Rounds never overlap.
pub(crate) async fn go_round(open: &Arc<Open>) -> Result<(), Problem> {
    let _alone = open.desk_turn.lock().await;
    let under_way: Vec<Entry> =
        open.store.requests::<Entry>(false)?.into_iter().filter(Entry::is_under_way).collect();
    let may_decide = open.me().role != accounts::Role::Member;
    if under_way.is_empty() && !may_decide && open.desk_now(|now| now.abilities.is_some()) {
        return Ok(());
    }
    let outcome = attend(open, under_way).await;
    let problem = outcome.as_ref().err().cloned();
    let differs = open.desk_now(|now| {
        let differs = now.problem != problem;
        now.problem = problem;
        differs
    });
    if differs {
        open.around.outside.tell(Event::RequestsChanged);
    }
    outcome
}

async fn attend(open: &Arc<Open>, under_way: Vec<Entry>) -> Result<(), Problem> {
    let round = Round::begin(open).await?;
    let mut first_problem = None;
    for entry in under_way {
        if let Err(problem) = round.attend_to(entry).await {
            // Each request has its own fate; the first trouble is told.
            first_problem.get_or_insert(problem);
        }
    }
    if round.abilities.decides {
        let to_decide = round.gateway.waiting_for_decision().await?;
        let differs = open.desk_now(|now| {
            let differs = now.to_decide.as_ref() != Some(&to_decide);
            now.to_decide = Some(to_decide);
            differs
        });
        if differs {
            open.around.outside.tell(Event::RequestsChanged);
        }
    }
    first_problem.map_or(Ok(()), Err)
}

/// The way to the desk, for a while.
pub(crate) struct Round<'a> {
    open: &'a Arc<Open>,
    link: Arc<Link>,
    token: Secret,
    /// Accounts that were read in this round: once is enough for several requests.
    looked_at: Mutex<HashSet<AccountId>>,
    pub(crate) gateway: Gateway,
    pub(crate) abilities: Abilities,
}

impl<'a> Round<'a> {
    /// Finds the desk and learns what it can do; a token that it does not take is renewed once.
    pub(crate) async fn begin(open: &'a Arc<Open>) -> Result<Self, Problem> {
        let link = open.link().await?;
        let token = link.session.access_token(open.now()).await?;
        let gateway = gateway(open, &link, &token)?;
        let (token, gateway, abilities) = match gateway.abilities().await {
            Err(Error::Unauthorized) => {
                let token = link.session.rejected(&token, open.now()).await?;
                let gateway = self::gateway(open, &link, &token)?;
                let abilities = gateway.abilities().await?;
                (token, gateway, abilities)
            }
            abilities => (token, gateway, abilities?),
        };
        open.desk_now(|now| now.abilities = Some(abilities));
        Ok(Self { open, link, token, looked_at: Mutex::default(), gateway, abilities })
    }

    async fn attend_to(&self, entry: Entry) -> Result<(), Problem> {
        match entry.stage {
            EntryStage::Waiting | EntryStage::Sending | EntryStage::SendAgain => self.send(entry).await,
            EntryStage::Sent => self.look_at(entry).await,
            _ => Ok(()),
        }
    }

    async fn send(&self, entry: Entry) -> Result<(), Problem> {
        let open = self.open;
        let first = entry.stage == EntryStage::Waiting;
        // A plan was made from what was known then; it is sent against what is so now. What may be at the desk already is
        // looked for there first.
        if first && let Some(stage) = self.obstacle(&entry).await? {
            let stopped = Entry { stage, changed_at: open.now(), ..entry.clone() };
            return open.replace(&entry, &stopped).map(drop);
        }
        let submission = entry.submission();
        let begun = Entry { stage: EntryStage::Sending, ..entry.clone() };
        let mut kept = entry.clone();
        let mut not_kept = None;
        let begin = || {
            // Whoever changed or discarded it meanwhile was quicker; whoever went away sends nothing more.
            let is_begun = !open.is_closed()
                && open.replace_quietly(&entry, &begun).unwrap_or_else(|problem| {
                    not_kept = Some(problem);
                    false
                });
            if is_begun {
                kept = begun.clone();
            }
            is_begun
        };
        let may_have_arrived = entry.stage == EntryStage::Sending;
        let delivery = deliver(&self.gateway, self.abilities, &submission, may_have_arrived, begin).await;
        let (after, problem) = after_delivery(&entry, delivery, open.now(), &open.me().name);
        if after.stage == EntryStage::Conflict {
            // What the record says now is read before anybody chooses.
            open.check_now(false);
        }
        open.replace(&kept, &after)?;
        not_kept.or(problem.map(Problem::from)).map_or(Ok(()), Err)
    }

    /// Why a request that was never sent should not be sent as it is.
    async fn obstacle(&self, entry: &Entry) -> Result<Option<EntryStage>, Problem> {
        let not_yours = || EntryStage::NotTaken { reason: String::new() };
        self.look_again(entry.account()).await?;
        let Some(stored) = self.open.shown().account(entry.account())? else { return Ok(Some(not_yours())) };
        if self.open.may_change_access(&stored).is_err() {
            return Ok(Some(not_yours()));
        }
        let is_stale = accounts::is_stale(&entry.written, &stored.account, &entry.wish);
        Ok(is_stale.then_some(EntryStage::Conflict))
    }

    async fn look_at(&self, before: Entry) -> Result<(), Problem> {
        let Some(reference) = before.ticket.as_ref().map(|ticket| ticket.reference.clone()) else {
            return Ok(());
        };
        let ticket = self.gateway.read(&reference).await?;
        let mut entry = before.clone();
        if ticket.id == entry.id && ticket.account == *entry.account() {
            entry.follow(ticket, &self.open.me().name);
        }
        let mut looked = Ok(());
        if is_done(&entry) {
            // What they say is kept even where the record cannot be read just now.
            looked = self.look_again(entry.account()).await;
            if looked.is_ok() {
                see(self.open, &mut entry)?;
            }
        }
        if entry != before {
            self.open.replace(&before, &entry)?;
        }
        looked
    }

    /// Reads one account from the record.
    async fn look_again(&self, id: &AccountId) -> Result<(), Problem> {
        if self.looked_at().contains(id) {
            return Ok(());
        }
        let account = self.link.directory.account(self.token.expose(), id).await?;
        reading::take_one(self.open, id, account)?;
        self.looked_at().insert(id.clone());
        Ok(())
    }

    fn looked_at(&self) -> MutexGuard<'_, HashSet<AccountId>> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request alone, as a round would attend to it.
#[cfg(test)]
pub(crate) async fn attend_to(open: &Arc<Open>, entry: Entry) -> Result<(), Problem> {
    Round::begin(open).await?.attend_to(entry).await
}

fn gateway(open: &Open, link: &Link, token: &Secret) -> Result<Gateway, Problem> {
    let base =
        link.desk.as_deref().ok_or_else(|| Problem::new(ProblemCode::NotOffered, "there is no desk"))?;
    Ok(Gateway::new(open.around.web.clone(), base, token.expose())?)
}

fn is_done(entry: &Entry) -> bool {
    entry.ticket.as_ref().is_some_and(|ticket| matches!(ticket.stage, Stage::Done { .. }))
}

/// Whether the record, which was just read, shows what was asked for. Then it is checked working.
fn see(open: &Open, entry: &mut Entry) -> Result<(), Problem> {
    let Some(stored) = open.shown().account(entry.account())? else { return Ok(()) };
    let shows_everyone = matches!(stored.account.access, accounts::Access::All(_));
    if !shows_everyone || accounts::remaining(&stored.account, &entry.wish).is_some() {
        return Ok(());
    }
    let now = open.now();
    entry.note_event(now, RequestEventKind::Seen, None, "");
    entry.stage = EntryStage::Seen { at: now };
    Ok(())
}

/// A request after a try to send it, and what the try met where it is to go on.
fn after_delivery(before: &Entry, delivery: Delivery, now: Timestamp, me: &str) -> (Entry, Option<Error>) {
    let mut entry = before.clone();
    let problem = match delivery {
        Delivery::Arrived(ticket) => {
            entry.note_event(now, RequestEventKind::Sent, None, "");
            entry.follow(*ticket, me);
            None
        }
        Delivery::InPart { ticket, .. } => {
            entry.note_event(now, RequestEventKind::Sent, None, "");
            entry.follow(*ticket, me);
            entry.note_event(now, RequestEventKind::TakenInPart, None, "");
            None
        }
        Delivery::NotTaken(error) => {
            let reason = words_of(&error);
            entry.note_event(now, RequestEventKind::NotTaken, None, &reason);
            entry.stage = EntryStage::NotTaken { reason };
            None
        }
        Delivery::Conflict { .. } => {
            entry.stage = EntryStage::Conflict;
            entry.changed_at = now;
            None
        }
        // As it was: in the outbox, or not known whether it arrived.
        Delivery::NotBegun => None,
        Delivery::NotSent(error) => Some(error),
        Delivery::NotKnown(error) => {
            entry.stage = EntryStage::Sending;
            Some(error)
        }
    };
    (entry, problem)
}

/// A desk's own words, one reason to a line, for the person who asked. Empty where it gave none.
fn words_of(error: &Error) -> String {
    let Error::Refused { detail, fields, .. } = error else { return String::new() };
    let said: Vec<_> =
        fields.iter().map(|field| field.detail.as_str()).filter(|said| !said.is_empty()).collect();
    let words = if said.is_empty() { detail.clone() } else { said.join("\n") };
    words.chars().take(2000).collect()
}

impl Open {
    /// Nothing more is sent for whoever left the screen, however long a round still runs.
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Looks at or changes what is known of the desk.
    pub(crate) fn desk_now<T>(&self, look: impl FnOnce(&mut DeskNow) -> T) -> T {
        look(&mut self.desk_now.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a new request durably, and tells.
    pub(crate) fn keep(&self, entry: &Entry) -> Result<(), Problem> {
        self.store.keep_request(&entry.kept())?;
        self.around.outside.tell(Event::RequestsChanged);
        Ok(())
    }

    /// Puts `after` in the place of `before` and tells. `false`: somebody else was quicker, and it is left as it is.
    pub(crate) fn replace(&self, before: &Entry, after: &Entry) -> Result<bool, Problem> {
        let replaced = self.replace_quietly(before, after)?;
        if replaced && before != after {
            self.around.outside.tell(Event::RequestsChanged);
        }
        Ok(replaced)
    }

    fn replace_quietly(&self, before: &Entry, after: &Entry) -> Result<bool, Problem> {
        Ok(self.store.replace_request(before, &after.kept())?)
    }
}

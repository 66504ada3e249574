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
use sign_in::Secret;
use std::{sync::Arc, time::Duration};
use store::{KeptRequest, Stored};

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
    if !open.has_desk() {
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
        Ok(Self { open, link, token, gateway, abilities })
    }

    async fn attend_to(&self, entry: Entry) -> Result<(), Problem> {
        match entry.stage {
            EntryStage::Waiting => self.send(entry, false).await,
            EntryStage::Sending => self.send(entry, true).await,
            EntryStage::Sent => self.look_at(entry).await,
            _ => Ok(()),
        }
    }

    async fn send(&self, mut entry: Entry, may_have_arrived: bool) -> Result<(), Problem> {
        let open = self.open;
        let now = open.now();
        if !may_have_arrived {
            // A plan was made from what was known then; it is sent against what is so now.
            self.look_again(entry.account()).await?;
        }
        if !may_have_arrived && is_out_of_date(open, &entry)? {
            entry.stage = EntryStage::Conflict;
            entry.changed_at = now;
            return open.keep(&entry);
        }
        let submission = entry.submission();
        let mut begun = entry.clone();
        begun.stage = EntryStage::Sending;
        let begin = || open.keep_quietly(&begun).map_err(|problem| Error::BadAddress(problem.message));
        let delivery = deliver(&self.gateway, &submission, may_have_arrived, begin).await;
        let me = open.me().name;
        let problem = match delivery {
            Delivery::Arrived(ticket) => {
                entry.note_event(now, RequestEventKind::Sent, None, "");
                entry.follow(*ticket, &me);
                None
            }
            Delivery::InPart { ticket, missing } => {
                entry.note_event(now, RequestEventKind::Sent, None, "");
                entry.follow(*ticket, &me);
                entry.note_event(now, RequestEventKind::TakenInPart, None, "");
                entry.missing = Some(missing);
                None
            }
            Delivery::NotTaken(error) => {
                let reason = words_of(&error);
                entry.note_event(now, RequestEventKind::NotTaken, None, &reason);
                entry.stage = EntryStage::NotTaken { reason };
                None
            }
            Delivery::Conflict { .. } => {
                // What the record says now is read before anybody chooses.
                open.check_now(false);
                entry.stage = EntryStage::Conflict;
                entry.changed_at = now;
                None
            }
            Delivery::NotSent(error) => {
                entry.stage = EntryStage::Waiting;
                Some(error)
            }
            Delivery::NotKnown(error) => {
                entry.stage = EntryStage::Sending;
                Some(error)
            }
        };
        open.keep(&entry)?;
        problem.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Reads one account from the record.
    async fn look_again(&self, id: &AccountId) -> Result<(), Problem> {
        if let Some(account) = self.link.directory.account(self.token.expose(), id).await? {
            reading::take_one(self.open, account)?;
        }
        Ok(())
    }

    async fn look_at(&self, mut entry: Entry) -> Result<(), Problem> {
        let Some(reference) = entry.ticket.as_ref().map(|ticket| ticket.reference.clone()) else {
            return Ok(());
        };
        let ticket = self.gateway.read(&reference).await?;
        let mut differs = ticket.id == entry.id && entry.follow(ticket, &self.open.me().name);
        let mut looked = Ok(());
        if is_done(&entry) {
            // What they say is kept even where the record cannot be read just now.
            looked = self.look_again(entry.account()).await;
            differs |= looked.is_ok() && see(self.open, &mut entry)?;
        }
        if differs {
            self.open.keep(&entry)?;
        }
        looked
    }
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
fn see(open: &Open, entry: &mut Entry) -> Result<bool, Problem> {
    let Some(stored) = open.shown().account(entry.account())? else { return Ok(false) };
    let taken = entry.ticket.as_ref().map_or(&entry.wish, |ticket| &ticket.wish);
    let shows_everyone = matches!(stored.account.access, accounts::Access::All(_));
    if !shows_everyone || accounts::remaining(&stored.account, taken).is_some() {
        return Ok(false);
    }
    let now = open.now();
    entry.note_event(now, RequestEventKind::Seen, None, "");
    entry.stage = EntryStage::Seen { at: now };
    Ok(true)
}

/// Whether the account is no longer as it was when the wish was written, as far as the wish goes.
fn is_out_of_date(open: &Open, entry: &Entry) -> Result<bool, Problem> {
    let now = open.shown().account(entry.account())?;
    Ok(now.is_some_and(|Stored { account, .. }| accounts::is_stale(&entry.written, &account, &entry.wish)))
}

/// A desk's reasons, one to a line, for the person who asked.
fn words_of(error: &Error) -> String {
    let Error::Refused { detail, fields, code } = error else { return error.to_string() };
    let lines: Vec<_> = if fields.is_empty() {
        vec![if detail.is_empty() { code.as_str() } else { detail.as_str() }]
    } else {
        fields
            .iter()
            .map(|field| if field.detail.is_empty() { field.at.as_str() } else { &field.detail })
            .collect()
    };
    lines.join("\n").chars().take(2000).collect()
}

impl Open {
    /// Looks at or changes what is known of the desk.
    pub(crate) fn desk_now<T>(&self, look: impl FnOnce(&mut DeskNow) -> T) -> T {
        look(&mut self.desk_now.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Keeps a request durably, and tells.
    pub(crate) fn keep(&self, entry: &Entry) -> Result<(), Problem> {
        self.keep_quietly(entry)?;
        self.around.outside.tell(Event::RequestsChanged);
        Ok(())
    }

    fn keep_quietly(&self, entry: &Entry) -> Result<(), Problem> {
        let kept: KeptRequest<&Entry> = entry.kept();
        Ok(self.store.keep_request(&kept)?)
    }
}

//! The outbox: what waits is sent when the desk answers, and what was sent is followed to its end.

use super::{
    days::{self, Told},
    entry::{Entry, EntryStage},
    outcome::{after_delivery, is_done, see},
    refused::words_of,
};
use crate::{
    open::{Link, Open},
    outside::Event,
    reading,
    view::{Connection, Problem, ProblemCode},
};
use accounts::{AccountId, MayNotAsk, PersonId, Proof};
use desk::{Abilities, Changed, Desk, Error, Gateway, Ticket, deliver};
use sign_in::Secret;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};
use store::Stored;

/// How often open requests are looked at.
const EVERY: Duration = Duration::from_mins(1);
/// The same at the practice campus, where a day's waiting takes seconds.
const EVERY_IN_PRACTICE: Duration = Duration::from_secs(4);
/// How long to wait after a try that met no answer, doubled each time.
const AGAIN: Duration = Duration::from_secs(20);
const LONGEST: Duration = Duration::from_mins(15);

/// Requests that are sent between two durable writes, at most, and how long that may take. After a kill in between they are
/// looked for at the desk before anything is sent again.
const AT_ONCE: usize = 64;
const AT_ONCE_TIME: Duration = Duration::from_millis(500);

/// What is known of the desk in this window, and nowhere else.
#[derive(Default)]
pub(crate) struct DeskNow {
    pub(crate) abilities: Option<Abilities>,
    /// Other people's requests that wait for the reader.
    pub(crate) to_decide: Option<Vec<Ticket>>,
    /// Of those, by reference: what the desk found changed since it was asked.
    pub(crate) changed: HashMap<String, Changed>,
    /// What the last try met.
    pub(crate) problem: Option<Problem>,
    /// Whether somebody may be given access, as it said when they were looked for.
    pub(crate) entitled: HashMap<PersonId, bool>,
}

/// Sends and follows now and then, until the identity is closed.
pub(crate) async fn keep_following(open: Arc<Open>) {
    if !open.asks() {
        return;
    }
    open.around.first_screen.drawn().await;
    let mut failures = 0_u32;
    let mut told = Told::new();
    rest(&open, Duration::ZERO, &mut told).await;
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
        rest(&open, wait, &mut told).await;
    }
}

/// Waits for so long, or until the desk is to be asked sooner. Whatever falls due meanwhile, and each day that comes, is told
/// at once: a desk that asks for a long wait does not hold that up.
pub(super) async fn rest(open: &Arc<Open>, wait: Duration, told: &mut Told) {
    let mut left = wait;
    loop {
        if let Err(problem) = open.greet_day(told) {
            tracing::warn!(reason = %problem.message, "what the day brings was not looked at");
        }
        if left.is_zero() {
            return;
        }
        let nap = days::nap(left, open.now(), &open.profile().zone());
        if tokio::time::timeout(nap, open.desk_wake.notified()).await.is_ok() {
            return;
        }
        left = left.saturating_sub(nap);
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
    let (to_follow, mut to_send): (Vec<_>, Vec<_>) =
        under_way.into_iter().partition(|entry| entry.stage == EntryStage::Sent);
    // In the order in which they were written: the last word is the last to arrive.
    to_send.sort_by(|one, other| (one.changed_at, &one.id).cmp(&(other.changed_at, &other.id)));
    if !to_send.is_empty() {
        round.names_me().await?;
    }
    // Each request has its own fate; the first trouble is told.
    for problem in round.send_all(to_send).await {
        first_problem.get_or_insert(problem);
    }
    for entry in to_follow {
        if let Err(problem) = round.look_at(entry).await {
            first_problem.get_or_insert(problem);
        }
    }
    if round.abilities.decides {
        round.look_at_what_waits().await?;
    }
    first_problem.map_or(Ok(()), Err)
}

/// Whether a request may go.
enum Clear {
    Stop,
    /// `search`: it may be at the desk already.
    Go {
        search: bool,
    },
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
        // What is kept here is somebody else's to the directory: nothing is sent, done or judged by it.
        if open.named_another.load(Ordering::Acquire) {
            return Err(reading::another());
        }
        let link = open.link().await?;
        let token = link.session.access_token(open.now()).await?;
        let gateway = gateway(open, &link, &token)?;
        let (token, gateway, abilities) = match gateway.abilities().await {
            Err(Error::Unauthorized) => {
                let token = link.session.rejected(&token, open.now()).await?;
                let gateway = self::gateway(open, &link, &token)?;
                let abilities = gateway.abilities().await.map_err(Problem::of_the_desk)?;
                (token, gateway, abilities)
            }
            abilities => (token, gateway, abilities.map_err(Problem::of_the_desk)?),
        };
        open.desk_now(|now| now.abilities = Some(abilities));
        Ok(Self { open, link, token, looked_at: Mutex::default(), gateway, abilities })
    }

    /// Sends what waits, some of it at once. What it met is told request by request.
    async fn send_all(&self, mut waiting: Vec<Entry>) -> Vec<Problem> {
        let mut problems = Vec::new();
        // Where a desk cannot be searched, a kill may leave no more than one of which nobody knows whether it arrived.
        let at_once = if self.abilities.finds_by_id { AT_ONCE } else { 1 };
        while !waiting.is_empty() && !self.open.is_closed() {
            let rest = waiting.split_off(waiting.len().min(at_once));
            match self.send_some(waiting, &mut problems).await {
                Ok(unsent) => waiting = [unsent, rest].concat(),
                Err(problem) => {
                    problems.push(problem);
                    waiting = rest;
                }
            }
        }
        problems
    }

    /// Keeps that all of them are begun, sends them, and keeps what became of them. Those for which there was no time left
    /// are given back, as they are kept.
    async fn send_some(&self, some: Vec<Entry>, problems: &mut Vec<Problem>) -> Result<Vec<Entry>, Problem> {
        let mut begun = Vec::new();
        for entry in some {
            match self.clear(&entry).await {
                Ok(Clear::Go { search }) => {
                    let tried_at = Some(self.open.now());
                    let unsearchable = !self.abilities.finds_by_id;
                    let sending =
                        Entry { stage: EntryStage::Sending, tried_at, unsearchable, ..entry.clone() };
                    begun.push((sending, entry, search));
                }
                Ok(Clear::Stop) => {}
                Err(problem) => problems.push(problem),
            }
        }
        if begun.is_empty() {
            return Ok(Vec::new());
        }
        let changes: Vec<_> = begun.iter().map(|(begun, entry, _)| (entry, begun.clone())).collect();
        // Whoever changed or discarded one meanwhile was quicker.
        let is_begun = self.open.replace_all(&changes)?;
        let mut sent = Vec::new();
        let mut unsent = Vec::new();
        let began = std::time::Instant::now();
        for ((begun, entry, search), _) in begun.into_iter().zip(is_begun).filter(|(_, is_begun)| *is_begun) {
            if began.elapsed() > AT_ONCE_TIME && !sent.is_empty() {
                // Nothing of it left: it waits as it did.
                unsent.push((begun, entry));
                continue;
            }
            let (after, problem) = self.send(&entry, search).await;
            problems.extend(problem.map(Problem::from));
            sent.push((begun, after));
        }
        let ended: Vec<_> = sent.iter().chain(&unsent).map(|(begun, after)| (begun, after.clone())).collect();
        let is_kept = self.open.replace_all(&ended)?;
        for ((begun, after), _) in sent.iter().zip(&is_kept).filter(|(_, is_kept)| **is_kept) {
            self.open.tell_moved(begun, after);
        }
        if sent.iter().any(|(_, after)| after.stage == EntryStage::Conflict) {
            // What the record says now is read before anybody chooses.
            self.open.check_now(false);
        }
        self.open.around.outside.tell(Event::RequestsChanged);
        let kept = is_kept.into_iter().skip(sent.len());
        Ok(unsent.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|((_, entry), _)| entry).collect())
    }

    /// Whether a request may be sent as it stands. Where not, why not is kept.
    ///
    /// A plan was made from what was known then; it is sent against what is so now. What may be at the desk already is looked
    /// for there first, and what is not there was never sent.
    async fn clear(&self, entry: &Entry) -> Result<Clear, Problem> {
        if entry.may_have_arrived() {
            if !self.abilities.finds_by_id {
                return self.without_search(entry);
            }
            if !matches!(self.gateway.find(&entry.id).await, Ok(None)) {
                return Ok(Clear::Go { search: true });
            }
            if !entry.is_not_there(self.abilities, self.open.now()) {
                return Ok(Clear::Stop);
            }
        }
        let Some(stage) = self.obstacle(entry).await? else { return Ok(Clear::Go { search: false }) };
        // Of a try whose end is not known it stays to be looked for, whatever is done about it now.
        let lost_tries = entry.lost_tries.max(u32::from(entry.may_have_arrived()));
        let stopped = Entry { stage, lost_tries, changed_at: self.open.now(), ..entry.clone() };
        if self.open.replace(entry, &stopped)? {
            self.open.tell_moved(entry, &stopped);
        }
        Ok(Clear::Stop)
    }

    /// Whether what may have arrived goes to a desk that cannot be searched: only because the person says so. Otherwise it is kept
    /// once that it is not known.
    fn without_search(&self, entry: &Entry) -> Result<Clear, Problem> {
        if entry.stage == EntryStage::SendAgain {
            return Ok(Clear::Go { search: false });
        }
        let waits = Entry { stage: EntryStage::Sending, unsearchable: true, ..entry.clone() };
        if waits != *entry && self.open.replace(entry, &waits)? {
            self.open.tell_moved(entry, &waits);
        }
        Ok(Clear::Stop)
    }

    /// One try. That it was begun is kept already.
    async fn send(&self, entry: &Entry, may_have_arrived: bool) -> (Entry, Option<Error>) {
        let open = self.open;
        // Whoever went away sends nothing more.
        let begin =
            || !open.is_closed() && (!may_have_arrived || entry.is_not_there(self.abilities, open.now()));
        let delivery =
            deliver(&self.gateway, self.abilities, &entry.submission(), may_have_arrived, begin).await;
        let was_searched = self.abilities.finds_by_id && entry.may_have_arrived() && !may_have_arrived;
        let (after, problem) = after_delivery(open, entry, delivery, was_searched);
        let unsearchable = !self.abilities.finds_by_id;
        let mut after = Entry { unsearchable, ..after };
        // That this try was not taken says nothing of an earlier one, for which nobody can look.
        let is_told = matches!(after.stage, EntryStage::NotTaken { .. } | EntryStage::Conflict);
        if unsearchable && is_told && entry.may_have_arrived() {
            after.lost_tries = entry.lost_tries.max(1);
            after.tried_at = entry.tried_at;
        }
        (after, problem)
    }

    /// Why a request that was never sent should not be sent as it is.
    async fn obstacle(&self, entry: &Entry) -> Result<Option<EntryStage>, Problem> {
        let may_not = |why| EntryStage::MayNot { why };
        let Some(account) = &entry.account else {
            return Ok(self.open.may_ask(entry.wish.kind, None).err().map(may_not));
        };
        self.look_again(account).await?;
        let stored = self.open.shown().account(account)?.filter(|stored| stored.standing.sees());
        let Some(stored) = stored else { return Ok(Some(may_not(MayNotAsk::NotYours))) };
        if let Some(why) = self.refusal(entry, &stored) {
            return Ok(Some(may_not(why)));
        }
        // Where the desk said what has changed, the record may still lag behind it.
        let now = entry.changed.as_ref().map(|changed| changed.onto(&stored.account));
        let now = now.as_ref().unwrap_or(&stored.account);
        let is_stale = accounts::is_stale(&entry.written, now, &entry.wish);
        Ok(is_stale.then_some(EntryStage::Conflict))
    }

    /// Why the reader may not ask for it any more. What somebody else did meanwhile is not that: it is a conflict.
    fn refusal(&self, entry: &Entry, stored: &Stored) -> Option<MayNotAsk> {
        let overtaken =
            [MayNotAsk::NothingToActivate, MayNotAsk::Closed, MayNotAsk::NotThisKind, MayNotAsk::NoEnd];
        self.open.may_ask(entry.wish.kind, Some(stored)).err().filter(|why| !overtaken.contains(why))
    }

    /// Reads what became of a request that was taken. A desk that has none of that reference does not hold up the others.
    pub(super) async fn look_at(&self, before: Entry) -> Result<(), Problem> {
        let Some(reference) = before.reference() else { return Ok(()) };
        if is_done(&before) && before.proof != Proof::Record {
            // It is for whoever asked to try it; the desk has said its last word.
            return Ok(());
        }
        let mut entry = before.clone();
        match self.gateway.read(reference).await {
            Ok(ticket) if entry.is_of(&ticket) => entry.follow(ticket, &self.open.me().name),
            Ok(_) => {}
            // It said that it is done: whether it is, is for the record to say.
            Err(Error::NotThere) if is_done(&before) => {}
            Err(Error::NotThere) => entry.deny(self.open.now()),
            Err(error) => return Err(error.into()),
        }
        let mut looked = Ok(());
        if is_done(&entry) && entry.proof == Proof::Record {
            // What they say is kept even where the record cannot be read just now.
            looked = match entry.shown_by() {
                Some(id) => self.look_again(&id.clone()).await,
                None => Ok(()),
            };
            if looked.is_ok() {
                see(self.open, &mut entry)?;
            }
        }
        let is_news = !(before.is_no_longer_known() && entry.is_no_longer_known());
        if entry != before && self.open.replace(&before, &entry)? && is_news {
            self.open.tell_moved(&before, &entry);
        }
        looked
    }

    /// Reads what waits for the reader's decision.
    async fn look_at_what_waits(&self) -> Result<(), Problem> {
        let to_decide = self.gateway.waiting_for_decision().await.map_err(Problem::of_the_desk)?;
        let differs = self.open.desk_now(|now| {
            let differs = now.to_decide.as_ref() != Some(&to_decide);
            now.to_decide = Some(to_decide);
            differs
        });
        if differs {
            self.open.around.outside.tell(Event::RequestsChanged);
        }
        Ok(())
    }

    /// What is told where a step with a request did not go. Where the desk says no, it is read first how the request stands now:
    /// the reader's `own`, or one of those that wait for their decision.
    pub(super) async fn not_done(&self, error: Error, own: Option<Entry>) -> Problem {
        if !matches!(error, Error::Refused { .. } | Error::Conflict(_)) {
            return error.into();
        }
        let looked = match own {
            Some(entry) => self.look_at(entry).await,
            None => self.look_at_what_waits().await,
        };
        if let Err(problem) = looked {
            tracing::info!(code = ?problem.code, reason = %problem.message, "a request was not looked at again");
        }
        let said = Some(words_of(&error, |_| None)).filter(|said| !said.is_empty());
        Problem { said, ..Problem::new(ProblemCode::DeskRefused, error.to_string()) }
    }

    /// Lets the directory say that it still takes the reader for whom things are kept here. One that cannot be asked, or does not
    /// say, is left to what needs it.
    ///
    /// # Errors
    /// [`ProblemCode::NamesAnother`] alone.
    pub(super) async fn names_me(&self) -> Result<(), Problem> {
        match reading::ask_who(self.open, &self.link, &self.token).await {
            Err(other) if other.code == ProblemCode::NamesAnother => Err(other),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Reads one account from the record.
    async fn look_again(&self, id: &AccountId) -> Result<(), Problem> {
        if self.looked_at().contains(id) {
            return Ok(());
        }
        let account = self.link.directory.account(self.token.expose(), id).await?;
        // What is not there, or not theirs, goes: only as the answer to whom it is kept for.
        if !account.as_ref().is_some_and(|account| reading::is_ours(self.open, account)) {
            reading::ask_who(self.open, &self.link, &self.token).await?;
        }
        reading::take_one(self.open, id, account)?;
        self.looked_at().insert(id.clone());
        Ok(())
    }

    fn looked_at(&self) -> MutexGuard<'_, HashSet<AccountId>> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request alone, as a round would send it.
#[cfg(test)]
pub(crate) async fn attend_to(open: &Arc<Open>, entry: Entry) -> Result<(), Problem> {
    let round = Round::begin(open).await?;
    let problems = round.send_all(vec![entry]).await;
    problems.into_iter().next().map_or(Ok(()), Err)
}

fn gateway(open: &Open, link: &Link, token: &Secret) -> Result<Gateway, Problem> {
    let base =
        link.desk.as_deref().ok_or_else(|| Problem::new(ProblemCode::NotOffered, "there is no desk"))?;
    Ok(Gateway::new(open.around.web.clone(), base, token.expose())?)
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
        let replaced = self.store.replace_request(before, &after.kept())?;
        if replaced && before != after {
            self.around.outside.tell(Event::RequestsChanged);
        }
        Ok(replaced)
    }

    /// Tells of a request that has another status than before.
    fn tell_moved(&self, before: &Entry, after: &Entry) {
        if before.status() != after.status() {
            self.around.outside.tell(Event::RequestMoved(Box::new(after.row(self.profile()))));
        }
    }

    /// The same for several in one durable write, without telling.
    fn replace_all(&self, changes: &[(&Entry, Entry)]) -> Result<Vec<bool>, Problem> {
        let kept: Vec<_> = changes.iter().map(|(before, after)| (*before, after.kept())).collect();
        let changes: Vec<_> = kept.iter().map(|(before, after)| (*before, after)).collect();
        Ok(self.store.replace_requests(&changes)?)
    }
}

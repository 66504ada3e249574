//! Reading the record: what changed since the last look, checked against the directory's own count.
//!
//! Pages go into the store as they come, so that the first accounts can be used while the rest is read. Where the reading
//! stands is kept only when it has come to its end, and nothing is removed before that.

mod intake;
mod walk;

use crate::{
    blocking::blocking,
    identities::Identity,
    open::{Link, Open, Subject},
    outside::Event,
    show::count,
    too_old::{drop_other_people, is_too_old},
    view::{FreshnessState, LetGo, Problem, ProblemCode},
};
use accounts::{AccountId, Me};
use directory::{Abilities, Directory, What};
use intake::only_unit;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sign_in::Secret;
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use store::{Fact, Store};
use walk::{Listed, Walk};

pub(crate) use intake::{incoming, is_ours, take_one, with_claims};

/// How far before the newest change seen the next reading begins: servers may file a change late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// How long after the last one every id is compared again.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How often the record is looked at while the program is open.
const EVERY: Duration = Duration::from_mins(15);
/// How long to wait after a try that met no answer, doubled each time up to [`EVERY`].
const AGAIN: Duration = Duration::from_secs(20);
/// Up to this many accounts that seem gone are asked for one by one.
const ASKED_ONE_BY_ONE: usize = 50;
/// Lists are told of new accounts at most this often while many pages come in.
const TELL_EVERY: Duration = Duration::from_millis(700);

/// Accounts whose present version could not be read, each with when it was last confirmed before (RFC 3339).
pub(crate) type Unreadable = HashMap<AccountId, Option<String>>;

/// Looks at the record now and then, until the identity is closed.
pub(crate) async fn keep_reading(open: Arc<Open>) {
    open.around.first_screen.drawn().await;
    // From here on it may be old.
    drop(open.take_prepared_home());
    // The first list need not wait for the accounts to be put in order.
    let shown = open.shown();
    if let Err(problem) = blocking(move || Ok(shown.put_in_order()?)).await {
        tracing::warn!(reason = %problem.message, "the accounts were not put in order");
    }
    let mut failures = 0_u32;
    loop {
        drop_what_is_too_old(&open);
        // Whoever asked until now is answered by this reading.
        let _ = tokio::time::timeout(Duration::ZERO, open.wake.notified()).await;
        let wait = look(&open, &mut failures).await;
        rest(&open, wait, EVERY).await;
    }
}

/// One look at the record, and how long to wait before the next. `None`: until somebody asks.
async fn look(open: &Arc<Open>, failures: &mut u32) -> Option<Duration> {
    let thorough = open.thorough.swap(false, Ordering::AcqRel);
    let problem = match read_record(open, thorough).await {
        Ok(()) => {
            *failures = 0;
            // The institution answers: what waits in the outbox need not wait for its own next try.
            open.desk_wake.notify_one();
            return Some(EVERY);
        }
        // What to keep was chosen anew under way: begin again.
        Err(problem) if problem.code == ProblemCode::Cancelled => return Some(Duration::ZERO),
        Err(problem) => problem,
    };
    tracing::info!(code = ?problem.code, reason = %problem.message, "the record was not read to its end");
    let own = AGAIN.saturating_mul(1 << (*failures).min(6)).min(EVERY);
    *failures += 1;
    let asked = problem.retry_after.map(Duration::from_secs);
    // No other try brings back a sign-in that has ended. A new one begins with a reading of its own.
    let signed_out = problem.code == ProblemCode::SignedOut;
    if signed_out {
        open.note(None, false);
    }
    open.set_freshness(|freshness| {
        freshness.state = state_after(&problem);
        freshness.progress = None;
        freshness.problem = Some(problem);
    });
    (!signed_out).then(|| asked.unwrap_or(own).max(AGAIN))
}

/// Waits until the time has come or somebody asks. Where only the latter is waited for, what becomes too old meanwhile goes
/// all the same: `every` so often it is looked for.
async fn rest(open: &Arc<Open>, wait: Option<Duration>, every: Duration) {
    while tokio::time::timeout(wait.unwrap_or(every), open.wake.notified()).await.is_err() && wait.is_none() {
        drop_what_is_too_old(open);
    }
}

/// A window that stays open without contact does not keep other people's data longer than a closed one.
pub(crate) fn drop_what_is_too_old(open: &Arc<Open>) {
    let known = open.around.known().get(&open.identity.id).cloned();
    // Whoever is kept nowhere is in no list: then this window knows when it read last, and when they signed in.
    let identity = known.unwrap_or_else(|| {
        let read_at = open.freshness().read_at;
        let contact = read_at.clone().or(open.identity.contact.clone());
        Identity { read_at, contact, ..open.identity.clone() }
    });
    if !is_too_old(&identity, open.profile().offline_days, open.now()) {
        return;
    }
    open.set_live(None);
    if let Err(problem) = drop_other_people(&open.store, open.profile(), open.now()) {
        tracing::error!(reason = %problem.message, "what is too old was not dropped");
    }
    // Also when there was nothing left to go: the screen says what went.
    if open.freshness().read_at.is_some() {
        open.set_freshness(|freshness| freshness.read_at = None);
        open.around.outside.tell(Event::SessionChanged);
    }
}

fn state_after(problem: &Problem) -> FreshnessState {
    match problem.code {
        ProblemCode::NoAnswer | ProblemCode::PracticeDidNotStart => FreshnessState::Offline,
        ProblemCode::SignedOut => FreshnessState::SignedOut,
        _ => FreshnessState::Trouble,
    }
}

/// One reading, from the sign-in to the end of the record.
pub(crate) async fn read_record(open: &Arc<Open>, thorough: bool) -> Result<(), Problem> {
    // After one that failed a try now and then is no news; somebody who asks is told that it is being tried.
    if thorough || open.freshness().state == FreshnessState::UpToDate {
        open.set_freshness(|freshness| freshness.state = FreshnessState::Checking);
    }
    let mut reader = Reader::begin(open).await?;
    let me = reader.who_am_i().await?;
    let abilities = reader.ask(async |directory, token| directory.abilities(token).await).await?;
    reader.narrow(&me, &abilities);
    reader.read(&me, &abilities, thorough).await?;
    let read_at = open.now().to_string();
    let first = open.freshness().read_at.is_none();
    if open.store.fact::<LetGo>(Fact::LetGo)?.is_some() {
        open.store.remove_fact(Fact::LetGo)?;
    }
    open.note(Some(&read_at), true);
    open.set_freshness(|freshness| {
        freshness.state = FreshnessState::UpToDate;
        freshness.read_at = Some(read_at);
        freshness.progress = None;
        freshness.problem = None;
        freshness.full_read_only = open.store.fact(Fact::FullReadOnly).ok().flatten().unwrap_or(false);
        freshness.unreadable = unreadable(&open.store).map_or(0, |unreadable| count(unreadable.len()));
    });
    open.around.outside.tell(if first { Event::SessionChanged } else { Event::AccountsChanged });
    Ok(())
}

struct Reader<'a> {
    open: &'a Arc<Open>,
    link: Arc<Link>,
    /// The directory, narrowed to the reader's own where they may see far more.
    directory: Directory,
    token: Secret,
    told: Option<Instant>,
    /// Where everything goes that is not to be kept. Decided once for a reading.
    live: Option<Arc<Store>>,
}

impl<'a> Reader<'a> {
    async fn begin(open: &'a Arc<Open>) -> Result<Self, Problem> {
        let link = open.link().await?;
        let token = link.session.access_token(open.now()).await?;
        let directory = link.directory.clone();
        Ok(Self { open, link, directory, token, told: None, live: None })
    }

    /// Asks the directory; where it does not take the token, once more with a new one.
    async fn ask<T>(
        &mut self,
        question: impl AsyncFn(&Directory, &str) -> Result<T, directory::Error>,
    ) -> Result<T, Problem> {
        Ok(self.answer(question).await??)
    }

    /// The same, with what the directory itself answers apart: a problem of the sign-in is no answer to the question.
    async fn answer<T>(
        &mut self,
        question: impl AsyncFn(&Directory, &str) -> Result<T, directory::Error>,
    ) -> Result<Result<T, directory::Error>, Problem> {
        match question(&self.directory, self.token.expose()).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(question(&self.directory, self.token.expose()).await)
            }
            answer => Ok(answer),
        }
    }

    /// Who is signed in, as the directory sees it now. Somebody else than before ends the reading: nothing is mixed.
    async fn who_am_i(&mut self) -> Result<Me, Problem> {
        let subject: Option<Subject> = self.open.store.fact(Fact::Subject)?;
        let known = subject.as_ref().map(Subject::signed_in_as).unwrap_or_default();
        let answer = match self.directory.who(self.token.expose(), known).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                self.directory.who(self.token.expose(), known).await?
            }
            answer => answer?,
        };
        let me = with_claims(&self.link.role, answer, subject.as_ref());
        let before = self.open.me();
        is_still_here(self.open, &me)?;
        if before != me {
            keep_me(&self.open.store, &me)?;
            if let Some(live) = self.open.live() {
                look_again_at_everything(&live)?;
            }
            self.open.set_me(me.clone());
            self.open.around.outside.tell(Event::SessionChanged);
        }
        Ok(me)
    }

    /// The service desk may see every account there is; kept is only what is its reader's own (O15).
    fn narrow(&mut self, me: &Me, abilities: &Abilities) {
        if me.role == accounts::Role::ServiceDesk && abilities.filter {
            let principals =
                std::iter::once(me.id.as_str()).chain(me.groups.iter().map(accounts::GroupId::as_str));
            self.directory = self.link.directory.only_of(principals);
        }
    }

    async fn read(&mut self, me: &Me, abilities: &Abilities, thorough: bool) -> Result<(), Problem> {
        let store = self.prepare_stores(me)?;
        let newest: Option<Timestamp> = store.fact(Fact::Newest)?;
        let foreign: u64 = store.fact(Fact::Foreign)?.unwrap_or(0);
        let full_read_only = store.fact(Fact::FullReadOnly)?.unwrap_or(false);
        let no_changes_told = full_read_only && !thorough;
        let what = match newest {
            Some(newest) if abilities.filter && !no_changes_told => {
                What::ChangedSince(newest.saturating_sub(OVERLAP).unwrap_or(newest))
            }
            _ => What::Everything,
        };
        let mut walk = self.walk(me, abilities, what).await?;
        let (filter_ignored, changes_refused) = (walk.filter_ignored, walk.changes_refused);
        let mut read_all = what == What::Everything || changes_refused;
        // What was the newest is in every true answer to what changed since a little before it, unless it is gone.
        let witness: Option<AccountId> = store.fact(Fact::NewestOf)?;
        let is_missing = |walk: &Walk| witness.as_ref().is_some_and(|newest| !walk.seen.contains(newest));
        let told_too_little = !read_all && walk.complete && is_missing(&walk);
        // What was not understood proves nothing. The same where it is understood now: accounts without a date are in no answer
        // to it, and whether there still are any only everything tells.
        let not_understood = filter_ignored || (full_read_only && !read_all);
        // Accounts go in the end, the newest like any other: then ids tell what else is gone.
        let newest_gone =
            told_too_little && !not_understood && self.is_gone(&store, witness.as_ref()).await?;
        let mut from_the_start = not_understood || (told_too_little && !newest_gone);
        let mut keeps_back = false;
        let now = self.open.now();
        let mut swept = false;
        let mut unsteady = false;
        let mut gone = Vec::new();
        if !from_the_start
            && !read_all
            && (newest_gone || self.must_sweep(&store, foreign, thorough, now).await?)
        {
            let listed = self.list(abilities).await?;
            swept = listed.steady;
            unsteady = !listed.steady;
            let is_listed = |newest: &AccountId| listed.versions.contains_key(newest);
            let contradicts = newest_gone && witness.as_ref().is_some_and(is_listed);
            let (missing, unknown) = self.compare(&store, listed).await?;
            // Otherwise something is new or other that the changes did not bring.
            from_the_start = contradicts || unknown.is_none_or(|unknown| unknown != foreign);
            gone = missing;
        }
        if from_the_start {
            walk = self.walk(me, abilities, What::Everything).await?;
            read_all = true;
            let is_new = |newest| matches!(what, What::ChangedSince(since) if newest >= since);
            keeps_back = told_too_little && !is_missing(&walk) && walk.newest.is_some_and(is_new);
        }
        if !walk.complete {
            // What came is kept; where the reading stands and what is gone are not known.
            return Err(differ());
        }
        let mut facts = vec![
            (Fact::ReadAt, json!(now.to_string())),
            (
                Fact::FullReadOnly,
                json!(
                    walk.undated
                        || !abilities.filter
                        || filter_ignored
                        || keeps_back
                        || changes_refused
                        || no_changes_told
                ),
            ),
        ];
        // Everything there is tells what is the newest of it; changes only whether there is something newer.
        let says_newest = walk.newest.is_some() && (read_all || walk.newest >= newest);
        if says_newest {
            facts.push((Fact::Newest, json!(walk.newest)));
            facts.push((Fact::NewestOf, json!(walk.newest_of)));
        }
        let kept = &self.open.store;
        let before = unreadable(kept)?;
        let read_at: Option<String> = kept.fact(Fact::ReadAt)?;
        let mut unreadable = walk.unreadable_now(&before, read_at.as_ref(), read_all);
        if read_all {
            swept = walk.steady;
            unsteady = false;
            let seen = walk.seen.into_iter().map(|id| (id, None)).collect();
            let (missing, unknown) =
                self.compare(&store, Listed { versions: seen, steady: walk.steady }).await?;
            gone = missing;
            facts.extend(unknown.map(|unknown| (Fact::Foreign, json!(unknown))));
        }
        if swept {
            facts.push((Fact::SweptAt, json!(now)));
        } else {
            gone.clear();
        }
        let gone = self.confirm(gone, abilities).await?;
        unreadable.retain(|id, _| !gone.contains(id));
        if newest_gone && !says_newest {
            facts.extend(self.newest_left(&store, newest, witness.iter().chain(&gone)).await?);
        }
        facts.push((Fact::Unreadable, json!(unreadable)));
        self.settle(gone, facts).await?;
        if unsteady { Err(differ()) } else { Ok(()) }
    }

    /// The store that says where the reading stands: the live one where the unit is not kept.
    ///
    /// A live store begins with what is kept, so that nothing vanishes from the screen, and what should not be kept
    /// leaves the disk.
    fn prepare_stores(&mut self, me: &Me) -> Result<Arc<Store>, Problem> {
        let open = self.open;
        if open.keeps_unit() {
            open.set_live(None);
            return Ok(Arc::clone(&open.store));
        }
        let live = if let Some(live) = open.live() {
            live
        } else {
            let live = Arc::new(Store::in_memory()?);
            let whole = store::Query { limit: usize::MAX, ..store::Query::default() };
            let (mut own, mut unit) = (Vec::new(), Vec::new());
            for stored in open.store.accounts(&whole)?.rows {
                let id = stored.account.id.clone();
                match incoming(open.profile(), me, stored.account) {
                    Some(incoming) if !only_unit(&incoming) => own.push(incoming),
                    _ => unit.push(id),
                }
            }
            // What an earlier version was told to keep waits for the answer that this one asks for.
            if open.keep_unit() == Some(false) {
                open.store.settle(&unit, &[])?;
            }
            // They were not looked at now: what differs later began no earlier than this.
            let confirmed: Option<String> = open.store.fact(Fact::ReadAt)?;
            live.take(&own, &confirmed.unwrap_or_else(|| open.now().to_string()))?;
            open.set_live(Some(Arc::clone(&live)));
            live
        };
        self.live = Some(Arc::clone(&live));
        Ok(live)
    }
}

/// Lets the directory say once more whom it takes the reader for.
///
/// # Errors
/// [`ProblemCode::NamesAnother`]: to somebody else other accounts are gone, or somebody else's.
pub(crate) async fn ask_who(open: &Open, link: &Link, token: &Secret) -> Result<(), Problem> {
    let subject: Option<Subject> = open.store.fact(Fact::Subject)?;
    let known = subject.as_ref().map(Subject::signed_in_as).unwrap_or_default();
    is_still_here(open, &link.directory.who(token.expose(), known).await?)
}

/// The same of the window that is `open`, which remembers it until the directory is asked again.
fn is_still_here(open: &Open, now: &Me) -> Result<(), Problem> {
    let same = is_still(&open.me(), now);
    open.named_another.store(same.is_err(), Ordering::Release);
    same
}

/// Whether the directory names who it did before. Nothing of anybody else is mixed with what is kept.
pub(crate) fn is_still(before: &Me, now: &Me) -> Result<(), Problem> {
    if before.id == now.id { Ok(()) } else { Err(another()) }
}

/// To the directory the reader is another person than before.
pub(crate) fn another() -> Problem {
    Problem::new(ProblemCode::NamesAnother, "the directory names another person than before")
}

/// Keeps `me` as whom `store` belongs to. Another role, unit or group sees other accounts: then everything is looked at again.
pub(crate) fn keep_me(store: &Store, me: &Me) -> Result<(), store::Error> {
    if store.fact::<Me>(Fact::Me)?.as_ref() == Some(me) {
        return Ok(());
    }
    // Before it is kept: whoever is stopped in between reads once too often, and not once too little.
    look_again_at_everything(store)?;
    store.set_fact(Fact::Me, me)
}

/// Lets the next reading take in every account anew, also those whose version is known.
fn look_again_at_everything(store: &Store) -> Result<(), store::Error> {
    store.remove_fact(Fact::Newest)?;
    store.forget_versions()
}

/// What the last reading could not read.
pub(crate) fn unreadable(store: &Store) -> Result<Unreadable, store::Error> {
    Ok(store.fact(Fact::Unreadable)?.unwrap_or_default())
}

fn differ() -> Problem {
    Problem::new(
        ProblemCode::PagesDoNotEnd,
        "the directory's count and its list differ, so nothing was removed here",
    )
}

#[cfg(test)]
mod tests;

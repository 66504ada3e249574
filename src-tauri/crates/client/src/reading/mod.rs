//! Reading the record: what changed since the last look, checked against the directory's own count.
//!
//! Pages go into the store as they come, so that the first accounts can be used while the rest is read. Where the reading
//! stands is kept only when it has come to its end, and nothing is removed before that.

use crate::{
    open::{Link, Open, Subject},
    outside::Event,
    stage::{drop_other_people, is_too_old},
    view::{FreshnessState, Problem, ProblemCode, Progress},
};
use accounts::{Account, AccountId, Me, Meaning, attention_from, seen_by, standing};
use directory::{Abilities, Directory, PageOf, Reading, What, role_from_claims};
use institutions::Profile;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sign_in::Secret;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use store::{Fact, Incoming, Store, Taken};

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

/// Looks at the record now and then, until the identity is closed.
pub(crate) async fn keep_reading(open: Arc<Open>) {
    let mut failures = 0_u32;
    loop {
        drop_what_is_too_old(&open);
        let thorough = open.thorough.swap(false, Ordering::AcqRel);
        let wait = match read_record(&open, thorough).await {
            Ok(()) => {
                failures = 0;
                EVERY
            }
            // What to keep was chosen anew under way: begin again.
            Err(problem) if problem.code == ProblemCode::Cancelled => Duration::ZERO,
            Err(problem) => {
                let own = AGAIN.saturating_mul(1 << failures.min(6)).min(EVERY);
                failures += 1;
                let asked = problem.retry_after.map(Duration::from_secs);
                if problem.code == ProblemCode::SignedOut {
                    open.note(None, false);
                }
                tracing::info!(code = ?problem.code, reason = %problem.message, "the record was not read to its end");
                open.set_freshness(|freshness| {
                    freshness.state = state_after(&problem);
                    freshness.progress = None;
                    freshness.problem = Some(problem);
                });
                asked.unwrap_or(own).max(AGAIN)
            }
        };
        // Either the time has come or somebody asked.
        let _ = tokio::time::timeout(wait, open.wake.notified()).await;
    }
}

/// A window that stays open without contact does not keep other people's data longer than a closed one.
fn drop_what_is_too_old(open: &Arc<Open>) {
    let identity = open.around.known().get(&open.identity.id).cloned();
    let days = open.profile().offline_days;
    if !identity.is_some_and(|identity| is_too_old(&identity, days, open.now())) {
        return;
    }
    open.set_live(None);
    if let Err(problem) = drop_other_people(&open.store) {
        tracing::error!(reason = %problem.message, "what is too old was not dropped");
    }
    open.set_freshness(|freshness| freshness.read_at = None);
    open.around.outside.tell(Event::AccountsChanged);
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
    // Without a network a try now and then is no news; somebody who asks is told that it is being tried.
    if thorough || open.freshness().state != FreshnessState::Offline {
        open.set_freshness(|freshness| freshness.state = FreshnessState::Checking);
    }
    let mut reader = Reader::begin(open).await?;
    let me = reader.who_am_i().await?;
    let abilities = reader.ask(async |directory, token| directory.abilities(token).await).await?;
    reader.narrow(&me, &abilities);
    reader.read(&me, &abilities, thorough).await?;
    let read_at = open.now().to_string();
    let first = open.freshness().read_at.is_none();
    open.note(Some(&read_at), true);
    open.set_freshness(|freshness| {
        freshness.state = FreshnessState::UpToDate;
        freshness.read_at = Some(read_at);
        freshness.progress = None;
        freshness.problem = None;
        freshness.full_read_only = open.store.fact(Fact::FullReadOnly).ok().flatten().unwrap_or(false);
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

/// What one walk through the pages found.
#[derive(Default)]
struct Walk {
    seen: HashSet<AccountId>,
    newest: Option<Timestamp>,
    /// A resource came without the date that finding changes rests on.
    undated: bool,
    /// Came to its end, and met as many as were announced.
    complete: bool,
    /// And the announced number never moved: not meeting an account says something.
    steady: bool,
    filter_ignored: bool,
}

/// Every id that the directory lists, with its version.
struct Listed {
    versions: HashMap<AccountId, Option<String>>,
    steady: bool,
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
        match question(&self.directory, self.token.expose()).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(question(&self.directory, self.token.expose()).await?)
            }
            answer => Ok(answer?),
        }
    }

    /// Who is signed in, as the directory sees it now. Somebody else than before ends the reading: nothing is mixed.
    async fn who_am_i(&mut self) -> Result<Me, Problem> {
        let answer = self.ask(async |directory, token| directory.me(token).await).await?;
        let subject: Option<Subject> = self.open.store.fact(Fact::Subject)?;
        let me = with_claims(self.open.profile(), answer.me, subject.as_ref());
        let before = self.open.me();
        if before.id != me.id {
            return Err(Problem::new(
                ProblemCode::SomebodyElse,
                "the directory names another person than before",
            ));
        }
        if before != me {
            self.open.store.set_fact(Fact::Me, &me)?;
            // Another role or unit sees other accounts: everything is looked at again.
            self.open.store.remove_fact(Fact::Newest)?;
            self.open.store.forget_versions()?;
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
        let no_changes_told = store.fact(Fact::FullReadOnly)?.unwrap_or(false) && !thorough;
        let what = match newest {
            Some(newest) if abilities.filter && !no_changes_told => {
                What::ChangedSince(newest.saturating_sub(OVERLAP).unwrap_or(newest))
            }
            _ => What::Everything,
        };
        let mut read_all = what == What::Everything;
        let mut walk = self.walk(me, abilities, what).await?;
        let filter_ignored = walk.filter_ignored;
        let now = self.open.now();
        let mut swept = false;
        let mut unsteady = false;
        let mut gone = Vec::new();
        if filter_ignored {
            // An answer to a question that was not understood proves nothing: ask for everything, without it.
            walk = self.walk(me, abilities, What::Everything).await?;
            read_all = true;
        } else if !read_all && self.must_sweep(&store, foreign, thorough, now).await? {
            let listed = self.list(abilities).await?;
            swept = listed.steady;
            unsteady = !listed.steady;
            let (missing, unknown) = self.compare(&store, listed).await?;
            if unknown.is_some_and(|unknown| unknown == foreign) {
                gone = missing;
            } else {
                // Something is new or other that the changes did not bring: read everything.
                walk = self.walk(me, abilities, What::Everything).await?;
                read_all = true;
            }
        }
        if !walk.complete {
            // What came is kept; where the reading stands and what is gone are not known.
            return Err(differ());
        }
        let mut facts = vec![
            (Fact::ReadAt, json!(now.to_string())),
            (
                Fact::FullReadOnly,
                json!(walk.undated || !abilities.filter || filter_ignored || no_changes_told),
            ),
        ];
        if let Some(newest) = walk.newest.max(newest) {
            facts.push((Fact::Newest, json!(newest)));
        }
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
        self.settle(gone, facts).await?;
        if unsteady { Err(differ()) } else { Ok(()) }
    }

    /// The store that says where the reading stands: the live one where the unit is not kept.
    ///
    /// A live store begins with what is kept, so that nothing vanishes from the screen, and what should not be kept
    /// leaves the disk.
    fn prepare_stores(&mut self, me: &Me) -> Result<Arc<Store>, Problem> {
        let open = self.open;
        if open.keeps_unit(&open.around.outside.preferences()) {
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
            open.store.settle(&unit, &[])?;
            live.take(&own, &open.now().to_string())?;
            open.set_live(Some(Arc::clone(&live)));
            live
        };
        self.live = Some(Arc::clone(&live));
        Ok(live)
    }

    async fn walk(&mut self, me: &Me, abilities: &Abilities, what: What) -> Result<Walk, Problem> {
        let mut walk = Walk::default();
        let mut reading = self.directory.read(abilities, what);
        let mut done = 0;
        while let Some(page) = self.page(&mut reading).await? {
            done += page.accounts.len() + page.unreadable;
            walk.note(&page);
            self.take(me, page.accounts).await?;
            let total = reading.total();
            self.open.set_freshness(|freshness| {
                freshness.progress = Some(Progress { done: done as u64, total });
            });
        }
        walk.complete = reading.is_complete();
        walk.steady = reading.is_steady();
        walk.filter_ignored = reading.filter_ignored();
        Ok(walk)
    }

    /// The next page; where the token has come to its end, with a new one.
    async fn page(&mut self, reading: &mut Reading) -> Result<Option<PageOf>, Problem> {
        match reading.next(self.token.expose()).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(reading.next(self.token.expose()).await?)
            }
            page => Ok(page?),
        }
    }

    async fn list(&mut self, abilities: &Abilities) -> Result<Listed, Problem> {
        let mut reading = self.directory.read(abilities, What::Ids);
        let mut versions = HashMap::new();
        while let Some(page) = self.page(&mut reading).await? {
            versions.extend(page.ids);
        }
        Ok(Listed { versions, steady: reading.is_steady() })
    }

    /// Which accounts that are stored are not listed, and how many that are listed are not stored. `None` for the latter
    /// where a listed version is another than the stored one.
    async fn compare(
        &self,
        store: &Arc<Store>,
        listed: Listed,
    ) -> Result<(Vec<AccountId>, Option<u64>), Problem> {
        let (shown, kept) = (Arc::clone(store), Arc::clone(&self.open.store));
        blocking(move || {
            let known = shown.versions()?;
            let other = |(id, version): (&AccountId, &Option<String>)| {
                known.get(id).is_some_and(|kept| version.is_some() && kept.is_some() && kept != version)
            };
            let differs = listed.versions.iter().any(other);
            let unknown = listed.versions.keys().filter(|id| !known.contains_key(id)).count() as u64;
            let mut missing: HashSet<_> = known.into_keys().collect();
            missing.extend(kept.versions()?.into_keys());
            missing.retain(|id| listed.steady && !listed.versions.contains_key(id));
            Ok((missing.into_iter().collect(), (!differs).then_some(unknown)))
        })
        .await
    }

    /// Those of `missing` that the directory, asked again, does not have: one walk past an account proves nothing.
    async fn confirm(
        &mut self,
        missing: Vec<AccountId>,
        abilities: &Abilities,
    ) -> Result<Vec<AccountId>, Problem> {
        if missing.len() > ASKED_ONE_BY_ONE {
            let listed = self.list(abilities).await?;
            let still_missing = |id: &AccountId| listed.steady && !listed.versions.contains_key(id);
            return Ok(missing.into_iter().filter(still_missing).collect());
        }
        let mut gone = Vec::new();
        for id in missing {
            match self.has(&id).await {
                Ok(false) => gone.push(id),
                Ok(true) => {}
                Err(problem) if matches!(problem.code, ProblemCode::NoAnswer | ProblemCode::Later) => {
                    return Err(problem);
                }
                // A directory that cannot be asked for one account does not say that it is gone.
                Err(problem) => {
                    tracing::info!(code = ?problem.code, "an account was kept: its absence is not confirmed");
                }
            }
        }
        Ok(gone)
    }

    async fn has(&mut self, id: &AccountId) -> Result<bool, Problem> {
        match self.directory.has(self.token.expose(), id).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(self.directory.has(self.token.expose(), id).await?)
            }
            answer => Ok(answer?),
        }
    }

    async fn must_sweep(
        &mut self,
        store: &Arc<Store>,
        foreign: u64,
        thorough: bool,
        now: Timestamp,
    ) -> Result<bool, Problem> {
        let swept: Option<Timestamp> = store.fact(Fact::SweptAt)?;
        if thorough || swept.is_none_or(|swept| now.duration_since(swept).abs() > SWEEP_AFTER) {
            return Ok(true);
        }
        let total = self.ask(async |directory, token| directory.count(token).await).await?;
        let store = Arc::clone(store);
        let known = blocking(move || Ok(store.counts()?.all as u64)).await?;
        Ok(total != known + foreign)
    }

    /// Puts one page where it belongs, off the async threads.
    async fn take(&mut self, me: &Me, accounts: Vec<Account>) -> Result<(), Problem> {
        let (open, me, live) = (Arc::clone(self.open), me.clone(), self.live.clone());
        let taken = blocking(move || {
            let (mut batch, mut not_ours) = (Vec::new(), Vec::new());
            for account in accounts {
                let id = account.id.clone();
                match incoming(open.profile(), &me, account) {
                    Some(incoming) => batch.push(incoming),
                    None => not_ours.push(id),
                }
            }
            let now = open.now().to_string();
            let Some(live) = live else { return take_into(&open.store, &batch, not_ours, &now) };
            let (unit, own): (Vec<_>, Vec<_>) = batch.iter().cloned().partition(only_unit);
            let not_kept =
                not_ours.iter().cloned().chain(unit.into_iter().map(|unit| unit.account.id)).collect();
            take_into(&open.store, &own, not_kept, &now)?;
            take_into(&live, &batch, not_ours, &now)
        })
        .await?;
        let due = self.told.is_none_or(|told| told.elapsed() > TELL_EVERY);
        if taken.new + taken.changed > 0 && due {
            self.told = Some(Instant::now());
            self.open.around.outside.tell(Event::AccountsChanged);
        }
        Ok(())
    }

    async fn settle(&self, gone: Vec<AccountId>, facts: Vec<(Fact, Value)>) -> Result<(), Problem> {
        let open = Arc::clone(self.open);
        let live = self.live.clone();
        if open.keeps_unit(&open.around.outside.preferences()) == live.is_some() {
            return Err(Problem::new(ProblemCode::Cancelled, "what to keep was chosen anew"));
        }
        blocking(move || {
            if let Some(live) = live {
                live.settle(&gone, &facts)?;
            }
            open.store.settle(&gone, &facts)?;
            // The next keystroke finds the list in order.
            Ok(open.shown().counts().map(drop)?)
        })
        .await
    }
}

/// Takes in what is the reader's, and removes what the directory itself says is not, or no longer, theirs.
fn take_into(
    store: &Store,
    batch: &[Incoming],
    not_ours: Vec<AccountId>,
    now: &str,
) -> Result<Taken, Problem> {
    let mut known = Vec::new();
    for id in not_ours {
        if store.account(&id)?.is_some() {
            known.push(id);
        }
    }
    if !known.is_empty() {
        store.settle(&known, &[])?;
    }
    Ok(store.take(batch, now)?)
}

fn differ() -> Problem {
    Problem::new(
        ProblemCode::PagesDoNotEnd,
        "the directory's count and its list differ, so nothing was removed here",
    )
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

impl Walk {
    fn note(&mut self, page: &PageOf) {
        // What cannot be read is there all the same.
        self.seen.extend(page.ids.iter().map(|(id, _)| id.clone()));
        for account in &page.accounts {
            match account.last_modified {
                // A date after the server's own clock is no place to begin from.
                Some(modified) if page.server_time.is_none_or(|now| modified <= now) => {
                    self.newest = self.newest.max(Some(modified));
                }
                Some(_) => {}
                None => self.undated = true,
            }
        }
    }
}

fn only_unit(incoming: &Incoming) -> bool {
    let standing = incoming.standing;
    standing.holds_unit && !(standing.owns || standing.uses || standing.itself)
}

/// An account as the reader may see it, or `None` where a directory sent what is none of the reader's business.
pub(crate) fn incoming(profile: &Profile, me: &Me, account: Account) -> Option<Incoming> {
    let account = seen_by(account, me)?;
    let sends = |meaning: &Meaning| matches!(meaning, Meaning::SendAs | Meaning::SendOnBehalf);
    let can_send = account
        .access
        .grants()
        .iter()
        .map(|grant| profile.meanings(&grant.rights).iter().any(sends))
        .collect();
    let needs_from = attention_from(&account, me).map(|day| store::day_number(day).max(0));
    Some(Incoming { standing: standing(&account, me), can_send, needs_from, account })
}

/// `me` with role and unit from the sign-in's claims, where the profile says that they are there.
pub(crate) fn with_claims(profile: &Profile, me: Me, subject: Option<&Subject>) -> Me {
    let claims = subject.map(|subject| &subject.claims);
    let Some(found) = claims.and_then(|claims| role_from_claims(&profile.connection.sign_in.role, claims))
    else {
        return me;
    };
    let unit = found.unit.or(me.unit);
    let held_units = if found.role == accounts::Role::ItOfficer && me.held_units.is_empty() {
        unit.iter().cloned().collect()
    } else {
        me.held_units
    };
    Me { role: found.role, unit, held_units, ..me }
}

#[cfg(test)]
mod tests;

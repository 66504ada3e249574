//! Reading the record: what changed since the last look, checked against the directory's own count.
//!
//! Pages go into the store as they come, so that the first accounts can be used while the rest is read. Where the reading
//! stands is kept only when it has come to its end, and nothing is removed before that.

use crate::{
    open::{Link, Open, Subject},
    outside::Event,
    view::{FreshnessState, Problem, ProblemCode, Progress},
};
use accounts::{Account, AccountId, Me, Meaning, attention_from, seen_by, standing};
use directory::{Abilities, Directory, PageOf, What, role_from_claims};
use institutions::Profile;
use jiff::{SignedDuration, Timestamp};
use sign_in::Secret;
use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use store::{Fact, Incoming, Store};

/// How far before the newest change seen the next reading begins: servers may file a change late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// How long after the last one every id is compared again.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How often the record is looked at while the program is open.
const EVERY: Duration = Duration::from_mins(15);
/// How long to wait after a try that met no answer, doubled each time up to [`EVERY`].
const AGAIN: Duration = Duration::from_secs(20);
/// Lists are told of new accounts at most this often while many pages come in.
const TELL_EVERY: Duration = Duration::from_millis(700);

/// Looks at the record now and then, until the identity is closed.
pub(crate) async fn keep_reading(open: Arc<Open>) {
    let mut failures = 0_u32;
    loop {
        let thorough = open.thorough.swap(false, Ordering::AcqRel);
        let wait = match read_record(&open, thorough).await {
            Ok(()) => {
                failures = 0;
                EVERY
            }
            Err(problem) => {
                failures += 1;
                let asked = problem.retry_after.map(Duration::from_secs);
                let own = AGAIN.saturating_mul(1 << failures.min(6)).min(EVERY);
                let wait = asked.unwrap_or(own).max(own.min(AGAIN));
                if problem.code == ProblemCode::SignedOut {
                    open.note(None, false);
                }
                tracing::info!(code = ?problem.code, reason = %problem.message, "the record was not read to its end");
                open.set_freshness(|freshness| {
                    freshness.state = state_after(&problem);
                    freshness.progress = None;
                    freshness.problem = Some(problem);
                });
                wait
            }
        };
        // Either the time has come or somebody asked.
        let _ = tokio::time::timeout(wait, open.wake.notified()).await;
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
    open.set_freshness(|freshness| freshness.state = FreshnessState::Checking);
    let mut reader = Reader::begin(open).await?;
    let me = reader.who_am_i().await?;
    let abilities = reader.ask(async |directory, token| directory.abilities(token).await).await?;
    reader.narrow(&me, &abilities);
    reader.read(&me, &abilities, thorough).await?;
    let read_at = open.now().to_string();
    open.note(Some(&read_at), true);
    open.set_freshness(|freshness| {
        freshness.state = FreshnessState::UpToDate;
        freshness.read_at = Some(read_at);
        freshness.progress = None;
        freshness.problem = None;
        freshness.full_read_only = open.store.fact(Fact::FullReadOnly).ok().flatten().unwrap_or(false);
    });
    open.around.outside.tell(Event::AccountsChanged);
    Ok(())
}

struct Reader<'a> {
    open: &'a Arc<Open>,
    link: Arc<Link>,
    /// The directory, narrowed to the reader's own where they may see far more.
    directory: Directory,
    token: Secret,
    told: Option<Instant>,
}

/// What one walk through the pages found.
#[derive(Default)]
struct Walk {
    seen: HashSet<AccountId>,
    newest: Option<Timestamp>,
    /// A resource came without the date that finding changes rests on.
    undated: bool,
    complete: bool,
    filter_ignored: bool,
}

impl<'a> Reader<'a> {
    async fn begin(open: &'a Arc<Open>) -> Result<Self, Problem> {
        let link = open.link().await?;
        let token = link.session.access_token(open.now()).await?;
        let directory = link.directory.clone();
        Ok(Self { open, link, directory, token, told: None })
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
        let store = self.prepare_stores()?;
        let newest: Option<Timestamp> = store.fact(Fact::Newest)?;
        let foreign: u64 = store.fact(Fact::Foreign)?.unwrap_or(0);
        let full_only = !abilities.filter || store.fact(Fact::FullReadOnly)?.unwrap_or(false);
        let what = match newest {
            Some(newest) if !full_only => {
                What::ChangedSince(newest.saturating_sub(OVERLAP).unwrap_or(newest))
            }
            _ => What::Everything,
        };
        let mut read_all = matches!(what, What::Everything);
        let mut walk = self.walk(me, abilities, what).await?;
        read_all |= walk.filter_ignored;
        let now = self.open.now();
        let mut swept = false;
        let mut gone = Vec::new();
        if read_all {
            swept = true;
        } else if self.must_sweep(&store, thorough, now).await? {
            let present = self.walk_ids(abilities).await?;
            if let Some(present) = present {
                let known = store.versions()?;
                let unknown = present.iter().filter(|id| !known.contains_key(id)).count() as u64;
                // Something is there that was not there before and that the changes did not bring: read everything.
                if unknown == foreign {
                    gone = absent(&store, &present)?;
                    swept = true;
                } else {
                    walk = self.walk(me, abilities, What::Everything).await?;
                    read_all = true;
                    swept = true;
                }
            }
        }
        if read_all && !walk.complete {
            // What came is kept; where the reading stands and what is gone are not known.
            let told = "the directory's count and its list differ, so nothing was removed here";
            return Err(Problem::new(ProblemCode::PagesDoNotEnd, told));
        }
        let mut facts = vec![
            (Fact::ReadAt, serde_json::json!(now.to_string())),
            (Fact::FullReadOnly, serde_json::json!(walk.undated || !abilities.filter || walk.filter_ignored)),
        ];
        if let Some(newest) = walk.newest.max(newest) {
            facts.push((Fact::Newest, serde_json::json!(newest)));
        }
        if read_all {
            gone = absent(&store, &walk.seen)?;
            let known = store.versions()?;
            let foreign = walk.seen.iter().filter(|id| !known.contains_key(id)).count();
            facts.push((Fact::Foreign, serde_json::json!(foreign)));
        }
        if swept {
            facts.push((Fact::SweptAt, serde_json::json!(now)));
        }
        self.settle(gone, facts).await
    }

    /// The store that says where the reading stands: the live one where the unit is not kept.
    fn prepare_stores(&self) -> Result<Arc<Store>, Problem> {
        let open = self.open;
        if open.keeps_unit(&open.around.outside.preferences()) {
            open.set_live(None);
            return Ok(Arc::clone(&open.store));
        }
        if let Some(live) = open.live() {
            return Ok(live);
        }
        let live = Arc::new(Store::in_memory().map_err(Problem::from)?);
        open.set_live(Some(Arc::clone(&live)));
        Ok(live)
    }

    async fn walk(&mut self, me: &Me, abilities: &Abilities, what: What) -> Result<Walk, Problem> {
        let mut walk = Walk::default();
        let mut reading = self.directory.read(abilities, what);
        let mut done = 0;
        loop {
            let page = match reading.next(self.token.expose()).await {
                Err(directory::Error::Unauthorized) => {
                    self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                    reading.next(self.token.expose()).await?
                }
                page => page?,
            };
            let Some(page) = page else { break };
            done += page.accounts.len() + page.unreadable;
            walk.note(&page);
            self.take(me, page.accounts).await?;
            let total = reading.total();
            self.open.set_freshness(|freshness| {
                freshness.progress = Some(Progress { done: done as u64, total });
            });
        }
        walk.complete = reading.is_complete();
        walk.filter_ignored = reading.filter_ignored();
        Ok(walk)
    }

    /// Every id there is, or `None` where the list did not come to an honest end.
    async fn walk_ids(&mut self, abilities: &Abilities) -> Result<Option<HashSet<AccountId>>, Problem> {
        let mut reading = self.directory.read(abilities, What::Ids);
        let mut present = HashSet::new();
        while let Some(page) = reading.next(self.token.expose()).await? {
            present.extend(page.ids.into_iter().map(|(id, _)| id));
        }
        Ok(reading.is_complete().then_some(present))
    }

    async fn must_sweep(&mut self, store: &Store, thorough: bool, now: Timestamp) -> Result<bool, Problem> {
        let swept: Option<Timestamp> = store.fact(Fact::SweptAt)?;
        if thorough || swept.is_none_or(|swept| now.duration_since(swept).abs() > SWEEP_AFTER) {
            return Ok(true);
        }
        let total = self.ask(async |directory, token| directory.count(token).await).await?;
        let foreign: u64 = store.fact(Fact::Foreign)?.unwrap_or(0);
        Ok(total != store.counts()?.all as u64 + foreign)
    }

    /// Puts one page where it belongs, off the async threads.
    async fn take(&mut self, me: &Me, accounts: Vec<Account>) -> Result<(), Problem> {
        let (open, me) = (Arc::clone(self.open), me.clone());
        let taken = tokio::task::spawn_blocking(move || {
            let batch: Vec<_> =
                accounts.into_iter().filter_map(|account| incoming(open.profile(), &me, account)).collect();
            let now = open.now().to_string();
            let Some(live) = open.live() else { return open.store.take(&batch, &now) };
            let own: Vec<_> = batch.iter().filter(|incoming| !only_unit(incoming)).cloned().collect();
            open.store.take(&own, &now)?;
            live.take(&batch, &now)
        })
        .await
        .map_err(Problem::internal)??;
        let due = self.told.is_none_or(|told| told.elapsed() > TELL_EVERY);
        if taken.new + taken.changed > 0 && due {
            self.told = Some(Instant::now());
            self.open.around.outside.tell(Event::AccountsChanged);
        }
        Ok(())
    }

    async fn settle(
        &self,
        gone: Vec<AccountId>,
        facts: Vec<(Fact, serde_json::Value)>,
    ) -> Result<(), Problem> {
        let open = Arc::clone(self.open);
        let settled = tokio::task::spawn_blocking(move || {
            if let Some(live) = open.live() {
                live.settle(&gone, &facts)?;
            }
            open.store.settle(&gone, &facts)?;
            // The next keystroke finds the list in order.
            open.shown().counts().map(drop)
        });
        Ok(settled.await.map_err(Problem::internal)??)
    }
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

fn absent(store: &Store, present: &HashSet<AccountId>) -> Result<Vec<AccountId>, store::Error> {
    Ok(store.versions()?.into_keys().filter(|id| !present.contains(id)).collect())
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

//! Walking through a directory's pages, and what may be concluded from it.

use super::{ASKED_ONE_BY_ONE, Reader, SWEEP_AFTER, Unreadable, blocking};
use crate::view::{FreshnessState, Problem, Progress};
use accounts::{AccountId, Me};
use directory::{Abilities, PageOf, Reading, What};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use store::{Fact, Store};

/// What one walk through the pages found.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) seen: HashSet<AccountId>,
    /// Those of them that could not be read.
    pub(super) unreadable: HashSet<AccountId>,
    pub(super) newest: Option<Timestamp>,
    pub(super) newest_of: Option<AccountId>,
    /// A resource came without the date that finding changes rests on.
    pub(super) undated: bool,
    /// Came to its end, and met as many as were announced.
    pub(super) complete: bool,
    /// And the announced number never moved: not meeting an account says something.
    pub(super) steady: bool,
    pub(super) filter_ignored: bool,
    /// The directory would not say what changed: everything was read.
    pub(super) changes_refused: bool,
}

/// Every id that the directory lists, with its version.
pub(super) struct Listed {
    pub(super) versions: HashMap<AccountId, Option<String>>,
    pub(super) steady: bool,
}

impl Walk {
    fn note(&mut self, page: &PageOf) {
        // What cannot be read is there all the same.
        self.seen.extend(page.ids.iter().map(|(id, _)| id.clone()));
        self.unreadable.extend(page.unreadable_ids.iter().cloned());
        for account in &page.accounts {
            match account.last_modified {
                // A date after the server's own clock is no place to begin from.
                Some(modified) if page.server_time.is_none_or(|now| modified <= now) => {
                    if self.newest < Some(modified) {
                        (self.newest, self.newest_of) = (Some(modified), Some(account.id.clone()));
                    }
                }
                Some(_) => {}
                None => self.undated = true,
            }
        }
    }

    /// What cannot be read after this walk, of everything or of changes alone. `before` is what could not be after the
    /// reading before, which ended at `read_at`.
    pub(super) fn unreadable_now(
        &self,
        before: &Unreadable,
        read_at: Option<&String>,
        everything: bool,
    ) -> Unreadable {
        let untouched = before.iter().filter(|(id, _)| !everything && !self.seen.contains(*id));
        let confirmed = |id: &AccountId| before.get(id).cloned().unwrap_or_else(|| read_at.cloned());
        let now = self.unreadable.iter().map(|id| (id.clone(), confirmed(id)));
        untouched.map(|(id, at)| (id.clone(), at.clone())).chain(now).collect()
    }
}

impl Reader<'_> {
    pub(super) async fn walk(&mut self, me: &Me, abilities: &Abilities, what: What) -> Result<Walk, Problem> {
        let mut walk = Walk::default();
        let mut reading = self.directory.read(abilities, what);
        let mut done = 0;
        let mut writing = None;
        loop {
            // The next page travels while the last one is written.
            let page = self.page(&mut reading).await;
            if let Some(writing) = writing.take() {
                // Also where no further page came: nothing is written after a reading has ended.
                self.taken(writing).await?;
                let total = reading.total();
                self.open.set_freshness(|freshness| {
                    if freshness.state == FreshnessState::Checking {
                        freshness.progress = Some(Progress { done: done as u64, total });
                    }
                });
            }
            let Some(page) = page? else { break };
            done += page.accounts.len() + page.unreadable;
            walk.note(&page);
            writing = Some(self.take(me, page.accounts));
        }
        walk.complete = reading.is_complete();
        walk.steady = reading.is_steady();
        walk.filter_ignored = reading.filter_ignored();
        walk.changes_refused = reading.changes_refused();
        self.widen(&reading);
        Ok(walk)
    }

    /// The next page; where the token has come to its end, with a new one.
    pub(super) async fn page(&mut self, reading: &mut Reading) -> Result<Option<PageOf>, Problem> {
        match reading.next(self.token.expose()).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(reading.next(self.token.expose()).await?)
            }
            page => Ok(page?),
        }
    }

    pub(super) async fn list(&mut self, abilities: &Abilities) -> Result<Listed, Problem> {
        let mut reading = self.directory.read(abilities, What::Ids);
        let mut versions = HashMap::new();
        while let Some(page) = self.page(&mut reading).await? {
            versions.extend(page.ids);
        }
        self.widen(&reading);
        Ok(Listed { versions, steady: reading.is_steady() })
    }

    /// Where the directory would not be asked for the reader's own alone, it is not asked so again in this reading. What
    /// comes is checked here in any case.
    fn widen(&mut self, reading: &Reading) {
        if reading.narrowing_refused() {
            self.directory = self.link.directory.clone();
        }
    }

    /// Which accounts that are stored are not listed, and how many that are listed are not stored. `None` for the latter
    /// where a listed version is another than the stored one.
    pub(super) async fn compare(
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
            if !Arc::ptr_eq(&shown, &kept) {
                missing.extend(kept.versions()?.into_keys());
            }
            missing.retain(|id| listed.steady && !listed.versions.contains_key(id));
            Ok((missing.into_iter().collect(), (!differs).then_some(unknown)))
        })
        .await
    }

    /// Those of `missing` that the directory, asked again, does not have: one walk past an account proves nothing.
    pub(super) async fn confirm(
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
            match self.has(&id).await? {
                Ok(false) => gone.push(id),
                Ok(true) => {}
                Err(error @ (directory::Error::NoAnswer(_) | directory::Error::Later { .. })) => {
                    return Err(error.into());
                }
                // A directory that cannot be asked for one account does not say that it is gone.
                Err(error) => {
                    tracing::info!(%error, "an account was kept: its absence is not confirmed");
                }
            }
        }
        Ok(gone)
    }

    /// Whether the directory has one account, as it answers.
    async fn has(&mut self, id: &AccountId) -> Result<Result<bool, directory::Error>, Problem> {
        match self.directory.has(self.token.expose(), id).await {
            Err(directory::Error::Unauthorized) => {
                self.token = self.link.session.rejected(&self.token, self.open.now()).await?;
                Ok(self.directory.has(self.token.expose(), id).await)
            }
            answer => Ok(answer),
        }
    }

    /// Whether the `newest` account, which is stored, is gone: it can be asked for, and is not there.
    pub(super) async fn is_gone(
        &mut self,
        store: &Store,
        newest: Option<&AccountId>,
    ) -> Result<bool, Problem> {
        match newest {
            Some(newest) if store.account(newest)?.is_some() => {
                Ok(matches!(self.has(newest).await?, Ok(false)))
            }
            _ => Ok(false),
        }
    }

    /// Where the next reading of changes begins once the account that was altered last, at `newest`, is `gone` with others. Nothing
    /// where none is left that says when it was altered: then it reads everything.
    pub(super) async fn newest_left(
        &self,
        store: &Arc<Store>,
        newest: Option<Timestamp>,
        gone: impl Iterator<Item = &AccountId>,
    ) -> Result<Vec<(Fact, Value)>, Problem> {
        let (shown, kept) = (Arc::clone(store), Arc::clone(&self.open.store));
        let gone: HashSet<_> = gone.cloned().collect();
        blocking(move || {
            let left = newest.map(|newest| shown.newest(newest, &gone)).transpose()?.flatten();
            if let Some((id, at)) = left {
                return Ok(vec![(Fact::Newest, json!(at)), (Fact::NewestOf, json!(id))]);
            }
            shown.remove_fact(Fact::Newest)?;
            kept.remove_fact(Fact::Newest)?;
            Ok(Vec::new())
        })
        .await
    }

    pub(super) async fn must_sweep(
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
        let total = match self.answer(async |directory, token| directory.count(token).await).await? {
            Ok(total) => total,
            // A directory that does not count has its ids compared: what is wrong with it otherwise shows there too.
            Err(error) if cannot_count(&error) => {
                tracing::info!(%error, "the directory does not say how many accounts there are");
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let store = Arc::clone(store);
        let known = blocking(move || Ok(store.counts()?.all as u64)).await?;
        Ok(total != known + foreign)
    }
}

/// Whether `error` says something of the question for a number, and not of the sign-in, the server or the way there.
fn cannot_count(error: &directory::Error) -> bool {
    use directory::Error as E;
    matches!(
        error,
        E::NotUsable(_) | E::NotOffered | E::Forbidden | E::TooLarge | E::PagesDoNotEnd | E::CursorExpired
    )
}

//! After too many days without contact other people's data goes: in every store whose key is at hand, at every start and
//! once a day. What is the reader's own stays, and nothing is forgotten.

use crate::{
    blocking::blocking,
    identities::Identity,
    opening::Refusal,
    reading,
    stage::Stage,
    view::{LetGo, Problem},
};
use accounts::{Me, without_others};
use institutions::Profile;
use jiff::{SignedDuration, Timestamp};
use std::{sync::Weak, time::Duration};
use store::{Fact, OpenError, Store};

/// How often it is seen whether a day has passed.
const DAY_LOOKED_AT: Duration = Duration::from_hours(1);

impl Stage {
    /// Lets go of other people's data wherever the institution has been silent for too long at `now`: in every store whose
    /// key is at hand. Nobody is asked for anything, and nothing is forgotten: what cannot be opened stays as it is,
    /// encrypted, and loses it before it is next shown.
    pub(crate) fn let_go_of_what_is_too_old(&self, now: Timestamp) {
        let _moving = self.moving();
        let current = self.current().map(|open| open.identity.id.clone());
        self.aside().iter().for_each(reading::drop_what_is_too_old);
        let known = self.known().known.clone();
        for identity in known.iter().filter(|identity| current.as_deref() != Some(identity.id.as_str())) {
            // Without its institution's file nobody knows how many days it allows.
            let Ok(institution) = self.institution_of(identity) else { continue };
            if !is_too_old(identity, institution.profile.offline_days, now) {
                continue;
            }
            match self.let_go(identity, &institution.profile, now) {
                Ok(()) => {}
                Err(Refusal::Problem(problem)) => {
                    tracing::warn!(reason = %problem.message, "what is too old was not dropped");
                }
                Err(refusal) => {
                    tracing::info!(?refusal, "what is too old waits until its store can be opened");
                }
            }
        }
    }

    /// Opens the store of `identity` with the key that is at hand, only to drop other people's data.
    fn let_go(&self, identity: &Identity, profile: &Profile, now: Timestamp) -> Result<(), Refusal> {
        let place = self.place(&identity.id);
        let key = self.key_of(identity, &place, None)?;
        // A key without a store: there is nothing to let go of, and nothing is made.
        if !place.has_store() {
            return Ok(());
        }
        let store = self.open_store(&identity.id, &place, &key, identity.keeping)?;
        drop_other_people(&store, profile, now)?;
        Ok(place.remove_damaged().map_err(OpenError::Folder)?)
    }
}

/// A window that is left open looks once a day for what is too old, as every start does.
pub(crate) async fn keep_to_the_days(stage: Weak<Stage>) {
    let Some(mut last) = stage.upgrade().map(|stage| (stage.around.now)()) else { return };
    loop {
        // Not a day at once: a computer that sleeps does not count its hours.
        tokio::time::sleep(DAY_LOOKED_AT).await;
        let Some(stage) = stage.upgrade() else { return };
        let now = (stage.around.now)();
        if a_day_has_passed(last, now) {
            last = now;
            drop(
                blocking(move || {
                    stage.let_go_of_what_is_too_old(now);
                    Ok(())
                })
                .await,
            );
        }
    }
}

/// A clock that was set back begins a new day, too.
fn a_day_has_passed(last: Timestamp, now: Timestamp) -> bool {
    let passed = now.duration_since(last);
    passed >= SignedDuration::from_hours(24) || passed.is_negative()
}

/// Whether `days` have passed without contact. A date that cannot be read counts as too old.
pub(crate) fn is_too_old(identity: &Identity, days: u16, now: Timestamp) -> bool {
    let contact = identity.contact.as_deref().or(identity.read_at.as_deref()).map(str::parse::<Timestamp>);
    let longest = SignedDuration::from_hours(i64::from(days) * 24);
    contact.is_some_and(|contact| contact.map_or(true, |contact| now.duration_since(contact) > longest))
}

/// What is kept of other people goes, with all that says how far the record was read, and it is noted what went. What is the
/// reader's own stays: their accounts without anybody else, drafts, and requests under way.
pub(crate) fn drop_other_people(store: &Store, profile: &Profile, now: Timestamp) -> Result<(), Problem> {
    let me: Option<Me> = store.fact(Fact::Me)?;
    let mut own = Vec::new();
    if let Some(me) = &me {
        let facets = store::Facets { own: true, ..store::Facets::default() };
        let query = store::Query { facets, limit: usize::MAX, ..store::Query::default() };
        let left = store.accounts(&query)?.rows.into_iter();
        let left = left.filter_map(|stored| without_others(stored.account, me));
        own.extend(left.filter_map(|account| reading::incoming(profile, me, account)));
    }
    let dropped = store.drop_others(&own)?;
    for fact in [Fact::Newest, Fact::NewestOf, Fact::ReadAt, Fact::SweptAt, Fact::Foreign] {
        if store.fact::<serde_json::Value>(fact)?.is_some() {
            store.remove_fact(fact)?;
        }
    }
    // Said once, for the first time that something went: a reading that did not come to its end may bring some of it back.
    if dropped != store::Dropped::default() && store.fact::<LetGo>(Fact::LetGo)?.is_none() {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let gone = LetGo {
            at: now.to_string(),
            accounts: count(dropped.accounts),
            cut: count(dropped.cut),
            differences: count(dropped.differences),
            requests: count(dropped.requests),
        };
        store.set_fact(Fact::LetGo, &gone)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::Client,
        identities::{Identities, Kept, folder},
        rehearsal::{identity, maren, setup, somebody, stage_in},
    };
    use accounts::Access;
    use std::sync::Arc;
    use store::{Keychain, MemoryKeychain, Passphrase, Place, StoreKey};

    const LONG_AGO: &str = "2025-01-01T00:00:00Z";

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    /// How many accounts and drafts are in the store that `key` opens.
    fn left(stage: &Stage, id: &str, key: &StoreKey) -> (usize, usize) {
        let store = stage.place(id).open(key).unwrap();
        (store.counts().unwrap().all, store.requests::<String>(false).unwrap().len())
    }

    #[tokio::test]
    async fn whoever_was_long_without_contact_loses_other_peoples_data_and_nothing_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = stage_in(folder.path());
        let old = somebody(&stage, "old", LONG_AGO);
        let fresh = somebody(&stage, "fresh", "2026-11-22T11:00:00Z");
        stage.let_go_of_what_is_too_old(noon());
        assert_eq!(left(&stage, "old", &old), (1, 1), "what is theirs, and what they wrote, stays");
        assert_eq!(left(&stage, "fresh", &fresh), (2, 1), "their institution has answered lately");
        assert!(stage.known().get("old").is_some(), "nobody is forgotten");
    }

    #[tokio::test]
    async fn what_cannot_be_opened_now_is_left_as_it_is_however_old() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(folder.path());
        let locked = somebody(&stage, "locked", LONG_AGO);
        keychain.lock();
        stage.let_go_of_what_is_too_old(noon());
        keychain.unlock().unwrap();
        assert_eq!(left(&stage, "locked", &locked), (2, 1), "the keychain was locked");
        let lost = somebody(&stage, "lost", LONG_AGO);
        keychain.remove("lost").unwrap();
        let sealed = somebody(&stage, "sealed", LONG_AGO);
        stage.place("sealed").set_passphrase(&Passphrase::fresh()).unwrap();
        stage.change_known(|known| known.known.last_mut().unwrap().keeping = Kept::Passphrase).unwrap();
        let held = somebody(&stage, "held", LONG_AGO);
        let elsewhere = stage.place("held").open(&held).unwrap();
        stage.let_go_of_what_is_too_old(noon());
        assert_eq!(left(&stage, "lost", &lost), (2, 1), "a backup of the keychain may bring its key back");
        assert_eq!(left(&stage, "sealed", &sealed), (2, 1), "nobody has typed the passphrase");
        drop(elsewhere);
        assert_eq!(left(&stage, "held", &held), (2, 1), "another process uses it");
        assert_eq!(stage.known().known.len(), 4);
        stage.let_go_of_what_is_too_old(noon());
        assert_eq!(left(&stage, "held", &held), (1, 1), "it goes once the store can be opened");
    }

    #[tokio::test]
    async fn what_was_locked_away_too_long_is_gone_before_it_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = stage_in(folder.path());
        somebody(&stage, "old", LONG_AGO);
        stage.open_kept("old", None).unwrap();
        let store = Arc::clone(&stage.current().unwrap().store);
        let left = store.account(&"b".into()).unwrap().unwrap();
        assert_eq!((store.counts().unwrap().all, &left.account.access), (1, &Access::NotShown));
        assert_eq!(left.account.owner, Some(maren().as_principal()), "it is still hers");
        assert!(store.person(&"jo".into(), 9).unwrap().is_none(), "of other people there is nothing");
        assert_eq!(store.requests::<String>(false).unwrap().len(), 1);
        let said: LetGo = store.fact(Fact::LetGo).unwrap().unwrap();
        assert_eq!((said.accounts, said.cut, said.at.as_str()), (1, 1, "2026-11-22T12:00:00Z"));
        drop_other_people(&store, stage.current().unwrap().profile(), noon()).unwrap();
        assert_eq!(store.fact(Fact::LetGo).unwrap(), Some(said), "a second time nothing goes");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_start_without_anybody_lets_go_of_what_is_too_old_all_the_same() {
        let data = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryKeychain::default());
        let key = StoreKey::random();
        keychain.set("one", &key).unwrap();
        let store = Place::new(folder(data.path(), "one")).open(&key).unwrap();
        store.set_fact(Fact::Me, &maren()).unwrap();
        store.set_fact(Fact::Newest, &"2025-01-01T00:00:00Z").unwrap();
        drop(store);
        let mut known = Identities::default();
        known.put(Identity { contact: Some("2025-01-01T00:00:00Z".into()), signed_in: false, ..identity() });
        known.save(data.path()).unwrap();
        let client = Client::new(setup(data.path(), &keychain)).unwrap();
        assert!(client.start().await.session.is_none());
        let mut gone = false;
        for _ in 0..200 {
            let place = Place::new(folder(data.path(), "one"));
            gone = place.open(&key).is_ok_and(|store| store.fact::<String>(Fact::Newest).unwrap().is_none());
            if gone {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(gone, "nobody was on the screen");
    }

    #[test]
    fn only_more_than_the_days_without_contact_is_too_old() {
        let at = |contact: Option<&str>, read_at: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            let identity = Identity { contact: own(contact), read_at: own(read_at), ..identity() };
            is_too_old(&identity, 30, noon())
        };
        assert!(!at(Some("2026-10-23T12:00:00Z"), None), "thirty days to the second");
        assert!(at(Some("2026-10-23T11:59:59Z"), None));
        assert!(!at(Some("2026-11-20T00:00:00Z"), Some(LONG_AGO)), "signing in is contact, too");
        assert!(at(None, Some(LONG_AGO)), "lists of earlier versions know the last reading only");
        assert!(at(Some("the day before yesterday"), None), "a date that cannot be read is no excuse");
        assert!(!at(Some("2027-03-01T00:00:00Z"), None), "a clock that was set back");
        assert!(!at(None, None), "nothing was ever read");
    }

    #[test]
    fn a_day_is_counted_by_the_clock_on_the_wall() {
        let later = |hours| noon().saturating_add(SignedDuration::from_hours(hours)).unwrap();
        assert!(!a_day_has_passed(noon(), later(23)));
        assert!(a_day_has_passed(noon(), later(24)));
        assert!(a_day_has_passed(noon(), later(-1)), "the clock was set back");
    }
}

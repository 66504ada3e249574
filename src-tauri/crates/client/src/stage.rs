//! What stands open: nobody, somebody, or somebody whose store cannot be opened now.

use crate::{
    asking,
    catalogue::{Catalogue, Institution},
    identities::{self, Identities, Identity, Kept},
    open::{Open, Surroundings},
    outside::Event,
    reading,
    view::{Keeping, LetGo, Obstacle, ObstacleKind, Problem, ProblemCode},
};
use accounts::{Me, without_others};
use institutions::Profile;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak, atomic::Ordering},
    time::Duration,
};
use store::{Fact, Keychain, KeychainError, OpenError, Place, Store, StoreKey};
use tokio::{runtime::Handle, task::AbortHandle};

/// How a keychain is found. Asked again as long as none answers.
pub type FindKeychain = Box<dyn Fn() -> Result<Arc<dyn Keychain>, KeychainError> + Send + Sync>;

/// How long a keychain may take for what needs no person.
const KEYCHAIN: Duration = Duration::from_secs(8);
/// How long the person may take to unlock it.
const UNLOCK: Duration = Duration::from_mins(2);

pub(crate) enum Standing {
    Nobody,
    Blocked(Obstacle),
    Open(Arc<Open>, AbortHandle),
}

pub(crate) struct Stage {
    pub(crate) around: Arc<Surroundings>,
    pub(crate) catalogue: RwLock<Catalogue>,
    find_keychain: Arc<FindKeychain>,
    keychain: Mutex<Option<Arc<dyn Keychain>>>,
    standing: RwLock<Standing>,
    /// Held while somebody comes or goes, so that nobody meets their own store half open.
    moves: Mutex<()>,
    /// Identities that are being forgotten.
    going: Mutex<Vec<String>>,
    /// Identities of which nothing is kept, while somebody else is on the screen: they are there until the window closes.
    aside: Mutex<Vec<Arc<Open>>>,
    /// Stores that are open somewhere in this process, by identity.
    stores: Mutex<HashMap<String, Weak<Store>>>,
    pub(crate) runtime: Handle,
}

/// An identity is being forgotten for as long as this is held.
pub(crate) struct Going {
    stage: Arc<Stage>,
    id: String,
}

impl Drop for Going {
    fn drop(&mut self) {
        let mut going = self.stage.going.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = going.iter().position(|id| *id == self.id) {
            going.remove(at);
        }
    }
}

impl Stage {
    pub(crate) fn new(
        around: Arc<Surroundings>,
        catalogue: Catalogue,
        find_keychain: FindKeychain,
        runtime: Handle,
    ) -> Self {
        Self {
            around,
            catalogue: RwLock::new(catalogue),
            find_keychain: Arc::new(find_keychain),
            keychain: Mutex::new(None),
            standing: RwLock::new(Standing::Nobody),
            moves: Mutex::new(()),
            going: Mutex::new(Vec::new()),
            aside: Mutex::new(Vec::new()),
            stores: Mutex::new(HashMap::new()),
            runtime,
        }
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&Standing) -> T) -> T {
        look(&self.standing.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn current(&self) -> Option<Arc<Open>> {
        self.with(
            |standing| if let Standing::Open(open, _) = standing { Some(Arc::clone(open)) } else { None },
        )
    }

    /// The open identity, or the problem that there is none.
    pub(crate) fn open(&self) -> Result<Arc<Open>, Problem> {
        self.current().ok_or_else(|| Problem::new(ProblemCode::SignedOut, "nobody is signed in"))
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Identities> {
        self.around.known()
    }

    pub(crate) fn change_known(&self, change: impl FnOnce(&mut Identities)) -> Result<(), Problem> {
        self.around.change_known(change)
    }

    pub(crate) fn place(&self, id: &str) -> Place {
        Place::new(identities::folder(&self.around.data, id))
    }

    /// The system's keychain. May block for as long as the system takes.
    pub(crate) fn keychain(&self) -> Result<Arc<dyn Keychain>, KeychainError> {
        let known = self.keychain.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(keychain) = known {
            return Ok(keychain);
        }
        // Not under the lock: a system that does not answer holds up only whoever asked.
        let find = Arc::clone(&self.find_keychain);
        let found = bounded(KEYCHAIN, move || find())?;
        *self.keychain.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&found));
        Ok(found)
    }

    /// The key of `id`, within a bounded time.
    pub(crate) fn key(&self, id: &str) -> Result<Option<StoreKey>, KeychainError> {
        let keychain = self.keychain()?;
        let (entry, has_store) = (id.to_owned(), self.place(id).has_store());
        let found = bounded(KEYCHAIN, move || keychain.get(&entry, has_store));
        if matches!(found, Err(KeychainError::Unreachable(_))) {
            self.forget_keychain();
        }
        found
    }

    pub(crate) fn keep_key(&self, id: &str, key: &StoreKey) -> Result<(), KeychainError> {
        let keychain = self.keychain()?;
        let (entry, key) = (id.to_owned(), key.clone());
        bounded(KEYCHAIN, move || keychain.set(&entry, &key))
    }

    /// Lets the system ask the person to unlock the keychain.
    pub(crate) fn unlock_keychain(&self) -> Result<(), KeychainError> {
        let keychain = self.keychain()?;
        bounded(UNLOCK, move || keychain.unlock())
    }

    /// Destroys the key of `id`, then its files, and takes it off the list. The caller is [`Self::moving`].
    pub(crate) fn forget(&self, id: &str) -> Result<(), Problem> {
        self.leave_aside(id);
        // Of whom nothing is kept there is no key either: a locked keychain does not hold them back.
        let kept = self.place(id).has_store() || self.known().get(id).is_some();
        match self.destroy_key(id) {
            Err(error) if !kept => tracing::info!(%error, "no key was looked for where nothing is kept"),
            destroyed => destroyed?,
        }
        // Work that is ending may still hold the store. Whoever signs in next must not be given what has no file any more.
        self.stores.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        let gone = self.place(id).forget();
        gone.map_err(|error| Problem::new(ProblemCode::StoreTrouble, error.to_string()))?;
        self.change_known(|known| known.remove(id))
    }

    /// Destroys the key of `id`. Where no keychain answers any more, its files are all that can be destroyed.
    fn destroy_key(&self, id: &str) -> Result<(), KeychainError> {
        let removed = self.keychain().and_then(|keychain| {
            let entry = id.to_owned();
            bounded(KEYCHAIN, move || keychain.remove(&entry))
        });
        match removed {
            Err(KeychainError::Unreachable(reason)) => {
                tracing::warn!(
                    reason,
                    "no keychain answers; a key may be left in it, with nothing that it opens"
                );
                Ok(())
            }
            removed => removed,
        }
    }

    /// A keychain that stopped answering is looked for anew.
    pub(crate) fn forget_keychain(&self) {
        *self.keychain.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits for whoever is coming or going, and lets nobody else meanwhile.
    pub(crate) fn moving(&self) -> MutexGuard<'_, ()> {
        self.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts `next` on stage; what stood there stops reading.
    pub(crate) fn set(&self, next: Standing) {
        if let Standing::Open(open, _) = &next {
            self.leave_aside(&open.identity.id);
        }
        let before = {
            let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *standing, next)
        };
        if let Standing::Open(open, work) = before {
            work.abort();
            if !self.current().is_some_and(|now| Arc::ptr_eq(&now, &open)) {
                open.closed.store(true, Ordering::Release);
                self.put_aside(open);
            }
        }
        self.around.outside.tell(Event::SessionChanged);
    }

    /// Holds somebody of whom nothing is kept: they are nowhere else.
    fn put_aside(&self, open: Arc<Open>) {
        let id = open.identity.id.as_str();
        let came_back = self.current().is_some_and(|now| now.identity.id == id);
        if open.keeping == Keeping::Nothing && !came_back && !self.is_going(id) {
            self.aside.lock().unwrap_or_else(PoisonError::into_inner).push(open);
        }
    }

    /// Identities of which nothing is kept and that are not on the screen now.
    pub(crate) fn aside(&self) -> Vec<Arc<Open>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn aside_as(&self, id: &str) -> Option<Arc<Open>> {
        self.aside().into_iter().find(|open| open.identity.id == id)
    }

    /// `id` is on the screen again, or gone.
    pub(crate) fn leave_aside(&self, id: &str) {
        let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        aside.retain(|open| open.identity.id != id);
    }

    /// Says that the identity `id` is being forgotten, until what is returned is dropped.
    pub(crate) fn going(self: &Arc<Self>, id: &str) -> Going {
        self.going.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
        Going { stage: Arc::clone(self), id: id.to_owned() }
    }

    pub(crate) fn is_going(&self, id: &str) -> bool {
        self.going.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|going| going == id)
    }

    /// Ends the reading of whoever stands on stage, who stays there.
    pub(crate) fn stop_reading(&self) {
        self.with(|standing| {
            if let Standing::Open(_, reading) = standing {
                reading.abort();
            }
        });
    }

    /// Shows `open` and begins to read its record.
    pub(crate) fn show(&self, open: Arc<Open>) {
        self.set(self.at_work(open));
    }

    /// `open`, whose record begins to be read.
    pub(crate) fn at_work(&self, open: Arc<Open>) -> Standing {
        let (reading, following) = (Arc::clone(&open), Arc::clone(&open));
        let work = self.runtime.spawn(async move {
            tokio::join!(reading::keep_reading(reading), asking::keep_following(following));
        });
        // It may have been on the screen before.
        open.closed.store(false, Ordering::Release);
        Standing::Open(open, work.abort_handle())
    }

    /// Opens the identity that was last used. Whatever is in the way is shown, never taken for a first run.
    pub(crate) fn open_last(&self, id: &str) {
        let _moving = self.moving();
        let Err(problem) = self.open_kept(id, None) else { return };
        tracing::warn!(code = ?problem.code, reason = %problem.message, "the last identity did not open");
        if problem.code == ProblemCode::SignedOut {
            return;
        }
        let identity = self.known().get(id).cloned();
        if let Some(identity) = identity {
            self.set(Standing::Blocked(obstacle(&identity, ObstacleKind::StoreUnreadable)));
        }
    }

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
            let Some(institution) = self.institution_of(identity) else { continue };
            if !is_too_old(identity, institution.profile.offline_days, now) {
                continue;
            }
            match self.let_go(identity, &institution.profile, now) {
                Ok(()) => {}
                Err(Refusal::Blocked(kind)) => {
                    tracing::info!(?kind, "what is too old waits until its store can be opened");
                }
                Err(Refusal::Problem(problem)) => {
                    tracing::warn!(reason = %problem.message, "what is too old was not dropped");
                }
            }
        }
    }

    fn institution_of(&self, identity: &Identity) -> Option<Institution> {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.get(&identity.institution).cloned()
    }

    /// Opens the store of `identity` with the key that is at hand, only to drop other people's data.
    fn let_go(&self, identity: &Identity, profile: &Profile, now: Timestamp) -> Result<(), Refusal> {
        let place = self.place(&identity.id);
        let key = match identity.keeping {
            Kept::Keychain => self.key_from_keychain(identity, &place)?,
            Kept::Passphrase => key_from_passphrase(&place, None)?,
        };
        // A key without a store: there is nothing to let go of, and nothing is made.
        if !place.has_store() {
            return Ok(());
        }
        let store = self.open_store(&identity.id, &place, &key, identity.keeping)?;
        drop_other_people(&store, profile, now)?;
        Ok(place.remove_damaged().map_err(OpenError::Folder)?)
    }

    /// Opens what is kept for the identity `id`, and shows it or what stands in the way. Blocks; the caller is
    /// [`Self::moving`].
    pub(crate) fn open_kept(&self, id: &str, passphrase: Option<&str>) -> Result<(), Problem> {
        if self.current().is_some_and(|open| open.identity.id == id) {
            return Ok(());
        }
        if let Some(open) = self.aside_as(id) {
            self.show(open);
            return Ok(());
        }
        let identity = self.known().get(id).cloned().ok_or_else(|| {
            Problem::new(ProblemCode::UnknownIdentity, "that identity is not kept on this computer")
        })?;
        match self.try_open(&identity, passphrase) {
            Ok(open) => {
                self.change_known(|known| known.current = Some(id.to_owned()))?;
                self.show(Arc::new(open));
                Ok(())
            }
            Err(Refusal::Blocked(kind)) => {
                self.set(Standing::Blocked(obstacle(&identity, kind)));
                Ok(())
            }
            Err(Refusal::Problem(problem)) => Err(problem),
        }
    }

    /// Opens what stands in the way, if it can be now without asking anybody. What is unchanged stays as it stands.
    pub(crate) fn try_again(&self) {
        let _moving = self.moving();
        let blocked = self.with(|standing| match standing {
            Standing::Blocked(Obstacle { identity, kind, .. }) => Some((identity.clone(), *kind)),
            _ => None,
        });
        let Some((id, stands)) = blocked else { return };
        let Some(identity) = self.known().get(&id).cloned() else { return };
        match self.try_open(&identity, None) {
            Ok(open) => {
                if let Err(problem) = self.change_known(|known| known.current = Some(id)) {
                    tracing::warn!(reason = %problem.message, "the list of identities was not written");
                }
                self.show(Arc::new(open));
            }
            Err(Refusal::Blocked(kind)) if kind != stands => {
                self.set(Standing::Blocked(obstacle(&identity, kind)));
            }
            Err(_) => {}
        }
    }

    pub(crate) fn try_open(&self, identity: &Identity, passphrase: Option<&str>) -> Result<Open, Refusal> {
        let place = self.place(&identity.id);
        let (key, keeping) = match identity.keeping {
            Kept::Keychain => (self.key_from_keychain(identity, &place)?, Keeping::Keychain),
            Kept::Passphrase => (key_from_passphrase(&place, passphrase)?, Keeping::Passphrase),
        };
        let store = self.open_store(&identity.id, &place, &key, identity.keeping)?;
        let me: Option<Me> = store.fact(Fact::Me)?;
        // Nothing could be saved of whose it is: signing in says so again, and fills it.
        let me =
            me.ok_or_else(|| Problem::new(ProblemCode::SignedOut, "the store does not say whose it is"))?;
        let institution = self.institution_of(identity).ok_or_else(|| {
            Problem::new(
                ProblemCode::BrokenProfile,
                "the file of this identity's institution is not there any more",
            )
        })?;
        let now = (self.around.now)();
        if is_too_old(identity, institution.profile.offline_days, now) {
            drop_other_people(&store, &institution.profile, now)?;
            place.remove_damaged().map_err(OpenError::Folder)?;
        }
        let around = Arc::clone(&self.around);
        Ok(Open::new(identity.clone(), institution, keeping, around, store, me)?)
    }

    fn key_from_keychain(&self, identity: &Identity, place: &Place) -> Result<StoreKey, Refusal> {
        let blocked = |error: &KeychainError| match error {
            KeychainError::Locked | KeychainError::Dismissed => {
                Refusal::Blocked(ObstacleKind::KeychainLocked)
            }
            KeychainError::Unreachable(_) => Refusal::Blocked(ObstacleKind::KeychainUnreachable),
        };
        match self.key(&identity.id) {
            Ok(Some(key)) => Ok(key),
            // A store without its key is not a first run: nothing is set aside, nothing is made anew.
            Ok(None) if place.has_store() => Err(Refusal::Blocked(ObstacleKind::KeyNotFound)),
            Ok(None) => {
                Err(Problem::new(ProblemCode::UnknownIdentity, "nothing is kept for this identity").into())
            }
            Err(error) => Err(blocked(&error)),
        }
    }

    /// Opens a store; one that is damaged under its right key is set aside after saving what can be read.
    pub(crate) fn open_store(
        &self,
        id: &str,
        place: &Place,
        key: &StoreKey,
        kept: Kept,
    ) -> Result<Arc<Store>, Refusal> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        // Work that was under way may still hold it: then it is the same store, and not somebody else's.
        if let Some(store) = stores.get(id).and_then(Weak::upgrade) {
            return Ok(store);
        }
        let store = Arc::new(self.open_file(place, key, kept)?);
        stores.insert(id.to_owned(), Arc::downgrade(&store));
        Ok(store)
    }

    fn open_file(&self, place: &Place, key: &StoreKey, kept: Kept) -> Result<Store, Refusal> {
        match place.open(key) {
            Err(OpenError::Damaged) => {
                let stamp = (self.around.now)().strftime("%Y%m%d-%H%M%S").to_string();
                let salvaged = place.salvage(key, &stamp)?;
                tracing::warn!(accounts = salvaged.accounts, "a damaged store was set aside");
                Ok(place.open(key)?)
            }
            Err(OpenError::WrongKey) if kept == Kept::Passphrase => {
                Err(Problem::new(ProblemCode::WrongPassphrase, "the passphrase does not open the store")
                    .into())
            }
            Err(OpenError::WrongKey) => Err(Refusal::Blocked(ObstacleKind::KeyNotFound)),
            Err(OpenError::Held) => Err(Refusal::Blocked(ObstacleKind::StoreHeld)),
            Err(OpenError::Newer) => Err(Refusal::Blocked(ObstacleKind::StoreNewer)),
            Err(OpenError::Folder(error)) => {
                tracing::error!(%error, "a store's folder cannot be used");
                Err(Refusal::Blocked(ObstacleKind::StoreUnreadable))
            }
            opened => Ok(opened?),
        }
    }
}

/// Does `ask` on a thread of its own and waits no longer than `patience`. A system that never answers keeps that thread,
/// and nobody else.
fn bounded<T: Send + 'static>(
    patience: Duration,
    ask: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || drop(sender.send(ask())));
    let silent = |_| KeychainError::Unreachable("it does not answer".into());
    receiver.recv_timeout(patience).map_err(silent)?
}

fn key_from_passphrase(place: &Place, passphrase: Option<&str>) -> Result<StoreKey, Refusal> {
    let words = passphrase.ok_or(Refusal::Blocked(ObstacleKind::PassphraseNeeded))?;
    let kept = place.passphrase().map_err(|_| Refusal::Blocked(ObstacleKind::StoreUnreadable))?;
    let kept = kept.ok_or(Refusal::Blocked(ObstacleKind::KeyNotFound))?;
    let key = kept.key(words);
    key.ok_or_else(|| {
        Problem::new(ProblemCode::StoreTrouble, "the passphrase's settings make no sense").into()
    })
}

pub(crate) fn obstacle(identity: &Identity, kind: ObstacleKind) -> Obstacle {
    Obstacle {
        identity: identity.id.clone(),
        name: identity.name.clone(),
        institution_name: identity.institution_name.clone(),
        kind,
    }
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
    for fact in [Fact::Newest, Fact::ReadAt, Fact::SweptAt, Fact::Foreign] {
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

/// Why an identity did not open: something that the person can remove, or a problem.
#[derive(Debug)]
pub(crate) enum Refusal {
    Blocked(ObstacleKind),
    Problem(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::Problem(problem) => return problem,
            Refusal::Blocked(kind) => kind,
        };
        let code = match kind {
            ObstacleKind::KeychainLocked => ProblemCode::KeychainLocked,
            ObstacleKind::KeychainUnreachable => ProblemCode::KeychainUnreachable,
            ObstacleKind::KeyNotFound => ProblemCode::KeyNotFound,
            ObstacleKind::StoreHeld => ProblemCode::StoreHeld,
            ObstacleKind::PassphraseNeeded => ProblemCode::WrongPassphrase,
            ObstacleKind::StoreNewer | ObstacleKind::StoreUnreadable => ProblemCode::StoreTrouble,
        };
        Problem::new(code, format!("what is kept for this identity cannot be opened: {kind:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::{identity, maren, stage_in, surroundings};
    use accounts::{Access, Account, Grant, PersonRef, Principal, Standing};
    use store::{Incoming, KeptRequest, MemoryKeychain, Passphrase};

    #[tokio::test]
    async fn a_forgotten_store_is_not_given_to_whoever_comes_next() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryKeychain::default());
        let around = surroundings(folder.path(), Timestamp::now);
        let find: FindKeychain = Box::new(move || Ok(Arc::clone(&keychain) as Arc<dyn Keychain>));
        let stage = Stage::new(Arc::new(around), Catalogue::default(), find, Handle::current());
        let (place, key) = (stage.place("one"), StoreKey::random());
        stage.keep_key("one", &key).unwrap();
        let held = stage.open_store("one", &place, &key, Kept::Keychain).unwrap();
        stage.forget("one").unwrap();
        assert_eq!(stage.key("one").unwrap(), None, "the key goes with it");
        let next = StoreKey::random();
        let fresh = stage.open_store("one", &place, &next, Kept::Keychain).unwrap();
        assert!(!Arc::ptr_eq(&held, &fresh) && place.has_store(), "what is kept from now on has a file");
    }

    const LONG_AGO: &str = "2025-01-01T00:00:00Z";

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    /// Somebody whose institution was in contact at `contact`, with one account of somebody else and one draft.
    fn somebody(stage: &Stage, id: &str, contact: &str) -> StoreKey {
        let key = StoreKey::random();
        stage.keep_key(id, &key).unwrap();
        let store = stage.place(id).open(&key).unwrap();
        store.set_fact(Fact::Me, &maren()).unwrap();
        store.take(&[of_jo(), of_her_own()], contact).unwrap();
        store.set_fact(Fact::ReadAt, &contact).unwrap();
        let draft = KeptRequest {
            id: "draft".into(),
            account: "a".into(),
            finished: false,
            reminds: false,
            changed_at: contact.into(),
            body: "what was written",
        };
        store.keep_request(&draft).unwrap();
        let known = Identity { id: id.into(), contact: Some(contact.into()), ..identity() };
        stage.change_known(|all| all.put(known)).unwrap();
        key
    }

    /// Jo Ferrand's mailbox, which Maren Tolliver uses.
    fn of_jo() -> Incoming {
        let jo = PersonRef { id: "jo".into(), name: "Jo Ferrand".into(), ..maren().as_principal().who };
        let account = Account {
            username: "seminars".into(),
            owner: Some(Principal { who: jo, ..maren().as_principal() }),
            access: Access::Own(vec![Grant { to: maren().as_principal(), rights: vec![] }]),
            ..Account::unknown("a".into())
        };
        let standing = Standing { uses: true, ..Standing::default() };
        Incoming { account, standing, can_send: vec![false], needs_from: None, through_group: None }
    }

    /// Maren Tolliver's own mailbox, which Jo Ferrand uses.
    fn of_her_own() -> Incoming {
        let jo = of_jo().account.owner.unwrap();
        let account = Account {
            username: "enquiries".into(),
            owner: Some(maren().as_principal()),
            access: Access::All(vec![Grant { to: jo, rights: vec![] }]),
            version: Some("1".into()),
            ..Account::unknown("b".into())
        };
        let standing = Standing { owns: true, ..Standing::default() };
        Incoming { account, standing, ..of_jo() }
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

    #[tokio::test]
    async fn what_no_longer_stands_in_the_way_is_noticed_without_asking_anybody() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(folder.path());
        let key = somebody(&stage, "one", "2026-11-22T11:00:00Z");
        let stands = || {
            stage.with(|standing| match standing {
                Standing::Blocked(obstacle) => Some(obstacle.kind),
                _ => None,
            })
        };
        let elsewhere = stage.place("one").open(&key).unwrap();
        keychain.lock();
        keychain.dismiss(true);
        stage.open_last("one");
        assert_eq!(stands(), Some(ObstacleKind::KeychainLocked));
        stage.try_again();
        assert_eq!(stands(), Some(ObstacleKind::KeychainLocked), "nobody was asked, nothing is different");
        keychain.dismiss(false);
        keychain.unlock().unwrap();
        stage.try_again();
        assert_eq!(stands(), Some(ObstacleKind::StoreHeld), "the next thing in the way");
        drop(elsewhere);
        stage.try_again();
        assert_eq!(stage.current().map(|open| open.identity.id.clone()).as_deref(), Some("one"));
        let open = stage.current().unwrap();
        stage.try_again();
        assert!(Arc::ptr_eq(&open, &stage.current().unwrap()), "nothing stands in the way any more");
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
}

//! What stands open: nobody, somebody, or somebody whose store cannot be opened now.

use crate::{
    arriving::{Arrival, Found, settle},
    asking,
    catalogue::{Catalogue, Institution},
    identities::{self, Identities, Identity, Kept},
    open::{Open, Surroundings},
    opening::{Refusal, obstacle},
    outside::Event,
    reading,
    view::{Connection, Keeping, Obstacle, ObstacleKind, Problem, ProblemCode, ProfileProblem},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak, atomic::Ordering},
    time::Duration,
};
use store::{Keychain, KeychainError, OpenError, Place, Store, StoreKey};
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
    /// Whoever has just signed in, while the passphrase that opens what is kept for them is asked for.
    waiting: Mutex<Option<Arrival>>,
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
            waiting: Mutex::new(None),
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

    /// How whoever is open, or cannot be opened, is connected.
    pub(crate) fn connection(&self) -> Option<Connection> {
        self.with(|standing| match standing {
            Standing::Open(open, _) => Some(open.identity.connection),
            Standing::Blocked(obstacle) => Some(obstacle.connection),
            Standing::Nobody => None,
        })
    }

    /// Takes away what stands in the way, which stays as it is: nobody is on stage then.
    pub(crate) fn go_on_without(&self) {
        let _moving = self.moving();
        if self.with(|standing| matches!(standing, Standing::Blocked(_))) {
            self.set(Standing::Nobody);
        }
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

    /// Whether what is kept of `id` opens with a passphrase. Of a store that is in no list, which may have been lost, that lies
    /// beside it.
    pub(crate) fn is_sealed(&self, id: &str) -> bool {
        if let Some(identity) = self.known().get(id) {
            return identity.keeping == Kept::Passphrase;
        }
        let place = self.place(id);
        place.has_store() && matches!(place.passphrase(), Ok(Some(_)))
    }

    /// Destroys the key of `id`, then its files, and takes it off the list. The caller is [`Self::moving`].
    pub(crate) fn forget(&self, id: &str) -> Result<(), Problem> {
        self.leave_aside(id);
        // Of whom nothing is kept there is no key either: a locked keychain does not hold them back.
        let kept = self.place(id).has_store() || self.known().get(id).is_some();
        // Nor of whom a passphrase opens what is kept: the keychain is not asked.
        let destroyed = if self.is_sealed(id) { Ok(()) } else { self.destroy_key(id) };
        match destroyed {
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

    /// Puts `next` on stage; what stood there stops reading. Whoever waits for another obstacle to go waits no longer.
    pub(crate) fn set(&self, next: Standing) {
        let stands =
            if let Standing::Blocked(obstacle) = &next { Some(obstacle.identity.as_str()) } else { None };
        drop(self.waiting().take_if(|arrival| stands != Some(arrival.id.as_str())));
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

    fn waiting(&self) -> MutexGuard<'_, Option<Arrival>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody who has just signed in wait until the obstacle that stands for them is gone.
    pub(crate) fn let_wait(&self, arrival: Arrival) {
        *self.waiting() = Some(arrival);
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

    /// The institution of `identity`, or what is wrong with the copy of its file.
    pub(crate) fn institution_of(&self, identity: &Identity) -> Result<Institution, ProfileProblem> {
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        catalogue.signed_in_to(&self.around.data, &identity.institution)
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
                let waiting = self.waiting().take_if(|arrival| arrival.id == id);
                if let Some(arrival) = waiting {
                    return settle(self, arrival, Found::of(&open));
                }
                self.change_known(|known| known.current = Some(id.to_owned()))?;
                self.show(Arc::new(open));
                Ok(())
            }
            Err(refusal) => {
                self.set(Standing::Blocked(refusal.obstacle(&identity)?));
                Ok(())
            }
        }
    }

    /// Opens what stands in the way, if it can be now without asking anybody. What is unchanged stays as it stands.
    pub(crate) fn try_again(&self) {
        let _moving = self.moving();
        let blocked = self.with(|standing| match standing {
            Standing::Blocked(obstacle) => Some(obstacle.clone()),
            _ => None,
        });
        let Some(stands) = blocked else { return };
        let Some(identity) = self.known().get(&stands.identity).cloned() else { return };
        match self.try_open(&identity, None).map_err(|refusal| refusal.obstacle(&identity)) {
            Ok(open) => {
                if let Err(problem) = self.change_known(|known| known.current = Some(identity.id)) {
                    tracing::warn!(reason = %problem.message, "the list of identities was not written");
                }
                self.show(Arc::new(open));
            }
            Err(Ok(next)) if next != stands => self.set(Standing::Blocked(next)),
            Err(_) => {}
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

#[cfg(test)]
mod tests;

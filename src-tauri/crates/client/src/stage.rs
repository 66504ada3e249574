//! What stands open: nobody, somebody, or somebody whose store cannot be opened now.

use crate::{
    catalogue::Catalogue,
    identities::{self, Identities, Identity, Kept},
    open::{Open, Surroundings},
    outside::Event,
    reading,
    view::{Keeping, Obstacle, ObstacleKind, Problem, ProblemCode},
};
use accounts::Me;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use store::{Fact, Keychain, KeychainError, OpenError, Place, Store, StoreKey};
use tokio::{runtime::Handle, task::AbortHandle};

/// How a keychain is found. Asked again as long as none answers.
pub type FindKeychain = Box<dyn Fn() -> Result<Arc<dyn Keychain>, KeychainError> + Send + Sync>;

pub(crate) enum Standing {
    Nobody,
    Blocked(Obstacle),
    Open(Arc<Open>, AbortHandle),
}

pub(crate) struct Stage {
    pub(crate) around: Arc<Surroundings>,
    pub(crate) catalogue: RwLock<Catalogue>,
    find_keychain: FindKeychain,
    keychain: Mutex<Option<Arc<dyn Keychain>>>,
    standing: RwLock<Standing>,
    runtime: Handle,
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
            find_keychain,
            keychain: Mutex::new(None),
            standing: RwLock::new(Standing::Nobody),
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
        let mut keychain = self.keychain.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keychain) = keychain.as_ref() {
            return Ok(Arc::clone(keychain));
        }
        let found = (self.find_keychain)()?;
        *keychain = Some(Arc::clone(&found));
        Ok(found)
    }

    /// A keychain that stopped answering is looked for anew.
    pub(crate) fn forget_keychain(&self) {
        *self.keychain.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Puts `next` on stage; what stood there stops reading.
    pub(crate) fn set(&self, next: Standing) {
        let before = {
            let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *standing, next)
        };
        if let Standing::Open(_, reading) = before {
            reading.abort();
        }
        self.around.outside.tell(Event::SessionChanged);
    }

    /// Shows `open` and begins to read its record.
    pub(crate) fn show(&self, open: Open) {
        let open = Arc::new(open);
        let reading = self.runtime.spawn(reading::keep_reading(Arc::clone(&open)));
        self.set(Standing::Open(open, reading.abort_handle()));
    }

    /// Opens what is kept for the identity `id`, and shows it or what stands in the way. Blocks.
    pub(crate) fn open_kept(&self, id: &str, passphrase: Option<&str>) -> Result<(), Problem> {
        let identity = self.known().get(id).cloned().ok_or_else(|| {
            Problem::new(ProblemCode::UnknownIdentity, "that identity is not kept on this computer")
        })?;
        match self.try_open(&identity, passphrase) {
            Ok(open) => {
                self.change_known(|known| known.current = Some(id.to_owned()))?;
                self.show(open);
                Ok(())
            }
            Err(Refusal::Blocked(kind)) => {
                self.set(Standing::Blocked(Obstacle {
                    identity: identity.id,
                    name: identity.name,
                    institution_name: identity.institution_name,
                    kind,
                }));
                Ok(())
            }
            Err(Refusal::Problem(problem)) => Err(problem),
        }
    }

    fn try_open(&self, identity: &Identity, passphrase: Option<&str>) -> Result<Open, Refusal> {
        let place = self.place(&identity.id);
        let (key, keeping) = match identity.keeping {
            Kept::Keychain => (self.key_from_keychain(identity, &place)?, Keeping::Keychain),
            Kept::Passphrase => (key_from_passphrase(&place, passphrase)?, Keeping::Passphrase),
        };
        let store = self.open_store(&place, &key, identity.keeping)?;
        let me: Option<Me> = store.fact(Fact::Me)?;
        let me =
            me.ok_or_else(|| Problem::new(ProblemCode::StoreTrouble, "the store does not say whose it is"))?;
        let institution = {
            let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
            catalogue.get(&identity.institution).cloned()
        };
        let institution = institution.ok_or_else(|| {
            Problem::new(
                ProblemCode::BrokenProfile,
                "the file of this identity's institution is not there any more",
            )
        })?;
        drop_what_is_too_old(&store, institution.profile.offline_days, (self.around.now)())?;
        let around = Arc::clone(&self.around);
        Ok(Open::new(identity.clone(), institution, keeping, around, Arc::new(store), me)?)
    }

    fn key_from_keychain(&self, identity: &Identity, place: &Place) -> Result<StoreKey, Refusal> {
        let blocked = |error: &KeychainError| match error {
            KeychainError::Locked | KeychainError::Dismissed => {
                Refusal::Blocked(ObstacleKind::KeychainLocked)
            }
            KeychainError::Unreachable(_) => Refusal::Blocked(ObstacleKind::KeychainUnreachable),
        };
        let keychain = self.keychain().map_err(|error| blocked(&error))?;
        match keychain.get(&identity.id) {
            Ok(Some(key)) => Ok(key),
            // A store without its key is not a first run: nothing is set aside, nothing is made anew.
            Ok(None) if place.has_store() => Err(Refusal::Blocked(ObstacleKind::KeyNotFound)),
            Ok(None) => {
                Err(Problem::new(ProblemCode::UnknownIdentity, "nothing is kept for this identity").into())
            }
            Err(error) => {
                if matches!(error, KeychainError::Unreachable(_)) {
                    self.forget_keychain();
                }
                Err(blocked(&error))
            }
        }
    }

    /// Opens a store; one that is damaged under its right key is set aside after saving what can be read.
    pub(crate) fn open_store(&self, place: &Place, key: &StoreKey, kept: Kept) -> Result<Store, Refusal> {
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

fn key_from_passphrase(place: &Place, passphrase: Option<&str>) -> Result<StoreKey, Refusal> {
    let words = passphrase.ok_or(Refusal::Blocked(ObstacleKind::PassphraseNeeded))?;
    let kept = place.passphrase().map_err(|_| Refusal::Blocked(ObstacleKind::StoreUnreadable))?;
    let kept = kept.ok_or(Refusal::Blocked(ObstacleKind::KeyNotFound))?;
    let key = kept.key(words);
    key.ok_or_else(|| {
        Problem::new(ProblemCode::StoreTrouble, "the passphrase's settings make no sense").into()
    })
}

/// After `days` without contact, what is kept of other people goes.
fn drop_what_is_too_old(store: &Store, days: u16, now: Timestamp) -> Result<(), Problem> {
    let read_at: Option<Timestamp> = store.fact(Fact::ReadAt)?;
    let longest = SignedDuration::from_hours(i64::from(days) * 24);
    if read_at.is_some_and(|read_at| now.duration_since(read_at) > longest) {
        store.drop_accounts()?;
        store.remove_fact(Fact::Newest)?;
        store.remove_fact(Fact::ReadAt)?;
        store.remove_fact(Fact::SweptAt)?;
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

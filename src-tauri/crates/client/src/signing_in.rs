//! From "Continue in your browser" to an open identity.

use crate::{
    catalogue::Institution,
    identities::{Identity, Kept, id_of},
    open::{Open, Reached, Subject, Surroundings, reach},
    outside::Event,
    reading::with_claims,
    stage::Stage,
    tokens::StoreVault,
    view::{Connection, Keeping, Problem, ProblemCode, SignInRequest, SignInState, SignInWay},
};
use accounts::Me;
use directory::Directory;
use sign_in::{BrowserSignIn, Choose, DeviceSignIn, Landing, SignedIn, discover};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Fact, KeychainError, Store, StoreKey};
use tokio::task::AbortHandle;

/// The sign-in under way, if any.
pub(crate) struct Attempt {
    state: Mutex<SignInState>,
    task: Mutex<Option<AbortHandle>>,
    /// Counts attempts: one that is no longer the latest arrives nowhere.
    turn: AtomicU64,
}

impl Default for Attempt {
    fn default() -> Self {
        Self { state: Mutex::new(SignInState::Idle), task: Mutex::new(None), turn: AtomicU64::new(0) }
    }
}

impl Attempt {
    pub(crate) fn state(&self) -> SignInState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, around: &Surroundings, state: SignInState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state.clone();
        around.outside.tell(Event::SignIn(state));
    }

    /// Begins; an earlier attempt ends, and its way back from the browser is closed.
    pub(crate) fn begin(self: &Arc<Self>, stage: Arc<Stage>, request: SignInRequest) {
        let (attempt, around) = (Arc::clone(self), Arc::clone(&stage.around));
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = task.take() {
            earlier.abort();
        }
        self.set(&around, SignInState::Preparing);
        let turn = self.turn.fetch_add(1, Ordering::AcqRel) + 1;
        let running = tokio::spawn(async move {
            let end = match run(&attempt, turn, &stage, &request).await {
                Ok(identity) => SignInState::Done { identity },
                Err(problem) => SignInState::Failed { problem },
            };
            attempt.set(&stage.around, end);
        });
        *task = Some(running.abort_handle());
    }

    pub(crate) fn cancel(&self, around: &Surroundings) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take()
            && !task.is_finished()
        {
            self.turn.fetch_add(1, Ordering::AcqRel);
            task.abort();
            self.set(around, SignInState::Cancelled);
        }
    }
}

async fn run(
    attempt: &Arc<Attempt>,
    turn: u64,
    stage: &Arc<Stage>,
    request: &SignInRequest,
) -> Result<String, Problem> {
    let around = &stage.around;
    let institution = {
        let catalogue = stage.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.get(&request.institution).cloned()
    };
    let institution =
        institution.ok_or_else(|| Problem::new(ProblemCode::BadInput, "there is no such institution"))?;
    let Reached { provider, directory: base, desk } = reach(around, &institution, request.connection).await?;
    let discovered = discover(&around.web, &provider).await?;
    let signed_in = match request.way {
        SignInWay::Browser => {
            let choose = match (request.another, &request.again) {
                (true, _) => Choose::Another,
                (false, Some(_)) => Choose::Again,
                (false, None) => Choose::No,
            };
            in_browser(attempt, around, &discovered, choose, &institution).await?
        }
        SignInWay::DeviceCode => with_code(attempt, around, &discovered).await?,
    };
    attempt.set(around, SignInState::Finishing);
    let id = id_of(
        &institution.profile.id,
        request.connection,
        &signed_in.identity.issuer,
        &signed_in.identity.subject,
    );
    if request.again.as_ref().is_some_and(|expected| *expected != id) {
        return Err(sign_in::Error::SomebodyElse.into());
    }
    let path = &institution.profile.connection.directory.accounts_path;
    let directory = Directory::new(around.web.clone(), &base, path)?;
    let subject = Subject {
        issuer: signed_in.identity.issuer.clone(),
        client: provider.client_id.clone(),
        directory: base.clone(),
        desk,
        id: signed_in.identity.subject.clone(),
        claims: signed_in.identity.claims.clone(),
    };
    let me = directory.who(signed_in.tokens.access.expose(), subject.signed_in_as()).await?.me;
    let me = with_claims(&institution.profile, me, Some(&subject));
    let arrival =
        Arrival { id: id.clone(), institution, connection: request.connection, me, subject, signed_in };
    let (stage, attempt) = (Arc::clone(stage), Arc::clone(attempt));
    let arriving = tokio::task::spawn_blocking(move || {
        let _moving = stage.moving();
        if attempt.turn.load(Ordering::Acquire) != turn {
            return Err(Problem::new(
                ProblemCode::Cancelled,
                "another sign-in was begun, or this one was cancelled",
            ));
        }
        arrive(&stage, arrival)
    });
    arriving.await.map_err(Problem::internal)??;
    Ok(id)
}

async fn in_browser(
    attempt: &Attempt,
    around: &Surroundings,
    discovered: &sign_in::Discovered,
    choose: Choose,
    institution: &Institution,
) -> Result<SignedIn, Problem> {
    let browser = BrowserSignIn::start(discovered, choose).await?;
    let link = browser.link().to_owned();
    let opened = around.outside.open_in_browser(&link);
    let patience = Duration::from_secs(institution.profile.connection.sign_in.browser_seconds.into());
    attempt.set(around, SignInState::InBrowser { link, opened, until: until(around, patience) });
    let landing = landing(institution);
    match tokio::time::timeout(patience, browser.finish(&around.web, &landing, around.now)).await {
        Ok(signed_in) => Ok(signed_in?),
        Err(_) => Err(Problem::new(ProblemCode::TimedOut, "nobody came back from the browser in time")),
    }
}

async fn with_code(
    attempt: &Attempt,
    around: &Surroundings,
    discovered: &sign_in::Discovered,
) -> Result<SignedIn, Problem> {
    let device = DeviceSignIn::start(&around.web, discovered).await?;
    attempt.set(
        around,
        SignInState::DeviceCode {
            code: device.code().to_owned(),
            link: device.link().to_owned(),
            link_with_code: device.link_with_code().map(str::to_owned),
            until: until(around, device.lasts()),
        },
    );
    Ok(device.finish(&around.web, around.now).await?)
}

fn until(around: &Surroundings, wait: Duration) -> String {
    (around.now)().saturating_add(wait).map_or_else(|_| String::new(), |at| at.to_string())
}

fn landing(institution: &Institution) -> Landing {
    let lang = match institution.profile.locale {
        institutions::Locale::EnGb => "en-GB",
        institutions::Locale::EnUs => "en-US",
    };
    Landing {
        signed_in: "You are signed in. Go back to Secondary Accounts; this page can be closed.".into(),
        refused: "You are not signed in. Go back to Secondary Accounts to see why and to try again.".into(),
        title: "Secondary Accounts".into(),
        lang: lang.into(),
    }
}

/// Somebody who has just signed in.
struct Arrival {
    id: String,
    institution: Institution,
    connection: Connection,
    me: Me,
    subject: Subject,
    signed_in: SignedIn,
}

/// Opens or makes the store of whoever arrived, keeps the tokens in it, and shows it. Blocks.
fn arrive(stage: &Arc<Stage>, arrival: Arrival) -> Result<(), Problem> {
    let Arrival { id, institution, connection, me, subject, signed_in } = arrival;
    let known = stage.known().get(&id).cloned();
    // The same identity may be open already: its store is then used on, not opened a second time.
    let current = stage.current().filter(|open| open.identity.id == id).or_else(|| stage.aside_as(&id));
    if known.is_none() && current.is_none() && is_sealed(stage, &id) {
        return offer_passphrase(stage, &id, &institution, connection, &me);
    }
    let Found { store, keeping, keychain_locked } =
        if let Some(Open { store, keeping, keychain_locked, .. }) = current.as_deref() {
            Found { store: Arc::clone(store), keeping: *keeping, keychain_locked: *keychain_locked }
        } else {
            store_for(stage, &id, known.as_ref())?
        };
    let before: Option<Me> = store.fact(Fact::Me)?;
    if before.is_some_and(|before| before.id != me.id) {
        return Err(Problem::new(
            ProblemCode::SomebodyElse,
            "the directory names another person than before",
        ));
    }
    StoreVault(Arc::clone(&store))
        .save(&signed_in.tokens)
        .map_err(|why| Problem::new(ProblemCode::StoreTrouble, why))?;
    store.set_fact(Fact::Me, &me)?;
    store.set_fact(Fact::Subject, &subject)?;
    let identity = Identity {
        id: id.clone(),
        institution: institution.profile.id.clone(),
        institution_name: institution.profile.name.clone(),
        connection,
        name: me.name.clone(),
        username: me.username.clone(),
        keeping: if keeping == Keeping::Passphrase { Kept::Passphrase } else { Kept::Keychain },
        read_at: store.fact(Fact::ReadAt)?,
        signed_in: true,
        contact: Some((stage.around.now)().to_string()),
    };
    if keeping != Keeping::Nothing {
        stage.change_known(|known| {
            known.put(identity.clone());
            known.current = Some(id);
        })?;
    }
    let mut open = Open::new(identity, institution, keeping, Arc::clone(&stage.around), store, me)?;
    open.keychain_locked = keychain_locked;
    stage.show(Arc::new(open));
    Ok(())
}

/// Whether a store that is in no list, which may have been lost, opens with a passphrase: that lies beside it.
fn is_sealed(stage: &Stage, id: &str) -> bool {
    let place = stage.place(id);
    place.has_store() && matches!(place.passphrase(), Ok(Some(_)))
}

/// Takes whoever signed in into the list again, and asks for the passphrase that opens what is kept for them.
fn offer_passphrase(
    stage: &Stage,
    id: &str,
    institution: &Institution,
    connection: Connection,
    me: &Me,
) -> Result<(), Problem> {
    let identity = Identity {
        id: id.to_owned(),
        institution: institution.profile.id.clone(),
        institution_name: institution.profile.name.clone(),
        connection,
        name: me.name.clone(),
        username: me.username.clone(),
        keeping: Kept::Passphrase,
        read_at: None,
        signed_in: true,
        contact: Some((stage.around.now)().to_string()),
    };
    stage.change_known(|known| known.put(identity))?;
    stage.open_kept(id, None)
}

/// The store of an identity, with how it is kept.
struct Found {
    store: Arc<Store>,
    keeping: Keeping,
    keychain_locked: bool,
}

impl Found {
    /// Nothing is kept, which the screens say, and whether that could be helped.
    fn nothing(keychain_locked: bool) -> Result<Self, Problem> {
        let store = Arc::new(Store::in_memory()?);
        Ok(Self { store, keeping: Keeping::Nothing, keychain_locked })
    }
}

/// The store of an identity. Without a keychain, or with one that stays locked, nothing is kept.
fn store_for(stage: &Stage, id: &str, known: Option<&Identity>) -> Result<Found, Problem> {
    let place = stage.place(id);
    if let Some(Identity { keeping: Kept::Passphrase, .. }) = known {
        let needed = "what is kept for this identity opens with its passphrase";
        return Err(Problem::new(ProblemCode::WrongPassphrase, needed));
    }
    let found = stage.key(id);
    let locked = matches!(found, Err(KeychainError::Locked));
    // The person is here and has just signed in: now the system may ask.
    let found = if locked { stage.unlock_keychain().and_then(|()| stage.key(id)) } else { found };
    let key = match found {
        Ok(Some(key)) => key,
        Ok(None) if place.has_store() => {
            return Err(Problem::new(
                ProblemCode::KeyNotFound,
                "the key to what is kept here is not in the keychain",
            ));
        }
        Ok(None) => {
            let key = StoreKey::random();
            if let Err(error) = stage.keep_key(id, &key) {
                stage.forget_keychain();
                return Found::nothing(error == KeychainError::Locked);
            }
            key
        }
        Err(error) if place.has_store() => return Err(error.into()),
        // Not unlocked, for whatever reason, is still there: it is said, and offered again.
        Err(_) => return Found::nothing(locked),
    };
    let store = stage.open_store(id, &place, &key, Kept::Keychain)?;
    Ok(Found { store, keeping: Keeping::Keychain, keychain_locked: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rehearsal::{maren, stage_in},
        stage::Standing,
        view::ObstacleKind,
    };
    use store::Passphrase;

    #[tokio::test]
    async fn a_store_with_a_passphrase_that_is_in_no_list_any_more_asks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = stage_in(folder.path());
        let place = stage.place("one");
        let kept = Passphrase::fresh();
        place.set_passphrase(&kept).unwrap();
        let store = place.open(&kept.key("correct horse battery").unwrap()).unwrap();
        store.set_fact(Fact::Me, &maren()).unwrap();
        drop(store);
        assert!(is_sealed(&stage, "one") && !is_sealed(&stage, "two"));
        let oxford = stage.catalogue.read().unwrap().get("oxford").cloned().unwrap();
        offer_passphrase(&stage, "one", &oxford, Connection::Real, &maren()).unwrap();
        let asks = stage.with(|standing| match standing {
            Standing::Blocked(obstacle) => Some(obstacle.kind),
            _ => None,
        });
        assert_eq!(asks, Some(ObstacleKind::PassphraseNeeded));
        stage.open_kept("one", Some("correct horse battery")).unwrap();
        assert!(stage.current().is_some());
    }

    #[tokio::test]
    async fn a_keychain_that_stays_locked_is_not_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(folder.path());
        keychain.lock();
        keychain.dismiss(true);
        let found = store_for(&stage, "one", None).unwrap();
        assert_eq!((found.keeping, found.keychain_locked), (Keeping::Nothing, true));
        assert!(!stage.place("one").has_store(), "nothing is made that no key would open");
        keychain.dismiss(false);
        let found = store_for(&stage, "one", None).unwrap();
        assert_eq!((found.keeping, found.keychain_locked), (Keeping::Keychain, false), "the system may ask");
    }
}

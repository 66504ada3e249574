//! Staying signed in: an access token when one is needed, one refresh at a time, nothing used before it is kept.

use crate::{
    discovery::{self, Endpoints},
    door::Door,
    error::RefreshError,
    provider::Provider,
    refresh::refresh,
    secret::{Secret, Tokens},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;
use web::Web;

/// How long before its end an access token is replaced.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Where one identity's tokens are kept, encrypted. Its functions may block; they are called off the async threads.
pub trait Vault: Send + Sync {
    /// The tokens last saved; `None` where they were forgotten or there were never any.
    ///
    /// # Errors
    /// Why they cannot be read, in words without secrets.
    fn load(&self) -> Result<Option<Tokens>, String>;
    /// Keeps `now` in place of `was`, durably, before it returns; without `now` it forgets them. Whether it did: whatever else
    /// is kept by then is somebody's newer sign-in, and stays.
    ///
    /// # Errors
    /// Why it cannot be kept, in words without secrets. What was there before must still be there.
    fn replace(&self, was: &Tokens, now: Option<&Tokens>) -> Result<bool, String>;
}

/// What the provider was told when somebody signed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The provider has taken the token back (RFC 7009).
    Revoked,
    /// The provider could not be reached: its token ends by itself.
    NotReached,
    /// The provider takes no tokens back, or there was none to take.
    NotOffered,
}

/// The refreshes of one identity: one at a time, whichever session asks. Clones are the same.
///
/// A refresh outlives whoever asked for it. It is held for the identity as long as the program runs, so that a session that is
/// made anew meanwhile waits for it instead of using the same refresh token a second time.
#[derive(Clone, Default)]
pub struct Refreshes {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// How many refreshes have ended: whoever waited while one did takes its outcome.
    ended: AtomicU64,
    turn: Mutex<Turn>,
}

/// One identity's sign-in. Clones share it.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("issuer", &self.inner.provider.issuer).finish_non_exhaustive()
    }
}

struct Inner {
    web: Web,
    provider: Provider,
    vault: Arc<dyn Vault>,
    refreshes: Refreshes,
}

/// What only the one who holds the turn may touch.
#[derive(Default)]
struct Turn {
    endpoints: Option<Endpoints>,
    unsaved: Option<Unsaved>,
    last: Option<Result<Secret, RefreshError>>,
}

/// Tokens that the vault did not take. The refresh token of those that they replace is used up, so these are offered again
/// before anything else is tried.
struct Unsaved {
    was: Tokens,
    now: Tokens,
}

impl Session {
    pub fn new(web: Web, provider: Provider, vault: Arc<dyn Vault>, refreshes: Refreshes) -> Self {
        Self { inner: Arc::new(Inner { web, provider, vault, refreshes }) }
    }

    /// A token that is good for at least a moment. Refreshes about a minute before the end.
    ///
    /// # Errors
    /// See [`RefreshError`]. While the old token is still good, what may go better later is not an error.
    pub async fn access_token(&self, now: Timestamp) -> Result<Secret, RefreshError> {
        let seen = self.inner.ended().load(Ordering::Acquire);
        let held = self.inner.load().await?;
        if let Some(tokens) = &held
            && good(tokens, now, MARGIN)
        {
            return Ok(tokens.access.clone());
        }
        match (self.take_turn(seen, None, now).await, held) {
            (Err(error), Some(tokens))
                if error.is_of_the_moment() && good(&tokens, now, SignedDuration::ZERO) =>
            {
                Ok(tokens.access)
            }
            (outcome, _) => outcome,
        }
    }

    /// A token in place of `access`, which a server has answered with 401. Refreshes unless somebody already did.
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn rejected(&self, access: &Secret, now: Timestamp) -> Result<Secret, RefreshError> {
        let seen = self.inner.ended().load(Ordering::Acquire);
        self.take_turn(seen, Some(access.clone()), now).await
    }

    /// Takes back at the provider what was `held` until the vault forgot it, or what a refresh has brought in its place. A time
    /// limit is the caller's.
    pub async fn take_back(&self, held: Option<Tokens>) -> Revocation {
        let Some(held) = held else { return Revocation::NotOffered };
        let mut turn = self.inner.turn().lock().await;
        let newest = match turn.unsaved.take() {
            Some(unsaved) if unsaved.was == held => unsaved.now,
            _ => held,
        };
        self.inner.revoke(&mut turn, &newest).await
    }

    /// Waits for the turn and refreshes, unless a refresh ended while waiting (`seen` is out of date by then).
    ///
    /// It runs on its own, so that a caller who gives up does not lose a token that the provider has already
    /// replaced.
    async fn take_turn(
        &self,
        seen: u64,
        rejected: Option<Secret>,
        now: Timestamp,
    ) -> Result<Secret, RefreshError> {
        let inner = Arc::clone(&self.inner);
        let task = tokio::spawn(async move {
            let mut turn = inner.turn().lock().await;
            if inner.ended().load(Ordering::Acquire) != seen
                && let Some(last) = &turn.last
                && (rejected.is_none() || last.as_ref().ok() != rejected.as_ref())
            {
                return last.clone();
            }
            inner.replace(&mut turn, rejected.as_ref(), now).await
        });
        task.await.unwrap_or_else(|_| {
            Err(RefreshError::Later { retry_after: None, message: "the refresh was interrupted".into() })
        })
    }
}

impl Inner {
    fn turn(&self) -> &Mutex<Turn> {
        &self.refreshes.shared.turn
    }

    fn ended(&self) -> &AtomicU64 {
        &self.refreshes.shared.ended
    }

    async fn replace(
        &self,
        turn: &mut Turn,
        rejected: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Secret, RefreshError> {
        loop {
            let held = self.load().await?.ok_or(RefreshError::SignedOut)?;
            if let Some(unsaved) = turn.unsaved.take() {
                if let Err(error) = self.put(&unsaved.was, Some(&unsaved.now)).await {
                    turn.unsaved = Some(unsaved);
                    return Err(error);
                }
                continue;
            }
            let is_rejected = rejected.is_some_and(|rejected| *rejected == held.access);
            if !is_rejected && good(&held, now, MARGIN) {
                return Ok(held.access);
            }
            let Some(token) = &held.refresh else {
                let still = !is_rejected && good(&held, now, SignedDuration::ZERO);
                return if still { Ok(held.access) } else { Err(RefreshError::SignedOut) };
            };
            // Overtaken: what is kept by now is looked at anew, also by whoever waits.
            let Some(outcome) = self.refresh(turn, &held, token, now).await else { continue };
            turn.last = Some(outcome.clone());
            self.ended().fetch_add(1, Ordering::AcqRel);
            return outcome;
        }
    }

    /// Refreshes `held`, whose refresh token is `token`. `None`: other tokens are kept by now, or none, and that stays so.
    async fn refresh(
        &self,
        turn: &mut Turn,
        held: &Tokens,
        token: &Secret,
        now: Timestamp,
    ) -> Option<Result<Secret, RefreshError>> {
        let endpoints = match self.endpoints(turn).await {
            Ok(endpoints) => endpoints,
            Err(error) => return Some(Err(error)),
        };
        match refresh(&self.web, &self.provider, &endpoints, token, now).await {
            Ok(tokens) => {
                let kept = self.put(held, Some(&tokens)).await;
                let access = tokens.access.clone();
                if !matches!(kept, Ok(true)) {
                    turn.unsaved = Some(Unsaved { was: held.clone(), now: tokens });
                }
                kept.map(|kept| kept.then_some(access)).transpose()
            }
            Err(RefreshError::SignedOut) => match self.put(held, None).await {
                Ok(false) => None,
                forgotten => {
                    if let Err(error) = forgotten {
                        tracing::warn!(%error, "an ended sign-in could not be forgotten");
                    }
                    Some(Err(RefreshError::SignedOut))
                }
            },
            Err(error) => {
                // The provider may have moved its endpoints.
                turn.endpoints = None;
                Some(Err(error))
            }
        }
    }

    async fn endpoints(&self, turn: &mut Turn) -> Result<Endpoints, RefreshError> {
        let of_this = |known: &&Endpoints| known.issuer.as_str() == self.provider.issuer;
        if let Some(known) = turn.endpoints.as_ref().filter(of_this) {
            return Ok(known.clone());
        }
        let found = discovery::endpoints(&self.web, &self.provider).await?;
        turn.endpoints = Some(found.clone());
        Ok(found)
    }

    /// Taking back the refresh token ends the access token with it (RFC 7009 section 2.1).
    async fn revoke(&self, turn: &mut Turn, tokens: &Tokens) -> Revocation {
        let Ok(endpoints) = self.endpoints(turn).await else { return Revocation::NotReached };
        let Some(address) = endpoints.revocation else { return Revocation::NotOffered };
        let (token, kind) = match &tokens.refresh {
            Some(refresh) => (refresh.expose(), "refresh_token"),
            None => (tokens.access.expose(), "access_token"),
        };
        let form =
            [("token", token), ("token_type_hint", kind), ("client_id", self.provider.client_id.as_str())];
        match Door(&self.web).post(address, &form).await {
            Ok(answer) if answer.is_ok() => Revocation::Revoked,
            _ => Revocation::NotReached,
        }
    }

    async fn load(&self) -> Result<Option<Tokens>, RefreshError> {
        self.with_vault(|vault| vault.load()).await
    }

    /// Keeps `now` in place of `was`, unless something else is kept by now.
    async fn put(&self, was: &Tokens, now: Option<&Tokens>) -> Result<bool, RefreshError> {
        let (was, now) = (was.clone(), now.cloned());
        self.with_vault(move |vault| vault.replace(&was, now.as_ref())).await
    }

    async fn with_vault<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Vault) -> Result<T, String> + Send + 'static,
    ) -> Result<T, RefreshError> {
        let vault = Arc::clone(&self.vault);
        let done = tokio::task::spawn_blocking(move || act(vault.as_ref())).await;
        done.unwrap_or_else(|_| Err("the store was interrupted".into())).map_err(RefreshError::Vault)
    }
}

/// Whether the access token is good for `margin` more. One without an end is good until a server says otherwise.
fn good(tokens: &Tokens, now: Timestamp, margin: SignedDuration) -> bool {
    tokens.access_until.is_none_or(|until| until.duration_since(now) > margin)
}

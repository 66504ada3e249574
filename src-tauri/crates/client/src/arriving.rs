//! From somebody who has just signed in to their open store.

use crate::{
    catalogue::Institution,
    identities::{Identity, Kept},
    open::{Open, Subject},
    reading::{is_still, keep_me, with_claims},
    stage::Stage,
    tokens::StoreVault,
    view::{Connection, Keeping, Problem, ProblemCode},
};
use accounts::Me;
use institutions::RoleSource;
use sign_in::Tokens;
use std::sync::Arc;
use store::{Fact, KeychainError, Store, StoreKey};

/// Somebody who has just signed in.
pub(crate) struct Arrival {
    pub(crate) id: String,
    pub(crate) institution: Institution,
    pub(crate) connection: Connection,
    /// As the directory names them.
    pub(crate) me: Me,
    /// Where their role and unit come from.
    pub(crate) role: RoleSource,
    pub(crate) subject: Subject,
    pub(crate) tokens: Tokens,
}

impl Arrival {
    fn identity(&self, stage: &Stage, keeping: Kept, read_at: Option<String>) -> Identity {
        let profile = &self.institution.profile;
        Identity {
            id: self.id.clone(),
            institution: profile.id.clone(),
            institution_name: profile.name.clone(),
            connection: self.connection,
            name: self.me.name.clone(),
            username: self.me.username.clone(),
            keeping,
            read_at,
            signed_in: true,
            contact: Some((stage.around.now)().to_string()),
        }
    }
}

/// Opens or makes the store of whoever arrived, keeps the tokens in it, and shows it. Where it opens with a passphrase, that is
/// asked for first. Blocks; the caller is [`Stage::moving`].
pub(crate) fn arrive(stage: &Stage, arrival: Arrival) -> Result<(), Problem> {
    let id = arrival.id.as_str();
    // The same identity may be open already: its store is then used on, not opened a second time.
    let current = stage.current().filter(|open| open.identity.id == id).or_else(|| stage.aside_as(id));
    if current.is_none() && stage.is_sealed(id) {
        return offer_passphrase(stage, arrival);
    }
    let found = match current.as_deref() {
        Some(open) => Found::of(open),
        None => store_for(stage, id)?,
    };
    settle(stage, arrival, found)
}

/// Keeps the tokens of whoever arrived in their store, and shows it.
pub(crate) fn settle(stage: &Stage, arrival: Arrival, found: Found) -> Result<(), Problem> {
    let Found { store, keeping, keychain_locked } = found;
    if let Some(before) = store.fact::<Me>(Fact::Me)? {
        is_still(&before, &arrival.me)?;
    }
    StoreVault(Arc::clone(&store))
        .save(&arrival.tokens)
        .map_err(|why| Problem::new(ProblemCode::StoreTrouble, why))?;
    let subject = arrival.subject.clone().after(store.fact(Fact::Subject)?);
    let me = with_claims(&arrival.role, arrival.me.clone(), Some(&subject));
    keep_me(&store, &me)?;
    store.set_fact(Fact::Subject, &subject)?;
    let kept = if keeping == Keeping::Passphrase { Kept::Passphrase } else { Kept::Keychain };
    let identity = arrival.identity(stage, kept, store.fact(Fact::ReadAt)?);
    if keeping != Keeping::Nothing {
        stage.change_known(|known| {
            known.put(identity.clone());
            known.current = Some(identity.id.clone());
        })?;
    }
    let mut open = Open::new(identity, arrival.institution, keeping, Arc::clone(&stage.around), store, me)?;
    open.keychain_locked = keychain_locked;
    stage.show(Arc::new(open));
    Ok(())
}

/// Asks for the passphrase that opens what is kept for whoever arrived. They wait in memory for as long as that is asked, so
/// that nobody has to sign in twice. Whoever is in no list any more is taken into it again.
fn offer_passphrase(stage: &Stage, arrival: Arrival) -> Result<(), Problem> {
    if stage.known().get(&arrival.id).is_none() {
        stage.change_known(|known| known.put(arrival.identity(stage, Kept::Passphrase, None)))?;
    }
    stage.open_kept(&arrival.id, None)?;
    stage.let_wait(arrival);
    Ok(())
}

/// The store of an identity, with how it is kept.
pub(crate) struct Found {
    store: Arc<Store>,
    keeping: Keeping,
    keychain_locked: bool,
}

impl Found {
    pub(crate) fn of(open: &Open) -> Self {
        let Open { store, keeping, keychain_locked, .. } = open;
        Self { store: Arc::clone(store), keeping: *keeping, keychain_locked: *keychain_locked }
    }

    /// Nothing is kept, which the screens say, and whether that could be helped.
    fn nothing(keychain_locked: bool) -> Result<Self, Problem> {
        let store = Arc::new(Store::in_memory()?);
        Ok(Self { store, keeping: Keeping::Nothing, keychain_locked })
    }
}

/// The store of an identity. Without a keychain, or with one that stays locked, nothing is kept.
fn store_for(stage: &Stage, id: &str) -> Result<Found, Problem> {
    let place = stage.place(id);
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
        rehearsal::{identity, maren, somebody, stage_in, subject_at},
        stage::Standing,
        view::ObstacleKind,
    };
    use sign_in::{Secret, Vault};
    use store::Passphrase;

    const WORDS: &str = "correct horse battery";

    /// Something of "one" is kept under a passphrase, with the tokens of an earlier sign-in.
    fn sealed(stage: &Stage) {
        let (place, kept) = (stage.place("one"), Passphrase::fresh());
        place.set_passphrase(&kept).unwrap();
        let store = Arc::new(place.open(&kept.key(WORDS).unwrap()).unwrap());
        store.set_fact(Fact::Me, &maren()).unwrap();
        StoreVault(store).save(&tokens("earlier")).unwrap();
    }

    fn tokens(access: &str) -> Tokens {
        Tokens { access: Secret::new(access.into()), access_until: None, refresh: None }
    }

    fn arrival(stage: &Stage) -> Arrival {
        let institution = stage.catalogue.read().unwrap().get("oxford").cloned().unwrap();
        Arrival {
            id: "one".into(),
            institution,
            connection: Connection::Real,
            me: maren(),
            role: RoleSource::Me,
            subject: subject_at("https://id.example.edu"),
            tokens: tokens("latest"),
        }
    }

    fn stands(stage: &Stage) -> Option<ObstacleKind> {
        stage.with(
            |standing| if let Standing::Blocked(obstacle) = standing { Some(obstacle.kind) } else { None },
        )
    }

    fn access(stage: &Stage) -> Option<String> {
        let kept = StoreVault(Arc::clone(&stage.current()?.store)).load().unwrap();
        kept.map(|tokens| tokens.access.expose().to_owned())
    }

    #[tokio::test]
    async fn whoever_is_kept_under_a_passphrase_is_asked_for_it_and_is_signed_in_then() {
        for is_listed in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let (stage, _) = stage_in(folder.path());
            sealed(&stage);
            let kept = Identity { keeping: Kept::Passphrase, signed_in: false, ..identity() };
            if is_listed {
                stage.change_known(|known| known.put(kept)).unwrap();
            }
            arrive(&stage, arrival(&stage)).unwrap();
            assert_eq!(stands(&stage), Some(ObstacleKind::PassphraseNeeded), "listed: {is_listed}");
            let refused = stage.open_kept("one", Some("another one")).unwrap_err();
            assert_eq!(refused.code, ProblemCode::WrongPassphrase);
            stage.open_kept("one", Some(WORDS)).unwrap();
            assert_eq!(access(&stage).as_deref(), Some("latest"), "nobody has to sign in twice");
            assert!(stage.known().get("one").is_some_and(|known| known.signed_in));
            assert_eq!(stage.current().unwrap().keeping, Keeping::Passphrase);
        }
    }

    #[tokio::test]
    async fn whoever_turns_to_somebody_else_is_no_longer_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = stage_in(folder.path());
        sealed(&stage);
        arrive(&stage, arrival(&stage)).unwrap();
        somebody(&stage, "two", "2026-11-22T11:00:00Z");
        stage.open_kept("two", None).unwrap();
        stage.open_kept("one", Some(WORDS)).unwrap();
        assert_eq!(access(&stage).as_deref(), Some("earlier"));
    }

    #[tokio::test]
    async fn a_keychain_that_stays_locked_is_not_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(folder.path());
        keychain.lock();
        keychain.dismiss(true);
        let found = store_for(&stage, "one").unwrap();
        assert_eq!((found.keeping, found.keychain_locked), (Keeping::Nothing, true));
        assert!(!stage.place("one").has_store(), "nothing is made that no key would open");
        keychain.dismiss(false);
        let found = store_for(&stage, "one").unwrap();
        assert_eq!((found.keeping, found.keychain_locked), (Keeping::Keychain, false), "the system may ask");
    }
}

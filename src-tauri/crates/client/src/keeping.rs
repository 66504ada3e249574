//! What begins, or stops, to be kept on this computer: under a passphrase, once a keychain is unlocked, and of the units.

use crate::{
    blocking::blocking,
    client::{Client, LONGEST},
    identities::{Identity, Kept},
    open::Open,
    outside::Event,
    stage::Stage,
    view::{Keeping, Problem, ProblemCode},
};
use std::sync::Arc;
use store::{Fact, Passphrase, Store};

impl Client {
    /// Begins to keep what is seen, under a passphrase, on a computer without a keychain.
    pub async fn set_passphrase(&self, passphrase: String) -> Result<(), Problem> {
        let open = self.stage.open()?;
        let passphrase = sign_in::Secret::new(passphrase);
        let letters = passphrase.expose().chars().count();
        if open.keeping != Keeping::Nothing || !(store::MIN_PASSPHRASE..=LONGEST).contains(&letters) {
            return Err(Problem::new(ProblemCode::BadInput, "the passphrase is too short or not needed"));
        }
        self.keep_from_now_on(open, move |stage, open| keep_under(stage, open, &passphrase)).await
    }

    /// Lets the system ask the person to unlock its keychain, and keeps from then on what the open identity sees.
    pub(crate) async fn keep_after_all(&self) -> Result<(), Problem> {
        let Some(open) = self.stage.current().filter(|open| open.keychain_locked) else { return Ok(()) };
        let stage = Arc::clone(&self.stage);
        blocking(move || Ok(stage.unlock_keychain()?)).await?;
        self.keep_from_now_on(open, keep_in_keychain).await
    }

    /// Puts `keep`'s answer in the place of `open`, of which nothing was kept. Where it fails nothing is left of it.
    async fn keep_from_now_on(
        &self,
        open: Arc<Open>,
        keep: impl FnOnce(&Stage, &Open) -> Result<Open, Problem> + Send + 'static,
    ) -> Result<(), Problem> {
        let stage = Arc::clone(&self.stage);
        blocking(move || {
            let _moving = stage.moving();
            // Asked twice, or somebody else has come meanwhile: the first answer stands.
            let place = stage.place(&open.identity.id);
            if !stage.current().is_some_and(|now| Arc::ptr_eq(&now, &open)) || place.has_store() {
                return Ok(());
            }
            // Nothing is read on into the store that goes.
            stage.stop_reading();
            match keep(&stage, &open) {
                Ok(kept) => stage.show(Arc::new(kept)),
                Err(problem) => {
                    if let Err(unfinished) = stage.forget(&open.identity.id) {
                        tracing::error!(reason = %unfinished.message, "a store that was not finished is left behind");
                    }
                    stage.show(open);
                    return Err(problem);
                }
            }
            Ok(())
        })
        .await
    }

    /// Whether the open identity's units are kept on this computer. Nobody else's answer changes.
    pub async fn keep_unit(&self, keep: bool) -> Result<(), Problem> {
        self.read(move |open| {
            if open.keep_unit() == Some(keep) {
                return Ok(());
            }
            open.store.set_fact(Fact::KeepUnit, &keep)?;
            open.apply_keep_unit()?;
            open.check_now(false);
            Ok(())
        })
        .await?;
        self.stage.around.outside.tell(Event::SessionChanged);
        Ok(())
    }
}

impl Open {
    /// Takes the unit off the disk, or lets the next reading put it there.
    fn apply_keep_unit(&self) -> Result<(), Problem> {
        self.set_live(None);
        if !self.keeps_unit() {
            let mut gone = Vec::new();
            let query = store::Query {
                facets: store::Facets { unit: true, ..store::Facets::default() },
                limit: usize::MAX,
                ..store::Query::default()
            };
            for stored in self.store.accounts(&query)?.rows {
                let standing = stored.standing;
                if !(standing.owns || standing.uses || standing.itself) {
                    gone.push(stored.account.id);
                }
            }
            self.store.settle(&gone, &[])?;
        }
        self.store.remove_fact(Fact::Newest)?;
        Ok(())
    }
}

/// The same identity with a store on the disk, which `passphrase` opens.
fn keep_under(stage: &Stage, open: &Open, passphrase: &sign_in::Secret) -> Result<Open, Problem> {
    let place = stage.place(&open.identity.id);
    let kept = Passphrase::fresh();
    let key = kept.key(passphrase.expose());
    let key = key.ok_or_else(|| Problem::internal("the passphrase's settings make no sense"))?;
    place
        .set_passphrase(&kept)
        .map_err(|error| Problem::new(ProblemCode::StoreTrouble, error.to_string()))?;
    kept_as(stage, open, &key, Kept::Passphrase)
}

/// The same identity with a store on the disk, whose key is in the keychain.
fn keep_in_keychain(stage: &Stage, open: &Open) -> Result<Open, Problem> {
    let id = &open.identity.id;
    let key = if let Some(key) = stage.key(id)? {
        key
    } else {
        let key = store::StoreKey::random();
        stage.keep_key(id, &key)?;
        key
    };
    kept_as(stage, open, &key, Kept::Keychain)
}

/// The same identity with a store on the disk that `key` opens: with who they are, their sign-in, and what they wrote.
fn kept_as(stage: &Stage, open: &Open, key: &store::StoreKey, kept: Kept) -> Result<Open, Problem> {
    let place = stage.place(&open.identity.id);
    let store = stage.open_store(&open.identity.id, &place, key, kept)?;
    for fact in [Fact::Me, Fact::Subject, Fact::KeepUnit] {
        if let Some(value) = open.store.fact::<serde_json::Value>(fact)? {
            store.set_fact(fact, &value)?;
        }
    }
    store.take_requests_from(&open.store)?;
    let identity = Identity { keeping: kept, ..open.identity.clone() };
    stage.change_known(|known| {
        known.current = Some(identity.id.clone());
        known.put(identity.clone());
    })?;
    let institution = open.institution.clone();
    let around = Arc::clone(&open.around);
    let kept = Open::new(identity, institution, kept.into(), around, Arc::clone(&store), open.me())?;
    move_tokens(&open.store, &store)?;
    Ok(kept)
}

/// A refresh that is under way finds them gone where it began: what it brings waits for the next one, which finds them here.
fn move_tokens(from: &Store, to: &Store) -> Result<(), Problem> {
    let Some(tokens) = from.take_fact::<serde_json::Value>(Fact::Tokens)? else { return Ok(()) };
    if let Err(error) = to.set_fact(Fact::Tokens, &tokens) {
        from.set_fact(Fact::Tokens, &tokens)?;
        return Err(error.into());
    }
    Ok(())
}

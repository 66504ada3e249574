//! Signing out and forgetting, and who is on the screen afterwards.
//!
//! Whoever else is signed in on this computer comes forward, where their store opens without anybody being asked for anything;
//! otherwise nobody does, and the first page offers who is known.

use crate::{
    blocking::blocking,
    client::Client,
    identities::Identity,
    open::Open,
    outside::Event,
    stage::{Stage, Standing},
    tokens::StoreVault,
    view::{FreshnessState, Problem},
};
use sign_in::{Revocation, Tokens};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long signing out waits for the provider: for the way to it, for a refresh that is under way, and for its answer.
const FAREWELL: Duration = Duration::from_secs(5);

impl Client {
    /// Signs out: the provider is told if it can be reached. What was read stays readable unless `forget`.
    pub async fn sign_out(&self, forget: bool) -> Result<(), Problem> {
        self.leave(forget, FAREWELL).await
    }

    /// Signs out here at once. The provider is told meanwhile, and waited for no longer than `patience`.
    async fn leave(&self, forget: bool, patience: Duration) -> Result<(), Problem> {
        let open = self.stage.open()?;
        let id = open.identity.id.clone();
        let vault = StoreVault(Arc::clone(&open.store));
        let held = match blocking(move || Ok(vault.take()?)).await {
            // They go with all else that is kept.
            Err(problem) if forget => {
                tracing::warn!(reason = %problem.message, "tokens to be forgotten could not be read");
                None
            }
            held => held?,
        };
        let here = async {
            if forget {
                return self.forget(id).await;
            }
            let stage = Arc::clone(&self.stage);
            blocking(move || {
                let _moving = stage.moving();
                stage.signed_out(&id)
            })
            .await
        };
        let (told, left) = tokio::join!(timeout(patience, take_back(&open, held)), here);
        if !matches!(told, Ok(Ok(Revocation::Revoked | Revocation::NotOffered))) {
            tracing::info!("the provider could not be told that somebody signed out");
        }
        left
    }

    /// Destroys the key, then the file and its copies.
    pub async fn forget(&self, id: String) -> Result<(), Problem> {
        let stage = Arc::clone(&self.stage);
        // Off the screen at once, however long the keychain takes.
        let going = stage.going(&id);
        let stood = stage.close(&id);
        blocking(move || {
            let forgotten = {
                let _moving = stage.moving();
                // It may have come back while somebody else was moving.
                let stood = stage.close(&id) || stood;
                let forgotten = stage.forget(&id);
                if forgotten.is_ok() {
                    stage.around.refreshes.forget(&id);
                }
                if stood && stage.with(|standing| matches!(standing, Standing::Nobody)) {
                    stage.set(stage.next_after(&id));
                }
                forgotten
            };
            drop(going);
            stage.around.outside.tell(Event::SessionChanged);
            forgotten
        })
        .await
    }
}

async fn take_back(open: &Open, held: Option<Tokens>) -> Result<Revocation, Problem> {
    Ok(open.link().await?.session.take_back(held).await)
}

impl Stage {
    /// Notes that the identity `id` has signed out, and shows who comes forward. The caller is [`Self::moving`].
    fn signed_out(&self, id: &str) -> Result<(), Problem> {
        let noted = self.change_known(|known| {
            if known.current.as_deref() == Some(id) {
                known.current = None;
            }
            if let Some(identity) = known.known.iter_mut().find(|identity| identity.id == id) {
                identity.signed_in = false;
            }
        });
        if self.shows(id) {
            // In one step: nobody is shown in between.
            self.set(self.next_after(id));
        }
        // Where nothing is kept, nothing stays of whoever signs out.
        self.leave_aside(id);
        noted
    }

    fn shows(&self, id: &str) -> bool {
        self.with(|standing| match standing {
            Standing::Open(open, _) => open.identity.id == id,
            Standing::Blocked(obstacle) => obstacle.identity == id,
            Standing::Nobody => false,
        })
    }

    /// Takes the identity `id` off the stage where it stands there. Whether it did.
    fn close(&self, id: &str) -> bool {
        let stands = self.shows(id);
        if stands {
            self.set(Standing::Nobody);
        }
        stands
    }

    /// Who comes forward when `id` leaves: of those who are signed in, whoever was in contact last and can be opened.
    fn next_after(&self, id: &str) -> Standing {
        let may =
            |identity: &&Identity| identity.id != id && identity.signed_in && !self.is_going(&identity.id);
        let mut others: Vec<_> = self.known().known.iter().filter(may).cloned().collect();
        others.sort_by(|one, other| other.contact.cmp(&one.contact));
        for identity in others {
            match self.try_open(&identity, None) {
                Ok(open) => {
                    let noted = self.change_known(|known| known.current = Some(identity.id.clone()));
                    if let Err(problem) = noted {
                        tracing::warn!(reason = %problem.message, "the list of identities was not written");
                    }
                    return self.at_work(Arc::new(open));
                }
                Err(refusal) => {
                    tracing::info!(reason = %Problem::from(refusal).message, "somebody else did not come forward");
                }
            }
        }
        // Nobody else is kept: of whom nothing is, whoever was on the screen last.
        let signed_in = |open: &&Arc<Open>| {
            open.identity.id != id
                && open.freshness().state != FreshnessState::SignedOut
                && !self.is_going(&open.identity.id)
        };
        let aside = self.aside().iter().rev().find(signed_in).cloned();
        aside.map_or(Standing::Nobody, |open| self.at_work(open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::Catalogue,
        identities::Kept,
        rehearsal::{identity, in_memory, maren, stage_in, surroundings, two_at},
        stage::FindKeychain,
    };
    use jiff::Timestamp;
    use store::{Fact, Keychain, MemoryKeychain, Passphrase, StoreKey};
    use tokio::{net::TcpListener, runtime::Handle};

    /// Those who are signed in on this computer, by when each was in contact last; the first is on the screen.
    fn on_stage(folder: &std::path::Path, people: &[(&str, &str)]) -> (Arc<Stage>, Arc<MemoryKeychain>) {
        let keychain = Arc::new(MemoryKeychain::default());
        let around = Arc::new(surroundings(folder, || "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap()));
        let known = Arc::clone(&keychain);
        let find: FindKeychain = Box::new(move || Ok(Arc::clone(&known) as Arc<dyn Keychain>));
        let stage = Stage::new(around, Catalogue::load(folder), find, Handle::current());
        for (id, contact) in people {
            let key = StoreKey::random();
            stage.keep_key(id, &key).unwrap();
            let store = stage.place(id).open(&key).unwrap();
            store.set_fact(Fact::Me, &maren()).unwrap();
            let contact = Some((*contact).to_owned());
            let known = Identity { id: (*id).to_owned(), contact, ..identity() };
            stage.change_known(|all| all.put(known)).unwrap();
        }
        stage.open_kept(people[0].0, None).unwrap();
        (Arc::new(stage), keychain)
    }

    fn shown(stage: &Stage) -> Option<String> {
        stage.current().map(|open| open.identity.id.clone())
    }

    const PEOPLE: [(&str, &str); 3] =
        [("one", "2026-11-22T11:00:00Z"), ("two", "2026-11-20T11:00:00Z"), ("three", "2026-11-21T11:00:00Z")];

    #[tokio::test]
    async fn whoever_is_signed_in_too_comes_forward_the_latest_first() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = on_stage(folder.path(), &PEOPLE);
        for (leaves, next) in [("one", Some("three")), ("three", Some("two")), ("two", None)] {
            stage.signed_out(leaves).unwrap();
            assert_eq!(shown(&stage).as_deref(), next, "after {leaves}");
            assert_eq!(stage.known().current.as_deref(), next, "and is there at the next start");
            assert!(!stage.known().get(leaves).unwrap().signed_in);
        }
    }

    #[tokio::test]
    async fn whoever_cannot_be_opened_without_being_asked_stays_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = on_stage(folder.path(), &PEOPLE);
        stage.place("three").set_passphrase(&Passphrase::fresh()).unwrap();
        let three = stage.known().get("three").cloned().unwrap();
        let sealed = Identity { keeping: Kept::Passphrase, ..three };
        stage.change_known(|known| known.put(sealed)).unwrap();
        stage.signed_out("one").unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("two"), "the other one needs a passphrase");
        stage.change_known(|known| known.known.iter_mut().for_each(|one| one.signed_in = true)).unwrap();
        keychain.lock();
        stage.signed_out("two").unwrap();
        assert!(
            stage.with(|standing| matches!(standing, Standing::Nobody)),
            "no obstacle is put up for them"
        );
        assert_eq!(stage.known().current, None);
    }

    #[tokio::test]
    async fn somebody_of_whom_nothing_is_kept_can_be_switched_back_to_until_the_window_closes() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(folder.path());
        let client = Client::on(Arc::clone(&stage));
        let listed = async || {
            let identities = client.start().await.identities;
            identities.into_iter().map(|one| (one.id, one.current, one.kept)).collect::<Vec<_>>()
        };
        stage.show(Arc::new(in_memory(&stage, "one")));
        stage.current().unwrap().store.set_fact(Fact::Foreign, &7).unwrap();
        stage.show(Arc::new(in_memory(&stage, "two")));
        let both = [("two".to_owned(), true, false), ("one".to_owned(), false, false)];
        assert_eq!(listed().await, both, "the first is still there");
        client.switch_to("one".into()).await.unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("one"));
        let seen: Option<u64> = stage.current().unwrap().store.fact(Fact::Foreign).unwrap();
        assert_eq!(seen, Some(7), "with all that was seen");
        assert_eq!(listed().await.len(), 2);
        // Whoever signs out is gone, and the other one comes forward.
        stage.signed_out("one").unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("two"));
        assert_eq!(listed().await, [("two".to_owned(), true, false)]);
        stage.show(Arc::new(in_memory(&stage, "three")));
        keychain.lock();
        client.forget("two".into()).await.unwrap();
        assert_eq!(listed().await, [("three".to_owned(), true, false)]);
        assert!(stage.known().known.is_empty() && !stage.place("two").has_store(), "nothing was ever kept");
    }

    #[tokio::test]
    async fn signing_out_somebody_who_is_not_shown_moves_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = on_stage(folder.path(), &PEOPLE);
        stage.signed_out("two").unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("one"));
        assert_eq!(stage.known().current.as_deref(), Some("one"));
    }

    #[tokio::test]
    async fn after_forgetting_who_was_shown_somebody_else_is_and_nothing_is_left_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = on_stage(folder.path(), &PEOPLE);
        let client = Client::on(Arc::clone(&stage));
        client.forget("two".into()).await.unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("one"), "another one was forgotten");
        client.forget("one".into()).await.unwrap();
        assert_eq!(shown(&stage).as_deref(), Some("three"));
        assert!(stage.known().get("one").is_none() && !stage.place("one").has_store());
        client.sign_out(true).await.unwrap();
        assert_eq!((shown(&stage), stage.known().known.len()), (None, 0));
    }

    #[tokio::test]
    async fn a_provider_that_never_answers_keeps_nobody_and_nothing_here() {
        for forget in [true, false] {
            // It takes connections and says nothing: the refresh that is under way has the turn.
            let provider = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let stage = two_at(&format!("http://{}", provider.local_addr().unwrap()), folder.path());
            let client = Client::on(Arc::clone(&stage));
            let open = stage.current().unwrap();
            let refreshing = Arc::clone(&open);
            tokio::spawn(async move {
                let link = refreshing.link().await.unwrap();
                link.session.access_token(refreshing.now()).await
            });
            let _silent = provider.accept().await.unwrap();
            let leaving = client.leave(forget, Duration::from_millis(200));
            timeout(Duration::from_secs(5), leaving).await.expect("nobody is waited for").unwrap();
            assert_eq!(StoreVault(Arc::clone(&open.store)).take().unwrap(), None, "the tokens are gone");
            assert_eq!(shown(&stage).as_deref(), Some("two"));
            assert_eq!(stage.place("one").has_store(), !forget);
            assert_eq!(stage.known().get("one").is_some(), !forget);
        }
    }
}

//! One identity whose store is open: what screens read from, and the way to its institution.

use crate::{
    asking::DeskNow,
    catalogue::Institution,
    identities::{Identities, Identity},
    outside::{Event, Outside},
    practice::Practice,
    reading::unreadable,
    show::count,
    tokens::{AllRefreshes, StoreVault},
    view::{Connection, Freshness, FreshnessState, Home, Keeping, Problem, ProblemCode},
};
use accounts::{Me, Role};
use directory::{Directory, SignedInAs};
use institutions::{Profile, RoleSource};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sign_in::{Provider, Session};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Fact, Store};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};
use web::Web;

/// Issuer, subject and the claims that a profile may take role and unit from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub(crate) issuer: String,
    /// The client and the directory that the sign-in was made for: its tokens go to nobody else.
    #[serde(default)]
    pub(crate) client: String,
    #[serde(default)]
    pub(crate) directory: String,
    #[serde(default)]
    pub(crate) desk: Option<String>,
    pub(crate) id: String,
    pub(crate) claims: serde_json::Map<String, serde_json::Value>,
    /// Of the claims, those that userinfo alone said. `None`: it could not be read.
    #[serde(default)]
    pub(crate) from_userinfo: Option<BTreeSet<String>>,
}

impl Subject {
    /// How a directory that has to look the person up may know them.
    pub(crate) fn signed_in_as(&self) -> SignedInAs<'_> {
        let username = self.claims.get("preferred_username").and_then(serde_json::Value::as_str);
        SignedInAs { username, subject: Some(&self.id) }
    }

    /// Where userinfo could not be read at this sign-in, what it alone said at an `earlier` one stands until it can be: no answer
    /// is not "none", and may not take a role away.
    pub(crate) fn after(mut self, earlier: Option<Self>) -> Self {
        let (None, Some(Self { mut claims, from_userinfo: Some(said), .. })) = (&self.from_userinfo, earlier)
        else {
            return self;
        };
        let mut kept = BTreeSet::new();
        for name in said {
            if let (false, Some(value)) = (self.claims.contains_key(&name), claims.remove(&name)) {
                self.claims.insert(name.clone(), value);
                kept.insert(name);
            }
        }
        self.from_userinfo = Some(kept);
        self
    }
}

/// What every open identity shares.
pub(crate) struct Surroundings {
    pub(crate) data: PathBuf,
    pub(crate) web: Web,
    pub(crate) now: fn() -> Timestamp,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) practice: Practice,
    pub(crate) identities: Mutex<Identities>,
    pub(crate) first_screen: FirstScreen,
    pub(crate) refreshes: AllRefreshes,
}

/// Whether the window has drawn something. Until then nothing else takes the computer's time.
pub(crate) struct FirstScreen(watch::Sender<bool>);

impl Default for FirstScreen {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl FirstScreen {
    /// How long a page takes to draw what it was given.
    const DRAWING: Duration = Duration::from_millis(400);
    /// How long a window is waited for.
    const WINDOW: Duration = Duration::from_secs(3);

    /// Says that the first screen has what it needs.
    pub(crate) fn is_given(&self, runtime: &Handle) {
        if !*self.0.borrow() {
            let drawn = self.0.clone();
            runtime.spawn(async move {
                tokio::time::sleep(Self::DRAWING).await;
                drawn.send_replace(true);
            });
        }
    }

    pub(crate) async fn drawn(&self) {
        let mut drawn = self.0.subscribe();
        // A window that does not come, or is not wanted, holds nothing up for long.
        let _ = tokio::time::timeout(Self::WINDOW, drawn.wait_for(|drawn| *drawn)).await;
    }
}

impl Surroundings {
    /// The identities that this computer knows.
    pub(crate) fn known(&self) -> MutexGuard<'_, Identities> {
        self.identities.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the list of identities and writes it.
    pub(crate) fn change_known(&self, change: impl FnOnce(&mut Identities)) -> Result<(), Problem> {
        let mut known = self.known();
        change(&mut known);
        known.save(&self.data).map_err(|error| Problem::new(ProblemCode::StoreTrouble, error.to_string()))
    }
}

pub(crate) struct Open {
    pub(crate) identity: Identity,
    pub(crate) institution: Institution,
    pub(crate) keeping: Keeping,
    /// Nothing is kept because the keychain was locked when they signed in: unlocked, it can be.
    pub(crate) keychain_locked: bool,
    pub(crate) around: Arc<Surroundings>,
    /// What is kept.
    pub(crate) store: Arc<Store>,
    /// Everything that may be seen, in memory, where an IT officer has not chosen to keep the unit.
    live: RwLock<Option<Arc<Store>>>,
    me: RwLock<Me>,
    freshness: RwLock<Freshness>,
    pub(crate) prepared_home: Mutex<Option<Home>>,
    link: Mutex<Option<Arc<Link>>>,
    /// Wakes the reading of the record; the flag in it asks for a thorough one.
    pub(crate) wake: Notify,
    pub(crate) thorough: AtomicBool,
    /// What is known of the desk in this window.
    pub(crate) desk_now: Mutex<DeskNow>,
    /// Held by whoever sends, follows or changes what is in the outbox.
    pub(crate) desk_turn: tokio::sync::Mutex<()>,
    /// Held by whoever asks the desk something before a request is checked.
    pub(crate) asking_first: tokio::sync::Mutex<()>,
    /// Held by whoever keeps what is written and not sent.
    pub(crate) unsent_turn: Mutex<()>,
    /// The directory named another person than before when it was asked last.
    pub(crate) named_another: AtomicBool,
    /// Wakes the outbox.
    pub(crate) desk_wake: Notify,
    /// It has left the screen.
    pub(crate) closed: AtomicBool,
}

/// The way to an institution's systems.
pub(crate) struct Link {
    pub(crate) session: Session,
    pub(crate) directory: Directory,
    /// The desk's address, where there is one.
    pub(crate) desk: Option<String>,
    /// Where role and unit come from.
    pub(crate) role: RoleSource,
    issuer: String,
}

impl Open {
    pub(crate) fn new(
        identity: Identity,
        institution: Institution,
        keeping: Keeping,
        around: Arc<Surroundings>,
        store: Arc<Store>,
        me: Me,
    ) -> Result<Self, store::Error> {
        let freshness = Freshness {
            state: FreshnessState::Checking,
            read_at: store.fact(Fact::ReadAt)?,
            progress: None,
            full_read_only: store.fact(Fact::FullReadOnly)?.unwrap_or(false),
            unreadable: count(unreadable(&store)?.len()),
            problem: None,
        };
        Ok(Self {
            identity,
            institution,
            keeping,
            keychain_locked: false,
            around,
            store,
            live: RwLock::new(None),
            me: RwLock::new(me),
            freshness: RwLock::new(freshness),
            prepared_home: Mutex::new(None),
            link: Mutex::new(None),
            wake: Notify::new(),
            thorough: AtomicBool::new(false),
            desk_now: Mutex::new(DeskNow::default()),
            desk_turn: tokio::sync::Mutex::new(()),
            asking_first: tokio::sync::Mutex::new(()),
            unsent_turn: Mutex::new(()),
            named_another: AtomicBool::new(false),
            desk_wake: Notify::new(),
            closed: AtomicBool::new(false),
        })
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.institution.profile
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.around.now)()
    }

    pub(crate) fn me(&self) -> Me {
        self.me.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_me(&self, me: Me) {
        *self.me.write().unwrap_or_else(PoisonError::into_inner) = me;
    }

    /// The store that screens read: the live one where there is one that has been filled.
    pub(crate) fn shown(&self) -> Arc<Store> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(live.as_ref().unwrap_or(&self.store))
    }

    pub(crate) fn live(&self) -> Option<Arc<Store>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_live(&self, live: Option<Arc<Store>>) {
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = live;
    }

    /// Whether accounts that are seen only as the unit's IT officer go to the disk.
    pub(crate) fn keeps_unit(&self) -> bool {
        !self.store.is_kept() || self.me().role != Role::ItOfficer || self.keep_unit() == Some(true)
    }

    /// What this identity answered when it was asked whether to keep the unit. An answer that cannot be read keeps nothing.
    pub(crate) fn keep_unit(&self) -> Option<bool> {
        self.store.fact(Fact::KeepUnit).ok().flatten()
    }

    pub(crate) fn freshness(&self) -> Freshness {
        self.freshness.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the freshness and tells, if it differs.
    pub(crate) fn set_freshness(&self, change: impl FnOnce(&mut Freshness)) {
        let now = {
            let mut freshness = self.freshness.write().unwrap_or_else(PoisonError::into_inner);
            let before = freshness.clone();
            change(&mut freshness);
            if before == *freshness {
                return;
            }
            freshness.clone()
        };
        // Of somebody who is not on the screen it would be taken for news of whoever is.
        if !self.closed.load(Ordering::Acquire) {
            self.around.outside.tell(Event::Freshness(now));
        }
    }

    /// The way to the institution, made anew when the practice campus has come up elsewhere.
    ///
    /// # Errors
    /// [`ProblemCode::SignedOut`] where the profile now names other systems than those that were signed in to: tokens
    /// stay with whom they were made for.
    pub(crate) async fn link(&self) -> Result<Arc<Link>, Problem> {
        let Reached { provider, directory: base, accounts_path, role, desk } =
            reach(&self.around, &self.institution, self.identity.connection).await?;
        let subject: Option<Subject> = self.store.fact(Fact::Subject)?;
        let same = subject.is_some_and(|subject| {
            (subject.issuer.as_str(), subject.client.as_str(), subject.directory.as_str(), &subject.desk)
                == (provider.issuer.as_str(), provider.client_id.as_str(), base.as_str(), &desk)
        });
        if self.identity.connection == Connection::Real && !same {
            return Err(Problem::new(
                ProblemCode::SignedOut,
                "the institution's file names other systems than before",
            ));
        }
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(link) = link.as_ref().filter(|link| link.issuer == provider.issuer) {
            return Ok(Arc::clone(link));
        }
        let fresh = Arc::new(Link {
            issuer: provider.issuer.clone(),
            desk,
            role,
            directory: Directory::new(self.around.web.clone(), &base, &accounts_path)?,
            session: Session::new(
                self.around.web.clone(),
                provider,
                Arc::new(StoreVault(Arc::clone(&self.store))),
                self.around.refreshes.of(&self.identity.id),
            ),
        });
        *link = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// Notes in the list of identities when the record was read last, and whether the sign-in still holds.
    pub(crate) fn note(&self, read_at: Option<&str>, signed_in: bool) {
        let differs = |identity: &Identity| read_at.is_some() || identity.signed_in != signed_in;
        if !self.around.known().get(&self.identity.id).is_some_and(differs) {
            return;
        }
        let noted = self.around.change_known(|known| {
            if let Some(identity) = known.known.iter_mut().find(|identity| identity.id == self.identity.id) {
                identity.signed_in = signed_in;
                identity.contact = read_at.map(str::to_owned).or(identity.contact.take());
                identity.read_at = read_at.map(str::to_owned).or(identity.read_at.take());
            }
        });
        if let Err(problem) = noted {
            tracing::warn!(reason = %problem.message, "the list of identities was not written");
        }
    }

    /// Asks for a reading of the record now.
    pub(crate) fn check_now(&self, thorough: bool) {
        self.thorough.fetch_or(thorough, std::sync::atomic::Ordering::AcqRel);
        self.wake.notify_one();
    }
}

/// Where an institution's systems are.
pub(crate) struct Reached {
    pub(crate) provider: Provider,
    pub(crate) directory: String,
    /// Where the accounts are, below that.
    pub(crate) accounts_path: String,
    /// Where role and unit come from.
    pub(crate) role: RoleSource,
    pub(crate) desk: Option<String>,
}

/// Where an institution's systems are, by its chosen connection.
pub(crate) async fn reach(
    around: &Surroundings,
    institution: &Institution,
    connection: Connection,
) -> Result<Reached, Problem> {
    let profile = &institution.profile;
    let sign_in = &profile.connection.sign_in;
    match connection {
        Connection::Practice => {
            let ready = around.practice.ready(&profile.id, &institution.source(), &around.data).await?;
            let provider = Provider {
                issuer: ready.issuer,
                client_id: ready.client_id,
                scopes: ready.scopes,
                loopback_ports: Vec::new(),
                redirect_path: "/callback".into(),
                redirect_host: "127.0.0.1".into(),
                device_code: true,
                one_prompt: false,
                resource: None,
            };
            // The campus has its own paths, and says in /Me who is who.
            let (accounts_path, role) = (institutions::ACCOUNTS_PATH.into(), RoleSource::Me);
            Ok(Reached { provider, directory: ready.directory, accounts_path, role, desk: ready.desk })
        }
        Connection::Real => {
            let missing = profile.missing_for_real_use();
            if !missing.is_empty() {
                return Err(Problem::new(ProblemCode::NotSupplied, missing.join(", ")));
            }
            let provider = Provider {
                issuer: sign_in.issuer.clone(),
                client_id: sign_in.client_id.clone(),
                scopes: sign_in.scopes.clone(),
                loopback_ports: sign_in.loopback_ports.clone(),
                redirect_path: sign_in.redirect_path.clone(),
                redirect_host: match sign_in.redirect_host {
                    institutions::RedirectHost::Address => "127.0.0.1".into(),
                    institutions::RedirectHost::Name => "localhost".into(),
                },
                device_code: sign_in.device_code,
                one_prompt: sign_in.prompt == institutions::Prompt::One,
                resource: sign_in.resource.clone(),
            };
            let institutions::Directory { base, accounts_path } = profile.connection.directory.clone();
            let desk = profile.connection.desk.as_ref().map(|desk| desk.base.clone());
            Ok(Reached { provider, directory: base, accounts_path, role: sign_in.role.clone(), desk })
        }
    }
}

//! What tests of the client stand on: surroundings in which nobody is listening.

use crate::{
    catalogue::{Catalogue, Institution},
    client::Setup,
    identities::{Identities, Identity, Kept},
    open::{FirstScreen, Open, Subject, Surroundings},
    outside::{Event, Outside},
    practice::Practice,
    stage::{FindKeychain, Stage},
    tokens::{AllRefreshes, StoreVault},
    view::{Connection, Keeping, Preferences, SignInState},
};
use accounts::{Access, Account, Grant, Me, PersonRef, Principal, Standing};
use jiff::Timestamp;
use sign_in::{Secret, Tokens};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use store::{Fact, Incoming, KeptRequest, Keychain, MemoryKeychain, Store, StoreKey};
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
};
use web::{Limits, Web};

struct Nobody;

impl Outside for Nobody {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, _: Event) {}
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

/// Somebody who listens to how signing in goes.
struct Listener(UnboundedSender<SignInState>);

impl Outside for Listener {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, event: Event) {
        if let Event::SignIn(state) = event {
            drop(self.0.send(state));
        }
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

/// The usual surroundings, with what is kept in `data` and the time told by `now`.
pub(crate) fn surroundings(data: &Path, now: fn() -> Timestamp) -> Surroundings {
    Surroundings {
        data: data.to_owned(),
        web: Web::new(Limits::default()),
        now,
        outside: Arc::new(Nobody),
        practice: Practice::default(),
        identities: Mutex::new(Identities::default()),
        first_screen: FirstScreen::default(),
        refreshes: AllRefreshes::default(),
    }
}

pub(crate) fn maren() -> Me {
    Me {
        id: "me".into(),
        name: "Maren Tolliver".into(),
        username: "eart0001".into(),
        role: accounts::Role::Member,
        unit: None,
        held_units: vec![],
        groups: vec![],
        teams: vec![],
        category: None,
    }
}

/// Hers, with what is kept in the keychain's care.
pub(crate) fn identity() -> Identity {
    let Me { name, username, .. } = maren();
    Identity {
        id: "one".into(),
        institution: "oxford".into(),
        institution_name: "University of Oxford".into(),
        connection: Connection::Real,
        name,
        username,
        keeping: Kept::Keychain,
        read_at: None,
        signed_in: true,
        contact: None,
    }
}

/// A stage on which nobody stands, with the keychain of those it knows. It is noon on 22 November 2026.
pub(crate) fn stage_in(folder: &Path) -> (Arc<Stage>, Arc<MemoryKeychain>) {
    let keychain = Arc::new(MemoryKeychain::default());
    let known = Arc::clone(&keychain);
    let find: FindKeychain = Box::new(move || Ok(Arc::clone(&known) as Arc<dyn Keychain>));
    let around = Arc::new(surroundings(folder, || "2026-11-22T12:00:00Z".parse().unwrap()));
    (Arc::new(Stage::new(around, Catalogue::load(folder), find, Handle::current())), keychain)
}

/// The same at this computer's own time, and what is told of signing in.
pub(crate) fn stage_telling(folder: &Path) -> (Arc<Stage>, UnboundedReceiver<SignInState>) {
    let (teller, told) = mpsc::unbounded_channel();
    let outside = Arc::new(Listener(teller));
    let around = Surroundings { outside, ..surroundings(folder, Timestamp::now) };
    let find: FindKeychain = Box::new(|| Ok(Arc::new(MemoryKeychain::default()) as Arc<dyn Keychain>));
    (Arc::new(Stage::new(Arc::new(around), Catalogue::load(folder), find, Handle::current())), told)
}

/// Somebody who has just signed in, of whom nothing is kept.
pub(crate) fn in_memory(stage: &Stage, id: &str) -> Open {
    let store = Arc::new(Store::in_memory().unwrap());
    store.set_fact(Fact::Me, &maren()).unwrap();
    let institution = stage.catalogue.read().unwrap().get("oxford").cloned().unwrap();
    let contact = Some((stage.around.now)().to_string());
    let identity = Identity { id: id.into(), contact, ..identity() };
    Open::new(identity, institution, Keeping::Nothing, Arc::clone(&stage.around), store, maren()).unwrap()
}

/// Somebody whose institution was in contact at `contact`, with an account of somebody else, one of
/// their own, and a draft.
pub(crate) fn somebody(stage: &Stage, id: &str, contact: &str) -> StoreKey {
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
pub(crate) fn of_jo() -> Incoming {
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
pub(crate) fn of_her_own() -> Incoming {
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

/// A client over `data`, at noon on 22 November 2026.
pub(crate) fn setup(data: &Path, keychain: &Arc<MemoryKeychain>) -> Setup {
    let keychain = Arc::clone(keychain);
    Setup {
        data: data.to_owned(),
        outside: Arc::new(Nobody),
        keychain: Box::new(move || Ok(Arc::clone(&keychain) as Arc<dyn Keychain>)),
        now: || "2026-11-22T12:00:00Z".parse().unwrap(),
        runtime: Handle::current(),
        institution: None,
    }
}

/// An institution whose systems are all at `server`.
pub(crate) fn institution_at(server: &str, desk: Option<String>) -> Institution {
    let mut profile = institutions::builtin("oxford").unwrap();
    profile.connection.sign_in.issuer = server.into();
    profile.connection.sign_in.client_id = "desktop".into();
    profile.connection.directory.base = server.into();
    profile.connection.desk = desk.map(|base| institutions::Desk { base });
    Institution { profile: Arc::new(profile), file: None }
}

/// Whoever signed in there.
pub(crate) fn subject_at(server: &str) -> Subject {
    Subject {
        issuer: server.into(),
        client: "desktop".into(),
        directory: server.into(),
        desk: None,
        id: "me".into(),
        claims: serde_json::Map::new(),
        from_userinfo: None,
    }
}

/// A stage with "one" on it and "two" beside, both of [`institution_at`] `server`. The access token of the first has ended.
pub(crate) fn two_at(server: &str, folder: &Path) -> Arc<Stage> {
    let (stage, _) = stage_in(folder);
    stage.catalogue.write().unwrap().put(institution_at(server, None));
    for id in ["one", "two"] {
        let key = somebody(&stage, id, "2026-11-22T11:00:00Z");
        let store = Arc::new(stage.place(id).open(&key).unwrap());
        store.set_fact(Fact::Subject, &subject_at(server)).unwrap();
        let tokens = Tokens {
            access: Secret::new("access-1".into()),
            access_until: Some("2026-11-22T11:05:00Z".parse().unwrap()),
            refresh: Some(Secret::new("refresh-1".into())),
        };
        StoreVault(store).save(&tokens).unwrap();
    }
    stage.open_kept("one", None).unwrap();
    stage
}

/// Maren Tolliver, signed in at an institution whose systems are all at `server`, with an empty store in memory.
pub(crate) fn open_at(
    server: &str,
    desk: Option<String>,
    now: fn() -> Timestamp,
) -> (tempfile::TempDir, Arc<Open>) {
    let folder = tempfile::tempdir().unwrap();
    let open = open_in(surroundings(folder.path(), now), server, desk);
    (folder, open)
}

/// The same in surroundings that the test has made.
pub(crate) fn open_in(around: Surroundings, server: &str, desk: Option<String>) -> Arc<Open> {
    let institution = institution_at(server, desk.clone());
    let store = Arc::new(Store::in_memory().unwrap());
    let access_until = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let tokens = Tokens { access: Secret::new("token".into()), access_until, refresh: None };
    StoreVault(Arc::clone(&store)).save(&tokens).unwrap();
    let me = maren();
    store.set_fact(Fact::Me, &me).unwrap();
    store.set_fact(Fact::Subject, &Subject { desk, ..subject_at(server) }).unwrap();
    Arc::new(Open::new(identity(), institution, Keeping::Nothing, Arc::new(around), store, me).unwrap())
}

//! What tests of the client stand on: surroundings in which nobody is listening.

use crate::{
    catalogue::{Catalogue, Institution},
    identities::{Identities, Identity, Kept},
    open::{FirstScreen, Open, StoreVault, Subject, Surroundings},
    outside::{Event, Outside},
    practice::Practice,
    stage::{FindKeychain, Stage},
    view::{Connection, Keeping, Preferences},
};
use accounts::Me;
use jiff::Timestamp;
use sign_in::{Secret, Tokens, Vault};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use store::{Fact, Keychain, MemoryKeychain, Store};
use tokio::runtime::Handle;
use web::{Limits, Web};

pub(crate) struct Nobody;

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

/// Somebody who has just signed in, of whom nothing is kept.
pub(crate) fn in_memory(stage: &Stage, id: &str) -> Open {
    let store = Arc::new(Store::in_memory().unwrap());
    store.set_fact(Fact::Me, &maren()).unwrap();
    let institution = stage.catalogue.read().unwrap().get("oxford").cloned().unwrap();
    let contact = Some((stage.around.now)().to_string());
    let identity = Identity { id: id.into(), contact, ..identity() };
    Open::new(identity, institution, Keeping::Nothing, Arc::clone(&stage.around), store, maren()).unwrap()
}

/// Maren Tolliver, signed in at an institution whose systems are all at `server`, with an empty store in memory.
pub(crate) fn open_at(
    server: &str,
    desk: Option<String>,
    now: fn() -> Timestamp,
) -> (tempfile::TempDir, Arc<Open>) {
    let mut profile = institutions::builtin("oxford").unwrap();
    profile.connection.sign_in.issuer = server.into();
    profile.connection.sign_in.client_id = "desktop".into();
    profile.connection.directory.base = server.into();
    profile.connection.desk = desk.clone().map(|base| institutions::Desk { base });
    let folder = tempfile::tempdir().unwrap();
    let around = surroundings(folder.path(), now);
    let store = Arc::new(Store::in_memory().unwrap());
    let access_until = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let tokens = Tokens { access: Secret::new("token".into()), access_until, refresh: None };
    StoreVault(Arc::clone(&store)).save(&tokens).unwrap();
    let me = maren();
    store.set_fact(Fact::Me, &me).unwrap();
    let subject = Subject {
        issuer: server.into(),
        client: "desktop".into(),
        directory: server.into(),
        desk,
        id: "me".into(),
        claims: serde_json::Map::new(),
    };
    store.set_fact(Fact::Subject, &subject).unwrap();
    let institution = Institution { profile: Arc::new(profile), file: None };
    let open = Open::new(identity(), institution, Keeping::Nothing, Arc::new(around), store, me).unwrap();
    (folder, Arc::new(open))
}

//! The types that the front end is written against are those that Rust sends. `UPDATE=1` rewrites them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where what it stands on breaks"
)]

use client::view;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use ts_rs::{Config, ExportError, TS};

/// Everything that crosses between Rust and the window, with all that hangs on it.
fn export(folder: &Path) -> Result<(), ExportError> {
    let config = Config::new().with_out_dir(folder);
    view::Start::export_all(&config)?;
    view::SignInRequest::export_all(&config)?;
    view::SignInState::export_all(&config)?;
    view::Problem::export_all(&config)?;
    view::Freshness::export_all(&config)?;
    view::InstitutionChoice::export_all(&config)?;
    view::InstitutionView::export_all(&config)?;
    view::Search::export_all(&config)?;
    view::AccountPage::export_all(&config)?;
    view::AccountView::export_all(&config)?;
    view::PeopleSearch::export_all(&config)?;
    view::PeoplePage::export_all(&config)?;
    view::PersonView::export_all(&config)?;
    view::Home::export_all(&config)?;
    view::LookUp::export_all(&config)?;
    view::AccountTrail::export_all(&config)?;
    view::RequestRow::export_all(&config)?;
    view::RequestPage::export_all(&config)?;
    view::RequestView::export_all(&config)?;
    view::RequestFacet::export_all(&config)?;
    view::RequestForm::export_all(&config)?;
    view::Offer::export_all(&config)?;
    view::NameCheck::export_all(&config)?;
    view::PlanView::export_all(&config)?;
    view::Resolution::export_all(&config)?;
    view::Decision::export_all(&config)?;
    view::Said::export_all(&config)?;
    view::DueReminder::export_all(&config)?;
    view::FoundPeople::export_all(&config)?;
    view::Preferences::export_all(&config)
}

fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(
                    path.strip_prefix(folder).unwrap().to_owned(),
                    fs::read_to_string(&path).unwrap(),
                );
            }
        }
    }
    found
}

#[test]
fn the_bindings_are_those_of_the_rust_types() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/host/bindings");
    let fresh = tempfile::tempdir().unwrap();
    export(fresh.path()).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::remove_dir_all(&committed).unwrap();
        export(&committed).unwrap();
    }
    let (fresh, committed) = (files(fresh.path()), files(&committed));
    assert_eq!(
        committed.keys().collect::<Vec<_>>(),
        fresh.keys().collect::<Vec<_>>(),
        "run: cargo xtask generate"
    );
    for (name, text) in &fresh {
        assert_eq!(committed.get(name), Some(text), "{} is stale: run cargo xtask generate", name.display());
    }
}

//! The program where a package puts it, away from what built it.

use crate::{
    steps::practise,
    support::{Browser, By, Desktop, Keyring, Window, WindowOptions, app, campus_program},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folders of the Debian package, below one of our own.
fn install(below: &Path) -> PathBuf {
    let put = |from: &Path, to: &str| {
        let to = below.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        // A link spares copying hundreds of megabytes, where both are on one disk.
        if fs::hard_link(from, &to).is_err() {
            fs::copy(from, &to).unwrap();
        }
        to
    };
    put(&campus_program(), "usr/lib/secondary-accounts/campus");
    put(app(), "usr/bin/secondary-accounts")
}

#[tokio::test]
async fn an_installed_program_finds_the_practice_campus_that_came_with_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new();
    let options = WindowOptions { program: install(folder.path()), ..WindowOptions::default() };
    // Nor is it told by the environment where the campus is.
    let options = options.browser(&browser).variable("SECONDARY_ACCOUNTS_CAMPUS", "");
    let window = Window::open(&desktop, &options).await;
    practise(&window, &mut browser, "University of Colorado Boulder", "mato1001").await;
    window.find(By::heading("What do you need to know?")).await;
    window.close().await;
}

//! One program at a time.

use crate::{
    steps::signed_in,
    support::{By, Campus, Desktop, Elsewhere, Keyring, Window, WindowOptions, app, checkout},
};
use std::{fs, path::Path, process::Command};

/// Starts the program while it runs, in `folder`, and waits until that start has ended.
async fn start_again(desktop: &Desktop, folder: &Path, arguments: &[&str]) {
    let mut second = desktop.inside(Command::new(app()));
    second.args(arguments).current_dir(folder);
    let ended = tokio::task::spawn_blocking(move || second.status()).await.unwrap().unwrap();
    assert!(ended.success(), "the second one hands over and ends by itself");
}

#[tokio::test]
async fn a_second_start_brings_the_first_window_forward_and_ends() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let window = Window::open(&desktop, &WindowOptions::default()).await;
    window.find(By::heading("Where do you work or study?")).await;
    let elsewhere = Elsewhere::look(&desktop);
    assert!(elsewhere.has_focus());
    start_again(&desktop, Path::new("/"), &[]).await;
    window.wait_for("the focus", async || (!elsewhere.has_focus()).then_some(())).await;
    window.find(By::heading("Where do you work or study?")).await;
}

#[tokio::test]
async fn a_second_start_with_an_institution_offers_it_in_the_first_window() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    let profiles = checkout().join("src-tauri/crates/institutions/tests/profiles");
    start_again(&desktop, &profiles, &["--institution", "northfield.toml"]).await;
    window.wait_for_text("Sign in beside Maren Tolliver").await;
    window.find(By::Css("input[type=radio][value=northfield]:checked")).await;

    // Somebody mends a file and tries it: what is wrong with it stands there until it is right.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let text = fs::read_to_string(profiles.join("northfield.toml")).unwrap();
    fs::write(&file, text.replacen("name = ", "nmae = ", 1)).unwrap();
    start_again(&desktop, folder.path(), &["--institution", "mine.toml"]).await;
    window.wait_for_text("The file named at start cannot be used").await;
    fs::write(&file, text).unwrap();
    start_again(&desktop, folder.path(), &["--institution", "mine.toml"]).await;
    window.wait_until_gone("The file named at start cannot be used").await;
    window.click(By::link("Settings")).await;
    window.wait_for_text("Maren Tolliver").await;
}

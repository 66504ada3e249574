//! Institutions from files: good ones, broken ones, and those whose IT department has not connected them.

use crate::{
    steps::{go, look, practise, with_practice},
    support::{Browser, By, Desktop, Keyring, Window, WindowOptions, checkout},
};
use std::fs;

#[tokio::test]
async fn a_broken_file_is_named_with_its_line_and_what_would_be_right() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let oxford = checkout().join("src-tauri/crates/institutions/data/oxford/profile.toml");
    let text = fs::read_to_string(oxford).unwrap();
    let broken = text.replacen("offline-days = 90", "offline-days = 0", 1);
    let line = 1 + broken.lines().position(|line| line.starts_with("offline-days")).unwrap();
    fs::write(&path, broken).unwrap();
    let browser = Browser::new();
    let options = WindowOptions::default()
        .browser(&browser)
        .argument("--institution")
        .argument(path.display().to_string());
    let window = Window::open(&desktop, &options).await;
    window.wait_for_text("The file named at start cannot be used").await;
    window.wait_for_text(&format!("line {line}")).await;
    look(&window, "broken-profile").await;
}

#[tokio::test]
async fn an_institution_is_added_from_a_file_stays_and_can_be_practised_at() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let northfield = checkout().join("src-tauri/crates/institutions/tests/profiles/northfield.toml");
    let window = Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;
    window.click(By::button("Add an institution from a file")).await;
    look(&window, "add-from-file").await;
    window.fill(By::textbox("Path of the file"), &northfield.display().to_string()).await;
    window.click(By::button("Add it")).await;
    window.wait_for_text("Northfield").await;
    window.close().await;
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    window.wait_for_text("Northfield").await;
    // Its own directory and its own claims are not the practice campus's.
    practise(&window, &mut browser, "Northfield University", "eart0007").await;
    window.wait_for_text("accounts on this computer?").await;
    go(&window, "unit").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    look(&window, "practice-northfield").await;
}

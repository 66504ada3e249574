//! What is kept: under a passphrase, and out of a damaged file.

use crate::{
    steps::{connected, go, look, signed_in},
    support::{By, Campus, Desktop, Keyring, Window},
};
use rusqlite::Connection;
use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
};

const PASSPHRASE: &str = "slate river lantern orchard";

/// Has what is read kept from now on.
pub(crate) async fn keep_under_a_passphrase(window: &Window) {
    go(window, "settings").await;
    let fields = window.wait_for("the passphrase's fields", async || {
        let fields = window.all(By::Css("input[type=password]")).await;
        (!fields.is_empty()).then_some(fields)
    });
    for field in fields.await {
        field.send_keys(PASSPHRASE).await.unwrap();
    }
    window.press("Enter").await;
    window.wait_for_text("The key is made from your passphrase").await;
    window.wait_for_text("Up to date").await;
}

pub(crate) async fn say_the_passphrase(window: &Window) {
    window.fill(By::Css("input[type=password]"), PASSPHRASE).await;
    window.press("Enter").await;
}

/// Alters the one file that is kept under the passphrase, while no window is open.
pub(crate) fn kept(desktop: &Desktop, alter: impl FnOnce(&Connection)) {
    let folder = desktop.data().join("secondary-accounts/identities");
    let folder = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let key = store::Place::new(folder.clone()).passphrase().unwrap().unwrap().key(PASSPHRASE).unwrap();
    let key = key.as_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let file = Connection::open(folder.join("store.db")).unwrap();
    file.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).unwrap();
    alter(&file);
}

#[tokio::test]
async fn a_passphrase_keeps_what_a_missing_keychain_could_not() {
    let desktop = Desktop::open(Keyring::NoService);
    let campus = Campus::oxford();
    let (profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    keep_under_a_passphrase(&window).await;
    window.close().await;

    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.find(By::heading("Enter your passphrase")).await;
    look(&window, "passphrase").await;
    window.fill(By::Css("input[type=password]"), "slate river lantern").await;
    window.press("Enter").await;
    window.wait_for_text("passphrase").await;
    say_the_passphrase(&window).await;
    window.wait_for_text("5 you own, 4 you can use").await;
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_after_saving_what_can_be_and_that_is_counted() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    window.close().await;
    let identities = desktop.data().join("secondary-accounts/identities");
    let folder = fs::read_dir(&identities).unwrap().next().unwrap().unwrap().path();
    let mut file = OpenOptions::new().write(true).open(folder.join("store.db")).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
    drop(file);

    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.wait_for_text("What was saved was damaged").await;
    look(&window, "salvaged").await;
    window.click(By::button("I have read this")).await;
    window.wait_until_gone("What was saved was damaged").await;
    let kept: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        kept.iter().any(|name| name.to_string_lossy().starts_with("store.damaged-")),
        "the damaged file is kept: {kept:?}"
    );
}

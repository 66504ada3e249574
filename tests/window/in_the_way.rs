//! What else can stand in the way of what was saved: nothing is set aside for it, and what goes by itself is noticed.

use crate::{
    keeping::{keep_under_a_passphrase, kept, say_the_passphrase},
    steps::{connected, look, open_account, sign_in, signed_in},
    support::{By, Campus, Desktop, Keyring, Window, WindowOptions},
};
use std::fs;

const THERE: &str = "5 you own, 4 you can use";

#[tokio::test]
async fn what_stands_in_the_way_is_named_and_opens_by_itself_when_it_is_gone() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    window.close().await;
    let data = desktop.data().join("secondary-accounts");
    let kept = fs::read_dir(data.join("identities")).unwrap().next().unwrap().unwrap().path();
    let start = async || Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;

    let lock = fs::File::options().write(true).open(kept.join("store.lock")).unwrap();
    lock.lock().unwrap();
    let window = start().await;
    window.find(By::heading("Another window has it open")).await;
    look(&window, "store-held").await;
    drop(lock);
    window.wait_for_text(THERE).await;
    window.close().await;

    let (file, away) = (kept.join("store.db"), kept.join("away"));
    fs::rename(&file, &away).unwrap();
    fs::create_dir(&file).unwrap();
    let window = start().await;
    window.find(By::heading("The disk does not let it be read")).await;
    look(&window, "store-unreadable").await;
    fs::remove_dir(&file).unwrap();
    fs::rename(&away, &file).unwrap();
    window.wait_for_text(THERE).await;
    window.close().await;

    let copy = data.join("institutions/oxford.toml");
    let text = fs::read_to_string(&copy).unwrap();
    fs::write(&copy, format!("colour = \"green\"\n{text}")).unwrap();
    let window = start().await;
    window.find(By::heading("Your institution’s file cannot be read")).await;
    window.wait_for_text("line 1").await;
    assert!(window.all(By::button("Forget what was saved")).await.is_empty(), "nothing is wrong with that");
    look(&window, "institution-broken").await;
    fs::write(&copy, text).unwrap();
    window.wait_for_text(THERE).await;
}

#[tokio::test]
async fn help_is_there_before_anybody_signs_in() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let window = Window::open(&desktop, &WindowOptions::default()).await;
    window.find(By::heading("Where do you work or study?")).await;
    window.press("F1").await;
    window.wait_for_text("+44 1865 6 12345").await;
    look(&window, "help-before-signing-in").await;
    window.click(By::button("Back")).await;
    window.find(By::heading("Where do you work or study?")).await;
}

#[tokio::test]
async fn what_a_newer_version_wrote_is_left_as_it_is() {
    let desktop = Desktop::open(Keyring::NoService);
    let campus = Campus::oxford();
    let (_profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    keep_under_a_passphrase(&window).await;
    window.close().await;
    let newer = |by: i32| {
        kept(&desktop, |file| {
            let version: i32 = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            file.pragma_update(None, "user_version", version + by).unwrap();
        });
    };
    newer(1);

    let window = Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;
    say_the_passphrase(&window).await;
    window.find(By::heading("It was saved by a newer version")).await;
    look(&window, "store-newer").await;
    window.close().await;

    newer(-1);
    let window = Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;
    say_the_passphrase(&window).await;
    window.wait_for_text(THERE).await;
}

#[tokio::test]
async fn after_long_silence_other_people_are_gone_and_that_is_said_until_the_record_is_read_again() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::oxford();
    let (_profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    window.close().await;
    campus.stop();
    // The record was read long ago.
    let list = desktop.data().join("secondary-accounts/identities.json");
    let mut known: serde_json::Value = serde_json::from_slice(&fs::read(&list).unwrap()).unwrap();
    for when in ["readAt", "contact"] {
        known["known"][0][when] = "2026-01-05T09:00:00Z".into();
    }
    fs::write(&list, known.to_string()).unwrap();

    let window = Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;
    window.find(By::heading("Other people’s data has gone from this computer")).await;
    look(&window, "home-after-long-silence").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.find(By::heading("Who has access is not kept here any more")).await;
    look(&window, "people-after-long-silence").await;

    campus.restart();
    window.click(By::button("Check now")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    window.press("Control+1").await;
    window.wait_for_text(THERE).await;
    assert!(!window.text().await.contains("has gone from this computer"));
}

#[tokio::test]
async fn a_broken_list_of_who_uses_the_program_is_set_aside_and_each_is_found_again() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, mut browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    window.close().await;
    let data = desktop.data().join("secondary-accounts");
    fs::write(data.join("identities.json"), "{\"current\":\"").unwrap();

    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.wait_for_text("The list of who uses this program here was broken").await;
    look(&window, "welcome-set-aside").await;
    sign_in(&window, &mut browser, "eart0001").await;
    window.wait_for_text("The list of who uses this program here was broken").await;
    look(&window, "home-set-aside").await;
    window.click(By::button("I have read this")).await;
    window.wait_until_gone("was broken").await;
    let stores = fs::read_dir(data.join("identities")).unwrap().count();
    assert_eq!(stores, 1, "the store that there was is opened again");
    let copies = fs::read_dir(&data).unwrap().flatten();
    let copies = copies.filter(|entry| entry.file_name().to_string_lossy().starts_with("identities.broken-"));
    assert_eq!(copies.count(), 1, "the broken list is kept");
}

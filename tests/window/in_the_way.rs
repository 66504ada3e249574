//! What else can stand in the way of what was saved: nothing is set aside for it, and what goes by itself is noticed.

use crate::{
    steps::{look, signed_in},
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

//! The keychain in each state that a person's may be in.

use crate::{
    steps::{Connected, connected, go, look, sign_in, signed_in},
    support::{Browser, By, Campus, Desktop, Keyring, Window},
};

/// Somebody who signed in when the keychain was open, and closed the window.
async fn somebody(desktop: &Desktop, campus: &Campus) -> (Connected, Browser) {
    let (profile, browser, window) = signed_in(desktop, campus, "eart0001").await;
    window.close().await;
    (profile, browser)
}

#[tokio::test]
async fn a_locked_keychain_is_said_and_opens_what_was_kept_when_it_is_unlocked() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, browser) = somebody(&desktop, &campus).await;
    desktop.lock_keyring();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.find(By::heading("Your keychain is locked")).await;
    look(&window, "keychain-locked").await;
    desktop.unlock_keyring();
    window.click(By::button("Unlock the keychain")).await;
    window.wait_for_text("5 you own, 4 you can use").await;
}

#[tokio::test]
async fn no_keychain_beside_a_store_sets_nothing_aside() {
    let mut desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, browser) = somebody(&desktop, &campus).await;
    desktop.change_keyring(Keyring::NoService);
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.find(By::heading("The keychain does not answer")).await;
    look(&window, "keychain-unreachable").await;
    window.close().await;
    let kept = std::fs::read_dir(desktop.data().join("secondary-accounts/identities")).unwrap().count();
    assert_eq!(kept, 1, "the store is still there");
}

#[tokio::test]
async fn a_key_that_is_gone_is_not_a_first_run() {
    let mut desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, browser) = somebody(&desktop, &campus).await;
    // Another, open keychain, in which the key never was.
    desktop.change_keyring(Keyring::NoService);
    std::fs::remove_dir_all(desktop.data().join("keyrings")).unwrap();
    desktop.change_keyring(Keyring::Unlocked);
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.find(By::heading("The key is not in the keychain")).await;
    look(&window, "key-not-found").await;
}

#[tokio::test]
async fn without_any_keychain_nothing_is_kept_and_the_program_says_so() {
    for keyring in [Keyring::NoBus, Keyring::NoCollection] {
        let desktop = Desktop::open(keyring);
        let campus = Campus::oxford();
        let profile = Connected::to_campus(&campus);
        let mut browser = Browser::new();
        let window = Window::open(&desktop, &connected(&browser, &profile)).await;
        sign_in(&window, &mut browser, "eart0001").await;
        window.find(By::heading("Nothing is kept after the window closes")).await;
        if keyring == Keyring::NoBus {
            look(&window, "home-nothing-kept").await;
        }
        window.click(By::link("Set a passphrase in Settings")).await;
        window.find(By::textbox("The same again")).await;
        window.wait_for_text("Nothing is kept after the window closes").await;
        if keyring == Keyring::NoBus {
            look(&window, "settings-nothing-kept").await;
        }
        go(&window, "").await;
        window.click(By::button("I have read this")).await;
        window.wait_until_gone("Nothing is kept after the window closes").await;
        window.close().await;
        let kept = std::fs::read_dir(desktop.data().join("secondary-accounts/identities"));
        assert_eq!(kept.map_or(0, Iterator::count), 0, "{keyring:?}");
    }
}

//! What each role is shown, and what it is not.

use crate::{
    steps::{connected, go, look, open_account, practise, signed_in, with_practice},
    support::{Browser, By, Campus, Desktop, Keyring, Window},
};

#[tokio::test]
async fn a_plain_delegate_sees_their_own_rights_and_whom_to_ask() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Oxford", "eart0412").await;
    look(&window, "home-delegate").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Only the owner and IT").await;
    let text = window.text().await;
    assert!(text.contains("Maren Tolliver"), "the owner is whom to ask: {text}");
    assert!(!text.contains("Tomasz Birkwood"), "other people's access is not a delegate's business: {text}");
    look(&window, "account-people-delegate").await;
}

#[tokio::test]
async fn an_it_officer_looks_after_a_unit_and_chooses_whether_to_keep_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Oxford", "eart0007").await;
    window.wait_for_text("Keep your unit’s accounts on this computer?").await;
    look(&window, "home-officer").await;
    window.click(By::button("Keep them")).await;
    window.wait_until_gone("Keep your unit’s accounts on this computer?").await;
    go(&window, "unit").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    look(&window, "unit-officer").await;
}

#[tokio::test]
async fn the_service_desk_looks_up_an_owner_and_nothing_of_it_is_kept() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Oxford", "itsd0003").await;
    go(&window, "look-up").await;
    window.fill(By::textbox("Username, address, shown name or owner"), "enquiries").await;
    window.press("Enter").await;
    window.wait_for_text("Maren Tolliver").await;
    look(&window, "look-up").await;
}

#[tokio::test]
async fn at_boulder_nobody_can_be_listed_and_that_is_said() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Colorado Boulder", "mato1001").await;
    look(&window, "home-boulder").await;
    window.press("1").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    window.press("Control+k").await;
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
    look(&window, "account-boulder").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("its own username and password").await;
    assert!(window.all(By::Css("table")).await.is_empty(), "an empty grid would say that nobody has access");
    look(&window, "account-people-boulder").await;
}

#[tokio::test]
async fn a_unit_that_is_not_to_be_kept_is_here_while_the_window_is_and_gone_after() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::oxford();
    let (profile, browser, window) = signed_in(&desktop, &campus, "eart0007").await;
    window.click(By::button("Do not keep them")).await;
    window.wait_until_gone("Keep your unit’s accounts on this computer?").await;
    window.wait_for_text("Up to date").await;
    go(&window, "unit").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    window.wait_for_text("enquiries@earth.example.edu").await;
    go(&window, "settings").await;
    window.wait_for_text("Your unit’s accounts").await;
    look(&window, "settings-unit-not-kept").await;
    window.close().await;

    campus.stop();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.wait_for_text("Offline").await;
    go(&window, "unit").await;
    window.wait_for_text("Your unit’s accounts are not kept here").await;
    let text = window.text().await;
    assert!(!text.contains("enquiries@earth.example.edu"), "the unit's accounts are gone: {text}");
    assert!(!text.contains("My unit\n0"), "and nobody says that it has none: {text}");
    look(&window, "unit-not-kept").await;
}

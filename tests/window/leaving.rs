//! Signing out and switching: what waits is told of before, and afterwards who is on the screen.

use crate::{
    asking::{WITH_DESK, at_the_check_of_a_name},
    steps::{A_WHILE, go, look, signed_in_with_desk},
    support::{By, CampusOptions, Desktop, Front, Keyring, Spoil},
};

const UNSENT: &str = "1 request is not known to be sent";

#[tokio::test]
async fn requests_that_wait_are_told_of_before_signing_out_and_go_once_their_writer_is_there_again() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let front = Front::before(CampusOptions::of("oxford"));
    let (_profile, mut browser, window) = signed_in_with_desk(&desktop, &front.campus, "eart0001").await;
    go(&window, "settings").await;
    window.click(By::link("Sign in as somebody else too")).await;
    window.click(By::button("Continue in your browser")).await;
    let link = browser.next_link(A_WHILE).await;
    browser.sign_in_as(&link, "outreach").await;
    window.wait_for_text("1 you own, 0 you can use").await;
    go(&window, "settings").await;
    window.click(By::button("Switch to Maren Tolliver")).await;
    window.wait_for_text("5 you own, 4 you can use").await;

    front.spoil("/desk/v1/*", Spoil::later(600));
    at_the_check_of_a_name(&window, "Earth enquiries").await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text("Waiting for connection").await;

    go(&window, "settings").await;
    window.click(By::button("Switch to Earth Sciences Outreach")).await;
    window.find(By::heading(UNSENT)).await;
    window.wait_for_text("this one waits until Maren Tolliver is there again").await;
    look(&window, "settings-switch-unsent").await;
    window.press("Escape").await;
    window.wait_until_gone(UNSENT).await;

    window.click(By::button("Sign out")).await;
    window.find(By::heading(UNSENT)).await;
    look(&window, "settings-sign-out-unsent").await;
    window.click(By::button("Stay signed in")).await;
    window.wait_until_gone(UNSENT).await;
    window.click(By::button("Sign out")).await;
    window.find(By::heading(UNSENT)).await;
    window.click(By::Css("dialog .btn.danger")).await;
    window.wait_for_text("Maren Tolliver is signed out. This is").await;
    look(&window, "home-somebody-else-now").await;

    // Somebody else's window does not send it, and no harm comes to it.
    front.heal();
    let maren = front.campus.token_of("eart0001").await;
    let at_desk = async || front.campus.ask_desk("GET", "/requests", &maren, None).await["total"].clone();
    assert_eq!(at_desk().await, 0);
    go(&window, "settings").await;
    window.click(By::button("Switch to Maren Tolliver")).await;
    window.wait_for_text("Signed out").await;
    window.click(By::button("Sign in again")).await;
    let link = browser.next_link(A_WHILE).await;
    browser.sign_in_as(&link, "eart0001").await;
    go(&window, "requests").await;
    window.click(By::Css(".list .item")).await;
    window.wait_for_text(WITH_DESK).await;
    assert_eq!(at_desk().await, 1);
}

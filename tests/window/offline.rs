//! Without a network: everything seen before is there, with its age; nothing blocks and nothing pretends.

use crate::{
    steps::{go, look, open_account, signed_in},
    support::{By, Campus, CampusOptions, Desktop, Fate, Front, Keyring, Window},
};

#[tokio::test]
async fn cut_off_in_the_middle_and_started_without_a_network() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::oxford();
    let (_profile, browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    assert!(!window.text().await.contains("Practice:"), "this is not the practice connection");

    campus.stop();
    window.click(By::button("Check now")).await;
    window.wait_for_text("Offline").await;
    window.wait_for_text("You are offline").await;
    look(&window, "home-offline").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    window.close().await;

    // A new start, still without a network, and without the file that named the institution.
    let window = Window::open(&desktop, &crate::support::WindowOptions::default().browser(&browser)).await;
    window.wait_for_text("5 you own, 4 you can use").await;
    window.wait_for_text("Offline").await;
    open_account(&window, "sem", "seminars@earth.example.edu").await;

    // The network is back: the same sign-in goes on.
    campus.restart();
    window.click(By::button("Try again")).await;
    window.wait_for_text("Up to date").await;
}

#[tokio::test]
async fn signing_out_leaves_what_was_read_and_forgetting_does_not() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in(&desktop, &campus, "eart0412").await;
    go(&window, "settings").await;
    window.click(By::button("Sign out")).await;
    window.find(By::heading("Where do you work or study?")).await;
    look(&window, "welcome-saved").await;
    window.click(By::button("Jo Ferrand, University of Oxford")).await;
    window.wait_for_text("Signed out").await;
    look(&window, "home-signed-out").await;
    go(&window, "settings").await;
    window.click(By::button("Forget Jo Ferrand")).await;
    look(&window, "forget").await;
    window.click(By::Css("dialog .btn.danger")).await;
    window.find(By::heading("Where do you work or study?")).await;
    // The window closes the identity first and takes it off the list when its key and its files are gone.
    window.wait_until_gone("Jo Ferrand").await;
    let stores = std::fs::read_dir(desktop.data().join("secondary-accounts/identities"));
    assert_eq!(stores.map_or(0, Iterator::count), 0, "nor on the disk");
}

#[tokio::test]
async fn a_look_that_nothing_answers_is_said_to_have_no_answer_yet() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let front = Front::before(CampusOptions::of("oxford"));
    let (_profile, _browser, window) = signed_in(&desktop, &front.campus, "eart0001").await;
    front.next("GET /scim/v2/SecondaryAccounts", Fate::HeldBack);
    window.click(By::button("Check now")).await;
    front.until_held();
    window.wait_for_text("No answer yet. What is shown stays as it was.").await;
    look(&window, "home-no-answer-yet").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    front.release();
    window.wait_for_text("Up to date").await;
}

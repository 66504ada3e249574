//! What changes while somebody asks, or while somebody decides: shown, and ended as one chooses.

use crate::{
    asking::{WITH_DESK, at_the_check_of_a_name, at_the_decision, at_the_desk, send_checked, to_the_check},
    steps::{look, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring, Window},
};
use serde_json::json;

/// Somebody else gives the account another name.
async fn rename_meanwhile(campus: &Campus) {
    let name = json!([{ "op": "replace", "path": "displayName", "value": "Earth Sciences desk" }]);
    campus.alter("enquiries", name).await;
}

/// Maren asks for another name, and meanwhile somebody else has changed it.
async fn in_conflict(window: &Window, campus: &Campus) {
    at_the_check_of_a_name(window, "Earth enquiries").await;
    rename_meanwhile(campus).await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text("Not sent: changed meanwhile").await;
}

#[tokio::test]
async fn a_conflict_shows_three_states_and_ends_as_one_chooses() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    in_conflict(&window, &campus).await;
    for text in ["When you wrote it", "Earth Sciences Enquiries", "Earth Sciences desk", "Earth enquiries"] {
        window.wait_for_text(text).await;
    }
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "nothing was sent");
    look(&window, "request-conflict").await;
    window.click(By::button("Adjust it")).await;
    window.wait_for_text("Now: Earth Sciences desk").await;
    to_the_check(&window).await;
    send_checked(&window).await;
    assert_eq!(at_the_desk(&campus, &clerk).await.len(), 1);
    window.click(By::button("Withdraw")).await;
    window.wait_for_text("It was taken back before it was decided.").await;
    look(&window, "request-withdrawn").await;
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "nobody has to decide any more");
}

#[tokio::test]
async fn what_one_wanted_goes_all_the_same_or_is_dropped() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    in_conflict(&window, &campus).await;
    window.click(By::button("Drop it")).await;
    window.find(By::heading("Drop this request?")).await;
    look(&window, "request-conflict-drop").await;
    window.press("Escape").await;
    window.wait_until_gone("Drop this request?").await;
    window.click(By::button("Send what I wanted")).await;
    window.wait_for_text(WITH_DESK).await;
    let waiting = at_the_desk(&campus, &clerk).await;
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].to_string().contains("Earth enquiries"), "{waiting:?}");
    window.click(By::button("Withdraw")).await;
    window.wait_for_text("It was taken back before it was decided.").await;

    let name = json!([{ "op": "replace", "path": "displayName", "value": "Earth Sciences Enquiries" }]);
    at_the_check_of_a_name(&window, "Earth questions").await;
    campus.alter("enquiries", name).await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text("Not sent: changed meanwhile").await;
    window.click(By::button("Drop it")).await;
    window.click(By::Css("dialog .btn.danger")).await;
    window.wait_for_text("No open request").await;
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "it was never sent");
}

#[tokio::test]
async fn an_approval_looks_again_and_is_given_all_the_same_where_that_is_wanted() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_check_of_a_name(&window, "Earth enquiries").await;
    send_checked(&window).await;
    rename_meanwhile(&campus).await;

    let (_profile, _browser, clerk) = at_the_decision(&other, &campus).await;
    clerk.click(By::button("Approve")).await;
    clerk.wait_for_text("What changed since it was asked").await;
    for text in ["When it was asked", "Earth Sciences Enquiries", "Earth Sciences desk", "Earth enquiries"] {
        clerk.wait_for_text(text).await;
    }
    look(&clerk, "request-changed-since-asked").await;
    clerk.find(By::button("Refuse")).await;
    clerk.click(By::button("Approve all the same")).await;
    clerk.wait_for_text("Nothing to decide").await;
}

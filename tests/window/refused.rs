//! A request that the desk refuses in whole: its reasons stand at their fields, and it goes once they are put right.

use crate::{
    asking::{WITH_DESK, add_leonie, at_the_desk, at_the_form, to_the_check},
    steps::{look, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring},
};
use serde_json::json;

/// Where the record keeps somebody's last day.
const LEAVES_ON: &str = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User:leavesOn";

#[tokio::test]
async fn what_is_put_right_and_emptied_again_takes_the_keys_from_nobody() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    window.run("location.hash = '#/ask/ask-desk'", &[]).await;
    window.click(By::button("Continue")).await;
    window.find(By::Css("[role=alert]:focus")).await;
    window.press("Tab").await;
    window.press("Enter").await;
    window.find(By::Css("#q-subject:focus")).await;
    window.write("a").await;
    window.wait_for_text("There is 1 thing to put right").await;
    window.press("Backspace").await;
    window.write("Who may own one?").await;
    assert_eq!(window.run("return document.activeElement.value", &[]).await, "Who may own one?");
    window.fill(By::Css("#q-message"), "An account for our club.").await;
    window.wait_until_gone("thing to put right").await;
    to_the_check(&window).await;
}

#[tokio::test]
async fn what_the_desk_refuses_is_told_at_its_field_and_put_right_there() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    window.click(By::Css("[aria-label='Jo Ferrand: Send as it']")).await;
    to_the_check(&window).await;
    // She leaves between the check and the sending.
    let left = json!([{ "op": "replace", "path": LEAVES_ON, "value": "2020-01-31" }]);
    campus.alter_person("stud0224", left).await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text("Not taken by the Service Desk").await;
    window.wait_for_text("Leonie Strake: Somebody who has left cannot be given access.").await;
    look(&window, "request-refused-in-whole").await;
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "nothing of it was taken");

    window.click(By::link("Change it")).await;
    let said = "The Service Desk said: “Leonie Strake: Somebody who has left cannot be given access.”";
    window.wait_for_text(said).await;
    window.find(By::Css("[role=alert]:focus")).await;
    look(&window, "change-access-refused-field").await;
    // The summary leads to her choice, which says the same.
    window.press("Tab").await;
    window.press("Enter").await;
    window.find(By::Css("fieldset[aria-describedby$='-error']:focus-within")).await;
    window.click(By::Css("[aria-label='Do not add Leonie Strake']")).await;
    window.wait_until_gone(said).await;
    to_the_check(&window).await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text(WITH_DESK).await;
    assert_eq!(at_the_desk(&campus, &clerk).await.len(), 1);
}

//! Days of access: what is kept until its day, and what was to end. Nobody acts on a day by itself, so this computer reminds.

use crate::{
    asking::{ADD, WITH_DESK, add_leonie, approve, at_the_desk, at_the_form, check, to_the_check},
    steps::{at_the_check, connected, go, look, signed_in_with_desk},
    support::{By, Campus, CampusOptions, Desktop, Keyring, Window},
};

/// Today, where the institution is.
pub(crate) async fn today(window: &Window) -> String {
    let day = "return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format()";
    window.run(day, &[]).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_request_for_a_later_day_is_kept_here_and_reminds() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (profile, browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    window.wait_for_text("Nobody begins or ends access on a day by itself").await;
    // What cannot be is told on top and at its field.
    window.fill(By::Css("#begins"), "1 March 2028").await;
    window.fill(By::Css("#ends"), "31 January 2028").await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("It cannot end before it begins").await;
    look(&window, "dates-faults").await;
    window.fill(By::Css("#ends"), "30 June 2028").await;
    window.wait_until_gone("thing to put right").await;
    window.click(By::button("Write the days into the line below")).await;
    window.run("document.querySelector('#ca-dates').scrollIntoView()", &[]).await;
    look(&window, "dates").await;
    to_the_check(&window).await;
    window.wait_for_text("Wanted from 1 March 2028 until 30 June 2028.").await;
    look(&window, "dates-check").await;
    window.click(By::link("Keep, and remind me on 1 March 2028")).await;
    window.wait_for_text("Reminder on this computer: send it on 1 March 2028").await;
    look(&window, "dates-kept").await;
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "nothing was sent");
    go(&window, "").await;
    window.wait_for_text("Needs you").await;
    assert!(!window.text().await.contains("Check and send"), "its day has not come");

    // The day has come: it is chosen anew, which is the same as waiting for it.
    go(&window, "requests").await;
    window.click(By::Css(".list .item")).await;
    window.click(By::link("Change it")).await;
    let day = today(&window).await;
    window.fill(By::Css("#begins"), &day).await;
    to_the_check(&window).await;
    window.wait_until_gone("Keep, and remind me").await;
    window.click(By::link("Save as draft")).await;
    window.close().await;

    // Another start: Home says what is to be sent.
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.wait_for_text("Send: add Leonie Strake").await;
    look(&window, "dates-home-send").await;
    window.click(By::Css(".need .do a[href$='/check']")).await;
    window.click(By::button(ADD)).await;
    window.wait_for_text(WITH_DESK).await;
    let sent = at_the_desk(&campus, &clerk).await;
    assert_eq!(sent.len(), 1);
    let travelled = sent[0]["wish"].to_string();
    assert!(!travelled.contains("2028"), "the days stay here, but for the line: {travelled}");
    go(&window, "").await;
    window.wait_until_gone("Send: add Leonie Strake").await;
}

#[tokio::test]
async fn access_that_was_to_end_is_asked_to_and_the_reminder_goes_with_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "0"));
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    let day = today(&window).await;
    window.fill(By::Css("#ends"), &day).await;
    to_the_check(&window).await;
    window.click(By::button(ADD)).await;
    window.wait_for_text(WITH_DESK).await;
    go(&window, "").await;
    assert!(!window.text().await.contains("Access was to end"), "it is not there yet");
    go(&window, "requests").await;
    window.click(By::Css(".list .item")).await;
    approve(&campus, &clerk).await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    window.wait_for_text("Reminder on this computer: access was to end on").await;
    look(&window, "dates-request-end").await;

    go(&window, "").await;
    window.wait_for_text("Access was to end").await;
    look(&window, "dates-home-end").await;
    window.tab_to(By::Css(".need .do button"), 60).await;
    window.press("Enter").await;
    at_the_check(&window).await;
    window.click(By::button("Send request: remove 1")).await;
    window.wait_for_text(WITH_DESK).await;
    approve(&campus, &clerk).await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    go(&window, "").await;
    window.wait_until_gone("Access was to end").await;
    assert!(!campus.account("enquiries").await["grants"].to_string().contains("Leonie"));
}

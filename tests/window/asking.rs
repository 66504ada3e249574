//! The road of a request, in the steps that several walks take: from the form over the check page to the desk, and what the desk
//! does with it.

use crate::{
    steps::{at_the_check, look, open_account, signed_in_with_desk},
    support::{Browser, By, Campus, CampusOptions, Connected, Desktop, Window},
};
use serde_json::{Value, json};

pub(crate) const ADD: &str = "Send request: add 1";
/// What is said at both institutions of a request that has arrived.
pub(crate) const WITH_DESK: &str = "It arrived as";

/// A campus where what is approved is so at once, with the token of somebody who decides.
pub(crate) async fn with_nothing_to_wait_for(institution: &str) -> (Campus, String) {
    let campus = Campus::start(&CampusOptions::of(institution).with("--apply-seconds", "0"));
    let clerk = campus.token_of(if institution == "boulder" { "saok0003" } else { "itsd0003" }).await;
    (campus, clerk)
}

/// Maren's account, on the page where access is changed.
pub(crate) async fn at_the_form(window: &Window) {
    open_account(window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.click(By::link("Change who has access")).await;
    window.find(By::Css("[role=combobox]")).await;
}

/// Adds Leonie, who is not on this computer yet: the desk knows her.
pub(crate) async fn add_leonie(window: &Window) {
    add(window, "leonie", "Leonie Strake").await;
}

/// Adds somebody who is found by what is `typed`, with the second choice of what they may do.
pub(crate) async fn add(window: &Window, typed: &str, name: &str) {
    choose(window, "[role=combobox]", typed, name).await;
    window.wait_for_text(&format!("What should {name} be able to do?")).await;
    window.click(By::Css("label:nth-of-type(2) input[type=radio]")).await;
}

/// Somebody, by what is typed of their name, with the mouse.
pub(crate) async fn choose(window: &Window, field: &str, typed: &str, name: &str) {
    window.fill(By::Css(field), typed).await;
    window.wait_for_text(name).await;
    window.click(By::Css("[role=option]")).await;
}

/// From the form, filled in, to the check page.
pub(crate) async fn to_the_check(window: &Window) {
    window.click(By::button("Continue")).await;
    at_the_check(window).await;
}

/// Sends what was checked, by whatever name the button has, and waits until it has arrived.
pub(crate) async fn send_checked(window: &Window) {
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text(WITH_DESK).await;
}

/// Maren has asked for Leonie's access.
pub(crate) async fn ask_for_leonie(window: &Window) {
    at_the_form(window).await;
    add_leonie(window).await;
    to_the_check(window).await;
    window.click(By::button(ADD)).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
}

/// The check page of another display name for Maren's account.
pub(crate) async fn at_the_check_of_a_name(window: &Window, name: &str) {
    open_account(window, "enq", "enquiries").await;
    window.click(By::Css("main a[href$='/ask']")).await;
    window.click(By::Css("a[href$='/ask/set-details']")).await;
    window.fill(By::Css("#display-name"), name).await;
    to_the_check(window).await;
}

/// What waits at the desk, as somebody of the Service Desk sees it.
pub(crate) async fn at_the_desk(campus: &Campus, token: &str) -> Vec<Value> {
    let list = campus.ask_desk("GET", "/requests?scope=to-decide", token, None).await;
    list["requests"].as_array().unwrap().clone()
}

/// Approves the one request that waits.
pub(crate) async fn approve(campus: &Campus, token: &str) {
    let waiting = at_the_desk(campus, token).await;
    assert_eq!(waiting.len(), 1, "one request waits: {waiting:?}");
    approve_one(campus, token, waiting[0]["id"].as_str().unwrap()).await;
}

pub(crate) async fn approve_one(campus: &Campus, token: &str, reference: &str) {
    let path = format!("/requests/{reference}/decision");
    campus.ask_desk("POST", &path, token, Some(&json!({ "approve": true, "reason": "" }))).await;
}

/// Asks for news with the request's own button, which comes after the record's at the top. While it looks it has another name.
pub(crate) async fn check(window: &Window) {
    let own = async || window.all(By::button("Check now")).await.into_iter().nth(1)?.click().await.ok();
    window.wait_for("the request's own button to take a click", own).await;
}

/// Samir of the Service Desk in a window of his own, with the one request that waits for him.
pub(crate) async fn at_the_decision(desktop: &Desktop, campus: &Campus) -> (Connected, Browser, Window) {
    at_the_decision_of(desktop, campus, "itsd0003", "home-to-decide").await
}

/// The same for whoever decides, with the `picture` of their Home.
pub(crate) async fn at_the_decision_of(
    desktop: &Desktop,
    campus: &Campus,
    username: &str,
    picture: &str,
) -> (Connected, Browser, Window) {
    let (profile, browser, clerk) = signed_in_with_desk(desktop, campus, username).await;
    clerk.find(By::heading("One request to decide")).await;
    look(&clerk, picture).await;
    clerk.click(By::link("Decide")).await;
    clerk.click(By::Css(".list .item")).await;
    (profile, browser, clerk)
}

//! The ways to sign in: the browser with its link to copy and its time limit, and a code on another device.

use crate::{
    steps::{A_WHILE, Connected, come_back, connected, look},
    support::{Browser, By, Campus, CampusOptions, Desktop, Front, Keyring, Spoil, Window},
};
use std::net::TcpStream;
use url::Url;

const CODE: &str = "device-code = true";

fn campus() -> CampusOptions {
    CampusOptions::of("oxford").with("--device-interval", "1")
}

/// The value of the first field that matches.
async fn value(window: &Window, field: &str) -> String {
    let field = window.find(By::Css(field)).await;
    field.prop("value").await.unwrap().unwrap_or_default()
}

/// The page for the code, with the code typed: both as the window shows them.
pub(crate) async fn shown_page(window: &Window) -> Url {
    window.find(By::heading("Enter this code")).await;
    let code = value(window, "input.big").await;
    let address =
        window.run("return document.querySelector('main a[href], .stack a[href]').innerText", &[]).await;
    let mut page = Url::parse(address.as_str().unwrap().trim()).expect("the window shows an address");
    assert_eq!(page.query(), None, "short enough to type: {page}");
    page.query_pairs_mut().append_pair("user_code", &code);
    page
}

#[tokio::test]
async fn a_code_approved_on_another_device_leads_home() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::start(&campus());
    let profile = Connected::to_campus_with(&campus, CODE);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Sign in with a code instead")).await;
    let page = shown_page(&window).await;
    look(&window, "sign-in-code").await;
    assert!(browser.take_link().is_none(), "nothing is opened on this computer");
    let landing = browser.approve_code(&page, "eart0001").await;
    assert!(landing.page.contains("Go back to the program"), "{}", landing.page);
    window.find(By::heading("What do you need to know?")).await;
    window.wait_for_text("5 you own, 4 you can use").await;
}

#[tokio::test]
async fn a_code_that_is_refused_or_runs_out_says_so_and_another_way_is_there() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let front = Front::before(campus());
    let profile = Connected::to_campus_with(&front.campus, CODE);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Sign in with a code instead")).await;
    let page = shown_page(&window).await;
    browser.refuse_code(&page).await;
    window.find(By::heading("Signing in did not work")).await;
    window.wait_for_text("Sign-in was refused").await;
    look(&window, "sign-in-code-refused").await;

    // A provider whose codes are short-lived.
    front.spoil("/device_authorization", Spoil::bend(|answer| answer["expires_in"] = 2.into()));
    window.click(By::button("Try again")).await;
    window.wait_for_text("Nobody finished in time").await;
    window.click(By::button("Use the browser instead")).await;
    come_back(&window, &mut browser, "eart0001").await;
}

#[tokio::test]
async fn the_link_to_the_sign_in_page_can_be_copied_and_opened_again() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let profile = Connected::to_campus(&campus);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Continue in your browser")).await;
    let link = browser.next_link(A_WHILE).await;
    window.click(By::button("Copy")).await;
    window.wait_for_text("Copied.").await;
    window.click(By::button("Open the browser again")).await;
    assert_eq!(browser.next_link(A_WHILE).await, link, "the same sign-in goes on");

    // What is on the clipboard is seen where it is pasted.
    window.click(By::button("Cancel")).await;
    window.click(By::button("Add an institution from a file")).await;
    window.click(By::textbox("Path of the file")).await;
    window.press("Control+v").await;
    assert_eq!(value(&window, "input.in").await, link.as_str());
    assert!(!listens(&link), "a cancelled sign-in waits for nobody");

    window.press("Escape").await;
    window.click(By::button("Continue in your browser")).await;
    come_back(&window, &mut browser, "eart0001").await;
}

#[tokio::test]
async fn a_sign_in_that_nobody_finishes_ends_by_itself() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let profile = Connected::to_campus_with(&campus, "browser-seconds = 3");
    let browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Continue in your browser")).await;
    let link = browser.next_link(A_WHILE).await;
    window.find(By::heading("Signing in did not work")).await;
    window.wait_for_text("Nobody finished in time").await;
    look(&window, "sign-in-timed-out").await;
    assert!(!listens(&link), "its way back is closed");
    window.click(By::button("Back")).await;
    window.find(By::heading("Where do you work or study?")).await;
}

/// Whether anybody listens where the browser is to come back to.
fn listens(link: &Url) -> bool {
    let (_, back) = link.query_pairs().find(|(name, _)| name == "redirect_uri").expect("a way back");
    let back = Url::parse(&back).expect("an address");
    TcpStream::connect(("127.0.0.1", back.port().expect("a port"))).is_ok()
}

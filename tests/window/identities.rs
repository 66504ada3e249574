//! Several identities side by side, other ways of signing in, and answers that are not the expected ones.

use crate::{
    steps::{A_WHILE, Connected, come_back, connected, go, look, signed_in},
    support::{Browser, By, Campus, Desktop, Keyring, Window},
};

#[tokio::test]
async fn a_person_and_an_account_with_its_own_sign_in_stand_side_by_side() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, mut browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    go(&window, "settings").await;
    window.click(By::link("Sign in as somebody else too")).await;
    window.click(By::button("Continue in your browser")).await;
    let link = browser.next_link(A_WHILE).await;
    let prompt = link.query_pairs().find(|(name, _)| name == "prompt").map(|(_, value)| value.into_owned());
    let prompt = prompt.unwrap_or_default();
    assert!(prompt.contains("select_account") && prompt.contains("login"), "the provider asks who: {prompt}");
    let landing = browser.sign_in_as(&link, "outreach").await;
    assert!(landing.page.contains("You are signed in"), "{}", landing.page);
    window.wait_for_text("1 you own, 0 you can use").await;
    go(&window, "settings").await;
    window.wait_for_text("Maren Tolliver").await;
    look(&window, "settings-two-identities").await;
    window.click(By::button("Switch to Maren Tolliver")).await;
    window.wait_for_text("5 you own, 4 you can use").await;
}

#[tokio::test]
async fn signing_in_again_as_somebody_else_is_refused() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, mut browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    go(&window, "settings").await;
    window.click(By::button("Sign out")).await;
    window.click(By::button("Maren Tolliver, University of Oxford")).await;
    window.wait_for_text("Signed out").await;
    window.click(By::button("Sign in again")).await;
    let link = browser.next_link(A_WHILE).await;
    browser.sign_in_as(&link, "eart0412").await;
    window.find(By::heading("Signing in did not work")).await;
    look(&window, "sign-in-somebody-else").await;
    window.click(By::button("Try again")).await;
    come_back(&window, &mut browser, "eart0001").await;
}

#[tokio::test]
async fn a_sign_in_is_cancelled_refused_and_taken_up_again() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let profile = Connected::to_campus(&campus);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Continue in your browser")).await;
    window.find(By::heading("Finish in your browser")).await;
    look(&window, "signing-in").await;
    let link = browser.next_link(A_WHILE).await;
    let landing = browser.cancel_sign_in(&link).await;
    assert!(landing.page.contains("not signed in"), "{}", landing.page);
    window.find(By::heading("Signing in did not work")).await;
    look(&window, "sign-in-refused").await;
    window.click(By::button("Try again")).await;
    window.find(By::heading("Finish in your browser")).await;
    window.click(By::button("Cancel")).await;
    window.find(By::heading("Where do you work or study?")).await;
}

//! The whole walk in the real window: choose, sign in, see what one owns and uses, lose the network, still see it.

mod support;

use std::time::Duration;
use support::{Browser, By, Campus, Desktop, Keyring, Theme, Window, WindowOptions, program};

const A_WHILE: Duration = Duration::from_secs(60);

/// The window of a fresh computer, its practice campus and its browser at hand.
fn fresh(browser: &Browser) -> WindowOptions {
    WindowOptions::default()
        .browser(browser)
        .variable("SECONDARY_ACCOUNTS_CAMPUS", program("campus").display().to_string())
}

/// From the welcome to Home, as one of the invented people.
async fn practise(window: &Window, browser: &Browser, institution: &str, username: &str) {
    window
        .click(By::Role(
            "radio",
            "Try with invented people Either university, running on this computer. Nothing leaves it.",
        ))
        .await;
    window.click(By::Role("radio", institution)).await;
    window.click(By::button("Start the practice campus")).await;
    let link = browser.next_link(A_WHILE);
    let landing = browser.sign_in_as(&link, username);
    assert!(landing.page.contains("You are signed in"), "the browser says what happened: {}", landing.page);
    window.find(By::heading("What do you need to know?")).await;
}

/// A picture and axe-core, light and dark.
async fn look(window: &Window, name: &str) {
    for theme in [Theme::Light, Theme::Dark] {
        window.theme(theme).await;
        window.picture(&format!("{name}-{}", theme.name())).await;
        window.axe(&format!("{name}, {}", theme.name())).await;
    }
    window.theme(Theme::Light).await;
}

#[tokio::test]
async fn an_owner_at_oxford_sees_what_they_own_and_who_can_use_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let browser = Browser::new();
    let window = Window::open(&desktop, &fresh(&browser)).await;
    window.find(By::heading("Where do you work or study?")).await;
    look(&window, "welcome").await;
    practise(&window, &browser, "University of Oxford", "eart0001").await;
    window.wait_for_text("Practice: invented people, nothing leaves this computer").await;
    window.wait_for_text("Up to date").await;
    look(&window, "home-owner").await;

    window.press("1").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    look(&window, "accounts-owner").await;
    window.fill(By::Css("input[type=search]"), "enq").await;
    window.wait_for_text("enquiries").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
    look(&window, "account-overview").await;
}

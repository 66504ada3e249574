//! Steps that several walks take.

pub(crate) use crate::support::Connected;
use crate::support::{Browser, By, Campus, Desktop, Theme, Window, WindowOptions, campus_program};
use std::time::Duration;

/// How long a first start may take on two busy cores.
pub(crate) const A_WHILE: Duration = Duration::from_mins(1);

/// A window on a computer that has the practice campus installed.
pub(crate) fn with_practice(browser: &Browser) -> WindowOptions {
    WindowOptions::default()
        .browser(browser)
        .variable("SECONDARY_ACCOUNTS_CAMPUS", campus_program().display().to_string())
}

/// A window for an institution whose systems are `issuer` and `directory`.
pub(crate) fn connected(browser: &Browser, profile: &Connected) -> WindowOptions {
    WindowOptions::default()
        .browser(browser)
        .argument("--institution")
        .argument(profile.path.display().to_string())
}

/// From the welcome to Home, as one of the invented people.
pub(crate) async fn practise(window: &Window, browser: &mut Browser, institution: &str, username: &str) {
    window.click(By::Css("input[value=practice]")).await;
    window.click(By::Role("radio", institution)).await;
    window.click(By::button("Start the practice campus")).await;
    come_back(window, browser, username).await;
    window.wait_for_text("Practice: invented people, nothing leaves this computer").await;
}

/// A window in which `username` has signed in at Oxford's connection to `campus`, with what it takes to open another.
pub(crate) async fn signed_in(
    desktop: &Desktop,
    campus: &Campus,
    username: &str,
) -> (Connected, Browser, Window) {
    let profile = Connected::to_campus(campus);
    let mut browser = Browser::new();
    let window = Window::open(desktop, &connected(&browser, &profile)).await;
    sign_in(&window, &mut browser, username).await;
    (profile, browser, window)
}

/// The same at an institution that can be asked for changes.
pub(crate) async fn signed_in_with_desk(
    desktop: &Desktop,
    campus: &Campus,
    username: &str,
) -> (Connected, Browser, Window) {
    let profile = Connected::to_campus(campus).with_desk(campus);
    let mut browser = Browser::new();
    let window = Window::open(desktop, &connected(&browser, &profile)).await;
    sign_in(&window, &mut browser, username).await;
    (profile, browser, window)
}

/// From the welcome to Home at an institution that is connected.
pub(crate) async fn sign_in(window: &Window, browser: &mut Browser, username: &str) {
    window.click(By::button("Continue in your browser")).await;
    come_back(window, browser, username).await;
}

pub(crate) async fn come_back(window: &Window, browser: &mut Browser, username: &str) {
    let link = browser.next_link(A_WHILE).await;
    let landing = browser.sign_in_as(&link, username).await;
    assert!(landing.page.contains("You are signed in"), "the browser says what happened: {}", landing.page);
    window.find(By::heading("What do you need to know?")).await;
    window.wait_for_text("Up to date").await;
}

/// A picture and axe-core, light and dark.
pub(crate) async fn look(window: &Window, name: &str) {
    for theme in [Theme::Light, Theme::Dark] {
        window.theme(theme).await;
        window.picture(&format!("{name}-{}", theme.name())).await;
        window.axe(&format!("{name}, {}", theme.name())).await;
    }
    window.theme(Theme::Light).await;
}

/// Goes to a place of the navigation.
pub(crate) async fn go(window: &Window, place: &str) {
    window.click(By::Css(&format!("nav a[href='#/{place}']"))).await;
}

/// Waits for the check page with what it shows: it has a heading before it has looked.
pub(crate) async fn at_the_check(window: &Window) {
    window.find(By::heading("Check before you send")).await;
    window.find(By::Css("main .acts-row .go")).await;
}

/// Opens an account by typing some of its name.
pub(crate) async fn open_account(window: &Window, typed: &str, address: &str) {
    window.press("Control+k").await;
    window.fill(By::Css("input[type=search]"), typed).await;
    window.wait_for_text(address).await;
    // The list is asked anew for each letter: the first row is the answer to the last one.
    let local = address.split('@').next().unwrap_or_default();
    window
        .wait_for(&format!("{address} to come first"), async || {
            let first = window
                .run("return document.querySelector('[aria-posinset=\"1\"]')?.innerText ?? ''", &[])
                .await;
            first.as_str()?.starts_with(local).then_some(())
        })
        .await;
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
}

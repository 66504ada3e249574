//! The whole walk by keyboard alone.

use crate::{
    steps::{A_WHILE, signed_in, with_practice},
    support::{Browser, By, Campus, Desktop, Keyring, Window},
};

#[tokio::test]
async fn everything_is_reached_without_a_mouse() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;

    // Welcome. Radio buttons: Tab to the group, arrows within it.
    window.find(By::heading("Where do you work or study?")).await;
    window.tab_to(By::Css("input[name=institution]:checked"), 10).await;
    window.press("ArrowDown").await;
    window.press("ArrowDown").await;
    window.find(By::button("Start the practice campus")).await;
    window.tab_to(By::button("Start the practice campus"), 10).await;
    window.press("Enter").await;

    // Signing in: given up once, begun again, and the browser opened a second time.
    browser.next_link(A_WHILE).await;
    window.find(By::heading("Finish in your browser")).await;
    window.press("Escape").await;
    window.find(By::heading("Where do you work or study?")).await;
    window.tab_to(By::Css("input[name=institution]:checked"), 10).await;
    window.press("ArrowDown").await;
    window.press("ArrowDown").await;
    window.find(By::button("Start the practice campus")).await;
    window.press("Enter").await;
    let link = browser.next_link(A_WHILE).await;
    window.find(By::heading("Finish in your browser")).await;
    window.tab_to(By::button("Open the browser again"), 5).await;
    window.press("Enter").await;
    assert_eq!(browser.next_link(A_WHILE).await, link);
    browser.sign_in_as(&link, "eart0001").await;

    // Home, and the list with its search.
    window.find(By::heading("What do you need to know?")).await;
    window.wait_for_text("Up to date").await;
    at_the_tabs_of_enquiries(&window).await;

    // The account: each tab by the arrows, round to the first again.
    for (tab, text) in [
        ("People", "Reads and files everything. Cannot send."),
        ("Sign-in", "It has no password."),
        ("History", "Earlier changes are not known"),
        ("Overview", "From the university record"),
    ] {
        window.press("ArrowRight").await;
        window.wait_for_text(text).await;
        let focused = focused(&window).await;
        assert!(focused.starts_with(tab), "the focus goes with the tab {tab}: {focused}");
    }

    // By person, from the list's own switch, to one person and out again to their row.
    window.press("b").await;
    window.wait_for_text("11 people").await;
    window.press("/").await;
    window.write("jo f").await;
    first_row_is(&window, "Jo Ferrand").await;
    window.press("Enter").await;
    window.wait_for_text("Only accounts that you may see are shown.").await;
    window.press("Escape").await;
    window.wait_for_text("Kwame Ashdown").await;
    window.press("Escape").await;
    window.wait_for_text("Choose a person to see what they reach.").await;

    // Panes, help, all keys.
    window.press("F6").await;
    window.press("F1").await;
    window.wait_for_text("+44 1865 6 12345").await;
    window.press("?").await;
    window.find(By::heading("All keys")).await;
    window.press("Escape").await;
    window.wait_until_gone("All keys").await;
    window.press("Control+1").await;
    window.find(By::heading("What do you need to know?")).await;
    assert_eq!(
        focused(&window).await,
        "What do you need to know?",
        "whoever cannot see the page hears where they are"
    );

    // Settings: the colours by the arrows, then everything is forgotten.
    window.press("Control+5").await;
    window.find(By::heading("Settings")).await;
    window.tab_to(By::Role("radio", "As the system"), 20).await;
    window.press("ArrowRight").await;
    window.press("ArrowRight").await;
    window.find(By::Css(":root[data-theme=dark]")).await;
    window.tab_to(By::button("Forget Maren Tolliver"), 20).await;
    window.press("Enter").await;
    window.find(By::AnyRole("dialog")).await;
    window.press("Escape").await;
    window.wait_until_gone("Its key is destroyed first").await;
    assert_eq!(focused(&window).await, "Forget Maren Tolliver", "a closed dialog gives the focus back");
    window.press("Enter").await;
    window.tab_to(By::Css("dialog .btn.danger"), 5).await;
    window.press("Enter").await;
    window.find(By::heading("Where do you work or study?")).await;
    window.wait_until_gone("Maren Tolliver").await;
}

#[tokio::test]
async fn what_one_only_uses_is_read_without_a_network_and_without_a_mouse() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in(&desktop, &campus, "eart0412").await;
    campus.stop();
    window.tab_to(By::button("Check now"), 40).await;
    window.press("Enter").await;
    window.wait_for_text("You are offline").await;
    at_the_tabs_of_enquiries(&window).await;
    window.press("ArrowRight").await;
    window.wait_for_text("Only the owner and IT").await;
    window.wait_for_text("Maren Tolliver").await;
    campus.restart();
    window.press("Control+1").await;
    window.tab_to(By::button("Try again"), 40).await;
    window.press("Enter").await;
    window.wait_for_text("Up to date").await;
}

/// From wherever one is to an account in the list, and to its tabs.
async fn at_the_tabs_of_enquiries(window: &Window) {
    window.press("Control+2").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    window.press("/").await;
    window.find(By::Css("input[type=search]:focus")).await;
    window.write("enquiries").await;
    first_row_is(window, "enquiries").await;
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
    window.tab_to(By::Css("[role=tab][aria-selected=true]"), 20).await;
}

/// The words of what has the focus.
async fn focused(window: &Window) -> String {
    let words = window.run("return document.activeElement?.innerText ?? ''", &[]).await;
    words.as_str().unwrap_or_default().trim().to_owned()
}

async fn first_row_is(window: &Window, start: &str) {
    window
        .wait_for(&format!("{start} to come first"), async || {
            let first = window
                .run("return document.querySelector('[aria-posinset=\"1\"]')?.innerText ?? ''", &[])
                .await;
            first.as_str()?.starts_with(start).then_some(())
        })
        .await;
}

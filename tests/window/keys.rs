//! The whole walk by keyboard alone.

use crate::{
    steps::{come_back, with_practice},
    support::{Browser, By, Desktop, Keyring, Window},
};

#[tokio::test]
async fn everything_is_reached_without_a_mouse() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    window.find(By::heading("Where do you work or study?")).await;
    // Radio buttons: Tab to the group, arrows within it.
    window.tab_to(By::Css("input[name=institution]:checked"), 10).await;
    window.press("ArrowDown").await;
    window.press("ArrowDown").await;
    window.find(By::button("Start the practice campus")).await;
    window.tab_to(By::button("Start the practice campus"), 10).await;
    window.press("Enter").await;
    come_back(&window, &mut browser, "eart0001").await;

    window.press("Control+2").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    window.press("/").await;
    window.find(By::Css("input[type=search]:focus")).await;
    window.write("seminars").await;
    window
        .wait_for("seminars to come first", async || {
            let first = window
                .run("return document.querySelector('[aria-posinset=\"1\"]')?.innerText ?? ''", &[])
                .await;
            first.as_str()?.starts_with("seminars").then_some(())
        })
        .await;
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
    window.tab_to(By::Css("[role=tab][aria-selected=true]"), 20).await;
    window.press("ArrowRight").await;
    window.wait_for_text("Person, and what it comes to").await;
    window.press("F6").await;
    window.press("F1").await;
    window.wait_for_text("+44 1865 6 12345").await;
    window.press("?").await;
    window.find(By::heading("All keys")).await;
    window.press("Escape").await;
    window.wait_until_gone("All keys").await;
    window.press("Control+1").await;
    window.find(By::heading("What do you need to know?")).await;
    let focused = window.run("return document.activeElement?.tagName ?? ''", &[]).await;
    assert_eq!(focused, "H1", "whoever cannot see the page hears where they are");
}

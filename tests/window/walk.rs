//! The whole walk of an owner: choose, sign in, see what one owns, who can use it, and whom to ask.

use crate::{
    steps::{look, open_account, practise, with_practice},
    support::{Browser, By, Desktop, Keyring, Window},
};

#[tokio::test]
async fn an_owner_sees_what_they_own_and_who_can_use_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    window.find(By::heading("Where do you work or study?")).await;
    window.wait_for_text("University of Oxford is not connected yet").await;
    look(&window, "welcome").await;

    practise(&window, &mut browser, "University of Oxford", "eart0001").await;
    window.wait_for_text("5 you own, 4 you can use").await;
    // Everything that one account needs, not the first thing only.
    for need in ["Kwame Ashdown has left", "This account ends"] {
        window.wait_for_text(need).await;
    }
    look(&window, "home-owner").await;

    window.press("1").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    look(&window, "accounts-owner").await;

    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    look(&window, "account-overview").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    look(&window, "account-people").await;
    window.press("ArrowRight").await;
    window.wait_for_text("It has no password.").await;
    look(&window, "account-sign-in").await;
    window.press("ArrowRight").await;
    window.wait_for_text("Earlier changes are not known").await;
    look(&window, "account-history").await;

    window.press("b").await;
    window.wait_for_text("11 people").await;
    look(&window, "people").await;
    window.press("F1").await;
    window.wait_for_text("+44 1865 6 12345").await;
    look(&window, "help").await;
    window.press("Control+5").await;
    window.find(By::heading("Settings")).await;
    look(&window, "settings").await;
    window.press("?").await;
    window.find(By::heading("All keys")).await;
    look(&window, "all-keys").await;
    window.close().await;
}

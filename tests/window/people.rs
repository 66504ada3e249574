//! By person: who they are, what they own, and what they may do where.

use crate::{
    steps::{look, signed_in},
    support::{By, Campus, Desktop, Keyring},
};

#[tokio::test]
async fn a_person_is_shown_with_everything_that_they_reach() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    window.press("Control+2").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    window.press("b").await;
    window.wait_for_text("11 people").await;
    window.press("/").await;
    window.write("jo fer").await;
    window.wait_for_text("1 person").await;
    window.press("Enter").await;
    window.find(By::heading("Jo Ferrand")).await;
    window.wait_for_text("Only accounts that you may see are shown.").await;
    look(&window, "person").await;
    let rows = window
        .run("return [...document.querySelectorAll('.detail tbody tr')].map((row) => row.innerText)", &[])
        .await;
    let rows = rows.as_array().unwrap();
    assert!(rows.iter().any(|row| row.as_str().unwrap().contains("enquiries")), "{rows:#?}");
    let said = window.text().await;
    assert!(
        said.contains(&format!("can use {} of the accounts", rows.len())),
        "the count is the list's: {said}"
    );
    // From the person to the account, on the tab that answers who else.
    window.click(By::Css(".detail tbody a")).await;
    window.wait_for_text("Person, and what they may do").await;
}

//! A list of names out of some other program, pasted where people are found.

use crate::{
    asking::at_the_form,
    steps::{at_the_check, connected, go, look, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring, Window},
};

/// Puts a text on the clipboard, as whoever copies it out of a letter, and pastes it where people are found.
async fn paste(window: &Window, text: &str) {
    window.fill(By::Css("#note"), text).await;
    window.press("Control+a").await;
    window.press("Control+x").await;
    window.click(By::Css("[role=combobox]")).await;
    window.press("Control+v").await;
}

#[tokio::test]
async fn what_of_a_list_names_nobody_for_certain_is_kept_until_it_is_sorted_out() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (profile, browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    paste(&window, "Leonie Strake; Nobody Atall; Nell Ash").await;
    window.wait_for_text("What should Leonie Strake be able to do?").await;
    window.find(By::heading("To sort out")).await;
    look(&window, "change-access-to-sort").await;
    window.click(By::Css("[role=combobox]")).await;
    window.write("nell as").await;
    window.wait_for_text("Nell Ashby").await;
    window.wait_for_text("Saved as a draft on this computer").await;
    window.kill();

    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    go(&window, "requests").await;
    window.click(By::Css(".list .item")).await;
    window.click(By::link("Change it")).await;
    window.find(By::heading("To sort out")).await;
    window.wait_for_text("Nobody Atall").await;
    // What was typed and not chosen is there again too, and nothing goes on without it.
    let typed = window.run("return document.querySelector('[role=combobox]').value;", &[]).await;
    assert_eq!(typed, "nell as");
    window.click(By::button("Continue")).await;
    window.wait_for_text("Choose a person from the list for “nell as”, or clear the field").await;
    window.click(By::Css("[role=combobox]")).await;
    window.press("Control+a").await;
    window.press("Delete").await;
    window.wait_for_text("Is it this person?").await;
    window.click(By::Css("label:nth-of-type(2) input[type=radio]")).await;
    // Nothing goes on while an entry names nobody.
    window.click(By::button("Continue")).await;
    window.wait_for_text("Sort out “Nobody Atall”, or leave it out").await;
    look(&window, "change-access-to-sort-faults").await;

    window.click(By::Css("#sort-0 .btn.quiet")).await;
    window.click(By::Css(".sort .acts-row .btn:not(.quiet)")).await;
    window.wait_for_text("What should Nell Ashby be able to do?").await;
    window.wait_until_gone("To sort out").await;
    window.click(By::button("Continue")).await;
    at_the_check(&window).await;
    window.wait_for_text("Leonie Strake").await;
    window.wait_for_text("Nell Ashby").await;
}

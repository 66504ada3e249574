//! Where a form leads somewhere else first, and back.

use crate::{
    asking::{add_leonie, at_the_form},
    steps::{look, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring},
};

#[tokio::test]
async fn whoever_needs_only_a_calendar_is_led_through_sharing_it_and_back_to_what_was_written() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    window.click(By::link("How to share only a calendar")).await;
    window.find(By::heading("How to share only a calendar")).await;
    window.find(By::heading("How much they see")).await;
    look(&window, "calendar-guide").await;
    window.click(By::link("Back to the form")).await;
    window.wait_for_text("What should Leonie Strake be able to do?").await;
}

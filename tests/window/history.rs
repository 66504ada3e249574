//! What differs between two looks at the record, with the dates of both.

use crate::{
    steps::{look, open_account, signed_in},
    support::{By, Campus, Desktop, Keyring},
};
use serde_json::json;

#[tokio::test]
async fn what_differs_between_two_looks_is_told_with_both_dates() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in(&desktop, &campus, "eart0001").await;
    let account = campus.account("enquiries").await;
    let grants = account["grants"].as_array().unwrap();
    let sunniva = grants.iter().find(|grant| grant["display"] == "Sunniva Marsh").expect("she has access");
    let gone = format!("grants[value eq {}]", sunniva["value"]);
    campus
        .alter(
            "enquiries",
            json!([
                { "op": "replace", "path": "displayName", "value": "Earth Sciences Front Desk" },
                { "op": "remove", "path": gone }
            ]),
        )
        .await;
    window.click(By::button("Check now")).await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.wait_for_text("Shown as “Earth Sciences Front Desk”").await;
    campus
        .alter("enquiries", json!([{ "op": "replace", "path": "hiddenFromAddressList", "value": true }]))
        .await;
    window.click(By::button("Check now")).await;
    window.wait_for_text("Left out of the address list").await;

    window.click(By::Css("[role=tab]:nth-of-type(4)")).await;
    window.wait_for_text("It was taken out of the address list").await;
    look(&window, "account-history-seen").await;
    let lines = window
        .run(
            "return [...document.querySelectorAll('[role=tabpanel] ol > li')].map((li) => li.innerText)",
            &[],
        )
        .await;
    let lines: Vec<_> = lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let [latest, earlier, first] = lines[..] else {
        panic!("two looks that differed, and the first: {lines:#?}")
    };
    assert!(latest.contains("It was taken out of the address list"), "the latest comes first: {lines:#?}");
    assert!(
        earlier.contains("changed from “Earth Sciences Enquiries” to “Earth Sciences Front Desk”"),
        "{lines:#?}"
    );
    assert!(earlier.contains("Sunniva Marsh no longer has access"), "{lines:#?}");
    assert!(first.contains("Earlier changes are not known"), "{lines:#?}");
    for line in [latest, earlier] {
        let between = line.lines().find_map(|line| line.strip_prefix("Between ")).unwrap_or_default();
        let (before, after) = between.split_once(" and ").unwrap_or_default();
        let is_moment = |text: &str| text.contains(|c: char| c.is_ascii_digit()) && text.contains(':');
        assert!(is_moment(before) && is_moment(after), "both looks have their date: {line}");
    }
}

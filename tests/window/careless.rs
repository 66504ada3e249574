//! Directories that answer and do not take care: changes without dates, a question not heeded, somebody else's accounts.

use crate::{
    hostile::{LIST, SEEN},
    steps::{open_account, signed_in},
    support::{By, CampusOptions, Desktop, Front, Keyring, Spoil, Window},
};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_careless_directory_is_read_whole_and_nobody_elses_accounts_are_shown() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let front = Front::before(CampusOptions::of("oxford"));
    // Somebody else's account comes with the very first list.
    front.spoil(LIST, Spoil::bend(add_a_stranger));
    let (_profile, _browser, window) = signed_in(&desktop, &front.campus, "eart0001").await;
    window.wait_for_text(SEEN).await;
    nothing_of_the_stranger(&window).await;

    let of_each = |list: &mut Value, alter: fn(&mut Value)| {
        list["Resources"].as_array_mut().into_iter().flatten().for_each(alter);
    };
    let undated = Spoil::bend(move |list| {
        of_each(list, |account| {
            drop(account["meta"].as_object_mut().and_then(|meta| meta.remove("lastModified")));
        });
    });
    let in_the_future = Spoil::bend(move |list| {
        of_each(list, |account| account["meta"]["lastModified"] = "2199-01-01T00:00:00Z".into());
    });
    let unfiltered = Spoil::ask(|target| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parts = query.split('&').filter(|part| !part.starts_with("filter="));
        format!("{path}?{}", parts.collect::<Vec<_>>().join("&"))
    });
    for (what, how, all_is_read) in [
        ("no dates", undated, true),
        ("dates to come", in_the_future, false),
        ("no filter", unfiltered, true),
    ] {
        front.heal();
        front.spoil(LIST, Spoil::bend(add_a_stranger));
        front.spoil(LIST, how);
        window.press("Control+1").await;
        looked(&window, &front).await;
        let text = window.text().await;
        assert!(text.contains(SEEN), "{what}:\n{text}");
        let said = text.contains("all of it is read each time");
        assert_eq!(said, all_is_read, "{what}: whether everything is read each time is said:\n{text}");
        nothing_of_the_stranger(&window).await;
    }

    // What was dated far in the future hides no later change.
    front.heal();
    let change = json!([{ "op": "replace", "path": "displayName", "value": "Earth Sciences Front Desk" }]);
    front.campus.alter("enquiries", change).await;
    window.click(By::button("Check now")).await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.wait_for_text("Shown as “Earth Sciences Front Desk”").await;
}

/// An account of which the reader is neither owner nor user, as a directory that checks nothing would send it.
fn add_a_stranger(list: &mut Value) {
    let stranger = json!({
        "schemas": ["urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount"],
        "id": "0f0f0f0f-0000-4000-8000-000000000001", "userName": "zebra-private",
        "address": "zebra-private@law.example.edu", "displayName": "Zebra private", "kind": "mailbox-only",
        "unit": { "value": "law", "display": "Law" }, "grantsShown": "all",
        "owner": { "value": "0f0f0f0f-0000-4000-8000-000000000002", "type": "Person", "display": "Edda Zebra", "active": true },
        "grants": [], "state": "active",
        "meta": { "resourceType": "SecondaryAccount", "lastModified": "2026-01-02T03:04:05Z", "version": "W/\"1\"" }
    });
    let total = list["totalResults"].as_u64().unwrap_or(0);
    list["totalResults"] = (total + 1).into();
    // With the first page, where one is asked for at all.
    let asked_for_some = list["itemsPerPage"].as_u64() != Some(0);
    if let Some(resources) = list["Resources"].as_array_mut().filter(|_| asked_for_some) {
        resources.push(stranger);
    }
}

/// Neither by search nor by person.
async fn nothing_of_the_stranger(window: &Window) {
    window.press("Control+k").await;
    window.fill(By::Css("input[type=search]"), "zebra").await;
    window.wait_for_text("No account matches “zebra”").await;
    window.press("Escape").await;
    window.find(By::Css("[aria-posinset='1']")).await;
}

/// Looks at the record to the end.
async fn looked(window: &Window, front: &Front) {
    let before = front.hits();
    window.click(By::button("Check now")).await;
    window.wait_for("the directory to be asked", async || (front.hits() > before).then_some(())).await;
    window
        .wait_for("the look to end", async || {
            let asked = front.hits();
            tokio::time::sleep(Duration::from_millis(300)).await;
            (front.hits() == asked && window.text().await.contains("Up to date")).then_some(())
        })
        .await;
}

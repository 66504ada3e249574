//! Whether whoever is added may be given access is asked of the desk before a request is checked.

use super::*;
use crate::asking::{IN_SIGHT, checking};
use std::time::Duration;

fn add(id: &str, name: &str) -> RequestForm {
    form(vec![AccessChange { to: who(id, name), rights: rights(&["full-access"]) }])
}

/// What the check page warns of.
async fn checked(open: &Arc<Open>, form: RequestForm, patience: Duration) -> Vec<Warning> {
    let planned = checking::plan(Arc::clone(open), form, patience).await.unwrap();
    planned.plan.unwrap_or_else(|| panic!("{:?}", planned.faults)).warnings
}

fn not_entitled(name: &str) -> Vec<Warning> {
    vec![Warning::NotEntitled { name: name.into() }]
}

fn not_known(name: &str) -> Vec<Warning> {
    vec![Warning::EntitlementNotKnown { names: vec![name.into()] }]
}

#[tokio::test]
async fn of_a_draft_from_an_earlier_start_the_desk_is_asked_anew() {
    let (_server, _folder, _served, open) = begin().await;
    let draft = open.save_draft(add("p7", "Jude Marsh")).unwrap();
    let restarted = at(&open, now);
    go_round(&restarted).await.unwrap();
    let form = || view(&restarted, &draft).form;
    assert_eq!(checked(&restarted, form(), IN_SIGHT).await, not_entitled("Jude Marsh"));
    assert_eq!(checked(&restarted, add("p1", "Leonie Strake"), IN_SIGHT).await, []);
    assert_eq!(
        checked(&restarted, add("p5", "Piet Aldous"), IN_SIGHT).await,
        not_known("Piet Aldous"),
        "somebody whom the desk does not find is nobody who may be given access"
    );
}

#[tokio::test]
async fn an_undo_that_gives_access_back_asks_about_whoever_gets_it() {
    let (_server, _folder, served, open) = begin().await;
    let jude = json!({ "value": "p7", "type": "User", "display": "Jude Marsh", "rights": ["full-access"] });
    served.change(|campus| {
        campus.grants.push(jude);
        campus.modified = Some("2026-11-22T11:00:00Z");
    });
    read_record(&open, false).await.unwrap();
    let without = AccessChange { to: who("p7", "Jude Marsh"), rights: Vec::new() };
    let id = said_done(&open, &served, form(vec![without])).await;
    served.change(|campus| {
        campus.grants.pop();
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    let back = open.undo(&id).unwrap();
    let warnings = checked(&open, view(&open, &back).form, IN_SIGHT).await;
    assert_eq!(warnings, not_entitled("Jude Marsh"), "Jude has left meanwhile");
}

#[tokio::test]
async fn without_an_answer_it_is_said_that_nothing_is_known() {
    let (_server, _folder, served, open) = begin().await;
    go_round(&open).await.unwrap();
    served.change(|campus| campus.down = true);
    assert_eq!(checked(&open, add("p7", "Jude Marsh"), IN_SIGHT).await, not_known("Jude Marsh"));
    served.change(|campus| campus.down = false);
    open.set_freshness(|freshness| freshness.state = FreshnessState::Offline);
    assert_eq!(
        checked(&open, add("p7", "Jude Marsh"), IN_SIGHT).await,
        not_known("Jude Marsh"),
        "without a network nobody is kept waiting"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_waited_for_is_told_as_news() {
    let (_server, _folder, _served, open) = begin().await;
    go_round(&open).await.unwrap();
    let (open, mut news) = heard(&open);
    let at_once = checked(&open, add("p7", "Jude Marsh"), Duration::ZERO).await;
    assert_eq!(at_once, not_known("Jude Marsh"));
    tokio::time::timeout(Duration::from_secs(30), news.recv()).await.unwrap().unwrap();
    assert_eq!(checked(&open, add("p7", "Jude Marsh"), Duration::ZERO).await, not_entitled("Jude Marsh"));
}

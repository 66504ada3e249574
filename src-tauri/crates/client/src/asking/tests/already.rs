//! What somebody else has asked for already is said before the same is sent again, also to whoever cannot open it.

use super::*;
use crate::{
    asking::{
        IN_SIGHT, checking,
        entry::{Entry, EntryStage},
    },
    view::AskedAlready,
};

fn step(at: &str, request: &str, what: &str, by: &str) -> Value {
    json!({ "seq": 1, "at": at, "by": { "value": "p9", "display": by }, "request": request, "what": what,
        "text": "Access to enquiries: Leonie Strake: full-access.", "previous": "", "hash": "" })
}

/// The desk's record of the account.
fn record(served: &Served, steps: Vec<Value>) {
    served.change(|campus| {
        campus.trail = Some(Value::Array(steps));
        campus.kinds = [("RQ-70", "change-access"), ("RQ-71", "hand-over"), ("RQ-1", "change-access")].into();
    });
}

fn ruths(more: &[&str]) -> Vec<Value> {
    let steps = ["received"].iter().chain(more).zip(10..);
    steps
        .map(|(what, hour)| step(&format!("2026-11-20T{hour}:00:00Z"), "RQ-70", what, "Ruth Adair"))
        .collect()
}

async fn asked_already(open: &Arc<Open>) -> Option<AskedAlready> {
    checking::plan(Arc::clone(open), add_leonie(), IN_SIGHT).await.unwrap().asked_already
}

#[tokio::test]
async fn what_was_refused_in_whole_is_no_open_request_unless_a_try_may_have_arrived() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.refuses = Some((422, json!({ "code": "invalid", "detail": "No." }))));
    let id = sent(&open).await;
    let duplicate = || open.plan(&add_leonie()).unwrap().duplicate;
    assert!(matches!(status(&open, &id), RequestStatus::NotTaken { .. }));
    assert_eq!(duplicate(), None);
    let becomes = |stage: EntryStage, lost_tries| {
        let entry = open.entry(&id).unwrap();
        open.replace(&entry, &Entry { stage, lost_tries, ..entry.clone() }).unwrap();
    };
    let may_not = || EntryStage::MayNot { why: MayNotAsk::NotYours };
    becomes(may_not(), 0);
    assert_eq!(duplicate(), None);
    becomes(may_not(), 1);
    assert_eq!(duplicate(), Some(id.clone()), "an earlier try may be there");
    becomes(EntryStage::Draft, 0);
    assert_eq!(duplicate(), None, "a draft is nowhere");
    becomes(EntryStage::Draft, 1);
    assert_eq!(duplicate(), Some(id.clone()), "put right after a try that may be there");
    becomes(EntryStage::Waiting, 0);
    assert_eq!(duplicate(), Some(id.clone()), "it is to go");
}

#[tokio::test]
async fn an_owner_is_told_of_somebody_elses_open_request_by_its_reference() {
    let (_server, _folder, served, open) = begin().await;
    record(&served, ruths(&[]));
    go_round(&open).await.unwrap();
    let planned = checking::plan(Arc::clone(&open), add_leonie(), IN_SIGHT).await.unwrap();
    assert_eq!(planned.duplicate, None, "it is not the reader's to open");
    let ruths = AskedAlready {
        reference: "RQ-70".into(),
        by: Some("Ruth Adair".into()),
        text: "Access to enquiries: Leonie Strake: full-access.".into(),
        told_at: now().to_string(),
    };
    assert_eq!(planned.asked_already, Some(ruths.clone()));

    // Without the desk it is known from what was kept.
    served.change(|campus| campus.down = true);
    assert_eq!(asked_already(&at(&open, || now() + SignedDuration::from_hours(1))).await, Some(ruths));
}

#[tokio::test]
async fn what_has_ended_is_of_another_kind_or_the_readers_own_is_no_hindrance() {
    for (steps, is_open) in [
        (ruths(&["refused"]), false),
        (ruths(&["withdrawn"]), false),
        (ruths(&["approved", "applied", "confirmed"]), false),
        (ruths(&["approved"]), true),
        (ruths(&["approved", "reopened"]), true),
        (ruths(&["questioned", "a step of a later version"]), true),
        (vec![step("2026-11-20T10:00:00Z", "RQ-71", "received", "Ruth Adair")], false),
        (vec![step("2026-11-20T10:00:00Z", "RQ-99", "received", "Ruth Adair")], false),
    ] {
        let (_server, _folder, served, open) = begin().await;
        let told = format!("{steps:?}");
        record(&served, steps);
        assert_eq!(asked_already(&open).await.is_some(), is_open, "{told}");
    }
    let (_server, _folder, served, open) = begin().await;
    let own = sent(&open).await;
    record(&served, vec![step("2026-11-22T12:00:00Z", "RQ-1", "received", "Maren Tolliver")]);
    open.desk_now(|now| now.abilities = None);
    let planned = checking::plan(Arc::clone(&open), add_leonie(), IN_SIGHT).await.unwrap();
    assert_eq!((planned.duplicate, planned.asked_already), (Some(own), None), "one's own is opened");
}

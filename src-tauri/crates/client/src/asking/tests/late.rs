//! What is sent, gets no answer, and arrives later than anybody waits: it is there once all the same.

use super::*;

fn later(open: &Arc<Open>, minutes: i64) -> Arc<Open> {
    match minutes {
        1 => at(open, || "2026-11-22T12:01:00Z".parse().unwrap()),
        5 => at(open, || "2026-11-22T12:05:00Z".parse().unwrap()),
        _ => panic!("no test waits for so long"),
    }
}

/// A request of which a try got no answer. The desk tells no repeats apart.
async fn unanswered() -> (MockServer, tempfile::TempDir, Served, Arc<Open>, RequestId) {
    let (server, folder, served, open) = begin().await;
    served.change(|campus| {
        campus.knows_no_repeats = true;
        campus.takes_nothing = vec![504];
    });
    let id = sent(&open).await;
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::NotKnown, 1));
    (server, folder, served, open, id)
}

#[tokio::test]
async fn what_may_still_be_on_its_way_is_not_sent_again() {
    let (_server, _folder, served, open, id) = unanswered().await;
    go_round(&later(&open, 1)).await.unwrap();
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::NotKnown, 1), "it is not there yet");
    served.arrives_late();
    go_round(&later(&open, 1)).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{:?}", status(&open, &id));
    assert_eq!((served.arrived(), served.has()), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_on_its_way_any_more_is_sent_again() {
    let (_server, _folder, served, open, id) = unanswered().await;
    go_round(&later(&open, 5)).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!((served.arrived(), served.has()), (2, 1));
}

#[tokio::test]
async fn a_desk_that_tells_repeats_apart_is_sent_it_again_at_once() {
    let (_server, _folder, served, open, id) = unanswered().await;
    served.change(|campus| campus.knows_no_repeats = false);
    go_round(&later(&open, 1)).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(served.arrived(), 2);
}

/// The account has changed since a try that got no answer.
async fn overtaken() -> (MockServer, tempfile::TempDir, Served, Arc<Open>, RequestId) {
    let (server, folder, served, open, id) = unanswered().await;
    let jo = json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["full-access", "automap"] });
    served.change(|campus| {
        campus.grants = vec![jo];
        campus.modified = Some("2026-11-22T12:01:00Z");
    });
    let open = later(&open, 5);
    go_round(&open).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
    assert!(view(&open, &id).unsure, "it is not said that nothing was sent");
    (server, folder, served, open, id)
}

#[tokio::test]
async fn a_conflict_after_an_unanswered_try_is_looked_for_before_it_is_sent() {
    let (_server, _folder, served, open, id) = overtaken().await;
    served.arrives_late();
    resolve(&open, &id, Resolution::Keep).await.unwrap();
    let _ = go_round(&open).await;
    assert_eq!((served.arrived(), served.has()), (1, 1), "{:?}", status(&open, &id));
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "it is followed");
}

#[tokio::test]
async fn a_conflict_after_an_unanswered_try_is_looked_for_before_it_is_dropped() {
    let (_server, _folder, served, open, id) = overtaken().await;
    served.arrives_late();
    resolve(&open, &id, Resolution::Drop).await.unwrap();
    assert!(
        matches!(status(&open, &id), RequestStatus::WithDesk { .. }),
        "it is there: {:?}",
        status(&open, &id)
    );

    let (_server, _folder, _served, open, id) = overtaken().await;
    resolve(&open, &id, Resolution::Drop).await.unwrap();
    assert_eq!(
        open.request(&id).unwrap_err().code,
        ProblemCode::NoSuchRequest,
        "it is not there, and dropped"
    );
}

#[tokio::test]
async fn what_may_still_be_on_its_way_is_not_discarded() {
    let (_server, _folder, _served, open, id) = unanswered().await;
    let entry = open.entry(&id).unwrap();
    let stage = crate::asking::EntryStage::MayNot { why: MayNotAsk::NotYours };
    let stopped = crate::asking::Entry { stage, lost_tries: 1, ..entry.clone() };
    assert!(open.replace(&entry, &stopped).unwrap());
    let refused = discard_after_looking(later(&open, 1), id.clone()).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::StillOnItsWay);
    discard_after_looking(later(&open, 5), id.clone()).await.unwrap();
    assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest);
}

#[tokio::test]
async fn an_id_that_stands_for_a_request_already_leads_to_that() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_nothing = vec![504]);
    let id = sent(&open).await;
    // It arrives between the search and the next try, which meets it.
    served.arrives_late();
    let said = json!({ "code": "id-used", "detail": "This id stands for another request of yours." });
    served.change(|campus| {
        campus.refuses = Some((409, said));
        campus.hides_once = true;
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{:?}", status(&open, &id));
    assert_eq!(served.has(), 1);
}

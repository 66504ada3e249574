//! A desk that cannot be searched: of what may have arrived there only the people at the desk can tell.

use super::*;
use crate::asking::send_again;

/// A try to send got no answer, at a desk that cannot be searched.
async fn not_known() -> (MockServer, tempfile::TempDir, Served, Arc<Open>, RequestId) {
    let (server, folder, served, open) = begin().await;
    served.change(|campus| {
        campus.loses_answers = vec![502];
        campus.cannot_search = true;
    });
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    (server, folder, served, open, id)
}

async fn again(open: &Arc<Open>, id: &RequestId) {
    send_again(Arc::clone(open), id.clone()).await.unwrap();
}

fn kept(open: &Open, id: &RequestId) -> Entry {
    open.store.request(&id.0).unwrap().unwrap()
}

#[tokio::test]
async fn where_the_desk_cannot_be_searched_the_person_decides() {
    let (_server, _folder, served, open, id) = not_known().await;
    let _ = go_round(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    assert_eq!(served.arrived(), 1, "never by itself");
    assert!(view(&open, &id).can.send_again);
    assert!(view(&open, &id).problem.is_none(), "nothing was asked, so nothing went wrong");
    again(&open, &id).await;
    let _ = go_round(&open).await;
    assert_eq!(served.arrived(), 2, "because the person said so");
}

#[tokio::test]
async fn what_is_not_asked_about_is_neither_written_nor_told_anew_each_round() {
    let (_server, _folder, _served, open, id) = not_known().await;
    let _ = go_round(&open).await;
    let (open, mut news) = heard(&open);
    go_round(&open).await.unwrap();
    let before = kept(&open, &id);
    while news.try_recv().is_ok() {}
    for _ in 0..3 {
        go_round(&open).await.unwrap();
    }
    assert_eq!(kept(&open, &id), before);
    assert!(news.try_recv().is_err(), "nothing is drawn anew");
}

#[tokio::test]
async fn sending_again_can_be_taken_back_while_it_has_not_gone() {
    let (_server, _folder, served, open, id) = not_known().await;
    served.change(|campus| campus.down = true);
    assert!(open.hold_back(&id).is_err(), "nobody said that it is to be sent again");
    again(&open, &id).await;
    let _ = go_round(&open).await;
    let can = view(&open, &id).can;
    assert!(can.hold_back && !can.send_again && !can.asked_there, "{can:?}");
    open.hold_back(&id).unwrap();
    let can = view(&open, &id).can;
    assert!(!can.hold_back && can.send_again && can.asked_there, "{can:?}");
    served.change(|campus| campus.down = false);
    go_round(&open).await.unwrap();
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::NotKnown, 1));
}

#[tokio::test]
async fn what_is_to_be_sent_again_is_looked_for_first_where_the_desk_can_be_searched_by_then() {
    for is_there in [true, false] {
        let (_server, _folder, served, open, id) = not_known().await;
        again(&open, &id).await;
        served.change(|campus| {
            campus.cannot_search = false;
            if !is_there {
                campus.requests.clear();
            }
        });
        go_round(&open).await.unwrap();
        assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
        assert_eq!((served.arrived(), served.has()), (if is_there { 1 } else { 2 }, 1));
    }
}

#[tokio::test]
async fn whoever_asked_at_the_desk_can_discard_what_is_not_there() {
    let (_server, _folder, served, open, id) = not_known().await;
    let can = view(&open, &id).can;
    assert!(can.asked_there && !can.discard, "on their word alone: {can:?}");
    served.change(|campus| campus.down = true);
    discard_after_looking(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest);
}

#[tokio::test]
async fn what_is_under_way_is_neither_discarded_nor_sent_twice_by_whoever_is_quicker_than_the_answer() {
    let (_server, _folder, served, open, id) = not_known().await;
    let round = open.desk_turn.lock().await;
    let acts = [
        tokio::spawn(discard_after_looking(Arc::clone(&open), id.clone())),
        tokio::spawn(send_again(Arc::clone(&open), id.clone())),
    ];
    tokio::task::yield_now().await;
    let before = kept(&open, &id);
    let ticket = json!({ "reference": "RQ-1", "id": id.0, "account": "a", "label": "", "wish": before.wish,
        "requester": ["me", "Maren Tolliver"], "stage": "WithDesk", "created": "2026-11-22T12:00:00Z",
        "modified": "2026-11-22T12:00:00Z", "decision": null });
    let mut answered = before.clone();
    answered.follow(serde_json::from_value(ticket).unwrap(), "Maren Tolliver");
    assert!(open.replace(&before, &answered).unwrap());
    drop(round);
    for act in acts {
        act.await.unwrap().unwrap();
    }
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "its answer stands");
    assert_eq!(served.arrived(), 1);
}

#[tokio::test]
async fn off_line_it_is_known_that_the_desk_could_not_be_searched() {
    let (_server, _folder, _served, open, id) = not_known().await;
    let started = at(&open, now);
    let can = view(&started, &id).can;
    assert!(can.send_again && can.asked_there, "as it was when it was tried: {can:?}");
    open.desk_now(|now| now.abilities = Some(desk::Abilities { finds_by_id: true, ..Default::default() }));
    let can = view(&open, &id).can;
    assert!(!can.send_again && !can.asked_there, "it is looked for there: {can:?}");
}

#[tokio::test]
async fn a_desk_that_says_that_it_knows_the_id_already_is_not_said_to_have_refused_it() {
    let (_server, _folder, served, open, id) = not_known().await;
    let used = json!({ "code": "id-used", "detail": "That id is used already." });
    served.change(|campus| campus.refuses = Some((409, used)));
    again(&open, &id).await;
    go_round(&open).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    assert!(view(&open, &id).problem.is_none(), "it answered");
}

#[tokio::test]
async fn that_a_second_try_was_not_taken_says_nothing_of_the_first() {
    let taken = json!({ "code": "invalid", "detail": "This username is taken.", "errors": [] });
    let overtaken = json!({ "code": "conflict", "detail": "", "conflicts": [] });
    for (answer, code) in [(taken, 422), (overtaken, 409)] {
        let (_server, _folder, served, open, id) = not_known().await;
        served.change(|campus| campus.refuses = Some((code, answer)));
        again(&open, &id).await;
        let _ = go_round(&open).await;
        let is_refused = matches!(status(&open, &id), RequestStatus::NotTaken { .. });
        assert!(is_refused || status(&open, &id) == RequestStatus::Conflict, "{:?}", status(&open, &id));
        let now = view(&open, &id);
        assert!(now.unsure, "the first may be there");
        assert!(now.can.asked_there && !now.can.discard, "{:?}", now.can);
        assert!(kept(&open, &id).is_open(), "it is named to whoever asks for the same");
        // Put right or put on the account as it is now, it does not go by itself.
        served.change(|campus| campus.refuses = None);
        if is_refused {
            open.to_outbox(&id).unwrap();
        } else {
            resolve(&open, &id, Resolution::Keep).await.unwrap();
        }
        let _ = go_round(&open).await;
        assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::NotKnown, 2), "{code}");
    }
}

#[tokio::test]
async fn a_desk_that_turns_out_not_to_be_searchable_is_told_as_that() {
    let (_server, _folder, served, open) = begin().await;
    let id = doubtful(&open);
    served.change(|campus| campus.cannot_search = true);
    let told = discard_after_looking(Arc::clone(&open), id.clone()).await.unwrap_err();
    assert_eq!(told.code, ProblemCode::NotSearchable);
    assert!(view(&open, &id).can.asked_there, "from now on on its writer's word");
}

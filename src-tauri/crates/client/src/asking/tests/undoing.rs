//! What a request changed is asked back, as far as that can be asked for.

use super::*;

#[tokio::test]
async fn undo_is_a_draft_that_gives_back_what_was_before() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is("done", &json!({ "doneAt": "2026-11-22T12:00:00Z" }));
    go_round(&open).await.unwrap();
    let back = open.undo(&id).unwrap();
    let changes = view(&open, &back).form.changes;
    assert_eq!(changes[0].rights, rights(&[]), "who was added goes again");
    assert_eq!(changes[1].rights, rights(&["full-access"]), "who was changed has what they had");
}

/// The record is read as it is with that.
async fn with(open: &Arc<Open>, served: &Served, modified: &'static str, grants: Value, facts: Value) {
    served.change(|campus| {
        campus.grants = serde_json::from_value(grants).unwrap();
        campus.facts = facts;
        campus.modified = Some(modified);
    });
    read_record(open, false).await.unwrap();
}

fn without(ids: &[(&str, &str)]) -> RequestForm {
    form(ids.iter().map(|(id, name)| AccessChange { to: who(id, name), rights: Vec::new() }).collect())
}

#[tokio::test]
async fn a_right_that_only_the_directory_knows_is_left_out_of_what_is_asked_back() {
    let (_server, _folder, served, open) = begin().await;
    let held =
        |rights: Value| json!([{ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": rights }]);
    with(&open, &served, "2026-11-22T11:00:00Z", held(json!(["full-access", "inbox-rules"])), json!({}))
        .await;
    let id = said_done(&open, &served, without(&[("p2", "Jo Ferrand")])).await;
    with(&open, &served, "2026-11-22T11:59:30Z", json!([]), json!({})).await;
    assert!(view(&open, &id).can.undo);
    let back = open.undo(&id).unwrap();
    let form = view(&open, &back).form;
    assert_eq!(form.changes[0].rights, rights(&["full-access"]));
    assert_eq!(open.plan(&form).unwrap().faults, [], "it can be sent");
    open.to_outbox(&back).unwrap();
}

#[tokio::test]
async fn where_nothing_can_be_asked_back_nothing_is_offered() {
    let (_server, _folder, served, open) = begin().await;
    let odd = json!([{ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["inbox-rules"] }]);
    with(&open, &served, "2026-11-22T11:00:00Z", odd, json!({})).await;
    let id = said_done(&open, &served, without(&[("p2", "Jo Ferrand")])).await;
    assert!(!view(&open, &id).can.undo);
    assert_eq!(open.undo(&id).unwrap_err().code, ProblemCode::BadInput);

    // Its address stands where it has no name.
    let nameless = json!({ "displayName": "enquiries@earth.example.edu" });
    with(&open, &served, "2026-11-22T11:30:00Z", json!([]), nameless).await;
    let named = RequestForm { display_name: "Front desk".into(), ..blank(RequestKind::SetDetails) };
    let id = said_done(&open, &served, named).await;
    assert!(matches!(status(&open, &id), RequestStatus::SaidDone { .. }), "{:?}", status(&open, &id));
    assert!(!view(&open, &id).can.undo, "an address is no name to give back");

    // Its last day was over before it was given another.
    let over = json!({ "expires": "2026-11-20T23:59:59Z" });
    with(&open, &served, "2026-11-22T11:40:00Z", json!([]), over).await;
    let renew = RequestForm { ends: "2027-06-30".into(), ..blank(RequestKind::Renew) };
    let id = said_done(&open, &served, renew).await;
    assert!(matches!(status(&open, &id), RequestStatus::SaidDone { .. }), "{:?}", status(&open, &id));
    assert!(!view(&open, &id).can.undo, "nobody asks for a day that has gone by");
}

#[tokio::test]
async fn what_was_refused_is_written_anew_with_the_same_in_it() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    assert!(open.anew(&id).is_err(), "it is under way");
    served.now_is("refused", &json!({ "modified": "2026-11-22T12:01:00Z",
        "decision": { "by": { "value": "p9", "display": "Idris Penhallow" }, "approve": false, "reason": "Not so.", "at": "2026-11-22T12:01:00Z" } }));
    let _ = go_round(&open).await;
    assert!(matches!(status(&open, &id), RequestStatus::Refused { .. }), "{:?}", status(&open, &id));
    assert!(view(&open, &id).can.anew);
    let made = open.anew(&id).unwrap();
    assert_ne!(made, id);
    let (was, is) = (view(&open, &id).form, view(&open, &made).form);
    assert_eq!((was.changes, was.note), (is.changes, is.note));
    assert_eq!(status(&open, &made), RequestStatus::Draft);
    assert_eq!(open.anew(&id).unwrap(), made, "there is one already");
}

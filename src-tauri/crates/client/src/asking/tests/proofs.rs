//! What shows that a request was carried out, as each institution says, and how a request ends by it.

use super::*;
use accounts::Proof;
use institutions::{Form, Profile};

/// Somebody of the university's staff at CU Boulder, where forms differ by kind of account.
pub(super) fn at_boulder(open: &Open) -> Arc<Open> {
    let profile = institutions::builtin("boulder").unwrap();
    let mut me = open.me();
    me.category = profile.ownership.may_own_categories.first().cloned();
    at_institution(open, profile, me)
}

/// The same at another institution, whose systems are the same.
fn at_institution(open: &Open, mut profile: institutions::Profile, me: accounts::Me) -> Arc<Open> {
    profile.connection = open.profile().connection.clone();
    let institution = crate::catalogue::Institution { profile: Arc::new(profile), file: None };
    let (around, store) = (Arc::clone(&open.around), Arc::clone(&open.store));
    Arc::new(Open::new(open.identity.clone(), institution, open.keeping, around, store, me).unwrap())
}

#[tokio::test]
async fn a_name_alone_is_looked_for_in_the_record_where_the_rest_is_the_desks_word() {
    let (_server, _folder, _served, open) = begin().await;
    let open = at_boulder(&open);
    let named = || RequestForm { display_name: "Earth enquiries".into(), ..blank(RequestKind::SetDetails) };
    let addressed =
        |form| RequestForm { answers: [("addresses".to_owned(), text("earth@example.edu"))].into(), ..form };
    let id = open.save_draft(named()).unwrap();
    let keep = |form| open.save_draft(RequestForm { id: Some(id.clone()), ..form }).unwrap();
    let proof = || view(&open, &id).row.proof;
    assert_eq!(proof(), Proof::Record);
    keep(addressed(named()));
    assert_eq!(proof(), Proof::Word, "the record does not show all of it");
    keep(addressed(blank(RequestKind::SetDetails)));
    assert_eq!(proof(), Proof::Word);
    keep(named());
    assert_eq!(proof(), Proof::Record, "as it is wanted now");
}

/// The record shows the name from now on.
fn is_called(served: &Served, name: &str) {
    served.change(|campus| {
        campus.facts = json!({ "displayName": name });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
}

#[tokio::test]
async fn a_name_alone_ends_as_seen_and_what_no_record_shows_with_the_desks_word() {
    for (answers, is_seen) in [(vec![], true), (vec![("addresses".to_owned(), text("a@example.edu"))], false)]
    {
        let (_server, _folder, served, open) = begin().await;
        let open = at_boulder(&open);
        let name = "Earth enquiries";
        let answers = answers.into_iter().collect();
        let form = RequestForm { display_name: name.into(), answers, ..blank(RequestKind::SetDetails) };
        let id = said_done(&open, &served, form).await;
        let ended = |open: &Open| view(open, &id).row.facet == RequestFacet::Finished;
        assert_eq!(ended(&open), !is_seen, "the record does not show the name yet");
        is_called(&served, name);
        go_round(&open).await.unwrap();
        let status = status(&open, &id);
        assert!(ended(&open), "{status:?}");
        assert_eq!(matches!(status, RequestStatus::CheckedWorking { .. }), is_seen, "{status:?}");
    }
}

/// An institution whose directory does not show that an account is closed, and that may be told why.
fn where_closing_is_a_matter_of_trust(profile: &Profile) -> Profile {
    let mut profile = profile.clone();
    let asks: Form = serde_json::from_value(json!({
        "type": "object", "property-order": ["why"],
        "properties": { "why": { "title": "Why?", "type": "string", "maxLength": 200 } },
    }))
    .unwrap();
    let close = profile.requests.iter_mut().find(|request| request.kind == RequestKind::Close).unwrap();
    (close.proof, close.form) = (Proof::Word, Some(asks));
    profile
}

#[tokio::test]
async fn where_the_desks_word_is_all_that_can_come_a_question_left_empty_changes_nothing() {
    let (_server, _folder, served, open) = begin().await;
    let profile = where_closing_is_a_matter_of_trust(open.profile());
    let open = at_institution(&open, profile, open.me());
    let id = said_done(&open, &served, blank(RequestKind::Close)).await;
    let shown = view(&open, &id);
    assert!(matches!(shown.row.status, RequestStatus::SaidDone { .. }), "{:?}", shown.row.status);
    assert_eq!((shown.row.proof, shown.row.facet), (Proof::Word, RequestFacet::Finished));
    assert_eq!(at(&open, || now() + SignedDuration::from_hours(48)).request(&id).unwrap().support, None);
}

/// What is asked for beside the name is no less wanted because somebody else has set just that name.
#[tokio::test]
async fn what_is_wanted_is_sent_where_only_what_no_record_shows_is_left_of_it() {
    let (_server, _folder, served, open) = begin().await;
    let open = at_boulder(&open);
    let form = RequestForm {
        display_name: "Earth enquiries".into(),
        answers: [("addresses".to_owned(), text("a@example.edu"))].into(),
        ..blank(RequestKind::SetDetails)
    };
    let id = open.save_draft(form).unwrap();
    open.to_outbox(&id).unwrap();
    is_called(&served, "Earth enquiries");
    go_round(&open).await.unwrap();
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::Conflict, 0));
    resolve(&open, &id, Resolution::Keep).await.unwrap();
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{:?}", status(&open, &id));
    let sent = served.sent_last();
    assert_eq!(sent["wish"]["answers"], json!({ "addresses": "a@example.edu" }));
    assert_eq!(sent["wish"]["changes"], json!([]), "the name is there");
}

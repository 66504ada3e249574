//! What was typed stays with a draft as it was typed.

use super::*;
use institutions::AnswerFault;

#[tokio::test]
async fn a_day_that_is_none_stays_as_it_was_typed_and_is_told_at_its_field() {
    let (_server, _folder, _served, open) = begin().await;
    let days =
        |begins: &str, ends: &str| RequestForm { begins: begins.into(), ends: ends.into(), ..add_leonie() };
    let typed = days("in the spring", "2027-02-30");
    assert_eq!(open.plan(&typed).unwrap().faults, [PlanFault::BeginsNoDay, PlanFault::EndsNoDay]);
    let id = open.save_draft(typed).unwrap();
    let kept = view(&open, &id).form;
    assert_eq!((kept.begins.as_str(), kept.ends.as_str()), ("in the spring", "2027-02-30"));
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput, "it cannot be sent so");
    let righted = RequestForm { id: Some(id.clone()), ..days("2027-03-01", "") };
    open.save_draft(righted).unwrap();
    let kept = view(&open, &id).form;
    assert_eq!((kept.begins.as_str(), kept.ends.as_str()), ("2027-03-01", ""));
    assert_eq!(open.plan(&kept).unwrap().faults, []);
}

#[tokio::test]
async fn entries_of_a_list_that_name_nobody_yet_stay_with_the_draft_and_nothing_goes_without_them() {
    let (_server, _folder, _served, open) = begin().await;
    let entries = || vec!["jo ferand".to_owned(), "the new postdoc".to_owned()];
    let form = RequestForm { unsorted: entries(), ..add_leonie() };
    let unsorted = entries().into_iter().map(|text| PlanFault::Unsorted { text });
    assert_eq!(open.plan(&form).unwrap().faults, unsorted.collect::<Vec<_>>());
    let id = open.save_draft(form).unwrap();
    assert_eq!(view(&open, &id).form.unsorted, entries(), "also where the program was killed meanwhile");
    assert!(open.to_outbox(&id).is_err(), "what was pasted is not left out silently");
    let sorted =
        RequestForm { id: Some(id.clone()), unsorted: vec!["  ".to_owned()], ..view(&open, &id).form };
    open.save_draft(sorted).unwrap();
    assert_eq!(view(&open, &id).form.unsorted, [""; 0]);
    open.to_outbox(&id).unwrap();
    let many = RequestForm { unsorted: vec!["x".to_owned(); crate::asking::MOST_KEPT + 1], ..add_leonie() };
    assert_eq!(open.save_draft(many).unwrap_err().code, ProblemCode::BadInput);
}

#[tokio::test]
async fn a_name_that_is_typed_and_not_chosen_stays_with_the_draft_and_nothing_goes_without_it() {
    let (_server, _folder, _served, open) = begin().await;
    let typed = |access: &str| TypedNames { access: access.to_owned(), owner: String::new() };
    let form = RequestForm { typed_names: typed("ruth"), ..add_leonie() };
    assert_eq!(open.plan(&form).unwrap().faults, [PlanFault::Unsorted { text: "ruth".to_owned() }]);
    let id = open.save_draft(form).unwrap();
    assert_eq!(
        view(&open, &id).form.typed_names,
        typed("ruth"),
        "also where the program was killed meanwhile"
    );
    assert!(open.to_outbox(&id).is_err(), "nobody is left out silently");
    let chosen = RequestForm { typed_names: typed(" "), ..view(&open, &id).form };
    open.save_draft(chosen).unwrap();
    open.to_outbox(&id).unwrap();
}

#[tokio::test]
async fn more_people_than_fit_in_one_request_are_kept_and_told_at_their_field() {
    let (_server, _folder, _served, open) = begin().await;
    let added = |n: usize| AccessChange {
        to: who(&format!("q{n}"), &format!("Person {n}")),
        rights: rights(&["full-access"]),
    };
    let people = |count| form((0..count).map(added).collect());
    assert_eq!(open.plan(&people(500)).unwrap().faults, []);
    let fault = PlanFault::TooManyPeople { count: 600, max: 500 };
    assert_eq!(open.plan(&people(600)).unwrap().faults, [fault]);
    let id = open.save_draft(people(600)).unwrap();
    assert_eq!(view(&open, &id).form.changes.len(), 600, "two lists, one after the other");
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput, "it cannot be sent so");
    let entries = (0..600).map(|n| format!("somebody {n}")).collect();
    let id = open.save_draft(RequestForm { unsorted: entries, ..add_leonie() }).unwrap();
    assert_eq!(view(&open, &id).form.unsorted.len(), 600);
}

#[tokio::test]
async fn a_name_of_which_nothing_can_be_seen_is_none() {
    let (_server, _folder, _served, open) = begin().await;
    become_officer(&open);
    for unseen in ["", "  ", "\u{200B}", " \u{200B}\u{00AD} \u{FEFF} "] {
        let display_name = unseen.to_owned();
        let form = RequestForm { account: None, display_name, ..blank(RequestKind::NewAccount) };
        let faults = open.plan(&form).unwrap().faults;
        assert!(faults.contains(&PlanFault::NoDisplayName), "{unseen:?}: {faults:?}");
        let id = open.save_draft(form).unwrap();
        assert_eq!(view(&open, &id).row.asks.facts, [], "{unseen:?}");
    }
}

#[tokio::test]
async fn the_last_day_of_an_account_is_kept_as_it_was_typed_too() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| {
        campus.facts = json!({ "expires": "2027-01-31T23:59:59Z" });
        campus.modified = Some("2026-11-22T10:00:00Z");
    });
    read_record(&open, false).await.unwrap();
    let renew = RequestForm { ends: "end of term".into(), ..blank(RequestKind::Renew) };
    assert_eq!(open.plan(&renew).unwrap().faults, [PlanFault::EndsNoDay]);
    let id = open.save_draft(renew).unwrap();
    assert_eq!(view(&open, &id).form.ends, "end of term");
    assert_eq!(view(&open, &id).row.asks.facts, [], "it asks for no day");
}

#[tokio::test]
async fn a_name_that_is_too_long_is_kept_whole_and_told_at_its_field() {
    let (_server, _folder, _served, open) = begin().await;
    let named =
        |letters| RequestForm { display_name: "é".repeat(letters), ..blank(RequestKind::SetDetails) };
    assert_eq!(open.plan(&named(300)).unwrap().faults, []);
    assert_eq!(open.plan(&named(301)).unwrap().faults, [PlanFault::DisplayNameTooLong { max: 300 }]);
    let id = open.save_draft(named(301)).unwrap();
    assert_eq!(view(&open, &id).form.display_name, named(301).display_name);
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput, "it cannot be sent so");
}

#[tokio::test]
async fn a_number_that_is_none_is_kept_and_told_at_its_question() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| {
        campus.facts = json!({ "kind": "room" });
        campus.modified = Some("2026-11-22T10:00:00Z");
    });
    read_record(&open, false).await.unwrap();
    let answers = [("outright".into(), text("everyone")), ("days-ahead".into(), text("ninety"))];
    let form = RequestForm { answers: answers.into(), ..blank(RequestKind::SetBooking) };
    let fault = PlanFault::Answer { question: "days-ahead".into(), fault: AnswerFault::NotANumber };
    assert_eq!(open.plan(&form).unwrap().faults, [fault]);
    let id = open.save_draft(form.clone()).unwrap();
    assert_eq!(view(&open, &id).form.answers, form.answers);
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput);
}

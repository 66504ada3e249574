//! Every other kind of request: from its form to its proof.

use super::{proofs::at_boulder, *};
use crate::view::{AnswerShown, PlanView};
use accounts::{AccountState, NameFault, Proof};
use institutions::AnswerFault;

/// The account has that, by the record.
async fn with(facts: Value) -> (MockServer, tempfile::TempDir, Served, Arc<Open>) {
    let (server, folder, served, open) = begin().await;
    served.change(|campus| {
        campus.facts = facts;
        campus.modified = Some("2026-11-22T10:00:00Z");
    });
    read_record(&open, false).await.unwrap();
    (server, folder, served, open)
}

fn planned(open: &Open, form: &RequestForm) -> PlanView {
    open.plan(form).unwrap()
}

#[tokio::test]
async fn a_password_is_removed_and_its_users_become_delegates_in_one_request() {
    let (_server, _folder, served, open) = with(json!({ "kind": "mailbox-and-sign-in" })).await;
    let leonie = AccessChange { to: who("p1", "Leonie Strake"), rights: rights(&["full-access"]) };
    let form = RequestForm { changes: vec![leonie], ..blank(RequestKind::RemovePassword) };
    let plan = planned(&open, &form).plan.unwrap();
    assert_eq!(plan.consequences[0], accounts::Consequence::PasswordEnds);
    assert_eq!((plan.facts.len(), plan.lines.len()), (1, 1));
    let id = said_done(&open, &served, form).await;
    assert!(
        matches!(status(&open, &id), RequestStatus::SaidDone { .. }),
        "the record shows it with a password"
    );
    served.change(|campus| {
        campus.facts = json!({ "kind": "mailbox-only" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::SaidDone { .. }), "Leonie has no access yet");
    served.change(|campus| {
        campus.grants.push(
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] }),
        );
        campus.modified = Some("2026-11-22T11:59:40Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { tried: false, .. }));
    assert!(!view(&open, &id).can.undo, "a password does not come back");
}

#[tokio::test]
async fn who_has_handed_over_and_sees_it_no_more_has_the_desks_word_for_it() {
    let (_server, _folder, served, open) = begin().await;
    let form = RequestForm { owner: Some(who("p9", "Idris Penhallow")), ..blank(RequestKind::HandOver) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    served.change(|campus| campus.hidden = true);
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::SaidDone { .. }), "nobody saw it");
    let view = view(&open, &id);
    assert!(!view.can.undo && !view.can.check, "it is not theirs to ask back, and nothing more can be seen");
    assert_eq!(open.requests(RequestFacet::Finished).unwrap().finished, 1, "it ends there");
}

#[tokio::test]
async fn who_stays_as_a_delegate_sees_that_it_was_handed_over() {
    let (_server, _folder, served, open) = begin().await;
    let stay = AccessChange { to: who("me", "Maren Tolliver"), rights: rights(&["full-access"]) };
    let owner = Some(who("p9", "Idris Penhallow"));
    let form = RequestForm { owner, changes: vec![stay], ..blank(RequestKind::HandOver) };
    let id = said_done(&open, &served, form).await;
    served.change(|campus| {
        campus.owner = Some("p9");
        campus.grants = vec![
            json!({ "value": "me", "type": "User", "display": "Maren Tolliver", "rights": ["full-access"] }),
        ];
        campus.facts = json!({ "grantsShown": "own" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }), "{:?}", status(&open, &id));
}

#[tokio::test]
async fn a_name_is_changed_and_can_be_changed_back() {
    let (_server, _folder, served, open) = begin().await;
    let form = RequestForm { display_name: "  Earth enquiries ".into(), ..blank(RequestKind::SetDetails) };
    let id = said_done(&open, &served, form).await;
    served.change(|campus| {
        campus.facts = json!({ "displayName": "Earth enquiries" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }));
    let back = open.undo(&id).unwrap();
    assert_eq!(view(&open, &back).form.display_name, "Enquiries");
}

#[tokio::test]
async fn a_fact_that_somebody_else_changed_is_shown_as_written_now_and_wanted() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let form = RequestForm { display_name: "Earth enquiries".into(), ..blank(RequestKind::SetDetails) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    served.change(|campus| {
        campus.down = false;
        campus.facts = json!({ "displayName": "Earth Sciences" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
    let name = |name: &str| Edit::DisplayName { name: name.into() };
    let line = view(&open, &id).conflict.remove(0);
    assert_eq!(
        (line.written, line.now, line.wanted),
        (Some(name("Enquiries")), Some(name("Earth Sciences")), name("Earth enquiries"))
    );
    assert_eq!(served.arrived(), 0);
}

#[tokio::test]
async fn what_no_record_shows_is_tried_and_only_then_called_working() {
    let (_server, _folder, served, open) = with(json!({ "kind": "room" })).await;
    let form = || RequestForm {
        answers: [("outright".into(), text("everyone")), ("days-ahead".into(), Answer::Number(90))].into(),
        ..blank(RequestKind::SetBooking)
    };
    let far = RequestForm { answers: [("days-ahead".into(), Answer::Number(100_000))].into(), ..form() };
    let fault =
        PlanFault::Answer { question: "days-ahead".into(), fault: AnswerFault::TooLarge { max: 1080 } };
    assert_eq!(planned(&open, &far).faults, [fault]);
    let id = said_done(&open, &served, form()).await;
    let done = view(&open, &id);
    assert_eq!((done.row.proof, done.can.tried, done.can.undo), (Proof::Tried, true, false));
    assert!(done.answers.iter().any(|line| line.answer == AnswerShown::Number(90)), "{:?}", done.answers);
    assert_eq!(open.requests(RequestFacet::Open).unwrap().open, 1, "it waits to be tried");
    assert_eq!(done.support.map(|support| support.reference), Some("RQ-1".into()), "or found not to work");
    open.tried(&id).unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { tried: true, .. }));
    assert!(view(&open, &id).support.is_none());
    assert_eq!(open.tried(&id).unwrap_err().code, ProblemCode::BadInput, "once");
}

#[tokio::test]
async fn a_question_to_the_desk_ends_with_its_word_and_concerns_no_account() {
    let (_server, _folder, served, open) = begin().await;
    let ask = |answers| RequestForm { account: None, answers, ..blank(RequestKind::AskDesk) };
    let missing =
        |question: &str| PlanFault::Answer { question: question.into(), fault: AnswerFault::Missing };
    let blank = ask([("subject".to_owned(), text("  "))].into());
    assert_eq!(planned(&open, &blank).faults, [missing("subject"), missing("message")]);
    let whole = [("subject".to_owned(), text("Spam")), ("message".to_owned(), text("Too much of it."))];
    let id = said_done(&open, &served, ask(whole.into())).await;
    let view = view(&open, &id);
    assert!(matches!(view.row.status, RequestStatus::SaidDone { .. }));
    assert_eq!((view.row.account, view.row.label, view.can.check), (None, String::new(), false));
    assert_eq!(open.requests(RequestFacet::Finished).unwrap().finished, 1, "nothing more will be known");
}

#[tokio::test]
async fn a_new_account_is_for_officers_to_ask_for_and_its_faults_come_in_the_order_of_the_form() {
    let (_server, _folder, served, open) = begin().await;
    let new = || RequestForm { account: None, ..blank(RequestKind::NewAccount) };
    assert_eq!(planned(&open, &new()).faults, [PlanFault::MayNotAsk { why: MayNotAsk::ForItOfficers }]);
    become_officer(&open);
    let purpose = PlanFault::Answer { question: "purpose".into(), fault: AnswerFault::Missing };
    let name = PlanFault::NotAName { faults: vec![NameFault::Empty] };
    assert_eq!(
        planned(&open, &new()).faults,
        [PlanFault::NoKind, name, PlanFault::NoDisplayName, PlanFault::NoOwner, purpose]
    );
    let whole = || RequestForm {
        account_kind: Some("mailbox-only".into()),
        username: " EARTclub".into(),
        display_name: "Earth club".into(),
        owner: Some(who("p9", "Idris Penhallow")),
        answers: [("purpose".to_owned(), text("calendar"))].into(),
        ..new()
    };
    let exception = RequestForm { account_kind: Some("mailbox-and-sign-in".into()), ..whole() };
    assert_eq!(planned(&open, &exception).faults, [PlanFault::PolicyNotAccepted], "asked of this kind alone");
    let exception = RequestForm { policy_accepted: true, ..exception };
    assert_eq!(planned(&open, &exception).faults, [PlanFault::NeedsReason]);
    let past = RequestForm { ends: "2026-11-21".into(), ..whole() };
    assert_eq!(planned(&open, &past).faults, [PlanFault::EndsBeforeToday]);
    let id = open.save_draft(whole()).unwrap();
    send(&open, &id).await;
    let told = view(&open, &id);
    assert_eq!(
        (told.form.username.as_str(), told.row.account),
        ("eartclub", None),
        "folded as it would be kept"
    );
    let again = RequestForm { username: "eartclub".into(), ..whole() };
    assert_eq!(planned(&open, &again).duplicate, Some(id.clone()), "the same name again");
    // The desk tells which account it has become, and the record shows it.
    served.change(|campus| {
        campus.facts = json!({ "userName": "eartclub", "displayName": "Earth club" });
        campus.owner = Some("p9");
    });
    let account = json!({ "account": { "value": "a", "label": "eartclub@earth.example.edu" }, "doneAt": "2026-11-22T11:59:00Z" });
    served.now_is("done", &account);
    go_round(&open).await.unwrap();
    let seen = view(&open, &id);
    // Idris's account is not for this officer to see: the desk's word is all there is.
    assert!(matches!(seen.row.status, RequestStatus::SaidDone { .. }), "{:?}", seen.row.status);
    assert_eq!(seen.row.label, "eartclub@earth.example.edu");
}

#[tokio::test]
async fn a_name_is_looked_at_by_rule_and_asked_about_at_the_desk() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.taken = vec!["eartclub"]);
    let check = |name: &str| check_name(Arc::clone(&open), name.to_owned(), Some("p9".into()));
    let taken = check(" EARTclub").await;
    assert_eq!((taken.name.as_str(), taken.taken), ("eartclub", Some(true)));
    assert_eq!(check("eartnew").await.taken, Some(false));
    assert!(check("eartnew").await.faults.is_empty());
    let other = NameFault::OtherPrefix { prefix: "eart".into() };
    assert_eq!(check("histnew").await.faults, [other], "the desk knows the unit of whoever is to own it");
    let odd = check("e\u{430}rt").await;
    assert!(
        odd.taken.is_none() && matches!(&odd.faults[..], [NameFault::NotAllowed { looks_alike: true, .. }])
    );
    assert!(desk_answers(Arc::clone(&open)).await);
    served.change(|campus| campus.down = true);
    assert_eq!(check("eartnew").await.taken, None, "not asked is not free");
    assert!(!desk_answers(Arc::clone(&open)).await);
}

#[tokio::test]
async fn closing_and_renewing_are_seen_in_the_record() {
    let (_server, _folder, served, open) =
        with(json!({ "expires": "2027-01-31T23:59:59Z", "state": "active" })).await;
    let renew = RequestForm { ends: "2028-01-31".into(), ..blank(RequestKind::Renew) };
    assert_eq!(planned(&open, &blank(RequestKind::Renew)).faults, [PlanFault::NoEnd]);
    let id = open.save_draft(renew.clone()).unwrap();
    assert_eq!(
        view(&open, &id).form,
        RequestForm { id: Some(id), ..renew },
        "a draft is as it was filled in"
    );
    let close = planned(&open, &blank(RequestKind::Close)).plan.unwrap();
    assert_eq!(close.consequences, [accounts::Consequence::Stops]);
    let id = said_done(&open, &served, blank(RequestKind::Close)).await;
    served.change(|campus| {
        campus.facts = json!({ "state": "suspended" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }), "{:?}", status(&open, &id));
    assert_eq!(open.account(&"a".into()).unwrap().state, AccountState::Suspended);
}

#[tokio::test]
async fn what_can_be_asked_for_stands_there_with_why_not() {
    let (_server, _folder, _served, open) = begin().await;
    let offers = |account: Option<&str>| {
        let account = account.map(accounts::AccountId::from);
        let offers = open.offers(account.as_ref()).unwrap();
        offers.into_iter().map(|offer| (offer.kind, offer.why_not)).collect::<Vec<_>>()
    };
    use RequestKind as K;
    assert_eq!(
        offers(Some("a")),
        [
            (K::ChangeAccess, None),
            (K::HandOver, None),
            (K::SetDetails, None),
            (K::Renew, Some(MayNotAsk::NoEnd)),
            (K::Close, None),
            (K::AskDesk, None),
        ]
    );
    assert_eq!(offers(None), [(K::NewAccount, Some(MayNotAsk::ForItOfficers)), (K::AskDesk, None)]);
    let new = &open.offers(None).unwrap()[0];
    assert!(new.otherwise.is_some() && !new.questions.is_empty());
    assert_eq!(new.account_kinds[0], "mailbox-only".into());
}

#[tokio::test]
async fn a_record_that_is_slower_than_the_desk_is_looked_at_again() {
    let (_server, _folder, served, open) = begin().await;
    let form = RequestForm { display_name: "Earth enquiries".into(), ..blank(RequestKind::SetDetails) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    served.change(|campus| campus.hidden = true);
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    assert!(view(&open, &id).can.check, "it may only be late: {:?}", status(&open, &id));
    served.change(|campus| {
        campus.hidden = false;
        campus.facts = json!({ "displayName": "Earth enquiries" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }), "{:?}", status(&open, &id));
}

#[tokio::test]
async fn what_cannot_be_seen_is_not_sent_and_so_is_not_missed() {
    let (_server, _folder, _served, open) = begin().await;
    let message = "a\ttab\r\nand \u{202E}a turn";
    let answers = [("subject".to_owned(), text("Spam")), ("message".to_owned(), text(message))];
    let form = RequestForm { account: None, answers: answers.into(), ..blank(RequestKind::AskDesk) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{:?}", status(&open, &id));
    assert_eq!(view(&open, &id).form.answers.get("message"), Some(&text("a tab\nand a turn")));
}

#[tokio::test]
async fn what_is_too_long_is_told_at_its_field_and_kept() {
    let (_server, _folder, _served, open) = begin().await;
    let long = "x".repeat(5000);
    let answers = [("subject".to_owned(), text("Spam")), ("message".to_owned(), text(&long))];
    let note = "n".repeat(2001);
    let form = RequestForm { account: None, answers: answers.into(), note, ..blank(RequestKind::AskDesk) };
    let faults = planned(&open, &form).faults;
    let told = |fault: &PlanFault| matches!(fault, PlanFault::Answer { question, fault: AnswerFault::TooLong { .. } } if question == "message");
    assert!(faults.iter().any(told) && faults.contains(&PlanFault::NoteTooLong { max: 2000 }), "{faults:?}");
    let id = open.save_draft(form.clone()).unwrap();
    assert_eq!(view(&open, &id).form.answers, form.answers, "nothing typed is lost");
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput);
}

#[tokio::test]
async fn requests_arrive_in_the_order_in_which_they_were_sent_off() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let mut ids = Vec::new();
    for subject in ["first", "second", "third"] {
        let answers = [("subject".to_owned(), text(subject)), ("message".to_owned(), text("…"))];
        let form = RequestForm { account: None, answers: answers.into(), ..blank(RequestKind::AskDesk) };
        ids.push(open.save_draft(form).unwrap());
        open.to_outbox(ids.last().unwrap()).unwrap();
    }
    served.change(|campus| campus.down = false);
    go_round(&open).await.unwrap();
    let references = ids.iter().map(|id| status(&open, id));
    let expected =
        ["RQ-1", "RQ-2", "RQ-3"].map(|reference| RequestStatus::WithDesk { reference: reference.into() });
    assert!(references.eq(expected));
}

/// A try was begun and nothing of it left: it was never sent, so what has changed meanwhile counts.
#[tokio::test]
async fn what_was_begun_and_is_not_at_the_desk_is_held_against_the_record_again() {
    let (_server, _folder, served, open) = begin().await;
    let form = RequestForm { display_name: "Earth enquiries".into(), ..blank(RequestKind::SetDetails) };
    let id = open.save_draft(form).unwrap();
    open.to_outbox(&id).unwrap();
    let waiting = open.entry(&id).unwrap();
    let begun = crate::asking::Entry { stage: crate::asking::EntryStage::Sending, ..waiting.clone() };
    assert!(open.replace(&waiting, &begun).unwrap());
    served.change(|campus| {
        campus.facts = json!({ "displayName": "Earth Sciences" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::Conflict, 0));
}

#[tokio::test]
async fn the_code_of_a_unit_is_asked_for_where_it_is_known_which_unit_it_is() {
    let (_server, _folder, _served, open) = begin().await;
    let mut profile = open.profile().clone();
    profile.usernames.unit_prefixes = [("earth".into(), "eart".to_owned())].into();
    let earth = accounts::NamedUnit { id: "earth".into(), name: "Earth Sciences".into() };
    let me = accounts::Me { role: Role::ItOfficer, held_units: vec![earth], ..open.me() };
    let institution = crate::catalogue::Institution { profile: Arc::new(profile), file: None };
    let (around, store) = (Arc::clone(&open.around), Arc::clone(&open.store));
    let open = Open::new(open.identity.clone(), institution, open.keeping, around, store, me).unwrap();
    let faults = |unit: Option<&str>| {
        let mut owner = who("p9", "Idris Penhallow");
        owner.who.unit = unit.map(str::to_owned);
        let form = RequestForm {
            account: None,
            username: "histclub".into(),
            owner: Some(owner),
            ..blank(RequestKind::NewAccount)
        };
        let faults = planned(&open, &form).faults;
        faults.into_iter().find(|fault| matches!(fault, PlanFault::NotAName { .. }))
    };
    let other = NameFault::OtherPrefix { prefix: "eart".into() };
    assert_eq!(faults(Some("Earth Sciences")), Some(PlanFault::NotAName { faults: vec![other] }));
    assert_eq!((faults(Some("History")), faults(None)), (None, None), "of which nothing is known here");
}

#[tokio::test]
async fn a_question_is_asked_for_its_kinds_alone() {
    let (_server, _folder, _served, open) = begin().await;
    let open = at_boulder(&open);
    let student = || [("student-name".to_owned(), text("Wren Abara"))].into_iter();
    let rest = || [("department".to_owned(), text("Geology")), ("purpose".to_owned(), text("A desk."))];
    let asked = |kind: Option<&str>, answers: accounts::Answers| {
        let account_kind = kind.map(accounts::KindId::from);
        let form = RequestForm { account: None, account_kind, answers, ..blank(RequestKind::NewAccount) };
        let of_student = |fault: &PlanFault| match fault {
            PlanFault::Answer { question, fault } if question == "student-name" => Some(fault.clone()),
            _ => None,
        };
        planned(&open, &form).faults.iter().find_map(of_student)
    };
    assert_eq!(asked(Some("exc-account"), rest().into()), Some(AnswerFault::Missing));
    assert_eq!(asked(Some("exc-account"), rest().into_iter().chain(student()).collect()), None);
    assert_eq!(asked(Some("group-account"), rest().into()), None);
    assert_eq!(asked(Some("group-account"), student().collect()), Some(AnswerFault::NotAllowed));
    assert_eq!(asked(None, accounts::Answers::new()), None, "of no kind is asked what is for some");
    let offers = open.offers(None).unwrap();
    let questions = &offers.iter().find(|offer| offer.kind == RequestKind::NewAccount).unwrap().questions;
    let of_student = questions.iter().find(|question| question.id == "student-name").unwrap();
    assert_eq!(of_student.kinds, ["exc-account".into()]);
}

/// Mission row B2: one row for each sort of somebody, with the kinds that they are offered.
#[tokio::test]
async fn a_kind_that_a_group_asks_for_is_offered_to_its_members_with_their_group_as_the_owner() {
    let (_server, _folder, _served, open) = begin().await;
    let open = at_boulder(&open);
    let center = accounts::Team { id: "g1".into(), name: "Center for Student Involvement".into() };
    let all = ["group-account", "student-group-account", "exc-account"];
    let rows = [
        (Some("staff"), vec![], vec!["group-account", "exc-account"], None),
        (Some("staff"), vec![center.clone()], all.to_vec(), None),
        (Some("student"), vec![center.clone()], vec!["student-group-account"], None),
        (Some("student"), vec![], all.to_vec(), Some(MayNotAsk::MayNotOwn)),
    ];
    for (category, teams, kinds, why_not) in rows {
        let is_member = !teams.is_empty();
        open.set_me(accounts::Me { category: category.map(str::to_owned), teams, ..open.me() });
        let offers = open.offers(None).unwrap();
        let new = offers.iter().find(|offer| offer.kind == RequestKind::NewAccount).unwrap();
        let offered: Vec<_> = new.account_kinds.iter().map(accounts::KindId::as_str).collect();
        assert_eq!((offered, new.why_not), (kinds, why_not), "{category:?}, in the Center: {is_member}");
        let owners: Vec<_> = new.owners.iter().map(|set| set.owner.who.id.as_str()).collect();
        assert_eq!(owners, if is_member { vec!["g1"] } else { vec![] });
        let of_club = RequestForm {
            account: None,
            account_kind: Some("student-group-account".into()),
            ..blank(RequestKind::NewAccount)
        };
        let told = planned(&open, &of_club).faults;
        let refused = why_not.or((!is_member).then_some(MayNotAsk::ForTeam));
        let is_refused = told.iter().any(|fault| matches!(fault, PlanFault::MayNotAsk { .. }));
        assert_eq!(is_refused, refused.is_some(), "{told:?}");
        if let Some(why) = refused {
            assert_eq!(told, [PlanFault::MayNotAsk { why }]);
        }
    }
}

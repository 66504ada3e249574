//! From the draft to its end: sent once, followed, and believed only where it is seen.

use super::*;

#[tokio::test]
async fn a_request_goes_its_whole_road_and_ends_only_when_it_is_seen() {
    let (_server, _folder, served, open) = begin().await;
    let id = drafted(&open);
    assert_eq!(status(&open, &id), RequestStatus::Draft);
    assert_eq!(view(&open, &id).row.facet, RequestFacet::Open);
    send(&open, &id).await;
    assert_eq!(status(&open, &id), RequestStatus::WithDesk { reference: "RQ-1".into() });

    served.now_is("applying", &json!({ "appliesAt": "2026-11-22T12:20:00Z", "modified": "2026-11-22T12:01:00Z",
        "decision": { "by": { "value": "p9", "display": "Idris Penhallow" }, "approve": true, "reason": "Fine.", "at": "2026-11-22T12:01:00Z" } }));
    go_round(&open).await.unwrap();
    assert!(
        matches!(status(&open, &id), RequestStatus::BeingApplied { by, .. } if by == "2026-11-22T12:20:00Z")
    );

    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    assert!(
        matches!(status(&open, &id), RequestStatus::SaidDone { .. }),
        "what they say is not what was seen"
    );

    served.change(|campus| {
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants = vec![
            json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["send-as", "full-access"] }),
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] }),
        ];
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }));
    let told: Vec<_> = view(&open, &id).events.iter().map(|event| event.what).collect();
    use RequestEventKind as K;
    assert_eq!(told, [K::Written, K::Sent, K::Received, K::Approved, K::SaidDone, K::Seen]);
    let page = open.requests(RequestFacet::Finished).unwrap();
    assert_eq!((page.rows.len(), page.open, page.finished), (1, 0, 1));
    assert_eq!((page.rows[0].facet, page.lately.len()), (RequestFacet::Finished, 0));
    let lately = |open: &Open| open.requests(RequestFacet::Open).unwrap().lately;
    assert_eq!(lately(&open).iter().map(|row| &row.id).collect::<Vec<_>>(), [&id], "not gone without a word");
    assert_eq!(lately(&at(&open, || now() + SignedDuration::from_hours(47))).len(), 1);
    assert!(
        lately(&at(&open, || now() + SignedDuration::from_hours(49))).is_empty(),
        "by then it is no news"
    );
}

#[tokio::test]
async fn without_a_desk_it_waits_on_this_computer_and_then_goes_once() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::WaitingForConnection);
    assert_eq!(view(&open, &id).problem.unwrap().code, ProblemCode::Later);
    served.change(|campus| campus.down = false);
    go_round(&open).await.unwrap();
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(served.arrived(), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_before_anything_is_sent_again() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.loses_answers = vec![502]);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    go_round(&open).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::WithDesk { reference: "RQ-1".into() });
    assert_eq!(served.arrived(), 1);
}

fn missing_names(open: &Open, id: &RequestId) -> Vec<String> {
    let name = |edit: Edit| match edit {
        Edit::Access { to, .. } | Edit::Owner { to } => to.who.name,
        other => panic!("{other:?}"),
    };
    view(open, id).missing.into_iter().map(name).collect()
}

#[tokio::test]
async fn half_a_request_is_told_with_the_names_that_are_missing() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    let status = status(&open, &id);
    assert!(
        matches!(&status, RequestStatus::TakenInPart { reference, lacks: true, ended: false, .. } if reference == "RQ-1")
    );
    assert_eq!(missing_names(&open, &id), ["Jo Ferrand"]);
}

#[tokio::test]
async fn a_refusal_before_it_is_a_request_leaves_a_draft_to_put_right() {
    let (_server, _folder, served, open) = begin().await;
    let said = json!({ "code": "invalid", "detail": "", "errors": [{ "field": "wish.changes.0.to", "detail": "Leonie Strake holds a visitor card." }] });
    served.change(|campus| campus.refuses = Some((422, said)));
    let id = sent(&open).await;
    let reason = "Leonie Strake holds a visitor card.".to_owned();
    assert_eq!(status(&open, &id), RequestStatus::NotTaken { reason });
    let now = view(&open, &id);
    assert!(now.can.edit);
    let person = FormPlace::Person { id: "p1".into() };
    assert_eq!(
        now.refused,
        [RefusedField { at: person, text: "Leonie Strake holds a visitor card.".to_owned() }]
    );
    let again = RequestForm { id: Some(id.clone()), ..add_leonie() };
    assert_eq!(open.save_draft(again).unwrap(), id, "the same request goes on");
    assert_eq!(status(&open, &id), RequestStatus::Draft);
    assert_eq!(view(&open, &id).refused, [], "it is another one now");
}

#[tokio::test]
async fn a_refusal_says_of_whom_and_of_what_it_speaks_where_it_does_not_say_so_itself() {
    let (_server, _folder, served, open) = begin().await;
    become_officer(&open);
    let reason = |errors: Value, form: RequestForm| {
        let (open, served) = (Arc::clone(&open), served.clone());
        async move {
            let said = json!({ "code": "invalid", "detail": "Not so.", "errors": errors });
            served.change(|campus| campus.refuses = Some((422, said)));
            let id = open.save_draft(form).unwrap();
            send(&open, &id).await;
            match status(&open, &id) {
                RequestStatus::NotTaken { reason } => reason,
                other => panic!("{other:?}"),
            }
        }
    };
    let left = "Somebody who has left cannot be given access.";
    let errors = json!([
        { "field": "wish.changes.1.edit.to.value", "detail": left },
        { "field": "wish.changes.0.edit.rights", "detail": "Leonie Strake cannot have that." },
        { "field": "wish.changes.9.edit.to", "detail": "Nobody." },
        { "field": "note", "detail": "Too short." },
    ]);
    assert_eq!(
        reason(errors, add_leonie()).await,
        format!("Jo Ferrand: {left}\nLeonie Strake cannot have that.\nNobody.\nToo short.")
    );
    let errors = json!([{ "field": "wish.answers.subject", "detail": "Not that." }]);
    let title = open.profile().request(RequestKind::AskDesk).unwrap().form.as_ref().unwrap().questions();
    let title = &title.iter().find(|question| question.id == "subject").unwrap().title;
    let told = reason(errors, asks_desk()).await;
    assert!(told.starts_with(title.as_str()) && told.ends_with(" Not that."), "{told}");
}

/// Somebody else gave Jo another right while the request lay in the outbox.
async fn in_conflict(served: &Served, open: &Arc<Open>) -> RequestId {
    served.change(|campus| campus.down = true);
    let id = sent(open).await;
    served.change(|campus| {
        campus.down = false;
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants[0]["rights"] = json!(["full-access", "automap"]);
    });
    // The record was not read since: the account is looked at again before anything is sent.
    go_round(open).await.unwrap();
    id
}

#[tokio::test]
async fn a_conflict_is_shown_as_written_now_and_wanted_and_nothing_is_sent() {
    let (_server, _folder, served, open) = begin().await;
    let id = in_conflict(&served, &open).await;
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
    assert_eq!(served.arrived(), 0);
    let of_jo = |edit: &Edit| matches!(edit, Edit::Access { to, .. } if to.who.name == "Jo Ferrand");
    let line = view(&open, &id).conflict.into_iter().find(|line| of_jo(&line.wanted)).unwrap();
    let holds = |names: &[&str]| Edit::Access { to: who("p2", "Jo Ferrand"), rights: rights(names) };
    assert!(line.written.unwrap().is_same(&holds(&["full-access"])));
    assert!(line.now.unwrap().is_same(&holds(&["full-access", "automap"])));
    assert!(line.wanted.is_same(&holds(&["full-access", "send-as"])));
}

#[tokio::test]
async fn a_conflict_ends_as_its_writer_chooses() {
    for (resolution, arrives) in [(Resolution::Keep, 1), (Resolution::Adjust, 0), (Resolution::Drop, 0)] {
        let (_server, _folder, served, open) = begin().await;
        let id = in_conflict(&served, &open).await;
        resolve(&open, &id, resolution).await.unwrap();
        let _ = go_round(&open).await;
        assert_eq!(served.arrived(), arrives, "{resolution:?}");
        match resolution {
            Resolution::Keep => assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. })),
            Resolution::Adjust => assert_eq!(status(&open, &id), RequestStatus::Draft),
            Resolution::Drop => assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest),
        }
    }
}

#[tokio::test]
async fn a_conflict_that_only_the_desk_knows_of_is_one_too() {
    let (_server, _folder, served, open) = begin().await;
    let said = json!({ "code": "conflict", "detail": "", "conflicts": [{ "what": "access", "to": { "value": "p2" }, "rights": ["automap"] }] });
    served.change(|campus| campus.refuses = Some((409, said)));
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
    let of_jo = |edit: &Edit| matches!(edit, Edit::Access { to, .. } if to.who.name == "Jo Ferrand");
    let line = view(&open, &id).conflict.into_iter().find(|line| of_jo(&line.wanted)).unwrap();
    let automap = Edit::Access { to: who("p2", "Jo Ferrand"), rights: rights(&["automap"]) };
    assert!(line.now.unwrap().is_same(&automap), "as the desk says, not as the record still has it");
    // Sent again, it stands on that, and the desk has no reason to say the same once more.
    served.change(|campus| campus.refuses = None);
    resolve(&open, &id, Resolution::Keep).await.unwrap();
    go_round(&open).await.unwrap();
    let was = served.sent_last()["wish"]["changes"][1]["was"]["rights"].clone();
    assert_eq!(was, json!(["automap"]));
}

#[tokio::test]
async fn a_request_is_withdrawn_at_the_desk_and_ends() {
    let (_server, _folder, _served, open) = begin().await;
    let id = sent(&open).await;
    withdraw(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::Withdrawn { reference: "RQ-1".into() });
    assert!(withdraw(Arc::clone(&open), id).await.is_err(), "once");
}

#[tokio::test]
async fn another_request_for_the_same_person_is_named_before_sending() {
    let (_server, _folder, _served, open) = begin().await;
    let id = sent(&open).await;
    let view = open.plan(&add_leonie()).unwrap();
    assert_eq!(view.duplicate, Some(id));
    let other = AccessChange { to: who("p8", "Tomasz Wren"), rights: rights(&["full-access"]) };
    assert_eq!(open.plan(&form(vec![other])).unwrap().duplicate, None);
}

#[tokio::test]
async fn a_plan_says_why_there_is_none() {
    let (_server, _folder, _served, open) = begin().await;
    let fault = |changes| open.plan(&form(changes)).unwrap().faults.remove(0);
    let change = |to, names: &[&str]| AccessChange { to, rights: rights(names) };
    assert_eq!(fault(vec![]), PlanFault::NothingChanges);
    let owner = fault(vec![change(who("me", "Maren Tolliver"), &["full-access"])]);
    assert_eq!(owner, PlanFault::IsOwner { name: "Maren Tolliver".into() });
    let unknown = fault(vec![change(who("p1", "Leonie Strake"), &["fly"])]);
    assert_eq!(unknown, PlanFault::UnknownRight { right: "fly".into() });
}

#[tokio::test]
async fn who_only_uses_an_account_is_told_that_it_is_not_theirs_to_change() {
    let (_server, _folder, _served, open) = begin().await;
    let mine = Grant { to: who("me", "Maren Tolliver"), rights: rights(&["full-access"]) };
    let account = Account {
        kind: "mailbox-only".into(),
        owner: Some(who("p9", "Idris Penhallow")),
        access: Access::Own(vec![mine]),
        ..Account::unknown("b".into())
    };
    let incoming = incoming(open.profile(), &open.me(), account).unwrap();
    open.store.take(&[incoming], "2026-11-22T12:00:00Z").unwrap();
    let view = open.account(&"b".into()).unwrap();
    assert_eq!(view.may_not_change_access, Some(MayNotAsk::NotYours));
    let form = RequestForm { account: Some("b".into()), ..add_leonie() };
    assert_eq!(open.plan(&form).unwrap().faults, [PlanFault::MayNotAsk { why: MayNotAsk::NotYours }]);
    let id = open.save_draft(form).unwrap();
    assert_eq!(open.to_outbox(&id).unwrap_err().code, ProblemCode::BadInput);
}

#[tokio::test]
async fn people_come_from_the_desk_and_without_it_from_this_computer() {
    let (_server, _folder, served, open) = begin().await;
    let found = find_people(Arc::clone(&open), "jo".into()).await.unwrap();
    let names: Vec<_> = found.people.iter().map(|choice| choice.principal.who.name.as_str()).collect();
    assert_eq!((found.asked, names), (true, vec!["Jo Ferrand", "Jude Marsh", "Leonie Strake"]));
    assert_eq!(found.people[1].entitled, Some(false));
    let may_own: Vec<_> = found.people.iter().skip(1).map(|choice| choice.may_own).collect();
    assert_eq!(may_own, [None, Some(false)], "as the desk says, and not known where it does not");
    served.change(|campus| campus.down = true);
    let found = find_people(Arc::clone(&open), "jo".into()).await.unwrap();
    assert_eq!((found.asked, found.people.len()), (false, 1));
}

#[tokio::test]
async fn a_question_of_whoever_decides_is_answered_and_both_are_kept() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    let answer = |text: &str| Said { id: id.clone(), text: text.into() };
    assert!(say(Arc::clone(&open), answer("Until June.")).await.is_err(), "nobody asked");
    let asked = json!([{ "by": { "value": "p9", "display": "Idris Penhallow" }, "text": "Until when?", "at": "2026-11-22T12:03:00Z" }]);
    served.now_is("needs-answer", &json!({ "messages": asked }));
    go_round(&open).await.unwrap();
    let question = "Until when?".to_owned();
    assert_eq!(status(&open, &id), RequestStatus::NeedsAnswer { reference: "RQ-1".into(), question });
    let waiting: Vec<_> = open.home().unwrap().waiting.into_iter().map(|row| row.id).collect();
    assert_eq!(waiting, std::slice::from_ref(&id), "it is on the first page");
    assert!(view(&open, &id).can.reply);
    assert_eq!(say(Arc::clone(&open), answer(" ")).await.unwrap_err().code, ProblemCode::BadInput);
    say(Arc::clone(&open), answer("Until June.")).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    let told = view(&open, &id).events;
    let told: Vec<_> = told.iter().map(|event| (event.what, event.text.as_deref())).collect();
    use RequestEventKind as K;
    assert_eq!(told[told.len() - 2..], [(K::Asked, Some("Until when?")), (K::Answered, Some("Until June."))]);
}

/// The program is killed at each step and started again over what it kept.
#[tokio::test]
async fn whatever_stage_a_kill_leaves_the_request_arrives_once() {
    for stage in ["draft", "waiting", "sending", "sent"] {
        let (_server, _folder, served, open) = begin().await;
        let id = drafted(&open);
        if stage != "draft" {
            served.change(|campus| campus.down = stage == "waiting");
            served
                .change(|campus| campus.loses_answers = if stage == "sending" { vec![500] } else { vec![] });
            send(&open, &id).await;
        }
        served.change(|campus| campus.down = false);
        // What is only in memory is gone: the same store, another start.
        let again = Open::new(
            open.identity.clone(),
            open.institution.clone(),
            open.keeping,
            Arc::clone(&open.around),
            Arc::clone(&open.store),
            open.me(),
        );
        let again = Arc::new(again.unwrap());
        go_round(&again).await.unwrap();
        go_round(&again).await.unwrap();
        assert_eq!(served.arrived(), usize::from(stage != "draft"), "{stage}");
        let expected = if stage == "draft" { "draft" } else { "with-desk" };
        let status = serde_json::to_value(status(&again, &id)).unwrap();
        assert_eq!(status["status"], expected, "{stage}");
    }
}

#[tokio::test]
async fn half_a_request_never_ends_as_checked_working() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    served.change(|campus| {
        let leonie =
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] });
        campus.grants.push(leonie);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    served.now_is("done", &json!({ "doneAt": "2026-11-22T12:00:00Z" }));
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { .. }), "Jo has not what was asked for");

    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is(
        "done",
        &json!({ "doneAt": "2026-11-22T12:00:00Z", "wish": { "kind": "change-access", "changes": [] } }),
    );
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { .. }), "a desk that forgot all of it");
    assert_eq!(missing_names(&open, &id), ["Leonie Strake", "Jo Ferrand"]);
}

#[tokio::test]
async fn what_was_discarded_while_a_round_was_under_way_does_not_come_back() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    let stale = open.entry(&id).unwrap();
    open.discard(&id).unwrap();
    served.change(|campus| campus.down = false);
    // The round still holds what it read before.
    crate::asking::outbox::attend_to(&open, stale).await.unwrap();
    assert_eq!(served.arrived(), 0);
    assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_keeps_none_of_the_others_back() {
    let (_server, _folder, _served, open) = begin().await;
    let broken = store::KeptRequest {
        id: "broken".into(),
        account: "a".into(),
        finished: false,
        reminds: false,
        changed_at: "2026-11-22T12:00:00Z".into(),
        body: json!({ "from": "another version" }),
    };
    open.store.keep_request(&broken).unwrap();
    let id = sent(&open).await;
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(open.account(&"a".into()).unwrap().open_requests.len(), 1);
    assert!(open.store.request::<Value>("broken").unwrap().is_some(), "it stays where it is");
}

#[tokio::test]
async fn an_account_that_is_no_longer_theirs_is_not_sent_for() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    served.change(|campus| {
        campus.down = false;
        campus.owner = Some("somebody");
    });
    go_round(&open).await.unwrap();
    assert_eq!(served.arrived(), 0);
    assert!(matches!(status(&open, &id), RequestStatus::NotAllowed { why: MayNotAsk::NotYours }));
}

#[tokio::test]
async fn a_request_keeps_of_others_only_what_it_needs() {
    let (_server, _folder, served, open) = begin().await;
    let idris = json!({ "value": "p9", "type": "User", "display": "Idris Penhallow", "rights": ["send-as"] });
    served.change(|campus| {
        campus.grants.push(idris);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    read_record(&open, false).await.unwrap();
    let id = drafted(&open);
    let kept = open.store.request::<Value>(&id.0).unwrap().unwrap().to_string();
    assert!(kept.contains("Jo Ferrand") && !kept.contains("Idris Penhallow"), "{kept}");
}

#[tokio::test]
async fn taking_back_is_promised_only_where_the_desk_is_known_to_allow_it() {
    let (_server, _folder, _served, open) = begin().await;
    assert!(!open.plan(&add_leonie()).unwrap().withdraws, "it was not asked yet");
    go_round(&open).await.unwrap();
    assert!(open.plan(&add_leonie()).unwrap().withdraws);
}

#[tokio::test]
async fn nothing_is_sent_any_more_for_whoever_has_left_the_screen() {
    let (_server, _folder, served, open) = begin().await;
    let id = drafted(&open);
    open.to_outbox(&id).unwrap();
    open.closed.store(true, std::sync::atomic::Ordering::Release);
    go_round(&open).await.unwrap();
    assert_eq!(served.arrived(), 0);
    assert_eq!(status(&open, &id), RequestStatus::WaitingForConnection, "it waits for them");
}

#[tokio::test]
async fn taking_away_one_of_several_readers_warns_of_nobody_reading_only_where_that_is_so() {
    let (_server, _folder, served, open) = begin().await;
    let remove_jo = || form(vec![AccessChange { to: who("p2", "Jo Ferrand"), rights: vec![] }]);
    let warnings = |open: &Open| open.plan(&remove_jo()).unwrap().plan.unwrap().warnings;
    assert_eq!(warnings(&open), [accounts::Warning::NobodyReads]);
    let idris =
        json!({ "value": "p9", "type": "User", "display": "Idris Penhallow", "rights": ["full-access"] });
    served.change(|campus| {
        campus.grants.push(idris);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    read_record(&open, false).await.unwrap();
    assert_eq!(warnings(&open), []);
}

#[tokio::test]
async fn an_answer_that_was_overtaken_on_its_way_takes_nothing_back() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    let decision = json!({ "by": null, "approve": true, "reason": "", "at": "2026-11-22T12:01:00Z" });
    served.now_is(
        "applying",
        &json!({ "appliesAt": "2026-11-22T12:20:00Z", "modified": "2026-11-22T12:01:00Z", "decision": decision }),
    );
    go_round(&open).await.unwrap();
    let before = view(&open, &id);
    served.now_is("with-desk", &json!({ "modified": "2026-11-22T12:00:00Z", "decision": null }));
    go_round(&open).await.unwrap();
    let after = view(&open, &id);
    assert_eq!((after.row.status, after.events), (before.row.status, before.events));
}

#[tokio::test]
async fn a_decision_that_counts_no_more_is_told_with_the_one_that_comes_after() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    let approved = |at: &str| json!({ "by": null, "approve": true, "reason": "", "at": at });
    for (status, modified, decision) in [
        ("applying", "2026-11-22T12:01:00Z", approved("2026-11-22T12:01:00Z")),
        ("with-desk", "2026-11-22T12:02:00Z", Value::Null),
        ("applying", "2026-11-22T12:03:00Z", approved("2026-11-22T12:03:00Z")),
    ] {
        served.now_is(status, &json!({ "modified": modified, "decision": decision }));
        go_round(&open).await.unwrap();
    }
    let told: Vec<_> = view(&open, &id).events.iter().map(|event| event.what).collect();
    use RequestEventKind as K;
    assert_eq!(told[3..], [K::Approved, K::Reopened, K::Approved]);
}

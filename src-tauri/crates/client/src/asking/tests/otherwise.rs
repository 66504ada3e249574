//! Desks that take something otherwise than it was sent, or say no in a way of their own; and what is known beside the request.

use super::*;

fn done(served: &Served) {
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
}

#[tokio::test]
async fn what_a_desk_asks_about_half_a_request_can_be_answered_and_its_time_is_told() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    let asked = json!({ "modified": "2026-11-22T12:01:00Z", "messages": [
        { "by": { "value": "p9", "display": "Samir" }, "text": "Which right for Jo?", "at": "2026-11-22T12:01:00Z" }] });
    served.now_is("needs-answer", &asked);
    go_round(&open).await.unwrap();
    let now = view(&open, &id);
    assert!(
        matches!(now.row.status, RequestStatus::NeedsAnswer { question, .. } if question == "Which right for Jo?")
    );
    assert!(now.can.reply && now.missing.len() == 1, "and what is missing stays told");
    served.now_is(
        "applying",
        &json!({ "modified": "2026-11-22T12:02:00Z", "appliesAt": "2026-11-22T12:20:00Z" }),
    );
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::BeingApplied { .. }));
}

#[tokio::test]
async fn half_a_request_ends_when_that_half_is_seen() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    done(&served);
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { ended: false, seen_at: None, .. }));
    served.change(|campus| {
        let leonie =
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] });
        campus.grants.push(leonie);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    let now = view(&open, &id).row;
    assert!(matches!(now.status, RequestStatus::TakenInPart { ended: true, seen_at: Some(_), .. }));
    assert_eq!(
        (now.facet, now.needs_reader),
        (RequestFacet::Finished, false),
        "it waits for nobody any more"
    );
    assert_eq!(open.plan(&add_leonie()).unwrap().duplicate, None, "the rest can be asked for");
}

#[tokio::test]
async fn more_than_was_asked_for_is_not_called_less() {
    let (_server, _folder, served, open) = begin().await;
    let rosa = json!({ "what": "access", "to": { "value": "p6", "display": "Rosa Lindt" }, "rights": ["full-access"] });
    served.change(|campus| campus.adds = Some(json!({ "edit": rosa, "was": null })));
    let id = sent(&open).await;
    let now = view(&open, &id);
    assert!(matches!(now.row.status, RequestStatus::TakenInPart { lacks: false, ended: false, .. }));
    assert!(now.missing.is_empty());
    assert!(matches!(&now.unasked[..], [Edit::Access { to, .. }] if to.who.name == "Rosa Lindt"));
}

#[tokio::test]
async fn a_line_for_whoever_decides_that_the_desk_did_not_keep_is_told() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.drops_notes = true);
    let id = sent(&open).await;
    let now = view(&open, &id);
    assert!(matches!(now.row.status, RequestStatus::TakenInPart { lacks: true, .. }));
    assert!(now.left_out_note && !now.left_out_policy && now.missing.is_empty());
}

#[tokio::test]
async fn an_error_inside_a_success_is_believed_where_the_desk_has_nothing_of_it() {
    for (body, words) in [
        (json!({ "error": { "message": "The form is closed." } }), "The form is closed."),
        (json!({ "code": "closed", "detail": "Until Monday." }), "Until Monday."),
        (json!({ "errors": ["No such account here."] }), "No such account here."),
        (json!({ "id": "RQ-9", "error": "Not saved." }), "Not saved."),
    ] {
        let (_server, _folder, served, open) = begin().await;
        served.change(|campus| campus.refuses = Some((200, body)));
        let id = sent(&open).await;
        assert_eq!(status(&open, &id), RequestStatus::NotTaken { reason: words.into() });
        assert!(view(&open, &id).can.edit, "what was entered is kept");
        assert_eq!(served.arrived(), 1);
    }
    // Where it cannot be searched nothing says that it is not there.
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| {
        campus.cannot_search = true;
        campus.refuses = Some((200, json!({ "error": "Perhaps." })));
    });
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
}

#[tokio::test]
async fn why_a_desk_has_no_such_account_is_told_in_its_own_words() {
    let (_server, _folder, served, open) = begin().await;
    let said = json!({ "code": "no-such-account", "detail": "There is no such account any more." });
    served.change(|campus| campus.refuses = Some((404, said)));
    let id = sent(&open).await;
    assert_eq!(
        status(&open, &id),
        RequestStatus::NotTaken { reason: "There is no such account any more.".into() }
    );
}

#[tokio::test]
async fn what_a_desk_breaks_on_again_and_again_can_be_put_right_and_goes_once() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_nothing = vec![500, 500, 500]);
    let id = sent(&open).await;
    assert!(!view(&open, &id).can.edit, "it may be there");
    let _ = go_round(&open).await;
    assert!(!view(&open, &id).can.edit, "once may be a slip");
    let _ = go_round(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    assert!(view(&open, &id).can.edit && !view(&open, &id).can.discard, "its last try may still arrive");
    open.save_draft(RequestForm { id: Some(id.clone()), note: "Shorter.".into(), ..add_leonie() }).unwrap();
    send(&open, &id).await;
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(served.sent_last()["clientRequestId"], id.0.as_str(), "by the id that it had from the first");
    assert_eq!(served.taken().matches(id.0.as_str()).count(), 1);
}

#[tokio::test]
async fn one_that_arrived_after_all_is_found_before_a_changed_one_goes() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_nothing = vec![500, 500, 500]);
    let id = sent(&open).await;
    let _ = go_round(&open).await;
    let _ = go_round(&open).await;
    let late = json!({ "id": "RQ-1", "clientRequestId": id.0, "account": { "value": "a", "label": "enquiries" },
        "wish": served.sent_last()["wish"], "note": "Term starts.", "accepted": false,
        "requester": { "value": "me", "display": "Maren Tolliver" }, "status": "with-desk",
        "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z" });
    let leonie = add_leonie().changes.remove(0);
    open.save_draft(RequestForm { id: Some(id.clone()), ..form(vec![leonie]) }).unwrap();
    served.change(|campus| campus.requests.push(late));
    let arrived = served.arrived();
    send(&open, &id).await;
    assert_eq!(served.arrived(), arrived, "nothing is sent over it");
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { lacks: false, .. }), "it has Jo too");
}

#[tokio::test]
async fn one_that_may_have_arrived_is_discarded_only_where_the_desk_has_it_not() {
    for arrives in [false, true] {
        let (_server, _folder, served, open) = begin().await;
        served.change(|campus| campus.takes_nothing = vec![500, 500, 500]);
        let id = sent(&open).await;
        let _ = go_round(&open).await;
        let _ = go_round(&open).await;
        open.save_draft(RequestForm { id: Some(id.clone()), ..add_leonie() }).unwrap();
        assert!(open.discard(&id).is_err(), "not without a look");
        if arrives {
            let late = json!({ "id": "RQ-1", "clientRequestId": id.0, "account": { "value": "a", "label": "enquiries" },
                "wish": served.sent_last()["wish"], "note": "Term starts.", "accepted": false,
                "requester": { "value": "me", "display": "Maren Tolliver" }, "status": "with-desk",
                "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z" });
            served.change(|campus| campus.requests.push(late));
        }
        discard_after_looking(Arc::clone(&open), id.clone()).await.unwrap();
        if arrives {
            assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "it is followed");
        } else {
            assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest);
        }
    }
}

#[tokio::test]
async fn what_others_asked_for_is_told_with_ones_own_and_kept() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    let step = |at: &str, request: &str, what: &str, name: &str| {
        json!({ "seq": 1, "at": at, "by": { "value": "p", "display": name }, "request": request, "what": what, "text": "Why.",
            "previous": "", "hash": "" })
    };
    let trail = json!([
        step("2026-11-22T11:00:00Z", "RQ-1", "received", "Maren Tolliver"),
        step("2026-11-20T11:00:00Z", "RQ-70", "received", "Idris Penhallow"),
        step("2026-11-21T11:00:00Z", "RQ-70", "a step of a later version", "Samir Okonjo"),
    ]);
    served.change(|campus| campus.trail = Some(trail));
    open.desk_now(|now| now.abilities = None);
    let trail = account_trail(Arc::clone(&open), "a".into(), true).await.unwrap();
    assert_eq!(trail.state, TrailState::Told);
    assert_eq!(trail.own.iter().map(|own| &own.request.id).collect::<Vec<_>>(), [&id]);
    let steps: Vec<_> = trail.steps.iter().map(|step| (step.request.as_str(), step.by.as_deref())).collect();
    let others = [("RQ-70", Some("Idris Penhallow")), ("RQ-70", Some("Samir Okonjo"))];
    assert_eq!(steps, others, "one's own are told by what was kept of them");

    served.change(|campus| campus.down = true);
    let later = account_trail(Arc::clone(&open), "a".into(), true).await.unwrap();
    assert_eq!((later.state, later.steps.len(), later.own.len()), (TrailState::NoAnswer, 2, 1));
    assert!(later.read_at.is_some());
    assert_eq!(
        account_trail(Arc::clone(&open), "a".into(), false).await.unwrap().state,
        TrailState::NotAsked
    );

    // With the account goes what was told of it; of one that is not kept nothing is.
    open.store.settle(&["a".into()], &[]).unwrap();
    assert_eq!(account_trail(Arc::clone(&open), "a".into(), false).await.unwrap().steps.len(), 0);
    served.change(|campus| campus.down = false);
    let live = account_trail(Arc::clone(&open), "a".into(), true).await.unwrap();
    assert_eq!((live.state, live.steps.len()), (TrailState::Told, 2), "shown");
    assert_eq!(account_trail(open, "a".into(), false).await.unwrap().steps.len(), 0, "and not kept");
}

#[tokio::test]
async fn a_desk_without_a_trail_is_not_said_to_have_an_empty_one() {
    let (_server, _folder, _served, open) = begin().await;
    assert_eq!(account_trail(open, "a".into(), true).await.unwrap().state, TrailState::NotTold);
}

#[tokio::test]
async fn a_draft_says_what_has_changed_since_it_was_written() {
    let (_server, _folder, served, open) = begin().await;
    let id = drafted(&open);
    let form = || view(&open, &id).form;
    assert_eq!(open.plan(&form()).unwrap().changed.len(), 0);
    served.change(|campus| {
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants[0]["rights"] = json!(["full-access", "automap"]);
    });
    read_record(&open, false).await.unwrap();
    let changed = open.plan(&form()).unwrap().changed;
    let holds = |names: &[&str]| Edit::Access { to: who("p2", "Jo Ferrand"), rights: rights(names) };
    assert_eq!(changed.len(), 1, "Leonie had nothing and has nothing");
    assert!(changed[0].written.as_ref().unwrap().is_same(&holds(&["full-access"])));
    assert!(changed[0].now.as_ref().unwrap().is_same(&holds(&["full-access", "automap"])));
    // Kept anew, it stands on what is so now.
    open.save_draft(form()).unwrap();
    assert_eq!(open.plan(&form()).unwrap().changed.len(), 0);
}

#[tokio::test]
async fn what_somebody_else_asked_for_already_is_named_to_whoever_decides_on_it() {
    let (_server, _folder, served, open) = begin().await;
    let own = sent(&open).await;
    withdraw(Arc::clone(&open), own).await.unwrap();
    let theirs = to_decide(&open, &served, |_| ()).await;
    assert_eq!(open.plan(&add_leonie()).unwrap().duplicate, Some(theirs));
}

#[tokio::test]
async fn whoever_may_not_be_given_access_or_could_not_be_asked_about_is_warned_of() {
    let (_server, _folder, _served, open) = begin().await;
    let add = |id: &str, name: &str| {
        form(vec![AccessChange { to: who(id, name), rights: rights(&["full-access"]) }])
    };
    let warnings = |open: &Open, form: &RequestForm| open.plan(form).unwrap().plan.unwrap().warnings;
    let unknown = Warning::EntitlementNotKnown { names: vec!["Jude Marsh".into()] };
    assert_eq!(warnings(&open, &add("p7", "Jude Marsh")), [unknown]);
    find_people(Arc::clone(&open), "marsh".into()).await.unwrap();
    assert_eq!(
        warnings(&open, &add("p7", "Jude Marsh")),
        [Warning::NotEntitled { name: "Jude Marsh".into() }]
    );
    assert_eq!(warnings(&open, &add("p1", "Leonie Strake")), []);
    open.set_freshness(|freshness| freshness.state = FreshnessState::Offline);
    let other = Warning::EntitlementNotKnown { names: vec!["Piet Aldous".into()] };
    assert_eq!(warnings(&open, &add("p5", "Piet Aldous")), [other]);
}

#[tokio::test]
async fn a_crowd_in_a_new_account_is_warned_of_too() {
    let (_server, _folder, _served, open) = begin().await;
    become_officer(&open);
    let full = |n: usize| AccessChange {
        to: who(&format!("q{n}"), &format!("Person {n}")),
        rights: rights(&["full-access"]),
    };
    let form = RequestForm {
        account: None,
        account_kind: Some("mailbox-only".into()),
        owner: Some(who("me", "Maren Tolliver")),
        username: "eartmany".into(),
        display_name: "Crowd".into(),
        changes: (0..26).map(full).collect(),
        answers: [("purpose".into(), text("calendar"))].into(),
        ..blank(RequestKind::NewAccount)
    };
    let planned = open.plan(&form).unwrap();
    let warnings = planned.plan.unwrap_or_else(|| panic!("{:?}", planned.faults)).warnings;
    assert!(warnings.contains(&Warning::ManyPeople { count: 26 }), "{warnings:?}");
}

#[tokio::test]
async fn letters_that_look_like_others_are_warned_of_and_what_cannot_be_seen_goes() {
    let (_server, _folder, _served, open) = begin().await;
    let named = |name: &str| RequestForm { display_name: name.into(), ..blank(RequestKind::SetDetails) };
    // A letter, a word, and letters of full width.
    for name in [
        "\u{0415}nquiries desk",
        "\u{0420}\u{0430}\u{0443}\u{0440}\u{0430} Accounts",
        "\u{FF2F}\u{FF46}\u{FF46}\u{FF49}\u{FF43}\u{FF45}",
    ] {
        let plan = open.plan(&named(name)).unwrap().plan.unwrap();
        assert!(matches!(&plan.warnings[..], [Warning::LooksAlike { .. }]), "{name}: {:?}", plan.warnings);
    }
    for name in [
        "Ελληνικά club",
        "Библиотека",
        "Анна Иванова",
        "Zoë Œuvray",
        "Café à la carte",
        "東京オフィス",
        // As it is set in print.
        "Earth Sciences – Enquiries",
        "Conference 2026–27",
        "The “Map” desk",
        "The ‘Map’ desk’s post…",
        "O’Brien · Maps — post",
    ] {
        assert_eq!(open.plan(&named(name)).unwrap().plan.unwrap().warnings, [], "{name}");
    }
    let id = open.save_draft(named("En\u{200B}qui\u{00AD}ries\u{FEFF} desk")).unwrap();
    assert_eq!(view(&open, &id).form.display_name, "Enquiries desk");
}

#[tokio::test]
async fn a_conflict_about_nothing_that_is_known_here_can_be_kept_adjusted_or_dropped_too() {
    for (resolution, arrives) in [(Resolution::Keep, 2), (Resolution::Adjust, 1), (Resolution::Drop, 1)] {
        let (_server, _folder, served, open) = begin().await;
        served.change(|campus| {
            campus.facts = json!({ "kind": "room" });
            campus.modified = Some("2026-11-22T10:00:00Z");
        });
        read_record(&open, false).await.unwrap();
        served.change(|campus| campus.refuses = Some((409, json!({ "code": "conflict", "detail": "" }))));
        let answers = [("days-ahead".into(), Answer::Number(90))].into();
        let id = open.save_draft(RequestForm { answers, ..blank(RequestKind::SetBooking) }).unwrap();
        send(&open, &id).await;
        assert_eq!(status(&open, &id), RequestStatus::Conflict);
        assert_eq!(view(&open, &id).conflict.len(), 0);
        served.change(|campus| campus.refuses = None);
        resolve(&open, &id, resolution).await.unwrap();
        let _ = go_round(&open).await;
        assert_eq!(served.arrived(), arrives, "{resolution:?}");
    }
}

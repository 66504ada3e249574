//! A desk that has nothing any more of what it took, and one that wants another sign-in.

use super::*;
use crate::asking::look_again;

async fn reads(server: &MockServer) -> usize {
    let asked = server.received_requests().await.unwrap();
    asked.iter().filter(|request| request.url.path() == "/desk/requests/RQ-1").count()
}

#[tokio::test]
async fn a_desk_that_knows_a_request_no_more_is_believed_after_an_hour_and_asked_no_more() {
    let (server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.change(|campus| campus.forgot = true);
    let looks: [fn() -> Timestamp; 4] = [
        now,
        || "2026-11-22T12:10:00Z".parse().unwrap(),
        || "2026-11-22T12:30:00Z".parse().unwrap(),
        || "2026-11-22T12:59:00Z".parse().unwrap(),
    ];
    for look in looks {
        let open = at(&open, look);
        go_round(&open).await.unwrap();
        assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{}", open.now());
    }
    let open = at(&open, || "2026-11-22T13:00:00Z".parse().unwrap());
    go_round(&open).await.unwrap();
    let lost = |looked_at: &str| RequestStatus::NoLongerKnown {
        reference: "RQ-1".into(),
        since: "2026-11-22T12:00:00Z".into(),
        looked_at: looked_at.into(),
    };
    let told = view(&open, &id);
    assert_eq!(told.row.status, lost("2026-11-22T13:00:00Z"));
    assert_eq!(told.events.last().unwrap().what, RequestEventKind::NoLongerKnown);
    assert_eq!(told.support.unwrap().since, "2026-11-22T12:00:00Z", "something to write to the desk");
    assert!(told.can.check && !told.can.withdraw && !told.can.undo);
    let page = open.requests(RequestFacet::Finished).unwrap();
    assert_eq!(
        (page.open, page.rows.len()),
        (0, 1),
        "nothing more comes of it by itself, and it can be read"
    );

    let asked = reads(&server).await;
    go_round(&open).await.unwrap();
    assert_eq!(reads(&server).await, asked, "it is not asked for ever");
    let open = at(&open, || "2026-11-23T09:00:00Z".parse().unwrap());
    look_again(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(status(&open, &id), lost("2026-11-23T09:00:00Z"));
    assert_eq!(view(&open, &id).events.len(), told.events.len(), "which is no news");
    served.change(|campus| campus.forgot = false);
    look_again(Arc::clone(&open), id.clone()).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "it has it after all");
    assert_eq!(open.requests(RequestFacet::Open).unwrap().open, 1, "and it is followed again");
}

#[tokio::test]
async fn a_desk_that_has_it_again_in_time_was_not_believed() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    let looks: [(fn() -> Timestamp, bool); 4] = [
        (now, true),
        (|| "2026-11-22T12:40:00Z".parse().unwrap(), true),
        (|| "2026-11-22T12:50:00Z".parse().unwrap(), false),
        (|| "2026-11-22T13:30:00Z".parse().unwrap(), true),
    ];
    for (look, forgot) in looks {
        served.change(|campus| campus.forgot = forgot);
        let open = at(&open, look);
        go_round(&open).await.unwrap();
        assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }), "{}", open.now());
    }
}

#[tokio::test]
async fn what_a_desk_called_done_before_it_forgot_it_is_looked_for_in_the_record() {
    let (_server, _folder, served, open) = begin().await;
    let form = RequestForm { display_name: "Earth enquiries".into(), ..blank(RequestKind::SetDetails) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    served.change(|campus| {
        campus.forgot = true;
        campus.facts = json!({ "displayName": "Earth enquiries" });
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }), "{:?}", status(&open, &id));
}

/// What is in the way is the desk: no directory has said anything, and no request has gone.
#[tokio::test]
async fn a_desk_that_lets_nobody_in_or_is_not_there_is_told_as_that() {
    let rows = [
        ("/desk", 403, ProblemCode::DeskForbidden),
        ("/desk", 404, ProblemCode::DeskNotFound),
        // Without anything to renew it by, a sign-in that is not accepted has ended.
        ("/desk", 401, ProblemCode::SignedOut),
        ("/desk", 405, ProblemCode::NotUsable),
        ("/desk/requests", 403, ProblemCode::DeskForbidden),
        ("/desk/requests", 400, ProblemCode::NotUsable),
        ("/desk/requests", 401, ProblemCode::DeskForbidden),
        ("/desk/requests", 404, ProblemCode::DeskNotFound),
    ];
    for (below, answered, code) in rows {
        let (_server, _folder, served, open) = begin().await;
        become_officer(&open);
        let id = drafted(&open);
        served.change(|campus| campus.denies = Some((below, answered)));
        if below == "/desk" {
            open.to_outbox(&id).unwrap();
        }
        let problem = go_round(&open).await.unwrap_err();
        assert_eq!(problem.code, code, "{below}: {answered}");
        if below == "/desk" {
            assert_eq!(status(&open, &id), RequestStatus::WaitingForConnection);
            assert_eq!(view(&open, &id).problem.map(|problem| problem.code), Some(code));
        }
    }
}

#[tokio::test]
async fn a_sign_in_from_before_there_were_requests_loses_none_and_is_told() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.narrow = true);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::WaitingForConnection);
    assert_eq!(view(&open, &id).problem.unwrap().code, ProblemCode::InsufficientScope);
    let problem = open.requests(RequestFacet::Open).unwrap().problem;
    assert_eq!(problem.unwrap().code, ProblemCode::InsufficientScope);
    served.change(|campus| campus.narrow = false);
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    served.change(|campus| campus.narrow = true);
    let _ = go_round(&open).await;
    let problem = view(&open, &id).problem;
    assert_eq!(problem.unwrap().code, ProblemCode::InsufficientScope, "nothing more is heard of it either");
}

//! A desk that says no to what is done with a request: why is told, and the request is shown as it is then.

use super::*;
use crate::{asking::deciding::decide, view::Decision};

/// Whatever is done from now on is answered so.
fn says_no(served: &Served, status: u16, code: &str, detail: &str) {
    let body = json!({ "code": code, "detail": detail });
    served.change(|campus| campus.refuses_steps = Some((status, body)));
}

fn told(problem: &Problem) -> (ProblemCode, Option<&str>) {
    (problem.code, problem.said.as_deref())
}

#[tokio::test]
async fn what_was_decided_before_it_was_withdrawn_says_so_and_moves_on() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is("applying", &json!({ "modified": "2026-11-22T12:05:00Z" }));
    let words = "This request has been decided already.";
    says_no(&served, 409, "too-late", words);
    let problem = withdraw(Arc::clone(&open), id.clone()).await.unwrap_err();
    assert_eq!(told(&problem), (ProblemCode::DeskRefused, Some(words)));
    assert!(!problem.message.contains(words), "its words are to be read, not logged");
    assert!(matches!(status(&open, &id), RequestStatus::BeingApplied { .. }), "{:?}", status(&open, &id));
}

#[tokio::test]
async fn an_answer_for_which_nobody_waits_any_more_says_so_and_stays_written() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is("needs-answer", &json!({ "messages": [
        { "by": { "value": "p9", "display": "Samir Okonjo" }, "text": "Until when?", "at": "2026-11-22T12:01:00Z" }
    ] }));
    go_round(&open).await.unwrap();
    let said = || Said { id: id.clone(), text: "Until June.".into() };
    open.keep_unsent(said()).unwrap();
    served.now_is("with-desk", &json!({ "modified": "2026-11-22T12:05:00Z" }));
    says_no(&served, 409, "nothing-asked", "Nothing is asked.");
    let problem = say(Arc::clone(&open), said()).await.unwrap_err();
    assert_eq!(told(&problem), (ProblemCode::DeskRefused, Some("Nothing is asked.")));
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(view(&open, &id).unsent, "Until June.");
}

#[tokio::test]
async fn whoever_decides_second_reads_why_not_and_it_waits_for_them_no_more() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    let id = to_decide(&open, &served, |_| ()).await;
    let waiting = || open.requests(RequestFacet::ToDecide).unwrap().to_decide;
    let yes = || Decision { id: id.clone(), approve: true, reason: String::new(), despite: false };
    says_no(&served, 403, "may-not-decide", "");
    let problem = decide(Arc::clone(&open), yes()).await.unwrap_err();
    assert_eq!((told(&problem), waiting()), ((ProblemCode::DeskRefused, None), Some(1)), "no reason is none");
    served.now_is("applying", &json!({}));
    says_no(&served, 409, "not-open", "This request has been decided or withdrawn already.");
    let asked = Said { id: id.clone(), text: "Until when?".into() };
    let problem = say(Arc::clone(&open), asked).await.unwrap_err();
    assert_eq!((problem.code, waiting()), (ProblemCode::DeskRefused, Some(0)));
    let problem = decide(Arc::clone(&open), yes()).await.unwrap_err();
    assert_eq!(problem.said.as_deref(), Some("This request has been decided or withdrawn already."));
}

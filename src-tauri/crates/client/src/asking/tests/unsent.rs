//! Replies and reasons that are written and not sent outlive a kill, and are kept no longer than they are of use.

use super::*;
use crate::{asking::deciding::decide, view::Decision};

fn said(id: &RequestId, text: &str) -> Said {
    Said { id: id.clone(), text: text.into() }
}

#[tokio::test]
async fn a_reply_is_there_again_after_a_restart_and_goes_with_its_sending() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is("needs-answer", &json!({ "messages": [
        { "by": { "value": "p9", "display": "Samir Okonjo" }, "text": "Until when?", "at": "2026-11-22T12:01:00Z" }
    ] }));
    go_round(&open).await.unwrap();
    open.keep_unsent(said(&id, "Until the end")).unwrap();
    let restarted = at(&open, now);
    assert_eq!(view(&restarted, &id).unsent, "Until the end");
    restarted.keep_unsent(said(&id, "Until the end of term.")).unwrap();
    say(Arc::clone(&restarted), said(&id, "Until the end of term.")).await.unwrap();
    assert_eq!(view(&restarted, &id).unsent, "", "it arrived");
    let long = |letters| said(&id, &"é".repeat(letters));
    restarted.keep_unsent(long(2001)).unwrap();
    assert!(say(Arc::clone(&restarted), long(2001)).await.is_err());
    assert_eq!(view(&restarted, &id).unsent.chars().count(), 2001, "too long to be sent, and not lost");
    assert_eq!(restarted.keep_unsent(long(100_001)).unwrap_err().code, ProblemCode::BadInput);
}

#[tokio::test]
async fn a_reason_stays_where_nothing_was_decided_and_goes_with_the_decision() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    become_officer(&open);
    let theirs = to_decide(&open, &served, |_| ()).await;
    open.keep_unsent(said(&theirs, "Ask the head of admissions first.")).unwrap();
    assert_eq!(view(&open, &theirs).unsent, "Ask the head of admissions first.");
    served.change(|campus| campus.down = true);
    let decision = || Decision { id: theirs.clone(), approve: true, reason: String::new(), despite: false };
    decide(Arc::clone(&open), decision()).await.unwrap_err();
    assert_eq!(view(&open, &theirs).unsent, "Ask the head of admissions first.");
    served.change(|campus| campus.down = false);
    assert!(decide(Arc::clone(&open), decision()).await.unwrap());
    assert_eq!(open.unsent(&theirs).unwrap(), "");
}

#[tokio::test]
async fn of_what_is_over_nothing_written_is_kept() {
    let (_server, _folder, _served, open) = begin().await;
    let (first, second) = (sent(&open).await, drafted(&open));
    open.keep_unsent(said(&first, "Never mind.")).unwrap();
    withdraw(Arc::clone(&open), first.clone()).await.unwrap();
    open.keep_unsent(said(&second, "Another.")).unwrap();
    let kept = |id: &RequestId| open.unsent(id).unwrap();
    assert_eq!((kept(&first).as_str(), kept(&second).as_str()), ("", "Another."));
    open.keep_unsent(said(&second, "  ")).unwrap();
    assert_eq!(kept(&second), "", "nothing is written any more");
}

//! A directory that has come to know the reader by another record.

use super::*;

/// The directory has made Maren anew: what was hers is the new record's, or has another id, too.
fn rekeyed(served: &Served, hidden: bool) {
    served.change(|campus| (campus.me, campus.owner, campus.hidden) = (Some("new"), Some("new"), hidden));
}

#[tokio::test]
async fn whom_the_directory_knows_by_another_record_loses_no_account_and_no_request() {
    for hidden in [true, false] {
        for is_sent in [true, false] {
            let (_server, _folder, served, open) = begin().await;
            let id = drafted(&open);
            if is_sent {
                send(&open, &id).await;
                served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
            } else {
                open.to_outbox(&id).unwrap();
            }
            let before = status(&open, &id);
            rekeyed(&served, hidden);
            // The record has not been read since: the outbox is the first to meet it.
            let problem = go_round(&open).await.unwrap_err();
            assert_eq!(problem.code, ProblemCode::NamesAnother, "hidden: {hidden}, sent: {is_sent}");
            assert!(open.store.account(&"a".into()).unwrap().is_some(), "nothing of hers is removed");
            if !is_sent {
                assert_eq!((status(&open, &id), served.arrived()), (before, 0), "and it waits as before");
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_while_the_reading_says_that_the_directory_has_another_record() {
    let (_server, _folder, served, open) = begin().await;
    // The account is shown as it was.
    served.change(|campus| campus.me = Some("new"));
    let problem = read_record(&open, false).await.unwrap_err();
    open.set_freshness(|freshness| freshness.problem = Some(problem));
    let id = drafted(&open);
    open.to_outbox(&id).unwrap();
    let before = status(&open, &id);
    assert_eq!(go_round(&open).await.unwrap_err().code, ProblemCode::NamesAnother);
    assert_eq!((status(&open, &id), served.arrived()), (before, 0));
    served.change(|campus| campus.me = None);
    read_record(&open, false).await.unwrap();
    go_round(&open).await.unwrap();
    assert_eq!(served.arrived(), 1, "once it names her again it goes by itself");
}

#[tokio::test]
async fn what_concerns_no_account_waits_too_where_the_outbox_is_the_first_to_meet_it() {
    let (_server, _folder, served, open) = begin().await;
    let id = open.save_draft(asks_desk()).unwrap();
    open.to_outbox(&id).unwrap();
    served.change(|campus| campus.me = Some("new"));
    assert_eq!(go_round(&open).await.unwrap_err().code, ProblemCode::NamesAnother);
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::WaitingForConnection, 0));
}

#[tokio::test]
async fn another_trouble_later_does_not_make_it_forgotten() {
    let (_server, _folder, served, open) = begin().await;
    let id = drafted(&open);
    served.change(|campus| campus.me = Some("new"));
    assert_eq!(read_record(&open, false).await.unwrap_err().code, ProblemCode::NamesAnother);
    served.change(|campus| campus.down = true);
    let _ = read_record(&open, false).await.unwrap_err();
    served.change(|campus| campus.down = false);
    open.to_outbox(&id).unwrap();
    assert_eq!(go_round(&open).await.unwrap_err().code, ProblemCode::NamesAnother);
    assert_eq!(served.arrived(), 0);
}

#[tokio::test]
async fn what_may_have_arrived_is_not_discarded_because_somebody_else_does_not_see_it() {
    let (_server, _folder, served, open) = begin().await;
    // A try may have arrived; whoever the directory takes the reader for now does not see it there.
    let id = doubtful(&open);
    served.change(|campus| campus.me = Some("new"));
    let told = discard_after_looking(Arc::clone(&open), id.clone()).await.unwrap_err();
    assert_eq!(told.code, ProblemCode::NamesAnother);
    assert!(open.request(&id).is_ok(), "it stays");
}

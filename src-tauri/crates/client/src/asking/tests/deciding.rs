//! Whoever decides: what they see, what stops them, and what they say.

use super::*;
use crate::{asking::deciding::decide, view::Decision};

/// What a desk answers to an approval where the account has changed.
fn changed(now: &Value, gone: &Value) -> Value {
    json!({ "code": "conflict", "detail": "", "conflicts": now, "gone": gone })
}

#[tokio::test]
async fn whoever_decides_sees_what_waits_and_gives_a_reason_to_refuse() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    let id = to_decide(&open, &served, |_| ()).await;
    let page = open.requests(RequestFacet::ToDecide).unwrap();
    assert_eq!((page.to_decide, page.rows[0].by.as_ref().unwrap().name.as_str()), (Some(1), "Sunniva Marsh"));
    assert_eq!(page.rows[0].id, id);
    assert!(view(&open, &id).can.decide);
    let home = || open.home().unwrap();
    assert_eq!((home().to_decide, home().waiting.len()), (1, 0), "their own waits for somebody else");
    let no_reason = Decision { id: id.clone(), approve: false, reason: " ".into(), despite: false };
    assert_eq!(decide(Arc::clone(&open), no_reason).await.unwrap_err().code, ProblemCode::BadInput);
    let yes = Decision { id, approve: true, reason: String::new(), despite: false };
    decide(Arc::clone(&open), yes).await.unwrap();
    assert_eq!(open.requests(RequestFacet::ToDecide).unwrap().to_decide, Some(0));
    assert_eq!(home().to_decide, 0);
}

#[tokio::test]
async fn an_approval_stops_where_the_account_has_changed_and_goes_on_when_that_is_wanted() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    let id = to_decide(&open, &served, |_| ()).await;
    let now = json!([{ "what": "access", "to": { "value": "p2", "type": "User", "display": "Jo Ferrand" }, "rights": ["automap"] }]);
    served.change(|campus| campus.changed_meanwhile = Some(changed(&now, &json!([]))));
    let yes = |despite| Decision { id: id.clone(), approve: true, reason: String::new(), despite };
    assert!(!decide(Arc::clone(&open), yes(false)).await.unwrap(), "nothing is decided");
    let told = view(&open, &id).conflict;
    assert_eq!(told.len(), 1, "what has changed, and nothing else: {told:?}");
    let rights_of = |edit: &Edit| match edit {
        Edit::Access { rights, .. } => rights.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(rights_of(told[0].now.as_ref().unwrap()), rights(&["automap"]));
    assert_eq!(rights_of(&told[0].wanted), rights(&["full-access", "send-as"]));
    assert_eq!(open.requests(RequestFacet::ToDecide).unwrap().to_decide, Some(1), "it waits still");
    assert!(decide(Arc::clone(&open), yes(true)).await.unwrap());
    assert_eq!(open.requests(RequestFacet::ToDecide).unwrap().to_decide, Some(0));
}

#[tokio::test]
async fn what_was_accepted_travels_and_whoever_decides_reads_it() {
    let (_server, _folder, served, open) = begin().await;
    become_officer(&open);
    let form = RequestForm {
        account: None,
        account_kind: Some("sign-in-only".into()),
        username: "eartscan".into(),
        display_name: "Scanner".into(),
        owner: Some(who("p9", "Idris Penhallow")),
        ends: "2027-01-31".into(),
        policy_accepted: true,
        answers: [("purpose".to_owned(), text("calendar")), ("reason".to_owned(), text("A scanner."))].into(),
        ..blank(RequestKind::NewAccount)
    };
    assert_eq!(open.plan(&form).unwrap().faults, []);
    let id = open.save_draft(form).unwrap();
    let own = view(&open, &id);
    assert_eq!(own.accepted, Some(true));
    let policy = own.policy;
    assert!(policy.as_ref().is_some_and(|policy| policy.contains("Information Officer")), "{policy:?}");
    send(&open, &id).await;
    served.change(|campus| assert_eq!(campus.requests[0]["accepted"], true, "it is in what was sent"));
    for (told, accepted) in [(json!(true), Some(true)), (json!(false), Some(false)), (Value::Null, None)] {
        let id = to_decide(&open, &served, |other| other["accepted"] = told).await;
        let view = view(&open, &id);
        assert_eq!((&view.policy, view.accepted), (&policy, accepted), "not saying so is not saying no");
    }
}

#[tokio::test]
async fn an_approval_shows_what_has_gone_since_and_what_has_come() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    let owner =
        |id: &str| json!({ "what": "owner", "to": { "value": id, "type": "User", "display": "A name" } });
    let name = |name: &str| json!({ "what": "display-name", "name": name });
    let until = |year: &str| json!({ "what": "expires", "at": format!("{year}-01-31T23:59:59Z") });
    let id = to_decide(&open, &served, |other| {
        other["wish"] = json!({ "kind": "hand-over", "changes": [
            { "edit": name("Earth club"), "was": name("Enquiries") },
            { "edit": until("2028"), "was": until("2027") },
            { "edit": owner("p9"), "was": null },
        ] });
    })
    .await;
    served.change(|campus| {
        campus.changed_meanwhile = Some(changed(&json!([owner("p3")]), &json!(["expires"])));
    });
    let yes = Decision { id: id.clone(), approve: true, reason: String::new(), despite: false };
    assert!(!decide(Arc::clone(&open), yes).await.unwrap());
    let told = view(&open, &id).conflict;
    let shown: Vec<_> =
        told.iter().map(|line| (line.wanted.subject(), line.written.is_some(), line.now.is_some())).collect();
    use accounts::Subject;
    assert_eq!(
        shown,
        [(Subject::Expires, true, false), (Subject::Owner, false, true)],
        "one is there no longer, the other was not there; the name is as it was"
    );
}

#[tokio::test]
async fn what_came_since_the_reader_looked_stops_them_again() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    let id = to_decide(&open, &served, |_| ()).await;
    let yes = |despite| Decision { id: id.clone(), approve: true, reason: String::new(), despite };
    let gone = |names: &Value| Some(changed(&json!([]), names));
    served.change(|campus| campus.changed_meanwhile = gone(&json!(["expires"])));
    assert!(!decide(Arc::clone(&open), yes(false)).await.unwrap());
    served.change(|campus| campus.changed_meanwhile = gone(&json!(["expires", "owner"])));
    assert!(!decide(Arc::clone(&open), yes(true)).await.unwrap(), "they have not seen that the owner went");
    assert!(decide(Arc::clone(&open), yes(true)).await.unwrap());
}

//! What has changed since a request was written.

use super::{DELEGATE, OWNER, access, count, oxford, prompt, request, wish};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn what_changed_meanwhile_is_told_as_it_is_now() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let enquiries = site.account("enquiries").await;
    let jo = site.named(DELEGATE).await;
    let knowing = |was: Value| request(&enquiries, &[access(&jo, json!(["full-access"]), was)]);
    let taken = site.ask(&maren, &knowing(json!(["automap", "send-as", "full-access"]))).await;
    assert_eq!(taken.status, StatusCode::CREATED, "rights have no order");
    let answer = site.ask(&maren, &knowing(json!(["full-access"]))).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &json!("conflict")));
    let now = json!([{
        "what": "access",
        "to": {
            "value": jo["value"], "type": "Person", "display": "Jo Ferrand", "userName": DELEGATE,
            "unit": "Earth Sciences",
        },
        "rights": ["full-access", "send-as", "automap"],
    }]);
    assert_eq!(answer.json()["conflicts"], now);
}

/// One row for each fact: what is asked for, what the sender took it for, and what it is.
#[tokio::test]
async fn every_fact_is_held_against_the_record() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let outreach = site.account("outreach").await;
    let (owner, jo, nell) =
        (site.named(OWNER).await, site.named(DELEGATE).await, site.named(super::STRANGER).await);
    let owned = |to: &Value| json!({"what": "owner", "to": to});
    let kind = |kind: &str| json!({"what": "kind", "kind": kind});
    let name = |name: &str| json!({"what": "display-name", "name": name});
    let state = |state: &str| json!({"what": "state", "state": state});
    let ends = |at: &Value| json!({"what": "expires", "at": at});
    let later = json!("2099-01-31T23:59:59Z");
    let rows = [
        ("hand-over", owned(&nell), owned(&jo), owned(&owner)),
        ("remove-password", kind("mailbox-only"), kind("sign-in-only"), kind("mailbox-and-sign-in")),
        ("set-details", name("Reaching out"), name("Inreach"), name("Earth Sciences Outreach")),
        ("close", state("suspended"), state("never-activated"), state("active")),
        ("renew", ends(&later), ends(&json!("2026-01-31T23:59:59Z")), ends(&outreach["expires"])),
    ];
    for (kind, wanted, was, is) in rows {
        let knowing =
            |was: &Value| wish(kind, &outreach["id"], &[json!({"edit": wanted, "was": was})], &json!({}));
        let answer = site.ask(&maren, &knowing(&was)).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{kind}: {}", answer.text);
        let mut now = answer.json()["conflicts"][0].clone();
        if let Some(Value::Object(to)) = now.get_mut("to") {
            to.retain(|name, _| name == "value" || name == "type");
        }
        assert_eq!(now, is, "{kind}");
        assert_eq!(answer.json()["conflicts"].as_array().unwrap().len(), 1);
        for known in [is, Value::Null] {
            let answer = site.ask(&maren, &knowing(&known)).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{kind}, known as {known}: {}", answer.text);
            let told = &answer.json()["wish"]["changes"][0]["was"];
            assert_eq!(
                told["what"], wanted["what"],
                "whoever decides is told what it was, whatever the sender knew"
            );
        }
    }
    assert_eq!(count(&site, "SELECT count(*) FROM request").await, 10);
}

#[tokio::test]
async fn a_fact_that_is_gone_is_a_conflict_and_is_named() {
    let site = prompt("oxford").await;
    let maren = site.sign_in(OWNER).await;
    let outreach = site.account("outreach").await;
    site.alter("outreach", json!([{"op": "remove", "path": "displayName"}])).await;
    let name = |name: &str| json!({"what": "display-name", "name": name});
    let change = json!({"edit": name("Reaching out"), "was": name("Earth Sciences Outreach")});
    let answer = site.ask(&maren, &wish("set-details", &outreach["id"], &[change], &json!({}))).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &json!("conflict")));
    assert_eq!((answer.json().get("conflicts"), &answer.json()["gone"]), (None, &json!(["display-name"])));
}

//! Approving looks again: what has changed since it was asked for is not overwritten unseen.

use super::{
    DELEGATE, OFFICER, OWNER, SERVICE_DESK, STRANGER, access, edit, grant, later, nell_for_enquiries, oxford,
    prompt, request, wish,
};
use crate::site::{Answer, Site};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub(super) async fn steps(site: &Site, reference: &str, token: &str) -> Vec<(String, String)> {
    let trail = site.desk_get(&format!("/requests/{reference}/trail"), token).await;
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = trail["entries"].as_array().unwrap().iter();
    entries.map(|entry| (text(entry, "what"), text(entry, "text"))).collect()
}

#[track_caller]
pub(super) fn assert_conflict(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert_eq!(answer.json()["code"], "conflict");
    answer.json()["conflicts"].clone()
}

/// People as they are told, by their ids alone.
fn bare(mut fact: Value) -> Value {
    if let Some(Value::Object(to)) = fact.get_mut("to") {
        to.retain(|name, _| name == "value" || name == "type");
    }
    fact
}

/// One row for each fact that two requests can want differently: the first is carried out before the second is decided.
#[tokio::test]
async fn each_fact_that_changed_meanwhile_is_told_as_it_is_now_and_nothing_is_decided() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let (nell, jo) = (site.named(STRANGER).await, site.named(DELEGATE).await);
    let reads = |rights: &[&str]| json!({"what": "access", "to": nell, "rights": rights});
    let name = |name: &str| json!({"what": "display-name", "name": name});
    let ends = |at: &str| json!({"what": "expires", "at": at});
    let owned = |to: &Value| json!({"what": "owner", "to": to});
    let rows = [
        ("change-access", "enquiries", reads(&["full-access"]), reads(&["send-as"])),
        ("set-details", "outreach", name("Reaching out"), name("Outreaching")),
        ("renew", "outreach", ends("2099-01-31T23:59:59Z"), ends("2098-01-31T23:59:59Z")),
        ("hand-over", "outreach", owned(&jo), owned(&nell)),
    ];
    for (kind, username, first, second) in rows {
        let id = site.account(username).await["id"].clone();
        let ask = async |fact: &Value| site.asked(&maren, &wish(kind, &id, &[edit(fact)], &json!({}))).await;
        let (early, late) = (ask(&first).await, ask(&second).await);
        let before = site.desk_get(&format!("/requests/{late}"), &samir).await;
        assert_eq!(site.decide(&samir, &early, true).await.status, StatusCode::OK, "{kind}");
        let version = site.account(username).await["meta"]["version"].clone();

        let conflicts = assert_conflict(&site.decide(&samir, &late, true).await);
        assert_eq!(conflicts.as_array().unwrap().len(), 1, "{kind}");
        assert_eq!(bare(conflicts[0].clone()), first, "{kind}: as it is now");
        assert_eq!(site.desk_get(&format!("/requests/{late}"), &samir).await, before, "{kind}: not decided");
        assert_eq!(steps(&site, &late, &samir).await.len(), 1, "{kind}: no step was taken");
        assert_eq!(site.account(username).await["meta"]["version"], version, "{kind}");

        let answer = site.decide_despite(&samir, &late).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.text);
        assert_eq!(answer.json()["decision"]["reason"], "Because.");
        assert_eq!(site.desk_get(&format!("/requests/{late}"), &samir).await["status"], "done", "{kind}");
        let steps = steps(&site, &late, &samir).await;
        let all = "Approved although the account had changed since this was asked for. It is now: ";
        let (what, text) = &steps[1];
        assert!(
            what == "approved" && text.starts_with(all) && text.ends_with(". Because."),
            "{kind}: {text}"
        );
        assert_eq!(steps.last().unwrap().0, "confirmed", "{kind}: the later approval has the last word");
    }
}

/// One row for each fact: two ask for the same, and the second finds it done.
#[tokio::test]
async fn what_is_by_now_as_it_is_asked_for_stands_in_nobodys_way() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let nell = site.named(STRANGER).await;
    let rows = [
        (
            "change-access",
            "enquiries",
            json!({"what": "access", "to": nell, "rights": ["full-access", "send-as"]}),
        ),
        ("set-details", "outreach", json!({"what": "display-name", "name": "Reaching out"})),
        ("renew", "outreach", json!({"what": "expires", "at": "2099-01-31T23:59:59Z"})),
        ("remove-password", "outreach", json!({"what": "kind", "kind": "mailbox-only"})),
        ("close", "seminars", json!({"what": "state", "state": "suspended"})),
        ("hand-over", "outreach", json!({"what": "owner", "to": nell})),
    ];
    for (kind, username, fact) in rows {
        let id = site.account(username).await["id"].clone();
        let mut references = Vec::new();
        for _ in 0..2 {
            references.push(site.asked(&maren, &wish(kind, &id, &[edit(&fact)], &json!({}))).await);
        }
        for reference in &references {
            let answer = site.decide(&samir, reference, true).await;
            assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.text);
            assert_eq!(steps(&site, reference, &samir).await[1].1, "Approved. Because.", "{kind}");
        }
    }
}

#[tokio::test]
async fn only_what_the_request_names_is_looked_at() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let enquiries = site.account("enquiries").await;
    let other = site.change(&enquiries, DELEGATE, &[]).await;
    assert_eq!(site.carried_out(&maren, &samir, &request(&enquiries, &[other])).await["status"], "done");
    let name = edit(&json!({"what": "display-name", "name": "Questions"}));
    let name = wish("set-details", &enquiries["id"], &[name], &json!({}));
    assert_eq!(site.carried_out(&maren, &samir, &name).await["status"], "done");
    assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
}

/// Of several facts only those are told that are neither as they were nor as they are to be.
#[tokio::test]
async fn of_several_facts_those_are_told_that_changed() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let enquiries = site.account("enquiries").await;
    let (nell, jo, imani) =
        (site.named(STRANGER).await, site.named(DELEGATE).await, site.named("eart0140").await);
    let held =
        |who: &Value| grant(&enquiries, &who["value"]).map_or(json!([]), |grant| grant["rights"].clone());
    let change = |who: &Value, rights: &[&str]| access(who, json!(rights), held(who));
    let reference = site
        .asked(
            &maren,
            &request(
                &enquiries,
                &[
                    change(&nell, &["full-access"]),
                    change(&jo, &[]),
                    change(&imani, &["send-as", "full-access"]),
                ],
            ),
        )
        .await;
    let meanwhile = request(&enquiries, &[change(&nell, &["full-access"]), change(&jo, &["send-on-behalf"])]);
    assert_eq!(site.carried_out(&maren, &samir, &meanwhile).await["status"], "done");
    let conflicts = assert_conflict(&site.decide(&samir, &reference, true).await);
    let expected = json!([{
        "what": "access",
        "to": {
            "value": jo["value"], "type": "Person", "display": "Jo Ferrand", "userName": DELEGATE,
            "unit": "Earth Sciences",
        },
        "rights": ["send-on-behalf"],
    }]);
    assert_eq!(conflicts, expected, "exactly as a submission is told");
}

#[tokio::test]
async fn what_changed_can_be_refused_withdrawn_and_asked_about() {
    let site = prompt("oxford").await;
    let (maren, samir, ruth) =
        (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(OFFICER).await);
    let id = site.account("outreach").await["id"].clone();
    let named = |name: &str| {
        wish("set-details", &id, &[edit(&json!({"what": "display-name", "name": name}))], &json!({}))
    };
    let mut references = Vec::new();
    for name in ["One", "Two", "Three"] {
        references.push(site.asked(&maren, &named(name)).await);
    }
    assert_eq!(site.carried_out(&maren, &samir, &named("Four")).await["status"], "done");
    let [one, two, three] = &references[..] else { panic!() };
    let body = json!({"approve": false, "reason": "No.", "despite": true});
    let path = format!("/requests/{one}/decision");
    let refused = site.desk(Method::POST, &path, &samir, Some(body)).await;
    assert_eq!(refused.json()["status"], "refused", "a no builds on nothing");
    assert_eq!(steps(&site, one, &samir).await[1].1, "Refused. No.");
    assert_eq!(site.withdraw(&maren, two).await.json()["status"], "withdrawn");
    assert_eq!(site.question(&ruth, three, "Still?").await.json()["status"], "needs-answer");
    assert_conflict(&site.decide(&samir, three, true).await);
    assert_eq!(site.decide_despite(&samir, three).await.status, StatusCode::OK);
}

#[tokio::test]
async fn despite_says_nothing_where_nothing_changed() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    assert_eq!(site.decide_despite(&samir, &reference).await.status, StatusCode::OK);
    assert_eq!(steps(&site, &reference, &samir).await[1].1, "Approved. Because.");
}

#[tokio::test]
async fn a_fact_that_is_gone_is_a_conflict_and_is_named() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let id = site.account("outreach").await["id"].clone();
    let name = edit(&json!({"what": "display-name", "name": "Reaching out"}));
    let reference = site.asked(&maren, &wish("set-details", &id, &[name], &json!({}))).await;
    site.alter("outreach", json!([{"op": "remove", "path": "displayName"}])).await;
    let answer = site.decide(&samir, &reference, true).await;
    assert_eq!((assert_conflict(&answer), &answer.json()["gone"]), (Value::Null, &json!(["display-name"])));
    assert_eq!(site.decide_despite(&samir, &reference).await.status, StatusCode::OK);
    let text = &steps(&site, &reference, &samir).await[1].1;
    let all = "Approved although the account had changed since this was asked for";
    assert_eq!(*text, format!("{all}. It is now: no name. Because."));
}

/// One row for each fact that an account need not have: it was not there when it was asked for, and somebody else set it since.
#[tokio::test]
async fn a_fact_that_there_was_not_and_that_was_set_since_is_told_and_nothing_is_decided() {
    let site = prompt("oxford").await;
    let (maren, ruth, samir) =
        (site.sign_in(OWNER).await, site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    let (nell, jo) = (site.named(STRANGER).await, site.named(DELEGATE).await);
    let owned = |to: &Value| json!({"what": "owner", "to": to});
    let name = |name: &str| json!({"what": "display-name", "name": name});
    let state = |state: &str| json!({"what": "state", "state": state});
    let rows = [
        ("set-details", "displayName", json!("Set since"), &maren, name("Wanted"), name("Set since")),
        ("close", "state", json!("neverActivated"), &maren, state("suspended"), state("never-activated")),
        ("hand-over", "owner", jo.clone(), &ruth, owned(&nell), owned(&jo)),
    ];
    for (kind, attribute, set, asker, wanted, is) in rows {
        site.alter("outreach", json!([{"op": "remove", "path": attribute}])).await;
        let id = site.account("outreach").await["id"].clone();
        let ask = async || site.asked(asker, &wish(kind, &id, &[edit(&wanted)], &json!({}))).await;
        let (first, second) = (ask().await, ask().await);
        let waiting = site.desk_get(&format!("/requests/{first}"), &samir).await;
        assert_eq!(waiting["wish"]["changes"][0]["was"], Value::Null, "{kind}: there is none");
        site.alter("outreach", json!([{"op": "add", "path": attribute, "value": set}])).await;

        let conflicts = assert_conflict(&site.decide(&samir, &first, true).await);
        assert_eq!(conflicts.as_array().unwrap().len(), 1, "{kind}");
        assert_eq!(bare(conflicts[0].clone()), is, "{kind}: as it is now");
        assert_eq!(
            site.desk_get(&format!("/requests/{first}"), &samir).await,
            waiting,
            "{kind}: not decided"
        );
        let answer = site.decide_despite(&samir, &first).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.text);
        assert_eq!(site.desk_get(&format!("/requests/{first}"), &samir).await["status"], "done", "{kind}");
        let answer = site.decide(&samir, &second, true).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: it is as it is asked for by now: {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_as_empty_as_it_was_has_not_changed() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    site.alter("outreach", json!([{"op": "remove", "path": "displayName"}])).await;
    let id = site.account("outreach").await["id"].clone();
    let name = edit(&json!({"what": "display-name", "name": "Reaching out"}));
    let reference = site.asked(&maren, &wish("set-details", &id, &[name], &json!({}))).await;
    assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
    assert_eq!(steps(&site, &reference, &samir).await[1].1, "Approved. Because.");
}

/// Nobody is there whom a conflict could be told to: an account that is gone is told when it should take effect.
#[tokio::test]
async fn an_account_that_is_gone_has_not_changed() {
    let site = oxford().await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let path = format!("/SecondaryAccounts/{}", site.account("enquiries").await["id"].as_str().unwrap());
    site.scim(Method::DELETE, &path, &site.provisioning(), None).await;
    assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
    let site = later(site, i64::from(super::APPLY_SECONDS) + 5, None).await;
    let ended = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!(
        (&ended["status"], &ended["decision"]["reason"]),
        (&json!("refused"), &json!("The account is no longer there."))
    );
}

//! What the desk does by itself builds on what is so: where that has changed, it is left for people to decide.

use super::again::{assert_conflict, steps};
use super::trail::{assert_chain, entries};
use super::{
    APPLY_SECONDS, DELEGATE, OFFICER, OWNER, SERVICE_DESK, STRANGER, access, count, edit, later,
    nell_for_enquiries, oxford, request, wish,
};
use crate::site::Site;
use reqwest::StatusCode;
use serde_json::{Value, json};

const AFTER: i64 = APPLY_SECONDS as i64 + 5;

async fn named(site: &Site, name: &str) -> Value {
    let id = site.account("outreach").await["id"].clone();
    let name = edit(&json!({"what": "display-name", "name": name}));
    wish("set-details", &id, &[name], &json!({}))
}

/// Names the account in the record, as the institution's own systems do.
async fn name(site: &Site, name: &str) {
    site.alter("outreach", json!([{"op": "replace", "path": "displayName", "value": name}])).await;
}

async fn status(site: &Site, reference: &str, token: &str) -> Value {
    site.desk_get(&format!("/requests/{reference}"), token).await["status"].clone()
}

/// Every entry of the trail, of requests that `token` may see.
async fn assert_trail(site: &Site, references: &[&str], token: &str) {
    let mut all = Vec::new();
    for reference in references {
        all.extend(entries(site, reference, token).await);
    }
    all.sort_by_key(|entry| entry["seq"].as_i64());
    assert_eq!(i64::try_from(all.len()).unwrap(), count(site, "SELECT count(*) FROM trail").await);
    assert_chain(&all);
}

#[tokio::test]
async fn what_changed_the_desk_does_not_approve_by_itself() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let reference = site.asked(&maren, &named(&site, "Wanted").await).await;
    let other = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    name(&site, "Set since").await;

    let site = later(site, 100, Some(60)).await;
    let left = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    let untouched = (&left["decision"], &left["appliesAt"], &left["status"]);
    assert_eq!(untouched, (&Value::Null, &Value::Null, &json!("with-desk")));
    assert_eq!(status(&site, &other, &maren).await, "applying", "what did not change is nobody's concern");
    let text = "Not approved by the desk itself: the account has changed since this was asked for. \
                It is now: name: Set since. Somebody has to decide.";
    let told = steps(&site, &reference, &maren).await;
    assert_eq!(told[1..], [("escalated".to_owned(), text.to_owned())]);
    let by = &entries(&site, &reference, &maren).await[1]["by"];
    assert_eq!(*by, Value::Null, "the desk itself");

    // It is said once: neither a new start nor an answer of the requester makes the desk look at it again.
    let site = later(site, 1000, Some(60)).await;
    let samir = site.sign_in(SERVICE_DESK).await;
    assert_eq!(site.question(&samir, &reference, "Still?").await.status, StatusCode::OK);
    assert_eq!(site.reply(&maren, &reference, "Yes.").await.json()["status"], "with-desk");
    let site = later(site, 9000, Some(60)).await;
    assert_eq!(status(&site, &reference, &maren).await, "with-desk");
    assert_eq!(steps(&site, &reference, &maren).await.len(), 4, "received, escalated, questioned, answered");

    let conflicts = assert_conflict(&site.decide(&samir, &reference, true).await);
    assert_eq!(conflicts, json!([{"what": "display-name", "name": "Set since"}]), "whoever decides sees it");
    assert_eq!(site.decide_despite(&samir, &reference).await.json()["status"], "applying");
    let site = later(site, 9000 + AFTER, Some(60)).await;
    assert_eq!(status(&site, &reference, &maren).await, "done");
    assert_eq!(site.account("outreach").await["displayName"], "Wanted");
    assert_trail(&site, &[&reference, &other], &maren).await;
}

/// One row for each way in which a fact can change between an approval and its effect.
#[tokio::test]
async fn what_changed_between_approval_and_effect_is_decided_anew() {
    let rows = [
        (json!({"op": "replace", "path": "displayName", "value": "Set since"}), "name: Set since"),
        (json!({"op": "remove", "path": "displayName"}), "no name"),
    ];
    for (operation, is_now) in rows {
        let site = oxford().await;
        let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
        let reference = site.asked(&maren, &named(&site, "Wanted").await).await;
        assert_eq!(site.decide(&samir, &reference, true).await.json()["status"], "applying");
        site.alter("outreach", json!([operation])).await;
        let before = site.account("outreach").await;

        let site = later(site, AFTER, Some(60)).await;
        let back = site.desk_get(&format!("/requests/{reference}"), &maren).await;
        let undecided = (&back["decision"], &back["appliesAt"], &back["doneAt"]);
        assert_eq!(undecided, (&Value::Null, &Value::Null, &Value::Null), "{is_now}");
        assert_eq!(back["status"], "with-desk", "{is_now}");
        let version = &site.account("outreach").await["meta"]["version"];
        assert_eq!(*version, before["meta"]["version"], "{is_now}: nothing of it was done");
        let waiting = site.desk_get("/requests?scope=to-decide", &samir).await;
        assert_eq!(waiting["requests"], json!([back]), "{is_now}");
        let text = format!(
            "Not put into effect: the account has changed since this was approved. It is now: {is_now}. \
             Somebody has to decide."
        );
        let told = steps(&site, &reference, &maren).await;
        assert_eq!((told[1].0.as_str(), &told[2]), ("approved", &("reopened".to_owned(), text)));

        let site = later(site, AFTER + 1000, Some(60)).await;
        assert_eq!(status(&site, &reference, &maren).await, "with-desk", "{is_now}: not by itself");
        assert_eq!(steps(&site, &reference, &maren).await.len(), 3, "{is_now}: it is said once");
        assert_conflict(&site.decide(&samir, &reference, true).await);
        assert_eq!(site.decide_despite(&samir, &reference).await.status, StatusCode::OK);
        let site = later(site, 2 * AFTER + 1000, Some(60)).await;
        assert_eq!(status(&site, &reference, &maren).await, "done", "{is_now}");
        assert_trail(&site, &[&reference], &maren).await;
    }
}

#[tokio::test]
async fn a_fact_that_there_was_not_is_not_overwritten_either() {
    let site = oxford().await;
    let (ruth, samir) = (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    site.alter("outreach", json!([{"op": "remove", "path": "owner"}])).await;
    let id = site.account("outreach").await["id"].clone();
    let (nell, jo) = (site.named(STRANGER).await, site.named(DELEGATE).await);
    let owner = edit(&json!({"what": "owner", "to": nell}));
    let reference = site.asked(&ruth, &wish("hand-over", &id, &[owner], &json!({}))).await;
    assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
    site.alter("outreach", json!([{"op": "add", "path": "owner", "value": jo}])).await;
    let site = later(site, AFTER, None).await;
    assert_eq!(status(&site, &reference, &ruth).await, "with-desk");
    assert_eq!(site.account("outreach").await["owner"]["value"], jo["value"]);
}

#[tokio::test]
async fn what_was_approved_in_spite_of_a_change_takes_effect_unless_there_is_another() {
    let site = oxford().await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let (first, second) = (named(&site, "First").await, named(&site, "Second").await);
    let (first, second) = (site.asked(&maren, &first).await, site.asked(&maren, &second).await);
    name(&site, "Set since").await;
    assert_conflict(&site.decide(&samir, &first, true).await);
    assert_eq!(site.decide_despite(&samir, &first).await.status, StatusCode::OK);
    let site = later(site, AFTER, None).await;
    assert_eq!(status(&site, &first, &maren).await, "done", "what was seen is no surprise");

    assert_eq!(site.decide_despite(&samir, &second).await.status, StatusCode::OK);
    name(&site, "Set again").await;
    let site = later(site, 2 * AFTER, None).await;
    assert_eq!(status(&site, &second, &maren).await, "with-desk");
    assert_eq!(site.account("outreach").await["displayName"], "Set again");
}

/// One row for each change that is no reason to wait: of another fact, of somebody else's access, to what is asked for.
#[tokio::test]
async fn only_what_the_request_names_and_does_not_want_so_keeps_it_from_its_effect() {
    let site = oxford().await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let seminars = site.account("seminars").await;
    let (idris, nell) = (site.named("eart0118").await, site.named(STRANGER).await);
    assert_eq!(super::grant(&seminars, &idris["value"]), None);
    let full = json!(["full-access"]);
    let to_idris = access(&idris, full.clone(), json!([]));
    let bodies = [named(&site, "Wanted").await, request(&seminars, &[to_idris])];
    let mut references = Vec::new();
    for body in &bodies {
        let reference = site.asked(&maren, body).await;
        assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
        references.push(reference);
    }
    name(&site, "Wanted").await;
    let to_nell = json!({"value": nell["value"], "type": "Person", "rights": full});
    site.alter("seminars", json!([{"op": "add", "path": "grants", "value": [to_nell]}])).await;
    site.alter("seminars", json!([{"op": "replace", "path": "displayName", "value": "Talks"}])).await;
    let site = later(site, AFTER, None).await;
    for reference in references {
        assert_eq!(status(&site, &reference, &maren).await, "done");
    }
    let after = site.account("seminars").await;
    for who in [&idris, &nell] {
        assert_eq!(super::grant(&after, &who["value"]).unwrap()["rights"], json!(["full-access"]));
    }
}

#[tokio::test]
async fn what_an_earlier_desk_approved_is_held_against_what_was_so_when_it_came() {
    let site = oxford().await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &named(&site, "Wanted").await).await;
    let other = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    for reference in [&reference, &other] {
        assert_eq!(site.decide(&samir, reference, true).await.status, StatusCode::OK);
    }
    let forget = sqlx::query("UPDATE request SET approved_from = NULL");
    assert_eq!(forget.execute(&mut site.database().await).await.unwrap().rows_affected(), 2);
    name(&site, "Set since").await;
    let site = later(site, AFTER, None).await;
    assert_eq!(status(&site, &reference, &maren).await, "with-desk");
    assert_eq!(status(&site, &other, &maren).await, "done");
}

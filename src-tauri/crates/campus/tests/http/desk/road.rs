//! The whole road: asked, decided, put into effect, seen.

use super::{
    APPLY_SECONDS, DELEGATE, OWNER, SERVICE_DESK, STRANGER, grant, later, nell_for_enquiries, oxford, request,
};
use crate::site::{Site, filtered};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("{value} is no moment")).parse().unwrap()
}

#[tokio::test]
async fn what_was_asked_is_decided_takes_effect_and_is_seen() {
    let site = oxford().await;
    let (maren, nell, jo) =
        (site.sign_in(OWNER).await, site.sign_in(STRANGER).await, site.sign_in(DELEGATE).await);
    let before = site.account("enquiries").await;
    let path = format!("/SecondaryAccounts/{}", before["id"].as_str().unwrap());
    let nell_id = site.get("/Me", &nell).await["id"].clone();
    let jo_id = site.get("/Me", &jo).await["id"].clone();
    let added = site.change(&before, STRANGER, &["send-as", "full-access"]).await;
    let removed = site.change(&before, DELEGATE, &[]).await;
    let mut body = request(&before, &[added, removed]);
    body["note"] = "Nell takes over from Jo.".into();

    let answer = site.ask(&maren, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let asked = answer.json();
    assert_eq!(asked["id"], "RQ-20001");
    assert_eq!(answer.header("location"), site.at("/desk/v1/requests/RQ-20001"));
    assert_eq!(asked["account"]["label"], "enquiries@earth.example.edu");
    assert_eq!(asked["clientRequestId"], body["clientRequestId"]);
    assert_eq!((&asked["status"], &asked["decision"]), (&json!("with-desk"), &Value::Null));
    let change = &asked["wish"]["changes"][0];
    assert_eq!(change["edit"]["to"]["display"], "Nell Ashby", "who it is follows from the record");
    assert_eq!(change["edit"]["rights"], json!(["full-access", "send-as"]), "in the profile's order");
    assert_eq!(change["was"]["rights"], json!([]), "nothing was held before");

    let desk = site.sign_in(SERVICE_DESK).await;
    let waiting = site.desk_get("/requests?scope=to-decide", &desk).await;
    assert_eq!(waiting, json!({"total": 1, "requests": [asked]}));
    let decided = site.decide(&desk, "RQ-20001", true).await.json();
    assert_eq!(
        (&decided["status"], &decided["decision"]["by"]["display"]),
        (&json!("applying"), &json!("Samir Okonjo"))
    );
    let takes = moment(&decided["appliesAt"]).duration_since(moment(&decided["decision"]["at"]));
    assert_eq!(takes.as_secs(), i64::from(APPLY_SECONDS));
    let unchanged = site.account("enquiries").await;
    assert_eq!(unchanged, before, "an approval is no effect");
    assert_eq!(site.scim(Method::GET, &path, &nell, None).await.status, StatusCode::NOT_FOUND);

    let site = later(site, i64::from(APPLY_SECONDS) + 5, None).await;
    let seen = site.get(&path, &maren).await;
    assert_eq!(grant(&seen, &nell_id).unwrap()["rights"], json!(["full-access", "send-as"]));
    assert_eq!(grant(&seen, &jo_id), None);
    let others = |account: &Value| -> Vec<_> {
        let grants = account["grants"].as_array().unwrap().iter();
        grants
            .filter(|grant| grant["value"] != nell_id && grant["value"] != jo_id)
            .map(|grant| (grant["value"].clone(), grant["rights"].clone(), grant["display"].clone()))
            .collect()
    };
    assert_eq!(others(&seen), others(&before), "whoever is not named stays as they are");
    assert_ne!(seen["meta"]["version"], before["meta"]["version"]);
    let since = before["meta"]["lastModified"].as_str().unwrap();
    let filter = format!("meta.lastModified gt \"{since}\" and userName eq \"enquiries\"");
    let news = site.get(&filtered("/SecondaryAccounts", &filter), &maren).await;
    assert_eq!(news["totalResults"], 1, "whoever keeps copies learns of it");
    let hers = site.get(&path, &nell).await;
    assert_eq!((&hers["grantsShown"], hers["grants"].as_array().unwrap().len()), (&json!("own"), 1));
    assert_eq!(
        site.scim(Method::GET, &path, &jo, None).await.status,
        StatusCode::NOT_FOUND,
        "and Jo no longer"
    );
    let done = site.desk_get("/requests/RQ-20001", &maren).await;
    assert_eq!((&done["status"], &done["doneAt"]), (&json!("done"), &decided["appliesAt"]));
    assert_eq!(done["decision"], decided["decision"]);
}

#[tokio::test]
async fn where_nothing_is_to_be_waited_for_it_is_there_at_once() {
    let site = Site::with("oxford", |options| options.apply_seconds = 0).await;
    let (maren, officer) = (site.sign_in(OWNER).await, site.sign_in(super::OFFICER).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    assert_eq!(site.decide(&officer, &reference, true).await.status, StatusCode::OK);
    let nell = site.sign_in(STRANGER).await;
    assert_eq!(site.get("/SecondaryAccounts?count=0", &nell).await["totalResults"], 1);
    assert_eq!(site.desk_get(&format!("/requests/{reference}"), &maren).await["status"], "done");
}

#[tokio::test]
async fn what_nobody_decides_the_desk_decides_by_itself() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let path = format!("/requests/{reference}");
    let site = later(site, 100, None).await;
    assert_eq!(site.desk_get(&path, &maren).await["status"], "with-desk", "unless told to it never does");

    let site = later(site, 100, Some(60)).await;
    let decided = site.desk_get(&path, &maren).await;
    assert_eq!(decided["status"], "applying");
    assert_eq!((&decided["decision"]["by"], &decided["decision"]["approve"]), (&Value::Null, &json!(true)));
    assert_eq!(decided["decision"]["reason"], "Decided by the practice desk.");
    let waited = moment(&decided["decision"]["at"]).duration_since(moment(&decided["created"]));
    assert_eq!(waited.as_secs(), 60, "at its moment, however late somebody looks");

    let site = later(site, 3700, Some(60)).await;
    assert_eq!(site.desk_get(&path, &maren).await["status"], "done");
}

#[tokio::test]
async fn decision_and_effect_catch_up_in_one_go() {
    let site = later(oxford().await, 0, Some(60)).await;
    let maren = site.sign_in(OWNER).await;
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let site = later(site, 10_000, Some(60)).await;
    let nell = site.sign_in(STRANGER).await;
    assert_eq!(site.get("/SecondaryAccounts?count=0", &nell).await["totalResults"], 1);
    assert_eq!(site.desk_get(&format!("/requests/{reference}"), &maren).await["status"], "done");
}

#[tokio::test]
async fn a_request_can_be_taken_back_until_it_is_decided() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let first = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let second = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    assert_eq!(site.withdraw(&maren, &first).await.json()["status"], "withdrawn");
    let again = site.withdraw(&maren, &first).await;
    assert_eq!((again.status, &again.json()["status"]), (StatusCode::OK, &json!("withdrawn")), "asked twice");
    let late = site.decide(&desk, &first, true).await;
    assert_eq!((late.status, &late.json()["code"]), (StatusCode::CONFLICT, &json!("not-open")));

    assert_eq!(site.decide(&desk, &second, false).await.json()["status"], "refused");
    let late = site.withdraw(&maren, &second).await;
    assert_eq!((late.status, &late.json()["code"]), (StatusCode::CONFLICT, &json!("too-late")));
    let twice = site.decide(&desk, &second, true).await;
    assert_eq!((twice.status, &twice.json()["code"]), (StatusCode::CONFLICT, &json!("not-open")));
    let open = site.desk_get("/requests?open=true", &maren).await;
    let over = site.desk_get("/requests?open=false&count=1", &maren).await;
    assert_eq!(
        (&open["total"], &over["total"], &over["requests"][0]["id"]),
        (&json!(0), &json!(2), &json!(second)),
        "newest first"
    );
}

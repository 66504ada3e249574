//! Effects: once, whole, and nothing beside.

use super::{
    OWNER, SERVICE_DESK, STRANGER, access, count, grant, later, leaves, nell_for_enquiries, oxford, request,
};
use crate::site::Site;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Row;

const AFTER: i64 = super::APPLY_SECONDS as i64 + 5;

/// Maren's request, approved. Answers the reference.
async fn approved(site: &Site) -> String {
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(site).await).await;
    assert_eq!(site.decide(&desk, &reference, true).await.status, StatusCode::OK);
    reference
}

#[tokio::test]
async fn however_many_look_at_once_it_happens_once() {
    let site = oxford().await;
    let before = site.account("enquiries").await;
    approved(&site).await;
    let site = later(site, AFTER, None).await;
    let maren = site.sign_in(OWNER).await;
    let path = format!("/SecondaryAccounts/{}", before["id"].as_str().unwrap());
    // Signing in asks nothing of the record, so all of these find it due.
    let readers: Vec<_> = (0..24)
        .map(|turn| {
            let (http, token) = (site.http.clone(), maren.clone());
            let address =
                site.at(&if turn % 2 == 0 { format!("/scim/v2{path}") } else { "/desk/v1/requests".into() });
            tokio::spawn(async move {
                let answer = http.get(address).bearer_auth(token).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer.json::<Value>().await.unwrap()
            })
        })
        .collect();
    for (turn, reader) in readers.into_iter().enumerate() {
        let seen = reader.await.unwrap();
        if turn % 2 == 0 {
            assert_eq!(seen["grants"].as_array().unwrap().len(), 7, "nobody sees it before it is there");
            assert_eq!(seen["meta"]["version"], "W/\"2\"", "one effect, one version");
        } else {
            assert_eq!(seen["requests"][0]["status"], "done");
        }
    }
    assert_eq!(count(&site, "SELECT count(*) FROM trail WHERE what = 'applied'").await, 1);
}

#[tokio::test]
async fn what_the_desk_does_not_know_of_an_account_stays() {
    let site = oxford().await;
    approved(&site).await;
    let edit = "UPDATE resource SET document = json_set(document, '$.colour', 'green', '$.grants[0].since', '2020') \
                WHERE username = 'enquiries'";
    sqlx::query(edit).execute(&mut site.database().await).await.unwrap();
    let site = later(site, AFTER, None).await;
    assert_eq!(site.account("enquiries").await["grants"].as_array().unwrap().len(), 7);
    let kept = sqlx::query("SELECT document FROM resource WHERE username = 'enquiries'");
    let kept: String = kept.fetch_one(&mut site.database().await).await.unwrap().get(0);
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!((&kept["colour"], &kept["grants"][0]["since"]), (&json!("green"), &json!("2020")));
}

#[tokio::test]
async fn approvals_take_effect_in_their_order_and_none_undoes_another_unseen() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let enquiries = site.account("enquiries").await;
    let ask = async |rights: &[&str]| {
        let change = site.change(&enquiries, STRANGER, rights).await;
        site.asked(&maren, &request(&enquiries, &[change])).await
    };
    let (first, second) = (ask(&["full-access"]).await, ask(&["full-access", "send-as"]).await);
    site.decide(&desk, &second, true).await;
    site.decide(&desk, &first, true).await;
    let apart = "UPDATE request SET due = due + 1000 WHERE seq = 1";
    sqlx::query(apart).execute(&mut site.database().await).await.unwrap();
    let site = later(site, AFTER, None).await;
    let nell = site.person(STRANGER).await["id"].clone();
    let after = site.account("enquiries").await;
    assert_eq!(
        grant(&after, &nell).unwrap()["rights"],
        json!(["full-access", "send-as"]),
        "the earlier approval was the first to take effect"
    );
    let other = site.desk_get(&format!("/requests/{first}"), &maren).await;
    assert_eq!(other["status"], "with-desk", "whoever approved the other did not see this");
}

#[tokio::test]
async fn where_the_account_is_gone_by_then_it_is_refused() {
    let site = oxford().await;
    let reference = approved(&site).await;
    let path = format!("/SecondaryAccounts/{}", site.account("enquiries").await["id"].as_str().unwrap());
    site.scim(Method::DELETE, &path, &site.provisioning(), None).await;
    let site = later(site, AFTER, None).await;
    let maren = site.sign_in(OWNER).await;
    let ended = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!(ended["status"], "refused");
    assert_eq!(ended["decision"]["reason"], "The account is no longer there.");
    assert_eq!(
        (&ended["decision"]["by"], &ended["appliesAt"], &ended["doneAt"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn where_somebody_is_gone_by_then_nothing_of_it_happens() {
    let site = oxford().await;
    let reference = approved(&site).await;
    let before = site.account("enquiries").await;
    let path = format!("/Users/{}", site.person(STRANGER).await["id"].as_str().unwrap());
    site.scim(Method::DELETE, &path, &site.provisioning(), None).await;
    let site = later(site, AFTER, None).await;
    let maren = site.sign_in(OWNER).await;
    let ended = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!(ended["status"], "refused");
    assert_eq!(ended["decision"]["reason"], "Nell Ashby is no longer in the directory.");
    assert_eq!(site.account("enquiries").await["meta"]["version"], before["meta"]["version"]);
}

#[tokio::test]
async fn whoever_left_between_asking_and_deciding_is_given_nothing() {
    const WHY: &str = "Nell Ashby cannot be given access any more.";
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let waits = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    leaves(&site, STRANGER).await;
    let told = site.decide(&desk, &waits, true).await;
    assert_eq!((told.status, &told.json()["code"]), (StatusCode::CONFLICT, &json!("not-entitled")));
    assert_eq!(told.json()["detail"], WHY);
    let still = site.desk_get(&format!("/requests/{waits}"), &maren).await;
    assert_eq!(still["status"], "with-desk", "whoever decides sees why, and refuses it or leaves it");
}

#[tokio::test]
async fn whoever_left_between_a_decision_and_its_effect_is_given_nothing() {
    let site = oxford().await;
    let reference = approved(&site).await;
    let before = site.account("enquiries").await;
    leaves(&site, STRANGER).await;
    let site = later(site, AFTER, None).await;
    let maren = site.sign_in(OWNER).await;
    let ended = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!(ended["status"], "refused");
    assert_eq!(ended["decision"]["reason"], "Nell Ashby cannot be given access any more.");
    assert_eq!(site.account("enquiries").await["meta"]["version"], before["meta"]["version"]);
}

#[tokio::test]
async fn a_group_is_given_access_for_its_members() {
    let site = Site::with("oxford", |options| options.apply_seconds = 0).await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let group = site.desk_get("/people?query=front%20desk", &maren).await["people"][0].clone();
    assert_eq!((&group["type"], &group["entitled"]), (&json!("Group"), &json!(true)));
    let to = json!({"value": group["value"], "type": "Group"});
    let change = access(&to, json!(["full-access"]), json!([]));
    let reference = site.asked(&maren, &request(&site.account("seminars").await, &[change])).await;
    site.decide(&desk, &reference, true).await;
    let seminars = site.account("seminars").await;
    let given = grant(&seminars, &group["value"]).unwrap();
    assert_eq!(
        (&given["type"], &given["display"], &given["unit"]),
        (&json!("Group"), &json!("Front desk"), &json!("Library"))
    );
    let member = site.sign_in("libr0210").await;
    let path = format!("/SecondaryAccounts/{}", seminars["id"].as_str().unwrap());
    assert_eq!(site.scim(Method::GET, &path, &member, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_last_delegate_can_go() {
    let site = Site::with("oxford", |options| options.apply_seconds = 0).await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let room = site.account("basalt-room").await;
    let change = site.change(&room, "eart0152", &[]).await;
    let reference = site.asked(&maren, &request(&room, &[change])).await;
    site.decide(&desk, &reference, true).await;
    assert_eq!(site.account("basalt-room").await.get("grants"), None);
}

//! Asking: the same request is never taken twice, and nobody's id is in anybody's way.

use super::{
    OFFICER, OWNER, SERVICE_DESK, STRANGER, access, count, later, nell_for_enquiries, oxford, request,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn the_same_request_again_is_the_one_that_is_there() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let body = nell_for_enquiries(&site).await;
    let first = site.ask(&maren, &body).await;
    let again = site.ask(&maren, &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.json(), again.json());

    let reference = first.json()["id"].as_str().unwrap().to_owned();
    site.decide(&site.sign_in(SERVICE_DESK).await, &reference, true).await;
    let site = later(site, i64::from(super::APPLY_SECONDS) + 5, None).await;
    let after = site.ask(&maren, &body).await;
    assert_eq!(
        (after.status, &after.json()["status"]),
        (StatusCode::OK, &json!("done")),
        "even when it is long done"
    );
    assert_eq!(count(&site, "SELECT count(*) FROM request").await, 1);
}

#[tokio::test]
async fn the_same_request_from_many_sides_at_once_is_one() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let body = nell_for_enquiries(&site).await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let request = site.http.post(site.at("/desk/v1/requests")).bearer_auth(&maren).json(&body);
            tokio::spawn(async move {
                let answer = request.send().await.unwrap();
                (answer.status(), answer.json::<serde_json::Value>().await.unwrap()["id"].clone())
            })
        })
        .collect();
    let mut made = 0;
    for one in tries {
        let (status, id) = one.await.unwrap();
        assert_eq!(id, "RQ-20001");
        made += usize::from(status == StatusCode::CREATED);
    }
    assert_eq!(made, 1, "one was the first, the others found it there");
    assert_eq!(count(&site, "SELECT count(*) FROM request").await, 1);
    assert_eq!(count(&site, "SELECT count(*) FROM trail").await, 1);
}

#[tokio::test]
async fn an_id_stands_for_one_request_only() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let body = nell_for_enquiries(&site).await;
    site.asked(&maren, &body).await;
    let mut other = body.clone();
    other["note"] = "Something else.".into();
    let answer = site.ask(&maren, &other).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &json!("id-used")));
    let mut shouted = body;
    shouted["clientRequestId"] = shouted["clientRequestId"].as_str().unwrap().to_uppercase().into();
    assert_eq!(site.ask(&maren, &shouted).await.status, StatusCode::OK, "an id has no case");
}

#[tokio::test]
async fn somebody_elses_id_neither_tells_nor_hinders() {
    let site = oxford().await;
    let (maren, ruth, nell) =
        (site.sign_in(OWNER).await, site.sign_in(OFFICER).await, site.sign_in(STRANGER).await);
    let body = nell_for_enquiries(&site).await;
    let id = body["clientRequestId"].as_str().unwrap();
    let marens = site.asked(&maren, &body).await;
    let mut other = body.clone();
    other["note"] = "Ruth's own.".into();
    let ruths = site.asked(&ruth, &other).await;
    assert_ne!(ruths, marens);

    let by_id = format!("/requests?clientRequestId={id}");
    for (token, expected) in [(&maren, vec![&marens]), (&ruth, vec![&ruths]), (&nell, vec![])] {
        let list = site.desk_get(&by_id, token).await;
        let found: Vec<_> =
            list["requests"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(found, expected);
    }
    let answer = site.desk(Method::GET, &format!("/requests/{ruths}"), &maren, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "an owner does not see what the officer asked");
}

#[tokio::test]
async fn a_leaver_can_be_taken_out_and_given_nothing() {
    let site = oxford().await;
    let officer = site.sign_in(OFFICER).await;
    let core_store = site.account("old-core-store").await;
    let imani = core_store["grants"][0].clone();
    let path = format!("/Users/{}", imani["value"].as_str().unwrap());
    site.scim(Method::DELETE, &path, &site.provisioning(), None).await;
    let to = json!({"value": imani["value"], "type": "Person"});
    let change = |rights: serde_json::Value| access(&to, rights, imani["rights"].clone());
    let more = site
        .ask(&officer, &request(&core_store, &[change(json!(["full-access", "send-as", "automap"]))]))
        .await;
    assert_eq!(more.json()["errors"][0]["code"], "not-entitled");
    let less = site.ask(&officer, &request(&core_store, &[change(json!([]))])).await;
    assert_eq!(
        less.status,
        StatusCode::CREATED,
        "whoever has left is the first to be taken out: {}",
        less.text
    );
    assert_eq!(less.json()["wish"]["changes"][0]["edit"]["to"]["display"], imani["display"]);
}

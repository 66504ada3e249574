//! What stops with an account: nobody is signed in to it any longer.

use super::{edit, prompt, wish};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_closed_account_is_signed_out_and_cannot_be_signed_in_to() {
    let site = prompt("boulder").await;
    let (maren, samir) = (site.sign_in("mato1001").await, site.sign_in("saok0003").await);
    let tokens = site.tokens("enquiries").await;
    let access = tokens["access_token"].as_str().unwrap();
    let late = site.code("enquiries").await;
    assert_eq!(site.get("/Me", access).await["userName"], "enquiries");
    let id = site.account("enquiries").await["id"].clone();
    let close = wish("close", &id, &[edit(&json!({"what": "state", "state": "suspended"}))], &json!({}));
    assert_eq!(site.carried_out(&maren, &samir, &close).await["status"], "done");

    let sign_in = site.account("enquiries").await["signIn"].clone();
    assert_eq!(sign_in["enabled"], false, "the record says so");
    assert_eq!(site.scim(Method::GET, "/Me", access, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.desk(Method::GET, "/requests", access, None).await.status, StatusCode::UNAUTHORIZED);
    let refreshed = site.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(
        (refreshed.status, &refreshed.json()["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
    );
    assert_eq!(site.exchange(&late).await.json()["error"], "invalid_grant", "nor with a code from before");
    let page = site.authorize(&crate::site::request()).await;
    assert_eq!(site.answer(&page, ("person", "enquiries")).await.status, StatusCode::BAD_REQUEST);
}

//! `/token`, `/revoke` and the device flow.

use crate::site::{CALLBACK, CLIENT, SCOPE, Site, VERIFIER, request};
use reqwest::{Method, StatusCode};
use serde_json::Value;

async fn opens(site: &Site, tokens: &Value) -> bool {
    let token = tokens["access_token"].as_str().unwrap();
    site.scim(Method::GET, "/Me", token, None).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_code_needs_the_verifier_and_the_address_that_it_was_asked_with() {
    let site = Site::oxford().await;
    let wrong = "another-verifier-of-at-least-forty-three-characters";
    let cases = [(VERIFIER, "http://127.0.0.1:1/callback"), (wrong, CALLBACK), ("short", CALLBACK)];
    for (verifier, redirect) in cases {
        let code = site.code("eart0001").await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code.as_str()),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        let answer = site.form("/token", &fields).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_grant".into())
        );
        let then = site.exchange(&code).await;
        assert_eq!(then.json()["error"], "invalid_grant", "a code that was tried wrongly is spent");
    }
    let code = site.code("eart0001").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(site.form("/token", &fields).await.json()["error"], "invalid_request", "no verifier at all");
}

#[tokio::test]
async fn a_code_used_twice_ends_what_was_issued_from_it() {
    let site = Site::oxford().await;
    let code = site.code("eart0001").await;
    let tokens = site.exchange(&code).await.json();
    assert!(opens(&site, &tokens).await);
    assert_eq!(site.exchange(&code).await.json()["error"], "invalid_grant");
    assert!(!opens(&site, &tokens).await, "somebody else had the code as well");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(site.refresh(refresh).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_its_reuse_ends_the_sign_in() {
    let site = Site::oxford().await;
    let first = site.tokens("eart0001").await;
    let other_sign_in = site.tokens("eart0001").await;
    let token = |tokens: &Value| tokens["refresh_token"].as_str().unwrap().to_owned();
    let second = site.refresh(&token(&first)).await.json();
    assert_ne!(token(&first), token(&second), "it rotates");
    assert!(opens(&site, &second).await);
    assert_eq!(site.refresh(&token(&first)).await.json()["error"], "invalid_grant");
    assert!(!opens(&site, &second).await, "the thief and the owner cannot be told apart");
    assert_eq!(site.refresh(&token(&second)).await.json()["error"], "invalid_grant");
    assert!(opens(&site, &other_sign_in).await, "another sign-in is not touched");
}

#[tokio::test]
async fn of_refreshes_at_the_same_time_one_wins_at_most() {
    let site = Site::oxford().await;
    let tokens = site.tokens("eart0001").await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let (one, two, three) = tokio::join!(site.refresh(token), site.refresh(token), site.refresh(token));
    let answers = [one, two, three];
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!(won.len(), 1, "exactly one is first");
    assert!(answers.iter().all(|answer| answer.status.as_u16() < 500), "and none breaks");
    assert!(!opens(&site, &won[0].json()).await, "the others were reuse");
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let site = Site::oxford().await;
    let mut request = request();
    request.insert("scope", "openid accounts.read".to_owned());
    let page = site.authorize(&request).await;
    let code = site.answer(&page, ("person", "eart0001")).await.sent_back().remove("code").unwrap();
    let tokens = site.exchange(&code).await.json();
    assert_eq!(tokens["refresh_token"], Value::Null);
    assert_eq!(tokens["scope"], "openid accounts.read");
}

#[tokio::test]
async fn a_token_without_the_directory_scope_does_not_open_it() {
    let site = Site::oxford().await;
    let mut request = request();
    request.insert("scope", "openid".to_owned());
    let page = site.authorize(&request).await;
    let code = site.answer(&page, ("person", "eart0001")).await.sent_back().remove("code").unwrap();
    let token = site.exchange(&code).await.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(site.scim(Method::GET, "/Me", &token, None).await.status, StatusCode::FORBIDDEN);
    let info = site.http.get(site.at("/userinfo")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(info.status(), StatusCode::OK, "but says who signed in");
}

#[tokio::test]
async fn an_access_token_ends_when_its_time_is_over() {
    let site = Site::with("oxford", |options| options.access_seconds = 0).await;
    let tokens = site.tokens("eart0001").await;
    let token = tokens["access_token"].as_str().unwrap();
    let answer = site.scim(Method::GET, "/Me", token, None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_the_sign_in() {
    let site = Site::oxford().await;
    let tokens = site.tokens("eart0001").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let answer = site.form("/revoke", &[("client_id", CLIENT), ("token", refresh)]).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    assert!(!opens(&site, &tokens).await);
    let unknown = site.form("/revoke", &[("client_id", CLIENT), ("token", "never issued")]).await;
    assert_eq!(unknown.status, StatusCode::OK, "a token that is not there is not valid, as was asked");
}

#[tokio::test]
async fn the_token_endpoint_knows_its_client() {
    let site = Site::oxford().await;
    let other = [("grant_type", "refresh_token"), ("client_id", "somebody-else"), ("refresh_token", "x")];
    let answer = site.form("/token", &other).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (StatusCode::UNAUTHORIZED, &"invalid_client".into())
    );
    let grant = site.form("/token", &[("grant_type", "password"), ("client_id", CLIENT)]).await;
    assert_eq!(grant.json()["error"], "unsupported_grant_type");
    let twice = [("grant_type", "refresh_token"), ("grant_type", "refresh_token"), ("client_id", CLIENT)];
    assert_eq!(site.form("/token", &twice).await.json()["error"], "invalid_request");
}

async fn poll(site: &Site, device: &str) -> Value {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    site.form("/token", &[("grant_type", grant), ("client_id", CLIENT), ("device_code", device)]).await.json()
}

#[tokio::test]
async fn a_device_code_waits_for_approval_and_works_once() {
    let site = Site::with("oxford", |options| options.device_interval = 0).await;
    let asked = site.form("/device_authorization", &[("client_id", CLIENT), ("scope", SCOPE)]).await.json();
    let (device, user) = (asked["device_code"].as_str().unwrap(), asked["user_code"].as_str().unwrap());
    assert_eq!(poll(&site, device).await["error"], "authorization_pending");
    let page = site.http.get(asked["verification_uri_complete"].as_str().unwrap()).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Approve"));
    let typed = user.to_lowercase().replace('-', " ");
    let approved = site.form("/device", &[("user_code", &typed), ("person", "eart0412")]).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    let tokens = poll(&site, device).await;
    assert!(opens(&site, &tokens).await);
    assert_eq!(poll(&site, device).await["error"], "invalid_grant", "a code works once");
}

#[tokio::test]
async fn a_device_that_polls_too_fast_is_slowed_and_a_refusal_is_told() {
    let site = Site::oxford().await;
    let asked = site.form("/device_authorization", &[("client_id", CLIENT), ("scope", SCOPE)]).await.json();
    let device = asked["device_code"].as_str().unwrap();
    assert_eq!(asked["interval"], 5);
    assert_eq!(poll(&site, device).await["error"], "authorization_pending");
    assert_eq!(poll(&site, device).await["error"], "slow_down");

    let site = Site::with("oxford", |options| options.device_interval = 0).await;
    let asked = site.form("/device_authorization", &[("client_id", CLIENT), ("scope", SCOPE)]).await.json();
    site.form("/device", &[("user_code", asked["user_code"].as_str().unwrap()), ("deny", "1")]).await;
    assert_eq!(poll(&site, asked["device_code"].as_str().unwrap()).await["error"], "access_denied");
    assert_eq!(poll(&site, "never issued").await["error"], "invalid_grant");
}

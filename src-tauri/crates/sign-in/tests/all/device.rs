//! Signing in with a code on another device.

use crate::support::*;
use serde_json::{Value, json};
use sign_in::{DeviceSignIn, Error, Provider, SignedIn, discover};
use std::time::{Duration, Instant};
use wiremock::{Mock, ResponseTemplate, matchers::path};

fn grant(at: &str) -> Value {
    json!({
        "device_code": "device-secret", "user_code": "WDJB-MJHT", "verification_uri": format!("{at}/activate"),
        "verification_uri_complete": format!("{at}/activate?user_code=WDJB-MJHT"), "expires_in": 60, "interval": 1,
    })
}

fn error(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "error": code }))
}

async fn started(op: &Op, grant: Value) -> Result<DeviceSignIn, Error> {
    op.post("/device", ResponseTemplate::new(200).set_body_json(grant)).await;
    DeviceSignIn::start(&web(), &discover(&web(), &op.provider()).await.unwrap()).await
}

/// Polls through `replies`, then a good answer.
async fn polled(replies: Vec<ResponseTemplate>) -> Result<SignedIn, Error> {
    let op = Op::start().await;
    let sign_in = started(&op, grant(&op.server.uri())).await.unwrap();
    for reply in replies {
        Mock::given(path("/token")).respond_with(reply).up_to_n_times(1).mount(&op.server).await;
    }
    op.post("/token", token_answer(&id_token(&op.claims(None)))).await;
    sign_in.finish(&web(), now).await
}

#[tokio::test]
async fn the_code_is_shown_and_the_answer_awaited() {
    let op = Op::start().await;
    let sign_in = started(&op, grant(&op.server.uri())).await.unwrap();
    assert_eq!(sign_in.code(), "WDJB-MJHT");
    assert_eq!(sign_in.link(), format!("{}/activate", op.server.uri()));
    assert!(sign_in.link_with_code().unwrap().ends_with("?user_code=WDJB-MJHT"));
    assert_eq!(sign_in.lasts(), Duration::from_mins(1));
    assert!(!format!("{sign_in:?}").contains("device-secret"));
    let pending = error(400, "authorization_pending");
    Mock::given(path("/token")).respond_with(pending).up_to_n_times(2).mount(&op.server).await;
    op.post("/token", token_answer(&id_token(&op.claims(None)))).await;
    assert_eq!(sign_in.finish(&web(), now).await.unwrap().identity.subject, "jo");
    let sent = op.requests("/token").await;
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|form| form["device_code"] == "device-secret" && form["client_id"] == CLIENT));
    assert_eq!(op.requests("/device").await[0]["scope"], "openid profile offline_access");
}

#[tokio::test]
async fn later_and_no_answer_are_asked_again() {
    let busy = ResponseTemplate::new(503);
    let many = ResponseTemplate::new(429).insert_header("retry-after", "1");
    assert!(polled(vec![busy, many]).await.is_ok());
}

#[tokio::test]
async fn slow_down_adds_five_seconds() {
    let start = Instant::now();
    assert!(polled(vec![error(400, "slow_down")]).await.is_ok());
    assert!(start.elapsed() >= Duration::from_secs(7), "1 s, then 1 s + 5 s (RFC 8628 section 3.5)");
}

#[tokio::test]
async fn ends_are_told() {
    assert_eq!(
        polled(vec![error(400, "access_denied")]).await,
        Err(Error::Denied { code: "access_denied".into() })
    );
    assert_eq!(polled(vec![error(400, "expired_token")]).await, Err(Error::Expired));
    let fault = Err(Error::ProfileFault { code: "invalid_client".into() });
    assert_eq!(polled(vec![error(401, "invalid_client")]).await, fault);
    let page = ResponseTemplate::new(200).set_body_raw("<html></html>", "text/html");
    assert!(matches!(polled(vec![page]).await, Err(Error::NotUsable(_))));
    let elsewhere = ResponseTemplate::new(302).insert_header("location", "https://evil.example.edu/");
    assert_eq!(polled(vec![elsewhere]).await, Err(Error::Redirected));
}

#[tokio::test]
async fn the_codes_own_time_ends_the_waiting() {
    let op = Op::start().await;
    let mut short = grant(&op.server.uri());
    short["expires_in"] = 2.into();
    let sign_in = started(&op, short).await.unwrap();
    op.post("/token", error(400, "authorization_pending")).await;
    assert_eq!(sign_in.finish(&web(), now).await, Err(Error::Expired));
}

#[tokio::test]
async fn it_is_offered_only_where_profile_and_provider_agree() {
    let web = web();
    let op = Op::start().await;
    let discovered = discover(&web, &Provider { device_code: false, ..op.provider() }).await.unwrap();
    assert!(!discovered.offers_device_code());
    assert_eq!(DeviceSignIn::start(&web, &discovered).await.unwrap_err(), Error::NotOffered);
    let op =
        Op::bent(|document| drop(document.as_object_mut().unwrap().remove("device_authorization_endpoint")))
            .await;
    let discovered = discover(&web, &op.provider()).await.unwrap();
    assert!(!discovered.offers_device_code());
    assert_eq!(DeviceSignIn::start(&web, &discovered).await.unwrap_err(), Error::NotOffered);
}

#[tokio::test]
async fn what_would_be_opened_or_typed_is_checked() {
    for (field, value) in [
        ("verification_uri", json!("http://evil.example.edu/")),
        ("verification_uri", json!("javascript:alert(1)")),
        ("user_code", json!("")),
        ("user_code", json!("x".repeat(65))),
        ("user_code", json!("AB\u{1b}[2J")),
        ("expires_in", json!("soon")),
    ] {
        let op = Op::start().await;
        let mut bent = grant(&op.server.uri());
        bent[field] = value.clone();
        let outcome = started(&op, bent).await;
        assert!(matches!(outcome, Err(Error::NotUsable(_))), "{field} = {value}: {outcome:?}");
    }
    let op = Op::start().await;
    let mut bent = grant(&op.server.uri());
    bent["verification_uri_complete"] = "file:///etc/passwd".into();
    bent["expires_in"] = u64::MAX.into();
    bent["interval"] = u64::MAX.into();
    let sign_in = started(&op, bent).await.unwrap();
    assert_eq!(sign_in.link_with_code(), None, "the plain page does as well");
    assert_eq!(sign_in.lasts(), Duration::from_hours(1));
}

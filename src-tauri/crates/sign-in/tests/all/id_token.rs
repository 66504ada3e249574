//! id_tokens that must not count (OpenID Connect Core section 3.1.3.7).

use crate::support::*;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sign_in::Error;

#[track_caller]
fn not_usable(outcome: Result<sign_in::SignedIn, Error>, why: &str) {
    match outcome {
        Err(Error::NotUsable(text)) => assert!(text.contains(why), "{text:?} should say {why:?}"),
        other => panic!("expected {why:?}, not {other:?}"),
    }
}

async fn bent(bend: impl FnOnce(&mut Value)) -> Result<sign_in::SignedIn, Error> {
    sign_in_with(&Op::start().await, bend, id_token, now).await
}

async fn sealed(seal: impl FnOnce(&Value) -> String) -> Result<sign_in::SignedIn, Error> {
    sign_in_with(&Op::start().await, |_| {}, seal, now).await
}

#[tokio::test]
async fn a_right_one_counts() {
    assert_eq!(bent(|_| {}).await.unwrap().identity.subject, "jo");
    assert!(bent(|claims| claims["aud"] = json!([CLIENT])).await.is_ok());
    assert!(bent(|claims| claims["auth_time"] = json!(0.5)).await.is_ok(), "real providers send floats");
    assert!(
        bent(|claims| claims["email_verified"] = "true".into()).await.is_ok(),
        "real providers send words"
    );
    assert!(bent(|claims| claims["at_hash"] = "9MKET0Y7WpOlF96BtnoJyA".into()).await.is_ok(), "of access-1");
    let several = |claims: &mut Value| {
        claims["aud"] = json!([CLIENT, "another"]);
        claims["azp"] = CLIENT.into();
    };
    assert!(bent(several).await.is_ok());
}

#[tokio::test]
async fn another_nonce_audience_or_issuer_does_not() {
    not_usable(bent(|claims| claims["nonce"] = "replayed".into()).await, "another sign-in");
    not_usable(bent(|claims| drop(claims.as_object_mut().unwrap().remove("nonce"))).await, "another sign-in");
    not_usable(bent(|claims| claims["aud"] = "another".into()).await, "another client");
    not_usable(bent(|claims| claims["aud"] = json!([CLIENT, "another"])).await, "several clients");
    not_usable(bent(|claims| claims["azp"] = "another".into()).await, "another client");
    not_usable(bent(|claims| claims["iss"] = "https://evil.example.edu".into()).await, "another issuer");
    not_usable(bent(|claims| claims["sub"] = "".into()).await, "subject");
    not_usable(bent(|claims| claims["sub"] = "x".repeat(256).into()).await, "subject");
    not_usable(
        bent(|claims| claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA".into()).await,
        "another access token",
    );
}

#[tokio::test]
async fn a_forged_one_does_not() {
    let rs256 = json!({ "alg": "RS256", "kid": "k1" });
    not_usable(sealed(|claims| sign(&OTHER_KEY, &rs256, claims)).await, "not signed by the provider");
    let unknown = json!({ "alg": "RS256", "kid": "k2" });
    not_usable(sealed(|claims| sign(&OTHER_KEY, &unknown, claims)).await, "unknown key");
    let hs256 = json!({ "alg": "HS256", "kid": "k1" });
    not_usable(sealed(|claims| sign(&KEY, &hs256, claims)).await, "not signed by the provider");
    let none = |claims: &Value| {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
    };
    not_usable(sealed(none).await, "id_token");
    not_usable(sealed(|_| "not.a.token".into()).await, "cannot be read");
    not_usable(sealed(|_| String::new()).await, "cannot be read");
}

#[tokio::test]
async fn only_a_wrong_time_is_blamed_on_a_clock() {
    let op = Op::start().await;
    let outcome = sign_in_with(&op, |_| {}, id_token, hour_ahead).await;
    assert_eq!(outcome, Err(Error::Clock), "expired by this computer's clock");
    let op = Op::start().await;
    let outcome = sign_in_with(&op, |_| {}, id_token, hour_behind).await;
    assert_eq!(outcome, Err(Error::Clock), "issued in this computer's future");
    let expired = |claims: &mut Value| claims["exp"] = (now().as_second() - 3600).into();
    assert_eq!(bent(expired).await, Err(Error::Clock));
    let a_little = |claims: &mut Value| claims["exp"] = (now().as_second() - 120).into();
    assert!(bent(a_little).await.is_ok(), "a few minutes are tolerated");
    let both = |claims: &mut Value| {
        claims["exp"] = 1.into();
        claims["nonce"] = "replayed".into();
    };
    not_usable(bent(both).await, "another sign-in");
}

#[tokio::test]
async fn keys_that_changed_since_discovery_are_asked_for_again() {
    use wiremock::{Mock, ResponseTemplate, matchers::path};
    let op = Op::start().await;
    op.server.reset().await;
    let at = op.server.uri();
    op.get(
        "/.well-known/openid-configuration",
        json!({
            "issuer": at, "authorization_endpoint": format!("{at}/authorize"),
            "token_endpoint": format!("{at}/token"), "jwks_uri": format!("{at}/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }),
    )
    .await;
    let none = ResponseTemplate::new(200).set_body_json(json!({ "keys": [] }));
    Mock::given(path("/keys")).respond_with(none).up_to_n_times(1).mount(&op.server).await;
    use openidconnect::PrivateSigningKey;
    op.get("/keys", json!({ "keys": [KEY.as_verification_key()] })).await;
    assert!(sign_in_with(&op, |_| {}, id_token, now).await.is_ok());
    assert_eq!(op.requests("/keys").await.len(), 2);
}

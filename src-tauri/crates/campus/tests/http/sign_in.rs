//! `/authorize`, the login page, and the id_token.

use crate::site::{CALLBACK, Site, request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The claims of an id_token whose signature the published key confirms.
async fn verified(site: &Site, token: &str) -> Value {
    let keys: Value = site.http.get(site.at("/jwks")).send().await.unwrap().json().await.unwrap();
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header_said: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(header_said["alg"], "RS256");
    assert_eq!(header_said["kid"], keys["keys"][0]["kid"], "the key is found by its name");
    let number = |name: &str| BigUint::from_bytes_be(&decode(keys["keys"][0][name].as_str().unwrap()));
    let key = RsaPublicKey::new(number("n"), number("e")).unwrap();
    let digest = Sha256::digest(format!("{header}.{claims}"));
    key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &decode(signature)).unwrap();
    serde_json::from_slice(&decode(claims)).unwrap()
}

#[tokio::test]
async fn a_person_signs_in_and_is_who_they_chose_to_be() {
    let site = Site::oxford().await;
    let page = site.authorize(&request()).await;
    assert!(page.text.contains("Practice: invented people"), "practice is marked where people see it");
    let sent = site.answer(&page, ("person", "eart0001")).await.sent_back();
    assert_eq!(sent["state"], "a state", "the program recognises its own request");
    assert_eq!(sent["iss"], site.running.issuer(), "and the provider that answered (RFC 9207)");
    let tokens = site.exchange(&sent["code"]).await.json();
    let claims = verified(&site, tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["nonce"], "a nonce");
    assert_eq!(claims["iss"], site.running.issuer());
    let me = site.get("/Me", tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(me["displayName"], "Maren Tolliver");
    assert_eq!(claims["sub"], me["id"]);
    assert_eq!(claims["name"], me["displayName"]);
}

#[tokio::test]
async fn a_secondary_account_signs_in_as_itself() {
    let site = Site::oxford().await;
    let token = site.sign_in("outreach").await;
    let me = site.get("/Me", &token).await;
    assert_eq!(me["userName"], "outreach");
    let list = site.get("/SecondaryAccounts", &token).await;
    assert_eq!(list["totalResults"], 1, "it sees itself and nothing else");
    assert_eq!(list["Resources"][0]["id"], me["id"]);
    assert_eq!(list["Resources"][0]["grantsShown"], "own", "who else uses it is its owner's to see");
}

#[tokio::test]
async fn requests_that_are_not_as_safe_as_they_can_be_go_back_with_an_error() {
    let site = Site::oxford().await;
    let cases: [(&str, Option<&str>, &str); 11] = [
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("scope", Some("profile"), "invalid_scope"),
        ("prompt", Some("none"), "login_required"),
        ("prompt", Some("none login"), "invalid_request"),
        ("request", Some("x"), "request_not_supported"),
    ];
    for (name, value, expected) in cases {
        let mut request = request();
        match value {
            Some(value) => request.insert(name, value.to_owned()),
            None => request.remove(name),
        };
        let sent = site.authorize(&request).await.sent_back();
        assert_eq!(sent["error"], expected, "{name} = {value:?}");
        assert_eq!(sent["state"], "a state", "errors carry the state too");
        assert!(!sent.contains_key("code"));
    }
}

#[tokio::test]
async fn nothing_is_ever_sent_to_a_foreign_address() {
    let site = Site::oxford().await;
    let foreign = [
        "https://program.example.edu/callback",
        "http://127.0.0.1.example.edu/callback",
        "http://127.0.0.1:1/other",
        "http://localhost:80@example.edu/callback",
    ];
    for redirect in foreign {
        let mut request = request();
        request.insert("redirect_uri", redirect.to_owned());
        let page = site.authorize(&request).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{redirect}");
        assert_eq!(page.header("location"), "", "{redirect}");
    }
    let mut unknown = request();
    unknown.insert("client_id", "somebody-else".to_owned());
    assert_eq!(site.authorize(&unknown).await.status, StatusCode::BAD_REQUEST);
    let twice = format!(
        "/authorize?client_id=secondary-accounts-desktop&redirect_uri={CALLBACK}&redirect_uri={CALLBACK}"
    );
    let page = site.http.get(site.at(&twice)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::BAD_REQUEST, "which of two is meant is not for us to guess");
}

#[tokio::test]
async fn every_loopback_address_is_answered_on_its_own_port() {
    let site = Site::oxford().await;
    for redirect in
        ["http://127.0.0.1:1234/callback", "http://localhost:4321/callback", "http://[::1]:5678/callback"]
    {
        let mut request = request();
        request.insert("redirect_uri", redirect.to_owned());
        let page = site.authorize(&request).await;
        let answer = site.answer(&page, ("person", "eart0001")).await;
        assert!(answer.header("location").starts_with(redirect), "{}", answer.header("location"));
    }
}

#[tokio::test]
async fn cancelling_says_so_and_a_page_is_answered_once() {
    let site = Site::oxford().await;
    let page = site.authorize(&request()).await;
    let sent = site.answer(&page, ("cancel", "1")).await.sent_back();
    assert_eq!(sent["error"], "access_denied");
    let again = site.answer(&page, ("person", "eart0001")).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "the page was answered before");
}

#[tokio::test]
async fn nobody_signs_in_who_is_not_on_the_page() {
    let site = Site::oxford().await;
    // Somebody who has left, an account that is suspended, one without a password, and a slip of the pen.
    for person in ["eart0188", "survey-login", "enquiries", "nobody", ""] {
        let page = site.authorize(&request()).await;
        let answer = site.answer(&page, ("person", person)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{person:?}");
        assert!(!page.text.contains(&format!("value=\"{person}\"")), "{person:?} is not offered");
    }
}

//! Reading accounts is not asking for changes: the desk has a scope of its own (RFC 6750 section 3.1).

use super::{OWNER, SERVICE_DESK, count, nell_for_enquiries, oxford};
use crate::site::{Answer, Site, request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const CHALLENGE: &str = "Bearer error=\"insufficient_scope\", scope=\"desk.request\"";

impl Site {
    /// What the token endpoint answers to somebody who signs in for these scopes.
    async fn tokens_for(&self, person: &str, scope: &str) -> Value {
        let mut request = request();
        request.insert("scope", scope.to_owned());
        let page = self.authorize(&request).await;
        let code = self.answer(&page, ("person", person)).await.sent_back().remove("code").unwrap();
        self.exchange(&code).await.json()
    }
}

fn access(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().to_owned()
}

#[track_caller]
fn assert_insufficient(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.text);
    assert_eq!(answer.header("www-authenticate"), CHALLENGE, "{what}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    assert_eq!(answer.json()["code"], "insufficient-scope", "{what}");
}

#[tokio::test]
async fn a_token_that_reads_accounts_asks_and_decides_nothing() {
    let site = oxford().await;
    let asked = site.asked(&site.sign_in(OWNER).await, &nell_for_enquiries(&site).await).await;
    let document = Answer::of(site.http.get(site.at("/desk/v1/openapi.json")).send().await.unwrap()).await;
    let body = nell_for_enquiries(&site).await;
    for person in [OWNER, SERVICE_DESK] {
        let reader = access(&site.tokens_for(person, "openid profile accounts.read").await);
        assert_eq!(site.scim(Method::GET, "/Me", &reader, None).await.status, StatusCode::OK);
        for (path, item) in document.json()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation["security"].is_null() {
                    continue;
                }
                let needed = json!([{"bearer": ["desk.request"]}]);
                assert_eq!(operation["security"], needed, "{method} {path}");
                assert!(operation["responses"].get("403").is_some(), "{method} {path}");
                let method: Method = method.to_uppercase().parse().unwrap();
                let path = path.trim_start_matches("/desk/v1").replace("{id}", &asked);
                let body = (method == Method::POST).then(|| body.clone());
                let answer = site.desk(method.clone(), &path, &reader, body).await;
                assert_insufficient(&answer, &format!("{person}: {method} {path}"));
            }
        }
        assert_insufficient(&site.decide(&reader, &asked, true).await, person);
        assert_insufficient(&site.withdraw(&reader, &asked).await, person);
    }
    assert_eq!(count(&site, "SELECT count(*) FROM request WHERE status = 'with-desk'").await, 1);
    assert_eq!(count(&site, "SELECT count(*) FROM trail").await, 1, "nothing was taken and nothing decided");
}

#[tokio::test]
async fn a_token_for_the_desk_reads_no_accounts() {
    let site = oxford().await;
    let asker = access(&site.tokens_for(OWNER, "openid desk.request").await);
    site.asked(&asker, &nell_for_enquiries(&site).await).await;
    let answer = site.scim(Method::GET, "/SecondaryAccounts", &asker, None).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let challenge = "Bearer error=\"insufficient_scope\", scope=\"accounts.read\"";
    assert_eq!(answer.header("www-authenticate"), challenge);
}

#[tokio::test]
async fn a_sign_in_from_before_is_not_widened_and_a_new_one_is() {
    let site = oxford().await;
    let before = site.tokens_for(OWNER, "openid profile offline_access accounts.read").await;
    let renewed = site.refresh(before["refresh_token"].as_str().unwrap()).await.json();
    assert_insufficient(&site.desk(Method::GET, "", &access(&renewed), None).await, "renewed");
    let announced: Value = serde_json::from_str(&site.running.announcement()).unwrap();
    let told = site.http.get(site.at("/.well-known/openid-configuration")).send().await.unwrap();
    assert_eq!(Answer::of(told).await.json()["scopes_supported"], announced["scopes"]);
    let scopes: Vec<_> = announced["scopes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(scopes.contains(&"desk.request"), "{scopes:?}");
    let now = site.tokens_for(OWNER, &scopes.join(" ")).await;
    assert_eq!(site.desk(Method::GET, "", &access(&now), None).await.status, StatusCode::OK);
}

//! What is not taken, and how that is told.

use super::{OWNER, SERVICE_DESK, STRANGER, nell_for_enquiries, new_id, oxford, request, told};
use crate::site::{Answer, Site};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn an_account_that_is_not_shown_is_not_there() {
    let site = oxford().await;
    let nell = site.sign_in(STRANGER).await;
    let mut body = nell_for_enquiries(&site).await;
    let hidden = site.ask(&nell, &body).await;
    body["account"] = new_id().into();
    let absent = site.ask(&nell, &body).await;
    assert_eq!((hidden.status, &hidden.json()["code"]), (StatusCode::NOT_FOUND, &json!("no-such-account")));
    assert_eq!(hidden.text, absent.text, "nobody can tell the one from the other");
}

#[tokio::test]
async fn where_accounts_have_no_delegates_none_can_be_asked_for() {
    let site = Site::with("boulder", |_| ()).await;
    let maren = site.sign_in("mato1001").await;
    let enquiries = site.account("enquiries").await;
    let change = site.change(&enquiries, "neas0200", &["full-access"]).await;
    let answer = site.ask(&maren, &request(&enquiries, &[change])).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &json!("not-yours")));

    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let machine = site.account("labdata").await;
    let change = site.change(&machine, STRANGER, &["full-access"]).await;
    let answer = site.ask(&maren, &request(&machine, &[change])).await;
    assert_eq!(answer.json()["code"], "not-yours", "her own, but opened with its password alone");
}

#[tokio::test]
async fn an_account_that_is_signed_in_to_asks_nothing_for_itself() {
    let site = oxford().await;
    let token = site.sign_in("outreach").await;
    let outreach = site.account("outreach").await;
    let change = site.change(&outreach, STRANGER, &["full-access"]).await;
    let answer = site.ask(&token, &request(&outreach, &[change])).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &json!("not-yours")));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_as_a_whole() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let deep = "[".repeat(500);
    let large = format!("{{\"note\": \"{}\"}}", "x".repeat(1024 * 1024));
    for (kind, body, status) in [
        ("application/json", "{", StatusCode::BAD_REQUEST),
        ("application/json", "", StatusCode::BAD_REQUEST),
        ("application/json", deep.as_str(), StatusCode::BAD_REQUEST),
        ("application/json", "{\"note\": \"\\ud800\"}", StatusCode::BAD_REQUEST),
        ("text/html", "<p>", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json", large.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let request = site.http.post(site.at("/desk/v1/requests")).bearer_auth(&maren);
        let answer = request.header(header::CONTENT_TYPE, kind).body(body.to_owned()).send().await.unwrap();
        let answer = Answer::of(answer).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "not-json" };
        assert_eq!(answer.json()["code"], code);
    }
}

#[tokio::test]
async fn without_a_token_of_a_person_nothing_is_said() {
    let site = oxford().await;
    let body = nell_for_enquiries(&site).await;
    for (method, path) in [
        (Method::GET, ""),
        (Method::GET, "/people?query=ma"),
        (Method::GET, "/names?name=ma"),
        (Method::GET, "/requests"),
        (Method::POST, "/requests"),
        (Method::GET, "/requests/RQ-20001"),
        (Method::POST, "/requests/RQ-20001/decision"),
        (Method::POST, "/requests/RQ-20001/withdraw"),
        (Method::POST, "/requests/RQ-20001/question"),
        (Method::POST, "/requests/RQ-20001/reply"),
        (Method::GET, "/requests/RQ-20001/trail"),
        (Method::GET, "/accounts/enquiries/trail"),
    ] {
        let bare = site.http.request(method.clone(), site.at(&format!("/desk/v1{path}"))).json(&body);
        let bare = Answer::of(bare.send().await.unwrap()).await;
        assert_eq!(
            (bare.status, bare.header("www-authenticate")),
            (StatusCode::UNAUTHORIZED, "Bearer"),
            "{method} {path}"
        );
        let wrong = site.desk(method.clone(), path, "rubbish", Some(body.clone())).await;
        assert_eq!(wrong.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        let nobody = site.desk(method.clone(), path, &site.provisioning(), Some(body.clone())).await;
        assert_eq!(
            (nobody.status, &nobody.json()["code"]),
            (StatusCode::FORBIDDEN, &json!("not-a-person")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_a_short_one() {
    let site = oxford().await;
    let desk = site.sign_in(SERVICE_DESK).await;
    let reference = site.asked(&site.sign_in(OWNER).await, &nell_for_enquiries(&site).await).await;
    let path = format!("/requests/{reference}/decision");
    for (body, field, code) in [
        (json!({"approve": false, "reason": ""}), "reason", "missing"),
        (json!({"approve": false, "reason": "  "}), "reason", "missing"),
        (json!({"approve": false}), "reason", "missing"),
        (json!({"approve": true, "reason": "x".repeat(2001)}), "reason", "too-long"),
        (json!({"reason": "Yes."}), "approve", "missing"),
        (json!({"approve": "yes"}), "approve", "wrong-type"),
        (json!({"approve": true, "by": "me"}), "by", "unknown-field"),
        (json!({"approve": true, "despite": "yes"}), "despite", "wrong-type"),
        (json!({"approve": true, "despite": null}), "despite", "wrong-type"),
    ] {
        let answer = site.desk(Method::POST, &path, &desk, Some(body.clone())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
        assert_eq!(told(&answer), [(field.to_owned(), code.to_owned())]);
    }
    assert_eq!(site.desk_get(&format!("/requests/{reference}"), &desk).await["status"], "with-desk");
    let answer = site.desk(Method::POST, &path, &desk, Some(json!({"approve": true}))).await;
    assert_eq!(answer.json()["decision"]["reason"], "", "a yes needs none");
}

#[tokio::test]
async fn a_list_says_what_of_its_address_it_does_not_understand() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    for (query, field) in [
        ("clientRequestId=x", "clientRequestId"),
        ("scope=all", "scope"),
        ("open=perhaps", "open"),
        ("start=-1", "start"),
        ("count=201", "count"),
    ] {
        let answer = site.desk(Method::GET, &format!("/requests?{query}"), &maren, None).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(told(&answer), [(field.to_owned(), "not-understood".to_owned())]);
    }
    for (method, path, status) in [
        (Method::GET, "/rubbish", StatusCode::NOT_FOUND),
        (Method::GET, "/requests/20001", StatusCode::NOT_FOUND),
        (Method::GET, "/requests/RQ-20001", StatusCode::NOT_FOUND),
        (Method::GET, "/requests/%FF", StatusCode::NOT_FOUND),
        (Method::DELETE, "/requests", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = site.desk(method, path, &maren, None).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
    }
}

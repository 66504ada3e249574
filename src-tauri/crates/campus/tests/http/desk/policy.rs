//! What the institution asks for some kinds of account only: that its policy is accepted, and questions of its own.

use super::{OFFICER, OWNER, SERVICE_DESK, STRANGER, accepted, edit, new_id, oxford, prompt, told, wish};
use crate::site::Site;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A new account of a kind, with all that an exceptional one needs.
async fn new_account(site: &Site, username: &str, kind: &str) -> Value {
    let facts = [
        json!({"what": "username", "username": username}),
        json!({"what": "kind", "kind": kind}),
        json!({"what": "display-name", "name": "History Club"}),
        json!({"what": "owner", "to": site.named(STRANGER).await}),
        json!({"what": "expires", "at": "2099-01-31T23:59:59Z"}),
    ];
    let answers = json!({"purpose": "role", "reason": "A machine that sends"});
    wish("new-account", &Value::Null, &facts.map(|fact| edit(&fact)), &answers)
}

const NOT_ACCEPTED: [(&str, &str); 1] = [("accepted", "missing")];

fn not_accepted() -> Vec<(String, String)> {
    NOT_ACCEPTED.map(|(field, code)| (field.to_owned(), code.to_owned())).into()
}

/// One row for each kind of account at Oxford (O16).
#[tokio::test]
async fn where_there_is_a_password_the_owners_duty_is_accepted() {
    let site = oxford().await;
    let ruth = site.sign_in(OFFICER).await;
    let rows = [
        ("mailbox-only", false),
        ("room", false),
        ("equipment", false),
        ("sign-in-only", true),
        ("mailbox-and-sign-in", true),
    ];
    for (at, (kind, needed)) in rows.into_iter().enumerate() {
        let mut body = new_account(&site, &format!("histcl{at}"), kind).await;
        for silent in [true, false] {
            if !silent {
                body["accepted"] = false.into();
            }
            let answer = site.ask(&ruth, &body).await;
            if needed {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}: {}", answer.text);
                assert_eq!(told(&answer), not_accepted(), "{kind}");
                let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
                assert!(detail.contains("a record of who was given"), "the policy itself is told: {detail}");
            } else {
                let taken = if silent { StatusCode::CREATED } else { StatusCode::OK };
                assert_eq!(answer.status, taken, "{kind}: {}", answer.text);
                assert_eq!(answer.json()["accepted"], false);
            }
        }
        if !needed {
            body["clientRequestId"] = new_id().into();
            body["wish"]["changes"][0]["edit"]["username"] = format!("histac{at}").into();
        }
        let answer = site.ask(&ruth, &accepted(body)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{kind}: {}", answer.text);
        assert_eq!(answer.json()["accepted"], true, "{kind}");
    }
}

#[tokio::test]
async fn that_it_was_accepted_is_told_to_whoever_decides_and_is_on_record() {
    let site = oxford().await;
    let (ruth, samir) = (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    let body = accepted(new_account(&site, "histclub", "sign-in-only").await);
    let reference = site.asked(&ruth, &body).await;
    let waiting = site.desk_get("/requests?scope=to-decide", &samir).await;
    assert_eq!(waiting["requests"][0]["accepted"], true);
    let trail = site.desk_get(&format!("/requests/{reference}/trail"), &samir).await;
    let received = trail["entries"][0]["text"].as_str().unwrap();
    assert!(received.ends_with("; policy accepted."), "{received}");
    assert_eq!(site.decide(&samir, &reference, true).await.json()["accepted"], true);
    let mut other = body.clone();
    other["accepted"] = false.into();
    let answer = site.ask(&ruth, &other).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (StatusCode::CONFLICT, &json!("id-used")),
        "it is another request then"
    );
}

#[tokio::test]
async fn a_policy_for_every_kind_is_asked_of_every_kind() {
    let site = prompt("boulder").await;
    let maren = site.sign_in("mato1001").await;
    let id = site.account("basaltroom").await["id"].clone();
    let activate = wish("activate", &id, &[edit(&json!({"what": "state", "state": "active"}))], &json!({}));
    let answer = site.ask(&maren, &activate).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert_eq!(told(&answer), not_accepted(), "mission row B10");
    let answer = site.ask(&maren, &accepted(activate)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "what was refused was not taken: {}", answer.text);
}

#[tokio::test]
async fn every_slip_is_told_together_with_what_is_not_accepted() {
    let site = oxford().await;
    let ruth = site.sign_in(OFFICER).await;
    let mut body = new_account(&site, "hist0236", "sign-in-only").await;
    body["wish"]["answers"]["purpose"] = "fun".into();
    let expected =
        [("wish.changes.0.edit.username", "taken"), ("wish.answers.purpose", "not-allowed"), NOT_ACCEPTED[0]];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(told(&site.ask(&ruth, &body).await), expected);
}

#[tokio::test]
async fn where_no_policy_is_asked_for_it_does_not_matter_what_is_said() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let body = super::nell_for_enquiries(&site).await;
    let answer = site.ask(&maren, &accepted(body)).await;
    assert_eq!((answer.status, &answer.json()["accepted"]), (StatusCode::CREATED, &json!(true)));
}

/// One row for each set of answers: a student employee's account has questions of its own (B3).
#[tokio::test]
async fn what_is_asked_of_a_student_employee_account_is_asked_of_no_other() {
    let site = prompt("boulder").await;
    let maren = site.sign_in("mato1001").await;
    let both = json!({"department": "Earth Sciences", "purpose": "Lab work"});
    let with = |more: &[(&str, &str)]| {
        let mut answers = both.clone();
        for (question, answer) in more {
            answers[*question] = (*answer).into();
        }
        answers
    };
    let (student, supervisor) = (("student-name", "Sam Ortega"), ("supervisor", "Maren Tolliver"));
    let rows = [
        ("exc-account", with(&[]), vec![("student-name", "missing"), ("supervisor", "missing")]),
        ("exc-account", with(&[student, ("supervisor", " ")]), vec![("supervisor", "missing")]),
        ("exc-account", with(&[supervisor]), vec![("student-name", "missing")]),
        ("group-account", with(&[student]), vec![("student-name", "not-allowed")]),
        (
            "group-account",
            with(&[student, supervisor]),
            vec![("student-name", "not-allowed"), ("supervisor", "not-allowed")],
        ),
        ("group-account", with(&[]), vec![]),
        ("exc-account", with(&[student, supervisor]), vec![]),
    ];
    for (at, (kind, answers, expected)) in rows.into_iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(at).unwrap());
        let facts = [
            json!({"what": "username", "username": format!("labwork{letter}")}),
            json!({"what": "kind", "kind": kind}),
            json!({"what": "display-name", "name": "Lab work"}),
            json!({"what": "owner", "to": site.named("mato1001").await}),
        ];
        let body = wish("new-account", &Value::Null, &facts.map(|fact| edit(&fact)), &answers);
        let answer = site.ask(&maren, &body).await;
        let status = if expected.is_empty() { StatusCode::CREATED } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(answer.status, status, "{kind} {answers}: {}", answer.text);
        let expected: Vec<_> = expected
            .iter()
            .map(|(question, code)| (format!("wish.answers.{question}"), (*code).to_owned()))
            .collect();
        assert_eq!(told(&answer), expected, "{kind} {answers}");
    }
}

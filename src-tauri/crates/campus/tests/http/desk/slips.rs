//! What is not taken of a request, told at its place.

use super::{
    DELEGATE, OFFICER, OWNER, STRANGER, access, count, edit, grant, nell_for_enquiries, oxford, told, wish,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn every_slip_is_told_at_its_field() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let good = nell_for_enquiries(&site).await;
    let enquiries = site.account("enquiries").await;
    let (jo, left) = (site.person(DELEGATE).await, site.person("eart0188").await);
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let and = |pointer: &str, name: &str| {
        let mut body = good.clone();
        body.pointer_mut(pointer).unwrap()[name] = "2027".into();
        body
    };
    let changes = |changes: Value| with("/wish/changes", changes);
    let nell = good["wish"]["changes"][0].clone();
    let to =
        |id: &Value, rights: Value, was: Value| access(&json!({"value": id, "type": "Person"}), rights, was);
    let held = grant(&enquiries, &jo["id"]).unwrap()["rights"].clone();
    let many: Vec<_> = (0..501).map(|_| nell.clone()).collect();
    let nobody = access(&json!({"value": "nobody", "type": "Person"}), json!(["full-access"]), json!([]));
    let account =
        access(&json!({"value": enquiries["id"], "type": "Person"}), json!(["full-access"]), json!([]));
    let cases = [
        (
            with("/wish/changes/0/edit/rights", json!(["full-access", "fly"])),
            "wish.changes.0.edit.rights",
            "unknown-right",
        ),
        (changes(json!([nobody])), "wish.changes.0.edit.to.value", "no-such-person"),
        (changes(json!([account])), "wish.changes.0.edit.to.value", "no-such-person"),
        (with("/wish/changes/0/edit/to/type", "Group".into()), "wish.changes.0.edit.to.type", "wrong-type"),
        (
            changes(json!([to(&left["id"], json!(["full-access"]), json!([]))])),
            "wish.changes.0.edit.to.value",
            "not-entitled",
        ),
        (
            changes(json!([to(&enquiries["owner"]["value"], json!(["full-access"]), json!([]))])),
            "wish.changes.0.edit.to.value",
            "is-owner",
        ),
        (changes(json!([nell, nell])), "wish.changes.1.edit.to.value", "named-twice"),
        (changes(json!([to(&jo["id"], held.clone(), held)])), "wish.changes", "nothing-changes"),
        (changes(json!([])), "wish.changes", "nothing-changes"),
        (changes(many.into()), "wish.changes", "too-many"),
        (
            changes(json!([nell, edit(&json!({"what": "kind", "kind": "room"}))])),
            "wish.changes.1.edit",
            "out-of-place",
        ),
        (
            with("/wish/changes/0/was", json!({"what": "kind", "kind": "room"})),
            "wish.changes.0.was",
            "other-fact",
        ),
        (with("/wish/changes/0/was/to/value", jo["id"].clone()), "wish.changes.0.was", "other-fact"),
        (with("/wish/changes/0/was", 7.into()), "wish.changes.0.was", "wrong-type"),
        (with("/wish/kind", "fly".into()), "wish.kind", "unknown-kind"),
        (with("/wish/answers", json!({"colour": "green"})), "wish.answers.colour", "not-allowed"),
        (with("/wish/answers", json!([])), "wish.answers", "wrong-type"),
        (with("/note", "x".repeat(2001).into()), "note", "too-long"),
        (with("/clientRequestId", "not-a-uuid".into()), "clientRequestId", "not-a-uuid"),
        (with("/account", Value::Null), "account", "missing"),
        (with("/account", 7.into()), "account", "wrong-type"),
        (and("", "until"), "until", "unknown-field"),
        (and("/wish", "until"), "wish.until", "unknown-field"),
        (and("/wish/changes/0", "until"), "wish.changes.0.until", "unknown-field"),
        (and("/wish/changes/0/edit", "until"), "wish.changes.0.edit.until", "unknown-field"),
        (json!([]), "", "wrong-type"),
    ];
    for (body, field, code) in cases {
        let answer = site.ask(&maren, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {code}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["code"], "invalid");
        assert_eq!(told(&answer), [(field.to_owned(), code.to_owned())], "{}", answer.text);
    }
    assert_eq!(count(&site, "SELECT count(*) FROM request").await, 0, "nothing came of it");
    let longest = site.ask(&maren, &with("/note", "é".repeat(2000).into())).await;
    assert_eq!(longest.status, StatusCode::CREATED, "2000 characters are not too many, however many bytes");
}

/// One row for each way in which a fact cannot be as it is asked for.
#[tokio::test]
async fn facts_that_cannot_be_are_told_at_their_place() {
    let site = oxford().await;
    let (maren, ruth) = (site.sign_in(OWNER).await, site.sign_in(OFFICER).await);
    let outreach = site.account("outreach").await["id"].clone();
    let (left, student) = (site.named("eart0188").await, site.named("chem0328").await);
    let (nell, owner) = (site.named(STRANGER).await, site.named(OWNER).await);
    let owned = |to: &Value| json!({"what": "owner", "to": to});
    let named = |name: &str| json!({"what": "display-name", "name": name});
    let ends = |at: &str| json!({"what": "expires", "at": at});
    let rows = [
        ("hand-over", vec![owned(&left)], "changes.0.edit.to.value", "not-entitled"),
        ("hand-over", vec![owned(&student)], "changes.0.edit.to.value", "not-entitled"),
        ("hand-over", vec![owned(&owner)], "changes", "nothing-changes"),
        ("hand-over", vec![owned(&nell), owned(&owner)], "changes.1.edit", "named-twice"),
        (
            "hand-over",
            vec![owned(&nell), json!({"what": "access", "to": nell, "rights": ["full-access"]})],
            "changes.1.edit.to.value",
            "is-owner",
        ),
        (
            "hand-over",
            vec![json!({"what": "access", "to": nell, "rights": ["full-access"]})],
            "changes",
            "incomplete",
        ),
        ("remove-password", vec![json!({"what": "kind", "kind": "room"})], "changes.0.edit", "out-of-place"),
        (
            "remove-password",
            vec![json!({"what": "kind", "kind": "boat"})],
            "changes.0.edit.kind",
            "unknown-kind",
        ),
        ("set-details", vec![named(" ")], "changes.0.edit.name", "missing"),
        ("set-details", vec![named("Out\nreach")], "changes.0.edit.name", "not-allowed"),
        ("set-details", vec![named(&"é".repeat(301))], "changes.0.edit.name", "too-long"),
        (
            "set-details",
            vec![json!({"what": "username", "username": "eartnew"})],
            "changes.0.edit",
            "out-of-place",
        ),
        ("renew", vec![ends("2020-01-31T23:59:59Z")], "changes.0.edit.at", "in-the-past"),
        ("renew", vec![ends("next year")], "changes.0.edit.at", "not-a-moment"),
        ("close", vec![json!({"what": "state", "state": "active"})], "changes.0.edit", "out-of-place"),
        (
            "close",
            vec![json!({"what": "state", "state": "not-known"})],
            "changes.0.edit.state",
            "unknown-state",
        ),
    ];
    for (kind, edits, field, code) in rows {
        let changes: Vec<_> = edits.iter().map(edit).collect();
        let answer = site.ask(&maren, &wish(kind, &outreach, &changes, &json!({}))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {changes:?}: {}", answer.text);
        assert_eq!(told(&answer), [(format!("wish.{field}"), code.to_owned())], "{kind}: {}", answer.text);
    }
    let about = site.ask(&ruth, &wish("new-account", &outreach, &[], &json!({}))).await;
    assert_eq!(
        told(&about),
        [("account".to_owned(), "out-of-place".to_owned())],
        "a new account is not there"
    );
}

#[tokio::test]
async fn answers_are_held_against_the_institutions_form() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let room = site.account("basalt-room").await["id"].clone();
    let rows = [
        ("set-booking", json!({"outright": "some"}), vec![("outright", "not-allowed")]),
        ("set-booking", json!({"outright": true}), vec![("outright", "not-allowed")]),
        ("set-booking", json!({"outright": "listed"}), vec![("outright-list", "missing")]),
        ("set-booking", json!({"ask": "listed", "ask-list": " "}), vec![("ask-list", "missing")]),
        ("set-booking", json!({"days-ahead": 0}), vec![("days-ahead", "too-small")]),
        ("set-booking", json!({"days-ahead": 1081}), vec![("days-ahead", "too-large")]),
        ("set-booking", json!({"refuse-double": "yes"}), vec![("refuse-double", "not-allowed")]),
        ("set-booking", json!({"decides": "x".repeat(2001)}), vec![("decides", "too-long")]),
        ("set-booking", json!({"decides": "x".repeat(4001)}), vec![("decides", "too-long")]),
        ("set-booking", json!({"decides": "Maren", "colour": "green"}), vec![("colour", "not-allowed")]),
        ("ask-desk", json!({}), vec![("subject", "missing"), ("message", "missing")]),
        ("ask-desk", json!({"subject": "Hello", "message": 1.5}), vec![("message", "wrong-type")]),
        ("ask-desk", json!({"subject": "Hello", "message": null}), vec![("message", "wrong-type")]),
    ];
    for (kind, answers, expected) in rows {
        let answer = site.ask(&maren, &wish(kind, &room, &[], &answers)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answers}: {}", answer.text);
        let expected: Vec<_> = expected
            .iter()
            .map(|(field, code)| (format!("wish.answers.{field}"), (*code).to_owned()))
            .collect();
        assert_eq!(told(&answer), expected, "{}", answer.text);
    }
    let nothing = site.ask(&maren, &wish("set-booking", &room, &[], &json!({}))).await;
    assert_eq!(told(&nothing), [("wish.changes".to_owned(), "nothing-changes".to_owned())]);
    assert_eq!(count(&site, "SELECT count(*) FROM request").await, 0);
}

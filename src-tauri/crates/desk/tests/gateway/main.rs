//! The gateway contract against servers that keep it, and servers that do not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where what it stands on breaks"
)]

mod lists;

use accounts::{AccessChange, Answer, Edit, PersonRef, Principal, PrincipalKind, RequestKind, Wish};
use desk::{Abilities, Changed, Delivery, Desk, Error, Gateway, Gone, Stage, Submission, deliver};
use serde_json::{Value, json};
use web::{Limits, Web};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, body_json, header, method, path, query_param},
};

fn gateway(server: &MockServer) -> Gateway {
    Gateway::new(Web::new(Limits::default()), &format!("{}/desk/v1", server.uri()), "secret").unwrap()
}

fn request() -> Value {
    json!({
        "id": "RQ-20001", "clientRequestId": "0190", "account": { "value": "a", "label": "enquiries@earth.example.edu" },
        "wish": { "kind": "change-access", "changes": [
            { "edit": { "what": "access", "to": { "value": "p1", "type": "Person", "display": "Leonie Strake" },
                        "rights": ["full-access"] }, "was": null }
        ] },
        "note": "", "requester": { "value": "me", "display": "Maren Tolliver" }, "status": "applying",
        "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:05:00Z", "appliesAt": "2026-11-22T12:25:00Z",
        "doneAt": null, "decision": { "by": null, "approve": true, "reason": "", "at": "2026-11-22T12:05:00Z" }
    })
}

fn submission() -> Submission {
    let who = PersonRef::named("p1".into(), "Leonie Strake");
    let to = Principal { kind: PrincipalKind::Person, who };
    let changes = vec![AccessChange { to, rights: vec!["full-access".into()] }];
    let was = changes.iter().map(|change| AccessChange { rights: vec!["automap".into()], ..change.clone() });
    let was = was.map(|change| Some(Edit::from(change))).collect();
    let wish = Wish::change_access(changes);
    let account = Some("a".into());
    Submission { id: "0190".into(), account, wish, was, note: "Term starts.".into(), accepted: false }
}

#[tokio::test]
async fn a_request_travels_with_what_everybody_held_and_comes_back_whole() {
    let server = MockServer::start().await;
    let sent = json!({
        "clientRequestId": "0190", "account": "a", "note": "Term starts.", "accepted": false,
        "wish": { "kind": "change-access", "answers": {}, "changes": [{
            "edit": { "what": "access", "to": { "value": "p1", "type": "Person", "display": "Leonie Strake" },
                      "rights": ["full-access"] },
            "was": { "what": "access", "to": { "value": "p1", "type": "Person", "display": "Leonie Strake" },
                     "rights": ["automap"] }
        }] }
    });
    Mock::given(method("POST"))
        .and(path("/desk/v1/requests"))
        .and(header("authorization", "Bearer secret"))
        .and(body_json(sent))
        .respond_with(ResponseTemplate::new(201).set_body_json(request()))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/desk/v1/requests/RQ-20001"))
        .respond_with(ResponseTemplate::new(200).set_body_json(request()))
        .mount(&server)
        .await;
    let desk = gateway(&server);
    let reference = desk.submit(&submission()).await.unwrap();
    let ticket = desk.read(&reference).await.unwrap();
    assert_eq!(ticket.stage, Stage::Applying { by: "2026-11-22T12:25:00Z".parse().unwrap() });
    assert_eq!(ticket.requester.1, "Maren Tolliver");
    assert_eq!(ticket.decision.unwrap().by, None, "decided by the desk itself");
}

#[tokio::test]
async fn a_question_and_its_answer_are_part_of_the_request() {
    let server = MockServer::start().await;
    let mut asked = request();
    asked["status"] = json!("needs-answer");
    asked["messages"] = json!([{ "by": { "value": "p9", "display": "Idris Penhallow" }, "text": "Until when?", "at": "2026-11-22T12:03:00Z" }]);
    Mock::given(method("POST"))
        .and(path("/desk/v1/requests/RQ-20001/reply"))
        .and(body_json(json!({ "text": "Until June." })))
        .respond_with(ResponseTemplate::new(200).set_body_json(&asked))
        .expect(1)
        .mount(&server)
        .await;
    let ticket = gateway(&server).reply("RQ-20001", "Until June.").await.unwrap();
    assert_eq!(ticket.stage, Stage::NeedsAnswer);
    let message = &ticket.messages[0];
    assert_eq!((message.by.1.as_str(), message.text.as_str()), ("Idris Penhallow", "Until when?"));
}

/// Every kind of fact and of answer goes there and comes back as it was.
#[tokio::test]
async fn every_fact_travels_both_ways() {
    let server = MockServer::start().await;
    let to = Principal { kind: PrincipalKind::Group, who: PersonRef::named("g".into(), "Press office") };
    let edits = vec![
        Edit::Access { to: to.clone(), rights: vec!["send-as".into()] },
        Edit::Owner { to },
        Edit::Kind { kind: "mailbox-only".into() },
        Edit::Username { username: "eartclub".into() },
        Edit::DisplayName { name: "Earth club".into() },
        Edit::State { state: accounts::AccountState::NeverActivated },
        Edit::Expires { at: "2027-01-31T23:59:59Z".parse().unwrap() },
    ];
    let answers = [
        ("both".to_owned(), Answer::YesNo(true)),
        ("days".to_owned(), Answer::Number(30)),
        ("why".to_owned(), Answer::Text("A reason".into())),
    ];
    let wish = Wish { kind: RequestKind::NewAccount, edits, answers: answers.into() };
    let was = wish.edits.iter().cloned().map(Some).collect();
    let note = String::new();
    let sent = Submission { id: "0190".into(), account: None, wish, was, note, accepted: true };
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "id": "RQ-20001" })))
        .mount(&server)
        .await;
    gateway(&server).submit(&sent).await.unwrap();
    let body: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!((&body["account"], &body["wish"]["kind"]), (&Value::Null, &json!("new-account")));
    let mut back = request();
    back["wish"] = body["wish"].clone();
    back["account"] = json!({ "value": null, "label": "eartclub" });
    back["accepted"] = body["accepted"].clone();
    Mock::given(path("/desk/v1/requests/RQ-20001"))
        .respond_with(ResponseTemplate::new(200).set_body_json(back))
        .mount(&server)
        .await;
    let ticket = gateway(&server).read("RQ-20001").await.unwrap();
    assert_eq!((ticket.wish, ticket.was, ticket.account), (sent.wish, sent.was, None));
    assert_eq!(ticket.accepted, Some(true), "that the policy was accepted travels too");
}

#[tokio::test]
async fn a_desk_that_does_not_speak_of_policies_does_not_say_that_none_was_accepted() {
    for (told, expected) in [(None, None), (Some(false), Some(false)), (Some(true), Some(true))] {
        let server = MockServer::start().await;
        let mut body = request();
        if let Some(told) = told {
            body["accepted"] = told.into();
        }
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&server).await;
        assert_eq!(gateway(&server).read("RQ-20001").await.unwrap().accepted, expected);
    }
}

/// A ticket that was kept before there was the field is read all the same.
#[test]
fn a_ticket_from_before_policies_were_told_is_read() {
    let kept = json!({
        "reference": "RQ-20001", "id": "0190", "account": "a", "label": "", "note": "",
        "wish": { "kind": "close", "edits": [] }, "requester": ["me", "Maren Tolliver"], "stage": "WithDesk",
        "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z", "decision": null,
    });
    let ticket: desk::Ticket = serde_json::from_value(kept).unwrap();
    assert_eq!(ticket.accepted, None);
}

/// Approving looks again: what has changed is told, and "all the same" is said only where it is meant.
#[tokio::test]
async fn a_decision_meets_what_has_changed_and_can_be_made_despite_it() {
    let server = MockServer::start().await;
    let decision = || path("/desk/v1/requests/RQ-20001/decision");
    let changed = json!({
        "code": "conflict", "detail": "Changed.", "conflicts": [{ "what": "display-name", "name": "Enquiries" }],
        "gone": ["expires", "what nobody knows yet"],
    });
    Mock::given(method("POST"))
        .and(decision())
        .and(body_json(json!({ "approve": true, "reason": "" })))
        .respond_with(ResponseTemplate::new(409).set_body_json(changed))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(decision())
        .and(body_json(json!({ "approve": true, "reason": "", "despite": true })))
        .respond_with(ResponseTemplate::new(200).set_body_json(request()))
        .expect(1)
        .mount(&server)
        .await;
    let desk = gateway(&server);
    match desk.decide("RQ-20001", true, "", false).await {
        Err(Error::Conflict(changed)) => {
            let name = Edit::DisplayName { name: "Enquiries".into() };
            assert_eq!(
                changed,
                Changed { now: vec![name.clone()], gone: vec![Gone::Expires, Gone::Unknown] }
            );
            let until = Edit::Expires { at: "2027-01-31T23:59:59Z".parse().unwrap() };
            let found = |edit: &Edit| changed.of(edit).map(Option::<&Edit>::cloned);
            assert_eq!((found(&name), found(&until)), (Some(Some(name.clone())), Some(None)));
            assert_eq!(found(&Edit::Kind { kind: "room".into() }), None, "of which the desk says nothing");
        }
        other => panic!("{other:?}"),
    }
    let ticket = desk.decide("RQ-20001", true, "", true).await.unwrap();
    assert!(ticket.decision.unwrap().approve);
}

#[tokio::test]
async fn an_error_that_is_none_leaves_the_reference_as_it_is() {
    for said in [json!(false), json!(""), json!(null), json!({})] {
        let server = MockServer::start().await;
        let body = json!({ "id": "RQ-7", "error": said, "detail": { "of": "something" }, "message": 7 });
        Mock::given(any()).respond_with(ResponseTemplate::new(201).set_body_json(body)).mount(&server).await;
        assert_eq!(gateway(&server).submit(&submission()).await.unwrap(), "RQ-7");
    }
}

#[tokio::test]
async fn a_search_that_is_ignored_proves_nothing_and_shows_nothing_of_somebody_else() {
    let server = MockServer::start().await;
    let mut other = request();
    other["clientRequestId"] = json!("another");
    Mock::given(path("/desk/v1/requests"))
        .and(query_param("clientRequestId", "0190"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "total": 1, "requests": [other] })))
        .mount(&server)
        .await;
    let ignored = gateway(&server).find("0190").await.unwrap_err();
    assert!(ignored.is_unclear(), "that it is not there was never said: {ignored:?}");
}

#[tokio::test]
async fn a_search_that_contradicts_itself_has_not_said_that_nothing_is_there() {
    let rows = [
        (json!({ "total": 0, "requests": [] }), true),
        (json!({ "requests": [] }), true),
        (json!({ "requests": [], "error": null, "errors": [] }), true),
        (json!({ "total": 1, "requests": [] }), false),
        (json!({ "requests": [], "error": "index unavailable" }), false),
        (json!({ "requests": [], "errors": [{ "detail": "index unavailable" }] }), false),
        (json!({ "requests": [], "code": "busy" }), false),
    ];
    for (body, is_plain) in rows {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(&body)).mount(&server).await;
        match gateway(&server).find("0190").await {
            Ok(None) if is_plain => {}
            Err(error) if !is_plain => assert!(error.is_unclear(), "{body}: {error:?}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reference_cannot_lead_to_another_address() {
    let server = MockServer::start().await;
    Mock::given(path("/desk/v1/requests/..%2F..%2Fsecret%3Fx"))
        .respond_with(ResponseTemplate::new(200).set_body_json(request()))
        .expect(1)
        .mount(&server)
        .await;
    gateway(&server).read("../../secret?x").await.unwrap();
}

/// Each answer with what it means for whoever sends: whether it may have arrived all the same.
#[tokio::test]
async fn answers_are_told_apart_by_what_to_do_next() {
    let problem = |status: u16, code: &str| {
        ResponseTemplate::new(status).set_body_json(json!({ "code": code, "detail": "Why." }))
    };
    let html = |status: u16| ResponseTemplate::new(status).set_body_raw("<h1>Portal</h1>", "text/html");
    let conflict = json!({ "code": "conflict", "detail": "", "conflicts": [{ "what": "display-name", "name": "Enquiries" }] });
    let rows = [
        ("html with 200", html(200), true),
        ("200 with an error inside", problem(200, "broken"), true),
        ("200 with nothing inside", ResponseTemplate::new(200), true),
        ("half a document", ResponseTemplate::new(200).set_body_raw("{\"id\": ", "application/json"), true),
        ("409", ResponseTemplate::new(409).set_body_json(conflict), false),
        ("409 of another sort", problem(409, "id-used"), false),
        ("422", problem(422, "invalid"), false),
        ("403", problem(403, "not-yours"), false),
        ("429", problem(429, "slow-down").insert_header("retry-after", "7"), false),
        ("503", problem(503, "busy"), true),
        ("503 in html", html(503), true),
        ("400 in html", html(400), false),
        ("413 in html", html(413), false),
        ("401 in json", problem(401, "invalid_token"), false),
        ("401", ResponseTemplate::new(401), false),
        (
            "redirect",
            ResponseTemplate::new(302).insert_header("location", "https://elsewhere.example/"),
            true,
        ),
    ];
    for (name, answer, unclear) in rows {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let error = gateway(&server).submit(&submission()).await.unwrap_err();
        assert_eq!(error.is_unclear(), unclear, "{name}: {error:?}");
        match (name, error) {
            ("409", Error::Conflict(Changed { now, .. })) => {
                assert_eq!(now, [Edit::DisplayName { name: "Enquiries".into() }]);
            }
            ("409", other) => panic!("{other:?}"),
            ("429", Error::Later { retry_after, .. }) => assert_eq!(retry_after, Some(7)),
            ("422", Error::Refused { code, detail, .. }) => {
                assert_eq!((code.as_str(), detail.as_str()), ("invalid", "Why."));
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_desk_that_cannot_be_searched_and_knows_the_id_already_has_refused_nothing() {
    let server = MockServer::start().await;
    let used = json!({ "code": "id-used", "detail": "That id is used already." });
    Mock::given(any()).respond_with(ResponseTemplate::new(409).set_body_json(used)).mount(&server).await;
    let can = Abilities { finds_by_id: false, ..Abilities::default() };
    let delivery = deliver(&gateway(&server), can, &submission(), false, || true).await;
    assert!(matches!(delivery, Delivery::NotKnown(Error::Refused { .. })), "{delivery:?}");
}

/// That it has no list, or not what it just took, says of no request that it was discarded.
#[tokio::test]
async fn a_desk_without_a_list_and_one_that_does_not_know_its_own_reference_leave_it_open() {
    let server = MockServer::start().await;
    let took = ResponseTemplate::new(201).set_body_json(json!({ "id": "RQ-20001" }));
    Mock::given(method("POST")).respond_with(took).mount(&server).await;
    let can = Abilities { finds_by_id: true, ..Abilities::default() };
    for may_have_arrived in [true, false] {
        let delivery = deliver(&gateway(&server), can, &submission(), may_have_arrived, || true).await;
        assert!(matches!(delivery, Delivery::NotKnown(Error::NotUsable(_))), "{delivery:?}");
    }
}

/// A token from before the desk wanted more of it: the request is as good as it was, and waits for another sign-in.
#[tokio::test]
async fn a_sign_in_that_does_not_go_so_far_costs_no_request() {
    let refused = |challenge: &str| {
        let body = json!({ "code": "insufficient-scope", "detail": "" });
        ResponseTemplate::new(403).set_body_json(body).insert_header("www-authenticate", challenge)
    };
    for (challenge, waits) in [
        ("Bearer error=\"insufficient_scope\", scope=\"desk.request\"", true),
        ("Bearer realm=x, error=insufficient_scope", true),
        ("Bearer", false),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(refused(challenge)).mount(&server).await;
        let can = Abilities { finds_by_id: true, ..Abilities::default() };
        let delivery = deliver(&gateway(&server), can, &submission(), false, || true).await;
        match (waits, &delivery) {
            (true, Delivery::NotSent(Error::InsufficientScope)) | (false, Delivery::NotTaken(_)) => {}
            _ => panic!("{challenge}: {delivery:?}"),
        }
    }
}

#[tokio::test]
async fn nobody_there_is_unclear_too_and_plain_http_is_for_this_computer_only() {
    // A port on which nobody listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let desk = Gateway::new(Web::new(Limits::default()), &format!("http://127.0.0.1:{port}/desk"), "secret")
        .unwrap();
    assert!(desk.submit(&submission()).await.unwrap_err().is_unclear());
    let refused =
        Gateway::new(Web::new(Limits::default()), "http://desk.example.edu/", "secret").unwrap_err();
    assert!(matches!(refused, Error::BadAddress(_)), "{refused:?}");
}

#[tokio::test]
async fn text_of_a_desk_is_cut_and_cannot_turn_what_stands_beside_it() {
    let server = MockServer::start().await;
    let mut hostile = request();
    hostile["decision"]["reason"] = json!(format!("\u{202E}no\u{7}{}", "x".repeat(1_000_000 / 4)));
    hostile["requester"]["display"] = json!("Maren\u{2066}\u{0} Tolliver");
    let list = json!({ "total": 3, "requests": [{ "id": 7 }, hostile, { "status": "flying" }] });
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(list)).mount(&server).await;
    let waiting = gateway(&server).waiting_for_decision().await.unwrap();
    assert_eq!(waiting.len(), 1, "what cannot be read keeps none of the others back");
    assert_eq!(waiting[0].requester.1, "Maren Tolliver");
    let reason = &waiting[0].decision.as_ref().unwrap().reason;
    assert_eq!((reason.chars().count(), reason.starts_with("nox")), (2000, true));
}

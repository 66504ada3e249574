//! Lists: read whole, and none of them taken for an empty one.

use super::*;

/// Beside status 200, in what is otherwise a list with nothing in it.
fn faults() -> [Value; 3] {
    [
        json!({ "error": "index unavailable" }),
        json!({ "errors": [{ "detail": "index unavailable" }] }),
        json!({ "code": "busy" }),
    ]
}

fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_list_that_says_that_something_went_wrong_is_not_an_empty_one() {
    let plain = [json!({}), json!({ "error": null, "errors": [] })].map(|more| (more, true));
    for (more, is_plain) in plain.into_iter().chain(faults().map(|more| (more, false))) {
        let server = MockServer::start().await;
        let lists = [
            ("/desk/v1/requests", json!({ "total": 0, "requests": [] })),
            ("/desk/v1/people", json!({ "people": [] })),
            ("/desk/v1/accounts/a/trail", json!({ "entries": [] })),
        ];
        for (at, body) in lists {
            let answer = ResponseTemplate::new(200).set_body_json(with(body, &more));
            Mock::given(path(at)).respond_with(answer).mount(&server).await;
        }
        let desk = gateway(&server);
        let told = [
            desk.waiting_for_decision().await.map(|waiting| waiting.len()),
            desk.people("strake").await.map(|people| people.len()),
            desk.trail(&"a".into()).await.map(|steps| steps.len()),
        ];
        for found in told {
            assert!(
                matches!((is_plain, &found), (true, Ok(0)) | (false, Err(Error::NotUsable(_)))),
                "{more}: {found:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_beside_a_free_name_or_beside_some_of_a_list_is_believed_too() {
    let error = json!({ "error": "index unavailable" });
    let server = MockServer::start().await;
    let person = json!({ "value": "p1", "type": "User", "display": "Leonie Strake" });
    let lists = [
        ("/desk/v1/requests", json!({ "total": 1, "requests": [request()] })),
        ("/desk/v1/people", json!({ "people": [person] })),
        ("/desk/v1/names", json!({ "taken": false })),
    ];
    for (at, body) in lists {
        let answer = ResponseTemplate::new(200).set_body_json(with(body, &error));
        Mock::given(path(at)).respond_with(answer).mount(&server).await;
    }
    let desk = gateway(&server);
    assert!(matches!(desk.waiting_for_decision().await, Err(Error::NotUsable(_))), "others may wait");
    assert!(matches!(desk.people("strake").await, Err(Error::NotUsable(_))), "others may be meant");
    assert!(matches!(desk.name("club", None).await, Err(Error::NotUsable(_))), "it may be taken");
}

#[tokio::test]
async fn a_list_that_counts_what_it_does_not_show_is_told_as_far_as_it_goes_and_an_empty_one_is_none() {
    // Others were decided meanwhile, or are counted and not for this reader; or something went wrong on the way.
    for (rest, is_list) in [
        (json!({ "total": 40, "requests": [] }), true),
        (json!({ "total": 20, "requests": [] }), true),
        (json!({ "total": 40, "requests": [], "error": "index unavailable" }), false),
    ] {
        let server = MockServer::start().await;
        let first = json!({ "total": 40, "requests": vec![request(); 20] });
        for (start, body) in [("0", first), ("20", rest)] {
            let answer = ResponseTemplate::new(200).set_body_json(body);
            Mock::given(query_param("start", start)).respond_with(answer).mount(&server).await;
        }
        match gateway(&server).waiting_for_decision().await {
            Ok(waiting) if is_list => assert_eq!(waiting.len(), 20),
            Err(Error::NotUsable(_)) if !is_list => {}
            other => panic!("{is_list}: {other:?}"),
        }
    }
    let server = MockServer::start().await;
    let none = ResponseTemplate::new(200).set_body_json(json!({ "total": 7, "requests": [] }));
    Mock::given(any()).respond_with(none).mount(&server).await;
    let told = gateway(&server).waiting_for_decision().await;
    assert!(matches!(told, Err(Error::NotUsable(_))), "{told:?}");
}

#[tokio::test]
async fn where_nothing_of_what_waits_can_be_read_it_is_not_said_that_nothing_waits() {
    let server = MockServer::start().await;
    let list = json!({ "total": 2, "requests": [{ "id": 7 }, { "status": "flying" }] });
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(list)).mount(&server).await;
    let told = gateway(&server).waiting_for_decision().await.unwrap_err();
    assert!(matches!(told, Error::NotUsable(_)), "{told:?}");
}

/// A desk that pages by number alone: 30 requests wait, each of 200 kB, and one of more than may be read at all.
#[tokio::test]
async fn answers_too_large_to_be_read_at_once_are_read_in_smaller_pieces() {
    const TOO_LARGE: usize = 7;
    let server = MockServer::start().await;
    let answer = |asked: &wiremock::Request| {
        let number = |name: &str| -> usize {
            let (_, value) = asked.url.query_pairs().find(|(key, _)| key == name).unwrap();
            value.parse().unwrap()
        };
        let wanted = (number("start")..30).take(number("count"));
        let requests = wanted.map(|n| {
            let mut one = request();
            one["id"] = format!("RQ-{n}").into();
            one["wish"]["answers"] =
                json!({ "why": "x".repeat(if n == TOO_LARGE { 2_000_000 } else { 200_000 }) });
            one
        });
        let list = json!({ "total": 30, "requests": requests.collect::<Vec<_>>() });
        ResponseTemplate::new(200).set_body_json(list)
    };
    Mock::given(path("/desk/v1/requests")).respond_with(answer).mount(&server).await;
    let waiting = gateway(&server).waiting_for_decision().await.unwrap();
    let seen: Vec<_> = waiting.iter().map(|ticket| ticket.reference.clone()).collect();
    let expected: Vec<_> = (0..30).filter(|n| *n != TOO_LARGE).map(|n| format!("RQ-{n}")).collect();
    assert_eq!(seen, expected, "one that is too large by itself keeps none of the others back");
}

#[tokio::test]
async fn a_desk_that_always_says_too_much_is_not_asked_for_ever_and_never_taken_for_empty() {
    let server = MockServer::start().await;
    let large = || ResponseTemplate::new(200).set_body_raw(vec![b' '; 2_000_000], "application/json");
    Mock::given(query_param("start", "0")).respond_with(large()).mount(&server).await;
    let nothing = ResponseTemplate::new(200).set_body_json(json!({ "total": 1, "requests": [] }));
    Mock::given(query_param("start", "1")).respond_with(nothing).mount(&server).await;
    let problem = gateway(&server).waiting_for_decision().await.unwrap_err();
    assert!(matches!(problem, Error::NotUsable(_)), "the only one cannot be read: {problem:?}");
    server.reset().await;
    Mock::given(any()).respond_with(large()).mount(&server).await;
    let problem = gateway(&server).waiting_for_decision().await.unwrap_err();
    assert!(matches!(problem, Error::NotUsable(_)), "{problem:?}");
    assert!(server.received_requests().await.unwrap().len() <= 10);
}

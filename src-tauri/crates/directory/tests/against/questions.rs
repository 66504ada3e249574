//! The single questions: who am I, what can you do, how many, and the service desk's look-up.

use crate::servers::{able, account, list, number, query, scim, server};
use accounts::Role;
use directory::{Abilities, Error, SignedInAs};
use serde_json::json;
use wiremock::ResponseTemplate;

#[tokio::test]
async fn me_is_read_with_the_token() {
    let (server, directory) =
        server(|_| scim(&json!({"id": "p1", "userName": "eart0412", "roles": ["service-desk"]}))).await;
    assert_eq!(directory.me("token").await.unwrap().role, Role::ServiceDesk);
    let asked = &server.received_requests().await.unwrap()[0];
    assert_eq!(asked.url.path(), "/scim/v2/Me");
    assert_eq!(asked.headers["authorization"], "Bearer token");
}

#[tokio::test]
async fn a_directory_without_me_does_not_offer_it() {
    for status in [404, 405, 410, 501] {
        let (_server, directory) = server(move |_| ResponseTemplate::new(status)).await;
        assert!(matches!(directory.me("token").await, Err(Error::NotOffered)), "{status}");
    }
}

/// As a sign-in names Jo Ferrand.
fn jo() -> SignedInAs<'static> {
    SignedInAs { username: Some("Eart0412"), subject: Some("sub-1") }
}

#[tokio::test]
async fn without_me_the_one_person_whom_the_sign_in_names_is_looked_up() {
    for status in [404, 405, 410, 501] {
        let (server, directory) = server(move |request| match request.url.path() {
            "/scim/v2/Me" => ResponseTemplate::new(status),
            _ => list(1, vec![json!({"id": "p1", "userName": "eart0412", "roles": ["service-desk"]})]),
        })
        .await;
        let found = directory.who("token", jo()).await.unwrap();
        assert_eq!((found.id.as_str(), found.role), ("p1", Role::ServiceDesk));
        let asked = &server.received_requests().await.unwrap()[1];
        assert_eq!(asked.url.path(), "/scim/v2/Users");
        assert_eq!(query(asked, "filter").as_deref(), Some("userName eq \"Eart0412\""));
    }
    let (_server, directory) = server(|request| match query(request, "filter").as_deref() {
        None => ResponseTemplate::new(404),
        Some("externalId eq \"sub-1\"") => {
            scim(&json!({"Resources": [{"id": "p1", "userName": "other", "externalId": "sub-1"}]}))
        }
        Some(_) => list(0, Vec::<serde_json::Value>::new()),
    })
    .await;
    assert_eq!(directory.who("token", jo()).await.unwrap().id.as_str(), "p1");
}

#[tokio::test]
async fn nobody_is_taken_for_the_reader_who_is_not_the_only_one_or_not_the_named_one() {
    let jo_ferrand = json!({"id": "p1", "userName": "eart0412", "externalId": "sub-1"});
    let other = json!({"id": "p2", "userName": "eart0001", "externalId": "SUB-1"});
    for answer in [
        ResponseTemplate::new(501),
        ResponseTemplate::new(400),
        ResponseTemplate::new(403),
        list(0, Vec::<serde_json::Value>::new()),
        list(1, vec![other.clone()]),
        list(2, vec![jo_ferrand.clone(), other]),
        list(2, vec![jo_ferrand.clone(), jo_ferrand.clone()]),
        list(90, vec![jo_ferrand]),
        list(1, vec![json!({"id": "p1"})]),
    ] {
        let (_server, directory) = server(move |request| match request.url.path() {
            "/scim/v2/Me" => ResponseTemplate::new(404),
            _ => answer.clone(),
        })
        .await;
        let error = directory.who("token", jo()).await.unwrap_err();
        assert!(matches!(error, Error::NobodyNamed), "{error}");
        assert!(error.to_string().contains("/Me") && error.to_string().contains("externalId"));
    }
    for (status, later) in [(503, true), (401, false)] {
        let (_server, directory) = server(move |request| match request.url.path() {
            "/scim/v2/Me" => ResponseTemplate::new(404),
            _ => ResponseTemplate::new(status),
        })
        .await;
        let error = directory.who("token", jo()).await.unwrap_err();
        assert!(
            matches!(error, Error::Later { .. }) == later && !matches!(error, Error::NobodyNamed),
            "{status}"
        );
    }
    let (server, directory) = server(|_| ResponseTemplate::new(404)).await;
    assert!(matches!(directory.who("token", SignedInAs::default()).await, Err(Error::NobodyNamed)));
    assert_eq!(
        server.received_requests().await.unwrap().len(),
        1,
        "a sign-in that names nobody asks for nobody"
    );
}

#[tokio::test]
async fn me_may_point_to_the_persons_own_resource_and_nowhere_else() {
    let (_server, directory) = server(|request| match request.url.path() {
        "/scim/v2/Me" => ResponseTemplate::new(308).insert_header("location", "Users/p1"),
        "/scim/v2/Users/p1" => scim(&json!({"id": "p1", "userName": "x"})),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(directory.me("token").await.unwrap().id.as_str(), "p1");

    let (elsewhere, _) = server(|_| scim(&json!({"id": "p1"}))).await;
    for target in [format!("{}/scim/v2/Users/p1", elsewhere.uri()), "/other/Users/p1".into(), "Me".into()] {
        let (_server, directory) =
            server(move |_| ResponseTemplate::new(308).insert_header("location", target.as_str())).await;
        assert!(matches!(directory.me("token").await, Err(Error::Redirected)));
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty(), "no token leaves its origin");
}

#[tokio::test]
async fn abilities_are_what_the_directory_says_or_nothing() {
    let (_server, directory) = server(|_| {
        scim(&json!({"filter": {"supported": true, "maxResults": 200}, 
            "pagination": {"cursor": true, "index": true, "maxPageSize": 250}}))
    })
    .await;
    let expected = Abilities { filter: true, cursor: true, index: true, max_page: 250 };
    assert_eq!(directory.abilities("token").await.unwrap(), expected);
    for status in [400, 403, 404, 405, 410, 501] {
        let (_server, directory) = server(move |_| ResponseTemplate::new(status)).await;
        assert_eq!(directory.abilities("token").await.unwrap(), Abilities::default(), "{status}");
    }
    for kind in ["text/html; charset=utf-8", "application/scim+json"] {
        let (_server, directory) = server(move |_| {
            ResponseTemplate::new(200).set_body_raw("\n<!doctype html><title>Not here</title>", kind)
        })
        .await;
        assert_eq!(directory.abilities("token").await.unwrap(), Abilities::default(), "{kind}");
    }
}

#[tokio::test]
async fn a_count_reads_no_account() {
    let (counting, directory) = server(|_| scim(&json!({"totalresults": "100000"}))).await;
    assert_eq!(directory.count("token").await.unwrap(), 100_000);
    assert_eq!(query(&counting.received_requests().await.unwrap()[0], "count").as_deref(), Some("0"));
    let (_server, directory) = server(|_| scim(&json!({"Resources": []}))).await;
    assert!(matches!(directory.count("token").await, Err(Error::NotUsable(_))));
}

#[tokio::test]
async fn a_look_up_needs_filters_and_words() {
    let (server, directory) = server(|_| list(0, Vec::<serde_json::Value>::new())).await;
    let blind = Abilities { filter: false, ..able() };
    assert!(matches!(directory.find("token", &blind, "x", 5).await, Err(Error::NotOffered)));
    assert!(directory.find("token", &able(), " ", 5).await.unwrap().accounts.is_empty());
    assert!(server.received_requests().await.unwrap().is_empty(), "nothing was asked");
}

#[tokio::test]
async fn a_look_up_checks_every_word_again() {
    let (server, directory) = server(|_| {
        list(3, vec![account(1),
            json!({"id": "b", "userName": "chem-office", "owner": {"value": "p1", "display": "José Ångström"}}),
            json!({"id": "c", "userName": "physics", "owner": {"value": "p2", "display": "Jose Somebody"}})])
    })
    .await;
    let found = directory.find("token", &able(), "OFFICE jose\"", 5).await.unwrap();
    assert!(found.accounts.is_empty(), "the quote is part of the word");
    let found = directory.find("token", &able(), "OFFICE jose", 5).await.unwrap();
    assert_eq!(found.accounts.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert!(!found.more);
    assert_eq!(server.received_requests().await.unwrap().len(), 2, "one question a look-up where it was all");
}

#[tokio::test]
async fn a_look_up_is_limited_and_says_so() {
    let (server, directory) = server(|request| {
        let start = number(request, "startIndex");
        list(90_000, (start..start + number(request, "count")).map(account).collect::<Vec<_>>())
    })
    .await;
    let found = directory.find("token", &able(), "office", 2).await.unwrap();
    assert_eq!((found.accounts.len(), found.more), (2, true));
    let found = directory.find("token", &able(), "nowhere", 2).await.unwrap();
    assert_eq!(
        (found.accounts.len(), found.more),
        (0, true),
        "not everything was read, so it is not 'nothing'"
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 1 + 4);
}

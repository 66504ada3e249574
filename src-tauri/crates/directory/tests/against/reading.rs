//! Reading to an honest end from servers that keep the protocol, more or less.

use crate::servers::{able, account, by_index, list, number, query, scim, server};
use directory::{Abilities, Error, PageOf, Reading, What};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use wiremock::ResponseTemplate;

async fn all(reading: &mut Reading) -> Result<Vec<PageOf>, Error> {
    let mut pages = Vec::new();
    while let Some(page) = reading.next("token").await? {
        pages.push(page);
    }
    Ok(pages)
}

fn ids(pages: &[PageOf]) -> Vec<String> {
    pages.iter().flat_map(|page| page.ids.iter().map(|(id, _)| id.0.clone())).collect()
}

#[tokio::test]
async fn a_server_that_gives_fewer_than_asked_is_read_to_the_end() {
    let (_server, directory) = server(|request| list(10, by_index(request, 10, 3))).await;
    let mut reading = directory.read(&able(), What::Everything);
    let pages = all(&mut reading).await.unwrap();
    assert_eq!(ids(&pages).len(), 10);
    assert_eq!(pages.iter().map(|page| page.accounts.len()).collect::<Vec<_>>(), [3, 3, 3, 1]);
    assert!(reading.is_complete() && reading.total() == Some(10));
    assert!(pages[0].server_time.is_some() && pages[0].bytes > 100);
    assert!(reading.next("token").await.unwrap().is_none(), "the end stays the end");
}

#[tokio::test]
async fn an_empty_directory_is_complete_and_a_missing_total_never() {
    let (_server, directory) = server(|_| scim(&json!({"totalResults": 0}))).await;
    let mut reading = directory.read(&able(), What::Ids);
    assert!(!reading.is_complete(), "nothing was read yet");
    assert!(all(&mut reading).await.unwrap().is_empty() && reading.is_complete());

    let (_server, directory) = server(|request| scim(&json!({"Resources": by_index(request, 3, 9)}))).await;
    let mut reading = directory.read(&able(), What::Ids);
    assert_eq!(ids(&all(&mut reading).await.unwrap()).len(), 3);
    assert!(!reading.is_complete());
}

#[tokio::test]
async fn totals_that_lie_make_the_reading_incomplete() {
    for (said, honest) in [(json!(9), false), (json!(11), false), (json!("10"), true), (json!("many"), false)]
    {
        let told = said.clone();
        let (_server, directory) = server(move |request| list(told.clone(), by_index(request, 10, 4))).await;
        let mut reading = directory.read(&able(), What::Everything);
        assert_eq!(
            ids(&all(&mut reading).await.unwrap()).len(),
            10,
            "stopped by an empty page, not by arithmetic"
        );
        assert_eq!(reading.is_complete(), honest, "{said}");
    }
}

#[tokio::test]
async fn a_total_that_changes_is_followed() {
    let (_server, directory) = server(|request| {
        let total = if number(request, "startIndex") > 1 { 6 } else { 4 };
        list(total, by_index(request, total, 4))
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    assert_eq!(ids(&all(&mut reading).await.unwrap()).len(), 6);
    assert!(reading.is_complete() && reading.total() == Some(6));
    assert!(!reading.is_steady(), "an account may have slid from one page to the next");
}

#[tokio::test]
async fn the_same_account_on_two_pages_is_given_once() {
    let (_server, directory) = server(|request| match number(request, "startIndex") {
        1 => list(3, vec![account(1), account(2)]),
        3 => list(3, vec![account(2), account(3)]),
        _ => list(3, Vec::<Value>::new()),
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    assert_eq!(ids(&all(&mut reading).await.unwrap()), ["a1", "a2", "a3"]);
    assert!(reading.is_complete());
}

#[tokio::test]
async fn a_server_without_paging_is_read_once_and_one_that_loops_is_given_up() {
    for (total, ends) in [(3, true), (9, false)] {
        let (server, directory) =
            server(move |_| list(total, (1..=3).map(account).collect::<Vec<_>>())).await;
        let mut reading = directory.read(&able(), What::Everything);
        let end = all(&mut reading).await;
        assert_eq!(end.is_ok(), ends);
        assert!(ends || matches!(end, Err(Error::PagesDoNotEnd)));
        assert_eq!(reading.is_complete(), ends);
        assert_eq!(server.received_requests().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_server_that_refuses_an_index_after_the_last_has_ended() {
    let (_server, directory) = server(|request| match number(request, "startIndex") {
        1 => list(2, vec![account(1), account(2)]),
        _ => ResponseTemplate::new(400).set_body_json(json!({"status": "400", "scimType": "invalidValue"})),
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    assert_eq!(ids(&all(&mut reading).await.unwrap()).len(), 2);
    assert!(reading.is_complete());
}

fn with_cursor() -> Abilities {
    Abilities { cursor: true, ..able() }
}

#[tokio::test]
async fn cursors_are_followed_until_there_is_none_and_empty_pages_are_passed() {
    let (server, directory) = server(|request| match query(request, "cursor").as_deref() {
        Some("") => scim(&json!({"totalResults": 2, "nextCursor": "b&c=\"", "Resources": [account(1)]})),
        Some("b&c=\"") => scim(&json!({"totalResults": 2, "nextCursor": "d", "Resources": []})),
        Some("d") => scim(&json!({"totalResults": 2, "Resources": [account(2)]})),
        other => panic!("{other:?}"),
    })
    .await;
    let mut reading = directory.read(&with_cursor(), What::Ids);
    let pages = all(&mut reading).await.unwrap();
    assert_eq!(ids(&pages), ["a1", "a2"]);
    assert!(reading.is_complete() && pages.iter().all(|page| page.accounts.is_empty()));
    for request in server.received_requests().await.unwrap() {
        assert_eq!(query(&request, "attributes").as_deref(), Some("id,meta.version"));
        assert_eq!((query(&request, "count").as_deref(), query(&request, "startIndex")), (Some("4"), None));
    }
}

#[tokio::test]
async fn without_a_total_the_missing_cursor_is_the_end() {
    let (_server, directory) = server(|request| match query(request, "cursor").as_deref() {
        Some("") => scim(&json!({"nextCursor": "b", "Resources": [account(1)]})),
        Some("b") => scim(&json!({"nextCursor": "c"})),
        _ => scim(&json!({"Resources": [account(2)]})),
    })
    .await;
    let mut reading = directory.read(&with_cursor(), What::Ids);
    assert!(!reading.is_complete(), "nothing was read yet");
    reading.next("token").await.unwrap();
    assert!(!reading.is_complete(), "a page with a cursor is not the last");
    assert_eq!(ids(&all(&mut reading).await.unwrap()), ["a2"]);
    assert!(reading.is_complete() && reading.is_steady() && reading.total().is_none());

    let (_server, directory) = server(|_| scim(&json!({"itemsPerPage": 0}))).await;
    let mut reading = directory.read(&with_cursor(), What::Ids);
    assert!(all(&mut reading).await.unwrap().is_empty() && reading.is_complete());

    let nameless = json!({"Resources": [{"userName": "x"}, account(1)]});
    let (_server, directory) = server(move |_| scim(&nameless)).await;
    let mut reading = directory.read(&with_cursor(), What::Ids);
    all(&mut reading).await.unwrap();
    assert!(!reading.is_complete(), "what has no identifier could be any account");

    let (_server, directory) = server(|request| match query(request, "cursor").as_deref() {
        Some("") => scim(&json!({"nextCursor": "b", "totalResults": 3, "Resources": [account(1)]})),
        _ => scim(&json!({"Resources": [account(2)]})),
    })
    .await;
    let mut reading = directory.read(&with_cursor(), What::Ids);
    all(&mut reading).await.unwrap();
    assert!(!reading.is_complete(), "a total that was said once still has to be met");
}

#[tokio::test]
async fn a_cursor_is_followed_where_an_index_was_asked_for() {
    for total in [None, Some(3)] {
        let (server, directory) = server(move |request| match query(request, "cursor").as_deref() {
            None => scim(
                &json!({"totalResults": total, "nextCursor": "b", "Resources": [account(1), account(2)]}),
            ),
            Some("b") => scim(&json!({"totalResults": total, "Resources": [account(3)]})),
            other => panic!("{other:?}"),
        })
        .await;
        let mut reading = directory.read(&able(), What::Everything);
        assert_eq!(ids(&all(&mut reading).await.unwrap()), ["a1", "a2", "a3"], "{total:?}");
        assert!(reading.is_complete(), "{total:?}");
        let asked = server.received_requests().await.unwrap();
        assert_eq!((asked.len(), query(&asked[1], "startIndex")), (2, None));
    }
    // A cursor on the last page leads nowhere: all that was announced is here.
    let (server, directory) = server(|request| match number(request, "startIndex") {
        1 => scim(&json!({"totalResults": 1, "nextCursor": "b", "Resources": [account(1)]})),
        _ => list(1, Vec::<Value>::new()),
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    assert_eq!(ids(&all(&mut reading).await.unwrap()), ["a1"]);
    assert!(reading.is_complete());
    let asked = server.received_requests().await.unwrap();
    assert!(asked.iter().all(|request| query(request, "cursor").is_none()));
}

#[tokio::test]
async fn a_cursor_that_comes_back_or_never_ends_is_given_up() {
    let (_server, directory) =
        server(|_| scim(&json!({"totalResults": 9, "nextCursor": "same", "Resources": [account(1)]}))).await;
    assert!(matches!(all(&mut directory.read(&with_cursor(), What::Ids)).await, Err(Error::PagesDoNotEnd)));

    let asked = AtomicUsize::new(0);
    let (_server, directory) = server(move |_| {
        scim(&json!({"nextCursor": asked.fetch_add(1, SeqCst).to_string(), "Resources": []}))
    })
    .await;
    assert!(matches!(all(&mut directory.read(&with_cursor(), What::Ids)).await, Err(Error::PagesDoNotEnd)));
}

#[tokio::test]
async fn a_forgotten_cursor_starts_the_reading_again_once() {
    for forgets in [1, 2] {
        let left = Arc::new(AtomicUsize::new(forgets));
        let (_server, directory) = server(move |request| match query(request, "cursor").as_deref() {
            Some("") => scim(&json!({"totalResults": 2, "nextCursor": "next", "Resources": [account(1)]})),
            _ if left.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_ok() => {
                ResponseTemplate::new(400)
                    .set_body_json(json!({"status": "400", "scimType": "expiredCursor", "detail": "gone"}))
            }
            _ => scim(&json!({"totalResults": 2, "Resources": [account(2)]})),
        })
        .await;
        let mut reading = directory.read(&with_cursor(), What::Everything);
        match all(&mut reading).await {
            Ok(pages) => assert!(forgets == 1 && reading.is_complete() && ids(&pages) == ["a1", "a1", "a2"]),
            Err(error) => {
                assert!(forgets == 2 && matches!(error, Error::CursorExpired) && !reading.is_complete());
            }
        }
    }
}

#[tokio::test]
async fn the_same_page_can_be_asked_for_with_another_token() {
    let (_server, directory) = server(|request| {
        let bearer = request.headers["authorization"].to_str().unwrap();
        if number(request, "startIndex") > 4 && bearer != "Bearer new" {
            return ResponseTemplate::new(401);
        }
        list(6, by_index(request, 6, 4))
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    assert_eq!(reading.next("old").await.unwrap().unwrap().accounts.len(), 4);
    assert!(matches!(reading.next("old").await, Err(Error::Unauthorized)));
    let second = reading.next("new").await.unwrap().unwrap();
    assert_eq!(ids(&[second]), ["a5", "a6"]);
    assert!(reading.next("new").await.unwrap().is_none() && reading.is_complete());
}

#[tokio::test]
async fn changes_are_asked_for_with_a_filter_and_a_server_that_ignores_it_is_noticed() {
    let since = "2026-11-20T09:00:00.5Z".parse().unwrap();
    for (modified, ignored) in
        [("2026-11-20T09:00:00.5Z", false), ("2026-11-20T09:00:00Z", true), ("3026-01-01T00:00:00Z", false)]
    {
        let (server, directory) = server(move |request| match number(request, "startIndex") {
            1 => list(
                2,
                vec![
                    json!({"id": "a1", "userName": "x", "meta": {"lastModified": modified}}),
                    json!({"id": "a2", "userName": "y"}),
                ],
            ),
            _ => list(2, Vec::<Value>::new()),
        })
        .await;
        let mut reading = directory.read(&able(), What::ChangedSince(since));
        let pages = all(&mut reading).await.unwrap();
        assert_eq!(pages[0].accounts[0].last_modified.unwrap(), modified.parse().unwrap());
        assert_eq!(pages[0].accounts[1].last_modified, None);
        assert_eq!(
            (ids(&pages).len(), reading.filter_ignored()),
            (2, ignored),
            "given all the same: {modified}"
        );
        let asked = &server.received_requests().await.unwrap()[0];
        assert_eq!(query(asked, "filter").unwrap(), r#"meta.lastModified ge "2026-11-20T09:00:00.5Z""#);
    }
}

#[tokio::test]
async fn a_server_without_filters_is_not_sent_one() {
    let (server, directory) = server(|request| list(1, by_index(request, 1, 1))).await;
    let blind = Abilities { filter: false, ..able() };
    let mut reading = directory.read(&blind, What::ChangedSince("2026-11-21T00:00:00Z".parse().unwrap()));
    all(&mut reading).await.unwrap();
    assert!(reading.filter_ignored());
    assert!(query(&server.received_requests().await.unwrap()[0], "filter").is_none());
}

#[tokio::test]
async fn a_server_that_refuses_to_say_what_changed_is_read_whole_in_the_same_reading() {
    let refusals = [
        ResponseTemplate::new(400).set_body_json(json!({"status": "400", "scimType": "invalidFilter"})),
        ResponseTemplate::new(400),
        ResponseTemplate::new(403),
        ResponseTemplate::new(501),
    ];
    for refusal in refusals {
        let (server, directory) = server(move |request| match query(request, "filter") {
            Some(_) => refusal.clone(),
            None => list(6, by_index(request, 6, 4)),
        })
        .await;
        let mut reading =
            directory.read(&able(), What::ChangedSince("2026-11-21T00:00:00Z".parse().unwrap()));
        assert_eq!(ids(&all(&mut reading).await.unwrap()).len(), 6);
        assert!(reading.changes_refused() && reading.is_complete() && !reading.narrowing_refused());
        assert!(!reading.filter_ignored(), "nothing is missing that would have to be read again");
        let asked = server.received_requests().await.unwrap();
        assert_eq!(asked.iter().filter(|request| query(request, "filter").is_some()).count(), 1);
    }
}

#[tokio::test]
async fn a_filter_that_narrows_is_left_out_where_it_alone_is_refused() {
    for refuses_both in [false, true] {
        let (server, directory) = server(move |request| match query(request, "filter") {
            Some(filter) if refuses_both || filter.contains("lastModified") => ResponseTemplate::new(400),
            _ => list(2, by_index(request, 2, 4)),
        })
        .await;
        let narrow = directory.only_of(["p1"]);
        let mut reading = narrow.read(&able(), What::ChangedSince("2026-11-21T00:00:00Z".parse().unwrap()));
        assert_eq!(ids(&all(&mut reading).await.unwrap()).len(), 2);
        assert_eq!((reading.changes_refused(), reading.narrowing_refused()), (true, refuses_both));
        let last = server.received_requests().await.unwrap().pop().unwrap();
        assert_eq!(query(&last, "filter").is_some(), !refuses_both, "what is not refused stays asked");
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_the_filters_is_told() {
    let (server, directory) = server(|_| ResponseTemplate::new(403)).await;
    let mut reading = directory.read(&able(), What::ChangedSince("2026-11-21T00:00:00Z".parse().unwrap()));
    assert!(matches!(all(&mut reading).await, Err(Error::Forbidden)));
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_unreadable_are_counted_and_known_to_exist() {
    let bad = json!({"id": "a9", "userName": "x", "grants": [{"display": "no identifier"}]});
    let nameless: Value = json!({"userName": "x"});
    let (_server, directory) = server(move |request| match number(request, "startIndex") {
        1 => list(2, vec![account(1), bad.clone()]),
        3 => list(2, vec![account(2), nameless.clone()]),
        _ => list(2, Vec::<Value>::new()),
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    let first = reading.next("token").await.unwrap().unwrap();
    assert_eq!((first.accounts.len(), first.unreadable, first.ids[1].0.as_str()), (1, 1, "a9"));
    assert_eq!(first.unreadable_ids, ["a9".into()]);
    let second = reading.next("token").await.unwrap().unwrap();
    assert_eq!((second.accounts.len(), second.unreadable, second.ids.len()), (1, 1, 1));
    assert!(reading.next("token").await.unwrap().is_none());
    assert!(!reading.is_complete(), "what has no identifier could be any account");
}

#[tokio::test]
async fn a_record_that_begins_with_nothing_readable_is_refused() {
    let (_server, directory) = server(|_| list(2, vec![json!({"userName": "x"}), json!(7)])).await;
    let mut reading = directory.read(&able(), What::Everything);
    assert!(matches!(reading.next("token").await, Err(Error::NotUsable(_))));
}

#[tokio::test]
async fn one_unreadable_account_stops_no_reading() {
    let bad = |n: usize| json!({"id": format!("bad{n}"), "userName": "x", "grants": 7});
    let (_server, directory) = server(move |request| match number(request, "startIndex") {
        1 => list(2, vec![account(1)]),
        2 => list(2, vec![bad(2)]),
        _ => list(2, Vec::<Value>::new()),
    })
    .await;
    let mut reading = directory.read(&able(), What::Everything);
    let pages = all(&mut reading).await.unwrap();
    assert_eq!((ids(&pages).len(), pages[1].unreadable), (2, 1), "alone on a later page");
    assert!(reading.is_complete());

    let (_server, directory) = server(move |request| match number(request, "startIndex") {
        1 => list(2, vec![bad(1), bad(2)]),
        _ => list(2, Vec::<Value>::new()),
    })
    .await;
    let changed = What::ChangedSince("2026-11-20T09:00:00Z".parse().unwrap());
    let pages = all(&mut directory.read(&able(), changed)).await.unwrap();
    assert_eq!(pages[0].unreadable_ids.len(), 2, "all that changed, but not all there is");

    let (_server, directory) = server(move |request| match number(request, "startIndex") {
        1 => list(1, vec![bad(1)]),
        _ => list(1, Vec::<Value>::new()),
    })
    .await;
    let pages = all(&mut directory.read(&able(), What::Everything)).await.unwrap();
    assert_eq!(pages[0].unreadable, 1, "the only account there is");
}

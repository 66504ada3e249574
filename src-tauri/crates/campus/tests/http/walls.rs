//! Names, origins and headers.

use crate::site::{CLIENT, Site};
use reqwest::{StatusCode, header};

#[tokio::test]
async fn a_request_under_another_name_is_turned_away() {
    let site = Site::oxford().await;
    let discovery = site.at("/.well-known/openid-configuration");
    let port = discovery.rsplit_once(':').unwrap().1.split_once('/').unwrap().0.to_owned();
    for (name, expected) in [
        (format!("localhost:{port}"), StatusCode::OK),
        (format!("[::1]:{port}"), StatusCode::OK),
        (format!("campus.example.edu:{port}"), StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1".to_owned(), StatusCode::MISDIRECTED_REQUEST),
    ] {
        let answer = site.http.get(&discovery).header(header::HOST, &name).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{name}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_turned_away() {
    let site = Site::oxford().await;
    let request = site.http.post(site.at("/token")).form(&[("client_id", CLIENT)]);
    let answer = request.header(header::ORIGIN, "http://example.edu").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

/// A browser that is told to send no referrer sends `Origin: null` with every form (Fetch standard, "append a request
/// `Origin` header"), which no server can tell from another site's.
#[tokio::test]
async fn a_form_of_our_own_says_where_it_comes_from_and_is_taken() {
    let site = Site::oxford().await;
    let page = site.http.get(site.at("/device")).send().await.unwrap();
    assert_eq!(page.headers()[header::REFERRER_POLICY], "same-origin");
    let own = site.at("").trim_end_matches('/').to_owned();
    for (origin, expected) in [(own.as_str(), StatusCode::BAD_REQUEST), ("null", StatusCode::FORBIDDEN)] {
        let request = site.http.post(site.at("/token")).form(&[("client_id", CLIENT)]);
        let answer = request.header(header::ORIGIN, origin).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{origin}");
    }
}

#[tokio::test]
async fn the_clock_can_be_wrong_on_purpose() {
    let site = Site::with("oxford", |options| options.clock_offset = 3600).await;
    let answer = site.http.get(site.at("/jwks")).send().await.unwrap();
    let date = answer.headers()[header::DATE].to_str().unwrap();
    let said = jiff::fmt::rfc2822::parse(date).unwrap().timestamp().as_second();
    let ahead = said - jiff::Timestamp::now().as_second();
    assert!((3590..=3601).contains(&ahead), "an hour ahead: {ahead}");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
}

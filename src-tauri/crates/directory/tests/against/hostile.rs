//! Servers that break rules on purpose, at every endpoint.

use crate::servers::{able, raw, server};
use directory::{Directory, Error, What};
use serde_json::json;
use std::{io::Write, net::TcpStream, thread, time::Duration};
use wiremock::ResponseTemplate;

/// The error of each endpoint: who, abilities, count, a page, an account, a look-up.
const ENDPOINTS: [&str; 6] = ["me", "abilities", "count", "page", "account", "find"];

async fn error_of(directory: &Directory, endpoint: &str) -> Error {
    let error = match endpoint {
        "me" => directory.me("secret-token").await.err(),
        "abilities" => directory.abilities("secret-token").await.err(),
        "count" => directory.count("secret-token").await.err(),
        "page" => directory.read(&able(), What::Everything).next("secret-token").await.err(),
        "account" => directory.account("secret-token", &"a".into()).await.err(),
        _ => directory.find("secret-token", &able(), "office", 5).await.err(),
    };
    error.unwrap_or_else(|| panic!("{endpoint} was content"))
}

/// What every endpoint makes of `answer`.
async fn errors(answer: ResponseTemplate) -> Vec<(&'static str, Error)> {
    errors_at(&ENDPOINTS, answer).await
}

/// The same where a directory that does not say what it can do is asked on without it.
async fn errors_but_of_abilities(answer: ResponseTemplate) -> Vec<(&'static str, Error)> {
    errors_at(&ENDPOINTS.map(|endpoint| if endpoint == "abilities" { "count" } else { endpoint }), answer)
        .await
}

async fn errors_at(endpoints: &[&'static str], answer: ResponseTemplate) -> Vec<(&'static str, Error)> {
    let (_server, directory) = server(move |_| answer.clone()).await;
    let mut errors = Vec::new();
    for &endpoint in endpoints {
        errors.push((endpoint, error_of(&directory, endpoint).await));
    }
    errors
}

#[tokio::test]
async fn statuses_are_told_apart() {
    for (endpoint, error) in errors(ResponseTemplate::new(401)).await {
        assert!(matches!(error, Error::Unauthorized), "{endpoint}: {error}");
    }
    for (endpoint, error) in errors(ResponseTemplate::new(418)).await {
        assert!(matches!(error, Error::NotUsable(_)), "{endpoint}: {error}");
    }
    for status in [408, 425, 429, 500, 502, 503, 504] {
        for (endpoint, error) in errors(ResponseTemplate::new(status).set_body_string("<html>")).await {
            assert!(matches!(error, Error::Later { retry_after: None }), "{endpoint} {status}: {error}");
        }
    }
    let (_server, directory) = server(|_| ResponseTemplate::new(403)).await;
    assert!(matches!(error_of(&directory, "page").await, Error::Forbidden));
    let (_server, directory) = server(|_| ResponseTemplate::new(404)).await;
    assert!(matches!(error_of(&directory, "page").await, Error::NotUsable(_)));
}

#[tokio::test]
async fn a_wait_is_passed_on_in_either_form() {
    let seconds = ResponseTemplate::new(429).insert_header("retry-after", "120");
    let dated = ResponseTemplate::new(503)
        .insert_header("date", "Sun, 22 Nov 2026 09:00:00 GMT")
        .insert_header("retry-after", "Sun, 22 Nov 2026 09:02:00 GMT");
    for answer in [seconds, dated] {
        for (endpoint, error) in errors(answer).await {
            assert!(matches!(error, Error::Later { retry_after: Some(120) }), "{endpoint}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_page_for_a_browser_or_broken_json_is_not_usable() {
    let page = "<!doctype html><title>Sign in</title>";
    for answer in [
        ResponseTemplate::new(200).set_body_raw(page, "text/html; charset=utf-8"),
        ResponseTemplate::new(200).set_body_raw(page, "application/scim+json"),
    ] {
        for (endpoint, error) in errors_but_of_abilities(answer).await {
            assert!(matches!(error, Error::NotUsable(_)), "{endpoint}: {error:?}");
        }
    }
    for answer in [
        ResponseTemplate::new(200).set_body_raw("{\"totalResults\":", "application/scim+json"),
        ResponseTemplate::new(200).set_body_raw("[]", "application/scim+json"),
        ResponseTemplate::new(204),
    ] {
        for (endpoint, error) in errors(answer).await {
            assert!(matches!(error, Error::NotUsable(_)), "{endpoint}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_its_keyword_and_nobody() {
    let answer = ResponseTemplate::new(400).set_body_json(
        json!({"status": "400", "scimType": "invalidFilter", "detail": "Maren Tolliver may not"}),
    );
    for (endpoint, error) in errors_but_of_abilities(answer).await {
        let message = error.to_string();
        assert!(message.contains("invalidFilter") && !message.contains("Maren"), "{endpoint}: {message}");
    }
    let answer = ResponseTemplate::new(400).set_body_json(json!({"scimType": "Maren Tolliver"}));
    for (endpoint, error) in errors_but_of_abilities(answer).await {
        assert!(!error.to_string().contains("Maren"), "{endpoint}: {error}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_token_sent_on() {
    let (elsewhere, _) = server(|_| ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = ResponseTemplate::new(status).insert_header("location", elsewhere.uri().as_str());
        for (endpoint, error) in errors(answer).await {
            assert!(matches!(error, Error::Redirected), "{endpoint} {status}: {error:?}");
        }
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_endless_body_is_cut_at_every_endpoint() {
    for endpoint in ENDPOINTS {
        let directory = raw(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/scim+json\r\ncontent-length: 2147483648\r\n\r\n{\"x\":\"")?;
            endless(stream, &b"x".repeat(64 * 1024))
        });
        assert!(matches!(error_of(&directory, endpoint).await, Error::TooLarge), "{endpoint}");
    }
}

#[tokio::test]
async fn a_compressed_bomb_is_cut_at_every_endpoint() {
    for endpoint in ENDPOINTS {
        let directory = raw(|stream| {
            stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/scim+json\r\ncontent-encoding: gzip\r\n\r\n",
            )?;
            // RFC 1952 header, then RFC 1951: one block with fixed codes, a letter, and "the last letter 258 times
            // again" for ever. That is 13 bits each, so whole bytes repeat after 13 bytes: 16 MiB take about 100 kB.
            stream.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])?;
            let letter = [1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0];
            let again = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
            let bits: Vec<u8> =
                letter.into_iter().chain(again.into_iter().cycle().take(13 * 8 + 5)).collect();
            let bytes: Vec<u8> =
                bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit)).collect();
            stream.write_all(&bytes[..2])?;
            endless(stream, &bytes[2..15].repeat(4_000))
        });
        assert!(matches!(error_of(&directory, endpoint).await, Error::TooLarge), "{endpoint}");
    }
}

/// 2 GiB of `chunk`, or until the client hangs up.
fn endless(stream: &mut TcpStream, chunk: &[u8]) -> std::io::Result<()> {
    for _ in 0..(2_usize << 30) / chunk.len() {
        stream.write_all(chunk)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_hangs_or_hangs_up_is_no_answer() {
    for endpoint in ENDPOINTS {
        let silent = raw(|_| {
            thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        assert!(matches!(error_of(&silent, endpoint).await, Error::NoAnswer(_)), "{endpoint}");
        let half = raw(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"totalResults\":1")
        });
        let error = error_of(&half, endpoint).await;
        assert!(matches!(error, Error::NoAnswer(_)), "{endpoint}: {error:?}");
        assert!(!format!("{error:?}").contains("secret-token"));
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_not_sent() {
    let (server, directory) = server(|_| ResponseTemplate::new(200)).await;
    assert!(matches!(directory.me("a\r\nx: y").await, Err(Error::NotUsable(_))));
    assert!(server.received_requests().await.unwrap().is_empty());
}

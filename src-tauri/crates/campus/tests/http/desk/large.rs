//! Requests that say much: nothing that the desk answers is more than a program reads.

use super::{OFFICER, OWNER, SERVICE_DESK, count, oxford, wish};
use crate::site::{Answer, Site};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// What a program reads of one answer, in bytes.
const MOST_READ: usize = 1024 * 1024;

/// Text of 2000 characters that takes six times as many bytes on its way.
fn long() -> String {
    "\u{1}".repeat(2000)
}

/// The longest request that Oxford's booking form takes: 60 kB.
async fn long_request(site: &Site) -> Value {
    let room = site.account("basalt-room").await["id"].clone();
    let lists = ["outright-list", "ask-list", "also-ask-list", "decides"];
    let answers: Value = lists.iter().map(|list| ((*list).to_owned(), Value::from(long()))).collect();
    let mut body = wish("set-booking", &room, &[], &answers);
    body["note"] = long().into();
    body
}

fn references(page: &Value) -> Vec<String> {
    let requests = page["requests"].as_array().unwrap().iter();
    requests.map(|request| request["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn however_long_the_answers_are_everything_that_waits_is_listed() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let mut asked = Vec::new();
    for _ in 0..30 {
        asked.push(site.asked(&maren, &long_request(&site).await).await);
    }
    asked.reverse();
    for (who, scope) in [(SERVICE_DESK, "to-decide"), (OFFICER, "to-decide"), (OWNER, "mine")] {
        let token = site.sign_in(who).await;
        for most in [20, 200] {
            let mut seen = Vec::new();
            let mut pages = 0;
            while seen.len() < asked.len() {
                let path = format!("/requests?scope={scope}&open=true&start={}&count={most}", seen.len());
                let answer = site.desk(Method::GET, &path, &token, None).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
                assert!(answer.text.len() < MOST_READ, "{who}, {most}: {} bytes", answer.text.len());
                assert_eq!(answer.json()["total"], 30, "of all, wherever the page ends");
                let page = references(&answer.json());
                assert!(!page.is_empty(), "{who}, {most}: every page gets on");
                seen.extend(page);
                pages += 1;
            }
            assert_eq!(seen, asked, "{who}, {most}: each once, newest first");
            assert_eq!(pages, 3, "{who}, {most}: as full as they may be");
        }
    }
}

/// An institution like Oxford whose desk asks forty questions without a limit of their own.
async fn asks_much() -> Site {
    let profile = std::fs::read_to_string("../institutions/data/oxford/profile.toml").unwrap();
    let question = "title = \"More\"\ntype = \"string\"\nx-long = true\n";
    let more: Vec<_> = (0..40).map(|n| format!("[request.form.properties.more-{n}]\n{question}")).collect();
    let profile = profile.replace("[usernames]", &format!("{}\n[usernames]", more.join("\n")));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, profile).unwrap();
    Site::with(file.to_str().unwrap(), |_| ()).await
}

#[tokio::test]
async fn a_request_that_could_not_be_read_back_is_not_taken() {
    let site = asks_much().await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let body = |questions: usize| {
        let long = "\u{1}".repeat(4000);
        let answers = (0..questions).map(|n| (format!("more-{n}"), Value::from(long.as_str())));
        let short = [("subject".to_owned(), json!("Hello")), ("message".to_owned(), json!("So."))];
        wish("ask-desk", &Value::Null, &[], &answers.chain(short).collect())
    };
    let large = site.ask(&maren, &body(24)).await;
    assert_eq!((large.status, &large.json()["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too-large")));
    for table in ["SELECT count(*) FROM request", "SELECT count(*) FROM trail"] {
        assert_eq!(count(&site, table).await, 0, "nothing came of it");
    }
    // What is just small enough can be asked about until there is no more room, answered, and decided.
    let reference = site.asked(&maren, &body(21)).await;
    let read = async || {
        let answer = site.desk(Method::GET, &format!("/requests/{reference}"), &samir, None).await;
        assert!(answer.text.len() < MOST_READ, "{} bytes", answer.text.len());
        answer.json()
    };
    let said = talked_out(&site, &samir, &maren, &reference).await;
    assert!((4..100).contains(&said), "{said}: it is full before a hundred are said");
    assert_eq!(read().await["messages"].as_array().unwrap().len(), said);
    let body = json!({"approve": true, "reason": long()});
    let decided =
        site.desk(Method::POST, &format!("/requests/{reference}/decision"), &samir, Some(body)).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
    assert_eq!(read().await["decision"]["reason"], long());
}

/// Asks and answers at length until no more can be asked. Answers how much was said.
async fn talked_out(site: &Site, decider: &str, requester: &str, reference: &str) -> usize {
    let mut said = 0;
    loop {
        let asked: Answer = site.question(decider, reference, &long()).await;
        if asked.status == StatusCode::CONFLICT {
            assert_eq!(asked.json()["code"], "too-many-messages");
            return said;
        }
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
        let replied = site.reply(requester, reference, &long()).await;
        assert_eq!(replied.status, StatusCode::OK, "what is asked can be answered: {}", replied.text);
        said += 2;
    }
}

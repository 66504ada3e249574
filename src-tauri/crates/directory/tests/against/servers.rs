//! Directories for tests, on loopback: one that answers by a closure, one that writes bytes.

use directory::{Abilities, Directory};
use serde_json::{Value, json};
use std::{
    io::Read,
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};
use web::{Limits, Web};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub(crate) fn directory_at(origin: &str) -> Directory {
    let short = Duration::from_millis(500);
    let limits = Limits { connect: short, silence: short, whole: Duration::from_secs(30) };
    Directory::new(Web::new(limits), &format!("{origin}/scim/v2"), "/SecondaryAccounts").unwrap()
}

struct Answers<F>(F);

impl<F: Fn(&Request) -> ResponseTemplate + Send + Sync> Respond for Answers<F> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        (self.0)(request)
    }
}

/// A server that answers everything by `answer`.
pub(crate) async fn server(
    answer: impl Fn(&Request) -> ResponseTemplate + Send + Sync + 'static,
) -> (MockServer, Directory) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Answers(answer)).mount(&server).await;
    let directory = directory_at(&server.uri());
    (server, directory)
}

/// A server that writes raw bytes on its first connection.
pub(crate) fn raw(write: impl FnOnce(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> Directory {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        // The client hangs up as soon as it has seen enough: a write error is the expected end.
        let _ = write(&mut stream);
    });
    directory_at(&origin)
}

pub(crate) fn query(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(crate) fn number(request: &Request, name: &str) -> usize {
    query(request, name).and_then(|text| text.parse().ok()).unwrap()
}

pub(crate) fn account(n: usize) -> Value {
    json!({"id": format!("a{n}"), "userName": format!("office{n}"), "displayName": format!("Office {n}"),
        "meta": {"version": format!("W/\"{n}\""), "lastModified": "2026-11-20T09:00:00Z"}})
}

pub(crate) fn scim(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_string(), "application/scim+json")
}

pub(crate) fn list(total: impl Into<Value>, resources: impl Into<Value>) -> ResponseTemplate {
    scim(&json!({"totalResults": total.into(), "Resources": resources.into()}))
}

/// Accounts 1 to `total` by index, at most `most` at a time.
pub(crate) fn by_index(request: &Request, total: usize, most: usize) -> Vec<Value> {
    let start = number(request, "startIndex");
    let end = total.min(start - 1 + most.min(number(request, "count")));
    (start..=end).map(account).collect()
}

pub(crate) fn able() -> Abilities {
    Abilities { filter: true, cursor: false, index: true, max_page: 4 }
}

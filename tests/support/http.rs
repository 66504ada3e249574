//! As much of HTTP/1.1 as a browser needs to sign in on this computer: loopback only, one request a connection.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, with the address that gave it.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where it sends the browser, if it does.
    pub(super) fn redirect(&self) -> Option<Url> {
        let location = self.header("location").filter(|_| (300..400).contains(&self.status))?;
        Some(
            self.url
                .join(location)
                .unwrap_or_else(|error| panic!("{} leads to {location:?}: {error}", self.url)),
        )
    }
}

/// A browser's memory between requests: cookies, kept apart by host and port.
#[derive(Debug, Default)]
pub(super) struct Session {
    cookies: HashMap<String, HashMap<String, String>>,
}

impl Session {
    pub(super) async fn get(&mut self, url: &Url) -> Answer {
        self.send("GET", url, None).await
    }

    pub(super) async fn post(&mut self, url: &Url, fields: &[(String, String)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", url, Some(body)).await
    }

    async fn send(&mut self, method: &str, url: &Url, form: Option<String>) -> Answer {
        let answer = tokio::time::timeout(PATIENCE, self.exchange(method, url, form))
            .await
            .unwrap_or_else(|_| panic!("{method} {url} was not answered within {} s", PATIENCE.as_secs()));
        self.remember(&answer);
        answer
    }

    async fn exchange(&self, method: &str, url: &Url, form: Option<String>) -> Answer {
        let mut headers = "Accept: text/html\r\n".to_owned();
        if let Some(cookies) = self.cookies.get(&authority(url)).filter(|cookies| !cookies.is_empty()) {
            let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.extend(["Cookie: ", &pairs.join("; "), "\r\n"]);
        }
        let body = form.unwrap_or_default();
        if method == "POST" {
            let (origin, length) = (url.origin().ascii_serialization(), body.len().to_string());
            let kind = "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
            headers.extend(["Origin: ", &origin, kind, &length, "\r\n"]);
        }
        exchange(method, url, &headers, &body).await
    }

    fn remember(&mut self, answer: &Answer) {
        let jar = self.cookies.entry(authority(&answer.url)).or_default();
        for (_, value) in answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let pair = value.split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                // Servers take a cookie back by emptying it.
                Some((name, "")) => drop(jar.remove(name.trim())),
                Some((name, value)) => drop(jar.insert(name.trim().to_owned(), value.to_owned())),
                None => {}
            }
        }
    }
}

/// Asks a SCIM server with a token. Panics where it refuses; nothing is `null`.
pub(super) async fn json(method: &str, url: &Url, token: &str, body: Option<&Value>) -> Value {
    let body = body.map(Value::to_string).unwrap_or_default();
    let kind = if url.path().contains("/scim/") { "application/scim+json" } else { "application/json" };
    let length = body.len();
    let headers = format!(
        "Authorization: Bearer {token}\r\nAccept: {kind}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
    );
    let answer = exchange(method, url, &headers, &body).await;
    assert!((200..300).contains(&answer.status), "{method} {url}: {} {}", answer.status, answer.body);
    if answer.body.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

async fn exchange(method: &str, url: &Url, headers: &str, body: &str) -> Answer {
    let host = authority(url);
    let connected = TcpStream::connect(&host).await;
    let mut stream = connected.unwrap_or_else(|error| panic!("nobody answers at {url}: {error}"));
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.expect("the server reads the request");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("the server answers");
    parse(url, &bytes)
}

/// Host and port. Panics at an address beyond this computer: no test reaches out.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    assert!(
        url.scheme() == "http" && matches!(host, "127.0.0.1" | "localhost" | "[::1]"),
        "a test may not leave this computer: {url}"
    );
    format!("{host}:{}", url.port_or_known_default().unwrap_or(80))
}

fn parse(url: &Url, bytes: &[u8]) -> Answer {
    let split = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let split =
        split.unwrap_or_else(|| panic!("{url} did not answer in HTTP: {:?}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8_lossy(&bytes[..split]);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let body = &bytes[split + 4..];
    let chunked = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked")
    });
    let body = if chunked { unchunk(body) } else { body.to_vec() };
    Answer {
        url: url.clone(),
        status: status.expect("a status line"),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Joins the chunks of a body (RFC 9112 section 7.1).
fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..end]);
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16).unwrap_or(0);
        let from = end + 2;
        if size == 0 || rest.len() < from + size {
            break;
        }
        body.extend_from_slice(&rest[from..from + size]);
        rest = rest.get(from + size + 2..).unwrap_or_default();
    }
    body
}

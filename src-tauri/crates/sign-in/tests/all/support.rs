//! A provider on loopback that the tests bend as they like, and the browser that comes back from it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};
use sign_in::{BrowserSignIn, Choose, Error, Landing, Provider, SignedIn, discover};
use std::{collections::HashMap, io::Write, net::TcpListener, sync::LazyLock, thread, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;
use web::{Limits, Web};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

pub(crate) const CLIENT: &str = "desktop";

/// The provider's key, and one that it never published.
pub(crate) static KEY: LazyLock<CoreRsaPrivateSigningKey> = LazyLock::new(key);
pub(crate) static OTHER_KEY: LazyLock<CoreRsaPrivateSigningKey> = LazyLock::new(key);

fn key() -> CoreRsaPrivateSigningKey {
    let key = rsa::RsaPrivateKey::new(&mut rand::thread_rng(), 2048).unwrap();
    let pem = key.to_pkcs1_pem(rsa::pkcs1::LineEnding::LF).unwrap();
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new("k1".into()))).unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub(crate) fn hour_ahead() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

pub(crate) fn hour_behind() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

pub(crate) fn web() -> Web {
    let short = Duration::from_secs(2);
    Web::new(Limits { connect: short, silence: short, whole: Duration::from_secs(5) })
}

pub(crate) fn words() -> Landing {
    Landing {
        signed_in: "You are signed in".into(),
        refused: "You are not signed in".into(),
        not_known: "It is not known yet".into(),
        patience: Duration::from_secs(10),
        title: "Accounts".into(),
        lang: "en-GB".into(),
    }
}

/// Whoever signs in is fine.
pub(crate) async fn anybody(signed_in: SignedIn) -> Result<SignedIn, Error> {
    Ok(signed_in)
}

pub(crate) struct Op {
    pub(crate) server: MockServer,
}

impl Op {
    pub(crate) async fn start() -> Self {
        Self::bent(|_| {}).await
    }

    /// With a discovery document that `bend` has changed.
    pub(crate) async fn bent(bend: impl FnOnce(&mut Value)) -> Self {
        let server = MockServer::start().await;
        let at = server.uri();
        let mut document = json!({
            "issuer": at,
            "authorization_endpoint": format!("{at}/authorize"),
            "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/keys"),
            "device_authorization_endpoint": format!("{at}/device"),
            "revocation_endpoint": format!("{at}/revoke"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        bend(&mut document);
        let op = Self { server };
        op.get("/.well-known/openid-configuration", document).await;
        let keys = json!({ "keys": [KEY.as_verification_key()] });
        op.get("/keys", keys).await;
        op
    }

    pub(crate) async fn get(&self, at: &str, body: Value) {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    pub(crate) async fn post(&self, at: &str, answer: ResponseTemplate) {
        Mock::given(method("POST")).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    pub(crate) fn provider(&self) -> Provider {
        provider(&self.server.uri())
    }

    /// Claims that are right in every way.
    pub(crate) fn claims(&self, nonce: Option<&str>) -> Value {
        let mut claims = json!({
            "iss": self.server.uri(), "sub": "jo", "aud": CLIENT,
            "iat": now().as_second(), "exp": now().as_second() + 300, "name": "Jo Ferrand",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        claims
    }

    pub(crate) async fn requests(&self, at: &str) -> Vec<HashMap<String, String>> {
        let all = self.server.received_requests().await.unwrap();
        all.iter()
            .filter(|request| request.url.path() == at)
            .map(|request| url::form_urlencoded::parse(&request.body).into_owned().collect())
            .collect()
    }
}

pub(crate) fn provider(issuer: &str) -> Provider {
    Provider {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        scopes: vec!["profile".into(), "offline_access".into()],
        loopback_ports: vec![],
        redirect_path: "/callback".into(),
        redirect_host: "127.0.0.1".into(),
        device_code: true,
        one_prompt: false,
        resource: None,
    }
}

pub(crate) fn sign(key: &CoreRsaPrivateSigningKey, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn id_token(claims: &Value) -> String {
    sign(&KEY, &json!({ "alg": "RS256", "typ": "JWT", "kid": "k1" }), claims)
}

pub(crate) fn token_answer(id_token: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "access_token": "access-1", "token_type": "bearer", "expires_in": 300,
        "refresh_token": "refresh-1", "id_token": id_token,
    }))
}

pub(crate) fn query(link: &str) -> HashMap<String, String> {
    link.parse::<Url>().unwrap().query_pairs().into_owned().collect()
}

/// Sends `request` to the loopback listener and reads the answer to its end.
pub(crate) async fn knock(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A listener that has heard enough may hang up before everything is written.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

pub(crate) fn port_of(sign_in: &BrowserSignIn) -> u16 {
    query(sign_in.link())["redirect_uri"].parse::<Url>().unwrap().port().unwrap()
}

pub(crate) fn request_for(port: u16, parameters: &str) -> String {
    format!("GET /callback?{parameters} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
}

/// The browser returns with the right state and `rest`.
pub(crate) async fn come_back(link: &str, rest: &str) -> String {
    let asked = query(link);
    let port = asked["redirect_uri"].parse::<Url>().unwrap().port().unwrap();
    knock(port, &request_for(port, &format!("state={}&{rest}", asked["state"]))).await
}

/// Waits for the browser, and finishes.
pub(crate) async fn finish<Checked: Future<Output = Result<SignedIn, Error>>>(
    sign_in: BrowserSignIn,
    web: &Web,
    words: &Landing,
    clock: fn() -> Timestamp,
    check: impl FnOnce(SignedIn) -> Checked,
) -> Result<SignedIn, Error> {
    sign_in.returned().await.finish(web, words, clock, check).await
}

/// A whole sign-in whose id_token's claims are bent by `bend` and signed by `seal`.
pub(crate) async fn sign_in_with(
    op: &Op,
    bend: impl FnOnce(&mut Value),
    seal: impl FnOnce(&Value) -> String,
    clock: fn() -> Timestamp,
) -> Result<SignedIn, Error> {
    let web = web();
    let discovered = discover(&web, &op.provider()).await?;
    let sign_in = BrowserSignIn::start(&discovered, Choose::No).await?;
    let link = sign_in.link().to_owned();
    let mut claims = op.claims(Some(&query(&link)["nonce"]));
    bend(&mut claims);
    op.post("/token", token_answer(&seal(&claims))).await;
    let words = words();
    let (outcome, _page) =
        tokio::join!(finish(sign_in, &web, &words, clock, anybody), come_back(&link, "code=c"));
    outcome
}

/// What a broken server does with every request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Broken {
    Endless,
    EndlessGzip,
    Page,
    PageRefusal,
    Elsewhere,
    Silent,
    Busy,
}

/// Serves any number of connections, each in the same broken way.
pub(crate) fn broken(how: Broken) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = std::io::Read::read(&mut stream, &mut [0; 8192]);
            // The client hangs up when it has seen enough: a write error is the expected end.
            thread::spawn(move || drop(break_down(&mut stream, how)));
        }
    });
    format!("http://{address}")
}

fn break_down(stream: &mut std::net::TcpStream, how: Broken) -> std::io::Result<()> {
    let page = "content-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>";
    match how {
        Broken::Endless => {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2147483648\r\n\r\n";
            stream.write_all(head.as_bytes())?;
            let blanks = vec![b' '; 64 * 1024];
            (0..32 * 1024).try_for_each(|_| stream.write_all(&blanks))
        }
        Broken::EndlessGzip => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
            stream.write_all(head.as_bytes())?;
            let (start, again) = bomb();
            stream.write_all(&start)?;
            let again = again.repeat(1000);
            // Each turn unpacks to two megabytes: two gibibytes in all.
            (0..1024).try_for_each(|_| stream.write_all(&again))
        }
        Broken::Page => stream.write_all(format!("HTTP/1.1 200 OK\r\n{page}").as_bytes()),
        Broken::PageRefusal => stream.write_all(format!("HTTP/1.1 403 Forbidden\r\n{page}").as_bytes()),
        Broken::Elsewhere => stream.write_all(
            b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        ),
        Broken::Silent => {
            thread::sleep(Duration::from_secs(4));
            Ok(())
        }
        Broken::Busy => stream
            .write_all(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n"),
    }
}

/// A gzip stream of one letter for ever: its start, and 13 bytes to repeat that unpack to 2064 each.
///
/// RFC 1951: a block of fixed codes, one literal, then copies of 258 letters from one letter back, 13 bits each.
fn bomb() -> (Vec<u8>, Vec<u8>) {
    const COPY: [u8; 13] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let block = [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
    let bits: Vec<u8> = block.into_iter().chain(COPY.into_iter().cycle().take(13 * 16)).collect();
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit)).collect();
    let mut start = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    start.extend(&bytes[..13]);
    (start, bytes[13..26].to_vec())
}

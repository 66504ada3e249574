//! The one HTTP client that sign-in and directory share. Servers are not trusted: redirects are answers and not
//! instructions, there is no cookie store, every answer has a size limit after decompression, and every request ends.

mod answer;
mod same;

use bytes::BytesMut;
use reqwest::{Client, Method, Request, header::HeaderMap};
use std::{
    sync::{Arc, Once, OnceLock},
    time::Duration,
};
use url::Url;

pub use answer::Answer;
pub use reqwest::header;
pub use same::{is_loopback, same_origin, usable_address};

/// Largest answer taken from a sign-in endpoint, in bytes after decompression.
pub const SIGN_IN_CAP: usize = 1024 * 1024;
/// Largest page taken from a directory, in bytes after decompression.
pub const PAGE_CAP: usize = 16 * 1024 * 1024;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may stay silent in the middle of an answer.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a whole exchange may take.
const WHOLE: Duration = Duration::from_mins(1);

/// Why there is no answer to read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody there, connection lost, or too slow. The text has no address in it.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// This computer's certificates cannot be read, or there are none: no server outside can be trusted. Nothing was sent.
    #[error("this computer's certificates cannot be used: {0}")]
    NoCertificates(String),
    /// The answer is larger than `cap` bytes; reading stopped there.
    #[error("the answer is larger than {cap} bytes")]
    TooLarge { cap: usize },
    /// The answer's encoding is broken.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// Time limits of one exchange. Tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub connect: Duration,
    pub silence: Duration,
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: CONNECT, silence: SILENCE, whole: WHOLE }
    }
}

/// A shareable client; cloning shares its connections.
#[derive(Debug, Clone)]
pub struct Web {
    limits: Limits,
    outside: Arc<OnceLock<Client>>,
    loopback: Arc<OnceLock<Client>>,
    plain: Arc<OnceLock<Client>>,
}

/// What a client is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Outside,
    /// What runs on this computer is never reached through somebody's proxy.
    Loopback,
    /// The same without encryption: it takes no certificates, and works where there are none.
    Plain,
}

impl Web {
    /// Made at once; the system's certificates are read with the first request, not while a window is coming up.
    pub fn new(limits: Limits) -> Self {
        Self { limits, outside: Arc::default(), loopback: Arc::default(), plain: Arc::default() }
    }

    /// The client for `url`.
    fn client(&self, url: &Url) -> Result<&Client, Failure> {
        let (kept, what_for) = match (is_loopback(url), url.scheme()) {
            (true, "http") => (&self.plain, For::Plain),
            (true, _) => (&self.loopback, For::Loopback),
            (false, _) => (&self.outside, For::Outside),
        };
        if let Some(client) = kept.get() {
            return Ok(client);
        }
        // All else that it is built from is the same on every computer.
        let client = build(self.limits, what_for).map_err(|error| Failure::NoCertificates(reason(&error)))?;
        // Whoever was first at the same moment made the one that is kept.
        Ok(kept.get_or_init(|| client))
    }

    /// A GET request for `url`.
    pub fn get(&self, url: Url) -> Request {
        Request::new(Method::GET, url)
    }

    /// Sends `request` and reads the whole answer, up to `cap` bytes after decompression.
    ///
    /// Every status is an answer, 3xx included.
    ///
    /// # Errors
    /// See [`Failure`]. A request that may have arrived is not sent again.
    pub async fn send(&self, request: Request, cap: usize) -> Result<Answer, Failure> {
        let client = self.client(request.url())?;
        let mut response = client.execute(request).await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let headers: HeaderMap = response.headers().clone();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len().saturating_add(chunk.len()) > cap {
                return Err(Failure::TooLarge { cap });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

fn build(limits: Limits, what_for: For) -> reqwest::Result<Client> {
    static PROVIDER: Once = Once::new();
    // A second installation only means that somebody was first: either provider will do.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let client = Client::builder()
        .user_agent(concat!("secondary-accounts/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(limits.connect)
        .read_timeout(limits.silence)
        .timeout(limits.whole)
        .tls_version_min(reqwest::tls::Version::TLS_1_2);
    match what_for {
        For::Outside => client,
        For::Loopback => client.no_proxy(),
        For::Plain => client.no_proxy().tls_certs_only([]),
    }
    .build()
}

fn failure(error: &reqwest::Error) -> Failure {
    if error.is_decode() { Failure::Unreadable(reason(error)) } else { Failure::NoAnswer(reason(error)) }
}

/// The innermost cause, without the address: addresses may carry codes and tokens.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "too slow".into();
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause.and_then(std::error::Error::source) {
        cause = Some(inner);
    }
    cause.map_or_else(|| "the request could not be sent".into(), ToString::to_string)
}

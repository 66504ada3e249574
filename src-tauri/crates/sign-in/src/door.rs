//! The way out: the OAuth library's requests go through the product's one HTTP client, and come back judged.

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use serde::Deserialize;
use std::{future::Future, pin::Pin};
use url::Url;
use web::{Answer, Failure, SIGN_IN_CAP, Web, usable_address};

/// Longest OAuth error code that is believed to be one.
const LONGEST_CODE: usize = 64;

/// Why an answer is not passed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("no connection: {0}")]
    NoCertificates(String),
    #[error("the answer is too large")]
    TooLarge,
    #[error("the answer points to another address")]
    Redirected,
    #[error("asked to try again later")]
    Later { retry_after: Option<u64> },
    #[error("an address is neither https nor on this computer")]
    Address,
    #[error("a web page instead of data")]
    Page { status: u16 },
    /// Neither 200 nor an error that OAuth knows.
    #[error("status {0} without a readable reason")]
    Status(u16),
    #[error("the answer's encoding is broken")]
    Unreadable,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoAnswer(why) => Self::NoAnswer(why),
            Failure::NoCertificates(why) => Self::NoCertificates(why),
            Failure::TooLarge { .. } => Self::TooLarge,
            Failure::Unreadable(_) => Self::Unreadable,
        }
    }
}

/// Lets a request out only to usable addresses, and an answer in only if it is 200 with something other than a web
/// page, or an error that OAuth knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door<'w>(pub(crate) &'w Web);

impl<'c> AsyncHttpClient<'c> for Door<'_> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(|_| Fault::Address)?;
            let answer = self.send(request).await?;
            let mut response = http::Response::new(answer.body.to_vec());
            *response.status_mut() =
                http::StatusCode::from_u16(answer.status).map_err(|_| Fault::Unreadable)?;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

impl Door<'_> {
    /// Sends one request and judges its answer.
    pub(crate) async fn send(&self, request: reqwest::Request) -> Result<Answer, Fault> {
        if !usable_address(request.url()) {
            return Err(Fault::Address);
        }
        let answer = self.0.send(request, SIGN_IN_CAP).await?;
        judge(&answer)?;
        Ok(answer)
    }

    /// Reads a JSON document.
    pub(crate) async fn get(&self, url: Url) -> Result<Answer, Fault> {
        let mut request = self.0.get(url);
        request
            .headers_mut()
            .insert(http::header::ACCEPT, http::HeaderValue::from_static("application/json"));
        self.send(request).await
    }

    /// Sends a form, as OAuth endpoints take it (RFC 6749 appendix B).
    pub(crate) async fn post(&self, url: Url, form: &[(&str, &str)]) -> Result<Answer, Fault> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = reqwest::Request::new(http::Method::POST, url);
        let headers = request.headers_mut();
        headers.insert(http::header::ACCEPT, http::HeaderValue::from_static("application/json"));
        headers.insert(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        *request.body_mut() = Some(body.into());
        self.send(request).await
    }
}

fn judge(answer: &Answer) -> Result<(), Fault> {
    if answer.is_redirect() {
        return Err(Fault::Redirected);
    }
    if answer.is_later() {
        return Err(Fault::Later { retry_after: answer.retry_after() });
    }
    let known_error = !answer.is_ok() && oauth_error(&answer.body).is_some();
    match answer.status {
        _ if known_error => Ok(()),
        status if is_page(answer) => Err(Fault::Page { status }),
        200 => Ok(()),
        status => Err(Fault::Status(status)),
    }
}

/// Whether the answer is a web page, by its type or by its first letter.
fn is_page(answer: &Answer) -> bool {
    let kind = answer.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().trim_start().to_ascii_lowercase();
    kind.starts_with("text/html")
        || kind.starts_with("application/xhtml")
        || answer.body.trim_ascii_start().starts_with(b"<")
}

/// The code of an OAuth error (RFC 6749 section 5.2), where the body is one and the code is a registered one.
///
/// Web frameworks answer JSON such as `{"error":"Bad Request"}` too: that says nothing about the sign-in.
pub(crate) fn oauth_error(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    let Refusal { error } = serde_json::from_slice(body).ok()?;
    REGISTERED.contains(&error.as_str()).then_some(error)
}

/// Error codes of a token or device authorization endpoint: RFC 6749 section 5.2, RFC 8628 section 3.5, RFC 8707
/// section 2, OpenID Connect Core section 3.1.2.6, and the two of RFC 6749 section 4.1.2.1 that mean "later".
const REGISTERED: &[&str] = &[
    "access_denied",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "login_required",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Whether a text can be an OAuth error code. What cannot is never shown or repeated.
pub(crate) fn is_code(text: &str) -> bool {
    (1..=LONGEST_CODE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oauth_error_is_known_by_its_code() {
        assert_eq!(oauth_error(br#"{"error":"invalid_grant","x":1}"#).as_deref(), Some("invalid_grant"));
        for body in [
            &b""[..],
            b"{}",
            b"[]",
            b"<html>",
            br#"{"error":"Bad Request"}"#,
            br#"{"error":"odd"}"#,
            br#"{"error":{"code":1}}"#,
        ] {
            assert_eq!(oauth_error(body), None, "{}", String::from_utf8_lossy(body));
        }
    }
}

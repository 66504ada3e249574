//! Signing in with a code on another device (RFC 8628), for computers whose browser cannot come back.

use crate::{
    answer::TokenAnswer,
    discovery::Discovered,
    door::{Door, Fault, oauth_error},
    error::Error,
    identity::{self, SignedIn},
    secret::Secret,
};
use jiff::Timestamp;
use oauth2::{DeviceAuthorizationResponse, EmptyExtraDeviceAuthorizationFields};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;
use web::{Answer, Web, usable_address};

/// Longest life of a code that is believed.
const LONGEST_LIFE: Duration = Duration::from_hours(1);
/// Shortest and longest wait between two questions.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// What `slow_down` adds (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// Longest code that a person can be asked to type.
const LONGEST_CODE: usize = 64;

/// A sign-in that waits for another device.
#[derive(Debug)]
pub struct DeviceSignIn {
    discovered: Discovered,
    device_code: Secret,
    code: String,
    link: Url,
    link_with_code: Option<Url>,
    lasts: Duration,
    until: Instant,
    interval: Duration,
}

impl DeviceSignIn {
    /// Asks the provider for a code.
    ///
    /// # Errors
    /// [`Error::NotOffered`] where the profile or the provider does not allow it; otherwise what went wrong.
    pub async fn start(web: &Web, discovered: &Discovered) -> Result<Self, Error> {
        let provider = &discovered.provider;
        let endpoint = discovered.endpoints.device.clone().filter(|_| provider.device_code);
        let endpoint = endpoint.ok_or(Error::NotOffered)?;
        let scope = provider.asked_scopes().join(" ");
        let mut form = vec![("client_id", provider.client_id.as_str()), ("scope", &scope)];
        if let Some(resource) = &provider.resource {
            form.push(("resource", resource));
        }
        let answer = Door(web).post(endpoint, &form).await?;
        if let Some(code) = refusal(&answer) {
            return Err(Error::from_code(&code));
        }
        let given: DeviceAuthorizationResponse<EmptyExtraDeviceAuthorizationFields> =
            serde_json::from_slice(&answer.body)
                .map_err(|_| Error::not_usable("the device authorization cannot be read"))?;
        let code = given.user_code().secret();
        if code.is_empty() || code.len() > LONGEST_CODE || code.chars().any(char::is_control) {
            return Err(Error::not_usable("the code is none that a person can type"));
        }
        // Both are opened in a browser, so both must be places that may be spoken to.
        let link = given.verification_uri().url().clone();
        if !usable_address(&link) {
            return Err(Error::not_usable("the page for the code is neither https nor on this computer"));
        }
        let link_with_code = given
            .verification_uri_complete()
            .and_then(|link| link.secret().parse::<Url>().ok())
            .filter(usable_address);
        let lasts = given.expires_in().min(LONGEST_LIFE);
        Ok(Self {
            discovered: discovered.clone(),
            device_code: Secret::new(given.device_code().secret().clone()),
            code: code.clone(),
            link,
            link_with_code,
            lasts,
            until: Instant::now() + lasts,
            interval: given.interval().clamp(SHORTEST_WAIT, LONGEST_WAIT),
        })
    }

    /// The code to type on the other device.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Where to type it.
    pub fn link(&self) -> &str {
        self.link.as_str()
    }

    /// The same page with the code filled in, where the provider has one.
    pub fn link_with_code(&self) -> Option<&str> {
        self.link_with_code.as_ref().map(Url::as_str)
    }

    /// How long the code lasts, from the moment it was given.
    pub fn lasts(&self) -> Duration {
        self.lasts
    }

    /// Asks until the person has agreed or refused, or the code's time is over. A provider that does not answer, or
    /// answers "later", is asked again.
    ///
    /// # Errors
    /// [`Error::Expired`], [`Error::Denied`], or what is wrong with the answer.
    pub async fn finish(self, web: &Web, now: fn() -> Timestamp) -> Result<SignedIn, Error> {
        let answer = timeout_at(self.until, self.poll(web)).await.map_err(|_| Error::Expired)??;
        identity::check(web, &self.discovered, &answer, None, now).await
    }

    async fn poll(&self, web: &Web) -> Result<TokenAnswer, Error> {
        let provider = &self.discovered.provider;
        let endpoint = self.discovered.endpoints.token.url();
        let mut form = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", self.device_code.expose()),
            ("client_id", provider.client_id.as_str()),
        ];
        if let Some(resource) = &provider.resource {
            form.push(("resource", resource));
        }
        let mut interval = self.interval;
        loop {
            sleep(interval).await;
            let reply = Door(web).post(endpoint.clone(), &form).await;
            match next(interval, reply)? {
                Next::Wait(longer) => interval = longer,
                Next::Read(answer) => {
                    return serde_json::from_slice(&answer.body)
                        .map_err(|_| Error::not_usable("the token endpoint's answer cannot be read"));
                }
            }
        }
    }
}

#[derive(Debug)]
enum Next {
    Wait(Duration),
    Read(Answer),
}

/// What to do after a reply (RFC 8628 section 3.5).
fn next(interval: Duration, reply: Result<Answer, Fault>) -> Result<Next, Error> {
    let answer = match reply {
        Ok(answer) => answer,
        Err(Fault::NoAnswer(_)) => return Ok(Next::Wait((interval * 2).min(LONGEST_WAIT))),
        Err(Fault::Later { retry_after }) => {
            let asked = Duration::from_secs(retry_after.unwrap_or(0));
            return Ok(Next::Wait(asked.clamp(interval, LONGEST_WAIT.max(interval))));
        }
        Err(fault) => return Err(fault.into()),
    };
    match refusal(&answer).as_deref() {
        None => Ok(Next::Read(answer)),
        Some("authorization_pending" | "temporarily_unavailable" | "server_error") => {
            Ok(Next::Wait(interval))
        }
        Some("slow_down") => Ok(Next::Wait(interval + SLOWER)),
        Some("expired_token") => Err(Error::Expired),
        Some(code) => Err(Error::from_code(code)),
    }
}

fn refusal(answer: &Answer) -> Option<String> {
    if answer.is_ok() { None } else { oauth_error(&answer.body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &'static str) -> Answer {
        Answer { status, headers: web::header::HeaderMap::new(), body: body.into() }
    }

    fn wait(reply: Result<Answer, Fault>) -> u64 {
        match next(Duration::from_secs(5), reply) {
            Ok(Next::Wait(wait)) => wait.as_secs(),
            other => panic!("expected to wait, not {other:?}"),
        }
    }

    #[test]
    fn the_pace_is_the_providers() {
        assert_eq!(wait(Ok(reply(400, r#"{"error":"authorization_pending"}"#))), 5);
        assert_eq!(wait(Ok(reply(400, r#"{"error":"slow_down"}"#))), 10);
        assert_eq!(wait(Err(Fault::Later { retry_after: Some(30) })), 30);
        assert_eq!(wait(Err(Fault::Later { retry_after: Some(9999) })), 60);
        assert_eq!(wait(Err(Fault::Later { retry_after: None })), 5);
        assert_eq!(wait(Err(Fault::NoAnswer("too slow".into()))), 10, "backs off, RFC 8628 section 3.5");
    }

    #[test]
    fn an_end_is_an_end() {
        let end = |body| next(SLOWER, Ok(reply(400, body))).err();
        assert_eq!(end(r#"{"error":"expired_token"}"#), Some(Error::Expired));
        assert_eq!(end(r#"{"error":"access_denied"}"#), Some(Error::Denied { code: "access_denied".into() }));
        assert_eq!(
            end(r#"{"error":"invalid_client"}"#),
            Some(Error::ProfileFault { code: "invalid_client".into() })
        );
    }
}

//! Signing in through the system browser: authorization code with PKCE (RFC 8252, RFC 7636).

use crate::{
    discovery::Discovered,
    door::{Door, Fault, is_code},
    error::Error,
    identity::{self, SignedIn},
    landing::Landing,
    loopback::Loopback,
    request::Return,
    secret::Secret,
};
use jiff::Timestamp;
use oauth2::{
    AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope,
    basic::BasicErrorResponse,
};
use openidconnect::Nonce;
use std::fmt;
use web::Web;

/// What the provider is told about who should sign in (OpenID Connect Core section 3.1.2.1, `prompt`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choose {
    /// Whoever the browser has signed in is fine.
    No,
    /// Another identity beside the present one: the provider asks which, and for its credentials.
    Another,
    /// The same person once more: the provider asks for their credentials.
    Again,
}

/// A sign-in that waits for the browser. Dropping it, or the future of [`BrowserSignIn::finish`], closes the
/// listener; a time limit is the caller's.
pub struct BrowserSignIn {
    discovered: Discovered,
    loopback: Loopback,
    link: String,
    state: Secret,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl BrowserSignIn {
    /// Listens on this computer and makes the link to open.
    ///
    /// # Errors
    /// [`Error::NoPort`], or [`Error::ProfileFault`] for a redirect address that is none.
    pub async fn start(discovered: &Discovered, choose: Choose) -> Result<Self, Error> {
        let provider = &discovered.provider;
        let loopback = Loopback::open(provider).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        let client = discovered.endpoints.client(provider).set_redirect_uri(loopback.redirect().clone());
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(provider.asked_scopes().into_iter().map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret());
        let prompt = prompt(choose, provider.asks_offline());
        if !prompt.is_empty() {
            request = request.add_extra_param("prompt", prompt);
        }
        if let Some(resource) = &provider.resource {
            request = request.add_extra_param("resource", resource);
        }
        let (link, state) = request.url();
        Ok(Self {
            discovered: discovered.clone(),
            loopback,
            link: link.into(),
            state: Secret::new(state.into_secret()),
            nonce,
            verifier,
        })
    }

    /// The address to open in the system browser, or to copy.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Waits for the browser, exchanges the code and checks who signed in. The browser is shown `words` when that
    /// is known, and not before.
    ///
    /// # Errors
    /// Every kind of [`Error`] except [`Error::NoPort`], [`Error::NotOffered`], [`Error::SomebodyElse`] and
    /// [`Error::Expired`].
    pub async fn finish(self, web: &Web, words: &Landing, now: fn() -> Timestamp) -> Result<SignedIn, Error> {
        let returned = self.loopback.wait(&self.state).await;
        let outcome = match self.code(&returned.what) {
            Ok(code) => self.exchange(web, code, now).await,
            Err(error) => Err(error),
        };
        returned.show(words, outcome.is_ok()).await;
        outcome
    }

    /// The code, if the answer is this provider's (RFC 9207 section 2.4) and not a refusal.
    fn code(&self, what: &Return) -> Result<AuthorizationCode, Error> {
        let issuer = &self.discovered.endpoints.issuer;
        match &what.issuer {
            Some(named) if named != issuer.as_str() => {
                return Err(Error::not_usable("the browser came back from another issuer"));
            }
            None if self.discovered.endpoints.names_itself => {
                return Err(Error::not_usable("the browser's return does not name its issuer"));
            }
            _ => {}
        }
        match (&what.code, &what.error) {
            (Some(code), _) => Ok(AuthorizationCode::new(code.clone())),
            (None, Some(error)) if is_code(error) => Err(Error::from_code(error)),
            (None, _) => Err(Error::Denied { code: "unreadable".into() }),
        }
    }

    async fn exchange(
        &self,
        web: &Web,
        code: AuthorizationCode,
        now: fn() -> Timestamp,
    ) -> Result<SignedIn, Error> {
        let provider = &self.discovered.provider;
        let client =
            self.discovered.endpoints.client(provider).set_redirect_uri(self.loopback.redirect().clone());
        let verifier = PkceCodeVerifier::new(self.verifier.secret().clone());
        let mut request = client.exchange_code(code).set_pkce_verifier(verifier);
        if let Some(resource) = &provider.resource {
            request = request.add_extra_param("resource", resource);
        }
        let answer = request.request_async(&Door(web)).await.map_err(refused)?;
        identity::check(web, &self.discovered, &answer, Some(&self.nonce), now).await
    }
}

impl fmt::Debug for BrowserSignIn {
    /// Without the link: it carries what a return is known by.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn").field("redirect", self.loopback.redirect()).finish_non_exhaustive()
    }
}

fn refused(error: RequestTokenError<Fault, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::Request(fault) => fault.into(),
        RequestTokenError::ServerResponse(refusal) => Error::from_code(refusal.error().as_ref()),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::not_usable("the token endpoint's answer cannot be read")
        }
    }
}

fn prompt(choose: Choose, offline: bool) -> String {
    let who: &[&str] = match choose {
        Choose::No => &[],
        Choose::Another => &["select_account", "login"],
        Choose::Again => &["login"],
    };
    let mut prompts = who.to_vec();
    if offline {
        prompts.push("consent");
    }
    prompts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_asked_where_a_refresh_token_is_wanted() {
        assert_eq!(prompt(Choose::No, false), "");
        assert_eq!(prompt(Choose::No, true), "consent");
        assert_eq!(prompt(Choose::Another, false), "select_account login");
        assert_eq!(prompt(Choose::Another, true), "select_account login consent");
        assert_eq!(prompt(Choose::Again, true), "login consent");
    }
}

//! Signing in through the system browser: authorization code with PKCE (RFC 8252, RFC 7636).

use crate::{
    discovery::Discovered,
    door::{Door, Fault, is_code},
    error::Error,
    identity::{self, SignedIn},
    landing::Landing,
    loopback::{Loopback, Returned},
    provider::Provider,
    request::Return,
    secret::Secret,
};
use jiff::Timestamp;
use oauth2::{
    AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope,
    basic::BasicErrorResponse,
};
use openidconnect::Nonce;
use std::{fmt, pin::pin};
use tokio::time::timeout;
use url::Url;
use web::Web;

/// The `prompt` that lets a person choose among their identities. Providers need not know it.
const SELECT_ACCOUNT: &str = "select_account";
/// The `prompt` that asks for credentials, whoever is signed in.
const LOGIN: &str = "login";
/// What a provider answers to a prompt that it does not know (RFC 6749 section 4.1.2.1).
const INVALID_REQUEST: &str = "invalid_request";

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

/// A sign-in that waits for the browser. Dropping it, or the future of [`BrowserSignIn::returned`], closes the
/// listener; a time limit is the caller's.
pub struct BrowserSignIn {
    discovered: Discovered,
    loopback: Loopback,
    link: Url,
    /// The same question without the prompt that not every provider knows.
    plain: Option<Url>,
    state: Secret,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// A sign-in whose browser has come back and waits for its page. What remains is between this program and the servers.
pub struct CameBack {
    sign_in: BrowserSignIn,
    returned: Returned,
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
        let prompt = prompt(choose, provider, discovered.endpoints.prompts.as_deref());
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
            plain: without_choice(&link),
            link,
            state: Secret::new(state.into_secret()),
            nonce,
            verifier,
        })
    }

    /// The address to open in the system browser, or to copy.
    pub fn link(&self) -> &str {
        self.link.as_str()
    }

    /// Waits for the browser. A provider that does not understand the question which identity it should be (OpenID
    /// Connect Core leaves `select_account` to it) is asked once more, in the same page, for credentials alone.
    pub async fn returned(self) -> CameBack {
        let mut returned = self.loopback.wait(&self.state).await;
        if let Some(plain) = self.plain.as_ref().filter(|_| self.is_not_understood(&returned.what)) {
            returned.lead_on(plain).await;
            returned = self.loopback.wait(&self.state).await;
        }
        CameBack { sign_in: self, returned }
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

    fn is_not_understood(&self, what: &Return) -> bool {
        matches!(self.code(what), Err(Error::ProfileFault { code }) if code == INVALID_REQUEST)
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

impl CameBack {
    /// Exchanges the code, reads who signed in, and lets `check` say whether that is who it should be. The browser is shown
    /// `words` when all of that is known, or that it is not known yet where it takes long.
    ///
    /// # Errors
    /// Every kind of [`Error`] except [`Error::NoPort`], [`Error::NotOffered`], [`Error::SomebodyElse`] and
    /// [`Error::Expired`], and whatever `check` answers.
    pub async fn finish<T, E: From<Error>, Checked: Future<Output = Result<T, E>>>(
        self,
        web: &Web,
        words: &Landing,
        now: fn() -> Timestamp,
        check: impl FnOnce(SignedIn) -> Checked,
    ) -> Result<T, E> {
        let Self { sign_in, returned } = self;
        let code = sign_in.code(&returned.what);
        let mut outcome = pin!(async { check(sign_in.exchange(web, code?, now).await?).await });
        if let Ok(outcome) = timeout(words.patience, &mut outcome).await {
            returned.show(words, Some(outcome.is_ok())).await;
            return outcome;
        }
        returned.show(words, None).await;
        outcome.await
    }
}

impl fmt::Debug for BrowserSignIn {
    /// Without the link: it carries what a return is known by.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn").field("redirect", self.loopback.redirect()).finish_non_exhaustive()
    }
}

impl fmt::Debug for CameBack {
    /// Without what the browser came back with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CameBack").field("sign_in", &self.sign_in).finish_non_exhaustive()
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

/// What to ask of the provider, which may list what it `knows`. The list decides only whether the person can choose:
/// without credentials the browser's present identity would be taken for the other one, and without consent there is no
/// refresh token. One that takes one value alone is asked to let the person choose and, where it cannot, for credentials.
fn prompt(choose: Choose, provider: &Provider, knows: Option<&[String]>) -> String {
    let who: &[&str] = match choose {
        Choose::No => &[],
        Choose::Another => &[SELECT_ACCOUNT, LOGIN],
        Choose::Again => &[LOGIN],
    };
    let mut prompts = who.to_vec();
    if provider.asks_offline() && !provider.one_prompt {
        prompts.push("consent");
    }
    if knows.is_some_and(|knows| !knows.iter().any(|known| known == SELECT_ACCOUNT)) {
        prompts.retain(|prompt| *prompt != SELECT_ACCOUNT);
    }
    if provider.one_prompt {
        prompts.truncate(1);
    }
    prompts.join(" ")
}

/// `link` with credentials in place of the question which identity it should be; `None` where it does not ask that.
fn without_choice(link: &Url) -> Option<Url> {
    let mut asks = false;
    let mut plain = link.clone();
    plain.query_pairs_mut().clear().extend_pairs(link.query_pairs().map(|(name, value)| {
        if name != "prompt" {
            return (name, value);
        }
        let (choice, mut others): (Vec<&str>, Vec<&str>) =
            value.split(' ').partition(|prompt| *prompt == SELECT_ACCOUNT);
        asks = !choice.is_empty();
        if others.is_empty() {
            others.push(LOGIN);
        }
        (name, others.join(" ").into())
    }));
    asks.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(scope: &str, one_prompt: bool) -> Provider {
        Provider {
            issuer: "https://id.example.edu".into(),
            client_id: "desktop".into(),
            scopes: vec![scope.into()],
            loopback_ports: vec![],
            redirect_path: "/callback".into(),
            redirect_host: "127.0.0.1".into(),
            device_code: false,
            one_prompt,
            resource: None,
        }
    }

    #[test]
    fn consent_is_asked_where_a_refresh_token_is_wanted() {
        let (online, offline) = (provider("openid", false), provider("offline_access", false));
        assert_eq!(prompt(Choose::No, &online, None), "");
        assert_eq!(prompt(Choose::No, &offline, None), "consent");
        assert_eq!(prompt(Choose::Another, &online, None), "select_account login");
        assert_eq!(prompt(Choose::Another, &offline, None), "select_account login consent");
        assert_eq!(prompt(Choose::Again, &offline, None), "login consent");
    }

    fn knows(prompts: &[&str]) -> Vec<String> {
        prompts.iter().map(|prompt| (*prompt).to_owned()).collect()
    }

    #[test]
    fn a_provider_that_lists_its_prompts_is_asked_to_let_choose_only_where_that_is_one() {
        let provider = provider("offline_access", false);
        let asked = |prompts: &[&str]| prompt(Choose::Another, &provider, Some(&knows(prompts)));
        assert_eq!(asked(&["none", "login", "consent"]), "login consent");
        assert_eq!(asked(&["none", "login", "select_account"]), "select_account login consent");
        assert_eq!(asked(&[]), "login consent");
    }

    #[test]
    fn a_provider_that_takes_one_prompt_is_sent_no_second_and_never_consent() {
        let provider = provider("offline_access", true);
        assert_eq!(prompt(Choose::No, &provider, None), "");
        assert_eq!(prompt(Choose::Another, &provider, None), "select_account");
        assert_eq!(prompt(Choose::Another, &provider, Some(&knows(&["none", "login"]))), "login");
        assert_eq!(prompt(Choose::Again, &provider, None), "login");
    }

    #[test]
    fn the_plain_question_differs_in_nothing_but_the_prompt() {
        let link: Url =
            "https://id.example.edu/auth?state=a%2Bb&prompt=select_account+login+consent&resource=x%26y"
                .parse()
                .unwrap();
        let plain = without_choice(&link).unwrap();
        assert_eq!(
            plain.as_str(),
            "https://id.example.edu/auth?state=a%2Bb&prompt=login+consent&resource=x%26y"
        );
        assert_eq!(without_choice(&plain), None);
        let alone: Url = "https://id.example.edu/auth?prompt=select_account".parse().unwrap();
        assert_eq!(without_choice(&alone).unwrap().query(), Some("prompt=login"), "somebody is asked for");
    }
}

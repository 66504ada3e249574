//! The tokens of an identity: where they are kept, and who refreshes them now.

use sign_in::{Refreshes, Secret, Tokens, Vault};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Fact, Store};

/// Tokens as one of a store's facts: encrypted with it, gone with it.
pub(crate) struct StoreVault(pub(crate) Arc<Store>);

impl StoreVault {
    /// Keeps the tokens of whoever has just signed in, whatever was there.
    pub(crate) fn save(&self, tokens: &Tokens) -> Result<(), String> {
        let text = tokens.to_json().map_err(|error| error.to_string())?;
        self.0.set_fact(Fact::Tokens, text.expose()).map_err(|error| error.to_string())
    }

    /// Forgets the tokens, and gives back those that can be read.
    pub(crate) fn take(&self) -> Result<Option<Tokens>, store::Error> {
        let text: Option<String> = self.0.take_fact(Fact::Tokens)?;
        Ok(text.and_then(|text| read(text).ok()))
    }
}

impl Vault for StoreVault {
    fn load(&self) -> Result<Option<Tokens>, String> {
        let text: Option<String> = self.0.fact(Fact::Tokens).map_err(|error| error.to_string())?;
        text.map(|text| read(text).map_err(|error| error.to_string())).transpose()
    }

    fn replace(&self, was: &Tokens, now: Option<&Tokens>) -> Result<bool, String> {
        let now = now.map(Tokens::to_json).transpose().map_err(|error| error.to_string())?;
        let is = |kept| read(kept).is_ok_and(|kept| kept == *was);
        self.0
            .replace_fact(Fact::Tokens, is, now.as_ref().map(Secret::expose))
            .map_err(|error| error.to_string())
    }
}

fn read(text: String) -> Result<Tokens, serde_json::Error> {
    Tokens::from_json(&Secret::new(text))
}

/// The refreshes of every identity that was on the screen: whoever comes back waits for the one that they left under way.
#[derive(Default)]
pub(crate) struct AllRefreshes(Mutex<HashMap<String, Refreshes>>);

impl AllRefreshes {
    /// Those of the identity `id`, the same for as long as the program runs.
    pub(crate) fn of(&self, id: &str) -> Refreshes {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default().clone()
    }

    /// Nothing of a forgotten identity's tokens stays in memory.
    pub(crate) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{open::Link, rehearsal::two_at};
    use serde_json::json;
    use sign_in::RefreshError;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };
    use tokio::sync::Semaphore;
    use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::path};

    /// A provider that is slow to refresh, and takes a refresh token that comes a second time for stolen (RFC 9700 section
    /// 4.14.2).
    async fn provider(asked: &Arc<Semaphore>, times: &Arc<AtomicUsize>) -> MockServer {
        let server = MockServer::start().await;
        let at = server.uri();
        let document = json!({
            "issuer": at, "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        let document = ResponseTemplate::new(200).set_body_json(document);
        Mock::given(path("/.well-known/openid-configuration")).respond_with(document).mount(&server).await;
        let (asked, times) = (Arc::clone(asked), Arc::clone(times));
        let refresh = move |_: &Request| {
            asked.add_permits(1);
            if times.fetch_add(1, Ordering::SeqCst) > 0 {
                return ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" }));
            }
            let tokens = json!({
                "access_token": "access-2", "token_type": "Bearer", "expires_in": 300, "refresh_token": "refresh-2"
            });
            ResponseTemplate::new(200).set_body_json(tokens).set_delay(Duration::from_millis(300))
        };
        Mock::given(path("/token")).respond_with(refresh).mount(&server).await;
        server
    }

    #[tokio::test]
    async fn whoever_switches_away_and_back_waits_for_the_refresh_that_they_left() {
        let (asked, times) = (Arc::new(Semaphore::new(0)), Arc::default());
        let server = provider(&asked, &times).await;
        let folder = tempfile::tempdir().unwrap();
        let stage = two_at(&server.uri(), folder.path());
        let link = async || stage.current().unwrap().link().await.unwrap();
        let now = (stage.around.now)();
        let access = |link: Arc<Link>| tokio::spawn(async move { link.session.access_token(now).await });
        let left = access(link().await);
        drop(asked.acquire().await.unwrap());
        stage.open_kept("two", None).unwrap();
        stage.open_kept("one", None).unwrap();
        let again = access(link().await);
        let fresh: Result<Secret, RefreshError> = Ok(Secret::new("access-2".into()));
        assert_eq!((left.await.unwrap(), again.await.unwrap()), (fresh.clone(), fresh));
        assert_eq!(times.load(Ordering::SeqCst), 1, "a refresh token goes out once");
        let kept = StoreVault(Arc::clone(&stage.current().unwrap().store)).load().unwrap().unwrap();
        assert_eq!(kept.refresh, Some(Secret::new("refresh-2".into())), "still signed in");
    }
}

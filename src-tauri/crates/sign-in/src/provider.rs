//! What an institution's profile says about its provider.

use crate::error::Error;
use oauth2::{ClientId, RedirectUrl};

/// An OpenID Connect provider as a profile describes it. Endpoints are discovered, not configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Issuer identifier, compared character by character (OpenID Connect Discovery section 4.3).
    pub issuer: String,
    /// Public client: it has no secret.
    pub client_id: String,
    /// Scopes to ask for. `openid` is added where it is missing.
    pub scopes: Vec<String>,
    /// Ports to listen on, tried in order, for providers that compare the redirect address exactly.
    /// Empty: any free port (RFC 8252 section 7.3).
    pub loopback_ports: Vec<u16>,
    /// Path of the redirect address, such as `/callback`.
    pub redirect_path: String,
    /// `127.0.0.1` or `localhost`, as registered at the provider.
    pub redirect_host: String,
    /// Whether the institution allows device codes.
    pub device_code: bool,
    /// Whether `prompt` may have one value alone, which is never `consent`.
    pub one_prompt: bool,
    /// The API that the access token is for (RFC 8707), where the provider wants to be told.
    pub resource: Option<String>,
}

impl Provider {
    /// Every scope once, `openid` first.
    pub(crate) fn asked_scopes(&self) -> Vec<&str> {
        let mut scopes = vec!["openid"];
        for scope in &self.scopes {
            if !scope.is_empty() && !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
        scopes
    }

    /// Whether a refresh token is asked for. It is given only with consent (OpenID Connect Core section 11).
    pub(crate) fn asks_offline(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "offline_access")
    }

    pub(crate) fn client(&self) -> ClientId {
        ClientId::new(self.client_id.clone())
    }

    /// The redirect address on `port`.
    ///
    /// # Errors
    /// [`Error::ProfileFault`] for a host other than this computer or a path that is none.
    pub(crate) fn redirect(&self, port: u16) -> Result<RedirectUrl, Error> {
        if !matches!(self.redirect_host.as_str(), "127.0.0.1" | "localhost") {
            return Err(Error::profile("redirect-host"));
        }
        let path = &self.redirect_path;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "/-._~".contains(letter);
        if !path.starts_with('/') || !path.chars().all(plain) {
            return Err(Error::profile("redirect-path"));
        }
        RedirectUrl::new(format!("http://{}:{port}{path}", self.redirect_host))
            .map_err(|_| Error::profile("redirect-path"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Provider {
        Provider {
            issuer: "https://id.example.edu".into(),
            client_id: "desktop".into(),
            scopes: vec!["profile".into(), "openid".into(), "profile".into(), "offline_access".into()],
            loopback_ports: vec![],
            redirect_path: "/callback".into(),
            redirect_host: "127.0.0.1".into(),
            device_code: false,
            one_prompt: false,
            resource: None,
        }
    }

    #[test]
    fn scopes_are_asked_once_and_openid_always() {
        assert_eq!(provider().asked_scopes(), ["openid", "profile", "offline_access"]);
    }

    #[test]
    fn the_redirect_stays_on_this_computer() {
        assert_eq!(provider().redirect(4000).unwrap().as_str(), "http://127.0.0.1:4000/callback");
        for (host, path) in
            [("id.example.edu", "/callback"), ("localhost", "callback"), ("localhost", "/a?b")]
        {
            let wrong = Provider { redirect_host: host.into(), redirect_path: path.into(), ..provider() };
            assert!(matches!(wrong.redirect(4000), Err(Error::ProfileFault { .. })), "{host}{path}");
        }
    }
}

//! Where an answer may be sent: a loopback address of this computer, on any port (RFC 8252 section 7.3).

use url::Url;

/// A redirect address that the desktop program may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect(String);

impl Redirect {
    /// `None` for anything but `/callback` on 127.0.0.1, localhost or [::1]. Compared letter by letter: an address that a
    /// parser would have to mend is no address of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .find_map(|origin| text.strip_prefix(origin))?
            .strip_suffix("/callback")?;
        let is_port = |port: &str| {
            port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0)
        };
        (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with `pairs` and the issuer in its query (RFC 6749 section 4.1.2, RFC 9207).
    pub(super) fn with(&self, pairs: &[(&str, &str)], state: Option<&str>, issuer: &str) -> Option<String> {
        let mut url = Url::parse(&self.0).ok()?;
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(pairs);
            if let Some(state) = state {
                query.append_pair("state", state);
            }
            query.append_pair("iss", issuer);
        }
        Some(url.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn loopback_with_any_port_is_taken() {
        for own in
            ["http://127.0.0.1/callback", "http://localhost:8080/callback", "http://[::1]:65535/callback"]
        {
            assert!(Redirect::parse(own).is_some(), "{own} is this computer");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for foreign in [
            "https://127.0.0.1/callback",
            "http://127.0.0.1.example.edu/callback",
            "http://localhost:80@example.edu/callback",
            "http://localhost:/callback",
            "http://localhost:0/callback",
            "http://localhost:99999/callback",
            "http://localhost/callback?x=1",
            "http://localhost/callback#x",
            "http://localhost/callback/",
            "http://localhost/other",
            "http://localhost/x/callback",
            "http://LOCALHOST/callback",
            "http://127.1/callback",
            "http://0.0.0.0/callback",
            "secondary-accounts:/callback",
            "",
        ] {
            assert!(Redirect::parse(foreign).is_none(), "{foreign} is not ours");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_leads_to_this_computer(text in "http://(127\\.0\\.0\\.1|localhost|\\[::1\\])\\PC{0,12}/callback") {
            if let Some(redirect) = Redirect::parse(&text) {
                let url = Url::parse(redirect.as_str()).unwrap();
                prop_assert!(matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")));
                prop_assert_eq!(url.path(), "/callback");
                prop_assert!(url.username().is_empty() && url.query().is_none() && url.fragment().is_none());
            }
        }
    }
}

//! Tokens in memory: wiped when dropped, never printed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A text that must not be shown, logged or written in the clear. Its memory is overwritten when it is dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for a request header or an encrypted store.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares without telling by its duration how much was right.
    pub fn same_as(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// Whether the text may stand in an `Authorization` header (RFC 6749 appendix A.12, without spaces).
    pub(crate) fn is_sendable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.same_as(&other.0)
    }
}

impl Eq for Secret {}

/// What the provider gave: all that is needed to stay signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    pub access: Secret,
    /// When `access` ends by this computer's clock. `None`: the provider did not say.
    pub access_until: Option<Timestamp>,
    /// Absent where the provider gave none: the sign-in then ends with the access token.
    pub refresh: Option<Secret>,
}

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    access: std::borrow::Cow<'a, str>,
    access_until: Option<Timestamp>,
    refresh: Option<std::borrow::Cow<'a, str>>,
}

impl Tokens {
    /// One JSON text, for an encrypted store and nothing else.
    ///
    /// # Errors
    /// When the text cannot be written.
    pub fn to_json(&self) -> Result<Secret, serde_json::Error> {
        serde_json::to_string(&Written {
            access: self.access.expose().into(),
            access_until: self.access_until,
            refresh: self.refresh.as_ref().map(|refresh| refresh.expose().into()),
        })
        .map(Secret)
    }

    /// Reads what [`Tokens::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn from_json(text: &Secret) -> Result<Self, serde_json::Error> {
        let read: Written<'_> = serde_json::from_str(text.expose())?;
        Ok(Self {
            access: Secret(read.access.into_owned()),
            access_until: read.access_until,
            refresh: read.refresh.map(|refresh| Secret(refresh.into_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens {
            access: Secret::new("opens-the-door".into()),
            access_until: Some("2026-11-22T09:00:00Z".parse().unwrap()),
            refresh: Some(Secret::new("opens-it-again".into())),
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("opens-the-door".into())), "Secret(…)");
        assert!(!format!("{:?}", tokens()).contains("opens"));
    }

    #[test]
    fn tokens_come_back_as_they_were_written() {
        assert_eq!(Tokens::from_json(&tokens().to_json().unwrap()).unwrap(), tokens());
        assert!(Tokens::from_json(&Secret::new("{}".into())).is_err());
    }

    #[test]
    fn a_token_with_a_line_break_is_not_sent() {
        assert!(Secret::new("abc.DEF-_~+/=".into()).is_sendable());
        for text in ["", "a b", "a\r\nx-other: 1", "é"] {
            assert!(!Secret::new(text.into()).is_sendable(), "{text:?}");
        }
    }
}

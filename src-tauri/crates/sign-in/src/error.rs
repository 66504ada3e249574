//! What can go wrong, in kinds that a person can do something about.

use crate::door::Fault;

/// Why a sign-in did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody there, connection lost, or too slow.
    #[error("the sign-in provider did not answer: {0}")]
    NoAnswer(String),
    /// This computer's certificates cannot be used; nothing was sent.
    #[error("no connection: {0}")]
    NoCertificates(String),
    /// The provider asks to try again later; `retry_after` in seconds where it says when.
    #[error("the sign-in provider is busy")]
    Later { retry_after: Option<u64> },
    /// The provider's answer breaks the rules; the text says which, and repeats nothing of the answer.
    #[error("the sign-in provider's answer cannot be used: {0}")]
    NotUsable(String),
    /// More than [`web::SIGN_IN_CAP`] bytes.
    #[error("the sign-in provider's answer is too large")]
    TooLarge,
    /// The provider pointed elsewhere. That is not followed.
    #[error("the sign-in provider pointed to another address")]
    Redirected,
    /// The institution's profile or its registration at the provider is wrong. `code` is the provider's OAuth
    /// error code, or the name of the profile's field.
    #[error("the institution's sign-in settings are refused: {code}")]
    ProfileFault { code: String },
    /// The person or the provider said no. `code` is the OAuth error code, such as `access_denied`.
    #[error("sign-in was refused: {code}")]
    Denied { code: String },
    /// Device codes are not allowed by the profile or not listed by the provider.
    #[error("sign-in with a code is not offered")]
    NotOffered,
    /// No port to listen on for the browser's return.
    #[error("no port is free for the browser's return")]
    NoPort,
    /// Somebody signed in, but not the person who was expected.
    #[error("somebody else signed in")]
    SomebodyElse,
    /// Everything about the id_token is right except its times: this computer's clock and the provider's differ
    /// by more than a few minutes.
    #[error("this computer's clock and the sign-in provider's differ")]
    Clock,
    /// The device code's time is over.
    #[error("the code has expired")]
    Expired,
}

impl Error {
    pub(crate) fn profile(field: &str) -> Self {
        Self::ProfileFault { code: field.into() }
    }

    pub(crate) fn not_usable(why: impl Into<String>) -> Self {
        Self::NotUsable(why.into())
    }

    /// What an OAuth error code means while signing in (RFC 6749 sections 4.1.2.1 and 5.2).
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "server_error" | "temporarily_unavailable" => Self::Later { retry_after: None },
            code if is_profile_fault(code) || code == "unsupported_response_type" => {
                Self::ProfileFault { code: code.into() }
            }
            code => Self::Denied { code: code.into() },
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NoAnswer(why) => Self::NoAnswer(why),
            Fault::NoCertificates(why) => Self::NoCertificates(why),
            Fault::TooLarge => Self::TooLarge,
            Fault::Redirected => Self::Redirected,
            Fault::Later { retry_after } => Self::Later { retry_after },
            other @ (Fault::Address | Fault::Page { .. } | Fault::Status(_) | Fault::Unreadable) => {
                Self::NotUsable(other.to_string())
            }
        }
    }
}

/// Why there is no access token now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The sign-in has ended and nothing is kept to try again with. What was read before stays readable.
    #[error("signed out")]
    SignedOut,
    /// Nobody there, connection lost, or too slow; the token is kept.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// This computer's certificates cannot be used; the token is kept.
    #[error("no connection: {0}")]
    NoCertificates(String),
    /// Not now; the token is kept. `retry_after` in seconds where the provider says when.
    #[error("later: {message}")]
    Later { retry_after: Option<u64>, message: String },
    /// The provider's answer breaks the rules; the token is kept. The text says which, and repeats nothing of the answer.
    #[error("the sign-in provider's answer cannot be used: {0}")]
    NotUsable(String),
    /// More than [`web::SIGN_IN_CAP`] bytes; the token is kept.
    #[error("the sign-in provider's answer is too large")]
    TooLarge,
    /// The provider pointed elsewhere. That is not followed, and the token is kept.
    #[error("the sign-in provider pointed to another address")]
    Redirected,
    /// The institution's profile or its registration at the provider is wrong; the token is kept.
    #[error("the institution's sign-in settings are refused: {code}")]
    ProfileFault { code: String },
    /// The tokens cannot be read or kept on this computer; nothing unsaved was used.
    #[error("the tokens cannot be kept: {0}")]
    Vault(String),
}

impl RefreshError {
    /// Whether the provider may answer another time: the sign-in has not ended, and its tokens can be read and kept.
    pub(crate) fn is_of_the_moment(&self) -> bool {
        !matches!(self, Self::SignedOut | Self::Vault(_))
    }
}

impl From<Error> for RefreshError {
    /// For discovery, which precedes the refresh, and for answers that are no refusal: nothing there ends a sign-in.
    fn from(error: Error) -> Self {
        match error {
            Error::ProfileFault { code } => Self::ProfileFault { code },
            Error::Later { retry_after } => Self::Later { retry_after, message: error.to_string() },
            Error::NoAnswer(why) => Self::NoAnswer(why),
            Error::NoCertificates(why) => Self::NoCertificates(why),
            Error::NotUsable(why) => Self::NotUsable(why),
            Error::TooLarge => Self::TooLarge,
            Error::Redirected => Self::Redirected,
            other => Self::NotUsable(other.to_string()),
        }
    }
}

/// The codes that say that the client, and not the person, is at fault (RFC 6749 section 5.2, RFC 8707 section 2).
pub(crate) fn is_profile_fault(code: &str) -> bool {
    matches!(
        code,
        "invalid_client"
            | "unauthorized_client"
            | "invalid_scope"
            | "invalid_request"
            | "unsupported_grant_type"
            | "invalid_target"
    )
}

//! Why a desk could not be asked, told apart by what the caller does next.

use accounts::Edit;
use web::{Answer, Failure};

/// Why a desk could not be asked, or did not take what was sent. [`Error::is_unclear`] says which leave it open whether
/// something arrived.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody there, too slow, connection lost, or an answer that was cut on its way.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// Asks to come back (408, 425, 429, 5xx), after `retry_after` seconds where it says so.
    #[error("the desk asks to try again later")]
    Later { status: u16, retry_after: Option<u64> },
    /// Something else than the contract promises: HTML, broken JSON, too much of it, another address.
    #[error("the desk's answer cannot be used: {0}")]
    NotUsable(String),
    /// The token is not, or no longer, accepted.
    #[error("the desk does not accept the sign-in")]
    Unauthorized,
    /// What is asked about is not there, or not for this person to see.
    #[error("the desk does not have it")]
    NotThere,
    /// The desk says no, and why. Nothing was taken.
    #[error("the desk did not take it: {code}")]
    Refused { code: String, detail: String, fields: Vec<Field> },
    /// The account is no longer as it was when this was written. Nothing was taken.
    #[error("the account has changed meanwhile")]
    Conflict { now: Vec<Edit> },
    /// The profile's address cannot be used.
    #[error("the desk's address cannot be used: {0}")]
    BadAddress(String),
}

/// What is wrong at one place of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A path such as `wish.changes.0.rights`.
    pub at: String,
    pub detail: String,
}

impl Error {
    /// Whether what was sent may have arrived all the same.
    pub fn is_unclear(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::NotUsable(_) => true,
            // 429 and 425 are said before anything is done; behind a 5xx or a 408 something may have been.
            Self::Later { status, .. } => !matches!(status, 425 | 429),
            _ => false,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoAnswer(reason) | Failure::Unreadable(reason) => Self::NoAnswer(reason),
            Failure::TooLarge { cap } => Self::NotUsable(format!("more than {cap} bytes")),
        }
    }
}

/// The answer if it is one or says why it is none, or what its status means.
pub(crate) fn accept(answer: Answer) -> Result<Answer, Error> {
    if answer.is_ok() {
        return Ok(answer);
    }
    Err(match answer.status {
        401 => Error::Unauthorized,
        404 | 410 => Error::NotThere,
        status if answer.is_later() => Error::Later { status, retry_after: answer.retry_after() },
        // Whatever else says that the fault lies with what was sent has not taken it.
        400..=499 => return Ok(answer),
        _ if answer.is_redirect() => Error::NotUsable("it points to another address".into()),
        status => Error::NotUsable(format!("status {status}")),
    })
}

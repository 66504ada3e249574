//! Why a desk could not be asked, told apart by what the caller does next.

use accounts::{Account, Edit, Wish, applied};
use serde::{Deserialize, Serialize};
use web::{Answer, Failure, header::WWW_AUTHENTICATE};

/// Why a desk could not be asked, or did not take what was sent. [`Error::is_unclear`] says which leave it open whether
/// something arrived.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody there, too slow, connection lost, or an answer that was cut on its way.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// This computer's certificates cannot be used; nothing was sent.
    #[error("no connection: {0}")]
    NoCertificates(String),
    /// Asks to come back (408, 425, 429, 5xx), after `retry_after` seconds where it says so.
    #[error("the desk asks to try again later")]
    Later { status: u16, retry_after: Option<u64> },
    /// Something else than the contract promises: HTML, broken JSON, too much of it, another address.
    #[error("the desk's answer cannot be used: {0}")]
    NotUsable(String),
    /// It cannot be searched for what an earlier try may have brought there. It was not asked anything.
    #[error("the desk cannot be searched")]
    NotSearchable,
    /// The token is not, or no longer, accepted.
    #[error("the desk does not accept the sign-in")]
    Unauthorized,
    /// The token is good and not meant for this (RFC 6750 section 3.1): it takes another sign-in. Nothing was taken.
    #[error("the sign-in does not cover this")]
    InsufficientScope,
    /// What is asked about is not there, or not for this person to see.
    #[error("the desk does not have it")]
    NotThere,
    /// A status that says that it was taken, and a body that says that it was not, in the desk's own words where it has any.
    #[error("the desk's answer says both that it was taken and that it was not")]
    RefusedAsTaken { detail: String },
    /// The desk says no, and why. Nothing was taken.
    #[error("the desk did not take it: {code}")]
    Refused { status: u16, code: String, detail: String, fields: Vec<Field> },
    /// The account is no longer as it was when this was written. Nothing was taken.
    #[error("the account has changed meanwhile")]
    Conflict(Changed),
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

/// What is otherwise on the account than a request took it for, as far as the desk says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// As it is now.
    pub now: Vec<Edit>,
    /// What was there and is not any more.
    pub gone: Vec<Gone>,
}

/// A fact that an account need not have. Access is told as no rights, and is never gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gone {
    Owner,
    Kind,
    Username,
    DisplayName,
    State,
    Expires,
    /// One that has no meaning here.
    #[serde(other)]
    Unknown,
}

impl Gone {
    fn is_of(self, edit: &Edit) -> bool {
        matches!(
            (self, edit),
            (Self::Owner, Edit::Owner { .. })
                | (Self::Kind, Edit::Kind { .. })
                | (Self::Username, Edit::Username { .. })
                | (Self::DisplayName, Edit::DisplayName { .. })
                | (Self::State, Edit::State { .. })
                | (Self::Expires, Edit::Expires { .. })
        )
    }
}

impl Changed {
    /// The fact that `edit` is about, as it is now. `None`: it has not changed, as far as the desk says.
    pub fn of(&self, edit: &Edit) -> Option<Option<&Edit>> {
        let now = self.now.iter().find(|now| now.subject() == edit.subject());
        let is_gone = || self.gone.iter().any(|gone| gone.is_of(edit));
        now.map(Some).or_else(|| is_gone().then_some(None))
    }

    /// `account` with what the desk says of it.
    #[must_use]
    pub fn onto(&self, account: &Account) -> Account {
        let wish = Wish { edits: self.now.clone(), ..Wish::change_access(Vec::new()) };
        let mut account = applied(account, &wish);
        for gone in &self.gone {
            match gone {
                Gone::Owner => account.owner = None,
                Gone::Expires => account.expires = None,
                // Nothing has to be put in their place: an account is never without.
                Gone::Kind | Gone::Username | Gone::DisplayName | Gone::State | Gone::Unknown => {}
            }
        }
        account
    }
}

impl Error {
    /// Whether it refuses, and says in the same breath that it has the request: with a status that says that it was taken, or
    /// because the id stands for one already.
    pub(crate) fn says_that_it_is_there(&self) -> bool {
        match self {
            Self::RefusedAsTaken { .. } => true,
            Self::Refused { code, .. } => code == "id-used",
            _ => false,
        }
    }

    /// Whether what was sent may have arrived all the same.
    pub fn is_unclear(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::NotUsable(_) | Self::RefusedAsTaken { .. } | Self::NotSearchable => {
                true
            }
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
            Failure::NoCertificates(reason) => Self::NoCertificates(reason),
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
        403 if lacks_scope(&answer) => Error::InsufficientScope,
        404 | 410 => Error::NotThere,
        status if answer.is_later() => Error::Later { status, retry_after: answer.retry_after() },
        // Whatever else says that the fault lies with what was sent has not taken it.
        400..=499 => return Ok(answer),
        _ if answer.is_redirect() => Error::NotUsable("it points to another address".into()),
        status => Error::NotUsable(format!("status {status}")),
    })
}

/// Whether a refusal says that the token does not go so far.
fn lacks_scope(answer: &Answer) -> bool {
    let challenges = answer.headers.get_all(WWW_AUTHENTICATE).iter();
    challenges.filter_map(|challenge| challenge.to_str().ok()).any(|challenge| {
        let quoted = "error=\"insufficient_scope\"";
        challenge.contains(quoted)
            || challenge.split([' ', ',']).any(|word| word == "error=insufficient_scope")
    })
}

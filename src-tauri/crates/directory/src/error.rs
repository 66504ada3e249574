//! Why a directory could not be read, told apart by what the caller does next.

use crate::{loose, loose::scim};
use web::{Answer, Failure};

/// Why a directory could not be read. No text in it carries an address, a token or anything about a person.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody there, too slow, connection lost, or an answer that was cut or garbled on its way.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// This computer's certificates cannot be used; nothing was sent.
    #[error("no connection: {0}")]
    NoCertificates(String),
    /// The server asks to come back, after `retry_after` seconds where it says so.
    #[error("the directory asks to try again later")]
    Later { retry_after: Option<u64> },
    /// An answer that is not what the protocol promises, or a request that the server refuses.
    #[error("the directory's answer cannot be used: {0}")]
    NotUsable(String),
    /// More than [`web::PAGE_CAP`] bytes in one answer.
    #[error("the directory's answer is too large")]
    TooLarge,
    /// The server points elsewhere. It is not followed and the token is not sent on.
    #[error("the directory points to another address")]
    Redirected,
    /// Pages repeat, or there are more of them than any institution has accounts.
    #[error("the directory's pages do not end")]
    PagesDoNotEnd,
    /// The token is not, or no longer, accepted. The same question may be asked again with another.
    #[error("the directory does not accept the sign-in")]
    Unauthorized,
    #[error("the directory does not allow this")]
    Forbidden,
    /// The directory does not have what was asked for, such as filters.
    #[error("the directory does not offer this")]
    NotOffered,
    /// The directory has no `/Me`, and nobody in its `/Users` is the one whom the sign-in names.
    #[error(
        "the directory has no /Me, and /Users has no one person for this sign-in, by userName or externalId"
    )]
    NobodyNamed,
    /// The profile's address cannot be used. The text says why.
    #[error("the directory's address cannot be used: {0}")]
    BadAddress(String),
    /// The server forgot where the reading stood, twice (`expiredCursor` and `invalidCursor` of RFC 9865).
    #[error("the directory forgot where the reading stood")]
    CursorExpired,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            // A connection that ends in the middle shows as a body that cannot be decoded.
            Failure::NoAnswer(reason) | Failure::Unreadable(reason) => Self::NoAnswer(reason),
            Failure::NoCertificates(reason) => Self::NoCertificates(reason),
            Failure::TooLarge { .. } => Self::TooLarge,
        }
    }
}

scim! {
    /// An error answer (RFC 7644 section 3.12). `detail` is left out: servers put names into it.
    struct Problem {
        scim_type: Option<String> = "scimType",
    }
}

/// The answer if it is one, or what its status means.
pub(crate) fn accept(answer: Answer) -> Result<Answer, Error> {
    if answer.is_ok() {
        return Ok(answer);
    }
    if answer.is_redirect() {
        return Err(Error::Redirected);
    }
    Err(match answer.status {
        401 => Error::Unauthorized,
        403 => Error::Forbidden,
        501 => Error::NotOffered,
        _ if answer.is_later() => Error::Later { retry_after: answer.retry_after() },
        status => refusal(status, &answer.body),
    })
}

pub(crate) fn refusal(status: u16, body: &[u8]) -> Error {
    let text = String::from_utf8_lossy(body);
    let scim_type = loose::read::<Problem>(&text).ok().and_then(|problem| problem.scim_type);
    // A keyword is shown, free text is not: it may speak of people.
    match scim_type.filter(|word| word.len() <= 40 && word.bytes().all(|b| b.is_ascii_alphanumeric())) {
        Some(word)
            if ["expiredCursor", "invalidCursor"].iter().any(|known| word.eq_ignore_ascii_case(known)) =>
        {
            Error::CursorExpired
        }
        Some(word) => Error::NotUsable(format!("status {status}, {word}")),
        None => Error::NotUsable(format!("status {status}")),
    }
}

/// What a body that should have been JSON is called. Position and sort of fault alone: the words around it may be
/// somebody's data.
pub(crate) fn not_json(fault: &serde_json::Error) -> Error {
    let sort = if fault.is_eof() { "it ends in the middle" } else { "it is not JSON" };
    Error::NotUsable(format!("{sort}, line {}, column {}", fault.line(), fault.column()))
}

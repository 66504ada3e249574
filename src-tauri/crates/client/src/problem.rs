//! From what went wrong below to the closed set of codes that screens have words for.

use crate::view::{Problem, ProblemCode};
use sign_in::RefreshError;
use store::{KeychainError, OpenError};

impl Problem {
    pub(crate) fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, profile: None, said: None }
    }

    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(ProblemCode::Internal, what.to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl From<directory::Error> for Problem {
    fn from(error: directory::Error) -> Self {
        use directory::Error as E;
        let code = match &error {
            E::NoAnswer(_) => ProblemCode::NoAnswer,
            E::NoCertificates(_) => ProblemCode::NoCertificates,
            E::Later { .. } => ProblemCode::Later,
            E::NotUsable(_) => ProblemCode::NotUsable,
            E::TooLarge => ProblemCode::TooLarge,
            E::Redirected => ProblemCode::Redirected,
            E::PagesDoNotEnd | E::CursorExpired => ProblemCode::PagesDoNotEnd,
            // The sign-in's own provider says whether it has ended; a directory that takes no token refuses.
            E::Unauthorized | E::Forbidden => ProblemCode::Refused,
            E::NotOffered => ProblemCode::NotOffered,
            E::NobodyNamed => ProblemCode::NobodyNamed,
            E::BadAddress(_) => ProblemCode::ProfileFault,
        };
        let retry_after = if let E::Later { retry_after } = &error { *retry_after } else { None };
        Self { code, message: error.to_string(), retry_after, profile: None, said: None }
    }
}

impl Problem {
    /// What is told where the desk was asked about itself, and about no request.
    pub(crate) fn of_the_desk(error: desk::Error) -> Self {
        match error {
            desk::Error::NotThere => Self::new(ProblemCode::DeskNotFound, error.to_string()),
            other => other.into(),
        }
    }
}

impl From<desk::Error> for Problem {
    fn from(error: desk::Error) -> Self {
        use desk::Error as E;
        let code = match &error {
            E::NoAnswer(_) => ProblemCode::NoAnswer,
            E::Later { .. } => ProblemCode::Later,
            E::Unauthorized | E::Refused { status: 403, .. } => ProblemCode::DeskForbidden,
            E::NotSearchable => ProblemCode::NotSearchable,
            E::NotUsable(_) | E::RefusedAsTaken { .. } | E::Refused { .. } | E::Conflict(_) => {
                ProblemCode::NotUsable
            }
            E::NoCertificates(_) => ProblemCode::NoCertificates,
            E::NotThere => ProblemCode::NoSuchRequest,
            E::InsufficientScope => ProblemCode::InsufficientScope,
            E::BadAddress(_) => ProblemCode::ProfileFault,
        };
        let retry_after = if let E::Later { retry_after, .. } = &error { *retry_after } else { None };
        Self { code, message: error.to_string(), retry_after, profile: None, said: None }
    }
}

impl From<sign_in::Error> for Problem {
    fn from(error: sign_in::Error) -> Self {
        use sign_in::Error as E;
        let code = match &error {
            E::NoAnswer(_) => ProblemCode::NoAnswer,
            E::NoCertificates(_) => ProblemCode::NoCertificates,
            E::Later { .. } => ProblemCode::Later,
            E::NotUsable(_) => ProblemCode::NotUsable,
            E::TooLarge => ProblemCode::TooLarge,
            E::Redirected => ProblemCode::Redirected,
            E::ProfileFault { .. } => ProblemCode::ProfileFault,
            E::Denied { .. } => ProblemCode::Denied,
            E::NotOffered => ProblemCode::NotOffered,
            E::NoPort => ProblemCode::NoPort,
            E::SomebodyElse => ProblemCode::SomebodyElse,
            E::Clock => ProblemCode::Clock,
            E::Expired => ProblemCode::TimedOut,
        };
        let retry_after = if let E::Later { retry_after } = &error { *retry_after } else { None };
        Self { code, message: error.to_string(), retry_after, profile: None, said: None }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        let (code, retry_after) = match &error {
            RefreshError::SignedOut => (ProblemCode::SignedOut, None),
            RefreshError::NoAnswer(_) => (ProblemCode::NoAnswer, None),
            RefreshError::NoCertificates(_) => (ProblemCode::NoCertificates, None),
            RefreshError::Later { retry_after, .. } => (ProblemCode::Later, *retry_after),
            RefreshError::NotUsable(_) => (ProblemCode::NotUsable, None),
            RefreshError::TooLarge => (ProblemCode::TooLarge, None),
            RefreshError::Redirected => (ProblemCode::Redirected, None),
            RefreshError::ProfileFault { .. } => (ProblemCode::ProfileFault, None),
            RefreshError::Vault(_) => (ProblemCode::StoreTrouble, None),
        };
        Self { code, message: error.to_string(), retry_after, profile: None, said: None }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::new(ProblemCode::StoreTrouble, error.to_string())
    }
}

impl From<KeychainError> for Problem {
    fn from(error: KeychainError) -> Self {
        let code = match error {
            KeychainError::Locked | KeychainError::Dismissed => ProblemCode::KeychainLocked,
            KeychainError::Unreachable(_) => ProblemCode::KeychainUnreachable,
        };
        Self::new(code, error.to_string())
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::Held => ProblemCode::StoreHeld,
            OpenError::WrongKey => ProblemCode::KeyNotFound,
            OpenError::Newer | OpenError::Damaged | OpenError::Folder(_) | OpenError::Sql(_) => {
                ProblemCode::StoreTrouble
            }
        };
        Self::new(code, error.to_string())
    }
}

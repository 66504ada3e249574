//! What can go wrong with a store.

/// Why a store cannot be opened. Nothing is changed, moved or deleted for any of these.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the store.
    #[error("another process holds the store")]
    Held,
    /// The key is not this store's key.
    #[error("the key does not fit the store")]
    WrongKey,
    /// The store was written by a newer version of the program.
    #[error("the store was written by a newer version")]
    Newer,
    /// The right key opens it, but its pages fail their check. See [`crate::Place::salvage`].
    #[error("the store is damaged")]
    Damaged,
    #[error("the store's folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Sql(rusqlite::Error),
}

/// Why a store that is open did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A page failed its check while reading. That is noted beside the store: opening it anew answers
    /// [`OpenError::Damaged`].
    #[error("the store is damaged")]
    Damaged,
    #[error("the disk is full")]
    Full,
    #[error("the store did not answer: {0}")]
    Sql(rusqlite::Error),
    /// A value in the store is not of the form that this version writes.
    #[error("a stored value cannot be read: {0}")]
    Form(#[from] serde_json::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sql(error),
        }
    }
}

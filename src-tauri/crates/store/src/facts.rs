//! Named values of one store.

use crate::{Error, Store};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// What can be kept by name. Each name has one type, known to who writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Who this store belongs to, as `/Me` told last.
    Me,
    /// The tokens. They are here, under the store's key, because keychains take only short secrets.
    Tokens,
    /// Issuer and subject of the sign-in that made this store.
    Subject,
    /// The largest `lastModified` seen: where the next reading of changes begins.
    Newest,
    /// The account that has it: a true answer to what changed since brings it back.
    NewestOf,
    /// When the record was last read to its end, by this computer's clock.
    ReadAt,
    /// When every id was last compared, by this computer's clock.
    SweptAt,
    /// The directory cannot tell what changed.
    FullReadOnly,
    /// How many accounts the directory lists that are none of the reader's business.
    Foreign,
    /// Accounts that the last reading met and could not read, each with when it was last confirmed before.
    Unreadable,
    /// What was saved out of a damaged store, until it has been read.
    Salvaged,
    /// What went of other people's data after too many days without contact, until the record is read again.
    LetGo,
    /// Whether an IT officer's units are kept on this computer. Nothing: not asked yet.
    KeepUnit,
    /// Replies and reasons that are written and not sent, by request.
    Unsent,
}

impl Fact {
    fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Tokens => "tokens",
            Self::Subject => "subject",
            Self::Newest => "newest",
            Self::NewestOf => "newest-of",
            Self::ReadAt => "read-at",
            Self::SweptAt => "swept-at",
            Self::FullReadOnly => "full-read-only",
            Self::Foreign => "foreign",
            Self::Unreadable => "unreadable",
            Self::Salvaged => "salvaged",
            Self::LetGo => "let-go",
            Self::KeepUnit => "keep-unit",
            Self::Unsent => "unsent",
        }
    }
}

impl Store {
    /// The value kept under `fact`.
    ///
    /// # Errors
    /// [`Error::Form`] where what is kept is not a `T`.
    pub fn fact<T: DeserializeOwned>(&self, fact: Fact) -> Result<Option<T>, Error> {
        self.read(|connection| get(connection, fact))
    }

    /// Keeps `value` under `fact`, at once and durably.
    pub fn set_fact<T: Serialize + ?Sized>(&self, fact: Fact, value: &T) -> Result<(), Error> {
        self.write(|connection| put(connection, fact, value))
    }

    /// Keeps `value` under `fact`, or nothing, where what is kept there still `is` what the caller knows. Whether it was: in one
    /// step, so that nothing newer is written over.
    ///
    /// # Errors
    /// [`Error::Form`] where what is kept is not a `T`.
    pub fn replace_fact<T: DeserializeOwned>(
        &self,
        fact: Fact,
        is: impl FnOnce(T) -> bool,
        value: Option<&(impl Serialize + ?Sized)>,
    ) -> Result<bool, Error> {
        self.write(|connection| {
            if !get(connection, fact)?.is_some_and(is) {
                return Ok(false);
            }
            match value {
                Some(value) => put(connection, fact, value)?,
                None => remove(connection, fact)?,
            }
            Ok(true)
        })
    }

    /// Forgets what is kept under `fact`, and gives it back in the same step. What is not a `T` is only forgotten.
    pub fn take_fact<T: DeserializeOwned>(&self, fact: Fact) -> Result<Option<T>, Error> {
        self.write(|connection| {
            let kept = match get(connection, fact) {
                Err(Error::Form(_)) => None,
                kept => kept?,
            };
            remove(connection, fact)?;
            Ok(kept)
        })
    }

    pub fn remove_fact(&self, fact: Fact) -> Result<(), Error> {
        self.write(|connection| remove(connection, fact))
    }
}

pub(crate) fn get<T: DeserializeOwned>(connection: &Connection, fact: Fact) -> Result<Option<T>, Error> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
        .query_row([fact.name()], |row| row.get(0))
        .optional()?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::from)
}

fn remove(connection: &Connection, fact: Fact) -> Result<(), Error> {
    connection.execute("DELETE FROM fact WHERE name = ?1", [fact.name()])?;
    Ok(())
}

pub(crate) fn put<T: Serialize + ?Sized>(
    connection: &Connection,
    fact: Fact,
    value: &T,
) -> Result<(), Error> {
    let text = serde_json::to_string(value)?;
    connection
        .prepare_cached("INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
        .execute(params![fact.name(), text])?;
    Ok(())
}

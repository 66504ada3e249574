//! What the reader asks for: kept durably before anything of it leaves this computer.

use crate::{Error, Store};
use rusqlite::{OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// One request, with what lists are narrowed and ordered by beside its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest<T> {
    /// A UUID.
    pub id: String,
    pub account: String,
    /// Nothing more comes of it.
    pub finished: bool,
    /// RFC 3339, UTC.
    pub changed_at: String,
    pub body: T,
}

impl Store {
    /// Keeps a request, new or changed, at once and durably.
    pub fn keep_request<T: Serialize>(&self, request: &KeptRequest<T>) -> Result<(), Error> {
        let body = serde_json::to_string(&request.body)?;
        let KeptRequest { id, account, finished, changed_at, .. } = request;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO request (id, account, finished, changed_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (id) DO UPDATE SET account = excluded.account, finished = excluded.finished,
                         changed_at = excluded.changed_at, body = excluded.body",
                )?
                .execute(params![id, account, finished, changed_at, body])?;
            Ok(())
        })
    }

    /// # Errors
    /// [`Error::Form`] where what is kept is not a `T`.
    pub fn request<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>, Error> {
        let body: Option<String> = self.read(|connection| {
            Ok(connection
                .prepare_cached("SELECT body FROM request WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()?)
        })?;
        body.map(|body| serde_json::from_str(&body)).transpose().map_err(Error::from)
    }

    /// Requests that are, or are not, finished, the one that changed last first.
    ///
    /// # Errors
    /// [`Error::Form`] where what is kept is not a `T`.
    pub fn requests<T: DeserializeOwned>(&self, finished: bool) -> Result<Vec<T>, Error> {
        let bodies: Vec<String> = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT body FROM request WHERE finished = ?1 ORDER BY changed_at DESC, id",
            )?;
            let bodies = statement.query_map([finished], |row| row.get(0))?;
            Ok(bodies.collect::<Result<_, _>>()?)
        })?;
        bodies.iter().map(|body| serde_json::from_str(body).map_err(Error::from)).collect()
    }

    pub fn remove_request(&self, id: &str) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.prepare_cached("DELETE FROM request WHERE id = ?1")?.execute([id])?;
            Ok(())
        })
    }
}

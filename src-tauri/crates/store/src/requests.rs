//! What the reader asks for: kept durably before anything of it leaves this computer.

use crate::{Error, Store};
use rusqlite::{OptionalExtension, Params, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};

/// One request, with what lists are narrowed and ordered by beside its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest<T> {
    /// A UUID.
    pub id: String,
    pub account: String,
    /// Nothing more comes of it.
    pub finished: bool,
    /// It has a day of which the reader is, or may yet be, reminded.
    pub reminds: bool,
    /// RFC 3339, UTC.
    pub changed_at: String,
    pub body: T,
}

impl Store {
    /// Keeps a request, new or changed, at once and durably.
    pub fn keep_request<T: Serialize>(&self, request: &KeptRequest<T>) -> Result<(), Error> {
        let body = serde_json::to_string(&request.body)?;
        let KeptRequest { id, account, finished, reminds, changed_at, .. } = request;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO request (id, account, finished, reminds, changed_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (id) DO UPDATE SET account = excluded.account, finished = excluded.finished,
                         reminds = excluded.reminds, changed_at = excluded.changed_at, body = excluded.body",
                )?
                .execute(params![id, account, finished, reminds, changed_at, body])?;
            Ok(())
        })
    }

    /// Puts `after` in the place of `before`, unless that is no longer what is kept: somebody changed or removed it
    /// meanwhile. Whether it was.
    pub fn replace_request<T>(&self, before: &T, after: &KeptRequest<T>) -> Result<bool, Error>
    where
        T: Serialize + DeserializeOwned + PartialEq,
    {
        let replaced = self.replace_requests(&[(before, after)])?;
        Ok(replaced.contains(&true))
    }

    /// The same for several at once, all of them durably or none. Which of them were, in their order.
    pub fn replace_requests<T>(&self, changes: &[(&T, &KeptRequest<T>)]) -> Result<Vec<bool>, Error>
    where
        T: Serialize + DeserializeOwned + PartialEq,
    {
        let bodies = changes.iter().map(|(_, after)| serde_json::to_string(&after.body));
        let bodies = bodies.collect::<Result<Vec<_>, _>>()?;
        self.write(|transaction| {
            let mut replaced = Vec::with_capacity(changes.len());
            for ((before, after), body) in changes.iter().zip(&bodies) {
                let KeptRequest { id, account, finished, reminds, changed_at, .. } = after;
                let same = is_kept_as(transaction, id, *before)?;
                if same {
                    transaction
                        .prepare_cached(
                            "UPDATE request SET account = ?2, finished = ?3, reminds = ?4, changed_at = ?5, body = ?6
                             WHERE id = ?1",
                        )?
                        .execute(params![id, account, finished, reminds, changed_at, body])?;
                }
                replaced.push(same);
            }
            Ok(replaced)
        })
    }

    /// Removes a request that is still as it was. Whether it was.
    pub fn remove_request<T: Serialize + DeserializeOwned + PartialEq>(
        &self,
        id: &str,
        before: &T,
    ) -> Result<bool, Error> {
        self.write(|transaction| {
            let same = is_kept_as(transaction, id, before)?;
            if same {
                transaction.prepare_cached("DELETE FROM request WHERE id = ?1")?.execute([id])?;
            }
            Ok(same)
        })
    }

    /// Takes over every request of another store, as they lie there.
    pub fn take_requests_from(&self, other: &Self) -> Result<(), Error> {
        type Row = (String, String, bool, bool, String, String);
        let rows: Vec<Row> = other.read(|connection| {
            let sql = "SELECT id, account, finished, reminds, changed_at, body FROM request";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.try_into())?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        self.write(|transaction| {
            for row in rows {
                transaction
                    .prepare_cached(
                        "INSERT OR IGNORE INTO request (id, account, finished, reminds, changed_at, body)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(row)?;
            }
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

    /// Requests that are, or are not, finished, the one that changed last first. One that is not a `T` stays where it is and
    /// keeps none of the others back.
    pub fn requests<T: DeserializeOwned>(&self, finished: bool) -> Result<Vec<T>, Error> {
        let sql = if finished {
            "SELECT body FROM request WHERE finished ORDER BY changed_at DESC, id"
        } else {
            "SELECT body FROM request WHERE NOT finished ORDER BY changed_at DESC, id"
        };
        self.bodies(sql, params![])
    }

    /// Finished requests that changed at `since` or later, the one that changed last first, at most `most`, read as
    /// [`Self::requests`] are. `since` is written as they are kept.
    pub fn requests_finished_since<T: DeserializeOwned>(
        &self,
        since: &str,
        most: u32,
    ) -> Result<Vec<T>, Error> {
        let sql = "SELECT body FROM request WHERE finished AND changed_at >= ?1 ORDER BY changed_at DESC, id LIMIT ?2";
        self.bodies(sql, params![since, most])
    }

    /// Those that have a day of which the reader is, or may yet be, reminded, finished or not, read as [`Self::requests`] are.
    pub fn requests_that_remind<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.bodies("SELECT body FROM request WHERE reminds ORDER BY changed_at DESC, id", params![])
    }

    fn bodies<T: DeserializeOwned>(&self, sql: &str, of: impl Params) -> Result<Vec<T>, Error> {
        let bodies: Vec<String> = self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let bodies = statement.query_map(of, |row| row.get(0))?;
            Ok(bodies.collect::<Result<_, _>>()?)
        })?;
        let read = bodies.iter().filter_map(|body| match serde_json::from_str(body) {
            Ok(request) => Some(request),
            Err(error) => {
                tracing::error!(
                    line = error.line(),
                    column = error.column(),
                    "a request that is kept cannot be read"
                );
                None
            }
        });
        Ok(read.collect())
    }

    /// How many requests are finished.
    pub fn finished_requests(&self) -> Result<usize, Error> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT count(*) FROM request WHERE finished")?;
            let count: i64 = statement.query_row([], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or(0))
        })
    }
}

fn is_kept_as<T: Serialize + DeserializeOwned + PartialEq>(
    transaction: &Transaction<'_>,
    id: &str,
    expected: &T,
) -> Result<bool, Error> {
    let body: Option<String> = transaction
        .prepare_cached("SELECT body FROM request WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(body) = body else { return Ok(false) };
    // Mostly it was written just so, and writing takes a third of the time that reading takes.
    if serde_json::to_string(expected)? == body {
        return Ok(true);
    }
    Ok(serde_json::from_str::<T>(&body).is_ok_and(|kept| kept == *expected))
}

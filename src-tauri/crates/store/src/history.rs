//! What this computer saw differ between two looks.

use crate::{Error, Store};
use accounts::{AccountId, Change};
use rusqlite::OptionalExtension;
use serde::{Serialize, de::DeserializeOwned};

/// A difference, with the look before it and the look after it. When it happened in between is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// RFC 3339.
    pub before: String,
    /// RFC 3339.
    pub after: String,
    pub changes: Vec<Change>,
}

impl Store {
    /// What was seen to differ on one account, newest first.
    pub fn history(&self, id: &AccountId) -> Result<Vec<Sighting>, Error> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT before, after, changes FROM sighting WHERE account = ?1 ORDER BY rowid DESC",
            )?;
            let mut rows = statement.query([id.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let changes: String = row.get(2)?;
                found.push(Sighting {
                    before: row.get(0)?,
                    after: row.get(1)?,
                    changes: serde_json::from_str(&changes)?,
                });
            }
            Ok(found)
        })
    }

    /// What a desk told last of an account. `None`: nothing yet, or what another version wrote.
    pub fn trail<T: DeserializeOwned>(&self, id: &AccountId) -> Result<Option<T>, Error> {
        let body = self.read(|connection| {
            let sql = "SELECT body FROM trail WHERE account = ?1";
            Ok(connection.query_row(sql, [id.as_str()], |row| row.get::<_, String>(0)).optional()?)
        })?;
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
    }

    /// Keeps what a desk tells of an account, in the place of what it told before. `None`: nothing.
    pub fn keep_trail<T: Serialize>(&self, id: &AccountId, trail: Option<&T>) -> Result<(), Error> {
        let body = trail.map(serde_json::to_string).transpose()?;
        self.write(|transaction| {
            let Some(body) = &body else {
                transaction.execute("DELETE FROM trail WHERE account = ?1", [id.as_str()])?;
                return Ok(());
            };
            let sql = "INSERT INTO trail (account, body) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET body = ?2";
            transaction.execute(sql, [id.as_str(), body])?;
            Ok(())
        })
    }
}

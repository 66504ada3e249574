//! What this computer saw differ between two looks.

use crate::{Error, Store};
use accounts::{AccountId, Change};

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
}

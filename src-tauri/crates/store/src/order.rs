//! The accounts in the order of the list, held in memory: a few bytes each, so that a list of a hundred thousand can be
//! narrowed, counted and paged within a frame.

use crate::Error;
use rusqlite::Connection;

pub(crate) struct Order {
    /// Which state of the accounts this is.
    pub(crate) generation: u64,
    pub(crate) entries: Vec<Entry>,
    local_parts: String,
    pub(crate) kinds: Vec<String>,
}

pub(crate) struct Entry {
    pub(crate) row: u32,
    end: u32,
    pub(crate) kind: u16,
    pub(crate) standing: u8,
}

impl Order {
    pub(crate) fn read(connection: &Connection, generation: u64) -> Result<Self, Error> {
        let mut order =
            Self { generation, entries: Vec::new(), local_parts: String::new(), kinds: Vec::new() };
        let mut statement = connection.prepare_cached(
            "SELECT row, standing, kind, local_part FROM account INDEXED BY account_in_order ORDER BY section, local_part, row",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let kind = row.get_ref(2)?.as_str().unwrap_or_default();
            let kind = order.kinds.iter().position(|known| known == kind).unwrap_or_else(|| {
                order.kinds.push(kind.to_owned());
                order.kinds.len() - 1
            });
            order.local_parts.push_str(row.get_ref(3)?.as_str().unwrap_or_default());
            order.entries.push(Entry {
                row: row.get(0)?,
                standing: row.get(1)?,
                kind: u16::try_from(kind).unwrap_or(u16::MAX),
                end: u32::try_from(order.local_parts.len()).unwrap_or(u32::MAX),
            });
        }
        order.entries.shrink_to_fit();
        order.local_parts.shrink_to_fit();
        Ok(order)
    }

    /// Every entry with its local part, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Entry, &str)> {
        let mut start = 0;
        self.entries.iter().map(move |entry| {
            let end = entry.end as usize;
            let local_part = self.local_parts.get(start..end).unwrap_or_default();
            start = end;
            (entry, local_part)
        })
    }
}

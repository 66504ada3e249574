//! The accounts in the order of the list, held in memory: a few bytes each, so that a list of a hundred thousand can be
//! narrowed, counted and paged within a frame.

use crate::{Error, search::RowSet};
use rusqlite::Connection;
use std::borrow::Cow;

/// Where a set of rows is smaller than this part of all accounts, it is walked instead of the whole order.
const FEW: usize = 8;

#[derive(Default)]
pub(crate) struct Order {
    /// Which state of the accounts this is.
    pub(crate) generation: u64,
    entries: Vec<Entry>,
    local_parts: String,
    pub(crate) kinds: Vec<String>,
    /// Place in the order of each row; `u32::MAX` for rows that are not there.
    places: Vec<u32>,
}

#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) row: u32,
    start: u32,
    end: u32,
    pub(crate) kind: u16,
    pub(crate) standing: u8,
}

impl Order {
    pub(crate) fn read(connection: &Connection, generation: u64) -> Result<Self, Error> {
        let mut order = Self { generation, ..Self::default() };
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
            let start = order.mark();
            order.local_parts.push_str(row.get_ref(3)?.as_str().unwrap_or_default());
            let (kind, end) = (u16::try_from(kind).unwrap_or(u16::MAX), order.mark());
            order.entries.push(Entry { row: row.get(0)?, start, end, kind, standing: row.get(1)? });
        }
        order.entries.shrink_to_fit();
        order.local_parts.shrink_to_fit();
        order.place();
        Ok(order)
    }

    fn mark(&self) -> u32 {
        u32::try_from(self.local_parts.len()).unwrap_or(u32::MAX)
    }

    fn place(&mut self) {
        let highest = self.entries.iter().map(|entry| entry.row).max().unwrap_or(0);
        self.places = vec![u32::MAX; highest as usize + 1];
        for (place, entry) in (0_u32..).zip(&self.entries) {
            if let Some(slot) = self.places.get_mut(entry.row as usize) {
                *slot = place;
            }
        }
    }

    /// The entries whose rows are in `rows` (all for `None`), in order.
    pub(crate) fn among(&self, rows: Option<&RowSet>) -> Cow<'_, [Entry]> {
        let Some(rows) = rows else { return Cow::Borrowed(&self.entries) };
        if rows.len() > self.entries.len() / FEW {
            return self.entries.iter().filter(|entry| rows.contains(entry.row)).copied().collect();
        }
        let mut places: Vec<u32> =
            rows.iter().filter_map(|row| self.places.get(row as usize).copied()).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.entries.get(place as usize).copied()).collect()
    }

    /// What comes before the `@`, folded.
    pub(crate) fn local_part(&self, entry: &Entry) -> &str {
        self.local_parts.get(entry.start as usize..entry.end as usize).unwrap_or_default()
    }
}

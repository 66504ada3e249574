//! Which accounts match what is typed: each word anywhere, in any order, without case or accents; one or two letters
//! match the starts of words.

use crate::Error;
use rusqlite::Connection;

/// Fewer letters than this are looked for at the starts of words.
const ANYWHERE: usize = 3;

/// A set of rows.
pub(crate) struct RowSet(Vec<u64>);

impl RowSet {
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The rows, lowest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.0).flat_map(|(word, bits)| {
            let bits = *bits;
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
        })
    }

    pub(crate) fn contains(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    fn insert(&mut self, row: u32) {
        let word = row as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (row % 64);
        }
    }

    fn keep(&mut self, other: &Self) {
        for (i, bits) in self.0.iter_mut().enumerate() {
            *bits &= other.0.get(i).copied().unwrap_or(0);
        }
    }
}

/// The rows that match every one of `words` (folded), or `None` where the words say nothing.
pub(crate) fn matching(connection: &Connection, words: &[String]) -> Result<Option<RowSet>, Error> {
    let (long, short): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.chars().count() >= ANYWHERE);
    let mut found: Option<RowSet> = None;
    let mut narrow = |rows: RowSet| match &mut found {
        Some(found) => found.keep(&rows),
        None => found = Some(rows),
    };
    if !long.is_empty() {
        let terms: Vec<_> = long.iter().map(|word| quoted(word)).collect();
        narrow(rows(connection, "SELECT rowid FROM gram WHERE gram MATCH ?1", &terms.join(" AND "))?);
    }
    for word in short {
        // Punctuation alone starts no word.
        if word.chars().any(char::is_alphanumeric) {
            narrow(rows(
                connection,
                "SELECT rowid FROM word WHERE word MATCH ?1",
                &format!("{}*", quoted(word)),
            )?);
        }
    }
    Ok(found)
}

/// A word as FTS5 takes it literally.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn rows(connection: &Connection, sql: &str, term: &str) -> Result<RowSet, Error> {
    let mut set = RowSet(Vec::new());
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([term])?;
    while let Some(row) = rows.next()? {
        set.insert(row.get(0)?);
    }
    Ok(set)
}

//! Which accounts match what is typed: each word anywhere, in any order, without case or accents; one or two letters
//! match the starts of words. Whoever holds an account through a group is found with it like those who are named there.

use crate::{hay::Hay, index::Word};
use rusqlite::functions::FunctionFlags;
use std::collections::HashSet;

/// A set of rows.
#[derive(Default)]
pub(crate) struct RowSet(Vec<u64>);

impl RowSet {
    /// An empty one, in which rows below `rows` are put without asking for memory.
    pub(crate) fn with_room(rows: usize) -> Self {
        Self(Vec::with_capacity(rows / 64 + 1))
    }

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

    pub(crate) fn insert(&mut self, row: u32) {
        let word = row as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (row % 64);
        }
    }

    fn keep(mut self, other: &Self) -> Self {
        for (i, bits) in self.0.iter_mut().enumerate() {
            *bits &= other.0.get(i).copied().unwrap_or(0);
        }
        self
    }
}

/// The rows that match every one of `words` (folded), or `None` where the words say nothing.
pub(crate) fn matching(hay: &Hay, words: &[String]) -> Option<RowSet> {
    let mut seen = HashSet::new();
    let mut sets = words
        .iter()
        .filter(|word| seen.insert(word.as_str()))
        .filter_map(|word| Word::of(word))
        .map(|word| hay.with(&word));
    let first = sets.next()?;
    // Where nothing is left no further word can add to it.
    Some(
        sets.try_fold(first, |all, set| Some(all.keep(&set)).filter(|left| left.len() > 0))
            .unwrap_or_default(),
    )
}

/// Lets statements ask `starts_word(hay, start)`: see [`begins_a_word`].
pub(crate) fn add_functions(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("starts_word", 2, flags, |context| {
        let (hay, start) = (context.get_raw(0).as_str()?, context.get_raw(1).as_str()?);
        Ok(begins_a_word(hay, start))
    })
}

/// Whether a word of `text` begins so. A word is letters and digits.
pub(crate) fn begins_a_word(text: &str, start: &str) -> bool {
    let mut inside = false;
    text.char_indices().any(|(at, letter)| {
        let begins = !inside && letter.is_alphanumeric();
        inside = letter.is_alphanumeric();
        begins && text.get(at..).is_some_and(|rest| rest.starts_with(start))
    })
}

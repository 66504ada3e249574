//! Which accounts match what is typed: each word anywhere, in any order, without case or accents; one or two letters
//! match the starts of words.

use crate::Error;
use rusqlite::{Connection, functions::FunctionFlags};
use std::sync::{Arc, Mutex, PoisonError};

/// Fewer letters than this are looked for at the starts of words.
pub(crate) const ANYWHERE: usize = 3;
/// For how many words it is kept what was found; for each a bit per account.
const KEPT: usize = 128;
/// A word that is in fewer accounts than this is a rare one.
const FEW: usize = 4096;

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

/// What was found for single words, for as long as no account changes: whoever types asks for the same words again and
/// again, each time with one letter more or less.
#[derive(Default)]
pub(crate) struct Found(Mutex<Vec<(String, Arc<RowSet>)>>);

impl Found {
    fn get(&self, word: &str) -> Option<Arc<RowSet>> {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = sets.iter().position(|(known, _)| known == word)?;
        let known = sets.remove(at);
        let set = Arc::clone(&known.1);
        sets.push(known);
        Some(set)
    }

    fn keep(&self, word: &str, set: RowSet) -> Arc<RowSet> {
        let set = Arc::new(set);
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sets.retain(|(known, _)| known != word);
        if sets.len() >= KEPT {
            sets.remove(0);
        }
        sets.push((word.to_owned(), Arc::clone(&set)));
        set
    }
}

/// The rows that match every one of `words` (folded), or `None` where the words say nothing.
pub(crate) fn matching(
    connection: &Connection,
    words: &[String],
    found: &Found,
) -> Result<Option<Arc<RowSet>>, Error> {
    // Punctuation alone starts no word.
    let asked = words.iter().filter(|word| is_long(word) || word.chars().any(char::is_alphanumeric));
    let (mut sets, mut known, mut long) = (Vec::new(), Vec::new(), Vec::new());
    let mut beside_rare = false;
    for word in asked {
        match found.get(word) {
            Some(set) => {
                if is_long(word) {
                    beside_rare |= set.len() < FEW;
                    known.push(word);
                }
                sets.push(set);
            }
            None if is_long(word) => long.push(word),
            None => {
                let rows = rows(
                    connection,
                    "SELECT rowid FROM word WHERE word MATCH ?1",
                    &format!("{}*", quoted(word)),
                )?;
                sets.push(found.keep(word, rows));
            }
        }
    }
    match long.as_slice() {
        [] => {}
        [word] if !beside_rare => sets.push(found.keep(word, grams(connection, &[word])?)),
        // Beside a rare word the rows of a frequent one need not all be read.
        _ => {
            long.extend(known);
            sets.push(Arc::new(grams(connection, &long)?));
        }
    }
    let Some((first, rest)) = sets.split_first() else { return Ok(None) };
    let Some((second, rest)) = rest.split_first() else { return Ok(Some(Arc::clone(first))) };
    let mut all = RowSet(first.0.clone());
    [second].into_iter().chain(rest).for_each(|set| all.keep(set));
    Ok(Some(Arc::new(all)))
}

/// Lets statements ask `starts_word(hay, start)`: whether a word of `hay` begins so. Words are what the word index takes
/// for them: letters and digits.
pub(crate) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("starts_word", 2, flags, |context| {
        let (hay, start) = (context.get_raw(0).as_str()?, context.get_raw(1).as_str()?);
        Ok(starts_word(hay, start))
    })
}

fn starts_word(hay: &str, start: &str) -> bool {
    let mut inside = false;
    hay.char_indices().any(|(at, letter)| {
        let begins = !inside && letter.is_alphanumeric();
        inside = letter.is_alphanumeric();
        begins && hay.get(at..).is_some_and(|rest| rest.starts_with(start))
    })
}

/// Looks for every single letter, so that the first one typed is found at once.
pub(crate) fn look_ahead(connection: &Connection, found: &Found) -> Result<(), Error> {
    ('a'..='z').try_for_each(|letter| matching(connection, &[letter.into()], found).map(drop))
}

fn is_long(word: &str) -> bool {
    word.chars().count() >= ANYWHERE
}

/// The rows in which all of `words` are, anywhere.
fn grams(connection: &Connection, words: &[&String]) -> Result<RowSet, Error> {
    let terms: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    rows(connection, "SELECT rowid FROM gram WHERE gram MATCH ?1", &terms.join(" AND "))
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

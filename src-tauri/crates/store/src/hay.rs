//! What search looks through: the folded names of all accounts and people, held in memory and scanned. A hundred thousand
//! accounts come to some ten megabytes, which are looked through in less than a frame, whatever is typed and however many
//! have it.

use crate::{
    Error,
    search::{RowSet, Word},
};
use accounts::{Account, PersonRef, fold};
use memchr::memmem::Finder;
use rusqlite::Connection;
use std::{collections::HashSet, mem};

/// Stands for a text that is not there.
const NONE: u32 = u32::MAX;

/// What was written of an account or a person. Taking one in twice is the same as once.
pub(crate) enum News {
    /// `own`: what is searched of the account itself; nothing where it is gone. `people`: rows of those whose names lead to it,
    /// now and `before`.
    Account { row: u32, own: Option<String>, people: Vec<u32>, before: Vec<u32> },
    /// A person's names.
    Person { row: u32, names: String },
    /// Too much to tell: all of it is to be read anew.
    Everything,
}

pub(crate) struct Hay {
    accounts: Texts,
    people: Texts,
    /// For each person's row the rows of their accounts, in order.
    held: Vec<Vec<u32>>,
}

impl Hay {
    pub(crate) fn read(connection: &Connection) -> Result<Self, Error> {
        let mut hay = Self {
            accounts: Texts::read(connection, "SELECT row, own FROM hay ORDER BY row", |own| own)?,
            people: Texts::read(connection, "SELECT row, hay FROM person ORDER BY row", names)?,
            held: Vec::new(),
        };
        let mut statement = connection.prepare_cached("SELECT person, account FROM access")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            hay.hold(row.get(0)?, row.get(1)?);
        }
        hay.held.iter_mut().for_each(Vec::shrink_to_fit);
        Ok(hay)
    }

    /// Follows what was written. False: all of it has to be read anew.
    pub(crate) fn follow(&mut self, news: Vec<News>) -> bool {
        for one in news {
            match one {
                News::Account { row, own, people, before } => {
                    // A group may hold them all: who stays is left alone.
                    for person in before.into_iter().filter(|person| !people.contains(person)) {
                        self.let_go(person, row);
                    }
                    match own {
                        Some(own) => self.accounts.put(row, &own),
                        None => self.accounts.remove(row),
                    }
                    for person in people {
                        self.hold(person, row);
                    }
                }
                News::Person { row, names } => self.people.put(row, &names),
                News::Everything => return false,
            }
        }
        true
    }

    /// The accounts that have the word.
    pub(crate) fn with(&self, word: &Word) -> RowSet {
        let mut rows = RowSet::with_room(self.accounts.current.len());
        self.accounts.find(word, |row| rows.insert(row));
        self.people.find(word, |person| {
            for row in self.held.get(person as usize).into_iter().flatten() {
                rows.insert(*row);
            }
        });
        rows
    }

    fn hold(&mut self, person: u32, account: u32) {
        let person = person as usize;
        if person >= self.held.len() {
            self.held.resize_with(person + 1, Vec::new);
        }
        if let Some(accounts) = self.held.get_mut(person)
            && let Err(at) = accounts.binary_search(&account)
        {
            accounts.insert(at, account);
        }
    }

    fn let_go(&mut self, person: u32, account: u32) {
        if let Some(accounts) = self.held.get_mut(person as usize)
            && let Ok(at) = accounts.binary_search(&account)
        {
            accounts.remove(at);
        }
    }
}

/// What is searched of an account itself: address, names, unit; folded, one to a line.
pub(crate) fn own(account: &Account) -> String {
    let unit = account.unit.as_ref().map_or("", |unit| unit.name.as_str());
    let address = account.address.as_deref().unwrap_or_default();
    lines([address, &account.username, &account.display_name, unit])
}

/// What is searched of a person: the words of their names on the first line, by which accounts are found too; then the unit.
/// `also`: names that they have in other accounts, or had when those were read last.
pub(crate) fn of_person(who: &PersonRef, also: &str) -> String {
    let own = lines([who.name.as_str(), who.username.as_deref().unwrap_or_default()]);
    let mut seen = HashSet::new();
    let words = own.split_whitespace().chain(also.split_whitespace()).filter(|word| seen.insert(*word));
    let names = words.collect::<Vec<_>>().join(" ");
    format!("{names}\n{}", lines([who.unit.as_deref().unwrap_or_default()]))
}

/// The part of a person's text by which accounts are found.
pub(crate) fn names(of_person: &str) -> &str {
    of_person.split('\n').next().unwrap_or_default()
}

fn lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let (mut all, mut seen) = (String::new(), HashSet::new());
    for text in texts {
        if !text.is_empty() && seen.insert(text) {
            all.extend(fold(text).chars().map(|c| if c.is_control() { ' ' } else { c }));
            all.push('\n');
        }
    }
    all
}

/// Texts by number, one after another in one piece of memory. One that is replaced stays where it is until as much is
/// outdated as holds.
#[derive(Default)]
struct Texts {
    all: String,
    /// By where they begin.
    pieces: Vec<Piece>,
    /// For each number its piece.
    current: Vec<u32>,
    outdated: usize,
}

#[derive(Clone, Copy)]
struct Piece {
    start: u32,
    number: u32,
    /// A bit for each of a-z and 0-9 with which a word begins.
    initials: u64,
}

impl Texts {
    /// Reads numbers with their texts, and takes the part of each that is searched.
    fn read(connection: &Connection, sql: &str, part: fn(&str) -> &str) -> Result<Self, Error> {
        let mut texts = Self::default();
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            texts.put(row.get(0)?, part(row.get_ref(1)?.as_str().unwrap_or_default()));
        }
        texts.all.shrink_to_fit();
        texts.pieces.shrink_to_fit();
        Ok(texts)
    }

    fn put(&mut self, number: u32, text: &str) {
        self.remove(number);
        let at = number as usize;
        if at >= self.current.len() {
            self.current.resize(at + 1, NONE);
        }
        if let Some(slot) = self.current.get_mut(at) {
            *slot = as_u32(self.pieces.len());
        }
        self.pieces.push(Piece { start: as_u32(self.all.len()), number, initials: initials(text) });
        self.all.push_str(text);
        self.all.push('\n');
    }

    fn remove(&mut self, number: u32) {
        let Some(slot) = self.current.get_mut(number as usize) else { return };
        let piece = mem::replace(slot, NONE) as usize;
        self.outdated += self.text(piece).len();
        if self.outdated > self.all.len() / 2 {
            self.tidy_up();
        }
    }

    fn tidy_up(&mut self) {
        let before = mem::take(self);
        for (at, piece) in before.pieces.iter().enumerate().filter(|(at, piece)| before.holds(*at, **piece)) {
            let text = before.text(at);
            self.put(piece.number, text.strip_suffix('\n').unwrap_or(text));
        }
    }

    /// Whether that piece is what its number has now.
    fn holds(&self, at: usize, piece: Piece) -> bool {
        self.current.get(piece.number as usize).is_some_and(|current| *current as usize == at)
    }

    fn text(&self, at: usize) -> &str {
        let start = |at: usize| self.pieces.get(at).map_or(self.all.len(), |piece| piece.start as usize);
        self.all.get(start(at)..start(at + 1)).unwrap_or_default()
    }

    /// Calls `found` with the number of each text that has the word.
    fn find(&self, word: &Word, mut found: impl FnMut(u32)) {
        if let Word::Initial(letter) = word {
            let bit = bit(*letter);
            let pieces = self.pieces.iter().enumerate().filter(|(_, piece)| piece.initials & bit != 0);
            pieces.filter(|(at, piece)| self.holds(*at, **piece)).for_each(|(_, piece)| found(piece.number));
            return;
        }
        let text = word.text();
        let finder = Finder::new(text.as_bytes());
        let (mut from, mut piece) = (0, 0);
        let starts = |at: usize| self.pieces.get(at).map_or(usize::MAX, |piece| piece.start as usize);
        while let Some(hit) = self.all.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let hit = from + hit;
            if matches!(word, Word::Start(_)) && self.inside_a_word(hit) {
                from = hit + 1;
                continue;
            }
            while starts(piece + 1) <= hit {
                piece += 1;
            }
            if let Some(here) = self.pieces.get(piece).filter(|here| self.holds(piece, **here)) {
                found(here.number);
            }
            // One hit tells all of this text.
            from = starts(piece + 1);
        }
    }

    fn inside_a_word(&self, at: usize) -> bool {
        let before = self.all.get(..at).and_then(|before| before.chars().next_back());
        before.is_some_and(char::is_alphanumeric)
    }
}

fn initials(text: &str) -> u64 {
    let mut inside = false;
    text.chars().fold(0, |found, letter| {
        let begins = !mem::replace(&mut inside, letter.is_alphanumeric()) && inside;
        if begins { found | bit(letter) } else { found }
    })
}

/// None for letters of other alphabets: those are looked for like two letters.
fn bit(letter: char) -> u64 {
    match letter {
        'a'..='z' => 1 << (u32::from(letter) - u32::from('a')),
        '0'..='9' => 1 << (26 + u32::from(letter) - u32::from('0')),
        _ => 0,
    }
}

/// Nothing here comes to four thousand million.
fn as_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where what it stands on breaks")]
mod tests {
    use super::*;
    use crate::search::begins_a_word;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn found(texts: &Texts, word: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        texts.find(&Word::of(word).unwrap(), |number| numbers.push(number));
        numbers.sort_unstable();
        numbers
    }

    proptest! {
        #[test]
        fn whatever_was_put_replaced_and_removed_is_found_as_it_stands_now(
            steps in proptest::collection::vec((0..6_u32, proptest::option::of("[abéд .-]{0,6}(\n[ab]{1,3})?")), 0..40),
            word in "[abéд]{1,4}",
        ) {
            let (mut texts, mut model) = (Texts::default(), BTreeMap::new());
            for (number, text) in steps {
                if let Some(text) = text {
                    texts.put(number, &text);
                    model.insert(number, text);
                } else {
                    texts.remove(number);
                    model.remove(&number);
                }
            }
            let has = |text: &str| {
                if word.chars().count() >= 3 { text.contains(&word) } else { begins_a_word(text, &word) }
            };
            let expected: Vec<u32> = model.iter().filter(|(_, text)| has(text)).map(|(number, _)| *number).collect();
            prop_assert_eq!(found(&texts, &word), expected);
            let held: usize = model.values().map(|text| text.len() + 1).sum();
            prop_assert!(texts.all.len() <= 2 * held.max(8), "{} bytes for {}", texts.all.len(), held);
        }
    }
}

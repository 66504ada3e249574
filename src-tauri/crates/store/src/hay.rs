//! What search looks through: the folded names of all accounts and people, held in memory.

use crate::{
    Error,
    index::{Index, Word},
    search::RowSet,
};
use accounts::{Account, PersonRef, fold};
use rusqlite::Connection;
use std::collections::HashSet;

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
    accounts: Index,
    people: Index,
    /// For each person's row the rows of their accounts, in order.
    held: Vec<Vec<u32>>,
}

impl Hay {
    pub(crate) fn read(connection: &Connection) -> Result<Self, Error> {
        let mut hay = Self {
            accounts: indexed(connection, "SELECT row, own FROM hay ORDER BY row", |own| own)?,
            people: indexed(connection, "SELECT row, hay FROM person ORDER BY row", names)?,
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
        !(self.accounts.is_worn_out() || self.people.is_worn_out())
    }

    /// The accounts that have the word.
    pub(crate) fn with(&self, word: &Word) -> RowSet {
        let mut people = RowSet::with_room(self.people.reach());
        self.people.find(word, |person| people.insert(person));
        let mut rows = RowSet::with_room(self.accounts.reach());
        self.accounts.find(word, |row| rows.insert(row));
        for person in people.iter() {
            for row in self.held.get(person as usize).into_iter().flatten() {
                rows.insert(*row);
            }
        }
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

/// Reads numbers with their texts, and takes the part of each that is searched.
fn indexed(connection: &Connection, sql: &str, part: fn(&str) -> &str) -> Result<Index, Error> {
    let mut index = Index::default();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        index.put(row.get(0)?, part(row.get_ref(1)?.as_str().unwrap_or_default()));
    }
    index.shrink();
    Ok(index)
}

//! The list of accounts: narrowed, counted, and read in stretches.

use crate::{Error, Listed, Store, line, search};
use accounts::{Account, AccountId, KindId, Standing, fold, words};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashSet;

/// Which ways of seeing an account are wanted. None chosen means all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facets {
    pub own: bool,
    pub uses: bool,
    pub unit: bool,
}

/// Which accounts are wanted, and which stretch of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// As typed.
    pub text: String,
    pub facets: Facets,
    pub kind: Option<KindId>,
    pub offset: usize,
    pub limit: usize,
}

/// A stretch of the list, and how many match in all.
#[derive(Debug, Clone)]
pub struct Rows<Row = Stored> {
    pub rows: Vec<Row>,
    pub total: usize,
}

/// An account as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub account: Account,
    pub standing: Standing,
    /// RFC 3339, by this computer's clock.
    pub first_seen: String,
    pub seen_at: String,
}

/// How many accounts there are of each sort, whatever is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    pub all: usize,
    pub own: usize,
    pub uses: usize,
    pub unit: usize,
    pub kinds: Vec<(KindId, usize)>,
}

pub(crate) const ITSELF: u8 = 1;
pub(crate) const OWNS: u8 = 2;
pub(crate) const USES: u8 = 4;
pub(crate) const UNIT: u8 = 8;

pub(crate) fn bits(standing: Standing) -> u8 {
    [(standing.itself, ITSELF), (standing.owns, OWNS), (standing.uses, USES), (standing.holds_unit, UNIT)]
        .into_iter()
        .filter_map(|(holds, bit)| holds.then_some(bit))
        .sum()
}

pub(crate) fn standing(bits: u8) -> Standing {
    Standing {
        itself: bits & ITSELF != 0,
        owns: bits & OWNS != 0,
        uses: bits & USES != 0,
        holds_unit: bits & UNIT != 0,
    }
}

impl Counts {
    /// Adds `n` accounts of one standing and kind. Kinds come in order.
    fn add(&mut self, standing: u8, kind: &str, n: usize) {
        let with = |bits| if standing & bits == 0 { 0 } else { n };
        self.all += n;
        self.own += with(OWNS | ITSELF);
        self.uses += with(USES);
        self.unit += with(UNIT);
        match self.kinds.iter_mut().find(|(known, _)| known.as_str() == kind) {
            Some((_, count)) => *count += n,
            None => self.kinds.push((KindId(kind.to_owned()), n)),
        }
    }
}

impl Facets {
    fn wanted(self) -> u8 {
        // The account that somebody is signed in as counts as one's own.
        let own = if self.own { OWNS | ITSELF } else { 0 };
        let chosen = own | if self.uses { USES } else { 0 } | if self.unit { UNIT } else { 0 };
        if chosen == 0 { u8::MAX } else { chosen }
    }
}

impl Store {
    /// The accounts that match, best first: exact local part, then those that start with it, then the rest; within each
    /// what is owned, what is used, the unit's, by address.
    pub fn accounts(&self, query: &Query) -> Result<Rows, Error> {
        self.stretch(query, SELECT, |row| read_row(row)?.into_stored())
    }

    /// The same accounts as lines: without their grants, which a list does not draw and which take longest to read. What
    /// needs somebody by `day` (days since 1970) comes whole.
    pub fn lines(&self, query: &Query, day: i32) -> Result<Rows<Listed>, Error> {
        self.stretch(query, line::SELECT, |row| Listed::read(row, day))
    }

    fn stretch<T>(
        &self,
        query: &Query,
        select: &str,
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Rows<T>, Error> {
        let order = self.order()?;
        let words = words(&query.text);
        let wanted = query.facets.wanted();
        let kind = query.kind.as_ref().map(|kind| order.kinds.iter().position(|known| *known == kind.0));
        let matching =
            if words.is_empty() { None } else { self.looked(|hay| search::matching(hay, &words))? };
        self.read(|connection| {
            let typed = fold(query.text.trim());
            // What lies beyond the stretch is counted and not collected.
            let reach = query.offset.saturating_add(query.limit);
            let mut ranked: [Vec<u32>; 3] = Default::default();
            let mut total = 0;
            for entry in order.among(matching.as_ref()).iter() {
                let chosen = entry.standing & wanted != 0
                    && kind.is_none_or(|kind| kind == Some(usize::from(entry.kind)));
                if !chosen {
                    continue;
                }
                total += 1;
                // Comparing with nothing is slow: the vector instructions trip over an address that is none.
                let rank = if typed.is_empty() { 2 } else { rank(order.local_part(entry), &typed) };
                if let Some(rows) = ranked.get_mut(rank).filter(|rows| rows.len() < reach) {
                    rows.push(entry.row);
                }
            }
            let wanted_rows = ranked.iter().flatten().skip(query.offset).take(query.limit);
            let mut rows = Vec::with_capacity(query.limit.min(total));
            let mut statement = connection.prepare_cached(&format!("{select} WHERE row = ?1"))?;
            for row in wanted_rows {
                let mut found = statement.query([row])?;
                // A row can go between the two looks; the list is asked for again then.
                if let Some(row) = found.next()? {
                    rows.push(read(row)?);
                }
            }
            Ok(Rows { rows, total })
        })
    }

    /// Puts the accounts in order and reads what search looks through, so that the next question need not wait for either.
    pub fn put_in_order(&self) -> Result<(), Error> {
        self.order()?;
        self.looked(|_| ())
    }

    /// How many accounts there are of each sort.
    pub fn counts(&self) -> Result<Counts, Error> {
        self.read(|connection| {
            let mut counts = Counts::default();
            let mut statement = connection.prepare_cached(
                "SELECT standing, kind, accounts FROM tally WHERE accounts > 0 ORDER BY kind",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let n = usize::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
                counts.add(row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default(), n);
            }
            Ok(counts)
        })
    }

    /// One account.
    pub fn account(&self, id: &AccountId) -> Result<Option<Stored>, Error> {
        self.read(|connection| by_id(connection, id))
    }

    /// The account that was altered last by the directory's clock, no later than `until`, and when. Those in `gone` and those
    /// without a date are passed over.
    pub fn newest(
        &self,
        until: Timestamp,
        gone: &HashSet<AccountId>,
    ) -> Result<Option<(AccountId, Timestamp)>, Error> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, body ->> '$.lastModified' FROM account")?;
            let mut rows = statement.query([])?;
            let mut newest: Option<(AccountId, Timestamp)> = None;
            while let Some(row) = rows.next()? {
                let at = row.get_ref(1)?.as_str().ok().and_then(|at| at.parse::<Timestamp>().ok());
                let is_newer =
                    |at: &Timestamp| *at <= until && newest.as_ref().is_none_or(|(_, best)| best < at);
                let Some(at) = at.filter(is_newer) else { continue };
                let id = AccountId(row.get(0)?);
                if !gone.contains(&id) {
                    newest = Some((id, at));
                }
            }
            Ok(newest)
        })
    }

    /// Accounts that need somebody by `day` (days since 1970), soonest first and those without a date (day 0)
    /// last, and how many there are in all.
    pub fn needing(&self, day: i32, limit: usize) -> Result<Rows, Error> {
        self.read(|connection| {
            let total: i64 = connection
                .prepare_cached(
                    "SELECT count(*) FROM account INDEXED BY account_needing WHERE needs_from <= ?1",
                )?
                .query_row([day], |row| row.get(0))?;
            let mut statement = connection.prepare_cached(&format!(
                "{SELECT} INDEXED BY account_needing_in_order WHERE needs_from <= ?1
                 ORDER BY section, needs_from = 0, needs_from, local_part, row LIMIT ?2"
            ))?;
            let rows = statement
                .query_map((day, sql_limit(limit)), read_row)?
                .map(|raw| raw.map_err(Error::from)?.into_stored())
                .collect::<Result<_, _>>()?;
            Ok(Rows { rows, total: usize::try_from(total).unwrap_or(0) })
        })
    }
}

/// How well a local part matches what is typed: it is that, starts with it, or has it somewhere else or not at all.
fn rank(local_part: &str, typed: &str) -> usize {
    match local_part.strip_prefix(typed) {
        Some("") => 0,
        Some(_) => 1,
        None => 2,
    }
}

/// A limit as SQL takes it.
pub(crate) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(crate) const SELECT: &str = "SELECT body, standing, first_seen, seen_at FROM account";

pub(crate) struct Raw {
    body: String,
    standing: u8,
    first_seen: String,
    seen_at: String,
}

pub(crate) fn read_row(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw { body: row.get(0)?, standing: row.get(1)?, first_seen: row.get(2)?, seen_at: row.get(3)? })
}

impl Raw {
    pub(crate) fn into_stored(self) -> Result<Stored, Error> {
        Ok(Stored {
            account: serde_json::from_str(&self.body)?,
            standing: standing(self.standing),
            first_seen: self.first_seen,
            seen_at: self.seen_at,
        })
    }
}

pub(crate) fn by_id(connection: &Connection, id: &AccountId) -> Result<Option<Stored>, Error> {
    let raw = connection
        .prepare_cached(&format!("{SELECT} WHERE id = ?1"))?
        .query_row([id.as_str()], read_row)
        .optional()?;
    raw.map(Raw::into_stored).transpose()
}

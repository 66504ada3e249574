//! What a reading has met so far, and whether it still gets anywhere.

use crate::{Error, account::Taken};
use std::collections::HashSet;

/// More accounts than any institution has.
const MOST_RESOURCES: u64 = 2_000_000;
const MOST_PAGES: u64 = 100_000;
/// Pages in a row without a resource, which cursor paging allows now and then.
const MOST_EMPTY: u32 = 100;

/// Every identifier met, and the counts that tell an honest end from another.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    seen: HashSet<Box<str>>,
    cursors: HashSet<String>,
    received: u64,
    pages: u64,
    empty_in_a_row: u32,
    /// Resources that could not be told apart, for want of an identifier.
    nameless: u64,
}

impl Progress {
    /// Whether no page was taken in yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.pages == 0
    }

    /// How many different accounts were met.
    pub(crate) fn distinct(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Whether every account that was announced as `total` was met, and each could be told apart.
    pub(crate) fn covers(&self, total: Option<u64>) -> bool {
        self.tells_all_apart() && total == Some(self.distinct())
    }

    /// Whether every account that was met has an identifier.
    pub(crate) fn tells_all_apart(&self) -> bool {
        self.nameless == 0
    }

    /// Whether `taken` has anything that was not met before.
    pub(crate) fn has_news(&self, taken: &[Taken]) -> bool {
        taken.iter().filter_map(Taken::id).any(|id| !self.seen.contains(id))
    }

    /// Whether a page with this cursor may be asked for.
    pub(crate) fn may_follow(&self, cursor: &str) -> bool {
        !self.cursors.contains(cursor)
    }

    pub(crate) fn follow(&mut self, cursor: &str) {
        self.cursors.insert(cursor.to_owned());
    }

    /// Refuses a page of `received` resources beyond every bound.
    pub(crate) fn check(&self, received: u64) -> Result<(), Error> {
        let endless = self.received.saturating_add(received) > MOST_RESOURCES
            || self.pages >= MOST_PAGES
            || (received == 0 && self.empty_in_a_row >= MOST_EMPTY);
        if endless { Err(Error::PagesDoNotEnd) } else { Ok(()) }
    }

    /// Notes a page and leaves out of it what was met before.
    pub(crate) fn note(&mut self, taken: Vec<Taken>) -> Vec<Taken> {
        self.pages += 1;
        self.received += taken.len() as u64;
        self.empty_in_a_row = if taken.is_empty() { self.empty_in_a_row + 1 } else { 0 };
        let mut fresh = taken;
        self.nameless += fresh.iter().filter(|taken| taken.id().is_none()).count() as u64;
        fresh.retain(|taken| taken.id().is_none_or(|id| self.seen.insert(id.into())));
        fresh
    }
}

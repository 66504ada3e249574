//! Reading a list to its honest end, page by page.

use crate::{
    Abilities, Directory, Error,
    account::{Resource, Taken},
    client::text,
    error::accept,
    page::Page,
    progress::Progress,
};
use accounts::{Account, AccountId};
use jiff::Timestamp;
use web::Answer;

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Everything,
    /// What the directory altered at or after this time, by its own clock. Where it has no filters, everything.
    ChangedSince(Timestamp),
    /// Identifiers and versions alone.
    Ids,
}

/// One page, each account at most once in a reading.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOf {
    /// Empty when reading [`What::Ids`].
    pub accounts: Vec<Account>,
    /// Identifier and version of everything on the page that has one, the unreadable included: it exists.
    pub ids: Vec<(AccountId, Option<String>)>,
    /// Resources that could not be read.
    pub unreadable: usize,
    /// Those of them that have an identifier.
    pub unreadable_ids: Vec<AccountId>,
    /// The server's clock when it answered.
    pub server_time: Option<Timestamp>,
    /// Size of the answer after decompression.
    pub bytes: usize,
}

/// A reading under way. It keeps its place when a page fails, so the same page can be asked for again.
#[derive(Debug)]
pub struct Reading {
    directory: Directory,
    request: Request,
    place: Place,
    /// The first page is asked for with a cursor.
    begins_with_cursor: bool,
    progress: Progress,
    total: Option<u64>,
    ended: bool,
    restarted: bool,
    filter_ignored: bool,
    changes_refused: bool,
    narrowing_refused: bool,
    /// The announced total changed under way: an index may have slid over an account.
    moved: bool,
}

/// What stays the same on every page (RFC 9865 asks for it).
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// A filter without which the answer would be worth nothing: it is never left out.
    pub(crate) filter: Option<String>,
    /// Only what was altered since. Left out where the server refuses it.
    pub(crate) changes: Option<String>,
    pub(crate) since: Option<Timestamp>,
    /// Only what is of some principals. Left out where the server refuses it.
    pub(crate) only: Option<String>,
    pub(crate) ids_only: bool,
    pub(crate) count: usize,
}

impl Request {
    /// Whether whole accounts are asked for, and all of them.
    fn is_for_everything(&self) -> bool {
        self.filter.is_none() && self.changes.is_none() && !self.ids_only
    }

    fn whole_filter(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.filter, &self.changes, &self.only].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

#[derive(Debug)]
enum Place {
    /// The next resource, counted from 1.
    Index(u64),
    /// The server's own mark; empty for the first page.
    Cursor(String),
}

impl Place {
    fn first(with_cursor: bool) -> Self {
        if with_cursor { Self::Cursor(String::new()) } else { Self::Index(1) }
    }
}

impl Directory {
    /// Prepares a reading. Nothing is asked before [`Reading::next`].
    pub fn read(&self, abilities: &Abilities, what: What) -> Reading {
        let since = match what {
            What::ChangedSince(since) => Some(since),
            What::Everything | What::Ids => None,
        };
        let changes = since
            .filter(|_| abilities.filter)
            .map(|since| format!("meta.lastModified ge {}", serde_json::Value::from(since.to_string())));
        let request = Request {
            filter: None,
            changes,
            since,
            only: self.only.clone(),
            ids_only: what == What::Ids,
            count: abilities.max_page,
        };
        Reading::new(self.clone(), abilities, request)
    }
}

impl Reading {
    pub(crate) fn new(directory: Directory, abilities: &Abilities, request: Request) -> Self {
        let begins_with_cursor = abilities.cursor;
        Self {
            directory,
            request,
            place: Place::first(begins_with_cursor),
            begins_with_cursor,
            progress: Progress::default(),
            total: None,
            ended: false,
            restarted: false,
            filter_ignored: false,
            changes_refused: false,
            narrowing_refused: false,
            moved: false,
        }
    }

    /// The next page, or `None` at the end.
    ///
    /// A cursor that the server forgot starts the reading again from the first page, once; accounts already given are
    /// then given again. A server that offers filters and refuses this one is read without it: see
    /// [`Reading::changes_refused`] and [`Reading::narrowing_refused`].
    ///
    /// # Errors
    /// See [`Error`]. The place is kept: the same page can be asked for again, with another token after
    /// [`Error::Unauthorized`].
    pub async fn next(&mut self, token: &str) -> Result<Option<PageOf>, Error> {
        while !self.ended {
            let answer = self.ask(token).await?;
            if answer.status == 400 && self.is_past_the_end() {
                // Some servers refuse an index after the last instead of answering an empty page.
                self.ended = true;
                break;
            }
            if self.progress.is_untouched() && refuses_filter(answer.status) && self.leave_filter_out() {
                continue;
            }
            let answer = match accept(answer) {
                Err(Error::CursorExpired) if !self.restarted && matches!(self.place, Place::Cursor(_)) => {
                    self.restart();
                    continue;
                }
                answer => answer?,
            };
            if let Some(page) = self.take(&answer)? {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// How many accounts the server announced last.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Whether the reading ended, and every account that the server announced last was met under an identifier of its
    /// own. Without this nothing may be taken for gone. A server that announces no total is complete only where the last
    /// page had no further cursor, which says that it was the last (RFC 9865 section 2). By index alone it never is.
    pub fn is_complete(&self) -> bool {
        let met = match (self.total, &self.place) {
            (None, Place::Cursor(_)) => self.progress.tells_all_apart(),
            (total, _) => self.progress.covers(total),
        };
        self.ended && met
    }

    /// Whether the reading is complete and the announced total stayed the same all along. Where it changed, accounts may
    /// have slid from one page to another, and not meeting one says nothing.
    pub fn is_steady(&self) -> bool {
        self.is_complete() && !self.moved
    }

    /// Whether an account came that was altered before the asked time: the server answers everything, whatever is
    /// asked.
    pub fn filter_ignored(&self) -> bool {
        self.filter_ignored
    }

    /// Whether the server refused to say what changed. Everything was asked for instead.
    pub fn changes_refused(&self) -> bool {
        self.changes_refused
    }

    /// Whether the server refused to answer for some principals alone ([`Directory::only_of`]). Everything that it shows
    /// was asked for instead.
    pub fn narrowing_refused(&self) -> bool {
        self.narrowing_refused
    }

    /// Whether all that was announced is here, although the server was not yet asked for more.
    pub(crate) fn has_all_announced(&self) -> bool {
        self.ended || self.total.is_some_and(|total| self.progress.distinct() >= total)
    }

    async fn ask(&self, token: &str) -> Result<Answer, Error> {
        let count = self.request.count.to_string();
        let index;
        let mut query = Vec::with_capacity(4);
        let filter = self.request.whole_filter();
        if let Some(filter) = &filter {
            query.push(("filter", filter.as_str()));
        }
        if self.request.ids_only {
            query.push(("attributes", "id,meta.version"));
        }
        query.push(("count", &count));
        match &self.place {
            Place::Index(start) => {
                index = start.to_string();
                query.push(("startIndex", &index));
            }
            Place::Cursor(cursor) => query.push(("cursor", cursor)),
        }
        self.directory.ask(self.directory.addresses.accounts(&query), token).await
    }

    /// Takes a page in and moves on, or changes nothing. `None`: the page was empty.
    fn take(&mut self, answer: &Answer) -> Result<Option<PageOf>, Error> {
        let page = Page::read(&text(answer)?)?;
        let received = page.resources.len();
        let taken: Vec<Taken> = page
            .resources
            .into_iter()
            .map(|resource| {
                resource.map_or(Taken::Nameless, |resource: Resource| resource.take(self.request.ids_only))
            })
            .collect();
        let unreadable = taken.iter().filter(|taken| taken.is_unreadable()).count();
        // One broken account must not stand in the way of all others, but where nothing at all can be read, it is the
        // directory that is another than was thought.
        let begins = self.progress.is_untouched() && self.request.is_for_everything();
        if begins && received > 1 && unreadable == received {
            return Err(Error::NotUsable("no account on the page can be read".into()));
        }
        let total = page.total.or(self.total);
        self.progress.check(received as u64)?;
        if received > 0 && !self.progress.has_news(&taken) {
            // A server that has no paging answers everything every time. Whether that was all, the total tells.
            if !self.progress.covers(total) {
                return Err(Error::PagesDoNotEnd);
            }
            self.total = total;
            self.ended = true;
            return Ok(None);
        }
        self.go_on(page.next_cursor, received as u64, total)?;
        self.moved |= self.total.is_some() && self.total != total;
        self.total = total;
        let page = self.collect(taken, unreadable, answer);
        Ok((received > 0).then_some(page))
    }

    /// Moves to the next page, of `total` announced. A server that gives a cursor although it was asked by index, and has
    /// more, knows no other way on (RFC 9865 section 2): it is followed.
    fn go_on(&mut self, next_cursor: Option<String>, received: u64, total: Option<u64>) -> Result<(), Error> {
        if let (Place::Index(start), Some(next)) = (&self.place, &next_cursor)
            && total.is_none_or(|total| start.saturating_add(received) <= total)
            && self.progress.may_follow(next)
        {
            self.progress.follow(next);
            self.place = Place::Cursor(next.clone());
            return Ok(());
        }
        match &mut self.place {
            Place::Index(start) if received > 0 => *start = start.saturating_add(received),
            Place::Cursor(cursor) => match next_cursor {
                Some(next) if self.progress.may_follow(&next) => {
                    self.progress.follow(&next);
                    *cursor = next;
                }
                Some(_) => return Err(Error::PagesDoNotEnd),
                None => self.ended = true,
            },
            Place::Index(_) => self.ended = true,
        }
        Ok(())
    }

    fn collect(&mut self, taken: Vec<Taken>, unreadable: usize, answer: &Answer) -> PageOf {
        let fresh = self.progress.note(taken);
        let mut page = PageOf {
            accounts: Vec::with_capacity(if self.request.ids_only { 0 } else { fresh.len() }),
            ids: Vec::with_capacity(fresh.len()),
            unreadable,
            unreadable_ids: Vec::new(),
            server_time: answer.date(),
            bytes: answer.body.len(),
        };
        for taken in fresh {
            match taken {
                Taken::Account(account) => {
                    let older = |since| account.last_modified.is_some_and(|modified| modified < since);
                    self.filter_ignored |= self.request.since.is_some_and(older);
                    page.ids.push((account.id.clone(), account.version.clone()));
                    page.accounts.push(*account);
                }
                Taken::Id(id, version) => page.ids.push((id, version)),
                Taken::Unreadable(id, version) => {
                    page.unreadable_ids.push(id.clone());
                    page.ids.push((id, version));
                }
                Taken::Nameless => {}
            }
        }
        page
    }

    fn is_past_the_end(&self) -> bool {
        matches!(self.place, Place::Index(start) if self.total.is_some_and(|total| start > total))
            && self.progress.covers(self.total)
    }

    /// Leaves out the next filter that can be done without. False where there is none.
    fn leave_filter_out(&mut self) -> bool {
        if self.request.changes.take().is_some() {
            self.request.since = None;
            self.changes_refused = true;
            true
        } else if self.request.only.take().is_some() {
            self.narrowing_refused = true;
            true
        } else {
            false
        }
    }

    fn restart(&mut self) {
        self.restarted = true;
        self.place = Place::first(self.begins_with_cursor);
        self.progress = Progress::default();
        self.total = None;
        self.moved = false;
    }
}

/// Whether a first page with a filter is refused for the filter, as far as a status can tell: `invalidFilter` and `tooMany`
/// (RFC 7644 section 3.4.2.2 and table 9) come with 400, and servers also answer 403 or 501. Asked again without it, a
/// server that meant something else says so again.
fn refuses_filter(status: u16) -> bool {
    matches!(status, 400 | 403 | 501)
}

//! Taking in what was read from a directory.

use crate::{
    Error, Fact, Store, facts,
    hay::{self, News},
    list::{self, bits},
    store::Written,
};
use accounts::{Access, Account, AccountId, Change, Principal, PrincipalKind, Standing, changes, fold};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Where more accounts go than this, search reads what is left anew: one by one they would take longer.
const MANY: usize = 1000;

/// An account that was read, with what the reader's rules say of it.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Already cut down to what the reader may see.
    pub account: Account,
    pub standing: Standing,
    /// Whether each grant lets its holder send, in the order of the grants.
    pub can_send: Vec<bool>,
    /// First day (days since 1970) on which it needs somebody.
    pub needs_from: Option<i32>,
    /// The reader, where a group brings them the account: the group's own line alone would not count for them.
    pub through_group: Option<ThroughGroup>,
}

/// The reader of an account that they hold through a group, and what they may do there in all.
#[derive(Debug, Clone)]
pub struct ThroughGroup {
    pub reader: Principal,
    pub owns: bool,
    pub uses: bool,
    pub can_send: bool,
}

/// What taking in a batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    pub new: usize,
    pub changed: usize,
    /// The version was known already.
    pub same: usize,
}

/// What went when other people's data was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Accounts of others.
    pub accounts: usize,
    /// The reader's own accounts out of which other people went.
    pub cut: usize,
    /// Differences that named somebody.
    pub differences: usize,
    /// Requests that were finished.
    pub requests: usize,
}

impl Store {
    /// Takes in a batch read at `now` (RFC 3339), all of it or nothing. Versions already known are skipped; what differs
    /// from the last look is noted in the account's history. Nothing is deleted here.
    pub fn take(&self, batch: &[Incoming], now: &str) -> Result<Taken, Error> {
        let taken = self.write_accounts(|transaction, written| {
            let mut taken = Taken::default();
            for incoming in batch {
                match take_one(transaction, written, incoming, now)? {
                    Outcome::New => taken.new += 1,
                    Outcome::Changed => taken.changed += 1,
                    Outcome::Same => taken.same += 1,
                }
            }
            Ok(taken)
        })?;
        if taken.new + taken.changed > 0 {
            self.altered();
        }
        Ok(taken)
    }

    /// Ends a reading: removes `gone`, keeps `facts`, all in one transaction. Only for a reading that came to its end.
    pub fn settle(
        &self,
        gone: &[AccountId],
        facts: &[(crate::Fact, serde_json::Value)],
    ) -> Result<(), Error> {
        self.write_accounts(|transaction, written| {
            for id in gone {
                remove(transaction, written, id)?;
            }
            if !gone.is_empty() {
                transaction.execute("DELETE FROM person WHERE row NOT IN (SELECT person FROM access)", [])?;
                written.people.clear();
            }
            if gone.len() > MANY {
                written.news.push(News::Everything);
            }
            for (fact, value) in facts {
                facts::put(transaction, *fact, value)?;
            }
            Ok(())
        })?;
        if !gone.is_empty() {
            self.altered();
        }
        Ok(())
    }

    /// Every account's id and version.
    pub fn versions(&self) -> Result<HashMap<AccountId, Option<String>>, Error> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, version FROM account")?;
            let rows = statement.query_map([], |row| Ok((AccountId(row.get(0)?), row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Forgets every version, so that the next reading takes everything in again.
    pub fn forget_versions(&self) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute("UPDATE account SET version = NULL", [])?;
            Ok(())
        })
    }

    /// Drops what is kept of other people: every account but `own`, which is what is left of the reader's, the differences
    /// that name somebody, and the requests that are finished and of which nothing is left to remind. Drafts and what is under
    /// way stay. What is left of an account keeps its dates.
    pub fn drop_others(&self, own: &[Incoming]) -> Result<Dropped, Error> {
        let dropped = self.write_accounts(|transaction, written| drop_others(transaction, written, own))?;
        if dropped == Dropped::default() {
            return Ok(dropped);
        }
        self.altered();
        // Deleted pages keep their bytes until they are written over, though only under the key.
        self.write_outside("VACUUM")?;
        Ok(dropped)
    }

    fn write_outside(&self, statement: &str) -> Result<(), Error> {
        self.outside(|connection| Ok(connection.execute_batch(statement)?))
    }
}

fn drop_others(
    transaction: &Transaction<'_>,
    written: &mut Written,
    own: &[Incoming],
) -> Result<Dropped, Error> {
    let confirmed = Confirmed::of(transaction)?;
    let mut dropped = Dropped::default();
    let mut left = Vec::with_capacity(own.len());
    for incoming in own {
        let id = &incoming.account.id;
        let Some(before) = list::by_id(transaction, id)? else { continue };
        dropped.cut += usize::from(before.account != incoming.account);
        let seen_at = confirmed.at(id, &before.seen_at).to_owned();
        left.push((incoming, before.first_seen, seen_at));
    }
    let all: i64 = transaction.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
    dropped.accounts = usize::try_from(all).unwrap_or(0).saturating_sub(left.len());
    let differences = own_differences(transaction, &left, &mut dropped)?;
    dropped.requests = transaction.execute("DELETE FROM request WHERE finished AND NOT reminds", [])?;
    transaction.execute("DELETE FROM trail", [])?;
    if dropped == Dropped::default() {
        return Ok(dropped);
    }
    transaction.execute_batch(
        "DELETE FROM access; DELETE FROM hay; DELETE FROM account; DELETE FROM person; DELETE FROM sighting;",
    )?;
    written.people.clear();
    written.news.push(News::Everything);
    for (incoming, first_seen, seen_at) in left {
        let row = insert(transaction, incoming, &seen_at)?;
        transaction
            .prepare_cached("UPDATE account SET first_seen = ?2 WHERE row = ?1")?
            .execute(params![row, first_seen])?;
        index(transaction, written, row, incoming, Vec::new())?;
    }
    for Difference { account, before, after, changes } in differences {
        note(transaction, &account, &before, &after, &changes)?;
    }
    Ok(dropped)
}

struct Difference {
    account: AccountId,
    before: String,
    after: String,
    changes: Vec<Change>,
}

/// What was seen to differ on the accounts that are `left` and names nobody, oldest first. Counts in `dropped` what does.
fn own_differences(
    transaction: &Transaction<'_>,
    left: &[(&Incoming, String, String)],
    dropped: &mut Dropped,
) -> Result<Vec<Difference>, Error> {
    let left: HashSet<&str> = left.iter().map(|(incoming, ..)| incoming.account.id.as_str()).collect();
    let mut statement =
        transaction.prepare_cached("SELECT account, before, after, changes FROM sighting ORDER BY rowid")?;
    let mut rows = statement.query([])?;
    let mut differences = Vec::new();
    while let Some(row) = rows.next()? {
        let account = AccountId(row.get(0)?);
        let body: String = row.get(3)?;
        let mut changes: Vec<Change> = serde_json::from_str(&body)?;
        let before = changes.len();
        changes.retain(|change| !change.names_somebody() && left.contains(account.as_str()));
        dropped.differences += before - changes.len();
        if !changes.is_empty() {
            differences.push(Difference { account, before: row.get(1)?, after: row.get(2)?, changes });
        }
    }
    Ok(differences)
}

/// When accounts were last found as they are kept.
struct Confirmed {
    read_at: Option<String>,
    /// Those that the last readings could not read, each with when it was confirmed before, where that was later than it was read.
    unreadable: HashMap<String, Option<String>>,
}

impl Confirmed {
    fn of(transaction: &Transaction<'_>) -> Result<Self, Error> {
        let unreadable: Option<HashMap<String, Option<String>>> = facts::get(transaction, Fact::Unreadable)?;
        let read_at = facts::get(transaction, Fact::ReadAt)?;
        Ok(Self { read_at, unreadable: unreadable.unwrap_or_default() })
    }

    /// A reading to the end confirms every account that it could read, also those that did not change.
    fn at<'a>(&'a self, id: &AccountId, seen_at: &'a str) -> &'a str {
        let looked = match self.unreadable.get(id.as_str()) {
            Some(before) => before.as_deref(),
            None => self.read_at.as_deref(),
        };
        // A date that cannot be read confirms nothing.
        let moment = |text: &str| text.parse::<Timestamp>().ok();
        looked.filter(|looked| moment(looked) > moment(seen_at)).unwrap_or(seen_at)
    }
}

enum Outcome {
    New,
    Changed,
    Same,
}

fn take_one(
    transaction: &Transaction<'_>,
    written: &mut Written,
    incoming: &Incoming,
    now: &str,
) -> Result<Outcome, Error> {
    let account = &incoming.account;
    let standing = bits(incoming.standing);
    let known: Option<(u32, Option<String>, u8)> = transaction
        .prepare_cached("SELECT row, version, standing FROM account WHERE id = ?1")?
        .query_row([account.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((row, version, was)) = known else {
        let row = insert(transaction, incoming, now)?;
        index(transaction, written, row, incoming, Vec::new())?;
        return Ok(Outcome::New);
    };
    if account.version.is_some() && version == account.version && was == standing {
        return Ok(Outcome::Same);
    }
    let before = list::by_id(transaction, &account.id)?;
    if sees_everyone(was) && !sees_everyone(standing) {
        // What was learnt of other people's access while it was this reader's business is not kept when it no longer is.
        forget_past(transaction, &account.id)?;
    } else if let Some(before) = before {
        let mut found = changes(&before.account, account);
        if version.is_none() && before.account.owner.is_none() && before.account.access == Access::NotShown {
            // It may be what was left when other people were taken out: naming the owner again is no change.
            found.retain(|change| !matches!(change, Change::Owner { .. }));
        }
        if !found.is_empty() {
            let confirmed = Confirmed::of(transaction)?;
            note(transaction, &account.id, confirmed.at(&account.id, &before.seen_at), now, &found)?;
        }
    }
    transaction
        .prepare_cached(
            "UPDATE account SET version = ?2, local_part = ?3, kind = ?4, standing = ?5, section = ?6, needs_from = ?7,
                    seen_at = ?8, body = ?9 WHERE row = ?1",
        )?
        .execute(params![
            row,
            account.version,
            fold(account.local_part()),
            account.kind.as_str(),
            standing,
            section(incoming.standing),
            incoming.needs_from,
            now,
            serde_json::to_string(account)?
        ])?;
    let before = unindex(transaction, row)?;
    index(transaction, written, row, incoming, before)?;
    Ok(Outcome::Changed)
}

fn insert(transaction: &Transaction<'_>, incoming: &Incoming, now: &str) -> Result<u32, Error> {
    let account = &incoming.account;
    transaction
        .prepare_cached(
            "INSERT INTO account (id, version, local_part, kind, standing, section, needs_from, first_seen, seen_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
        )?
        .execute(params![
            account.id.as_str(),
            account.version,
            fold(account.local_part()),
            account.kind.as_str(),
            bits(incoming.standing),
            section(incoming.standing),
            incoming.needs_from,
            now,
            serde_json::to_string(account)?
        ])?;
    u32::try_from(transaction.last_insert_rowid()).map_err(|_| Error::Damaged)
}

fn sees_everyone(standing: u8) -> bool {
    standing & (list::OWNS | list::UNIT) != 0
}

/// The heading under which an account stands.
fn section(standing: Standing) -> u8 {
    if standing.owns || standing.itself {
        0
    } else if standing.uses {
        1
    } else {
        2
    }
}

fn note(
    transaction: &Transaction<'_>,
    id: &AccountId,
    before: &str,
    after: &str,
    found: &[Change],
) -> Result<(), Error> {
    transaction
        .prepare_cached("INSERT INTO sighting (account, before, after, changes) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id.as_str(), before, after, serde_json::to_string(found)?])?;
    Ok(())
}

/// `before`: rows of the people who were found with the account until now.
fn index(
    transaction: &Transaction<'_>,
    written: &mut Written,
    row: u32,
    incoming: &Incoming,
    before: Vec<u32>,
) -> Result<(), Error> {
    let account = &incoming.account;
    let own = hay::own(account);
    transaction.prepare_cached("INSERT INTO hay (row, own) VALUES (?1, ?2)")?.execute(params![row, own])?;
    let mut hold = transaction.prepare_cached(
        "INSERT OR REPLACE INTO access (account, person, owns, can_send, leaves_on) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut people = Vec::new();
    let mut hold = |who: &Principal, owns: bool, can_send: bool, written: &mut Written| {
        let person = person(transaction, written, who)?;
        people.push(person);
        hold.execute(params![row, person, owns, can_send, last_day(who)])?;
        Ok::<_, Error>(())
    };
    if let Some(owner) = &account.owner {
        hold(owner, true, false, written)?;
    }
    for (i, grant) in account.access.grants().iter().enumerate() {
        let can_send = incoming.can_send.get(i).copied().unwrap_or(false);
        hold(&grant.to, false, can_send, written)?;
    }
    if let Some(ThroughGroup { reader, owns, uses, can_send }) = &incoming.through_group {
        for (_, owns) in [(owns, true), (uses, false)].into_iter().filter(|(holds, _)| **holds) {
            hold(reader, owns, *can_send && !owns, written)?;
        }
    }
    written.news.push(News::Account { row, own: Some(own), people, before });
    Ok(())
}

/// Takes an account out of what is searched. The rows of those who were found with it.
fn unindex(transaction: &Transaction<'_>, row: u32) -> Result<Vec<u32>, Error> {
    transaction.prepare_cached("DELETE FROM hay WHERE row = ?1")?.execute([row])?;
    let mut access = transaction.prepare_cached("DELETE FROM access WHERE account = ?1 RETURNING person")?;
    let people = access.query_map([row], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(people)
}

fn remove(transaction: &Transaction<'_>, written: &mut Written, id: &AccountId) -> Result<(), Error> {
    let row: Option<u32> = transaction
        .prepare_cached("SELECT row FROM account WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(row) = row {
        let before = unindex(transaction, row)?;
        written.news.push(News::Account { row, own: None, people: Vec::new(), before });
        transaction.prepare_cached("DELETE FROM account WHERE row = ?1")?.execute([row])?;
        forget_past(transaction, id)?;
    }
    Ok(())
}

/// What was seen to differ on an account, and what a desk told of it.
fn forget_past(transaction: &Transaction<'_>, id: &AccountId) -> Result<(), Error> {
    for statement in ["DELETE FROM sighting WHERE account = ?1", "DELETE FROM trail WHERE account = ?1"] {
        transaction.prepare_cached(statement)?.execute([id.as_str()])?;
    }
    Ok(())
}

fn person(transaction: &Transaction<'_>, written: &mut Written, principal: &Principal) -> Result<u32, Error> {
    let mut known = principal.clone();
    known.who.leaves_on = None;
    let body = serde_json::to_string(&known)?;
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let content = hasher.finish();
    let id = principal.who.id.as_str();
    if let Some((row, known)) = written.people.get(id)
        && *known == content
    {
        return Ok(*row);
    }
    let who = &principal.who;
    let before: Option<String> = transaction
        .prepare_cached("SELECT hay FROM person WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    // An account that was not read again still shows the name that they had: they are found by either.
    let hay = hay::of_person(who, hay::names(before.as_deref().unwrap_or_default()));
    let row: u32 = transaction
        .prepare_cached(
            "INSERT INTO person (id, sort_name, hay, has_left, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET sort_name = excluded.sort_name, hay = excluded.hay,
                 has_left = excluded.has_left, body = excluded.body
             RETURNING row",
        )?
        .query_row(params![id, sort_name(principal), hay, who.has_left, body], |row| row.get(0))?;
    written.people.insert(id.to_owned(), (row, content));
    written.news.push(News::Person { row, names: hay::names(&hay).to_owned() });
    Ok(row)
}

fn last_day(principal: &Principal) -> Option<i32> {
    principal.who.leaves_on.map(crate::people::day_number)
}

/// People are listed by their last name's first letters, groups by their name.
fn sort_name(principal: &Principal) -> String {
    let name = fold(&principal.who.name);
    match (principal.kind, name.rsplit_once(' ')) {
        (PrincipalKind::Person, Some((first, last))) => format!("{last} {first}"),
        _ => name,
    }
}

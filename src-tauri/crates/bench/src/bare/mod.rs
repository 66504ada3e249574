//! The least that brings a directory's accounts into an encrypted file with the program's tables and index: download a
//! page, parse it, write it. No rules, no checks, no history, no news.

mod wire;

use crate::Outcome;
use accounts::{Access, Account, Principal, PrincipalKind, fold};
use rusqlite::{Connection, Transaction, params};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use store::StoreKey;
use url::Url;
use web::{Limits, PAGE_CAP, Web};

/// The program's tables, with every index and count that it keeps of accounts.
const TABLES: &str = concat!(
    include_str!("../../../store/src/schema/0001.sql"),
    include_str!("../../../store/src/schema/0002.sql"),
    include_str!("../../../store/src/schema/0007.sql")
);
/// An account of the reader's unit, as the program notes it.
const UNIT: (u8, u8) = (8, 2);

/// Reads every page below `base` into a new file, a transaction a page, as durable as the program's own.
pub(crate) async fn read_all(base: &str, file: &Path, key: &StoreKey, now: &str) -> Outcome<usize> {
    let web = Web::new(Limits::default());
    let mut connection = open(file, key)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;")?;
    connection.execute_batch(TABLES)?;
    let (mut people, mut cursor, mut read) = (HashMap::new(), String::new(), 0);
    loop {
        let query = [("count", "500"), ("cursor", &cursor)];
        let url = Url::parse_with_params(&format!("{base}/SecondaryAccounts"), query)?;
        let answer = web.send(web.get(url), PAGE_CAP).await?;
        let page: wire::Page = serde_json::from_slice(&answer.body)?;
        read += page.resources.len();
        let transaction = connection.transaction()?;
        for resource in page.resources {
            write(&transaction, &mut people, &resource.into_account(), now)?;
        }
        transaction.commit()?;
        match page.next_cursor {
            Some(next) => cursor = next,
            None => return Ok(read),
        }
    }
}

/// Opens a SQLCipher file with its raw key.
pub(crate) fn open(file: &Path, key: &StoreKey) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    let nibbles = key.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hexadecimal: String = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect();
    connection.execute_batch(&format!("PRAGMA key = \"x'{hexadecimal}'\"; PRAGMA temp_store = MEMORY;"))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn write(
    transaction: &Transaction<'_>,
    people: &mut HashMap<String, i64>,
    account: &Account,
    now: &str,
) -> Outcome {
    let (standing, section) = UNIT;
    transaction
        .prepare_cached(
            "INSERT INTO account (id, version, local_part, kind, standing, section, needs_from, first_seen, seen_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, ?7, ?8)",
        )?
        .execute(params![
            account.id.as_str(),
            account.version,
            fold(account.local_part()),
            account.kind.as_str(),
            standing,
            section,
            now,
            serde_json::to_string(account)?
        ])?;
    let row = transaction.last_insert_rowid();
    transaction
        .prepare_cached("INSERT INTO hay (row, own) VALUES (?1, ?2)")?
        .execute(params![row, hay(own_names(account))])?;
    let mut hold = transaction.prepare_cached(
        "INSERT OR REPLACE INTO access (account, person, owns, can_send, leaves_on) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let last_day = |principal: &Principal| principal.who.leaves_on.map(store::day_number);
    if let Some(owner) = &account.owner {
        hold.execute(params![row, person(transaction, people, owner)?, true, false, last_day(owner)])?;
    }
    for grant in account.access.grants() {
        hold.execute(params![
            row,
            person(transaction, people, &grant.to)?,
            false,
            false,
            last_day(&grant.to)
        ])?;
    }
    Ok(())
}

fn person(
    transaction: &Transaction<'_>,
    people: &mut HashMap<String, i64>,
    principal: &Principal,
) -> Outcome<i64> {
    let who = &principal.who;
    if let Some(row) = people.get(who.id.as_str()) {
        return Ok(*row);
    }
    let name = fold(&who.name);
    let sort_name = match (principal.kind, name.rsplit_once(' ')) {
        (PrincipalKind::Person, Some((first, last))) => format!("{last} {first}"),
        _ => name,
    };
    let names = [Some(who.name.as_str()), who.username.as_deref()];
    let names = fold(&names.into_iter().flatten().collect::<Vec<_>>().join(" "));
    let hay = format!("{names}\n{}", hay(who.unit.as_deref()));
    // The last day stands with each account, not with the person.
    let mut known = principal.clone();
    known.who.leaves_on = None;
    transaction
        .prepare_cached(
            "INSERT INTO person (id, sort_name, hay, has_left, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![who.id.as_str(), sort_name, hay, who.has_left, serde_json::to_string(&known)?])?;
    let row = transaction.last_insert_rowid();
    people.insert(who.id.as_str().to_owned(), row);
    Ok(row)
}

/// Everything by which an account is found, for an index of whole accounts.
pub(crate) fn names(account: &Account) -> String {
    let grants = match &account.access {
        Access::All(grants) | Access::Own(grants) => grants.as_slice(),
        Access::NotShown => &[],
    };
    let people = account.owner.iter().chain(grants.iter().map(|grant| &grant.to));
    let of_people =
        people.flat_map(|one| [one.who.name.as_str(), one.who.username.as_deref().unwrap_or_default()]);
    hay(own_names(account).into_iter().chain(of_people))
}

fn own_names(account: &Account) -> [&str; 4] {
    [
        account.address.as_deref().unwrap_or_default(),
        &account.username,
        &account.display_name,
        account.unit.as_ref().map_or("", |unit| &unit.name),
    ]
}

/// Folded, one to a line, as the program writes it.
fn hay<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let mut hay = String::new();
    for text in texts {
        if !text.is_empty() && seen.insert(text) {
            hay.push_str(&fold(text));
            hay.push('\n');
        }
    }
    hay
}

//! Saving what can still be read out of a store whose pages fail their check.

use crate::{Fact, Incoming, OpenError, Store, StoreKey, list, store};
use accounts::Account;
use rusqlite::{Connection, OpenFlags, types::Value};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What was saved, for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Salvaged {
    pub accounts: u64,
    pub history: u64,
    /// Requests and drafts.
    #[serde(default)]
    pub requests: u64,
}

/// Rows tried one by one after a page that cannot be read. A page holds far fewer.
const BEYOND_A_BAD_PAGE: i64 = 4096;

/// Copies what can be read from `damaged` into a new store at `rescued`, under the same key.
pub(crate) fn rescue(damaged: &Path, rescued: &Path, key: &StoreKey) -> Result<Salvaged, OpenError> {
    let new = Store::open(rescued, key, None)?;
    let mut salvaged = Salvaged::default();
    let old =
        Connection::open_with_flags(damaged, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(OpenError::Sql)?;
    // A first page that cannot be read leaves nothing to save; the empty new store is then what there is.
    if store::unlock(&old, key).is_ok() {
        for fact in readable(&old, "fact", "name", "name, value") {
            keep(&new, "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", &fact);
        }
        for account in
            readable(&old, "account", "row", "row, standing, needs_from, first_seen, seen_at, body")
        {
            salvaged.accounts += u64::from(keep_account(&new, &account).is_some());
        }
        for request in requests(&old) {
            let sql = "INSERT INTO request (rowid, id, account, finished, reminds, changed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)";
            salvaged.requests += u64::from(keep(&new, sql, &request));
        }
        for sighting in readable(&old, "sighting", "rowid", "rowid, account, before, after, changes") {
            let sql = "INSERT INTO sighting (rowid, account, before, after, changes) VALUES (?, ?, ?, ?, ?)";
            salvaged.history += u64::from(keep(&new, sql, &sighting));
        }
    }
    // What could be read may be less than there was: the next reading takes everything in again.
    let again = new
        .forget_versions()
        .and_then(|()| new.remove_fact(Fact::Newest))
        .and_then(|()| new.remove_fact(Fact::SweptAt))
        .and_then(|()| new.set_fact(Fact::Salvaged, &salvaged));
    again.map_err(|_| OpenError::Damaged)?;
    Ok(salvaged)
}

/// The requests that can be read. A store that was last open in an older program does not say which of them remind: each may.
fn requests(old: &Connection) -> Vec<Vec<Value>> {
    let says = old.prepare("SELECT reminds FROM request").is_ok();
    let reminds = if says { "reminds" } else { "1" };
    readable(old, "request", "rowid", &format!("rowid, id, account, finished, {reminds}, changed_at, body"))
}

/// Takes in one account as if it had just been read, and gives it back its dates. `None` where its row makes no sense.
fn keep_account(new: &Store, values: &[Value]) -> Option<()> {
    let [
        _,
        Value::Integer(standing),
        needs_from,
        Value::Text(first_seen),
        Value::Text(seen_at),
        Value::Text(body),
    ] = values
    else {
        return None;
    };
    let account: Account = serde_json::from_str(body).ok()?;
    let needs_from = if let Value::Integer(day) = needs_from { i32::try_from(*day).ok() } else { None };
    let incoming = Incoming {
        standing: list::standing(u8::try_from(*standing).ok()?),
        // Which rights let people send, and what comes through groups, is known again after the next reading.
        can_send: Vec::new(),
        needs_from,
        through_group: None,
        account,
    };
    new.take(std::slice::from_ref(&incoming), seen_at).ok()?;
    let id = Value::Text(incoming.account.id.0);
    keep(new, "UPDATE account SET first_seen = ? WHERE id = ?", &[Value::Text(first_seen.clone()), id])
        .then_some(())
}

/// Every row that can be read, in key order, stepping over those that cannot.
fn readable(old: &Connection, table: &str, order: &str, columns: &str) -> Vec<Vec<Value>> {
    let width = columns.split(',').count();
    let mut found: Vec<Vec<Value>> = Vec::new();
    let whole = format!("SELECT {columns} FROM {table} WHERE {order} > ?1 ORDER BY {order}");
    let one = format!("SELECT {columns} FROM {table} WHERE {order} = ?1");
    // Facts have names for keys: below any name, and with no way to count past a bad page.
    let mut after = if order == "name" { Value::Text(String::new()) } else { Value::Integer(i64::MIN) };
    loop {
        let ended = read_rows(old, &whole, &after, width, &mut found);
        if let Some(last) = found.last().and_then(|row| row.first()) {
            after = last.clone();
        }
        let Value::Integer(last) = after else { return found };
        if ended {
            return found;
        }
        let start = last.max(0);
        let mut step = None;
        for row in start + 1..=start + BEYOND_A_BAD_PAGE {
            let had = found.len();
            let readable = read_rows(old, &one, &Value::Integer(row), width, &mut found);
            if readable && found.len() > had {
                step = Some(row);
                break;
            }
        }
        let Some(row) = step else { return found };
        after = Value::Integer(row);
    }
}

/// Reads on until the end (`true`) or until a page fails (`false`).
fn read_rows(old: &Connection, sql: &str, key: &Value, width: usize, found: &mut Vec<Vec<Value>>) -> bool {
    let Ok(mut statement) = old.prepare(sql) else { return false };
    let Ok(mut rows) = statement.query([key]) else { return false };
    loop {
        match rows.next() {
            Ok(Some(row)) => match (0..width).map(|i| row.get(i)).collect() {
                Ok(values) => found.push(values),
                Err(_) => return false,
            },
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

fn keep(new: &Store, sql: &str, values: &[Value]) -> bool {
    new.outside(|connection| {
        Ok(connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))? == 1)
    })
    .unwrap_or(false)
}

//! Which resources a reader may come to see, as a list of numbers that is kept until something changes.

use super::kind::Kind;
use super::reader::Reader;
use crate::site::Campus;
use accounts::Role;
use serde_json::Value;
use sqlx::Row;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Lists kept at a time: each is 8 bytes a resource.
const KEPT: usize = 16;

/// Who reads what kind.
type Whose = (Option<String>, Kind);
/// Numbers of resources, ascending.
type Numbers = Arc<Vec<i64>>;

/// Lists of the latest readers.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    changes: AtomicU64,
    kept: Mutex<HashMap<Whose, (u64, Numbers)>>,
}

impl Sight {
    /// To be called after each change, before it is answered.
    pub(crate) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

/// Numbers of the resources that the reader's ties lead to, ascending. What of each is shown, if anything, is decided
/// later by the rules; this only keeps lists from reading what cannot be theirs.
pub(super) async fn visible(campus: &Campus, reader: &Reader, kind: Kind) -> Result<Numbers, sqlx::Error> {
    let keys = keys(reader, kind);
    let whose = (keys.as_ref().map(|keys| Value::from(keys.as_slice()).to_string()), kind);
    let changes = campus.sight.changes.load(Ordering::SeqCst);
    {
        let kept = campus.sight.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, numbers)) = kept.get(&whose)
            && *at == changes
        {
            return Ok(numbers.clone());
        }
    }
    let query = match &whose.0 {
        None => sqlx::query("SELECT seq FROM resource WHERE kind = ? ORDER BY seq").bind(kind.name()),
        Some(keys) => sqlx::query(
            "SELECT DISTINCT seq FROM reach WHERE kind = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY seq",
        )
        .bind(kind.name())
        .bind(keys.clone()),
    };
    let rows = query.fetch_all(&campus.db).await?;
    let numbers = Arc::new(rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?);
    let mut kept = campus.sight.kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|_, (at, _)| *at == changes);
    if kept.len() < KEPT {
        kept.insert(whose, (changes, numbers.clone()));
    }
    Ok(numbers)
}

/// Keys of `reach` that lead to the reader's resources. `None`: to all of them.
fn keys(reader: &Reader, kind: Kind) -> Option<Vec<String>> {
    let Reader::Person(me) = reader else { return None };
    if kind == Kind::Account && me.role == Role::ServiceDesk {
        return None;
    }
    let mut keys = vec![format!("s:{}", me.id)];
    keys.extend(me.held_units.iter().map(|unit| format!("u:{}", unit.id)));
    if kind == Kind::Account {
        keys.push(format!("p:{}", me.id));
        keys.extend(me.groups.iter().map(|group| format!("p:{group}")));
    }
    Some(keys)
}

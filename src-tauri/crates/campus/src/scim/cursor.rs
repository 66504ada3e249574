//! Cursors (RFC 9865).

use super::error::ScimError;
use super::kind::Kind;
use super::query::Query;
use crate::secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Where a page begins. Opaque to clients; bound to the query that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cursor {
    Start,
    /// After the resource of that number: holds when others come or go in the meantime.
    After(i64),
    /// At that place of a sorted list.
    At(usize),
}

impl Cursor {
    pub(super) fn write(self, kind: Kind, query: &Query) -> String {
        let place = match self {
            Self::Start => String::new(),
            Self::After(seq) => format!("after {seq}"),
            Self::At(place) => format!("at {place}"),
        };
        URL_SAFE_NO_PAD.encode(format!("{place} {}", seal(kind, query)))
    }

    pub(super) fn read(text: &str, kind: Kind, query: &Query) -> Result<Self, ScimError> {
        if text.is_empty() {
            return Ok(Self::Start);
        }
        let read = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            let mut words = text.split(' ');
            let (word, number, given) = (words.next()?, words.next()?, words.next()?);
            if given != seal(kind, query) {
                return None;
            }
            match word {
                "after" => Some(Self::After(number.parse().ok()?)),
                "at" => Some(Self::At(number.parse().ok()?)),
                _ => None,
            }
        };
        read().ok_or_else(|| ScimError::bad("invalidCursor", "The cursor is not one of this query."))
    }

    /// How many of the numbers found come before the page.
    pub(super) fn start(self, found: &[i64]) -> usize {
        match self {
            Self::Start => 0,
            Self::After(last) => found.partition_point(|seq| *seq <= last),
            Self::At(place) => place,
        }
    }
}

/// What has to stay the same from page to page.
fn seal(kind: Kind, query: &Query) -> String {
    let asked = format!("{kind:?} {:?} {:?} {}", query.filter, query.sort_by, query.is_descending);
    secret::digest(&asked).chars().take(16).collect()
}

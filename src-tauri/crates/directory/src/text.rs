//! The small values: text with a limit, identifiers that are whole or nothing, times as servers write them.

use crate::{loose::Loose, loose::scim};
use accounts::{GroupId, NamedUnit, PrincipalKind, UnitId};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// Longest text that is kept, in characters. Longer names are cut here.
const LONGEST: usize = 300;

/// Shown text: trimmed, cut at [`LONGEST`], blank is absent.
impl Loose for Option<String> {
    fn text(text: &str) -> Self {
        let text = text.trim();
        let kept = if text.len() <= LONGEST {
            text
        } else {
            text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
        };
        (!kept.is_empty()).then(|| kept.to_owned())
    }

    fn whole(number: u64) -> Self {
        Some(number.to_string())
    }
}

/// Text that means something only when whole: identifiers, usernames, addresses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Exact {
    #[default]
    Absent,
    TooLong,
    Is(String),
}

impl Exact {
    pub(crate) fn known(self) -> Option<String> {
        match self {
            Self::Is(text) => Some(text),
            Self::Absent | Self::TooLong => None,
        }
    }
}

impl Loose for Exact {
    fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Absent
        } else if text.len() <= LONGEST || text.chars().nth(LONGEST).is_none() {
            Self::Is(text.to_owned())
        } else {
            Self::TooLong
        }
    }

    fn whole(number: u64) -> Self {
        Self::Is(number.to_string())
    }
}

impl Loose for Option<u64> {
    fn text(text: &str) -> Self {
        text.trim().parse().ok()
    }

    fn whole(number: u64) -> Self {
        Some(number)
    }
}

impl Loose for Option<bool> {
    fn text(text: &str) -> Self {
        one_of(text.trim(), &[("true", true), ("false", false)])
    }

    fn truth(truth: bool) -> Self {
        Some(truth)
    }
}

/// An `xsd:dateTime`, whose offset may be missing (RFC 7643 section 2.3.5): then it is UTC.
impl Loose for Option<Timestamp> {
    fn text(text: &str) -> Self {
        let text = text.trim();
        text.parse::<Timestamp>().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
    }
}

/// A day, also where a server sends a whole time for it: the day as written there.
impl Loose for Option<Date> {
    fn text(text: &str) -> Self {
        let text = text.trim();
        text.get(..10).and_then(|day| day.parse().ok()).or_else(|| text.parse().ok())
    }
}

impl Loose for Option<PrincipalKind> {
    fn text(text: &str) -> Self {
        let words = [
            ("person", PrincipalKind::Person),
            ("user", PrincipalKind::Person),
            ("group", PrincipalKind::Group),
        ];
        one_of(text, &words)
    }
}

/// What a keyword stands for, whatever its case.
pub(crate) fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, meaning)| *meaning)
}

/// Whether a `$ref` points to a group.
#[derive(Debug, Default)]
pub(crate) struct PointsToGroup(pub(crate) bool);

impl Loose for PointsToGroup {
    fn text(text: &str) -> Self {
        Self(text.contains("/Groups/"))
    }
}

scim! {
    /// Something by identifier and name, or by one text that is both.
    struct Named or text Named::both {
        value: Exact = "value",
        display: Option<String> = "display",
    }
}

impl Named {
    fn both(text: &str) -> Self {
        Self { value: Exact::text(text), display: Loose::text(text) }
    }

    /// A group with its name, if that is told. One without an identifier is nobody's.
    pub(crate) fn team(self) -> Option<(GroupId, Option<String>)> {
        Some((GroupId(self.value.known()?), self.display))
    }

    /// A unit; where only one of identifier and name is said, it stands for both.
    pub(crate) fn unit(self) -> Option<NamedUnit> {
        let (id, name) = match (self.value.known(), self.display) {
            (Some(id), Some(name)) => (id, name),
            (Some(one), None) | (None, Some(one)) => (one.clone(), one),
            (None, None) => return None,
        };
        Some(NamedUnit { id: UnitId(id), name })
    }

    pub(crate) fn name(self) -> Option<String> {
        self.display.or_else(|| self.value.known())
    }
}

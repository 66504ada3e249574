//! Filters (RFC 7644 section 3.4.2.2): read, then held against resources.

mod evaluate;
mod parse;

pub(super) use evaluate::{compare_texts, matches, moment_of, value_matches};
pub(super) use parse::parse;

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    /// The attribute has a value.
    Present(String),
    Compare(String, Compare, Value),
    /// One value of the attribute meets all of the inner filter, whose paths are parts of it.
    Within(String, Box<Filter>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

//! What serde can object to, kept apart until it is put into words.

use crate::problem::Found;
use serde::de::{self, Expected, Unexpected};
use std::{fmt, ops::Range};

/// An objection, with the place and the path of keys where it arose.
#[derive(Debug)]
pub(super) struct Fault {
    kind: FaultKind,
    at: Option<usize>,
    /// Innermost key last.
    path: Vec<String>,
}

#[derive(Debug)]
enum FaultKind {
    Unfit { found: String, expected: String },
    UnknownField { name: String, known: Vec<&'static str> },
    UnknownChoice { name: String, known: Vec<&'static str> },
    Missing(&'static str),
    Other(String),
}

impl Fault {
    fn new(kind: FaultKind) -> Self {
        Self { kind, at: None, path: Vec::new() }
    }

    /// Places the fault, unless something further in has done so.
    pub(super) fn at(mut self, span: &Range<usize>) -> Self {
        self.at.get_or_insert(span.start);
        self
    }

    pub(super) fn under(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }

    pub(super) fn into_found(self) -> Found {
        let path = self.path.join(".");
        let place = if path.is_empty() { "this file".to_owned() } else { format!("`{path}`") };
        let (wrong, right) = match self.kind {
            FaultKind::Unfit { found, expected } => {
                (format!("{} is {found}", capital(&place)), format!("It has to be {expected}"))
            }
            FaultKind::Missing(field) => {
                (format!("{} lacks `{field}`", capital(&place)), addition(&path, field))
            }
            FaultKind::UnknownField { name, known } => {
                let right = match nearest(&name, &known) {
                    Some(near) => format!("Perhaps `{near}` is meant"),
                    None => format!("It takes {}", list(&known)),
                };
                (format!("{} has no field called `{name}`", capital(&place)), right)
            }
            FaultKind::UnknownChoice { name, known } => {
                let right = match nearest(&name, &known) {
                    Some(near) => format!("It takes {}. Perhaps \"{near}\" is meant", quoted(&known)),
                    None => format!("It takes {}", quoted(&known)),
                };
                (format!("{} is \"{name}\", which is not one of its values", capital(&place)), right)
            }
            FaultKind::Other(message) => (
                format!("{} cannot be read: {message}", capital(&place)),
                "Compare it with a profile that works".into(),
            ),
        };
        Found { at: self.at, wrong, right }
    }
}

/// Fields that are written as a table of their own, and as several.
const TABLES: [&str; 7] = ["words", "ownership", "usernames", "mfa", "connection", "sign-in", "directory"];
const LISTS_OF_TABLES: [&str; 3] = ["kind", "contact", "source"];

/// How a missing `field` of the table at `path` is added.
fn addition(path: &str, field: &str) -> String {
    // A kind has a `sign-in` too: a yes or no.
    let is_table = TABLES.contains(&field) && (path.is_empty() || path == "connection");
    if (path, field) == ("request.form", "properties") {
        return "Add each question as a table that begins with `[request.form.properties.name]`".to_owned();
    }
    match (is_table, LISTS_OF_TABLES.contains(&field)) {
        (true, _) if path.is_empty() => format!("Add a table that begins with `[{field}]`"),
        (true, _) => format!("Add a table that begins with `[{path}.{field}]`"),
        (_, true) if path.is_empty() => format!("Add at least one table that begins with `[[{field}]]`"),
        _ => format!("Add a line that begins with `{field} =`"),
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(FaultKind::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(FaultKind::Unfit { found: describe(&found), expected: in_words(&expected.to_string()) })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(FaultKind::UnknownField { name: name.to_owned(), known: known.to_vec() })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(FaultKind::UnknownChoice { name: name.to_owned(), known: known.to_vec() })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(FaultKind::Missing(name))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

fn describe(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("{value}"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text \"{text}\""),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map | Unexpected::StructVariant => "a table".to_owned(),
        Unexpected::UnitVariant => "a single word".to_owned(),
        other => other.to_string(),
    }
}

/// serde names Rust's types; whoever writes a profile knows TOML's.
fn in_words(expected: &str) -> String {
    match expected {
        "a string" => "text in double quotes".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list in square brackets".to_owned(),
        "u16" => format!("a whole number from 0 to {}", u16::MAX),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "i64" => "a whole number".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// The known name that a slip of the fingers may have been meant for.
fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let (distance, near) = known.iter().map(|near| (strsim::osa_distance(name, near), *near)).min()?;
    (distance <= 1 + near.len() / 4).then_some(near)
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

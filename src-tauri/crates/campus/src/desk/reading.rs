//! Reading what is sent, so that every slip is told at its place.

use super::problem::FieldError;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Longest note, reason, question and reply, in characters.
const LONGEST_TEXT: usize = 2000;

/// Reads values and gathers what is wrong with them. `None`: something was, and is told.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) errors: Vec<FieldError>,
}

impl Reading {
    pub(super) fn fault<T>(
        &mut self,
        field: &str,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Option<T> {
        self.errors.push(FieldError { field: field.to_owned(), code, detail: detail.into() });
        None
    }

    /// The parts of an object.
    pub(super) fn parts<'v>(&mut self, value: &'v Value, field: &str) -> Option<&'v Map<String, Value>> {
        match value {
            Value::Object(parts) => Some(parts),
            _ => self.fault(field, "wrong-type", "This has to be an object."),
        }
    }

    /// The parts of an object that may have these names and no others.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        field: &str,
        names: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let parts = self.parts(value, field)?;
        for name in parts.keys().filter(|name| !names.contains(&name.as_str())) {
            self.fault::<()>(&within(field, name), "unknown-field", "There is no such field.");
        }
        Some(parts)
    }

    pub(super) fn part<'v>(
        &mut self,
        parts: &'v Map<String, Value>,
        field: &str,
        name: &str,
    ) -> Option<&'v Value> {
        match parts.get(name) {
            Some(value) => Some(value),
            None => self.fault(&within(field, name), "missing", "This is missing."),
        }
    }

    pub(super) fn text<'v>(
        &mut self,
        parts: &'v Map<String, Value>,
        field: &str,
        name: &str,
    ) -> Option<&'v str> {
        match self.part(parts, field, name)? {
            Value::String(text) => Some(text),
            _ => self.fault(&within(field, name), "wrong-type", "This has to be text."),
        }
    }

    /// Text of at most that many characters.
    pub(super) fn text_within(
        &mut self,
        parts: &Map<String, Value>,
        field: &str,
        name: &str,
        most: usize,
    ) -> Option<String> {
        let text = self.text(parts, field, name)?;
        self.fits(text, &within(field, name), most)
    }

    /// The text, unless it is longer than that many characters.
    pub(super) fn fits(&mut self, text: &str, field: &str, most: usize) -> Option<String> {
        if text.chars().count() <= most {
            return Some(text.to_owned());
        }
        self.fault(field, "too-long", format!("This is longer than {most} characters."))
    }

    /// Text that may be left out.
    pub(super) fn short_text(&mut self, parts: &Map<String, Value>, name: &str) -> Option<String> {
        match parts.get(name) {
            None => Some(String::new()),
            Some(_) => self.text_within(parts, "", name, LONGEST_TEXT),
        }
    }

    /// Text that says something, without the white space around it.
    pub(super) fn said(&mut self, parts: &Map<String, Value>, name: &str) -> Option<String> {
        let text = self.text(parts, "", name)?.trim();
        if text.is_empty() {
            return self.fault(name, "missing", "This is missing.");
        }
        self.fits(text, name, LONGEST_TEXT)
    }

    pub(super) fn yes_or_no(&mut self, parts: &Map<String, Value>, name: &str) -> Option<bool> {
        match self.part(parts, "", name)? {
            Value::Bool(value) => Some(*value),
            _ => self.fault(name, "wrong-type", "This has to be true or false."),
        }
    }

    /// Yes or no, where nothing said means no.
    pub(super) fn yes_if_said(&mut self, parts: &Map<String, Value>, name: &str) -> Option<bool> {
        if parts.contains_key(name) { self.yes_or_no(parts, name) } else { Some(false) }
    }

    pub(super) fn list<'v>(
        &mut self,
        parts: &'v Map<String, Value>,
        field: &str,
        name: &str,
        most: usize,
    ) -> Option<&'v [Value]> {
        match self.part(parts, field, name)? {
            Value::Array(items) if items.len() > most => {
                self.fault(&within(field, name), "too-many", format!("These are more than {most}."))
            }
            Value::Array(items) => Some(items),
            _ => self.fault(&within(field, name), "wrong-type", "This has to be a list."),
        }
    }
}

/// The place of a part.
pub(super) fn within(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

/// A UUID in its usual form, in lower case (RFC 9562 section 4).
pub(super) fn uuid(text: &str) -> Option<String> {
    let is_usual = text.len() == 36;
    Uuid::try_parse(text).ok().filter(|_| is_usual).map(|id| id.to_string())
}

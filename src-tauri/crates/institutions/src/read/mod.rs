//! TOML into a profile, with the place of every fact kept.
//!
//! The `toml` crate parses; the step from its tree to our types is taken here, because its error is a sentence already
//! put together, and a reader of this program is owed one in other words: what is there, what should be.

mod fault;
mod syntax;
mod tree;

use crate::{Profile, problem::Found};
use fault::Fault;
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The one format that this program reads.
pub(crate) const FORMAT: u32 = 1;

/// A parsed document: every key and value with its offset.
pub(crate) struct Document<'i> {
    root: Spanned<DeValue<'i>>,
}

/// Parses `text`, and refuses another format before anything else in it is judged.
pub(crate) fn document(text: &str) -> Result<Document<'_>, Found> {
    let root = DeTable::parse(text).map_err(|error| syntax::explain(&error, text))?;
    let span = root.span();
    let document = Document { root: Spanned::new(span, DeValue::Table(root.into_inner())) };
    match document.value("format").and_then(DeValue::as_integer) {
        Some(format) if format.as_str() != FORMAT.to_string() => Err(Found::new(
            document.offset("format"),
            format!("This file is in format {format}, which this program does not read"),
            format!("It reads format {FORMAT}. A newer version of the program may read this file"),
        )),
        _ => Ok(document),
    }
}

/// The profile that the document holds, if every field is there and of the right type.
pub(crate) fn profile(document: &Document<'_>) -> Result<Profile, Found> {
    Profile::deserialize(tree::Node::new(&document.root)).map_err(Fault::into_found)
}

impl<'i> Document<'i> {
    /// Where the value at `path` is, or what comes nearest to it on the way there. Parts are separated by a slash;
    /// `kind/0/name` is the name of the first kind.
    pub(crate) fn offset(&self, path: &str) -> usize {
        self.walk(path).0
    }

    fn value(&self, path: &str) -> Option<&DeValue<'i>> {
        self.walk(path).1
    }

    fn walk(&self, path: &str) -> (usize, Option<&DeValue<'i>>) {
        let mut at = self.root.span().start;
        let mut node = &self.root;
        for part in path.split('/') {
            let next = match node.get_ref() {
                DeValue::Table(table) => {
                    table.iter().find(|(key, _)| key.get_ref() == part).map(|(key, value)| {
                        // A table's own header says more than the place where its parent begins.
                        let span = if value.get_ref().is_table() { value.span() } else { key.span() };
                        (span.start, value)
                    })
                }
                DeValue::Array(list) => {
                    let item = part.parse().ok().and_then(|index: usize| list.get(index));
                    item.map(|value| (value.span().start, value))
                }
                _ => None,
            };
            let Some((start, value)) = next else { return (at, None) };
            (at, node) = (start, value);
        }
        (at, Some(node.get_ref()))
    }

    /// Calls `visit` with path, offset and text of every string in the file, in the order of the paths.
    pub(crate) fn each_text(&self, visit: &mut impl FnMut(&str, usize, &str)) {
        walk_text("", &self.root, visit);
    }
}

fn walk_text(path: &str, node: &Spanned<DeValue<'_>>, visit: &mut impl FnMut(&str, usize, &str)) {
    let below = |part: &str| if path.is_empty() { part.to_owned() } else { format!("{path}/{part}") };
    match node.get_ref() {
        DeValue::String(text) => visit(path, node.span().start, text),
        DeValue::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                walk_text(&below(&index.to_string()), item, visit);
            }
        }
        DeValue::Table(table) => {
            for (key, value) in table {
                walk_text(&below(key.get_ref()), value, visit);
            }
        }
        _ => {}
    }
}

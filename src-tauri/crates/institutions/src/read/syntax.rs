//! What the TOML parser objects to, for somebody who does not know its terms.

use crate::problem::Found;

/// What the parser's message holds, what is wrong then, and what would be right. The first that fits is told.
const KNOWN: &[(&str, &str, &str)] = &[
    ("duplicate key", "This key or table is given twice", "Keep one of the two"),
    (
        "invalid basic string",
        "This text is not closed, or holds a character that needs a backslash before it",
        "End it with a double quote on the same line; write \\\" for a quote inside it and \\\\ for a backslash",
    ),
    (
        "escape",
        "A backslash in this text is followed by something unknown",
        "Write \\\\ for a backslash itself",
    ),
    (
        "must be quoted",
        "This value has no quotes",
        "Put it in double quotes if it is text; write numbers in digits, and true or false in small letters",
    ),
    ("missing opening quote", "This text has no quote where it begins", "Put it in double quotes"),
    ("missing value", "This key has no value", "Write `key = value`, with text in double quotes"),
    (
        "key with no value",
        "This line has a name and no value",
        "Write `key = value`, with text in double quotes",
    ),
    (
        "missing comma between array elements",
        "The list that began here or further up goes on without a comma",
        "Put a comma between its values, or close it with ] where it ends",
    ),
    (
        "unclosed array table",
        "The name of this table is not closed",
        "Write it as `[[table]]`, alone on its line",
    ),
    ("unclosed array", "This list is not closed", "Close it with ] where it ends"),
    ("unclosed inline table", "This table is not closed", "Close it with } where it ends"),
    ("unclosed table", "The name of this table is not closed", "Write it as `[table]`, alone on its line"),
    (
        "missing comma between key-value pairs",
        "Two fields stand side by side without a comma",
        "Put a comma between them",
    ),
    (
        "unexpected key or value",
        "Something more stands behind the value",
        "Give each field a line of its own",
    ),
    ("recursion limit", "Tables or lists are nested too deep", "A profile needs three levels at most"),
];

/// `error` at its place in `text`; where the parser gives no place, the text ended too early.
pub(super) fn explain(error: &toml::de::Error, text: &str) -> Found {
    let at = error.span().map_or(text.len(), |span| span.start);
    let message = match error.message() {
        // The parser says the same of `name = North` and of `name =`.
        message if message.contains("must be quoted") && nothing_follows(text, at) => "missing value",
        message => message,
    };
    if let Some((_, wrong, right)) = KNOWN.iter().find(|(holds, ..)| message.contains(holds)) {
        return Found::new(at, *wrong, *right);
    }
    let right = "Write `key = value`, text in double quotes, lists in square brackets, and the name of a table as \
                 `[table]` or, where there are several of it, `[[table]]`";
    Found::new(at, format!("This is not TOML ({message})"), right)
}

fn nothing_follows(text: &str, at: usize) -> bool {
    let line = text.get(at..).unwrap_or_default().lines().next().unwrap_or_default().trim();
    line.is_empty() || line.starts_with('#')
}

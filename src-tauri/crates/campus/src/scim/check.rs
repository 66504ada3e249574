//! Holding what a client sends against the schemas (RFC 7643 section 2.2, RFC 7644 sections 3.3 and 3.5.1).

use super::attribute::{Attribute, Form, Type};
use super::error::ScimError;
use super::filter::moment_of;
use super::kind::Kind;
use super::schema::{Schema, Schemas};
use serde_json::{Map, Value};

/// Longest text that is taken, in bytes.
const LONGEST_TEXT: usize = 4096;
/// Most values of one attribute.
const MOST_VALUES: usize = 2000;

/// The resource in the form in which it is stored: names spelled as in the schemas, read-only attributes, `schemas`,
/// `id` and `meta` left out, nulls and empty lists taken for absent.
///
/// Attributes that no schema has are refused, so that a slip is not taken for a change that was made.
pub(super) fn incoming(kind: Kind, schemas: &Schemas, sent: Value) -> Result<Value, ScimError> {
    let Value::Object(sent) = sent else { return Err(ScimError::syntax("A resource is a JSON object.")) };
    check_schemas(kind, &sent)?;
    let core = kind.core(schemas);
    let mut document = Map::new();
    for (name, value) in sent {
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        if let Some(extension) =
            kind.extension(schemas).filter(|extension| extension.id.eq_ignore_ascii_case(&name))
        {
            let value = extension_value(extension, value)?;
            put(&mut document, extension.id, value)?;
            continue;
        }
        let attribute = core.attribute(&name).or_else(|| schemas.common.attribute(&name));
        let attribute = attribute.ok_or_else(|| unknown(&name))?;
        if !attribute.is_read_only() {
            put(&mut document, attribute.name, checked(attribute, value)?)?;
        }
    }
    check_required(core, &document)?;
    Ok(document.into())
}

fn check_schemas(kind: Kind, sent: &Map<String, Value>) -> Result<(), ScimError> {
    let named = sent.get("schemas").and_then(Value::as_array);
    let named = named.ok_or_else(|| ScimError::syntax("schemas is missing."))?;
    let known = kind.schema_ids();
    let is_known =
        |id: &Value| id.as_str().is_some_and(|id| known.iter().any(|known| known.eq_ignore_ascii_case(id)));
    if let Some(other) = named.iter().find(|id| !is_known(id)) {
        return Err(ScimError::syntax(format!("{other} is no schema of this resource.")));
    }
    let core = known.first().copied().unwrap_or_default();
    if named.iter().any(|id| id.as_str().is_some_and(|id| id.eq_ignore_ascii_case(core))) {
        return Ok(());
    }
    Err(ScimError::syntax(format!("schemas has to name {core}.")))
}

fn extension_value(extension: &Schema, value: Value) -> Result<Option<Value>, ScimError> {
    let parts = match value {
        Value::Null => return Ok(None),
        Value::Object(parts) => parts,
        _ => return Err(ScimError::value(format!("{} has to be an object.", extension.id))),
    };
    let mut document = Map::new();
    for (name, value) in parts {
        // Some clients write a schema list into each extension.
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        let attribute = extension.attribute(&name).ok_or_else(|| unknown(&name))?;
        if !attribute.is_read_only() {
            put(&mut document, attribute.name, checked(attribute, value)?)?;
        }
    }
    Ok((!document.is_empty()).then(|| document.into()))
}

/// Puts a value in its place. The same name twice in different case is a contradiction.
fn put(document: &mut Map<String, Value>, name: &str, value: Option<Value>) -> Result<(), ScimError> {
    let Some(value) = value else { return Ok(()) };
    match document.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(ScimError::syntax(format!("{name} is there twice."))),
    }
}

fn check_required(schema: &Schema, document: &Map<String, Value>) -> Result<(), ScimError> {
    let missing = schema
        .attributes
        .iter()
        .find(|attribute| attribute.required && !document.contains_key(attribute.name));
    match missing {
        Some(attribute) => Err(ScimError::value(format!("{} is missing.", attribute.name))),
        None => Ok(()),
    }
}

/// A value in the form of its attribute. `None`: the attribute is unassigned (RFC 7643 section 2.5).
pub(super) fn checked(attribute: &Attribute, value: Value) -> Result<Option<Value>, ScimError> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) if attribute.multi_valued => {
            if items.len() > MOST_VALUES {
                return Err(ScimError::value(format!("{} has too many values.", attribute.name)));
            }
            let mut kept: Vec<Value> = Vec::with_capacity(items.len());
            for item in items {
                let item = one(attribute, item)?;
                if !kept.contains(&item) {
                    kept.push(item);
                }
            }
            Ok((!kept.is_empty()).then(|| kept.into()))
        }
        _ if attribute.multi_valued => Err(ScimError::value(format!("{} has to be a list.", attribute.name))),
        value => one(attribute, value).map(Some),
    }
}

fn one(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    match (attribute.kind, value) {
        (Type::Complex, Value::Object(parts)) => complex(attribute, parts),
        (Type::Boolean, value @ Value::Bool(_)) => Ok(value),
        (Type::Integer, value) if value.as_i64().is_some_and(|number| number >= 0) => Ok(value),
        (Type::DateTime, Value::String(text)) => {
            let at =
                moment_of(&text).ok_or_else(|| wrong(attribute, "a moment such as 2026-12-04T12:00:00Z"))?;
            Ok(at.to_string().into())
        }
        (Type::String | Type::Reference, Value::String(text)) => {
            check_text(attribute, &text)?;
            Ok(text.into())
        }
        (kind, _) => Err(wrong(attribute, expectation(kind))),
    }
}

fn expectation(kind: Type) -> &'static str {
    match kind {
        Type::String => "text",
        Type::Reference => "an address",
        Type::Boolean => "true or false",
        Type::Integer => "a whole number that is not negative",
        Type::DateTime => "a moment such as 2026-12-04T12:00:00Z",
        Type::Complex => "an object",
    }
}

fn complex(attribute: &Attribute, parts: Map<String, Value>) -> Result<Value, ScimError> {
    let mut document = Map::new();
    for (name, value) in parts {
        let part = attribute.part(&name).ok_or_else(|| unknown(&format!("{}.{name}", attribute.name)))?;
        if !part.is_read_only() {
            put(&mut document, part.name, checked(part, value)?)?;
        }
    }
    if let Some(part) = attribute.parts.iter().find(|part| part.required && !document.contains_key(part.name))
    {
        return Err(ScimError::value(format!("{}.{} is missing.", attribute.name, part.name)));
    }
    Ok(document.into())
}

fn check_text(attribute: &Attribute, text: &str) -> Result<(), ScimError> {
    if text.len() > LONGEST_TEXT {
        return Err(wrong(attribute, "shorter"));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong(attribute, "text without control characters"));
    }
    if attribute.required && text.trim().is_empty() {
        return Err(wrong(attribute, "text that is not empty"));
    }
    match attribute.form {
        Form::Free => Ok(()),
        Form::Day if text.parse::<jiff::civil::Date>().is_ok() => Ok(()),
        Form::Moment if moment_of(text).is_some() => Ok(()),
        Form::Moment => Err(wrong(attribute, expectation(Type::DateTime))),
        Form::Day => Err(wrong(attribute, "a day such as 2026-12-04")),
        Form::Closed if attribute.canonical.iter().any(|known| known == text) => Ok(()),
        Form::Closed => Err(wrong(attribute, &format!("one of {}", attribute.canonical.join(", ")))),
    }
}

fn wrong(attribute: &Attribute, expected: &str) -> ScimError {
    ScimError::value(format!("{} has to be {expected}.", attribute.name))
}

fn unknown(name: &str) -> ScimError {
    ScimError::syntax(format!("No schema has an attribute {name}."))
}

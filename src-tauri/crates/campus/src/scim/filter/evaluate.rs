//! Whether a resource meets a filter.

use super::super::attribute::{Attribute, Type};
use super::super::error::ScimError;
use super::super::kind::{Kind, Place};
use super::super::schema::Schemas;
use super::{Compare, Filter};
use jiff::Timestamp;
use serde_json::Value;
use std::cmp::Ordering;

/// Whether `resource`, as the reader is shown it, meets the filter. Attributes that no schema has, and comparisons that
/// a type does not know, are the filter's fault.
pub(in super::super) fn matches(
    filter: &Filter,
    kind: Kind,
    schemas: &Schemas,
    resource: &Value,
) -> Result<bool, ScimError> {
    Ok(match filter {
        Filter::And(one, other) => {
            // Both are looked at, so that a faulty filter is refused whatever it is held against.
            let (one, other) =
                (matches(one, kind, schemas, resource)?, matches(other, kind, schemas, resource)?);
            one && other
        }
        Filter::Or(one, other) => {
            let (one, other) =
                (matches(one, kind, schemas, resource)?, matches(other, kind, schemas, resource)?);
            one || other
        }
        Filter::Not(inner) => !matches(inner, kind, schemas, resource)?,
        Filter::Present(path) => place(kind, schemas, path)?.values(resource).into_iter().any(is_something),
        Filter::Compare(path, compare, wanted) => {
            let place = place(kind, schemas, path)?;
            holds(place.leaf(), *compare, &leaves(&place, resource), wanted)?
        }
        Filter::Within(path, inner) => {
            let place = place(kind, schemas, path)?;
            let mut found = false;
            for value in place.values(resource) {
                found |= value_matches(inner, place.attribute, value)?;
            }
            if place.values(resource).is_empty() {
                value_matches(inner, place.attribute, &Value::Null)?;
            }
            found
        }
    })
}

/// Whether one value of a complex attribute meets a value filter.
pub(in super::super) fn value_matches(
    filter: &Filter,
    of: &Attribute,
    value: &Value,
) -> Result<bool, ScimError> {
    let part = |path: &str| {
        // A simple attribute's only part is its value (RFC 7644 figure 1, "emails[type eq ...]" for simple ones too).
        let found = if of.kind == Type::Complex { of.part(path) } else { Some(of) };
        found.ok_or_else(|| unknown(path))
    };
    let values = |part: &Attribute| -> Vec<&Value> {
        let found = if of.kind == Type::Complex { value.get(part.name) } else { Some(value) };
        match found {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        }
    };
    Ok(match filter {
        Filter::And(one, other) => {
            let (one, other) = (value_matches(one, of, value)?, value_matches(other, of, value)?);
            one && other
        }
        Filter::Or(one, other) => {
            let (one, other) = (value_matches(one, of, value)?, value_matches(other, of, value)?);
            one || other
        }
        Filter::Not(inner) => !value_matches(inner, of, value)?,
        Filter::Present(path) => values(part(path)?).into_iter().any(is_something),
        Filter::Compare(path, compare, wanted) => {
            let part = part(path)?;
            holds(part, *compare, &values(part), wanted)?
        }
        Filter::Within(path, _) => {
            return Err(ScimError::filter(format!("{path}[...] stands within another.")));
        }
    })
}

fn place<'s>(kind: Kind, schemas: &'s Schemas, path: &str) -> Result<Place<'s>, ScimError> {
    Place::find(kind, schemas, path).ok_or_else(|| unknown(path))
}

fn unknown(path: &str) -> ScimError {
    ScimError::filter(format!("No schema has an attribute {path}."))
}

/// The values to compare with: of a complex attribute, its `value` parts.
fn leaves<'v>(place: &Place<'_>, resource: &'v Value) -> Vec<&'v Value> {
    let values = place.values(resource);
    if place.part.is_none() && place.attribute.kind == Type::Complex {
        let name = place.leaf().name;
        return values.into_iter().filter_map(|value| value.get(name)).collect();
    }
    values
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn holds(
    attribute: &Attribute,
    compare: Compare,
    values: &[&Value],
    wanted: &Value,
) -> Result<bool, ScimError> {
    if attribute.kind == Type::Complex {
        return Err(ScimError::filter(format!("{} has parts; name one of them.", attribute.name)));
    }
    if wanted.is_null() {
        return match compare {
            Compare::Equal => Ok(!values.iter().any(|value| is_something(value))),
            Compare::NotEqual => Ok(values.iter().any(|value| is_something(value))),
            _ => Err(ScimError::filter("null can only be compared with eq and ne.")),
        };
    }
    let is_fitting = match attribute.kind {
        Type::String | Type::Reference => wanted.is_string(),
        Type::DateTime => wanted.as_str().is_some_and(|text| {
            moment_of(text).is_some()
                || matches!(compare, Compare::Contains | Compare::StartsWith | Compare::EndsWith)
        }),
        Type::Boolean => wanted.is_boolean() && matches!(compare, Compare::Equal | Compare::NotEqual),
        Type::Integer => {
            wanted.is_number()
                && !matches!(compare, Compare::Contains | Compare::StartsWith | Compare::EndsWith)
        }
        Type::Complex => false,
    };
    if !is_fitting {
        return Err(ScimError::filter(format!("{} cannot be compared in this way.", attribute.name)));
    }
    if compare == Compare::NotEqual {
        return Ok(!values.iter().any(|value| one_holds(attribute, Compare::Equal, value, wanted)));
    }
    Ok(values.iter().any(|value| one_holds(attribute, compare, value, wanted)))
}

fn one_holds(attribute: &Attribute, compare: Compare, value: &Value, wanted: &Value) -> bool {
    let ordering = match attribute.kind {
        Type::Boolean => return value == wanted,
        Type::Integer => value.as_i64().partial_cmp(&wanted.as_i64()),
        Type::DateTime => match (value.as_str(), wanted.as_str()) {
            (Some(value), Some(wanted)) => match (moment_of(value), moment_of(wanted)) {
                (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
                _ => return text_holds(compare, value, wanted),
            },
            _ => None,
        },
        Type::String | Type::Reference | Type::Complex => {
            let (Some(value), Some(wanted)) = (value.as_str(), wanted.as_str()) else { return false };
            if matches!(compare, Compare::Contains | Compare::StartsWith | Compare::EndsWith) {
                return if attribute.case_exact {
                    text_holds(compare, value, wanted)
                } else {
                    text_holds(compare, &value.to_lowercase(), &wanted.to_lowercase())
                };
            }
            Some(compare_texts(attribute, value, wanted))
        }
    };
    matches!(
        (compare, ordering),
        (Compare::Equal | Compare::GreaterOrEqual | Compare::LessOrEqual, Some(Ordering::Equal))
            | (Compare::Greater | Compare::GreaterOrEqual, Some(Ordering::Greater))
            | (Compare::Less | Compare::LessOrEqual, Some(Ordering::Less))
    )
}

fn text_holds(compare: Compare, value: &str, wanted: &str) -> bool {
    match compare {
        Compare::Contains => value.contains(wanted),
        Compare::StartsWith => value.starts_with(wanted),
        Compare::EndsWith => value.ends_with(wanted),
        _ => false,
    }
}

/// Order of two texts, without case unless the schema says that case counts.
pub(in super::super) fn compare_texts(attribute: &Attribute, one: &str, other: &str) -> Ordering {
    if attribute.case_exact { one.cmp(other) } else { one.to_lowercase().cmp(&other.to_lowercase()) }
}

/// A dateTime (RFC 7643 section 2.3.5).
pub(in super::super) fn moment_of(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

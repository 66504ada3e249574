//! `attributes` and `excludedAttributes` (RFC 7644 section 3.9).

use super::error::ScimError;
use super::kind::{Kind, Place};
use super::schema::Schemas;
use serde_json::{Map, Value};

/// Which attributes an answer holds. `schemas` and `id` always do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Projection {
    #[default]
    Whole,
    Only(Vec<String>),
    Without(Vec<String>),
}

impl Projection {
    /// From the comma-separated lists of a query.
    pub(super) fn of(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        let list = |text: &str| {
            text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        };
        match (
            attributes.filter(|text| !text.trim().is_empty()),
            excluded.filter(|text| !text.trim().is_empty()),
        ) {
            (None, None) => Ok(Self::Whole),
            (Some(attributes), None) => Ok(Self::Only(list(attributes))),
            (None, Some(excluded)) => Ok(Self::Without(list(excluded))),
            (Some(_), Some(_)) => {
                Err(ScimError::value("attributes and excludedAttributes cannot go together."))
            }
        }
    }

    /// The resource with only what was asked for. A name that no schema has selects nothing.
    pub(super) fn apply(&self, kind: Kind, schemas: &Schemas, resource: Value) -> Value {
        match (self, resource) {
            (Self::Only(paths), Value::Object(whole)) => only(kind, schemas, paths, &whole).into(),
            (Self::Without(paths), Value::Object(whole)) => without(kind, schemas, paths, whole).into(),
            (_, resource) => resource,
        }
    }
}

/// A path as a step into an extension or the resource itself, an attribute and a part of it.
struct Step<'a> {
    extension: Option<&'static str>,
    /// `None`: all of the extension.
    attribute: Option<&'a str>,
    part: Option<&'a str>,
}

fn step<'a>(kind: Kind, schemas: &'a Schemas, path: &str) -> Option<Step<'a>> {
    if let Some(extension) = kind.extension(schemas)
        && extension.id.eq_ignore_ascii_case(path)
    {
        return Some(Step { extension: Some(extension.id), attribute: None, part: None });
    }
    let place = Place::find(kind, schemas, path)?;
    Some(Step {
        extension: place.extension,
        attribute: Some(place.attribute.name),
        part: place.part.map(|part| part.name),
    })
}

fn only(kind: Kind, schemas: &Schemas, paths: &[String], whole: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for name in ["schemas", "id"] {
        if let Some(value) = whole.get(name) {
            kept.insert(name.into(), value.clone());
        }
    }
    for step in paths.iter().filter_map(|path| step(kind, schemas, path)) {
        let Some(attribute) = step.attribute else {
            if let Some((name, value)) = step.extension.and_then(|name| Some((name, whole.get(name)?))) {
                kept.insert(name.into(), value.clone());
            }
            continue;
        };
        let from = match step.extension {
            Some(extension) => whole.get(extension).and_then(Value::as_object),
            None => Some(whole),
        };
        let Some(value) = from.and_then(|from| from.get(attribute)) else { continue };
        let into = match step.extension {
            Some(extension) => kept.entry(extension).or_insert_with(|| Map::new().into()).as_object_mut(),
            None => Some(&mut kept),
        };
        let Some(into) = into else { continue };
        match step.part {
            None => {
                into.insert(attribute.into(), value.clone());
            }
            Some(part) => merge_part(into, attribute, part, value),
        }
    }
    kept
}

/// Adds `part` of each value to what is kept of the attribute so far.
fn merge_part(into: &mut Map<String, Value>, attribute: &str, part: &str, value: &Value) {
    let pick = |value: &Value| value.get(part).cloned();
    let add = |kept: &mut Value, picked: Option<Value>| {
        if let (Some(kept), Some(picked)) = (kept.as_object_mut(), picked) {
            kept.insert(part.into(), picked);
        }
    };
    match value {
        Value::Array(items) => {
            let empty = || items.iter().map(|_| Value::from(Map::new())).collect();
            let kept = into.entry(attribute).or_insert_with(empty);
            for (kept, item) in kept.as_array_mut().into_iter().flatten().zip(items) {
                add(kept, pick(item));
            }
        }
        one => add(into.entry(attribute).or_insert_with(|| Map::new().into()), pick(one)),
    }
}

fn without(
    kind: Kind,
    schemas: &Schemas,
    paths: &[String],
    mut whole: Map<String, Value>,
) -> Map<String, Value> {
    for step in paths.iter().filter_map(|path| step(kind, schemas, path)) {
        let Some(attribute) = step.attribute else {
            if let Some(extension) = step.extension {
                whole.remove(extension);
            }
            continue;
        };
        if matches!(attribute, "schemas" | "id") {
            continue;
        }
        let holder = match step.extension {
            Some(extension) => whole.get_mut(extension).and_then(Value::as_object_mut),
            None => Some(&mut whole),
        };
        let Some(holder) = holder else { continue };
        let Some(part) = step.part else {
            holder.remove(attribute);
            continue;
        };
        match holder.get_mut(attribute) {
            Some(Value::Array(items)) => {
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    item.remove(part);
                }
            }
            Some(Value::Object(one)) => {
                one.remove(part);
            }
            _ => {}
        }
    }
    whole
}

//! PATCH (RFC 7644 section 3.5.2): add, replace and remove, with paths and value filters.

use super::attribute::{Attribute, Type};
use super::check::checked;
use super::error::ScimError;
use super::filter::{Compare, Filter, parse, value_matches};
use super::kind::{Kind, Place};
use super::schema::Schemas;
use serde_json::{Map, Value};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Most operations in one request.
const MOST_OPERATIONS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

/// The document after all operations. If one is refused, none counts.
pub(super) fn patched(
    kind: Kind,
    schemas: &Schemas,
    document: Value,
    request: &Value,
) -> Result<Value, ScimError> {
    let named = request.get("schemas").and_then(Value::as_array);
    if !named.is_some_and(|named| named.iter().any(|id| id.as_str() == Some(SCHEMA))) {
        return Err(ScimError::syntax(format!("schemas has to name {SCHEMA}.")));
    }
    let operations = field(request, "Operations").and_then(Value::as_array);
    let operations =
        operations.filter(|operations| !operations.is_empty() && operations.len() <= MOST_OPERATIONS);
    let operations = operations
        .ok_or_else(|| ScimError::syntax("Operations has to be a list, neither empty nor huge."))?;
    let Value::Object(mut document) = document else { return Err(ScimError::broken()) };
    for operation in operations {
        let op = field(operation, "op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let op = match op.as_str() {
            "add" => Op::Add,
            "replace" => Op::Replace,
            "remove" => Op::Remove,
            _ => return Err(ScimError::syntax("op is add, replace or remove.")),
        };
        let value = field(operation, "value").cloned();
        match (field(operation, "path"), op, value) {
            (Some(Value::String(path)), _, value) => at_path(kind, schemas, &mut document, op, path, value)?,
            (Some(_), ..) => return Err(ScimError::bad("invalidPath", "path has to be text.")),
            (None, Op::Remove, _) => return Err(ScimError::bad("noTarget", "remove needs a path.")),
            (None, _, Some(Value::Object(parts))) => whole(kind, schemas, &mut document, op, parts)?,
            (None, ..) => return Err(ScimError::value("Without a path, value has to be an object.")),
        }
    }
    Ok(document.into())
}

fn field<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Each attribute of the value is a path of its own.
fn whole(
    kind: Kind,
    schemas: &Schemas,
    document: &mut Map<String, Value>,
    op: Op,
    parts: Map<String, Value>,
) -> Result<(), ScimError> {
    for (name, value) in parts {
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        at_path(kind, schemas, document, op, &name, Some(value))?;
    }
    Ok(())
}

/// A path: an attribute, which of its values, and which part of them.
struct Target<'s> {
    place: Place<'s>,
    which: Option<Filter>,
}

fn target<'s>(kind: Kind, schemas: &'s Schemas, path: &str) -> Result<Target<'s>, ScimError> {
    let invalid = || ScimError::bad("invalidPath", format!("{path} is no path to an attribute."));
    let Some((name, rest)) = path.split_once('[') else {
        let place = Place::find(kind, schemas, path).ok_or_else(invalid)?;
        return Ok(Target { place, which: None });
    };
    let (filter, after) = rest.rsplit_once(']').ok_or_else(invalid)?;
    let full = format!("{name}{after}");
    if !(after.is_empty() || after.starts_with('.')) {
        return Err(invalid());
    }
    let place = Place::find(kind, schemas, &full).ok_or_else(invalid)?;
    if !place.attribute.multi_valued {
        return Err(ScimError::bad("invalidPath", format!("{name} has one value, so no filter can choose.")));
    }
    let which = parse(filter).map_err(ScimError::filter)?;
    // Faults of the filter come out even where there is no value to hold it against.
    value_matches(&which, place.attribute, &Value::Null)?;
    Ok(Target { place, which: Some(which) })
}

fn at_path(
    kind: Kind,
    schemas: &Schemas,
    document: &mut Map<String, Value>,
    op: Op,
    path: &str,
    value: Option<Value>,
) -> Result<(), ScimError> {
    if let Some(extension) =
        kind.extension(schemas).filter(|extension| extension.id.eq_ignore_ascii_case(path))
    {
        return match (op, value) {
            (Op::Remove, _) => {
                document.remove(extension.id);
                Ok(())
            }
            (_, Some(Value::Object(parts))) => {
                for (name, value) in
                    parts.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("schemas"))
                {
                    at_path(kind, schemas, document, op, &format!("{}:{name}", extension.id), Some(value))?;
                }
                Ok(())
            }
            _ => Err(ScimError::value("The value of an extension has to be an object.")),
        };
    }
    let target = target(kind, schemas, path)?;
    let leaf = target.place.part.unwrap_or(target.place.attribute);
    if target.place.attribute.is_read_only() || leaf.is_read_only() {
        return Err(ScimError::bad("mutability", format!("{path} is set by the directory.")));
    }
    if op != Op::Remove && value.is_none() {
        return Err(ScimError::value("add and replace need a value."));
    }
    let holder = match target.place.extension {
        None => document,
        Some(extension) => {
            let holder = document.entry(extension).or_insert_with(|| Map::new().into());
            holder.as_object_mut().ok_or_else(ScimError::broken)?
        }
    };
    match (&target.which, target.place.part) {
        (Some(which), part) => chosen(holder, target.place.attribute, which, part, op, value),
        (None, None) => attribute(holder, target.place.attribute, op, value),
        (None, Some(part)) => parts(holder, target.place.attribute, part, op, value),
    }
}

/// Sets or takes away an attribute, or adds to its values.
fn attribute(
    holder: &mut Map<String, Value>,
    attribute: &Attribute,
    op: Op,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let value = value.map(|value| listed(attribute, value));
    let value = match value {
        None => None,
        Some(_) if op == Op::Remove && !attribute.multi_valued => None,
        Some(value) => checked(attribute, value)?,
    };
    match (op, value) {
        (Op::Remove, Some(Value::Array(gone))) => {
            // Not in the standard, but asked for by widespread clients: the values to take away are in `value`.
            let is_gone = |item: &Value| gone.iter().any(|gone| is_same(attribute, item, gone));
            if let Some(items) = holder.get_mut(attribute.name).and_then(Value::as_array_mut) {
                items.retain(|item| !is_gone(item));
            }
            drop_empty(holder, attribute);
        }
        (Op::Remove, _) | (Op::Replace, None) => {
            holder.remove(attribute.name);
        }
        (Op::Add, None) => {}
        (Op::Add, Some(Value::Array(more))) => {
            let items = holder.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
            let items = items.as_array_mut().ok_or_else(ScimError::broken)?;
            for item in more {
                match items.iter_mut().find(|there| is_same(attribute, there, &item)) {
                    Some(there) => *there = item,
                    None => items.push(item),
                }
            }
        }
        (_, Some(Value::Object(new))) if !attribute.multi_valued && (op == Op::Add || op == Op::Replace) => {
            // Parts that are not named stay as they are (section 3.5.2.3).
            let there = holder.entry(attribute.name).or_insert_with(|| Map::new().into());
            there.as_object_mut().ok_or_else(ScimError::broken)?.extend(new);
        }
        (_, Some(new)) => {
            holder.insert(attribute.name.to_owned(), new);
        }
    }
    Ok(())
}

/// A value of a list that came without its list is taken as a list of one.
fn listed(attribute: &Attribute, value: Value) -> Value {
    if attribute.multi_valued && !value.is_array() && !value.is_null() { vec![value].into() } else { value }
}

/// Two values of a list are the same thing when they have the same `value`, or are alike where there is none.
fn is_same(attribute: &Attribute, one: &Value, other: &Value) -> bool {
    if attribute.kind == Type::Complex {
        match (one.get("value"), other.get("value")) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        }
    } else {
        one == other
    }
}

fn drop_empty(holder: &mut Map<String, Value>, attribute: &Attribute) {
    if holder.get(attribute.name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
        holder.remove(attribute.name);
    }
}

/// Sets or takes away one part of an attribute, in each of its values.
fn parts(
    holder: &mut Map<String, Value>,
    of: &Attribute,
    part: &Attribute,
    op: Op,
    value: Option<Value>,
) -> Result<(), ScimError> {
    match holder.get_mut(of.name) {
        Some(Value::Array(items)) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                attribute(item, part, op, value.clone())?;
            }
            Ok(())
        }
        Some(Value::Object(one)) => attribute(one, part, op, value),
        _ if op == Op::Remove => Ok(()),
        _ => {
            let mut one = Map::new();
            attribute(&mut one, part, op, value)?;
            let one = Value::from(one);
            holder.insert(of.name.to_owned(), if of.multi_valued { vec![one].into() } else { one });
            Ok(())
        }
    }
}

/// Changes those values of a list that a filter chooses.
fn chosen(
    holder: &mut Map<String, Value>,
    of: &Attribute,
    which: &Filter,
    part: Option<&Attribute>,
    op: Op,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let items = holder.entry(of.name).or_insert_with(|| Value::Array(Vec::new()));
    let items = items.as_array_mut().ok_or_else(ScimError::broken)?;
    let mut found = 0;
    let mut kept = Vec::with_capacity(items.len());
    for mut item in items.drain(..) {
        if !value_matches(which, of, &item)? {
            kept.push(item);
            continue;
        }
        found += 1;
        match (part, op, &value) {
            (None, Op::Remove, _) => continue,
            (None, _, Some(value)) => overlay(of, &mut item, value)?,
            (Some(part), _, _) => {
                let object = item.as_object_mut().ok_or_else(ScimError::broken)?;
                attribute(object, part, op, value.clone())?;
            }
            (None, _, None) => {}
        }
        kept.push(item);
    }
    if found == 0 && op == Op::Add {
        kept.push(from_filter(of, which, part, value)?);
    } else if found == 0 && op == Op::Replace {
        return Err(ScimError::bad("noTarget", "No value meets the filter of the path."));
    }
    *items = kept;
    drop_empty(holder, of);
    Ok(())
}

/// Puts the parts of `value` over those of a value that was chosen.
fn overlay(of: &Attribute, item: &mut Value, value: &Value) -> Result<(), ScimError> {
    let (Some(there), Value::Object(parts)) = (item.as_object_mut(), value) else {
        *item = value.clone();
        return Ok(());
    };
    for (name, value) in parts {
        let part =
            of.part(name).ok_or_else(|| ScimError::syntax(format!("No schema has an attribute {name}.")))?;
        if !part.is_read_only() {
            attribute(there, part, Op::Replace, Some(value.clone()))?;
        }
    }
    Ok(())
}

/// The value that `add` makes where none meets the filter: what the filter asks for, with what is added.
fn from_filter(
    of: &Attribute,
    which: &Filter,
    part: Option<&Attribute>,
    value: Option<Value>,
) -> Result<Value, ScimError> {
    let (Filter::Compare(path, Compare::Equal, wanted), Some(value)) = (which, value) else {
        return Err(ScimError::bad("noTarget", "No value meets the filter of the path."));
    };
    let mut made = Map::new();
    if let Some(named) = of.part(path) {
        made.insert(named.name.to_owned(), wanted.clone());
    }
    let mut made = Value::from(made);
    match part {
        Some(part) => {
            let object = made.as_object_mut().ok_or_else(ScimError::broken)?;
            attribute(object, part, Op::Add, Some(value))?;
        }
        None => overlay(of, &mut made, &value)?,
    }
    Ok(made)
}

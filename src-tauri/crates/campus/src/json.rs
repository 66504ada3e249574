//! Building JSON without the panics of `value["name"] = …`.

use serde_json::Value;

/// Puts a value under a name of an object. Nothing but an object has names, so anything else stays as it is.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(parts) = object {
        parts.insert(name.to_owned(), value);
    }
}

/// Puts a value under a name of an object within an object, which is made where it is missing.
pub(crate) fn set_within(object: &mut Value, holder: &str, name: &str, value: Value) {
    if let Value::Object(parts) = object {
        set(parts.entry(holder).or_insert_with(|| Value::Object(serde_json::Map::new())), name, value);
    }
}

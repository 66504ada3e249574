//! What went wrong, as a server says it that answers 200 to everything.

use super::{LONG, shown};
use crate::Error;
use serde::Deserialize;
use serde_json::Value;

/// What a server that says 200 to everything may say of what went wrong.
#[derive(Deserialize)]
pub(super) struct Fault {
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    errors: Option<Value>,
    #[serde(default)]
    code: Option<Value>,
}

impl Fault {
    pub(super) fn is_error(&self) -> bool {
        is_said(self.error.as_ref()) || is_said(self.errors.as_ref())
    }

    pub(super) fn has_code(&self) -> bool {
        is_said(self.code.as_ref())
    }

    /// # Errors
    /// [`Error::NotUsable`] where an error is said.
    pub(super) fn refuse(&self) -> Result<(), Error> {
        if self.is_error() {
            return Err(Error::NotUsable("it says that something went wrong".into()));
        }
        Ok(())
    }

    /// The same for a list in which `nothing` stands, where a code alone is said too: nothing found is what a desk says plainly.
    pub(super) fn refuse_list(&self, nothing: bool) -> Result<(), Error> {
        if nothing && self.has_code() {
            return Err(Error::NotUsable("it lists nothing and does not say that there is nothing".into()));
        }
        self.refuse()
    }
}

fn is_said(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !is_nothing(value))
}

/// What a desk answers to what was sent: by which it speaks of it, or, where a server says 200 to everything, why not.
#[derive(Deserialize)]
pub(crate) struct Reference {
    #[serde(default)]
    id: Option<String>,
    #[serde(flatten)]
    fault: Fault,
    #[serde(default)]
    detail: Option<Value>,
    #[serde(default)]
    message: Option<Value>,
}

impl Reference {
    pub(crate) fn into_id(self) -> Result<String, Error> {
        let is_error = self.fault.is_error();
        if let Some(id) = self.id.filter(|_| !is_error) {
            return Ok(id);
        }
        if !is_error && !self.fault.has_code() {
            return Err(Error::NotUsable("it has no reference".into()));
        }
        let within = |value: Option<&Value>| {
            let value = value?;
            let word = |key: &str| value.get(key).and_then(Value::as_str);
            let said = value.as_str().or_else(|| word("detail")).or_else(|| word("message"))?;
            Some(said.to_owned())
        };
        let first = self.fault.errors.as_ref().and_then(|errors| errors.get(0));
        let told = [self.detail.as_ref(), self.message.as_ref(), self.fault.error.as_ref(), first];
        let said = told.into_iter().find_map(within);
        Err(Error::RefusedAsTaken { detail: shown(&said.unwrap_or_default(), LONG) })
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

//! A request as it is sent, held against its shape: every slip is told at its place.

use super::problem::{DeskProblem, FieldError};
use super::wire::{WhoType, WishKind};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most people and groups in one request.
pub(super) const MOST_CHANGES: usize = 500;
/// Longest note and reason, in characters.
pub(super) const LONGEST_TEXT: usize = 2000;

/// A request for a change of who has access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Submission {
    /// Made once by the sender and kept through every try: the same id is never taken twice.
    #[schema(format = "uuid")]
    pub(super) client_request_id: String,
    /// The account's id in the directory.
    pub(super) account: String,
    pub(super) wish: SentWish,
    /// A word to whoever decides.
    #[schema(max_length = 2000, required = false)]
    pub(super) note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentWish {
    pub(super) kind: WishKind,
    #[schema(min_items = 1, max_items = 500)]
    pub(super) changes: Vec<SentChange>,
}

/// One person's or group's rights as they are to be afterwards, and as they were when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentChange {
    pub(super) to: SentWho,
    /// All that they are to hold. Empty: no access.
    pub(super) rights: Vec<String>,
    /// All that they held. Where that has changed, nothing is taken.
    pub(super) was: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentWho {
    pub(super) value: String,
    #[serde(rename = "type")]
    #[schema(inline)]
    pub(super) kind: SentWhoType,
    /// Passed over: the record knows the name. Never kept, so that two spellings are one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) display: Option<String>,
}

/// `User` is taken for `Person`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) enum SentWhoType {
    Person,
    User,
    Group,
}

impl From<SentWhoType> for WhoType {
    fn from(kind: SentWhoType) -> Self {
        match kind {
            SentWhoType::Person | SentWhoType::User => Self::Person,
            SentWhoType::Group => Self::Group,
        }
    }
}

impl Submission {
    pub(super) fn read(sent: &Value) -> Result<Self, DeskProblem> {
        let mut reading = Reading::default();
        let submission = reading.submission(sent);
        match submission {
            Some(submission) if reading.errors.is_empty() => Ok(submission),
            _ => Err(DeskProblem::invalid(reading.errors)),
        }
    }

    /// What tells a repetition from another request.
    pub(super) fn digest(&self) -> Result<String, DeskProblem> {
        let text = serde_json::to_string(self).map_err(|_| DeskProblem::broken())?;
        Ok(format!("{:x}", Sha256::digest(text)))
    }
}

/// Reads values and gathers what is wrong with them. `None`: something was, and is told.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) errors: Vec<FieldError>,
}

impl Reading {
    pub(super) fn fault<T>(&mut self, field: &str, code: &'static str, detail: &str) -> Option<T> {
        self.errors.push(FieldError { field: field.to_owned(), code, detail: detail.to_owned() });
        None
    }

    /// The parts of an object that may have these names and no others.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        field: &str,
        names: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Value::Object(parts) = value else {
            return self.fault(field, "wrong-type", "This has to be an object.");
        };
        for name in parts.keys().filter(|name| !names.contains(&name.as_str())) {
            self.fault::<()>(&within(field, name), "unknown-field", "There is no such field.");
        }
        Some(parts)
    }

    fn part<'v>(&mut self, parts: &'v Map<String, Value>, field: &str, name: &str) -> Option<&'v Value> {
        match parts.get(name) {
            Some(value) => Some(value),
            None => self.fault(&within(field, name), "missing", "This is missing."),
        }
    }

    fn text<'v>(&mut self, parts: &'v Map<String, Value>, field: &str, name: &str) -> Option<&'v str> {
        match self.part(parts, field, name)? {
            Value::String(text) => Some(text),
            _ => self.fault(&within(field, name), "wrong-type", "This has to be text."),
        }
    }

    /// Text that may be left out.
    pub(super) fn short_text(&mut self, parts: &Map<String, Value>, name: &str) -> Option<String> {
        match parts.get(name) {
            None => Some(String::new()),
            Some(Value::String(text)) if text.chars().count() > LONGEST_TEXT => {
                self.fault(name, "too-long", "This is longer than 2000 characters.")
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.fault(name, "wrong-type", "This has to be text."),
        }
    }

    pub(super) fn yes_or_no(&mut self, parts: &Map<String, Value>, name: &str) -> Option<bool> {
        match self.part(parts, "", name)? {
            Value::Bool(value) => Some(*value),
            _ => self.fault(name, "wrong-type", "This has to be true or false."),
        }
    }

    fn submission(&mut self, sent: &Value) -> Option<Submission> {
        let parts = self.object(sent, "", &["clientRequestId", "account", "wish", "note"])?;
        let id = self.text(parts, "", "clientRequestId").and_then(|text| match uuid(text) {
            Some(id) => Some(id),
            None => self.fault("clientRequestId", "not-a-uuid", "This has to be a UUID."),
        });
        let account = self.text(parts, "", "account").map(str::to_owned);
        let wish = self.part(parts, "", "wish").and_then(|wish| self.wish(wish));
        let note = self.short_text(parts, "note");
        Some(Submission { client_request_id: id?, account: account?, wish: wish?, note: note? })
    }

    fn wish(&mut self, sent: &Value) -> Option<SentWish> {
        let parts = self.object(sent, "wish", &["kind", "changes"])?;
        let kind = match self.text(parts, "wish", "kind") {
            Some("change-access") => Some(WishKind::ChangeAccess),
            Some(_) => {
                self.fault("wish.kind", "unknown-kind", "The desk does not know this kind of request.")
            }
            None => None,
        };
        let changes = match self.part(parts, "wish", "changes")? {
            Value::Array(changes) if changes.is_empty() => {
                self.fault("wish.changes", "empty", "Nobody is named.")
            }
            Value::Array(changes) if changes.len() > MOST_CHANGES => {
                self.fault("wish.changes", "too-many", "More than 500 are named.")
            }
            Value::Array(changes) => Some(changes),
            _ => self.fault("wish.changes", "wrong-type", "This has to be a list."),
        };
        let mut read = Vec::new();
        for (at, change) in changes?.iter().enumerate() {
            read.extend(self.change(change, &format!("wish.changes.{at}")));
        }
        Some(SentWish { kind: kind?, changes: read })
    }

    fn change(&mut self, sent: &Value, field: &str) -> Option<SentChange> {
        let parts = self.object(sent, field, &["to", "rights", "was"])?;
        let to = self.part(parts, field, "to").and_then(|to| self.who(to, &within(field, "to")));
        let rights = self.rights(parts, field, "rights");
        let was = self.rights(parts, field, "was");
        Some(SentChange { to: to?, rights: rights?, was: was? })
    }

    fn who(&mut self, sent: &Value, field: &str) -> Option<SentWho> {
        let parts = self.object(sent, field, &["value", "type", "display"])?;
        let value = self.text(parts, field, "value").map(str::to_owned);
        let kind = match self.text(parts, field, "type") {
            Some("Person") => Some(SentWhoType::Person),
            Some("User") => Some(SentWhoType::User),
            Some("Group") => Some(SentWhoType::Group),
            Some(_) => self.fault(&within(field, "type"), "wrong-type", "This has to be Person or Group."),
            None => None,
        };
        if parts.get("display").is_some_and(|display| !display.is_string()) {
            self.fault::<()>(&within(field, "display"), "wrong-type", "This has to be text.");
        }
        Some(SentWho { value: value?, kind: kind?, display: None })
    }

    fn rights(&mut self, parts: &Map<String, Value>, field: &str, name: &str) -> Option<Vec<String>> {
        let field = within(field, name);
        let Some(value) = parts.get(name) else { return self.fault(&field, "missing", "This is missing.") };
        let rights = value.as_array().and_then(|rights| {
            rights.iter().map(|right| right.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        match rights {
            Some(rights) => Some(rights),
            None => self.fault(&field, "wrong-type", "This has to be a list of rights."),
        }
    }
}

fn within(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

/// A UUID in its usual form, in lower case (RFC 9562 section 4).
pub(super) fn uuid(text: &str) -> Option<String> {
    let is_usual = text.len() == 36;
    Uuid::try_parse(text).ok().filter(|_| is_usual).map(|id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "clientRequestId": "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "account": "a",
            "wish": {"kind": "change-access", "changes": [
                {"to": {"value": "p", "type": "User", "display": "P"}, "rights": ["full-access"], "was": []},
            ]},
            "note": "For the summer.",
        })
    }

    #[test]
    fn two_spellings_of_one_request_are_the_same() {
        let mut other = good();
        other["clientRequestId"] = "3f2504e0-4f89-41d3-9a0c-0305e82c3301".into();
        other["wish"]["changes"][0]["to"]["display"] = "Somebody else".into();
        let digest = |sent: &Value| Submission::read(sent).unwrap().digest().unwrap();
        assert_eq!(digest(&good()), digest(&other), "an id has no case, and names come from the record");
        other["note"] = "".into();
        assert_ne!(digest(&good()), digest(&other));
    }

    #[test]
    fn every_slip_is_told_at_its_place() {
        let mut sent = good();
        sent["clientRequestId"] = "3f2504e04f8941d39a0c0305e82c3301".into();
        sent["colour"] = 1.into();
        sent["note"] = "é".repeat(2001).into();
        sent["wish"]["changes"][0] = json!({"to": {"value": 1, "type": "Robot"}, "rights": [1], "until": ""});
        let mut reading = Reading::default();
        assert_eq!(reading.submission(&sent), None);
        let mut told: Vec<_> =
            reading.errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        told.sort_unstable();
        let expected = [
            ("clientRequestId", "not-a-uuid"),
            ("colour", "unknown-field"),
            ("note", "too-long"),
            ("wish.changes.0.rights", "wrong-type"),
            ("wish.changes.0.to.type", "wrong-type"),
            ("wish.changes.0.to.value", "wrong-type"),
            ("wish.changes.0.until", "unknown-field"),
            ("wish.changes.0.was", "missing"),
        ];
        assert_eq!(told, expected);
    }
}

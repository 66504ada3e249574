//! A request as it is sent, held against its shape.

use super::fact::{Fact, LONGEST_NAME, SentWho};
use super::problem::DeskProblem;
use super::reading::{Reading, uuid, within};
use super::wire::{answers, kinds};
use accounts::{Answer, Answers, RequestKind};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::ops::Not;
use utoipa::ToSchema;

/// Most facts in one request.
const MOST_CHANGES: usize = 500;
pub(super) const MOST_ANSWERS: usize = 50;
/// Longest answer, in characters.
pub(super) const LONGEST_ANSWER: usize = 4000;

/// A request as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Submission {
    /// Given by the sender's program. Sent again, it stands for the request that is there already.
    #[schema(format = "uuid")]
    pub(super) client_request_id: String,
    /// Identifier of the account in the directory. Null: it concerns none, or one that is not there yet.
    #[schema(required)]
    pub(super) account: Option<String>,
    pub(super) wish: SentWish,
    /// A word to whoever decides.
    #[schema(max_length = 2000, required = false)]
    pub(super) note: String,
    /// Whether the institution's policy for this was accepted, where there is one for that kind of account. Where there is
    /// none nothing is held against it.
    // Left out of the digest where it is not said, so that what came before there was this field stays the same request.
    #[serde(skip_serializing_if = "Not::not")]
    #[schema(required = false)]
    pub(super) accepted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentWish {
    #[schema(schema_with = kinds)]
    pub(super) kind: RequestKind,
    /// What is to differ afterwards.
    #[schema(max_items = 500)]
    pub(super) changes: Vec<SentChange>,
    /// Answers to the institution's own questions, by question.
    #[schema(schema_with = answers, required = false)]
    pub(super) answers: Answers,
}

/// A fact as it is to be afterwards, and as it was when this was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentChange {
    pub(super) edit: Fact<SentWho>,
    /// The same fact as the sender knew it. Where that has changed, nothing is taken. Null: it was not known, or there was
    /// none, and nothing is held against it.
    #[schema(required)]
    pub(super) was: Option<Fact<SentWho>>,
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

impl Reading {
    fn submission(&mut self, sent: &Value) -> Option<Submission> {
        let parts = self.object(sent, "", &["clientRequestId", "account", "wish", "note", "accepted"])?;
        let id = self.text(parts, "", "clientRequestId").and_then(|text| match uuid(text) {
            Some(id) => Some(id),
            None => self.fault("clientRequestId", "not-a-uuid", "This has to be a UUID."),
        });
        let account = match parts.get("account") {
            Some(Value::Null) => Some(None),
            _ => self.text(parts, "", "account").map(|id| Some(id.to_owned())),
        };
        let wish = self.part(parts, "", "wish").and_then(|wish| self.wish(wish));
        let note = self.short_text(parts, "note");
        let accepted = self.yes_if_said(parts, "accepted");
        Some(Submission {
            client_request_id: id?,
            account: account?,
            wish: wish?,
            note: note?,
            accepted: accepted?,
        })
    }

    fn wish(&mut self, sent: &Value) -> Option<SentWish> {
        let parts = self.object(sent, "wish", &["kind", "changes", "answers"])?;
        let kind = self.text(parts, "wish", "kind").and_then(|name| {
            let kind = RequestKind::ALL.into_iter().find(|kind| kind.name() == name);
            kind.or_else(|| {
                self.fault("wish.kind", "unknown-kind", "The desk does not know this kind of request.")
            })
        });
        let mut changes = Vec::new();
        for (at, change) in
            self.list(parts, "wish", "changes", MOST_CHANGES).unwrap_or_default().iter().enumerate()
        {
            changes.extend(self.change(change, &format!("wish.changes.{at}")));
        }
        let answers = match parts.get("answers") {
            None => Some(Answers::new()),
            Some(sent) => self.parts(sent, "wish.answers").and_then(|sent| self.answers(sent)),
        };
        Some(SentWish { kind: kind?, changes, answers: answers? })
    }

    fn answers(&mut self, sent: &Map<String, Value>) -> Option<Answers> {
        if sent.len() > MOST_ANSWERS {
            return self.fault("wish.answers", "too-many", "These are more than 50.");
        }
        let mut read = Answers::new();
        for (question, answer) in sent {
            let field = format!("wish.answers.{question}");
            if question.chars().count() > LONGEST_NAME {
                self.fault::<()>("wish.answers", "too-long", "No question has such a long name.");
                continue;
            }
            let answer = match answer {
                Value::Bool(yes) => Some(Answer::YesNo(*yes)),
                Value::String(text) => self.fits(text, &field, LONGEST_ANSWER).map(Answer::Text),
                Value::Number(number) if number.as_i64().is_some() => number.as_i64().map(Answer::Number),
                _ => {
                    self.fault(&field, "wrong-type", "This has to be text, a whole number, or true or false.")
                }
            };
            read.extend(answer.map(|answer| (question.clone(), answer)));
        }
        Some(read)
    }

    fn change(&mut self, sent: &Value, field: &str) -> Option<SentChange> {
        let parts = self.object(sent, field, &["edit", "was"])?;
        let edit = self.part(parts, field, "edit").and_then(|edit| self.fact(edit, &within(field, "edit")));
        let was_field = within(field, "was");
        let was = match self.part(parts, field, "was") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(was) => self.fact(was, &was_field).map(Some),
        };
        let (edit, was) = (edit?, was?);
        if was.as_ref().is_some_and(|was| was.bare().subject() != edit.bare().subject()) {
            return self.fault(&was_field, "other-fact", "This is about something else than the change.");
        }
        Some(SentChange { edit, was })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        let jo = json!({"value": "p", "type": "User", "display": "P"});
        json!({
            "clientRequestId": "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "account": "a",
            "wish": {
                "kind": "hand-over",
                "changes": [
                    {"edit": {"what": "access", "to": jo, "rights": ["full-access"]}, "was": null},
                    {"edit": {"what": "owner", "to": jo}, "was": {"what": "owner", "to": jo}},
                    {"edit": {"what": "kind", "kind": "room"}, "was": null},
                    {"edit": {"what": "username", "username": "eartclub"}, "was": null},
                    {"edit": {"what": "display-name", "name": "Club"}, "was": null},
                    {"edit": {"what": "state", "state": "never-activated"}, "was": null},
                    {"edit": {"what": "expires", "at": "2027-01-31T23:59:59Z"}, "was": null},
                ],
                "answers": {"delivery": "both", "outright": true, "days": -30},
            },
            "note": "For the summer.",
        })
    }

    fn told(sent: &Value) -> Vec<(String, &'static str)> {
        let mut reading = Reading::default();
        let read = reading.submission(sent);
        assert!(read.is_none() || !reading.errors.is_empty(), "{sent}");
        let mut told: Vec<_> = reading.errors.into_iter().map(|error| (error.field, error.code)).collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn every_fact_and_answer_is_read_as_it_was_written() {
        let read = Submission::read(&good()).unwrap();
        let mut expected = good()["wish"].clone();
        for change in expected["changes"].as_array_mut().unwrap() {
            for pointer in ["/edit/to", "/was/to"] {
                if let Some(Value::Object(to)) = change.pointer_mut(pointer) {
                    to.remove("display");
                }
            }
        }
        assert_eq!(serde_json::to_value(&read.wish).unwrap(), expected);
        let mut bare = good();
        bare["account"] = Value::Null;
        bare["wish"].as_object_mut().unwrap().remove("answers");
        let bare = Submission::read(&bare).unwrap();
        assert_eq!((bare.account, bare.accepted), (None, false));
    }

    #[test]
    fn two_spellings_of_one_request_are_the_same() {
        let mut other = good();
        other["clientRequestId"] = "3f2504e0-4f89-41d3-9a0c-0305e82c3301".into();
        other["wish"]["changes"][0]["edit"]["to"]["display"] = "Somebody else".into();
        let digest = |sent: &Value| Submission::read(sent).unwrap().digest().unwrap();
        assert_eq!(digest(&good()), digest(&other), "an id has no case, and names come from the record");
        other["accepted"] = false.into();
        assert_eq!(digest(&good()), digest(&other), "not to say it is to say no");
        other["accepted"] = true.into();
        assert_ne!(digest(&good()), digest(&other));
        other["accepted"] = false.into();
        other["wish"]["answers"]["days"] = 31.into();
        assert_ne!(digest(&good()), digest(&other));
    }

    #[test]
    fn every_slip_is_told_at_its_place() {
        let mut sent = good();
        sent["clientRequestId"] = "3f2504e04f8941d39a0c0305e82c3301".into();
        sent["colour"] = 1.into();
        sent["account"] = 7.into();
        sent["note"] = "é".repeat(2001).into();
        sent["accepted"] = "yes".into();
        let wish = &mut sent["wish"];
        wish["changes"][0]["edit"] =
            json!({"what": "access", "to": {"value": 1, "type": "Robot"}, "rights": [1], "until": ""});
        wish["changes"][1]["was"] = json!({"what": "kind", "kind": "room"});
        wish["changes"][2].as_object_mut().unwrap().remove("was");
        wish["changes"][3]["edit"]["username"] = "e".repeat(101).into();
        wish["changes"][4]["edit"] = json!({"what": "colour"});
        wish["changes"][5]["edit"]["state"] = "not-known".into();
        wish["changes"][6]["edit"]["at"] = "tomorrow".into();
        wish["answers"] = json!({"why": "é".repeat(4001), "days": 1.5, "who": null});
        let expected = [
            ("accepted", "wrong-type"),
            ("account", "wrong-type"),
            ("clientRequestId", "not-a-uuid"),
            ("colour", "unknown-field"),
            ("note", "too-long"),
            ("wish.answers.days", "wrong-type"),
            ("wish.answers.who", "wrong-type"),
            ("wish.answers.why", "too-long"),
            ("wish.changes.0.edit.rights", "wrong-type"),
            ("wish.changes.0.edit.to.type", "wrong-type"),
            ("wish.changes.0.edit.to.value", "wrong-type"),
            ("wish.changes.0.edit.until", "unknown-field"),
            ("wish.changes.1.was", "other-fact"),
            ("wish.changes.2.was", "missing"),
            ("wish.changes.3.edit.username", "too-long"),
            ("wish.changes.4.edit.what", "unknown-fact"),
            ("wish.changes.5.edit.state", "unknown-state"),
            ("wish.changes.6.edit.at", "not-a-moment"),
        ];
        assert_eq!(told(&sent), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn there_is_a_most_of_everything_that_is_listed() {
        let mut sent = good();
        let change = sent["wish"]["changes"][0].clone();
        sent["wish"]["changes"] = vec![change.clone(); 500].into();
        assert_eq!(Submission::read(&sent).unwrap().wish.changes.len(), 500);
        sent["wish"]["changes"] = vec![change; 501].into();
        let answers = |count| -> Value { (0..count).map(|n| (format!("q{n}"), Value::from(n))).collect() };
        sent["wish"]["answers"] = answers(51);
        let expected = [("wish.answers", "too-many"), ("wish.changes", "too-many")];
        assert_eq!(told(&sent), expected.map(|(field, code)| (field.to_owned(), code)));
        sent["wish"]["changes"] = json!([]);
        sent["wish"]["answers"] = answers(50);
        assert_eq!(Submission::read(&sent).unwrap().wish.answers.len(), 50);
        sent["wish"]["answers"] = json!({"why": "é".repeat(4000)});
        assert!(Submission::read(&sent).is_ok(), "however many bytes");
    }
}

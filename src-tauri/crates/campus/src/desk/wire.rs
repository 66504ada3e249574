//! What the desk answers, in the shapes of its OpenAPI document.

use super::fact::{Fact, Who};
use super::submission::{LONGEST_ANSWER, MOST_ANSWERS};
use crate::scim::moment;
use accounts::{Answers, RequestKind, Wish};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type};

/// A moment to the millisecond, as the directory writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-26T09:30:00.000Z"))]
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment(self.0))
    }
}

/// A person by id and name.
// Fields in the order of the alphabet: the trail's hashes are made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct Named {
    pub(super) display: String,
    pub(super) value: String,
}

/// A person or group who may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate {
    #[serde(flatten)]
    pub(super) who: Who,
    /// False for people who have left.
    pub(super) entitled: bool,
    /// Whether a request may name them as an owner: not people of a category that may not own accounts, nor who have left.
    pub(super) may_own: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct People {
    #[schema(max_items = 20)]
    pub(super) people: Vec<Candidate>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct AskedWish {
    #[schema(schema_with = kinds)]
    pub(super) kind: RequestKind,
    pub(super) changes: Vec<Change>,
    #[schema(schema_with = answers, required)]
    pub(super) answers: Answers,
}

/// A fact as it is to be afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct Change {
    pub(super) edit: Fact<Who>,
    /// The same fact when this was taken in, for whoever decides. Null: there was none, or the record did not say.
    // Always recorded, so that null is never "not looked at".
    #[schema(required)]
    pub(super) was: Option<Fact<Who>>,
}

impl AskedWish {
    /// As the rules know it.
    pub(super) fn known(&self) -> Wish {
        let edits = self.changes.iter().map(|change| change.edit.known()).collect();
        Wish { kind: self.kind, edits, answers: self.answers.clone() }
    }
}

/// The schema of kinds of request, which the rules name.
pub(super) fn kinds() -> Object {
    let names = RequestKind::ALL.map(RequestKind::name);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build()
}

/// The schema of answers to questions that only the institution's file knows.
pub(super) fn answers() -> Object {
    let whole = SchemaFormat::KnownFormat(KnownFormat::Int64);
    let answer = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Boolean))
        .item(ObjectBuilder::new().schema_type(Type::Integer).format(Some(whole)))
        .item(ObjectBuilder::new().schema_type(Type::String).max_length(Some(LONGEST_ANSWER)));
    let object = ObjectBuilder::new().max_properties(Some(MOST_ANSWERS));
    object.additional_properties(Some(Schema::from(answer.build()))).build()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// Nobody has decided, or what was approved has to be decided anew, because the account has changed since.
    WithDesk,
    /// Nor here: whoever decides waits for an answer of the requester.
    NeedsAnswer,
    /// Approved; takes effect at `appliesAt`.
    Applying,
    /// In the record.
    Done,
    Refused,
    Withdrawn,
}

impl Status {
    pub(super) const ALL: [Self; 6] =
        [Self::WithDesk, Self::NeedsAnswer, Self::Applying, Self::Done, Self::Refused, Self::Withdrawn];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WithDesk => "with-desk",
            Self::NeedsAnswer => "needs-answer",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Decision {
    /// Null: the desk itself.
    #[schema(required)]
    pub(super) by: Option<Named>,
    pub(super) approve: bool,
    pub(super) reason: String,
    pub(super) at: Moment,
}

/// A question of whoever decides, or an answer of the requester.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct Message {
    pub(super) by: Named,
    pub(super) text: String,
    pub(super) at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct AccountNamed {
    /// Null: there is none, or not yet.
    #[schema(required)]
    pub(super) value: Option<String>,
    /// Its address, or its username where it has none; of a new one the username that it is to have. Empty: it concerns
    /// none.
    pub(super) label: String,
}

/// A request and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    #[schema(pattern = "^RQ-[0-9]+$", examples("RQ-20001"))]
    pub(super) id: String,
    #[schema(format = "uuid")]
    pub(super) client_request_id: String,
    pub(super) account: AccountNamed,
    pub(super) wish: AskedWish,
    pub(super) note: String,
    /// Whether the institution's policy was accepted with it.
    pub(super) accepted: bool,
    pub(super) requester: Named,
    pub(super) status: Status,
    pub(super) created: Moment,
    pub(super) modified: Moment,
    #[schema(required)]
    pub(super) applies_at: Option<Moment>,
    #[schema(required)]
    pub(super) done_at: Option<Moment>,
    #[schema(required)]
    pub(super) decision: Option<Decision>,
    /// Questions and answers, oldest first.
    #[schema(max_items = 100)]
    pub(super) messages: Vec<Message>,
    /// Whether only people decide on it. Not told.
    #[serde(skip)]
    pub(super) for_people: bool,
    /// Each fact of the wish, in its order, as it was when it was approved: what the approval was made from. `None`: it is
    /// not approved, or an earlier desk did not keep it. Not told.
    #[serde(skip)]
    pub(super) approved_from: Option<Vec<Option<Fact<Who>>>>,
}

/// Most bytes of requests in one page, and so of one request: programs that speak to the desk take answers of 1 MiB at most.
pub(super) const MOST_BYTES: usize = 768 * 1024;
/// Most bytes of a request when it is taken in. The rest is for questions, answers and the decision.
pub(super) const MOST_WHEN_ASKED: usize = 512 * 1024;

impl Request {
    /// The wish with each fact as it was when it was approved, for whoever looks what has changed since.
    pub(super) fn as_approved(&self) -> AskedWish {
        let mut wish = self.wish.clone();
        for (change, was) in wish.changes.iter_mut().zip(self.approved_from.iter().flatten()) {
            change.was.clone_from(was);
        }
        wish
    }

    /// How large it is as it is told, in bytes.
    pub(super) fn bytes(&self) -> usize {
        serde_json::to_string(self).map_or(usize::MAX, |told| told.len())
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Requests {
    /// How many there are in all.
    #[schema(minimum = 0)]
    pub(super) total: i64,
    /// Fewer than were wanted where more would be larger than 768 KiB: the next page starts behind the last one that is here.
    #[schema(max_items = 200)]
    pub(super) requests: Vec<Request>,
}

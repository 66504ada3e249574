//! What the desk answers, in the shapes of its OpenAPI document.

use crate::scim::moment;
use accounts::{AccessChange, PersonId, PersonRef, Principal, PrincipalKind, RightId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

/// A moment to the millisecond, as the directory writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-26T09:30:00.000Z"))]
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment(self.0))
    }
}

/// A person by id and name.
// Fields in the order of the alphabet: the trail's hashes are made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Named {
    pub(super) display: String,
    pub(super) value: String,
}

/// As the directory spells it in grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) enum WhoType {
    Person,
    Group,
}

/// A person or group whom a request names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Who {
    pub(super) value: String,
    #[serde(rename = "type")]
    pub(super) kind: WhoType,
    pub(super) display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) unit: Option<String>,
}

impl From<&Principal> for Who {
    fn from(principal: &Principal) -> Self {
        let who = &principal.who;
        Self {
            value: who.id.as_str().to_owned(),
            kind: match principal.kind {
                PrincipalKind::Person => WhoType::Person,
                PrincipalKind::Group => WhoType::Group,
            },
            display: who.name.clone(),
            user_name: who.username.clone(),
            unit: who.unit.clone(),
        }
    }
}

impl Who {
    fn principal(&self) -> Principal {
        let who = PersonRef {
            username: self.user_name.clone(),
            unit: self.unit.clone(),
            ..PersonRef::named(PersonId(self.value.clone()), &self.display)
        };
        let kind = match self.kind {
            WhoType::Person => PrincipalKind::Person,
            WhoType::Group => PrincipalKind::Group,
        };
        Principal { kind, who }
    }
}

/// A person or group who may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate {
    #[serde(flatten)]
    pub(super) who: Who,
    /// False for people who have left.
    pub(super) entitled: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct People {
    #[schema(max_items = 20)]
    pub(super) people: Vec<Candidate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WishKind {
    ChangeAccess,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct AskedWish {
    pub(super) kind: WishKind,
    pub(super) changes: Vec<Change>,
}

/// One person's or group's rights as they are to be afterwards, all of them. No rights: no access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct Change {
    pub(super) to: Who,
    pub(super) rights: Vec<String>,
    /// What they held when it was taken in, for whoever decides.
    #[serde(default)]
    #[schema(required = true)]
    pub(super) was: Vec<String>,
}

impl AskedWish {
    /// The changes as the rules know them.
    pub(super) fn changes(&self) -> Vec<AccessChange> {
        let change = |change: &Change| AccessChange {
            to: change.to.principal(),
            rights: change.rights.iter().map(|right| RightId(right.clone())).collect(),
        };
        self.changes.iter().map(change).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// Nobody has decided.
    WithDesk,
    /// Approved; takes effect at `appliesAt`.
    Applying,
    /// In the record.
    Done,
    Refused,
    Withdrawn,
}

impl Status {
    pub(super) const ALL: [Self; 5] =
        [Self::WithDesk, Self::Applying, Self::Done, Self::Refused, Self::Withdrawn];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WithDesk => "with-desk",
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct AccountNamed {
    pub(super) value: String,
    /// Its address, or its username where it has none.
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
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Requests {
    /// How many there are in all.
    #[schema(minimum = 0)]
    pub(super) total: i64,
    #[schema(max_items = 200)]
    pub(super) requests: Vec<Request>,
}

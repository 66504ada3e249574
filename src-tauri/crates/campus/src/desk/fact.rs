//! Facts about an account, as requests name them: who may use it and how, who answers for it, what it is.

use super::reading::{Reading, within};
use accounts::{AccountState, Edit, PersonId, PersonRef, Principal, PrincipalKind, RightId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub(super) const MOST_RIGHTS: usize = 100;
/// Longest name of anything, in characters.
pub(super) const LONGEST_NAME: usize = 300;
/// Longest username that is looked at, in characters.
pub(super) const LONGEST_USERNAME: usize = 100;

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

/// A person or group as a request names them.
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

/// What an account can be said to be. There is no word for a state that is not known: that is no fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Active,
    Suspended,
    NeverActivated,
}

impl State {
    pub(super) const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::NeverActivated];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::NeverActivated => "never-activated",
        }
    }
}

impl From<State> for AccountState {
    fn from(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Suspended => Self::Suspended,
            State::NeverActivated => Self::NeverActivated,
        }
    }
}

/// One fact about an account, as it is, was, or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub(super) enum Fact<W> {
    /// All rights of one person or group. No rights: no access.
    Access {
        to: W,
        rights: Vec<String>,
    },
    /// Who answers for it.
    Owner {
        to: W,
    },
    /// As the institution names it.
    Kind {
        kind: String,
    },
    Username {
        username: String,
    },
    /// The name that outgoing mail and the address list show.
    DisplayName {
        name: String,
    },
    State {
        state: State,
    },
    /// The moment at which it ends.
    Expires {
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
}

impl<W> Fact<W> {
    /// The same fact, people written otherwise.
    pub(super) fn edit(&self, principal: impl FnOnce(&W) -> Principal) -> Edit {
        match self {
            Self::Access { to, rights } => Edit::Access {
                to: principal(to),
                rights: rights.iter().map(|right| RightId(right.clone())).collect(),
            },
            Self::Owner { to } => Edit::Owner { to: principal(to) },
            Self::Kind { kind } => Edit::Kind { kind: kind.as_str().into() },
            Self::Username { username } => Edit::Username { username: username.clone() },
            Self::DisplayName { name } => Edit::DisplayName { name: name.clone() },
            Self::State { state } => Edit::State { state: (*state).into() },
            Self::Expires { at } => Edit::Expires { at: *at },
        }
    }
}

impl Fact<SentWho> {
    /// As the rules compare it: people by their ids alone.
    pub(super) fn bare(&self) -> Edit {
        self.edit(|to| Principal {
            kind: PrincipalKind::Person,
            who: PersonRef::named(PersonId(to.value.clone()), ""),
        })
    }
}

impl Fact<Who> {
    /// `None`: it says nothing, because the record does not know.
    pub(super) fn told(edit: &Edit) -> Option<Self> {
        Some(match edit {
            Edit::Access { to, rights } => Self::Access {
                to: to.into(),
                rights: rights.iter().map(|right| right.as_str().to_owned()).collect(),
            },
            Edit::Owner { to } => Self::Owner { to: to.into() },
            Edit::Kind { kind } => Self::Kind { kind: known(kind.as_str())? },
            Edit::Username { username } => Self::Username { username: known(username)? },
            Edit::DisplayName { name } => Self::DisplayName { name: known(name)? },
            Edit::State { state } => Self::State {
                state: State::ALL.into_iter().find(|known| AccountState::from(*known) == *state)?,
            },
            Edit::Expires { at } => Self::Expires { at: *at },
        })
    }

    /// As the rules know it.
    pub(super) fn known(&self) -> Edit {
        self.edit(Who::principal)
    }
}

/// A fact that an account need not have, by the name that it has on the wire. Access is told as no rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Gone {
    Owner,
    Kind,
    Username,
    DisplayName,
    State,
    Expires,
}

impl Gone {
    fn of(edit: &Edit) -> Option<Self> {
        match edit {
            Edit::Access { .. } => None,
            Edit::Owner { .. } => Some(Self::Owner),
            Edit::Kind { .. } => Some(Self::Kind),
            Edit::Username { .. } => Some(Self::Username),
            Edit::DisplayName { .. } => Some(Self::DisplayName),
            Edit::State { .. } => Some(Self::State),
            Edit::Expires { .. } => Some(Self::Expires),
        }
    }
}

/// A fact that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Changed {
    /// As it is now.
    Now(Fact<Who>),
    /// There is none any more, or the record does not say.
    Gone(Gone),
}

impl Changed {
    /// `was`: the same fact before, whatever it was. `now`: as the account has it.
    pub(super) fn of(was: &Edit, now: Option<&Edit>) -> Option<Self> {
        let now = now.and_then(Fact::told).map(Self::Now);
        now.or_else(|| Gone::of(was).map(Self::Gone))
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Reading {
    pub(super) fn fact(&mut self, sent: &Value, field: &str) -> Option<Fact<SentWho>> {
        let parts = self.parts(sent, field)?;
        let what = self.text(parts, field, "what")?;
        let names: &[&str] = match what {
            "access" => &["what", "to", "rights"],
            "owner" => &["what", "to"],
            "kind" => &["what", "kind"],
            "username" => &["what", "username"],
            "display-name" => &["what", "name"],
            "state" => &["what", "state"],
            "expires" => &["what", "at"],
            _ => {
                let detail = "The desk knows no such fact of an account.";
                return self.fault(&within(field, "what"), "unknown-fact", detail);
            }
        };
        let parts = self.object(sent, field, names)?;
        Some(match what {
            "access" => {
                let to = self.who(parts, field);
                let rights = self.rights(parts, field);
                Fact::Access { to: to?, rights: rights? }
            }
            "owner" => Fact::Owner { to: self.who(parts, field)? },
            "kind" => Fact::Kind { kind: self.text_within(parts, field, "kind", LONGEST_NAME)? },
            "username" => {
                Fact::Username { username: self.text_within(parts, field, "username", LONGEST_USERNAME)? }
            }
            "display-name" => {
                Fact::DisplayName { name: self.text_within(parts, field, "name", LONGEST_NAME)? }
            }
            "state" => Fact::State { state: self.state(parts, field)? },
            _ => Fact::Expires { at: self.moment(parts, field)? },
        })
    }

    fn state(&mut self, parts: &Map<String, Value>, field: &str) -> Option<State> {
        let name = self.text(parts, field, "state")?;
        State::ALL.into_iter().find(|state| state.name() == name).or_else(|| {
            let detail = "This has to be active, suspended or never-activated.";
            self.fault(&within(field, "state"), "unknown-state", detail)
        })
    }

    fn moment(&mut self, parts: &Map<String, Value>, field: &str) -> Option<Timestamp> {
        let at = self.text(parts, field, "at")?.parse().ok();
        at.or_else(|| {
            let detail = "This has to be a moment such as 2026-12-04T12:00:00Z.";
            self.fault(&within(field, "at"), "not-a-moment", detail)
        })
    }

    fn who(&mut self, parts: &Map<String, Value>, field: &str) -> Option<SentWho> {
        let field = within(field, "to");
        let Some(sent) = parts.get("to") else { return self.fault(&field, "missing", "This is missing.") };
        let parts = self.object(sent, &field, &["value", "type", "display"])?;
        let value = self.text_within(parts, &field, "value", LONGEST_NAME);
        let kind = match self.text(parts, &field, "type") {
            Some("Person") => Some(SentWhoType::Person),
            Some("User") => Some(SentWhoType::User),
            Some("Group") => Some(SentWhoType::Group),
            Some(_) => self.fault(&within(&field, "type"), "wrong-type", "This has to be Person or Group."),
            None => None,
        };
        if parts.get("display").is_some_and(|display| !display.is_string()) {
            self.fault::<()>(&within(&field, "display"), "wrong-type", "This has to be text.");
        }
        Some(SentWho { value: value?, kind: kind?, display: None })
    }

    fn rights(&mut self, parts: &Map<String, Value>, field: &str) -> Option<Vec<String>> {
        let rights = self.list(parts, field, "rights", MOST_RIGHTS)?;
        let field = within(field, "rights");
        let rights: Option<Vec<_>> = rights.iter().map(|right| right.as_str().map(str::to_owned)).collect();
        match rights {
            Some(rights) if rights.iter().any(|right| right.chars().count() > LONGEST_NAME) => {
                self.fault(&field, "too-long", "No right has such a long name.")
            }
            Some(rights) => Some(rights),
            None => self.fault(&field, "wrong-type", "This has to be a list of rights."),
        }
    }
}

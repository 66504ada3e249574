//! People: the one who is signed in, and what may be known of the others.

use crate::{GroupId, PersonId, Principal, PrincipalKind, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What this program ever knows of another person: name, unit, username and, where the reader's role may know it,
/// the last day. There is no room for more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonRef {
    pub id: PersonId,
    pub name: String,
    pub username: Option<String>,
    pub unit: Option<String>,
    /// Last day at the institution. `None` means not known to the reader, not "stays".
    #[ts(type = "string | null")]
    pub leaves_on: Option<Date>,
    /// Whether the person has already left, as far as the record says.
    pub has_left: bool,
}

impl PersonRef {
    /// Somebody of whom no more is known than a name.
    pub fn named(id: PersonId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), username: None, unit: None, leaves_on: None, has_left: false }
    }
}

/// A unit by identifier and by the name that people use for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedUnit {
    pub id: UnitId,
    pub name: String,
}

/// What a person may do beyond their own accounts. Not known means [`Role::Member`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An ordinary person: owns and uses accounts.
    #[default]
    Member,
    /// Looks after the accounts of one or more units.
    ItOfficer,
    /// Looks up owners for anyone who asks (O15).
    ServiceDesk,
}

/// A group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: GroupId,
    pub name: String,
}

/// The person (or the account with a sign-in of its own) who is signed in, as `/Me` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: PersonId,
    pub name: String,
    pub username: String,
    pub role: Role,
    pub unit: Option<NamedUnit>,
    /// Units whose accounts this person looks after. Empty unless the role is [`Role::ItOfficer`].
    pub held_units: Vec<NamedUnit>,
    /// Groups this person is in, so that grants made to a group can be recognised.
    pub groups: Vec<GroupId>,
    /// The same groups with their names, as far as the directory tells them: a rule may speak of one by its name (B2).
    #[serde(default)]
    #[ts(skip)]
    pub teams: Vec<Team>,
    /// What sort of member this person is, as the directory names it: whether they may own accounts follows from it (B9).
    #[serde(default)]
    pub category: Option<String>,
}

impl Me {
    /// Whether this person looks after `unit`.
    pub fn holds(&self, unit: &UnitId) -> bool {
        self.role == Role::ItOfficer && self.held_units.iter().any(|held| held.id == *unit)
    }

    /// The group that is meant by `team`, its name or its identifier in the directory, if this person is in it.
    pub fn team(&self, team: &str) -> Option<&Team> {
        self.teams.iter().find(|own| own.name == team || own.id.as_str() == team)
    }

    /// Whether `principal` (a person's, an account's or a group's id) stands for this person.
    pub fn is(&self, principal: &str) -> bool {
        self.id.as_str() == principal || self.groups.iter().any(|group| group.as_str() == principal)
    }

    /// This person as others see one.
    pub fn as_principal(&self) -> Principal {
        let who = PersonRef {
            username: Some(self.username.clone()),
            unit: self.unit.as_ref().map(|unit| unit.name.clone()),
            ..PersonRef::named(self.id.clone(), &self.name)
        };
        Principal { kind: PrincipalKind::Person, who }
    }
}

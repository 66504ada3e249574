//! A secondary account, as the record tells it.

use crate::{AccountId, KindId, NamedUnit, PersonId, PersonRef, RightId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A secondary account: a shared mailbox, a sign-in, both, a room or a piece of equipment (O1, O6, B5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: AccountId,
    /// E-mail address. Absent where the account has no mailbox.
    pub address: Option<String>,
    pub username: String,
    /// The name that outgoing mail and the address list show.
    pub display_name: String,
    pub kind: KindId,
    pub unit: Option<NamedUnit>,
    /// Who answers for it. `None`: the record did not say.
    pub owner: Option<Principal>,
    pub access: Access,
    pub state: AccountState,
    /// The account's own sign-in. `None`: the record did not say.
    pub sign_in: Option<SignInFact>,
    pub size: Option<MailboxSize>,
    #[ts(type = "string | null")]
    pub expires: Option<Timestamp>,
    /// Whether the address list leaves it out. `None`: the record did not say.
    pub hidden_from_address_list: Option<bool>,
    /// `meta.version`, opaque (RFC 7644 section 3.14).
    pub version: Option<String>,
    /// `meta.lastModified`, by the directory's clock.
    #[ts(type = "string | null")]
    pub last_modified: Option<Timestamp>,
}

impl Account {
    /// What comes before the `@`, or the username where there is no address.
    pub fn local_part(&self) -> &str {
        self.address
            .as_deref()
            .and_then(|address| address.split_once('@'))
            .map_or(&self.username, |(local, _)| local)
    }

    /// An account of which nothing is known but its id.
    pub fn unknown(id: AccountId) -> Self {
        Self {
            id,
            address: None,
            username: String::new(),
            display_name: String::new(),
            kind: KindId(String::new()),
            unit: None,
            owner: None,
            access: Access::NotShown,
            state: AccountState::NotKnown,
            sign_in: None,
            size: None,
            expires: None,
            hidden_from_address_list: None,
            version: None,
            last_modified: None,
        }
    }

    /// The grant of one person or group, as far as it is shown.
    pub fn grant_of(&self, who: &PersonId) -> Option<&Grant> {
        self.access.grants().iter().find(|grant| grant.to.who.id == *who)
    }

    /// What one person or group holds, as far as it is shown.
    pub fn rights_of(&self, who: &PersonId) -> &[RightId] {
        self.grant_of(who).map_or(&[], |grant| &grant.rights)
    }
}

/// A person or a group that owns or may use an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    pub kind: PrincipalKind,
    #[serde(flatten)]
    pub who: PersonRef,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    Person,
    Group,
}

/// One principal's rights to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub to: Principal,
    pub rights: Vec<RightId>,
}

/// Who can use an account, as far as the reader is shown. "Not shown" is never "nobody".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", tag = "shown", content = "grants")]
pub enum Access {
    /// Every grant. An empty list means that nobody but the owner has access.
    All(Vec<Grant>),
    /// Only what the reader holds, directly or through a group.
    Own(Vec<Grant>),
    /// The directory did not say who has access.
    NotShown,
}

impl Access {
    /// The grants that are shown, however many that is.
    pub fn grants(&self) -> &[Grant] {
        match self {
            Self::All(grants) | Self::Own(grants) => grants,
            Self::NotShown => &[],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    Active,
    /// Made, but its holder has not activated it yet (B10).
    NeverActivated,
    Suspended,
    /// The record did not say.
    NotKnown,
}

/// Whether the account has a sign-in of its own, and how that is protected (O5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInFact {
    pub enabled: bool,
    pub mfa: Mfa,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Mfa {
    On,
    Off,
    /// There is no password, so there is nothing to protect.
    NotConcerned,
    /// The record did not say.
    NotKnown,
}

/// Mailbox size in bytes, with its limit and the day it was measured where the record says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailboxSize {
    #[ts(type = "number")]
    pub bytes: u64,
    #[ts(type = "number | null")]
    pub quota_bytes: Option<u64>,
    #[ts(type = "string | null")]
    pub measured: Option<Timestamp>,
}

/// How the reader comes to see an account. More than one may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The reader is signed in as the account (B11).
    Itself,
    Owner,
    User,
    Unit,
}

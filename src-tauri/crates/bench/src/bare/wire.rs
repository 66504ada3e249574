//! A page as it travels, for a reader that takes every server at its word.

use accounts::{
    Access, Account, AccountState, Grant, KindId, MailboxSize, Mfa, NamedUnit, PersonRef, Principal,
    PrincipalKind, RightId, SignInFact, UnitId,
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) next_cursor: Option<String>,
    #[serde(rename = "Resources")]
    pub(super) resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    id: String,
    user_name: String,
    address: Option<String>,
    display_name: String,
    kind: String,
    unit: Option<Unit>,
    owner: Option<Member>,
    #[serde(default)]
    grants: Vec<Member>,
    state: Option<String>,
    sign_in: Option<SignIn>,
    mailbox: Option<Mailbox>,
    expires: Option<Timestamp>,
    hidden_from_address_list: Option<bool>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Unit {
    value: String,
    display: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    value: String,
    #[serde(rename = "type")]
    kind: String,
    display: String,
    user_name: Option<String>,
    unit: Option<String>,
    leaves_on: Option<Date>,
    active: Option<bool>,
    #[serde(default)]
    rights: Vec<String>,
}

#[derive(Deserialize)]
struct SignIn {
    enabled: bool,
    mfa: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mailbox {
    bytes: u64,
    quota_bytes: Option<u64>,
    measured: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    version: Option<String>,
    last_modified: Option<Timestamp>,
}

impl Resource {
    pub(super) fn into_account(self) -> Account {
        Account {
            id: self.id.as_str().into(),
            address: self.address,
            username: self.user_name,
            display_name: self.display_name,
            kind: KindId(self.kind),
            unit: self.unit.map(|unit| NamedUnit { id: UnitId(unit.value), name: unit.display }),
            owner: self.owner.map(|owner| owner.grant().to),
            access: Access::All(self.grants.into_iter().map(Member::grant).collect()),
            state: match self.state.as_deref() {
                Some("active") => AccountState::Active,
                Some("neverActivated") => AccountState::NeverActivated,
                Some("suspended") => AccountState::Suspended,
                _ => AccountState::NotKnown,
            },
            sign_in: self.sign_in.map(|sign_in| SignInFact {
                enabled: sign_in.enabled,
                mfa: match sign_in.mfa.as_deref() {
                    Some("on") => Mfa::On,
                    Some("off") => Mfa::Off,
                    Some("notConcerned") => Mfa::NotConcerned,
                    _ => Mfa::NotKnown,
                },
            }),
            size: self.mailbox.map(|mailbox| MailboxSize {
                bytes: mailbox.bytes,
                quota_bytes: mailbox.quota_bytes,
                measured: mailbox.measured,
            }),
            expires: self.expires,
            hidden_from_address_list: self.hidden_from_address_list,
            version: self.meta.version,
            last_modified: self.meta.last_modified,
        }
    }
}

impl Member {
    fn grant(self) -> Grant {
        let kind = if self.kind == "Group" { PrincipalKind::Group } else { PrincipalKind::Person };
        let who = PersonRef {
            id: self.value.as_str().into(),
            name: self.display,
            username: self.user_name,
            unit: self.unit,
            leaves_on: self.leaves_on,
            has_left: self.active == Some(false),
        };
        Grant { to: Principal { kind, who }, rights: self.rights.into_iter().map(RightId).collect() }
    }
}

//! Stored documents and the types of the `accounts` crate, both ways.

use super::schema::USER_EXTENSION;
use crate::json::set;
use accounts::{
    Access, Account, AccountState, Grant, MailboxSize, Me, Mfa, NamedUnit, PersonRef, Principal,
    PrincipalKind, Role, SignInFact, Team,
};
use serde_json::{Map, Value, json};

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn parsed<T: std::str::FromStr>(value: &Value, name: &str) -> Option<T> {
    value.get(name)?.as_str()?.parse().ok()
}

fn unit(value: Option<&Value>) -> Option<NamedUnit> {
    let value = value?;
    let id = text(value, "value")?;
    Some(NamedUnit { name: text(value, "display").unwrap_or_else(|| id.clone()), id: id.as_str().into() })
}

/// A stored account with everything that is known of it.
pub(super) fn account(id: &str, stored: &Value) -> Account {
    let grants =
        stored.get("grants").and_then(Value::as_array).into_iter().flatten().filter_map(grant).collect();
    Account {
        id: id.into(),
        address: text(stored, "address"),
        username: text(stored, "userName").unwrap_or_default(),
        display_name: text(stored, "displayName").unwrap_or_default(),
        kind: text(stored, "kind").unwrap_or_default().as_str().into(),
        unit: unit(stored.get("unit")),
        owner: stored.get("owner").and_then(principal),
        access: Access::All(grants),
        state: state(stored.get("state").and_then(Value::as_str)),
        sign_in: stored.get("signIn").map(|sign_in| SignInFact {
            enabled: sign_in.get("enabled").and_then(Value::as_bool).unwrap_or_default(),
            mfa: match sign_in.get("mfa").and_then(Value::as_str) {
                Some("on") => Mfa::On,
                Some("off") => Mfa::Off,
                Some("notConcerned") => Mfa::NotConcerned,
                _ => Mfa::NotKnown,
            },
        }),
        size: stored.get("mailbox").map(|mailbox| MailboxSize {
            bytes: mailbox.get("bytes").and_then(Value::as_u64).unwrap_or_default(),
            quota_bytes: mailbox.get("quotaBytes").and_then(Value::as_u64),
            measured: parsed(mailbox, "measured"),
        }),
        expires: parsed(stored, "expires"),
        hidden_from_address_list: stored.get("hiddenFromAddressList").and_then(Value::as_bool),
        version: None,
        last_modified: None,
    }
}

fn state(stored: Option<&str>) -> AccountState {
    let known = [AccountState::Active, AccountState::NeverActivated, AccountState::Suspended];
    let found = known.into_iter().find(|state| state_name(*state) == stored);
    found.unwrap_or(AccountState::NotKnown)
}

/// A state as documents spell it. `None`: they do not.
pub(super) fn state_name(state: AccountState) -> Option<&'static str> {
    match state {
        AccountState::Active => Some("active"),
        AccountState::NeverActivated => Some("neverActivated"),
        AccountState::Suspended => Some("suspended"),
        AccountState::NotKnown => None,
    }
}

fn grant(stored: &Value) -> Option<Grant> {
    let rights = stored.get("rights").and_then(Value::as_array).into_iter().flatten();
    Some(Grant { to: principal(stored)?, rights: rights.filter_map(Value::as_str).map(Into::into).collect() })
}

/// A person or group, as an account names them.
pub(super) fn principal(stored: &Value) -> Option<Principal> {
    let id = text(stored, "value")?;
    let is_group = stored.get("type").and_then(Value::as_str) == Some("Group");
    Some(Principal {
        kind: if is_group { PrincipalKind::Group } else { PrincipalKind::Person },
        who: PersonRef {
            id: accounts::PersonId(id),
            name: text(stored, "display").unwrap_or_default(),
            username: text(stored, "userName"),
            unit: text(stored, "unit"),
            leaves_on: parsed(stored, "leavesOn"),
            has_left: stored.get("active").and_then(Value::as_bool) == Some(false),
        },
    })
}

/// A principal as the wire has it. Nothing but what `principal` holds gets out.
pub(super) fn principal_document(principal: &Principal, base: &str) -> Map<String, Value> {
    let who = &principal.who;
    let mut document = Map::new();
    document.insert("value".into(), who.id.as_str().into());
    let kind = match principal.kind {
        PrincipalKind::Person => {
            document.insert("$ref".into(), format!("{base}/Users/{}", who.id).into());
            "Person"
        }
        PrincipalKind::Group => "Group",
    };
    document.insert("type".into(), kind.into());
    if !who.name.is_empty() {
        document.insert("display".into(), who.name.clone().into());
    }
    if let Some(username) = &who.username {
        document.insert("userName".into(), username.clone().into());
    }
    if let Some(unit) = &who.unit {
        document.insert("unit".into(), unit.clone().into());
    }
    if let Some(day) = who.leaves_on {
        document.insert("leavesOn".into(), day.to_string().into());
    }
    document.insert("active".into(), (!who.has_left).into());
    document
}

pub(super) fn grant_document(grant: &Grant, base: &str) -> Value {
    let mut document = principal_document(&grant.to, base);
    document.insert("rights".into(), grant.rights.iter().map(accounts::RightId::as_str).collect());
    document.into()
}

/// The person behind a stored document, for the rules. `groups` are `(id, name)`.
pub(super) fn me(id: &str, stored: &Value, groups: &[(String, String)]) -> Me {
    let roles = stored.get("roles").and_then(Value::as_array).into_iter().flatten();
    let has = |name: &str| roles.clone().any(|role| role.get("value").and_then(Value::as_str) == Some(name));
    let role = if has("it-officer") {
        Role::ItOfficer
    } else if has("service-desk") {
        Role::ServiceDesk
    } else {
        Role::Member
    };
    let extension = stored.get(USER_EXTENSION);
    let held = extension.and_then(|extension| extension.get("heldUnits")).and_then(Value::as_array);
    Me {
        id: id.into(),
        name: text(stored, "displayName").unwrap_or_default(),
        username: text(stored, "userName").unwrap_or_default(),
        role,
        unit: unit(extension.and_then(|extension| extension.get("unit"))),
        held_units: match role {
            Role::ItOfficer => held.into_iter().flatten().filter_map(|held| unit(Some(held))).collect(),
            Role::Member | Role::ServiceDesk => Vec::new(),
        },
        groups: groups.iter().map(|(id, _)| id.as_str().into()).collect(),
        teams: groups.iter().map(|(id, name)| Team { id: id.as_str().into(), name: name.clone() }).collect(),
        category: extension.and_then(|extension| text(extension, "category")),
    }
}

/// What `/Me` says to somebody who is signed in as a secondary account (B11).
pub(super) fn account_as_user(stored: &Value) -> Value {
    let mut document = json!({
        "userName": stored.get("userName"),
        "displayName": stored.get("displayName"),
        "active": true,
    });
    let mut extension = json!({"category": "secondary-account"});
    if let Some(unit) = stored.get("unit") {
        set(&mut extension, "unit", unit.clone());
    }
    set(&mut document, USER_EXTENSION, extension);
    document
}

/// Identifiers of everyone whom an account names: its owner, then those who hold rights.
pub(super) fn principals(stored: &mut Value) -> Vec<&mut Map<String, Value>> {
    let Value::Object(document) = stored else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in document.iter_mut() {
        match value {
            Value::Object(owner) if name == "owner" => found.push(owner),
            Value::Array(grants) if name == "grants" => {
                found.extend(grants.iter_mut().filter_map(Value::as_object_mut));
            }
            _ => {}
        }
    }
    found
}

//! What differs between two looks at the same account, for its history.

use crate::{Access, Account, Grant, Principal, RightId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One difference between two looks. What happened in between is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "what")]
pub enum Change {
    AccessGiven { name: String, rights: Vec<RightId> },
    AccessTaken { name: String },
    RightsChanged { name: String, added: Vec<RightId>, removed: Vec<RightId> },
    Owner { before: Option<String>, after: Option<String> },
    Kind { before: String, after: String },
    Name { before: String, after: String },
    Address { before: Option<String>, after: Option<String> },
    State,
    SignIn,
    Expiry,
    Unit { before: Option<String>, after: Option<String> },
    AddressList { hidden: bool },
}

impl Change {
    /// Whether it names a person.
    pub fn names_somebody(&self) -> bool {
        matches!(
            self,
            Self::AccessGiven { .. }
                | Self::AccessTaken { .. }
                | Self::RightsChanged { .. }
                | Self::Owner { .. }
        )
    }
}

/// What differs between `before` and `after`, most telling first. Size is left out: it always differs.
///
/// Access is compared only where both looks showed the same extent; seeing more of it is not a change.
pub fn changes(before: &Account, after: &Account) -> Vec<Change> {
    let mut found = Vec::new();
    let name = |principal: &Option<Principal>| principal.as_ref().map(|p| p.who.name.clone());
    let id = |principal: &Option<Principal>| principal.as_ref().map(|p| p.who.id.clone());
    if id(&before.owner) != id(&after.owner) {
        found.push(Change::Owner { before: name(&before.owner), after: name(&after.owner) });
    }
    match (&before.access, &after.access) {
        (Access::All(before), Access::All(after)) | (Access::Own(before), Access::Own(after)) => {
            access_changes(before, after, &mut found);
        }
        _ => {}
    }
    if before.kind != after.kind {
        found.push(Change::Kind { before: before.kind.0.clone(), after: after.kind.0.clone() });
    }
    if before.address != after.address {
        found.push(Change::Address { before: before.address.clone(), after: after.address.clone() });
    }
    if before.display_name != after.display_name {
        found.push(Change::Name { before: before.display_name.clone(), after: after.display_name.clone() });
    }
    let unit = |account: &Account| account.unit.as_ref().map(|unit| unit.name.clone());
    if unit(before) != unit(after) {
        found.push(Change::Unit { before: unit(before), after: unit(after) });
    }
    if before.state != after.state {
        found.push(Change::State);
    }
    if before.sign_in != after.sign_in {
        found.push(Change::SignIn);
    }
    if before.expires != after.expires {
        found.push(Change::Expiry);
    }
    if let (Some(was), Some(hidden)) = (before.hidden_from_address_list, after.hidden_from_address_list)
        && was != hidden
    {
        found.push(Change::AddressList { hidden });
    }
    found
}

fn access_changes(before: &[Grant], after: &[Grant], found: &mut Vec<Change>) {
    for grant in after {
        let name = grant.to.who.name.clone();
        match before.iter().find(|earlier| earlier.to.who.id == grant.to.who.id) {
            None => found.push(Change::AccessGiven { name, rights: grant.rights.clone() }),
            Some(earlier) => {
                let added = missing_from(&earlier.rights, &grant.rights);
                let removed = missing_from(&grant.rights, &earlier.rights);
                if !added.is_empty() || !removed.is_empty() {
                    found.push(Change::RightsChanged { name, added, removed });
                }
            }
        }
    }
    for grant in before {
        if !after.iter().any(|later| later.to.who.id == grant.to.who.id) {
            found.push(Change::AccessTaken { name: grant.to.who.name.clone() });
        }
    }
}

fn missing_from(have: &[RightId], wanted: &[RightId]) -> Vec<RightId> {
    wanted.iter().filter(|right| !have.contains(right)).cloned().collect()
}

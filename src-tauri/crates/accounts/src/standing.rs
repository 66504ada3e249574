//! Who sees what: the rule that the directory applies and the client checks again.

use crate::{Access, Account, Grant, Me, Principal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a reader stands to an account. All false: the account is none of the reader's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The reader is signed in as this account (B11).
    pub itself: bool,
    /// The reader answers for it, alone or as one of a group that owns it (B9).
    pub owns: bool,
    /// The reader holds a grant, directly or through a group.
    pub uses: bool,
    /// The reader looks after its unit.
    pub holds_unit: bool,
}

impl Standing {
    /// Whether the reader may see the account at all.
    pub fn sees(self) -> bool {
        self.itself || self.owns || self.uses || self.holds_unit
    }

    /// Whether the reader may see everyone who has access (O14).
    pub fn sees_everyone(self) -> bool {
        self.owns || self.holds_unit
    }
}

/// How `me` stands to `account`.
pub fn standing(account: &Account, me: &Me) -> Standing {
    Standing {
        itself: account.id.as_str() == me.id.as_str(),
        owns: account.owner.as_ref().is_some_and(|owner| me.is(owner.who.id.as_str())),
        uses: account.access.grants().iter().any(|grant| me.is(grant.to.who.id.as_str())),
        holds_unit: account.unit.as_ref().is_some_and(|unit| me.holds(&unit.id)),
    }
}

/// The account as `me` may see it, or `None` where `me` may not see it at all.
///
/// An owner and the unit's IT officer see every grant. Someone who only uses the account sees the account, its owner
/// and their own grants; the last day of other people is taken out. Whatever a directory sends beyond that is dropped
/// here and never reaches the store (O12, O14, O15).
pub fn seen_by(account: Account, me: &Me) -> Option<Account> {
    let standing = standing(&account, me);
    if !standing.sees() {
        return None;
    }
    if standing.sees_everyone() {
        return Some(account);
    }
    let owner = owner_seen_by(&account, me);
    let access = match account.access {
        Access::All(grants) | Access::Own(grants) => {
            Access::Own(grants.into_iter().filter(|grant| me.is(grant.to.who.id.as_str())).map(own).collect())
        }
        Access::NotShown => Access::NotShown,
    };
    Some(Account { owner, access, ..account })
}

/// The owner of `account` as `me` may know them, also where that is all that `me` may see of it (O15). The last day of somebody
/// else is for those who see everyone.
pub fn owner_seen_by(account: &Account, me: &Me) -> Option<Principal> {
    let owner = account.owner.clone()?;
    Some(if standing(account, me).sees_everyone() { owner } else { without_last_day(owner) })
}

/// What is the reader's own of an account that they own or are, or `None` where it is somebody else's. Other people are taken
/// out: their grants, and an owner who is not the reader. What is left counts as not read: it has no version, and who has
/// access is not known.
pub fn without_others(account: Account, me: &Me) -> Option<Account> {
    let standing = standing(&account, me);
    if !(standing.owns || standing.itself) {
        return None;
    }
    let owner = account.owner.filter(|owner| me.is(owner.who.id.as_str()));
    Some(Account { owner, access: Access::NotShown, version: None, ..account })
}

fn own(grant: Grant) -> Grant {
    Grant { to: without_last_day(grant.to), ..grant }
}

fn without_last_day(principal: Principal) -> Principal {
    Principal { who: crate::PersonRef { leaves_on: None, ..principal.who }, ..principal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountState, GroupId, NamedUnit, PersonId, PersonRef, PrincipalKind, Role};
    use proptest::prelude::*;

    fn who(id: u8) -> Principal {
        let name = format!("Person {id}");
        let leaves_on = Some(jiff::civil::date(2026, 12, 4));
        let who = PersonRef {
            id: PersonId(format!("p{id}")),
            name,
            username: None,
            unit: None,
            leaves_on,
            has_left: false,
        };
        Principal { kind: PrincipalKind::Person, who }
    }

    fn unit(id: u8) -> NamedUnit {
        NamedUnit { id: format!("u{id}").as_str().into(), name: format!("Unit {id}") }
    }

    prop_compose! {
        fn accounts()(owner in 0u8..6, in_unit in 0u8..3, users in proptest::collection::vec(0u8..6, 0..5),
                      shown in 0u8..3) -> Account {
            let grants: Vec<_> = users.into_iter()
                .map(|user| Grant { to: who(user), rights: vec!["full-access".into()] }).collect();
            Account {
                id: "a1".into(), address: Some("office@earth.example.edu".into()), username: "office".into(),
                display_name: "Office".into(), kind: "mailbox-only".into(), unit: Some(unit(in_unit)),
                owner: Some(who(owner)),
                access: match shown { 0 => Access::All(grants), 1 => Access::Own(grants), _ => Access::NotShown },
                state: AccountState::Active, sign_in: None, size: None, expires: None,
                hidden_from_address_list: None, version: None, last_modified: None,
            }
        }
    }

    prop_compose! {
        fn readers()(id in 0u8..8, role in 0u8..3, held in 0u8..3, group in 0u8..8) -> Me {
            Me {
                id: PersonId(format!("p{id}")), name: String::new(), username: String::new(),
                role: [Role::Member, Role::ItOfficer, Role::ServiceDesk][usize::from(role)],
                unit: None, held_units: vec![unit(held)], groups: vec![GroupId(format!("p{group}"))], teams: vec![],
                category: None,
            }
        }
    }

    proptest! {
        #[test]
        fn nobody_sees_an_account_without_owning_using_or_holding_it(account in accounts(), me in readers()) {
            let sees = standing(&account, &me).sees();
            prop_assert_eq!(seen_by(account, &me).is_some(), sees);
        }

        #[test]
        fn only_owners_and_unit_officers_see_other_peoples_grants(account in accounts(), me in readers()) {
            let standing = standing(&account, &me);
            if let Some(seen) = seen_by(account, &me) {
                let others = seen.access.grants().iter().filter(|g| !me.is(g.to.who.id.as_str())).count();
                prop_assert!(others == 0 || standing.sees_everyone());
                let knows_last_days = seen.access.grants().iter().any(|g| g.to.who.leaves_on.is_some());
                prop_assert!(!knows_last_days || standing.sees_everyone());
            }
        }

        #[test]
        fn a_member_with_held_units_but_no_role_holds_nothing(account in accounts(), me in readers()) {
            let me = Me { role: Role::Member, ..me };
            prop_assert!(!standing(&account, &me).holds_unit);
        }

        #[test]
        fn looking_twice_shows_no_more_and_no_less(account in accounts(), me in readers()) {
            let once = seen_by(account, &me);
            let twice = once.clone().and_then(|seen| seen_by(seen, &me));
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn without_others_nobody_else_is_named_and_only_ones_own_is_left(account in accounts(), me in readers()) {
            let standing = standing(&account, &me);
            let left = without_others(account, &me);
            prop_assert_eq!(left.is_some(), standing.owns || standing.itself);
            if let Some(left) = left {
                prop_assert!(left.access == Access::NotShown && left.version.is_none());
                prop_assert!(left.owner.is_none_or(|owner| me.is(owner.who.id.as_str())));
            }
        }

        #[test]
        fn what_could_not_be_looked_at_never_becomes_an_empty_list(account in accounts(), me in readers()) {
            let not_shown = account.access == Access::NotShown;
            if let Some(seen) = seen_by(account, &me) {
                prop_assert_eq!(seen.access == Access::NotShown, not_shown);
            }
        }
    }
}

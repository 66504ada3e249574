//! What somebody asks for: only what a wish names may change.

use crate::{Access, Account, Grant, Principal, RightId, Rules, Standing};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A change to an account that an institution is asked for (C4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "kind")]
pub enum Wish {
    /// Who may use the account, and how (O3).
    ChangeAccess { changes: Vec<AccessChange> },
}

/// One person's or group's rights as they should be afterwards, all of them. No rights: no access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    pub to: Principal,
    pub rights: Vec<RightId>,
}

/// Why somebody is not offered to ask for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum MayNotAsk {
    /// Only the owner or the unit's IT support may ask (O12).
    NotYours,
    /// An account that is signed in as cannot change who else may use it (B11).
    SignedInAsIt,
    /// The kind has no delegates: it is opened with a password of its own.
    NotByDelegation,
    /// The record does not show who has access, so nothing can be held against it.
    AccessNotShown,
}

/// Whether somebody who stands so to `account` may ask for who has access to be changed (O3, O12).
pub fn may_change_access(account: &Account, standing: Standing, rules: &Rules) -> Result<(), MayNotAsk> {
    if !rules.by_delegation.contains(&account.kind) {
        return Err(MayNotAsk::NotByDelegation);
    }
    if !standing.sees_everyone() {
        return Err(if standing.itself { MayNotAsk::SignedInAsIt } else { MayNotAsk::NotYours });
    }
    match account.access {
        Access::All(_) => Ok(()),
        Access::Own(_) | Access::NotShown => Err(MayNotAsk::AccessNotShown),
    }
}

/// The account as it is once `wish` has been carried out in full. What the wish does not name stays as it is.
#[must_use]
pub fn applied(account: &Account, wish: &Wish) -> Account {
    let Wish::ChangeAccess { changes } = wish;
    let mut grants = account.access.grants().to_vec();
    for AccessChange { to, rights } in changes {
        let held = grants.iter_mut().find(|grant| grant.to.who.id == to.who.id);
        match held {
            Some(grant) => grant.rights.clone_from(rights),
            None => grants.push(Grant { to: to.clone(), rights: rights.clone() }),
        }
    }
    grants.retain(|grant| !grant.rights.is_empty());
    let access = match account.access {
        Access::All(_) => Access::All(grants),
        Access::Own(_) => Access::Own(grants),
        Access::NotShown => Access::NotShown,
    };
    Account { access, ..account.clone() }
}

/// The wish that gives back what `wish` changes, from the account as it was `before`.
#[must_use]
pub fn undone(before: &Account, wish: &Wish) -> Wish {
    let Wish::ChangeAccess { changes } = wish;
    let back = |change: &AccessChange| match before.grant_of(&change.to.who.id) {
        Some(grant) => AccessChange { to: grant.to.clone(), rights: grant.rights.clone() },
        None => AccessChange { to: change.to.clone(), rights: Vec::new() },
    };
    Wish::ChangeAccess { changes: changes.iter().map(back).collect() }
}

/// What of `wish` is not yet so on `account`: nothing once it has been carried out in full.
#[must_use]
pub fn remaining(account: &Account, wish: &Wish) -> Option<Wish> {
    let Wish::ChangeAccess { changes } = wish;
    let is_due = |change: &&AccessChange| !same_rights(account.rights_of(&change.to.who.id), &change.rights);
    let changes: Vec<_> = changes.iter().filter(is_due).cloned().collect();
    (!changes.is_empty()).then_some(Wish::ChangeAccess { changes })
}

/// Whether what `wish` builds on has changed since it was written: the rights of somebody whom it names.
#[must_use]
pub fn is_stale(written: &Account, now: &Account, wish: &Wish) -> bool {
    let Wish::ChangeAccess { changes } = wish;
    let who = changes.iter().map(|change| &change.to.who.id);
    who.into_iter().any(|who| !same_rights(written.rights_of(who), now.rights_of(who)))
}

/// Whether two lists hold the same rights, in whatever order.
pub fn same_rights(one: &[RightId], other: &[RightId]) -> bool {
    let within = |a: &[RightId], b: &[RightId]| a.iter().all(|right| b.contains(right));
    within(one, other) && within(other, one)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{PersonRef, PrincipalKind};
    use proptest::prelude::*;

    pub(crate) const RIGHTS: [&str; 4] = ["full-access", "send-as", "send-on-behalf", "automap"];

    pub(crate) fn who(n: u8) -> Principal {
        let who = PersonRef::named(format!("p{n}").as_str().into(), format!("Person {n}"));
        Principal {
            kind: if n.is_multiple_of(5) { PrincipalKind::Group } else { PrincipalKind::Person },
            who,
        }
    }

    pub(crate) fn account(grants: Vec<Grant>) -> Account {
        Account {
            address: Some("enquiries@earth.example.edu".into()),
            kind: "mailbox-only".into(),
            owner: Some(who(99)),
            access: Access::All(grants),
            ..Account::unknown("a".into())
        }
    }

    pub(crate) fn rights() -> impl Strategy<Value = Vec<RightId>> {
        proptest::sample::subsequence(RIGHTS.to_vec(), 0..=RIGHTS.len())
            .prop_map(|rights| rights.into_iter().map(RightId::from).collect())
    }

    pub(crate) fn some_account() -> impl Strategy<Value = Account> {
        proptest::collection::btree_map(0_u8..12, rights(), 0..10).prop_map(|held| {
            let held = held.into_iter().filter(|(_, rights)| !rights.is_empty());
            account(held.map(|(n, rights)| Grant { to: who(n), rights }).collect())
        })
    }

    pub(crate) fn some_wish() -> impl Strategy<Value = Wish> {
        proptest::collection::btree_map(0_u8..12, rights(), 0..6).prop_map(|wanted| Wish::ChangeAccess {
            changes: wanted.into_iter().map(|(n, rights)| AccessChange { to: who(n), rights }).collect(),
        })
    }

    /// Who holds what, in no order.
    pub(crate) fn held(
        account: &Account,
    ) -> std::collections::BTreeMap<String, std::collections::BTreeSet<RightId>> {
        let held = |grant: &Grant| (grant.to.who.id.0.clone(), grant.rights.iter().cloned().collect());
        account.access.grants().iter().map(held).collect()
    }

    proptest! {
        #[test]
        fn a_wish_and_its_undo_give_the_first_state_back(account in some_account(), wish in some_wish()) {
            let back = applied(&applied(&account, &wish), &undone(&account, &wish));
            prop_assert_eq!(held(&back), held(&account));
            prop_assert_eq!(&back.owner, &account.owner);
        }

        #[test]
        fn nobody_gains_or_loses_what_the_wish_does_not_name(account in some_account(), wish in some_wish()) {
            let (before, after) = (held(&account), held(&applied(&account, &wish)));
            let Wish::ChangeAccess { changes } = &wish;
            for n in 0..12 {
                let id = format!("p{n}");
                let named = changes.iter().find(|change| change.to.who.id.as_str() == id);
                let now = after.get(&id).cloned().unwrap_or_default();
                match named {
                    None => prop_assert_eq!(before.get(&id), after.get(&id)),
                    Some(change) => prop_assert!(now.iter().all(|right| change.rights.contains(right))),
                }
            }
        }

        #[test]
        fn nothing_remains_of_a_wish_that_was_carried_out(account in some_account(), wish in some_wish()) {
            let after = applied(&account, &wish);
            prop_assert_eq!(remaining(&after, &wish), None);
            prop_assert_eq!(held(&applied(&after, &wish)), held(&after), "carrying it out twice changes nothing more");
            if let Some(rest) = remaining(&account, &wish) {
                prop_assert_eq!(held(&applied(&account, &rest)), held(&after), "what remains is all that is missing");
            }
        }

        #[test]
        fn a_wish_is_stale_when_somebody_it_names_has_changed(account in some_account(), other in some_wish(), wish in some_wish()) {
            let now = applied(&account, &other);
            let Wish::ChangeAccess { changes } = &wish;
            let (before, after) = (held(&account), held(&now));
            let touched = changes.iter().any(|change| before.get(&change.to.who.id.0) != after.get(&change.to.who.id.0));
            prop_assert_eq!(is_stale(&account, &now, &wish), touched);
        }
    }

    /// One row for each cell: how somebody stands, what the record shows, whether the kind has delegates.
    #[test]
    fn who_may_ask_for_access_to_be_changed() {
        let stands = |what: &str| Standing {
            itself: what == "itself",
            owns: what == "owner",
            uses: what == "delegate",
            holds_unit: what == "it-officer",
        };
        let all = || account(vec![]);
        let not_shown = || Account { access: Access::NotShown, ..account(vec![]) };
        let rows = [
            ("owner", all(), true, Ok(())),
            ("it-officer", all(), true, Ok(())),
            ("delegate", all(), true, Err(MayNotAsk::NotYours)),
            ("nobody", all(), true, Err(MayNotAsk::NotYours)),
            ("itself", all(), true, Err(MayNotAsk::SignedInAsIt)),
            ("owner", not_shown(), true, Err(MayNotAsk::AccessNotShown)),
            ("it-officer", not_shown(), true, Err(MayNotAsk::AccessNotShown)),
            ("owner", all(), false, Err(MayNotAsk::NotByDelegation)),
            ("it-officer", all(), false, Err(MayNotAsk::NotByDelegation)),
            ("delegate", all(), false, Err(MayNotAsk::NotByDelegation)),
        ];
        for (who, account, by_delegation, expected) in rows {
            let kinds = if by_delegation { vec![account.kind.clone()] } else { Vec::new() };
            let rules = Rules { by_delegation: kinds, ..Rules::default() };
            let answer = may_change_access(&account, stands(who), &rules);
            assert_eq!(answer, expected, "{who}, {:?}, by delegation: {by_delegation}", account.access);
        }
    }
}

//! What a wish comes to, before it is sent: before and after for each person, what stays, what follows, what to think of.

use crate::wish::same_rights;
use crate::{
    AccessChange, Account, KindId, MANY_PEOPLE, Meaning, Outcome, Principal, PrincipalKind, RightId, Wish,
    applied, outcome,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Above this many bytes a mailbox that opens by itself slows Outlook down: Microsoft's page on large data files expects
/// frequent pauses from 25 GB on.
pub const LARGE_TO_OPEN_BY_ITSELF: u64 = 25_000_000_000;

/// What an institution's profile says that a plan builds on.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The rights that can be granted, in the profile's order, with what each means.
    pub rights: Vec<(RightId, Meaning)>,
    /// Kinds of account that people use as delegates.
    pub by_delegation: Vec<KindId>,
}

/// A wish, worked out against an account as it was last seen (X2). Applying it is not its business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Whoever the wish changes, in its order.
    pub lines: Vec<PlanLine>,
    /// Whoever has access and is not named.
    pub untouched: Vec<Principal>,
    pub consequences: Vec<Consequence>,
    pub warnings: Vec<Warning>,
}

/// One person or group: rights now and afterwards, each in the profile's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanLine {
    pub to: Principal,
    pub act: Act,
    pub before: Vec<RightId>,
    pub after: Vec<RightId>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    Add,
    Change,
    Remove,
}

/// What follows from it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "what")]
pub enum Consequence {
    /// It takes effect up to an hour after it was applied, at worst a day (X10).
    TakesTime,
    /// It appears in Outlook for Windows without being added. If they added it as an account, it then opens twice (X1).
    AppearsInOutlook { names: Vec<String> },
    /// It goes from the Outlook of people for whom it opened by itself, at worst a day later.
    LeavesOutlook { names: Vec<String> },
}

/// What to think of before it is sent. None of them forbids sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "what")]
pub enum Warning {
    /// Can send, cannot read the answers.
    SendsWithoutReading {
        name: String,
    },
    /// Holds both rights to send: the one "on behalf" has no effect.
    BothWaysToSend {
        name: String,
    },
    /// Opens by itself and cannot be read.
    OpensNothing {
        name: String,
    },
    /// A group's members do not get it opened by itself.
    OpensByItselfForGroup {
        name: String,
    },
    OpensByItselfAndLarge {
        #[ts(type = "number")]
        bytes: u64,
    },
    /// More people afterwards than the mail service vouches for.
    ManyPeople {
        #[ts(type = "number")]
        count: usize,
    },
    /// The address list leaves the account out: whoever is added cannot open it.
    HiddenFromAddressList,
    HasLeft {
        name: String,
    },
    /// Of those who have access nobody reads what comes in.
    NobodyReads,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    #[error("everything that is asked for is so already")]
    NothingChanges,
    #[error("{0} is named twice")]
    NamedTwice(String),
    #[error("there is no right “{0}” here")]
    UnknownRight(RightId),
    #[error("the owner does not need access")]
    IsOwner,
}

/// Works out what `wish` changes on `account`.
///
/// # Errors
/// [`NoPlan`] where the wish changes nothing, contradicts itself, or names what is not there.
pub fn plan(account: &Account, wish: &Wish, rules: &Rules) -> Result<Plan, NoPlan> {
    let Wish::ChangeAccess { changes } = wish;
    for (at, change) in changes.iter().enumerate() {
        check(account, change, rules)?;
        if changes.iter().skip(at + 1).any(|later| later.to.who.id == change.to.who.id) {
            return Err(NoPlan::NamedTwice(change.to.who.name.clone()));
        }
    }
    let lines: Vec<_> = changes.iter().filter_map(|change| line(account, change, rules)).collect();
    if lines.is_empty() {
        return Err(NoPlan::NothingChanges);
    }
    let is_named = |who: &Principal| lines.iter().any(|line| line.to.who.id == who.who.id);
    let holders = account.access.grants().iter().map(|grant| &grant.to);
    let untouched = holders.filter(|who| !is_named(who)).cloned().collect();
    let consequences = consequences(&lines, rules);
    let warnings = warnings(account, &applied(account, wish), &lines, rules);
    Ok(Plan { lines, untouched, consequences, warnings })
}

fn check(account: &Account, change: &AccessChange, rules: &Rules) -> Result<(), NoPlan> {
    let is_owner = account.owner.as_ref().is_some_and(|owner| owner.who.id == change.to.who.id);
    // What an owner holds beside may be taken away, but need not be given.
    if is_owner && !change.rights.is_empty() {
        return Err(NoPlan::IsOwner);
    }
    // A right that the profile does not know may be kept where it is held already: it is the directory's.
    let kept = account.rights_of(&change.to.who.id);
    let unknown = |right: &&RightId| !rules.knows(right) && !kept.contains(right);
    change.rights.iter().find(unknown).map_or(Ok(()), |right| Err(NoPlan::UnknownRight(right.clone())))
}

fn line(account: &Account, change: &AccessChange, rules: &Rules) -> Option<PlanLine> {
    let held = account.rights_of(&change.to.who.id);
    if same_rights(held, &change.rights) {
        return None;
    }
    let act = match (held.is_empty(), change.rights.is_empty()) {
        (true, _) => Act::Add,
        (false, true) => Act::Remove,
        (false, false) => Act::Change,
    };
    // Whoever has access is known from the record better than from the wish.
    let recorded = account.grant_of(&change.to.who.id);
    Some(PlanLine {
        to: recorded.map_or(&change.to, |grant| &grant.to).clone(),
        act,
        before: rules.in_order(held),
        after: rules.in_order(&change.rights),
        outcome: outcome(&rules.meanings(&change.rights)),
    })
}

fn consequences(lines: &[PlanLine], rules: &Rules) -> Vec<Consequence> {
    let opens = |rights: &[RightId]| rules.meanings(rights).contains(&Meaning::OpensByItself);
    let names = |wanted: &dyn Fn(&PlanLine) -> bool| -> Vec<String> {
        let people = lines.iter().filter(|line| line.to.kind == PrincipalKind::Person);
        people.filter(|line| wanted(line)).map(|line| line.to.who.name.clone()).collect()
    };
    let appears = names(&|line| opens(&line.after) && !opens(&line.before));
    let leaves = names(&|line| opens(&line.before) && !opens(&line.after));
    let mut found = vec![Consequence::TakesTime];
    if !appears.is_empty() {
        found.push(Consequence::AppearsInOutlook { names: appears });
    }
    if !leaves.is_empty() {
        found.push(Consequence::LeavesOutlook { names: leaves });
    }
    found
}

fn warnings(before: &Account, after: &Account, lines: &[PlanLine], rules: &Rules) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut opens_for_somebody = false;
    for line in lines.iter().filter(|line| line.act != Act::Remove) {
        let name = || line.to.who.name.clone();
        match line.outcome {
            Outcome::SendsCannotRead => found.push(Warning::SendsWithoutReading { name: name() }),
            Outcome::ReadsAndWritesAsBoth => found.push(Warning::BothWaysToSend { name: name() }),
            Outcome::OpensNothing => found.push(Warning::OpensNothing { name: name() }),
            _ => {}
        }
        let gained = |right: &&RightId| !line.before.contains(right);
        let gained: Vec<_> = line.after.iter().filter(gained).cloned().collect();
        if rules.meanings(&gained).contains(&Meaning::OpensByItself) {
            if line.to.kind == PrincipalKind::Group {
                found.push(Warning::OpensByItselfForGroup { name: name() });
            } else {
                opens_for_somebody = true;
            }
        }
        if line.to.who.has_left {
            found.push(Warning::HasLeft { name: name() });
        }
    }
    if let Some(size) = after.size.filter(|size| opens_for_somebody && size.bytes >= LARGE_TO_OPEN_BY_ITSELF)
    {
        found.push(Warning::OpensByItselfAndLarge { bytes: size.bytes });
    }
    let adds = lines.iter().any(|line| line.act == Act::Add);
    let count = after.access.grants().len();
    if adds && count > MANY_PEOPLE {
        found.push(Warning::ManyPeople { count });
    }
    if adds && after.hidden_from_address_list == Some(true) {
        found.push(Warning::HiddenFromAddressList);
    }
    if readers(before, rules) > 0 && readers(after, rules) == 0 {
        found.push(Warning::NobodyReads);
    }
    found
}

fn readers(account: &Account, rules: &Rules) -> usize {
    let reads = |rights: &[RightId]| rules.meanings(rights).contains(&Meaning::Read);
    account.access.grants().iter().filter(|grant| reads(&grant.rights)).count()
}

impl Rules {
    pub fn knows(&self, right: &RightId) -> bool {
        self.rights.iter().any(|(known, _)| known == right)
    }

    /// What a set of rights means; rights that the profile does not know mean nothing here.
    pub fn meanings(&self, rights: &[RightId]) -> Vec<Meaning> {
        let of = |right: &RightId| {
            self.rights.iter().find(|(known, _)| known == right).map(|(_, meaning)| *meaning)
        };
        rights.iter().filter_map(of).collect()
    }

    /// Each right once: those that the profile knows in its order, then the others in theirs.
    pub fn in_order(&self, rights: &[RightId]) -> Vec<RightId> {
        let known = self.rights.iter().map(|(right, _)| right).filter(|right| rights.contains(right));
        let mut ordered: Vec<_> = known.cloned().collect();
        for right in rights {
            if !ordered.contains(right) {
                ordered.push(right.clone());
            }
        }
        ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wish::tests::{RIGHTS, account, held, some_account, some_wish, who};
    use crate::{Grant, MailboxSize};
    use proptest::prelude::*;

    fn rules() -> Rules {
        let meanings = [Meaning::Read, Meaning::SendAs, Meaning::SendOnBehalf, Meaning::OpensByItself];
        let rights = RIGHTS.into_iter().map(RightId::from).zip(meanings).collect();
        Rules { rights, by_delegation: vec!["mailbox-only".into()] }
    }

    fn rights(names: &[&str]) -> Vec<RightId> {
        names.iter().map(|name| RightId::from(*name)).collect()
    }

    fn grant(n: u8, names: &[&str]) -> Grant {
        Grant { to: who(n), rights: rights(names) }
    }

    fn change(n: u8, names: &[&str]) -> AccessChange {
        AccessChange { to: who(n), rights: rights(names) }
    }

    fn planned(account: &Account, changes: Vec<AccessChange>) -> Plan {
        plan(account, &Wish::ChangeAccess { changes }, &rules()).unwrap()
    }

    proptest! {
        #[test]
        fn a_plan_tells_exactly_what_differs(account in some_account(), wish in some_wish()) {
            let (before, after) = (held(&account), held(&applied(&account, &wish)));
            let differing: std::collections::BTreeSet<_> =
                before.keys().chain(after.keys()).filter(|id| before.get(*id) != after.get(*id)).cloned().collect();
            match plan(&account, &wish, &rules()) {
                Err(NoPlan::NothingChanges) => prop_assert!(differing.is_empty()),
                Err(other) => prop_assert!(false, "{other}"),
                Ok(plan) => {
                    let told: std::collections::BTreeSet<_> = plan.lines.iter().map(|line| line.to.who.id.0.clone()).collect();
                    prop_assert_eq!(told, differing);
                    for line in &plan.lines {
                        let rights = |of: &std::collections::BTreeMap<String, std::collections::BTreeSet<RightId>>| {
                            of.get(&line.to.who.id.0).cloned().unwrap_or_default()
                        };
                        prop_assert_eq!(line.before.iter().cloned().collect::<std::collections::BTreeSet<_>>(), rights(&before));
                        prop_assert_eq!(line.after.iter().cloned().collect::<std::collections::BTreeSet<_>>(), rights(&after));
                    }
                    prop_assert_eq!(plan.untouched.len() + plan.lines.iter().filter(|line| line.act != Act::Add).count(), before.len());
                }
            }
        }
    }

    #[test]
    fn each_person_is_added_changed_or_removed() {
        let account =
            account(vec![grant(1, &["full-access"]), grant(2, &["full-access"]), grant(3, &["send-as"])]);
        let changes =
            vec![change(4, &["full-access"]), change(1, &["automap", "full-access"]), change(2, &[])];
        let plan = planned(&account, changes);
        let acts: Vec<_> = plan.lines.iter().map(|line| line.act).collect();
        assert_eq!(acts, [Act::Add, Act::Change, Act::Remove]);
        assert_eq!(plan.lines[1].after, rights(&["full-access", "automap"]), "in the profile's order");
        assert_eq!(plan.untouched, [who(3)]);
    }

    #[test]
    fn outlook_is_spoken_of_where_it_opens_or_no_longer_opens_by_itself() {
        let account = account(vec![grant(1, &["full-access", "automap"])]);
        let plan =
            planned(&account, vec![change(1, &["full-access"]), change(2, &["full-access", "automap"])]);
        let names = |n: u8| vec![format!("Person {n}")];
        assert_eq!(
            plan.consequences,
            [
                Consequence::TakesTime,
                Consequence::AppearsInOutlook { names: names(2) },
                Consequence::LeavesOutlook { names: names(1) },
            ]
        );
    }

    #[test]
    fn slips_are_warned_of_and_nothing_else_is() {
        let hidden =
            Account { hidden_from_address_list: Some(true), ..account(vec![grant(1, &["full-access"])]) };
        let warnings = |account: &Account, change: AccessChange| planned(account, vec![change]).warnings;
        let name = |n: u8| format!("Person {n}");
        let open = account(vec![grant(1, &["full-access"])]);
        let rows = [
            (change(2, &["full-access", "send-as", "automap"]), vec![]),
            (change(2, &["send-as"]), vec![Warning::SendsWithoutReading { name: name(2) }]),
            (
                change(2, &["full-access", "send-as", "send-on-behalf"]),
                vec![Warning::BothWaysToSend { name: name(2) }],
            ),
            (change(2, &["automap"]), vec![Warning::OpensNothing { name: name(2) }]),
            (change(5, &["full-access", "automap"]), vec![Warning::OpensByItselfForGroup { name: name(5) }]),
            (change(1, &[]), vec![Warning::NobodyReads]),
        ];
        for (change, expected) in rows {
            assert_eq!(warnings(&open, change.clone()), expected, "{change:?}");
        }
        assert_eq!(warnings(&hidden, change(2, &["full-access"])), [Warning::HiddenFromAddressList]);
        assert_eq!(warnings(&hidden, change(1, &["full-access", "send-as"])), [], "nobody is added");
        let size = Some(MailboxSize { bytes: LARGE_TO_OPEN_BY_ITSELF, quota_bytes: None, measured: None });
        let large = Account { size, ..open.clone() };
        let by_itself = warnings(&large, change(2, &["full-access", "automap"]));
        assert_eq!(by_itself, [Warning::OpensByItselfAndLarge { bytes: LARGE_TO_OPEN_BY_ITSELF }]);
        let mut gone = change(2, &["full-access"]);
        gone.to.who.has_left = true;
        assert_eq!(warnings(&open, gone), [Warning::HasLeft { name: name(2) }]);
    }

    #[test]
    fn the_mail_services_limit_is_told_to_whoever_goes_past_it() {
        let full = account(
            (10..10 + u8::try_from(MANY_PEOPLE).unwrap()).map(|n| grant(n, &["full-access"])).collect(),
        );
        let one_more = planned(&full, vec![change(1, &["full-access"])]);
        assert_eq!(one_more.warnings, [Warning::ManyPeople { count: MANY_PEOPLE + 1 }]);
        assert_eq!(planned(&full, vec![change(1, &["full-access"]), change(10, &[])]).warnings, []);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_reason() {
        let account = account(vec![grant(1, &["full-access", "odd-right"])]);
        let fault = |changes| plan(&account, &Wish::ChangeAccess { changes }, &rules()).unwrap_err();
        assert_eq!(fault(vec![]), NoPlan::NothingChanges);
        assert_eq!(fault(vec![change(1, &["odd-right", "full-access"])]), NoPlan::NothingChanges);
        let twice = vec![change(2, &["full-access"]), change(2, &[])];
        assert_eq!(fault(twice), NoPlan::NamedTwice("Person 2".into()));
        assert_eq!(fault(vec![change(2, &["odd-right"])]), NoPlan::UnknownRight("odd-right".into()));
        assert_eq!(fault(vec![change(99, &["full-access"])]), NoPlan::IsOwner);
        let kept = planned(&account, vec![change(1, &["odd-right"])]);
        assert_eq!(kept.lines[0].after, rights(&["odd-right"]), "what the directory gave may stay");
    }
}

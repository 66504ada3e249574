//! What a wish comes to, before it is sent: before and after for each person, what stays, what follows, what to think of.

mod undo;
mod warning;

pub use undo::undo;
pub use warning::Warning;

use crate::wish::same_rights;
use crate::{
    Account, AccountState, Answer, AskRule, Edit, KindId, Me, Meaning, NameFault, NameRule, Outcome,
    Principal, PrincipalKind, RequestKind, RightId, Wish, applied, outcome,
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
    /// The requests that can be sent.
    pub asks: Vec<AskRule>,
    /// Categories of people that may own accounts.
    pub may_own: Vec<String>,
    /// Kinds of account that are an exception: a new one needs a reason and an end.
    pub exceptional: Vec<KindId>,
    /// `None`: names are not chosen.
    pub names: Option<NameRule>,
}

/// The answer that says why an exceptional kind of account is wanted.
pub const REASON: &str = "reason";

/// A wish, worked out against an account as it was last seen (X2). Applying it is not its business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Whoever the wish changes, in its order.
    pub lines: Vec<PlanLine>,
    /// What else changes.
    pub facts: Vec<FactLine>,
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

/// A fact about the account, now and afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FactLine {
    /// `None`: there is none, or the record does not say.
    pub before: Option<Edit>,
    pub after: Edit,
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
    /// It appears in Outlook for Windows without being added. If they added it as an account, it then opens twice (X1). `opened`:
    /// of `names`, who could read it before, and so may have added it.
    AppearsInOutlook { names: Vec<String>, opened: Vec<String> },
    /// It goes from the Outlook of people for whom it opened by itself, at worst a day later.
    LeavesOutlook { names: Vec<String> },
    /// The account's own username and password stop working: for everyone who knows them, and in every program, telephone
    /// and service that was set up with them (X11). The record does not show which those are.
    PasswordEnds,
    /// Only `to` may ask for changes from then on.
    OwnerChanges { from: Option<String>, to: String },
    /// It can be signed in to.
    Starts,
    /// Nobody can open it any more.
    Stops,
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
    #[error("this is no part of such a request")]
    OutOfPlace,
    #[error("this cannot be a username here")]
    NotAName(Vec<NameFault>),
    #[error("this kind of account is an exception and needs a reason")]
    NeedsReason,
    #[error("this kind of account is an exception and needs an end")]
    NeedsEnd,
}

/// Works out what `wish` changes on `account`.
///
/// # Errors
/// [`NoPlan`] where the wish changes nothing, contradicts itself, or names what is not there.
pub fn plan(account: &Account, wish: &Wish, rules: &Rules) -> Result<Plan, NoPlan> {
    let Outlined { after, lines, facts } = outlined(account, wish, rules)?;
    let is_named = |who: &Principal| lines.iter().any(|line| line.to.who.id == who.who.id);
    let holders = account.access.grants().iter().map(|grant| &grant.to);
    let untouched = holders.filter(|who| !is_named(who)).cloned().collect();
    let consequences = consequences(wish, &lines, &facts, rules);
    let warnings = warning::warnings(account, &after, wish, &lines, rules);
    Ok(Plan { lines, facts, untouched, consequences, warnings })
}

/// Whether a wish can be carried out at all: for whoever is asked for it, and needs none of what a person is told.
///
/// # Errors
/// As [`plan`].
pub fn feasible(account: &Account, wish: &Wish, rules: &Rules) -> Result<(), NoPlan> {
    outlined(account, wish, rules).map(drop)
}

/// What a wish comes to.
struct Outlined {
    after: Account,
    lines: Vec<PlanLine>,
    facts: Vec<FactLine>,
}

fn outlined(account: &Account, wish: &Wish, rules: &Rules) -> Result<Outlined, NoPlan> {
    let after = applied(account, wish);
    for (at, edit) in wish.edits.iter().enumerate() {
        check(account, &after, wish.kind, edit, rules)?;
        if wish.edits.iter().skip(at + 1).any(|later| later.subject() == edit.subject()) {
            return Err(NoPlan::NamedTwice(named(edit)));
        }
    }
    check_exception(wish, rules)?;
    let (lines, facts) = (access_lines(account, wish, rules), facts(account, wish));
    let says = !wish.answers.values().all(is_blank);
    let is_whole = essentials(wish.kind).iter().all(|wanted| facts.iter().any(|fact| wanted(&fact.after)));
    let is_empty = lines.is_empty() && facts.is_empty() && !says;
    if is_empty || !is_whole || (wish.kind == RequestKind::ChangeAccess && lines.is_empty()) {
        return Err(NoPlan::NothingChanges);
    }
    Ok(Outlined { after, lines, facts })
}

/// The facts without which a request of a kind asks for nothing.
fn essentials(kind: RequestKind) -> &'static [fn(&Edit) -> bool] {
    match kind {
        RequestKind::RemovePassword => &[|edit| matches!(edit, Edit::Kind { .. })],
        RequestKind::HandOver => &[|edit| matches!(edit, Edit::Owner { .. })],
        RequestKind::Activate | RequestKind::Close => &[|edit| matches!(edit, Edit::State { .. })],
        RequestKind::Renew => &[|edit| matches!(edit, Edit::Expires { .. })],
        RequestKind::NewAccount => &[
            |edit| matches!(edit, Edit::Username { .. }),
            |edit| matches!(edit, Edit::Kind { .. }),
            |edit| matches!(edit, Edit::DisplayName { .. }),
            |edit| matches!(edit, Edit::Owner { .. }),
        ],
        RequestKind::ChangeAccess
        | RequestKind::SetDetails
        | RequestKind::SetBooking
        | RequestKind::AskDesk => &[],
    }
}

/// Whether a request of a kind may hold such an edit at all: no plan does what its request does not say.
fn has_place(kind: RequestKind, edit: &Edit, rules: &Rules) -> bool {
    use RequestKind as K;
    match edit {
        Edit::Access { .. } => {
            matches!(kind, K::ChangeAccess | K::RemovePassword | K::HandOver | K::NewAccount)
        }
        Edit::Owner { .. } => matches!(kind, K::HandOver | K::NewAccount),
        Edit::Kind { kind: to } => match kind {
            K::RemovePassword => rules.asking(kind).and_then(|rule| rule.becomes.as_ref()) == Some(to),
            K::NewAccount => rules
                .asking(kind)
                .is_some_and(|rule| rule.account_kinds.is_empty() || rule.account_kinds.contains(to)),
            _ => false,
        },
        Edit::Username { .. } => kind == K::NewAccount,
        Edit::DisplayName { .. } => matches!(kind, K::SetDetails | K::NewAccount),
        Edit::State { state } => match kind {
            K::Activate => *state == AccountState::Active,
            K::Close => *state == AccountState::Suspended,
            _ => false,
        },
        Edit::Expires { .. } => matches!(kind, K::Renew | K::NewAccount),
    }
}

fn check(
    account: &Account,
    after: &Account,
    kind: RequestKind,
    edit: &Edit,
    rules: &Rules,
) -> Result<(), NoPlan> {
    if !has_place(kind, edit, rules) {
        return Err(NoPlan::OutOfPlace);
    }
    match edit {
        Edit::Access { to, rights } => {
            let is_owner = after.owner.as_ref().is_some_and(|owner| owner.who.id == to.who.id);
            // What an owner holds beside may be taken away, but need not be given.
            if is_owner && !rights.is_empty() {
                return Err(NoPlan::IsOwner);
            }
            let gains = rights.iter().any(|right| !account.rights_of(&to.who.id).contains(right));
            if gains && !rules.by_delegation.contains(&after.kind) {
                return Err(NoPlan::OutOfPlace);
            }
            // A right that the profile does not know may be kept where it is held already: it is the directory's.
            let kept = account.rights_of(&to.who.id);
            let unknown = |right: &&RightId| !rules.knows(right) && !kept.contains(right);
            rights.iter().find(unknown).map_or(Ok(()), |right| Err(NoPlan::UnknownRight(right.clone())))
        }
        Edit::Username { username } => {
            let unit = after.unit.as_ref().map(|unit| &unit.id);
            let faults = rules.names.as_ref().map(|rule| rule.faults_in(username, unit)).unwrap_or_default();
            if faults.is_empty() { Ok(()) } else { Err(NoPlan::NotAName(faults)) }
        }
        _ => Ok(()),
    }
}

fn check_exception(wish: &Wish, rules: &Rules) -> Result<(), NoPlan> {
    let is_exceptional =
        |edit: &Edit| matches!(edit, Edit::Kind { kind } if rules.exceptional.contains(kind));
    if wish.kind != RequestKind::NewAccount || !wish.edits.iter().any(is_exceptional) {
        return Ok(());
    }
    if wish.answers.get(REASON).is_none_or(is_blank) {
        return Err(NoPlan::NeedsReason);
    }
    let ends = wish.edits.iter().any(|edit| matches!(edit, Edit::Expires { .. }));
    if ends { Ok(()) } else { Err(NoPlan::NeedsEnd) }
}

fn is_blank(answer: &Answer) -> bool {
    matches!(answer, Answer::Text(text) if text.trim().is_empty())
}

/// What an edit is about, for whoever wrote it twice.
fn named(edit: &Edit) -> String {
    match edit {
        Edit::Access { to, .. } | Edit::Owner { to } => to.who.name.clone(),
        Edit::Kind { kind } => kind.0.clone(),
        Edit::Username { username: text } | Edit::DisplayName { name: text } => text.clone(),
        Edit::State { .. } | Edit::Expires { .. } => String::new(),
    }
}

/// What of `wish` differs from `account`, access left out: each fact as it is known now, and as it is to be.
pub fn facts(account: &Account, wish: &Wish) -> Vec<FactLine> {
    let others = wish.edits.iter().filter(|edit| !matches!(edit, Edit::Access { .. }));
    others
        .filter(|edit| !edit.is_so_on(account))
        .map(|edit| FactLine { before: edit.known_on(account), after: edit.clone() })
        .collect()
}

/// Whoever is given or loses rights by `wish`, against `account`.
pub fn access_lines(account: &Account, wish: &Wish, rules: &Rules) -> Vec<PlanLine> {
    wish.access().filter_map(|(to, rights)| line(account, to, rights, rules)).collect()
}

fn line(account: &Account, to: &Principal, rights: &[RightId], rules: &Rules) -> Option<PlanLine> {
    let held = account.rights_of(&to.who.id);
    if same_rights(held, rights) {
        return None;
    }
    let act = match (held.is_empty(), rights.is_empty()) {
        (true, _) => Act::Add,
        (false, true) => Act::Remove,
        (false, false) => Act::Change,
    };
    // Whoever has access is known from the record better than from the wish.
    let recorded = account.grant_of(&to.who.id);
    Some(PlanLine {
        to: recorded.map_or(to, |grant| &grant.to).clone(),
        act,
        before: rules.in_order(held),
        after: rules.in_order(rights),
        outcome: outcome(&rules.meanings(rights)),
    })
}

fn consequences(wish: &Wish, lines: &[PlanLine], facts: &[FactLine], rules: &Rules) -> Vec<Consequence> {
    let opens = |rights: &[RightId]| rules.meanings(rights).contains(&Meaning::OpensByItself);
    let names = |wanted: &dyn Fn(&PlanLine) -> bool| -> Vec<String> {
        let people = lines.iter().filter(|line| line.to.kind == PrincipalKind::Person);
        people.filter(|line| wanted(line)).map(|line| line.to.who.name.clone()).collect()
    };
    let appears = names(&|line| opens(&line.after) && !opens(&line.before));
    let leaves = names(&|line| opens(&line.before) && !opens(&line.after));
    let mut found: Vec<_> = facts.iter().filter_map(|fact| consequence(wish.kind, fact)).collect();
    if !lines.is_empty() {
        found.push(Consequence::TakesTime);
    }
    if !appears.is_empty() {
        let reads = |rights: &[RightId]| rules.meanings(rights).contains(&Meaning::Read);
        let opened = names(&|line| opens(&line.after) && !opens(&line.before) && reads(&line.before));
        found.push(Consequence::AppearsInOutlook { names: appears, opened });
    }
    if !leaves.is_empty() {
        found.push(Consequence::LeavesOutlook { names: leaves });
    }
    found
}

fn consequence(kind: RequestKind, fact: &FactLine) -> Option<Consequence> {
    match (kind, &fact.after) {
        (RequestKind::RemovePassword, Edit::Kind { .. }) => Some(Consequence::PasswordEnds),
        (RequestKind::HandOver, Edit::Owner { to }) => {
            let from = fact.before.as_ref().and_then(|before| match before {
                Edit::Owner { to } => Some(to.who.name.clone()),
                _ => None,
            });
            Some(Consequence::OwnerChanges { from, to: to.who.name.clone() })
        }
        (RequestKind::Activate, Edit::State { .. }) => Some(Consequence::Starts),
        (RequestKind::Close, Edit::State { .. }) => Some(Consequence::Stops),
        _ => None,
    }
}

impl Rules {
    /// What the institution says of one kind of request. `None`: it cannot be sent here.
    pub fn asking(&self, kind: RequestKind) -> Option<&AskRule> {
        self.asks.iter().find(|rule| rule.kind == kind)
    }

    /// Whether somebody is known to be of a category that may own accounts (B1, B9).
    pub fn lets_own(&self, me: &Me) -> bool {
        me.category.as_ref().is_some_and(|category| self.may_own.contains(category))
    }

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
mod tests;

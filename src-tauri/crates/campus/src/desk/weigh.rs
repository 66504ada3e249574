//! A request held against the record: whom it names, what is so now, whether it changes anything.

use super::fact::{Changed, Fact, SentWho, SentWhoType, Who, WhoType};
use super::names::{cannot_be_had, folded};
use super::problem::{DeskProblem, FieldError};
use super::submission::{SentWish, Submission};
use super::told;
use super::wire::{AskedWish, Change};
use crate::institution::Institution;
use crate::scim::{belonging, principal};
use accounts::{
    Access, Account, Answers, Edit, NoPlan, PersonId, Principal, PrincipalKind, REASON, RequestKind, RightId,
    Wish, access_lines, applied, facts, feasible, kind_after,
};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// What a request is held against.
pub(super) struct Scale<'s> {
    pub(super) institution: &'s Institution,
    /// As the record has it, or [`nothing_yet`] in the unit that it is to be of.
    pub(super) account: &'s Account,
    pub(super) now: Timestamp,
}

/// An account that is not there, so that nothing is so on it and nobody has access.
pub(super) fn nothing_yet() -> Account {
    Account { access: Access::All(Vec::new()), ..Account::unknown("".into()) }
}

/// What is wrong, each at its place.
#[derive(Debug, Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn at(&mut self, change: usize, part: &str, code: &'static str, detail: impl Into<String>) {
        let field = format!("wish.changes.{change}.{part}");
        self.0.push(FieldError { field, code, detail: detail.into() });
    }
}

/// What the request comes to, with everybody written out as the record knows them.
pub(super) async fn weighed(
    connection: &mut SqliteConnection,
    scale: &Scale<'_>,
    submission: &Submission,
) -> Result<AskedWish, DeskProblem> {
    let Scale { institution, account, .. } = *scale;
    let sent = &submission.wish;
    let mut faults = Faults::default();
    let mut edits = Vec::with_capacity(sent.changes.len());
    for (at, change) in sent.changes.iter().enumerate() {
        if let Some(edit) = known(connection, scale, &change.edit, at, &mut faults).await? {
            edits.push((at, edit));
        }
    }
    check_each(connection, scale, sent, &edits, &mut faults).await?;
    check_team(institution, sent.kind, &edits, &mut faults);
    let edits = edits.into_iter().map(|(_, edit)| edit).collect();
    let wish = Wish { kind: sent.kind, edits, answers: sent.answers.clone() };
    check_form(institution, account, &wish, submission.accepted, &mut faults);
    if !faults.0.is_empty() {
        return Err(DeskProblem::invalid(faults.0));
    }
    let taken_for = sent.changes.iter().filter_map(|change| change.was.as_ref());
    let conflicts: Vec<_> = taken_for.filter_map(|was| conflict(account, &was.bare())).collect();
    if !conflicts.is_empty() {
        return Err(DeskProblem::changed_meanwhile(conflicts));
    }
    check_whole(scale, &wish)?;
    let was = |edit: &Edit| {
        let is_there = wish.kind != RequestKind::NewAccount;
        edit.as_on(account).filter(|_| is_there).map(|was| in_order(institution, was))
    };
    let kept =
        |edit: &Edit| Some(Change { edit: Fact::told(edit)?, was: was(edit).as_ref().and_then(Fact::told) });
    let changes = wish.edits.iter().filter_map(kept).collect();
    Ok(AskedWish { kind: wish.kind, changes, answers: wish.answers.clone() })
}

/// Whether somebody may be given access: not once they have left.
pub(super) fn is_entitled(principal: &Principal, today: Date) -> bool {
    !principal.who.has_left && principal.who.leaves_on.is_none_or(|last| last >= today)
}

/// Whether somebody may answer for an account: whoever may be given access, unless people of their category may not own one. Of
/// a group, and of somebody whose category is not on record, nothing speaks against it.
pub(super) async fn may_own(
    connection: &mut SqliteConnection,
    institution: &Institution,
    principal: &Principal,
    today: Date,
) -> Result<Result<(), &'static str>, sqlx::Error> {
    if !is_entitled(principal, today) {
        return Ok(Err("Somebody who has left cannot answer for an account."));
    }
    let category = belonging(connection, principal.who.id.as_str()).await?.category;
    let is_barred = category.is_some_and(|category| !institution.rules.may_own.contains(&category));
    Ok(if is_barred { Err("People of this category cannot own an account.") } else { Ok(()) })
}

/// Why a wish that was taken in cannot be granted any more: whoever it gives something to may have left since. `None`: nothing
/// speaks against it. Whoever is no longer on record at all is for the record to tell.
pub(super) async fn barred_by_now(
    connection: &mut SqliteConnection,
    scale: &Scale<'_>,
    wish: &Wish,
) -> Result<Option<String>, sqlx::Error> {
    let today = scale.institution.today(scale.now);
    for edit in &wish.edits {
        let (Edit::Access { to, .. } | Edit::Owner { to }) = edit else { continue };
        let Some(to) = principal(connection, to.who.id.as_str()).await? else { continue };
        let is_barred = match edit {
            Edit::Access { to: named, rights } => {
                gains(scale.account, &named.who.id, rights) && !is_entitled(&to, today)
            }
            _ => {
                !edit.is_so_on(scale.account)
                    && may_own(connection, scale.institution, &to, today).await?.is_err()
            }
        };
        if is_barred {
            let is_owner = matches!(edit, Edit::Owner { .. });
            let what = if is_owner { "answer for an account" } else { "be given access" };
            return Ok(Some(format!("{} cannot {what} any more.", to.who.name)));
        }
    }
    Ok(None)
}

/// Whether somebody would have a right that they have not. To take one away is always possible.
fn gains(account: &Account, who: &PersonId, rights: &[RightId]) -> bool {
    let held = account.rights_of(who);
    rights.iter().any(|right| !held.contains(right))
}

fn in_order(institution: &Institution, edit: Edit) -> Edit {
    match edit {
        Edit::Access { to, rights } => Edit::Access { to, rights: institution.rules.in_order(&rights) },
        other => other,
    }
}

/// The fact as the record knows it: people by who they are there, names as the institution keeps them.
async fn known(
    connection: &mut SqliteConnection,
    scale: &Scale<'_>,
    sent: &Fact<SentWho>,
    at: usize,
    faults: &mut Faults,
) -> Result<Option<Edit>, sqlx::Error> {
    Ok(Some(match sent {
        Fact::Access { to, rights } => {
            let Some(to) = named(connection, scale.account, to, at, faults).await? else { return Ok(None) };
            let rights: Vec<_> = rights.iter().map(|right| RightId(right.clone())).collect();
            in_order(scale.institution, Edit::Access { to, rights })
        }
        Fact::Owner { to } => {
            let Some(to) = named(connection, scale.account, to, at, faults).await? else { return Ok(None) };
            Edit::Owner { to }
        }
        Fact::Username { username } => Edit::Username { username: folded(scale.institution, username) },
        other => other.bare(),
    }))
}

/// Somebody from the record, or, where their own record is gone, from the account that still names them.
async fn named(
    connection: &mut SqliteConnection,
    account: &Account,
    sent: &SentWho,
    at: usize,
    faults: &mut Faults,
) -> Result<Option<Principal>, sqlx::Error> {
    let recorded = principal(connection, &sent.value).await?;
    let id = PersonId(sent.value.clone());
    let owner = account.owner.as_ref().filter(|owner| owner.who.id == id);
    let Some(to) = recorded.or_else(|| account.grant_of(&id).map(|grant| &grant.to).or(owner).cloned())
    else {
        faults.at(at, "edit.to.value", "no-such-person", "There is no such person or group.");
        return Ok(None);
    };
    if WhoType::from(sent.kind) != Who::from(&to).kind {
        let detail = match sent.kind {
            SentWhoType::Group => "This is a person, not a group.",
            SentWhoType::Person | SentWhoType::User => "This is a group, not a person.",
        };
        faults.at(at, "edit.to.type", "wrong-type", detail);
    }
    Ok(Some(to))
}

/// Holds each edit against the rules by itself, so that a fault has a place.
async fn check_each(
    connection: &mut SqliteConnection,
    scale: &Scale<'_>,
    sent: &SentWish,
    edits: &[(usize, Edit)],
    faults: &mut Faults,
) -> Result<(), sqlx::Error> {
    let rules = &scale.institution.rules;
    let alone = |edit: &Edit| Wish { kind: sent.kind, edits: vec![edit.clone()], answers: Answers::new() };
    // Whoever owns it afterwards needs no access beside, and its kind afterwards is what has delegates or none.
    let decides = |edit: &&Edit| matches!(edit, Edit::Owner { .. } | Edit::Kind { .. });
    let deciding = edits.iter().map(|(_, edit)| edit).filter(decides).cloned().collect();
    let afterwards = applied(scale.account, &Wish { edits: deciding, ..Wish::change_access(Vec::new()) });
    let mut seen = HashSet::new();
    for (at, edit) in edits {
        let at = *at;
        if !seen.insert(edit.subject()) {
            let (part, detail) = match edit {
                Edit::Access { .. } => ("edit.to.value", "This person or group is named twice."),
                _ => ("edit", "This is asked for twice."),
            };
            faults.at(at, part, "named-twice", detail);
        }
        if let Edit::Kind { kind } = edit
            && scale.institution.facts_of(kind).is_none()
        {
            faults.at(at, "edit.kind", "unknown-kind", "There is no such kind of account here.");
            continue;
        }
        match feasible(&afterwards, &alone(edit), rules) {
            Err(problem @ NoPlan::UnknownRight(_)) => {
                faults.at(at, "edit.rights", "unknown-right", told::no_plan(&problem));
            }
            Err(problem @ NoPlan::IsOwner) => {
                faults.at(at, "edit.to.value", "is-owner", told::no_plan(&problem));
            }
            Err(problem @ NoPlan::OutOfPlace) => {
                faults.at(at, "edit", "out-of-place", told::no_plan(&problem));
            }
            Err(NoPlan::NotAName(wrong)) => {
                faults.at(at, "edit.username", "not-a-name", told::name(&wrong));
            }
            // What the whole is judged by.
            Ok(())
            | Err(NoPlan::NothingChanges | NoPlan::NamedTwice(_) | NoPlan::NeedsReason | NoPlan::NeedsEnd) => {
                check_value(connection, scale, edit, at, faults).await?;
            }
        }
    }
    Ok(())
}

/// A new account of a kind that a group asks for is that group's own (B9).
fn check_team(institution: &Institution, kind: RequestKind, edits: &[(usize, Edit)], faults: &mut Faults) {
    let rule = institution.rules.asking(kind).filter(|_| kind == RequestKind::NewAccount);
    let team = edits.iter().find_map(|(_, edit)| match edit {
        Edit::Kind { kind } => rule?.team_for(kind),
        _ => None,
    });
    let Some(team) = team else { return };
    for (at, edit) in edits {
        let Edit::Owner { to } = edit else { continue };
        let is_meant = to.who.name == team.name || to.who.id.as_str() == team.name;
        if to.kind != PrincipalKind::Group || !is_meant {
            let detail = format!("Accounts of this kind belong to {}.", team.name);
            faults.at(*at, "edit.to.value", "not-entitled", detail);
        }
    }
}

/// What only the record, the clock or the directory's own rules can tell of a value.
async fn check_value(
    connection: &mut SqliteConnection,
    scale: &Scale<'_>,
    edit: &Edit,
    at: usize,
    faults: &mut Faults,
) -> Result<(), sqlx::Error> {
    let today = scale.institution.today(scale.now);
    match edit {
        Edit::Access { to, rights }
            if gains(scale.account, &to.who.id, rights) && !is_entitled(to, today) =>
        {
            let detail = "Somebody who has left cannot be given access.";
            faults.at(at, "edit.to.value", "not-entitled", detail);
        }
        Edit::Owner { to } if !edit.is_so_on(scale.account) => {
            if let Err(detail) = may_own(connection, scale.institution, to, today).await? {
                faults.at(at, "edit.to.value", "not-entitled", detail);
            }
        }
        Edit::Username { username } if cannot_be_had(connection, username).await? => {
            faults.at(at, "edit.username", "taken", "This username is taken.");
        }
        Edit::DisplayName { name } if name.trim().is_empty() => {
            faults.at(at, "edit.name", "missing", "A name cannot be empty.");
        }
        Edit::DisplayName { name } if name.chars().any(char::is_control) => {
            let detail = "A name has no line breaks or control characters.";
            faults.at(at, "edit.name", "not-allowed", detail);
        }
        Edit::Expires { at: end } if *end < scale.now => {
            faults.at(at, "edit.at", "in-the-past", "This moment has passed.");
        }
        _ => {}
    }
    Ok(())
}

/// What the institution itself asks for such an account: answers to its questions, and that its policy is accepted.
fn check_form(
    institution: &Institution,
    account: &Account,
    wish: &Wish,
    accepted: bool,
    faults: &mut Faults,
) {
    let kind = kind_after(account, wish);
    for (question, fault) in institution.faults(wish.kind, kind.as_ref(), &wish.answers) {
        let (code, detail) = told::answer(&fault);
        faults.0.push(FieldError { field: format!("wish.answers.{question}"), code, detail });
    }
    if let Some(policy) = institution.policy_for(wish.kind, kind.as_ref()).filter(|_| !accepted) {
        let detail = format!("This has to be accepted: {policy}");
        faults.0.push(FieldError { field: "accepted".to_owned(), code: "missing", detail });
    }
}

/// A fact that is otherwise now than it was taken for.
fn conflict(account: &Account, was: &Edit) -> Option<Changed> {
    let now = was.as_on(account);
    if now.as_ref().is_some_and(|now| was.is_same(now)) { None } else { Changed::of(was, now.as_ref()) }
}

/// Each fact that a request names, in its order, as the record tells it.
pub(super) fn facts_on(account: &Account, asked: &AskedWish) -> Vec<Option<Fact<Who>>> {
    let told = |change: &Change| change.edit.known().as_on(account).as_ref().and_then(Fact::told);
    asked.changes.iter().map(told).collect()
}

/// What has changed of what a request names since it was as the request says. A fact that there was not and that there is now
/// has changed as well. What is by now as it is asked for stands in nobody's way.
pub(super) fn changed_since(account: &Account, asked: &AskedWish) -> Vec<Changed> {
    // Of an account that is to be made nothing was there, and none of it is somebody else's doing.
    if asked.kind == RequestKind::NewAccount {
        return Vec::new();
    }
    let open = asked.changes.iter().filter(|change| !change.edit.known().is_so_on(account));
    let changed = open.filter_map(|change| match &change.was {
        Some(was) => conflict(account, &was.known()),
        None => change.edit.known().as_on(account).as_ref().and_then(Fact::told).map(Changed::Now),
    });
    changed.collect()
}

fn check_whole(scale: &Scale<'_>, wish: &Wish) -> Result<(), DeskProblem> {
    let rules = &scale.institution.rules;
    let Err(problem) = feasible(scale.account, wish, rules) else { return Ok(()) };
    let (field, code) = match problem {
        NoPlan::NothingChanges => {
            let changes = facts(scale.account, wish).len() + access_lines(scale.account, wish, rules).len();
            if changes + wish.answers.len() > 0 {
                let detail = "What such a request is for is missing, or is so already.";
                return Err(DeskProblem::field("wish.changes", "incomplete", detail));
            }
            ("wish.changes".to_owned(), "nothing-changes")
        }
        NoPlan::NeedsReason => (format!("wish.answers.{REASON}"), "missing"),
        NoPlan::NeedsEnd => ("wish.changes".to_owned(), "needs-end"),
        // Told at its place before.
        _ => ("wish.changes".to_owned(), "not-possible"),
    };
    Err(DeskProblem::field(&field, code, told::no_plan(&problem)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::fact::Gone;
    use serde_json::{Value, json};

    fn changed(kind: &str, account: &Account, fact: &Value, was: &Value) -> Vec<Changed> {
        let asked = json!({"kind": kind, "changes": [{"edit": fact, "was": was}], "answers": {}});
        changed_since(account, &serde_json::from_value(asked).unwrap())
    }

    /// One row for each cell: whether there was one when it was asked for, and whether there is one now.
    #[test]
    fn a_fact_has_changed_where_it_is_neither_as_it_was_nor_as_it_is_to_be() {
        let ends = |at: &str| json!({"what": "expires", "at": at});
        let (was, set, wanted) = ("2027-01-31T23:59:59Z", "2027-02-28T23:59:59Z", "2099-01-31T23:59:59Z");
        let now = |at: &str| vec![Changed::Now(Fact::Expires { at: at.parse().unwrap() })];
        let rows = [
            (ends(was), Some(was), vec![]),
            (ends(was), Some(set), now(set)),
            (ends(was), Some(wanted), vec![]),
            (ends(was), None, vec![Changed::Gone(Gone::Expires)]),
            (Value::Null, None, vec![]),
            (Value::Null, Some(set), now(set)),
            (Value::Null, Some(wanted), vec![]),
        ];
        for (before, end, expected) in rows {
            let account = Account { expires: end.map(|end| end.parse().unwrap()), ..nothing_yet() };
            let told = changed("renew", &account, &ends(wanted), &before);
            assert_eq!(told, expected, "{before} when it was asked for, {end:?} now");
        }
    }

    /// A record may have a fact and leave it empty: that is none.
    #[test]
    fn what_is_left_empty_is_not_there() {
        let empty = Account::unknown("a".into());
        let named = Account { display_name: "Club".into(), kind: "room".into(), ..empty.clone() };
        let name = json!({"what": "display-name", "name": "Earth Club"});
        assert_eq!(changed("set-details", &empty, &name, &Value::Null), []);
        let told = changed("set-details", &named, &name, &Value::Null);
        assert_eq!(told, [Changed::Now(Fact::DisplayName { name: "Club".to_owned() })]);
        let kind = json!({"what": "kind", "kind": "mailbox-only"});
        assert_eq!(changed("remove-password", &empty, &kind, &Value::Null), []);
        let told = changed("remove-password", &named, &kind, &Value::Null);
        assert_eq!(told, [Changed::Now(Fact::Kind { kind: "room".to_owned() })]);
        let state = json!({"what": "state", "state": "suspended"});
        assert_eq!(changed("close", &empty, &state, &Value::Null), [], "a state that is not known is none");
    }

    #[test]
    fn of_an_account_that_is_to_be_made_nothing_has_changed() {
        let made = Account { display_name: "Club".into(), ..nothing_yet() };
        let name = json!({"what": "display-name", "name": "Earth Club"});
        assert_eq!(changed("new-account", &made, &name, &Value::Null), []);
        assert_eq!(changed("set-details", &made, &name, &Value::Null).len(), 1);
    }
}

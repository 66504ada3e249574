//! Who may ask for what, and what is said to those who may not.

use super::fact::Fact;
use super::problem::DeskProblem;
use super::submission::SentWish;
use crate::scim::shown;
use accounts::{
    Access, Account, Concerned, MayNotAsk, Me, RequestKind, Rules, may_ask, may_ask_for_kind, standing,
};

/// The account that is meant, as far as that kind of request has one, and only where it is shown to whoever asks.
///
/// `found`: what the record has under the id that was sent; `sent`: whether one was.
pub(super) fn concerned(
    kind: RequestKind,
    me: &Me,
    found: Option<Account>,
    sent: bool,
) -> Result<Option<Account>, DeskProblem> {
    if !sent {
        return if kind.needs_account() {
            Err(DeskProblem::field("account", "missing", "Such a request is about an account."))
        } else {
            Ok(None)
        };
    }
    if kind == RequestKind::NewAccount {
        let detail = "A new account is not there yet.";
        return Err(DeskProblem::field("account", "out-of-place", detail));
    }
    let found = found.filter(|account| shown(account, me).is_some());
    found.map(Some).ok_or_else(DeskProblem::no_such_account)
}

/// Refuses whoever may not ask for that.
pub(super) fn check(
    account: Option<&Account>,
    me: &Me,
    wish: &SentWish,
    rules: &Rules,
) -> Result<(), DeskProblem> {
    let seen = account.and_then(|account| Some((shown(account, me)?, standing(account, me))));
    let of = seen.as_ref().map(|(account, standing)| Concerned { account, standing: *standing });
    may_ask(wish.kind, of, me, rules).map_err(not_yours)?;
    if wish.kind == RequestKind::NewAccount {
        for change in &wish.changes {
            let Fact::Kind { kind } = &change.edit else { continue };
            // A kind that is none, or is not asked for, is told at its place.
            match may_ask_for_kind(&kind.as_str().into(), me, rules) {
                Err(MayNotAsk::NotThisKind) | Ok(()) => {}
                Err(why) => return Err(not_yours(why)),
            }
        }
    }
    // Nobody learns or changes who has access by way of another request.
    let names_access = wish.changes.iter().any(|change| matches!(change.edit, Fact::Access { .. }));
    match seen {
        Some((account, _)) if names_access && !matches!(account.access, Access::All(_)) => {
            Err(not_yours(MayNotAsk::AccessNotShown))
        }
        _ => Ok(()),
    }
}

fn not_yours(why: MayNotAsk) -> DeskProblem {
    DeskProblem::forbidden("not-yours", sentence(why))
}

fn sentence(why: MayNotAsk) -> &'static str {
    match why {
        MayNotAsk::NotOffered => "This institution has no such request.",
        MayNotAsk::NotYours => "Only the account's owner or its unit's IT support may ask for this.",
        MayNotAsk::SignedInAsIt => "An account cannot ask for this itself. Its owner can ask.",
        MayNotAsk::NotByDelegation => {
            "This kind of account has no delegates: it is opened with its own password."
        }
        MayNotAsk::NotThisKind => "This request is for other kinds of account.",
        MayNotAsk::AccessNotShown => "The record does not show who has access to this account.",
        MayNotAsk::NothingToActivate => "This account is not one that waits to be activated.",
        MayNotAsk::Closed => "This account is closed already.",
        MayNotAsk::NoEnd => "The record knows no day on which this account ends.",
        MayNotAsk::ForItOfficers => "Only IT officers may ask for this.",
        MayNotAsk::MayNotOwn => "Only people who may own accounts may ask for this.",
        MayNotAsk::ForTeam => "Only the group that owns such accounts may ask for this kind.",
    }
}

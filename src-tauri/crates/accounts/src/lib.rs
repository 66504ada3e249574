//! What an account, a person and a right are, and who may see what of them.
//!
//! The ground floor: no I/O, no clock, no async. Time and facts come in as arguments, so that the client and the
//! practice campus can speak the same rules (mission rows O1, O5, O12-O15, B5, B7-B9).

mod account;
mod ask;
mod attention;
mod changes;
mod fold;
mod ids;
mod names;
mod outcome;
mod person;
mod plan;
mod standing;
mod wish;

pub use account::{
    Access, Account, AccountState, Grant, Holder, MailboxSize, Mfa, Principal, PrincipalKind, SignInFact,
};
pub use ask::{
    AskRule, Asker, Concerned, MayNotAsk, Proof, RequestKind, TeamRule, may_ask, may_ask_for_kind,
};
pub use attention::{Attention, AttentionKind, LEAVING_SOON_DAYS, MANY_PEOPLE, attention, attention_from};
pub use changes::{Change, changes};
pub use fold::{fold, words};
pub use ids::{AccountId, GroupId, KindId, PersonId, RightId, UnitId};
pub use names::{NameFault, NameRule};
pub use outcome::{Meaning, Outcome, can_send, outcome};
pub use person::{Me, NamedUnit, PersonRef, Role, Team};
pub use plan::{
    Act, Consequence, FactLine, LARGE_TO_OPEN_BY_ITSELF, NoPlan, Plan, PlanLine, REASON, Rules, Warning,
    access_lines, facts, feasible, plan, undo,
};
pub use standing::{Standing, owner_seen_by, seen_by, standing, without_others};
pub use wish::{
    AccessChange, Answer, Answers, Differing, Edit, Subject, Wish, applied, differing, is_stale, kind_after,
    remaining, same_rights, undone,
};

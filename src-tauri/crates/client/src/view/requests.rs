//! What is asked for, and how far it has come.

use super::Problem;
use accounts::{AccessChange, AccountId, MayNotAsk, PersonRef, Plan, PlanLine, Principal, RightId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request as this computer knows it: a UUID made here, the same from the first draft to the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct RequestId(pub String);

/// What the form holds, whole.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessForm {
    /// The draft that it goes on with. `None`: a new one.
    pub id: Option<RequestId>,
    pub account: AccountId,
    pub changes: Vec<AccessChange>,
    /// A line for whoever decides.
    pub note: String,
}

/// What the wish comes to, or why it comes to nothing.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    pub plan: Option<Plan>,
    pub fault: Option<PlanFault>,
    /// When the account was last read, RFC 3339.
    pub seen_at: String,
    /// A request of the same person for the same account and somebody whom this one names, still open.
    pub duplicate: Option<RequestId>,
    /// The desk is known to let a request be taken back.
    pub withdraws: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "code")]
pub enum PlanFault {
    NothingChanges,
    NamedTwice { name: String },
    UnknownRight { right: RightId },
    IsOwner { name: String },
    MayNotAsk { why: MayNotAsk },
}

/// How far a request has come. Each has one meaning everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "status")]
pub enum RequestStatus {
    /// On this computer alone.
    Draft,
    /// On this computer alone; goes when the program is open and connected.
    WaitingForConnection,
    /// It was sent, and no answer tells whether it arrived.
    NotKnown,
    /// The account changed since it was written; nothing was sent.
    Conflict,
    /// The desk did not take it, and said why. Nothing of it was taken.
    NotTaken {
        reason: String,
    },
    /// The desk took less than was sent.
    TakenInPart {
        reference: String,
    },
    /// Sent; somebody has to decide.
    WithDesk {
        reference: String,
    },
    /// Decided; takes effect later. Times are RFC 3339.
    BeingApplied {
        reference: String,
        since: String,
        by: String,
    },
    /// The desk says that it is done; not seen in the record yet.
    SaidDone {
        reference: String,
        at: String,
    },
    /// Seen in the record as it was asked for.
    CheckedWorking {
        reference: String,
        seen_at: String,
    },
    Refused {
        reference: String,
        reason: String,
    },
    Withdrawn {
        reference: String,
    },
}

/// Which requests to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum RequestFacet {
    Open,
    Finished,
    /// Other people's, for the reader to decide.
    ToDecide,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestPage {
    /// Newest change first.
    pub rows: Vec<RequestRow>,
    pub open: u32,
    pub finished: u32,
    /// `None`: the reader decides on nothing, or the desk could not be asked yet.
    pub to_decide: Option<u32>,
}

/// One line of the list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    pub id: RequestId,
    pub account: AccountId,
    pub label: String,
    pub has_address: bool,
    pub asks: Asks,
    pub status: RequestStatus,
    /// RFC 3339.
    pub changed_at: String,
    /// Who asks, where it is not the reader.
    pub by: Option<PersonRef>,
}

/// What is asked for in a few words' worth: names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Asks {
    pub adds: Vec<String>,
    pub changes: Vec<String>,
    pub removes: Vec<String>,
}

/// One request, whole.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    #[serde(flatten)]
    pub row: RequestRow,
    pub changes: Vec<AccessChange>,
    pub note: String,
    /// Who is changed: as it was when this was written, and as it should be. Empty where that cannot be told.
    pub lines: Vec<PlanLine>,
    pub events: Vec<RequestEvent>,
    /// Where the account changed meanwhile: whoever the wish names.
    pub conflict: Vec<ConflictLine>,
    /// What the desk did not take, by name.
    pub missing: Vec<String>,
    pub can: RequestActs,
    /// What the last try to send it met.
    pub problem: Option<Problem>,
    /// What to write to the desk when it is late.
    pub support: Option<SupportText>,
}

/// What the reader may do with it now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestActs {
    pub edit: bool,
    pub send: bool,
    pub discard: bool,
    pub withdraw: bool,
    pub undo: bool,
    pub check: bool,
    pub decide: bool,
    /// It is not known whether it arrived, and the desk cannot be searched: the reader may send it again knowingly.
    pub send_again: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestEvent {
    /// RFC 3339.
    pub at: String,
    pub what: RequestEventKind,
    /// Whoever did it, where it was not the reader.
    pub by: Option<String>,
    /// What they wrote.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum RequestEventKind {
    Written,
    /// It was sent off; the desk's answer is what counts.
    Sent,
    /// The desk gave it a reference.
    Received,
    NotTaken,
    TakenInPart,
    Approved,
    Refused,
    /// The institution's systems were changed, so the desk says.
    SaidDone,
    /// This computer saw it in the record.
    Seen,
    Withdrawn,
}

/// Three states of one person's rights, where the account changed since the wish was written (X6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConflictLine {
    pub to: Principal,
    pub written: Vec<RightId>,
    pub now: Vec<RightId>,
    pub wanted: Vec<RightId>,
}

/// What to do about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// Send what was wanted, against the account as it is now.
    Keep,
    /// Back to a draft, against the account as it is now.
    Adjust,
    Drop,
}

/// Ready to paste, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SupportText {
    pub reference: String,
    pub label: String,
    /// When the desk said that it was done, or when it was to take effect, RFC 3339.
    pub since: String,
}

/// People and groups who may be meant by what was typed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundPeople {
    pub query: String,
    pub people: Vec<PersonChoice>,
    /// False: the desk could not be asked, so only people known on this computer are listed.
    pub asked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonChoice {
    pub principal: Principal,
    /// Whether the institution lets them be given access. `None`: not known here.
    pub entitled: Option<bool>,
}

/// What the reader decides of somebody's request.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decision {
    pub id: RequestId,
    pub approve: bool,
    pub reason: String,
}

//! What was asked for, and how far it has come.

use super::{AnswerLine, Problem, RequestForm};
use accounts::{AccountId, Edit, FactLine, MayNotAsk, PersonId, PersonRef, PlanLine, Proof, RequestKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request as this computer knows it: a UUID made here, the same from the first draft to the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct RequestId(pub String);

/// How far a request has come. Each has one meaning everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "status")]
pub enum RequestStatus {
    /// On this computer alone.
    Draft,
    /// On this computer alone; goes when the program is open and connected, with whoever wrote it on the screen.
    WaitingForConnection,
    /// It was sent, and no answer tells whether it arrived.
    NotKnown,
    /// The account changed since it was written; nothing was sent.
    Conflict,
    /// Whoever wrote it may not ask for it any more; nothing was sent.
    NotAllowed {
        why: MayNotAsk,
    },
    /// The desk did not take it, and said why. Nothing of it was taken.
    NotTaken {
        reason: String,
    },
    /// The desk has it otherwise than it was sent: it `lacks` something, or has more. `ended`: nothing more comes of it; what it
    /// took was seen in the record then, where that shows it. RFC 3339.
    TakenInPart {
        reference: String,
        lacks: bool,
        ended: bool,
        seen_at: Option<String>,
    },
    /// Sent; somebody has to decide.
    WithDesk {
        reference: String,
    },
    /// Whoever decides has asked something and waits for the answer.
    NeedsAnswer {
        reference: String,
        question: String,
    },
    /// The same, for whoever decides: nothing is to be done before the answer comes.
    AnswerAwaited {
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
    /// Seen in the record as it was asked for; `tried`: whoever asked tried it, and it works.
    CheckedWorking {
        reference: String,
        seen_at: String,
        tried: bool,
    },
    Refused {
        reference: String,
        reason: String,
    },
    Withdrawn {
        reference: String,
    },
    /// The desk took it once, and has said since then, again and again, that it has no such request: what became of it is not
    /// known. It is asked no more by itself; `looked_at` is when it was asked last. Times are RFC 3339.
    NoLongerKnown {
        reference: String,
        since: String,
        looked_at: String,
    },
}

impl RequestStatus {
    /// Whether a request waits for its reader rather than for anybody else.
    pub(crate) fn needs_reader(&self) -> bool {
        match self {
            Self::NotKnown
            | Self::Conflict
            | Self::NotAllowed { .. }
            | Self::NotTaken { .. }
            | Self::TakenInPart { ended: false, .. }
            | Self::NeedsAnswer { .. }
            | Self::NoLongerKnown { .. } => true,
            Self::Draft
            | Self::WaitingForConnection
            | Self::TakenInPart { ended: true, .. }
            | Self::WithDesk { .. }
            | Self::AnswerAwaited { .. }
            | Self::BeingApplied { .. }
            | Self::SaidDone { .. }
            | Self::CheckedWorking { .. }
            | Self::Refused { .. }
            | Self::Withdrawn { .. } => false,
        }
    }
}

/// Which requests to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// With the open ones: the reader's own of which nothing more comes since a day or two, newest first, so that nobody has
    /// to look what became of one that is open no more. Empty with any others.
    pub lately: Vec<RequestRow>,
    /// Of how many of the reader's own it is time to remind.
    pub due: u32,
    /// What the last look at the desk met.
    pub problem: Option<Problem>,
}

/// One line of the list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    pub id: RequestId,
    pub kind: RequestKind,
    /// The institution's name for what is asked.
    pub name: String,
    /// `None`: it concerns none, or one that is not there yet.
    pub account: Option<AccountId>,
    /// The account's address or username, or the name that a new one is to have. Empty: it concerns none.
    pub label: String,
    pub has_address: bool,
    pub asks: Asks,
    pub status: RequestStatus,
    /// Whether it waits for the reader, whose own it is, rather than for anybody else.
    pub needs_reader: bool,
    /// What shows that it was carried out.
    pub proof: Proof,
    /// Where it is listed.
    pub facet: RequestFacet,
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
    /// What else is to change.
    pub facts: Vec<FactLine>,
    /// What whoever asks calls it, where the institution's form asks for that.
    pub title: Option<String>,
}

/// One request, whole.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    #[serde(flatten)]
    pub row: RequestRow,
    /// As it was filled in.
    pub form: RequestForm,
    /// Who is changed: as it was when this was written, and as it should be. Empty where that cannot be told.
    pub lines: Vec<PlanLine>,
    pub answers: Vec<AnswerLine>,
    pub events: Vec<RequestEvent>,
    /// Where the account changed meanwhile: what the wish names. To whoever decides, where the desk said so.
    pub conflict: Vec<ConflictLine>,
    /// What the desk did not take as it was sent.
    pub missing: Vec<Edit>,
    /// The same of the institution's own questions.
    pub missing_answers: Vec<String>,
    /// What the desk has beyond what was asked for.
    pub unasked: Vec<Edit>,
    /// The desk did not keep the line for whoever decides.
    pub left_out_note: bool,
    /// The desk says that the policy was not accepted, and it was.
    pub left_out_policy: bool,
    pub can: RequestActs,
    /// A try to send it got no answer, and it is not known to be at the desk: it is looked for there before anything is done.
    pub unsure: bool,
    /// What the last try to send it met.
    pub problem: Option<Problem>,
    /// What to write to the desk when it is late, or where whoever tries it finds that it does not work.
    pub support: Option<SupportText>,
    /// What has to be accepted with it.
    pub policy: Option<String>,
    /// Whether it was. `None`: the desk does not say.
    pub accepted: Option<bool>,
    /// A day from which access was wanted, and which has come: chosen again it is no mistake.
    #[ts(type = "string | null")]
    pub begun: Option<Date>,
    /// Of what this computer reminds, the nearest first.
    pub reminders: Vec<Reminder>,
    /// A reply, a question or a reason that is written and not sent. Empty: none.
    pub unsent: String,
    /// What the desk said no to, at the places in the form where it can be put right. Empty: it named none, or took it.
    pub refused: Vec<RefusedField>,
}

/// A place in a form, and why the desk refuses what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedField {
    pub at: FormPlace,
    /// The desk's own words, after the name of what they are about.
    pub text: String,
}

/// Where something is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "place")]
pub enum FormPlace {
    /// Somebody who is given or loses access.
    Person {
        id: PersonId,
    },
    Owner,
    Kind,
    Username,
    DisplayName,
    Ends,
    /// One of the institution's own questions.
    Answer {
        question: String,
    },
    Policy,
    Note,
}

/// What this computer reminds of, and nobody else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    pub what: ReminderKind,
    #[ts(type = "string")]
    pub on: Date,
    /// The day has come.
    pub due: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ReminderKind {
    /// It is to be sent: access is wanted from that day on.
    Begin,
    /// What it gave was to end.
    End,
}

/// A request of which it is time to remind.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DueReminder {
    pub request: RequestRow,
    pub reminder: Reminder,
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
    /// There is a question to answer.
    pub reply: bool,
    /// Something can be asked before it is decided.
    pub question: bool,
    /// It has to be tried, and whoever asked can say whether it works.
    pub tried: bool,
    /// It is not known whether it arrived, and the desk cannot be searched: the reader may send it again knowingly.
    pub send_again: bool,
    /// The reader said that it is to be sent again, and it has not gone: that can be taken back.
    pub hold_back: bool,
    /// It came to nothing, and can be written anew with the same in it.
    pub anew: bool,
    /// It may be at the desk, which cannot be searched: it can be discarded, in place of [`Self::discard`], on the word of the
    /// reader alone, who asked there.
    pub asked_there: bool,
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
    /// Whoever decides asked something.
    Asked,
    Answered,
    Approved,
    Refused,
    /// The decision counts no more: the account has changed since, and it is to be decided anew.
    Reopened,
    /// The institution's systems were changed, so the desk says.
    SaidDone,
    /// This computer saw it in the record.
    Seen,
    /// Whoever asked tried it, and it works.
    Tried,
    Withdrawn,
    /// The desk has said so often that it has no such request that it is asked no more.
    NoLongerKnown,
}

/// Three states of one fact, where the account changed since the wish was written (X6). `None`: there was none, there is none
/// any more, or the record does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConflictLine {
    pub written: Option<Edit>,
    pub now: Option<Edit>,
    pub wanted: Edit,
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
    /// When the desk said that it was done or when it was to take effect, or since when it knows nothing of it, RFC 3339.
    pub since: String,
}

/// What is said about a request: a question of whoever decides, or the answer.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Said {
    pub id: RequestId,
    pub text: String,
}

/// What the reader decides of somebody's request.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decision {
    pub id: RequestId,
    pub approve: bool,
    pub reason: String,
    /// Also where the account has changed since it was asked.
    pub despite: bool,
}

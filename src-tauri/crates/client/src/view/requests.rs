//! What is asked for, and how far it has come.

use super::{AskedAlready, Problem};
use accounts::{
    AccessChange, AccountId, Answers, Edit, FactLine, KindId, MayNotAsk, NameFault, PersonRef, Plan,
    PlanLine, Principal, Proof, RequestKind, RightId,
};
use institutions::{AnswerFault, Question};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request as this computer knows it: a UUID made here, the same from the first draft to the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct RequestId(pub String);

/// A request that the institution has, and whether the reader may send it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    pub kind: RequestKind,
    /// The institution's name for it, as something to do: "Remove the password".
    pub name: String,
    /// What it does, before anyone types.
    pub about: String,
    pub why_not: Option<MayNotAsk>,
    /// What to do instead, for those who may not.
    pub otherwise: Option<String>,
    pub proof: Proof,
    /// What has to be accepted with it.
    pub policy: Option<String>,
    /// Kinds of account for which it has to be, as the account is afterwards. Empty: all of them.
    pub policy_kinds: Vec<KindId>,
    /// How to get to where the desk can be reached, where it is reached from the campus network only (B1).
    pub campus_network: Option<String>,
    pub questions: Vec<Question>,
    /// Kinds of account that it is for, by the profile's order. For a new account: that can be asked for.
    pub account_kinds: Vec<KindId>,
    /// What the account becomes, where its password is removed.
    pub becomes: Option<KindId>,
    /// Of a new account: kinds whose owner is a group that the reader asks for, and nobody else (B2, B9).
    pub owners: Vec<SetOwner>,
}

/// An owner that is not chosen: it follows from the kind of a new account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetOwner {
    pub account_kinds: Vec<KindId>,
    pub owner: Principal,
}

/// What a form holds, whole. Each kind of request reads its own fields; the others stay empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestForm {
    /// The draft that it goes on with. `None`: a new one.
    pub id: Option<RequestId>,
    pub kind: RequestKind,
    /// `None`: it concerns none, or one that is not there yet.
    pub account: Option<AccountId>,
    pub changes: Vec<AccessChange>,
    /// Whoever is to answer for it.
    pub owner: Option<Principal>,
    /// Of a new account.
    pub account_kind: Option<KindId>,
    pub username: String,
    /// Empty: it stays as it is.
    pub display_name: String,
    /// Of access: the day from which it is wanted, as `2027-01-31`, or whatever was typed instead of one. Empty: none. This
    /// computer reminds of it; it does not travel.
    pub begins: String,
    /// The last day of an account, written likewise. Of access: the day on which it is to end, which does not travel either.
    pub ends: String,
    pub policy_accepted: bool,
    /// What was typed where a number belongs, and is none, is a text.
    pub answers: Answers,
    /// A line for whoever decides.
    pub note: String,
    /// Entries of a list of people that name nobody for certain yet, as they were pasted. They are kept with a draft, and
    /// nothing is sent while there are any.
    #[serde(default)]
    pub unsorted: Vec<String>,
}

/// What the wish comes to, or why it comes to nothing.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    pub plan: Option<Plan>,
    /// Everything that is in the way, in the order of the form. Empty where there is a plan.
    pub faults: Vec<PlanFault>,
    /// Answers to the institution's own questions, as they are shown.
    pub answers: Vec<AnswerLine>,
    /// When the account was last read, RFC 3339. Empty where there is none.
    pub seen_at: String,
    /// A request for the same that is open, the reader's own or one that they decide on.
    pub duplicate: Option<RequestId>,
    /// Where there is none: a request of the same kind for the same account of which the desk alone knows more.
    pub asked_already: Option<AskedAlready>,
    /// What the draft names and has changed on the account since it was written.
    pub changed: Vec<ConflictLine>,
    /// The desk is known to let a request be taken back.
    pub withdraws: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "code")]
pub enum PlanFault {
    NothingChanges,
    NamedTwice {
        name: String,
    },
    UnknownRight {
        right: RightId,
    },
    IsOwner {
        name: String,
    },
    MayNotAsk {
        why: MayNotAsk,
    },
    /// An entry of a list names nobody for certain yet.
    Unsorted {
        text: String,
    },
    NoOwner,
    NoKind,
    NoDisplayName,
    NoEnd,
    /// What was typed is no day.
    BeginsNoDay,
    EndsNoDay,
    /// The last day lies before today.
    EndsBeforeToday,
    BeginsBeforeToday,
    EndsBeforeBegins,
    /// There is a day on which access is to end, and nobody is given any.
    NothingToEnd,
    NotAName {
        faults: Vec<NameFault>,
    },
    /// An exceptional kind of account.
    NeedsReason,
    NeedsEnd,
    PolicyNotAccepted,
    NoteTooLong {
        #[ts(type = "number")]
        max: usize,
    },
    Answer {
        question: String,
        fault: AnswerFault,
    },
}

/// A question of the institution with its answer, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerLine {
    pub question: String,
    pub answer: AnswerShown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "type", content = "value")]
pub enum AnswerShown {
    YesNo(bool),
    Number(#[ts(type = "number")] i64),
    /// A text, or the title of what was chosen.
    Text(String),
    /// As `2027-01-31`.
    Day(String),
}

/// What is to be said of a username while it is typed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NameCheck {
    /// What was asked about.
    pub typed: String,
    /// As it would be kept.
    pub name: String,
    pub faults: Vec<NameFault>,
    /// `None`: the institution could not be asked.
    pub taken: Option<bool>,
}

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
    /// Whether it lets them own an account. `None`: not known here.
    pub may_own: Option<bool>,
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

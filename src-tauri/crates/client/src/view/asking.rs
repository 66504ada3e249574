//! What is filled in before a request is sent: what can be asked for, the form, and the plan that it comes to.

use super::{AskedAlready, ConflictLine, RequestId};
use accounts::{
    AccessChange, AccountId, Answers, KindId, MayNotAsk, NameFault, Plan, Principal, Proof, RequestKind,
    RightId,
};
use institutions::{AnswerFault, Question};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    #[serde(default)]
    pub typed_names: TypedNames,
}

/// What is typed where somebody is looked for, while nobody is chosen. It is kept with a draft, and nothing is sent while
/// there is any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TypedNames {
    /// Whoever is to be given access.
    pub access: String,
    pub owner: String,
}

impl TypedNames {
    /// Every one in which something stands.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        [&self.access, &self.owner].into_iter().map(|text| text.trim()).filter(|text| !text.is_empty())
    }
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
    /// More people than fit in one request.
    TooManyPeople {
        #[ts(type = "number")]
        count: usize,
        #[ts(type = "number")]
        max: usize,
    },
    /// An entry of a list, or a name that is typed, names nobody for certain yet.
    Unsorted {
        text: String,
    },
    NoOwner,
    NoKind,
    NoDisplayName,
    DisplayNameTooLong {
        #[ts(type = "number")]
        max: usize,
    },
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

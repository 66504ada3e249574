//! What is sent to a desk and what it gives back, without the shape that it travels in.

use accounts::{AccountId, Edit, PersonId, Principal, RequestKind, Wish};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a desk can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Finds a request by the id that this program gave it. Without it an unclear answer is never sent again by itself.
    pub finds_by_id: bool,
    /// Answers what is sent again under a known id with the request that there is. Without it a request that is not found is
    /// believed not to be there only some time after it was sent: it may still be on its way.
    pub recognises_repeats: bool,
    pub withdraws: bool,
    pub finds_people: bool,
    /// Tells whether a username is taken.
    pub checks_names: bool,
    /// Questions can be asked about a request, and answered.
    pub takes_answers: bool,
    /// Tells what became of every request about an account.
    pub tells_trails: bool,
    /// The reader decides on other people's requests.
    pub decides: bool,
}

/// A request on its way to a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// A UUID, made once and kept through every try.
    pub id: String,
    /// `None`: it concerns none, or one that is not there yet.
    pub account: Option<AccountId>,
    pub wish: Wish,
    /// Each fact of [`Wish::edits`], in its order, as it was known when it was written, so that a desk can refuse what is out
    /// of date. `None`: there was none, or it was not known.
    pub was: Vec<Option<Edit>>,
    pub note: String,
    /// Whether the institution's policy for it was accepted. Where none is asked for there is nothing to accept.
    pub accepted: bool,
}

/// What a desk did not keep of what goes with a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeftOut {
    /// The line for whoever decides.
    pub note: bool,
    /// That the policy was accepted.
    pub accepted: bool,
}

impl LeftOut {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Submission {
    /// What of it `ticket` lacks beside the wish, as far as the desk says. A desk may set the line's words otherwise.
    pub fn left_out_of(&self, ticket: &Ticket) -> LeftOut {
        let is_dropped = |told: &String| told.trim().is_empty();
        LeftOut {
            note: !self.note.trim().is_empty() && ticket.note.as_ref().is_some_and(is_dropped),
            accepted: self.accepted && ticket.accepted == Some(false),
        }
    }
}

/// A request as a desk has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// By which people speak of it, such as `RQ-20440`.
    pub reference: String,
    /// The submission's id.
    pub id: String,
    /// `None`: it concerns none, or one that has not been made yet.
    pub account: Option<AccountId>,
    /// The account's address or username. Empty where it concerns none.
    pub label: String,
    /// What the desk took of it.
    pub wish: Wish,
    /// Each fact of it, in its order, as it was when the desk took it in, as far as it says.
    #[serde(default)]
    pub was: Vec<Option<Edit>>,
    /// `None`: the desk does not say.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether the institution's policy was accepted with it. `None`: the desk does not say.
    #[serde(default)]
    pub accepted: Option<bool>,
    pub requester: (PersonId, String),
    pub stage: Stage,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub decision: Option<Decision>,
    /// What whoever decides asked, and what was answered, oldest first.
    #[serde(default)]
    pub messages: Vec<Message>,
}

/// A question of whoever decides, or an answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub by: (PersonId, String),
    pub text: String,
    pub at: Timestamp,
}

/// How far a desk says that it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Somebody has to decide.
    WithDesk,
    /// Whoever decides waits for an answer of whoever asked.
    NeedsAnswer,
    /// Decided; takes effect by then.
    Applying {
        by: Timestamp,
    },
    Done {
        at: Timestamp,
    },
    Refused,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `None`: the desk itself.
    pub by: Option<String>,
    pub approve: bool,
    pub reason: String,
    pub at: Timestamp,
}

/// A step of some request about an account, as the desk has it on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrailStep {
    /// RFC 3339.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// `None`: the desk itself.
    pub by: Option<String>,
    /// Reference of the request.
    pub request: String,
    /// What the request asks for. `None`: the desk does not say.
    #[serde(default)]
    pub kind: Option<RequestKind>,
    pub what: TrailWhat,
    /// The desk's words.
    pub text: String,
}

/// What was done. A desk may know more of them: those have their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TrailWhat {
    Received,
    /// Left for a person to decide.
    Escalated,
    Questioned,
    Answered,
    Approved,
    Refused,
    Withdrawn,
    /// To be decided anew.
    Reopened,
    Applied,
    /// Read back from the record.
    Confirmed,
    /// Something that has its text alone.
    #[serde(other)]
    Other,
}

/// What a desk says of a username.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTold {
    pub taken: bool,
    /// What it has to begin with, as the account's unit has it. `None`: nothing is known of that.
    pub prefix: Option<String>,
}

/// Somebody who may be meant by what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub principal: Principal,
    /// Whether they may be given access at all.
    pub entitled: bool,
    /// Whether they may own an account. `None`: the desk does not say.
    pub may_own: Option<bool>,
}

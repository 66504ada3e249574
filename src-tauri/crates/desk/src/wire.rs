//! The shapes in which requests travel to a desk behind the gateway contract, and back.

mod fault;
mod lists;

pub(crate) use fault::Reference;
pub(crate) use lists::{List, People, Trail};

use crate::{
    Abilities, Candidate, Changed, Decision, Error, Field, Gone, Message, NameTold, Stage, Submission, Ticket,
};
use accounts::{
    AccountId, AccountState, Answer, Answers, Edit, KindId, PersonId, PersonRef, Principal, PrincipalKind,
    RequestKind, RightId, Wish,
};
use fault::Fault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longest name, label or reference that is shown, and longest reason, note or answer, in characters.
const SHORT: usize = 300;
const LONG: usize = 2000;
const ANSWER: usize = 4000;
/// Questions and answers about one request that are shown, at most.
const MESSAGES: usize = 100;

/// The submission as it travels.
pub(crate) fn written(submission: &Submission) -> Value {
    let was = submission.was.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let changes = submission.wish.edits.iter().zip(was);
    let changes: Vec<_> = changes
        .map(|(edit, was)| json!({ "edit": EditSent::from(edit), "was": was.map(EditSent::from) }))
        .collect();
    json!({
        "clientRequestId": submission.id,
        "account": submission.account,
        "wish": { "kind": submission.wish.kind, "changes": changes, "answers": submission.wish.answers },
        "note": submission.note,
        "accepted": submission.accepted,
    })
}

/// Text of a desk as it may be shown: cut, and without characters that steer a terminal or turn the text's direction.
fn shown(text: &str, longest: usize) -> String {
    let steers = |c: &char| {
        (c.is_control() && *c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !steers(c)).take(longest).collect()
}

pub(crate) fn ticket_of(request: Value) -> Result<Ticket, Error> {
    serde_json::from_value::<Wire>(request).map_err(|fault| not_as_promised(&fault))?.into_ticket()
}

/// What an answer of 400 to 499 says. A desk's own words are for its people to read: they are shown, not logged.
pub(crate) fn refusal(status: u16, body: &[u8]) -> Error {
    let Ok(said) = serde_json::from_slice::<Said>(body) else {
        return Error::Refused {
            status,
            code: format!("status-{status}"),
            detail: String::new(),
            fields: Vec::new(),
        };
    };
    match status {
        409 if said.code == "conflict" => {
            let now = said.conflicts.into_iter().flatten().map(EditSent::into_edit).collect();
            Error::Conflict(Changed { now, gone: said.gone })
        }
        _ => {
            let fields = said.errors.into_iter();
            let fields = fields.map(|error| Field { at: error.field, detail: shown(&error.detail, LONG) });
            Error::Refused {
                status,
                code: said.code,
                detail: shown(&said.detail, LONG),
                fields: fields.collect(),
            }
        }
    }
}

pub(crate) fn not_as_promised(fault: &serde_json::Error) -> Error {
    // Position and sort alone: the words around it may be somebody's data.
    let sort = if fault.is_data() { "something else than was promised" } else { "it is not JSON" };
    Error::NotUsable(format!("{sort}, line {}, column {}", fault.line(), fault.column()))
}

#[derive(Deserialize)]
pub(crate) struct About {
    pub(crate) capabilities: Capabilities,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Capabilities {
    finds_by_client_request_id: bool,
    recognises_repeats: bool,
    withdraws: bool,
    finds_people: bool,
    checks_names: bool,
    takes_answers: bool,
    tells_trails: bool,
    decides: bool,
}

impl From<Capabilities> for Abilities {
    fn from(of: Capabilities) -> Self {
        Self {
            finds_by_id: of.finds_by_client_request_id,
            recognises_repeats: of.recognises_repeats,
            withdraws: of.withdraws,
            finds_people: of.finds_people,
            checks_names: of.checks_names,
            takes_answers: of.takes_answers,
            tells_trails: of.tells_trails,
            decides: of.decides,
        }
    }
}

#[derive(Deserialize)]
struct Said {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<FieldSaid>,
    #[serde(default)]
    conflicts: Vec<Option<EditSent>>,
    #[serde(default)]
    gone: Vec<Gone>,
}

#[derive(Deserialize)]
struct FieldSaid {
    field: String,
    #[serde(default)]
    detail: String,
}

#[derive(Deserialize)]
pub(crate) struct NameAnswer {
    taken: bool,
    #[serde(default)]
    prefix: Option<String>,
    #[serde(flatten)]
    fault: Fault,
}

impl NameAnswer {
    /// # Errors
    /// [`Error::NotUsable`] where it says itself that something went wrong: then nothing says that the name is free.
    pub(crate) fn into_told(self) -> Result<NameTold, Error> {
        self.fault.refuse()?;
        Ok(NameTold { taken: self.taken, prefix: self.prefix.map(|prefix| shown(&prefix, SHORT)) })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    value: PersonId,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    display: String,
    #[serde(default, skip_serializing)]
    user_name: Option<String>,
    #[serde(default, skip_serializing)]
    unit: Option<String>,
    #[serde(default, skip_serializing)]
    entitled: Option<bool>,
    #[serde(default, skip_serializing)]
    may_own: Option<bool>,
}

impl From<&Principal> for Named {
    fn from(principal: &Principal) -> Self {
        let kind = match principal.kind {
            PrincipalKind::Person => "Person",
            PrincipalKind::Group => "Group",
        };
        Self {
            value: principal.who.id.clone(),
            kind: kind.to_owned(),
            display: principal.who.name.clone(),
            user_name: None,
            unit: None,
            entitled: None,
            may_own: None,
        }
    }
}

impl Named {
    fn into_candidate(self) -> Candidate {
        let entitled = self.entitled.unwrap_or(true);
        let may_own = self.may_own;
        Candidate { principal: self.into_principal(), entitled, may_own }
    }

    fn into_principal(self) -> Principal {
        let kind = if self.kind == "Group" { PrincipalKind::Group } else { PrincipalKind::Person };
        let name = if self.display.is_empty() { self.value.0.clone() } else { shown(&self.display, SHORT) };
        let who = PersonRef {
            username: self.user_name.map(|name| shown(&name, SHORT)),
            unit: self.unit.map(|unit| shown(&unit, SHORT)),
            ..PersonRef::named(self.value, name)
        };
        Principal { kind, who }
    }
}

/// A request as it travels.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wire {
    id: String,
    client_request_id: String,
    account: Of,
    wish: WishSent,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    accepted: Option<bool>,
    requester: Named,
    status: String,
    created: Timestamp,
    modified: Timestamp,
    #[serde(default)]
    applies_at: Option<Timestamp>,
    #[serde(default)]
    done_at: Option<Timestamp>,
    #[serde(default)]
    decision: Option<DecisionSent>,
    #[serde(default)]
    messages: Vec<MessageSent>,
}

#[derive(Deserialize)]
struct Of {
    #[serde(default)]
    value: Option<AccountId>,
    #[serde(default)]
    label: String,
}

#[derive(Deserialize)]
struct WishSent {
    kind: RequestKind,
    changes: Vec<ChangeSent>,
    #[serde(default)]
    answers: Answers,
}

#[derive(Deserialize)]
struct ChangeSent {
    edit: EditSent,
    #[serde(default)]
    was: Option<EditSent>,
}

/// One fact, with people as directories write them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
enum EditSent {
    Access { to: Named, rights: Vec<RightId> },
    Owner { to: Named },
    Kind { kind: KindId },
    Username { username: String },
    DisplayName { name: String },
    State { state: AccountState },
    Expires { at: Timestamp },
}

impl From<&Edit> for EditSent {
    fn from(edit: &Edit) -> Self {
        match edit {
            Edit::Access { to, rights } => Self::Access { to: to.into(), rights: rights.clone() },
            Edit::Owner { to } => Self::Owner { to: to.into() },
            Edit::Kind { kind } => Self::Kind { kind: kind.clone() },
            Edit::Username { username } => Self::Username { username: username.clone() },
            Edit::DisplayName { name } => Self::DisplayName { name: name.clone() },
            Edit::State { state } => Self::State { state: *state },
            Edit::Expires { at } => Self::Expires { at: *at },
        }
    }
}

impl EditSent {
    fn into_edit(self) -> Edit {
        match self {
            Self::Access { to, rights } => Edit::Access { to: to.into_principal(), rights },
            Self::Owner { to } => Edit::Owner { to: to.into_principal() },
            Self::Kind { kind } => Edit::Kind { kind },
            Self::Username { username } => Edit::Username { username: shown(&username, SHORT) },
            Self::DisplayName { name } => Edit::DisplayName { name: shown(&name, SHORT) },
            Self::State { state } => Edit::State { state },
            Self::Expires { at } => Edit::Expires { at },
        }
    }
}

#[derive(Deserialize)]
struct DecisionSent {
    #[serde(default)]
    by: Option<Named>,
    approve: bool,
    #[serde(default)]
    reason: String,
    at: Timestamp,
}

#[derive(Deserialize)]
struct MessageSent {
    by: Named,
    text: String,
    at: Timestamp,
}

impl MessageSent {
    fn into_message(self) -> Message {
        let by = self.by.into_principal().who;
        Message { by: (by.id, by.name), text: shown(&self.text, LONG), at: self.at }
    }
}

impl Wire {
    pub(crate) fn into_ticket(self) -> Result<Ticket, Error> {
        let stage = match self.status.as_str() {
            "with-desk" => Stage::WithDesk,
            "needs-answer" => Stage::NeedsAnswer,
            "applying" => Stage::Applying { by: self.applies_at.unwrap_or(self.modified) },
            "done" => Stage::Done { at: self.done_at.unwrap_or(self.modified) },
            "refused" => Stage::Refused,
            "withdrawn" => Stage::Withdrawn,
            _ => return Err(Error::NotUsable("a status that has no meaning here".into())),
        };
        let (mut edits, mut was) = (Vec::new(), Vec::new());
        for ChangeSent { edit, was: held } in self.wish.changes {
            edits.push(edit.into_edit());
            was.push(held.map(EditSent::into_edit));
        }
        let answers = self.wish.answers.into_iter().map(|(question, answer)| match answer {
            Answer::Text(text) => (question, Answer::Text(shown(&text, ANSWER))),
            other => (question, other),
        });
        let wish = Wish { kind: self.wish.kind, edits, answers: answers.collect() };
        let requester = self.requester.into_principal().who;
        Ok(Ticket {
            reference: self.id,
            id: self.client_request_id,
            account: self.account.value,
            label: shown(&self.account.label, SHORT),
            wish,
            was,
            note: self.note.map(|note| shown(&note, LONG)),
            accepted: self.accepted,
            requester: (requester.id, requester.name),
            stage,
            created: self.created,
            modified: self.modified,
            decision: self.decision.map(|decision| Decision {
                by: decision.by.map(|by| by.into_principal().who.name),
                approve: decision.approve,
                reason: shown(&decision.reason, LONG),
                at: decision.at,
            }),
            messages: self.messages.into_iter().take(MESSAGES).map(MessageSent::into_message).collect(),
        })
    }
}

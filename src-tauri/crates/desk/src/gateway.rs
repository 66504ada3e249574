//! The campus gateway: a small contract over HTTP that an institution can put before whatever desk it runs. The practice
//! campus speaks it; its OpenAPI document is at `openapi.json` below the desk's address.

use crate::{
    Abilities, Candidate, Decision, Desk, Error, Field, Stage, Submission, Ticket, WasHeld, error::accept,
};
use accounts::{AccessChange, AccountId, PersonId, PersonRef, Principal, PrincipalKind, RightId, Wish};
use jiff::Timestamp;
use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;
use web::{Web, usable_address};

/// Largest answer taken from a desk, in bytes after decompression.
const CAP: usize = 1024 * 1024;
/// Requests that are listed, at most, and how many of them at once: one may name hundreds of people.
const LISTED: usize = 200;
const AT_ONCE: usize = 20;
/// Longest name, label or reference that is shown, and longest reason or note, in characters.
const SHORT: usize = 300;
const LONG: usize = 2000;

/// A desk behind the gateway contract, asked as one person.
#[derive(Debug, Clone)]
pub struct Gateway {
    web: Web,
    base: Url,
    token: String,
}

impl Gateway {
    /// # Errors
    /// [`Error::BadAddress`] where `base` is not https (or on this computer).
    pub fn new(web: Web, base: &str, token: &str) -> Result<Self, Error> {
        let base: Url = base.parse().map_err(|_| Error::BadAddress("it is no address".into()))?;
        if !usable_address(&base) || base.cannot_be_a_base() {
            return Err(Error::BadAddress("it is not https".into()));
        }
        Ok(Self { web, base, token: token.to_owned() })
    }

    /// Asks what the desk can do: also how it is found out, before anything is sent, that it answers.
    pub async fn abilities(&self) -> Result<Abilities, Error> {
        let about: About = self.ask(Method::GET, &[], &[], None).await?;
        Ok(about.capabilities.into())
    }

    /// What waits for the reader's decision, newest first, up to [`LISTED`]. A request that cannot be read keeps none of
    /// the others back.
    pub async fn waiting_for_decision(&self) -> Result<Vec<Ticket>, Error> {
        let (mut waiting, mut start) = (Vec::new(), 0);
        while start < LISTED {
            let (from, count) = (start.to_string(), AT_ONCE.to_string());
            let query = [
                ("scope", "to-decide"),
                ("open", "true"),
                ("start", from.as_str()),
                ("count", count.as_str()),
            ];
            let list: List = self.ask(Method::GET, &["requests"], &query, None).await?;
            let came = list.requests.len();
            waiting.extend(list.requests.into_iter().filter_map(|request| ticket_of(request).ok()));
            start += came;
            if came == 0 || start >= list.total {
                break;
            }
        }
        Ok(waiting)
    }

    /// People and groups whom `text` may mean.
    pub async fn people(&self, text: &str) -> Result<Vec<Candidate>, Error> {
        let found: People = self.ask(Method::GET, &["people"], &[("query", text)], None).await?;
        Ok(found.people.into_iter().map(Named::into_candidate).collect())
    }

    pub async fn withdraw(&self, reference: &str) -> Result<Ticket, Error> {
        let path = ["requests", reference, "withdraw"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(json!({}))).await?.into_ticket()
    }

    pub async fn decide(&self, reference: &str, approve: bool, reason: &str) -> Result<Ticket, Error> {
        let body = json!({ "approve": approve, "reason": reason });
        let path = ["requests", reference, "decision"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(body)).await?.into_ticket()
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<T, Error> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::BadAddress("it has no path".into()))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request::new(method, url);
        let mut bearer =
            HeaderValue::from_str(&format!("Bearer {}", self.token)).map_err(|_| Error::Unauthorized)?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, bearer);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(body) = body {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.to_string().into());
        }
        let answer = accept(self.web.send(request, CAP).await?)?;
        if !answer.is_ok() {
            return Err(refusal(answer.status, &answer.body));
        }
        if !answer.is_json() {
            return Err(Error::NotUsable("it is not JSON".into()));
        }
        serde_json::from_slice(&answer.body).map_err(|fault| not_as_promised(&fault))
    }
}

impl Desk for Gateway {
    async fn find(&self, id: &str) -> Result<Option<Ticket>, Error> {
        let list: List = self.ask(Method::GET, &["requests"], &[("clientRequestId", id)], None).await?;
        let is_other = |other: &Value| other.get("clientRequestId").is_none_or(|found| found != id);
        match list.requests.into_iter().next() {
            None => Ok(None),
            // A server that ignores what it is asked has not said that the request is not there.
            Some(other) if is_other(&other) => {
                Err(Error::NotUsable("it was searched and answers with something else".into()))
            }
            Some(found) => ticket_of(found).map(Some),
        }
    }

    async fn submit(&self, submission: &Submission) -> Result<String, Error> {
        let taken: Reference = self.ask(Method::POST, &["requests"], &[], Some(written(submission))).await?;
        Ok(taken.id)
    }

    async fn read(&self, reference: &str) -> Result<Ticket, Error> {
        self.ask::<Wire>(Method::GET, &["requests", reference], &[], None).await?.into_ticket()
    }
}

/// The submission as it travels.
fn written(submission: &Submission) -> Value {
    let Wish::ChangeAccess { changes } = &submission.wish;
    let held = |id: &PersonId| submission.was.iter().find(|was| was.who == *id);
    let changes: Vec<_> = changes
        .iter()
        .map(|change| {
            let was = held(&change.to.who.id).map_or(&[][..], |WasHeld { rights, .. }| rights);
            json!({
                "to": { "value": change.to.who.id, "type": kind_name(change.to.kind), "display": change.to.who.name },
                "rights": change.rights,
                "was": was,
            })
        })
        .collect();
    json!({
        "clientRequestId": submission.id,
        "account": submission.account,
        "wish": { "kind": "change-access", "changes": changes },
        "note": submission.note,
    })
}

fn kind_name(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Person => "Person",
        PrincipalKind::Group => "Group",
    }
}

/// Text of a desk as it may be shown: cut, and without characters that steer a terminal or turn the text's direction.
fn shown(text: &str, longest: usize) -> String {
    let steers = |c: &char| {
        (c.is_control() && *c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !steers(c)).take(longest).collect()
}

fn ticket_of(request: Value) -> Result<Ticket, Error> {
    serde_json::from_value::<Wire>(request).map_err(|fault| not_as_promised(&fault))?.into_ticket()
}

/// What an answer of 400 to 499 says. A desk's own words are for its people to read: they are shown, not logged.
fn refusal(status: u16, body: &[u8]) -> Error {
    let Ok(said) = serde_json::from_slice::<Said>(body) else {
        return Error::Refused {
            code: format!("status-{status}"),
            detail: String::new(),
            fields: Vec::new(),
        };
    };
    match status {
        409 if said.code == "conflict" => {
            Error::Conflict { now: said.conflicts.into_iter().map(|line| (line.value, line.now)).collect() }
        }
        _ => {
            let fields = said.errors.into_iter();
            let fields = fields.map(|error| Field { at: error.field, detail: shown(&error.detail, LONG) });
            Error::Refused { code: said.code, detail: shown(&said.detail, LONG), fields: fields.collect() }
        }
    }
}

fn not_as_promised(fault: &serde_json::Error) -> Error {
    // Position and sort alone: the words around it may be somebody's data.
    let sort = if fault.is_data() { "something else than was promised" } else { "it is not JSON" };
    Error::NotUsable(format!("{sort}, line {}, column {}", fault.line(), fault.column()))
}

#[derive(Deserialize)]
struct About {
    capabilities: Capabilities,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Capabilities {
    finds_by_client_request_id: bool,
    withdraws: bool,
    finds_people: bool,
    decides: bool,
}

impl From<Capabilities> for Abilities {
    fn from(of: Capabilities) -> Self {
        Self {
            finds_by_id: of.finds_by_client_request_id,
            withdraws: of.withdraws,
            finds_people: of.finds_people,
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
    conflicts: Vec<ConflictSaid>,
}

#[derive(Deserialize)]
struct FieldSaid {
    field: String,
    #[serde(default)]
    detail: String,
}

#[derive(Deserialize)]
struct ConflictSaid {
    value: PersonId,
    now: Vec<RightId>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    total: usize,
    requests: Vec<Value>,
}

#[derive(Deserialize)]
struct People {
    people: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    value: PersonId,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    display: String,
    #[serde(default)]
    user_name: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    entitled: Option<bool>,
}

impl Named {
    fn into_candidate(self) -> Candidate {
        let entitled = self.entitled.unwrap_or(true);
        Candidate { principal: self.into_principal(), entitled }
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
struct Wire {
    id: String,
    client_request_id: String,
    account: Of,
    wish: WishSent,
    #[serde(default)]
    note: String,
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
}

#[derive(Deserialize)]
struct Of {
    value: AccountId,
    #[serde(default)]
    label: String,
}

#[derive(Deserialize)]
struct WishSent {
    changes: Vec<ChangeSent>,
}

#[derive(Deserialize)]
struct ChangeSent {
    to: Named,
    rights: Vec<RightId>,
    #[serde(default)]
    was: Vec<RightId>,
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

impl Wire {
    fn into_ticket(self) -> Result<Ticket, Error> {
        let stage = match self.status.as_str() {
            "with-desk" => Stage::WithDesk,
            "applying" => Stage::Applying { by: self.applies_at.unwrap_or(self.modified) },
            "done" => Stage::Done { at: self.done_at.unwrap_or(self.modified) },
            "refused" => Stage::Refused,
            "withdrawn" => Stage::Withdrawn,
            _ => return Err(Error::NotUsable("a status that has no meaning here".into())),
        };
        let (mut changes, mut was) = (Vec::new(), Vec::new());
        for ChangeSent { to, rights, was: held } in self.wish.changes {
            let to = to.into_principal();
            was.push(WasHeld { who: to.who.id.clone(), rights: held });
            changes.push(AccessChange { to, rights });
        }
        let requester = self.requester.into_principal().who;
        Ok(Ticket {
            reference: self.id,
            id: self.client_request_id,
            account: self.account.value,
            label: shown(&self.account.label, SHORT),
            wish: Wish::ChangeAccess { changes },
            was,
            note: shown(&self.note, LONG),
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
        })
    }
}

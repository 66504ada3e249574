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
/// Requests that are listed at once, at most.
const LISTED: usize = 200;

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

    /// The reader's own requests, newest first, or those that wait for the reader's decision.
    pub async fn waiting_for_decision(&self) -> Result<Vec<Ticket>, Error> {
        let count = LISTED.to_string();
        let query = [("scope", "to-decide"), ("open", "true"), ("count", count.as_str())];
        let list: List = self.ask(Method::GET, &["requests"], &query, None).await?;
        list.requests.into_iter().map(Wire::into_ticket).collect()
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
    async fn abilities(&self) -> Result<Abilities, Error> {
        let about: About = self.ask(Method::GET, &[], &[], None).await?;
        Ok(about.capabilities.into())
    }

    async fn find(&self, id: &str) -> Result<Option<Ticket>, Error> {
        let list: List = self.ask(Method::GET, &["requests"], &[("clientRequestId", id)], None).await?;
        // Some servers ignore what they are asked and send everything.
        let found = list.requests.into_iter().find(|request| request.client_request_id == id);
        found.map(Wire::into_ticket).transpose()
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

/// What an answer of 400 to 499 says. A desk's own words are for its people to read: they are shown, not logged.
fn refusal(status: u16, body: &[u8]) -> Error {
    let Ok(said) = serde_json::from_slice::<Said>(body) else {
        return Error::NotUsable(format!("status {status} without a reason"));
    };
    match status {
        401 => Error::Unauthorized,
        404 => Error::NotThere,
        409 if said.code == "conflict" => {
            Error::Conflict { now: said.conflicts.into_iter().map(|line| (line.value, line.now)).collect() }
        }
        _ => {
            let fields = said.errors.into_iter().map(|error| Field { at: error.field, detail: error.detail });
            Error::Refused { code: said.code, detail: said.detail, fields: fields.collect() }
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
    requests: Vec<Wire>,
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
        let name = if self.display.is_empty() { self.value.0.clone() } else { self.display };
        let who = PersonRef {
            id: self.value,
            name,
            username: self.user_name,
            unit: self.unit,
            leaves_on: None,
            has_left: false,
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
            label: self.account.label,
            wish: Wish::ChangeAccess { changes },
            was,
            note: self.note,
            requester: (requester.id, requester.name),
            stage,
            created: self.created,
            modified: self.modified,
            decision: self.decision.map(|decision| Decision {
                by: decision.by.map(|by| by.into_principal().who.name),
                approve: decision.approve,
                reason: decision.reason,
                at: decision.at,
            }),
        })
    }
}

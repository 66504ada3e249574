//! The campus gateway: a small contract over HTTP that an institution can put before whatever desk it runs. The practice
//! campus speaks it; its OpenAPI document is at `openapi.json` below the desk's address.

use crate::{
    Abilities, Candidate, Desk, Error, NameTold, Submission, Ticket, TrailStep,
    error::accept,
    wire::{
        About, List, NameAnswer, People, Reference, Trail, Wire, not_as_promised, refusal, ticket_of, written,
    },
};
use accounts::{AccountId, PersonId};
use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use web::{Answer, Failure, Web, usable_address};

/// Largest answer taken from a desk, in bytes after decompression.
const CAP: usize = 1024 * 1024;
/// Requests that are listed, at most, and how many of them at once: one may name hundreds of people.
const LISTED: usize = 1000;
const AT_ONCE: usize = 20;
/// Requests too large to be read that a list is read without, at most. Where it would lack more of them it is no list.
const PASSED_OVER: usize = 5;

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

    /// What waits for the reader's decision, newest first, up to [`LISTED`]. A request that cannot be read, or is larger than
    /// may be read, keeps none of the others back.
    pub async fn waiting_for_decision(&self) -> Result<Vec<Ticket>, Error> {
        let (mut waiting, mut start, mut count, mut passed_over) = (Vec::new(), 0, AT_ONCE, 0);
        let mut unreadable = 0;
        while start < LISTED {
            let Some(list) = self.some_that_wait(start, count).await? else {
                // A desk may page by number alone: fewer of them, and past one that is too large by itself.
                if count == 1 {
                    (start, passed_over) = (start + 1, passed_over + 1);
                }
                if passed_over > PASSED_OVER {
                    break;
                }
                count = (count / 2).max(1);
                continue;
            };
            // What was not listed is not "nothing waits".
            list.refuse_faulty(start)?;
            let came = list.requests.len();
            let read = waiting.len();
            waiting.extend(list.requests.into_iter().filter_map(|request| ticket_of(request).ok()));
            unreadable += came - (waiting.len() - read);
            start += came;
            if came == 0 || start >= list.total {
                break;
            }
        }
        // What could not be read is not "nothing waits".
        if passed_over > PASSED_OVER || (passed_over > 0 && waiting.is_empty()) {
            return Err(Error::NotUsable(format!("requests of more than {CAP} bytes")));
        }
        if unreadable > 0 && waiting.is_empty() {
            return Err(Error::NotUsable(format!("{unreadable} requests that are not as was promised")));
        }
        Ok(waiting)
    }

    /// A page of what waits for the reader's decision. `None`: it is larger than may be read.
    async fn some_that_wait(&self, start: usize, count: usize) -> Result<Option<List>, Error> {
        let (start, count) = (start.to_string(), count.to_string());
        let query =
            [("scope", "to-decide"), ("open", "true"), ("start", start.as_str()), ("count", count.as_str())];
        let request = self.request(Method::GET, &["requests"], &query, None)?;
        match self.web.send(request, CAP).await {
            Err(Failure::TooLarge { .. }) => Ok(None),
            answer => read(answer?).map(Some),
        }
    }

    /// People and groups whom `text` may mean.
    pub async fn people(&self, text: &str) -> Result<Vec<Candidate>, Error> {
        let found: People = self.ask(Method::GET, &["people"], &[("query", text)], None).await?;
        found.into_candidates()
    }

    /// What there is to say of a username for an account that `owner` is to have, where that is known.
    pub async fn name(&self, name: &str, owner: Option<&PersonId>) -> Result<NameTold, Error> {
        let mut query = vec![("name", name)];
        query.extend(owner.map(|owner| ("owner", owner.as_str())));
        self.ask::<NameAnswer>(Method::GET, &["names"], &query, None).await?.into_told()
    }

    /// Every step of every request about an account that the reader may know of, oldest first.
    pub async fn trail(&self, account: &AccountId) -> Result<Vec<TrailStep>, Error> {
        let path = ["accounts", account.as_str(), "trail"];
        self.ask::<Trail>(Method::GET, &path, &[], None).await?.into_steps()
    }

    pub async fn withdraw(&self, reference: &str) -> Result<Ticket, Error> {
        let path = ["requests", reference, "withdraw"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(json!({}))).await?.into_ticket()
    }

    /// Approves or refuses. `despite`: to approve although the account has changed since it was asked for, which is
    /// [`Error::Conflict`] otherwise.
    pub async fn decide(
        &self,
        reference: &str,
        approve: bool,
        reason: &str,
        despite: bool,
    ) -> Result<Ticket, Error> {
        let mut body = json!({ "approve": approve, "reason": reason });
        // Said only where it means something, so that a desk which does not know it is not asked for more than it can do.
        if despite && let Some(body) = body.as_object_mut() {
            body.insert("despite".into(), true.into());
        }
        let path = ["requests", reference, "decision"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(body)).await?.into_ticket()
    }

    /// Asks whoever sent a request something, as somebody who may decide on it.
    pub async fn question(&self, reference: &str, text: &str) -> Result<Ticket, Error> {
        let path = ["requests", reference, "question"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(json!({ "text": text }))).await?.into_ticket()
    }

    /// Answers what was asked about a request of one's own.
    pub async fn reply(&self, reference: &str, text: &str) -> Result<Ticket, Error> {
        let path = ["requests", reference, "reply"];
        self.ask::<Wire>(Method::POST, &path, &[], Some(json!({ "text": text }))).await?.into_ticket()
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<T, Error> {
        let request = self.request(method, path, query, body)?;
        read(self.web.send(request, CAP).await?)
    }

    fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Request, Error> {
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
        Ok(request)
    }
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Error> {
    let answer = accept(answer)?;
    if !answer.is_ok() {
        return Err(refusal(answer.status, &answer.body));
    }
    if !answer.is_json() {
        return Err(Error::NotUsable("it is not JSON".into()));
    }
    serde_json::from_slice(&answer.body).map_err(|fault| not_as_promised(&fault))
}

impl Desk for Gateway {
    async fn find(&self, id: &str) -> Result<Option<Ticket>, Error> {
        let list: List = match self.ask(Method::GET, &["requests"], &[("clientRequestId", id)], None).await {
            Err(Error::NotThere) => {
                return Err(Error::NotUsable("there is nothing that could be searched".into()));
            }
            list => list?,
        };
        let is_other = |other: &Value| other.get("clientRequestId").is_none_or(|found| found != id);
        if list.requests.is_empty() {
            list.refuse_faulty(0)?;
        }
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
        let request = self.request(Method::POST, &["requests"], &[], Some(written(submission)))?;
        let answer = self.web.send(request, CAP).await?;
        // Here it is about what was sent, and why is the desk's to say.
        if matches!(answer.status, 404 | 410) {
            return Err(refusal(answer.status, &answer.body));
        }
        read::<Reference>(answer)?.into_id()
    }

    async fn read(&self, reference: &str) -> Result<Ticket, Error> {
        self.ask::<Wire>(Method::GET, &["requests", reference], &[], None).await?.into_ticket()
    }
}

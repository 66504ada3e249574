//! Sending many requests through the outbox, against a plain loop that posts and reads back.

use crate::{
    Outcome,
    figure::{Goal, Measured},
    options::Options,
    person::Person,
    sample::Sample,
    support::{Campus, CampusOptions, Connected},
};
use accounts::{AccessChange, AccountId, Answers, PersonRef, Principal, PrincipalKind, RequestKind, Wish};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use client::view::{RequestForm, TypedNames};
use desk::{Desk, Gateway, Submission};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use store::MemoryKeychain;
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Builder, runtime::Handle};
use web::{Limits, Web};

pub(crate) const GOALS: &[Goal] =
    &[Goal { name: "outbox, against a plain loop of POST and read-back", unit: "times", most: 1.5 }];

/// How long one round may take.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) fn measure(options: &Options) -> Outcome<Vec<Measured>> {
    let campus = Campus::start(&CampusOptions::of("oxford"));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let requests = options.rounds(200, 60);
    let (mut outbox, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds(5, 3) {
        outbox.push(runtime.block_on(through_outbox(&campus, requests))?);
        plain.push(runtime.block_on(plainly(requests))?);
    }
    let sample = |values| Sample::new(values).ok_or("nothing was sent");
    let (outbox, plain) = (sample(outbox)?, sample(plain)?);
    Ok(vec![Measured {
        value: outbox.median() / plain.median(),
        how: format!(
            "{requests} requests that waited for the desk, each kept durably before and after it was sent, up to sixty-four to a write, {} a request against {}",
            outbox.spread("ms"),
            plain.spread("ms")
        ),
    }])
}

/// Milliseconds for each request that waits until the desk answers and then goes.
async fn through_outbox(campus: &Campus, requests: usize) -> Outcome<f64> {
    let stub = Stub::start().await?;
    let profile = Connected::to_campus(campus).with_desk_at(&stub.base);
    let folder = TempDir::new()?;
    let keychain = Arc::new(MemoryKeychain::default());
    let mut person = Person::start(folder.path(), &keychain, Some(&profile.path))?;
    person.sign_in("eart0001").await?;
    person.read(false).await?;
    let said = |problem: client::view::Problem| problem.message;
    let account = person.own_account().await?;
    stub.standing().down = true;
    for n in 0..requests {
        let form = RequestForm {
            id: None,
            kind: RequestKind::ChangeAccess,
            account: Some(account.clone()),
            changes: vec![change(n)],
            owner: None,
            account_kind: None,
            username: String::new(),
            display_name: String::new(),
            begins: String::new(),
            ends: String::new(),
            policy_accepted: false,
            answers: Answers::new(),
            note: String::new(),
            unsorted: Vec::new(),
            typed_names: TypedNames::default(),
        };
        let id = person.client().save_draft(form).await.map_err(said)?;
        person.client().send(id).await.map_err(said)?;
    }
    stub.standing().down = false;
    let began = Instant::now();
    person.client().check_desk().await.map_err(said)?;
    while stub.standing().read_back < requests {
        if began.elapsed() > PATIENCE {
            return Err(format!("{} of {requests} were sent in time", stub.standing().read_back).into());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let taken = began.elapsed();
    let arrived = stub.standing().requests.len();
    if arrived != requests {
        return Err(format!("{requests} requests in, {arrived} at the desk").into());
    }
    Ok(each(taken, requests))
}

/// The same requests, posted and read back one after another by the same connector, nothing kept.
async fn plainly(requests: usize) -> Outcome<f64> {
    let stub = Stub::start().await?;
    let desk = Gateway::new(Web::new(Limits::default()), &stub.base, "token")?;
    let began = Instant::now();
    for n in 0..requests {
        let submission = Submission {
            id: format!("plain-{n}"),
            account: Some("a".into()),
            wish: Wish::change_access(vec![change(n)]),
            was: Vec::new(),
            note: String::new(),
            accepted: false,
        };
        let reference = desk.submit(&submission).await?;
        desk.read(&reference).await?;
    }
    Ok(each(began.elapsed(), requests))
}

fn each(taken: Duration, requests: usize) -> f64 {
    taken.as_secs_f64() * 1000.0 / f64::from(u32::try_from(requests).unwrap_or(u32::MAX))
}

fn change(n: usize) -> AccessChange {
    let who = PersonRef::named(format!("invented-{n}").as_str().into(), format!("Invented Person {n}"));
    AccessChange { to: Principal { kind: PrincipalKind::Person, who }, rights: vec!["full-access".into()] }
}

/// A desk that takes everything and decides nothing.
struct Stub {
    state: Arc<Mutex<Standing>>,
    base: String,
}

#[derive(Default)]
struct Standing {
    down: bool,
    requests: Vec<Value>,
    read_back: usize,
}

type Shared = State<Arc<Mutex<Standing>>>;

impl Stub {
    async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base = format!("http://127.0.0.1:{}/desk", listener.local_addr()?.port());
        let state = Arc::new(Mutex::new(Standing::default()));
        let router = Router::new()
            .route("/desk", get(about))
            .route("/desk/requests", get(find).post(take))
            .route("/desk/requests/{id}", get(read))
            .with_state(Arc::clone(&state));
        Handle::current().spawn(async { axum::serve(listener, router).await });
        Ok(Self { state, base })
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<Standing>) -> MutexGuard<'_, Standing> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn about(State(state): Shared) -> Response {
    if lock(&state).down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    Json(json!({ "capabilities": { "findsByClientRequestId": true, "recognisesRepeats": true, "withdraws": true } })).into_response()
}

async fn find(State(state): Shared, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let id = query.get("clientRequestId").map_or("", String::as_str);
    let state = lock(&state);
    let found: Vec<_> =
        state.requests.iter().filter(|of| of.get("clientRequestId").is_some_and(|of| of == id)).collect();
    Json(json!({ "requests": found }))
}

/// A request as this program sends it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    client_request_id: String,
    account: String,
    wish: Value,
    note: String,
}

async fn take(State(state): Shared, Json(sent): Json<Sent>) -> (StatusCode, Json<Value>) {
    let mut state = lock(&state);
    let request = json!({
        "id": state.requests.len().to_string(), "clientRequestId": sent.client_request_id,
        "account": { "value": sent.account, "label": "enquiries@earth.example.edu" }, "wish": sent.wish,
        "note": sent.note, "requester": { "value": "me", "display": "Maren Tolliver" }, "status": "with-desk",
        "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z"
    });
    state.requests.push(request.clone());
    (StatusCode::CREATED, Json(request))
}

async fn read(State(state): Shared, Path(id): Path<String>) -> Response {
    let mut state = lock(&state);
    let found = id.parse().ok().and_then(|at: usize| state.requests.get(at).cloned());
    state.read_back += 1;
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |request| Json(request).into_response())
}

impl Person {
    /// An account that this person owns and that is used by delegation.
    async fn own_account(&self) -> Outcome<AccountId> {
        let page = self.client().search(crate::person::own()).await.map_err(|problem| problem.message)?;
        let fits = page.rows.into_iter().find(|row| row.kind.as_str() == "mailbox-only");
        Ok(fits.ok_or("this person owns no mailbox")?.id)
    }
}

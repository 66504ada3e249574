//! A directory whose answers lie ready in memory, so that what is measured is the reader.

use crate::Outcome;
use crate::resources::{Record, list};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

const CONFIG: &str = r#"{"filter":{"supported":true,"maxResults":500},"etag":{"supported":true},
    "pagination":{"cursor":true,"index":true,"maxPageSize":500}}"#;

/// A directory on loopback. It ends with the runtime that it runs on.
#[derive(Clone)]
pub(crate) struct Served {
    state: Arc<Mutex<Standing>>,
    base: String,
}

struct Standing {
    record: Record,
    pages: Vec<Arc<str>>,
    id_pages: Vec<Arc<str>>,
    bytes: u64,
    /// When somebody last asked who they are: a reading begins so.
    began: Option<Instant>,
}

impl Standing {
    fn of(record: Record) -> Self {
        let ready = |pages: Vec<String>| pages.into_iter().map(Arc::from).collect();
        Self {
            pages: ready(record.pages()),
            id_pages: ready(record.id_pages()),
            record,
            bytes: 0,
            began: None,
        }
    }
}

impl Served {
    pub(crate) async fn start(record: Record) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let state = Arc::new(Mutex::new(Standing::of(record)));
        let router = Router::new()
            .route("/Me", get(me))
            .route("/ServiceProviderConfig", get(async || json(&CONFIG.into())))
            .route("/SecondaryAccounts", get(accounts))
            .route("/SecondaryAccounts/{id}", get(account))
            .with_state(Arc::clone(&state));
        Handle::current().spawn(async { axum::serve(listener, router).await });
        Ok(Self { state, base })
    }

    /// Base address of the directory.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// What is served from now on. The counts begin anew.
    pub(crate) fn serve(&self, record: Record) {
        let next = Standing::of(record);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// When the last reading began, and how many bytes of lists were sent since this was last asked.
    pub(crate) fn counted(&self) -> (Option<Instant>, u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.began, std::mem::take(&mut state.bytes))
    }
}

type Shared = State<Arc<Mutex<Standing>>>;

async fn me(State(state): Shared) -> Response {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.began = Some(Instant::now());
    json(&state.record.me.as_str().into())
}

async fn accounts(State(state): Shared, Query(query): Query<HashMap<String, String>>) -> Response {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = |name: &str| query.get(name).map(String::as_str);
    let page = asked("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0_usize);
    let since = asked("filter").and_then(|filter| filter.split('"').nth(1)?.parse::<Timestamp>().ok());
    let total = state.record.accounts.len();
    let answer: Arc<str> = match (asked("count"), since) {
        (Some("0"), _) => list(total, None, &[]).into(),
        (_, Some(since)) => state.record.altered_since(since).into(),
        _ => {
            let pages = if asked("attributes").is_some() { &state.id_pages } else { &state.pages };
            pages.get(page).map_or_else(|| list(total, None, &[]).into(), Arc::clone)
        }
    };
    state.bytes += answer.len() as u64;
    json(&answer)
}

async fn account(State(state): Shared, Path(id): Path<String>) -> Response {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(found) = state.record.accounts.iter().find(|account| account.id == id) else {
        return (StatusCode::NOT_FOUND, r#"{"status":"404"}"#).into_response();
    };
    let answer: Arc<str> = found.json.as_str().into();
    state.bytes += answer.len() as u64;
    json(&answer)
}

fn json(text: &Arc<str>) -> Response {
    ([(CONTENT_TYPE, "application/scim+json")], text.to_string()).into_response()
}

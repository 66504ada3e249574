//! A directory that is honest, or as a test tells it to be.

use crate::{open::Open, rehearsal::open_at};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub(super) const DATE: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

pub(super) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A directory that can be told to misbehave.
#[derive(Default)]
pub(super) struct Directory {
    pub(super) accounts: Vec<Value>,
    pub(super) me: Option<&'static str>,
    pub(super) has_no_me: bool,
    pub(super) role: Option<&'static str>,
    pub(super) ignores_filters: bool,
    pub(super) has_no_filters: bool,
    /// Does not take the token of whoever asks how many there are.
    pub(super) bars_counts: bool,
    /// Offers filters, and answers this status to every one.
    pub(super) refuses_filters: Option<u16>,
    /// Pages by cursor without a total, and refuses to be asked for none (RFC 9865).
    pub(super) cursors_only: bool,
    /// Forgets what comes after this many, as if it were the end.
    pub(super) stops_after: Option<usize>,
    /// Added to `totalResults`.
    pub(super) lies: i64,
    /// What it was asked, method and path left out.
    pub(super) asked: Vec<String>,
    pub(super) fails: Option<u16>,
    /// Takes the filter's time for so many hours earlier, or later where it is less than none.
    pub(super) slips_by_hours: i64,
    /// Answers that no account is there, to whoever asks for it alone.
    pub(super) has_none_alone: bool,
    /// Left out of every list.
    pub(super) unlisted: Option<&'static str>,
}

#[derive(Clone, Default)]
pub(super) struct Served(Arc<Mutex<Directory>>);

impl Served {
    pub(super) fn change(&self, change: impl FnOnce(&mut Directory)) {
        change(&mut self.0.lock().unwrap());
    }

    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }
}

impl Respond for Served {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut directory = self.0.lock().unwrap();
        let answer = |body: Value| ResponseTemplate::new(200).set_body_json(body).insert_header("date", DATE);
        if let Some(status) = directory.fails {
            return ResponseTemplate::new(status);
        }
        match request.url.path() {
            "/Me" if directory.has_no_me => ResponseTemplate::new(501),
            "/Users" => {
                let whose = request.url.query_pairs().any(|(_, value)| value == "userName eq \"eart0001\"");
                let found = whose.then(|| json!({ "id": "me", "userName": "eart0001" }));
                answer(json!({ "totalResults": u8::from(whose), "Resources": found.as_slice() }))
            }
            "/Me" => answer(
                json!({ "id": directory.me.unwrap_or("me"), "userName": "eart0001", "displayName": "Maren Tolliver",
                    "roles": directory.role, "groups": [{ "value": "team", "display": "Reception team" }] }),
            ),
            "/ServiceProviderConfig" => answer(json!({
                "filter": { "supported": !directory.has_no_filters, "maxResults": 200 },
                "pagination": { "index": true, "cursor": directory.cursors_only, "maxPageSize": 200 }
            })),
            path if path.starts_with("/SecondaryAccounts/") => {
                let id = path.rsplit('/').next().unwrap();
                let mut all = directory.accounts.iter().filter(|_| !directory.has_none_alone);
                let found = all.find(|account| account["id"] == id);
                found.map_or_else(|| ResponseTemplate::new(404), |account| answer(account.clone()))
            }
            _ => {
                let query: std::collections::HashMap<_, _> = request.url.query_pairs().into_owned().collect();
                directory.asked.push(request.url.query().unwrap_or_default().to_owned());
                if directory.bars_counts && query.get("count").is_some_and(|count| count == "0") {
                    return ResponseTemplate::new(401);
                }
                if let Some(status) = directory.refuses_filters.filter(|_| query.contains_key("filter")) {
                    return ResponseTemplate::new(status);
                }
                let since = query
                    .get("filter")
                    .filter(|_| !directory.ignores_filters)
                    .map(|filter| filter.split('"').nth(1).unwrap_or_default().parse::<Timestamp>().unwrap());
                let slip = jiff::SignedDuration::from_hours(directory.slips_by_hours);
                let since = since.map(|since| since - slip);
                let modified = |account: &Value| {
                    account["meta"]["lastModified"].as_str().map(|at| at.parse::<Timestamp>().unwrap())
                };
                let found: Vec<_> = directory
                    .accounts
                    .iter()
                    .filter(|account| directory.unlisted.is_none_or(|unlisted| account["id"] != unlisted))
                    .filter(|account| {
                        since.is_none_or(|since| modified(account).is_some_and(|at| at >= since))
                    })
                    .collect();
                let start = query.get("startIndex").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
                let count = query.get("count").and_then(|n| n.parse().ok()).unwrap_or(100_usize);
                if directory.cursors_only {
                    if count == 0 {
                        return ResponseTemplate::new(400)
                            .set_body_json(json!({ "status": "400", "scimType": "invalidCount" }));
                    }
                    let start = query.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0_usize);
                    let page: Vec<_> = found.iter().skip(start).take(1).collect();
                    let next = (start + 1 < found.len()).then(|| (start + 1).to_string());
                    if directory.stops_after.is_some_and(|most| start >= most) {
                        return answer(json!({ "nextCursor": "0", "Resources": [] }));
                    }
                    return answer(json!({ "nextCursor": next, "Resources": page }));
                }
                let page: Vec<_> = found.iter().skip(start - 1).take(count).collect();
                answer(
                    json!({ "totalResults": i64::try_from(found.len()).unwrap() + directory.lies, "startIndex": start, "itemsPerPage": page.len(), "Resources": page }),
                )
            }
        }
    }
}

pub(super) fn account(id: &str, owner: &str, modified: &str) -> Value {
    json!({
        "id": id, "userName": id, "address": format!("{id}@earth.example.edu"), "displayName": id, "kind": "mailbox-only",
        "owner": { "value": owner, "type": "Person", "display": owner }, "grants": [], "grantsShown": "all",
        "meta": { "lastModified": modified, "version": format!("W/\"{modified}\"") }
    })
}

pub(super) const MORNING: &str = "2026-11-22T08:00:00Z";
pub(super) const NOON: &str = "2026-11-22T11:59:00Z";

pub(super) async fn open(served: &Served) -> (MockServer, tempfile::TempDir, Arc<Open>) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (folder, open) = open_at(&server.uri(), None, now);
    (server, folder, open)
}

pub(super) fn kept(open: &Open) -> Vec<String> {
    let query = store::Query { limit: 50, ..store::Query::default() };
    open.shown().accounts(&query).unwrap().rows.into_iter().map(|stored| stored.account.id.0).collect()
}

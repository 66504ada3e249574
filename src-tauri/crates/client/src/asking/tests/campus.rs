//! A desk and a directory in one, that can be told to misbehave.

use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use wiremock::{Request, Respond, ResponseTemplate};

#[derive(Default)]
pub(super) struct Campus {
    pub(super) requests: Vec<Value>,
    /// Grants of the one account, as the directory tells them.
    pub(super) grants: Vec<Value>,
    pub(super) modified: Option<&'static str>,
    pub(super) owner: Option<&'static str>,
    /// Whom it takes the reader for.
    pub(super) me: Option<&'static str>,
    /// What else is so of the account, over what it has.
    pub(super) facts: Value,
    /// The reader may not see it any more.
    pub(super) hidden: bool,
    /// Usernames that somebody has.
    pub(super) taken: Vec<&'static str>,
    /// Statuses for the next submissions, after they were taken.
    pub(super) loses_answers: Vec<u16>,
    pub(super) refuses: Option<(u16, Value)>,
    /// What is answered to whatever is done with a request that is there.
    pub(super) refuses_steps: Option<(u16, Value)>,
    /// What whoever approves is told has changed, unless they approve despite it.
    pub(super) changed_meanwhile: Option<Value>,
    /// It has none of the requests that it took.
    pub(super) forgot: bool,
    /// The reader's token does not cover requests.
    pub(super) narrow: bool,
    pub(super) down: bool,
    /// The status of every answer below a path.
    pub(super) denies: Option<(&'static str, u16)>,
    pub(super) cannot_search: bool,
    /// The next search finds nothing.
    pub(super) hides_once: bool,
    /// What is sent again may be there twice.
    pub(super) knows_no_repeats: bool,
    pub(super) takes_first_change_only: bool,
    /// Statuses for the next submissions, of which nothing is taken.
    pub(super) takes_nothing: Vec<u16>,
    /// It keeps no line for whoever decides.
    pub(super) drops_notes: bool,
    /// What it puts into each request beyond what was sent.
    pub(super) adds: Option<Value>,
    /// Its trail of the account. `None`: it tells none.
    pub(super) trail: Option<Value>,
    /// The kinds of the requests in it, by reference.
    pub(super) kinds: HashMap<&'static str, &'static str>,
    /// Submissions that arrived, repeats included.
    pub(super) arrived: usize,
    pub(super) sent_last: Value,
}

impl Campus {
    fn take(&mut self, sent: &Value) -> Value {
        let mut wish = sent["wish"].clone();
        if self.takes_first_change_only {
            wish["changes"].as_array_mut().unwrap().truncate(1);
        }
        wish["changes"].as_array_mut().unwrap().extend(self.adds.clone());
        let note = if self.drops_notes { json!("") } else { sent["note"].clone() };
        let label = if sent["account"].is_null() { "" } else { "enquiries@earth.example.edu" };
        let taken = json!({
            "id": format!("RQ-{}", self.requests.len() + 1), "clientRequestId": sent["clientRequestId"],
            "account": { "value": sent["account"], "label": label }, "wish": wish,
            "note": note, "accepted": sent["accepted"], "requester": { "value": "me", "display": "Maren Tolliver" },
            "status": "with-desk", "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z"
        });
        self.requests.push(taken.clone());
        taken
    }
}

#[derive(Clone, Default)]
pub(super) struct Served(Arc<Mutex<Campus>>);

impl Served {
    pub(super) fn change(&self, change: impl FnOnce(&mut Campus)) {
        change(&mut self.0.lock().unwrap());
    }

    pub(super) fn arrived(&self) -> usize {
        self.0.lock().unwrap().arrived
    }

    /// What was sent last, and got no answer, is there now.
    pub(super) fn arrives_late(&self) {
        self.change(|campus| {
            let sent = campus.sent_last.clone();
            campus.take(&sent);
        });
    }

    /// How many requests there are.
    pub(super) fn has(&self) -> usize {
        self.0.lock().unwrap().requests.len()
    }

    /// The submission that arrived last.
    pub(super) fn sent_last(&self) -> Value {
        self.0.lock().unwrap().sent_last.clone()
    }

    /// Everything that arrived at the desk, as text.
    pub(super) fn taken(&self) -> String {
        Value::Array(self.0.lock().unwrap().requests.clone()).to_string()
    }

    /// A copy of the first request that is somebody else's, altered. Its reference.
    pub(super) fn asked_by_somebody_else(&self, alter: impl FnOnce(&mut Value)) -> String {
        let mut campus = self.0.lock().unwrap();
        let mut other = campus.requests[0].clone();
        let reference = format!("RQ-{}", 77 + campus.requests.len());
        other["id"] = json!(reference);
        other["requester"] = json!({ "value": "p5", "display": "Sunniva Marsh" });
        alter(&mut other);
        campus.requests.push(other);
        reference
    }

    /// The desk moves its newest request on.
    pub(super) fn now_is(&self, status: &str, more: &Value) {
        self.change(|campus| {
            let request = campus.requests.last_mut().unwrap();
            request["status"] = status.into();
            for (name, value) in more.as_object().unwrap() {
                request[name] = value.clone();
            }
        });
    }
}

impl Respond for Served {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut campus = self.0.lock().unwrap();
        let date = "Sun, 22 Nov 2026 12:00:00 GMT";
        let answer = |status: u16, body: &Value| {
            ResponseTemplate::new(status).set_body_json(body).insert_header("date", date)
        };
        if campus.down {
            return ResponseTemplate::new(503);
        }
        let path = request.url.path();
        match (request.method.as_str(), path) {
            (_, "/Me") => {
                let id = campus.me.unwrap_or("me");
                answer(200, &json!({ "id": id, "userName": "eart0001", "displayName": "Maren Tolliver" }))
            }
            (_, "/ServiceProviderConfig") => {
                answer(200, &json!({ "filter": { "supported": true, "maxResults": 200 } }))
            }
            (_, path) if campus.narrow && path.starts_with("/desk") => {
                let challenge = "Bearer error=\"insufficient_scope\"";
                answer(403, &json!({ "code": "insufficient-scope", "detail": "" }))
                    .insert_header("www-authenticate", challenge)
            }
            (_, path) if campus.denies.is_some_and(|(below, _)| path.starts_with(below)) => {
                let status = campus.denies.map_or(500, |(_, status)| status);
                answer(status, &json!({ "code": "no", "detail": "" }))
            }
            (_, "/desk") => answer(
                200,
                &json!({ "capabilities": {
                "findsByClientRequestId": !campus.cannot_search, "recognisesRepeats": !campus.knows_no_repeats, "withdraws": true, "findsPeople": true, "checksNames": true, "takesAnswers": true, "tellsTrails": campus.trail.is_some(), "decides": true
            } }),
            ),
            ("POST", "/desk/requests") => {
                campus.arrived += 1;
                if let Some((status, body)) = &campus.refuses {
                    return answer(*status, body);
                }
                let sent: Value = request.body_json().unwrap();
                campus.sent_last = sent.clone();
                if let Some(status) = campus.takes_nothing.pop() {
                    return ResponseTemplate::new(status);
                }
                let taken = campus.take(&sent);
                match campus.loses_answers.pop() {
                    Some(status) => ResponseTemplate::new(status),
                    None => answer(201, &taken),
                }
            }
            ("GET", "/desk/requests") => {
                let mut query = request.url.query_pairs();
                let id = query.find(|(name, _)| name == "clientRequestId").map(|(_, id)| id.into_owned());
                let found = |request: &&Value| match &id {
                    Some(id) => request["clientRequestId"] == *id,
                    None => request["requester"]["value"] != "me" && request["status"] != "applying",
                };
                let hides = std::mem::take(&mut campus.hides_once);
                let found: Vec<_> = campus.requests.iter().filter(found).filter(|_| !hides).collect();
                answer(200, &json!({ "requests": found }))
            }
            ("GET", "/desk/names") => {
                let asked: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
                let mut told = json!({ "taken": campus.taken.contains(&asked["name"].as_str()) });
                if asked.get("owner").is_some_and(|owner| owner == "p9") {
                    told["prefix"] = json!("eart");
                }
                answer(200, &told)
            }
            ("GET", "/desk/people") => answer(
                200,
                &json!({ "people": [
                { "value": "p7", "type": "User", "display": "Jude Marsh", "userName": "visi2210", "entitled": false },
                { "value": "p1", "type": "User", "display": "Leonie Strake", "entitled": true, "mayOwn": false }
            ] }),
            ),
            ("GET", "/desk/accounts/a/trail") => match &campus.trail {
                Some(entries) => answer(200, &json!({ "entries": entries, "kinds": campus.kinds })),
                None => answer(404, &json!({ "code": "no-such-page", "detail": "" })),
            },
            (_, path) if path.starts_with("/desk/requests/") => {
                let parts: Vec<_> = path.split('/').skip(3).collect();
                let despite = || request.body_json::<Value>().is_ok_and(|body| body["despite"] == true);
                if let (Some(&"decision"), Some(now)) = (parts.get(1), &campus.changed_meanwhile)
                    && !despite()
                {
                    return answer(409, now);
                }
                if let (Some(_), Some((status, body))) = (parts.get(1), &campus.refuses_steps) {
                    return answer(*status, body);
                }
                if campus.forgot {
                    return answer(404, &json!({ "code": "no-such-request", "detail": "" }));
                }
                let Some(found) = campus.requests.iter_mut().find(|request| request["id"] == parts[0]) else {
                    return answer(404, &json!({ "code": "not-there", "detail": "" }));
                };
                match parts.get(1) {
                    Some(&"withdraw") => found["status"] = "withdrawn".into(),
                    Some(&"question") => found["status"] = "needs-answer".into(),
                    Some(&"reply") => {
                        found["status"] = "with-desk".into();
                        let said: Value = request.body_json().unwrap();
                        let by = json!({ "value": "me", "display": "Maren Tolliver" });
                        let answer = json!({ "by": by, "text": said["text"], "at": "2026-11-22T12:04:00Z" });
                        found["messages"].as_array_mut().unwrap().push(answer);
                    }
                    Some(&"decision") => found["status"] = "applying".into(),
                    _ => {}
                }
                answer(200, found)
            }
            _ => {
                let modified = campus.modified.unwrap_or("2026-11-22T08:00:00Z");
                if campus.hidden {
                    return answer(404, &json!({ "status": "404" }));
                }
                let mut account = json!({
                    "id": "a", "userName": "enquiries", "address": "enquiries@earth.example.edu",
                    "displayName": "Enquiries", "kind": "mailbox-only",
                    "owner": { "value": campus.owner.unwrap_or("me"), "type": "User", "display": "Maren Tolliver" },
                    "grants": campus.grants, "grantsShown": "all",
                    "meta": { "lastModified": modified, "version": format!("W/\"{modified}\"") }
                });
                for (name, value) in campus.facts.as_object().into_iter().flatten() {
                    account[name] = value.clone();
                }
                if path.starts_with("/SecondaryAccounts/") {
                    return answer(200, &account);
                }
                answer(
                    200,
                    &json!({ "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [account] }),
                )
            }
        }
    }
}

//! The desk: requests on their way from being asked to being seen.

mod again;
mod asking;
mod conflicts;
mod contract;
mod effect;
mod ending;
mod enquiry;
mod faults;
mod kinds;
mod large;
mod left_for_people;
mod may;
mod new_account;
mod people;
mod policy;
mod questions;
mod road;
mod roles;
mod scope;
mod slips;
mod trail;

use crate::site::{Answer, Site};
use campus::Options;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

pub(crate) const OWNER: &str = "eart0001";
pub(crate) const DELEGATE: &str = "eart0412";
pub(crate) const OFFICER: &str = "eart0007";
pub(crate) const OTHER_OFFICER: &str = "hist0236";
pub(crate) const SERVICE_DESK: &str = "itsd0003";
pub(crate) const STRANGER: &str = "hist0200";

/// How long effects take in these tests. No test waits: the campus is started anew with its clock put on.
const APPLY_SECONDS: u32 = 3600;

fn usual(options: &mut Options) {
    options.access_seconds = 10_000_000;
    options.apply_seconds = APPLY_SECONDS;
}

/// A campus where what is approved takes effect at once.
pub(crate) async fn prompt(institution: &str) -> Site {
    Site::with(institution, |options| options.apply_seconds = 0).await
}

pub(crate) async fn oxford() -> Site {
    Site::with("oxford", usual).await
}

/// The same campus with its clock `seconds` ahead, where the desk decides after that many seconds.
pub(crate) async fn later(site: Site, seconds: i64, decide_after: Option<u32>) -> Site {
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let mut options = Options::new("oxford", folder.path());
    usual(&mut options);
    options.clock_offset = seconds;
    options.decide_after = decide_after;
    Site { running: campus::start(options).await.unwrap(), folder, http }
}

/// An identifier that no other call gives.
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl Site {
    pub(crate) async fn desk(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, self.at(&format!("/desk/v1{path}"))).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// What the desk answers, which has to be a success.
    pub(crate) async fn desk_get(&self, path: &str, token: &str) -> Value {
        let answer = self.desk(Method::GET, path, token, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    pub(crate) async fn ask(&self, token: &str, body: &Value) -> Answer {
        self.desk(Method::POST, "/requests", token, Some(body.clone())).await
    }

    /// Asks, and answers the reference.
    pub(crate) async fn asked(&self, token: &str, body: &Value) -> String {
        let answer = self.ask(token, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn decide(&self, token: &str, reference: &str, approve: bool) -> Answer {
        let body = json!({"approve": approve, "reason": "Because."});
        self.desk(Method::POST, &format!("/requests/{reference}/decision"), token, Some(body)).await
    }

    /// Approves although the account has changed.
    pub(crate) async fn decide_despite(&self, token: &str, reference: &str) -> Answer {
        let body = json!({"approve": true, "reason": "Because.", "despite": true});
        self.desk(Method::POST, &format!("/requests/{reference}/decision"), token, Some(body)).await
    }

    pub(crate) async fn withdraw(&self, token: &str, reference: &str) -> Answer {
        self.desk(Method::POST, &format!("/requests/{reference}/withdraw"), token, Some(json!({}))).await
    }

    pub(crate) async fn question(&self, token: &str, reference: &str, text: &str) -> Answer {
        let body = json!({ "text": text });
        self.desk(Method::POST, &format!("/requests/{reference}/question"), token, Some(body)).await
    }

    pub(crate) async fn reply(&self, token: &str, reference: &str, text: &str) -> Answer {
        let body = json!({ "text": text });
        self.desk(Method::POST, &format!("/requests/{reference}/reply"), token, Some(body)).await
    }

    /// An account as the provisioning side sees it.
    pub(crate) async fn account(&self, username: &str) -> Value {
        self.find("/SecondaryAccounts", &format!("userName eq \"{username}\""), &self.provisioning()).await
    }

    pub(crate) async fn person(&self, username: &str) -> Value {
        self.find("/Users", &format!("userName eq \"{username}\""), &self.provisioning()).await
    }

    /// Alters an account in the record, as the provisioning side does: operations of RFC 7644 section 3.5.2.
    pub(crate) async fn alter(&self, username: &str, operations: Value) {
        let path = format!("/SecondaryAccounts/{}", self.account(username).await["id"].as_str().unwrap());
        let patch =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        let patched = self.scim(Method::PATCH, &path, &self.provisioning(), Some(patch)).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
    }

    /// A change of one person's rights, from those that they hold.
    pub(crate) async fn change(&self, account: &Value, username: &str, rights: &[&str]) -> Value {
        let to = self.named(username).await;
        let was = grant(account, &to["value"]).map_or(json!([]), |grant| grant["rights"].clone());
        access(&to, json!(rights), was)
    }

    /// Somebody as a request names them.
    pub(crate) async fn named(&self, username: &str) -> Value {
        json!({"value": self.person(username).await["id"], "type": "Person"})
    }

    /// Asks, has the service desk approve, and answers what has become of it.
    pub(crate) async fn carried_out(&self, asker: &str, decider: &str, body: &Value) -> Value {
        let reference = self.asked(asker, body).await;
        let decided = self.decide(decider, &reference, true).await;
        assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
        self.desk_get(&format!("/requests/{reference}"), asker).await
    }

    pub(crate) async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join("campus.db"));
        options.connect().await.unwrap()
    }

    /// Makes somebody an IT officer of History, which is nothing that the directory's feed could do.
    pub(crate) async fn appoint_other_officer(&self) {
        let extension = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
        let done = sqlx::query(
            "UPDATE resource SET document = json_set(document, '$.roles', json('[{\"value\":\"it-officer\"}]'), \
             '$.\"' || ?1 || '\".heldUnits', json('[{\"value\":\"history\",\"display\":\"History\"}]')) WHERE username = ?2",
        )
        .bind(extension)
        .bind(OTHER_OFFICER)
        .execute(&mut self.database().await)
        .await
        .unwrap();
        assert_eq!(done.rows_affected(), 1);
    }
}

/// What somebody holds on an account.
pub(crate) fn grant<'a>(account: &'a Value, id: &Value) -> Option<&'a Value> {
    account["grants"].as_array()?.iter().find(|grant| grant["value"] == *id)
}

/// A change of what somebody holds.
pub(crate) fn access(to: &Value, rights: Value, was: Value) -> Value {
    let fact = |rights: Value| json!({"what": "access", "to": to, "rights": rights});
    json!({"edit": fact(rights), "was": fact(was)})
}

/// A change of a fact whose state before is not told.
pub(crate) fn edit(fact: &Value) -> Value {
    json!({"edit": fact, "was": null})
}

/// A request for access with a new id.
pub(crate) fn request(account: &Value, changes: &[Value]) -> Value {
    wish("change-access", &account["id"], changes, &json!({}))
}

/// A request with a new id. `account`: its identifier, or null.
pub(crate) fn wish(kind: &str, account: &Value, changes: &[Value], answers: &Value) -> Value {
    json!({
        "clientRequestId": new_id(), "account": account,
        "wish": {"kind": kind, "changes": changes, "answers": answers}, "note": "",
    })
}

/// The same request with the institution's policy accepted.
pub(crate) fn accepted(mut wish: Value) -> Value {
    wish["accepted"] = true.into();
    wish
}

/// What is wrong, by place.
pub(crate) fn told(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    errors.iter().map(|error| (text(error, "field"), text(error, "code"))).collect()
}

/// Somebody's last day is long past from now on, whatever else the record says.
pub(crate) async fn leaves(site: &Site, username: &str) {
    let path = format!("/Users/{}", site.person(username).await["id"].as_str().unwrap());
    let extension = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": format!("{extension}:leavesOn"), "value": "2020-01-31"}],
    });
    let patched = site.scim(Method::PATCH, &path, &site.provisioning(), Some(patch)).await;
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
}

/// Maren's request to let Nell read and send.
pub(crate) async fn nell_for_enquiries(site: &Site) -> Value {
    let enquiries = site.account("enquiries").await;
    let change = site.change(&enquiries, STRANGER, &["full-access", "send-as"]).await;
    request(&enquiries, &[change])
}

/// How many rows a table has.
pub(crate) async fn count(site: &Site, query: &'static str) -> i64 {
    sqlx::query(query).fetch_one(&mut site.database().await).await.unwrap().get(0)
}

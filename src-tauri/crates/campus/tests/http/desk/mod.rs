//! The desk: requests on their way from being asked to being seen.

mod asking;
mod contract;
mod effect;
mod faults;
mod people;
mod road;
mod roles;
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

    pub(crate) async fn withdraw(&self, token: &str, reference: &str) -> Answer {
        self.desk(Method::POST, &format!("/requests/{reference}/withdraw"), token, Some(json!({}))).await
    }

    /// An account as the provisioning side sees it.
    pub(crate) async fn account(&self, username: &str) -> Value {
        self.find("/SecondaryAccounts", &format!("userName eq \"{username}\""), &self.provisioning()).await
    }

    pub(crate) async fn person(&self, username: &str) -> Value {
        self.find("/Users", &format!("userName eq \"{username}\""), &self.provisioning()).await
    }

    /// A change of one person's rights, from those that they hold.
    pub(crate) async fn change(&self, account: &Value, username: &str, rights: &[&str]) -> Value {
        let person = self.person(username).await;
        let was = grant(account, &person["id"]).map_or(json!([]), |grant| grant["rights"].clone());
        json!({"to": {"value": person["id"], "type": "Person"}, "rights": rights, "was": was})
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

/// A request with a new id.
pub(crate) fn request(account: &Value, changes: &[Value]) -> Value {
    json!({
        "clientRequestId": new_id(), "account": account["id"],
        "wish": {"kind": "change-access", "changes": changes}, "note": "",
    })
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

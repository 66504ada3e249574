//! The data folder: what is kept, and that the same seed gives the same people.

use crate::site::{Answer, Site};
use campus::Options;
use reqwest::StatusCode;
use serde_json::Value;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_restart_on_the_same_folder_and_port_keeps_sign_ins() {
    let site = Site::oxford().await;
    let tokens = site.tokens("eart0001").await;
    let provisioning = site.provisioning();
    let port: u16 = site.running.issuer().rsplit_once(':').unwrap().1.parse().unwrap();
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let running = campus::start(Options { port, ..Options::new("oxford", folder.path()) }).await.unwrap();
    let site = Site { folder, running, http };
    assert_eq!(site.provisioning(), provisioning);
    let refreshed = site.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{}", refreshed.text);
    let me = site.get("/Me", tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(me["displayName"], "Maren Tolliver");
}

#[tokio::test]
async fn a_folder_from_before_there_was_a_desk_gains_one() {
    let site = Site::oxford().await;
    let token = site.sign_in("eart0001").await;
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let file = SqliteConnectOptions::new().filename(folder.path().join("campus.db"));
    let as_before = "DROP TABLE trail; DROP TABLE request; PRAGMA user_version = 1";
    sqlx::raw_sql(as_before).execute(&mut file.connect().await.unwrap()).await.unwrap();
    let running = campus::start(Options::new("oxford", folder.path())).await.unwrap();
    let site = Site { folder, running, http };
    assert_eq!(site.desk_get("/requests", &token).await["total"], 0);
    assert_eq!(site.get("/Me", &token).await["displayName"], "Maren Tolliver", "and keeps the rest");
}

#[tokio::test]
async fn requests_of_an_earlier_desk_are_left_behind_and_practice_begins_anew() {
    let site = Site::oxford().await;
    let token = site.sign_in("eart0001").await;
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let file = SqliteConnectOptions::new().filename(folder.path().join("campus.db"));
    let as_before = "DROP TABLE trail; DROP TABLE request; \
                     CREATE TABLE request (seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL) STRICT; \
                     CREATE TABLE trail (seq INTEGER PRIMARY KEY) STRICT; INSERT INTO request (account) VALUES ('a'); \
                     CREATE TRIGGER trail_is_not_shortened BEFORE DELETE ON trail \
                     BEGIN SELECT raise(ABORT, 'the trail is only added to'); END; \
                     INSERT INTO trail VALUES (1); PRAGMA user_version = 2";
    sqlx::raw_sql(as_before).execute(&mut file.connect().await.unwrap()).await.unwrap();
    let running = campus::start(Options::new("oxford", folder.path())).await.unwrap();
    let site = Site { folder, running, http };
    assert_eq!(site.desk_get("/requests", &token).await["total"], 0);
    let asked = site.asked(&token, &crate::desk::nell_for_enquiries(&site).await).await;
    assert_eq!(asked, "RQ-20001");
}

#[tokio::test]
async fn requests_from_before_anything_could_be_asked_about_them_stay_and_can_be_asked_about() {
    let site = Site::oxford().await;
    let (maren, desk) = (site.sign_in("eart0001").await, site.sign_in("itsd0003").await);
    let reference = site.asked(&maren, &crate::desk::nell_for_enquiries(&site).await).await;
    let path = format!("/requests/{reference}");
    let before = site.desk_get(&path, &maren).await;
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let file = SqliteConnectOptions::new().filename(folder.path().join("campus.db"));
    let as_before = "DROP INDEX request_waiting; ALTER TABLE request DROP COLUMN messages; \
                     ALTER TABLE request DROP COLUMN accepted; \
                     ALTER TABLE request DROP COLUMN for_people; ALTER TABLE request DROP COLUMN approved_from; \
                     CREATE INDEX request_waiting ON request (seq) WHERE status = 'with-desk'; PRAGMA user_version = 3";
    sqlx::raw_sql(as_before).execute(&mut file.connect().await.unwrap()).await.unwrap();
    let running = campus::start(Options::new("oxford", folder.path())).await.unwrap();
    let site = Site { folder, running, http };
    assert_eq!(site.desk_get(&path, &maren).await, before);
    let asked = site.question(&desk, &reference, "Until when?").await;
    assert_eq!(asked.json()["messages"][0]["text"], "Until when?", "{}", asked.text);
}

#[tokio::test]
async fn requests_from_before_policies_were_accepted_stay_the_same_requests() {
    let site = Site::oxford().await;
    let maren = site.sign_in("eart0001").await;
    let body = crate::desk::nell_for_enquiries(&site).await;
    let reference = site.asked(&maren, &body).await;
    let Site { folder, running, http } = site;
    running.stop().await.unwrap();
    let file = SqliteConnectOptions::new().filename(folder.path().join("campus.db"));
    let as_before = "ALTER TABLE request DROP COLUMN accepted; ALTER TABLE request DROP COLUMN for_people; \
                     ALTER TABLE request DROP COLUMN approved_from; PRAGMA user_version = 4";
    sqlx::raw_sql(as_before).execute(&mut file.connect().await.unwrap()).await.unwrap();
    let running = campus::start(Options::new("oxford", folder.path())).await.unwrap();
    let site = Site { folder, running, http };
    let read = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!(read["accepted"], false, "nobody said so then");
    let again = site.ask(&maren, &body).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, read), "sent again it is no other request");
}

#[tokio::test]
async fn a_folder_belongs_to_one_institution() {
    let site = Site::oxford().await;
    let other = campus::start(Options::new("boulder", site.folder.path())).await;
    assert!(matches!(other, Err(campus::Problem::OtherInstitution { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn the_provisioning_token_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::oxford().await;
    let file = std::fs::metadata(site.folder.path().join("provisioning-token")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

async fn everything(site: &Site) -> (Vec<Value>, Vec<Value>) {
    let token = site.provisioning();
    let mut found = Vec::new();
    for endpoint in ["/Users", "/SecondaryAccounts"] {
        let list = site.get(&format!("{endpoint}?count=500&excludedAttributes=meta.location"), &token).await;
        let text = list["Resources"].to_string().replace(site.running.issuer(), "");
        found.push(serde_json::from_str::<Vec<Value>>(&text).unwrap());
    }
    let accounts = found.pop().unwrap();
    (found.pop().unwrap(), accounts)
}

#[tokio::test]
async fn the_same_seed_and_day_give_the_same_people_and_accounts() {
    let on = |seed| {
        move |options: &mut Options| {
            options.seed = seed;
            options.now = Some("2026-11-22T09:00:00Z".parse().unwrap());
        }
    };
    let one = everything(&Site::with("oxford", on(7)).await).await;
    assert_eq!(one, everything(&Site::with("oxford", on(7)).await).await);
    assert_ne!(one, everything(&Site::with("oxford", on(8)).await).await);
}

#[tokio::test]
async fn the_seed_has_every_kind_and_every_state() {
    for (institution, kinds) in [("oxford", 5), ("boulder", 3)] {
        let site = Site::with(institution, |_| ()).await;
        let (people, accounts) = everything(&site).await;
        assert_eq!((people.len(), accounts.len()), (60, 90), "{institution}");
        let distinct = |name: &str| {
            accounts.iter().map(|account| account[name].to_string()).collect::<BTreeSet<_>>().len()
        };
        assert_eq!((distinct("kind"), distinct("state")), (kinds, 3), "{institution}");
        let has = |what: &str, test: &dyn Fn(&Value) -> bool| {
            assert!(accounts.iter().any(test), "{institution} has {what}");
        };
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        has("an owner who has left", &|account| account["owner"]["active"] == false);
        has("an owner who leaves", &|account| {
            account["owner"]["leavesOn"].is_string() && account["owner"]["active"] == true
        });
        has("one over its quota", &|account| {
            number(&account["mailbox"]["bytes"]) > number(&account["mailbox"]["quotaBytes"])
        });
        has("a password without a second factor", &|account| account["signIn"]["mfa"] == "off");
        has("a password with one", &|account| account["signIn"]["mfa"] == "on");
        has("one that is hidden", &|account| account["hiddenFromAddressList"] == true);
        has("one that expires", &|account| account["expires"].is_string());
        has("one that nobody else can use", &|account| account.get("grants").is_none());
        if institution == "oxford" {
            let grants = |account: &Value| account["grants"].as_array().cloned().unwrap_or_default();
            has("31 delegates", &|account| grants(account).len() == 31);
            has("a delegate who has left", &|account| {
                grants(account).iter().any(|grant| grant["active"] == false)
            });
            has("a group grant", &|account| grants(account).iter().any(|grant| grant["type"] == "Group"));
            has("sending without reading", &|account| {
                grants(account).iter().any(|grant| grant["rights"] == serde_json::json!(["send-as"]))
            });
            has("both ways of sending", &|account| {
                grants(account).iter().any(|grant| {
                    grant["rights"]
                        .as_array()
                        .is_some_and(|rights| rights.len() == 3 && !rights.contains(&"automap".into()))
                })
            });
        } else {
            has("a group as owner", &|account| account["owner"]["type"] == "Group");
        }
    }
}

#[tokio::test]
async fn generated_accounts_come_on_top_and_follow_the_schema() {
    let site = Site::with("oxford", |options| options.accounts = 400).await;
    let token = site.provisioning();
    let list = site.get("/SecondaryAccounts?count=500", &token).await;
    assert_eq!(list["totalResults"], 400);
    let officer = site.sign_in("eart0007").await;
    assert_eq!(
        site.get("/SecondaryAccounts?count=0", &officer).await["totalResults"],
        400 - 27,
        "all but other units'"
    );
    let generated = &list["Resources"][399];
    let path = format!("/SecondaryAccounts/{}", generated["id"].as_str().unwrap());
    let put = site.scim(reqwest::Method::PUT, &path, &token, Some(generated.clone())).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    assert_eq!(
        put.json()["meta"]["version"],
        generated["meta"]["version"],
        "what was read can be written back"
    );
}

#[tokio::test]
async fn any_institution_can_be_played_from_its_file() {
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../institutions/tests/profiles/northfield.toml");
    let site = Site::with(profile, |_| ()).await;
    let token = site.provisioning();
    assert_eq!(site.get("/SecondaryAccounts?count=0", &token).await["totalResults"], 90);
    let page = site.http.get(site.at("/jwks")).send().await.unwrap();
    assert_eq!(Answer::of(page).await.status, StatusCode::OK);
}

/// At eight in the evening of 4 December at Boulder it is 5 December in UTC, and days count from the 4th.
#[tokio::test]
async fn days_are_counted_from_the_institutions_own_day() {
    let evening = "2026-12-05T03:00:00Z".parse().unwrap();
    let leaves = async |institution: &str, username: &str| {
        let site = Site::with(institution, |options| options.now = Some(evening)).await;
        let person = site.person(username).await;
        person["urn:secondary-accounts:params:scim:schemas:extension:1.0:User"]["leavesOn"].clone()
    };
    assert_eq!(leaves("boulder", "idpe0118").await, "2026-12-16", "twelve days on");
    assert_eq!(leaves("oxford", "eart0118").await, "2026-12-17");
}

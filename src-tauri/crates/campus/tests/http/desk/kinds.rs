//! Each kind of request from being asked to being seen, at both institutions where it is offered.

use super::{OFFICER, OWNER, SERVICE_DESK, accepted, edit, grant, prompt, wish};
use crate::site::Site;
use reqwest::StatusCode;
use serde_json::{Value, json};

const LATER: &str = "2099-01-31T23:59:59Z";

/// Who takes part where.
struct Cast {
    institution: &'static str,
    owner: &'static str,
    desk: &'static str,
    next: &'static str,
}

const CASTS: [Cast; 2] = [
    Cast { institution: "oxford", owner: OWNER, desk: SERVICE_DESK, next: "eart0140" },
    Cast { institution: "boulder", owner: "mato1001", desk: "saok0003", next: "suma0140" },
];

async fn steps(site: &Site, request: &Value, token: &str) -> Vec<String> {
    let path = format!("/requests/{}/trail", request["id"].as_str().unwrap());
    let trail = site.desk_get(&path, token).await;
    let entries = trail["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["what"].as_str().unwrap().to_owned()).collect()
}

/// One row for each fact that a request changes: its kind, the account, the fact, and how the directory has it afterwards.
#[tokio::test]
async fn a_fact_that_was_asked_for_is_seen_in_the_directory() {
    for Cast { institution, owner, desk, next } in CASTS {
        let site = prompt(institution).await;
        let (maren, samir) = (site.sign_in(owner).await, site.sign_in(desk).await);
        let to = site.named(next).await;
        let next_id = to["value"].clone();
        let name = json!({"what": "display-name", "name": "Reaching out"});
        let rows = [
            ("set-details", "outreach", name, "/displayName", json!("Reaching out")),
            ("renew", "outreach", json!({"what": "expires", "at": LATER}), "/expires", json!(LATER)),
            ("hand-over", "outreach", json!({"what": "owner", "to": to}), "/owner/value", next_id),
            (
                "close",
                "seminars",
                json!({"what": "state", "state": "suspended"}),
                "/state",
                json!("suspended"),
            ),
        ];
        for (kind, username, fact, pointer, expected) in rows {
            let before = site.account(username).await;
            let body = wish(kind, &before["id"], &[edit(&fact)], &json!({}));
            let done = site.carried_out(&maren, &samir, &body).await;
            assert_eq!(done["status"], "done", "{institution}, {kind}: {done}");
            assert_eq!(done["account"]["value"], before["id"]);
            assert_eq!(done["wish"]["kind"], kind);
            assert_eq!(steps(&site, &done, &maren).await, ["received", "approved", "applied", "confirmed"]);
            let mut after = site.account(username).await;
            assert_eq!(after.pointer(pointer), Some(&expected), "{institution}, {kind}");
            if kind == "close" {
                assert_eq!(
                    after["signIn"]["enabled"], false,
                    "{institution}: a closed account is not signed in to"
                );
                after["signIn"]["enabled"] = before["signIn"]["enabled"].clone();
            }
            // Nothing else of it changed.
            let top = pointer.split('/').nth(1).unwrap();
            after[top] = before[top].clone();
            after["meta"] = before["meta"].clone();
            assert_eq!(after, before, "{institution}, {kind}");
        }
        let again =
            site.ask(&maren, &wish("close", &site.account("outreach").await["id"], &[], &json!({}))).await;
        assert_eq!(
            again.status,
            StatusCode::NOT_FOUND,
            "{institution}: what was handed over is the next owner's"
        );
    }
}

#[tokio::test]
async fn a_password_is_removed_together_with_delegates() {
    let site = prompt("oxford").await;
    let (maren, samir) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let before = site.account("outreach").await;
    assert_eq!(
        (&before["kind"], &before["signIn"]["enabled"]),
        (&json!("mailbox-and-sign-in"), &json!(true))
    );
    let token = site.sign_in("outreach").await;
    let changes = [
        edit(&json!({"what": "kind", "kind": "mailbox-only"})),
        site.change(&before, "eart0412", &["full-access", "automap"]).await,
        site.change(&before, "eart0188", &[]).await,
    ];
    let done =
        site.carried_out(&maren, &samir, &wish("remove-password", &before["id"], &changes, &json!({}))).await;
    assert_eq!(done["status"], "done");
    assert_eq!(steps(&site, &done, &maren).await.last().unwrap(), "confirmed");
    let after = site.account("outreach").await;
    assert_eq!(after["kind"], "mailbox-only");
    assert_eq!(after["signIn"], json!({"enabled": false, "mfa": "notConcerned"}));
    let jo = site.person("eart0412").await["id"].clone();
    assert_eq!(grant(&after, &jo).unwrap()["rights"], json!(["full-access", "automap"]));
    assert_eq!(
        grant(&after, &site.person("eart0188").await["id"]),
        None,
        "whoever has left is taken out with it"
    );
    let sunniva = site.person("eart0140").await["id"].clone();
    assert_eq!(grant(&after, &sunniva), grant(&before, &sunniva));
    let out = site.desk(reqwest::Method::GET, "/requests", &token, None).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED, "who was signed in with the password is out");
}

#[tokio::test]
async fn what_is_only_answers_is_done_without_an_effect() {
    let booking = json!({"outright": "everyone", "days-ahead": 90, "refuse-double": true});
    let asking = json!({"subject": "Hello", "message": "Two\nlines.", "reach": "After noon"});
    let delivery = json!({"delivery": "elsewhere@campus.example.edu"});
    let rows = [
        ("oxford", OWNER, SERVICE_DESK, "set-booking", "basalt-room", booking),
        ("oxford", OWNER, SERVICE_DESK, "ask-desk", "enquiries", asking.clone()),
        ("boulder", "mato1001", "saok0003", "set-details", "enquiries", delivery.clone()),
        ("boulder", "enquiries", "saok0003", "set-details", "enquiries", delivery),
        ("boulder", "mato1001", "saok0003", "ask-desk", "enquiries", asking.clone()),
    ];
    for (institution, who, desk, kind, username, answers) in rows {
        let site = prompt(institution).await;
        let (token, samir) = (site.sign_in(who).await, site.sign_in(desk).await);
        let before = site.account(username).await;
        let done = site.carried_out(&token, &samir, &wish(kind, &before["id"], &[], &answers)).await;
        assert_eq!(done["status"], "done", "{institution}, {kind}");
        assert_eq!((&done["wish"]["answers"], &done["wish"]["changes"]), (&answers, &json!([])));
        assert_eq!(
            steps(&site, &done, &token).await,
            ["received", "approved", "applied"],
            "nothing to read back"
        );
        assert_eq!(site.account(username).await, before);
    }
}

#[tokio::test]
async fn what_concerns_no_account_is_the_service_desks() {
    let site = prompt("oxford").await;
    let (maren, ruth, samir) =
        (site.sign_in(OWNER).await, site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    let answers = json!({"subject": "Hello", "message": "Who owns Enquiries?"});
    let reference = site.asked(&maren, &wish("ask-desk", &Value::Null, &[], &answers)).await;
    assert_eq!(site.desk_get("/requests?scope=to-decide", &ruth).await["total"], 0);
    assert_eq!(site.decide(&ruth, &reference, true).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.desk_get("/requests?scope=to-decide", &samir).await["total"], 1);
    assert_eq!(site.decide(&samir, &reference, true).await.status, StatusCode::OK);
    let done = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    assert_eq!((&done["status"], &done["account"]["value"]), (&json!("done"), &Value::Null));
}

#[tokio::test]
async fn an_account_is_put_into_use_by_its_owner() {
    let site = prompt("boulder").await;
    let (maren, samir) = (site.sign_in("mato1001").await, site.sign_in("saok0003").await);
    let id = site.account("basaltroom").await["id"].clone();
    let page = site.authorize(&crate::site::request()).await;
    assert!(!page.text.contains("basaltroom"), "nobody signs in to what is not activated");
    let active = edit(&json!({"what": "state", "state": "active"}));
    let activate = || accepted(wish("activate", &id, std::slice::from_ref(&active), &json!({})));
    assert_eq!(site.carried_out(&maren, &samir, &activate()).await["status"], "done");
    let token = site.sign_in("basaltroom").await;
    assert_eq!(site.get("/Me", &token).await["userName"], "basaltroom");
    let again = site.ask(&maren, &activate()).await;
    assert_eq!((again.status, &again.json()["code"]), (StatusCode::FORBIDDEN, &json!("not-yours")));
}

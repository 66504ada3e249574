//! Who may ask for what: one row for each kind of request, one column for each way to stand to the account.

use super::{OFFICER, OTHER_OFFICER, OWNER, SERVICE_DESK, STRANGER, accepted, edit, oxford, wish};
use crate::site::Site;
use serde_json::{Value, json};

/// A good request of each kind for an account.
async fn good(site: &Site, kind: &str, account: &Value, next: &str, turn: usize) -> Value {
    let to = site.named(next).await;
    let letter = ["a", "b", "c", "d", "e", "f", "g"][turn];
    // The code of its owner's unit, which their own username begins with.
    let name = format!("{}{letter}{letter}{letter}", &next[..4]);
    let is_boulder = account["kind"] == "group-account";
    let facts = match kind {
        "new-account" if is_boulder => vec![
            json!({"what": "username", "username": name}),
            json!({"what": "kind", "kind": "group-account"}),
            json!({"what": "display-name", "name": "Club"}),
            json!({"what": "owner", "to": to}),
        ],
        "new-account" => vec![
            json!({"what": "username", "username": name}),
            json!({"what": "kind", "kind": "mailbox-only"}),
            json!({"what": "display-name", "name": "Club"}),
            json!({"what": "owner", "to": to}),
        ],
        "change-access" => vec![json!({"what": "access", "to": to, "rights": ["full-access"]})],
        "remove-password" => vec![json!({"what": "kind", "kind": "mailbox-only"})],
        "hand-over" => vec![json!({"what": "owner", "to": to})],
        "activate" => vec![json!({"what": "state", "state": "active"})],
        "set-details" => vec![json!({"what": "display-name", "name": "Reaching out"})],
        "renew" => vec![json!({"what": "expires", "at": "2099-01-31T23:59:59Z"})],
        "close" => vec![json!({"what": "state", "state": "suspended"})],
        _ => vec![],
    };
    let answers = match kind {
        "ask-desk" => json!({"subject": "Hello", "message": "Is it working?"}),
        "set-booking" => json!({"refuse-double": true}),
        "new-account" if is_boulder => json!({"department": "Earth Sciences", "purpose": "A club"}),
        "new-account" => json!({"purpose": "role"}),
        _ => json!({}),
    };
    let account = if kind == "new-account" { &Value::Null } else { &account["id"] };
    let changes: Vec<_> = facts.iter().map(edit).collect();
    accepted(wish(kind, account, &changes, &answers))
}

#[tokio::test]
async fn who_may_ask_for_what_at_oxford() {
    let site = oxford().await;
    site.appoint_other_officer().await;
    let (outreach, room) = (site.account("outreach").await, site.account("basalt-room").await);
    // Owner, delegate, officer, service desk, other unit's officer, stranger, the account itself.
    let changes = [201, 403, 201, 403, 404, 404, 403];
    let rows = [
        ("new-account", &outreach, [403, 403, 201, 403, 201, 403, 403]),
        ("change-access", &outreach, changes),
        ("remove-password", &outreach, changes),
        ("hand-over", &outreach, changes),
        ("activate", &outreach, [403, 403, 403, 403, 404, 404, 403]),
        ("set-details", &outreach, changes),
        ("set-booking", &outreach, [403, 403, 403, 403, 404, 404, 403]),
        ("set-booking", &room, [201, 403, 201, 403, 404, 404, 404]),
        ("renew", &outreach, changes),
        ("close", &outreach, changes),
        ("ask-desk", &outreach, [201, 201, 201, 403, 404, 404, 201]),
    ];
    let delegate = |account: &Value| if account["kind"] == "room" { "eart0152" } else { "eart0140" };
    for (kind, account, expected) in rows {
        let people = [OWNER, delegate(account), OFFICER, SERVICE_DESK, OTHER_OFFICER, STRANGER, "outreach"];
        for (turn, (who, expected)) in people.into_iter().zip(expected).enumerate() {
            let token = site.sign_in(who).await;
            let body = good(&site, kind, account, STRANGER, turn).await;
            let answer = site.ask(&token, &body).await;
            assert_eq!(answer.status.as_u16(), expected, "{kind} by {who}: {}", answer.text);
            if expected == 403 {
                assert_eq!(answer.json()["code"], "not-yours");
            }
        }
    }
    for who in [OWNER, OFFICER, SERVICE_DESK, STRANGER, "outreach"] {
        let answers = json!({"subject": "Hello", "message": "Who owns Enquiries?"});
        let answer = site.ask(&site.sign_in(who).await, &wish("ask-desk", &Value::Null, &[], &answers)).await;
        assert_eq!(answer.status.as_u16(), 201, "{who} asks about no account: {}", answer.text);
        assert_eq!(answer.json()["account"], json!({"value": null, "label": ""}));
    }
}

#[tokio::test]
async fn who_may_ask_for_what_at_boulder() {
    let site = Site::with("boulder", |_| ()).await;
    let (outreach, basalt) = (site.account("outreach").await, site.account("basaltroom").await);
    // Owner, officer, service desk, stranger, a student, the account itself.
    let changes = [201, 201, 403, 404, 404, 403];
    let rows = [
        ("new-account", &outreach, [201, 201, 201, 201, 403, 403]),
        ("change-access", &outreach, [403, 403, 403, 404, 404, 403]),
        ("remove-password", &outreach, [403, 403, 403, 404, 404, 403]),
        ("hand-over", &outreach, changes),
        ("activate", &outreach, [403, 403, 403, 404, 404, 403]),
        ("activate", &basalt, [201, 403, 403, 404, 404, 404]),
        ("set-details", &outreach, [201, 201, 403, 404, 404, 201]),
        ("set-booking", &outreach, [403, 403, 403, 404, 404, 403]),
        ("renew", &outreach, changes),
        ("renew", &basalt, [403, 403, 403, 404, 404, 404]),
        ("close", &outreach, changes),
        ("ask-desk", &outreach, [201, 201, 403, 404, 404, 201]),
    ];
    let people = ["mato1001", "ruca0007", "saok0003", "neas0200", "esfa0328", "outreach"];
    for (kind, account, expected) in rows {
        for (turn, (who, expected)) in people.into_iter().zip(expected).enumerate() {
            let token = site.sign_in(who).await;
            let body = good(&site, kind, account, "neas0200", turn).await;
            let answer = site.ask(&token, &body).await;
            assert_eq!(answer.status.as_u16(), expected, "{kind} by {who}: {}", answer.text);
        }
    }
}

/// Mission rows B2 and B9: one row for each sort of somebody and each owner that they may name.
#[tokio::test]
async fn only_the_center_asks_for_a_student_group_and_owns_what_it_asks_for() {
    let site = Site::with("boulder", |_| ()).await;
    let query = "/people?query=center%20for%20student%20involvement";
    let maren = site.sign_in("mato1001").await;
    let center = site.desk_get(query, &maren).await["people"][0].clone();
    let center = json!({"value": center["value"], "type": "Group"});
    let rows = [
        // Staff of the Center, whoever else may own, the service desk, a student.
        ("lest0224", &center, 201, ""),
        (
            "lest0224",
            &site.named("lest0224").await,
            422,
            "Accounts of this kind belong to Center for Student Involvement.",
        ),
        ("mato1001", &center, 403, "Only the group that owns such accounts may ask for this kind."),
        ("mato1001", &site.named("mato1001").await, 403, "Only the group"),
        ("saok0003", &center, 403, "Only the group"),
        ("esfa0328", &center, 403, "Only people who may own accounts"),
    ];
    for (turn, (who, owner, expected, detail)) in rows.into_iter().enumerate() {
        let letter = ["a", "b", "c", "d", "e", "f"][turn];
        let facts = [
            json!({"what": "username", "username": format!("rowingclub{letter}")}),
            json!({"what": "kind", "kind": "student-group-account"}),
            json!({"what": "display-name", "name": "Rowing Club"}),
            json!({"what": "owner", "to": owner}),
        ];
        let changes: Vec<_> = facts.iter().map(edit).collect();
        let answers = json!({"department": "Rowing Club", "purpose": "Its address"});
        let body = accepted(wish("new-account", &Value::Null, &changes, &answers));
        let answer = site.ask(&site.sign_in(who).await, &body).await;
        assert_eq!(answer.status.as_u16(), expected, "{who}: {}", answer.text);
        assert!(answer.text.contains(detail), "{who}: {}", answer.text);
    }
}

#[tokio::test]
async fn whoever_may_not_ask_is_told_why() {
    let site = oxford().await;
    let (maren, outreach) = (site.sign_in(OWNER).await, site.account("outreach").await);
    let rows = [
        ("new-account", "Only IT officers may ask for this."),
        ("activate", "This institution has no such request."),
        ("set-booking", "This request is for other kinds of account."),
    ];
    for (kind, detail) in rows {
        let answer = site.ask(&maren, &good(&site, kind, &outreach, STRANGER, 0).await).await;
        assert_eq!(answer.json()["detail"], detail, "{kind}");
    }
}

//! Accounts that are asked for: their names, who decides, and that they are there afterwards.

use super::{
    OFFICER, OTHER_OFFICER, OWNER, SERVICE_DESK, STRANGER, accepted, edit, grant, later, oxford, prompt,
    told, wish,
};
use crate::site::Site;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// What a new mailbox for Nell of History is to be.
async fn facts(site: &Site, username: &str) -> Vec<Value> {
    vec![
        json!({"what": "username", "username": username}),
        json!({"what": "kind", "kind": "mailbox-only"}),
        json!({"what": "display-name", "name": "History Club"}),
        json!({"what": "owner", "to": site.named(STRANGER).await}),
    ]
}

fn asking(facts: &[Value]) -> Value {
    let changes: Vec<_> = facts.iter().map(edit).collect();
    wish("new-account", &Value::Null, &changes, &json!({"purpose": "role"}))
}

async fn club(site: &Site, username: &str) -> Value {
    asking(&facts(site, username).await)
}

async fn is_taken(site: &Site, token: &str, name: &str) -> Value {
    let told = site.desk_get(&format!("/names?name={name}"), token).await;
    json!({"name": told["name"], "taken": told["taken"]})
}

#[tokio::test]
async fn a_new_account_of_a_kind_without_delegates_takes_none() {
    let site = prompt("oxford").await;
    let ruth = site.sign_in(OFFICER).await;
    let mut wanted = facts(&site, "histjobs").await;
    wanted[1] = json!({"what": "kind", "kind": "sign-in-only"});
    wanted.push(json!({"what": "access", "to": site.named("eart0412").await, "rights": ["send-as"]}));
    let refused = site.ask(&ruth, &accepted(asking(&wanted))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("wish.changes.4.edit"), "{}", refused.text);
}

#[tokio::test]
async fn a_new_account_appears_in_the_directory_for_its_owner() {
    let site = prompt("oxford").await;
    let (ruth, samir, nell) =
        (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(STRANGER).await);
    assert_eq!(site.get("/SecondaryAccounts?count=0", &nell).await["totalResults"], 0);
    let mut wanted = facts(&site, "HistClub").await;
    let jo = site.named("eart0412").await;
    wanted.push(json!({"what": "access", "to": jo, "rights": ["send-as", "full-access"]}));
    let body = asking(&wanted);
    let asked = site.ask(&ruth, &body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    assert_eq!(
        asked.json()["account"],
        json!({"value": null, "label": "histclub"}),
        "as the institution folds names"
    );
    let changes = asked.json()["wish"]["changes"].clone();
    assert!(changes.as_array().unwrap().iter().all(|change| change["was"] == Value::Null), "{changes}");
    let reference = asked.json()["id"].as_str().unwrap().to_owned();
    site.decide(&samir, &reference, true).await;

    let path = format!("/requests/{reference}");
    let done = site.desk_get(&path, &ruth).await;
    assert_eq!(done["status"], "done", "{done}");
    let made = site.find("/SecondaryAccounts", "userName eq \"histclub\"", &nell).await;
    assert_eq!(done["account"], json!({"value": made["id"], "label": "histclub"}));
    assert_eq!(made["displayName"], "History Club");
    assert_eq!((&made["kind"], &made["state"]), (&json!("mailbox-only"), &json!("active")));
    assert_eq!(made["unit"], json!({"value": "history", "display": "History"}), "its owner's unit");
    assert_eq!(made["address"], "histclub@history.example.edu");
    assert_eq!((&made["owner"]["display"], &made["grantsShown"]), (&json!("Nell Ashby"), &json!("all")));
    assert_eq!(made["signIn"], json!({"enabled": false, "mfa": "notConcerned"}));
    assert_eq!(made["mailbox"]["bytes"], 0);
    assert_eq!(grant(&made, &jo["value"]).unwrap()["rights"], json!(["full-access", "send-as"]));
    let trail = site.desk_get(&format!("{path}/trail"), &ruth).await;
    let texts: Vec<_> = trail["entries"].as_array().unwrap().iter().map(|entry| &entry["text"]).collect();
    assert_eq!(
        texts[0],
        "New account histclub: username: histclub; kind: mailbox-only; name: History Club; owner: Nell Ashby (hist0200); \
         Jo Ferrand (eart0412): full-access, send-as; purpose: role."
    );
    assert_eq!((texts.len(), texts[3]), (4, &json!("Read back from the record: as asked.")));
    let jo = site.sign_in("eart0412").await;
    assert_eq!(site.find("/SecondaryAccounts", "userName eq \"histclub\"", &jo).await["grantsShown"], "own");

    let again = site.ask(&ruth, &body).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::OK, &json!(reference)),
        "sent again it is the same"
    );
    let other = site.ask(&ruth, &club(&site, "histclub").await).await;
    assert_eq!(told(&other), [("wish.changes.0.edit.username".to_owned(), "taken".to_owned())]);
}

#[tokio::test]
async fn at_boulder_a_new_account_waits_for_its_owner_to_activate_it() {
    let site = prompt("boulder").await;
    let (maren, samir) = (site.sign_in("mato1001").await, site.sign_in("saok0003").await);
    let facts = [
        json!({"what": "username", "username": "earthclub"}),
        json!({"what": "kind", "kind": "group-account"}),
        json!({"what": "display-name", "name": "Earth Club"}),
        json!({"what": "owner", "to": site.named("mato1001").await}),
    ];
    let mut body = asking(&facts);
    body["wish"]["answers"] = json!({"department": "Earth Sciences", "purpose": "A club"});
    let done = site.carried_out(&maren, &samir, &body).await;
    assert_eq!(done["status"], "done", "{done}");
    let made = site.find("/SecondaryAccounts", "userName eq \"earthclub\"", &maren).await;
    assert_eq!(
        (&made["state"], &made["address"]),
        (&json!("neverActivated"), &json!("earthclub@campus.example.edu"))
    );
    assert_eq!(made["signIn"], json!({"enabled": true, "mfa": "off"}));
    let active = edit(&json!({"what": "state", "state": "active"}));
    let activate = accepted(wish("activate", &made["id"], &[active], &json!({})));
    let done = site.carried_out(&maren, &samir, &activate).await;
    assert_eq!(done["status"], "done");
    let token = site.sign_in("earthclub").await;
    assert_eq!(site.get("/Me", &token).await["displayName"], "Earth Club");
}

#[tokio::test]
async fn what_a_group_owns_belongs_to_the_groups_unit() {
    let site = prompt("boulder").await;
    let (maren, samir) = (site.sign_in("mato1001").await, site.sign_in("saok0003").await);
    let group = site.desk_get("/people?query=student%20involvement", &maren).await["people"][0].clone();
    let facts = [
        json!({"what": "username", "username": "rowingclub"}),
        json!({"what": "kind", "kind": "group-account"}),
        json!({"what": "display-name", "name": "Rowing Club"}),
        json!({"what": "owner", "to": {"value": group["value"], "type": "Group"}}),
    ];
    let mut body = asking(&facts);
    body["wish"]["answers"] = json!({"department": "Student Services", "purpose": "A club"});
    assert_eq!(site.carried_out(&maren, &samir, &body).await["status"], "done");
    let member = site.sign_in("lest0224").await;
    let made = site.find("/SecondaryAccounts", "userName eq \"rowingclub\"", &member).await;
    assert_eq!(made["unit"], json!({"value": "students", "display": "Student Services"}));
    assert_eq!((&made["owner"]["type"], &made["owner"]["value"]), (&json!("Group"), &group["value"]));
}

#[tokio::test]
async fn officers_of_the_askers_and_the_owners_unit_decide_and_nobody_on_their_own() {
    let site = oxford().await;
    site.appoint_other_officer().await;
    let (ruth, hesper, samir, nell) = (
        site.sign_in(OFFICER).await,
        site.sign_in(OTHER_OFFICER).await,
        site.sign_in(SERVICE_DESK).await,
        site.sign_in(STRANGER).await,
    );
    let waiting =
        async |token: &str| site.desk_get("/requests?scope=to-decide", token).await["total"].clone();
    let ruths = site.asked(&ruth, &club(&site, "histclub").await).await;
    assert_eq!(
        (waiting(&ruth).await, waiting(&hesper).await, waiting(&samir).await),
        (0.into(), 1.into(), 1.into())
    );
    assert_eq!(site.decide(&ruth, &ruths, true).await.json()["code"], "may-not-decide");
    let answer = site.desk(Method::GET, &format!("/requests/{ruths}"), &nell, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "whoever is to own it was not asked");
    assert_eq!(site.decide(&hesper, &ruths, true).await.status, StatusCode::OK, "for Nell is of History");

    let mut wanted = facts(&site, "earthist").await;
    wanted[3] = json!({"what": "owner", "to": site.named(OWNER).await});
    let hespers = site.asked(&hesper, &asking(&wanted)).await;
    assert_eq!((waiting(&ruth).await, waiting(&hesper).await), (1.into(), 0.into()));
    assert_eq!(
        site.decide(&ruth, &hespers, false).await.status,
        StatusCode::OK,
        "for Maren is of Earth Sciences"
    );
}

#[tokio::test]
async fn a_username_is_looked_at_letter_by_letter() {
    let site = oxford().await;
    let ruth = site.sign_in(OFFICER).await;
    let rows = [
        ("", "not-a-name", "A username is missing."),
        (
            "hi",
            "not-a-name",
            "A username has at least 3 characters. A username of this unit begins with “hist”, the unit's code.",
        ),
        ("histclub1", "not-a-name", "A username has at most 8 characters."),
        ("1hist", "not-a-name", "A username begins with a letter."),
        ("hist-c", "not-a-name", "No username has “-”."),
        ("hist\u{455}lub", "not-a-name", "No username has “\u{455}”, which only looks like a plain letter."),
        ("HIST0236", "taken", "This username is taken."),
        ("hist0200", "taken", "This username is taken."),
    ];
    for (username, code, detail) in rows {
        let answer = site.ask(&ruth, &club(&site, username).await).await;
        assert_eq!(
            told(&answer),
            [("wish.changes.0.edit.username".to_owned(), code.to_owned())],
            "{username}"
        );
        assert_eq!(answer.json()["errors"][0]["detail"], detail);
    }
}

#[tokio::test]
async fn what_a_new_account_needs_is_asked_for() {
    let site = oxford().await;
    let ruth = site.sign_in(OFFICER).await;
    let good = facts(&site, "histclub").await;
    for left_out in 0..good.len() {
        let mut some = good.clone();
        some.remove(left_out);
        let answer = site.ask(&ruth, &asking(&some)).await;
        assert_eq!(told(&answer), [("wish.changes".to_owned(), "incomplete".to_owned())], "{left_out}");
    }
    let mut exception = good.clone();
    exception[1]["kind"] = "mailbox-and-sign-in".into();
    let mut body = accepted(asking(&exception));
    let ask = async |body: &Value| told(&site.ask(&ruth, body).await);
    assert_eq!(ask(&body).await, [("wish.answers.reason".to_owned(), "missing".to_owned())]);
    body["wish"]["answers"]["reason"] = "A machine that sends".into();
    assert_eq!(ask(&body).await, [("wish.changes".to_owned(), "needs-end".to_owned())]);
    let end = edit(&json!({"what": "expires", "at": "2099-01-31T23:59:59Z"}));
    body["wish"]["changes"].as_array_mut().unwrap().push(end);
    assert_eq!(site.ask(&ruth, &body).await.status, StatusCode::CREATED);
    let mut left = good.clone();
    left[3] = json!({"what": "owner", "to": site.named("eart0188").await});
    let refused = [("wish.changes.3.edit.to.value".to_owned(), "not-entitled".to_owned())];
    left[0]["username"] = "eartleft".into();
    assert_eq!(ask(&asking(&left)).await, refused, "whoever has left owns nothing new");
    left[0]["username"] = "chemleft".into();
    left[3] = json!({"what": "owner", "to": site.named("chem0328").await});
    assert_eq!(ask(&asking(&left)).await, refused, "nor does an undergraduate");
}

#[tokio::test]
async fn a_name_is_taken_once_it_is_asked_for_and_free_when_that_came_to_nothing() {
    let site = oxford().await;
    let (ruth, samir, nell) =
        (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(STRANGER).await);
    let free = json!({"name": "histclub", "taken": false});
    let taken = json!({"name": "histclub", "taken": true});
    assert_eq!(is_taken(&site, &nell, "histclub").await, free);
    let body = club(&site, "histclub").await;
    let first = site.asked(&ruth, &body).await;
    assert_eq!(is_taken(&site, &nell, "%20HISTclub").await, taken, "as the institution folds names");
    let second = site.ask(&ruth, &club(&site, "histclub").await).await;
    assert_eq!(told(&second), [("wish.changes.0.edit.username".to_owned(), "taken".to_owned())]);
    assert_eq!(site.ask(&ruth, &body).await.status, StatusCode::OK, "the same again is no second one");
    site.question(&samir, &first, "Which club?").await;
    assert_eq!(is_taken(&site, &nell, "histclub").await, taken, "while an answer is awaited too");
    site.decide(&samir, &first, false).await;
    assert_eq!(is_taken(&site, &nell, "histclub").await, free);
    let third = site.asked(&ruth, &club(&site, "histclub").await).await;
    site.withdraw(&ruth, &third).await;
    assert_eq!(is_taken(&site, &nell, "histclub").await, free);

    for (name, is) in [("enquiries", true), ("eart0412", true), ("history-office", true), ("enquirie", false)]
    {
        assert_eq!(is_taken(&site, &nell, name).await, json!({"name": name, "taken": is}));
    }
    let long = "e".repeat(101);
    for (query, code) in [
        ("", "missing"),
        ("?name=", "missing"),
        ("?name=%20", "missing"),
        (&format!("?name={long}"), "too-long"),
    ] {
        let answer = site.desk(Method::GET, &format!("/names{query}"), &nell, None).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(told(&answer), [("name".to_owned(), code.to_owned())]);
    }
    assert_eq!(is_taken(&site, &nell, &"e".repeat(100)).await["taken"], false, "a hundred are not too many");
}

#[tokio::test]
async fn where_the_name_or_the_owner_is_gone_by_then_nothing_is_made() {
    let site = oxford().await;
    let (ruth, samir) = (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    let first = site.asked(&ruth, &club(&site, "histclub").await).await;
    let mut wanted = facts(&site, "eartnell").await;
    wanted[3] = json!({"what": "owner", "to": site.named("eart0152").await});
    let second = site.asked(&ruth, &asking(&wanted)).await;
    for reference in [&first, &second] {
        assert_eq!(site.decide(&samir, reference, true).await.status, StatusCode::OK);
    }
    let other = json!({
        "schemas": ["urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount"],
        "userName": "histclub", "kind": "mailbox-only",
    });
    let made = site.scim(Method::POST, "/SecondaryAccounts", &site.provisioning(), Some(other)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let path = format!("/Users/{}", site.person("eart0152").await["id"].as_str().unwrap());
    site.scim(Method::DELETE, &path, &site.provisioning(), None).await;

    let site = later(site, i64::from(super::APPLY_SECONDS) + 5, None).await;
    for (reference, reason) in
        [(first, "The username is taken by now."), (second, "Adaeze Whitlow is no longer in the directory.")]
    {
        let ended = site.desk_get(&format!("/requests/{reference}"), &ruth).await;
        assert_eq!((&ended["status"], &ended["decision"]["reason"]), (&json!("refused"), &json!(reason)));
        assert_eq!(ended["account"]["value"], Value::Null);
    }
    assert_eq!(is_taken(&site, &ruth, "eartnell").await["taken"], false);
}

/// One row for each cell: whose unit the account is to be of, and with which code the username begins.
#[tokio::test]
async fn where_usernames_begin_with_the_units_code_they_do() {
    let site = oxford().await;
    let ruth = site.sign_in(OFFICER).await;
    let group = site.desk_get("/people?query=front%20desk", &ruth).await["people"][0].clone();
    let (nell, maren) = (site.named(STRANGER).await, site.named(OWNER).await);
    let library = json!({"value": group["value"], "type": "Group"});
    let gone = json!({"value": super::new_id(), "type": "Person"});
    let rows = [
        ("histone", &nell, None),
        ("eartone", &nell, Some("hist")),
        ("earttwo", &maren, None),
        ("histtwo", &maren, Some("eart")),
        ("librtwo", &library, None),
        ("earttre", &library, Some("libr")),
    ];
    for (username, owner, prefix) in rows {
        let mut wanted = facts(&site, username).await;
        wanted[3] = json!({"what": "owner", "to": owner});
        let answer = site.ask(&ruth, &asking(&wanted)).await;
        let Some(prefix) = prefix else {
            assert_eq!(answer.status, StatusCode::CREATED, "{username}: {}", answer.text);
            continue;
        };
        assert_eq!(told(&answer), [("wish.changes.0.edit.username".to_owned(), "not-a-name".to_owned())]);
        let detail = format!("A username of this unit begins with “{prefix}”, the unit's code.");
        assert_eq!(answer.json()["errors"][0]["detail"], detail, "{username}");
    }
    // Of an owner who is not there the unit is not known: it is then the asker's own.
    for (owner, prefix) in [(&nell, "hist"), (&maren, "eart"), (&library, "libr"), (&gone, "eart")] {
        let path = format!("/names?name=club&owner={}", owner["value"].as_str().unwrap());
        let told = site.desk_get(&path, &ruth).await;
        assert_eq!(told, json!({"name": "club", "taken": false, "prefix": prefix}));
    }
    assert_eq!(site.desk_get("/names?name=club", &ruth).await["prefix"], "eart", "the reader's own unit");

    let site = prompt("boulder").await;
    let maren = site.sign_in("mato1001").await;
    let told = site.desk_get("/names?name=club", &maren).await;
    assert_eq!(told, json!({"name": "club", "taken": false}), "no such rule, and no code");
}

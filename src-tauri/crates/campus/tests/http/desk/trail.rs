//! The audit trail: whole, in order, sealed, and never changed.

use super::{DELEGATE, OFFICER, OWNER, SERVICE_DESK, STRANGER, later, nell_for_enquiries, oxford};
use crate::site::Site;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::BTreeMap;

const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of an entry, made anew from what the desk tells of it.
fn sealed(entry: &Value) -> String {
    let mut by = String::from("null");
    if let Some(person) = entry["by"].as_object() {
        by = serde_json::to_string(&person.iter().collect::<BTreeMap<_, _>>()).unwrap();
    }
    let (at, request, seq) = (&entry["at"], &entry["request"], &entry["seq"]);
    let (text, what) = (&entry["text"], &entry["what"]);
    let written =
        format!(r#"{{"at":{at},"by":{by},"request":{request},"seq":{seq},"text":{text},"what":{what}}}"#);
    format!("{:x}", Sha256::digest(format!("{}{written}", entry["previous"].as_str().unwrap())))
}

pub(super) async fn entries(site: &Site, reference: &str, token: &str) -> Vec<Value> {
    let trail = site.desk_get(&format!("/requests/{reference}/trail"), token).await;
    trail["entries"].as_array().unwrap().clone()
}

/// Holds the whole trail, in order, against its hashes.
pub(super) fn assert_chain(all: &[Value]) {
    let mut previous = FIRST.to_owned();
    for (entry, seq) in all.iter().zip(1..) {
        assert_eq!(entry["seq"], seq, "no entry is missing");
        assert_eq!(entry["previous"], previous.as_str());
        assert_eq!(entry["hash"], sealed(entry).as_str(), "{entry}");
        entry["hash"].as_str().unwrap().clone_into(&mut previous);
    }
}

#[tokio::test]
async fn every_step_is_on_record_and_the_chain_holds() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let mut references = Vec::new();
    for _ in 0..3 {
        references.push(site.asked(&maren, &nell_for_enquiries(&site).await).await);
    }
    site.decide(&desk, &references[0], true).await;
    site.withdraw(&maren, &references[1]).await;
    site.decide(&desk, &references[2], false).await;
    let site = later(site, i64::from(super::APPLY_SECONDS) + 5, None).await;

    let mut all = Vec::new();
    for (reference, expected) in references.iter().zip([
        vec!["received", "approved", "applied", "confirmed"],
        vec!["received", "withdrawn"],
        vec!["received", "refused"],
    ]) {
        let entries = entries(&site, reference, &maren).await;
        let steps: Vec<_> = entries.iter().map(|entry| entry["what"].as_str().unwrap()).collect();
        assert_eq!(steps, expected);
        assert!(entries.iter().all(|entry| entry["request"] == reference.as_str()));
        all.extend(entries);
    }
    assert_eq!(
        all[0]["text"],
        "Access to enquiries@earth.example.edu: Nell Ashby (hist0200): full-access, send-as."
    );
    assert_eq!(all[0]["by"]["display"], "Maren Tolliver");
    assert_eq!(
        (&all[1]["by"]["display"], &all[1]["text"]),
        (&"Samir Okonjo".into(), &"Approved. Because.".into())
    );
    assert_eq!(all[2]["by"], Value::Null, "effects are the desk's own");

    all.sort_by_key(|entry| entry["seq"].as_i64());
    assert_chain(&all);
    assert_eq!(all.len(), 8);
    let mut forged = all[3].clone();
    forged["text"] = "Approved. All of it.".into();
    assert_ne!(sealed(&forged), forged["hash"].as_str().unwrap(), "one other word is another hash");
}

#[tokio::test]
async fn each_question_and_answer_is_a_step_with_its_words() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let first = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let second = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    site.question(&desk, &first, "Until when?\nAnd \"why\"?").await;
    site.question(&desk, &second, "Twice?").await;
    site.reply(&desk, &first, "Not mine to answer.").await;
    site.reply(&maren, &first, "Until Easter. Für die Ferien.").await;
    site.withdraw(&maren, &second).await;
    site.question(&desk, &first, "Which one?").await;
    site.decide(&desk, &first, false).await;

    let mut all = Vec::new();
    for (reference, expected) in [
        (
            &first,
            vec![
                ("received", "Maren Tolliver", None),
                ("questioned", "Samir Okonjo", Some("Question: Until when?\nAnd \"why\"?")),
                ("answered", "Maren Tolliver", Some("Answer: Until Easter. Für die Ferien.")),
                ("questioned", "Samir Okonjo", Some("Question: Which one?")),
                ("refused", "Samir Okonjo", Some("Refused. Because.")),
            ],
        ),
        (
            &second,
            vec![
                ("received", "Maren Tolliver", None),
                ("questioned", "Samir Okonjo", Some("Question: Twice?")),
                ("withdrawn", "Maren Tolliver", Some("Withdrawn.")),
            ],
        ),
    ] {
        let entries = entries(&site, reference, &maren).await;
        assert_eq!(entries.len(), expected.len(), "what was not taken is no step");
        for (entry, (what, by, text)) in entries.iter().zip(expected) {
            assert_eq!((&entry["what"], &entry["by"]["display"]), (&what.into(), &by.into()));
            assert!(text.is_none_or(|text| entry["text"] == text), "{entry}");
        }
        all.extend(entries);
    }
    all.sort_by_key(|entry| entry["seq"].as_i64());
    assert_chain(&all);
    assert_eq!(all.len(), 8);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_it() {
    let site = oxford().await;
    let maren = site.sign_in(OWNER).await;
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let before = entries(&site, &reference, &maren).await;
    let mut database = site.database().await;
    for attempt in [
        "UPDATE trail SET text = 'Nothing happened.'",
        "DELETE FROM trail",
        "INSERT OR REPLACE INTO trail SELECT seq, at, by_id, by_name, request, what, 'Nothing happened.', previous, hash FROM trail",
        "INSERT INTO trail SELECT seq + 2, at, by_id, by_name, request, what, text, hash, hash FROM trail",
        "INSERT INTO trail SELECT seq + 1, at, by_id, by_name, request, what, text, previous, hash FROM trail",
    ] {
        let refused = sqlx::query(attempt).execute(&mut database).await.unwrap_err();
        assert!(refused.to_string().contains("the trail is only added to"), "{attempt}: {refused}");
    }
    assert_eq!(entries(&site, &reference, &maren).await, before);
    let rows = sqlx::query("SELECT count(*) FROM trail").fetch_one(&mut database).await.unwrap();
    assert_eq!(rows.get::<i64, _>(0), 1);
}

#[tokio::test]
async fn an_accounts_trail_is_for_whoever_answers_for_it_and_of_ones_own_requests_for_others() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let (officer, stranger) = (site.sign_in(OFFICER).await, site.sign_in(STRANGER).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    site.decide(&desk, &reference, true).await;
    let account = site.account("enquiries").await;
    let path = format!("/accounts/{}/trail", account["id"].as_str().unwrap());
    for reader in [&maren, &desk, &officer] {
        let trail = site.desk_get(&path, reader).await;
        let steps: Vec<_> = trail["entries"].as_array().unwrap().iter().map(|entry| &entry["what"]).collect();
        assert_eq!(steps, ["received", "approved"]);
        assert_eq!(trail["kinds"], json!({ reference.as_str(): "change-access" }), "{trail}");
        assert!(
            trail["entries"].as_array().unwrap().iter().all(|entry| entry["hash"] == sealed(entry).as_str())
        );
    }
    let answer = site.desk(Method::GET, &path, &stranger, None).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &"no-such-account".into()));
    let nobody = site.desk(Method::GET, "/accounts/nothing/trail", &maren, None).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_others_asked_the_desk_about_an_account_is_not_for_its_owner_to_read() {
    let site = oxford().await;
    let (maren, jo, officer) =
        (site.sign_in(OWNER).await, site.sign_in(DELEGATE).await, site.sign_in(OFFICER).await);
    let account = site.account("enquiries").await;
    let asking = json!({
        "clientRequestId": "0190c1de-0000-7000-8000-00000000a5c0", "account": account["id"], "note": "",
        "wish": { "kind": "ask-desk", "changes": [], "answers": { "subject": "Its owner", "message": "She reads my mail." } },
    });
    let asked = site.ask(&jo, &asking).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.json());
    let path = format!("/accounts/{}/trail", account["id"].as_str().unwrap());
    for (reader, steps) in [(&maren, 0), (&jo, 1), (&officer, 1)] {
        let trail = site.desk_get(&path, reader).await;
        assert_eq!(trail["entries"].as_array().unwrap().len(), steps, "{trail}");
    }
}

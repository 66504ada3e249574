//! Finding the person who is meant, and not the one who looks like them.

use super::{DELEGATE, OWNER, STRANGER, edit, leaves, oxford, wish};
use crate::site::Site;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn find(site: &Site, token: &str, query: &str) -> Vec<Value> {
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("query", query).finish();
    site.desk_get(&format!("/people?{query}"), token).await["people"].as_array().unwrap().clone()
}

fn names(people: &[Value]) -> Vec<&str> {
    people.iter().map(|person| person["display"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn people_are_found_without_case_and_accents() {
    let site = oxford().await;
    let token = site.sign_in(STRANGER).await;
    for query in ["lindqvist", "ØRSTED asa", "A\u{30a}sa", "Åsa", " łindqvist-ø "] {
        assert_eq!(names(&find(&site, &token, query).await), ["Åsa Łindqvist-Ørsted"], "{query}");
    }
    assert_eq!(names(&find(&site, &token, "eart0412").await), ["Jo Ferrand"], "by username too");
    for query in ["", "m", "  m  ", "  ", "nobody of this name"] {
        assert_eq!(find(&site, &token, query).await, Vec::<Value>::new(), "{query:?} finds nobody");
    }
    let bare = site.desk_get("/people", &token).await;
    assert_eq!(bare, json!({"people": []}));
}

#[tokio::test]
async fn of_people_nothing_is_told_beyond_what_tells_them_apart() {
    let site = oxford().await;
    let token = site.sign_in(STRANGER).await;
    let found = find(&site, &token, "st").await;
    assert_eq!(found.len(), 20, "more would be a list of everybody");
    let folded: Vec<_> = names(&found).into_iter().map(accounts::fold).collect();
    assert!(folded.is_sorted(), "{folded:?}");
    let told: BTreeSet<_> =
        found.iter().flat_map(|person| person.as_object().unwrap().keys().cloned()).collect();
    let expected = ["display", "entitled", "mayOwn", "type", "unit", "userName", "value"];
    assert_eq!(told, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn whoever_has_left_is_found_and_marked() {
    let site = oxford().await;
    let token = site.sign_in(OWNER).await;
    let entitled = async |query: &str| find(&site, &token, query).await[0]["entitled"].clone();
    assert_eq!(entitled("kwame ashdown").await, false);
    assert_eq!(entitled("idris penhallow").await, true, "who leaves in twelve days is still here");
    leaves(&site, DELEGATE).await;
    assert_eq!(
        entitled("jo ferrand").await,
        false,
        "a last day that is over is over, whatever else the record says"
    );
}

/// One row for each sort of somebody. What is said here is what a request that names them is held against.
#[tokio::test]
async fn whoever_may_not_own_an_account_is_found_and_marked() {
    let site = Site::with("boulder", |_| ()).await;
    let maren = site.sign_in("mato1001").await;
    let outreach = site.account("outreach").await["id"].clone();
    let rows = [
        ("tomasz birkwood", true, true),
        ("esme fallowfield", true, false),
        ("kwame ashdown", false, false),
        ("center for student involvement", true, true),
    ];
    for (query, entitled, may_own) in rows {
        let found = find(&site, &maren, query).await[0].clone();
        assert_eq!((&found["entitled"], &found["mayOwn"]), (&json!(entitled), &json!(may_own)), "{query}");
        let owner = json!({"what": "owner", "to": {"value": found["value"], "type": found["type"]}});
        let answer = site.ask(&maren, &wish("hand-over", &outreach, &[edit(&owner)], &json!({}))).await;
        assert_eq!(answer.status == StatusCode::CREATED, may_own, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn letters_that_only_look_alike_are_other_people() {
    let site = oxford().await;
    let token = site.sign_in(OWNER).await;
    // A Cyrillic а and е in place of the Latin letters.
    let double = "M\u{430}r\u{435}n Tolliver";
    let person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eart9999", "displayName": double,
    });
    let made = site.scim(Method::POST, "/Users", &site.provisioning(), Some(person)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let latin = find(&site, &token, "Maren").await;
    assert_eq!(
        (latin.len(), &latin[0]["userName"]),
        (1, &json!("eart0001")),
        "what was typed is what is meant"
    );
    let cyrillic = find(&site, &token, "M\u{430}r\u{435}n").await;
    assert_eq!((cyrillic.len(), &cyrillic[0]["userName"]), (1, &json!("eart9999")));
    let both = find(&site, &token, "Tolliver").await;
    let usernames: BTreeSet<_> = both.iter().map(|person| person["userName"].as_str().unwrap()).collect();
    assert_eq!(usernames, BTreeSet::from(["eart0001", "eart9999"]), "their usernames tell them apart");
}

/// In the evening at Boulder it is the next day already in UTC: whoever leaves today is here until midnight there.
#[tokio::test]
async fn the_last_day_is_the_institutions() {
    let now = Timestamp::now();
    let tomorrow = now.to_zoned(TimeZone::UTC).date().tomorrow().unwrap();
    let evening = tomorrow.at(2, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
    let ahead = evening.duration_since(now).as_secs();
    let site = Site::with("boulder", |options| options.clock_offset = ahead).await;
    let maren = site.sign_in("mato1001").await;
    let summer = site.person("suma0140").await;
    let path = format!("/Users/{}", summer["id"].as_str().unwrap());
    let extension = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
    let outreach = site.account("outreach").await["id"].clone();
    let today = tomorrow.yesterday().unwrap();
    for (last, is_here) in [(today, true), (today.yesterday().unwrap(), false)] {
        let patch = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [
                {"op": "replace", "path": format!("{extension}:leavesOn"), "value": last.to_string()},
            ],
        });
        let patched = site.scim(Method::PATCH, &path, &site.provisioning(), Some(patch)).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        let found = find(&site, &maren, "suma0140").await;
        assert_eq!(found[0]["entitled"], is_here, "last day {last}, asked at {evening}");
        let owner = json!({"what": "owner", "to": {"value": summer["id"], "type": "Person"}});
        let answer = site.ask(&maren, &wish("hand-over", &outreach, &[edit(&owner)], &json!({}))).await;
        let expected = if is_here { StatusCode::CREATED } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(answer.status, expected, "last day {last}: {}", answer.text);
    }
}

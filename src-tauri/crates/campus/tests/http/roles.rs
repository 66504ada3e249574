//! What each kind of person is shown, and that none of them can change anything.

use crate::site::{Site, filtered};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn accounts(site: &Site, token: &str) -> Vec<Value> {
    let list = site.get("/SecondaryAccounts?count=500", token).await;
    assert_eq!(list["totalResults"], list["itemsPerPage"], "all in one page");
    list["Resources"].as_array().unwrap().clone()
}

fn grants(account: &Value) -> Vec<Value> {
    account["grants"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn an_owner_sees_everyone_on_what_she_owns_and_herself_on_what_she_uses() {
    let site = Site::oxford().await;
    let token = site.sign_in("eart0001").await;
    let me = site.get("/Me", &token).await["id"].clone();
    let (owned, used): (Vec<_>, Vec<_>) =
        accounts(&site, &token).await.into_iter().partition(|account| account["owner"]["value"] == me);
    assert_eq!((owned.len(), used.len()), (5, 4));
    assert!(owned.iter().all(|account| account["grantsShown"] == "all"));
    for account in used {
        assert_eq!(account["grantsShown"], "own");
        assert!(grants(&account).iter().all(|grant| grant["value"] == me), "{account}");
        assert_eq!(account["owner"]["leavesOn"], Value::Null, "whose last day it is, is not hers to know");
    }
}

#[tokio::test]
async fn a_delegate_sees_four_accounts_one_of_them_through_a_group() {
    let site = Site::oxford().await;
    let token = site.sign_in("eart0412").await;
    let me = site.get("/Me", &token).await;
    let group = me["groups"][0]["value"].clone();
    let seen = accounts(&site, &token).await;
    assert_eq!(seen.len(), 4);
    let through_group =
        seen.iter().filter(|account| grants(account).iter().all(|grant| grant["value"] == group));
    assert_eq!(through_group.count(), 1);
    for account in &seen {
        let allowed = |grant: &Value| grant["value"] == me["id"] || grant["value"] == group;
        assert!(grants(account).iter().all(allowed), "{account}");
    }
}

#[tokio::test]
async fn an_it_officer_sees_her_unit_and_its_people() {
    let site = Site::oxford().await;
    let token = site.sign_in("eart0007").await;
    let seen = accounts(&site, &token).await;
    assert_eq!(seen.len(), 63);
    assert!(
        seen.iter().all(|account| account["unit"]["value"] == "earth" && account["grantsShown"] == "all")
    );
    assert!(seen.iter().any(|account| grants(account).len() == 31), "admissions has its 31");
    let people = site.get("/Users?count=500", &token).await;
    for person in people["Resources"].as_array().unwrap() {
        let extension = &person["urn:secondary-accounts:params:scim:schemas:extension:1.0:User"];
        assert_eq!(extension["unit"]["value"], "earth");
        let is_self = person["userName"] == "eart0007";
        assert!(is_self || extension.get("category").is_none() && person.get("roles").is_none(), "{person}");
    }
}

#[tokio::test]
async fn everybody_is_told_what_sort_of_member_they_are() {
    let site = Site::oxford().await;
    for (who, category) in [("eart0001", "staff"), ("chem0328", "student"), ("outreach", "secondary-account")]
    {
        let me = site.get("/Me", &site.sign_in(who).await).await;
        assert_eq!(me["urn:secondary-accounts:params:scim:schemas:extension:1.0:User"]["category"], category);
    }
}

#[tokio::test]
async fn the_service_desk_finds_every_owner_and_nothing_else() {
    let site = Site::oxford().await;
    let token = site.sign_in("itsd0003").await;
    let seen = accounts(&site, &token).await;
    assert_eq!(seen.len(), 90);
    let names: BTreeSet<_> =
        seen.iter().flat_map(|account| account.as_object().unwrap().keys().cloned()).collect();
    let expected = [
        "address",
        "displayName",
        "grantsShown",
        "id",
        "kind",
        "meta",
        "owner",
        "schemas",
        "state",
        "unit",
        "userName",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    let query = r#"userName co "ENQ" or address co "ENQ" or displayName co "ENQ" or owner.display co "ENQ""#;
    let found = site.find("/SecondaryAccounts", query, &token).await;
    assert_eq!(found["owner"]["display"], "Maren Tolliver");
    let people = site.get("/Users", &token).await;
    assert_eq!(people["totalResults"], 1, "people are not the desk's to look through");
}

#[tokio::test]
async fn somebody_with_nothing_sees_nothing() {
    for (institution, person) in [("oxford", "hist0200"), ("boulder", "neas0200")] {
        let site = Site::with(institution, |_| ()).await;
        let token = site.sign_in(person).await;
        let list = site.get("/SecondaryAccounts", &token).await;
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }
}

#[tokio::test]
async fn a_group_owns_accounts_for_its_members() {
    let site = Site::with("boulder", |_| ()).await;
    let token = site.sign_in("lest0224").await;
    let me = site.get("/Me", &token).await;
    assert_eq!(me["groups"][0]["display"], "Center for Student Involvement");
    let owned_by_group = filtered("/SecondaryAccounts", r#"owner.type eq "Group""#);
    let list = site.get(&owned_by_group, &token).await;
    assert_eq!(list["totalResults"], 12);
    assert!(list["Resources"].as_array().unwrap().iter().all(|account| account["grantsShown"] == "all"));
}

#[tokio::test]
async fn what_is_not_shown_cannot_be_asked_after() {
    let site = Site::oxford().await;
    let (owner, delegate) = (site.sign_in("eart0001").await, site.sign_in("eart0412").await);
    let enquiries = site.find("/SecondaryAccounts", r#"userName eq "enquiries""#, &owner).await;
    let birkwood = enquiries["grants"][0]["value"].as_str().unwrap();
    let filter = format!("grants[value eq \"{birkwood}\"]");
    assert_eq!(
        site.find("/SecondaryAccounts", &format!("userName eq \"enquiries\" and {filter}"), &owner).await["id"],
        enquiries["id"]
    );
    let list = site.get(&filtered("/SecondaryAccounts", &filter), &delegate).await;
    assert_eq!(list["totalResults"], 0, "a filter is held against what the reader is shown");

    let basalt = site.find("/SecondaryAccounts", r#"userName eq "basalt-room""#, &owner).await;
    let path = format!("/SecondaryAccounts/{}", basalt["id"].as_str().unwrap());
    let answer = site.scim(Method::GET, &path, &delegate, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "as if it were not there");
}

#[tokio::test]
async fn people_change_nothing_anywhere() {
    let site = Site::oxford().await;
    let provisioning = site.provisioning();
    let account = site.find("/SecondaryAccounts", r#"userName eq "enquiries""#, &provisioning).await;
    let account_path = format!("/SecondaryAccounts/{}", account["id"].as_str().unwrap());
    for person in ["eart0412", "eart0001", "eart0007", "itsd0003", "outreach"] {
        let tokens = site.tokens(person).await;
        let token = tokens["access_token"].as_str().unwrap();
        let self_path = format!("/Users/{}", site.get("/Me", token).await["id"].as_str().unwrap());
        let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                           "Operations": [{"op": "replace", "path": "displayName", "value": "Changed"}]});
        for (method, path) in [
            (Method::POST, "/SecondaryAccounts"),
            (Method::PUT, account_path.as_str()),
            (Method::PATCH, &account_path),
            (Method::DELETE, &account_path),
            (Method::POST, "/Users"),
            (Method::PUT, &self_path),
            (Method::PATCH, &self_path),
            (Method::DELETE, &self_path),
            (Method::POST, "/Me"),
            (Method::PUT, "/Me"),
            (Method::PATCH, "/Me"),
            (Method::DELETE, "/Me"),
        ] {
            let answer = site.scim(method.clone(), path, token, Some(patch.clone())).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{person}: {method} {path}");
            assert_eq!(answer.json()["status"], "403", "a SCIM error, with its status as text");
        }
    }
    let after = site.get(&account_path, &provisioning).await;
    assert_eq!(after, account, "nothing came of it");
}

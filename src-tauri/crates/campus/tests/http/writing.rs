//! What the provisioning side can change, and what it is refused.

use crate::site::Site;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ACCOUNT: &str = "urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn new_account(name: &str) -> Value {
    json!({"schemas": [ACCOUNT], "userName": name, "address": format!("{name}@earth.example.edu"),
           "displayName": "New", "kind": "mailbox-only", "unit": {"value": "earth", "display": "Earth Sciences"}})
}

async fn path_of(site: &Site, name: &str) -> String {
    let account =
        site.find("/SecondaryAccounts", &format!("userName eq \"{name}\""), &site.provisioning()).await;
    format!("/SecondaryAccounts/{}", account["id"].as_str().unwrap())
}

async fn patch(site: &Site, path: &str, operations: Value) -> (StatusCode, Value) {
    let body = json!({"schemas": [PATCH], "Operations": operations});
    let answer = site.scim(Method::PATCH, path, &site.provisioning(), Some(body)).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn an_account_is_made_changed_and_removed() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let maren = site.sign_in("eart0001").await;
    let me = site.get("/Me", &maren).await;
    let mut wanted = new_account("tephra");
    wanted["owner"] = json!({"value": me["id"]});
    let made = site.scim(Method::POST, "/SecondaryAccounts", &token, Some(wanted.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let account = made.json();
    assert_eq!(account["owner"]["display"], "Maren Tolliver", "who it is follows from the identifier");
    assert_eq!(made.header("location"), account["meta"]["location"]);
    let path = format!("/SecondaryAccounts/{}", account["id"].as_str().unwrap());
    assert_eq!(site.get(&path, &maren).await["displayName"], "New", "its owner sees it at once");

    wanted["displayName"] = "Newer".into();
    let put =
        site.scim_with(Method::PUT, &path, &token, Some(wanted.clone()), &[("if-match", "W/\"1\"")]).await;
    assert_eq!((put.status, put.header("etag")), (StatusCode::OK, "W/\"2\""));
    let stale =
        site.scim_with(Method::PUT, &path, &token, Some(wanted.clone()), &[("if-match", "W/\"1\"")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let same = site.scim(Method::PUT, &path, &token, Some(wanted)).await;
    assert_eq!(same.header("etag"), "W/\"2\"", "what changes nothing is no change");

    assert_eq!(site.scim(Method::DELETE, &path, &token, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(site.scim(Method::GET, &path, &token, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/SecondaryAccounts?count=0", &maren).await["totalResults"], 9);
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let with = |name: &str, value: Value| {
        let mut account = new_account("tephra");
        account[name] = value;
        account
    };
    let cases = [
        (with("userName", Value::Null), 400, Some("invalidValue")),
        (with("userName", " ".into()), 400, Some("invalidValue")),
        (with("kind", "castle".into()), 400, Some("invalidValue")),
        (with("displayName", 7.into()), 400, Some("invalidValue")),
        (with("hiddenFromAddressList", "true".into()), 400, Some("invalidValue")),
        (with("expires", "soon".into()), 400, Some("invalidValue")),
        (with("mailbox", json!({"bytes": -1})), 400, Some("invalidValue")),
        (with("owner", json!({"value": "nobody"})), 400, Some("invalidValue")),
        (with("grants", json!([{"value": "nobody", "rights": ["fly"]}])), 400, Some("invalidValue")),
        (with("colour", "green".into()), 400, Some("invalidSyntax")),
        (with("USERNAME", "twice".into()), 400, Some("invalidSyntax")),
        (with("schemas", json!(["urn:example:other"])), 400, Some("invalidSyntax")),
        (with("userName", "ENQUIRIES".into()), 409, Some("uniqueness")),
        (with("address", "Enquiries@earth.example.edu".into()), 409, Some("uniqueness")),
    ];
    for (body, status, scim_type) in cases {
        let answer = site.scim(Method::POST, "/SecondaryAccounts", &token, Some(body.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        assert_eq!(answer.json()["scimType"].as_str(), scim_type, "{body}");
    }
    let html = site
        .scim_with(Method::POST, "/SecondaryAccounts", &token, None, &[("content-type", "text/html")])
        .await;
    assert_eq!(html.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        site.get("/SecondaryAccounts?count=0", &token).await["totalResults"],
        90,
        "nothing came of it"
    );
}

#[tokio::test]
async fn what_the_directory_sets_is_passed_over() {
    let site = Site::oxford().await;
    let mut account = new_account("tephra");
    account["id"] = "mine".into();
    account["grantsShown"] = "none".into();
    account["meta"] = json!({"version": "W/\"99\""});
    let made =
        site.scim(Method::POST, "/SecondaryAccounts", &site.provisioning(), Some(account)).await.json();
    assert_ne!(made["id"], "mine");
    assert_eq!((&made["grantsShown"], &made["meta"]["version"]), (&json!("all"), &json!("W/\"1\"")));
}

#[tokio::test]
async fn a_patch_changes_one_grant_and_leaves_the_others() {
    let site = Site::oxford().await;
    let path = path_of(&site, "enquiries").await;
    let before = site.get(&path, &site.provisioning()).await;
    let jo = before["grants"][1]["value"].as_str().unwrap().to_owned();
    let nell = site.find("/Users", r#"userName eq "hist0200""#, &site.provisioning()).await;

    let (status, after) = patch(
        &site,
        &path,
        json!([
            {"op": "replace", "path": format!("grants[value eq \"{jo}\"].rights"), "value": ["full-access"]},
            {"op": "add", "path": "grants", "value": [{"value": nell["id"], "rights": ["full-access"]}]},
            {"op": "Replace", "value": {"displayName": "Asked", "mailbox": {"quotaBytes": 5}}},
        ]),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{after}");
    assert_eq!(after["grants"][1]["rights"], json!(["full-access"]));
    assert_eq!(after["grants"][0], before["grants"][0]);
    assert_eq!(after["grants"][6]["display"], "Nell Ashby");
    assert_eq!(after["mailbox"]["bytes"], before["mailbox"]["bytes"], "parts that are not named stay");

    let remove = json!([{"op": "remove", "path": format!("grants[value eq \"{jo}\"]")}]);
    let (_, after) = patch(&site, &path, remove).await;
    assert_eq!(after["grants"].as_array().unwrap().len(), 6);
    let jo_token = site.sign_in("eart0412").await;
    let answer = site.scim(Method::GET, &path, &jo_token, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "who lost access no longer sees it");
}

#[tokio::test]
async fn a_patch_counts_as_a_whole_or_not_at_all() {
    let site = Site::oxford().await;
    let path = path_of(&site, "enquiries").await;
    let before = site.get(&path, &site.provisioning()).await;
    let good = json!({"op": "replace", "path": "displayName", "value": "Half done"});
    for (bad, scim_type) in [
        (json!({"op": "replace", "path": "meta.version", "value": "x"}), "mutability"),
        (json!({"op": "replace", "path": "nothing", "value": "x"}), "invalidPath"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "replace", "path": "grants[value eq \"nobody\"].rights", "value": []}), "noTarget"),
        (json!({"op": "replace", "path": "grants[rubbish].rights", "value": []}), "invalidFilter"),
        (json!({"op": "remove", "path": "kind"}), "invalidValue"),
        (json!({"op": "move", "path": "kind"}), "invalidSyntax"),
        (json!({"op": "replace", "path": "state", "value": "gone"}), "invalidValue"),
    ] {
        let (status, answer) = patch(&site, &path, json!([good, bad])).await;
        assert_eq!(
            (status, &answer["scimType"]),
            (StatusCode::BAD_REQUEST, &json!(scim_type)),
            "{bad}: {answer}"
        );
    }
    assert_eq!(site.get(&path, &site.provisioning()).await, before);
}

#[tokio::test]
async fn accounts_keep_up_with_the_people_they_name() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let path = path_of(&site, "fieldwork").await;
    let before = site.get(&path, &token).await;
    let owner = before["owner"]["value"].as_str().unwrap();
    let (status, _) = patch(
        &site,
        &format!("/Users/{owner}"),
        json!([{"op": "replace", "path": "active", "value": false}]),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    let after = site.get(&path, &token).await;
    assert_eq!(after["owner"]["active"], false);
    assert_ne!(
        after["meta"]["version"], before["meta"]["version"],
        "so that those who keep copies learn of it"
    );
    site.scim(Method::DELETE, &format!("/Users/{owner}"), &token, None).await;
    let gone = site.get(&path, &token).await;
    assert_eq!(gone["owner"]["display"], "Idris Penhallow", "whose account it was is still said");
    let (status, _) =
        patch(&site, &path, json!([{"op": "replace", "path": "displayName", "value": "Fieldwork"}])).await;
    assert_eq!(status, StatusCode::OK, "and the account can still be changed");
}

#[tokio::test]
async fn where_no_grant_is_on_record_none_can_be_made() {
    let site = Site::with("boulder", |_| ()).await;
    let path = path_of(&site, "enquiries").await;
    let (status, answer) = patch(&site, &path, json!([{"op": "add", "path": "grants", "value": []}])).await;
    assert_eq!((status, &answer["scimType"]), (StatusCode::BAD_REQUEST, &json!("mutability")));
}

#[tokio::test]
async fn what_a_client_cannot_set_it_cannot_take_away() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let extension = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
    let ruth = site.find("/Users", r#"userName eq "eart0007""#, &token).await;
    let path = format!("/Users/{}", ruth["id"].as_str().unwrap());
    let bare = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eart0007"});
    let after = site.scim(Method::PUT, &path, &token, Some(bare)).await.json();
    assert_eq!(
        after[extension]["heldUnits"], ruth[extension]["heldUnits"],
        "the office is not the feed's to end"
    );
    assert_eq!(after.get("roles"), None, "what can be set and was left out is gone");
}

//! Lists: paging, filters, sorting, projections, entity tags, errors.

use crate::site::{Site, filtered};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<String> {
    let resources = list["Resources"].as_array().unwrap();
    resources.iter().map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn both_ways_of_paging_reach_each_account_once_in_the_same_order() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let (mut by_index, mut start) = (Vec::new(), 1);
    loop {
        let page = site.get(&format!("/SecondaryAccounts?startIndex={start}&count=40"), &token).await;
        assert_eq!(page["totalResults"], 90);
        if ids(&page).is_empty() {
            break;
        }
        assert_eq!(page["startIndex"], start);
        start += ids(&page).len();
        by_index.extend(ids(&page));
    }
    let (mut by_cursor, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = site.get(&format!("/SecondaryAccounts?cursor={cursor}&count=40"), &token).await;
        assert_eq!(page.get("startIndex"), None);
        by_cursor.extend(ids(&page));
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(by_index.len(), 90);
    assert_eq!(by_index, by_cursor);
}

#[tokio::test]
async fn a_cursor_holds_when_resources_go_in_the_meantime() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let first = site.get("/SecondaryAccounts?cursor=&count=10", &token).await;
    let next = first["nextCursor"].as_str().unwrap();
    let second = site.get(&format!("/SecondaryAccounts?cursor={next}&count=10"), &token).await;
    let gone = format!("/SecondaryAccounts/{}", ids(&first)[3]);
    assert_eq!(site.scim(Method::DELETE, &gone, &token, None).await.status, StatusCode::NO_CONTENT);
    let again = site.get(&format!("/SecondaryAccounts?cursor={next}&count=10"), &token).await;
    assert_eq!(ids(&second), ids(&again), "nothing is skipped");
    assert_eq!(again["totalResults"], 89);
}

#[tokio::test]
async fn counts_and_starts_out_of_range_are_brought_into_it() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    for (query, returned) in [
        ("count=0", 0),
        ("count=-5", 0),
        ("count=9999", 90),
        ("startIndex=0&count=5", 5),
        ("startIndex=91", 0),
    ] {
        let list = site.get(&format!("/SecondaryAccounts?{query}"), &token).await;
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(90), &json!(returned)), "{query}");
    }
    for (query, scim_type) in [
        ("count=many", "invalidValue"),
        ("cursor=&count=many", "invalidCount"),
        ("cursor=rubbish", "invalidCursor"),
        ("cursor=&startIndex=1", "invalidValue"),
        ("filter=userName+is+x", "invalidFilter"),
        ("filter=nothing+pr", "invalidFilter"),
        ("filter=mailbox.bytes+eq+%22x%22", "invalidFilter"),
        ("sortBy=nothing", "invalidValue"),
        ("attributes=id&excludedAttributes=kind", "invalidValue"),
    ] {
        let answer = site.scim(Method::GET, &format!("/SecondaryAccounts?{query}"), &token, None).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(
            (&answer.json()["scimType"], &answer.json()["status"]),
            (&json!(scim_type), &json!("400")),
            "{query}"
        );
    }
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    for (filter, count) in [
        (r#"userName eq "ENQUIRIES""#, 1),
        (r#"owner.userName eq "eart0001""#, 5),
        (r#"owner.userName eq "eart0001" and not (kind eq "mailbox-only")"#, 3),
        (r#"kind eq "Mailbox-Only""#, 0),
        (r#"state eq "suspended" or state eq "neverActivated""#, 2),
        ("mailbox.bytes ge 53687091200", 1),
        ("not (address pr)", 7),
        ("hiddenFromAddressList eq true", 1),
        (r#"grants[userName eq "eart0152" and rights eq "send-as"]"#, 1),
        (r#"urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount:userName sw "basalt""#, 1),
        ("expires pr", 2),
    ] {
        let list = site.get(&filtered("/SecondaryAccounts", filter), &token).await;
        assert_eq!(list["totalResults"], count, "{filter}");
    }
}

#[tokio::test]
async fn what_changed_since_is_found_to_the_millisecond() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let newest =
        site.get("/SecondaryAccounts?sortBy=meta.lastModified&sortOrder=descending&count=1", &token).await;
    let date = newest["Resources"][0]["meta"]["lastModified"].as_str().unwrap();
    let list =
        site.get(&filtered("/SecondaryAccounts", &format!("meta.lastModified ge \"{date}\"")), &token).await;
    assert_eq!(ids(&list), ids(&newest), "from its own date on, the newest is found");
    let list =
        site.get(&filtered("/SecondaryAccounts", &format!("meta.lastModified gt \"{date}\"")), &token).await;
    assert_eq!(list["totalResults"], 0, "after it, nothing");
}

#[tokio::test]
async fn lists_are_sorted_without_case_and_the_other_way_round() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let names = |list: &Value| -> Vec<String> {
        let resources = list["Resources"].as_array().unwrap();
        resources.iter().map(|resource| resource["displayName"].as_str().unwrap().to_lowercase()).collect()
    };
    let up = site.get("/SecondaryAccounts?sortBy=displayName&count=500", &token).await;
    let down = site.get("/SecondaryAccounts?sortBy=displayName&sortOrder=descending&count=500", &token).await;
    assert!(names(&up).is_sorted());
    assert!(names(&down).iter().rev().is_sorted());
}

#[tokio::test]
async fn an_answer_holds_what_was_asked_for() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let one = |query: &str| format!("/SecondaryAccounts?count=1&{query}");
    let only = site.get(&one("attributes=meta.version,owner.display,GRANTS.rights"), &token).await;
    let only = &only["Resources"][0];
    let keys: Vec<_> = only.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["grants", "id", "meta", "owner", "schemas"]);
    assert_eq!(only["owner"], json!({"display": "Maren Tolliver"}));
    assert_eq!(only["meta"].as_object().unwrap().len(), 1);
    assert_eq!(only["grants"][0], json!({"rights": ["full-access", "automap"]}));
    let without = site.get(&one("excludedAttributes=grants,owner.display,id"), &token).await;
    let without = &without["Resources"][0];
    assert!(without.get("grants").is_none() && without["owner"].get("display").is_none());
    assert!(without.get("id").is_some(), "id is always returned");
}

#[tokio::test]
async fn a_search_can_be_posted() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                      "filter": "userName eq \"enquiries\"", "attributes": ["userName"], "count": 10});
    for path in ["/SecondaryAccounts/.search", "/.search"] {
        let answer = site.scim(Method::POST, path, &token, Some(body.clone())).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["Resources"][0]["userName"], "enquiries");
        assert_eq!(answer.json()["totalResults"], 1);
    }
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let site = Site::oxford().await;
    let token = site.provisioning();
    let account = site.find("/SecondaryAccounts", r#"userName eq "enquiries""#, &token).await;
    let path = format!("/SecondaryAccounts/{}", account["id"].as_str().unwrap());
    let tag = account["meta"]["version"].as_str().unwrap();
    let answer = site.scim_with(Method::GET, &path, &token, None, &[("if-none-match", tag)]).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let other = site.scim_with(Method::GET, &path, &token, None, &[("if-none-match", "W/\"999\"")]).await;
    assert_eq!((other.status, other.header("etag")), (StatusCode::OK, tag));
}

#[tokio::test]
async fn the_directory_describes_itself() {
    let site = Site::oxford().await;
    let config = site.get("/ServiceProviderConfig", "").await;
    assert_eq!(config["pagination"]["cursor"], true);
    let schema =
        site.get("/Schemas/urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount", "").await;
    let kind = schema["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["name"] == "kind")
        .unwrap();
    assert!(
        kind["canonicalValues"].as_array().unwrap().contains(&json!("mailbox-only")),
        "kinds of the institution"
    );
    assert_eq!(site.get("/ResourceTypes", "").await["totalResults"], 2);
    let html = site.scim_with(Method::GET, "/Schemas", "", None, &[("accept", "text/html")]).await;
    assert_eq!(html.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_see() {
    let site = Site::oxford().await;
    for token in ["", "rubbish"] {
        let answer = site.scim(Method::GET, "/SecondaryAccounts", token, None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["status"], "401");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}

//! The desk's own description, and where it is announced.

use super::{OWNER, SERVICE_DESK, oxford};
use crate::site::Answer;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn the_desk_is_announced_and_says_what_it_can_do() {
    let site = oxford().await;
    let announced: Value = serde_json::from_str(&site.running.announcement()).unwrap();
    assert_eq!(announced["desk"], site.at("/desk/v1"));
    let about = site.desk_get("", &site.sign_in(OWNER).await).await;
    let expected = json!({
        "name": "Oxford practice desk", "applySeconds": 3600,
        "capabilities": {
            "findsByClientRequestId": true, "recognisesRepeats": true, "withdraws": true, "findsPeople": true,
            "checksNames": true, "takesAnswers": true, "tellsTrails": true,
            "decides": false,
        },
    });
    assert_eq!(about, expected);
    assert_eq!(site.desk_get("", &site.sign_in(SERVICE_DESK).await).await["capabilities"]["decides"], true);
}

async fn document(site: &crate::site::Site) -> Value {
    let answer = Answer::of(site.http.get(site.at("/desk/v1/openapi.json")).send().await.unwrap()).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    answer.json()
}

#[tokio::test]
async fn the_contract_covers_every_route_and_every_route_is_there() {
    let site = oxford().await;
    let document = document(&site).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut covered = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            covered.insert(format!("{method} {path}"));
            let needs_token = path != "/desk/v1/openapi.json";
            assert_eq!(operation["security"].is_array(), needs_token, "{method} {path}");
            let method: Method = method.to_uppercase().parse().unwrap();
            let address = site.at(&path.replace("{id}", "RQ-20001"));
            let answer = site.http.request(method.clone(), address).send().await.unwrap();
            let expected = if needs_token { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
            assert_eq!(answer.status(), expected, "{method} {path}");
            assert!(operation["responses"].get(expected.as_str()).is_some(), "{method} {path}");
        }
    }
    let expected = [
        "get /desk/v1",
        "get /desk/v1/accounts/{id}/trail",
        "get /desk/v1/names",
        "get /desk/v1/openapi.json",
        "get /desk/v1/people",
        "get /desk/v1/requests",
        "get /desk/v1/requests/{id}",
        "get /desk/v1/requests/{id}/trail",
        "post /desk/v1/requests",
        "post /desk/v1/requests/{id}/decision",
        "post /desk/v1/requests/{id}/question",
        "post /desk/v1/requests/{id}/reply",
        "post /desk/v1/requests/{id}/withdraw",
    ];
    assert_eq!(covered, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn the_contract_names_the_limits_and_no_more_fields_than_are_taken() {
    let site = oxford().await;
    let schemas = document(&site).await["components"]["schemas"].clone();
    let submission = &schemas["Submission"];
    assert_eq!(submission["additionalProperties"], false);
    assert_eq!(submission["properties"]["note"]["maxLength"], 2000);
    assert_eq!(submission["properties"]["clientRequestId"]["format"], "uuid");
    assert_eq!(submission["required"], json!(["clientRequestId", "account", "wish"]));
    assert_eq!(submission["properties"]["account"]["type"], json!(["string", "null"]));
    assert_eq!(submission["properties"]["accepted"]["type"], "boolean");
    assert!(schemas["Request"]["required"].as_array().unwrap().contains(&"accepted".into()));
    let decision = &schemas["SentDecision"];
    assert_eq!(
        (&decision["required"], &decision["properties"]["despite"]["type"]),
        (&json!(["approve"]), &json!("boolean"))
    );
    let message = &schemas["SentMessage"];
    assert_eq!((&message["additionalProperties"], &message["required"]), (&json!(false), &json!(["text"])));
    let text = &message["properties"]["text"];
    assert_eq!((&text["minLength"], &text["maxLength"]), (&json!(1), &json!(2000)));
    assert_eq!(schemas["Request"]["properties"]["messages"]["maxItems"], 100);
    assert!(schemas["Request"]["required"].as_array().unwrap().contains(&"messages".into()));
    assert_eq!(schemas["Message"]["required"], json!(["by", "text", "at"]));
    let wish = &schemas["SentWish"];
    assert_eq!(wish["required"], json!(["kind", "changes"]));
    assert_eq!(wish["properties"]["changes"]["maxItems"], 500);
    assert_eq!(wish["properties"]["kind"]["enum"].as_array().unwrap().len(), 10);
    let answers = &wish["properties"]["answers"];
    assert_eq!(
        (&answers["maxProperties"], &answers["additionalProperties"]["oneOf"][2]["maxLength"]),
        (&json!(50), &json!(4000))
    );
    assert_eq!(schemas["SentChange"]["required"], json!(["edit", "was"]));
    let who: BTreeSet<_> = schemas["Fact_SentWho"]["oneOf"][1]["properties"]["to"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(who, BTreeSet::from(["display", "type", "value"]));
    let parts = |fact: &Value| -> BTreeSet<String> {
        fact["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let facts: BTreeMap<_, _> = schemas["Fact_SentWho"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|fact| assert_eq!(fact["additionalProperties"], false, "{fact}"))
        .map(|fact| (fact["properties"]["what"]["enum"][0].as_str().unwrap(), parts(fact)))
        .collect();
    let expected = [
        ("access", ["rights", "to"].as_slice()),
        ("owner", &["to"]),
        ("kind", &["kind"]),
        ("username", &["username"]),
        ("display-name", &["name"]),
        ("state", &["state"]),
        ("expires", &["at"]),
    ];
    let with_what = |names: &[&str]| names.iter().copied().chain(["what"]).map(str::to_owned).collect();
    let username = &schemas["Fact_SentWho"]["oneOf"][3]["properties"]["username"];
    assert_eq!(username["maxLength"], 100);
    assert_eq!(facts, expected.into_iter().map(|(what, names)| (what, with_what(names))).collect());
    let statuses = json!(["with-desk", "needs-answer", "applying", "done", "refused", "withdrawn"]);
    let told = schemas["Status"].to_string();
    assert!(
        statuses.as_array().unwrap().iter().all(|status| told.contains(status.as_str().unwrap())),
        "{told}"
    );
}

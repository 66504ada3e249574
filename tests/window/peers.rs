//! The same walk with servers that nobody here wrote: panva oidc-provider and scim2-server, with our schema.

use crate::{
    steps::{A_WHILE, Connected, connected, look, open_account},
    support::{
        Browser, By, Campus, Desktop, Keyring, Window,
        peers::{OidcProvider, ScimServer, check_openapi, check_scim},
    },
};
use serde_json::{Value, json};

fn seed() -> Value {
    let person = |id: &str, name: &str| json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": id, "displayName": name, "active": true });
    let account = |id: &str, owner: &str, name: &str, grants: Value| {
        json!({
            "schemas": ["urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount"],
            "id": id, "userName": id, "address": format!("{id}@earth.example.edu"), "displayName": name,
            "kind": "mailbox-only", "unit": { "value": "earth", "display": "Earth Sciences" },
            "owner": { "value": owner, "type": "Person", "display": owner, "active": true },
            "grants": grants, "state": "active", "hiddenFromAddressList": false
        })
    };
    let grant = |to: &str, rights: &[&str]| json!({ "value": to, "type": "Person", "display": to, "active": true, "rights": rights });
    json!({
        "users": [person("abcd1234", "Ada Quill"), person("efgh5678", "Edda Finch")],
        "groups": [],
        "accounts": [
            account("physics-events", "abcd1234", "Physics events", json!([grant("efgh5678", &["full-access", "send-as"])])),
            account("physics-store", "efgh5678", "Physics store", json!([grant("abcd1234", &["full-access"])])),
            account("not-yours", "efgh5678", "Private to Edda", json!([]))
        ]
    })
}

#[tokio::test]
async fn the_walk_works_with_a_provider_and_a_directory_that_others_wrote() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let provider = OidcProvider::start(
        &json!([{ "login": "abcd1234", "name": "Ada Quill" }, { "login": "efgh5678", "name": "Edda Finch" }]),
        &[],
    );
    let directory = ScimServer::start(&provider, &seed());
    let scopes = ["openid", "profile", "offline_access", "accounts.read"].map(String::from);
    let resource = format!("resource = \"{}\"", provider.audience());
    let profile =
        Connected::to(provider.issuer(), provider.client_id(), directory.directory(), &scopes, &resource);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    window.click(By::button("Continue in your browser")).await;
    let link = browser.next_link(A_WHILE).await;
    let landing = browser.sign_in_oidc_provider(&link, "abcd1234").await;
    assert!(landing.page.contains("You are signed in"), "{}", landing.page);
    window.find(By::heading("What do you need to know?")).await;
    window.wait_for_text("Up to date").await;
    window.wait_for_text("1 you own, 1 you can use").await;
    open_account(&window, "events", "physics-events@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Reads everything, writes as").await;
    look(&window, "peers-people").await;
    assert!(
        !window.text().await.contains("not-yours"),
        "this directory shows everyone everything; the client does not"
    );
}

#[tokio::test]
async fn the_practice_campus_passes_every_check_of_a_scim_tester_that_others_wrote() {
    let campus = Campus::oxford();
    let findings = tokio::task::spawn_blocking({
        let (directory, token) = (campus.directory().to_owned(), campus.provisioning_token());
        move || check_scim(&directory, &token)
    })
    .await
    .unwrap();
    let failed: Vec<_> = findings.iter().filter(|finding| !finding.passed()).collect();
    println!("{} checks, {} failed", findings.len(), failed.len());
    assert!(findings.len() > 100, "the tester looked: {}", findings.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn the_desk_keeps_to_its_openapi_document_as_a_checker_that_others_wrote_sees_it() {
    let campus = Campus::oxford();
    let token = campus.token_of("eart0001").await;
    let account = campus.account("enquiries").await;
    let people = campus.ask_desk("GET", "/people?query=leonie", &token, None).await;
    let leonie = &people["people"][0];
    let to = json!({ "value": leonie["value"], "type": leonie["type"] });
    let access = |rights: &[&str]| json!({ "what": "access", "to": to, "rights": rights });
    let change = json!({ "edit": access(&["full-access"]), "was": access(&[]) });
    let request = json!({
        "clientRequestId": "0190c1de-0000-7000-8000-000000000001", "account": account["id"], "note": "",
        "wish": { "kind": "change-access", "changes": [change] }
    });
    let request = campus.ask_desk("POST", "/requests", &token, Some(&request)).await;
    let id = request["id"].as_str().unwrap().to_owned();
    let document = format!("{}/desk/v1/openapi.json", campus.issuer());
    let report = tokio::task::spawn_blocking(move || check_openapi(&document, &token, &id)).await.unwrap();
    let report = report.unwrap_or_else(|report| panic!("{report}"));
    let cases = report.lines().find(|line| line.contains(" generated, ")).unwrap_or_default();
    println!("schemathesis: {}", cases.trim());
    let generated: u32 = cases.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
    assert!(generated > 200, "it looked: {report}");
}

//! The same walk with servers that nobody here wrote: panva oidc-provider and scim2-server, with our schema.

use crate::{
    steps::{A_WHILE, Connected, connected, look, open_account},
    support::{
        Browser, By, Campus, Desktop, Keyring, Window,
        peers::{OidcProvider, ScimServer, check_scim},
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

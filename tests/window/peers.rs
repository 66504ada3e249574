//! The same walk with servers that nobody here wrote: panva oidc-provider and scim2-server, with our schema.

use crate::{
    sign_in::shown_page,
    steps::{A_WHILE, Connected, connected, go, look, open_account},
    support::{
        Browser, By, Campus, Desktop, Keyring, Window, WindowOptions,
        peers::{OidcProvider, ScimServer, check_openapi, check_scim},
    },
};
use serde_json::{Value, json};
use std::time::Duration;

fn seed() -> Value {
    let named = |id: &str| if id == "abcd1234" { "Ada Quill" } else { "Edda Finch" };
    let person = |id: &str, name: &str| json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": id, "displayName": name, "active": true });
    let account = |id: &str, owner: &str, name: &str, grants: Value| {
        json!({
            "schemas": ["urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount"],
            "id": id, "userName": id, "address": format!("{id}@earth.example.edu"), "displayName": name,
            "kind": "mailbox-only", "unit": { "value": "earth", "display": "Earth Sciences" },
            "owner": { "value": owner, "type": "Person", "display": named(owner), "active": true },
            "grants": grants, "state": "active", "hiddenFromAddressList": false
        })
    };
    let grant = |to: &str, rights: &[&str]| json!({ "value": to, "type": "Person", "display": named(to), "active": true, "rights": rights });
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

/// A provider and a directory that others wrote, filled as [`seed`] says, and the profile that an IT department would
/// write for them. `more` goes into the table of the sign-in.
struct Others {
    provider: OidcProvider,
    directory: ScimServer,
    profile: Connected,
}

impl Others {
    /// `arguments`: see [`OidcProvider::start`].
    fn start(arguments: &[&str], more: &str) -> Self {
        let provider = OidcProvider::start(
            &json!([{ "login": "abcd1234", "name": "Ada Quill" }, { "login": "efgh5678", "name": "Edda Finch" }]),
            arguments,
        );
        let directory = ScimServer::start(&provider, &seed());
        let scopes = ["openid", "profile", "offline_access", "accounts.read"].map(String::from);
        let more = format!("resource = \"{}\"\n{more}", provider.audience());
        let profile =
            Connected::to(provider.issuer(), provider.client_id(), directory.directory(), &scopes, &more);
        Self { provider, directory, profile }
    }

    async fn sign_in(&self, browser: &mut Browser, login: &str) {
        let link = browser.next_link(A_WHILE).await;
        let landing = browser.sign_in_oidc_provider(&link, login).await;
        assert!(landing.page.contains("You are signed in"), "{}\n{}", landing.page, self.provider.errors());
    }

    fn pull_the_cable(&self) {
        self.provider.pull_the_cable();
        self.directory.pull_the_cable();
    }

    fn plug_in(&self) {
        self.provider.plug_in();
        self.directory.plug_in();
    }
}

async fn shows_who_uses_physics_events(window: &Window) {
    open_account(window, "events", "physics-events@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Reads everything, writes as").await;
}

#[tokio::test]
async fn the_whole_walk_works_with_a_provider_and_a_directory_that_others_wrote() {
    let desktop = Desktop::open(Keyring::Unlocked);
    // The shortest life that a token can have here: each look but the first needs another one.
    let mut others = Others::start(&["--access-seconds", "2"], "");
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &others.profile)).await;
    window.click(By::button("Continue in your browser")).await;
    others.sign_in(&mut browser, "abcd1234").await;
    window.find(By::heading("What do you need to know?")).await;
    window.wait_for_text("Up to date").await;
    window.wait_for_text("1 you own, 1 you can use").await;
    look(&window, "peers-home").await;
    shows_who_uses_physics_events(&window).await;
    look(&window, "peers-people").await;
    open_account(&window, "store", "physics-store@earth.example.edu").await;
    window.wait_for_text("Edda Finch").await;
    // This directory shows everyone everything; the client does not.
    window.press("Control+k").await;
    window.fill(By::Css("input[type=search]"), "not-yours").await;
    window.wait_for_text("No account matches").await;
    assert!(!window.text().await.contains("Private to Edda"));

    // A change there, seen with a token that was got for it.
    others.directory.alter_account("physics-events", &json!({ "displayName": "Physics open days" })).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    window.click(By::button("Check now")).await;
    open_account(&window, "events", "physics-events@earth.example.edu").await;
    window.wait_for_text("Shown as “Physics open days”").await;
    assert!(others.provider.grants("refresh_token") > 0, "{}", others.provider.errors());
    window.click(By::Css("[role=tab]:nth-of-type(4)")).await;
    window.wait_for_text("changed from “Physics events” to “Physics open days”").await;

    // The cable is pulled: all of it stays, with its age, also at a start without a network.
    others.pull_the_cable();
    window.click(By::button("Check now")).await;
    window.wait_for_text("Offline: showing what was read").await;
    shows_who_uses_physics_events(&window).await;
    window.close().await;
    let window = Window::open(&desktop, &WindowOptions::default().browser(&browser)).await;
    window.wait_for_text("You are offline").await;
    window.wait_for_text("1 you own, 1 you can use").await;
    look(&window, "peers-offline").await;
    shows_who_uses_physics_events(&window).await;
    others.plug_in();
    window.click(By::button("Try again")).await;
    window.wait_for_text("Up to date").await;

    // Somebody else beside the first, each with what is theirs.
    go(&window, "settings").await;
    window.click(By::link("Sign in as somebody else too")).await;
    window.click(By::button("Continue in your browser")).await;
    others.sign_in(&mut browser, "efgh5678").await;
    window.wait_for_text("2 you own, 1 you can use").await;
    go(&window, "settings").await;
    look(&window, "peers-two-identities").await;
    window.click(By::button("Switch to Ada Quill")).await;
    window.wait_for_text("1 you own, 1 you can use").await;

    // The provider knows nobody any more: signed out, readable, and signed in again.
    others.provider.forget_every_session();
    tokio::time::sleep(Duration::from_secs(3)).await;
    window.click(By::button("Check now")).await;
    window.wait_for_text("Signed out").await;
    shows_who_uses_physics_events(&window).await;
    window.click(By::button("Sign in again")).await;
    others.sign_in(&mut browser, "abcd1234").await;
    window.wait_for_text("Up to date").await;

    // And nothing is left when asked.
    let stores = || std::fs::read_dir(desktop.data().join("secondary-accounts/identities")).unwrap().count();
    assert_eq!(stores(), 2);
    for person in ["Ada Quill", "Edda Finch"] {
        go(&window, "settings").await;
        window.click(By::button(&format!("Forget {person}"))).await;
        window.click(By::Css("dialog .btn.danger")).await;
        window.wait_until_gone(person).await;
    }
    window.find(By::heading("Where do you work or study?")).await;
    assert_eq!(stores(), 0, "nor on the disk");
}

#[tokio::test]
async fn a_code_is_approved_at_the_page_of_a_provider_that_others_wrote() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let others = Others::start(&[], "device-code = true");
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &others.profile)).await;
    window.click(By::button("Sign in with a code instead")).await;
    let page = shown_page(&window).await;
    let landing = browser.approve_code_at_oidc_provider(&page, "abcd1234").await;
    assert!(landing.page.contains("Sign-in Success"), "{}", landing.page);
    window.wait_for_text("1 you own, 1 you can use").await;
    shows_who_uses_physics_events(&window).await;
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

/// A change of access that Maren asks for, at the campus's desk.
async fn asked_by_maren(campus: &Campus, token: &str, account: &Value) -> String {
    let people = campus.ask_desk("GET", "/people?query=leonie", token, None).await;
    let leonie = &people["people"][0];
    let to = json!({ "value": leonie["value"], "type": leonie["type"] });
    let access = |rights: &[&str]| json!({ "what": "access", "to": to, "rights": rights });
    let change = json!({ "edit": access(&["full-access"]), "was": access(&[]) });
    ask(campus, token, &account["id"], json!({ "kind": "change-access", "changes": [change] })).await
}

async fn ask(campus: &Campus, token: &str, account: &Value, wish: Value) -> String {
    let id = "0190c1de-0000-7000-8000-000000000001";
    let request = json!({ "clientRequestId": id, "account": account, "note": "", "wish": wish });
    let request = campus.ask_desk("POST", "/requests", token, Some(&request)).await;
    request["id"].as_str().unwrap().to_owned()
}

/// Holds the desk against its document as somebody with `token`, who may see both. What was looked at.
async fn keeps_to_its_document(campus: &Campus, token: String, request: String, account: &Value) -> String {
    let document = format!("{}/desk/v1/openapi.json", campus.issuer());
    let account = account["id"].as_str().unwrap().to_owned();
    let check = move || check_openapi(&document, &token, &request, &account);
    let report = tokio::task::spawn_blocking(check).await.unwrap();
    let report = report.unwrap_or_else(|report| panic!("{report}"));
    let cases = report.lines().find(|line| line.contains(" generated, ")).unwrap_or_default();
    let generated: u32 = cases.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
    assert!(generated > 200, "it looked: {report}");
    cases.trim().to_owned()
}

#[tokio::test]
async fn the_desk_keeps_to_its_openapi_document_as_a_checker_that_others_wrote_sees_it() {
    let campus = Campus::oxford();
    let (maren, samir) = (campus.token_of("eart0001").await, campus.token_of("itsd0003").await);
    let account = campus.account("enquiries").await;
    let request = asked_by_maren(&campus, &maren, &account).await;
    println!("an owner: {}", keeps_to_its_document(&campus, maren, request.clone(), &account).await);
    // Whoever decides may do what she may not.
    println!("the service desk: {}", keeps_to_its_document(&campus, samir, request, &account).await);

    let campus = Campus::boulder();
    let (maren, desk) = (campus.token_of("mato1001").await, campus.token_of("saok0003").await);
    let account = campus.account("enquiries").await;
    let answers = json!({ "subject": "A question", "message": "Who may own one?" });
    let wish = json!({ "kind": "ask-desk", "changes": [], "answers": answers });
    let request = ask(&campus, &maren, &account["id"], wish).await;
    println!("at Boulder: {}", keeps_to_its_document(&campus, desk, request, &account).await);
}

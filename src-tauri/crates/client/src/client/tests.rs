use super::*;
use crate::rehearsal::{in_memory, maren, open_at, setup, stage_in};
use crate::view::Keeping;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

#[tokio::test]
async fn what_was_not_kept_for_a_locked_keychain_is_kept_once_it_is_unlocked() {
    let data = tempfile::tempdir().unwrap();
    let (stage, keychain) = stage_in(data.path());
    let mut open = in_memory(&stage, "one");
    open.keychain_locked = true;
    stage.show(Arc::new(open));
    let client = Client::on(Arc::clone(&stage));
    keychain.lock();
    keychain.dismiss(true);
    let refused = client.unlock(None).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::KeychainLocked);
    assert_eq!(client.start().await.session.map(|session| session.keychain_locked), Some(true));
    keychain.dismiss(false);
    client.unlock(None).await.unwrap();
    let session = client.start().await.session.unwrap();
    assert_eq!((session.keeping, session.keychain_locked), (Keeping::Keychain, false));
    assert!(stage.place("one").has_store() && stage.key("one").unwrap().is_some());
}

#[tokio::test]
async fn each_identity_answers_for_itself_whether_its_unit_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let (stage, _) = stage_in(data.path());
    let client = Client::on(Arc::clone(&stage));
    let officer = |id: &str| {
        let open = in_memory(&stage, id);
        open.set_me(accounts::Me { role: Role::ItOfficer, ..maren() });
        stage.show(Arc::new(open));
    };
    let answered = async || client.start().await.session.unwrap().keep_unit;
    officer("one");
    assert_eq!(answered().await, None, "not asked yet");
    client.keep_unit(true).await.unwrap();
    assert_eq!(answered().await, Some(true));
    officer("two");
    assert_eq!(answered().await, None, "the first one's answer is not this one's");
    client.keep_unit(false).await.unwrap();
    client.switch_to("one".into()).await.unwrap();
    assert_eq!(answered().await, Some(true));
}

#[tokio::test]
async fn the_desk_is_not_told_when_an_owner_leaves_whatever_a_directory_sends() {
    let server = MockServer::start().await;
    let answer = async |at: &str, body: serde_json::Value| {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(path(at)).respond_with(answer).mount(&server).await;
    };
    let of = |owner: &str| {
        json!({ "id": format!("of-{owner}"), "userName": "office", "displayName": "Office", "kind": "mailbox-only",
                "owner": { "value": owner, "type": "Person", "display": owner, "leavesOn": "2026-12-24" } })
    };
    answer("/ServiceProviderConfig", json!({ "filter": { "supported": true } })).await;
    answer("/SecondaryAccounts", json!({ "totalResults": 2, "Resources": [of("jo"), of("me")] })).await;
    let (folder, open) = open_at(&server.uri(), None, || "2026-11-22T12:00:00Z".parse().unwrap());
    open.set_me(accounts::Me { role: Role::ServiceDesk, ..maren() });
    let (stage, _) = stage_in(folder.path());
    stage.show(open);
    let found = Client::on(stage).look_up("office".into()).await.unwrap().found;
    let owners: Vec<_> = found.into_iter().filter_map(|account| account.owner).collect();
    let knows = |owner: &accounts::Principal| (owner.who.name.clone(), owner.who.leaves_on.is_some());
    let known: Vec<_> = owners.iter().map(knows).collect();
    assert_eq!(known, [("jo".to_owned(), false), ("me".to_owned(), true)], "of oneself everything is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_list_of_identities_does_not_keep_the_window_away() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("identities.json"), "{\"current\": \"o").unwrap();
    let start = Client::new(setup(data.path(), &Arc::default())).unwrap().start().await;
    let said = start.set_aside.unwrap();
    assert!(said.copy.ends_with("identities.broken-20261122-120000.json"), "{}", said.copy);
    assert!(start.identities.is_empty() && start.session.is_none());
    let next = Client::new(setup(data.path(), &Arc::default())).unwrap().start().await;
    assert_eq!(next.set_aside, None, "it is said once");
}

//! Somebody whose role, unit or groups are other than when the record was read.

use super::directory::{Directory, MORNING, Served, account, kept};
use super::read_record;
use crate::{
    arriving::{Arrival, arrive},
    open::{Open, Subject},
    rehearsal::{institution_at, maren, stage_in, subject_at},
    stage::Stage,
    view::Connection,
};
use accounts::Role;
use institutions::RoleSource;
use serde_json::{Value, json};
use sign_in::{Secret, Tokens};
use std::{collections::BTreeSet, sync::Arc};
use store::Fact;
use wiremock::{Mock, MockServer, matchers::any};

/// Maren's account and one of her unit that was altered long before. The directory shows them to everyone.
fn hers_and_the_units(directory: &mut Directory) {
    let mut of_the_unit = account("unit", "p2", "2026-11-20T08:00:00Z");
    of_the_unit["unit"] = json!({ "value": "earth", "display": "Earth Sciences" });
    directory.accounts = vec![account("hers", "me", MORNING), of_the_unit];
}

/// A directory with both, and a computer on which nobody has signed in yet.
async fn ground() -> (MockServer, tempfile::TempDir, Served, Arc<Stage>, String) {
    let served = Served::default();
    served.change(hers_and_the_units);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (folder, at) = (tempfile::tempdir().unwrap(), server.uri());
    let (stage, _) = stage_in(folder.path());
    (server, folder, served, stage, at)
}

/// Signs Maren in, whose role is by the sign-in's `claims`, and reads the record.
async fn signs_in(stage: &Arc<Stage>, server: &str, claims: Value) -> Arc<Open> {
    let all = claims.as_object().unwrap().keys().cloned().collect();
    signs_in_with(stage, server, claims, Some(all)).await
}

/// The same where userinfo alone says some of it, or could not be read.
async fn signs_in_with(
    stage: &Arc<Stage>,
    server: &str,
    claims: Value,
    from_userinfo: Option<BTreeSet<String>>,
) -> Arc<Open> {
    let mut institution = institution_at(server, None);
    let role = RoleSource::Claim {
        role: "groups".into(),
        it_officer: vec!["officers".into()],
        service_desk: vec![],
        unit: Some("ou".into()),
    };
    Arc::make_mut(&mut institution.profile).connection.sign_in.role = role.clone();
    let Value::Object(claims) = claims else { panic!("an object") };
    let subject = Subject { claims, from_userinfo, ..subject_at(server) };
    let access_until = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let teams = vec![accounts::Team { id: "team".into(), name: "Reception team".into() }];
    let me = accounts::Me { groups: vec!["team".into()], teams, ..maren() };
    let arrival = Arrival {
        id: "one".into(),
        me,
        role,
        institution,
        connection: Connection::Real,
        subject,
        tokens: Tokens { access: Secret::new("token".into()), access_until, refresh: None },
    };
    arrive(stage, arrival).unwrap();
    let open = stage.current().unwrap();
    open.store.set_fact(Fact::KeepUnit, &true).unwrap();
    read_record(&open, false).await.unwrap();
    open
}

fn officer() -> Value {
    json!({ "groups": ["officers"], "ou": "earth" })
}

fn member() -> Value {
    json!({ "groups": [], "ou": "earth" })
}

#[tokio::test]
async fn whoever_signs_in_again_in_another_role_has_everything_looked_at_anew() {
    let (_server, _folder, served, stage, at) = ground().await;
    let open = signs_in(&stage, &at, member()).await;
    assert_eq!(kept(&open), ["hers"]);
    let open = signs_in(&stage, &at, officer()).await;
    assert_eq!(kept(&open), ["hers", "unit"], "the unit was there before, and is theirs now");
    let open = signs_in(&stage, &at, member()).await;
    assert_eq!(kept(&open), ["hers"], "and is no longer");
    served.asked();
    signs_in(&stage, &at, member()).await;
    let asked = served.asked();
    let is_short = |asked: &String| asked.contains("filter") || asked.contains("count=0");
    assert!(asked.iter().all(is_short), "whoever is as before is asked what changed: {asked:?}");
}

#[tokio::test]
async fn a_userinfo_that_cannot_be_read_takes_no_role_away_that_it_gave() {
    let (_server, _folder, _served, stage, at) = ground().await;
    signs_in(&stage, &at, officer()).await;
    for again in ["once", "and again"] {
        let open = signs_in_with(&stage, &at, json!({ "name": "Maren" }), None).await;
        let place = (open.me().role, open.me().unit.map(|unit| unit.id.0));
        assert_eq!(place, (Role::ItOfficer, Some("earth".to_owned())), "{again}: no answer is not none");
        assert_eq!(kept(&open), ["hers", "unit"], "{again}");
    }
    let open = signs_in_with(&stage, &at, json!({ "groups": [] }), None).await;
    assert_eq!(open.me().role, Role::Member, "what the id_token says counts");
    signs_in(&stage, &at, officer()).await;
    let open = signs_in(&stage, &at, json!({})).await;
    assert_eq!((open.me().role, kept(&open)), (Role::Member, vec!["hers".to_owned()]), "read, it says so");
}

#[tokio::test]
async fn a_role_that_the_id_token_gave_ends_where_it_gives_none() {
    let (_server, _folder, _served, stage, at) = ground().await;
    // Providers that refuse every token at userinfo have all they say in the id_token.
    let open = signs_in_with(&stage, &at, officer(), None).await;
    assert_eq!(open.me().role, Role::ItOfficer);
    let open = signs_in_with(&stage, &at, json!({ "ou": "earth" }), None).await;
    assert_eq!((open.me().role, kept(&open)), (Role::Member, vec!["hers".to_owned()]));
}

#[tokio::test]
async fn an_officer_of_another_unit_sees_none_of_the_one_before_also_where_it_is_not_kept() {
    let served = Served::default();
    served.change(hers_and_the_units);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let (stage, _) = stage_in(folder.path());
    let open = signs_in(&stage, &server.uri(), officer()).await;
    open.store.set_fact(Fact::KeepUnit, &false).unwrap();
    read_record(&open, false).await.unwrap();
    assert_eq!((kept(&open), open.live().is_some()), (vec!["hers".to_owned(), "unit".into()], true));
    let mut subject: Subject = open.store.fact(Fact::Subject).unwrap().unwrap();
    subject.claims.insert("ou".into(), "chem".into());
    open.store.set_fact(Fact::Subject, &subject).unwrap();
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["hers"]);
}

//! Somebody whose role, unit or groups are other than when the record was read.

use super::directory::{Directory, MORNING, Served, account, kept};
use super::read_record;
use crate::{
    arriving::{Arrival, arrive},
    open::{Open, Subject},
    reading::with_claims,
    rehearsal::{institution_at, maren, stage_in, subject_at},
    stage::Stage,
    view::Connection,
};
use institutions::RoleSource;
use serde_json::{Value, json};
use sign_in::{Secret, Tokens};
use std::sync::Arc;
use store::Fact;
use wiremock::{Mock, MockServer, matchers::any};

/// Maren's account and one of her unit that was altered long before. The directory shows them to everyone.
fn hers_and_the_units(directory: &mut Directory) {
    let mut of_the_unit = account("unit", "p2", "2026-11-20T08:00:00Z");
    of_the_unit["unit"] = json!({ "value": "earth", "display": "Earth Sciences" });
    directory.accounts = vec![account("hers", "me", MORNING), of_the_unit];
}

/// Signs Maren in, whose role is by the sign-in's `claims`, and reads the record.
async fn signs_in(stage: &Arc<Stage>, server: &str, claims: Value) -> Arc<Open> {
    let mut institution = institution_at(server, None);
    let role = RoleSource::Claim {
        role: "groups".into(),
        it_officer: vec!["officers".into()],
        service_desk: vec![],
        unit: Some("ou".into()),
    };
    Arc::make_mut(&mut institution.profile).connection.sign_in.role = role.clone();
    let Value::Object(claims) = claims else { panic!("an object") };
    let subject = Subject { claims, ..subject_at(server) };
    let access_until = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let teams = vec![accounts::Team { id: "team".into(), name: "Reception team".into() }];
    let me = accounts::Me { groups: vec!["team".into()], teams, ..maren() };
    let arrival = Arrival {
        id: "one".into(),
        me: with_claims(&role, me, Some(&subject)),
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
    let served = Served::default();
    served.change(hers_and_the_units);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (folder, at) = (tempfile::tempdir().unwrap(), server.uri());
    let (stage, _) = stage_in(folder.path());
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

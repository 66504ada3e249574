//! Requests against a desk that is honest, one that is not, and one that breaks off.

mod already;
mod another_record;
mod campus;
mod days;
mod deciding;
mod drafts;
mod entitlement;
mod kinds;
mod late;
mod lost;
mod otherwise;
mod proofs;
mod refused;
mod road;
mod undoing;
mod unsearchable;
mod unsent;

use super::{
    discard_after_looking,
    entry::Entry,
    outbox::{go_round, rest},
    say,
    trail::account_trail,
    typing::{check_name, desk_answers, find_people},
    withdraw,
};
use crate::{
    open::{Open, Surroundings},
    outside::{Event, Outside},
    reading::{incoming, read_record},
    rehearsal::open_at,
    view::{
        FormPlace, FreshnessState, PlanFault, Preferences, Problem, ProblemCode, RefusedField,
        RequestEventKind, RequestFacet, RequestForm, RequestId, RequestStatus, RequestView, Resolution, Said,
        TrailState, TypedNames,
    },
};
use accounts::{
    Access, AccessChange, Account, Answer, Edit, Grant, MayNotAsk, PersonRef, Principal, PrincipalKind,
    RequestKind, RightId, Role, Warning,
};
use campus::Served;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;
use wiremock::{Mock, MockServer, matchers::any};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn who(id: &str, name: &str) -> Principal {
    let who = PersonRef::named(id.into(), name);
    Principal { kind: PrincipalKind::Person, who }
}

fn rights(names: &[&str]) -> Vec<RightId> {
    names.iter().map(|name| RightId::from(*name)).collect()
}

/// Jo Ferrand has access; the account is Maren's.
async fn begin() -> (MockServer, tempfile::TempDir, Served, Arc<Open>) {
    let served = Served::default();
    let jo = json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["full-access"] });
    served.change(|campus| campus.grants = vec![jo]);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (folder, open) = open_at(&server.uri(), Some(format!("{}/desk", server.uri())), now);
    read_record(&open, false).await.unwrap();
    (server, folder, served, open)
}

fn blank(kind: RequestKind) -> RequestForm {
    RequestForm {
        id: None,
        kind,
        account: Some("a".into()),
        changes: Vec::new(),
        owner: None,
        account_kind: None,
        username: String::new(),
        display_name: String::new(),
        begins: String::new(),
        ends: String::new(),
        policy_accepted: false,
        answers: accounts::Answers::new(),
        note: String::new(),
        unsorted: Vec::new(),
        typed_names: TypedNames::default(),
    }
}

fn form(changes: Vec<AccessChange>) -> RequestForm {
    RequestForm { changes, note: "Term starts.".into(), ..blank(RequestKind::ChangeAccess) }
}

/// A question to the desk, which concerns no account.
fn asks_desk() -> RequestForm {
    RequestForm {
        account: None,
        answers: [("subject", "Spam"), ("message", "Since Monday.")]
            .map(|(question, said)| (question.to_owned(), text(said)))
            .into(),
        note: String::new(),
        ..blank(RequestKind::AskDesk)
    }
}

fn add_leonie() -> RequestForm {
    let leonie = AccessChange { to: who("p1", "Leonie Strake"), rights: rights(&["full-access"]) };
    let jo = AccessChange { to: who("p2", "Jo Ferrand"), rights: rights(&["full-access", "send-as"]) };
    form(vec![leonie, jo])
}

fn drafted(open: &Arc<Open>) -> RequestId {
    open.save_draft(add_leonie()).unwrap()
}

/// From the draft into the outbox, and one round.
async fn send(open: &Arc<Open>, id: &RequestId) {
    open.to_outbox(id).unwrap();
    let _ = go_round(open).await;
}

async fn resolve(open: &Arc<Open>, id: &RequestId, resolution: Resolution) -> Result<(), Problem> {
    super::resolve(Arc::clone(open), id.clone(), resolution).await
}

async fn sent(open: &Arc<Open>) -> RequestId {
    let id = drafted(open);
    send(open, &id).await;
    id
}

/// A draft of which an earlier try may have arrived.
fn doubtful(open: &Arc<Open>) -> RequestId {
    let id = drafted(open);
    let before = open.entry(&id).unwrap();
    let tried_at = Some(now() - SignedDuration::from_hours(1));
    assert!(open.replace(&before, &Entry { lost_tries: 1, tried_at, ..before.clone() }).unwrap());
    id
}

/// Sends the form and lets the desk say that it is done.
async fn said_done(open: &Arc<Open>, served: &Served, form: RequestForm) -> RequestId {
    let id = open.save_draft(form).unwrap();
    send(open, &id).await;
    assert!(matches!(status(open, &id), RequestStatus::WithDesk { .. }), "{:?}", status(open, &id));
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(open).await.unwrap();
    id
}

fn view(open: &Open, id: &RequestId) -> RequestView {
    open.request(id).unwrap()
}

fn status(open: &Open, id: &RequestId) -> RequestStatus {
    view(open, id).row.status
}

fn text(answer: &str) -> Answer {
    Answer::Text(answer.to_owned())
}

fn become_officer(open: &Open) {
    let mut me = open.me();
    me.role = Role::ItOfficer;
    open.set_me(me);
}

/// Somebody else has asked for what the reader asked for first, but for what `alter` does to it, and the reader decides.
async fn to_decide(open: &Arc<Open>, served: &Served, alter: impl FnOnce(&mut Value)) -> RequestId {
    let reference = served.asked_by_somebody_else(alter);
    open.desk_now(|now| now.abilities = None);
    go_round(open).await.unwrap();
    RequestId(reference)
}

/// The same identity with the same store, at another time.
fn at(open: &Open, now: fn() -> Timestamp) -> Arc<Open> {
    again(open, crate::rehearsal::surroundings(&open.around.data, now))
}

/// Hears that requests have changed.
struct Heard(mpsc::UnboundedSender<()>);

impl Outside for Heard {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, event: Event) {
        if matches!(event, Event::RequestsChanged) {
            let _ = self.0.send(());
        }
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

/// The same identity with the same store, and the news of its requests.
fn heard(open: &Open) -> (Arc<Open>, mpsc::UnboundedReceiver<()>) {
    let (told, news) = mpsc::unbounded_channel();
    let around = crate::rehearsal::surroundings(&open.around.data, now);
    (again(open, Surroundings { outside: Arc::new(Heard(told)), ..around }), news)
}

fn again(open: &Open, around: Surroundings) -> Arc<Open> {
    let (store, institution) = (Arc::clone(&open.store), open.institution.clone());
    let again =
        Open::new(open.identity.clone(), institution, open.keeping, Arc::new(around), store, open.me());
    Arc::new(again.unwrap())
}

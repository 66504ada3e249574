//! Requests against a desk that is honest, one that is not, and one that breaks off.

use super::{decide, find_people, outbox::go_round, resolve, send, send_again, withdraw};
use crate::{
    open::Open,
    reading::{incoming, read_record},
    rehearsal::open_at,
    view::{
        AccessForm, Decision, PlanFault, ProblemCode, RequestEventKind, RequestFacet, RequestId,
        RequestStatus, RequestView, Resolution,
    },
};
use accounts::{
    Access, AccessChange, Account, AccountState, Grant, MayNotAsk, PersonRef, Principal, PrincipalKind,
    RightId,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A desk and a directory in one, that can be told to misbehave.
#[derive(Default)]
struct Campus {
    requests: Vec<Value>,
    /// Grants of the one account, as the directory tells them.
    grants: Vec<Value>,
    modified: Option<&'static str>,
    owner: Option<&'static str>,
    /// Statuses for the next submissions, after they were taken.
    loses_answers: Vec<u16>,
    refuses: Option<(u16, Value)>,
    down: bool,
    cannot_search: bool,
    takes_first_change_only: bool,
    /// Submissions that arrived, repeats included.
    arrived: usize,
}

#[derive(Clone, Default)]
struct Served(Arc<Mutex<Campus>>);

impl Served {
    fn change(&self, change: impl FnOnce(&mut Campus)) {
        change(&mut self.0.lock().unwrap());
    }

    fn arrived(&self) -> usize {
        self.0.lock().unwrap().arrived
    }

    /// The desk moves its newest request on.
    fn now_is(&self, status: &str, more: &Value) {
        self.change(|campus| {
            let request = campus.requests.last_mut().unwrap();
            request["status"] = status.into();
            for (name, value) in more.as_object().unwrap() {
                request[name] = value.clone();
            }
        });
    }
}

impl Respond for Served {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut campus = self.0.lock().unwrap();
        let date = "Sun, 22 Nov 2026 12:00:00 GMT";
        let answer = |status: u16, body: &Value| {
            ResponseTemplate::new(status).set_body_json(body).insert_header("date", date)
        };
        if campus.down {
            return ResponseTemplate::new(503);
        }
        let path = request.url.path();
        match (request.method.as_str(), path) {
            (_, "/Me") => {
                answer(200, &json!({ "id": "me", "userName": "eart0001", "displayName": "Maren Tolliver" }))
            }
            (_, "/ServiceProviderConfig") => {
                answer(200, &json!({ "filter": { "supported": true, "maxResults": 200 } }))
            }
            (_, "/desk") => answer(
                200,
                &json!({ "capabilities": {
                "findsByClientRequestId": !campus.cannot_search, "withdraws": true, "findsPeople": true, "decides": true
            } }),
            ),
            ("POST", "/desk/requests") => {
                campus.arrived += 1;
                if let Some((status, body)) = &campus.refuses {
                    return answer(*status, body);
                }
                let sent: Value = request.body_json().unwrap();
                let mut wish = sent["wish"].clone();
                if campus.takes_first_change_only {
                    wish["changes"].as_array_mut().unwrap().truncate(1);
                }
                let taken = json!({
                    "id": format!("RQ-{}", campus.requests.len() + 1), "clientRequestId": sent["clientRequestId"],
                    "account": { "value": sent["account"], "label": "enquiries@earth.example.edu" }, "wish": wish,
                    "note": sent["note"], "requester": { "value": "me", "display": "Maren Tolliver" },
                    "status": "with-desk", "created": "2026-11-22T12:00:00Z", "modified": "2026-11-22T12:00:00Z"
                });
                campus.requests.push(taken.clone());
                match campus.loses_answers.pop() {
                    Some(status) => ResponseTemplate::new(status),
                    None => answer(201, &taken),
                }
            }
            ("GET", "/desk/requests") => {
                let mut query = request.url.query_pairs();
                let id = query.find(|(name, _)| name == "clientRequestId").map(|(_, id)| id.into_owned());
                let found = |request: &&Value| match &id {
                    Some(id) => request["clientRequestId"] == *id,
                    None => request["requester"]["value"] != "me",
                };
                let found: Vec<_> = campus.requests.iter().filter(found).collect();
                answer(200, &json!({ "requests": found }))
            }
            ("GET", "/desk/people") => answer(
                200,
                &json!({ "people": [
                { "value": "p7", "type": "User", "display": "Jude Marsh", "userName": "visi2210", "entitled": false },
                { "value": "p1", "type": "User", "display": "Leonie Strake", "entitled": true }
            ] }),
            ),
            (_, path) if path.starts_with("/desk/requests/") => {
                let parts: Vec<_> = path.split('/').skip(3).collect();
                let Some(found) = campus.requests.iter_mut().find(|request| request["id"] == parts[0]) else {
                    return answer(404, &json!({ "code": "not-there", "detail": "" }));
                };
                match parts.get(1) {
                    Some(&"withdraw") => found["status"] = "withdrawn".into(),
                    Some(&"decision") => found["status"] = "applying".into(),
                    _ => {}
                }
                answer(200, found)
            }
            _ => {
                let modified = campus.modified.unwrap_or("2026-11-22T08:00:00Z");
                let account = json!({
                    "id": "a", "userName": "enquiries", "address": "enquiries@earth.example.edu",
                    "displayName": "Enquiries", "kind": "mailbox-only",
                    "owner": { "value": campus.owner.unwrap_or("me"), "type": "User", "display": "Maren Tolliver" },
                    "grants": campus.grants, "grantsShown": "all",
                    "meta": { "lastModified": modified, "version": format!("W/\"{modified}\"") }
                });
                if path.starts_with("/SecondaryAccounts/") {
                    return answer(200, &account);
                }
                answer(
                    200,
                    &json!({ "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [account] }),
                )
            }
        }
    }
}

fn who(id: &str, name: &str) -> Principal {
    let who = PersonRef {
        id: id.into(),
        name: name.into(),
        username: None,
        unit: None,
        leaves_on: None,
        has_left: false,
    };
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

fn form(changes: Vec<AccessChange>) -> AccessForm {
    AccessForm { id: None, account: "a".into(), changes, note: "Term starts.".into() }
}

fn add_leonie() -> AccessForm {
    let leonie = AccessChange { to: who("p1", "Leonie Strake"), rights: rights(&["full-access"]) };
    let jo = AccessChange { to: who("p2", "Jo Ferrand"), rights: rights(&["full-access", "send-as"]) };
    form(vec![leonie, jo])
}

fn drafted(open: &Arc<Open>) -> RequestId {
    open.save_draft(add_leonie()).unwrap()
}

async fn sent(open: &Arc<Open>) -> RequestId {
    let id = drafted(open);
    send(Arc::clone(open), id.clone()).await.unwrap();
    id
}

fn view(open: &Open, id: &RequestId) -> RequestView {
    open.request(id).unwrap()
}

fn status(open: &Open, id: &RequestId) -> RequestStatus {
    view(open, id).row.status
}

#[tokio::test]
async fn a_request_goes_its_whole_road_and_ends_only_when_it_is_seen() {
    let (_server, _folder, served, open) = begin().await;
    let id = drafted(&open);
    assert_eq!(status(&open, &id), RequestStatus::Draft);
    send(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::WithDesk { reference: "RQ-1".into() });

    served.now_is("applying", &json!({ "appliesAt": "2026-11-22T12:20:00Z", "modified": "2026-11-22T12:01:00Z",
        "decision": { "by": { "value": "p9", "display": "Idris Penhallow" }, "approve": true, "reason": "Fine.", "at": "2026-11-22T12:01:00Z" } }));
    go_round(&open).await.unwrap();
    assert!(
        matches!(status(&open, &id), RequestStatus::BeingApplied { by, .. } if by == "2026-11-22T12:20:00Z")
    );

    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    assert!(
        matches!(status(&open, &id), RequestStatus::SaidDone { .. }),
        "what they say is not what was seen"
    );

    served.change(|campus| {
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants = vec![
            json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["send-as", "full-access"] }),
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] }),
        ];
    });
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { .. }));
    let told: Vec<_> = view(&open, &id).events.iter().map(|event| event.what).collect();
    use RequestEventKind as K;
    assert_eq!(told, [K::Written, K::Sent, K::Received, K::Approved, K::SaidDone, K::Seen]);
    let page = open.requests(RequestFacet::Finished).unwrap();
    assert_eq!((page.rows.len(), page.open, page.finished), (1, 0, 1));
}

#[tokio::test]
async fn undo_is_a_draft_that_gives_back_what_was_before() {
    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is("done", &json!({ "doneAt": "2026-11-22T12:00:00Z" }));
    go_round(&open).await.unwrap();
    let back = open.undo(&id).unwrap();
    let changes = view(&open, &back).changes;
    assert_eq!(changes[0].rights, rights(&[]), "who was added goes again");
    assert_eq!(changes[1].rights, rights(&["full-access"]), "who was changed has what they had");
}

#[tokio::test]
async fn without_a_desk_it_waits_on_this_computer_and_then_goes_once() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::WaitingForConnection);
    assert_eq!(view(&open, &id).problem.unwrap().code, ProblemCode::Later);
    served.change(|campus| campus.down = false);
    go_round(&open).await.unwrap();
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(served.arrived(), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_before_anything_is_sent_again() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.loses_answers = vec![502]);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    go_round(&open).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::WithDesk { reference: "RQ-1".into() });
    assert_eq!(served.arrived(), 1);
}

#[tokio::test]
async fn where_the_desk_cannot_be_searched_the_person_decides() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| {
        campus.loses_answers = vec![502];
        campus.cannot_search = true;
    });
    let id = sent(&open).await;
    let _ = go_round(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::NotKnown);
    assert_eq!(served.arrived(), 1, "never by itself");
    assert!(view(&open, &id).can.send_again);
    let refused = open.discard_now(&id).unwrap_err();
    assert_eq!(refused.code, ProblemCode::BadInput, "it may be there");
    send_again(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(served.arrived(), 2, "because the person said so");
}

#[tokio::test]
async fn half_a_request_is_told_with_the_names_that_are_missing() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::TakenInPart { reference: "RQ-1".into() });
    assert_eq!(view(&open, &id).missing, ["Jo Ferrand"]);
}

#[tokio::test]
async fn a_refusal_before_it_is_a_request_leaves_a_draft_to_put_right() {
    let (_server, _folder, served, open) = begin().await;
    let said = json!({ "code": "invalid", "detail": "", "errors": [{ "field": "wish.changes.0.to", "detail": "Leonie Strake holds a visitor card." }] });
    served.change(|campus| campus.refuses = Some((422, said)));
    let id = sent(&open).await;
    let reason = "Leonie Strake holds a visitor card.".to_owned();
    assert_eq!(status(&open, &id), RequestStatus::NotTaken { reason });
    assert!(view(&open, &id).can.edit);
    let again = AccessForm { id: Some(id.clone()), ..add_leonie() };
    assert_eq!(open.save_draft(again).unwrap(), id, "the same request goes on");
    assert_eq!(status(&open, &id), RequestStatus::Draft);
}

/// Somebody else gave Jo another right while the request lay in the outbox.
async fn in_conflict(served: &Served, open: &Arc<Open>) -> RequestId {
    served.change(|campus| campus.down = true);
    let id = sent(open).await;
    served.change(|campus| {
        campus.down = false;
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants[0]["rights"] = json!(["full-access", "automap"]);
    });
    // The record was not read since: the account is looked at again before anything is sent.
    go_round(open).await.unwrap();
    id
}

#[tokio::test]
async fn a_conflict_is_shown_as_written_now_and_wanted_and_nothing_is_sent() {
    let (_server, _folder, served, open) = begin().await;
    let id = in_conflict(&served, &open).await;
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
    assert_eq!(served.arrived(), 0);
    let line = view(&open, &id).conflict.into_iter().find(|line| line.to.who.name == "Jo Ferrand").unwrap();
    assert_eq!(line.written, rights(&["full-access"]));
    assert_eq!(line.now, rights(&["full-access", "automap"]));
    assert_eq!(line.wanted, rights(&["full-access", "send-as"]));
}

#[tokio::test]
async fn a_conflict_ends_as_its_writer_chooses() {
    for (resolution, arrives) in [(Resolution::Keep, 1), (Resolution::Adjust, 0), (Resolution::Drop, 0)] {
        let (_server, _folder, served, open) = begin().await;
        let id = in_conflict(&served, &open).await;
        resolve(Arc::clone(&open), id.clone(), resolution).await.unwrap();
        assert_eq!(served.arrived(), arrives, "{resolution:?}");
        match resolution {
            Resolution::Keep => assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. })),
            Resolution::Adjust => assert_eq!(status(&open, &id), RequestStatus::Draft),
            Resolution::Drop => assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest),
        }
    }
}

#[tokio::test]
async fn a_conflict_that_only_the_desk_knows_of_is_one_too() {
    let (_server, _folder, served, open) = begin().await;
    let said =
        json!({ "code": "conflict", "detail": "", "conflicts": [{ "value": "p2", "now": ["automap"] }] });
    served.change(|campus| campus.refuses = Some((409, said)));
    let id = sent(&open).await;
    assert_eq!(status(&open, &id), RequestStatus::Conflict);
}

#[tokio::test]
async fn a_request_is_withdrawn_at_the_desk_and_ends() {
    let (_server, _folder, _served, open) = begin().await;
    let id = sent(&open).await;
    withdraw(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(status(&open, &id), RequestStatus::Withdrawn { reference: "RQ-1".into() });
    assert!(withdraw(Arc::clone(&open), id).await.is_err(), "once");
}

#[tokio::test]
async fn another_request_for_the_same_person_is_named_before_sending() {
    let (_server, _folder, _served, open) = begin().await;
    let id = sent(&open).await;
    let view = open.plan(&add_leonie()).unwrap();
    assert_eq!(view.duplicate, Some(id));
    let other = AccessChange { to: who("p8", "Tomasz Wren"), rights: rights(&["full-access"]) };
    assert_eq!(open.plan(&form(vec![other])).unwrap().duplicate, None);
}

#[tokio::test]
async fn a_plan_says_why_there_is_none() {
    let (_server, _folder, _served, open) = begin().await;
    let fault = |changes| open.plan(&form(changes)).unwrap().fault.unwrap();
    let change = |to, names: &[&str]| AccessChange { to, rights: rights(names) };
    assert_eq!(fault(vec![]), PlanFault::NothingChanges);
    let owner = fault(vec![change(who("me", "Maren Tolliver"), &["full-access"])]);
    assert_eq!(owner, PlanFault::IsOwner { name: "Maren Tolliver".into() });
    let unknown = fault(vec![change(who("p1", "Leonie Strake"), &["fly"])]);
    assert_eq!(unknown, PlanFault::UnknownRight { right: "fly".into() });
}

#[tokio::test]
async fn who_only_uses_an_account_is_told_that_it_is_not_theirs_to_change() {
    let (_server, _folder, _served, open) = begin().await;
    let account = Account {
        id: "b".into(),
        address: None,
        username: "seminars".into(),
        display_name: "Seminars".into(),
        kind: "mailbox-only".into(),
        unit: None,
        owner: Some(who("p9", "Idris Penhallow")),
        access: Access::Own(vec![Grant {
            to: who("me", "Maren Tolliver"),
            rights: rights(&["full-access"]),
        }]),
        state: AccountState::Active,
        sign_in: None,
        size: None,
        expires: None,
        hidden_from_address_list: None,
        version: None,
        last_modified: None,
    };
    let incoming = incoming(open.profile(), &open.me(), account).unwrap();
    open.store.take(&[incoming], "2026-11-22T12:00:00Z").unwrap();
    let view = open.account(&"b".into()).unwrap();
    assert_eq!(view.may_not_change_access, Some(MayNotAsk::NotYours));
    let form = AccessForm { account: "b".into(), ..add_leonie() };
    assert_eq!(open.plan(&form).unwrap().fault, Some(PlanFault::MayNotAsk { why: MayNotAsk::NotYours }));
    let id = open.save_draft(form).unwrap();
    assert_eq!(send(Arc::clone(&open), id).await.unwrap_err().code, ProblemCode::BadInput);
}

#[tokio::test]
async fn people_come_from_the_desk_and_without_it_from_this_computer() {
    let (_server, _folder, served, open) = begin().await;
    let found = find_people(Arc::clone(&open), "jo".into()).await.unwrap();
    let names: Vec<_> = found.people.iter().map(|choice| choice.principal.who.name.as_str()).collect();
    assert_eq!((found.asked, names), (true, vec!["Jo Ferrand", "Jude Marsh", "Leonie Strake"]));
    assert_eq!(found.people[1].entitled, Some(false));
    served.change(|campus| campus.down = true);
    let found = find_people(Arc::clone(&open), "jo".into()).await.unwrap();
    assert_eq!((found.asked, found.people.len()), (false, 1));
}

#[tokio::test]
async fn whoever_decides_sees_what_waits_and_gives_a_reason_to_refuse() {
    let (_server, _folder, served, open) = begin().await;
    sent(&open).await;
    served.change(|campus| {
        let mut other = campus.requests[0].clone();
        other["id"] = json!("RQ-77");
        other["requester"] = json!({ "value": "p5", "display": "Sunniva Marsh" });
        campus.requests.push(other);
    });
    open.desk_now(|now| now.abilities = None);
    go_round(&open).await.unwrap();
    let page = open.requests(RequestFacet::ToDecide).unwrap();
    assert_eq!((page.to_decide, page.rows[0].by.as_ref().unwrap().name.as_str()), (Some(1), "Sunniva Marsh"));
    let id = page.rows[0].id.clone();
    assert!(view(&open, &id).can.decide);
    let no_reason = Decision { id: id.clone(), approve: false, reason: " ".into() };
    assert_eq!(decide(Arc::clone(&open), no_reason).await.unwrap_err().code, ProblemCode::BadInput);
    let yes = Decision { id, approve: true, reason: String::new() };
    decide(Arc::clone(&open), yes).await.unwrap();
    assert_eq!(open.requests(RequestFacet::ToDecide).unwrap().to_decide, Some(0));
}

/// The program is killed at each step and started again over what it kept.
#[tokio::test]
async fn whatever_stage_a_kill_leaves_the_request_arrives_once() {
    for stage in ["draft", "waiting", "sending", "sent"] {
        let (_server, _folder, served, open) = begin().await;
        let id = drafted(&open);
        if stage != "draft" {
            served.change(|campus| campus.down = stage == "waiting");
            served
                .change(|campus| campus.loses_answers = if stage == "sending" { vec![500] } else { vec![] });
            send(Arc::clone(&open), id.clone()).await.unwrap();
        }
        served.change(|campus| campus.down = false);
        // What is only in memory is gone: the same store, another start.
        let again = Open::new(
            open.identity.clone(),
            open.institution.clone(),
            open.keeping,
            Arc::clone(&open.around),
            Arc::clone(&open.store),
            open.me(),
        );
        let again = Arc::new(again.unwrap());
        go_round(&again).await.unwrap();
        go_round(&again).await.unwrap();
        assert_eq!(served.arrived(), usize::from(stage != "draft"), "{stage}");
        let expected = if stage == "draft" { "draft" } else { "with-desk" };
        let status = serde_json::to_value(status(&again, &id)).unwrap();
        assert_eq!(status["status"], expected, "{stage}");
    }
}

#[tokio::test]
async fn half_a_request_never_ends_as_checked_working() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.takes_first_change_only = true);
    let id = sent(&open).await;
    served.change(|campus| {
        let leonie =
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] });
        campus.grants.push(leonie);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    served.now_is("done", &json!({ "doneAt": "2026-11-22T12:00:00Z" }));
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { .. }), "Jo has not what was asked for");

    let (_server, _folder, served, open) = begin().await;
    let id = sent(&open).await;
    served.now_is(
        "done",
        &json!({ "doneAt": "2026-11-22T12:00:00Z", "wish": { "kind": "change-access", "changes": [] } }),
    );
    go_round(&open).await.unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::TakenInPart { .. }), "a desk that forgot all of it");
    assert_eq!(view(&open, &id).missing, ["Leonie Strake", "Jo Ferrand"]);
}

#[tokio::test]
async fn what_was_discarded_while_a_round_was_under_way_does_not_come_back() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    let stale = open.entry(&id).unwrap();
    open.discard_now(&id).unwrap();
    served.change(|campus| campus.down = false);
    // The round still holds what it read before.
    super::outbox::attend_to(&open, stale).await.unwrap();
    assert_eq!(served.arrived(), 0);
    assert_eq!(open.request(&id).unwrap_err().code, ProblemCode::NoSuchRequest);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_keeps_none_of_the_others_back() {
    let (_server, _folder, _served, open) = begin().await;
    let broken = store::KeptRequest {
        id: "broken".into(),
        account: "a".into(),
        finished: false,
        changed_at: "2026-11-22T12:00:00Z".into(),
        body: json!({ "from": "another version" }),
    };
    open.store.keep_request(&broken).unwrap();
    let id = sent(&open).await;
    assert!(matches!(status(&open, &id), RequestStatus::WithDesk { .. }));
    assert_eq!(open.account(&"a".into()).unwrap().open_requests.len(), 1);
    assert!(open.store.request::<Value>("broken").unwrap().is_some(), "it stays where it is");
}

#[tokio::test]
async fn an_account_that_is_no_longer_theirs_is_not_sent_for() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| campus.down = true);
    let id = sent(&open).await;
    served.change(|campus| {
        campus.down = false;
        campus.owner = Some("somebody");
    });
    go_round(&open).await.unwrap();
    assert_eq!(served.arrived(), 0);
    assert!(matches!(status(&open, &id), RequestStatus::NotTaken { .. }));
}

#[tokio::test]
async fn a_request_keeps_of_others_only_what_it_needs() {
    let (_server, _folder, served, open) = begin().await;
    let idris = json!({ "value": "p9", "type": "User", "display": "Idris Penhallow", "rights": ["send-as"] });
    served.change(|campus| {
        campus.grants.push(idris);
        campus.modified = Some("2026-11-22T11:59:30Z");
    });
    read_record(&open, false).await.unwrap();
    let id = drafted(&open);
    let kept = open.store.request::<Value>(&id.0).unwrap().unwrap().to_string();
    assert!(kept.contains("Jo Ferrand") && !kept.contains("Idris Penhallow"), "{kept}");
}

//! Days of access, of which this computer reminds and nobody else; and what an older program kept.

use super::*;
use crate::asking::{
    days::{Days, Told, nap},
    entry::{Entry, EntryStage},
    typed,
};
use crate::view::{Reminder, ReminderKind};
use accounts::{Answer, Wish};
use jiff::{ToSpan, civil::Date, civil::date};
use proptest::prelude::*;
use std::{collections::HashSet, time::Duration};

const TODAY: Date = date(2026, 11, 22);

fn in_march() -> Timestamp {
    "2027-03-01T00:30:00Z".parse().unwrap()
}

fn in_july() -> Timestamp {
    "2027-07-01T12:00:00Z".parse().unwrap()
}

fn for_days(begins: Option<Date>, ends: Option<Date>) -> RequestForm {
    let field = |day| typed::shown(day).unwrap_or_default();
    RequestForm { begins: field(begins), ends: field(ends), ..add_leonie() }
}

fn told(open: &Open, id: &RequestId) -> Vec<Reminder> {
    view(open, id).reminders
}

fn due(open: &Open) -> Vec<(RequestId, ReminderKind)> {
    let due = open.home().unwrap().reminders.into_iter();
    due.map(|one| (one.request.id, one.reminder.what)).collect()
}

/// It is carried out, and the record shows it.
async fn given(open: &Arc<Open>, served: &Served, form: RequestForm) -> RequestId {
    let id = open.save_draft(form).unwrap();
    send(open, &id).await;
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    served.change(|campus| {
        campus.modified = Some("2026-11-22T11:59:30Z");
        campus.grants = vec![
            json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": ["full-access", "send-as"] }),
            json!({ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] }),
        ];
    });
    go_round(open).await.unwrap();
    assert!(matches!(status(open, &id), RequestStatus::CheckedWorking { .. }), "{:?}", status(open, &id));
    id
}

#[tokio::test]
async fn a_request_for_later_stays_here_until_its_day_and_is_then_reminded_of() {
    let (_server, _folder, served, open) = begin().await;
    let day = date(2027, 3, 1);
    let id = open.save_draft(for_days(Some(day), None)).unwrap();
    assert_eq!(told(&open, &id), [Reminder { what: ReminderKind::Begin, on: day, due: false }]);
    assert_eq!(due(&open), []);
    go_round(&open).await.unwrap();
    assert_eq!((status(&open, &id), served.arrived()), (RequestStatus::Draft, 0), "nothing goes by itself");

    let later = at(&open, in_march);
    assert_eq!(due(&later), [(id.clone(), ReminderKind::Begin)], "from the first minute of the day there");
    let form = view(&later, &id).form;
    assert_eq!(form.begins, day.to_string());
    assert_eq!(later.plan(&form).unwrap().faults, [], "a day that has come is no mistake");
    later.to_outbox(&id).unwrap();
    assert_eq!((due(&later), told(&later, &id)), (vec![], vec![]), "sent, it goes by itself");
}

#[tokio::test]
async fn the_days_of_access_do_not_travel() {
    let (_server, _folder, served, open) = begin().await;
    let id = open.save_draft(for_days(Some(TODAY), Some(date(2027, 6, 30)))).unwrap();
    send(&open, &id).await;
    let arrived = served.taken();
    assert!(!arrived.contains("2027-06-30") && !arrived.contains("begins"), "{arrived}");
    assert_eq!(view(&open, &id).form.ends, "2027-06-30", "it is still known here");
}

#[tokio::test]
async fn an_end_is_reminded_of_while_the_record_shows_what_was_given() {
    let (_server, _folder, served, open) = begin().await;
    let id = given(&open, &served, for_days(None, Some(TODAY))).await;
    assert_eq!(due(&open), [(id.clone(), ReminderKind::End)]);
    assert_eq!(open.requests(RequestFacet::Finished).unwrap().finished, 1, "finished, and reminded of");

    // Whoever has asked for its end is reminded no more as long as that is under way.
    let back = open.undo(&id).unwrap();
    assert_eq!(open.undo(&id).unwrap(), back, "it is written once");
    assert_eq!(due(&open).len(), 1, "a draft asks for nothing yet");
    send(&open, &back).await;
    assert_eq!(due(&open), []);
    withdraw(Arc::clone(&open), back).await.unwrap();
    assert_eq!(due(&open).len(), 1, "taken back, it is to be asked for again");

    // One of the two has gone: some of it is there still.
    for (rights, expected) in [(json!(["send-as"]), 1), (json!(["automap"]), 0)] {
        served.change(|campus| {
            let now = if expected == 1 { "2026-11-22T11:59:40Z" } else { "2026-11-22T11:59:50Z" };
            campus.modified = Some(now);
            campus.grants =
                vec![json!({ "value": "p2", "type": "User", "display": "Jo Ferrand", "rights": rights })];
        });
        read_record(&open, false).await.unwrap();
        assert_eq!(due(&open).len(), expected, "{rights}");
    }
    assert_eq!(told(&open, &id), []);
}

#[tokio::test]
async fn to_ask_for_an_end_gives_nothing_back_that_the_request_took() {
    let (_server, _folder, _served, open) = begin().await;
    let mut form = for_days(None, Some(TODAY));
    form.changes[1].rights.clear();
    let id = open.save_draft(form).unwrap();
    let entry = Entry { stage: EntryStage::Seen { at: open.now() }, ..open.entry(&id).unwrap() };
    let taken_back = |today| entry.taken_back(today, open.profile()).unwrap();
    let ended = taken_back(TODAY);
    let leonie = AccessChange { to: who("p1", "Leonie Strake"), rights: Vec::new() };
    assert_eq!(ended.edits.len(), 1, "{ended:?}");
    assert!(ended.edits[0].is_same(&leonie.into()));
    assert_eq!(taken_back(TODAY.yesterday().unwrap()).edits.len(), 2, "an undo before that is of all");
}

/// Jo and Leonie hold nothing of what was given, or all of it, by the record from then on.
async fn held(open: &Arc<Open>, served: &Served, modified: &'static str, grants: Value) {
    served.change(|campus| {
        campus.modified = Some(modified);
        campus.grants = serde_json::from_value(grants).unwrap();
    });
    read_record(open, false).await.unwrap();
}

fn leonie() -> Value {
    json!([{ "value": "p1", "type": "User", "display": "Leonie Strake", "rights": ["full-access"] }])
}

#[tokio::test]
async fn an_end_that_came_early_is_over_and_stays_so_when_the_same_is_given_again() {
    let (_server, _folder, served, open) = begin().await;
    let day = date(2027, 6, 30);
    let id = given(&open, &served, for_days(None, Some(day))).await;
    let end = Reminder { what: ReminderKind::End, on: day, due: false };
    assert_eq!(told(&open, &id), [end]);
    held(&open, &served, "2026-11-22T11:59:40Z", json!([])).await;
    assert_eq!(told(&open, &id), [], "there is nothing that could end");
    open.greet_day(&mut Told::new()).unwrap();
    held(&open, &served, "2026-11-22T11:59:50Z", leonie()).await;
    assert_eq!(told(&open, &id), [], "that is another giving");
    assert_eq!(due(&at(&open, in_july)), []);
}

#[tokio::test]
async fn an_end_is_over_only_where_the_record_says_who_has_access() {
    let (_server, _folder, served, open) = begin().await;
    let id = given(&open, &served, for_days(None, Some(date(2027, 6, 30)))).await;
    served.change(|campus| campus.facts = json!({ "grantsShown": "own" }));
    held(&open, &served, "2026-11-22T11:59:40Z", json!([])).await;
    open.greet_day(&mut Told::new()).unwrap();
    assert_eq!(told(&open, &id).len(), 1, "could not look is not nobody");
    served.change(|campus| campus.facts = json!({}));
    held(&open, &served, "2026-11-22T11:59:50Z", leonie()).await;
    assert_eq!(due(&at(&open, in_july)), [(id, ReminderKind::End)]);
}

#[tokio::test]
async fn what_falls_due_during_the_day_is_told_on_that_day() {
    let (_server, _folder, served, open) = begin().await;
    let mut told = Told::new();
    rest(&open, Duration::ZERO, &mut told).await;
    assert!(told.is_empty());
    given(&open, &served, for_days(None, Some(TODAY))).await;
    rest(&open, Duration::ZERO, &mut told).await;
    assert_eq!(told.len(), 1);
}

/// A clock that stands shortly before midnight in Oxford when it is first looked at.
fn before_midnight() -> Timestamp {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let since = START.get_or_init(std::time::Instant::now).elapsed();
    "2026-11-22T23:59:59.700Z".parse::<Timestamp>().unwrap().checked_add(since).unwrap()
}

#[tokio::test]
async fn a_day_that_comes_while_a_desk_has_asked_for_a_long_wait_is_told_at_once() {
    let (_server, _folder, _served, open) = begin().await;
    open.save_draft(for_days(Some(TODAY.tomorrow().unwrap()), None)).unwrap();
    let open = at(&open, before_midnight);
    let mut told = Told::new();
    let long = rest(&open, Duration::from_hours(24), &mut told);
    assert!(tokio::time::timeout(Duration::from_millis(900), long).await.is_err(), "it goes on waiting");
    assert_eq!(told.len(), 1);
}

#[test]
fn a_nap_ends_at_midnight_where_the_institution_is() {
    let zone = jiff::tz::TimeZone::get("America/Denver").unwrap();
    let nap = |rest: u64, now: &str| nap(Duration::from_secs(rest), now.parse().unwrap(), &zone).as_secs();
    assert_eq!(nap(86_400, "2026-11-23T06:55:00Z"), 300, "it is five to midnight there");
    assert_eq!(nap(60, "2026-11-23T06:55:00Z"), 60);
    assert_eq!(nap(86_400, "2026-11-23T07:00:00Z"), 900, "a computer that slept is not trusted for longer");
}

#[tokio::test]
async fn only_requests_with_days_are_read_for_reminders() {
    let (_server, _folder, served, open) = begin().await;
    let plain = sent(&open).await;
    withdraw(Arc::clone(&open), plain).await.unwrap();
    let reminding = || open.store.requests_that_remind::<Value>().unwrap().len();
    assert_eq!(reminding(), 0);
    let id = given(&open, &served, for_days(None, Some(TODAY))).await;
    assert_eq!((reminding(), due(&open).len()), (1, 1));
    assert_eq!(open.requests(RequestFacet::Open).unwrap().due, 1, "finished ones count too");
    open.let_be(&id).unwrap();
    assert_eq!(reminding(), 0);
}

#[tokio::test]
async fn a_beginning_that_has_come_is_no_mistake_wherever_the_request_lies() {
    let (_server, _folder, served, open) = begin().await;
    let day = date(2027, 3, 1);
    let id = open.save_draft(for_days(Some(day), None)).unwrap();
    assert_eq!(view(&open, &id).begun, None, "it has not come");
    let later = at(&open, || "2027-03-02T12:00:00Z".parse().unwrap());
    served.change(|campus| campus.down = true);
    later.to_outbox(&id).unwrap();
    let waits = view(&later, &id);
    assert_eq!((waits.row.status, waits.begun), (RequestStatus::WaitingForConnection, Some(day)));

    let typed = |begins: &str| RequestForm { begins: begins.into(), ..waits.form.clone() };
    assert_eq!(later.plan(&typed("2027-03-01")).unwrap().faults, []);
    // Taken out, and typed again letter by letter.
    for part in ["", "2027-03", "2027-03-01"] {
        later.save_draft(typed(part)).unwrap();
    }
    assert_eq!(later.plan(&view(&later, &id).form).unwrap().faults, [], "it is the day that was agreed");
    let other = typed("2027-02-28");
    assert_eq!(
        later.plan(&other).unwrap().faults,
        [PlanFault::BeginsBeforeToday],
        "another one is a mistake"
    );
    later.save_draft(other).unwrap();
    assert_eq!(view(&later, &id).begun, Some(day), "and does not make that one forgotten");
}

#[tokio::test]
async fn whoever_wants_no_reminder_of_the_end_gets_none() {
    let (_server, _folder, served, open) = begin().await;
    let id = given(&open, &served, for_days(None, Some(TODAY))).await;
    open.let_be(&id).unwrap();
    assert_eq!((due(&open), told(&open, &id)), (vec![], vec![]));
    let other = drafted(&open);
    assert_eq!(open.let_be(&other).unwrap_err().code, ProblemCode::BadInput, "it reminds of nothing");
}

#[tokio::test]
async fn an_end_that_has_come_before_the_access_has_is_not_reminded_of_yet() {
    let (_server, _folder, _served, open) = begin().await;
    let id = open.save_draft(for_days(None, Some(TODAY))).unwrap();
    send(&open, &id).await;
    assert_eq!(due(&open), [], "there is nothing that could end");
    withdraw(Arc::clone(&open), id.clone()).await.unwrap();
    assert_eq!(told(&open, &id), [], "and nothing will come of it");
}

#[tokio::test]
async fn what_is_wrong_with_the_days_is_told() {
    let (_server, _folder, _served, open) = begin().await;
    let faults = |form: &RequestForm| open.plan(form).unwrap().faults;
    let yesterday = TODAY.saturating_sub(1.days());
    let tomorrow = TODAY.saturating_add(1.days());
    assert_eq!(faults(&for_days(Some(yesterday), None)), [PlanFault::BeginsBeforeToday]);
    assert_eq!(faults(&for_days(None, Some(yesterday))), [PlanFault::EndsBeforeToday]);
    assert_eq!(faults(&for_days(Some(tomorrow), Some(TODAY))), [PlanFault::EndsBeforeBegins]);
    assert_eq!(faults(&for_days(Some(tomorrow), Some(tomorrow))), [], "one day is a stretch of days");
    let remove_jo = AccessChange { to: who("p2", "Jo Ferrand"), rights: vec![] };
    let takes = RequestForm { ends: tomorrow.to_string(), ..form(vec![remove_jo]) };
    assert_eq!(faults(&takes), [PlanFault::NothingToEnd]);
    // What was typed and is a mistake is one still when the draft is gone on with.
    let id = open.save_draft(for_days(Some(yesterday), None)).unwrap();
    assert_eq!(faults(&view(&open, &id).form), [PlanFault::BeginsBeforeToday]);
    assert_eq!((due(&open), told(&open, &id)), (vec![], vec![]), "nothing is reminded of a mistake");
}

#[tokio::test]
async fn a_new_day_tells_the_desktop_once() {
    let (_server, _folder, served, open) = begin().await;
    open.save_draft(for_days(Some(TODAY), None)).unwrap();
    given(&open, &served, RequestForm { note: "Another.".into(), ..for_days(None, Some(TODAY)) }).await;
    let mut told = HashSet::new();
    open.greet_day(&mut told).unwrap();
    assert_eq!(told.len(), 2);
    let before = told.clone();
    open.greet_day(&mut told).unwrap();
    assert_eq!(told, before);
}

fn day() -> impl Strategy<Value = Date> {
    (-40_i64..40).prop_map(|days| TODAY.saturating_add(days.days()))
}

proptest! {
    /// Whatever days are chosen when: a day is a mistake only where it lay in the past as it was chosen.
    #[test]
    fn time_that_passes_makes_no_mistake_of_a_beginning(begins in day(), chosen in day(), later in 0_i64..400) {
        let nothing = Account { access: Access::All(vec![]), ..Account::unknown("a".into()) };
        let wish = Wish::change_access(add_leonie().changes);
        let days = Days::default().chosen(Some(begins), None, chosen);
        let then = days.faults(&nothing, &wish, chosen);
        prop_assert_eq!(!then.is_empty(), begins < chosen);
        let after = chosen.saturating_add(later.days());
        let kept = days.chosen(Some(begins), None, after);
        prop_assert_eq!(kept.faults(&nothing, &wish, after), then);
    }

    /// An end is a mistake before today and before the beginning, and each day has one fault at most.
    #[test]
    fn an_end_comes_after_what_it_ends(begins in proptest::option::of(day()), ends in day(), today in day()) {
        let nothing = Account { access: Access::All(vec![]), ..Account::unknown("a".into()) };
        let wish = Wish::change_access(add_leonie().changes);
        let faults = Days::default().chosen(begins, Some(ends), today).faults(&nothing, &wish, today);
        let is_wrong = ends < today || begins.is_some_and(|begins| ends < begins);
        let of_end = faults.iter().filter(|fault| **fault != PlanFault::BeginsBeforeToday).count();
        prop_assert_eq!(of_end, usize::from(is_wrong));
    }
}

#[tokio::test]
async fn what_nobody_tried_for_a_month_is_over_and_can_be_tried_still() {
    let (_server, _folder, served, open) = begin().await;
    served.change(|campus| {
        campus.facts = json!({ "kind": "room" });
        campus.modified = Some("2026-11-22T10:00:00Z");
    });
    read_record(&open, false).await.unwrap();
    let answers =
        [("outright".into(), Answer::Text("everyone".into())), ("days-ahead".into(), Answer::Number(90))];
    let form = RequestForm { answers: answers.into(), ..blank(RequestKind::SetBooking) };
    let id = open.save_draft(form).unwrap();
    send(&open, &id).await;
    served.now_is("done", &json!({ "doneAt": "2026-11-22T11:59:00Z" }));
    go_round(&open).await.unwrap();
    let finished = |open: &Open| open.requests(RequestFacet::Finished).unwrap().finished;
    for (now, over) in [
        ((|| "2026-12-22T11:58:00Z".parse().unwrap()) as fn() -> Timestamp, 0),
        (|| "2026-12-22T12:00:00Z".parse().unwrap(), 1),
    ] {
        let open = at(&open, now);
        open.greet_day(&mut HashSet::new()).unwrap();
        assert_eq!(finished(&open), over, "at {}", open.now());
    }
    assert!(matches!(status(&open, &id), RequestStatus::SaidDone { .. }), "they say it, and nobody tried");
    open.tried(&id).unwrap();
    assert!(matches!(status(&open, &id), RequestStatus::CheckedWorking { tried: true, .. }));
}

/// As the program wrote it on 26 November 2026, before there were days of access. Whatever is added to a request since has
/// to be left out of it without loss.
const KEPT: &str = include_str!("kept-2026-11-26.json");

#[test]
fn a_request_that_an_older_program_kept_is_read_whole() {
    let entries: Vec<Entry> = serde_json::from_str(KEPT).unwrap();
    let [draft, seen] = &entries[..] else { panic!("there are two of them") };
    assert_eq!((&draft.stage, draft.wish.edits.len()), (&EntryStage::Draft, 2));
    assert!(matches!(seen.stage, EntryStage::Seen { .. }) && seen.ticket.is_some());
    assert_eq!(seen.written.access.grants().len(), 1);
    for entry in &entries {
        assert_eq!((entry.days, entry.untried), (Days::default(), false));
        let again: Entry = serde_json::from_value(serde_json::to_value(entry).unwrap()).unwrap();
        assert_eq!(&again, entry);
    }
}

#[test]
fn what_is_kept_of_a_request_may_only_grow_by_what_has_a_default() {
    let kept: Vec<Value> = serde_json::from_str(KEPT).unwrap();
    let now: Vec<Value> = serde_json::from_str::<Vec<Entry>>(KEPT)
        .unwrap()
        .iter()
        .map(|entry| serde_json::to_value(entry).unwrap())
        .collect();
    for (kept, now) in kept.iter().zip(&now) {
        for (name, value) in kept.as_object().unwrap() {
            if name != "ticket" {
                assert_eq!(&now[name], value, "`{name}` is written as it was");
            }
        }
    }
}

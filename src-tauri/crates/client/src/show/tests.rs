//! What screens are told of what is stored.

use super::*;
use crate::{
    catalogue::Institution,
    rehearsal::{of_her_own, of_jo, open_at},
};
use std::sync::Arc;
use store::{Incoming, Store};

const MORNING: &str = "2026-11-22T08:00:00Z";
const TEN: &str = "2026-11-22T10:00:00Z";
const NOON: &str = "2026-11-22T12:00:00Z";

fn noon() -> jiff::Timestamp {
    NOON.parse().unwrap()
}

/// `incoming` in another version, under another name.
fn renamed(incoming: &Incoming, name: &str) -> Incoming {
    let account =
        Account { display_name: name.into(), version: Some(name.into()), ..incoming.account.clone() };
    Incoming { account, ..incoming.clone() }
}

#[tokio::test]
async fn what_is_only_shown_live_has_the_past_that_was_seen_in_this_window() {
    let (_folder, open) = open_at("http://127.0.0.1:9", None, noon);
    let live = Arc::new(Store::in_memory().unwrap());
    open.set_live(Some(Arc::clone(&live)));
    live.take(&[of_jo()], MORNING).unwrap();
    assert!(open.account(&"a".into()).unwrap().history.is_empty());
    live.take(&[renamed(&of_jo(), "Seminars")], TEN).unwrap();
    let shown = open.account(&"a".into()).unwrap();
    let seen: Vec<_> = shown.history.iter().map(|seen| (seen.before.as_str(), seen.after.as_str())).collect();
    assert_eq!((seen, shown.first_seen.as_str()), (vec![(MORNING, TEN)], MORNING));
}

#[tokio::test]
async fn what_is_kept_and_shown_live_has_one_past_with_each_difference_once() {
    let (_folder, open) = open_at("http://127.0.0.1:9", None, noon);
    let live = Arc::new(Store::in_memory().unwrap());
    open.store.take(&[of_her_own()], "2026-11-20T08:00:00Z").unwrap();
    open.store.take(&[renamed(&of_her_own(), "Enquiries")], "2026-11-21T08:00:00Z").unwrap();
    live.take(&[renamed(&of_her_own(), "Enquiries")], "2026-11-21T08:00:00Z").unwrap();
    open.set_live(Some(Arc::clone(&live)));
    for store in [&open.store, &live] {
        store.take(&[renamed(&of_her_own(), "All enquiries")], TEN).unwrap();
    }
    let shown = open.account(&"b".into()).unwrap();
    let seen: Vec<_> = shown.history.iter().map(|seen| seen.after.as_str()).collect();
    assert_eq!(seen, [TEN, "2026-11-21T08:00:00Z"], "the newest first");
    assert_eq!(shown.first_seen, "2026-11-20T08:00:00Z", "and not when this window first saw it");
}

#[tokio::test]
async fn what_became_the_readers_own_in_this_window_keeps_what_was_seen_before() {
    let (_folder, open) = open_at("http://127.0.0.1:9", None, noon);
    let live = Arc::new(Store::in_memory().unwrap());
    open.set_live(Some(Arc::clone(&live)));
    live.take(&[of_her_own()], MORNING).unwrap();
    live.take(&[renamed(&of_her_own(), "Enquiries")], TEN).unwrap();
    open.store.take(&[renamed(&of_her_own(), "Enquiries")], NOON).unwrap();
    let shown = open.account(&"b".into()).unwrap();
    assert_eq!((shown.history.len(), shown.first_seen.as_str()), (1, MORNING));
}

/// What is said of who uses Maren Tolliver's account of `kind`, for which the record lists `grants`: how, and how many in the
/// list of accounts.
fn said(open: &Open, institution: &str, kind: &str, grants: Vec<Grant>) -> (String, Option<u32>) {
    let profile = Arc::new(institutions::builtin(institution).unwrap());
    let store = Arc::new(Store::in_memory().unwrap());
    let Incoming { account, .. } = of_her_own();
    let can_send = vec![false; grants.len()];
    let account = Account { kind: kind.into(), access: Access::All(grants), ..account };
    store.take(&[Incoming { account, can_send, ..of_her_own() }], MORNING).unwrap();
    let institution = Institution { profile, file: None };
    let (identity, around) = (open.identity.clone(), Arc::clone(&open.around));
    let open = Open::new(identity, institution, open.keeping, around, store, open.me()).unwrap();
    let query = String::new();
    let all = Search { query, own: false, uses: false, unit: false, kind: None, offset: 0, limit: 9 };
    let access = serde_json::to_value(open.account(&"b".into()).unwrap().access).unwrap();
    let people = open.search(&all).unwrap().rows[0].people;
    (access["shown"].as_str().unwrap().to_owned(), people)
}

#[tokio::test]
async fn where_nobody_is_given_rights_an_unknown_kind_is_not_said_to_be_used_by_nobody() {
    let (_folder, open) = open_at("http://127.0.0.1:9", None, noon);
    let jo = of_her_own().account.access.grants().to_vec();
    let rows = [
        ("boulder", "sponsored", vec![], "not-shown", None),
        ("boulder", "group-account", vec![], "shared-sign-in", None),
        // Whoever is named is shown.
        ("boulder", "sponsored", jo, "all", Some(1)),
        // Where there is delegation the list tells.
        ("oxford", "sponsored", vec![], "all", Some(0)),
        ("oxford", "mailbox-only", vec![], "all", Some(0)),
    ];
    for (institution, kind, grants, shown, people) in rows {
        let told = said(&open, institution, kind, grants);
        assert_eq!(told, (shown.to_owned(), people), "{kind} at {institution}");
    }
}

//! Requests as they are kept: changed only where they are still as they were read, and never lost with something else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where what it stands on breaks"
)]

use serde_json::{Value, json};
use store::{KeptRequest, Store};

fn request(id: &str, finished: bool, body: Value) -> KeptRequest<Value> {
    let changed_at = "2026-11-22T12:00:00Z".to_owned();
    KeptRequest { id: id.into(), account: "a".into(), finished, reminds: false, changed_at, body }
}

fn kept(store: &Store, id: &str) -> Option<Value> {
    store.request(id).unwrap()
}

#[test]
fn a_request_is_replaced_only_where_it_is_still_as_it_was_read() {
    let store = Store::in_memory().unwrap();
    store.keep_request(&request("one", false, json!(1))).unwrap();
    assert!(store.replace_request(&json!(1), &request("one", false, json!(2))).unwrap());
    assert!(!store.replace_request(&json!(1), &request("one", false, json!(3))).unwrap(), "it is 2 by now");
    assert_eq!(kept(&store, "one"), Some(json!(2)));
    assert!(!store.remove_request("one", &json!(1)).unwrap());
    assert!(store.remove_request("one", &json!(2)).unwrap());
    assert!(
        !store.replace_request(&json!(2), &request("one", false, json!(4))).unwrap(),
        "what is gone stays gone"
    );
    assert_eq!(kept(&store, "one"), None);
}

#[test]
fn one_that_cannot_be_read_stays_and_keeps_none_of_the_others_back() {
    let store = Store::in_memory().unwrap();
    store.keep_request(&request("odd", false, json!({ "from": "another version" }))).unwrap();
    store.keep_request(&request("plain", false, json!("text"))).unwrap();
    assert_eq!(store.requests::<String>(false).unwrap(), ["text"]);
    assert!(kept(&store, "odd").is_some());
}

#[test]
fn requests_go_along_to_another_store_and_what_is_there_already_stays() {
    let (old, new) = (Store::in_memory().unwrap(), Store::in_memory().unwrap());
    old.keep_request(&request("draft", false, json!("old"))).unwrap();
    old.keep_request(&request("done", true, json!("done"))).unwrap();
    new.keep_request(&request("draft", false, json!("new"))).unwrap();
    new.take_requests_from(&old).unwrap();
    assert_eq!((kept(&new, "draft"), kept(&new, "done")), (Some(json!("new")), Some(json!("done"))));
    assert_eq!(new.finished_requests().unwrap(), 1);
}

#[test]
fn what_ended_lately_is_found_the_newest_first_and_no_more_than_is_wanted() {
    let store = Store::in_memory().unwrap();
    let ended = |id: &str, finished, hour: u32| KeptRequest {
        changed_at: format!("2026-11-22T{hour:02}:00:00Z"),
        ..request(id, finished, json!(id))
    };
    for (id, finished, hour) in
        [("early", true, 8), ("at-noon", true, 12), ("open", false, 13), ("late", true, 14)]
    {
        store.keep_request(&ended(id, finished, hour)).unwrap();
    }
    let found = |since: &str, most| store.requests_finished_since::<String>(since, most).unwrap();
    assert_eq!(found("2026-11-22T12:00:00Z", 9), ["late", "at-noon"]);
    assert_eq!(found("2026-11-22T00:00:00Z", 2), ["late", "at-noon"]);
    assert_eq!(found("2026-11-22T15:00:00Z", 9), [""; 0]);
}

#[test]
fn dropping_other_peoples_data_leaves_what_is_not_finished() {
    let store = Store::in_memory().unwrap();
    store.keep_request(&request("open", false, json!(1))).unwrap();
    store.keep_request(&request("done", true, json!(2))).unwrap();
    let reminding = KeptRequest { reminds: true, ..request("ends", true, json!(3)) };
    store.keep_request(&reminding).unwrap();
    assert_eq!(store.drop_others(&[]).unwrap().requests, 1);
    assert_eq!((kept(&store, "open"), kept(&store, "done")), (Some(json!(1)), None));
    assert_eq!(kept(&store, "ends"), Some(json!(3)), "its day is still to be reminded of");
}

#[test]
fn what_reminds_is_found_without_reading_the_rest() {
    let store = Store::in_memory().unwrap();
    let reminding = |id: &str, finished| KeptRequest { reminds: true, ..request(id, finished, json!(id)) };
    store.keep_request(&reminding("draft", false)).unwrap();
    store.keep_request(&reminding("given", true)).unwrap();
    store.keep_request(&request("plain", true, json!("plain"))).unwrap();
    let found = |store: &Store| store.requests_that_remind::<String>().unwrap();
    assert_eq!(found(&store), ["draft", "given"]);
    store.replace_request(&json!("given"), &request("given", true, json!("let be"))).unwrap();
    assert_eq!(found(&store), ["draft"], "it reminds no more");
    let other = Store::in_memory().unwrap();
    other.take_requests_from(&store).unwrap();
    assert_eq!(found(&other), ["draft"], "it goes along");
}

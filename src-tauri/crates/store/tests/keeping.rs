//! What is kept, what opens it, and what is never set aside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where what it stands on breaks"
)]

mod support;

use accounts::{Access, Account, Change, Standing};
use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};
use store::{Dropped, Fact, Incoming, KeptRequest, OpenError, Place, Query, Store, StoreKey};
use support::{account, grant, owned, person};

const NOW: &str = "2026-11-22T09:00:00Z";
const LATER: &str = "2026-11-23T09:00:00Z";

fn place() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path().join("one"));
    (folder, place)
}

fn filled(place: &Place, key: &StoreKey, count: usize) -> Store {
    let store = place.open(key).unwrap();
    let owner = person("p1", "Maren Tolliver");
    let batch: Vec<_> = (0..count)
        .map(|i| {
            owned(account(
                &format!("a{i}"),
                &format!("office{i}"),
                "Office",
                &owner,
                vec![grant(&person("p2", "Jo Ferrand"))],
            ))
        })
        .collect();
    store.take(&batch, NOW).unwrap();
    store.set_fact(Fact::Newest, &NOW).unwrap();
    store
}

fn all(store: &Store) -> usize {
    store.accounts(&Query { limit: 10, ..Query::default() }).unwrap().total
}

#[test]
fn what_was_taken_in_is_there_after_closing() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    drop(filled(&place, &key, 3));
    let store = place.open(&key).unwrap();
    assert_eq!(all(&store), 3);
    assert_eq!(store.fact::<String>(Fact::Newest).unwrap().as_deref(), Some(NOW));
}

#[test]
fn a_fact_is_replaced_only_where_it_is_still_what_was_known() {
    let store = Store::in_memory().unwrap();
    let is = |known: &'static str| move |kept: String| kept == known;
    let nothing: Option<&str> = None;
    assert!(!store.replace_fact(Fact::Tokens, is("old"), Some("new")).unwrap(), "there is none");
    store.set_fact(Fact::Tokens, "newer").unwrap();
    assert!(!store.replace_fact(Fact::Tokens, is("old"), Some("new")).unwrap());
    assert!(!store.replace_fact(Fact::Tokens, is("old"), nothing).unwrap());
    assert_eq!(store.fact::<String>(Fact::Tokens).unwrap().as_deref(), Some("newer"));
    assert!(store.replace_fact(Fact::Tokens, is("newer"), Some("newest")).unwrap());
    assert_eq!(store.take_fact::<String>(Fact::Tokens).unwrap().as_deref(), Some("newest"));
    assert_eq!(store.fact::<String>(Fact::Tokens).unwrap(), None);
}

#[test]
fn nothing_readable_lies_in_the_folder() {
    let (_folder, place) = place();
    drop(filled(&place, &StoreKey::random(), 30));
    for entry in fs::read_dir(place.folder()).unwrap() {
        let mut bytes = Vec::new();
        fs::File::open(entry.unwrap().path()).unwrap().read_to_end(&mut bytes).unwrap();
        for secret in [&b"office1"[..], b"Tolliver", b"SQLite format"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret), "the store is encrypted at rest");
        }
    }
}

#[test]
fn another_key_is_refused_and_changes_nothing() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    drop(filled(&place, &key, 3));
    assert!(matches!(place.open(&StoreKey::random()), Err(OpenError::WrongKey)));
    assert!(matches!(place.salvage(&StoreKey::random(), "x"), Err(OpenError::WrongKey)));
    assert_eq!(all(&place.open(&key).unwrap()), 3);
}

#[test]
fn a_store_that_is_open_is_held() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    let first = filled(&place, &key, 1);
    assert!(matches!(place.open(&key), Err(OpenError::Held)));
    assert!(matches!(place.salvage(&key, "x"), Err(OpenError::Held)), "what somebody uses is not set aside");
    drop(first);
    assert_eq!(all(&place.open(&key).unwrap()), 1);
}

#[test]
fn a_newer_store_is_left_alone() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    let store = filled(&place, &key, 1);
    drop(store);
    alter(&place, &key, "PRAGMA user_version = 999;");
    assert!(matches!(place.open(&key), Err(OpenError::Newer)));
}

/// Runs statements on a closed store, as another version of the program might.
fn alter(place: &Place, key: &StoreKey, statements: &str) {
    let connection = rusqlite::Connection::open(place.folder().join("store.db")).unwrap();
    let nibbles = key.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = nibbles.map(|nibble| char::from_digit(nibble.into(), 16).unwrap()).collect();
    connection.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"; {statements}")).unwrap();
}

fn spoil(path: &Path, from: u64, length: usize) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xA5; length]).unwrap();
}

#[test]
fn a_damaged_store_is_salvaged_and_counted_and_its_file_is_kept() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    let store = filled(&place, &key, 400);
    drop(store);
    let database = place.folder().join("store.db");
    let size = fs::metadata(&database).unwrap().len();
    // Somewhere in the middle: whose pages they are differs, so what is lost is only bounded.
    spoil(&database, size / 2 / 4096 * 4096, 8192);

    let salvaged = place.salvage(&key, "20261122").unwrap();
    assert!(salvaged.accounts > 0 && salvaged.accounts <= 400, "saved {}", salvaged.accounts);
    let store = place.open(&key).unwrap();
    assert_eq!(all(&store) as u64, salvaged.accounts, "what is counted on screen is what is there");
    let found = store.accounts(&Query { text: "office".into(), limit: 5, ..Query::default() }).unwrap();
    assert_eq!(found.total as u64, salvaged.accounts, "and it can be searched");
    assert_eq!(
        store.fact::<String>(Fact::Newest).unwrap(),
        None,
        "the next reading takes everything in again"
    );
    assert!(place.folder().join("store.damaged-20261122.db").exists());
}

/// A store may be met damaged before it was ever brought to the newest schema.
#[test]
fn requests_are_salvaged_with_their_reminders_from_an_older_store_too() {
    let older =
        "DROP INDEX request_to_remind_of; ALTER TABLE request DROP COLUMN reminds; PRAGMA user_version = 4;";
    for (statements, reminding) in [("", vec!["ends"]), (older, vec!["ends", "plain"])] {
        let (_folder, place) = place();
        let key = StoreKey::random();
        let store = place.open(&key).unwrap();
        for (id, reminds) in [("ends", true), ("plain", false)] {
            let (account, changed_at) = (String::new(), NOW.to_owned());
            let body = id.to_owned();
            let kept = KeptRequest { id: id.into(), account, finished: true, reminds, changed_at, body };
            store.keep_request(&kept).unwrap();
        }
        drop(store);
        alter(&place, &key, statements);
        assert_eq!(place.salvage(&key, "x").unwrap().requests, 2, "{statements}");
        let store = place.open(&key).unwrap();
        assert_eq!(store.requests_that_remind::<String>().unwrap(), reminding, "no reminder is lost");
    }
}

#[test]
fn damage_that_is_met_while_reading_is_salvaged_at_the_next_opening() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    drop(filled(&place, &key, 400));
    let database = place.folder().join("store.db");
    let size = fs::metadata(&database).unwrap().len();
    // Everything but the first pages, so that some read is bound to meet it.
    spoil(&database, 32 * 4096, usize::try_from(size).unwrap() - 36 * 4096);
    let store = place.open(&key).unwrap();
    let met = (0..400)
        .any(|i| matches!(store.account(&format!("a{i}").as_str().into()), Err(store::Error::Damaged)));
    assert!(met, "a spoilt page is not read as if it were whole");
    drop(store);
    assert!(matches!(place.open(&key), Err(OpenError::Damaged)));
    place.salvage(&key, "x").unwrap();
    let store = place.open(&key).unwrap();
    let salvaged: store::Salvaged = store.fact(Fact::Salvaged).unwrap().unwrap();
    assert_eq!(all(&store) as u64, salvaged.accounts);
}

#[test]
fn a_destroyed_first_page_is_damage_and_not_a_wrong_key() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    drop(filled(&place, &key, 5));
    spoil(&place.folder().join("store.db"), 0, 4096);
    assert!(matches!(place.open(&key), Err(OpenError::Damaged)));
    assert_eq!(place.salvage(&key, "x").unwrap().accounts, 0);
    assert_eq!(all(&place.open(&key).unwrap()), 0);
}

#[test]
fn forgetting_leaves_no_file() {
    let (_folder, place) = place();
    drop(filled(&place, &StoreKey::random(), 1));
    place.forget().unwrap();
    assert!(!place.folder().exists());
    place.forget().unwrap();
}

#[test]
fn a_store_in_memory_works_and_leaves_no_file() {
    let store = Store::in_memory().unwrap();
    store.take(&[owned(account("a", "office", "Office", &person("p1", "M T"), vec![]))], NOW).unwrap();
    assert_eq!(all(&store), 1);
    assert!(!store.is_kept());
}

#[test]
fn what_differs_between_two_looks_is_noted_with_both_dates() {
    let (_folder, place) = place();
    let store = filled(&place, &StoreKey::random(), 1);
    let owner = person("p1", "Maren Tolliver");
    let mut after = account("a0", "office0", "Office", &owner, vec![]);
    after.version = Some("2".into());
    store.take(&[owned(after.clone())], LATER).unwrap();
    let history = store.history(&"a0".into()).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].before.as_str(), history[0].after.as_str()), (NOW, LATER));
    assert_eq!(history[0].changes, [Change::AccessTaken { name: "Jo Ferrand".into() }]);
    store.take(&[owned(after)], LATER).unwrap();
    assert_eq!(store.history(&"a0".into()).unwrap().len(), 1, "the same version again is not a change");
}

#[test]
fn a_difference_begins_when_the_account_was_last_confirmed_as_it_was() {
    let (_folder, place) = place();
    let store = filled(&place, &StoreKey::random(), 1);
    let owner = person("p1", "Maren Tolliver");
    let took = |version: &str, name: &str, at: &str| {
        let mut after = account("a0", "office0", name, &owner, vec![]);
        after.version = Some(version.into());
        store.take(&[owned(after)], at).unwrap();
        store.history(&"a0".into()).unwrap()[0].clone()
    };
    let read_to_the_end = |at: &str| store.settle(&[], &[(Fact::ReadAt, serde_json::json!(at))]).unwrap();
    read_to_the_end("2026-11-23T08:00:00Z");
    assert_eq!(took("2", "Reception", LATER).before, "2026-11-23T08:00:00Z", "a reading found it unchanged");
    assert_eq!(took("3", "Desk", "2026-11-23T10:00:00Z").before, LATER, "it was seen by itself since");
    read_to_the_end("2026-11-23T10:00:00.5Z");
    let last = took("4", "Hall", "2026-11-23T11:00:00Z");
    assert_eq!(last.before, "2026-11-23T10:00:00.5Z", "half a second later is later");
}

#[test]
fn an_account_without_an_owner_that_gets_one_is_noted_also_where_no_versions_are_told() {
    let store = Store::in_memory().unwrap();
    let maren = person("p1", "Maren Tolliver");
    let after = Account { version: None, ..account("a", "office", "Office", &maren, vec![]) };
    let before = Account { owner: None, ..after.clone() };
    store.take(&[owned(before)], NOW).unwrap();
    store.take(&[owned(after)], LATER).unwrap();
    let changes = &store.history(&"a".into()).unwrap()[0].changes;
    assert!(matches!(&changes[..], [Change::Owner { .. }]), "{changes:?}");
}

#[test]
fn what_is_left_of_ones_own_keeps_its_dates_and_names_nobody_else() {
    let store = Store::in_memory().unwrap();
    let (maren, jo) = (person("p1", "Maren Tolliver"), person("p2", "Jo Ferrand"));
    let whole = account("mine", "office", "Office", &maren, vec![grant(&jo)]);
    let theirs = account("theirs", "seminars", "Seminars", &jo, vec![grant(&maren)]);
    let uses = Standing { uses: true, ..Standing::default() };
    store.take(&[owned(whole.clone()), Incoming { standing: uses, ..owned(theirs) }], NOW).unwrap();
    let mut named = Account { version: Some("2".into()), display_name: "Front office".into(), ..whole };
    named.access = Access::All(vec![]);
    store.take(&[owned(named.clone())], LATER).unwrap();
    store.set_fact(Fact::ReadAt, &"2026-11-24T09:00:00Z").unwrap();
    let left = owned(Account { access: Access::NotShown, version: None, ..named.clone() });
    let dropped = store.drop_others(std::slice::from_ref(&left)).unwrap();
    assert_eq!(dropped, Dropped { accounts: 1, cut: 1, differences: 1, requests: 0 });
    let kept = store.account(&"mine".into()).unwrap().unwrap();
    assert_eq!((kept.account, kept.standing.owns), (left.account.clone(), true));
    assert_eq!((kept.first_seen.as_str(), kept.seen_at.as_str()), (NOW, "2026-11-24T09:00:00Z"));
    assert!(store.account(&"theirs".into()).unwrap().is_none(), "somebody else's");
    let renamed = Change::Name { before: "Office".into(), after: "Front office".into() };
    let history = store.history(&"mine".into()).unwrap();
    assert_eq!(history.iter().map(|seen| &seen.changes[..]).collect::<Vec<_>>(), [[renamed]]);
    assert!(store.person(&"p2".into(), 9).unwrap().is_none(), "nobody else is named any more");
    assert_eq!(all(&store), 1, "the list finds what is left");
    assert_eq!(
        store.drop_others(&[left]).unwrap(),
        Dropped::default(),
        "a second time there is nothing to drop"
    );
    store.take(&[owned(named)], "2026-11-25T09:00:00Z").unwrap();
    assert_eq!(store.history(&"mine".into()).unwrap().len(), 1, "seeing more again is no change");
}

#[test]
fn a_batch_that_fails_leaves_nothing_behind() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    drop(filled(&place, &key, 2));
    let refusing = "CREATE TRIGGER refuses BEFORE INSERT ON account WHEN new.id = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END";
    alter(&place, &key, refusing);
    let store = place.open(&key).unwrap();
    let found = |text: &str| {
        let query = Query { text: text.into(), limit: 9, ..Query::default() };
        store.accounts(&query).unwrap().rows.into_iter().map(|stored| stored.account.id.0).collect::<Vec<_>>()
    };
    assert!(found("newcomer").is_empty());
    let newcomer = person("p77", "Nia Newcomer");
    let made = |id: &str, name: &str| owned(account(id, id, name, &newcomer, vec![]));
    assert!(store.take(&[made("good", "First"), made("bad", "Second")], NOW).is_err());
    assert!(found("newcomer").is_empty() && found("first").is_empty(), "neither kept nor searched");
    store.set_fact(Fact::ReadAt, &LATER).unwrap();
    assert!(found("newcomer").is_empty(), "nor by the next that is written");
    store.take(&[made("good", "First")], NOW).unwrap();
    assert_eq!(found("newcomer"), ["good"], "whoever was rolled back is written again");
}

#[test]
fn what_goes_leaves_nothing_in_the_list() {
    let (_folder, place) = place();
    let key = StoreKey::random();
    let store = filled(&place, &key, 2);
    store.settle(&["a0".into()], &[(Fact::ReadAt, serde_json::json!(LATER))]).unwrap();
    assert_eq!(all(&store), 1);
    assert_eq!(store.fact::<String>(Fact::ReadAt).unwrap().as_deref(), Some(LATER));
    store.drop_others(&[]).unwrap();
    assert_eq!(all(&store), 0);
    assert!(store.fact::<String>(Fact::ReadAt).unwrap().is_some(), "who is signed in stays");
}

#[test]
fn the_newest_that_is_left_is_found_by_its_date() {
    let store = Store::in_memory().unwrap();
    let owner = person("p1", "Maren Tolliver");
    let dated = |id: &str, at: Option<&str>| {
        let account = account(id, id, "Office", &owner, vec![]);
        owned(Account { last_modified: at.map(|at| at.parse().unwrap()), ..account })
    };
    let batch = [
        dated("whole", Some("2026-11-22T08:00:00Z")),
        dated("fraction", Some("2026-11-22T08:00:00.5Z")),
        dated("old", Some("2026-11-20T08:00:00Z")),
        dated("ahead", Some("2031-01-01T00:00:00Z")),
        dated("undated", None),
    ];
    store.take(&batch, NOW).unwrap();
    let newest = |gone: &[&str]| {
        let gone: HashSet<_> = gone.iter().map(|id| (*id).into()).collect();
        let found = store.newest(NOW.parse().unwrap(), &gone).unwrap();
        found.map(|(id, at)| (id.0, at.to_string()))
    };
    let found = |id: &str, at: &str| Some((id.to_owned(), at.to_owned()));
    assert_eq!(newest(&[]), found("fraction", "2026-11-22T08:00:00.5Z"), "by the time, not by the text");
    assert_eq!(newest(&["fraction"]), found("whole", "2026-11-22T08:00:00Z"));
    assert_eq!(newest(&["fraction", "whole", "old"]), None);
}

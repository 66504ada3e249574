//! Search as you type, facets, and the people's side.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where what it stands on breaks"
)]

mod support;

use accounts::{Account, Principal, Standing, fold, words};
use proptest::prelude::*;
use store::{Facets, Incoming, PeopleFacet, PeopleQuery, Query, Store, ThroughGroup};
use support::{account, grant, owned, person};

const NOW: &str = "2026-11-22T09:00:00Z";

fn store(accounts: impl IntoIterator<Item = Incoming>) -> Store {
    let store = Store::in_memory().unwrap();
    store.take(&accounts.into_iter().collect::<Vec<_>>(), NOW).unwrap();
    store
}

fn found(store: &Store, text: &str) -> Vec<String> {
    let query = Query { text: text.into(), limit: 100, ..Query::default() };
    store.accounts(&query).unwrap().rows.into_iter().map(|stored| stored.account.id.0).collect()
}

fn example() -> Store {
    let maren = person("p1", "Maren Tolliver");
    let zoe = person("p2", "Zoë Ångström");
    store([
        owned(account("1", "seminars", "Rock seminars", &maren, vec![grant(&zoe)])),
        owned(account("2", "sem", "Semester dates", &maren, vec![])),
        owned(account("3", "old-seminars", "Archive", &zoe, vec![])),
        owned(account("4", "labdata", "Laboratory data", &zoe, vec![])),
    ])
}

#[test]
fn each_word_matches_anywhere_in_any_order_without_case_or_accents() {
    let store = example();
    assert_eq!(found(&store, "angstrom SEMINARS"), ["3", "1"]);
    assert_eq!(found(&store, "oratory"), ["4"], "inside a word");
    assert_eq!(found(&store, "rock maren"), ["1"], "name and owner");
    assert_eq!(found(&store, "p201"), ["4", "3", "1"], "username of an owner or a delegate");
    assert!(found(&store, "nothing like it").is_empty());
}

#[test]
fn the_exact_local_part_comes_first_then_starts_then_inside() {
    assert_eq!(found(&example(), "sem"), ["2", "1", "3"]);
}

#[test]
fn one_or_two_letters_match_the_starts_of_words() {
    let store = example();
    assert_eq!(found(&store, "ro"), ["1"], "Rock, but not Laboratory");
    assert_eq!(found(&store, "da"), ["4", "2"], "data and dates");
}

#[test]
fn an_account_that_was_not_read_again_is_found_by_the_name_that_it_shows() {
    let store = example();
    let married = person("p1", "Maren Tolliver-Ash");
    let read = owned(account("2", "sem", "Semester dates", &married, vec![]));
    let read = Incoming { account: Account { version: Some("2".into()), ..read.account.clone() }, ..read };
    store.take(&[read], NOW).unwrap();
    assert_eq!(found(&store, "tolliver"), ["2", "1"]);
    assert_eq!(found(&store, "ash"), ["2", "1"], "they are the same person");
}

#[test]
fn whoever_holds_an_account_through_a_group_finds_it_by_their_name() {
    let staff = Principal { kind: accounts::PrincipalKind::Group, ..person("g1", "All staff") };
    let reader = person("p9", "Edda Finch");
    let by_group = ThroughGroup { reader, owns: false, uses: true, can_send: false };
    let held =
        owned(account("1", "seminars", "Seminars", &person("p1", "Maren Tolliver"), vec![grant(&staff)]));
    let store = store([Incoming { through_group: Some(by_group), ..held }]);
    assert_eq!(found(&store, "finch"), ["1"]);
    assert_eq!(found(&store, "staff finch finch"), ["1"]);
    assert!(found(&store, "nobody finch").is_empty());
}

#[test]
fn odd_characters_are_letters_like_any_other() {
    let store = example();
    for text in ["\"", "\" OR \"", "*", "se*", "NEAR(a b)", "hay:rock", "(", "' --", "\u{0}", "%", "_"] {
        let _ = found(&store, text);
    }
    assert!(found(&store, "sem\" OR \"lab").is_empty());
}

#[test]
fn facets_narrow_and_counts_do_not_depend_on_what_is_typed() {
    let maren = person("p1", "Maren Tolliver");
    let with =
        |id: &str, standing: Standing| Incoming { standing, ..owned(account(id, id, "x", &maren, vec![])) };
    let store = store([
        with("own", Standing { owns: true, ..Standing::default() }),
        with("use", Standing { uses: true, ..Standing::default() }),
        with("both", Standing { uses: true, holds_unit: true, ..Standing::default() }),
        with("unit", Standing { holds_unit: true, ..Standing::default() }),
    ]);
    let ids = |facets| -> Vec<String> {
        let query = Query { facets, limit: 10, ..Query::default() };
        store.accounts(&query).unwrap().rows.into_iter().map(|stored| stored.account.id.0).collect()
    };
    assert_eq!(ids(Facets::default()), ["own", "both", "use", "unit"], "owned, used, unit; each by address");
    assert_eq!(ids(Facets { uses: true, ..Facets::default() }), ["both", "use"]);
    assert_eq!(ids(Facets { own: true, unit: true, ..Facets::default() }), ["own", "both", "unit"]);
    let counts = store.counts().unwrap();
    assert_eq!((counts.all, counts.own, counts.uses, counts.unit), (4, 1, 2, 2));
}

#[test]
fn people_are_listed_by_last_name_with_what_they_own_and_use() {
    let store = example();
    let query = PeopleQuery {
        text: String::new(),
        facet: PeopleFacet::Everyone,
        horizon: jiff::civil::date(2027, 1, 1),
        offset: 0,
        limit: 10,
    };
    let people = store.people(&query).unwrap();
    let listed: Vec<_> =
        people.rows.iter().map(|p| (p.principal.who.name.as_str(), p.owns, p.uses)).collect();
    assert_eq!(listed, [("Zoë Ångström", 2, 1), ("Maren Tolliver", 2, 0)]);
    assert_eq!(store.people(&PeopleQuery { text: "ang".into(), ..query.clone() }).unwrap().total, 1);
    assert_eq!(store.people(&PeopleQuery { facet: PeopleFacet::CanSend, ..query }).unwrap().total, 0);
    let zoe = store.person(&"p2".into(), 50).unwrap().unwrap();
    assert_eq!((zoe.owns.len(), zoe.uses.len()), (2, 1));
}

/// The rule, written the slow way.
fn matches(account: &Account, text: &str) -> bool {
    matches_as(account, text, [])
}

/// The same where its people are known by more names.
fn matches_as<'a>(account: &Account, text: &str, names: impl IntoIterator<Item = &'a str>) -> bool {
    let mut hay: Vec<String> = names.into_iter().map(str::to_owned).collect();
    hay.extend([
        account.address.clone().unwrap_or_default(),
        account.username.clone(),
        account.display_name.clone(),
        account.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default(),
    ]);
    for p in account.owner.iter().chain(account.access.grants().iter().map(|grant| &grant.to)) {
        hay.push(p.who.name.clone());
        hay.extend(p.who.username.clone());
    }
    let hay: Vec<_> = hay.iter().map(|text| fold(text)).collect();
    words(text).iter().filter(|word| word.len() > 2 || word.chars().any(char::is_alphanumeric)).all(|word| {
        hay.iter().any(|text| {
            if word.chars().count() >= 3 {
                text.contains(word.as_str())
            } else {
                text.split(|c: char| !c.is_alphanumeric()).any(|start| start.starts_with(word.as_str()))
            }
        })
    })
}

/// Owned by the first of `people`, used by the others; each has the name that `names` says.
fn made(id: &str, name: &str, people: &[usize], names: &[String]) -> Incoming {
    let people: Vec<_> = people.iter().map(|i| person(&format!("p{i}"), &names[*i])).collect();
    let grants = people[1..].iter().map(grant).collect();
    owned(account(id, &format!("x{id}"), name, &people[0], grants))
}

/// What [`made`] was told of its people.
fn people_of(account: &Account) -> Vec<usize> {
    let grants = account.access.grants().iter().map(|grant| &grant.to);
    let numbers = account.owner.iter().chain(grants).map(|who| who.who.id.as_str()[1..].parse());
    numbers.collect::<Result<_, _>>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_index_finds_what_reading_everything_would_find(
        names in proptest::collection::vec("[a-dA-D .é-]{1,9}", 1..12),
        text in "[a-eÉ]{0,4}( [a-d]{1,3})?",
    ) {
        let owner = person("p1", "Ada Cobb");
        let accounts: Vec<_> = names.iter().enumerate()
            .map(|(i, name)| account(&i.to_string(), &format!("x{i}"), name, &owner, vec![])).collect();
        let store = store(accounts.iter().cloned().map(owned));
        let mut expected: Vec<_> = accounts.iter().filter(|a| matches(a, &text)).map(|a| a.id.0.clone()).collect();
        let mut got = found(&store, &text);
        expected.sort();
        got.sort();
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn letter_by_letter_and_after_every_change_it_finds_what_a_fresh_look_would(
        steps in proptest::collection::vec((0..5_usize, "[a-dA-D .é-]{1,9}", proptest::collection::vec(0..4_usize, 1..4), 0..5_u8), 1..12),
        renamed in "[a-d]{1,4}",
        text in "[a-dé]{0,4} [a-d]{1,4} [a-d]{0,3}",
        ahead in any::<bool>(),
        kept in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let key = store::StoreKey::random();
        let on_disk = || store::Place::new(folder.path().to_owned()).open(&key).unwrap();
        let store = if kept { on_disk() } else { Store::in_memory().unwrap() };
        let mut accounts: Vec<Incoming> = Vec::new();
        let mut names = ["Ada Cobb", "Dac Bad", "Bea Adda", "Cab Dee"].map(String::from);
        // Whoever had another name is found by that too, where it is no longer shown.
        let mut ever: Vec<Vec<String>> = names.iter().map(|name| vec![name.clone()]).collect();
        let typed: Vec<&str> = (0..=text.len()).filter(|end| text.is_char_boundary(*end)).map(|end| &text[..end]).collect();
        for (at, (i, name, people, what)) in steps.into_iter().enumerate() {
            let id = i.to_string();
            accounts.retain(|one| one.account.id.as_str() != id);
            match what {
                0 => store.settle(&[id.as_str().into()], &[]).unwrap(),
                1 => {
                    store.drop_others(&accounts).unwrap();
                    accounts.retain(|one| store.account(&one.account.id).unwrap().is_some());
                    // It had been kept until now.
                    store.settle(&[id.as_str().into()], &[]).unwrap();
                }
                _ => {
                    if what == 2 {
                        // Somebody has another name from now on: where they are read anew, and in no other account.
                        names[people[0]].clone_from(&renamed);
                        ever[people[0]].push(renamed.clone());
                    }
                    let read = made(&id, &name, &people, &names);
                    let version = Some(at.to_string());
                    accounts.push(Incoming { account: Account { version, ..read.account.clone() }, ..read });
                    store.take(&accounts, NOW).unwrap();
                }
            }
            if ahead {
                store.put_in_order().unwrap();
            }
            for typed in typed.iter().chain(typed.iter().rev()) {
                let got = found(&store, typed);
                for Incoming { account, .. } in &accounts {
                    let id = &account.id.0;
                    prop_assert!(!matches(account, typed) || got.contains(id), "{:?} is shown and not found: {:?}", typed, account);
                    let known_as = people_of(account).into_iter().flat_map(|i| ever[i].iter().map(String::as_str));
                    let unknown = !matches_as(account, typed, known_as);
                    prop_assert!(!unknown || !got.contains(id), "{:?} is found and was never shown: {:?}", typed, account);
                }
                prop_assert!(got.iter().all(|id| accounts.iter().any(|one| one.account.id.0 == *id)), "{:?}", got);
            }
        }
    }

    #[test]
    fn stretches_put_together_are_the_whole_list(
        names in proptest::collection::vec("[a-c]{1,4}", 1..30),
        text in "[a-c]{0,2}",
        limit in 1_usize..7,
    ) {
        let owner = person("p1", "Ada Cobb");
        let store = store(names.iter().enumerate().map(|(i, name)| owned(account(&i.to_string(), name, name, &owner, vec![]))));
        let whole = found(&store, &text);
        let mut parts = Vec::new();
        for offset in (0..=whole.len()).step_by(limit) {
            let query = Query { text: text.clone(), offset, limit, ..Query::default() };
            let rows = store.accounts(&query).unwrap();
            prop_assert_eq!(rows.total, whole.len());
            parts.extend(rows.rows.into_iter().map(|stored| stored.account.id.0));
        }
        prop_assert_eq!(parts, whole);
    }
}

#[test]
fn a_last_day_is_known_only_as_long_as_an_account_lets_the_reader_know_it() {
    let maren = person("p1", "Maren Tolliver");
    let mut jo = person("p2", "Jo Ferrand");
    jo.who.leaves_on = Some(jiff::civil::date(2026, 12, 4));
    let store = store([
        owned(account("1", "seminars", "Seminars", &maren, vec![grant(&jo)])),
        owned(account("2", "enquiries", "Enquiries", &maren, vec![grant(&person("p2", "Jo Ferrand"))])),
    ]);
    let last_day = || store.person(&"p2".into(), 10).unwrap().unwrap().principal.who.leaves_on;
    assert_eq!(last_day(), jo.who.leaves_on);
    store.settle(&["1".into()], &[]).unwrap();
    assert_eq!(last_day(), None, "the other account does not tell");
}

#[test]
fn one_or_two_letters_find_people_as_they_find_accounts() {
    let anna = person("p1", "Anna Smith-Jones");
    let brian = person("p2", "Brian O'Dowd");
    let store =
        store([owned(account("1", "x", "x", &anna, vec![])), owned(account("2", "y", "y", &brian, vec![]))]);
    let query = |text: &str| PeopleQuery {
        text: text.into(),
        facet: PeopleFacet::Everyone,
        horizon: jiff::civil::date(2027, 1, 1),
        offset: 0,
        limit: 10,
    };
    for text in ["jo", "do", "o'", "sm", "n", "p1", "'", "an do"] {
        let by_person = store.people(&query(text)).unwrap().rows;
        let by_person: Vec<_> = by_person.iter().map(|found| found.principal.who.id.0.as_str()).collect();
        let by_mailbox = found(&store, text);
        let mut owners: Vec<_> = by_mailbox.iter().map(|id| if *id == "1" { "p1" } else { "p2" }).collect();
        owners.sort_by_key(|id| *id != "p2");
        assert_eq!(by_person, owners, "for {text}");
    }
    assert_eq!(store.people(&query("jo")).unwrap().total, 1, "behind a hyphen");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_counted_is_what_is_listed_whatever_came_turned_and_went(
        steps in proptest::collection::vec((0..6_u8, 1..8_u8, 0..3_u8, any::<bool>()), 1..40)
    ) {
        let maren = person("p1", "Maren Tolliver");
        let store = Store::in_memory().unwrap();
        for (at, (id, ways, kind, goes)) in (0_u32..).zip(steps) {
            let id = format!("a{id}");
            if goes {
                store.settle(&[id.as_str().into()], &[]).unwrap();
                continue;
            }
            let mut account = account(&id, &id, "x", &maren, vec![]);
            account.kind = format!("kind-{kind}").as_str().into();
            account.version = Some(at.to_string());
            let standing = Standing {
                owns: ways & 1 != 0, uses: ways & 2 != 0, holds_unit: ways & 4 != 0, ..Standing::default()
            };
            store.take(&[Incoming { standing, ..owned(account) }], "2026-11-20T09:00:00Z").unwrap();
        }
        let listed = store.accounts(&Query { limit: 100, ..Query::default() }).unwrap().rows;
        let with = |way: fn(&Standing) -> bool| listed.iter().filter(|stored| way(&stored.standing)).count();
        let counts = store.counts().unwrap();
        prop_assert_eq!(counts.all, listed.len());
        prop_assert_eq!(counts.own, with(|standing| standing.owns));
        prop_assert_eq!(counts.uses, with(|standing| standing.uses));
        prop_assert_eq!(counts.unit, with(|standing| standing.holds_unit));
        for (kind, n) in counts.kinds {
            let of_kind = listed.iter().filter(|stored| stored.account.kind == kind).count();
            prop_assert_eq!(n, of_kind, "of {}", kind);
        }
        store.drop_others(&[]).unwrap();
        prop_assert_eq!(store.counts().unwrap(), store::Counts::default());
    }
}

//! Ten thousand random lives of an account: people write wishes, others change it meanwhile, conflicts are met and resolved,
//! what was done is undone. Beside it a model that knows nothing but a table of facts; they never part.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where what it stands on breaks, and prints its count"
)]

use accounts::{
    Access, Account, AccountState, Edit, PersonRef, Principal, PrincipalKind, RequestKind, RightId, Wish,
    applied, is_stale, remaining, undone,
};
use jiff::Timestamp;
use proptest::{prelude::*, test_runner::Config};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Facts by what they are about. Nobody's rights are no line at all.
type Model = BTreeMap<String, String>;

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody writes down what they want, from what they see.
    Write(Vec<Edit>),
    /// Somebody else changes the account.
    Meanwhile(Vec<Edit>),
    /// The wish is sent: carried out, unless what it builds on has changed.
    Send,
    /// In conflict: what is still missing is wanted all the same.
    Keep,
    /// What was carried out last is asked back.
    Undo,
}

fn who(n: u8) -> Principal {
    Principal {
        kind: PrincipalKind::Person,
        who: PersonRef::named(format!("p{n}").as_str().into(), format!("P{n}")),
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    let rights = proptest::sample::subsequence(vec!["full-access", "send-as", "automap"], 0..=3);
    let rights = rights.prop_map(|rights| rights.into_iter().map(RightId::from).collect());
    prop_oneof![
        4 => (0_u8..5, rights).prop_map(|(n, rights)| Edit::Access { to: who(n), rights }),
        1 => (0_u8..4).prop_map(|n| Edit::Owner { to: who(n) }),
        1 => (0_u8..3).prop_map(|n| Edit::Kind { kind: format!("kind-{n}").as_str().into() }),
        1 => (0_u8..3).prop_map(|n| Edit::DisplayName { name: format!("Name {n}") }),
        1 => prop_oneof![Just(AccountState::Active), Just(AccountState::Suspended)].prop_map(|state| Edit::State { state }),
        1 => (0_i64..3).prop_map(|n| Edit::Expires { at: Timestamp::from_second(n * 86_400).unwrap() }),
    ]
}

/// Edits of which no two are about the same.
fn edits() -> impl Strategy<Value = Vec<Edit>> {
    proptest::collection::vec(edit(), 1..5).prop_map(|edits| {
        let mut once: Vec<Edit> = Vec::new();
        for edit in edits {
            if !once.iter().any(|known| known.subject() == edit.subject()) {
                once.push(edit);
            }
        }
        once
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => edits().prop_map(Step::Write),
        3 => edits().prop_map(Step::Meanwhile),
        4 => Just(Step::Send),
        1 => Just(Step::Keep),
        2 => Just(Step::Undo),
    ]
}

/// An edit as a line of the model. `None`: the line goes.
fn line(edit: &Edit) -> (String, Option<String>) {
    match edit {
        Edit::Access { to, rights } => {
            let mut rights: Vec<_> = rights.iter().map(RightId::as_str).collect();
            rights.sort_unstable();
            (format!("access of {}", to.who.id), (!rights.is_empty()).then(|| rights.join("+")))
        }
        Edit::Owner { to } => ("owner".into(), Some(to.who.id.0.clone())),
        Edit::Kind { kind } => ("kind".into(), Some(kind.0.clone())),
        Edit::Username { username } => ("username".into(), Some(username.clone())),
        Edit::DisplayName { name } => ("name".into(), Some(name.clone())),
        Edit::State { state } => ("state".into(), Some(format!("{state:?}"))),
        Edit::Expires { at } => ("ends".into(), Some(at.to_string())),
    }
}

fn put(model: &mut Model, edits: &[Edit]) {
    for (about, value) in edits.iter().map(line) {
        match value {
            Some(value) => model.insert(about, value),
            None => model.remove(&about),
        };
    }
}

/// The account as a table of facts.
fn table(account: &Account) -> Model {
    let mut facts = vec![
        Edit::Kind { kind: account.kind.clone() },
        Edit::DisplayName { name: account.display_name.clone() },
        Edit::State { state: account.state },
    ];
    facts.extend(account.owner.clone().map(|to| Edit::Owner { to }));
    facts.extend(account.expires.map(|at| Edit::Expires { at }));
    let grants = account.access.grants().iter();
    facts.extend(grants.map(|grant| Edit::Access { to: grant.to.clone(), rights: grant.rights.clone() }));
    let mut model = Model::new();
    put(&mut model, &facts);
    model
}

fn begin() -> Account {
    Account {
        kind: "kind-0".into(),
        display_name: "Name 0".into(),
        owner: Some(who(0)),
        access: Access::All(Vec::new()),
        state: AccountState::Active,
        expires: Some(Timestamp::UNIX_EPOCH),
        ..Account::unknown("a".into())
    }
}

/// What one person has written, with the account and the model as they then were.
struct Written {
    wish: Wish,
    account: Account,
    model: Model,
}

#[test]
fn ten_thousand_lives_never_part_from_a_table_of_facts() {
    static SCRIPTS: AtomicUsize = AtomicUsize::new(0);
    static CONFLICTS: AtomicUsize = AtomicUsize::new(0);
    static UNDONE: AtomicUsize = AtomicUsize::new(0);
    let config = Config { cases: 10_000, failure_persistence: None, ..Config::default() };
    proptest!(config, |(script in proptest::collection::vec(step(), 1..16))| {
        SCRIPTS.fetch_add(1, Ordering::Relaxed);
        let mut account = begin();
        let mut model = table(&account);
        let mut written: Option<Written> = None;
        let mut done: Option<Written> = None;
        for step in script {
            match step {
                Step::Write(edits) => {
                    let wish = Wish { edits, ..Wish::change_access(Vec::new()) };
                    written = Some(Written { wish, account: account.clone(), model: model.clone() });
                }
                Step::Meanwhile(edits) => {
                    put(&mut model, &edits);
                    account = applied(&account, &Wish { kind: RequestKind::ChangeAccess, edits, answers: BTreeMap::new() });
                }
                Step::Send => {
                    let Some(now) = written.take() else { continue };
                    let differs = |(about, _): (String, Option<String>)| now.model.get(&about) != model.get(&about);
                    let conflict = now.wish.edits.iter().map(line).any(differs);
                    prop_assert_eq!(is_stale(&now.account, &account, &now.wish), conflict);
                    if conflict {
                        CONFLICTS.fetch_add(1, Ordering::Relaxed);
                        written = Some(now);
                        continue;
                    }
                    done = Some(Written { wish: now.wish.clone(), account: account.clone(), model: model.clone() });
                    put(&mut model, &now.wish.edits);
                    account = applied(&account, &now.wish);
                    prop_assert_eq!(remaining(&account, &now.wish), None);
                }
                Step::Keep => {
                    let Some(now) = written.take() else { continue };
                    let missing = |edit: &&Edit| {
                        let (about, value) = line(edit);
                        model.get(&about) != value.as_ref()
                    };
                    let expected: Vec<_> = now.wish.edits.iter().filter(missing).cloned().collect();
                    let rest = remaining(&account, &now.wish);
                    prop_assert_eq!(rest.as_ref().map(|rest| &rest.edits[..]).unwrap_or_default(), &expected[..]);
                    written = rest.map(|wish| Written { wish, account: account.clone(), model: model.clone() });
                }
                Step::Undo => {
                    let Some(was) = done.take() else { continue };
                    UNDONE.fetch_add(1, Ordering::Relaxed);
                    let back = undone(&was.account, &was.wish);
                    // What the wish named is as it was; what others did to the rest stays.
                    for (about, _) in was.wish.edits.iter().map(line) {
                        match was.model.get(&about) {
                            Some(value) => model.insert(about, value.clone()),
                            None => model.remove(&about),
                        };
                    }
                    account = applied(&account, &back);
                }
            }
            prop_assert_eq!(table(&account), model.clone());
        }
    });
    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
    println!(
        "{} random scripts, {} conflicts met, {} changes undone, the model agrees with each step",
        count(&SCRIPTS),
        count(&CONFLICTS),
        count(&UNDONE)
    );
    assert!(
        count(&SCRIPTS) >= 10_000 && count(&CONFLICTS) > 1000 && count(&UNDONE) > 1000,
        "the scripts reach what they are for"
    );
}

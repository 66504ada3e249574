//! What requests do to the stored documents: an account changed as it was asked, or made.

use super::access::{Recorded, is_taken, put_access};
use super::check::incoming;
use super::error::ScimError;
use super::kind::Kind;
use super::schema::{ACCOUNT, Schemas};
use super::{principals, shape, store};
use crate::institution::{Institution, QUOTA};
use crate::json::{set, set_within};
use accounts::{AccessChange, Account, AccountState, Edit, Principal};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;

/// Why what was approved cannot be done any more. Nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Impossible {
    /// Somebody who is to hold rights or to own is no longer in the record.
    Gone { name: String },
    /// The username is somebody else's by now.
    Taken,
    /// The directory does not take such an account, and says why.
    Refused { why: String },
}

type Done<T> = Result<Result<T, Impossible>, sqlx::Error>;

/// Puts what `edits` name in place of what is there, in the stored document. Everything else of it stays.
pub(crate) async fn change(
    connection: &mut SqliteConnection,
    recorded: &Recorded,
    edits: &[Edit],
    institution: &Institution,
    at: Timestamp,
) -> Done<()> {
    let holds =
        |id: &str| recorded.account.access.grants().iter().any(|grant| grant.to.who.id.as_str() == id);
    let mut named = Vec::new();
    for (edit, to) in edits.iter().filter_map(|edit| Some((edit, gains(edit)?))) {
        let id = to.who.id.as_str();
        match principals::lookup(connection, id).await? {
            Some(facts) => named.push(facts),
            // Whoever is written out already can go on holding rights.
            None if matches!(edit, Edit::Access { .. }) && holds(id) => {}
            None => return Ok(Err(Impossible::Gone { name: to.who.name.clone() })),
        }
    }
    let mut document = recorded.document.clone();
    put(&mut document, edits, named, institution);
    // What changes nothing is no change: version and date stay.
    if document != recorded.document {
        store::update(connection, recorded.seq, &document, at).await?;
    }
    Ok(Ok(()))
}

/// Makes an account as the provisioning side would. Answers its id.
///
/// `account`: what is known of it: its unit, and all that was asked for.
pub(crate) async fn make(
    connection: &mut SqliteConnection,
    account: &Account,
    institution: &Institution,
    schemas: &Schemas,
    at: Timestamp,
) -> Done<String> {
    let holders = account.access.grants().iter().map(|grant| &grant.to);
    for to in account.owner.iter().chain(holders) {
        if principals::lookup(connection, to.who.id.as_str()).await?.is_none() {
            return Ok(Err(Impossible::Gone { name: to.who.name.clone() }));
        }
    }
    if is_taken(connection, &account.username).await? {
        return Ok(Err(Impossible::Taken));
    }
    let mut document = match incoming(Kind::Account, schemas, as_sent(account, institution)) {
        Ok(document) => document,
        Err(problem) => return refused(problem),
    };
    if let Err(problem) = principals::resolve(connection, &mut document).await {
        return refused(problem);
    }
    let id = uuid::Uuid::new_v4().to_string();
    let seq = store::insert(connection, Kind::Account, &id, &document, at).await?;
    store::reach_from(connection, seq, seq).await?;
    Ok(Ok(id))
}

fn refused<T>(problem: ScimError) -> Done<T> {
    if problem.status == StatusCode::INTERNAL_SERVER_ERROR {
        return Err(sqlx::Error::Protocol(problem.detail));
    }
    Ok(Err(Impossible::Refused { why: problem.detail }))
}

/// A new account as the provisioning side would send it.
fn as_sent(account: &Account, institution: &Institution) -> Value {
    let kind = institution.facts_of(&account.kind);
    let (mailbox, sign_in) = kind.map_or((false, false), |kind| (kind.mailbox, kind.sign_in));
    let who = |to: &Principal| json!({"value": to.who.id});
    let mut document = json!({
        "schemas": [ACCOUNT],
        "userName": account.username,
        "displayName": account.display_name,
        "kind": account.kind,
        "state": shape::state_name(institution.first_state(&account.kind)),
        "signIn": {"enabled": sign_in, "mfa": if sign_in { "off" } else { "notConcerned" }},
        "hiddenFromAddressList": false,
        "owner": account.owner.as_ref().map(who),
        "expires": account.expires.map(|at| at.to_string()),
    });
    if let Some(unit) = &account.unit {
        set(&mut document, "unit", json!({"value": unit.id, "display": unit.name}));
    }
    if mailbox {
        let domain = institution.domain(account.unit.as_ref().map(|unit| unit.id.as_str()));
        set(&mut document, "address", format!("{}@{domain}", account.username).into());
        set(&mut document, "mailbox", json!({"bytes": 0, "quotaBytes": QUOTA}));
    }
    let grants: Vec<_> = account
        .access
        .grants()
        .iter()
        .map(|grant| json!({"value": grant.to.who.id, "rights": grant.rights}))
        .collect();
    set(&mut document, "grants", grants.into());
    document
}

/// Whoever holds something by that edit.
fn gains(edit: &Edit) -> Option<&Principal> {
    match edit {
        Edit::Owner { to } => Some(to),
        Edit::Access { to, rights } if !rights.is_empty() => Some(to),
        _ => None,
    }
}

/// `accounts::applied`, done to a document. `named` is how those are written out who come to own it or to hold rights.
fn put(document: &mut Value, edits: &[Edit], named: Vec<Map<String, Value>>, institution: &Institution) {
    for edit in edits {
        match edit {
            // All at once, below.
            Edit::Access { .. } => {}
            Edit::Owner { to } => {
                let is_meant = |facts: &&Map<String, Value>| {
                    facts.get("value").and_then(Value::as_str) == Some(to.who.id.as_str())
                };
                if let Some(facts) = named.iter().find(is_meant) {
                    set(document, "owner", facts.clone().into());
                }
            }
            Edit::Kind { kind } => {
                set(document, "kind", kind.as_str().into());
                if institution.facts_of(kind).is_some_and(|kind| !kind.sign_in) {
                    set_within(document, "signIn", "enabled", false.into());
                    set_within(document, "signIn", "mfa", "notConcerned".into());
                }
            }
            Edit::Username { username } => set(document, "userName", username.clone().into()),
            Edit::DisplayName { name } => set(document, "displayName", name.clone().into()),
            Edit::State { state } => {
                let Some(name) = shape::state_name(*state) else { continue };
                let closes = *state == AccountState::Suspended;
                let was_closed = is_closed(document);
                set(document, "state", name.into());
                // Nobody signs in to a closed account; one that is opened again is signed in to if its kind is.
                if document.get("signIn").is_some() && (closes || was_closed) {
                    let enabled = !closes && has_sign_in(document, institution);
                    set_within(document, "signIn", "enabled", enabled.into());
                }
            }
            Edit::Expires { at } => set(document, "expires", at.to_string().into()),
        }
    }
    let access = edits.iter().filter_map(|edit| match edit {
        Edit::Access { to, rights } => Some(AccessChange { to: to.clone(), rights: rights.clone() }),
        _ => None,
    });
    let access: Vec<_> = access.collect();
    if !access.is_empty() {
        put_access(document, &access, named);
    }
}

fn is_closed(document: &Value) -> bool {
    document.get("state").and_then(Value::as_str) == shape::state_name(AccountState::Suspended)
}

/// Whether accounts of the document's kind are signed in to.
fn has_sign_in(document: &Value, institution: &Institution) -> bool {
    let kind = document.get("kind").and_then(Value::as_str);
    kind.and_then(|kind| institution.facts_of(&kind.into())).is_some_and(|kind| kind.sign_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::institution::Institution;
    use accounts::{Mfa, PersonRef, PrincipalKind, RightId, SignInFact, Wish, applied};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    const BASE: &str = "http://127.0.0.1:1/scim/v2";
    const RIGHTS: [&str; 3] = ["full-access", "send-as", "automap"];

    fn who(n: u8) -> Principal {
        let who = PersonRef {
            id: format!("p{n}").as_str().into(),
            name: format!("Person {n}"),
            username: Some(format!("user{n}")),
            unit: None,
            leaves_on: None,
            has_left: false,
        };
        Principal { kind: PrincipalKind::Person, who }
    }

    fn rights(least: usize) -> impl Strategy<Value = Vec<RightId>> {
        proptest::sample::subsequence(RIGHTS.to_vec(), least..=RIGHTS.len())
            .prop_map(|rights| rights.into_iter().map(RightId::from).collect())
    }

    fn changes(least: usize) -> impl Strategy<Value = Vec<AccessChange>> {
        proptest::collection::btree_map(0_u8..8, rights(least), 0..6).prop_map(|named| {
            named.into_iter().map(|(n, rights)| AccessChange { to: who(n), rights }).collect()
        })
    }

    /// One of each of the other facts.
    fn others() -> impl Strategy<Value = Vec<Edit>> {
        let all = vec![
            Edit::Owner { to: who(7) },
            Edit::Kind { kind: "mailbox-only".into() },
            Edit::Kind { kind: "mailbox-and-sign-in".into() },
            Edit::DisplayName { name: "Front Office".into() },
            Edit::State { state: AccountState::Suspended },
            Edit::State { state: AccountState::Active },
            Edit::Expires { at: "2027-01-31T23:59:59Z".parse().unwrap() },
        ];
        proptest::sample::subsequence(all.clone(), 0..=all.len()).prop_filter("each fact once", |edits| {
            edits
                .iter()
                .enumerate()
                .all(|(at, edit)| edits.iter().skip(at + 1).all(|other| other.subject() != edit.subject()))
        })
    }

    fn document(held: &[AccessChange], closed: bool) -> Value {
        let grant = |change: &AccessChange| {
            let mut grant: Value = shape::principal_document(&change.to, BASE).into();
            grant["rights"] = change.rights.iter().map(RightId::as_str).collect();
            grant["since"] = json!("a field that only the document knows");
            grant
        };
        let mut document = json!({
            "userName": "office", "displayName": "Office", "kind": "mailbox-and-sign-in", "colour": "green",
            "signIn": {"enabled": !closed, "mfa": "on"}, "state": if closed { "suspended" } else { "active" },
        });
        if !held.is_empty() {
            document["grants"] = held.iter().map(grant).collect();
        }
        document
    }

    proptest! {
        #[test]
        fn a_document_changes_as_the_rules_say_and_nowhere_else(
            held in changes(1), asked in changes(0), others in proptest::option::of(others()), closed: bool,
        ) {
            let institution = Institution::load("oxford").unwrap();
            let before = document(&held, closed);
            let mut after = before.clone();
            let named = (0..8).map(|n| shape::principal_document(&who(n), BASE)).collect();
            let others = others.unwrap_or_default();
            let wish = Wish {
                edits: asked.iter().cloned().map(Edit::from).chain(others).collect(),
                ..Wish::change_access(Vec::new())
            };
            put(&mut after, &wish.edits, named, &institution);

            let mut expected = applied(&shape::account("a", &before), &wish);
            // A closed account is not signed in to, one that is opened again is.
            let ends_closed = expected.state == AccountState::Suspended;
            expected.sign_in = Some(SignInFact { enabled: !ends_closed, mfa: Mfa::On });
            if wish.edits.iter().any(|edit| matches!(edit, Edit::Kind { kind } if kind.as_str() == "mailbox-only")) {
                expected.sign_in = Some(SignInFact { enabled: false, mfa: Mfa::NotConcerned });
            }
            prop_assert_eq!(shape::account("a", &after), expected);
            prop_assert!(after.get("grants").is_none_or(|grants| grants != &json!([])), "nobody is no list");

            let by_id = |document: &Value| -> BTreeMap<String, Value> {
                let grants = document["grants"].as_array().cloned().unwrap_or_default();
                grants.into_iter().map(|grant| (grant["value"].as_str().unwrap().to_owned(), grant)).collect()
            };
            let (grants_before, grants_after) = (by_id(&before), by_id(&after));
            for (id, grant) in &grants_before {
                if !asked.iter().any(|change| change.to.who.id.as_str() == id) {
                    prop_assert_eq!(Some(grant), grants_after.get(id), "whoever is not named stays as they are");
                }
                if let Some(kept) = grants_after.get(id) {
                    prop_assert_eq!(&kept["since"], &grant["since"], "what the rules do not know stays");
                }
            }
            prop_assert_eq!(&after["colour"], "green");
        }
    }
}

//! What servers really send, and what nobody should.

use crate::{
    Abilities, Error,
    account::{Resource, Taken},
    error,
    loose::{self, Whole},
    me,
    page::Page,
};
use accounts::{Access, Account, AccountState, Mfa, PrincipalKind, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

fn taken(resource: &Value) -> Taken {
    loose::read::<Resource>(&resource.to_string()).unwrap().take(false)
}

fn account(resource: &Value) -> Account {
    match taken(resource) {
        Taken::Account(account) => *account,
        other => panic!("{other:?}"),
    }
}

/// The smallest readable resource with `more` in it.
fn with(more: &Value) -> Value {
    let mut resource = json!({"id": "a1", "userName": "enquiries"});
    resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    resource
}

#[test]
fn a_full_resource_is_read_whole() {
    let found = account(&json!({
        "schemas": ["urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount"],
        "id": "a1", "userName": "enquiries", "address": "enquiries@earth.example.edu",
        "displayName": "Earth Sciences Enquiries", "kind": "mailbox-only",
        "unit": {"value": "earth", "display": "Earth Sciences"},
        "owner": {"value": "p1", "$ref": "../Users/p1", "type": "Person", "display": "Maren Tolliver",
                  "userName": "eart0001", "unit": "Earth Sciences", "leavesOn": "2026-12-04", "active": true,
                  "homePhone": "not to be known"},
        "grants": [{"value": "g1", "$ref": "../Groups/g1", "display": "Reception", "rights": ["full-access"]},
                   {"value": "p2", "type": "Person", "active": false, "rights": ["send-as", "full-access"]}],
        "grantsShown": "all", "state": "neverActivated", "signIn": {"enabled": true, "mfa": "off"},
        "mailbox": {"bytes": 123, "quotaBytes": 456, "measured": "2026-11-19T06:00:00Z"},
        "expires": "2027-01-01T00:00:00+01:00", "hiddenFromAddressList": false,
        "meta": {"lastModified": "2026-11-20T09:00:00.250Z", "version": "W/\"7\""},
    }));
    let owner = found.owner.as_ref().unwrap();
    assert_eq!(
        (owner.who.name.as_str(), owner.who.leaves_on),
        ("Maren Tolliver", Some(jiff::civil::date(2026, 12, 4)))
    );
    let Access::All(grants) = &found.access else { panic!("{:?}", found.access) };
    assert_eq!(grants[0].to.kind, PrincipalKind::Group, "the reference tells where the type does not");
    assert!(grants[1].to.who.has_left && grants[1].to.who.name == "p2" && grants[1].rights.len() == 2);
    assert_eq!(found.state, AccountState::NeverActivated);
    assert_eq!(found.sign_in.unwrap().mfa, Mfa::Off);
    assert_eq!(found.size.unwrap().quota_bytes, Some(456));
    assert_eq!(found.expires.unwrap().to_string(), "2026-12-31T23:00:00Z");
    assert_eq!(found.last_modified.unwrap().to_string(), "2026-11-20T09:00:00.25Z");
    assert_eq!(found.version.as_deref(), Some("W/\"7\""));
    assert!(!serde_json::to_string(&found).unwrap().contains("not to be known"));
}

#[test]
fn what_is_not_said_is_not_known() {
    let found = account(&with(&json!({"owner": null, "mailbox": {}, "signIn": {"mfa": "on"}, "meta": null})));
    assert_eq!((found.owner, found.size, found.sign_in, found.last_modified), (None, None, None, None));
    assert_eq!((found.state, found.hidden_from_address_list), (AccountState::NotKnown, None));
    assert_eq!(found.display_name, "enquiries");
}

#[test]
fn attribute_names_have_no_case_and_values_may_be_loose() {
    let found = account(&json!({"ID": 17, "USERNAME": "x", "hiddenfromaddresslist": "True", "Unit": "earth",
        "Mailbox": {"BYTES": "12", "quotabytes": 13.0}, "Grants": {"Value": "p1", "Rights": "full-access"},
        "meta": {"LASTMODIFIED": "2026-11-20T09:00:00"}}));
    assert_eq!((found.id.as_str(), found.hidden_from_address_list), ("17", Some(true)));
    assert_eq!((found.size.unwrap().bytes, found.size.unwrap().quota_bytes), (12, Some(13)));
    assert_eq!(found.unit.unwrap().name, "earth");
    assert_eq!(found.access.grants()[0].rights[0].as_str(), "full-access");
    assert_eq!(
        found.last_modified.unwrap().to_string(),
        "2026-11-20T09:00:00Z",
        "without an offset it is UTC"
    );
}

#[test]
fn who_has_access_is_never_claimed_without_being_told() {
    let access = |more: Value| account(&with(&more)).access;
    let one = json!([{"value": "p1", "rights": []}]);
    assert_eq!(access(json!({})), Access::NotShown);
    assert_eq!(access(json!({"grants": null})), Access::NotShown);
    assert_eq!(access(json!({"grants": []})), Access::All(vec![]));
    assert_eq!(access(json!({"grantsShown": "all"})), Access::All(vec![]), "all, and there are none: nobody");
    assert_eq!(access(json!({"grantsShown": "Own"})), Access::Own(vec![]));
    assert_eq!(access(json!({"grantsShown": "none", "grants": one})), Access::NotShown);
    assert!(matches!(access(json!({"grants": one})), Access::All(grants) if grants.len() == 1));
    for odd in [json!("some"), json!(7), json!(["all"]), json!({"all": true}), json!(true)] {
        let found = access(json!({"grantsShown": odd, "grants": one}));
        assert!(matches!(found, Access::Own(_)), "an unknown word is not taken for all: {odd}");
    }
}

#[test]
fn a_list_of_grants_with_a_gap_is_not_passed_off_as_whole() {
    let grants = |grants: Value| taken(&with(&json!({"grants": grants})));
    assert!(matches!(
        grants(json!([{"value": "p1"}, {"display": "Nobody in particular"}])),
        Taken::Unreadable(..)
    ));
    assert!(matches!(grants(json!([null])), Taken::Unreadable(..)));
    assert!(matches!(grants(json!(7)), Taken::Unreadable(..)));
    let many = |count: usize| Value::from(vec![json!({"value": "p1"}); count]);
    assert!(matches!(grants(many(5_000)), Taken::Account(_)));
    assert!(matches!(grants(many(5_001)), Taken::Unreadable(..)));
}

#[test]
fn long_names_are_cut_and_long_identifiers_are_refused() {
    let long = "é".repeat(1_000_000);
    assert_eq!(account(&with(&json!({"displayName": long}))).display_name.chars().count(), 300);
    assert!(matches!(taken(&with(&json!({"id": long}))), Taken::Nameless));
    for attribute in ["userName", "address"] {
        let resource = with(&json!({attribute: long}));
        assert!(matches!(taken(&resource), Taken::Unreadable(..)), "half of an {attribute} is another one");
    }
    assert_eq!(account(&with(&json!({"meta": {"version": long}}))).version, None);
}

#[test]
fn one_broken_resource_does_not_lose_the_page() {
    let good = r#"{"id":"a1","userName":"x"}"#;
    for broken in
        [r#"{"id":"a2","userName":"\ud800"}"#, r#"{"id":"a2","mailbox":{"bytes":1e999}}"#, "7", "null", "[]"]
    {
        let page = Page::read(&format!(r#"{{"totalResults":"2","Resources":[{broken},{good}]}}"#)).unwrap();
        assert_eq!((page.total, page.resources.len()), (Some(2), 2), "{broken}");
        let whole =
            page.resources.into_iter().flatten().filter(|r| r.id == crate::text::Exact::Is("a1".into()));
        assert_eq!(whole.count(), 1, "{broken}");
    }
}

#[test]
fn what_is_no_list_is_refused_and_an_empty_one_needs_no_resources() {
    for text in
        ["", "[]", "7", "null", "{}", "<html>", "{\"Resources\":", "{\"totalResults\":1} more", "\"x\""]
    {
        assert!(matches!(Page::read(text), Err(Error::NotUsable(_))), "{text}");
    }
    assert!(Page::read("\u{feff}{\"totalResults\":0}").unwrap().resources.is_empty());
    assert!(Page::read(r#"{"totalResults":0,"Resources":null}"#).unwrap().resources.is_empty());
}

#[test]
fn the_message_about_broken_json_repeats_none_of_it() {
    let Err(Error::NotUsable(message)) = Page::read(r#"{"totalResults":1,"x":"Maren Tolliver" oops}"#) else {
        panic!()
    };
    assert!(!message.contains("Maren") && !message.contains("oops"), "{message}");
}

#[test]
fn depth_does_not_exhaust_the_stack() {
    let deep = format!(
        r#"{{"totalResults":1,"Resources":[{{"id":"a","unknown":{}{}}}]}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    assert_eq!(Page::read(&deep).unwrap().resources.len(), 1);
}

fn me(json: &Value) -> accounts::Me {
    me::from_wire(loose::read(&json.to_string()).unwrap()).unwrap()
}

const OURS: &str = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn me_has_role_unit_and_groups() {
    let found = me(&json!({"id": "p1", "userName": "eart0412", "displayName": "Jo Ferrand",
        "roles": [{"display": "other"}, {}, null, {"value": "IT-Officer"}],
        "groups": [{"value": "g1"}, {"display": "without identifier"}],
        OURS: {"unit": {"value": "earth", "display": "Earth Sciences"}, "heldUnits": [{"value": "earth"}]}}));
    assert_eq!(found.role, Role::ItOfficer);
    assert_eq!(found.held_units[0].id.as_str(), "earth");
    assert_eq!(found.groups.len(), 1, "a group without an identifier is nobody's");
}

#[test]
fn held_units_are_kept_as_sent_and_an_ordinary_person_looks_after_none_of_them() {
    let found = me(&json!({"id": "p1", "userName": "x", OURS: {"heldUnits": [{"value": "earth"}]},
        ENTERPRISE: {"department": "Chemistry"}}));
    assert_eq!(found.role, Role::Member);
    assert_eq!(found.held_units[0].id.as_str(), "earth", "the role may come from elsewhere");
    assert!(!found.holds(&"earth".into()));
    assert_eq!(found.unit.unwrap().name, "Chemistry");
    assert!(me::from_wire(loose::read("{}").unwrap()).is_err(), "without an identifier it is nobody");
}

/// JSON of any shape, mostly under names that mean something.
fn any_json() -> impl Strategy<Value = Value> {
    let names = [
        "id",
        "userName",
        "grants",
        "value",
        "rights",
        "owner",
        "meta",
        "lastModified",
        "version",
        "Resources",
        "totalResults",
        "nextCursor",
        "grantsShown",
        "signIn",
        "mailbox",
        "bytes",
        "roles",
        "filter",
        "pagination",
        "maxPageSize",
        "unit",
        "expires",
        "leavesOn",
        OURS,
        "scimType",
        "name",
    ];
    let name = prop_oneof![proptest::sample::select(names.to_vec()).prop_map(str::to_owned), "\\PC{0,6}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("-999999-01-01T00:00:60+99:99")),
        Just(Value::from("2026-11-é0")),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_the_parsers_panic_or_lose_count(resources in proptest::collection::vec(any_json(), 0..4),
                                                     loose_json in any_json()) {
        let page = json!({"totalResults": resources.len(), "Resources": resources}).to_string();
        let page = Page::read(&page).unwrap();
        prop_assert_eq!(page.resources.len(), resources.len());
        for resource in page.resources.into_iter().flatten() {
            let _ = resource.take(false);
        }
        let text = loose_json.to_string();
        let _ = Page::read(&text);
        let _ = loose::read::<Whole<me::User>>(&text).map(|user| me::from_wire(user.0));
        let _ = loose::read(&text).map(|config| Abilities::from_wire(&config));
        let _ = error::refusal(400, text.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_page_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Page::read(&String::from_utf8_lossy(&bytes));
    }
}

//! The JSON Schema that editors use, and the names under which screens get the same types.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these helpers meet fails the test that called them"
)]

use institutions::{Profile, builtin_ids, load, schema};
use serde_json::Value;
use std::path::Path;
use ts_rs::{Config, TS};

fn crate_path(below: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// The file as an editor's checker sees it: TOML as JSON.
fn as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

fn texts() -> Vec<(String, String)> {
    let built_in = builtin_ids().iter().map(|id| format!("data/{id}/profile.toml"));
    let all = built_in.chain(["tests/profiles/northfield.toml".to_owned()]);
    all.map(|path| (path.clone(), std::fs::read_to_string(crate_path(&path)).unwrap())).collect()
}

#[test]
fn the_committed_schema_is_the_one_the_types_make() {
    let file = crate_path("profile.schema.json");
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == made,
        "profile.schema.json is stale: run this test with UPDATE=1 and commit the file"
    );
}

#[test]
fn every_profile_fits_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (path, text) in texts() {
        let errors: Vec<_> = validator
            .iter_errors(&as_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
        load(&crate_path(&path)).unwrap_or_else(|problem| panic!("{problem}"));
    }
}

#[test]
fn what_the_reader_refuses_by_shape_the_schema_refuses_too() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let sound = as_json(&texts().pop().unwrap().1);
    let broken = [
        ("/format", Value::from(2)),
        ("/id", "North Field".into()),
        ("/offline-days", 0.into()),
        ("/locale", "en".into()),
        ("/kind", Value::Array(Vec::new())),
        ("/kind/0/family", "boat".into()),
        ("/kind/0/sources", Value::Array(Vec::new())),
        ("/mfa/since", "spring".into()),
        ("/connection/sign-in/role", "them".into()),
        ("/connection/sign-in/loopback-ports/0", 0.into()),
        ("/source/0/date", 2026.into()),
        ("/request/0/kind", "new-boat".into()),
        ("/request/0/who", Value::Array(Vec::new())),
        ("/request/0/who/0", "everybody".into()),
        ("/request/0/proof", "photo".into()),
        ("/request/0/form/type", "array".into()),
        ("/request/0/form/properties", Value::Object(serde_json::Map::new())),
        ("/request/0/form/properties/days/type", "number".into()),
        ("/request/0/form/properties/purpose/maxLength", 0.into()),
        ("/request/0/form/properties/sort/oneOf/0/title", 1.into()),
    ];
    for (pointer, value) in broken {
        let mut copy = sound.clone();
        *copy.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&copy), "{pointer}");
    }
    let mut endless = sound.clone();
    endless["connection"]["sign-in"]["browser-seconds"] = 3601.into();
    assert!(!validator.is_valid(&endless), "a sign-in that waits for more than an hour");
    for (prompt, fits) in [("several", true), ("one", true), ("consent", false)] {
        let mut copy = sound.clone();
        copy["connection"]["sign-in"]["prompt"] = prompt.into();
        assert_eq!(validator.is_valid(&copy), fits, "{prompt}");
    }
    let mut extra = sound.clone();
    extra["words"]["zebra"] = "stripes".into();
    assert!(!validator.is_valid(&extra), "an unknown field");
    let mut short = sound;
    short["words"].as_object_mut().unwrap().remove("owner");
    assert!(!validator.is_valid(&short), "a missing field");
}

/// Each field of `value`, as it goes to the screens, under the name that the screens' types give it.
fn named_alike<T: TS + serde::Serialize>(value: &T) {
    let declared = T::inline(&Config::default());
    let sent = serde_json::to_value(value).unwrap();
    for key in sent.as_object().unwrap().keys() {
        assert!(declared.contains(&format!("{key}:")), "`{key}` is sent, but TypeScript expects {declared}");
        assert!(!key.contains(['-', '_']), "`{key}` is not how the screens write names");
    }
}

#[test]
fn screens_are_sent_the_names_that_their_types_have() {
    let profile: Profile = load(&crate_path("data/oxford")).unwrap();
    named_alike(&profile.words);
    named_alike(&profile.kinds[0]);
    named_alike(&profile.rights[0]);
    named_alike(&profile.ownership);
    named_alike(&profile.usernames);
    named_alike(&profile.mfa);
    named_alike(&profile.duty_of_care.unwrap());
    let sharing = profile.calendar_sharing.unwrap();
    named_alike(&sharing);
    named_alike(&sharing.levels[0]);
    named_alike(&profile.contacts[0]);
    named_alike(&profile.sources[0]);
    named_alike(&profile.differences[0]);
    named_alike(&load(&crate_path("data/boulder")).unwrap().campus_network.unwrap());
}

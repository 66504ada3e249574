//! A stored resource as a reader is given it.

use super::kind::Kind;
use super::reader::Reader;
use super::schema::{USER, USER_EXTENSION};
use super::shape;
use super::store::Stored;
use super::view::{
    PersonShown, account_document, account_for, known_person_document, person_for, unit_of_person,
};
use crate::json::set;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Entity tag of a version (RFC 7644 section 3.14).
pub(super) fn entity_tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// A moment to the millisecond, so that texts order as moments do.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The resource with `schemas`, `id` and `meta`, or `None` where the reader may not see it.
///
/// `groups` are those of the person, where they are shown.
pub(super) fn present(
    kind: Kind,
    stored: Stored,
    reader: &Reader,
    groups: &[(String, String)],
    base: &str,
) -> Option<Value> {
    let Stored { id, version, created, modified, document, .. } = stored;
    let mut shown = match kind {
        Kind::Account => account(&id, document, reader, base)?,
        Kind::User => person(&id, document, reader, groups)?,
    };
    let schemas = match kind {
        Kind::User if shown.get(USER_EXTENSION).is_some() => json!([USER, USER_EXTENSION]),
        Kind::User => json!([USER]),
        Kind::Account => json!(kind.schema_ids()),
    };
    set(&mut shown, "schemas", schemas);
    set(
        &mut shown,
        "meta",
        json!({
            "resourceType": kind.name(),
            "created": moment(created),
            "lastModified": moment(modified),
            "location": format!("{base}{}/{id}", kind.endpoint()),
            "version": entity_tag(version),
        }),
    );
    set(&mut shown, "id", id.into());
    Some(shown)
}

fn account(id: &str, document: Value, reader: &Reader, base: &str) -> Option<Value> {
    let account = shape::account(id, &document);
    match reader {
        Reader::Provisioning => Some(account_document(document, &account, base)),
        Reader::Person(me) => {
            let mut shown = account_document(document, &account_for(account, me)?, base);
            // The provisioning side's own number is nobody else's business.
            shown.as_object_mut()?.remove("externalId");
            Some(shown)
        }
    }
}

fn person(id: &str, mut document: Value, reader: &Reader, groups: &[(String, String)]) -> Option<Value> {
    let Reader::Person(me) = reader else { return Some(with_groups(document, groups)) };
    match person_for(id, unit_of_person(&document).as_ref(), me) {
        PersonShown::Whole => {
            document.as_object_mut()?.remove("externalId");
            Some(with_groups(document, groups))
        }
        PersonShown::Known => Some(known_person_document(&document)),
        PersonShown::Nothing => None,
    }
}

fn with_groups(mut document: Value, groups: &[(String, String)]) -> Value {
    if !groups.is_empty() {
        set(
            &mut document,
            "groups",
            groups.iter().map(|(id, name)| json!({"value": id, "display": name})).collect(),
        );
    }
    document
}

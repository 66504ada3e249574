//! The two resource types.

use super::attribute::{Attribute, Type};
use super::schema::{ACCOUNT, Schema, Schemas, USER, USER_EXTENSION};
use crate::json::set;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    User,
    Account,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::User, Self::Account];

    /// Name of the resource type, which is also how the database tells them apart.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Account => "SecondaryAccount",
        }
    }

    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Account => "/SecondaryAccounts",
        }
    }

    /// Schemas of the type, the core one first.
    pub(super) fn schema_ids(self) -> &'static [&'static str] {
        match self {
            Self::User => &[USER, USER_EXTENSION],
            Self::Account => &[ACCOUNT],
        }
    }

    pub(super) fn core(self, schemas: &Schemas) -> &Schema {
        match self {
            Self::User => &schemas.user,
            Self::Account => &schemas.account,
        }
    }

    pub(super) fn extension(self, schemas: &Schemas) -> Option<&Schema> {
        (self == Self::User).then_some(&schemas.user_extension)
    }

    /// The resource type's own document (RFC 7643 section 6).
    pub(super) fn document(self, base: &str) -> Value {
        let mut document = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name(),
            "name": self.name(),
            "endpoint": self.endpoint(),
            "description": match self { Self::User => "People", Self::Account => "Secondary accounts" },
            "schema": match self { Self::User => USER, Self::Account => ACCOUNT },
            "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", self.name())},
        });
        if self == Self::User {
            set(&mut document, "schemaExtensions", json!([{"schema": USER_EXTENSION, "required": false}]));
        }
        document
    }
}

/// A place in a resource: an attribute, perhaps of the extension, perhaps a part of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The extension's name, where the attribute is its.
    pub(super) extension: Option<&'static str>,
    pub(super) attribute: &'a Attribute,
    pub(super) part: Option<&'a Attribute>,
}

impl<'a> Place<'a> {
    /// Finds what `path` names: `[URN:]attribute[.part]`, in any case (RFC 7644 section 3.10).
    pub(super) fn find(kind: Kind, schemas: &'a Schemas, path: &str) -> Option<Self> {
        let (schema, extension, rest) = match kind.extension(schemas) {
            Some(schema) if after_urn(path, schema.id).is_some() => {
                (schema, Some(schema.id), after_urn(path, schema.id)?)
            }
            _ => {
                let core = kind.core(schemas);
                (core, None, after_urn(path, core.id).unwrap_or(path))
            }
        };
        let (name, part) = match rest.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (rest, None),
        };
        let common = || extension.is_none().then(|| schemas.common.attribute(name)).flatten();
        let attribute = schema.attribute(name).or_else(common)?;
        let part = match part {
            Some(part) => Some(attribute.part(part)?),
            None => None,
        };
        Some(Self { extension, attribute, part })
    }

    /// What a comparison is made with: the part, or the `value` of a complex attribute that has one.
    pub(super) fn leaf(&self) -> &'a Attribute {
        match self.part {
            Some(part) => part,
            None if self.attribute.kind == Type::Complex => {
                self.attribute.part("value").unwrap_or(self.attribute)
            }
            None => self.attribute,
        }
    }

    /// The values that stand at this place, each on its own.
    pub(super) fn values<'v>(&self, resource: &'v Value) -> Vec<&'v Value> {
        let holder = match self.extension {
            Some(extension) => resource.get(extension),
            None => Some(resource),
        };
        let Some(found) = holder.and_then(|holder| holder.get(self.attribute.name)) else {
            return Vec::new();
        };
        let each = match found {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        };
        let Some(part) = self.part else { return each };
        each.into_iter()
            .filter_map(|item| item.get(part.name))
            .flat_map(|value| match value {
                Value::Array(items) => items.iter().collect(),
                other => vec![other],
            })
            .collect()
    }
}

/// What comes after `urn:`, compared without case.
fn after_urn<'p>(path: &'p str, urn: &str) -> Option<&'p str> {
    let (head, rest) = path.split_at_checked(urn.len())?;
    if head.eq_ignore_ascii_case(urn) { rest.strip_prefix(':') } else { None }
}

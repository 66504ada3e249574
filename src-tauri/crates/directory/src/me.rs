//! Who is signed in, as `/Me` tells.

use crate::{
    Error,
    loose::{Many, scim},
    text::{Exact, Named},
};
use accounts::{Me, PersonId, Role, Team};

scim! {
    /// A User resource (RFC 7643 section 4.1) with our extension and the enterprise one (section 4.3).
    struct User {
        id: Exact = "id",
        external_id: Exact = "externalId",
        username: Exact = "userName",
        display_name: Option<String> = "displayName",
        name: PersonName = "name",
        roles: Many<Named> = "roles",
        groups: Many<Named> = "groups",
        extension: Extension = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User",
        enterprise: Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    }
}

scim! {
    struct PersonName {
        formatted: Option<String> = "formatted",
    }
}

scim! {
    struct Extension {
        unit: Named = "unit",
        category: Option<String> = "category",
        held_units: Many<Named> = "heldUnits",
    }
}

scim! {
    struct Enterprise {
        department: Named = "department",
    }
}

/// The person. Held units are as they are sent, whatever the role: it may come from elsewhere. Without `roles` it is an ordinary
/// person's.
pub(crate) fn from_wire(user: User) -> Result<Me, Error> {
    let id = user.id.known().ok_or_else(|| Error::NotUsable("it does not say who is signed in".into()))?;
    let words = user.roles.or_none().into_iter().filter_map(|role| role.value.known().or(role.display));
    let role = role(words, &[IT_OFFICER], &[SERVICE_DESK]);
    let username = user.username.known().unwrap_or_default();
    let name = user.display_name.or(user.name.formatted);
    let held_units = user.extension.held_units.or_none();
    let groups: Vec<_> = user.groups.or_none().into_iter().filter_map(Named::team).collect();
    Ok(Me {
        name: name.unwrap_or_else(|| if username.is_empty() { id.clone() } else { username.clone() }),
        id: PersonId(id),
        username,
        role,
        unit: user.extension.unit.unit().or_else(|| user.enterprise.department.unit()),
        held_units: held_units.into_iter().filter_map(Named::unit).collect(),
        groups: groups.iter().map(|(id, _)| id.clone()).collect(),
        teams: groups.into_iter().filter_map(|(id, name)| Some(Team { id, name: name? })).collect(),
        category: user.extension.category.filter(|category| !category.is_empty()),
    })
}

const IT_OFFICER: &str = "it-officer";
const SERVICE_DESK: &str = "service-desk";

/// The role that `words` name. Someone who is both is an IT officer: that role shows more of the own unit.
pub(crate) fn role<I, S>(words: I, officer: &[S], desk: &[S]) -> Role
where
    I: Iterator<Item = String>,
    S: AsRef<str>,
{
    let is =
        |word: &str, known: &[S]| known.iter().any(|known| word.trim().eq_ignore_ascii_case(known.as_ref()));
    let mut role = Role::Member;
    for word in words {
        if is(&word, officer) {
            return Role::ItOfficer;
        }
        if is(&word, desk) {
            role = Role::ServiceDesk;
        }
    }
    role
}

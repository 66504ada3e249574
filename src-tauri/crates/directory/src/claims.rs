//! Role and unit from the claims of a sign-in, where the profile says that they are there.

use crate::me::role;
use accounts::{NamedUnit, Role, UnitId};
use institutions::RoleSource;
use serde_json::{Map, Value};

/// What a sign-in's claims say about a person's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAndUnit {
    /// An ordinary person's where the role's claim is absent.
    pub role: Role,
    pub unit: Option<NamedUnit>,
}

/// Role and unit from `claims`, as `source` says. `None` where the profile takes them from `/Me`.
///
/// A claim may hold one text or a list of them. A name with dots also reaches into nested claims, as in
/// `realm_access.roles`. Claims know units by identifier alone, which then stands for the name too.
pub fn role_from_claims(source: &RoleSource, claims: &Map<String, Value>) -> Option<RoleAndUnit> {
    let RoleSource::Claim { role: name, it_officer, service_desk, unit } = source else { return None };
    let held = claim(claims, name);
    let unit = unit.as_ref().and_then(|name| texts(claim(claims, name)?).into_iter().next());
    Some(RoleAndUnit {
        role: role(held.map(texts).unwrap_or_default().into_iter(), it_officer, service_desk),
        unit: unit.map(|id| NamedUnit { name: id.clone(), id: UnitId(id) }),
    })
}

fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, part| value.get(part))
    });
    found.filter(|value| !value.is_null())
}

fn texts(value: &Value) -> Vec<String> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        other => std::slice::from_ref(other),
    };
    values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .filter(|text| !text.trim().is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn from(claims: &Value) -> RoleAndUnit {
        let source = RoleSource::Claim {
            role: "realm_access.roles".into(),
            it_officer: vec!["ITSS".into()],
            service_desk: vec!["desk".into()],
            unit: Some("ou".into()),
        };
        role_from_claims(&source, claims.as_object().unwrap()).unwrap()
    }

    #[test]
    fn roles_are_found_flat_nested_alone_or_in_a_list() {
        assert_eq!(
            from(&json!({"realm_access": {"roles": ["staff", "itss"]}, "ou": "earth"})).role,
            Role::ItOfficer
        );
        let flat = from(&json!({"realm_access.roles": "desk", "ou": ["earth", "chem"]}));
        assert_eq!((flat.role, flat.unit.unwrap().id.as_str()), (Role::ServiceDesk, "earth"));
    }

    #[test]
    fn what_is_not_known_is_an_ordinary_person() {
        for claims in [json!({}), json!({"realm_access": null}), json!({"realm_access": {"roles": null}})] {
            assert_eq!(from(&claims), RoleAndUnit { role: Role::Member, unit: None }, "{claims}");
        }
        let odd = from(&json!({"realm_access": {"roles": [7, {"itss": true}]}, "ou": 7}));
        assert_eq!(odd, RoleAndUnit { role: Role::Member, unit: None });
        assert!(role_from_claims(&RoleSource::Me, &Map::new()).is_none());
    }
}

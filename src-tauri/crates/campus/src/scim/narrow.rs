//! Filters as SQL, so that a look-up among 100,000 accounts reads only what can match.

use super::filter::{Compare, Filter, moment_of};
use super::kind::Kind;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};

/// A condition on the columns of `resource`.
#[derive(Debug, Clone, PartialEq)]
enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    /// Column, SQL between column and value, value.
    Text(&'static str, Test, String),
    Number(&'static str, &'static str, i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Test {
    Equals,
    Contains,
    StartsWith,
}

/// What SQL can say of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Narrowed {
    condition: Condition,
    /// Whether the condition says all that the filter says. If not, what it finds still has to be held against it.
    pub(super) is_exact: bool,
}

/// The part of `filter` that columns can answer. Columns hold only what every reader of a resource is shown.
pub(super) fn narrow(kind: Kind, filter: &Filter) -> Option<Narrowed> {
    match filter {
        Filter::And(one, other) => match (narrow(kind, one), narrow(kind, other)) {
            (Some(one), Some(other)) => Some(Narrowed {
                is_exact: one.is_exact && other.is_exact,
                condition: Condition::And(vec![one.condition, other.condition]),
            }),
            (Some(half), None) | (None, Some(half)) => Some(Narrowed { is_exact: false, ..half }),
            (None, None) => None,
        },
        Filter::Or(one, other) => {
            let (one, other) = (narrow(kind, one)?, narrow(kind, other)?);
            Some(Narrowed {
                is_exact: one.is_exact && other.is_exact,
                condition: Condition::Or(vec![one.condition, other.condition]),
            })
        }
        Filter::Compare(path, compare, value) => {
            let condition = leaf(kind, path, *compare, value.as_str()?)?;
            Some(Narrowed { condition, is_exact: true })
        }
        Filter::Not(_) | Filter::Present(_) | Filter::Within(..) => None,
    }
}

fn leaf(kind: Kind, path: &str, compare: Compare, wanted: &str) -> Option<Condition> {
    let path = path.to_ascii_lowercase();
    let core = format!("{}:", kind.schema_ids().first()?.to_ascii_lowercase());
    let path = path.strip_prefix(&core).unwrap_or(&path);
    if path == "meta.lastmodified" {
        return modified(compare, wanted);
    }
    let test = match compare {
        Compare::Equal => Test::Equals,
        Compare::Contains => Test::Contains,
        Compare::StartsWith => Test::StartsWith,
        _ => return None,
    };
    let (column, is_exact_case) = match path {
        "id" => ("id", true),
        "username" => ("username", false),
        "displayname" => ("display", false),
        "address" if kind == Kind::Account => ("address", false),
        "owner.display" if kind == Kind::Account => ("owner_name", false),
        "owner" | "owner.value" if kind == Kind::Account => ("owner", true),
        _ => return None,
    };
    Some(Condition::Text(column, test, if is_exact_case { wanted.to_owned() } else { wanted.to_lowercase() }))
}

/// Stored dates are whole milliseconds, so a finer one is moved to the next that means the same.
fn modified(compare: Compare, wanted: &str) -> Option<Condition> {
    let at = moment_of(wanted)?;
    let floor = at.as_nanosecond().div_euclid(1_000_000);
    let is_whole = at.as_nanosecond().rem_euclid(1_000_000) == 0;
    let floor = i64::try_from(floor).ok()?;
    let operator = match compare {
        Compare::GreaterOrEqual if is_whole => " >= ",
        Compare::GreaterOrEqual | Compare::Greater => " > ",
        Compare::Less if is_whole => " < ",
        Compare::Less | Compare::LessOrEqual => " <= ",
        Compare::Equal if is_whole => " = ",
        _ => return None,
    };
    Some(Condition::Number("modified", operator, floor))
}

impl Condition {
    fn write(&self, query: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::And(all) => Self::write_joined(all, " AND ", query),
            Self::Or(any) => Self::write_joined(any, " OR ", query),
            Self::Number(column, operator, value) => {
                query.push(column).push(operator).push_bind(*value);
            }
            Self::Text(column, Test::Equals, value) => {
                query.push(column).push(" = ").push_bind(value.clone());
            }
            Self::Text(column, Test::Contains, value) => {
                query.push("instr(").push(column).push(", ").push_bind(value.clone()).push(") > 0");
            }
            Self::Text(column, Test::StartsWith, value) => {
                query.push("instr(").push(column).push(", ").push_bind(value.clone()).push(") = 1");
            }
        }
    }

    fn write_joined(conditions: &[Self], word: &'static str, query: &mut QueryBuilder<Sqlite>) {
        query.push("(");
        for (index, condition) in conditions.iter().enumerate() {
            if index > 0 {
                query.push(word);
            }
            condition.write(query);
        }
        query.push(")");
    }
}

/// Numbers of the resources that meet the condition, ascending.
pub(super) async fn candidates(
    db: &SqlitePool,
    kind: Kind,
    narrowed: &Narrowed,
) -> Result<Vec<i64>, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT seq FROM resource WHERE kind = ");
    query.push_bind(kind.name()).push(" AND ");
    narrowed.condition.write(&mut query);
    query.push(" ORDER BY seq");
    query.build().fetch_all(db).await?.iter().map(|row| row.try_get(0)).collect()
}

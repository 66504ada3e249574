//! What a list is asked for, in the address or in the body of `/.search` (RFC 7644 sections 3.4.2 and 3.4.3).

use super::error::ScimError;
use super::filter::{Filter, parse};
use super::project::Projection;
use serde_json::Value;

/// Resources in a page that does not say how many it wants.
pub(super) const DEFAULT_PAGE: usize = 100;
/// Resources in a page at most.
pub(super) const LARGEST_PAGE: usize = 500;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Query {
    pub(super) filter: Option<Filter>,
    pub(super) projection: Projection,
    pub(super) sort_by: Option<String>,
    pub(super) is_descending: bool,
    pub(super) page: Page,
    /// How many resources are wanted. `None`: as many as a page usually has.
    pub(super) count: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Page {
    /// By number, the first being 1.
    Index(usize),
    /// By cursor (RFC 9865). Empty: from the beginning.
    Cursor(String),
}

impl Default for Page {
    fn default() -> Self {
        Self::Index(1)
    }
}

impl Query {
    /// How many resources the page holds at most.
    pub(super) fn size(&self) -> usize {
        self.count.unwrap_or(DEFAULT_PAGE).min(LARGEST_PAGE)
    }

    pub(super) fn of_address(query: &str) -> Result<Self, ScimError> {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let get = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_string())
        };
        Self::read(get)
    }

    pub(super) fn of_body(body: &Value) -> Result<Self, ScimError> {
        const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
        let schemas = body.get("schemas").and_then(Value::as_array);
        if !schemas.is_some_and(|schemas| schemas.iter().any(|schema| schema.as_str() == Some(SCHEMA))) {
            return Err(ScimError::syntax(format!("schemas has to name {SCHEMA}.")));
        }
        let get = |name: &str| match body.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        Self::read(get)
    }

    fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ScimError> {
        let number = |name: &str, scim_type: &'static str| {
            get(name)
                .map(|text| {
                    text.parse::<i64>()
                        .map_err(|_| ScimError::bad(scim_type, format!("{name} is no number.")))
                })
                .transpose()
        };
        let filter = get("filter").map(|text| parse(&text).map_err(ScimError::filter)).transpose()?;
        let start = number("startIndex", "invalidValue")?;
        let cursor = get("cursor");
        let count = number("count", if cursor.is_some() { "invalidCount" } else { "invalidValue" })?;
        let page = match (start, cursor) {
            (Some(_), Some(_)) => return Err(ScimError::value("startIndex and cursor cannot go together.")),
            (None, Some(cursor)) => Page::Cursor(cursor),
            // Below 1 means 1 (RFC 7644 section 3.4.2.4).
            (start, None) => Page::Index(usize::try_from(start.unwrap_or(1)).unwrap_or(1).max(1)),
        };
        let is_descending = match get("sortOrder") {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(_) => return Err(ScimError::value("sortOrder is ascending or descending.")),
        };
        Ok(Self {
            filter,
            projection: Projection::of(get("attributes").as_deref(), get("excludedAttributes").as_deref())?,
            sort_by: get("sortBy").filter(|path| !path.is_empty()),
            is_descending,
            page,
            // A negative count means 0.
            count: count.map(|count| usize::try_from(count).unwrap_or(0)),
        })
    }
}

//! Lists and searches: what the reader may see, narrowed, sorted, a page of it.

use super::body::{check_accept, json, json_object};
use super::cursor::Cursor;
use super::error::ScimError;
use super::filter::{Filter, compare_texts, matches, moment_of};
use super::kind::{Kind, Place};
use super::narrow::{candidates, narrow};
use super::present::present;
use super::query::{LARGEST_PAGE, Page, Query};
use super::reader::Reader;
use super::sight::visible;
use super::store;
use crate::json::set;
use crate::site::{Campus, Shared};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::cmp::Ordering;

const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Resources read at a time when a filter has to be held against each.
const BATCH: usize = 500;

pub(super) async fn asked(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let reader = Reader::of(&campus, &headers).await?;
    answer(&campus, &reader, kind, &Query::of_address(&query.unwrap_or_default())?).await
}

pub(super) async fn searched(
    State(campus): State<Shared>,
    Extension(kind): Extension<Kind>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let reader = Reader::of(&campus, &headers).await?;
    answer(&campus, &reader, kind, &Query::of_body(&json_object(&headers, &body)?)?).await
}

/// A search over all types at once (RFC 7644 section 3.4.2.1). By number only: a cursor belongs to one type.
pub(super) async fn searched_everywhere(
    State(campus): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ScimError> {
    check_accept(&headers)?;
    let reader = Reader::of(&campus, &headers).await?;
    let query = Query::of_body(&json_object(&headers, &body)?)?;
    let Page::Index(first) = query.page else {
        return Err(ScimError::value("A search over all types is paged by startIndex."));
    };
    let size = query.count.unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE);
    let mut total = 0;
    let mut refused = None;
    let mut skip = first.saturating_sub(1);
    let mut resources = Vec::new();
    for kind in Kind::ALL {
        // A type that lacks an attribute of the filter has nothing that meets it.
        let found = match found(&campus, &reader, kind, &query).await {
            Ok(found) => found,
            Err(problem) if problem.status == StatusCode::BAD_REQUEST => {
                refused = Some((problem, refused.is_some()));
                continue;
            }
            Err(problem) => return Err(problem),
        };
        total += found.len();
        let wanted = size.saturating_sub(resources.len());
        let page: Vec<i64> = found.iter().skip(skip).take(wanted).copied().collect();
        skip = skip.saturating_sub(found.len());
        let shown = shown(&campus, &reader, kind, &page).await?.into_iter();
        resources.extend(shown.map(|(_, resource)| query.projection.apply(kind, &campus.schemas, resource)));
    }
    if let Some((problem, true)) = refused {
        return Err(problem);
    }
    let list = json!({
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
        "startIndex": first,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    Ok(json(StatusCode::OK, &list))
}

async fn answer(campus: &Campus, reader: &Reader, kind: Kind, query: &Query) -> Result<Response, ScimError> {
    let found = found(campus, reader, kind, query).await?;
    let total = found.len();
    let size = query.size();
    let mut list = json!({
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
    });
    let start = match &query.page {
        Page::Index(start) => {
            set(&mut list, "startIndex", (*start).into());
            start.saturating_sub(1)
        }
        Page::Cursor(cursor) => Cursor::read(cursor, kind, query)?.start(&found),
    };
    let page: Vec<i64> = found.iter().skip(start).take(size).copied().collect();
    if let (Page::Cursor(_), Some(last), true) = (&query.page, page.last(), start + page.len() < total) {
        let next =
            if query.sort_by.is_some() { Cursor::At(start + page.len()) } else { Cursor::After(*last) };
        set(&mut list, "nextCursor", next.write(kind, query).into());
    }
    let resources: Vec<Value> = shown(campus, reader, kind, &page)
        .await?
        .into_iter()
        .map(|(_, resource)| query.projection.apply(kind, &campus.schemas, resource))
        .collect();
    set(&mut list, "itemsPerPage", resources.len().into());
    if size > 0 {
        set(&mut list, "Resources", resources.into());
    }
    Ok(json(StatusCode::OK, &list))
}

/// Numbers of all resources that answer the query, in its order.
async fn found(campus: &Campus, reader: &Reader, kind: Kind, query: &Query) -> Result<Vec<i64>, ScimError> {
    let visible = visible(campus, reader, kind).await?;
    let mut found = match &query.filter {
        None => visible.to_vec(),
        Some(filter) => filtered(campus, reader, kind, filter, &visible).await?,
    };
    if let Some(path) = &query.sort_by {
        let place = Place::find(kind, &campus.schemas, path)
            .ok_or_else(|| ScimError::value(format!("No schema has an attribute {path}.")))?;
        let mut keyed = Vec::with_capacity(found.len());
        for batch in found.chunks(BATCH) {
            for (seq, resource) in shown(campus, reader, kind, batch).await? {
                keyed.push((place.values(&resource).first().map(|value| (*value).clone()), seq));
            }
        }
        keyed.sort_by(|(one, _), (other, _)| by_value(&place, one.as_ref(), other.as_ref()));
        if query.is_descending {
            keyed.reverse();
        }
        found = keyed.into_iter().map(|(_, seq)| seq).collect();
    }
    Ok(found)
}

async fn filtered(
    campus: &Campus,
    reader: &Reader,
    kind: Kind,
    filter: &Filter,
    visible: &[i64],
) -> Result<Vec<i64>, ScimError> {
    // A faulty filter is refused even where there is nothing to hold it against.
    matches(filter, kind, &campus.schemas, &Value::Null)?;
    let narrowed = narrow(kind, filter);
    let left = match &narrowed {
        None => visible.to_vec(),
        Some(narrowed) => {
            let mut left = candidates(&campus.db, kind, narrowed).await?;
            left.retain(|seq| visible.binary_search(seq).is_ok());
            left
        }
    };
    if narrowed.is_some_and(|narrowed| narrowed.is_exact) {
        return Ok(left);
    }
    let mut kept = Vec::new();
    for batch in left.chunks(BATCH) {
        for (seq, resource) in shown(campus, reader, kind, batch).await? {
            if matches(filter, kind, &campus.schemas, &resource)? {
                kept.push(seq);
            }
        }
    }
    Ok(kept)
}

/// The resources as the reader is shown them.
async fn shown(
    campus: &Campus,
    reader: &Reader,
    kind: Kind,
    numbers: &[i64],
) -> Result<Vec<(i64, Value)>, ScimError> {
    let base = campus.scim_base();
    let mut shown = Vec::with_capacity(numbers.len());
    for stored in store::by_seq(&campus.db, numbers).await? {
        let groups = groups(campus, reader, kind, &stored.id).await?;
        let seq = stored.seq;
        shown.extend(present(kind, stored, reader, &groups, &base).map(|resource| (seq, resource)));
    }
    Ok(shown)
}

/// The groups of a person, for those who are shown them.
pub(super) async fn groups(
    campus: &Campus,
    reader: &Reader,
    kind: Kind,
    id: &str,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let is_shown = match reader {
        Reader::Provisioning => true,
        Reader::Person(me) => me.id.as_str() == id,
    };
    if kind == Kind::User && is_shown { store::groups_of(&campus.db, id).await } else { Ok(Vec::new()) }
}

/// Order for `sortBy`: resources without the attribute come last when ascending (RFC 7644 section 3.4.2.3).
fn by_value(place: &Place<'_>, one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
    };
    let leaf = place.leaf();
    let inner = |value: &Value| value.get(leaf.name).cloned().unwrap_or_else(|| value.clone());
    match (inner(one), inner(other)) {
        (Value::String(one), Value::String(other)) => match (moment_of(&one), moment_of(&other)) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => compare_texts(leaf, &one, &other),
        },
        (Value::Number(one), Value::Number(other)) => one.as_i64().cmp(&other.as_i64()),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(&other),
        _ => Ordering::Equal,
    }
}

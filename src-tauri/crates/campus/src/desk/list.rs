//! Requests, one and many.

use super::document::Always;
use super::extract::{Asker, Numbered, Parameters};
use super::problem::{DeskProblem, ProblemBody};
use super::reading::uuid;
use super::record::{self, Wanted, Whose};
use super::standing::visible;
use super::wire::{MOST_BYTES, Request, Requests};
use crate::site::Shared;
use accounts::{Me, Role};
use axum::Json;
use axum::extract::{RawQuery, State};
use utoipa::IntoParams;
use utoipa::ToSchema;

const LARGEST_PAGE: i64 = 200;
const USUAL_PAGE: i64 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "kebab-case")]
enum Scope {
    Mine,
    ToDecide,
}

/// What of the list is wanted. Read by hand, so that slips are told by name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "for the OpenAPI document")]
pub(super) struct ListQuery {
    /// Only the request to which the reader's program gave this id.
    #[param(format = "uuid")]
    client_request_id: Option<String>,
    /// `mine`, which is meant where nothing is said: the reader's own. `to-decide`: undecided ones of others on which the
    /// reader may decide.
    #[param(inline)]
    scope: Option<Scope>,
    /// Only those that are undecided or on their way (`true`), or over (`false`).
    open: Option<bool>,
    /// How many to pass over.
    #[param(minimum = 0, default = 0)]
    start: Option<i64>,
    /// How many to show at most. Fewer are shown where these would be too large for one page.
    #[param(minimum = 0, maximum = 200, default = 50)]
    count: Option<i64>,
}

/// Requests, newest first.
#[utoipa::path(
    get,
    path = "/requests",
    operation_id = "listRequests",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of them", body = Requests),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn many(
    State(campus): State<Shared>,
    Asker(me): Asker,
    RawQuery(query): RawQuery,
) -> Result<Json<Requests>, DeskProblem> {
    let mut parameters = Parameters::of(query.as_deref());
    let client_id = parameters.read("clientRequestId", "This has to be a UUID.", uuid);
    let scope = parameters.read("scope", "This has to be mine or to-decide.", |text| match text {
        "mine" => Some(Scope::Mine),
        "to-decide" => Some(Scope::ToDecide),
        _ => None,
    });
    let open = parameters.read("open", "This has to be true or false.", |text| text.parse().ok());
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    let start = parameters.read("start", "This has to be a number from 0 on.", number);
    let count = parameters.read("count", "This has to be a number from 0 to 200.", |text| {
        number(text).filter(|count| *count <= LARGEST_PAGE)
    });
    parameters.end()?;
    let whose = match scope.unwrap_or(Scope::Mine) {
        Scope::Mine => Whose::Mine,
        Scope::ToDecide => to_decide(&me),
    };
    let wanted = Wanted {
        reader: me.id.as_str().to_owned(),
        whose,
        client_id,
        open,
        start: start.unwrap_or(0),
        count: count.unwrap_or(USUAL_PAGE),
    };
    let mut connection = campus.db.acquire().await?;
    let (total, requests) = record::list(&mut connection, &wanted).await?;
    Ok(Json(Requests { total, requests: first_that_fit(requests, MOST_BYTES, Request::bytes) }))
}

/// The first of them that come to no more than that many bytes together. One always does, or nobody would get past it.
fn first_that_fit<T>(all: Vec<T>, most: usize, bytes: impl Fn(&T) -> usize) -> Vec<T> {
    let mut taken = 0_usize;
    let mut fits = |one: &T| {
        let is_first = taken == 0;
        taken = taken.saturating_add(bytes(one)).max(1);
        is_first || taken <= most
    };
    all.into_iter().take_while(|one| fits(one)).collect()
}

fn to_decide(me: &Me) -> Whose {
    if me.role == Role::ServiceDesk {
        return Whose::Others;
    }
    let held = me.held_units.iter().filter(|unit| me.holds(&unit.id));
    Whose::OthersInUnits(held.map(|unit| unit.id.as_str().to_owned()).collect())
}

/// One request, for its requester and for whoever may decide on it.
#[utoipa::path(
    get,
    path = "/requests/{id}",
    operation_id = "readRequest",
    params(("id" = String, Path, description = "Reference of the request", pattern = "^RQ-[0-9]+$")),
    responses(
        (status = 200, description = "The request", body = Request),
        (status = 404, description = "`no-such-request`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn one(
    State(campus): State<Shared>,
    Asker(me): Asker,
    Numbered(number): Numbered,
) -> Result<Json<Request>, DeskProblem> {
    let mut connection = campus.db.acquire().await?;
    Ok(Json(visible(&mut connection, &me, number).await?.request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_ends_before_it_is_too_large() {
        let page = |sizes: &[usize]| first_that_fit(sizes.to_vec(), 10, |size| *size).len();
        assert_eq!(page(&[]), 0);
        assert_eq!(page(&[4, 6, 1]), 2, "all of what is allowed, and no more");
        assert_eq!(page(&[4, 7, 1]), 1, "nothing is passed over, though the one behind would fit");
        assert_eq!(page(&[11, 1]), 1, "one is shown, however large");
        assert_eq!(page(&[usize::MAX, usize::MAX]), 1);
    }

    proptest! {
        #[test]
        fn whoever_turns_the_pages_sees_each_once_and_in_order(sizes in prop::collection::vec(1..20_usize, 0..40)) {
            let all: Vec<_> = sizes.into_iter().enumerate().collect();
            let mut seen = Vec::new();
            while seen.len() < all.len() {
                let page = first_that_fit(all[seen.len()..].to_vec(), 15, |(_, size)| *size);
                let bytes: usize = page.iter().map(|(_, size)| size).sum();
                prop_assert!(!page.is_empty() && (page.len() == 1 || bytes <= 15));
                seen.extend(page);
            }
            prop_assert_eq!(seen, all);
        }
    }
}

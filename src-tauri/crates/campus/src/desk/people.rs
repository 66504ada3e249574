//! Finding the person or group who is meant.

use super::document::Always;
use super::extract::{Asker, Parameters};
use super::fact::Who;
use super::problem::DeskProblem;
use super::weigh::{is_entitled, may_own};
use super::wire::{Candidate, People};
use crate::scim::everybody;
use crate::site::Shared;
use accounts::{fold, words};
use axum::Json;
use axum::extract::{RawQuery, State};
use utoipa::IntoParams;

/// Below this many characters nobody is looked for.
const SHORTEST: usize = 2;
const MOST: usize = 20;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "for the OpenAPI document")]
pub(super) struct PeopleQuery {
    /// Parts of a name or username, in any case, with or without accents. Fewer than two characters find nobody.
    query: Option<String>,
}

/// People and groups whom a request may name, by name.
///
/// Of a person only name, unit and username are told, whether they may be given access, and whether they may own an account.
#[utoipa::path(
    get,
    path = "/people",
    operation_id = "findPeople",
    params(PeopleQuery),
    responses((status = 200, description = "At most 20", body = People), Always),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn find(
    State(campus): State<Shared>,
    Asker(_): Asker,
    RawQuery(query): RawQuery,
) -> Result<Json<People>, DeskProblem> {
    let parameters = Parameters::of(query.as_deref());
    let query = parameters.text("query").unwrap_or_default().trim();
    let wanted = words(query);
    if query.chars().count() < SHORTEST || wanted.is_empty() {
        return Ok(Json(People { people: Vec::new() }));
    }
    let today = campus.institution.today(campus.clock.now());
    let mut found = Vec::new();
    for principal in everybody(&campus.db).await? {
        let name = fold(&principal.who.name);
        let username = principal.who.username.as_deref().map(fold).unwrap_or_default();
        if wanted.iter().all(|word| name.contains(word) || username.contains(word)) {
            found.push((name, Who::from(&principal), principal));
        }
    }
    found.sort_by(|(one_name, one, _), (other_name, other, _)| {
        let rest = |who: &Who| (who.display.clone(), who.user_name.clone(), who.value.clone());
        one_name.cmp(other_name).then_with(|| rest(one).cmp(&rest(other)))
    });
    let mut connection = campus.db.acquire().await?;
    let mut people = Vec::new();
    for (_, who, principal) in found.into_iter().take(MOST) {
        let entitled = is_entitled(&principal, today);
        let may_own = may_own(&mut connection, &campus.institution, &principal, today).await?.is_ok();
        people.push(Candidate { who, entitled, may_own });
    }
    Ok(Json(People { people }))
}

//! Whether a username can still be had.

use super::document::Always;
use super::extract::{Asker, Parameters};
use super::fact::LONGEST_USERNAME;
use super::problem::{DeskProblem, ProblemBody};
use super::record;
use super::standing::named;
use super::wire::Named;
use crate::institution::Institution;
use crate::scim::{belonging, is_taken};
use crate::site::Shared;
use accounts::NamedUnit;
use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use sqlx::SqliteConnection;
use utoipa::{IntoParams, ToSchema};

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "for the OpenAPI document")]
pub(super) struct NameQuery {
    /// The username, in any case where the institution has no case.
    #[param(min_length = 1, max_length = 100)]
    name: String,
    /// Identifier of the person or group that is to own the account. Left out: not said.
    owner: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NameCheck {
    /// As it would be kept.
    name: String,
    /// Somebody or something has it, or it was asked for already.
    taken: bool,
    /// What usernames for the unit begin with: the owner's, or where that is not known, the reader's. Left out: it is not
    /// known, and a username is not held against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    prefix: Option<String>,
}

/// Whether a username is taken, and what it has to begin with.
///
/// Whether it is one at all is not looked at: that follows from the institution's rule.
#[utoipa::path(
    get,
    path = "/names",
    operation_id = "checkName",
    params(NameQuery),
    responses(
        (status = 200, description = "Whether it is", body = NameCheck),
        (status = 422, description = "`invalid`", body = ProblemBody, content_type = "application/problem+json"),
        Always,
    ),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn check(
    State(campus): State<Shared>,
    Asker(me): Asker,
    RawQuery(query): RawQuery,
) -> Result<Json<NameCheck>, DeskProblem> {
    let parameters = Parameters::of(query.as_deref());
    let typed = parameters.text("name").unwrap_or_default();
    if typed.chars().count() > LONGEST_USERNAME {
        return Err(DeskProblem::field("name", "too-long", "This is longer than 100 characters."));
    }
    let name = folded(&campus.institution, typed);
    if name.is_empty() {
        return Err(DeskProblem::field("name", "missing", "This is missing."));
    }
    let mut connection = campus.db.acquire().await?;
    let taken = cannot_be_had(&mut connection, &name).await?;
    let unit = unit_of_new(&mut connection, parameters.text("owner"), &named(&me)).await?;
    let rule = campus.institution.rules.names.as_ref();
    let prefix = rule.zip(unit).and_then(|(rule, unit)| rule.unit_prefixes.get(&unit.id).cloned());
    Ok(Json(NameCheck { name, taken, prefix }))
}

/// The unit of a new account: its owner's, or where that is not known, that of whoever asks.
pub(super) async fn unit_of_new(
    connection: &mut SqliteConnection,
    owner: Option<&str>,
    requester: &Named,
) -> Result<Option<NamedUnit>, sqlx::Error> {
    if let Some(owner) = owner
        && let Some(unit) = belonging(connection, owner).await?.unit
    {
        return Ok(Some(unit));
    }
    Ok(belonging(connection, &requester.value).await?.unit)
}

/// A username as the institution would keep it.
pub(super) fn folded(institution: &Institution, typed: &str) -> String {
    let rule = institution.rules.names.as_ref();
    rule.map_or_else(|| typed.trim().to_owned(), |rule| rule.folded(typed))
}

/// Whether a username is somebody's, or is to be.
pub(super) async fn cannot_be_had(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<bool, sqlx::Error> {
    Ok(is_taken(connection, name).await? || record::is_wished(connection, name).await?)
}

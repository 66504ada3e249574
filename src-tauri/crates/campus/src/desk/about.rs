//! What the desk is and can do.

use super::document::Always;
use super::extract::Asker;
use super::problem::DeskProblem;
use super::standing::is_decider;
use crate::site::Shared;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    name: String,
    capabilities: Capabilities,
    /// Seconds from an approval until its effect.
    apply_seconds: u32,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Capabilities {
    finds_by_client_request_id: bool,
    /// What is sent again under a known `clientRequestId` is answered with the request that there is.
    recognises_repeats: bool,
    withdraws: bool,
    finds_people: bool,
    checks_names: bool,
    /// Whoever decides can ask something about a request, and its requester can answer.
    takes_answers: bool,
    /// What became of every request about an account can be read, as far as the reader may know.
    tells_trails: bool,
    /// Whether the reader decides on other people's requests.
    decides: bool,
}

/// The desk, and what it can do for the reader.
#[utoipa::path(
    get,
    path = "/",
    operation_id = "about",
    responses((status = 200, description = "The desk", body = About), Always),
    security(("bearer" = ["desk.request"])),
)]
pub(super) async fn about(
    State(campus): State<Shared>,
    Asker(me): Asker,
) -> Result<Json<About>, DeskProblem> {
    Ok(Json(About {
        name: format!("{} practice desk", campus.institution.short_name),
        capabilities: Capabilities {
            finds_by_client_request_id: true,
            recognises_repeats: true,
            withdraws: true,
            finds_people: true,
            checks_names: true,
            takes_answers: true,
            tells_trails: true,
            decides: is_decider(&me),
        },
        apply_seconds: campus.apply_seconds,
    }))
}

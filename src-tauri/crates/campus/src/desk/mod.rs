//! The desk: people ask for a change, somebody decides, it is put into effect later, and every step is on record.

mod about;
mod ask;
mod decide;
mod document;
mod due;
mod extract;
mod fact;
mod list;
mod may;
mod messages;
mod names;
mod people;
mod problem;
mod reading;
mod record;
mod standing;
mod step;
mod submission;
mod told;
mod trail;
mod weigh;
mod wire;
mod words;

pub(crate) use due::{expect_decisions, settled};

use crate::site::Shared;
use axum::Router;
use axum::http::StatusCode;
use problem::DeskProblem;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> Router<Shared> {
    parts().0.fallback(nothing_here).method_not_allowed_fallback(not_allowed)
}

/// The routes, and what they say of themselves.
fn parts() -> (Router<Shared>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(document::Desk::openapi())
        .routes(routes!(about::about))
        .routes(routes!(people::find))
        .routes(routes!(names::check))
        .routes(routes!(list::many, ask::ask))
        .routes(routes!(list::one))
        .routes(routes!(decide::decide))
        .routes(routes!(decide::withdraw))
        .routes(routes!(messages::question))
        .routes(routes!(messages::reply))
        .routes(routes!(trail::read))
        .routes(routes!(document::openapi))
        .split_for_parts()
}

async fn nothing_here() -> DeskProblem {
    DeskProblem::new(StatusCode::NOT_FOUND, "no-such-page", "The desk has nothing at this address.")
}

async fn not_allowed() -> DeskProblem {
    DeskProblem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method is not offered here.")
}

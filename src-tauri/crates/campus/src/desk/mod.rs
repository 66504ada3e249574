//! The desk: people ask for a change, somebody decides, it is put into effect later, and every step is on record.

mod about;
mod ask;
mod decide;
mod document;
mod due;
mod enquiry;
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
pub(crate) use enquiry::{PATH as OPEN_FORM, routes as open_routes};

use crate::site::Shared;
use axum::Router;
use axum::http::StatusCode;
use problem::DeskProblem;

/// Every route once: for the router, and for the document that is made of what the handlers say of themselves.
macro_rules! desk {
    ($($method:ident $path:literal $room:ident::$handler:ident;)*) => {
        fn table() -> Router<Shared> {
            Router::new()$(.route($path, axum::routing::$method($room::$handler)))*
        }

        #[cfg(test)]
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($room::$handler),*))]
        struct Paths;
    };
}

desk! {
    get "/" about::about;
    get "/people" people::find;
    get "/names" names::check;
    get "/requests" list::many;
    post "/requests" ask::ask;
    get "/requests/{id}" list::one;
    post "/requests/{id}/decision" decide::decide;
    post "/requests/{id}/withdraw" decide::withdraw;
    post "/requests/{id}/question" messages::question;
    post "/requests/{id}/reply" messages::reply;
    get "/requests/{id}/trail" trail::read;
    get "/accounts/{id}/trail" trail::of_account;
    get "/openapi.json" document::openapi;
}

pub(crate) fn routes() -> Router<Shared> {
    table().fallback(nothing_here).method_not_allowed_fallback(not_allowed)
}

async fn nothing_here() -> DeskProblem {
    DeskProblem::new(StatusCode::NOT_FOUND, "no-such-page", "The desk has nothing at this address.")
}

async fn not_allowed() -> DeskProblem {
    DeskProblem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method is not offered here.")
}

//! The directory: SCIM 2.0 (RFC 7643, RFC 7644) with people, secondary accounts and cursor paging (RFC 9865).

mod access;
mod attribute;
mod body;
mod change;
mod check;
mod cursor;
mod discovery;
mod error;
mod filter;
mod kind;
mod list;
mod narrow;
mod patch;
mod present;
mod principals;
mod project;
mod query;
mod read;
mod reader;
mod schema;
mod shape;
mod sight;
mod store;
mod view;
mod write;

pub(crate) use access::{Recorded, belonging, everybody, is_taken, principal, recorded, shown};
pub(crate) use change::{Impossible, change, make};
pub(crate) use kind::Kind;
pub(crate) use present::moment;
pub(crate) use principals::named;
pub(crate) use reader::Reader;
pub(crate) use schema::{Schemas, USER_EXTENSION};
pub(crate) use sight::Sight;
pub(crate) use store::{insert, insert_many, reach_from};

use crate::site::Shared;
use axum::routing::{get, post};
use axum::{Extension, Router};

pub(super) const SCIM_JSON: &str = "application/scim+json";

pub(crate) fn routes() -> Router<Shared> {
    let mut routes = Router::new()
        .route("/ServiceProviderConfig", get(discovery::service_provider_config))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/.search", post(list::searched_everywhere))
        .route("/Me", get(read::me).post(write::me).put(write::me).patch(write::me).delete(write::me));
    for kind in Kind::ALL {
        routes = routes.merge(routes_of(kind));
    }
    routes.fallback(discovery::nothing_here).method_not_allowed_fallback(discovery::not_allowed)
}

fn routes_of(kind: Kind) -> Router<Shared> {
    let endpoint = kind.endpoint();
    Router::new()
        .route(endpoint, get(list::asked).post(write::create))
        .route(&format!("{endpoint}/.search"), post(list::searched))
        .route(
            &format!("{endpoint}/{{id}}"),
            get(read::one).put(write::replace).patch(write::modify).delete(write::remove),
        )
        .layer(Extension(kind))
}

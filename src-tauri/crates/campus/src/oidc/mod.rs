//! The OpenID Connect provider: authorization code with PKCE, refresh rotation, device code, revocation.

mod answer;
mod authorize;
mod bearer;
mod device;
mod discovery;
mod form;
mod grants;
mod key;
mod login;
pub(crate) mod page;
mod redirect;
mod refresh;
mod revoke;
mod token;
mod userinfo;

pub(crate) use bearer::{Refusal, subject, token as bearer_token};
pub(crate) use form::Form;
pub(crate) use key::SigningKey;

use crate::site::Shared;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::document))
        .route("/jwks", get(discovery::keys))
        .route("/authorize", get(authorize::asked).post(authorize::asked_by_form))
        .route("/login", post(login::answered))
        .route("/token", post(token::asked))
        .route("/device_authorization", post(device::asked))
        .route("/device", get(device::page).post(device::answered))
        .route("/revoke", post(revoke::asked))
        .route("/userinfo", get(userinfo::asked).post(userinfo::asked))
        .route("/style.css", get(page::style))
}

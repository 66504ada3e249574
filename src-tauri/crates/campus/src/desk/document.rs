//! The desk's contract as an OpenAPI document, made from the handlers themselves.
//!
//! It is made when it is tested and kept beside them, so that a program that only answers with it has nothing to make.

use super::problem::ProblemBody;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;

/// Kept in step by `the_document_is_what_the_handlers_say`; `cargo xtask generate` writes it again.
const WRITTEN: &str = include_str!("openapi.json");

/// What every route may answer that asks for a token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "for the OpenAPI document")]
pub(super) enum Always {
    /// `unauthorized`: the token is missing, unknown or no longer valid
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// `not-a-person`, the reader may not do this, or `insufficient-scope`: the token does not cover `desk.request`, which
    /// `WWW-Authenticate` says too
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// `broken`
    #[response(status = 500, content_type = "application/problem+json")]
    Broken(ProblemBody),
}

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value, content_type = "application/json")),
)]
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], WRITTEN).into_response()
}

#[cfg(test)]
mod tests {
    use crate::desk::Paths;
    use crate::desk::fact::{LONGEST_NAME, LONGEST_USERNAME, MOST_RIGHTS};
    use crate::site::DESK_SCOPE;
    use std::path::Path;
    use utoipa::openapi::schema::{AdditionalProperties, SchemaType, Type};
    use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{Modify, OpenApi};

    /// Where the desk stands, which its paths begin with.
    const BASE: &str = "/desk/v1";

    #[test]
    fn the_document_is_what_the_handlers_say() {
        let made = written().to_pretty_json().unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk/openapi.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(kept == made, "openapi.json is out of date: run cargo xtask generate");
    }

    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "Desk of the practice campus",
            version = "1",
            description = "Requests for changes to secondary accounts: sent, decided, put into effect, followed. Everybody in \
                           it is invented.",
        ),
        modifiers(&Bearer),
    )]
    struct Desk;

    struct Bearer;

    impl Modify for Bearer {
        fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(format!(
                    "An access token of the campus's OpenID provider with the scope {DESK_SCOPE}."
                )))
                .build();
            let components = openapi.components.get_or_insert_default();
            components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        }
    }

    fn written() -> utoipa::openapi::OpenApi {
        let mut document = Desk::openapi();
        document.merge(Paths::openapi());
        let paths = std::mem::take(&mut document.paths.paths);
        document.paths.paths = paths
            .into_iter()
            .map(|(path, item)| (format!("{BASE}{}", path.trim_end_matches('/')), item))
            .collect();
        if let Some(components) = &mut document.components
            && let Some(RefOr::T(Schema::OneOf(facts))) = components.schemas.get_mut("Fact_SentWho")
        {
            facts.items.iter_mut().for_each(strict);
        }
        document
    }

    /// Says of a fact that is sent what does not hold for one that is answered: nothing may be added, and texts have limits.
    fn strict(fact: &mut RefOr<Schema>) {
        let RefOr::T(Schema::Object(fact)) = fact else { return };
        fact.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        for (name, part) in &mut fact.properties {
            match part {
                RefOr::T(Schema::Array(list)) => list.max_items = Some(MOST_RIGHTS),
                RefOr::T(Schema::Object(text)) if text.enum_values.is_none() && text.format.is_none() => {
                    let is_text = text.schema_type == SchemaType::Type(Type::String);
                    let most = if name == "username" { LONGEST_USERNAME } else { LONGEST_NAME };
                    text.max_length = is_text.then_some(most);
                }
                _ => {}
            }
        }
    }
}

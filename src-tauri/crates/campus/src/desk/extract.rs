//! What handlers are given: who asks, what was sent, which request is meant.

use super::problem::{DeskProblem, FieldError};
use super::record;
use crate::scim::Reader;
use crate::site::{DESK_SCOPE, Shared};
use accounts::Me;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::Value;

/// Somebody who is signed in, for the desk too. The provisioning side is nobody and is turned away.
pub(super) struct Asker(pub(super) Me);

impl FromRequestParts<Shared> for Asker {
    type Rejection = DeskProblem;

    async fn from_request_parts(parts: &mut Parts, campus: &Shared) -> Result<Self, DeskProblem> {
        match Reader::identify(campus, &parts.headers, DESK_SCOPE).await? {
            Reader::Person(me) => Ok(Self(*me)),
            Reader::Provisioning => {
                Err(DeskProblem::forbidden("not-a-person", "Requests are people's. This token is nobody's."))
            }
        }
    }
}

/// The JSON in the body.
pub(super) struct Sent(pub(super) Value);

impl FromRequest<Shared> for Sent {
    type Rejection = DeskProblem;

    async fn from_request(request: Request, campus: &Shared) -> Result<Self, DeskProblem> {
        if !is_json(request.headers()) {
            return Err(DeskProblem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "Bodies have to be application/json.",
            ));
        }
        let body = Bytes::from_request(request, campus).await.map_err(|refused| {
            if refused.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                DeskProblem::too_large("The body is larger than 1 MiB.")
            } else {
                DeskProblem::not_json()
            }
        })?;
        serde_json::from_slice(&body).map(Self).map_err(|_| DeskProblem::not_json())
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The number in the address of a request.
pub(super) struct Numbered(pub(super) i64);

impl FromRequestParts<Shared> for Numbered {
    type Rejection = DeskProblem;

    async fn from_request_parts(parts: &mut Parts, campus: &Shared) -> Result<Self, DeskProblem> {
        let Path(id) = Path::<String>::from_request_parts(parts, campus)
            .await
            .map_err(|_| DeskProblem::no_such_request())?;
        record::number(&id).map(Self).ok_or_else(DeskProblem::no_such_request)
    }
}

/// Parameters after the question mark. Those that the desk does not know are passed over.
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Parameters {
    pub(super) fn of(query: Option<&str>) -> Self {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        Self { pairs, errors: Vec::new() }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of `name` as `read` understands it. What it does not understand is told by [`Parameters::end`].
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.text(name)?);
        if value.is_none() {
            let error =
                FieldError { field: name.to_owned(), code: "not-understood", detail: expected.to_owned() };
            self.errors.push(error);
        }
        value
    }

    pub(super) fn end(self) -> Result<(), DeskProblem> {
        if self.errors.is_empty() { Ok(()) } else { Err(DeskProblem::invalid(self.errors)) }
    }
}

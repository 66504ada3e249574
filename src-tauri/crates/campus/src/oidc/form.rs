//! Parameters of a query or a form, each at most once (RFC 6749 section 3.1).

use super::answer::{OauthError, error};
use crate::site::CLIENT_ID;
use axum::http::{HeaderMap, header};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, String>,
    repeated: Vec<String>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded` text. A parameter without a value counts as left out.
    pub(crate) fn read(text: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(text) {
            if value.is_empty() {
                continue;
            }
            if form.values.insert(name.to_string(), value.into_owned()).is_some() {
                form.repeated.push(name.into_owned());
            }
        }
        form
    }

    /// Reads the body of a request to a token endpoint: a form, from our one public client.
    pub(super) fn of_client(headers: &HeaderMap, body: &[u8]) -> Result<Self, OauthError> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(error("invalid_request", "The body has to be a form."));
        }
        let form = Self::read(body);
        if !form.repeated.is_empty() {
            return Err(error("invalid_request", "A parameter is repeated."));
        }
        if headers.contains_key(header::AUTHORIZATION) || form.get("client_secret").is_some() {
            return Err(error("invalid_client", "This client is public and has no secret."));
        }
        match form.get("client_id") {
            Some(CLIENT_ID) => Ok(form),
            Some(_) => Err(error("invalid_client", "The client is not known here.")),
            None => Err(error("invalid_request", "client_id is missing.")),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(super) fn need(&self, name: &str, missing: &'static str) -> Result<&str, OauthError> {
        self.get(name).ok_or(error("invalid_request", missing))
    }

    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    pub(crate) fn repeats(&self) -> bool {
        !self.repeated.is_empty()
    }
}

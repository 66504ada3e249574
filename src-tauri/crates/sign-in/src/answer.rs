//! The token endpoint's answer (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3).

use crate::{
    error::Error,
    secret::{Secret, Tokens},
};
use jiff::{SignedDuration, Timestamp};
use oauth2::{
    EndpointNotSet, ExtraTokenFields, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};

/// Longest lifetime that is believed, in seconds.
const LONGEST_LIFE: u64 = 366 * 24 * 60 * 60;

/// The id_token as it came: it is parsed where it is verified, so that a refresh does not depend on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct IdTokenField {
    #[serde(default)]
    pub(crate) id_token: Option<serde_json::Value>,
}

impl ExtraTokenFields for IdTokenField {}

pub(crate) type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;

/// An OAuth client whose token answers carry an id_token.
pub(crate) type Client<Authorization = EndpointNotSet, Token = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorization,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// Takes the tokens out of an answer.
///
/// # Errors
/// [`Error::NotUsable`] for a token that is not a bearer token or cannot stand in a header.
pub(crate) fn tokens(answer: &TokenAnswer, now: Timestamp) -> Result<Tokens, Error> {
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(Error::not_usable("the access token is not a bearer token"));
    }
    let access = Secret::new(answer.access_token().secret().clone());
    if !access.is_sendable() {
        return Err(Error::not_usable("the access token cannot stand in a header"));
    }
    let life = answer.expires_in().map(|life| life.as_secs().min(LONGEST_LIFE));
    Ok(Tokens {
        access,
        access_until: life.and_then(|seconds| {
            now.checked_add(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))).ok()
        }),
        refresh: answer
            .refresh_token()
            .map(|refresh| Secret::new(refresh.secret().clone()))
            .filter(|refresh| !refresh.expose().is_empty()),
    })
}

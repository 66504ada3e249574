//! One refresh (RFC 6749 section 6), and what its outcome means for the sign-in.

use crate::{
    answer,
    discovery::Endpoints,
    door::{Door, Fault},
    error::{Error, RefreshError, is_profile_fault},
    provider::Provider,
    secret::{Secret, Tokens},
};
use jiff::Timestamp;
use oauth2::{RefreshToken, RequestTokenError, basic::BasicErrorResponse};
use web::Web;

/// Trades the refresh token for new tokens. An answer without a refresh token keeps the old one.
pub(crate) async fn refresh(
    web: &Web,
    provider: &Provider,
    endpoints: &Endpoints,
    refresh: &Secret,
    now: Timestamp,
) -> Result<Tokens, RefreshError> {
    let client = endpoints.client(provider);
    let token = RefreshToken::new(refresh.expose().to_owned());
    let mut request = client.exchange_refresh_token(&token);
    if let Some(resource) = &provider.resource {
        request = request.add_extra_param("resource", resource);
    }
    let answer = request.request_async(&Door(web)).await.map_err(meaning)?;
    let mut tokens = answer::tokens(&answer, now)?;
    tokens.refresh.get_or_insert_with(|| refresh.clone());
    Ok(tokens)
}

/// Only a clear "no" ends the sign-in; whatever else comes, the token is kept.
fn meaning(error: RequestTokenError<Fault, BasicErrorResponse>) -> RefreshError {
    match error {
        RequestTokenError::Request(Fault::Status(400 | 401)) => RefreshError::SignedOut,
        RequestTokenError::Request(fault) => Error::from(fault).into(),
        RequestTokenError::ServerResponse(refusal) => match refusal.error().as_ref() {
            "invalid_grant" | "login_required" | "interaction_required" | "consent_required" => {
                RefreshError::SignedOut
            }
            code if is_profile_fault(code) => RefreshError::ProfileFault { code: code.into() },
            code => RefreshError::Later { retry_after: None, message: code.into() },
        },
        // 200 with a body that is no token answer. The old token may have been used up; the next try tells.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            RefreshError::NotUsable("it is no token answer".into())
        }
    }
}

//! Where the provider's endpoints are (OpenID Connect Discovery 1.0, RFC 8414, RFC 8628 section 4).

use crate::{answer::Client, door::Door, error::Error, provider::Provider};
use oauth2::{AuthUrl, EndpointSet, TokenUrl};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, IssuerUrl, JsonWebKeySet, JsonWebKeySetUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;
use web::{Web, usable_address};

/// What the library does not read of its own accord.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Extra {
    #[serde(default)]
    device_authorization_endpoint: Option<Url>,
    #[serde(default)]
    revocation_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    /// A list of texts, as far as it is one: it is only advice.
    #[serde(default)]
    prompt_values_supported: serde_json::Value,
}

impl Extra {
    fn prompts(&self) -> Option<Vec<String>> {
        let listed = self.prompt_values_supported.as_array()?;
        Some(listed.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect())
    }
}

impl AdditionalProviderMetadata for Extra {}

type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The provider's endpoints, without its keys: enough for a refresh.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    pub(crate) issuer: IssuerUrl,
    pub(crate) authorization: AuthUrl,
    pub(crate) token: TokenUrl,
    pub(crate) keys: JsonWebKeySetUrl,
    pub(crate) device: Option<Url>,
    pub(crate) userinfo: Option<Url>,
    pub(crate) revocation: Option<Url>,
    /// Whether an authorization response must carry `iss` (RFC 9207 section 2.4).
    pub(crate) names_itself: bool,
    /// The `prompt` values that it knows, where it lists them (Initiating User Registration via OpenID Connect 1.0
    /// section 3).
    pub(crate) prompts: Option<Vec<String>>,
}

/// A provider whose endpoints and keys are known.
#[derive(Debug, Clone)]
pub struct Discovered {
    pub(crate) provider: Provider,
    pub(crate) endpoints: Endpoints,
    pub(crate) keys: CoreJsonWebKeySet,
}

impl Discovered {
    /// Whether sign-in with a code may be offered: the profile allows it and the provider lists it.
    pub fn offers_device_code(&self) -> bool {
        self.provider.device_code && self.endpoints.device.is_some()
    }
}

/// Asks the provider where its endpoints are, and for its keys.
///
/// # Errors
/// [`Error::ProfileFault`] where the issuer is no https address (or http on this computer), or differs from the one that
/// the document states by a last slash alone,
/// [`Error::NotUsable`] where the document is not this issuer's, misses an endpoint or names one that may not be
/// spoken to; otherwise what went wrong on the way.
pub async fn discover(web: &Web, provider: &Provider) -> Result<Discovered, Error> {
    let endpoints = endpoints(web, provider).await?;
    let keys = keys(web, &endpoints).await?;
    Ok(Discovered { provider: provider.clone(), endpoints, keys })
}

pub(crate) async fn endpoints(web: &Web, provider: &Provider) -> Result<Endpoints, Error> {
    let unusable = || Error::profile("issuer");
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| unusable())?;
    let plain = issuer.url().query().is_none() && issuer.url().fragment().is_none();
    if !plain || !usable_address(issuer.url()) {
        return Err(unusable());
    }
    if provider.client_id.is_empty() {
        return Err(Error::profile("client-id"));
    }
    let address = issuer.join(".well-known/openid-configuration").map_err(|_| unusable())?;
    let answer = Door(web).get(address).await?;
    let metadata: Metadata = serde_json::from_slice(&answer.body).map_err(|error| {
        // The library's own words may repeat the document: only the place is told.
        Error::NotUsable(format!(
            "the discovery document cannot be read (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    if *metadata.issuer() != issuer {
        // The commonest slip in a profile. It is named and not passed over: every later answer is held to the issuer
        // character by character.
        let bare = |issuer: &str| issuer.strip_suffix('/').unwrap_or(issuer).to_owned();
        let stated = metadata.issuer().as_str();
        if bare(stated) == bare(issuer.as_str()) {
            return Err(Error::ProfileFault {
                code: format!("issuer, which the provider states as {stated}"),
            });
        }
        return Err(Error::not_usable("the discovery document is another issuer's"));
    }
    read(&metadata, issuer)
}

fn read(metadata: &Metadata, issuer: IssuerUrl) -> Result<Endpoints, Error> {
    let token = metadata.token_endpoint().ok_or_else(|| Error::not_usable("no token endpoint is listed"))?;
    let extra = metadata.additional_metadata();
    let endpoints = Endpoints {
        issuer,
        authorization: metadata.authorization_endpoint().clone(),
        token: token.clone(),
        keys: metadata.jwks_uri().clone(),
        device: extra.device_authorization_endpoint.clone(),
        userinfo: metadata.userinfo_endpoint().map(|endpoint| endpoint.url().clone()),
        revocation: extra.revocation_endpoint.clone(),
        names_itself: extra.authorization_response_iss_parameter_supported,
        prompts: extra.prompts(),
    };
    let named = [
        ("authorization", Some(endpoints.authorization.url())),
        ("token", Some(endpoints.token.url())),
        ("keys", Some(endpoints.keys.url())),
        ("device authorization", endpoints.device.as_ref()),
        ("userinfo", endpoints.userinfo.as_ref()),
        ("revocation", endpoints.revocation.as_ref()),
    ];
    for (name, address) in named {
        if address.is_some_and(|address| !usable_address(address)) {
            return Err(Error::NotUsable(format!(
                "the {name} endpoint is neither https nor on this computer"
            )));
        }
    }
    Ok(endpoints)
}

/// Fetches the provider's keys. They are asked for again when an id_token names an unknown one.
pub(crate) async fn keys(web: &Web, endpoints: &Endpoints) -> Result<CoreJsonWebKeySet, Error> {
    JsonWebKeySet::fetch_async(&endpoints.keys, &Door(web)).await.map_err(|error| match error {
        DiscoveryError::Request(fault) => fault.into(),
        _ => Error::not_usable("the provider's keys cannot be read"),
    })
}

impl Endpoints {
    /// A public client at the token endpoint.
    pub(crate) fn client(&self, provider: &Provider) -> Client<EndpointSet, EndpointSet> {
        Client::new(provider.client())
            .set_auth_uri(self.authorization.clone())
            .set_token_uri(self.token.clone())
            .set_auth_type(oauth2::AuthType::RequestBody)
    }
}

//! Who signed in: the verified id_token, and what userinfo adds to it.

use crate::{
    answer::{self, TokenAnswer},
    discovery::{Discovered, keys},
    door::{Door, Fault},
    error::Error,
    secret::{Secret, Tokens},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use oauth2::{TokenResponse, http};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, str::FromStr};
use url::Url;
use web::Web;

/// How far this computer's clock and the provider's may differ, in seconds.
const TOLERANCE: i64 = 5 * 60;
/// Longest subject identifier, in bytes (OpenID Connect Core section 2, `sub`).
const LONGEST_SUBJECT: usize = 255;
/// Largest single claim that is kept, in bytes of JSON. Group lists are the largest.
const LARGEST_CLAIM: usize = 16 * 1024;
/// Largest sum of the claims that are kept, in bytes of JSON.
const LARGEST_CLAIMS: usize = 64 * 1024;
/// Claims of one token and not of a person.
const OF_THE_TOKEN: &[&str] =
    &["nonce", "at_hash", "c_hash", "s_hash", "exp", "iat", "nbf", "jti", "aud", "azp", "sid", "auth_time"];

/// A person (or a secondary account) at a provider. `issuer` and `subject` together never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// Opaque: never a user name.
    pub subject: String,
    /// Claims about the person from the id_token and from userinfo; where both have one, the signed one. Claims
    /// about the token itself are left out, and so are claims beyond a few kilobytes.
    pub claims: Map<String, Value>,
    /// Of the claims, those that userinfo alone says. `None` where the provider lists userinfo and it could not be read: a
    /// claim that is absent may be there.
    pub from_userinfo: Option<BTreeSet<String>>,
}

/// A finished sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub tokens: Tokens,
    pub identity: Identity,
}

/// Lets a sign-in pass only if it is the expected person's.
///
/// # Errors
/// [`Error::SomebodyElse`]; the tokens are dropped with the argument.
pub fn expect_subject(signed_in: SignedIn, issuer: &str, subject: &str) -> Result<SignedIn, Error> {
    let Identity { issuer: at, subject: who, .. } = &signed_in.identity;
    if at == issuer && who == subject { Ok(signed_in) } else { Err(Error::SomebodyElse) }
}

/// Checks a token answer and reads who signed in.
///
/// # Errors
/// [`Error::NotUsable`] where anything but the time is wrong with the id_token, [`Error::Clock`] where only the
/// time is, and what goes wrong at userinfo.
pub(crate) async fn check(
    web: &Web,
    discovered: &Discovered,
    answer: &TokenAnswer,
    nonce: Option<&Nonce>,
    now: fn() -> Timestamp,
) -> Result<SignedIn, Error> {
    let tokens = answer::tokens(answer, now())?;
    let Some(Value::String(text)) = &answer.extra_fields().id_token else {
        return Err(Error::not_usable("the token endpoint gave no id_token"));
    };
    let token = CoreIdToken::from_str(text).map_err(|_| Error::not_usable("the id_token cannot be read"))?;
    let known = verify(discovered, &discovered.keys, &token, answer, nonce);
    let verified = match known {
        // The provider may have changed its keys since (OpenID Connect Core section 10.1.1).
        Err(Unverified::UnknownKey) => {
            let fresh = keys(web, &discovered.endpoints).await?;
            verify(discovered, &fresh, &token, answer, nonce)
        }
        known => known,
    };
    let claims = verified.map_err(|why| match why {
        Unverified::UnknownKey => Error::not_usable("the id_token is signed with an unknown key"),
        Unverified::Wrong(why) => Error::not_usable(why),
        Unverified::Time => Error::Clock,
    })?;
    in_time(&claims, now())?;

    let subject = claims.subject().as_str().to_owned();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(Error::not_usable("the id_token's subject is empty or too long"));
    }
    let added = match &discovered.endpoints.userinfo {
        Some(address) => userinfo(web, address, &tokens.access, &subject).await?,
        None => Some(Map::new()),
    };
    let (claims, from_userinfo) = merged(added, payload(text)?);
    let issuer = discovered.endpoints.issuer.to_string();
    Ok(SignedIn { tokens, identity: Identity { issuer, subject, claims, from_userinfo } })
}

/// Why an id_token does not count.
enum Unverified {
    UnknownKey,
    Time,
    Wrong(&'static str),
}

/// Everything of OpenID Connect Core section 3.1.3.7 but the time, which comes last so that only an otherwise right
/// token is blamed on a clock.
fn verify(
    discovered: &Discovered,
    keys: &CoreJsonWebKeySet,
    token: &CoreIdToken,
    answer: &TokenAnswer,
    nonce: Option<&Nonce>,
) -> Result<CoreIdTokenClaims, Unverified> {
    let client = discovered.provider.client();
    let issuer = discovered.endpoints.issuer.clone();
    let verifier = CoreIdTokenVerifier::new_public_client(client.clone(), issuer, keys.clone())
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha384,
            CoreJwsSigningAlgorithm::RsaSsaPssSha512,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ])
        // Several audiences are allowed only beside an `azp` that names this client: see below.
        .set_other_audience_verifier_fn(|_| true)
        // The library's clock stands at 1970: the times are checked afterwards, with a tolerance.
        .set_time_fn(Default::default);
    let same_nonce = |given: Option<&Nonce>| match (nonce, given) {
        (None, _) => Ok(()),
        (Some(asked), Some(given)) if Secret::new(asked.secret().clone()).same_as(given.secret()) => Ok(()),
        _ => Err("another nonce".to_owned()),
    };
    let claims = token.claims(&verifier, same_nonce).map_err(|error| unverified(&error))?;
    match claims.authorized_party() {
        Some(party) if *party != client => {
            return Err(Unverified::Wrong("the id_token is for another client"));
        }
        None if claims.audiences().len() > 1 => {
            return Err(Unverified::Wrong("the id_token is for several clients and names none"));
        }
        _ => {}
    }
    if let Some(expected) = claims.access_token_hash() {
        let hash =
            token.signing_alg().ok().zip(token.signing_key(&verifier).ok()).and_then(|(algorithm, key)| {
                AccessTokenHash::from_token(answer.access_token(), algorithm, key).ok()
            });
        if hash.as_ref() != Some(expected) {
            return Err(Unverified::Wrong("the id_token belongs to another access token"));
        }
    }
    Ok(claims.clone())
}

fn unverified(error: &ClaimsVerificationError) -> Unverified {
    match error {
        ClaimsVerificationError::Expired(_) => Unverified::Time,
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Unverified::UnknownKey
        }
        ClaimsVerificationError::SignatureVerification(_) => {
            Unverified::Wrong("the id_token is not signed by the provider")
        }
        ClaimsVerificationError::InvalidAudience(_) => {
            Unverified::Wrong("the id_token is for another client")
        }
        ClaimsVerificationError::InvalidIssuer(_) => Unverified::Wrong("the id_token is another issuer's"),
        ClaimsVerificationError::InvalidNonce(_) => Unverified::Wrong("the id_token answers another sign-in"),
        _ => Unverified::Wrong("the id_token is of an unknown kind"),
    }
}

/// The id_token has just been made: if it is not valid now, one of two clocks is wrong.
fn in_time(claims: &CoreIdTokenClaims, now: Timestamp) -> Result<(), Error> {
    let now = now.as_second();
    let over = now >= claims.expiration().timestamp().saturating_add(TOLERANCE);
    let not_yet = claims.issue_time().timestamp() > now.saturating_add(TOLERANCE);
    if over || not_yet { Err(Error::Clock) } else { Ok(()) }
}

/// Asks who the access token belongs to (OpenID Connect Core section 5.3).
///
/// An access token for another API is refused there, some providers list an address at which there is nothing, and a signed
/// answer is none that was asked for: all of them leave the id_token's claims alone. `None` then: what it says is not known.
async fn userinfo(
    web: &Web,
    address: &Url,
    access: &Secret,
    subject: &str,
) -> Result<Option<Map<String, Value>>, Error> {
    let unreadable = || Error::not_usable("userinfo cannot be read");
    let mut bearer =
        http::HeaderValue::from_str(&format!("Bearer {}", access.expose())).map_err(|_| unreadable())?;
    bearer.set_sensitive(true);
    let mut request = web.get(address.clone());
    request.headers_mut().insert(http::header::AUTHORIZATION, bearer);
    request.headers_mut().insert(http::header::ACCEPT, http::HeaderValue::from_static("application/json"));
    let answer = match Door(web).send(request).await {
        Ok(answer) if answer.is_ok() => answer,
        // An error that OAuth knows.
        Ok(_) => return Ok(None),
        // Said with a page or without: servers have pages for all of these.
        Err(fault @ (Fault::Status(status) | Fault::Page { status }))
            if matches!(status, 400 | 401 | 403 | 404 | 405 | 410) =>
        {
            tracing::info!(%fault, status, "userinfo could not be read");
            return Ok(None);
        }
        Err(fault) => return Err(fault.into()),
    };
    let kind = answer.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/jwt")) {
        return Ok(None);
    }
    let claims: Map<String, Value> = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(Error::not_usable("userinfo is about somebody else"));
    }
    Ok(Some(claims))
}

/// What both say about the person, where both have a claim the `signed` one; and which of it userinfo `added`, if that is known.
fn merged(
    added: Option<Map<String, Value>>,
    signed: Map<String, Value>,
) -> (Map<String, Value>, Option<BTreeSet<String>>) {
    let names = |added: &Map<String, Value>| {
        added.keys().filter(|name| !signed.contains_key(*name)).cloned().collect::<BTreeSet<_>>()
    };
    let from_userinfo = added.as_ref().map(names);
    let mut all = added.unwrap_or_default();
    all.extend(signed);
    let claims = about_the_person(all);
    let from_userinfo =
        from_userinfo.map(|names| names.into_iter().filter(|name| claims.contains_key(name)).collect());
    (claims, from_userinfo)
}

/// The claims of a verified id_token, also those that the library has no names for.
fn payload(token: &str) -> Result<Map<String, Value>, Error> {
    let middle = token.split('.').nth(1).unwrap_or_default();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(middle).unwrap_or_default();
    serde_json::from_slice(&bytes).map_err(|_| Error::not_usable("the id_token cannot be read"))
}

fn about_the_person(claims: Map<String, Value>) -> Map<String, Value> {
    let mut room = LARGEST_CLAIMS;
    claims
        .into_iter()
        .filter(|(name, value)| {
            let size = name.len().saturating_add(value.to_string().len());
            let keep = !OF_THE_TOKEN.contains(&name.as_str()) && size <= LARGEST_CLAIM && size <= room;
            if keep {
                room -= size;
            }
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_stay_small_and_about_the_person() {
        let Value::Object(claims) = json!({
            "sub": "s", "nonce": "n", "groups": "g".repeat(LARGEST_CLAIM), "name": "Jo Ferrand", "exp": 1
        }) else {
            panic!("an object")
        };
        let kept = about_the_person(claims);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["name", "sub"]);
    }

    #[test]
    fn the_sum_of_the_claims_is_capped() {
        let many = (0..100).map(|n| (format!("claim{n:03}"), json!("x".repeat(4000)))).collect();
        let kept: usize =
            about_the_person(many).iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
        assert!(kept <= LARGEST_CLAIMS && kept > LARGEST_CLAIMS / 2, "{kept}");
    }

    #[test]
    fn somebody_else_is_refused() {
        let signed_in = || SignedIn {
            tokens: Tokens { access: Secret::new("a".into()), access_until: None, refresh: None },
            identity: Identity {
                issuer: "https://id.example.edu".into(),
                subject: "jo".into(),
                claims: Map::new(),
                from_userinfo: None,
            },
        };
        assert!(expect_subject(signed_in(), "https://id.example.edu", "jo").is_ok());
        assert_eq!(expect_subject(signed_in(), "https://id.example.edu", "sam"), Err(Error::SomebodyElse));
        assert_eq!(expect_subject(signed_in(), "https://other.example.edu", "jo"), Err(Error::SomebodyElse));
    }
}

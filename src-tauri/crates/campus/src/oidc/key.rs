//! The key that signs id_tokens: RSA 2048, made once per data folder.

use crate::database;
use crate::problem::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;

const BITS: usize = 2048;

pub(crate) struct SigningKey {
    private: RsaPrivateKey,
    /// JWK thumbprint (RFC 7638), so that a new key has a new name.
    id: String,
}

impl SigningKey {
    /// The key kept in the database, made where there is none.
    pub(crate) async fn open(db: &SqlitePool) -> Result<Self, Problem> {
        if let Some(pem) = database::setting(db, "signing-key").await? {
            let private =
                RsaPrivateKey::from_pkcs8_pem(&pem).map_err(|problem| Problem::Key(problem.to_string()))?;
            return Ok(Self::of(private));
        }
        let made = tokio::task::spawn_blocking(|| RsaPrivateKey::new(&mut rand::rngs::OsRng, BITS)).await;
        let private = made
            .map_err(|problem| Problem::Key(problem.to_string()))?
            .map_err(|problem| Problem::Key(problem.to_string()))?;
        let pem =
            private.to_pkcs8_pem(LineEnding::LF).map_err(|problem| Problem::Key(problem.to_string()))?;
        database::keep(db, "signing-key", &pem).await?;
        Ok(Self::of(private))
    }

    fn of(private: RsaPrivateKey) -> Self {
        let (n, e) = parts(&private);
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)));
        Self { private, id }
    }

    /// The public half as a JWK (RFC 7517).
    pub(crate) fn public(&self) -> Value {
        let (n, e) = parts(&self.private);
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e})
    }

    /// The claims as a JWT signed with RS256 (RFC 7515).
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, rsa::Error> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.id});
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let digest = Sha256::digest(signed.as_bytes());
        let signature = self.private.sign(Pkcs1v15Sign::new::<Sha256>(), &digest)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Modulus and exponent as a JWK writes them (RFC 7518 section 6.3.1).
fn parts(key: &RsaPrivateKey) -> (String, String) {
    (URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()), URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()))
}

//! Refresh tokens: each is used once, and using one twice ends the sign-in (RFC 9700 section 4.14.2).

use super::answer::{OauthError, error};
use super::authorize::granted_scope;
use super::form::Form;
use super::grants::{family, revoke_family};
use super::token::tokens;
use crate::secret;
use crate::site::Campus;
use serde_json::Value;
use sqlx::Row;

const ENDED: OauthError =
    error("invalid_grant", "The refresh token is not known, too old, used before, or revoked.");

pub(super) async fn by_refresh_token(campus: &Campus, form: &Form) -> Result<Value, OauthError> {
    let digest = secret::digest(form.need("refresh_token", "refresh_token is missing.")?);
    let now = campus.clock.seconds();
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT family, expires, used FROM token WHERE digest = ? AND use = 'refresh'")
        .bind(&digest)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(ENDED)?;
    let family_id: String = row.try_get(0)?;
    if row.try_get::<bool, _>(2)? {
        revoke_family(&mut transaction, &family_id).await?;
        transaction.commit().await?;
        return Err(ENDED);
    }
    if row.try_get::<i64, _>(1)? <= now {
        return Err(ENDED);
    }
    let family = family(&mut transaction, &family_id).await?.ok_or(ENDED)?;
    if let Some(asked) = form.get("scope") {
        let wider = asked.split(' ').any(|word| !family.allows(word));
        if wider || granted_scope(asked).is_none() {
            return Err(error("invalid_scope", "A refresh cannot ask for more than was granted."));
        }
    }
    sqlx::query("UPDATE token SET used = 1 WHERE digest = ?")
        .bind(&digest)
        .execute(&mut *transaction)
        .await?;
    let answer = tokens(campus, &mut transaction, &family, None, now).await?;
    transaction.commit().await?;
    Ok(answer)
}

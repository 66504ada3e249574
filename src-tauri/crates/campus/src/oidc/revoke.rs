//! `/revoke` (RFC 7009): a refresh token takes its whole sign-in with it, an access token only itself.

use super::answer::OauthError;
use super::form::Form;
use super::grants::revoke_family;
use crate::secret;
use crate::site::Shared;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sqlx::Row;

pub(super) async fn asked(
    State(campus): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, OauthError> {
    let form = Form::of_client(&headers, &body)?;
    let digest = secret::digest(form.need("token", "token is missing.")?);
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT use, family FROM token WHERE digest = ?")
        .bind(&digest)
        .fetch_optional(&mut *transaction)
        .await?;
    if let Some(row) = row {
        if row.try_get::<String, _>(0)? == "refresh" {
            revoke_family(&mut transaction, row.try_get(1)?).await?;
        } else {
            sqlx::query("DELETE FROM token WHERE digest = ?")
                .bind(&digest)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    // An unknown token is answered the same (section 2.2): it is not valid, which is what was asked for.
    Ok(StatusCode::OK)
}

//! What a sign-in leaves in the database: the open request, the code, and the family of tokens that stem from it.

use super::redirect::Redirect;
use crate::secret;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};

/// How long a login page waits for its answer, in seconds.
const PENDING_SECONDS: i64 = 15 * 60;
/// How long a code can be exchanged, in seconds.
const CODE_SECONDS: i64 = 60;
/// How long a refresh token can be used, in seconds.
pub(super) const REFRESH_SECONDS: i64 = 30 * 24 * 3600;

/// An authorization request that waits for somebody to sign in.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) redirect: Redirect,
    pub(super) state: Option<String>,
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
}

/// One sign-in: everything that was issued from it lives and ends together.
#[derive(Debug, Clone)]
pub(super) struct Family {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) scope: String,
    /// Seconds since 1970.
    pub(super) auth_time: i64,
}

impl Family {
    pub(super) fn allows(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|word| word == scope)
    }
}

impl Pending {
    /// Keeps the request and answers the handle that its login page carries.
    pub(super) async fn keep(&self, db: &SqlitePool, now: i64) -> Result<String, sqlx::Error> {
        let handle = secret::random();
        sqlx::query("DELETE FROM pending WHERE expires <= ?").bind(now).execute(db).await?;
        sqlx::query(
            "INSERT INTO pending (handle, redirect_uri, state, scope, nonce, challenge, expires) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(secret::digest(&handle))
        .bind(self.redirect.as_str())
        .bind(self.state.as_deref())
        .bind(&self.scope)
        .bind(self.nonce.as_deref())
        .bind(&self.challenge)
        .bind(now + PENDING_SECONDS)
        .execute(db)
        .await?;
        Ok(handle)
    }

    /// Takes the request behind `handle`, which no second answer can take.
    pub(super) async fn take(db: &SqlitePool, handle: &str, now: i64) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query(
            "DELETE FROM pending WHERE handle = ? AND expires > ? RETURNING redirect_uri, state, scope, nonce, challenge",
        )
        .bind(secret::digest(handle))
        .bind(now)
        .fetch_optional(db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let Some(redirect) = Redirect::parse(row.try_get(0)?) else { return Ok(None) };
        Ok(Some(Self {
            redirect,
            state: row.try_get(1)?,
            scope: row.try_get(2)?,
            nonce: row.try_get(3)?,
            challenge: row.try_get(4)?,
        }))
    }
}

/// Begins a family for `subject`, who signed in just now.
pub(super) async fn begin_family(
    connection: &mut SqliteConnection,
    subject: &str,
    scope: &str,
    now: i64,
) -> Result<String, sqlx::Error> {
    let id = secret::random();
    sqlx::query("INSERT INTO family (id, subject, scope, auth_time) VALUES (?, ?, ?, ?)")
        .bind(&id)
        .bind(subject)
        .bind(scope)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Makes the code for a request that `subject` answered.
pub(super) async fn issue_code(
    db: &SqlitePool,
    pending: &Pending,
    subject: &str,
    now: i64,
) -> Result<String, sqlx::Error> {
    let code = secret::random();
    let mut transaction = db.begin_with("BEGIN IMMEDIATE").await?;
    let family = begin_family(&mut transaction, subject, &pending.scope, now).await?;
    sqlx::query("INSERT INTO code (digest, family, redirect_uri, challenge, nonce, expires) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(secret::digest(&code))
        .bind(family)
        .bind(pending.redirect.as_str())
        .bind(&pending.challenge)
        .bind(pending.nonce.as_deref())
        .bind(now + CODE_SECONDS)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(code)
}

/// Makes a token of the family and answers it. `life` in seconds.
pub(super) async fn issue_token(
    connection: &mut SqliteConnection,
    family: &Family,
    purpose: &'static str,
    now: i64,
    life: i64,
) -> Result<String, sqlx::Error> {
    let token = secret::random();
    sqlx::query("INSERT INTO token (digest, use, family, expires) VALUES (?, ?, ?, ?)")
        .bind(secret::digest(&token))
        .bind(purpose)
        .bind(&family.id)
        .bind(now + life)
        .execute(connection)
        .await?;
    Ok(token)
}

/// The family, unless it was revoked.
pub(super) async fn family(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Family>, sqlx::Error> {
    sqlx::query("SELECT id, subject, scope, auth_time FROM family WHERE id = ? AND revoked = 0")
        .bind(id)
        .fetch_optional(connection)
        .await?
        .map(|row| family_of(&row))
        .transpose()
}

/// The family of a row that begins with id, subject, scope and auth_time.
pub(super) fn family_of(row: &SqliteRow) -> Result<Family, sqlx::Error> {
    Ok(Family {
        id: row.try_get(0)?,
        subject: row.try_get(1)?,
        scope: row.try_get(2)?,
        auth_time: row.try_get(3)?,
    })
}

/// Ends everything that stems from one sign-in.
pub(super) async fn revoke_family(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE family SET revoked = 1 WHERE id = ?").bind(id).execute(connection).await?;
    Ok(())
}

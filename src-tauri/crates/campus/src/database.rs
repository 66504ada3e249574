//! The one file in which the campus keeps everything.

use crate::problem::Problem;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlitePool};
use std::path::Path;
use std::time::Duration;

/// What each version of the file adds to the one before. The file's `user_version` says how many of them it has.
///
/// The second was a desk that knew one kind of request. The third makes it anew, so that nothing is left to do for it.
const STEPS: [&str; 6] = [
    include_str!("schema.sql"),
    "SELECT 1",
    include_str!("desk/schema.sql"),
    include_str!("desk/messages.sql"),
    include_str!("desk/accepted.sql"),
    include_str!("desk/again.sql"),
];

/// Opens `campus.db` in `folder`, made with its tables where it is missing.
pub(crate) async fn open(folder: &Path) -> Result<SqlitePool, Problem> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("campus.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "memory")
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(200);
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
    let found: i64 = sqlx::query("PRAGMA user_version").fetch_one(&pool).await?.try_get(0)?;
    let Some(missing) = usize::try_from(found).ok().and_then(|found| STEPS.get(found..)) else {
        let known = STEPS.len();
        let cause =
            std::io::Error::other(format!("campus.db has version {found}, this program reads {known}"));
        return Err(Problem::Folder { folder: folder.display().to_string(), cause });
    };
    if !missing.is_empty() {
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        for step in missing {
            sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        }
        let version = format!("PRAGMA user_version = {}", STEPS.len());
        sqlx::raw_sql(sqlx::AssertSqlSafe(version)).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(pool)
}

/// The value kept under `name`.
pub(crate) async fn setting(db: &SqlitePool, name: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("SELECT value FROM setting WHERE name = ?").bind(name).fetch_optional(db).await?;
    row.map(|row| row.try_get(0)).transpose()
}

pub(crate) async fn keep(db: &SqlitePool, name: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(db)
        .await?;
    Ok(())
}

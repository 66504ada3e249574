//! The one file in which the campus keeps everything.

use crate::problem::Problem;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlitePool};
use std::path::Path;
use std::time::Duration;

/// Version of `schema.sql`, kept in the file's `user_version`.
const VERSION: i64 = 1;

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
    match found {
        VERSION => {}
        0 => {
            let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::raw_sql(include_str!("schema.sql")).execute(&mut *transaction).await?;
            sqlx::raw_sql("PRAGMA user_version = 1").execute(&mut *transaction).await?;
            transaction.commit().await?;
        }
        other => {
            let cause =
                std::io::Error::other(format!("campus.db has version {other}, this program reads {VERSION}"));
            return Err(Problem::Folder { folder: folder.display().to_string(), cause });
        }
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

//! The invented people and accounts that a new data folder is filled with.
//!
//! The same seed and day give the same identifiers, names, dates and sizes.

mod accounts;
mod boulder;
mod dice;
mod generate;
mod oxford;
mod people;
mod rows;

pub(crate) use people::unit_codes;

use crate::database;
use crate::institution::{Institution, Style};
use crate::options::Options;
use crate::problem::Problem;
use dice::Dice;
use jiff::Timestamp;
use rows::Writer;
use sqlx::SqlitePool;

/// Fills a new database, and adds generated accounts where fewer than `options.accounts` are there.
pub(crate) async fn fill(
    db: &SqlitePool,
    institution: &Institution,
    options: &Options,
    now: Timestamp,
) -> Result<(), Problem> {
    if database::setting(db, "seeded").await?.is_none() {
        let mut transaction = db.begin_with("BEGIN IMMEDIATE").await?;
        let dice = Dice::new(options.seed, &institution.id);
        let mut writer = Writer::new(institution, dice, now);
        people::write(&mut writer, &mut transaction, institution.style).await?;
        match institution.style {
            Style::Delegation => oxford::write(&mut writer, &mut transaction).await?,
            Style::SharedSignIn => boulder::write(&mut writer, &mut transaction).await?,
        }
        writer.finish(&mut transaction).await?;
        transaction.commit().await?;
        database::keep(db, "seeded", &now.to_string()).await?;
    }
    generate::up_to(db, institution, options, now).await
}

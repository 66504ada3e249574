//! The tables, and how an older store becomes a newer one.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// Every step that ever was, oldest first. Steps are added, never changed.
const STEPS: &[M<'static>] =
    &[M::up(include_str!("schema/0001.sql")), M::up(include_str!("schema/0002.sql"))];

const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// Version of the newest schema that this program knows.
pub(crate) fn newest() -> usize {
    STEPS.len()
}

/// Brings `connection` to the newest schema.
pub(crate) fn bring_up(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    MIGRATIONS.to_latest(connection)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_steps_are_valid_from_an_empty_file() {
        super::MIGRATIONS.validate().unwrap();
    }
}

//! The tables, and how an older store becomes a newer one.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// Every step that ever was, oldest first. Steps are added, never changed.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/0001.sql")),
    M::up(include_str!("schema/0002.sql")),
    M::up(include_str!("schema/0003.sql")),
    M::up(include_str!("schema/0004.sql")),
    M::up(include_str!("schema/0005.sql")),
    M::up(include_str!("schema/0006.sql")),
];

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
    use super::{MIGRATIONS, STEPS};
    use rusqlite::Connection;
    use rusqlite_migration::Migrations;

    #[test]
    fn accounts_of_an_older_store_are_counted() {
        let mut connection = Connection::open_in_memory().unwrap();
        Migrations::from_slice(&STEPS[..1]).to_latest(&mut connection).unwrap();
        for (id, standing) in [("a", 2), ("b", 2), ("c", 8)] {
            connection
                .execute(
                    "INSERT INTO account (id, local_part, kind, standing, section, first_seen, seen_at, body)
                     VALUES (?1, ?1, 'room', ?2, 0, '', '', '{}')",
                    (id, standing),
                )
                .unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        connection.execute("DELETE FROM account WHERE id = 'b'", []).unwrap();
        let counted = |standing: u8| -> i64 {
            let sql = "SELECT accounts FROM tally WHERE kind = 'room' AND standing = ?1";
            connection.query_row(sql, [standing], |row| row.get(0)).unwrap()
        };
        assert_eq!((counted(2), counted(8)), (1, 1), "those that were there, less the one that went");
    }

    #[test]
    fn requests_of_an_older_store_remind_of_their_days() {
        let mut connection = Connection::open_in_memory().unwrap();
        Migrations::from_slice(&STEPS[..4]).to_latest(&mut connection).unwrap();
        let bodies = [
            r#"{"days":{"begins":"2027-03-01","ends":null}}"#,
            r#"{"days":{"begins":null,"ends":"2027-06-30","let_be":true}}"#,
            r#"{"days":{"begins":null,"ends":null}}"#,
            r#"{"note":"before there were days"}"#,
            "not JSON at all",
        ];
        for (id, body) in bodies.iter().enumerate() {
            let sql =
                "INSERT INTO request (id, account, finished, changed_at, body) VALUES (?1, '', 1, '', ?2)";
            connection.execute(sql, (id.to_string(), body)).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let mut statement = connection.prepare("SELECT id FROM request WHERE reminds ORDER BY id").unwrap();
        let found: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(found, ["0", "1"]);
    }

    #[test]
    fn the_steps_are_valid_from_an_empty_file() {
        MIGRATIONS.validate().unwrap();
    }
}

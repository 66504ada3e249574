//! The tables, and how an older store becomes a newer one.

use crate::hay;
use accounts::{Account, Principal};
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookResult, M, Migrations};
use serde::de::DeserializeOwned;
use std::sync::LazyLock;

/// Every step that ever was, oldest first. Steps are added, never changed.
fn steps() -> Vec<M<'static>> {
    vec![
        M::up(include_str!("schema/0001.sql")),
        M::up(include_str!("schema/0002.sql")),
        M::up(include_str!("schema/0003.sql")),
        M::up(include_str!("schema/0004.sql")),
        M::up(include_str!("schema/0005.sql")),
        M::up(include_str!("schema/0006.sql")),
        M::up_with_hook(include_str!("schema/0007.sql"), gather_hay),
    ]
}

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| Migrations::new(steps()));

/// Version of the newest schema that this program knows.
pub(crate) fn newest() -> usize {
    steps().len()
}

/// Brings `connection` to the newest schema.
pub(crate) fn bring_up(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    MIGRATIONS.to_latest(connection)
}

/// Gathers what search looks through out of the accounts and people that are there.
fn gather_hay(transaction: &Transaction<'_>) -> HookResult {
    rewrite(
        transaction,
        "SELECT row, body FROM account",
        "INSERT INTO hay (row, own) VALUES (?1, ?2)",
        |account: &Account| hay::own(account),
    )?;
    rewrite(
        transaction,
        "SELECT row, body FROM person",
        "UPDATE person SET hay = ?2 WHERE row = ?1",
        |person: &Principal| hay::of_person(&person.who),
    )
}

/// Writes for each row what its body comes to. One that cannot be read has nothing by which it is found.
fn rewrite<T: DeserializeOwned>(
    transaction: &Transaction<'_>,
    read: &str,
    write: &str,
    text: impl Fn(&T) -> String,
) -> HookResult {
    let mut statement = transaction.prepare(read)?;
    let mut write = transaction.prepare(write)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(1)?.as_str().unwrap_or_default();
        let text = serde_json::from_str(body).map_or_else(|_| String::new(), |read| text(&read));
        write.execute((row.get::<_, i64>(0)?, text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hay::Hay;

    fn up_to(version: usize, connection: &mut Connection) {
        Migrations::new(steps().into_iter().take(version).collect()).to_latest(connection).unwrap();
    }

    #[test]
    fn accounts_of_an_older_store_are_counted() {
        let mut connection = Connection::open_in_memory().unwrap();
        up_to(1, &mut connection);
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
        up_to(4, &mut connection);
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
    fn what_is_searched_is_gathered_out_of_an_older_store() {
        let mut connection = Connection::open_in_memory().unwrap();
        up_to(6, &mut connection);
        let account = r#"{"id":"a","address":"rocks@earth.example.edu","username":"rocks","displayName":"Zoë’s rocks",
            "kind":"room","unit":{"id":"earth","name":"Earth Sciences"},"owner":null,"access":{"shown":"not-shown"},"state":"active",
            "signIn":null,"size":null,"expires":null,"hiddenFromAddressList":null,"version":"1","lastModified":null}"#;
        let read: Account = serde_json::from_str(account).unwrap();
        for (row, body) in [(1, account), (2, "not JSON at all")] {
            let sql = "INSERT INTO account (row, id, local_part, kind, standing, section, first_seen, seen_at, body)
                VALUES (?1, ?1, 'x', 'room', 2, 0, '', '', ?2)";
            connection.execute(sql, (row, body)).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let hay = Hay::read(&connection).unwrap();
        let found = |word: &str| {
            crate::search::matching(&hay, &[word.to_owned()]).unwrap().iter().collect::<Vec<_>>()
        };
        assert_eq!(read.unit.unwrap().name, "Earth Sciences");
        assert_eq!(found("zoe"), [1]);
        assert_eq!(found("sciences"), [1]);
        assert!(found("json").is_empty());
    }

    #[test]
    fn the_steps_are_valid_from_an_empty_file() {
        MIGRATIONS.validate().unwrap();
    }
}

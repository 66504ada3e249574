//! The tables, and how an older store becomes a newer one.

use crate::hay;
use accounts::{Account, PersonId, Principal};
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookResult, M, Migrations};
use serde::de::DeserializeOwned;
use std::{collections::HashMap, sync::LazyLock};

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

/// Gathers what search looks through out of the accounts and people that are there. What cannot be read has nothing by which
/// it is found.
fn gather_hay(transaction: &Transaction<'_>) -> HookResult {
    // Each account may have another name of the same person.
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut put = transaction.prepare("INSERT INTO hay (row, own) VALUES (?1, ?2)")?;
    each(transaction, "SELECT row, body FROM account", |row, account: Option<Account>| {
        let people = account.iter().flat_map(|account| {
            account.owner.iter().chain(account.access.grants().iter().map(|grant| &grant.to))
        });
        for person in people {
            let known = names.entry(person.who.id.clone()).or_default();
            hay::names(&hay::of_person(&person.who, known)).clone_into(known);
        }
        put.execute((row, account.as_ref().map(hay::own).unwrap_or_default())).map(drop)
    })?;
    let mut put = transaction.prepare("UPDATE person SET hay = ?2 WHERE row = ?1")?;
    each(transaction, "SELECT row, body FROM person", |row, person: Option<Principal>| {
        let Some(Principal { who, .. }) = person else { return Ok(()) };
        let known = names.get(&who.id).map(String::as_str).unwrap_or_default();
        put.execute((row, hay::of_person(&who, known))).map(drop)
    })
}

/// Hands on each row with what its body says.
fn each<T: DeserializeOwned>(
    transaction: &Transaction<'_>,
    sql: &str,
    mut hand_on: impl FnMut(i64, Option<T>) -> rusqlite::Result<()>,
) -> HookResult {
    let mut statement = transaction.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(1)?.as_str().unwrap_or_default();
        hand_on(row.get(0)?, serde_json::from_str(body).ok())?;
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
        let jo = |name: &str| {
            format!(
                r#"{{"kind":"person","id":"p1","name":"{name}","username":"jo01","unit":"Chemistry","leavesOn":null,"hasLeft":false}}"#
            )
        };
        let account = format!(
            r#"{{"id":"a","address":"rocks@earth.example.edu","username":"rocks","displayName":"Zoë’s rocks",
            "kind":"room","unit":{{"id":"earth","name":"Earth Sciences"}},"owner":{},"access":{{"shown":"not-shown"}},"state":"active",
            "signIn":null,"size":null,"expires":null,"hiddenFromAddressList":null,"version":"1","lastModified":null}}"#,
            jo("Jo Before")
        );
        for (row, body) in [(1, account.as_str()), (2, "not JSON at all")] {
            let sql = "INSERT INTO account (row, id, local_part, kind, standing, section, first_seen, seen_at, body)
                VALUES (?1, ?1, 'x', 'room', 2, 0, '', '', ?2)";
            connection.execute(sql, (row, body)).unwrap();
        }
        let sql = "INSERT INTO person (row, id, sort_name, hay, has_left, body) VALUES (7, 'p1', '', 'jo since jo01 chemistry', 0, ?1)";
        connection.execute(sql, [jo("Jo Since")]).unwrap();
        connection.execute("INSERT INTO access VALUES (1, 7, 1, 0, NULL)", []).unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let hay = Hay::read(&connection).unwrap();
        let found = |word: &str| {
            crate::search::matching(&hay, &[word.to_owned()]).unwrap().iter().collect::<Vec<_>>()
        };
        for word in ["zoe", "sciences", "rocks@earth", "before", "since", "jo01", "jo"] {
            assert_eq!(found(word), [1], "{word}");
        }
        for word in ["json", "chemistry"] {
            assert!(found(word).is_empty(), "{word}: the unit of a person is none of the account's");
        }
    }

    #[test]
    fn the_steps_are_valid_from_an_empty_file() {
        MIGRATIONS.validate().unwrap();
    }
}

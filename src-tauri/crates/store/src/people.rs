//! The accounts seen from the side of the people who own or use them.

use crate::{Error, Store, Stored, index, list};
use accounts::{PersonId, Principal, words};
use jiff::{ToSpan, civil::Date};
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PeopleFacet {
    #[default]
    Everyone,
    /// Left, or leaving by the query's horizon.
    Leaving,
    CanSend,
}

/// Which people are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleQuery {
    /// As typed.
    pub text: String,
    pub facet: PeopleFacet,
    /// Last day that counts as "leaving soon".
    pub horizon: Date,
    pub offset: usize,
    pub limit: usize,
}

/// A stretch of the people, and how many there are of each sort.
#[derive(Debug, Clone)]
pub struct PeopleRows {
    pub rows: Vec<FoundPerson>,
    pub total: usize,
    pub counted: Counted,
}

/// How many people there are of each sort, whatever is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub everyone: usize,
    pub leaving: usize,
    pub can_send: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    pub principal: Principal,
    pub owns: usize,
    pub uses: usize,
}

/// One person's accounts, as far as the reader may see them.
#[derive(Debug, Clone)]
pub struct PersonAccounts {
    pub principal: Principal,
    pub owns: Vec<Stored>,
    pub uses: Vec<Stored>,
}

/// Days since 1970-01-01, as dates are kept here.
pub fn day_number(date: Date) -> i32 {
    let since = date.since(jiff::civil::date(1970, 1, 1));
    since.map_or(i32::MAX, |span| span.get_days())
}

const LEAVING: &str =
    "(has_left OR EXISTS (SELECT 1 FROM access WHERE access.person = person.row AND access.leaves_on <= ?))";
const CAN_SEND: &str = "EXISTS (SELECT 1 FROM access WHERE access.person = person.row AND can_send)";
const HELD: &str = "EXISTS (SELECT 1 FROM access WHERE access.person = person.row)";

impl Store {
    /// The people and groups that own or use an account kept here, by name.
    pub fn people(&self, query: &PeopleQuery) -> Result<PeopleRows, Error> {
        let horizon = day_number(query.horizon);
        let mut conditions = vec![HELD.to_owned()];
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        match query.facet {
            PeopleFacet::Everyone => {}
            PeopleFacet::Leaving => {
                conditions.push(LEAVING.into());
                values.push(Box::new(horizon));
            }
            PeopleFacet::CanSend => conditions.push(CAN_SEND.into()),
        }
        for word in words(&query.text) {
            // The same rule as for accounts: one or two letters match the starts of words.
            if word.chars().count() < index::ANYWHERE {
                let start: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
                // Punctuation alone starts no word.
                if !start.is_empty() {
                    conditions.push("starts_word(hay, ?)".into());
                    values.push(Box::new(start));
                }
            } else {
                conditions.push("instr(hay, ?) > 0".into());
                values.push(Box::new(word));
            }
        }
        let condition = conditions.join(" AND ");
        self.read(|connection| {
            let counted = Counted {
                everyone: count(connection, HELD, &[])?,
                leaving: count(connection, &format!("{HELD} AND {LEAVING}"), &[Box::new(horizon)])?,
                can_send: count(connection, CAN_SEND, &[])?,
            };
            let total = count(connection, &condition, &values)?;
            let sql = format!(
                "SELECT row, body FROM person WHERE {condition} ORDER BY sort_name, row LIMIT ? OFFSET ?"
            );
            values.push(Box::new(list::sql_limit(query.limit)));
            values.push(Box::new(list::sql_limit(query.offset)));
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found = statement.query(params_from_iter(&values))?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let body: String = row.get(1)?;
                let (owns, uses, leaves_on) = held(connection, row.get(0)?)?;
                rows.push(FoundPerson { principal: principal(&body, leaves_on)?, owns, uses });
            }
            Ok(PeopleRows { rows, total, counted })
        })
    }

    /// One person with the accounts that are kept here, by address. `None` where nobody of that id is known.
    pub fn person(&self, id: &PersonId, limit: usize) -> Result<Option<PersonAccounts>, Error> {
        self.read(|connection| {
            let found: Option<(i64, String)> = connection
                .prepare_cached("SELECT row, body FROM person WHERE id = ?1")?
                .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((row, body)) = found else { return Ok(None) };
            let accounts = |owns: bool| -> Result<Vec<Stored>, Error> {
                let mut statement = connection.prepare_cached(&format!(
                    "{} JOIN access ON access.account = account.row WHERE access.person = ?1 AND access.owns = ?2
                     ORDER BY local_part LIMIT ?3",
                    list::SELECT
                ))?;
                statement
                    .query_map((row, owns, list::sql_limit(limit)), list::read_row)?
                    .map(|raw| raw.map_err(Error::from)?.into_stored())
                    .collect()
            };
            let (_, _, leaves_on) = held(connection, row)?;
            Ok(Some(PersonAccounts {
                principal: principal(&body, leaves_on)?, owns: accounts(true)?, uses: accounts(false)? }))
        })
    }
}

fn count(connection: &Connection, condition: &str, values: &[Box<dyn ToSql>]) -> Result<usize, Error> {
    let sql = format!("SELECT count(*) FROM person WHERE {condition}");
    let count: i64 =
        connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// How many accounts a person owns and uses, and the last day that any of them lets the reader know.
fn held(connection: &Connection, person: i64) -> Result<(usize, usize, Option<i32>), Error> {
    let (owns, all, leaves_on): (i64, i64, Option<i32>) = connection
        .prepare_cached(
            "SELECT coalesce(sum(owns), 0), count(*), max(leaves_on) FROM access WHERE person = ?1",
        )?
        .query_row([person], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok((usize::try_from(owns).unwrap_or(0), usize::try_from(all - owns).unwrap_or(0), leaves_on))
}

fn principal(body: &str, leaves_on: Option<i32>) -> Result<Principal, Error> {
    let mut principal: Principal = serde_json::from_str(body)?;
    principal.who.leaves_on = leaves_on.map(|days| jiff::civil::date(1970, 1, 1).saturating_add(days.days()));
    Ok(principal)
}

//! Writing people and accounts into a new database.

use super::dice::Dice;
use super::people::UNITS;
use crate::institution::Institution;
use crate::json::set;
use crate::scim::{self, Kind, USER_EXTENSION};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Somebody to add. Days count from today.
#[derive(Debug)]
pub(super) struct NewPerson<'n> {
    pub(super) name: &'n str,
    pub(super) username: String,
    pub(super) unit: &'static str,
    pub(super) category: &'static str,
    /// Days until the last day; below 0: has left.
    pub(super) leaves: Option<i32>,
    pub(super) role: Option<&'static str>,
    pub(super) held: Vec<&'static str>,
}

pub(super) struct Writer<'i> {
    pub(super) institution: &'i Institution,
    pub(super) dice: Dice,
    pub(super) now: Timestamp,
    /// People and groups by name, as an account names them.
    known: HashMap<String, Map<String, Value>>,
    first: Option<i64>,
    last: i64,
}

impl<'i> Writer<'i> {
    pub(super) fn new(institution: &'i Institution, dice: Dice, now: Timestamp) -> Self {
        Self { institution, dice, now, known: HashMap::new(), first: None, last: 0 }
    }

    /// The day that many days from today, as the institution counts.
    pub(super) fn day(&self, days: i32) -> String {
        let today = self.institution.today(self.now);
        today.saturating_add(days.days()).to_string()
    }

    /// The moment that many hours from now, to the second.
    pub(super) fn moment(&self, hours: i64) -> Timestamp {
        let at = self.now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(self.now);
        Timestamp::from_second(at.as_second()).unwrap_or(at)
    }

    pub(super) async fn person(
        &mut self,
        connection: &mut SqliteConnection,
        person: NewPerson<'_>,
    ) -> Result<(), sqlx::Error> {
        let unit_name = unit_name(person.unit);
        let is_here = person.leaves.is_none_or(|days| days >= 0);
        let mut extension = json!({
            "unit": {"value": person.unit, "display": unit_name},
            "category": person.category,
        });
        let leaves = person.leaves.map(|days| self.day(days));
        if let Some(day) = &leaves {
            set(&mut extension, "leavesOn", day.clone().into());
        }
        if !person.held.is_empty() {
            set(
                &mut extension,
                "heldUnits",
                person
                    .held
                    .iter()
                    .map(|unit| json!({"value": unit, "display": self::unit_name(unit)}))
                    .collect(),
            );
        }
        let mut document =
            json!({"userName": person.username, "displayName": person.name, "active": is_here});
        if let Some(role) = person.role {
            set(&mut document, "roles", json!([{"value": role}]));
        }
        set(&mut document, USER_EXTENSION, extension);
        let id = self.dice.id("person", &person.username);
        let mut named = Map::new();
        named.insert("value".into(), id.clone().into());
        named.insert("type".into(), "Person".into());
        named.insert("display".into(), person.name.into());
        named.insert("userName".into(), person.username.into());
        named.insert("unit".into(), unit_name.into());
        if let Some(day) = leaves {
            named.insert("leavesOn".into(), day.into());
        }
        named.insert("active".into(), is_here.into());
        self.known.insert(person.name.to_owned(), named);
        let hours = 24 * i64::try_from(self.dice.between(20, 400)).unwrap_or(20);
        self.insert(connection, Kind::User, &id, &document, self.moment(-hours)).await
    }

    /// Puts somebody at the head of the login page.
    pub(super) async fn persona(
        &self,
        connection: &mut SqliteConnection,
        name: &str,
        list: &str,
        note: &str,
        place: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO persona (id, list, note, place) VALUES (?, ?, ?, ?)")
            .bind(self.id_of(name))
            .bind(list)
            .bind(note)
            .bind(place)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Adds a group of people, which can own accounts and hold rights.
    pub(super) async fn team(
        &mut self,
        connection: &mut SqliteConnection,
        name: &str,
        unit: &str,
        members: &[&str],
    ) -> Result<(), sqlx::Error> {
        let id = self.dice.id("group", name);
        sqlx::query("INSERT INTO team (id, name, unit) VALUES (?, ?, ?)")
            .bind(&id)
            .bind(name)
            .bind(unit_name(unit))
            .execute(&mut *connection)
            .await?;
        for member in members {
            sqlx::query("INSERT INTO membership (person, team) VALUES (?, ?)")
                .bind(self.id_of(member))
                .bind(&id)
                .execute(&mut *connection)
                .await?;
        }
        let named =
            json!({"value": id, "type": "Group", "display": name, "unit": unit_name(unit), "active": true});
        if let Value::Object(named) = named {
            self.known.insert(name.to_owned(), named);
        }
        Ok(())
    }

    pub(super) fn named(&self, name: &str) -> Option<Map<String, Value>> {
        self.known.get(name).cloned()
    }

    fn id_of(&self, name: &str) -> String {
        let named = self.known.get(name).and_then(|named| named.get("value")).and_then(Value::as_str);
        named.unwrap_or_default().to_owned()
    }

    pub(super) async fn insert(
        &mut self,
        connection: &mut SqliteConnection,
        kind: Kind,
        id: &str,
        document: &Value,
        at: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let seq = scim::insert(connection, kind, id, document, at).await?;
        self.first.get_or_insert(seq);
        self.last = seq;
        Ok(())
    }

    /// Writes who may come to see what was added.
    pub(super) async fn finish(self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match self.first {
            Some(first) => scim::reach_from(connection, first, self.last).await,
            None => Ok(()),
        }
    }
}

pub(super) fn unit_name(unit: &str) -> &'static str {
    UNITS.iter().find(|(code, _)| *code == unit).map_or("", |(_, name)| name)
}

//! Generated accounts, for measuring: any number, all in the unit that the IT officer of the seed looks after.

use super::dice::Dice;
use super::people::others;
use crate::institution::{Institution, Style};
use crate::json::set;
use crate::options::Options;
use crate::problem::Problem;
use crate::scim::{self, Kind};
use accounts::Meaning;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use sqlx::{Row, SqliteConnection, SqlitePool};

/// Grants of a generated account go from none to this many, six on average.
const MOST_GRANTS: usize = 12;
/// Accounts written in one statement.
const BATCH: usize = 500;
/// What the holders may do, in turn.
const MEANINGS: [&[Meaning]; 3] =
    [&[Meaning::Read], &[Meaning::Read, Meaning::SendAs], &[Meaning::Read, Meaning::SendOnBehalf]];

/// Adds accounts until there are `options.accounts`.
pub(super) async fn up_to(
    db: &SqlitePool,
    institution: &Institution,
    options: &Options,
    now: Timestamp,
) -> Result<(), Problem> {
    let mut transaction = db.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT count(*), max(seq) FROM resource WHERE kind = 'SecondaryAccount'")
        .fetch_one(&mut *transaction)
        .await?;
    let (there, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let wanted = i64::from(options.accounts);
    if there >= wanted {
        return Ok(());
    }
    // 128 MiB while it lasts: identifiers come in no order, and their indexes have to stay in memory.
    sqlx::raw_sql("PRAGMA cache_size = -131072").execute(&mut *transaction).await?;
    let mut maker = Maker::new(institution, options.seed, &mut transaction, now).await?;
    let mut batch = Vec::with_capacity(BATCH);
    for number in there..wanted {
        batch.push(maker.account(number));
        if batch.len() == BATCH || number + 1 == wanted {
            scim::insert_many(&mut transaction, Kind::Account, &batch).await?;
            batch.clear();
        }
    }
    scim::reach_from(&mut transaction, last + 1, i64::MAX).await?;
    sqlx::raw_sql("PRAGMA cache_size = -8192").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

struct Maker<'i> {
    institution: &'i Institution,
    dice: Dice,
    /// Those who own and hold rights.
    people: Vec<Map<String, Value>>,
    now: Timestamp,
}

impl<'i> Maker<'i> {
    async fn new(
        institution: &'i Institution,
        seed: u64,
        connection: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let mut people = Vec::new();
        for name in others() {
            let row = sqlx::query("SELECT id, document FROM resource WHERE kind = 'User' AND display = ?")
                .bind(name.to_lowercase())
                .fetch_optional(&mut *connection)
                .await?;
            let Some(row) = row else { continue };
            let document: Value =
                serde_json::from_str(row.try_get(1)?).map_err(|cause| Problem::Seed(cause.to_string()))?;
            people.push(scim::named(row.try_get(0)?, &document));
        }
        Ok(Self { institution, dice: Dice::new(seed, &format!("{} generated", institution.id)), people, now })
    }

    /// Account `number`, with its id and the moment of its last change.
    fn account(&mut self, number: i64) -> (String, Value, Timestamp) {
        const WORDS: [&str; 24] = [
            "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "juniper",
            "knoll", "lichen", "moraine", "nettle", "osier", "pebble", "quarry", "reef", "sedge", "tarn",
            "umber", "vale", "willow", "yarrow",
        ];
        const PLACES: [&str; 12] = [
            "office", "desk", "project", "seminar", "archive", "studio", "survey", "lab", "team", "events",
            "advice", "stores",
        ];
        let word = WORDS.get(self.dice.below(WORDS.len())).copied().unwrap_or_default();
        let place = PLACES.get(self.dice.below(PLACES.len())).copied().unwrap_or_default();
        let suffix = letters(number);
        let username = format!("{word}{place}{suffix}");
        let mailbox_quota: u64 = 50 * 1024 * 1024 * 1024;
        let pick = self.dice.below(10).min(self.institution.kinds.len().saturating_sub(1));
        let kind = self.institution.kinds.get(if self.dice.below(4) == 0 { pick } else { 0 });
        let (kind, mailbox, sign_in) =
            kind.map_or(("", true, false), |kind| (kind.id.as_str(), kind.mailbox, kind.sign_in));
        let mut document = json!({
            "userName": username,
            "displayName": format!("{} {place} {}", capital(word), suffix.to_uppercase()),
            "kind": kind,
            "unit": {"value": "earth", "display": "Earth Sciences"},
            "state": "active",
            "signIn": {"enabled": sign_in, "mfa": if sign_in { "on" } else { "notConcerned" }},
            "hiddenFromAddressList": false,
        });
        if mailbox {
            set(&mut document, "address", format!("{username}@earth.example.edu").into());
            let used = self.dice.between(1_000_000, mailbox_quota);
            set(&mut document, "mailbox", json!({"bytes": used, "quotaBytes": mailbox_quota}));
        }
        let count = self.people.len();
        let first = self.dice.below(count);
        if let Some(owner) = self.people.get(first) {
            set(&mut document, "owner", owner.clone().into());
        }
        if self.institution.style == Style::Delegation {
            let holders = self.dice.below(MOST_GRANTS + 1);
            let grants: Vec<Value> = (1..=holders)
                .filter_map(|turn| self.people.get((first + turn * 3) % count.max(1)).cloned())
                .zip(MEANINGS.iter().cycle())
                .map(|(mut holder, meanings)| {
                    holder.insert("rights".into(), self.institution.rights_meaning(meanings).into());
                    holder.into()
                })
                .collect();
            set(&mut document, "grants", grants.into());
        }
        let minutes = i64::try_from(self.dice.between(60, 60 * 24 * 700)).unwrap_or(60);
        let at = self.now.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(self.now);
        (self.dice.id("account", &username), document, at)
    }
}

/// The number in letters, four of them at least, so that it fits where digits are not allowed (B4).
fn letters(mut number: i64) -> String {
    let mut letters = Vec::new();
    while number > 0 || letters.len() < 4 {
        letters.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or_default()));
        number /= 26;
    }
    letters.into_iter().rev().collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

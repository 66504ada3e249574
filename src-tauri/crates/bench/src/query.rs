//! A search as the program makes it, against the one SQL statement that finds the same accounts.

use crate::{Outcome, bare, figure::Measured, resources::Record, sample::Sample, typed};
use accounts::words;
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;
use store::{Place, Query, StoreKey};

/// Keystrokes, each of which asks.
const KEYSTROKES: usize = 300;
/// Times that each is asked; the median counts.
const TIMES: usize = 5;
/// Rows that a list asks for.
const ROWS: usize = 100;
/// Fewer letters than this are looked for at the starts of words.
const ANYWHERE: usize = 3;

/// Asks in turn, on the store in `folder`, which nobody else has open.
pub(crate) fn measure(folder: &Path, key: &StoreKey, record: &Record) -> Outcome<Measured> {
    let store = Place::new(folder.to_owned()).open(key)?;
    let connection = bare::open(&folder.join("store.db"), key)?;
    connection.execute_batch("PRAGMA cache_size = -4000; PRAGMA query_only = ON;")?;
    store.counts()?;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for query in typed::queries(record, KEYSTROKES) {
        for text in typed::prefixes(&query) {
            let asked = Query { text: text.to_owned(), limit: ROWS, ..Query::default() };
            let (mut own, mut bare) = (Vec::new(), Vec::new());
            for _ in 0..TIMES {
                let began = Instant::now();
                store.accounts(&asked)?;
                own.push(began.elapsed().as_secs_f64() * 1000.0);
                let began = Instant::now();
                statement(&connection, text)?;
                bare.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            let median = |values| Sample::new(values).map_or(f64::NAN, |sample| sample.median());
            let (own, bare) = (median(own), median(bare));
            ratios.push(own / bare);
            ours.push(own);
            theirs.push(bare);
        }
    }
    let sample = |values| Sample::new(values).ok_or("nothing was asked");
    let (ours, theirs, ratios) = (sample(ours)?, sample(theirs)?, sample(ratios)?);
    Ok(Measured {
        value: ratios.p95(),
        how: format!(
            "p95 of the ratio for each of {KEYSTROKES} keystrokes, median {:.2}; p95 {:.2} ms against {:.2} ms; {} against {}",
            ratios.median(),
            ours.p95(),
            theirs.p95(),
            ours.spread("ms"),
            theirs.spread("ms")
        ),
    })
}

/// The first rows, by number, of the accounts in which every word is found. They are neither ranked nor put in the list's
/// order nor counted, and what they hold is fetched and not read: less than any search can do with.
fn statement(connection: &Connection, text: &str) -> Outcome<usize> {
    let words = words(text);
    let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
    let (long, short): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.chars().count() >= ANYWHERE);
    let grams = long.into_iter().map(quoted).collect::<Vec<_>>().join(" AND ");
    let starts = short.into_iter().map(|word| format!("{}*", quoted(word))).collect::<Vec<_>>().join(" AND ");
    let in_grams = "SELECT rowid FROM gram WHERE gram MATCH ?1";
    let in_words = "SELECT rowid FROM word WHERE word MATCH ?2";
    let found = match (grams.is_empty(), starts.is_empty()) {
        (false, false) => format!("{in_grams} INTERSECT {in_words}"),
        (false, true) => in_grams.to_owned(),
        (true, false) => in_words.to_owned(),
        (true, true) => "SELECT row FROM account".to_owned(),
    };
    let sql = format!(
        "SELECT body, standing, first_seen, seen_at FROM account WHERE row IN ({found}) AND ?1 IS NOT ?2
         ORDER BY row LIMIT {ROWS}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((&grams, &starts))?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get_ref(0)?.as_str()?.len();
        for column in 1..4 {
            row.get_ref(column)?;
        }
    }
    Ok(bytes)
}

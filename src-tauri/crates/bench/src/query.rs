//! A search as the program makes it, against the one SQL statement that finds the same accounts in the same order.

use crate::{Outcome, bare, figure::Measured, resources::Record, sample::Sample, typed};
use accounts::{fold, words};
use jiff::{Timestamp, tz::TimeZone};
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;
use store::{Place, Query, StoreKey};

/// Keystrokes, each of which asks.
const KEYSTROKES: usize = 300;
/// Times that each is asked; the median counts.
const TIMES: usize = 5;
/// Rows that a list asks for.
const ROWS: usize = 40;
/// Fewer letters than this are looked for at the starts of words.
const ANYWHERE: usize = 3;

/// Asks in turn, on the store in `folder`, which nobody else has open.
pub(crate) fn measure(folder: &Path, key: &StoreKey, record: &Record) -> Outcome<Measured> {
    let store = Place::new(folder.to_owned()).open(key)?;
    let connection = bare::open(&folder.join("store.db"), key)?;
    connection.execute_batch("PRAGMA cache_size = -16000; PRAGMA query_only = ON;")?;
    store.counts()?;
    let today = store::day_number(Timestamp::now().to_zoned(TimeZone::UTC).date());
    let mut times = [const { Vec::new() }; 3];
    let (mut ratios, mut least) = (Vec::new(), Vec::new());
    for query in typed::queries(record, KEYSTROKES) {
        for text in typed::prefixes(&query) {
            let asked = Query { text: text.to_owned(), limit: ROWS, ..Query::default() };
            let mut taken = [const { Vec::new() }; 3];
            let mut rows = Vec::new();
            for _ in 0..TIMES {
                taken[0].push(timed(|| {
                    let found = store.lines(&asked, today)?;
                    rows = found.rows.into_iter().map(|listed| listed.line.id.0).collect();
                    Ok(())
                })?);
                let mut same = Vec::new();
                taken[1]
                    .push(timed(|| statement(&connection, text, IN_ORDER, |id| same.push(id.to_owned())))?);
                taken[2].push(timed(|| statement(&connection, text, IN_NO_ORDER, |_| ()))?);
                if rows != same {
                    return Err(format!("for {text:?} the program and the statement find other rows").into());
                }
            }
            let [ours, theirs, unordered] =
                taken.map(|taken| Sample::new(taken).map_or(f64::NAN, |it| it.median()));
            ratios.push(ours / theirs);
            least.push(ours / unordered);
            for (times, time) in times.iter_mut().zip([ours, theirs, unordered]) {
                times.push(time);
            }
        }
    }
    let sample = |values| Sample::new(values).ok_or("nothing was asked");
    let (ratios, least) = (sample(ratios)?, sample(least)?);
    let [ours, theirs, unordered] = times;
    let (ours, theirs, unordered) = (sample(ours)?, sample(theirs)?, sample(unordered)?);
    Ok(Measured {
        value: ratios.p95(),
        how: format!(
            "p95 of the ratio for each of {KEYSTROKES} keystrokes, median {:.2}; p95 {:.2} ms against {:.2} ms; {} against {}. \
             Against {ROWS} of the rows in no order, {}: median {:.2}, p95 {:.2}",
            ratios.median(),
            ours.p95(),
            theirs.p95(),
            ours.spread("ms"),
            theirs.spread("ms"),
            unordered.spread("ms"),
            least.median(),
            least.p95(),
        ),
    })
}

/// How long `work` takes, in milliseconds.
fn timed(work: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// The order of the list: exact local part, then what starts with it, then the rest.
const IN_ORDER: &str = "ORDER BY CASE WHEN ?3 = '' THEN 2 WHEN local_part = ?3 THEN 0
    WHEN substr(local_part, 1, length(?3)) = ?3 THEN 1 ELSE 2 END, section, local_part, row";
const IN_NO_ORDER: &str = "AND ?3 IS NOT NULL";

/// The first accounts in which every word is found. How many there are in all is not counted, and what they hold is
/// fetched and not read: the least that an answer can be made of.
fn statement(connection: &Connection, text: &str, order: &str, mut found: impl FnMut(&str)) -> Outcome {
    let words = words(text);
    let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
    let (long, short): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.chars().count() >= ANYWHERE);
    let grams = long.into_iter().map(quoted).collect::<Vec<_>>().join(" AND ");
    let starts = short.into_iter().map(|word| format!("{}*", quoted(word))).collect::<Vec<_>>().join(" AND ");
    let in_grams = "SELECT rowid FROM gram WHERE gram MATCH ?1";
    let in_words = "SELECT rowid FROM word WHERE word MATCH ?2";
    let matching = match (grams.is_empty(), starts.is_empty()) {
        (false, false) => format!("{in_grams} INTERSECT {in_words}"),
        (false, true) => in_grams.to_owned(),
        (true, false) => in_words.to_owned(),
        (true, true) => "SELECT row FROM account".to_owned(),
    };
    let sql = format!(
        "SELECT id, body, standing, needs_from FROM account WHERE row IN ({matching}) AND ?1 IS NOT ?2 {order} LIMIT {ROWS}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((&grams, &starts, fold(text.trim())))?;
    while let Some(row) = rows.next()? {
        for column in 1..4 {
            row.get_ref(column)?;
        }
        found(row.get_ref(0)?.as_str()?);
    }
    Ok(())
}

//! A search as the program makes it, against the one SQL statement that finds the same accounts in the same order, with the
//! index that SQLite has for it (FTS5). The program keeps no such index; it is built here.

use crate::{Outcome, bare, figure::Measured, resources::Record, sample::Sample, typed};
use accounts::{fold, words};
use jiff::{Timestamp, tz::TimeZone};
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;
use store::{Place, Query, StoreKey};

/// Keystrokes, each of which asks.
const KEYSTROKES: usize = 300;
/// Times that the statements are asked; the median counts. The program is asked once, as somebody who types asks it.
const TIMES: usize = 5;
/// Rows that a list asks for.
const ROWS: usize = 40;
/// Fewer letters than this are looked for at the starts of words.
const ANYWHERE: usize = 3;

/// Asks in turn, on the store in `folder`, which nobody else has open.
pub(crate) fn measure(folder: &Path, key: &StoreKey, record: &Record) -> Outcome<Measured> {
    let store = Place::new(folder.to_owned()).open(key)?;
    let mut connection = bare::open(&folder.join("store.db"), key)?;
    index(&mut connection)?;
    connection.execute_batch("PRAGMA cache_size = -8000; PRAGMA query_only = ON;")?;
    store.put_in_order()?;
    let today = store::day_number(Timestamp::now().to_zoned(TimeZone::UTC).date());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut ratios, mut least) = (Vec::new(), Vec::new());
    let mut before = HashSet::new();
    for query in typed::queries(record, KEYSTROKES) {
        for text in typed::prefixes(&query) {
            if !before.insert(text.to_owned()) {
                continue;
            }
            let asked = Query { text: text.to_owned(), limit: ROWS, ..Query::default() };
            let mut rows = Vec::new();
            let own = timed(|| {
                let found = store.lines(&asked, today)?;
                rows = found.rows.into_iter().map(|listed| listed.line.id.0).collect();
                Ok(())
            })?;
            let mut taken = [const { Vec::new() }; 3];
            for _ in 0..TIMES {
                let [by_row, by_order, unordered] = &mut taken;
                for (times, way) in [(by_row, BY_ROW), (by_order, BY_ORDER)] {
                    let mut same = Vec::new();
                    times.push(timed(|| statement(&connection, text, way, |id| same.push(id.to_owned())))?);
                    if rows != same {
                        return Err(format!("for {text:?} program and statement find other rows").into());
                    }
                }
                unordered.push(timed(|| statement(&connection, text, UNORDERED, |_| ()))?);
            }
            let median = |taken| Sample::new(taken).map_or(f64::NAN, |sample| sample.median());
            let [by_row, by_order, unordered] = taken.map(median);
            let bare = by_row.min(by_order);
            ratios.push(own / bare);
            least.push(own / unordered);
            ours.push(own);
            theirs.push(bare);
        }
    }
    let sample = |values| Sample::new(values).ok_or("nothing was asked");
    let (ratios, least) = (sample(ratios)?, sample(least)?);
    let (ours, theirs) = (sample(ours)?, sample(theirs)?);
    Ok(Measured {
        value: ratios.p95(),
        how: format!(
            "p95 of the ratio for each of {} different keystrokes, asked once, median {:.2}; p95 {:.2} ms against {:.2} ms; {} against {}, \
             the faster of two statements that find the same {ROWS} rows in the same order. Against any {ROWS} rows that \
             match, in no order: median {:.2}, p95 {:.2}",
            before.len(),
            ratios.median(),
            ours.p95(),
            theirs.p95(),
            ours.spread("ms"),
            theirs.spread("ms"),
            least.median(),
            least.p95(),
        ),
    })
}

/// Three letters and more anywhere; one or two at the start of a word.
const INDEX: &str = "
    CREATE VIRTUAL TABLE temp.gram USING fts5 (
        hay, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );
    CREATE VIRTUAL TABLE temp.word USING fts5 (
        hay, content = '', contentless_delete = 1, detail = 'none', prefix = '1 2', tokenize = 'unicode61 remove_diacritics 0'
    );";

/// Indexes every account that is there, for this connection and in memory: quicker than under a key, if anything.
fn index(connection: &mut Connection) -> Outcome {
    connection.execute_batch(INDEX)?;
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare("SELECT row, body FROM account")?;
        let mut gram = transaction.prepare("INSERT INTO gram (rowid, hay) VALUES (?1, ?2)")?;
        let mut word = transaction.prepare("INSERT INTO word (rowid, hay) VALUES (?1, ?2)")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let hay = bare::names(&serde_json::from_str(row.get_ref(1)?.as_str()?)?);
            let row: i64 = row.get(0)?;
            gram.execute((row, &hay))?;
            word.execute((row, &hay))?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// How long `work` takes, in milliseconds.
fn timed(work: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// How the statement finds the first rows. `MATCHING` stands for the rows in which every word is, `ORDER` for the list's
/// order: exact local part, then what starts with it, then the rest.
const BY_ROW: &str =
    "SELECT id, body, standing, needs_from FROM account WHERE row IN (MATCHING) ORDER BY ORDER LIMIT ?4";
/// The same from the index alone, so that only the rows shown are looked up.
const BY_ORDER: &str = "SELECT id, body, account.standing, needs_from FROM (
        SELECT row AS first, section, local_part FROM account INDEXED BY account_in_order
        WHERE row IN (MATCHING) ORDER BY ORDER LIMIT ?4
    ) AS found CROSS JOIN account ON account.row = first ORDER BY FOUND";
const UNORDERED: &str =
    "SELECT id, body, standing, needs_from FROM account WHERE row IN (MATCHING) AND ?3 IS NOT NULL LIMIT ?4";
const ORDER: &str = "CASE WHEN ?3 = '' THEN 2 WHEN local_part = ?3 THEN 0
    WHEN substr(local_part, 1, length(?3)) = ?3 THEN 1 ELSE 2 END, section, local_part, row";

/// The first accounts in which every word is found. How many there are in all is not counted, and what they hold is
/// fetched and not read.
fn statement(connection: &Connection, text: &str, way: &str, mut found: impl FnMut(&str)) -> Outcome {
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
    let of_found = ORDER.replace("local_part", "found.local_part").replace("section", "found.section");
    let sql = way
        .replace("MATCHING", &matching)
        .replace("ORDER BY ORDER", &format!("ORDER BY {ORDER}"))
        .replace("FOUND", &of_found.replace(", row", ", first"));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((&grams, &starts, fold(text.trim()), i64::try_from(ROWS)?))?;
    while let Some(row) = rows.next()? {
        for column in 1..4 {
            row.get_ref(column)?;
        }
        found(row.get_ref(0)?.as_str()?);
    }
    Ok(())
}

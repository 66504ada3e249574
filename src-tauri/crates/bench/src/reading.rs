//! Reading the whole record for the first time, and then what changed, against the least that could do it.

use crate::{
    Ground, Outcome, bare,
    figure::{Goal, Measured},
    person::{Person, Read},
    query,
    resources::Record,
    sample::Sample,
    served::Served,
    support::Connected,
};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Keychain, MemoryKeychain, StoreKey};
use tempfile::TempDir;
use tokio::runtime::Builder;

pub(crate) const GOALS: &[Goal] = &[
    Goal { name: "first reading, against a bare loop", unit: "times", most: 1.3 },
    Goal { name: "first 50 usable rows, share of the first reading", unit: "%", most: 5.0 },
    Goal { name: "second reading with 90 altered and 5 new, time", unit: "% of the first", most: 1.0 },
    Goal { name: "second reading with 90 altered and 5 new, bytes", unit: "% of the first", most: 1.0 },
    Goal { name: "reading with 5 gone, time", unit: "% of the first", most: 10.0 },
    Goal { name: "reading with 5 gone, bytes", unit: "% of the first", most: 10.0 },
    Goal { name: "query in Rust, against the bare SQL statement, p95", unit: "times", most: 2.0 },
];

/// Servers file a change a moment before anybody asks.
const A_MOMENT: SignedDuration = SignedDuration::from_secs(3);

/// What one round came to. Times in seconds.
#[derive(Default)]
struct Rounds {
    program: Vec<f64>,
    bare: Vec<f64>,
    usable: Vec<f64>,
    bytes: Vec<f64>,
    second: Vec<f64>,
    second_bytes: Vec<f64>,
    gone: Vec<f64>,
    gone_bytes: Vec<f64>,
}

pub(crate) fn measure(ground: &Ground) -> Outcome<Vec<Measured>> {
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let served = server.block_on(Served::start(ground.record.clone()))?;
    let campus = &ground.campus;
    let profile = Connected::to(campus.issuer(), campus.client_id(), served.base(), campus.scopes(), "");
    let mut rounds = Rounds::default();
    let mut same = String::new();
    let mut queries = None;
    for round in 0..ground.options.rounds(3, 1) {
        served.serve(ground.record.clone());
        let folder = TempDir::new()?;
        let (bare_file, bare_key) = (folder.path().join("bare.db"), StoreKey::random());
        // Whoever comes first finds the machine as the other left it: they take turns.
        if round % 2 == 0 {
            rounds.bare.push(read_bare(&served, &bare_file, &bare_key)?);
        }
        let home = Home::new(folder.path().join("data"));
        home.first(&served, &profile.path, &mut rounds)?;
        if round % 2 == 1 {
            rounds.bare.push(read_bare(&served, &bare_file, &bare_key)?);
        }
        same = compare(&home.store()?, &home.key()?, &bare_file, &bare_key)?;
        let altered = ground.record.move_on(90, 5, Timestamp::now().saturating_sub(A_MOMENT)?);
        let (time, bytes) = home.again(&served, altered.clone())?;
        rounds.second.push(time);
        rounds.second_bytes.push(bytes);
        let (time, bytes) = home.again(&served, altered.without(5))?;
        rounds.gone.push(time);
        rounds.gone_bytes.push(bytes);
        if round == 0 {
            queries = Some(query::measure(&home.folder()?, &home.key()?, &ground.record));
        }
    }
    let mut measured = rounds.figures(ground.record.accounts.len(), &same)?;
    measured.push(queries.unwrap_or_else(|| Err("no round was made".into()))?);
    Ok(measured)
}

/// Where the program keeps what it reads, with the keychain that opens it.
struct Home {
    data: PathBuf,
    keychain: Arc<MemoryKeychain>,
}

impl Home {
    fn new(data: PathBuf) -> Self {
        Self { data, keychain: Arc::default() }
    }

    /// Signs in and reads everything.
    fn first(&self, served: &Served, profile: &Path, rounds: &mut Rounds) -> Outcome {
        served.counted();
        let read = on_own_threads(async {
            let mut person = Person::start(&self.data, &self.keychain, Some(profile))?;
            person.sign_in("eart0007").await?;
            person.read(true).await
        })?;
        let (time, bytes, began) = since(served, read)?;
        rounds.program.push(time);
        rounds.bytes.push(bytes);
        let usable = read.usable.ok_or("no screenful of rows came before the end")?;
        rounds.usable.push(usable.duration_since(began).as_secs_f64());
        Ok(())
    }

    /// Starts again where the record has moved on, and reads as every start does.
    fn again(&self, served: &Served, record: Record) -> Outcome<(f64, f64)> {
        served.serve(record);
        let read =
            on_own_threads(async { Person::start(&self.data, &self.keychain, None)?.read(false).await })?;
        let (time, bytes, _) = since(served, read)?;
        Ok((time, bytes))
    }

    /// The folder of the one identity that is kept.
    fn folder(&self) -> Outcome<PathBuf> {
        let mut kept = fs::read_dir(self.data.join("identities"))?;
        Ok(kept.next().ok_or("nothing is kept")??.path())
    }

    fn store(&self) -> Outcome<PathBuf> {
        Ok(self.folder()?.join("store.db"))
    }

    fn key(&self) -> Outcome<StoreKey> {
        let folder = self.folder()?;
        let id = folder.file_name().and_then(|name| name.to_str()).ok_or("an identity without a name")?;
        Ok(self.keychain.get(id, true)?.ok_or("the keychain has no key")?)
    }
}

/// Runs `work` on a runtime that ends with it, so that nothing of it holds the store afterwards.
fn on_own_threads<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(20));
    outcome
}

fn read_bare(served: &Served, file: &Path, key: &StoreKey) -> Outcome<f64> {
    let began = Instant::now();
    on_own_threads(bare::read_all(served.base(), file, key, &Timestamp::now().to_string()))?;
    let took = began.elapsed().as_secs_f64();
    served.counted();
    Ok(took)
}

/// Seconds from the first question of a reading to its end, and the bytes of the lists in between.
fn since(served: &Served, read: Read) -> Outcome<(f64, f64, Instant)> {
    let (began, bytes) = served.counted();
    let began = began.ok_or("the directory was never asked")?;
    let took = read.ended.checked_duration_since(began).ok_or("another reading began at once")?;
    #[allow(clippy::cast_precision_loss, reason = "a reading has far fewer than 2^52 bytes")]
    Ok((took.as_secs_f64(), bytes as f64, began))
}

/// Whether both files hold the same rows, in words.
fn compare(store: &Path, key: &StoreKey, bare_file: &Path, bare_key: &StoreKey) -> Outcome<String> {
    let count = |file: &Path, key: &StoreKey| -> Outcome<[i64; 4]> {
        let sql = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM access), (SELECT count(*) FROM person),
                          (SELECT sum(length(body)) FROM account)";
        let connection = bare::open(file, key)?;
        Ok(connection.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?)
    };
    let (ours, theirs) = (count(store, key)?, count(bare_file, bare_key)?);
    if ours != theirs {
        return Err(format!("the two did not write the same rows: {ours:?} and {theirs:?}").into());
    }
    let [accounts, held, people, _] = ours;
    Ok(format!("{accounts} accounts, {held} holdings of {people} people, the same in both"))
}

impl Rounds {
    fn figures(self, accounts: usize, same: &str) -> Outcome<Vec<Measured>> {
        let sample = |values: Vec<f64>| Sample::new(values).ok_or("no round was made");
        let (program, bare) = (sample(self.program)?, sample(self.bare)?);
        let whole = program.median();
        let bytes = sample(self.bytes)?.median();
        let share = |values: Vec<f64>, of: f64, scale: f64, unit: &'static str| -> Outcome<Measured> {
            let values: Vec<_> = values.into_iter().map(|value| value / scale).collect();
            let sample = sample(values)?;
            let value = sample.median() * scale / of * 100.0;
            let how = format!("{} of {:.1} {unit}", sample.spread(unit), of / scale);
            Ok(Measured { value, how })
        };
        Ok(vec![
            Measured {
                value: whole / bare.median(),
                how: format!("{} against {}; {same}", program.spread("s"), bare.spread("s")),
            },
            share(self.usable, whole, 1.0, "s")?,
            share(self.second, whole, 1.0, "s")?,
            share(self.second_bytes, bytes, 1e6, "MB")?,
            share(self.gone, whole, 1.0, "s")?,
            share(self.gone_bytes, bytes, 1e6, "MB").map(|found| Measured {
                how: format!("{}; {accounts} identifiers compared", found.how),
                ..found
            })?,
        ])
    }
}

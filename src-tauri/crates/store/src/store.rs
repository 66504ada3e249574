//! One open store: a connection that writes and a few that read.

use crate::{
    Error, OpenError, StoreKey,
    hay::{Hay, News},
    order::Order,
    schema,
};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use std::{
    collections::HashMap,
    fs::File,
    mem,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Reading connections that are kept for the next reader.
const IDLE_READERS: usize = 2;

/// What this computer remembers of one institution for one person.
///
/// Calls block for as long as the disk takes: a few milliseconds. One writer at a time; readers do not wait for it.
pub struct Store {
    writer: Mutex<Writer>,
    readers: Mutex<Vec<Connection>>,
    /// How to open another reader. `None` for a store in memory, where the one connection does everything.
    file: Option<(PathBuf, StoreKey)>,
    order: Mutex<Option<Arc<Order>>>,
    /// `None` until somebody searches.
    hay: RwLock<Option<Hay>>,
    /// Held while something is written and [`Self::hay`] follows it: one after the other.
    turn: Mutex<()>,
    /// Counts news to the accounts, so that a list knows when it is stale.
    generation: AtomicU64,
    /// Held as long as the store is open: no other process opens it meanwhile.
    _lock: Option<File>,
}

struct Writer {
    connection: Connection,
    written: Written,
}

/// What writing accounts remembers from one to the next.
#[derive(Default)]
pub(crate) struct Written {
    /// Rows and contents (hashed) of people already written, so that a person in a hundred grants is written once.
    pub(crate) people: HashMap<String, (u32, u64)>,
    /// What search has not heard of yet.
    pub(crate) news: Vec<News>,
}

impl Store {
    /// A store that is gone when it is dropped, for computers that keep nothing.
    pub fn in_memory() -> Result<Self, OpenError> {
        let mut connection = Connection::open_in_memory().map_err(refused)?;
        prepare(&mut connection)?;
        Ok(Self::with(connection, None, None))
    }

    pub(crate) fn open(path: &Path, key: &StoreKey, lock: Option<File>) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(refused)?;
        unlock(&connection, key)?;
        prepare(&mut connection)?;
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(Self::with(connection, Some((path.to_owned(), key.clone())), lock))
    }

    fn with(connection: Connection, file: Option<(PathBuf, StoreKey)>, lock: Option<File>) -> Self {
        Self {
            writer: Mutex::new(Writer { connection, written: Written::default() }),
            readers: Mutex::new(Vec::new()),
            file,
            order: Mutex::new(None),
            hay: RwLock::new(None),
            turn: Mutex::new(()),
            generation: AtomicU64::new(0),
            _lock: lock,
        }
    }

    /// Whether anything is left when the program ends.
    pub fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// Runs `read` on a connection of its own.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let Some((path, key)) = &self.file else {
            return read(&self.writer().connection);
        };
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => reader(path, key)?,
        };
        let answer = self.noted(read(&connection));
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        answer
    }

    /// Runs `write` in one transaction: all of it is kept, or nothing.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.write_accounts(|transaction, _| write(transaction))
    }

    /// The same, with what is known to be written. What search looks through follows it.
    pub(crate) fn write_accounts<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>, &mut Written) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, news) = {
            let mut guard = self.writer();
            let Writer { connection, written } = &mut *guard;
            // Put back once it is kept: what was remembered as written is rolled back otherwise.
            let mut wanted = mem::take(written);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = self.noted(write(&transaction, &mut wanted).and_then(|value| {
                transaction.commit()?;
                Ok(value)
            }))?;
            let news = mem::take(&mut wanted.news);
            *written = wanted;
            (answer, news)
        };
        // The writer is free by now: who reads a store in memory for the first time has to wait for it.
        if !news.is_empty() {
            let mut hay = self.hay.write().unwrap_or_else(PoisonError::into_inner);
            if hay.as_mut().is_some_and(|hay| !hay.follow(news)) {
                *hay = None;
            }
        }
        Ok(answer)
    }

    /// What search looks through, which is read the first time.
    pub(crate) fn looked<T>(&self, look: impl FnOnce(&Hay) -> T) -> Result<T, Error> {
        if let Some(hay) = self.hay.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            return Ok(look(hay));
        }
        let mut hay = self.hay.write().unwrap_or_else(PoisonError::into_inner);
        let there = match hay.take() {
            Some(there) => there,
            None => self.read(Hay::read)?,
        };
        Ok(look(hay.insert(there)))
    }

    /// Runs `write` outside a transaction, for statements that cannot be in one.
    pub(crate) fn outside<T>(&self, write: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        write(&self.writer().connection)
    }

    /// Notes beside the file that a page failed its check, so that the next opening salvages instead of failing again.
    fn noted<T>(&self, answer: Result<T, Error>) -> Result<T, Error> {
        if let (Err(Error::Damaged), Some((path, _))) = (&answer, &self.file)
            && let Err(error) = File::create(crate::place::marker(path))
        {
            tracing::error!(%error, "a damaged store could not be marked");
        }
        answer
    }

    /// Says that accounts have changed.
    pub(crate) fn altered(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// The accounts in the order of the list, read anew when they have changed.
    pub(crate) fn order(&self) -> Result<Arc<Order>, Error> {
        let now = self.generation.load(Ordering::Acquire);
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(order) = order.as_ref().filter(|order| order.generation == now) {
            return Ok(Arc::clone(order));
        }
        let fresh = Arc::new(self.read(|connection| Order::read(connection, now))?);
        *order = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("kept", &self.is_kept()).finish_non_exhaustive()
    }
}

/// Gives SQLCipher its key and looks whether it fits the first page.
pub(crate) fn unlock(connection: &Connection, key: &StoreKey) -> Result<(), OpenError> {
    // The statement's text is not kept or logged: SQLite forgets it once it has run.
    let statement = zeroize::Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"{}\"",
        key.raw().as_str()
    ));
    connection.execute_batch(&statement).map_err(refused)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(refused)
}

fn prepare(connection: &mut Connection) -> Result<(), OpenError> {
    // FULL: a token that was rotated must survive a power cut, for the old one no longer works.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF; PRAGMA cache_size = -8000;",
        )
        .map_err(refused)?;
    crate::search::add_functions(connection).map_err(refused)?;
    connection.set_prepared_statement_cache_capacity(64);
    let version: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))
        .map_err(refused)? as usize;
    if version > schema::newest() {
        return Err(OpenError::Newer);
    }
    schema::bring_up(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => refused(err),
        other => OpenError::Folder(std::io::Error::other(other.to_string())),
    })
}

fn reader(path: &Path, key: &StoreKey) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    unlock(&connection, key).map_err(|error| match error {
        OpenError::Sql(error) => Error::from(error),
        _ => Error::Damaged,
    })?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;",
    )?;
    crate::search::add_functions(&connection)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn refused(error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        // The key was checked before: what does not open now is damaged.
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Held,
        _ => OpenError::Sql(error),
    }
}

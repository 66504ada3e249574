//! The folder of one identity: its store, and what lies beside it.

use crate::{OpenError, Passphrase, Salvaged, Store, StoreKey, damage};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long a lock that seems held is tried again.
const LET_GO: Duration = Duration::from_secs(1);

/// Where one institution-and-person is kept. Nothing is created until a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there is a store. "No key" beside one is "key not found", not a first run.
    pub fn has_store(&self) -> bool {
        self.database().exists() || self.rescued().exists()
    }

    /// Opens the store, or makes it.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing that exists is changed by a refusal.
    pub fn open(&self, key: &StoreKey) -> Result<Store, OpenError> {
        let lock = self.lock()?;
        self.finish_salvage()?;
        if self.has_store() {
            self.check(key)?;
            if marker(&self.database()).exists() {
                return Err(OpenError::Damaged);
            }
        } else {
            write_whole(&self.check_file(), &key.check_value())?;
        }
        Store::open(&self.database(), key, Some(lock))
    }

    /// Sets a damaged store aside and makes a new one of what can still be read. `stamp` names the copy.
    ///
    /// # Errors
    /// [`OpenError::WrongKey`] unless `key` is known to be the right one: only then is the file at fault.
    pub fn salvage(&self, key: &StoreKey, stamp: &str) -> Result<Salvaged, OpenError> {
        let _lock = self.lock()?;
        self.check(key)?;
        let rescued = self.rescued();
        remove_database(&rescued)?;
        let salvaged = damage::rescue(&self.database(), &rescued, key)?;
        for suffix in ["", "-wal", "-shm"] {
            let from = with_suffix(&self.database(), suffix);
            if from.exists() {
                fs::rename(&from, self.folder.join(format!("store.damaged-{stamp}.db{suffix}")))?;
            }
        }
        fs::rename(&rescued, self.database())?;
        remove_file(&marker(&self.database()))?;
        Ok(salvaged)
    }

    /// Removes the copies of damaged stores that were set aside.
    pub fn remove_damaged(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("store.damaged-"))
            {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// How the passphrase becomes the key, where this store has one.
    pub fn passphrase(&self) -> io::Result<Option<Passphrase>> {
        match fs::read(self.folder.join("passphrase.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub fn set_passphrase(&self, passphrase: &Passphrase) -> io::Result<()> {
        self.make_folder()?;
        write_whole(&self.folder.join("passphrase.json"), &serde_json::to_vec(passphrase)?)
    }

    /// Removes the store, its copies and the folder. The key is destroyed before, by whoever holds it.
    pub fn forget(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("store.db")
    }

    /// What was saved out of a damaged store, until it takes that one's place.
    fn rescued(&self) -> PathBuf {
        self.folder.join("store.rescued.db")
    }

    /// A salvage that was cut short after the damaged file had been set aside is brought to its end.
    fn finish_salvage(&self) -> io::Result<()> {
        let rescued = self.rescued();
        if !self.database().exists() && rescued.exists() {
            fs::rename(rescued, self.database())?;
            remove_file(&marker(&self.database()))?;
        }
        Ok(())
    }

    fn check_file(&self) -> PathBuf {
        self.folder.join("store.check")
    }

    fn check(&self, key: &StoreKey) -> Result<(), OpenError> {
        use subtle::ConstantTimeEq;
        let kept = fs::read(self.check_file())?;
        if bool::from(kept.ct_eq(&key.check_value())) { Ok(()) } else { Err(OpenError::WrongKey) }
    }

    fn make_folder(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    /// Takes the store for this process. The lock ends with the file handle, however the process ends.
    fn lock(&self) -> Result<File, OpenError> {
        self.make_folder()?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("store.lock"))?;
        let began = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                // A lock that was just let go lives on for a moment in a process that is being started at the same time:
                // until it runs its own program it holds every file of its parent.
                Err(TryLockError::WouldBlock) if began.elapsed() < LET_GO => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => return Err(OpenError::Held),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }
}

/// Writes a small file whole or not at all, readable by its owner only.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = with_suffix(path, ".part");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Lies beside a store of which a page failed its check while it was open.
pub(crate) fn marker(database: &Path) -> PathBuf {
    with_suffix(database, ".failed")
}

fn remove_database(path: &Path) -> io::Result<()> {
    ["", "-wal", "-shm"].iter().try_for_each(|suffix| remove_file(&with_suffix(path, suffix)))
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

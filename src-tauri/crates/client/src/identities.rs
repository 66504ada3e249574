//! The identities that this computer knows: a small list beside the stores, so that they can be named before a key is
//! at hand. It holds names, no tokens and nothing about accounts.

use crate::view::{Connection, Keeping, SetAside};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// One identity: a person, or an account with a sign-in of its own, at one institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) institution: String,
    pub(crate) institution_name: String,
    pub(crate) connection: Connection,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) keeping: Kept,
    /// When the record was last read to its end, RFC 3339.
    pub(crate) read_at: Option<String>,
    pub(crate) signed_in: bool,
    /// When the institution last answered, RFC 3339: signing in or reading. Other people's data goes after
    /// `offline_days` without it.
    #[serde(default)]
    pub(crate) contact: Option<String>,
}

/// How an identity's store opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kept {
    Keychain,
    Passphrase,
}

impl From<Kept> for Keeping {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Keychain => Self::Keychain,
            Kept::Passphrase => Self::Passphrase,
        }
    }
}

/// The list, as it is in its file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identities {
    pub(crate) current: Option<String>,
    pub(crate) known: Vec<Identity>,
}

impl Identities {
    /// The list under `data`; empty where there is none. A file that cannot be understood is an error, not an empty list.
    pub(crate) fn load(data: &Path) -> io::Result<Self> {
        match fs::read(file(data)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// The same; a list that cannot be understood is set aside, never written over. Whoever can still be read in it is known,
    /// the others are found again when they sign in: their stores stay where they are. `stamp` names the copy.
    ///
    /// # Errors
    /// Where it cannot be set aside: then nothing is done that could write over it.
    pub(crate) fn load_or_set_aside(data: &Path, stamp: &str) -> io::Result<(Self, Option<SetAside>)> {
        let error = match Self::load(data) {
            Ok(identities) => return Ok((identities, None)),
            // What only the disk refuses now is not broken.
            Err(error)
                if !matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) =>
            {
                return Err(error);
            }
            Err(error) => error,
        };
        let path = file(data);
        let readable = fs::read(&path).map(|bytes| readable(&bytes)).unwrap_or_default();
        let copy = path.with_file_name(format!("identities.broken-{stamp}.json"));
        fs::rename(&path, &copy)?;
        tracing::error!(%error, "the list of identities is broken and was set aside");
        let stores = fs::read_dir(data.join("identities")).map_or(0, |entries| entries.flatten().count());
        let set_aside = SetAside {
            file: path.display().to_string(),
            copy: copy.display().to_string(),
            why: error.to_string(),
            known: readable.known.len(),
            stores,
        };
        // What was read goes back into the file at once: the next start finds it.
        readable.save(data)?;
        Ok((readable, Some(set_aside)))
    }

    /// Writes the list whole or not at all.
    pub(crate) fn save(&self, data: &Path) -> io::Result<()> {
        let path = file(data);
        let part = path.with_extension("part");
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        fs::create_dir_all(data)?;
        let mut out = options.open(&part)?;
        out.write_all(&serde_json::to_vec_pretty(self)?)?;
        out.sync_all()?;
        fs::rename(part, path)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Identity> {
        self.known.iter().find(|identity| identity.id == id)
    }

    pub(crate) fn put(&mut self, identity: Identity) {
        match self.known.iter_mut().find(|known| known.id == identity.id) {
            Some(known) => *known = identity,
            None => self.known.push(identity),
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.known.retain(|identity| identity.id != id);
        if self.current.as_deref() == Some(id) {
            self.current = None;
        }
    }
}

/// Whoever can be read in a list of which not all can.
fn readable(bytes: &[u8]) -> Identities {
    let whole: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let known = whole.get("known").and_then(serde_json::Value::as_array);
    let known: Vec<Identity> =
        known.into_iter().flatten().filter_map(|one| serde_json::from_value(one.clone()).ok()).collect();
    let current = whole.get("current").and_then(serde_json::Value::as_str).map(str::to_owned);
    let current = current.filter(|id| known.iter().any(|identity| identity.id == *id));
    Identities { current, known }
}

fn file(data: &Path) -> PathBuf {
    data.join("identities.json")
}

/// The folder of one identity's store.
pub(crate) fn folder(data: &Path, id: &str) -> PathBuf {
    data.join("identities").join(id)
}

/// The same institution, connection and subject always make the same identity: signing in again finds its store.
pub(crate) fn id_of(institution: &str, connection: Connection, issuer: &str, subject: &str) -> String {
    use sha2::{Digest, Sha256};
    // The practice campus may come up on another port; its people stay who they are.
    let issuer = if connection == Connection::Practice { "practice" } else { issuer };
    let mut hasher = Sha256::new();
    for part in [institution, issuer, subject] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let nibbles = hasher.finalize().into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_differ_by_institution_issuer_and_subject_and_by_nothing_else() {
        let one = id_of("oxford", Connection::Real, "https://id.example.edu", "p1");
        assert_eq!(one, id_of("oxford", Connection::Real, "https://id.example.edu", "p1"));
        assert_ne!(one, id_of("oxford", Connection::Real, "https://id.example.edu", "p2"));
        assert_ne!(one, id_of("boulder", Connection::Real, "https://id.example.edu", "p1"));
        assert_ne!(one, id_of("oxford", Connection::Real, "https://id.example.edup", "1"));
        let practice = |issuer| id_of("oxford", Connection::Practice, issuer, "p1");
        assert_eq!(practice("http://127.0.0.1:1000"), practice("http://127.0.0.1:2000"));
    }

    #[test]
    fn a_list_that_cannot_be_understood_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Identities::load(folder.path()).unwrap().known.is_empty());
        fs::write(file(folder.path()), b"{\"current\":").unwrap();
        assert!(Identities::load(folder.path()).is_err());
    }

    #[test]
    fn a_broken_list_is_set_aside_and_whoever_can_be_read_in_it_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let broken = |text: &[u8], stamp: &str| {
            fs::write(file(folder.path()), text).unwrap();
            let (identities, set_aside) = Identities::load_or_set_aside(folder.path(), stamp).unwrap();
            let set_aside = set_aside.unwrap();
            assert_eq!(fs::read(&set_aside.copy).unwrap(), text, "nothing of it is lost");
            assert_eq!(set_aside.known, identities.known.len());
            assert!(Identities::load(folder.path()).is_ok(), "the next start is not held up by it");
            (identities, set_aside)
        };
        fs::create_dir_all(super::folder(folder.path(), "one")).unwrap();
        let (none, said) = broken(b"{\"current\":", "first");
        assert_eq!((none.known.len(), said.stores), (0, 1));
        assert!(said.why.contains("line 1"), "{}", said.why);
        let good = serde_json::to_value(crate::rehearsal::identity()).unwrap();
        let mixed = serde_json::json!({ "current": "one", "known": [good, { "id": 7 }] });
        let (one, _) = broken(mixed.to_string().as_bytes(), "second");
        assert_eq!((one.current.as_deref(), one.known.len()), (Some("one"), 1));
        let (again, nothing) = Identities::load_or_set_aside(folder.path(), "third").unwrap();
        assert_eq!((again.known.len(), nothing), (1, None));
    }
}

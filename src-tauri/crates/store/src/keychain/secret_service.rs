//! The freedesktop.org Secret Service (GNOME Keyring, KWallet, KeePassXC), spoken to directly: the common wrapper
//! answers a read by asking the person to unlock, and a start must not ask anything.

use super::{Keychain, KeychainError};
use crate::StoreKey;
use secret_service::{
    EncryptionType, Error,
    blocking::{Collection, SecretService},
};
use std::collections::HashMap;
use zeroize::Zeroizing;

const APPLICATION: &str = "secondary-accounts";

pub(super) struct SecretServiceKeychain(SecretService<'static>);

impl SecretServiceKeychain {
    pub(super) fn connect() -> Result<Self, KeychainError> {
        Ok(Self(SecretService::connect(EncryptionType::Dh).map_err(refused)?))
    }

    /// The collection that new secrets go to, if there is one.
    fn collection(&self) -> Result<Collection<'_>, KeychainError> {
        self.0.get_default_collection().map_err(|error| match error {
            Error::NoResult => KeychainError::Unreachable("it has no collection to keep secrets in".into()),
            error => refused(error),
        })
    }

    fn any_is_locked(&self) -> Result<bool, KeychainError> {
        let mut locked = false;
        for collection in &self.0.get_all_collections().map_err(refused)? {
            locked |= collection.is_locked().map_err(refused)?;
        }
        Ok(locked)
    }

    fn default_is_locked(&self) -> Result<bool, KeychainError> {
        match self.0.get_default_collection() {
            Ok(collection) => collection.is_locked().map_err(refused),
            // There is nothing to unlock: putting a key says so.
            Err(Error::NoResult) => Ok(false),
            Err(error) => Err(refused(error)),
        }
    }
}

fn attributes(entry: &str) -> HashMap<&str, &str> {
    HashMap::from([("application", APPLICATION), ("entry", entry)])
}

/// Whether what a search showed so many of, open and locked, may be locked. A service may hide the items of a locked collection
/// from a search: not finding is then not missing.
fn may_be_locked(
    open: usize,
    locked: usize,
    any_is_locked: impl FnOnce() -> Result<bool, KeychainError>,
) -> Result<bool, KeychainError> {
    Ok(locked > 0 || (open == 0 && any_is_locked()?))
}

fn refused(error: Error) -> KeychainError {
    match error {
        Error::Locked => KeychainError::Locked,
        Error::Prompt | Error::PromptDisconnected => KeychainError::Dismissed,
        error => KeychainError::Unreachable(error.to_string()),
    }
}

impl Keychain for SecretServiceKeychain {
    fn get(&self, entry: &str, has_store: bool) -> Result<Option<StoreKey>, KeychainError> {
        let found = self.0.search_items(attributes(entry)).map_err(refused)?;
        if let Some(item) = found.unlocked.first() {
            let secret = Zeroizing::new(item.get_secret().map_err(refused)?);
            return StoreKey::from_bytes(&secret)
                .map(Some)
                .ok_or_else(|| KeychainError::Unreachable("the entry does not hold a key".into()));
        }
        // Where nothing is to be opened, a collection that new keys do not go to may stay locked.
        let locked = if has_store {
            may_be_locked(0, found.locked.len(), || self.any_is_locked())?
        } else {
            self.default_is_locked()?
        };
        if locked { Err(KeychainError::Locked) } else { Ok(None) }
    }

    fn set(&self, entry: &str, key: &StoreKey) -> Result<(), KeychainError> {
        let collection = self.collection()?;
        if collection.is_locked().map_err(refused)? {
            return Err(KeychainError::Locked);
        }
        let label = "Secondary Accounts: key to what is saved on this computer";
        collection
            .create_item(label, attributes(entry), key.as_bytes(), true, "application/octet-stream")
            .map_err(refused)?;
        // A service that takes a secret and does not give it back must not be trusted with the only copy.
        match self.get(entry, true)? {
            Some(kept) if kept == *key => Ok(()),
            _ => Err(KeychainError::Unreachable("it did not keep the key".into())),
        }
    }

    fn remove(&self, entry: &str) -> Result<(), KeychainError> {
        let found = self.0.search_items(attributes(entry)).map_err(refused)?;
        if may_be_locked(found.unlocked.len(), found.locked.len(), || self.any_is_locked())? {
            return Err(KeychainError::Locked);
        }
        for item in &found.unlocked {
            item.delete().map_err(refused)?;
        }
        Ok(())
    }

    fn unlock(&self) -> Result<(), KeychainError> {
        for collection in self.0.get_all_collections().map_err(refused)? {
            if collection.is_locked().map_err(refused)? {
                collection.unlock().map_err(refused)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_found_may_be_in_a_locked_collection() {
        let locked = || Ok(true);
        let open = || Ok(false);
        assert_eq!(may_be_locked(0, 0, locked), Ok(true), "a service may hide it");
        assert_eq!(may_be_locked(0, 0, open), Ok(false), "there is none");
        assert_eq!(may_be_locked(1, 1, open), Ok(true), "one of two cannot be removed");
        assert_eq!(may_be_locked(1, 0, || panic!("what was found need not be looked for")), Ok(false));
        let silent = || Err(KeychainError::Unreachable(String::new()));
        assert!(may_be_locked(0, 0, silent).is_err());
    }
}

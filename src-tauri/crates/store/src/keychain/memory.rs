//! A keychain that lasts as long as the process.

use super::{Keychain, KeychainError};
use crate::StoreKey;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Keys in memory, with a lock that tests can turn.
#[derive(Debug, Default)]
pub struct MemoryKeychain {
    keys: Mutex<HashMap<String, StoreKey>>,
    locked: Mutex<bool>,
    dismissed: Mutex<bool>,
}

impl MemoryKeychain {
    pub fn lock(&self) {
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Whether whoever is asked to unlock it closes the question.
    pub fn dismiss(&self, closes: bool) {
        *self.dismissed.lock().unwrap_or_else(PoisonError::into_inner) = closes;
    }

    fn usable(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, StoreKey>>, KeychainError> {
        if *self.locked.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(KeychainError::Locked);
        }
        Ok(self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Keychain for MemoryKeychain {
    fn get(&self, entry: &str, _: bool) -> Result<Option<StoreKey>, KeychainError> {
        Ok(self.usable()?.get(entry).cloned())
    }

    fn set(&self, entry: &str, key: &StoreKey) -> Result<(), KeychainError> {
        self.usable()?.insert(entry.to_owned(), key.clone());
        Ok(())
    }

    fn remove(&self, entry: &str) -> Result<(), KeychainError> {
        self.usable()?.remove(entry);
        Ok(())
    }

    fn unlock(&self) -> Result<(), KeychainError> {
        if *self.dismissed.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(KeychainError::Dismissed);
        }
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = false;
        Ok(())
    }
}

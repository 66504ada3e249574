//! Where keys are kept: the system's keychain. Locked is not missing, and missing is not a first run.

mod memory;
#[cfg(target_os = "linux")]
mod secret_service;

use crate::StoreKey;
use std::sync::Arc;

pub use memory::MemoryKeychain;

/// Why the keychain did not serve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It is there and locked. [`Keychain::unlock`] asks the person.
    #[error("the keychain is locked")]
    Locked,
    /// There is none, or it does not answer.
    #[error("no keychain answers: {0}")]
    Unreachable(String),
    /// The person closed the question.
    #[error("the keychain stayed locked")]
    Dismissed,
}

/// A keychain. Every call may block for as long as the system takes: keep it off the threads that draw and serve.
pub trait Keychain: Send + Sync {
    /// The key kept under `entry`, or `None` where there is none. Never asks the person for anything.
    ///
    /// With a store that the key opens (`has_store`), whatever is locked may hold it. Without one all that counts is whether
    /// a new key could be put.
    fn get(&self, entry: &str, has_store: bool) -> Result<Option<StoreKey>, KeychainError>;
    fn set(&self, entry: &str, key: &StoreKey) -> Result<(), KeychainError>;
    /// Removes the key. An entry that is not there counts as removed; one that may be hidden by a lock does not.
    fn remove(&self, entry: &str) -> Result<(), KeychainError>;
    /// Lets the system ask the person to unlock it, and waits for the answer.
    fn unlock(&self) -> Result<(), KeychainError>;
}

/// The keychain of this system, connected.
///
/// # Errors
/// [`KeychainError::Unreachable`] where there is none.
pub fn system_keychain() -> Result<Arc<dyn Keychain>, KeychainError> {
    #[cfg(target_os = "linux")]
    return secret_service::SecretServiceKeychain::connect()
        .map(|keychain| Arc::new(keychain) as Arc<dyn Keychain>);
    #[cfg(not(target_os = "linux"))]
    return Err(KeychainError::Unreachable("this system's keychain is not supported yet".into()));
}

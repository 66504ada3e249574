//! A key made from a passphrase, for computers without a keychain (RFC 9106, Argon2id).

use crate::StoreKey;
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// Shortest passphrase taken, in characters. Length is what makes one strong (NIST SP 800-63B section 3.1.1).
pub const MIN_PASSPHRASE: usize = 12;

/// How a passphrase becomes a key: salt and cost, stored beside the store. Not secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passphrase {
    salt: [u8; 16],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Passphrase {
    /// A fresh salt, with the memory-constrained setting that RFC 9106 section 4 recommends (64 MiB, 3 passes, 4 lanes).
    pub fn fresh() -> Self {
        let mut salt = [0; 16];
        rand::rngs::OsRng.fill_bytes(&mut salt);
        Self { salt, memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }

    /// The key that `words` make. Takes a good part of a second, on purpose. `None` where the stored cost is absurd.
    pub fn key(&self, words: &str) -> Option<StoreKey> {
        const MOST_MEMORY_KIB: u32 = 1024 * 1024;
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > 20 {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut bytes = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(words.as_bytes(), &self.salt, bytes.as_mut())
            .ok()?;
        let key = StoreKey::from_bytes(bytes.as_ref());
        bytes.zeroize();
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_and_salt_make_the_same_key_and_others_do_not() {
        let passphrase = Passphrase { memory_kib: 64, passes: 1, lanes: 1, ..Passphrase::fresh() };
        let key = passphrase.key("slate river lantern").unwrap();
        assert_eq!(passphrase.key("slate river lantern").unwrap(), key);
        assert_ne!(passphrase.key("slate river lanterns").unwrap(), key);
        assert_ne!(Passphrase { salt: [7; 16], ..passphrase }.key("slate river lantern").unwrap(), key);
    }

    #[test]
    fn an_absurd_cost_is_refused_instead_of_eating_the_memory() {
        assert!(
            Passphrase { memory_kib: u32::MAX, ..Passphrase::fresh() }.key("slate river lantern").is_none()
        );
    }
}

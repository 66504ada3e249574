//! The key of one store.

use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// 32 random bytes that open one store. Wiped when dropped; never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, zeroize::ZeroizeOnDrop)]
pub struct StoreKey([u8; 32]);

impl StoreKey {
    /// A new key from the system's random source.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rngs::OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// `None` unless there are exactly 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in SQLCipher's raw form, `x'…'`, which skips its slow passphrase derivation.
    pub(crate) fn raw(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        text.push('\'');
        text
    }

    /// A value that tells whether a key is the right one without telling the key. Kept beside the store, so that a
    /// damaged file is not taken for a wrong key, nor a wrong key for damage.
    pub(crate) fn check_value(&self) -> [u8; 16] {
        let mut check = [0; 16];
        // HMAC takes keys of any length, so this cannot fail; a zero value would merely never match.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(b"secondary accounts: key check, version 1");
            for (to, from) in check.iter_mut().zip(mac.finalize().into_bytes()) {
                *to = from;
            }
        }
        check
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(…)")
    }
}

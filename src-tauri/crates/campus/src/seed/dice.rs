//! Chance that falls the same way each time.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use uuid::Builder;

#[derive(Debug)]
pub(super) struct Dice {
    random: StdRng,
    salt: String,
}

impl Dice {
    pub(super) fn new(seed: u64, institution: &str) -> Self {
        let salt = format!("{institution} {seed}");
        let mut start = [0_u8; 32];
        start.copy_from_slice(&Sha256::digest(salt.as_bytes()));
        Self { random: StdRng::from_seed(start), salt }
    }

    /// A number from 0 to `below`, which is not among them.
    pub(super) fn below(&mut self, below: usize) -> usize {
        if below == 0 { 0 } else { self.random.gen_range(0..below) }
    }

    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.random.gen_range(least..=most.max(least))
    }

    /// An identifier that follows from the name of what it stands for.
    pub(super) fn id(&self, what: &str, name: &str) -> String {
        let digest = Sha256::digest(format!("{} {what} {name}", self.salt).as_bytes());
        let mut bytes = [0_u8; 16];
        for (byte, from) in bytes.iter_mut().zip(digest) {
            *byte = from;
        }
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

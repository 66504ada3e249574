//! Use cases: the only crate that commands, and later the command line, call.
//!
//! Screens read what is stored and never wait for the network; a reading of the record brings news into the store and tells
//! that something changed.

mod arriving;
mod asking;
mod blocking;
mod catalogue;
mod client;
mod identities;
mod keeping;
mod leaving;
mod open;
mod opening;
mod outside;
mod practice;
mod problem;
mod reading;
#[cfg(test)]
mod rehearsal;
mod show;
mod signing_in;
mod stage;
mod tokens;
mod too_old;
pub mod view;

pub use client::{Client, Setup};
pub use outside::{Event, Outside};
pub use stage::FindKeychain;
pub use store::system_keychain;

/// The system's clock: the one place where the program looks at it.
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

//! Account queries: a SCIM 2.0 client (RFC 7643, RFC 7644, RFC 9865) that trusts no server.
//!
//! What arrives is taken as far as it can be read and never further: sizes are capped, pages must end, addresses stay
//! below the base, and what could not be read is counted instead of passed over. Who may see what is decided by the
//! directory and checked again by the caller with [`accounts::seen_by`].

mod abilities;
mod account;
mod address;
mod claims;
mod client;
mod error;
mod find;
mod loose;
mod me;
mod page;
mod progress;
mod reading;
mod text;
#[cfg(test)]
mod tolerance;
mod who;

pub use abilities::Abilities;
pub use claims::{RoleAndUnit, role_from_claims};
pub use client::Directory;
pub use error::Error;
pub use find::Found;
pub use reading::{PageOf, Reading, What};
pub use who::SignedInAs;

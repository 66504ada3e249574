//! What this computer remembers: one encrypted file and one key per institution and person.
//!
//! A store is SQLite under SQLCipher, opened with a raw key from the system's keychain or made from a passphrase
//! (mission row C6). What is seen once is readable off line; forgetting destroys the key, then the file and its copies.

mod damage;
mod error;
mod facts;
mod hay;
mod history;
mod index;
mod key;
mod keychain;
mod line;
mod list;
mod order;
mod passphrase;
mod people;
mod place;
mod requests;
mod schema;
mod search;
mod store;
mod write;

pub use damage::Salvaged;
pub use error::{Error, OpenError};
pub use facts::Fact;
pub use history::Sighting;
pub use key::StoreKey;
pub use keychain::{Keychain, KeychainError, MemoryKeychain, system_keychain};
pub use line::{Line, Listed};
pub use list::{Counts, Facets, Query, Rows, Stored};
pub use passphrase::{MIN_PASSPHRASE, Passphrase};
pub use people::{Counted, FoundPerson, PeopleFacet, PeopleQuery, PeopleRows, PersonAccounts, day_number};
pub use place::Place;
pub use requests::KeptRequest;
pub use store::Store;
pub use write::{Dropped, Incoming, Taken, ThroughGroup};

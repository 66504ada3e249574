//! What the tests and measurements of the whole product stand on: a desktop of their own, the real window, the practice campus, the
//! servers that others wrote, and a stand-in for the system's browser.
//!
//! Everything started here runs on loopback, on a port or display that was free, in a fresh folder, and ends with the
//! test, whether it passes, panics or is killed. Start things from the test's own thread: the kernel ties a child to the
//! thread that made it.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test file includes all of it and uses a part"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test stops where what it stands on breaks"
)]

mod accessible;
mod audit;
mod browser;
mod cable;
mod campus;
mod desktop;
mod elsewhere;
mod endless;
mod fate;
mod form;
mod front;
mod http;
mod keyring;
pub mod peers;
mod process;
mod profile;
mod screen;
mod window;

pub use accessible::By;
pub use browser::{Browser, Landing};
pub use campus::{Campus, CampusOptions};
pub use desktop::{Desktop, Theme};
pub use elsewhere::Elsewhere;
pub use fate::Fate;
pub use front::{Front, Spoil};
pub use keyring::Keyring;
pub use process::Process;
pub use profile::Connected;
pub use window::{Window, WindowOptions};

// Whoever includes this says in a module of that name where the checkout and the built programs are.
pub(crate) use crate::places::{app, campus as campus_program, checkout};

//! Release builds: what is measured is built as it is shipped.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::checkout::Checkout;
use crate::failure::Result;
use crate::process::{self, Lines};

/// For the linker that Rust brings for this kind of machine: addresses to be filled in at the start are packed (read by
/// glibc 2.36 and later), and functions that came out the same are kept once. A quarter of the program's size.
const LINKING: &str = "-Clink-arg=-Wl,-z,pack-relative-relocs -Clink-arg=-Wl,--icf=all";

/// A panic ends the practice campus (the program starts it again where it left off), so that nothing is left to tidy up
/// on the way: the tables for that go. It has no text search either.
const CAMPUS: &str = "-Cforce-unwind-tables=no";
const CAMPUS_SQLITE: &str = "-USQLITE_ENABLE_FTS5";

/// No panic passes through C: callbacks end before (`rusqlite` sees to it).
const C: &str = "-fno-asynchronous-unwind-tables -fno-unwind-tables";

/// Builds the programs of a package.
pub(crate) fn build(checkout: &Checkout, package: &str) -> Result {
    process::run(&mut command(checkout, "release", LINKING, package), Lines::OnFailure, |_| {})
}

/// Builds the practice campus by itself, so that it has of the dependencies what it needs and no more.
pub(crate) fn build_campus(checkout: &Checkout) -> Result {
    let mut command = command(checkout, "campus", &format!("{LINKING} {CAMPUS}"), "campus");
    // Set by `.cargo/config.toml` for everything that cargo starts, xtask too; cargo itself leaves alone what is set.
    if let Ok(sqlite) = env::var("LIBSQLITE3_FLAGS") {
        command.env("LIBSQLITE3_FLAGS", format!("{sqlite} {CAMPUS_SQLITE}"));
    }
    process::run(&mut command, Lines::OnFailure, |_| {})
}

fn command(checkout: &Checkout, profile: &str, flags: &str, package: &str) -> Command {
    let words = ["build", "--profile", profile, "--locked", "--bins", "--package", package];
    let mut command = cargo::command(checkout, &words);
    // Commands of the window that no page may call are left out (`removeUnusedCommands` in tauri.conf.json).
    command.env("REMOVE_UNUSED_COMMANDS", checkout.root());
    command.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", flags);
    command.env("CFLAGS", C);
    command
}

/// Where cargo puts what [`build`] makes.
pub(crate) fn programs(checkout: &Checkout) -> PathBuf {
    cargo::target(checkout).join("release")
}

/// The program that [`build_campus`] makes.
pub(crate) fn campus(checkout: &Checkout) -> PathBuf {
    cargo::target(checkout).join("campus").join("campus")
}

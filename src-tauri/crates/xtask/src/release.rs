//! Release builds: what is measured is built as it is shipped.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::checkout::Checkout;
use crate::failure::Result;
use crate::process::{self, Lines};

/// For the linker that Rust brings for this kind of machine: addresses to be filled in at the start are packed (read by
/// glibc 2.36 and later), and functions that came out the same are kept once. A quarter of the program's size.
const LINKING: &str = "-Clink-arg=-Wl,-z,pack-relative-relocs -Clink-arg=-Wl,--icf=all";

/// Builds the programs of `packages`.
pub(crate) fn build(checkout: &Checkout, packages: &[&str]) -> Result {
    process::run(&mut command(checkout, packages), Lines::OnFailure, |_| {})
}

fn command(checkout: &Checkout, packages: &[&str]) -> Command {
    let mut command = cargo::command(checkout, &["build", "--release", "--locked", "--bins"]);
    for package in packages {
        command.args(["--package", package]);
    }
    // Commands of the window that no page may call are left out (`removeUnusedCommands` in tauri.conf.json).
    command.env("REMOVE_UNUSED_COMMANDS", checkout.root());
    command.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", LINKING);
    command
}

/// Where cargo puts what [`build`] makes.
pub(crate) fn programs(checkout: &Checkout) -> PathBuf {
    cargo::target(checkout).join("release")
}

//! Calling cargo on this workspace.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::checkout::Checkout;
use crate::failure::{Failure, Result};
use crate::process::{self, Lines};

/// The folder that everything is built into.
///
/// `SECONDARY_ACCOUNTS_TARGET`, else `CARGO_TARGET_DIR`, else a folder in the cache, so that a second checkout does not
/// build the dependencies again.
pub(crate) fn target(checkout: &Checkout) -> PathBuf {
    let chosen = ["SECONDARY_ACCOUNTS_TARGET", "CARGO_TARGET_DIR"]
        .into_iter()
        .find_map(|name| env::var_os(name).filter(|value| !value.is_empty()))
        .map(|folder| checkout.root().join(folder));
    chosen.unwrap_or_else(|| {
        let cached = checkout.cache().join("target");
        if fs::create_dir_all(&cached).is_ok() { cached } else { checkout.root().join("target") }
    })
}

/// A cargo command on the workspace, with the packages that [`fetch`] brought and no network.
pub(crate) fn command(checkout: &Checkout, words: &[&str]) -> Command {
    let mut command = base(checkout);
    command.args(words).env("CARGO_NET_OFFLINE", "true");
    command
}

/// Brings every package of `Cargo.lock` for this machine. Without a network this passes if they are all there.
pub(crate) fn fetch(checkout: &Checkout) -> Result {
    let host = process::output("rustc", &["-vV"])
        .and_then(|printed| printed.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| Failure::new("rustc does not say which machine it builds for"))?;
    process::run(base(checkout).args(["fetch", "--locked", "--target", &host]), Lines::OnFailure, |_| {})
        .map_err(|failure| failure.advice("connect to a network: Rust packages are fetched once"))
}

/// A program that cargo built for debugging.
pub(crate) fn binary(checkout: &Checkout, name: &str) -> PathBuf {
    target(checkout).join("debug").join(name)
}

fn base(checkout: &Checkout) -> Command {
    // `cargo run` tells which cargo that was; another one on the path could be another version.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(checkout.root())
        .env("CARGO_TARGET_DIR", target(checkout))
        .env("CARGO_TERM_COLOR", "never");
    // What cargo set for this program would be taken for the user's wish by the programs it starts.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME");
    command
}

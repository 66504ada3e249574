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

/// The same with clippy before the compiler, for the workspace's own crates: what is built has been checked, in one pass
/// where `cargo clippy` and a build would take two. What others wrote is built as ever, and once.
pub(crate) fn checked(checkout: &Checkout, words: &[&str]) -> Command {
    let mut command = command(checkout, words);
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // What it says is read: nobody's settings may silence it or draw into it.
    command.env("CARGO_TERM_QUIET", "false").env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}

/// Whether a line of cargo's says that a crate of the workspace was built with warnings, now or earlier.
pub(crate) fn tells_of_warnings(line: &str) -> bool {
    // The last line for each crate: warning: `store` (lib test) generated 2 warnings (1 duplicate)
    line.strip_prefix("warning: `").is_some_and(|rest| rest.contains(" generated "))
}

/// Brings every package of `Cargo.lock` for this machine. Without a network this passes if they are all there.
pub(crate) fn fetch(checkout: &Checkout) -> Result {
    let host = process::output("rustc", &["-vV"])
        .and_then(|printed| printed.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| Failure::new("rustc does not say which machine it builds for"))?;
    process::run(base(checkout).args(["fetch", "--locked", "--target", &host]), Lines::OnFailure, |_| {})
        .map_err(|failure| failure.advice("connect to a network: Rust packages are fetched once"))?;
    take_over(checkout)
}

/// Makes sure that what lies in the target folder was built from this checkout.
///
/// Cargo knows the workspace's own crates by their place below its root and judges them by file times, so that another
/// checkout's newer build would pass for this one's. The dependencies are the same for all and stay.
pub(crate) fn take_over(checkout: &Checkout) -> Result {
    let target = target(checkout);
    let note = target.join("built-for");
    let here = checkout.root().display().to_string();
    match fs::read_to_string(&note) {
        Ok(last) if last == here => return Ok(()),
        Ok(_) => {
            for profile in ["dev", "release", "campus"] {
                let mut clean = command(checkout, &["clean", "--quiet", "--profile", profile]);
                for package in packages(checkout) {
                    clean.args(["--package", &package]);
                }
                process::run(&mut clean, Lines::OnFailure, |_| {})?;
            }
        }
        Err(_) => {}
    }
    let kept = fs::create_dir_all(&target).and_then(|()| fs::write(&note, here));
    kept.map_err(|error| Failure::new(format!("{} cannot be written: {error}", note.display())))
}

/// The workspace's own packages: each crate's folder bears its name.
fn packages(checkout: &Checkout) -> Vec<String> {
    let crates = fs::read_dir(checkout.root().join("src-tauri/crates"));
    let folders =
        crates.into_iter().flatten().flatten().filter(|entry| entry.path().join("Cargo.toml").is_file());
    let names = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // xtask itself runs from there.
    std::iter::once("secondary-accounts".to_owned()).chain(names.filter(|name| name != "xtask")).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_warnings_is_noticed() {
        assert!(tells_of_warnings("warning: `store` (lib test) generated 2 warnings (1 duplicate)"));
        let more = "warning: `plan` (bin \"plan\") generated 1 warning (run `cargo clippy --fix --bin \"plan\"` to apply)";
        assert!(tells_of_warnings(more));
        for other in [
            "warning: function `generated` is never used",
            "   Compiling store v0.1.0 (/somewhere/store)",
            "    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.46s",
        ] {
            assert!(!tells_of_warnings(other), "{other}");
        }
    }
}

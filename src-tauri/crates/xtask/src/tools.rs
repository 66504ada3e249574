//! The three things that must be there before set-up can do anything: a C compiler, Rust and Node.

use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process::{self, Lines};

type Version = (u32, u32);

const RUST: Version = (1, 95);
/// Vite 8 asks for it.
const NODE: Version = (20, 19);
/// The SCIM server that the tests use asks for it.
const PYTHON: Version = (3, 11);

/// Checks the compiler, Rust and Node, and says of each that is missing what to run.
pub(crate) fn check() -> Result {
    let found = [
        compiler(process::output("cc", &["--version"]).as_deref()),
        program(
            "Rust",
            RUST,
            process::output("rustc", &["--version"]).as_deref(),
            "rustup update stable (https://rustup.rs installs it)",
        ),
        program(
            "Node",
            NODE,
            process::output("node", &["--version"]).as_deref(),
            "install Node 20.19 or later from https://nodejs.org or your package manager",
        ),
        npm(process::output("npm", &["--version"]).as_deref()),
    ];
    all(found)
}

/// Sees to what the tests need of the toolchain beyond building: rustup's smallest profile comes without.
pub(crate) fn add_for_tests() -> Result {
    const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "rustfmt"), ("clippy-driver", "clippy")];
    let missing = || {
        let there = |program| process::output(program, &["--version"]).is_some();
        COMPONENTS.into_iter().filter(move |(program, _)| !there(*program))
    };
    let names: Vec<_> = missing().map(|(_, name)| name).collect();
    if !names.is_empty() && process::found("rustup") {
        let mut add = Command::new("rustup");
        add.args(["component", "add"]).args(&names);
        println!("      {}", process::typed(&add));
        process::run(&mut add, Lines::OnFailure, |_| {})
            .map_err(|failure| failure.advice("connect to a network: what the tests need is fetched once"))?;
    }
    let left: Vec<_> =
        missing().map(|(program, name)| format!("no {program}: rustup component add {name}")).collect();
    all(left.into_iter().map(Err))
}

/// Checks Python, once the machine's package manager has had its turn.
pub(crate) fn check_python() -> Result {
    let version = process::output("python3", &["--version"]);
    all([program("Python", PYTHON, version.as_deref(), "install Python 3.11 or later")])
}

fn all(found: impl IntoIterator<Item = std::result::Result<(), String>>) -> Result {
    let missing: Vec<String> = found.into_iter().filter_map(std::result::Result::err).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new("this machine lacks what the set-up builds on")
        .last_lines(missing)
        .advice("put in place what each line names, then give the same command again"))
}

fn compiler(printed: Option<&str>) -> std::result::Result<(), String> {
    printed.map(drop).ok_or_else(|| {
        "no C compiler (cc): sudo apt-get install build-essential, or gcc elsewhere".to_owned()
    })
}

fn npm(printed: Option<&str>) -> std::result::Result<(), String> {
    printed.map(drop).ok_or_else(|| {
        "no npm: it comes with Node from https://nodejs.org; Debian packages it as npm".to_owned()
    })
}

fn program(
    name: &str,
    wanted: Version,
    printed: Option<&str>,
    what_to_run: &str,
) -> std::result::Result<(), String> {
    let (major, minor) = wanted;
    match printed.and_then(version) {
        Some(found) if found >= wanted => Ok(()),
        Some((has_major, has_minor)) => Err(format!(
            "{name} is {has_major}.{has_minor}, {major}.{minor} or later is needed: {what_to_run}"
        )),
        None => Err(format!("no {name}, {major}.{minor} or later is needed: {what_to_run}")),
    }
}

/// The first `major.minor` in what a program says of itself: `rustc 1.95.0 (…)`, `v20.19.2`, `Python 3.11.7`.
fn version(printed: &str) -> Option<Version> {
    printed.split_whitespace().find_map(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_print() {
        assert_eq!(version("rustc 1.95.0 (f2d3ce0bd 2026-03-21)"), Some((1, 95)));
        assert_eq!(version("rustc 1.96.0-nightly (0123456 2026-04-01)"), Some((1, 96)));
        assert_eq!(version("v20.19.2\n"), Some((20, 19)));
        assert_eq!(version("Python 3.11.7"), Some((3, 11)));
        assert_eq!(version("command not found"), None);
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(program("Node", (20, 19), Some("v20.9.0"), "x").is_err(), "9 is before 19");
        assert!(program("Node", (20, 19), Some("v100.0.0"), "x").is_ok());
        assert!(program("Rust", (1, 95), Some("rustc 1.95.0"), "x").is_ok());
    }

    #[test]
    fn what_is_missing_is_named_with_what_to_run() {
        assert_eq!(
            program("Rust", (1, 95), Some("rustc 1.80.1 (x)"), "rustup update stable"),
            Err("Rust is 1.80, 1.95 or later is needed: rustup update stable".to_owned())
        );
        let failure = all([compiler(None), npm(None)]).unwrap_err().to_string();
        assert!(failure.contains("build-essential") && failure.contains("npm"), "{failure}");
    }
}

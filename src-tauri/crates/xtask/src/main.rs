//! `cargo xtask`: sets this machine up, starts the program, runs every test, and measures.
//!
//! Built from the standard library alone, so that it runs before anything else is installed.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks through its streams"
)]

mod bench;
mod cargo;
mod checkout;
mod display;
mod failure;
mod generate;
mod leftovers;
mod notices;
mod npm;
mod package;
mod packages;
mod peers;
mod picture;
mod process;
mod release;
mod setup;
mod stamp;
mod start;
mod steps;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask start [--seconds N] [-- ARGUMENTS]
    Set up what is missing, build the program and open its window. ARGUMENTS go to the program.
    Without a display the window opens in a virtual one and its picture is saved.
    --seconds N   close the window after N seconds

cargo xtask test
    Set up what is missing, then run every check and every test.

cargo xtask bench [--quick] [--accounts N] [--only GROUP]
    Set up what is missing, build everything for release and measure it against the least that could do the same.
    The figures are printed and written to target/bench.json.
    --quick        fewer rounds
    --accounts N   an institution of N accounts instead of 100000
    --only GROUP   size, asking, reading, start or typing alone; nothing is written

cargo xtask package
    Set up what is missing, build for release and make a Debian package in target/package.

cargo xtask generate
    Write the committed files that are generated from the Rust types again.

cargo xtask help
    Show this.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("start") => start::Options::parse(arguments).and_then(|options| start::run(&options)),
        Some("test") => test::run(),
        Some("bench") => bench::Options::parse(arguments).and_then(|options| bench::run(&options)),
        Some("package") => package::run(),
        Some("generate") => generate::run(),
        None | Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(failure::Failure::new(format!("there is no command “{other}”"))
            .advice("cargo xtask help lists the commands")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

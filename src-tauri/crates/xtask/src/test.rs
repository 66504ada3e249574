//! `cargo xtask test`: set-up, then every check and every test.

use std::cell::RefCell;
use std::time::Duration;

use crate::cargo;
use crate::checkout::Checkout;
use crate::failure::{Failure, Result};
use crate::leftovers::Mark;
use crate::npm;
use crate::peers;
use crate::process::{self, Lines};
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};
use crate::tally::Tally;

/// How long a server may take to notice that its test has ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stops where set-up fails. A failed check does not keep the others from running.
pub(crate) fn run() -> Result {
    let checkout = Checkout::find()?;
    let (mark, tally) = (Mark::new(), RefCell::new(Tally::default()));
    let setup = setup::steps(&checkout, Purpose::Test);
    let checks = checks(&checkout, &mark, &tally);
    let mut progress = Progress::new(setup.len() + checks.len());
    progress.take_all(setup)?;

    let mut failed = Vec::new();
    for check in checks {
        let title = check.title();
        if let Err(failure) = progress.take(check) {
            eprintln!("{failure}");
            failed.push(title);
        }
    }
    println!("\n{}", tally.borrow());
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(failed.join("; "))) }
}

fn checks<'a>(checkout: &'a Checkout, mark: &'a Mark, tally: &'a RefCell<Tally>) -> Vec<Step<'a>> {
    let npm = |words: &'static [&'static str], lines| {
        let mut command = npm::command(&checkout.ui(), words);
        let (name, value) = mark.variable();
        command.env(name, value);
        process::run(&mut command, lines, |line| {
            *tally.borrow_mut() += Tally::of_vitest(line).unwrap_or_default();
        })
    };
    vec![
        Step::new("Checking how the Rust code is laid out", "", move || {
            let layout = &["fmt", "--all", "--check", "--", "--color", "never"];
            process::run(&mut cargo::command(checkout, layout), Lines::OnFailure, |_| {})
                .map_err(|failure| failure.advice("cargo fmt --all"))
        }),
        Step::new("Checking the front end's types", "20 s", move || npm(&["run", "check"], Lines::OnFailure)),
        Step::new("Testing the front end", "20 s", move || npm(&["test"], Lines::Shown)),
        Step::new("Building the front end", "20 s", move || npm::build_ui(checkout)),
        Step::new("Checking and building the Rust code", "2 min, 12 min the first time", move || {
            build_checked(checkout)
        }),
        Step::new("Testing the Rust code, the servers and the real window", "12 min", move || {
            let words = &["test", "--workspace", "--locked", "--no-fail-fast"];
            let mut command = cargo::checked(checkout, words);
            let (name, value) = mark.variable();
            command.env(name, value).env(peers::PYTHON_VARIABLE, peers::python(checkout));
            process::run(&mut command, Lines::Shown, |line| {
                *tally.borrow_mut() += Tally::of_cargo(line).unwrap_or_default();
            })
        }),
        Step::new("Looking for processes that the tests left behind", "", move || {
            let left = mark.left_running(PATIENCE);
            if left.is_empty() {
                return Ok(());
            }
            Mark::end(&left);
            let lines = left.into_iter().map(|(pid, command)| format!("{pid} {command}"));
            Err(Failure::new("tests left processes running").last_lines(lines))
        }),
    ]
}

/// Builds every program and test. A warning of the compiler or of clippy fails it, once everything is built.
fn build_checked(checkout: &Checkout) -> Result {
    let words = &["build", "--workspace", "--all-targets", "--locked"];
    let mut said = Vec::new();
    process::run(&mut cargo::checked(checkout, words), Lines::OnFailure, |line| said.push(line.to_owned()))?;
    if !said.iter().any(|line| cargo::tells_of_warnings(line)) {
        return Ok(());
    }
    said.retain(|line| !line.trim_start().starts_with("Compiling "));
    Err(Failure::new("the Rust code was built with warnings")
        .last_lines(said)
        .advice("cargo clippy --workspace --all-targets"))
}

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
    let cargo = |words: &'static [&'static str], lines, see: fn(&str) -> Option<Tally>| {
        let mut command = cargo::command(checkout, words);
        let (name, value) = mark.variable();
        command.env(name, value).env(peers::PYTHON_VARIABLE, peers::python(checkout));
        process::run(&mut command, lines, |line| *tally.borrow_mut() += see(line).unwrap_or_default())
    };
    let npm = |words: &'static [&'static str], lines| {
        let mut command = npm::command(&checkout.ui(), words);
        let (name, value) = mark.variable();
        command.env(name, value);
        process::run(&mut command, lines, |line| {
            *tally.borrow_mut() += Tally::of_vitest(line).unwrap_or_default();
        })
    };
    let nothing: fn(&str) -> Option<Tally> = |_| None;
    vec![
        Step::new("Checking how the Rust code is laid out", "", move || {
            cargo(&["fmt", "--all", "--check", "--", "--color", "never"], Lines::OnFailure, nothing)
                .map_err(|failure| failure.advice("cargo fmt --all"))
        }),
        Step::new("Checking the front end's types", "20 s", move || npm(&["run", "check"], Lines::OnFailure)),
        Step::new("Testing the front end", "20 s", move || npm(&["test"], Lines::Shown)),
        Step::new("Building the front end", "20 s", move || npm::build_ui(checkout)),
        Step::new("Checking the Rust code", "1 min, 8 min the first time", move || {
            let clippy = &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
            cargo(clippy, Lines::OnFailure, nothing)
        }),
        Step::new("Building the practice campus", "1 min, 6 min the first time", move || {
            cargo(&["build", "--locked", "--package", "campus"], Lines::OnFailure, nothing)
        }),
        Step::new(
            "Testing the Rust code, the servers and the real window",
            "4 min, 10 min the first time",
            move || {
                cargo(&["test", "--workspace", "--locked", "--no-fail-fast"], Lines::Shown, Tally::of_cargo)
            },
        ),
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

//! Writes the committed generated files again, by the tests that otherwise find them out of date.

use crate::cargo;
use crate::checkout::Checkout;
use crate::failure::Result;
use crate::process::{self, Lines};
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};

pub(crate) fn run() -> Result {
    let checkout = Checkout::find()?;
    let mut steps = setup::steps(&checkout, Purpose::Start { display: true });
    let write = |words: &'static [&'static str]| {
        let mut command = cargo::command(&checkout, words);
        command.env("UPDATE", "1");
        process::run(&mut command, Lines::OnFailure, |_| {})
    };
    steps.push(Step::new("Writing the TypeScript bindings", "1 min", || {
        write(&["test", "--locked", "--package", "secondary-accounts", "--test", "bindings"])
    }));
    steps.push(Step::new("Writing the schema of an institution's file", "20 s", || {
        write(&["test", "--locked", "--package", "institutions", "schema"])
    }));
    steps.push(Step::new("Writing the contract of the practice desk", "1 min", || {
        write(&["test", "--locked", "--package", "campus", "--lib", "document"])
    }));
    Progress::new(steps.len()).take_all(steps)
}

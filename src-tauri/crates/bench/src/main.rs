//! Measures the built program against the least that could do the same, on this computer, and says what misses its goal.
//!
//! `cargo xtask bench` builds what is measured and runs this. Compared things take turns in one run. What cannot be
//! measured here is said to be so.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks through its streams"
)]

mod asking;
mod bare;
mod figure;
mod launch;
mod memory;
mod options;
mod outbox;
mod person;
mod places;
mod query;
mod reading;
mod resources;
mod sample;
mod served;
mod size;
mod start;
#[path = "../../../../tests/support/mod.rs"]
mod support;
mod typed;
mod typing;
mod windows;

use figure::{Figure, Goal, Measured};
use options::Options;
use resources::Record;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::{env, fs};
use support::{Campus, CampusOptions};
use tokio::runtime::{Builder, Runtime};
use windows::Office;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What every measurement stands on.
struct Ground {
    options: Options,
    campus: Campus,
    record: Record,
}

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    if words.next().is_some_and(|word| word == launch::LAUNCH) {
        return launch::launch(words);
    }
    let outcome = Options::parse(env::args().skip(1)).map_err(Into::into).and_then(|options| run(&options));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome {
    places::set(&options.checkout, &options.programs, &options.package);
    // Of one thread: the kernel ties the programs that are started to the thread that starts them.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    let mut figures = Vec::new();
    if wanted("size") {
        figures.extend(take(size::GOALS, || size::measure(&options.package)));
    }
    if wanted("asking") {
        figures.extend(take(asking::GOALS, || asking::measure(options)));
        figures.extend(take(outbox::GOALS, || outbox::measure(options)));
    }
    if ["reading", "start", "typing"].into_iter().any(wanted) {
        println!("Starting a campus with {} accounts", options.accounts);
        let ground = ground(options.clone(), &runtime)?;
        if wanted("reading") {
            println!("Reading the record of {} accounts, again and again", ground.record.accounts.len());
            figures.extend(take(reading::GOALS, || reading::measure(&ground)));
        }
        if wanted("start") || wanted("typing") {
            figures.extend(in_windows(&ground, &runtime, wanted("start"), wanted("typing")));
        }
    }
    for figure in &figures {
        println!("{}", figure.lines());
    }
    let missed = figures.iter().filter(|figure| !figure.is_met()).count();
    println!("{} of {} goals are met", figures.len() - missed, figures.len());
    write(options, &figures)
}

fn ground(options: Options, runtime: &Runtime) -> Outcome<Ground> {
    let campus = CampusOptions::of("oxford").with("--accounts", options.accounts.to_string());
    let campus = catch_unwind(|| Campus::start(&campus)).map_err(said)?;
    let record = runtime.block_on(Record::read(&campus, "eart0007"))?;
    Ok(Ground { options, campus, record })
}

fn in_windows(ground: &Ground, runtime: &Runtime, starts: bool, types: bool) -> Vec<Figure> {
    println!("Signing in and reading the record in a window");
    let office = catch_unwind(AssertUnwindSafe(|| runtime.block_on(Office::furnish(ground))))
        .unwrap_or_else(|panic| Err(said(panic).into()))
        .map_err(|error| error.to_string());
    let mut figures = Vec::new();
    if starts {
        println!("Starting the program and an empty window in turn");
        figures.extend(take(start::GOALS, || {
            runtime.block_on(start::measure(ground, office.as_ref().map_err(String::as_str)?))
        }));
    }
    if types {
        println!("Typing into both");
        figures.extend(take(typing::GOALS, || {
            runtime.block_on(typing::measure(ground, office.as_ref().map_err(String::as_str)?))
        }));
    }
    figures
}

/// Measures, and gives a figure for each goal whatever comes of it.
fn take(goals: &[Goal], measure: impl FnOnce() -> Outcome<Vec<Measured>>) -> Vec<Figure> {
    let found = catch_unwind(AssertUnwindSafe(measure)).unwrap_or_else(|panic| Err(said(panic).into()));
    match found {
        Ok(found) => {
            let figures = goals.iter().zip(found);
            figures.map(|(goal, found)| Figure { goal: *goal, found: Ok(found) }).collect()
        }
        Err(error) => {
            let why = error.to_string();
            goals.iter().map(|goal| Figure { goal: *goal, found: Err(why.clone()) }).collect()
        }
    }
}

/// What a failed step of the support for tests said.
fn said(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => {
            panic.downcast_ref::<&str>().map_or_else(|| "it broke off".to_owned(), ToString::to_string)
        }
    }
}

/// A partial run leaves the figures of the last whole one as they are.
fn write(options: &Options, figures: &[Figure]) -> Outcome {
    if options.only.is_some() {
        return Ok(());
    }
    let file = options.checkout.join("target/bench.json");
    fs::create_dir_all(options.checkout.join("target"))?;
    let list: Vec<_> = figures.iter().map(Figure::to_json).collect();
    fs::write(&file, serde_json::to_vec_pretty(&list)?)?;
    println!("Written to {}", file.display());
    Ok(())
}

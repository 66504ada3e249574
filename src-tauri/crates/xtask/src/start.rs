//! `cargo xtask start`: set-up, then the program in a window.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::checkout::Checkout;
use crate::display::{self, Bus, VirtualDisplay};
use crate::failure::{Failure, Result, While};
use crate::npm;
use crate::picture::Picture;
use crate::process::{self, Lines, Running};
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};

/// Where the program finds the practice campus that it starts when somebody chooses to practise.
const CAMPUS_VARIABLE: &str = "SECONDARY_ACCOUNTS_CAMPUS";
/// How long a window may take to draw itself on a slow machine.
const DRAWN: Duration = Duration::from_mins(1);
/// A picture that has not changed for this long is of a page that has come to rest.
const AT_REST: Duration = Duration::from_millis(1500);

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// After how long the window is closed. `None`: when the person closes it.
    seconds: Option<u64>,
    /// For the program itself.
    arguments: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--" => {
                    options.arguments = words.collect();
                    break;
                }
                "--seconds" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    options.seconds =
                        Some(number.ok_or_else(|| Failure::new("--seconds wants a whole number"))?);
                }
                other => {
                    return Err(Failure::new(format!("start does not know “{other}”"))
                        .advice("arguments for the program itself come after --"));
                }
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(options: &Options) -> Result {
    let checkout = Checkout::find()?;
    let display = display::there_is_one();
    let mut steps = setup::steps(&checkout, Purpose::Start { display });
    steps.push(Step::new("Building the front end", "20 s", || npm::build_ui(&checkout)));
    steps.push(Step::new(
        "Building the program and the practice campus",
        "20 s, 10 min the first time",
        || {
            let words = ["build", "--locked", "--package", "secondary-accounts", "--package", "campus"];
            process::run(&mut cargo::command(&checkout, &words), Lines::OnFailure, |_| {})
        },
    ));
    Progress::new(steps.len()).take_all(steps)?;

    let mut program = Command::new(cargo::binary(&checkout, "secondary-accounts"));
    program
        .args(&options.arguments)
        .env(CAMPUS_VARIABLE, cargo::binary(&checkout, "campus"))
        .stdin(Stdio::null());
    let until = options.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    if display {
        println!("\nOpening the window. It closes with ctrl-c here, too.");
        return watch(open(&mut program)?, until);
    }
    without_display(&checkout, &mut program, until)
}

fn without_display(checkout: &Checkout, program: &mut Command, until: Option<Instant>) -> Result {
    let screen = VirtualDisplay::open()?;
    program.env("DISPLAY", screen.name());
    // Kept until the program has ended.
    let _bus = if has_bus() {
        None
    } else {
        let bus = Bus::open()?;
        program.env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        Some(bus)
    };
    println!("\nThere is no display here, so the window opens in a virtual one ({}).", screen.name());
    let mut running = open(program)?;
    let file = checkout.screens().join("start.png");
    match at_rest(&screen, running.child())? {
        Some(picture) => {
            fs::create_dir_all(checkout.screens()).doing(|| "making target/screens".to_owned())?;
            fs::write(&file, picture.to_png()).doing(|| format!("writing {}", file.display()))?;
            println!("Its picture: {}", file.display());
        }
        None => {
            return Err(Failure::new(format!("the window drew nothing within {} s", DRAWN.as_secs()))
                .advice("read what the program printed above"));
        }
    }
    println!("It stays open until ctrl-c.");
    watch(running, until)
}

fn has_bus() -> bool {
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
}

fn open(program: &mut Command) -> Result<Running> {
    // Not bound to this process by a signal: a program that is closing writes its store first.
    program.spawn().map(Running::new).doing(|| format!("starting {}", process::typed(program)))
}

/// The screen once something is on it and has come to rest. `None` if that takes too long or the program ends.
fn at_rest(screen: &VirtualDisplay, program: &mut Child) -> Result<Option<Picture>> {
    let began = Instant::now();
    let mut last: Option<(Picture, Instant)> = None;
    while began.elapsed() < DRAWN && matches!(program.try_wait(), Ok(None)) {
        let picture = screen.picture()?;
        match &last {
            Some((same, since)) if *same == picture => {
                if !picture.is_blank() && since.elapsed() >= AT_REST {
                    return Ok(Some(picture));
                }
            }
            _ => last = Some((picture, Instant::now())),
        }
        thread::sleep(Duration::from_millis(250));
    }
    // A page that never rests, such as one with a running clock, has a picture all the same.
    Ok(last.map(|(picture, _)| picture).filter(|picture| !picture.is_blank()))
}

/// Waits until the program ends or its time is over.
fn watch(mut running: Running, until: Option<Instant>) -> Result {
    loop {
        if let Some(status) = running.child().try_wait().doing(|| "waiting for the program".to_owned())? {
            return if status.success() {
                Ok(())
            } else {
                Err(Failure::new(format!("the program ended with {status}")))
            };
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            running.end(Duration::from_secs(10));
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(words.iter().map(|&word| word.to_owned()))
    }

    #[test]
    fn what_stands_after_the_dashes_is_for_the_program() {
        let options = parse(&["--seconds", "5", "--", "--seconds", "x"]).unwrap();
        assert_eq!(options, Options { seconds: Some(5), arguments: vec!["--seconds".into(), "x".into()] });
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_way_to_pass_it_on() {
        let failure = parse(&["--institution", "x"]).unwrap_err().to_string();
        assert!(failure.contains("after --"), "{failure}");
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["--seconds", "soon"]).is_err());
    }

    #[test]
    fn the_virtual_display_is_blank_until_something_draws_on_it() {
        let screen = VirtualDisplay::open().unwrap();
        let picture = screen.picture().unwrap();
        assert!(picture.is_blank());
        assert!(picture.to_png().len() > 1280 * 800 * 3);
    }
}

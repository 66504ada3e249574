//! `cargo xtask bench`: set-up, release builds, then the measurements.

use crate::checkout::Checkout;
use crate::failure::{Failure, Result};
use crate::npm;
use crate::package;
use crate::process::{self, Lines};
use crate::release;
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Handed on to the program that measures.
    words: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => options.words.push(word),
                "--accounts" | "--only" => {
                    let value = words.next().ok_or_else(|| Failure::new(format!("{word} wants a value")))?;
                    if word == "--accounts" && value.parse::<u32>().is_err() {
                        return Err(Failure::new("--accounts wants a whole number"));
                    }
                    options.words.extend([word, value]);
                }
                other => {
                    return Err(Failure::new(format!("bench does not know “{other}”"))
                        .advice("cargo xtask help lists what it knows"));
                }
            }
        }
        Ok(options)
    }
}

/// A goal that is missed is printed as missed and is no failure.
pub(crate) fn run(options: &Options) -> Result {
    let checkout = Checkout::find()?;
    let programs = release::programs(&checkout);
    let mut steps = setup::steps(&checkout, Purpose::Test);
    steps.push(Step::new("Building the front end", "20 s", || npm::build_ui(&checkout)));
    steps.push(Step::new("Building everything for release", "4 min, 20 min the first time", || {
        // Each by itself: together they would have more of what they share than the program is shipped with.
        release::build(&checkout, package::NAME)?;
        release::build(&checkout, "bench")?;
        release::build_campus(&checkout)?;
        package::lay_out(&checkout).map(drop)
    }));
    steps.push(Step::new("Measuring", "15 min, 4 min with --quick", || {
        let mut bench = process::bound(programs.join("bench"));
        bench.arg("--checkout").arg(checkout.root()).arg("--programs").arg(&programs);
        bench.arg("--package").arg(package::tree(&checkout)).args(&options.words);
        process::run(&mut bench, Lines::Shown, |_| {})
    }));
    Progress::new(steps.len()).take_all(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(words.iter().map(|&word| word.to_owned()))
    }

    #[test]
    fn what_is_asked_is_handed_on() {
        let options = parse(&["--quick", "--accounts", "5000"]).unwrap();
        assert_eq!(options.words, ["--quick", "--accounts", "5000"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_anything_is_built() {
        assert!(parse(&["--accounts", "many"]).is_err());
        assert!(parse(&["--only"]).is_err());
        assert!(parse(&["--slow"]).unwrap_err().to_string().contains("“--slow”"));
    }
}

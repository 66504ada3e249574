//! The command line.

use std::path::PathBuf;

const USAGE: &str = "usage: bench --checkout FOLDER --programs FOLDER --package FOLDER [--accounts N] [--quick] [--only WORD]";

/// What is measured, and how thoroughly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) checkout: PathBuf,
    /// Where cargo put the release builds.
    pub(crate) programs: PathBuf,
    /// The files of the package, as they will lie on a computer.
    pub(crate) package: PathBuf,
    /// Accounts that the institution has.
    pub(crate) accounts: usize,
    /// Fewer rounds: numbers to look at, not to keep.
    pub(crate) quick: bool,
    /// Only measures whose group has this name.
    pub(crate) only: Option<String>,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut checkout, mut programs, mut package, mut accounts, mut quick, mut only) =
            (None, None, None, 100_000, false, None);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"));
            match word.as_str() {
                "--checkout" => checkout = Some(PathBuf::from(value()?)),
                "--programs" => programs = Some(PathBuf::from(value()?)),
                "--package" => package = Some(PathBuf::from(value()?)),
                "--accounts" => {
                    accounts = value()?.parse().map_err(|_| format!("--accounts takes a number\n{USAGE}"))?;
                }
                "--only" => only = Some(value()?),
                "--quick" => quick = true,
                _ => return Err(format!("{word} is not known\n{USAGE}")),
            }
        }
        let missing = |name: &str| format!("{name} is missing\n{USAGE}");
        Ok(Self {
            checkout: checkout.ok_or_else(|| missing("--checkout"))?,
            programs: programs.ok_or_else(|| missing("--programs"))?,
            package: package.ok_or_else(|| missing("--package"))?,
            accounts,
            quick,
            only,
        })
    }

    /// How often something is repeated: `thorough` times, or `quick` in a quick run.
    pub(crate) fn rounds(&self, thorough: usize, quick: usize) -> usize {
        if self.quick { quick } else { thorough }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        Options::parse(words.iter().map(|&word| word.to_owned()))
    }

    #[test]
    fn the_usual_institution_has_a_hundred_thousand_accounts() {
        let options = parse(&["--checkout", "/c", "--programs", "/p", "--package", "/q"]).unwrap();
        assert_eq!((options.accounts, options.rounds(10, 3)), (100_000, 10));
        let options = parse(&[
            "--checkout",
            "/c",
            "--programs",
            "/p",
            "--package",
            "/q",
            "--quick",
            "--accounts",
            "500",
        ])
        .unwrap();
        assert_eq!((options.accounts, options.rounds(10, 3)), (500, 3));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        assert!(parse(&["--checkout", "/c"]).unwrap_err().starts_with("--programs is missing"));
        assert!(parse(&["--chekout"]).unwrap_err().starts_with("--chekout is not known"));
        assert!(parse(&["--accounts", "many"]).unwrap_err().starts_with("--accounts takes a number"));
    }
}

//! Adding up the closing lines of cargo's and Vitest's test runs.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Reads a closing line of `cargo test`: `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
    pub(crate) fn of_cargo(line: &str) -> Option<Self> {
        Some(Self::read(line.trim().strip_prefix("test result:")?))
    }

    /// Reads a closing line of Vitest: `Tests  1 failed | 11 passed (12)`. The line of test *files* is another.
    pub(crate) fn of_vitest(line: &str) -> Option<Self> {
        Some(Self::read(line.trim().strip_prefix("Tests ")?))
    }

    fn read(line: &str) -> Self {
        let words: Vec<&str> =
            line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let before = |wanted: &str| {
            words.windows(2).find_map(|pair| match pair {
                [number, word] if *word == wanted => number.parse().ok(),
                _ => None,
            })
        };
        Self { passed: before("passed").unwrap_or(0), failed: before("failed").unwrap_or(0) }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_closing_lines_are_read() {
        let line = "test result: FAILED. 11 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Tally::of_cargo(line), Some(Tally { passed: 11, failed: 2 }));
        assert_eq!(
            Tally::of_cargo("test result::tests::x ... ok"),
            Some(Tally::default()),
            "a test's name adds nothing"
        );
        assert_eq!(Tally::of_cargo("test accounts::passes ... ok"), None);
    }

    #[test]
    fn vitest_closing_lines_are_read() {
        assert_eq!(Tally::of_vitest("      Tests  12 passed (12)"), Some(Tally { passed: 12, failed: 0 }));
        assert_eq!(
            Tally::of_vitest("Tests  1 failed | 11 passed (12)"),
            Some(Tally { passed: 11, failed: 1 })
        );
        assert_eq!(Tally::of_vitest(" Test Files  3 passed (3)"), None, "files are not tests");
    }

    #[test]
    fn tallies_add_up() {
        let mut sum = Tally { passed: 1, failed: 1 };
        sum += Tally { passed: 2, failed: 0 };
        assert_eq!(sum.to_string(), "3 passed, 1 failed");
    }
}

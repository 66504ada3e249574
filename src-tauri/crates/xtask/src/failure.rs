//! What went wrong, in a form that says what to do next.

use std::fmt;

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// A failed step: what failed, the last lines it printed, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    what: String,
    last_lines: Vec<String>,
    advice: Option<String>,
}

impl Failure {
    /// `what` is a sentence without its first capital and full stop, to stand after "Failed: ".
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), last_lines: Vec::new(), advice: None }
    }

    pub(crate) fn last_lines(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.last_lines = lines.into_iter().collect();
        self
    }

    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice.get_or_insert(advice.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failed: {}", self.what)?;
        for line in &self.last_lines {
            write!(f, "\n    | {line}")?;
        }
        match &self.advice {
            Some(advice) => write!(f, "\nWhat to do: {advice}"),
            None => Ok(()),
        }
    }
}

/// Names what was being attempted when an input or output error came.
pub(crate) trait While<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> While<T> for std::io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", what())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_what_happened_and_what_to_do() {
        let failure = Failure::new("npm ci ended with 1")
            .last_lines(["network unreachable".to_owned()])
            .advice("connect to a network");
        assert_eq!(
            failure.to_string(),
            "Failed: npm ci ended with 1\n    | network unreachable\nWhat to do: connect to a network"
        );
    }

    #[test]
    fn the_first_advice_stands_because_it_is_the_nearest_to_the_cause() {
        let failure = Failure::new("x").advice("near").advice("far");
        assert!(failure.to_string().ends_with("near"));
    }
}

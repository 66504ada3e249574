//! What is wrong with an institution's file, for the person who has it open in an editor.

use std::{fmt, path::PathBuf};

/// A profile that could not be taken. Nothing of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileProblem {
    pub file: PathBuf,
    /// Counted from 1. `None`: the trouble is with the file as a whole.
    pub line: Option<u32>,
    /// In characters, counted from 1.
    pub column: Option<u32>,
    /// What is wrong, without a full stop at the end.
    pub wrong: String,
    /// What would be right, without a full stop at the end.
    pub right: String,
}

impl fmt::Display for ProfileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}. {}.", self.wrong, self.right)
    }
}

impl std::error::Error for ProfileProblem {}

/// A problem at a place in the text, before it is known which file the text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Offset in bytes.
    pub(crate) at: Option<usize>,
    pub(crate) wrong: String,
    pub(crate) right: String,
}

impl Found {
    pub(crate) fn new(
        at: impl Into<Option<usize>>,
        wrong: impl Into<String>,
        right: impl Into<String>,
    ) -> Self {
        Self { at: at.into(), wrong: wrong.into(), right: right.into() }
    }

    pub(crate) fn in_file(self, file: impl Into<PathBuf>, text: &str) -> ProfileProblem {
        let (line, column) = self.at.map(|at| position(text, at)).unzip();
        ProfileProblem { file: file.into(), line, column, wrong: self.wrong, right: self.right }
    }
}

/// Line and column of an offset, both from 1. An offset behind the end means the last line that has text.
fn position(text: &str, at: usize) -> (u32, u32) {
    let at = if at >= text.len() { text.trim_end().len() } else { at };
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |n| u32::try_from(n).unwrap_or(u32::MAX);
    (number(line), number(column))
}

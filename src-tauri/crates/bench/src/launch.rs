//! Starting a program with the moment of its start on record.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

/// The word by which this program is asked to become another one.
pub(crate) const LAUNCH: &str = "launch";

/// Writes the time into a file and becomes the program: `FILE PROGRAM ARGUMENTS`.
pub(crate) fn launch(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let (Some(file), Some(program)) = (words.next(), words.next()) else { return ExitCode::FAILURE };
    let mut command = Command::new(program);
    command.args(words);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    if fs::write(file, now.as_nanos().to_string()).is_ok() {
        // Comes back only if it fails.
        drop(command.exec());
    }
    ExitCode::FAILURE
}

/// The recorded time, in milliseconds since 1970, as pages tell it.
pub(crate) fn launched_at(file: &Path) -> Option<f64> {
    let nanos: f64 = fs::read_to_string(file).ok()?.parse().ok()?;
    Some(nanos / 1e6)
}

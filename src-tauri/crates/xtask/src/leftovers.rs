//! Finding what a test run left running: every process it starts inherits a mark.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::process;

/// The variable that carries the mark. What is started on purpose to outlive a test drops it.
const VARIABLE: &str = "SECONDARY_ACCOUNTS_RUN";

/// The mark of one run, unlike that of every other.
#[derive(Debug)]
pub(crate) struct Mark(String);

impl Mark {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(format!("{}-{}", std::process::id(), now.as_nanos()))
    }

    /// The variable to set, and its value.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        (VARIABLE, &self.0)
    }

    /// Processes of this run that are still there after `patience`, as lines of id and command.
    pub(crate) fn left_running(&self, patience: Duration) -> Vec<(u32, String)> {
        let deadline = Instant::now() + patience;
        loop {
            let left = self.running();
            if left.is_empty() || Instant::now() >= deadline {
                return left;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Asks them to end, so that a failed run does not burden the next.
    pub(crate) fn end(left: &[(u32, String)]) {
        for (pid, _) in left {
            process::terminate(*pid);
        }
    }

    fn running(&self) -> Vec<(u32, String)> {
        let wanted = format!("{VARIABLE}={}", self.0).into_bytes();
        let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        processes
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                // A process that has ended and waits to be collected has an empty environment.
                let environment = fs::read(entry.path().join("environ")).ok()?;
                environment
                    .split(|byte| *byte == 0)
                    .any(|pair| pair == wanted)
                    .then(|| (pid, command(&entry.path())))
            })
            .collect()
    }
}

fn command(process: &Path) -> String {
    let words = fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).replace('\0', " ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Running;
    use std::process::Command;

    #[test]
    fn a_process_that_stays_is_found_and_one_that_ended_is_not() {
        let mark = Mark::new();
        let (name, value) = mark.variable();
        let child = Command::new("sleep").arg("600").env(name, value).spawn().unwrap();
        let pid = child.id();
        let running = Running::new(child);
        // The new process carries the environment of this one until it has become `sleep`.
        let deadline = Instant::now() + Duration::from_secs(5);
        while mark.running().is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(mark.left_running(Duration::ZERO), [(pid, "sleep 600".to_owned())]);
        drop(running);
        assert!(mark.left_running(Duration::from_secs(5)).is_empty());
    }
}

//! Running other programs: their lines are shown as they come or kept for a failure, and nobody is asked anything.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result, While};

/// How many of a failed program's last lines are shown.
const LAST_LINES: usize = 60;
/// How long a silent step may take before it says that it is still at work.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// What becomes of a program's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Shown as they come.
    Shown,
    /// Shown only if the program fails; a sign of life every half minute.
    OnFailure,
}

/// The command as a person would type it, for messages.
pub(crate) fn typed(command: &Command) -> String {
    let quote = |part: &OsStr| {
        let part = part.to_string_lossy();
        if part.is_empty() || part.contains(|c: char| c.is_whitespace() || "'\"$&;()".contains(c)) {
            format!("'{}'", part.replace('\'', r"'\''"))
        } else {
            part.into_owned()
        }
    };
    std::iter::once(command.get_program()).chain(command.get_args()).map(quote).collect::<Vec<_>>().join(" ")
}

/// Runs a program to its end and hands every line it prints to `see`.
pub(crate) fn run(command: &mut Command, lines: Lines, mut see: impl FnMut(&str)) -> Result {
    let name = typed(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing(|| format!("starting {name}"))?;
    let (sender, receiver) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);

    let mut last = VecDeque::with_capacity(LAST_LINES);
    let (began, mut told) = (Instant::now(), Instant::now());
    loop {
        match receiver.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                see(&line);
                if lines == Lines::Shown {
                    println!("      {line}");
                }
                if last.len() == LAST_LINES {
                    last.pop_front();
                }
                last.push_back(line);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        if lines == Lines::OnFailure && told.elapsed() >= HEARTBEAT {
            told = Instant::now();
            let at = last.back().map_or("", |line| line.trim());
            println!("      {} s so far: {at}", began.elapsed().as_secs());
        }
    }
    let status = child.wait().doing(|| format!("waiting for {name}"))?;
    if status.success() {
        return Ok(());
    }
    let shown = if lines == Lines::Shown { VecDeque::new() } else { last };
    Err(Failure::new(format!("{name} ended with {status}")).last_lines(shown))
}

/// What a program prints on standard output, or nothing if it is missing or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be found on the search path.
pub(crate) fn found(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn forward(stream: Option<impl Read + Send + 'static>, lines: mpsc::Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(std::result::Result::ok) {
            if lines.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
        }
    });
}

/// A command whose process ends with this one, even if this one is killed.
///
/// `setpriv` (util-linux) asks the kernel for it. Where it is missing the process ends through [`Running`] alone.
pub(crate) fn bound(program: impl AsRef<OsStr>) -> Command {
    if !found("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// A process that is ended, by its id, when this goes out of scope.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn new(child: Child) -> Self {
        Self(child)
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Asks the process to end, waits up to `patience`, then ends it.
    pub(crate) fn end(&mut self, patience: Duration) {
        let still_there = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        if !still_there(&mut self.0) {
            return;
        }
        terminate(self.0.id());
        let deadline = Instant::now() + patience;
        while still_there(&mut self.0) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
        }
        if still_there(&mut self.0) {
            // An error here means that the process has just ended by itself.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end(Duration::from_secs(3));
    }
}

/// Asks a process to end, through the shell's own `kill`: the standard library can only end one by force.
pub(crate) fn terminate(pid: u32) {
    // An error means that the process has already ended, which is what was asked for.
    let _ = Command::new("sh")
        .args(["-c", "kill -TERM \"$0\" 2>/dev/null", &pid.to_string()])
        .stdin(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_leaves_its_last_lines() {
        let failure =
            run(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]), Lines::OnFailure, |_| {})
                .unwrap_err()
                .to_string();
        assert!(failure.contains("exit status: 3"), "{failure}");
        assert!(failure.contains("| one") && failure.contains("| two"), "{failure}");
    }

    #[test]
    fn every_line_is_seen() {
        let mut seen = Vec::new();
        run(Command::new("sh").args(["-c", "printf 'a\\nb'"]), Lines::OnFailure, |line| {
            seen.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(seen, ["a", "b"], "a last line without its end counts");
    }

    #[test]
    fn a_command_is_shown_so_that_it_can_be_typed() {
        assert_eq!(
            typed(Command::new("npm").args(["--prefix", "my folder", "ci"])),
            "npm --prefix 'my folder' ci"
        );
    }

    #[test]
    fn a_bound_process_ends_when_its_holder_goes() {
        let mut running = Running::new(bound("sleep").arg("600").spawn().unwrap());
        let pid = running.child().id();
        drop(running);
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }
}

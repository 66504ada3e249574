//! Programs that run beside a test and end with it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};
use std::{fs, thread};

const READY: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_secs(5);

/// A command whose process is told to end when the thread that starts it ends, even by force.
pub fn bound(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// A running program with all its descendants in one process group, which is ended when this goes out of scope.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    /// Open as long as the process is to run: programs that end with their parent watch it.
    stdin: Option<ChildStdin>,
    /// Locked only so that a process can be shared between threads; one test reads it.
    lines: Mutex<mpsc::Receiver<String>>,
    errors: PathBuf,
}

impl Process {
    /// Starts `command`. What it says on standard error is kept in a file named for `name` in `folder`.
    pub fn start(name: &str, folder: &std::path::Path, command: &mut Command) -> Self {
        let errors = folder.join(format!("{name}.errors"));
        let log = File::create(&errors).expect("a file for what the program says");
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("standard output is piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { name: name.to_owned(), child, stdin, lines: Mutex::new(lines), errors }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on standard output. Panics, with what the program said, if it ends or stays silent.
    pub fn line(&mut self) -> String {
        let line = self.lines.get_mut().expect("nobody panicked over it").recv_timeout(READY);
        line.unwrap_or_else(|_| {
            panic!(
                "{} did not say that it is ready ({:?}):\n{}",
                self.name,
                self.child.try_wait(),
                self.errors()
            )
        })
    }

    /// What it said on standard error so far.
    pub fn errors(&self) -> String {
        fs::read_to_string(&self.errors).unwrap_or_default()
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Hands it its standard input, which then ends.
    pub fn tell(&mut self, input: &[u8]) {
        use std::io::Write;
        self.stdin.take().expect("told once").write_all(input).expect("the program reads its input");
    }

    /// The processes that it started itself and that run still.
    pub fn children(&self) -> Vec<u32> {
        let all = fs::read_dir("/proc").expect("Linux tells of its processes").filter_map(Result::ok);
        let is_child = |id: &u32| {
            // Field 4 of proc(5)'s stat, behind a name in parentheses that may hold anything.
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1));
            parent.and_then(|parent| parent.parse().ok()) == Some(self.id())
        };
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_child).collect()
    }

    /// Ends it by force, with no chance to put anything in order.
    pub fn kill(&mut self) {
        signal("KILL", &format!("-{}", self.id()));
        let _ = self.child.wait();
    }

    /// Ends it as its parent's death would: its standard input ends first.
    pub fn end(&mut self) {
        drop(self.stdin.take());
        let group = format!("-{}", self.id());
        signal("TERM", &group);
        let deadline = Instant::now() + PATIENCE;
        // Collected first: a process that has ended counts as a member of its group until then.
        while (self.is_running() || signal("0", &group)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        signal("KILL", &group);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends a signal to a process, or to a group when the id has a minus in front. False: nobody of that id is there.
pub(super) fn signal(name: &str, id: &str) -> bool {
    let status = Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", name, id])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

//! A screen and a message bus of our own, for a machine or a session that has none.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Result, While};
use crate::picture::Picture;
use crate::process::{Running, bound};

const READY: Duration = Duration::from_secs(20);

/// Whether a window can be opened on a screen that somebody sees.
pub(crate) fn there_is_one() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// An X server that draws into a file. It ends when this goes out of scope.
#[derive(Debug)]
pub(crate) struct VirtualDisplay {
    name: String,
    // Before the folder: the server writes into it until it ends.
    _server: Running,
    folder: Folder,
}

impl VirtualDisplay {
    /// Opens one of 1280 by 800 under a number that the server finds free.
    pub(crate) fn open() -> Result<Self> {
        let folder = Folder::fresh()?;
        let mut command = bound("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-noreset",
                "-fbdir",
            ])
            .arg(&folder.0);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .doing(|| "starting Xvfb".to_owned())?;
        let mut server = Running::new(child);
        let number = first_line(server.child(), "Xvfb")?;
        Ok(Self { name: format!(":{number}"), _server: server, folder })
    }

    /// The value of `DISPLAY` that reaches it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What is on it now.
    pub(crate) fn picture(&self) -> Result<Picture> {
        let file = self.folder.0.join("Xvfb_screen0");
        let dump = fs::read(&file).doing(|| format!("reading {}", file.display()))?;
        Picture::from_xwd(&dump).ok_or_else(|| Failure::new("Xvfb drew in a form that is not known here"))
    }
}

/// A session bus that nobody else is on. It ends when this goes out of scope.
#[derive(Debug)]
pub(crate) struct Bus {
    address: String,
    _daemon: Running,
}

impl Bus {
    pub(crate) fn open() -> Result<Self> {
        let child = bound("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .doing(|| "starting dbus-daemon".to_owned())?;
        let mut daemon = Running::new(child);
        let address = first_line(daemon.child(), "dbus-daemon")?;
        Ok(Self { address, _daemon: daemon })
    }

    /// The value of `DBUS_SESSION_BUS_ADDRESS` that reaches it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

/// The line by which a server says that it is ready.
fn first_line(child: &mut Child, name: &str) -> Result<String> {
    let silent = || Failure::new(format!("{name} did not start"));
    let stdout = child.stdout.take().ok_or_else(silent)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // No line and no reader come to the same: nobody learns of a ready server.
        if BufReader::new(stdout).read_line(&mut line).is_ok() && !line.is_empty() {
            let _ = sender.send(line);
        }
    });
    receiver.recv_timeout(READY).map(|line| line.trim().to_owned()).map_err(|_| silent())
}

/// A folder that only this user may enter, removed when this goes out of scope.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let path = env::temp_dir().join(format!("secondary-accounts-screen-{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&path).doing(|| format!("making {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A file left in the temporary folder harms nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

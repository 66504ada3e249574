//! A desktop session of a test's own: screen, message bus, keyring and home folder.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::keyring::{self, Keyring};
use super::process::{Process, bound};

/// How the person likes their screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Variables of the session that runs the tests and must not reach into the one they make.
const FOREIGN: &[&str] = &[
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "SESSION_MANAGER",
    "DESKTOP_SESSION",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "GTK_THEME",
    "GTK_MODULES",
    "GNOME_KEYRING_CONTROL",
    "SSH_AUTH_SOCK",
    "BROWSER",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// A screen of 1280 by 800, a bus that starts nothing by itself, a keyring, and empty XDG folders.
#[derive(Debug)]
pub struct Desktop {
    // Ended in this order: those that use the bus before the bus, all before the folder.
    keyring: Option<Process>,
    bus: Option<Process>,
    screen: Process,
    variables: Vec<(&'static str, String)>,
    folder: TempDir,
}

impl Desktop {
    pub fn open(keyring: Keyring) -> Self {
        let folder = TempDir::with_prefix("desktop-").expect("a folder for the desktop");
        let mut variables = Vec::new();
        for (name, place) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            let path = folder.path().join(place);
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&path).expect("the session's folders");
            variables.push((name, path.display().to_string()));
        }
        let (screen, display) = screen(folder.path());
        let (bus, address) = if keyring == Keyring::NoBus {
            // An address that nobody listens at: without one, programs would look for the bus of the machine's user.
            (None, format!("unix:path={}/no-bus", folder.path().display()))
        } else {
            let (bus, address) = bus(folder.path());
            (Some(bus), address)
        };
        variables.extend([
            ("DISPLAY", display),
            ("DBUS_SESSION_BUS_ADDRESS", address),
            ("GDK_BACKEND", "x11".to_owned()),
            ("GSETTINGS_BACKEND", "memory".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
        ]);
        let mut desktop = Self { keyring: None, bus, screen, variables, folder };
        desktop.keyring = keyring::start(keyring, desktop.folder.path(), &|command| desktop.inside(command));
        desktop
    }

    /// Puts a command into this session.
    pub fn inside(&self, mut command: Command) -> Command {
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The screen's name, such as `:99`.
    pub fn display(&self) -> &str {
        self.variable("DISPLAY")
    }

    fn variable(&self, wanted: &str) -> &str {
        self.variables.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value)
    }

    /// Where its message bus is.
    pub fn bus_address(&self) -> &str {
        self.variable("DBUS_SESSION_BUS_ADDRESS")
    }

    /// The person's home folder, fresh and empty at first.
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// `XDG_DATA_HOME`.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Makes dark or light the theme of programs that start from now on.
    pub fn prefer(&self, theme: Theme) {
        let dark = u8::from(theme == Theme::Dark);
        self.set_gtk(&format!("gtk-application-prefer-dark-theme={dark}"));
    }

    /// Gives the theme with high contrast to programs that start from now on.
    pub fn prefer_contrast(&self) {
        self.set_gtk("gtk-theme-name=HighContrast");
    }

    fn set_gtk(&self, line: &str) {
        let settings = self.folder.path().join("config/gtk-3.0");
        fs::create_dir_all(&settings).expect("GTK's folder");
        fs::write(settings.join("settings.ini"), format!("[Settings]\n{line}\n")).expect("GTK's settings");
    }

    /// Opens the keyring, as the person would by giving their password.
    pub fn unlock_keyring(&self) {
        keyring::unlock(&self.folder.path().join("run"), &|command| self.inside(command));
    }

    /// Closes the keyring under a program that is running.
    pub fn lock_keyring(&self) {
        keyring::lock(&|command| self.inside(command));
    }

    /// Ends the keyring service, and starts one in another state over the same home folder.
    pub fn change_keyring(&mut self, keyring: Keyring) {
        assert!(keyring != Keyring::NoBus && self.bus.is_some(), "a bus cannot come or go under a session");
        self.keyring = None;
        self.keyring = keyring::start(keyring, self.folder.path(), &|command| self.inside(command));
    }
}

fn screen(folder: &Path) -> (Process, String) {
    let mut command = bound("Xvfb");
    // Without a core pointer's screen saver: a page that a test looks at must not go dark.
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-noreset",
        "-s",
        "0",
    ]);
    let mut process = Process::start("Xvfb", folder, &mut command);
    let display = format!(":{}", process.line().trim());
    (process, display)
}

/// A bus with no service folders, so that nothing starts which the test did not start.
fn bus(folder: &Path) -> (Process, String) {
    let configuration = folder.join("bus.conf");
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        folder.join("run").display()
    );
    fs::write(&configuration, text).expect("the bus's configuration");
    let mut command = bound("dbus-daemon");
    command.arg(format!("--config-file={}", configuration.display()));
    command.args(["--nofork", "--nopidfile", "--print-address=1"]);
    let mut process = Process::start("dbus-daemon", folder, &mut command);
    let address = process.line().trim().to_owned();
    (process, address)
}

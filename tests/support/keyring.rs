//! A private GNOME keyring in each state that a person's may be in.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::process::{Process, bound};

const PASSWORD: &[u8] = b"password of a keyring that tests made";
const SERVICE: &str = "org.freedesktop.secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// What a program finds when it looks for the keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// A login collection that is open.
    Unlocked,
    /// A login collection that is there and closed. Nobody answers the prompt that would open it.
    Locked,
    /// The service runs and has no collection to keep anything in.
    NoCollection,
    /// There is a message bus and no keyring service on it.
    NoService,
    /// There is no message bus.
    NoBus,
}

/// Starts the service in the environment of `desktop`, a function that gives a command in it.
pub(super) fn start(
    keyring: Keyring,
    folder: &Path,
    desktop: &dyn Fn(Command) -> Command,
) -> Option<Process> {
    match keyring {
        Keyring::NoService | Keyring::NoBus => None,
        Keyring::NoCollection => {
            let process = daemon(&["--start"], folder, desktop, None);
            await_service(desktop);
            Some(process)
        }
        Keyring::Unlocked => {
            let process = daemon(&["--unlock"], folder, desktop, Some(PASSWORD));
            await_locked(desktop, false);
            Some(process)
        }
        Keyring::Locked => {
            // The collection is made by a service that is then ended; the next one finds it closed.
            drop(start(Keyring::Unlocked, folder, desktop));
            let process = daemon(&["--start"], folder, desktop, None);
            await_locked(desktop, true);
            Some(process)
        }
    }
}

fn daemon(
    mode: &[&str],
    folder: &Path,
    desktop: &dyn Fn(Command) -> Command,
    password: Option<&[u8]>,
) -> Process {
    let mut command = desktop(bound("gnome-keyring-daemon"));
    command.args(mode).args(["--foreground", "--components=secrets"]);
    let mut process = Process::start("gnome-keyring-daemon", folder, &mut command);
    if let Some(password) = password {
        process.tell(password);
    }
    process
}

/// Opens the login collection of a running service, as signing in to the desktop does: over the service's control
/// socket, the message that gnome-keyring's PAM module sends (daemon/control/gkd-control-codes.h).
pub(super) fn unlock(runtime: &Path, desktop: &dyn Fn(Command) -> Command) {
    const UNLOCK: u32 = 1;
    let mut socket =
        UnixStream::connect(runtime.join("keyring/control")).expect("the keyring's control socket");
    let word = |number: usize| u32::try_from(number).expect("a short message").to_be_bytes();
    let message =
        [&[0][..], &word(12 + PASSWORD.len()), &UNLOCK.to_be_bytes(), &word(PASSWORD.len()), PASSWORD]
            .concat();
    socket.write_all(&message).expect("the keyring takes the message");
    let mut answer = [0; 8];
    socket.read_exact(&mut answer).expect("the keyring answers");
    assert_eq!(answer, [0, 0, 0, 8, 0, 0, 0, 0], "the keyring took the password");
    await_locked(desktop, false);
}

/// Closes the login collection of a running service.
pub(super) fn lock(desktop: &dyn Fn(Command) -> Command) {
    let collections = format!("array:objpath:{LOGIN}");
    let method = "org.freedesktop.Secret.Service.Lock";
    call(desktop, "/org/freedesktop/secrets", method, &[&collections]).expect("the keyring locks");
    await_locked(desktop, true);
}

fn await_service(desktop: &dyn Fn(Command) -> Command) {
    await_answer(desktop, "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer.Ping", &[], "");
}

fn await_locked(desktop: &dyn Fn(Command) -> Command, locked: bool) {
    let property = ["string:org.freedesktop.Secret.Collection", "string:Locked"];
    await_answer(
        desktop,
        LOGIN,
        "org.freedesktop.DBus.Properties.Get",
        &property,
        &format!("boolean {locked}"),
    );
}

fn await_answer(
    desktop: &dyn Fn(Command) -> Command,
    path: &str,
    method: &str,
    arguments: &[&str],
    wanted: &str,
) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = call(desktop, path, method, arguments);
        if answer.as_ref().is_ok_and(|answer| answer.contains(wanted)) {
            return;
        }
        assert!(Instant::now() < deadline, "{path} was to answer {wanted:?} to {method}, and did {answer:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn call(
    desktop: &dyn Fn(Command) -> Command,
    path: &str,
    method: &str,
    arguments: &[&str],
) -> Result<String, String> {
    let mut command = desktop(Command::new("dbus-send"));
    command.args(["--session", "--print-reply", &format!("--dest={SERVICE}"), path, method]).args(arguments);
    let output = command.output().expect("dbus-send comes with dbus");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

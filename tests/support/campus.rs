//! The practice campus, as a program of its own.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use super::process::{Process, bound};
use super::program;

/// What the campus is started with, beside its folder.
#[derive(Debug, Clone)]
pub struct CampusOptions {
    /// `oxford`, `boulder`, or the path of an institution's file.
    pub institution: String,
    /// Further arguments, such as `--accounts 1000`.
    pub arguments: Vec<String>,
}

impl CampusOptions {
    pub fn of(institution: &str) -> Self {
        Self { institution: institution.to_owned(), arguments: Vec::new() }
    }

    pub fn with(mut self, flag: &str, value: impl Into<String>) -> Self {
        self.arguments.extend([flag.to_owned(), value.into()]);
        self
    }
}

/// The line by which a campus says where it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    issuer: String,
    directory: String,
    client_id: String,
    scopes: Vec<String>,
}

/// A running practice campus. Its folder outlives a stop, so that a sign-in does too.
#[derive(Debug)]
pub struct Campus {
    process: Option<Process>,
    ready: Ready,
    options: CampusOptions,
    folder: TempDir,
}

impl Campus {
    pub fn start(options: &CampusOptions) -> Self {
        let folder = TempDir::new().expect("a folder for the campus");
        let (process, ready) = launch(options, folder.path(), 0);
        Self { process: Some(process), ready, options: options.clone(), folder }
    }

    pub fn oxford() -> Self {
        Self::start(&CampusOptions::of("oxford"))
    }

    pub fn boulder() -> Self {
        Self::start(&CampusOptions::of("boulder"))
    }

    /// Cuts the campus off, as an unplugged cable would: nobody listens on its port any more.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it again on the port and the data it had.
    pub fn restart(&mut self) {
        self.restart_with(&[]);
    }

    /// The same with further arguments for this time, such as `["--clock-offset", "3600"]`.
    pub fn restart_with(&mut self, arguments: &[&str]) {
        self.stop();
        let mut options = self.options.clone();
        options.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let (process, ready) = launch(&options, self.folder.path(), self.port());
        assert_eq!(ready.issuer, self.ready.issuer, "a campus keeps its name when it comes back");
        self.process = Some(process);
    }

    /// `http://127.0.0.1:PORT`
    pub fn issuer(&self) -> &str {
        &self.ready.issuer
    }

    /// Base address of the SCIM directory.
    pub fn directory(&self) -> &str {
        &self.ready.directory
    }

    pub fn client_id(&self) -> &str {
        &self.ready.client_id
    }

    pub fn scopes(&self) -> &[String] {
        &self.ready.scopes
    }

    pub fn port(&self) -> u16 {
        let port = self.ready.issuer.rsplit(':').next().and_then(|port| port.parse().ok());
        port.expect("the issuer names its port")
    }

    /// The token with which everything may be read and written. No person ever has it.
    pub fn provisioning_token(&self) -> String {
        let file = self.folder.path().join("provisioning-token");
        std::fs::read_to_string(file).expect("the campus writes its provisioning token").trim().to_owned()
    }

    /// Where it keeps everything.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

fn launch(options: &CampusOptions, folder: &Path, port: u16) -> (Process, Ready) {
    let mut command: Command = bound(program("campus"));
    command.args(["--institution", &options.institution, "--port", &port.to_string(), "--data"]).arg(folder);
    command.args(&options.arguments);
    let mut process = Process::start("campus", folder, &mut command);
    let line = process.line();
    let ready =
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the campus said {line:?}: {error}"));
    (process, ready)
}

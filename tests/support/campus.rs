//! The practice campus, as a program of its own.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::campus_program;
use super::http;
use super::process::{Process, bound};

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
    port: u16,
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

    /// Ends it by force, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.process.as_mut().expect("it runs").kill();
    }

    /// The process that it runs in.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
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
        self.ready = ready;
    }

    /// The built-in institution that it invents.
    pub fn institution(&self) -> &str {
        &self.options.institution
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

    /// The port that it listens on itself.
    pub fn port(&self) -> u16 {
        self.ready.port
    }

    /// The token with which everything may be read and written. No person ever has it.
    pub fn provisioning_token(&self) -> String {
        let file = self.folder.path().join("provisioning-token");
        std::fs::read_to_string(file).expect("the campus writes its provisioning token").trim().to_owned()
    }

    /// The account with this username, as the record has it.
    pub async fn account(&self, username: &str) -> Value {
        self.of_record("SecondaryAccounts", username).await
    }

    /// Alters an account in the record, as the institution's own systems do: operations of RFC 7644 section 3.5.2.
    pub async fn alter(&self, username: &str, operations: Value) {
        self.patch("SecondaryAccounts", username, operations).await;
    }

    /// Alters a person in the record, likewise.
    pub async fn alter_person(&self, username: &str, operations: Value) {
        self.patch("Users", username, operations).await;
    }

    async fn of_record(&self, kind: &str, username: &str) -> Value {
        let filter = format!("userName eq \"{username}\"");
        let mut address = self.address(kind, "");
        address.query_pairs_mut().append_pair("filter", &filter);
        let list = http::json("GET", &address, &self.provisioning_token(), None).await;
        assert_eq!(list["totalResults"], 1, "the record has one {username}: {list}");
        list["Resources"][0].clone()
    }

    async fn patch(&self, kind: &str, username: &str, operations: Value) {
        let found = self.of_record(kind, username).await;
        let address = self.address(kind, found["id"].as_str().expect("it has an id"));
        let patch =
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        http::json("PATCH", &address, &self.provisioning_token(), Some(&patch)).await;
    }

    /// An access token of one of its people, who approves a code in a browser.
    pub async fn token_of(&self, username: &str) -> String {
        let below =
            |path: &str| Url::parse(&format!("{}{path}", self.issuer())).expect("an address of the campus");
        let scope = self.scopes().join(" ");
        let mut session = http::Session::default();
        let fields = |of: &[(&str, &str)]| -> Vec<(String, String)> {
            of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let asked = [("client_id", self.client_id()), ("scope", scope.as_str())];
        let code = session.post(&below("/device_authorization"), &fields(&asked)).await;
        let code: Value = serde_json::from_str(&code.body).expect("a code");
        let link = code["verification_uri_complete"].as_str().expect("where the code is typed");
        super::Browser::new().approve_code(&Url::parse(link).expect("an address"), username).await;
        let asked = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code["device_code"].as_str().expect("the device's code")),
            ("client_id", self.client_id()),
        ];
        let tokens = session.post(&below("/token"), &fields(&asked)).await;
        let tokens: Value = serde_json::from_str(&tokens.body).expect("tokens");
        tokens["access_token"].as_str().unwrap_or_else(|| panic!("no token: {tokens}")).to_owned()
    }

    /// Asks its desk, as the person of `token`.
    pub async fn ask_desk(&self, method: &str, path: &str, token: &str, body: Option<&Value>) -> Value {
        let address = format!("{}/desk/v1{path}", self.issuer());
        http::json(method, &Url::parse(&address).expect("an address of the desk"), token, body).await
    }

    /// All that the record has of a `kind`, or one of them.
    fn address(&self, kind: &str, id: &str) -> Url {
        let below = format!("{}/{kind}/{id}", self.directory());
        Url::parse(below.trim_end_matches('/')).expect("an address below the directory")
    }

    /// Where it keeps everything.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

fn launch(options: &CampusOptions, folder: &Path, port: u16) -> (Process, Ready) {
    let program = campus_program();
    assert!(
        program.is_file(),
        "{} is not built: run `cargo build --package campus`, or `cargo xtask test`",
        program.display()
    );
    let mut command: Command = bound(program);
    command.args(["--institution", &options.institution, "--port", &port.to_string(), "--data"]).arg(folder);
    command.args(&options.arguments);
    let mut process = Process::start("campus", folder, &mut command);
    let line = process.line();
    let ready =
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the campus said {line:?}: {error}"));
    (process, ready)
}

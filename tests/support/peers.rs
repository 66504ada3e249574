//! Servers and checkers that nobody here wrote, installed by `cargo xtask test`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::cable::Cable;
use super::process::{Process, bound};
use super::{checkout, http};

const HINT: &str = "run `cargo xtask test` once: it sets up the servers that the tests talk to";

/// panva oidc-provider: an OpenID Connect provider with a sign-in page that takes any password.
#[derive(Debug)]
pub struct OidcProvider {
    process: Process,
    ready: ProviderReady,
    cable: Cable,
    arguments: Vec<String>,
    folder: TempDir,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderReady {
    issuer: String,
    port: u16,
    client_id: String,
    audience: String,
}

impl OidcProvider {
    /// `people`: a list of `{"login", "name", "roles"?, "unit"?}`. `arguments`: such as `["--access-seconds", "5"]`.
    pub fn start(people: &Value, arguments: &[&str]) -> Self {
        let folder = TempDir::with_prefix("oidc-provider-").expect("a folder for the provider");
        fs::write(folder.path().join("people.json"), people.to_string()).expect("the people's file");
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let cable = Cable::new();
        let (process, ready) = Self::run(&folder, &cable, &arguments);
        Self { process, ready, cable, arguments, folder }
    }

    fn run(folder: &TempDir, cable: &Cable, arguments: &[String]) -> (Process, ProviderReady) {
        let peers = checkout().join("tests/peers");
        assert!(peers.join("node_modules/oidc-provider").is_dir(), "{HINT}");
        let mut command = bound("node");
        command.arg(peers.join("oidc-provider.mjs")).arg("--people").arg(folder.path().join("people.json"));
        command.args(["--known-as", &cable.port().to_string()]).args(arguments);
        let mut process = Process::start("oidc-provider", folder.path(), &mut command);
        let ready: ProviderReady = ready(&mut process);
        cable.lead_to(ready.port);
        (process, ready)
    }

    /// Starts it again under its name. It keeps nothing, so every session and token of before is gone.
    pub fn forget_every_session(&mut self) {
        self.process.end();
        (self.process, self.ready) = Self::run(&self.folder, &self.cable, &self.arguments);
    }

    pub fn issuer(&self) -> &str {
        &self.ready.issuer
    }

    pub fn client_id(&self) -> &str {
        &self.ready.client_id
    }

    /// The resource that its access tokens are for (RFC 8707).
    pub fn audience(&self) -> &str {
        &self.ready.audience
    }

    /// How often, since it was started last, it gave tokens for a grant such as `refresh_token` (RFC 6749 section 4).
    pub fn grants(&self, kind: &str) -> usize {
        let line = format!("granted {kind}");
        self.process.errors().lines().filter(|said| *said == line).count()
    }

    /// Nothing reaches it until [`Self::plug_in`].
    pub fn pull_the_cable(&self) {
        self.cable.pull();
    }

    pub fn plug_in(&self) {
        self.cable.plug_in();
    }

    /// What it said, for a message.
    pub fn errors(&self) -> String {
        self.process.errors()
    }
}

/// scim2-server with our schema, behind the tokens of an [`OidcProvider`].
#[derive(Debug)]
pub struct ScimServer {
    process: Process,
    directory: Url,
    cable: Cable,
    _folder: TempDir,
}

#[derive(Debug, Deserialize)]
struct ServerReady {
    port: u16,
}

const PROVISIONING_TOKEN: &str = "provisioning-token-of-a-test";

impl ScimServer {
    /// `seed`: `{"users", "groups"?, "accounts"}` as they stand on the wire, with ids that the server replaces.
    pub fn start(provider: &OidcProvider, seed: &Value) -> Self {
        let folder = TempDir::with_prefix("scim-server-").expect("a folder for the directory");
        let file = folder.path().join("seed.json");
        fs::write(&file, seed.to_string()).expect("the seed");
        let mut command = bound(python());
        command.arg(checkout().join("tests/peers/scim_server.py"));
        command.args(["--issuer", provider.issuer(), "--audience", provider.audience()]);
        command.args(["--provisioning-token", PROVISIONING_TOKEN, "--seed"]).arg(&file);
        let mut process = Process::start("scim-server", folder.path(), &mut command);
        let ServerReady { port } = ready(&mut process);
        let cable = Cable::new();
        cable.lead_to(port);
        let directory = format!("http://127.0.0.1:{}/v2", cable.port());
        Self { process, directory: Url::parse(&directory).expect("an address"), cable, _folder: folder }
    }

    /// Base address of the directory.
    pub fn directory(&self) -> &str {
        self.directory.as_str()
    }

    /// Alters the account of that username as its administrators would: `attributes` are replaced.
    pub async fn alter_account(&self, username: &str, attributes: &Value) {
        let mut accounts = self.directory.clone();
        accounts.path_segments_mut().expect("it has a path").push("SecondaryAccounts");
        let mut found = accounts.clone();
        found.query_pairs_mut().append_pair("filter", &format!("userName eq \"{username}\""));
        let found = http::json("GET", &found, PROVISIONING_TOKEN, None).await;
        let id = found["Resources"][0]["id"].as_str().unwrap_or_else(|| panic!("no {username}: {found}"));
        accounts.path_segments_mut().expect("it has a path").push(id);
        let change = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "value": attributes }]
        });
        http::json("PATCH", &accounts, PROVISIONING_TOKEN, Some(&change)).await;
    }

    /// Nothing reaches it until [`Self::plug_in`].
    pub fn pull_the_cable(&self) {
        self.cable.pull();
    }

    pub fn plug_in(&self) {
        self.cable.plug_in();
    }

    /// What it complained of, for a message.
    pub fn errors(&self) -> String {
        self.process.errors()
    }
}

/// One finding of scim2-tester.
#[derive(Debug, Clone, Deserialize)]
pub struct ScimFinding {
    /// `SUCCESS`, `COMPLIANT`, `ACCEPTABLE`, `DEVIATION`, `ERROR`, `CRITICAL` or `SKIPPED`.
    pub status: String,
    pub title: String,
    pub reason: String,
}

impl ScimFinding {
    /// Whether the server does what the standard requires, recommends or allows.
    pub fn passed(&self) -> bool {
        matches!(self.status.as_str(), "SUCCESS" | "COMPLIANT" | "ACCEPTABLE")
    }
}

/// Runs every check of scim2-tester against a directory. It creates, alters and deletes resources there.
pub fn check_scim(directory: &str, token: &str) -> Vec<ScimFinding> {
    let folder = TempDir::with_prefix("check-scim-").expect("a folder for the checker");
    let mut command = bound(python());
    command.arg(checkout().join("tests/peers/check_scim.py")).arg(directory);
    let mut process = Process::start("check-scim", folder.path(), &mut command);
    process.tell(token.as_bytes());
    ready(&mut process)
}

/// Holds a running HTTP interface against its OpenAPI document with schemathesis, as somebody with `token`. `request`
/// and `account` exist there. The report, or `Err` with it where something does not hold.
pub fn check_openapi(document: &str, token: &str, request: &str, account: &str) -> Result<String, String> {
    let folder = TempDir::with_prefix("check-openapi-").expect("a folder for the checker");
    // In a file: every user of a computer can read the command lines on it.
    let settings = format!(
        "headers = {{ Authorization = \"Bearer {token}\" }}\nparameters = {{ \"path.id\" = \"{request}\" }}\n\
         [[operations]]\ninclude-path = \"/accounts/{{id}}/trail\"\nparameters = {{ \"path.id\" = \"{account}\" }}\n"
    );
    std::fs::write(folder.path().join("schemathesis.toml"), settings)
        .expect("the checker's settings are written");
    let mut command = bound(python().with_file_name("schemathesis"));
    command
        .current_dir(folder.path())
        .args(["run", document, "--checks", "all", "--no-color", "--generation-database", "none"])
        // What is well formed may still not be allowed: whether it is depends on who asks for what.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args([
            "--seed",
            "1",
            "--max-examples",
            "20",
            "--workers",
            "1",
            "--continue-on-failure",
            "--no-shrink",
        ]);
    let output = command.output().expect("schemathesis runs");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(report) } else { Err(report) }
}

/// The Python that has the peers' packages.
fn python() -> PathBuf {
    let set_up = env::var_os("SECONDARY_ACCOUNTS_PEERS_PYTHON").map(PathBuf::from);
    let usual = || {
        let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = cache.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".cache")));
        cache.map(|cache| cache.join("secondary-accounts/peers-python/bin/python"))
    };
    let python = set_up.or_else(usual).filter(|python| python.is_file());
    python.unwrap_or_else(|| panic!("there is no Python with scim2-server: {HINT}"))
}

fn ready<T: for<'a> Deserialize<'a>>(process: &mut Process) -> T {
    let line = process.line();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?} is not what was expected: {error}"))
}

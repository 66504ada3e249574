//! Servers and checkers that nobody here wrote, installed by `cargo xtask test`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::checkout;
use super::process::{Process, bound};

const HINT: &str = "run `cargo xtask test` once: it sets up the servers that the tests talk to";

/// panva oidc-provider: an OpenID Connect provider with a sign-in page that takes any password.
#[derive(Debug)]
pub struct OidcProvider {
    process: Process,
    ready: ProviderReady,
    _folder: TempDir,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderReady {
    issuer: String,
    client_id: String,
    audience: String,
}

impl OidcProvider {
    /// `people`: a list of `{"login", "name", "roles"?, "unit"?}`. `arguments`: such as `["--access-seconds", "5"]`.
    pub fn start(people: &Value, arguments: &[&str]) -> Self {
        let peers = checkout().join("tests/peers");
        assert!(peers.join("node_modules/oidc-provider").is_dir(), "{HINT}");
        let folder = TempDir::with_prefix("oidc-provider-").expect("a folder for the provider");
        let file = folder.path().join("people.json");
        fs::write(&file, people.to_string()).expect("the people's file");
        let mut command = bound("node");
        command.arg(peers.join("oidc-provider.mjs")).arg("--people").arg(&file).args(arguments);
        let mut process = Process::start("oidc-provider", folder.path(), &mut command);
        let ready = ready(&mut process);
        Self { process, ready, _folder: folder }
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

    /// What it complained of, for a message.
    pub fn errors(&self) -> String {
        self.process.errors()
    }
}

/// scim2-server with our schema, behind the tokens of an [`OidcProvider`].
#[derive(Debug)]
pub struct ScimServer {
    process: Process,
    directory: String,
    provisioning_token: String,
    _folder: TempDir,
}

#[derive(Debug, Deserialize)]
struct ServerReady {
    directory: String,
}

impl ScimServer {
    /// `seed`: `{"users", "groups"?, "accounts"}` as they stand on the wire, with ids that the server replaces.
    pub fn start(provider: &OidcProvider, seed: &Value) -> Self {
        let folder = TempDir::with_prefix("scim-server-").expect("a folder for the directory");
        let file = folder.path().join("seed.json");
        fs::write(&file, seed.to_string()).expect("the seed");
        let provisioning_token = "provisioning token of a test".replace(' ', "-");
        let mut command = bound(python());
        command.arg(checkout().join("tests/peers/scim_server.py"));
        command.args(["--issuer", provider.issuer(), "--audience", provider.audience()]);
        command.args(["--provisioning-token", &provisioning_token, "--seed"]).arg(&file);
        let mut process = Process::start("scim-server", folder.path(), &mut command);
        let ServerReady { directory } = ready(&mut process);
        Self { process, directory, provisioning_token, _folder: folder }
    }

    /// Base address of the directory.
    pub fn directory(&self) -> &str {
        &self.directory
    }

    /// The token with which everything may be read and written.
    pub fn provisioning_token(&self) -> &str {
        &self.provisioning_token
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

/// Holds a running HTTP interface against its OpenAPI document with schemathesis, as somebody with `token`. `id` is an
/// identifier that exists there. The report, or `Err` with it where something does not hold.
pub fn check_openapi(document: &str, token: &str, id: &str) -> Result<String, String> {
    let folder = TempDir::with_prefix("check-openapi-").expect("a folder for the checker");
    // In a file: every user of a computer can read the command lines on it.
    let settings = format!(
        "headers = {{ Authorization = \"Bearer {token}\" }}\nparameters = {{ \"path.id\" = \"{id}\" }}\n"
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

//! The practice campus: a program of its own that this one starts, speaks to over HTTP, and takes down with itself.

use crate::view::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Mutex,
    time::timeout,
};
use url::Url;

/// How long the campus may take to invent its people on a slow machine.
const START: Duration = Duration::from_mins(1);

/// After how many seconds the practice desk decides by itself.
const DECIDED_AFTER: &str = "30";

/// What a campus says of itself when it is ready.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    pub(crate) issuer: String,
    pub(crate) directory: String,
    #[serde(default)]
    pub(crate) desk: Option<String>,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Port(u16);

/// The campuses that run now, by institution.
#[derive(Default)]
pub(crate) struct Practice {
    running: Mutex<HashMap<String, (Child, Ready)>>,
}

impl Practice {
    /// The campus of `institution` (a built-in name, or the path of a profile), started if it does not run.
    pub(crate) async fn ready(&self, institution: &str, source: &str, data: &Path) -> Result<Ready, Problem> {
        let mut running = self.running.lock().await;
        if let Some((child, ready)) = running.get_mut(institution)
            && matches!(child.try_wait(), Ok(None))
        {
            return Ok(ready.clone());
        }
        running.remove(institution);
        let (child, ready) = start(institution, source, data).await?;
        running.insert(institution.to_owned(), (child, ready.clone()));
        Ok(ready)
    }
}

#[cfg(test)]
impl Practice {
    /// Takes a campus that a test has started for the one of `institution`.
    pub(crate) async fn runs(&self, institution: &str, ready: Ready) {
        // Anything that lasts as long as its input does.
        let child = Command::new("cat").stdin(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        self.running.lock().await.insert(institution.to_owned(), (child, ready));
    }
}

/// Where the practice campus of `institution` has its form for people without a sign-on: at the port that it had last and takes
/// again where it can. `None`: it never ran, or keeps nothing.
pub(crate) fn open_form(institution: &str, data: &Path) -> Option<String> {
    let bytes = std::fs::read(data.join("practice").join(institution).join("port.json")).ok()?;
    let Port(port) = serde_json::from_slice(&bytes).ok()?;
    Some(format!("http://127.0.0.1:{port}/contact"))
}

async fn start(institution: &str, source: &str, data: &Path) -> Result<(Child, Ready), Problem> {
    let failed = |what: String| Problem::new(ProblemCode::PracticeDidNotStart, what);
    let program =
        program().ok_or_else(|| failed("the practice campus is not installed beside this program".into()))?;
    let folder = data.join("practice").join(institution);
    std::fs::create_dir_all(&folder).map_err(|error| failed(error.to_string()))?;
    let last = folder.join("port.json");
    let port = std::fs::read(&last).ok().and_then(|bytes| serde_json::from_slice::<Port>(&bytes).ok());
    // The same port again, so that a page left open in the browser still works; any other if it is taken.
    let ports = port.map(|Port(port)| port).into_iter().chain([0]);
    let mut reason = String::new();
    for port in ports {
        match launch(&program, source, &folder, port).await {
            Ok((child, ready)) => {
                if let Some(port) = ready.issuer.parse::<Url>().ok().and_then(|url| url.port()) {
                    // Only a convenience: without it the next campus takes another port.
                    drop(std::fs::write(&last, serde_json::to_vec(&Port(port)).unwrap_or_default()));
                }
                return Ok((child, ready));
            }
            Err(why) => reason = why,
        }
    }
    Err(failed(reason))
}

async fn launch(program: &Path, source: &str, folder: &Path, port: u16) -> Result<(Child, Ready), String> {
    let mut child = Command::new(program)
        .args(["--institution", source, "--port", &port.to_string()])
        // Nobody else is there to decide: after a while the practice desk does.
        .args(["--decide-after", DECIDED_AFTER, "--data"])
        .arg(folder)
        // Its standard input ends with this program, and so does it.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    let output = child.stdout.take().ok_or("it has no output")?;
    let mut lines = BufReader::new(output).lines();
    let line = timeout(START, lines.next_line()).await.map_err(|_| "it did not get ready in time")?;
    let line = line.map_err(|error| error.to_string())?.ok_or("it ended before it was ready")?;
    let ready: Ready =
        serde_json::from_str(&line).map_err(|_| "it said something else than that it is ready")?;
    for address in [&ready.issuer, &ready.directory].into_iter().chain(&ready.desk) {
        if !address.parse::<Url>().is_ok_and(|url| web::is_loopback(&url)) {
            return Err("it does not run on this computer".into());
        }
    }
    Ok((child, ready))
}

/// The campus program: named by the environment in a checkout, else installed beside this one.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("SECONDARY_ACCOUNTS_CAMPUS").map(PathBuf::from);
    let own = std::env::current_exe().ok();
    let name = format!("campus{}", std::env::consts::EXE_SUFFIX);
    let beside = own.as_deref().and_then(Path::parent).map(|folder| folder.join(&name));
    let installed = own
        .as_deref()
        .and_then(Path::parent)
        .and_then(Path::parent)
        .map(|prefix| prefix.join("lib").join("secondary-accounts").join(&name));
    [named, beside, installed].into_iter().flatten().find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_where_the_campus_ran_last() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(open_form("oxford", data.path()), None, "it never ran");
        let folder = data.path().join("practice").join("oxford");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("port.json"), serde_json::to_vec(&Port(4711)).unwrap()).unwrap();
        let form = open_form("oxford", data.path());
        assert_eq!(form.as_deref(), Some("http://127.0.0.1:4711/contact"));
        std::fs::write(folder.join("port.json"), "4711, perhaps").unwrap();
        assert_eq!(open_form("oxford", data.path()), None);
    }
}

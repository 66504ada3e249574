//! The two windows that are held against each other, each on a desktop of its own.

use crate::{
    Ground, Outcome,
    launch::{LAUNCH, launched_at},
    support::{Browser, Connected, Desktop, Keyring, Window, WindowOptions, app},
};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a page may take to come up.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// How long the campus and the program may take for the first reading.
const FIRST_READING: Duration = Duration::from_mins(15);
/// How often a page is asked whether something has come.
const POLL: Duration = Duration::from_millis(40);

/// The desktop of an IT officer who keeps the unit: signed in, the record read, the window closed again.
pub(crate) struct Office {
    pub(crate) desktop: Desktop,
    browser: Browser,
    folder: tempfile::TempDir,
}

/// A window with the moment at which its program was started, in milliseconds since 1970.
pub(crate) struct Opened {
    pub(crate) window: Window,
    pub(crate) launched_at: f64,
}

impl Office {
    pub(crate) async fn furnish(ground: &Ground) -> Outcome<Self> {
        let desktop = Desktop::open(Keyring::Unlocked);
        let mut browser = Browser::new();
        let profile = Connected::to_campus(&ground.campus);
        let options = WindowOptions::default()
            .browser(&browser)
            .argument("--institution")
            .argument(profile.path.display().to_string());
        let window = Window::open(&desktop, &options).await;
        window.click(crate::support::By::button("Continue in your browser")).await;
        let link = browser.next_link(PATIENCE).await;
        browser.sign_in_as(&link, "eart0007").await;
        window.click(crate::support::By::button("Keep them")).await;
        let began = Instant::now();
        while !window.text().await.contains("Up to date") {
            if began.elapsed() > FIRST_READING {
                return Err(format!("the record was not read in time: {}", window.text().await).into());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        window.close().await;
        Ok(Self { desktop, browser, folder: tempfile::tempdir()? })
    }

    /// The program, over what is kept.
    pub(crate) async fn open(&self) -> Outcome<Opened> {
        open(&self.desktop, &[app().display().to_string()], &self.browser, self.folder.path()).await
    }

    /// The empty window, on the same desktop.
    pub(crate) async fn open_empty(&self) -> Outcome<Opened> {
        open(&self.desktop, &[empty_window()], &self.browser, self.folder.path()).await
    }

    /// The empty window drawn as the program draws, to tell what is owed to that.
    pub(crate) async fn open_empty_without_gpu(&self) -> Outcome<Opened> {
        let command = [empty_window(), "without-gpu".to_owned()];
        open(&self.desktop, &command, &self.browser, self.folder.path()).await
    }
}

/// A desktop of its own with the empty window on it.
pub(crate) struct EmptyRoom {
    pub(crate) opened: Opened,
    _desktop: Desktop,
    _folder: tempfile::TempDir,
    _browser: Browser,
}

impl EmptyRoom {
    pub(crate) async fn open() -> Outcome<Self> {
        Self::with(&[empty_window()]).await
    }

    /// With the window drawn as the program draws.
    pub(crate) async fn open_without_gpu() -> Outcome<Self> {
        Self::with(&[empty_window(), "without-gpu".to_owned()]).await
    }

    async fn with(command: &[String]) -> Outcome<Self> {
        let (desktop, folder, browser) =
            (Desktop::open(Keyring::NoService), tempfile::tempdir()?, Browser::new());
        let opened = open(&desktop, command, &browser, folder.path()).await?;
        Ok(Self { opened, _desktop: desktop, _folder: folder, _browser: browser })
    }
}

fn empty_window() -> String {
    app().with_file_name("empty-window").display().to_string()
}

async fn open(desktop: &Desktop, command: &[String], browser: &Browser, folder: &Path) -> Outcome<Opened> {
    let record: PathBuf = folder.join("launched");
    let options = WindowOptions {
        program: std::env::current_exe()?,
        waits_for_page: false,
        ..WindowOptions::default()
    };
    let options = options.browser(browser).argument(LAUNCH).argument(record.display().to_string());
    let options = command.iter().fold(options, |options, word| options.argument(word.clone()));
    let window = Window::open(desktop, &options).await;
    let launched_at = launched_at(&record).ok_or("the start was not recorded")?;
    Ok(Opened { window, launched_at })
}

impl Opened {
    /// Asks the page until it answers something. A page that is being replaced answers nothing.
    pub(crate) async fn ask(&self, script: &str) -> Outcome<Value> {
        self.ask_every(script, POLL).await
    }

    pub(crate) async fn ask_every(&self, script: &str, pause: Duration) -> Outcome<Value> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.window.client().execute(script, Vec::new()).await {
                Ok(Value::Null) | Err(_) => tokio::time::sleep(pause).await,
                Ok(answer) => return Ok(answer),
            }
        }
        Err(format!("the page never answered {script}\n{}", self.window.text().await).into())
    }

    /// The same for a number.
    pub(crate) async fn number(&self, script: &str) -> Outcome<f64> {
        let answer = self.ask(script).await?;
        answer.as_f64().ok_or_else(|| format!("{answer} is no number").into())
    }

    /// Memory of all its processes, in MiB.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        Ok(crate::memory::below(self.window.driver_id())
            .ok_or("the system does not tell what a process holds")?)
    }
}

//! The program's real window, driven through WebDriver.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::accessible::By;
use super::audit;
use super::desktop::{Desktop, Theme};
use super::process::{Process, bound, signal};
use super::{Browser, app, checkout};

/// How long a page may take to show what it is about to show, on two busy cores.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the program is started.
#[derive(Debug, Clone)]
pub struct WindowOptions {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
    /// Whether scripts wait until the page is loaded.
    pub waits_for_page: bool,
}

impl Default for WindowOptions {
    fn default() -> Self {
        Self { program: app().to_owned(), arguments: Vec::new(), variables: Vec::new(), waits_for_page: true }
    }
}

impl WindowOptions {
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// A web browser in place of the program: the small one that comes with WebKit, where WebKitWebDriver too looks for it.
    /// Without OpenGL it puts nothing on the screen, so no picture can be taken of it; its pages work all the same.
    pub fn web_browser() -> Self {
        let folders = ["/usr/lib", "/usr/libexec", "/usr/lib64"].map(PathBuf::from);
        let below =
            |folder: &PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let anywhere = folders.iter().flat_map(|folder| std::iter::once(folder.clone()).chain(below(folder)));
        let program = anywhere
            .map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"))
            .find(|program| program.is_file());
        let program = program.expect("WebKit's MiniBrowser, which its library's package brings along");
        Self { program, ..Self::default() }.argument("--automation")
    }

    /// Links that the program opens go to `browser`.
    pub fn browser(self, browser: &Browser) -> Self {
        self.variable("BROWSER", browser.program().display().to_string())
    }
}

/// An open window of the program. It closes, and the program with it, when this goes out of scope.
#[derive(Debug)]
pub struct Window {
    client: Client,
    /// Where its pictures are taken, such as `:99`.
    display: String,
    driver: Process,
}

impl Window {
    pub async fn open(desktop: &Desktop, options: &WindowOptions) -> Self {
        let (driver, port) = start_driver(desktop, options);
        let mut capabilities = Capabilities::new();
        // Through setpriv, so that the program ends with its driver even if both are killed.
        let mut arguments = vec!["--pdeathsig".to_owned(), "TERM".to_owned(), "--".to_owned()];
        arguments.push(options.program.display().to_string());
        arguments.extend_from_slice(&options.arguments);
        let browser = json!({ "binary": "/usr/bin/setpriv", "args": arguments });
        capabilities.insert("webkitgtk:browserOptions".to_owned(), browser);
        if !options.waits_for_page {
            capabilities.insert("pageLoadStrategy".to_owned(), json!("none"));
        }
        let address = format!("http://127.0.0.1:{port}");
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&address).await;
        let client = client.unwrap_or_else(|error| {
            panic!("{} opened no window: {error}\n{}", options.program.display(), driver.errors())
        });
        Self { client, display: desktop.display().to_owned(), driver }
    }

    /// The WebDriver session, for what has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The process that started the program.
    pub fn driver_id(&self) -> u32 {
        self.driver.id()
    }

    /// Closes the window as the driver does, and ends the program.
    pub async fn close(self) {
        // A program that has ended by itself has nothing to close.
        let _ = self.client.clone().close().await;
        drop(self);
    }

    /// Ends the program by force, in the middle of whatever it does.
    pub fn kill(mut self) {
        let program = self.driver.children();
        assert_eq!(program.len(), 1, "the driver runs the program and nothing else");
        assert!(signal("KILL", &program[0].to_string()), "the program can be killed");
        self.driver.end();
    }

    /// What the program said on standard error.
    pub fn errors(&self) -> String {
        self.driver.errors()
    }

    /// The title in the window's frame, as the page sets it.
    pub async fn title(&self) -> String {
        self.client.title().await.expect("the page's title")
    }

    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.run("return document.body?.innerText ?? ''", &[]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page: the body of a function of `arguments`.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.client
            .execute(script, arguments.to_vec())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until `attempt` gives something. Panics with the page's words, and a picture of it, if it never does.
    pub async fn wait_for<T>(&self, what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = attempt().await {
                return found;
            }
            if Instant::now() >= deadline {
                let picture = self.picture(&format!("failed-{}", file_name(what))).await;
                panic!(
                    "waited {} s for {what}.\nPicture: {}\nThe page says:\n{}\nThe program said:\n{}",
                    PATIENCE.as_secs(),
                    picture.display(),
                    self.text().await,
                    self.errors()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a text can be read on the page.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("the text {text:?}"), async || self.text().await.contains(text).then_some(()))
            .await;
    }

    /// Waits until a text can no longer be read on the page.
    pub async fn wait_until_gone(&self, text: &str) {
        let gone = async || (!self.text().await.contains(text)).then_some(());
        self.wait_for(&format!("the text {text:?} to go"), gone).await;
    }

    /// Waits for an element and gives the first.
    pub async fn find(&self, by: By<'_>) -> Element {
        let first = async || by.all(&self.client).await.into_iter().next();
        self.wait_for(&format!("{by:?}"), first).await
    }

    /// Everything that matches now, without waiting.
    pub async fn all(&self, by: By<'_>) -> Vec<Element> {
        by.all(&self.client).await
    }

    /// Waits for an element and clicks the first. One that the page draws anew between looking and clicking is looked for
    /// again, as somebody would.
    pub async fn click(&self, by: By<'_>) {
        let what = format!("{by:?} to take a click");
        self.wait_for(&what, async || self.find(by.clone()).await.click().await.ok()).await;
    }

    /// Puts a text into a field in place of what is there.
    pub async fn fill(&self, by: By<'_>, text: &str) {
        let field = self.find(by.clone()).await;
        // The bar at the foot may lie over what is just at the edge.
        let shown = serde_json::to_value(&field).expect("an element");
        self.run("arguments[0].scrollIntoView({ block: 'center' })", &[shown]).await;
        field.clear().await.unwrap_or_else(|error| panic!("{by:?} cannot be emptied: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{by:?} takes no text: {error}"));
    }

    /// Presses keys where the focus is: `"Tab"`, `"Shift+Tab"`, `"Control+k"`, `"Enter"`, `"ArrowDown"`, `"a"`.
    pub async fn press(&self, keys: &str) {
        let parts: Vec<char> = if keys == "+" { vec!['+'] } else { keys.split('+').map(key).collect() };
        let down = parts.iter().map(|&value| KeyAction::Down { value });
        let up = parts.iter().rev().map(|&value| KeyAction::Up { value });
        let sequence = down.chain(up).fold(KeyActions::new("keys".to_owned()), InputSource::then);
        self.client
            .perform_actions(sequence)
            .await
            .unwrap_or_else(|error| panic!("pressing {keys}: {error}"));
    }

    /// Types a text where the focus is, one key after another.
    pub async fn write(&self, text: &str) {
        let keys = text.chars().flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let sequence = keys.fold(KeyActions::new("keys".to_owned()), InputSource::then);
        self.client
            .perform_actions(sequence)
            .await
            .unwrap_or_else(|error| panic!("typing {text:?}: {error}"));
    }

    /// Presses Tab until the element has the focus, as somebody without a mouse would. Panics after `most` presses.
    pub async fn tab_to(&self, by: By<'_>, most: usize) {
        let wanted = self.find(by.clone()).await.element_id().to_string();
        for _ in 0..=most {
            let active =
                self.client.active_element().await.ok().map(|element| element.element_id().to_string());
            if active.as_deref() == Some(&wanted) {
                return;
            }
            self.press("Tab").await;
        }
        panic!("{by:?} was not reached with {most} presses of Tab:\n{}", self.text().await);
    }

    /// Waits until what the page holds by now is on the screen: two frames.
    pub async fn drawn(&self) {
        let drawn = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))";
        let waited = self.client.execute_async(drawn, Vec::new()).await;
        waited.unwrap_or_else(|error| panic!("the page is never drawn: {error}"));
    }

    /// Saves what the window shows as `target/screens/NAME.png` of the checkout.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let folder = checkout().join("target/screens");
        fs::create_dir_all(&folder).expect("target/screens");
        let file = folder.join(format!("{name}.png"));
        self.drawn().await;
        // Off the screen itself: a web view that draws without OpenGL never answers WebDriver's own request for a picture.
        let (x, y, width, height) = self
            .client
            .get_window_rect()
            .await
            .unwrap_or_else(|error| panic!("{name} has no place on the screen: {error}"));
        super::screen::picture(&self.display, (x, y, width, height), &file);
        file
    }

    /// What axe-core finds wrong with the page, one paragraph a finding.
    pub async fn barriers(&self) -> Vec<String> {
        audit::violations(&self.client).await
    }

    /// Fails with every barrier that axe-core finds on the page. `name` says which page it is.
    pub async fn axe(&self, name: &str) {
        let found = self.barriers().await;
        assert!(found.is_empty(), "axe-core finds on {name}:\n{}", found.join("\n"));
    }

    /// Shows the page in a theme, by the attribute that the theme setting writes.
    pub async fn theme(&self, theme: Theme) {
        self.run("document.documentElement.dataset.theme = arguments[0]", &[json!(theme.name())]).await;
        // Transitions begin with the next frame, and one that nobody sees may stand still at its start: each is put to its end.
        self.drawn().await;
        let at_rest =
            "for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();";
        self.run(at_rest, &[]).await;
        self.drawn().await;
    }
}

fn start_driver(desktop: &Desktop, options: &WindowOptions) -> (Process, u16) {
    // Between finding a port free and the driver's taking it somebody else may have it.
    for _ in 0..5 {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
        let port = free.expect("a free port").port();
        let mut command = desktop.inside(bound("WebKitWebDriver"));
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.envs(options.variables.iter().map(|(name, value)| (name, value)));
        let mut driver = Process::start(&format!("driver-{port}"), desktop.home(), &mut command);
        let deadline = Instant::now() + PATIENCE;
        while driver.is_running() && Instant::now() < deadline {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() && driver.is_running() {
                return (driver, port);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("WebKitWebDriver did not start");
}

fn key(name: &str) -> char {
    match name {
        "Tab" => Key::Tab.into(),
        "Enter" => Key::Enter.into(),
        "Escape" => Key::Escape.into(),
        "Space" => ' ',
        "Shift" => Key::Shift.into(),
        "Control" => Key::Control.into(),
        "Alt" => Key::Alt.into(),
        "Backspace" => Key::Backspace.into(),
        "Delete" => Key::Delete.into(),
        "Home" => Key::Home.into(),
        "End" => Key::End.into(),
        "PageUp" => Key::PageUp.into(),
        "PageDown" => Key::PageDown.into(),
        "ArrowUp" => Key::Up.into(),
        "ArrowDown" => Key::Down.into(),
        "ArrowLeft" => Key::Left.into(),
        "ArrowRight" => Key::Right.into(),
        "F1" => Key::F1.into(),
        "F6" => Key::F6.into(),
        other => {
            let mut letters = other.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => letter,
                _ => panic!("no key is called {other:?}"),
            }
        }
    }
}

/// A name for a file, of what was waited for.
fn file_name(what: &str) -> String {
    let plain: String =
        what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    plain.trim_matches('-').to_lowercase()
}

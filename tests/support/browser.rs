//! A stand-in for the system's browser: the program under test opens a link, the test does what a person would do there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use url::Url;

use super::form::Form;
use super::http::{Answer, Session};

/// More pages than any sign-in has.
const MOST_PAGES: usize = 20;

/// Where a sign-in ended: the page that the program under test, or the provider, answered with last.
#[derive(Debug, Clone)]
pub struct Landing {
    pub url: Url,
    pub status: u16,
    pub page: String,
}

impl Landing {
    /// A parameter of the address, such as `error`.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// A browser that keeps its cookies until [`Browser::forget`], so that a second sign-in can meet the first one's session.
#[derive(Debug)]
pub struct Browser {
    folder: TempDir,
    session: Session,
}

impl Browser {
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("browser-").expect("a folder for the browser");
        let browser = Self { folder, session: Session::default() };
        fs::create_dir(browser.links()).expect("a folder for links");
        // Written beside and then moved, so that a link is there whole or not at all.
        let script = format!(
            "#!/bin/sh\nset -e\ncd '{}'\npart=$(mktemp .part.XXXXXX)\nprintf '%s' \"$1\" > \"$part\"\nmv \"$part\" \"$(date +%s%N)-$$\"\n",
            browser.links().display().to_string().replace('\'', r"'\''")
        );
        fs::write(browser.program(), script).expect("the browser's script");
        fs::set_permissions(browser.program(), fs::Permissions::from_mode(0o755))
            .expect("a script that runs");
        browser
    }

    /// The program to name in `BROWSER`.
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("browser")
    }

    fn links(&self) -> PathBuf {
        self.folder.path().join("links")
    }

    /// The oldest link that was opened and not yet taken. Panics after `patience`.
    pub async fn next_link(&self, patience: Duration) -> Url {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(link) = self.take_link() {
                return link;
            }
            assert!(Instant::now() < deadline, "no link was opened within {patience:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The same, without waiting.
    pub fn take_link(&self) -> Option<Url> {
        let entries =
            fs::read_dir(self.links()).expect("the links").map(|entry| entry.expect("a link").path());
        let whole = entries
            .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
        let oldest = whole.min()?;
        let text = fs::read_to_string(&oldest).expect("a link that was written whole");
        fs::remove_file(&oldest).expect("a link is taken once");
        Some(Url::parse(&text).unwrap_or_else(|error| panic!("{text:?} was opened as a link: {error}")))
    }

    /// Forgets every cookie.
    pub fn forget(&mut self) {
        self.session = Session::default();
    }

    /// Signs in at the practice campus and comes back to the program.
    pub async fn sign_in_as(&mut self, link: &Url, username: &str) -> Landing {
        self.walk(link, |form| {
            assert!(form.asks("person"), "the campus asks whom to be");
            form.filled(&[("person", username)])
        })
        .await
    }

    /// Opens the practice campus's page for a code, chooses a person and approves.
    pub async fn approve_code(&mut self, link: &Url, username: &str) -> Landing {
        self.answer_code(link, &[("person", username)]).await
    }

    /// Opens the practice campus's page for a code, and refuses.
    pub async fn refuse_code(&mut self, link: &Url) -> Landing {
        self.answer_code(link, &[("deny", "1")]).await
    }

    async fn answer_code(&mut self, link: &Url, answers: &[(&str, &str)]) -> Landing {
        let page = self.session.get(link).await;
        let form = Form::first(&page.body).unwrap_or_else(|| panic!("{link} asks nothing:\n{}", page.body));
        let action = page.url.join(&form.action).expect("a form leads somewhere");
        land(self.session.post(&action, &form.filled(answers)).await)
    }

    /// Presses Cancel at the practice campus.
    pub async fn cancel_sign_in(&mut self, link: &Url) -> Landing {
        self.walk(link, |form| form.filled(&[("cancel", "1")])).await
    }

    /// Signs in at panva oidc-provider's own pages, and agrees to what the program asks for.
    pub async fn sign_in_oidc_provider(&mut self, link: &Url, login: &str) -> Landing {
        self.walk(link, |form| at_oidc_provider(form, login)).await
    }

    /// Opens oidc-provider's page for a code, confirms it and signs in.
    pub async fn approve_code_at_oidc_provider(&mut self, link: &Url, login: &str) -> Landing {
        let answer = |form: &Form| {
            if form.asks("user_code") { form.filled(&[]) } else { at_oidc_provider(form, login) }
        };
        self.walk_until(link, |_| false, answer).await
    }

    /// Follows a link as far as it goes without the person doing anything.
    pub async fn follow(&mut self, link: &Url) -> Landing {
        let answer = self.session.get(link).await;
        land(self.redirected(answer).await)
    }

    /// Opens `link`, answers every form on the way, and stops at the program's own loopback address.
    async fn walk(&mut self, link: &Url, answer: impl Fn(&Form) -> Vec<(String, String)>) -> Landing {
        let target =
            link.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, value)| value.into_owned());
        let target = target.and_then(|target| Url::parse(&target).ok());
        let target = target.unwrap_or_else(|| panic!("{link} does not say where to come back to"));
        self.walk_until(link, |place| is_same_place(place, &target), answer).await
    }

    /// Opens `link` and answers every form on the way, to `there` or to a page that asks nothing.
    async fn walk_until(
        &mut self,
        link: &Url,
        there: impl Fn(&Url) -> bool,
        answer: impl Fn(&Form) -> Vec<(String, String)>,
    ) -> Landing {
        let mut page = self.session.get(link).await;
        for _ in 0..MOST_PAGES {
            page = self.redirected(page).await;
            if there(&page.url) {
                return land(page);
            }
            let Some(form) = Form::first(&page.body) else { return land(page) };
            let action = page.url.join(&form.action).expect("a form leads somewhere");
            page = self.session.post(&action, &answer(&form)).await;
        }
        panic!("{link} asks without end; last at {}:\n{}", page.url, page.body)
    }

    /// Goes on as far as the answers lead, the program's own loopback address included: it may have the provider asked
    /// once more.
    async fn redirected(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..MOST_PAGES {
            let Some(next) = answer.redirect() else { return answer };
            answer = self.session.get(&next).await;
        }
        panic!("{} leads on without end", answer.url)
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

/// What a person answers who has the username `login`: any password will do there.
fn at_oidc_provider(form: &Form, login: &str) -> Vec<(String, String)> {
    match form.hidden("prompt") {
        Some("login") => form.filled(&[("login", login), ("password", "any will do")]),
        Some("consent") => form.filled(&[]),
        // Whoever was signed in before is signed out first: the page sends this form by itself.
        None if form.hidden("logout") == Some("yes") => form.filled(&[]),
        other => panic!("oidc-provider asks {other:?}"),
    }
}

fn land(answer: Answer) -> Landing {
    Landing { url: answer.url, status: answer.status, page: answer.body }
}

fn is_same_place(url: &Url, target: &Url) -> bool {
    url.origin() == target.origin() && url.path() == target.path()
}

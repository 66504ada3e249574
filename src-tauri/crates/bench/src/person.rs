//! The program without its window, in the hands of somebody who signs in and reads.

use crate::Outcome;
use crate::support::Browser;
use client::view::{Connection, FreshnessState, Preferences, Search, SignInRequest, SignInState, SignInWay};
use client::{Client, Event, Outside, Setup};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Keychain, MemoryKeychain};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use url::Url;

/// How long one reading may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// As many rows as fill a screen.
const SCREENFUL: u16 = 50;

/// Hears what the program tells and opens nothing: links go to the browser's stand-in.
struct Ears {
    links: mpsc::UnboundedSender<String>,
    news: mpsc::UnboundedSender<(Instant, Event)>,
}

impl Outside for Ears {
    fn open_in_browser(&self, link: &str) -> bool {
        self.links.send(link.to_owned()).is_ok()
    }

    fn tell(&self, event: Event) {
        // Nobody listens any more once the measurement is over.
        let _ = self.news.send((Instant::now(), event));
    }

    fn preferences(&self) -> Preferences {
        Preferences::default()
    }

    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

/// When a reading came to its points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    /// When a screenful of rows had been answered. `None` unless it was waited for.
    pub(crate) usable: Option<Instant>,
    pub(crate) ended: Instant,
}

pub(crate) struct Person {
    client: Client,
    links: mpsc::UnboundedReceiver<String>,
    news: mpsc::UnboundedReceiver<(Instant, Event)>,
}

impl Person {
    /// Starts the program over `data`; whoever is signed in there begins to read at once.
    pub(crate) fn start(
        data: &Path,
        keychain: &Arc<MemoryKeychain>,
        profile: Option<&Path>,
    ) -> Outcome<Self> {
        let (link_sender, links) = mpsc::unbounded_channel();
        let (news_sender, news) = mpsc::unbounded_channel();
        let keychain = Arc::clone(keychain);
        let client = Client::new(Setup {
            data: data.to_owned(),
            outside: Arc::new(Ears { links: link_sender, news: news_sender }),
            keychain: Box::new(move || Ok(Arc::clone(&keychain) as Arc<dyn Keychain>)),
            now: client::now,
            runtime: Handle::current(),
            institution: profile.map(Path::to_owned),
        });
        Ok(Self { client: client.map_err(|problem| problem.message)?, links, news })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn sign_in(&mut self, username: &str) -> Outcome {
        self.client.sign_in(SignInRequest {
            institution: "oxford".into(),
            connection: Connection::Real,
            way: SignInWay::Browser,
            another: false,
            again: None,
        });
        let link = tokio::time::timeout(PATIENCE, self.links.recv()).await?.ok_or("no link was opened")?;
        Browser::new().sign_in_as(&Url::parse(&link)?, username).await;
        loop {
            let news = tokio::time::timeout(PATIENCE, self.news.recv()).await?;
            match news.ok_or("the program fell silent")?.1 {
                Event::SignIn(SignInState::Done { .. }) => break,
                Event::SignIn(SignInState::Failed { problem }) => return Err(problem.message.into()),
                _ => {}
            }
        }
        // Before the reading begins, which waits for a window that does not come here.
        Ok(self.client.keep_unit(true).await.map_err(|problem| problem.message)?)
    }

    /// Waits until the record has been read to its end. With `rows`, the list is asked for at every piece of news until
    /// it fills a screen, as an open page would.
    pub(crate) async fn read(&mut self, rows: bool) -> Outcome<Read> {
        let mut usable = None;
        loop {
            let news = tokio::time::timeout(PATIENCE, self.news.recv()).await?;
            match news.ok_or("the program fell silent")? {
                (_, Event::AccountsChanged) if rows && usable.is_none() => {
                    let page = self.client.search(screenful()).await.map_err(|problem| problem.message)?;
                    if page.rows.len() >= usize::from(SCREENFUL) {
                        usable = Some(Instant::now());
                    }
                }
                (at, Event::Freshness(freshness)) => match freshness.state {
                    FreshnessState::UpToDate => return Ok(Read { usable, ended: at }),
                    FreshnessState::Checking => {}
                    state => {
                        return Err(format!("the reading ended as {state:?}: {:?}", freshness.problem).into());
                    }
                },
                _ => {}
            }
        }
    }
}

fn screenful() -> Search {
    Search { own: false, ..own() }
}

/// What the reader owns.
pub(crate) fn own() -> Search {
    Search {
        query: String::new(),
        own: true,
        uses: false,
        unit: false,
        kind: None,
        offset: 0,
        limit: SCREENFUL,
    }
}

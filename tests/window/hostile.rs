//! Servers that are broken or mean harm: a clear message, nothing lost, nobody else's data shown.

use crate::{
    small::fits,
    steps::{A_WHILE, Connected, connected, go, look, open_account, signed_in},
    support::{Browser, By, CampusOptions, Desktop, Front, Keyring, Landing, Spoil, Window},
};
use serde_json::json;
use std::{
    io::ErrorKind,
    net::TcpListener,
    sync::atomic::{AtomicU64, Ordering},
};

pub(crate) const LIST: &str = "/scim/v2/SecondaryAccounts";
const CONFIG: &str = "/scim/v2/ServiceProviderConfig";
const ME: &str = "/scim/v2/Me";
/// What Maren Tolliver has seen before anything is spoiled.
pub(crate) const SEEN: &str = "5 you own, 4 you can use";
const NOT_USABLE: &str = "The answer cannot be used";
const TOO_LARGE: &str = "The answer is far too large";
const ELSEWHERE: &str = "The server points elsewhere";
const WAIT: &str = "It asked for a wait of 2 minutes.";
const DIFFER: &str = "The directory’s list does not add up";

const A_PAGE: &str = "a page for a browser";

/// A server that nobody is to be sent to.
struct Elsewhere(TcpListener);

impl Elsewhere {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn address(&self) -> String {
        format!("http://{}/", self.0.local_addr().unwrap())
    }

    fn assert_untouched(&self) {
        let nobody = self.0.accept().expect_err("a redirect was followed");
        assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
    }
}

/// What any endpoint may answer, and what is said of it.
fn faults(elsewhere: &Elsewhere) -> Vec<(&'static str, Spoil, &'static str)> {
    vec![
        ("half of its JSON", Spoil::json("{\"totalResults\":"), NOT_USABLE),
        (A_PAGE, Spoil::page(), NOT_USABLE),
        ("2 GiB", Spoil::Endless, TOO_LARGE),
        ("2 GiB, packed", Spoil::EndlessGzip, TOO_LARGE),
        ("a redirect", Spoil::redirect(&elsewhere.address()), ELSEWHERE),
        ("429", Spoil::later(120), WAIT),
    ]
}

/// Pages of four accounts, by index.
fn small_pages() -> Spoil {
    Spoil::bend(|config| {
        config["pagination"] = json!({ "cursor": false, "index": true, "maxPageSize": 4 });
        config["filter"]["maxResults"] = 4.into();
    })
}

/// What is wrong with a list as a whole.
struct Broken {
    what: &'static str,
    /// Endpoints, and how each is spoiled.
    spoils: Vec<(&'static str, Spoil)>,
    said: &'static str,
}

fn broken_lists() -> [Broken; 4] {
    let more = |by: u64| {
        Spoil::bend(move |list| {
            list["totalResults"] = (list["totalResults"].as_u64().unwrap_or(0) + by).into();
        })
    };
    let moving = AtomicU64::new(0);
    let changes = Spoil::bend(move |list| {
        let by = moving.fetch_add(1, Ordering::Relaxed) % 2;
        list["totalResults"] = (list["totalResults"].as_u64().unwrap_or(0) + by).into();
    });
    let first_page_again = Spoil::ask(|target| {
        let parts =
            target.split('&').map(|part| if part.starts_with("startIndex=") { "startIndex=1" } else { part });
        parts.collect::<Vec<_>>().join("&")
    });
    let somebody_else = Spoil::bend(|me| me["id"] = "00000000-0000-4000-8000-00000000beef".into());
    let looping = vec![(CONFIG, small_pages()), (LIST, first_page_again), (LIST, more(1000))];
    [
        Broken { what: "a total that lies", spoils: vec![(LIST, more(7))], said: DIFFER },
        Broken {
            what: "a total that changes",
            spoils: vec![(CONFIG, small_pages()), (LIST, changes)],
            said: DIFFER,
        },
        Broken { what: "pages in a loop", spoils: looping, said: DIFFER },
        Broken {
            what: "another person",
            spoils: vec![(ME, somebody_else)],
            said: "another record for you than before",
        },
    ]
}

#[tokio::test]
async fn a_broken_directory_is_named_in_plain_words_and_what_was_seen_stays() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut front = Front::before(CampusOptions::of("oxford"));
    let (_profile, _browser, window) = signed_in(&desktop, &front.campus, "eart0001").await;
    let elsewhere = Elsewhere::new();
    for endpoint in [ME, CONFIG, LIST] {
        for (what, how, said) in faults(&elsewhere) {
            // What a directory can do is advice: one that has only a page there is read without it.
            if endpoint == CONFIG && what == A_PAGE {
                continue;
            }
            front.spoil(endpoint, how);
            told(&window, &format!("{what} from {endpoint}"), said).await;
            recovers(&window, &front).await;
        }
    }
    for Broken { what, spoils, said } in broken_lists() {
        for (endpoint, how) in spoils {
            front.spoil(endpoint, how);
        }
        told(&window, what, said).await;
        if what == "pages in a loop" {
            look(&window, "home-trouble").await;
            // The longest words of all at the top, with as little room as text twice as large leaves.
            window.client().set_window_size(590, 390).await.unwrap();
            window.find(By::Css(":root[data-tiny]")).await;
            fits(&window, "tiny-home-trouble").await;
            window.client().set_window_size(1180, 780).await.unwrap();
            window.wait_for_text(SEEN).await;
        }
        recovers(&window, &front).await;
    }
    // A directory that takes no token, and a provider that gives no new one.
    for (what, how, said) in faults(&elsewhere) {
        front.spoil(LIST, Spoil::Answer(401, String::new(), ""));
        front.spoil("/token", how);
        told(&window, &format!("{what} to a refresh"), said).await;
        recovers(&window, &front).await;
    }
    elsewhere.assert_untouched();

    // The servers' clock is wrong by an hour, either way; what changes meanwhile is seen all the same.
    for (offset, name) in [("3600", "Earth Sciences Front Desk"), ("-3600", "Earth Sciences Reception")] {
        front.restart_with(&["--clock-offset", offset]);
        let change = json!([{ "op": "replace", "path": "displayName", "value": name }]);
        front.campus.alter("enquiries", change).await;
        window.press("u").await;
        open_account(&window, "enq", "enquiries@earth.example.edu").await;
        window.wait_for_text(&format!("Shown as “{name}”")).await;
        window.wait_for_text("Up to date").await;
        window.press("Control+1").await;
        window.wait_for_text(SEEN).await;
    }

    // Only a clear no ends the sign-in, and even then everything stays readable.
    front.spoil(LIST, Spoil::Answer(401, String::new(), ""));
    let no = "content-type: application/json\r\n".to_owned();
    front.spoil("/token", Spoil::Answer(400, no, "{\"error\":\"invalid_grant\"}"));
    told(&window, "a refresh that is refused", "Your sign-in has ended").await;
}

/// Looks at the record and expects to be told `said`, with everything from before still there.
async fn told(window: &Window, what: &str, said: &str) {
    window.press("u").await;
    window
        .wait_for(&format!("{said:?}, of {what}"), async || window.text().await.contains(said).then_some(()))
        .await;
    let text = window.text().await;
    assert!(text.contains(SEEN), "{what}: what was seen stays:\n{text}");
    assert!(text.contains("Hello Maren Tolliver."), "{what}: it is still her:\n{text}");
    let raw = ["JSON", "column", "status 4", "http:", "127.0.0.1", "scim", "error"];
    assert!(!raw.iter().any(|raw| text.contains(raw)), "{what}: in plain words:\n{text}");
}

/// Passes everything on again, and looks.
async fn recovers(window: &Window, front: &Front) {
    front.heal();
    window.press("u").await;
    window.wait_for_text("Up to date").await;
    window.wait_for_text(SEEN).await;
}

#[tokio::test]
async fn a_broken_provider_signs_nobody_in_and_loses_nothing() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut front = Front::before(CampusOptions::of("oxford"));
    let (_profile, mut browser, window) = signed_in(&desktop, &front.campus, "eart0001").await;
    let elsewhere = Elsewhere::new();
    go(&window, "settings").await;
    window.click(By::link("Sign in as somebody else too")).await;
    let mut first = true;
    let mut begin = async || {
        let again = if std::mem::take(&mut first) { "Continue in your browser" } else { "Try again" };
        window.click(By::button(again)).await;
    };
    for endpoint in ["/.well-known/openid-configuration", "/jwks"] {
        for (what, how, said) in faults(&elsewhere) {
            front.spoil(endpoint, how);
            begin().await;
            refused(&window, &format!("{what} from {endpoint}"), said).await;
            front.heal();
        }
    }
    for endpoint in ["/token", "/userinfo", ME] {
        for (what, how, said) in faults(&elsewhere) {
            front.spoil(endpoint, how);
            begin().await;
            let landing = sign_in(&mut browser).await;
            refused(&window, &format!("{what} from {endpoint}"), said).await;
            assert!(endpoint == ME || landing.page.contains("You are not signed in"), "{}", landing.page);
            front.heal();
        }
    }
    for offset in ["3600", "-3600"] {
        front.restart_with(&["--clock-offset", offset]);
        begin().await;
        sign_in(&mut browser).await;
        refused(&window, "a clock that is wrong by an hour", "The clocks differ").await;
    }
    look(&window, "sign-in-clock").await;
    elsewhere.assert_untouched();

    window.click(By::button("Back")).await;
    window.click(By::link("Settings")).await;
    window.wait_for_text("Maren Tolliver").await;
    assert!(!window.text().await.contains("outreach"), "nobody was added");
    window.press("Control+1").await;
    window.wait_for_text(SEEN).await;
    let kept = std::fs::read_dir(desktop.data().join("secondary-accounts/identities")).unwrap().count();
    assert_eq!(kept, 1, "nor on the disk");
}

async fn sign_in(browser: &mut Browser) -> Landing {
    let link = browser.next_link(A_WHILE).await;
    browser.sign_in_as(&link, "outreach").await
}

async fn refused(window: &Window, what: &str, said: &str) {
    window.find(By::heading("Signing in did not work")).await;
    window
        .wait_for(&format!("{said:?}, of {what}"), async || window.text().await.contains(said).then_some(()))
        .await;
    let text = window.text().await;
    assert!(!text.contains("Outreach"), "{what}: nobody is shown:\n{text}");
}

#[tokio::test]
async fn a_server_that_hangs_holds_nothing_up_and_is_given_up() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let front = Front::before(CampusOptions::of("oxford"));
    let profile = Connected::to_campus(&front.campus);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    crate::steps::sign_in(&window, &mut browser, "eart0001").await;
    front.spoil(LIST, Spoil::Silence);
    front.spoil("/.well-known/openid-configuration", Spoil::Silence);
    window.click(By::button("Check now")).await;
    window.wait_for_text("Checking").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    assert!(window.text().await.contains("Checking"), "all of that while the directory says nothing");
    go(&window, "settings").await;
    window.click(By::link("Sign in as somebody else too")).await;
    window.click(By::button("Continue in your browser")).await;
    window.find(By::heading("Looking for the sign-in page")).await;
    window.find(By::heading("Signing in did not work")).await;
    window.wait_for_text("The server does not answer").await;
    look(&window, "sign-in-no-answer").await;
    window.click(By::button("Back")).await;
    window.click(By::link("Settings")).await;
    window.press("Control+1").await;
    window.wait_for_text("You are offline").await;
    window.wait_for_text(SEEN).await;
}

//! Never lost, never twice: at each step of a request the program or the campus is killed, or an answer is lost, doubled or
//! late; in the end every request that was sent is at the desk exactly once.
//!
//! | What | Where |
//! |---|---|
//! | waiting, sending, looked for, read back: campus killed, question or answer lost, twice, late | `on_the_way` |
//! | an answer to a question: the same, and the program killed | `answers` |
//! | withdrawing: the same | `withdrawn` |
//! | draft, waiting, sending, looked for, read back, sent, said to be done, applied: program killed | `killed` |
//! | one request of each status at rest: program killed, campus killed, answers lost, twice, overtaken | `at_rest` |
//! | a desk that cannot be searched: not known, sent again by a person | `unsearchable` |
//! | between two writes to the disk; a desk that recognises no repeats | crates `desk` and `client` |
#![expect(clippy::print_stdout, reason = "it prints what it counted")]

mod answers;
mod at_rest;
mod killed;
mod on_the_way;
mod unsearchable;
mod withdrawn;

use crate::{
    asking::{approve_one, at_the_check_of_a_name, at_the_desk, send_checked, to_the_check},
    steps::{connected, go, signed_in_with_desk},
    support::{Browser, By, CampusOptions, Connected, Desktop, Fate, Front, Keyring, Window},
};
use serde_json::{Value, json};

// Exchanges with the desk.
const GREET: &str = "GET /desk/v1";
const ASK: &str = "POST /desk/v1/requests";
const FIND: &str = "GET /desk/v1/requests";
const READ: &str = "GET /desk/v1/requests/*";
const REPLY: &str = "POST /desk/v1/requests/*";

// What the request's page says of it.
const DRAFT: &str = "Draft on this computer";
const WAITING: &str = "Waiting for connection";
const NOT_KNOWN: &str = "Not known whether it arrived";
const NOT_TAKEN: &str = "Not taken by the Service Desk";
const SENT: &str = "with the Service Desk";
const IN_PART: &str = "Taken in part";
const NEEDS_ANSWER: &str = "Needs your answer";
const APPLYING: &str = "Being applied";
const SAID: &str = "They say it is done";
const SEEN: &str = "Checked working";
const WITHDRAWN: &str = "Withdrawn";
const REFUSED: &str = "Refused";
const CONFLICT: &str = "Not sent: changed meanwhile";

/// What may befall something that is sent about a request at the desk.
const FAULTS: [(&str, Fate); 8] = [
    ("drop question", Fate::LostThere),
    ("drop reply", Fate::LostBack),
    ("kill server before", Fate::KilledThere),
    ("kill server after", Fate::KilledBack),
    ("repeat", Fate::Twice),
    ("reorder", Fate::Late),
    ("kill program before", Fate::HeldThere),
    ("kill program after", Fate::HeldBack),
];

/// Maren's window at a campus with a server before it, and what she has sent.
struct Walk {
    window: Option<Window>,
    front: Front,
    /// Client request ids.
    sent: Vec<String>,
    clerk: String,
    browser: Browser,
    profile: Connected,
    desktop: Desktop,
}

impl Walk {
    async fn begin(apply_seconds: &str) -> Self {
        let desktop = Desktop::open(Keyring::Unlocked);
        let front = Front::before(CampusOptions::of("oxford").with("--apply-seconds", apply_seconds));
        let clerk = front.campus.token_of("itsd0003").await;
        let (profile, browser, window) = signed_in_with_desk(&desktop, &front.campus, "eart0001").await;
        Self { window: Some(window), front, sent: Vec::new(), clerk, browser, profile, desktop }
    }

    fn window(&self) -> &Window {
        self.window.as_ref().expect("there is a window but for the moment between two starts")
    }

    /// Kills the program. What it asked or waited for stays on its way.
    fn kill_program(&mut self) {
        self.window.take().expect("it runs").kill();
    }

    async fn start_program(&mut self) {
        self.window = Some(Window::open(&self.desktop, &connected(&self.browser, &self.profile)).await);
        go(self.window(), "requests").await;
    }

    /// Kills the program, lets what was on its way arrive, and starts it again.
    async fn kill_and_start_program(&mut self) {
        self.kill_program();
        self.front.heal();
        self.front.release();
        self.start_program().await;
    }

    /// Kills the campus where no fate did, and starts it again on its port and its database.
    fn kill_campus(&mut self, arguments: &[&str]) {
        self.front.campus.kill();
        self.front.restart_with(arguments);
    }

    /// A question to the desk, up to the check page. Gives its client request id.
    async fn write(&self, subject: &str) -> String {
        let window = self.window();
        window.run("location.hash = '#/ask/ask-desk'", &[]).await;
        window.fill(By::Css("#q-subject"), subject).await;
        window.fill(By::Css("#q-message"), "Since Monday.").await;
        to_the_check(window).await;
        self.id().await
    }

    /// The client request id of the page that is open.
    async fn id(&self) -> String {
        let place = self.window().run("return location.hash", &[]).await;
        place.as_str().unwrap().split('/').nth(2).expect("the page of a request").to_owned()
    }

    /// Asks the desk something, and does not wait for what comes of it.
    async fn send(&mut self, subject: &str) -> String {
        let id = self.write(subject).await;
        self.sent.push(id.clone());
        self.window().click(By::Css("main .acts-row .go")).await;
        id
    }

    /// The same, and waits for the status that it then has.
    async fn sent(&mut self, subject: &str, status: &str) -> String {
        let id = self.send(subject).await;
        let there = format!("#/requests/{id}");
        let is_there =
            async || (self.window().run("return location.hash", &[]).await == there.as_str()).then_some(());
        self.window().wait_for("the request's page", is_there).await;
        self.stands(&id, subject, status).await;
        id
    }

    /// Goes to the page of a request and waits until it has that status.
    async fn stands(&self, id: &str, text: &str, status: &str) {
        let window = self.window();
        let there = format!("#/requests/{id}");
        window.run("if (location.hash !== arguments[0]) location.hash = arguments[0]", &[json!(there)]).await;
        let shows = async || {
            let shown = "const page = document.querySelector('.detail'); \
                         return [page?.innerText ?? '', page?.querySelector('.state [role=status]')?.innerText ?? '']";
            let shown = window.run(shown, &[]).await;
            let of = |at: usize, text: &str| shown[at].as_str().is_some_and(|shown| shown.contains(text));
            (of(0, text) && of(1, status)).then_some(())
        };
        window.wait_for(&format!("{text:?} to be {status:?}"), shows).await;
    }

    /// Waits until the request whose page is open does nothing any more, and everything that was to happen on the way has.
    async fn settled(&self) {
        let at_rest = async || {
            let busy = "return document.querySelector('.detail [aria-busy=true]') !== null";
            (self.front.unmet().is_empty() && self.window().run(busy, &[]).await == false).then_some(())
        };
        self.window().wait_for("the exchange to end", at_rest).await;
    }

    /// Asks for news until the request whose page is open has that status, as somebody would who sees that nothing came.
    async fn comes_to(&self, status: &str) {
        let has = async || {
            let shown = "return document.querySelector('.detail .state [role=status]')?.innerText ?? ''";
            if self.window().run(shown, &[]).await.as_str()?.contains(status) {
                return Some(());
            }
            if let Some(own) = self.window().all(By::button("Check now")).await.into_iter().nth(1) {
                // It may have gone, or be drawn anew, meanwhile.
                let _ = own.click().await;
            }
            None
        };
        self.window().wait_for(&format!("the request to be {status:?}"), has).await;
    }

    /// What the desk has of Maren's.
    async fn at_desk(&self) -> Vec<Value> {
        let maren = self.front.campus.token_of("eart0001").await;
        let list = self.front.campus.ask_desk("GET", "/requests?count=200", &maren, None).await;
        let requests = list["requests"].as_array().unwrap().clone();
        assert_eq!(list["total"], requests.len(), "all of them fit one page");
        requests
    }

    /// The desk's own name for a request.
    async fn reference(&self, id: &str) -> String {
        let found = self.at_desk().await.into_iter().find(|request| request["clientRequestId"] == id);
        found.expect("it arrived")["id"].as_str().unwrap().to_owned()
    }

    /// Asks for another name of an account and waits until it has arrived: the record shows whether it was carried out.
    async fn ask_for_a_name(&mut self, name: &str) -> String {
        at_the_check_of_a_name(self.window(), name).await;
        let id = self.id().await;
        self.sent.push(id.clone());
        send_checked(self.window()).await;
        id
    }

    /// Whoever decides approves everything that waits.
    async fn approve_all(&self) {
        for waiting in at_the_desk(&self.front.campus, &self.clerk).await {
            approve_one(&self.front.campus, &self.clerk, waiting["id"].as_str().unwrap()).await;
        }
    }

    async fn refuse(&self, reference: &str, reason: &str) {
        let path = format!("/requests/{reference}/decision");
        let decision = json!({ "approve": false, "reason": reason });
        self.front.campus.ask_desk("POST", &path, &self.clerk, Some(&decision)).await;
    }

    async fn question(&self, reference: &str, text: &str) {
        let path = format!("/requests/{reference}/question");
        self.front.campus.ask_desk("POST", &path, &self.clerk, Some(&json!({ "text": text }))).await;
    }

    /// Presses a button of the request whose page is open while `fate` befalls what it sends, until the request has the
    /// status that it is pressed for.
    async fn press_through(&mut self, fate: Fate, button: &str, id: &str, text: &str, status: &str) {
        self.front.next(REPLY, fate);
        self.window().click(By::button(button)).await;
        if matches!(fate, Fate::HeldThere | Fate::HeldBack) {
            self.front.until_held();
            self.kill_and_start_program().await;
            self.stands(id, text, status).await;
            return;
        }
        self.settled().await;
        if matches!(fate, Fate::KilledThere | Fate::KilledBack) {
            self.kill_campus(&[]);
        }
        // It is tried once more, as somebody would who reads that it did not get through.
        if let Some(again) = self.window().all(By::button(button)).await.pop() {
            again.click().await.unwrap();
            self.settled().await;
        }
        self.comes_to(status).await;
        self.front.release();
    }

    /// Holds what was sent against what the desk has.
    async fn each_once(&self, after: &str) -> usize {
        let id = |request: &Value| request["clientRequestId"].as_str().unwrap().to_owned();
        let mut seen: Vec<_> = self.at_desk().await.iter().map(id).collect();
        let mut sent = self.sent.clone();
        seen.sort();
        sent.sort();
        assert_eq!(seen, sent, "{after}: what the desk has is what was sent, each once");
        seen.len()
    }

    async fn count(&self, what: &str) {
        let seen = self.each_once("in the end").await;
        println!("{what}: requests in: {}, seen at the desk: {seen}, none twice", self.sent.len());
    }
}

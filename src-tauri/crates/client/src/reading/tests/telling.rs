//! What is told of readings while they do not come to their end, and who is asked again.

use super::super::{look, read_record, rest};
use super::directory::{MORNING, Served, account, now};
use crate::{
    identities::Identity,
    open::{Open, Surroundings},
    outside::{Event, Outside},
    rehearsal::{identity, of_her_own, of_jo, open_at, open_in, surroundings},
    tokens::StoreVault,
    view::{
        FreshnessState::{self, Checking, SignedOut, Trouble, UpToDate},
        Preferences, ProblemCode,
    },
};
use sign_in::{Secret, Tokens, Vault};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, path},
};

/// Every state that a window was told, in order.
#[derive(Default)]
struct Window(Mutex<Vec<FreshnessState>>);

impl Window {
    /// What it was told since it was last asked.
    fn told(&self) -> Vec<FreshnessState> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Outside for Window {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, event: Event) {
        if let Event::Freshness(freshness) = event {
            let mut told = self.0.lock().unwrap();
            // How far a reading is comes with the same state again.
            if freshness.progress.is_none() || told.last() != Some(&freshness.state) {
                told.push(freshness.state);
            }
        }
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

struct Told {
    served: Served,
    window: Arc<Window>,
    open: Arc<Open>,
    failures: u32,
    folder: tempfile::TempDir,
    _server: MockServer,
}

impl Told {
    async fn begin() -> Self {
        let served = Served::default();
        served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(served.clone()).mount(&server).await;
        let folder = tempfile::tempdir().unwrap();
        let window = Arc::new(Window::default());
        let outside = Arc::clone(&window) as Arc<dyn Outside>;
        let around = Surroundings { outside, ..surroundings(folder.path(), now) };
        let open = open_in(around, &server.uri(), None);
        Self { served, window, open, failures: 0, folder, _server: server }
    }

    /// A look that comes by itself while the directory answers `status`, or as it should. What was told, and for how many seconds
    /// it is then left alone.
    async fn look(&mut self, status: Option<u16>) -> (Vec<FreshnessState>, Option<u64>) {
        self.served.change(|d| d.fails = status);
        let wait = look(&self.open, &mut self.failures).await;
        (self.window.told(), wait.map(|wait| wait.as_secs()))
    }

    /// The same, when somebody asks for it.
    async fn asked(&mut self, status: Option<u16>) -> Vec<FreshnessState> {
        self.open.check_now(true);
        self.look(status).await.0
    }
}

#[tokio::test]
async fn in_trouble_a_try_by_itself_tells_nothing_until_it_goes_well() {
    let mut told = Told::begin().await;
    assert_eq!(told.look(None).await, (vec![Checking, UpToDate], Some(900)), "with how far it is");
    assert_eq!(told.look(None).await.0, [Checking, UpToDate]);
    assert_eq!(told.look(Some(503)).await, (vec![Checking, Trouble], Some(20)));
    for wait in [40, 80, 160] {
        assert_eq!(told.look(Some(503)).await, (vec![], Some(wait)), "nothing is other than before");
    }
    assert_eq!(told.asked(Some(503)).await, [Checking, Trouble], "somebody asks, and is told");
    assert_eq!(told.look(None).await, (vec![UpToDate], Some(900)));
}

#[tokio::test]
async fn the_first_reading_is_told_only_as_far_as_it_goes() {
    let mut told = Told::begin().await;
    assert_eq!(told.look(Some(500)).await.0, [Trouble], "it was being checked from the beginning");
    assert_eq!(told.look(Some(500)).await.0, []);
    assert_eq!(told.look(None).await.0, [UpToDate]);
}

#[tokio::test]
async fn whoever_is_signed_out_is_told_once_and_not_tried_for_until_somebody_asks() {
    let mut told = Told::begin().await;
    told.open.around.change_known(|known| known.put(identity())).unwrap();
    told.look(None).await;
    assert_eq!(told.look(Some(401)).await, (vec![Checking, SignedOut], None));
    let signed_in = |told: &Told| told.open.around.known().get("one").map(|one| one.signed_in);
    assert_eq!(signed_in(&told), Some(false));
    let list = told.folder.path().join("identities.json");
    std::fs::remove_file(&list).unwrap();
    told.open.check_now(false);
    assert_eq!(told.look(Some(401)).await, (vec![], None));
    assert_eq!(told.asked(Some(401)).await, [Checking, SignedOut]);
    assert!(!list.exists(), "the list of identities says so already");
    assert_eq!(told.asked(None).await, [Checking, UpToDate]);
    assert!(list.exists() && signed_in(&told) == Some(true));
}

#[tokio::test]
async fn whoever_is_only_waited_for_keeps_other_peoples_data_no_longer_than_allowed() {
    let (_folder, open) = open_at("http://127.0.0.1:9", None, now);
    let contact = Some("2025-01-01T00:00:00Z".to_owned());
    open.around.change_known(|known| known.put(Identity { contact, ..identity() })).unwrap();
    open.store.take(&[of_jo(), of_her_own()], "2025-01-01T00:00:00Z").unwrap();
    let waiting = Arc::clone(&open);
    let rested = tokio::spawn(async move { rest(&waiting, None, Duration::from_millis(5)).await });
    while open.store.counts().unwrap().all > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!rested.is_finished(), "the days pass, and nobody has asked");
    open.check_now(false);
    tokio::time::timeout(Duration::from_secs(30), rested).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_renewed_is_not_taken_for_a_directory_that_does_not_count() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
    let server = MockServer::start().await;
    // What stands before the provider has a page for everyone.
    let page = ResponseTemplate::new(200).set_body_raw("<html>Welcome</html>", "text/html");
    let provider = Mock::given(path("/.well-known/openid-configuration")).respond_with(page);
    provider.expect(1).mount(&server).await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (_folder, open) = open_at(&server.uri(), None, now);
    let vault = StoreVault(Arc::clone(&open.store));
    let refresh = Some(Secret::new("refresh".into()));
    vault.save(&Tokens { refresh, ..vault.load().unwrap().unwrap() }).unwrap();
    read_record(&open, false).await.unwrap();
    served.asked();
    served.change(|d| d.bars_counts = true);
    let problem = read_record(&open, false).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::NotUsable);
    let asked = served.asked();
    assert!(asked.iter().all(|asked| !asked.contains("attributes=")), "ids were asked for: {asked:?}");
}

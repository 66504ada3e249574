//! From "Continue in your browser" to an open identity.

use crate::{
    arriving::{Arrival, arrive},
    catalogue::Institution,
    identities::id_of,
    open::{Reached, Subject, Surroundings, reach},
    outside::Event,
    stage::Stage,
    view::{Connection, Problem, ProblemCode, SignInRequest, SignInState, SignInWay},
};
use directory::Directory;
use sign_in::{BrowserSignIn, Choose, DeviceSignIn, Landing, SignedIn, discover};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::task::AbortHandle;

/// How long the browser waits to be told how a sign-in ended.
const PAGE: Duration = Duration::from_secs(10);

/// The sign-in under way, if any.
pub(crate) struct Attempt {
    state: Mutex<SignInState>,
    /// What the latest one signs in to.
    connection: Mutex<Option<Connection>>,
    task: Mutex<Option<AbortHandle>>,
    /// Counts attempts: one that is no longer the latest arrives nowhere.
    turn: AtomicU64,
}

impl Default for Attempt {
    fn default() -> Self {
        Self {
            state: Mutex::new(SignInState::Idle),
            connection: Mutex::new(None),
            task: Mutex::new(None),
            turn: AtomicU64::new(0),
        }
    }
}

impl Attempt {
    pub(crate) fn state(&self) -> SignInState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is being signed in to, until that has ended; where it failed, until that has been read.
    pub(crate) fn connection(&self) -> Option<Connection> {
        let shown = match self.state() {
            SignInState::Preparing
            | SignInState::InBrowser { .. }
            | SignInState::DeviceCode { .. }
            | SignInState::Finishing
            | SignInState::Failed { .. } => true,
            SignInState::Idle | SignInState::Done { .. } | SignInState::Cancelled => false,
        };
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).filter(|_| shown)
    }

    fn set(&self, around: &Surroundings, state: SignInState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state.clone();
        around.outside.tell(Event::SignIn(state));
    }

    /// Begins; an earlier attempt ends, and its way back from the browser is closed.
    pub(crate) fn begin(self: &Arc<Self>, stage: Arc<Stage>, request: SignInRequest) {
        let (attempt, around) = (Arc::clone(self), Arc::clone(&stage.around));
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = task.take() {
            earlier.abort();
        }
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.connection);
        self.set(&around, SignInState::Preparing);
        let turn = self.turn.fetch_add(1, Ordering::AcqRel) + 1;
        let running = tokio::spawn(async move {
            let end = match run(&attempt, turn, &stage, &request).await {
                Ok(identity) => SignInState::Done { identity },
                Err(problem) => SignInState::Failed { problem },
            };
            attempt.set(&stage.around, end);
        });
        *task = Some(running.abort_handle());
    }

    /// Ends one that runs, and puts one that failed away.
    pub(crate) fn cancel(&self, around: &Surroundings) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        let runs = task.filter(|task| !task.is_finished());
        if let Some(task) = &runs {
            self.turn.fetch_add(1, Ordering::AcqRel);
            task.abort();
        }
        if runs.is_some() || matches!(self.state(), SignInState::Failed { .. }) {
            self.set(around, SignInState::Cancelled);
        }
    }
}

async fn run(
    attempt: &Arc<Attempt>,
    turn: u64,
    stage: &Arc<Stage>,
    request: &SignInRequest,
) -> Result<String, Problem> {
    let around = &stage.around;
    let institution = {
        let catalogue = stage.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.get(&request.institution).cloned()
    };
    let institution =
        institution.ok_or_else(|| Problem::new(ProblemCode::BadInput, "there is no such institution"))?;
    let reached = reach(around, &institution, request.connection).await?;
    let discovered = discover(&around.web, &reached.provider).await?;
    let asked = Asked { attempt, around, request, institution, reached };
    let arrival = match request.way {
        SignInWay::Browser => asked.in_browser(&discovered).await?,
        SignInWay::DeviceCode => asked.who(with_code(attempt, around, &discovered).await?).await?,
    };
    let id = arrival.id.clone();
    let (stage, attempt) = (Arc::clone(stage), Arc::clone(attempt));
    let arriving = tokio::task::spawn_blocking(move || {
        let _moving = stage.moving();
        if attempt.turn.load(Ordering::Acquire) != turn {
            return Err(Problem::new(
                ProblemCode::Cancelled,
                "another sign-in was begun, or this one was cancelled",
            ));
        }
        arrive(&stage, arrival)
    });
    arriving.await.map_err(Problem::internal)??;
    Ok(id)
}

/// What is to be signed in to, and who is expected.
struct Asked<'a> {
    attempt: &'a Attempt,
    around: &'a Surroundings,
    request: &'a SignInRequest,
    institution: Institution,
    reached: Reached,
}

impl Asked<'_> {
    async fn in_browser(&self, discovered: &sign_in::Discovered) -> Result<Arrival, Problem> {
        let Self { attempt, around, request, institution, .. } = self;
        let choose = match (request.another, &request.again) {
            (true, _) => Choose::Another,
            (false, Some(_)) => Choose::Again,
            (false, None) => Choose::No,
        };
        let browser = BrowserSignIn::start(discovered, choose).await?;
        let link = browser.link().to_owned();
        let opened = around.outside.open_in_browser(&link);
        let patience = Duration::from_secs(institution.profile.connection.sign_in.browser_seconds.into());
        attempt.set(around, SignInState::InBrowser { link, opened, until: until(around, patience) });
        let landing = landing(institution);
        let came_back = tokio::time::timeout(patience, browser.returned())
            .await
            .map_err(|_| Problem::new(ProblemCode::TimedOut, "nobody came back from the browser in time"))?;
        // Whoever has come back was in time, however long the servers take from here on.
        attempt.set(around, SignInState::Finishing);
        came_back.finish(&around.web, &landing, around.now, |signed_in| self.who(signed_in)).await
    }

    /// Who has signed in, as the directory knows them. Somebody else than was expected is refused.
    async fn who(&self, signed_in: SignedIn) -> Result<Arrival, Problem> {
        let Self { around, request, institution, reached, .. } = self;
        let SignedIn { tokens, identity } = signed_in;
        let id = id_of(&institution.profile.id, request.connection, &identity.issuer, &identity.subject);
        if request.again.as_ref().is_some_and(|expected| *expected != id) {
            return Err(sign_in::Error::SomebodyElse.into());
        }
        let directory = Directory::new(around.web.clone(), &reached.directory, &reached.accounts_path)?;
        let subject = Subject {
            issuer: identity.issuer,
            client: reached.provider.client_id.clone(),
            directory: reached.directory.clone(),
            desk: reached.desk.clone(),
            id: identity.subject,
            claims: identity.claims,
            from_userinfo: identity.from_userinfo,
        };
        let me = directory.who(tokens.access.expose(), subject.signed_in_as()).await?;
        let (institution, connection) = (institution.clone(), request.connection);
        let role = reached.role.clone();
        Ok(Arrival { id, institution, connection, me, role, subject, tokens })
    }
}

async fn with_code(
    attempt: &Attempt,
    around: &Surroundings,
    discovered: &sign_in::Discovered,
) -> Result<SignedIn, Problem> {
    let device = DeviceSignIn::start(&around.web, discovered).await?;
    attempt.set(
        around,
        SignInState::DeviceCode {
            code: device.code().to_owned(),
            link: device.link().to_owned(),
            link_with_code: device.link_with_code().map(str::to_owned),
            until: until(around, device.lasts()),
        },
    );
    let signed_in = device.finish(&around.web, around.now).await?;
    attempt.set(around, SignInState::Finishing);
    Ok(signed_in)
}

fn until(around: &Surroundings, wait: Duration) -> String {
    (around.now)().saturating_add(wait).map_or_else(|_| String::new(), |at| at.to_string())
}

fn landing(institution: &Institution) -> Landing {
    let lang = match institution.profile.locale {
        institutions::Locale::EnGb => "en-GB",
        institutions::Locale::EnUs => "en-US",
    };
    Landing {
        signed_in: "You are signed in. Go back to Secondary Accounts; this page can be closed.".into(),
        refused: "You are not signed in. Go back to Secondary Accounts to see why and to try again.".into(),
        not_known: "It is not known yet whether you are signed in. Go back to Secondary Accounts to see; this page can be closed."
            .into(),
        patience: PAGE,
        title: "Secondary Accounts".into(),
        lang: lang.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::Client,
        practice::Ready,
        reading::read_record,
        rehearsal::{institution_at, somebody, stage_in, stage_telling},
    };
    use accounts::Role;
    use campus::{Options, Running};
    use serde_json::json;
    use store::Keychain;
    use tokio::sync::mpsc::UnboundedReceiver;
    use url::Url;
    use web::{Limits, SIGN_IN_CAP, Web};
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

    /// A stage whose Oxford is the campus, with what is told of signing in.
    fn stage_at(campus: &Running, folder: &std::path::Path) -> (Arc<Stage>, UnboundedReceiver<SignInState>) {
        let (stage, told) = stage_telling(folder);
        let mut institution = institution_at(campus.issuer(), None);
        let connection = &mut Arc::make_mut(&mut institution.profile).connection;
        connection.sign_in.client_id = "secondary-accounts-desktop".into();
        connection.sign_in.scopes = vec!["openid".into(), "accounts.read".into()];
        connection.directory.base = format!("{}/scim/v2", campus.issuer());
        stage.catalogue.write().unwrap().put(institution);
        (stage, told)
    }

    /// Chooses Maren Tolliver on the campus's page, and goes where that leads: the page that is shown last.
    async fn as_maren(link: &str) -> String {
        go_as("eart0001", link).await
    }

    /// The same as anybody there.
    async fn go_as(person: &str, link: &str) -> String {
        let web = Web::new(Limits::default());
        let link: Url = link.parse().unwrap();
        let page = web.send(web.get(link.clone()), SIGN_IN_CAP).await.unwrap();
        let page = String::from_utf8(page.body.to_vec()).unwrap();
        let handle = page.split("name=\"handle\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut login = web.get(link.join("/login").unwrap());
        *login.method_mut() = "POST".parse().unwrap();
        *login.body_mut() = Some(format!("handle={handle}&person={person}").into());
        let form = "application/x-www-form-urlencoded".parse().unwrap();
        login.headers_mut().insert(web::header::CONTENT_TYPE, form);
        let sent = web.send(login, SIGN_IN_CAP).await.unwrap();
        let back = sent.headers[web::header::LOCATION].to_str().unwrap().parse().unwrap();
        let page = web.send(web.get(back), SIGN_IN_CAP).await.unwrap();
        String::from_utf8(page.body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_browser_says_what_the_window_says() {
        let folder = tempfile::tempdir().unwrap();
        let campus = campus::start(Options::new("oxford", folder.path().join("campus"))).await.unwrap();
        for (again, refused) in [(Some("somebody-else"), true), (None, false)] {
            let (stage, mut told) = stage_at(&campus, folder.path());
            let request = SignInRequest {
                institution: "oxford".into(),
                connection: Connection::Real,
                way: SignInWay::Browser,
                another: false,
                again: again.map(str::to_owned),
            };
            Arc::new(Attempt::default()).begin(Arc::clone(&stage), request);
            let mut page = String::new();
            let end = loop {
                match told.recv().await.unwrap() {
                    SignInState::InBrowser { link, .. } => page = as_maren(&link).await,
                    SignInState::Done { .. } => break None,
                    SignInState::Failed { problem } => break Some(problem.code),
                    _ => {}
                }
            };
            assert_eq!(end, refused.then_some(ProblemCode::SomebodyElse));
            assert_eq!(page.contains("You are not signed in."), refused, "{page}");
            assert_eq!(page.contains("You are signed in."), !refused, "{page}");
            assert_eq!(stage.current().is_some(), !refused);
        }
    }

    #[tokio::test]
    async fn an_added_institution_is_practised_at_with_its_officers_and_its_accounts() {
        let folder = tempfile::tempdir().unwrap();
        // Its own accounts are at another path, and its roles in claims.
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../institutions/tests/profiles/northfield.toml");
        let campus = campus::start(Options::new(file, folder.path().join("campus"))).await.unwrap();
        let (stage, mut told) = stage_telling(folder.path());
        let profile = Arc::new(institutions::load(file.as_ref()).unwrap());
        stage.catalogue.write().unwrap().put(Institution { profile, file: Some(file.into()) });
        let ready = Ready {
            issuer: campus.issuer().into(),
            directory: format!("{}/scim/v2", campus.issuer()),
            desk: None,
            client_id: "secondary-accounts-desktop".into(),
            scopes: vec!["openid".into(), "accounts.read".into()],
        };
        stage.around.practice.runs("northfield", ready).await;
        for (person, role) in [("eart0007", Role::ItOfficer), ("itsd0003", Role::ServiceDesk)] {
            let request = SignInRequest {
                institution: "northfield".into(),
                connection: Connection::Practice,
                way: SignInWay::Browser,
                another: true,
                again: None,
            };
            Arc::new(Attempt::default()).begin(Arc::clone(&stage), request);
            loop {
                match told.recv().await.unwrap() {
                    SignInState::InBrowser { link, .. } => drop(go_as(person, &link).await),
                    SignInState::Done { .. } => break,
                    SignInState::Failed { problem } => panic!("{person}: {problem}"),
                    _ => {}
                }
            }
            let open = stage.current().unwrap();
            read_record(&open, false).await.unwrap();
            assert_eq!(open.me().role, role, "{person}");
            let seen = open.shown().counts().unwrap().all;
            assert_eq!(seen > 0, role == Role::ItOfficer, "{person} sees {seen} accounts");
        }
    }

    #[tokio::test]
    async fn only_the_way_back_from_the_browser_is_timed() {
        let folder = tempfile::tempdir().unwrap();
        let campus = campus::start(Options::new("oxford", folder.path().join("campus"))).await.unwrap();
        let slow = MockServer::start().await;
        let maren = json!({ "id": "p1", "userName": "eart0001" });
        let answer = ResponseTemplate::new(200).set_body_json(maren).set_delay(Duration::from_secs(5));
        Mock::given(path("/Me")).respond_with(answer).mount(&slow).await;
        for (comes_back, seconds) in [(true, 4), (false, 1)] {
            let (stage, mut told) = stage_at(&campus, folder.path());
            let mut institution = stage.catalogue.read().unwrap().get("oxford").cloned().unwrap();
            let connection = &mut Arc::make_mut(&mut institution.profile).connection;
            connection.sign_in.browser_seconds = seconds;
            connection.directory.base = slow.uri();
            stage.catalogue.write().unwrap().put(institution);
            let request = SignInRequest {
                institution: "oxford".into(),
                connection: Connection::Real,
                way: SignInWay::Browser,
                another: false,
                again: None,
            };
            Arc::new(Attempt::default()).begin(Arc::clone(&stage), request);
            let end = loop {
                match told.recv().await.unwrap() {
                    SignInState::InBrowser { link, .. } if comes_back => {
                        as_maren(&link).await;
                    }
                    SignInState::Done { .. } => break None,
                    SignInState::Failed { problem } => break Some(problem.code),
                    _ => {}
                }
            };
            assert_eq!(end, (!comes_back).then_some(ProblemCode::TimedOut));
        }
    }

    #[tokio::test]
    async fn what_is_practice_is_known_from_the_sign_in_on_and_where_something_stands_in_the_way() {
        let data = tempfile::tempdir().unwrap();
        let (stage, keychain) = stage_in(data.path());
        let client = Client::on(Arc::clone(&stage));
        let sign_in = |connection| {
            let (way, again) = (SignInWay::Browser, None);
            client.sign_in(SignInRequest {
                institution: "oxford".into(),
                connection,
                way,
                another: false,
                again,
            });
        };
        let ended = async || {
            while !matches!(client.start().await.sign_in, SignInState::Failed { .. }) {
                tokio::task::yield_now().await;
            }
        };
        assert_eq!(client.connection(), None);
        sign_in(Connection::Practice);
        assert_eq!(client.connection(), Some(Connection::Practice), "before anybody is signed in");
        client.cancel_sign_in();
        assert_eq!(client.connection(), None, "a sign-in that is cancelled is none");
        sign_in(Connection::Real);
        assert_eq!(client.connection(), Some(Connection::Real));
        ended().await;
        sign_in(Connection::Practice);
        ended().await;
        assert_eq!(client.connection(), Some(Connection::Practice), "that it failed is on the screen");
        client.cancel_sign_in();
        assert_eq!(client.connection(), None, "nor is one that failed, once that was read");

        somebody(&stage, "one", "2026-11-22T11:00:00Z");
        stage.change_known(|known| known.known[0].connection = Connection::Practice).unwrap();
        keychain.lock();
        stage.open_last("one");
        assert_eq!(client.connection(), Some(Connection::Practice), "what cannot be opened is practice, too");
        client.go_on_without().await.unwrap();
        assert_eq!((client.connection(), client.start().await.obstacle), (None, None));
        keychain.unlock().unwrap();
        client.switch_to("one".into()).await.unwrap();
        assert_eq!(client.connection(), Some(Connection::Practice), "it was left as it is");
        sign_in(Connection::Real);
        assert_eq!(client.connection(), Some(Connection::Real), "beside somebody in practice");
        ended().await;
        client.cancel_sign_in();
        assert_eq!(client.connection(), Some(Connection::Practice));
    }
}

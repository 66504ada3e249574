//! From "Continue in your browser" to an open identity.

use crate::{
    arriving::{Arrival, arrive},
    catalogue::Institution,
    identities::id_of,
    open::{Reached, Subject, Surroundings, reach},
    outside::Event,
    reading::with_claims,
    stage::Stage,
    view::{Problem, ProblemCode, SignInRequest, SignInState, SignInWay},
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

/// The sign-in under way, if any.
pub(crate) struct Attempt {
    state: Mutex<SignInState>,
    task: Mutex<Option<AbortHandle>>,
    /// Counts attempts: one that is no longer the latest arrives nowhere.
    turn: AtomicU64,
}

impl Default for Attempt {
    fn default() -> Self {
        Self { state: Mutex::new(SignInState::Idle), task: Mutex::new(None), turn: AtomicU64::new(0) }
    }
}

impl Attempt {
    pub(crate) fn state(&self) -> SignInState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    pub(crate) fn cancel(&self, around: &Surroundings) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take()
            && !task.is_finished()
        {
            self.turn.fetch_add(1, Ordering::AcqRel);
            task.abort();
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
    let Reached { provider, directory: base, desk } = reach(around, &institution, request.connection).await?;
    let discovered = discover(&around.web, &provider).await?;
    let signed_in = match request.way {
        SignInWay::Browser => {
            let choose = match (request.another, &request.again) {
                (true, _) => Choose::Another,
                (false, Some(_)) => Choose::Again,
                (false, None) => Choose::No,
            };
            in_browser(attempt, around, &discovered, choose, &institution).await?
        }
        SignInWay::DeviceCode => with_code(attempt, around, &discovered).await?,
    };
    attempt.set(around, SignInState::Finishing);
    let id = id_of(
        &institution.profile.id,
        request.connection,
        &signed_in.identity.issuer,
        &signed_in.identity.subject,
    );
    if request.again.as_ref().is_some_and(|expected| *expected != id) {
        return Err(sign_in::Error::SomebodyElse.into());
    }
    let path = &institution.profile.connection.directory.accounts_path;
    let directory = Directory::new(around.web.clone(), &base, path)?;
    let subject = Subject {
        issuer: signed_in.identity.issuer.clone(),
        client: provider.client_id.clone(),
        directory: base.clone(),
        desk,
        id: signed_in.identity.subject.clone(),
        claims: signed_in.identity.claims.clone(),
    };
    let me = directory.who(signed_in.tokens.access.expose(), subject.signed_in_as()).await?.me;
    let me = with_claims(&institution.profile, me, Some(&subject));
    let tokens = signed_in.tokens;
    let arrival =
        Arrival { id: id.clone(), institution, connection: request.connection, me, subject, tokens };
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

async fn in_browser(
    attempt: &Attempt,
    around: &Surroundings,
    discovered: &sign_in::Discovered,
    choose: Choose,
    institution: &Institution,
) -> Result<SignedIn, Problem> {
    let browser = BrowserSignIn::start(discovered, choose).await?;
    let link = browser.link().to_owned();
    let opened = around.outside.open_in_browser(&link);
    let patience = Duration::from_secs(institution.profile.connection.sign_in.browser_seconds.into());
    attempt.set(around, SignInState::InBrowser { link, opened, until: until(around, patience) });
    let landing = landing(institution);
    match tokio::time::timeout(patience, browser.finish(&around.web, &landing, around.now)).await {
        Ok(signed_in) => Ok(signed_in?),
        Err(_) => Err(Problem::new(ProblemCode::TimedOut, "nobody came back from the browser in time")),
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
    Ok(device.finish(&around.web, around.now).await?)
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
        title: "Secondary Accounts".into(),
        lang: lang.into(),
    }
}

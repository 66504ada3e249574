//! What can be asked of the program, one method for each use case.

use crate::{
    blocking::blocking,
    catalogue::{AddError, Catalogue},
    identities::{Identities, Identity},
    open::{FirstScreen, Open, Surroundings},
    outside::{Event, Outside},
    practice::{self, Practice},
    show,
    signing_in::Attempt,
    stage::{FindKeychain, Stage, Standing},
    tokens::AllRefreshes,
    too_old::keep_to_the_days,
    view::{
        AccountPage, AccountView, Connection, FoundAccount, FreshnessState, Home, IdentitySummary,
        InstitutionChoice, InstitutionView, LookUp, PeoplePage, PeopleSearch, PersonView, Preferences,
        Problem, ProblemCode, ProfileProblem, Salvage, Search, Session, SetAside, SignInRequest, SignInState,
        Start,
    },
};
use accounts::{AccountId, PersonId, Role};
use jiff::Timestamp;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::Fact;
use tokio::{runtime::Handle, sync::watch};
use web::{Limits, Web};

/// How long the first screen waits for the stored identity: longer than a keychain is waited for.
const FIRST_SCREEN: Duration = Duration::from_secs(10);
/// Accounts shown for one look-up.
const LOOK_UP: usize = 50;
/// Longest passphrase and query taken, in characters.
pub(crate) const LONGEST: usize = 1024;

/// Everything the client is given.
pub struct Setup {
    /// Folder for what is kept.
    pub data: PathBuf,
    pub outside: Arc<dyn Outside>,
    pub keychain: FindKeychain,
    pub now: fn() -> Timestamp,
    /// Where background work runs.
    pub runtime: Handle,
    /// A profile named on the command line.
    pub institution: Option<PathBuf>,
}

/// The program without a window. Clones share it.
#[derive(Clone)]
pub struct Client {
    pub(crate) stage: Arc<Stage>,
    attempt: Arc<Attempt>,
    opened: watch::Receiver<bool>,
    profile_problem: Arc<Mutex<Option<ProfileProblem>>>,
    set_aside: Option<SetAside>,
}

impl Client {
    /// Builds the client and begins, on a thread of its own, to open the identity that was last used.
    ///
    /// # Errors
    /// When the folder for what is kept cannot be made, or a broken list of identities cannot be set aside.
    pub fn new(setup: Setup) -> Result<Self, Problem> {
        let Setup { data, outside, keychain, now, runtime, institution } = setup;
        let trouble = |error: std::io::Error| Problem::new(ProblemCode::StoreTrouble, error.to_string());
        make_private(&data).map_err(trouble)?;
        let mut catalogue = Catalogue::load(&data);
        let profile_problem =
            institution.and_then(|path| catalogue.name(&data, &path).err().and_then(broken));
        let stamp = now().strftime("%Y%m%d-%H%M%S").to_string();
        let (identities, set_aside) = Identities::load_or_set_aside(&data, &stamp).map_err(trouble)?;
        let current = identities.current.clone();
        // Another institution was asked for by name: its welcome comes first.
        let fits = |id: &String| {
            let wanted = catalogue.named();
            wanted.is_none_or(|wanted| {
                identities.get(id).is_some_and(|identity| identity.institution == wanted)
            })
        };
        let current = current.filter(fits).filter(|_| profile_problem.is_none());
        let web = Web::new(Limits::default());
        let practice = Practice::default();
        let identities = Mutex::new(identities);
        let first_screen = FirstScreen::default();
        let refreshes = AllRefreshes::default();
        let around = Surroundings { data, web, now, outside, practice, identities, first_screen, refreshes };
        let around = Arc::new(around);
        let stage = Arc::new(Stage::new(around, catalogue, keychain, runtime));
        let (done, opened) = watch::channel(current.is_none());
        stage.runtime.spawn(keep_to_the_days(Arc::downgrade(&stage)));
        let opening = Arc::clone(&stage);
        std::thread::spawn(move || {
            if let Some(id) = current {
                opening.open_last(&id);
                if let Some(open) = opening.current() {
                    open.prepare_home();
                }
                done.send_replace(true);
            }
            opening.let_go_of_what_is_too_old((opening.around.now)());
        });
        let profile_problem = Arc::new(Mutex::new(profile_problem));
        Ok(Self { stage, attempt: Arc::new(Attempt::default()), opened, profile_problem, set_aside })
    }

    /// A client over a stage that is set already.
    #[cfg(test)]
    pub(crate) fn on(stage: Arc<Stage>) -> Self {
        let (_, opened) = watch::channel(true);
        let attempt = Arc::new(Attempt::default());
        Self { stage, attempt, opened, profile_problem: Arc::default(), set_aside: None }
    }

    /// What the first screen needs.
    pub async fn start(&self) -> Start {
        let mut opened = self.opened.clone();
        let in_time = tokio::time::timeout(FIRST_SCREEN, opened.wait_for(|opened| *opened)).await.is_ok();
        if !in_time {
            tracing::warn!("the keychain does not answer");
        }
        let (session, home) = match self.stage.current() {
            Some(open) => {
                let shown = session(&open);
                // Where it cannot be read the page asks by itself, and says why it gets no answer.
                (Some(shown), blocking(move || open.first_home()).await.ok())
            }
            None => (None, None),
        };
        let obstacle = self.stage.with(|standing| {
            if let Standing::Blocked(obstacle) = standing { Some(obstacle.clone()) } else { None }
        });
        self.stage.around.first_screen.is_given(&self.stage.runtime);
        Start {
            version: env!("CARGO_PKG_VERSION").into(),
            preferences: self.stage.around.outside.preferences(),
            institutions: self.catalogue(Catalogue::choices),
            obstacle,
            identities: self.identities(),
            session,
            home,
            sign_in: self.attempt.state(),
            profile_problem: self.profile_problem().clone(),
            set_aside: self.set_aside.clone(),
        }
    }

    /// How what is on the screen is connected, for the window's title: what is being signed in to, who is open, or whose store
    /// cannot be opened.
    pub fn connection(&self) -> Option<Connection> {
        self.attempt.connection().or_else(|| self.stage.connection())
    }

    // ---- Institutions

    /// Reads an institution's file and keeps a copy of it.
    pub fn add_institution(&self, path: &Path) -> Result<InstitutionChoice, Problem> {
        let mut catalogue = self.stage.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        Ok(catalogue.add(&self.stage.around.data, path)?.choice(false))
    }

    /// Offers the institution at `path` first, as if the program had been started with it: it is started a second time.
    pub fn name_institution(&self, path: &Path) {
        let named = {
            let mut catalogue = self.stage.catalogue.write().unwrap_or_else(PoisonError::into_inner);
            catalogue.name(&self.stage.around.data, path)
        };
        *self.profile_problem() = named.err().and_then(broken);
        self.stage.around.outside.tell(Event::InstitutionNamed);
    }

    fn profile_problem(&self) -> MutexGuard<'_, Option<ProfileProblem>> {
        self.profile_problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn institution(&self, id: &str) -> Result<InstitutionView, Problem> {
        let found =
            self.catalogue(|catalogue| catalogue.get(id).map(|known| show::institution(&known.profile)));
        found.ok_or_else(|| Problem::new(ProblemCode::BadInput, "there is no such institution"))
    }

    // ---- Identities

    pub fn sign_in(&self, request: SignInRequest) {
        self.attempt.begin(Arc::clone(&self.stage), request);
    }

    pub fn cancel_sign_in(&self) {
        self.attempt.cancel(&self.stage.around);
    }

    /// Opens the sign-in page again, for a browser window that was closed.
    pub fn open_again(&self) {
        let link = match self.attempt.state() {
            SignInState::InBrowser { link, .. } => link,
            SignInState::DeviceCode { link, link_with_code, .. } => link_with_code.unwrap_or(link),
            _ => return,
        };
        self.stage.around.outside.open_in_browser(&link);
    }

    pub async fn switch_to(&self, id: String) -> Result<(), Problem> {
        let stage = Arc::clone(&self.stage);
        blocking(move || {
            let _moving = stage.moving();
            stage.open_kept(&id, None)
        })
        .await
    }

    /// Tries again to open what stands in the way, with `passphrase` or by asking the system to unlock its keychain. Where
    /// somebody is open of whom nothing is kept only because it is locked, it is kept from then on.
    pub async fn unlock(&self, passphrase: Option<String>) -> Result<(), Problem> {
        let blocked = self.stage.with(|standing| {
            if let Standing::Blocked(obstacle) = standing { Some(obstacle.identity.clone()) } else { None }
        });
        let Some(id) = blocked else { return self.keep_after_all().await };
        let stage = Arc::clone(&self.stage);
        blocking(move || {
            let passphrase = passphrase.map(sign_in::Secret::new);
            if passphrase.is_none() && matches!(stage.key(&id), Err(store::KeychainError::Locked)) {
                stage.unlock_keychain()?;
            }
            let _moving = stage.moving();
            stage.open_kept(&id, passphrase.as_ref().map(sign_in::Secret::expose))
        })
        .await
    }

    /// Tries quietly whether what stands in the way is gone: the keychain was unlocked elsewhere, another process has ended.
    /// Nobody is asked for anything, and as long as nothing is different nothing is told.
    pub async fn try_again(&self) -> Result<(), Problem> {
        let stage = Arc::clone(&self.stage);
        blocking(move || {
            stage.try_again();
            Ok(())
        })
        .await
    }

    /// Leaves what stands in the way where it is, for whoever wants to go on without it.
    pub async fn go_on_without(&self) -> Result<(), Problem> {
        let stage = Arc::clone(&self.stage);
        blocking(move || {
            stage.go_on_without();
            Ok(())
        })
        .await
    }

    // ---- Accounts: read from what is stored

    pub async fn search(&self, search: Search) -> Result<AccountPage, Problem> {
        check_text(&search.query)?;
        self.read(move |open| open.search(&search)).await
    }

    pub async fn account(&self, id: AccountId) -> Result<AccountView, Problem> {
        self.read(move |open| open.account(&id)).await
    }

    pub async fn people(&self, search: PeopleSearch) -> Result<PeoplePage, Problem> {
        check_text(&search.query)?;
        self.read(move |open| open.people(&search)).await
    }

    pub async fn person(&self, id: PersonId) -> Result<PersonView, Problem> {
        self.read(move |open| open.person(&id)).await
    }

    pub async fn home(&self) -> Result<Home, Problem> {
        self.read(Open::home).await
    }

    /// Reads the record now, and compares every id; asks the desk too.
    pub fn check_now(&self) -> Result<(), Problem> {
        let open = self.stage.open()?;
        open.check_now(true);
        open.desk_wake.notify_one();
        Ok(())
    }

    /// Asks the directory whose account it is. Service desk only; nothing of it is kept (O15).
    pub async fn look_up(&self, query: String) -> Result<LookUp, Problem> {
        check_text(&query)?;
        let open = self.stage.open()?;
        let me = open.me();
        if me.role != Role::ServiceDesk {
            return Err(Problem::new(ProblemCode::Refused, "only the service desk looks up owners"));
        }
        let link = open.link().await?;
        let mut token = link.session.access_token(open.now()).await?;
        let abilities = match link.directory.abilities(token.expose()).await {
            Err(directory::Error::Unauthorized) => {
                token = link.session.rejected(&token, open.now()).await?;
                link.directory.abilities(token.expose()).await?
            }
            abilities => abilities?,
        };
        let found = link.directory.find(token.expose(), &abilities, &query, LOOK_UP).await?;
        let shown = found.accounts.into_iter().map(|account| FoundAccount {
            owner: accounts::owner_seen_by(&account, &me),
            label: account.address.clone().unwrap_or_else(|| account.username.clone()),
            has_address: account.address.is_some(),
            name: account.display_name,
            kind: account.kind,
            unit: account.unit.map(|unit| unit.name),
        });
        Ok(LookUp { query, found: shown.collect(), more: found.more, asked_at: open.now().to_string() })
    }

    // ---- Settings

    /// The preferences as last saved.
    pub fn preferences(&self) -> Preferences {
        self.stage.around.outside.preferences()
    }

    pub fn set_preferences(&self, preferences: &Preferences) -> Result<Preferences, Problem> {
        let outside = &self.stage.around.outside;
        let text_size = preferences.text_size.clamp(100, 200);
        let preferences = Preferences { text_size, ..preferences.clone() };
        outside.keep_preferences(&preferences).map_err(|why| Problem::new(ProblemCode::StoreTrouble, why))?;
        outside.tell(Event::SessionChanged);
        Ok(preferences)
    }

    /// The person has read what was saved out of a damaged store.
    pub async fn dismiss_salvage(&self) -> Result<(), Problem> {
        self.read(|open| Ok(open.store.remove_fact(Fact::Salvaged)?)).await?;
        self.stage.around.outside.tell(Event::SessionChanged);
        Ok(())
    }

    fn identities(&self) -> Vec<IdentitySummary> {
        let current = self.stage.current();
        let aside = self.stage.aside();
        let known = self.stage.known();
        let summary = |identity: &Identity| {
            let here = current.iter().chain(&aside).find(|open| open.identity.id == identity.id);
            IdentitySummary {
                id: identity.id.clone(),
                name: identity.name.clone(),
                username: identity.username.clone(),
                institution_id: identity.institution.clone(),
                institution_name: identity.institution_name.clone(),
                connection: identity.connection,
                current: current.as_ref().is_some_and(|open| open.identity.id == identity.id),
                signed_in: identity.signed_in
                    && here.is_none_or(|open| open.freshness().state != FreshnessState::SignedOut),
                kept: known.get(&identity.id).is_some(),
                read_at: here.map_or_else(|| identity.read_at.clone(), |open| open.freshness().read_at),
            }
        };
        // What is half forgotten is offered to nobody.
        let stays = |identity: &&Identity| !self.stage.is_going(&identity.id);
        let mut all: Vec<_> = known.known.iter().filter(stays).map(summary).collect();
        // Somebody of whom nothing is kept is here all the same.
        let only_here = current.iter().chain(&aside).map(|open| &open.identity);
        all.extend(only_here.filter(|identity| known.get(&identity.id).is_none()).filter(stays).map(summary));
        all
    }

    fn catalogue<T>(&self, look: impl FnOnce(&Catalogue) -> T) -> T {
        look(&self.stage.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads, or changes what is kept, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Open) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let open = self.stage.open()?;
        blocking(move || read(&open)).await
    }
}

/// What is wrong with an institution's file.
fn broken(error: AddError) -> Option<ProfileProblem> {
    match error {
        AddError::Broken(profile) => Some(profile),
        AddError::NotKept(reason) => {
            tracing::error!(reason, "the institution named on the command line cannot be kept");
            None
        }
    }
}

fn session(open: &Open) -> Session {
    let mut institution = show::institution(open.profile());
    if open.identity.connection == Connection::Practice {
        // The practice campus has the form that the institution's own pages have, and it is the one to try.
        let form = practice::open_form(&institution.id, &open.around.data);
        let contacts = institution.contacts.iter_mut().filter(|contact| contact.without_sign_on);
        contacts.for_each(|contact| contact.web.clone_from(&form));
    }
    let salvaged: Option<store::Salvaged> = open.store.fact(Fact::Salvaged).ok().flatten();
    Session {
        identity: open.identity.id.clone(),
        me: open.me(),
        connection: open.identity.connection,
        institution,
        freshness: open.freshness(),
        keeping: open.keeping,
        keychain_locked: open.keychain_locked,
        keep_unit: open.keep_unit(),
        asks: open.asks(),
        salvage: salvaged.map(|salvaged| Salvage {
            accounts: salvaged.accounts,
            history: salvaged.history,
            requests: salvaged.requests,
        }),
        let_go: open.store.fact(Fact::LetGo).ok().flatten(),
    }
}

pub(crate) fn check_text(text: &str) -> Result<(), Problem> {
    if text.chars().count() > LONGEST {
        return Err(Problem::new(ProblemCode::BadInput, "the text is too long"));
    }
    Ok(())
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests;

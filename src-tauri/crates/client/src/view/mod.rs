//! What screens are given: plain data, no tokens, no secrets. Words belong to the UI; here are facts and codes.

use accounts::Me;
use institutions::{
    CalendarSharing, CampusNetwork, Contact, Difference, DutyOfCare, Kind, Locale, MfaRule, Ownership, Right,
    Source, UsernameRule, Words,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod asking;
mod lists;
mod requests;
mod trail;

pub use asking::*;
pub use lists::*;
pub use requests::*;
pub use trail::*;

/// Everything the first paint needs, in one answer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    pub version: String,
    pub preferences: Preferences,
    pub institutions: Vec<InstitutionChoice>,
    /// `None` until somebody is signed in or a stored identity is opened.
    pub session: Option<Session>,
    /// What the first page says of the session's accounts, so that it need not ask.
    pub home: Option<Home>,
    /// A sign-in that is under way.
    pub sign_in: SignInState,
    /// Why a stored identity could not be opened, where that is so.
    pub obstacle: Option<Obstacle>,
    /// Identities that this computer knows, the current one included.
    pub identities: Vec<IdentitySummary>,
    /// A profile named on the command line could not be read.
    pub profile_problem: Option<ProfileProblem>,
    /// The list of identities was broken at this start.
    pub set_aside: Option<SetAside>,
}

/// A list of identities that could not be understood, and what became of it. Nothing was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetAside {
    /// Where it was.
    pub file: String,
    /// Where it is now.
    pub copy: String,
    /// What is wrong with it. English, for whoever mends it.
    pub why: String,
    /// Identities that could be read in it all the same.
    pub known: usize,
    /// Stores that are on this computer, of whomever.
    pub stores: usize,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InstitutionChoice {
    pub id: String,
    pub name: String,
    pub tagline: String,
    pub locale: Locale,
    /// Fields that the IT department has to supply before the real connection works. Empty: it works.
    pub missing: Vec<String>,
    pub device_code: bool,
    /// Added from a file by this person.
    pub added: bool,
    /// Named on the command line: offered first and chosen already.
    pub named: bool,
}

/// Which of an institution's two connections: its own systems, or the practice campus on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Connection {
    Practice,
    Real,
}

/// Who is signed in where, and how fresh what is shown is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub identity: String,
    pub me: Me,
    pub connection: Connection,
    pub institution: InstitutionView,
    pub freshness: Freshness,
    pub keeping: Keeping,
    /// Nothing is kept because the keychain was locked at the sign-in. Unlocking it lets what is seen be kept from then on.
    pub keychain_locked: bool,
    /// Whether the units that they look after as an IT officer are kept on this computer. `None`: not asked yet.
    pub keep_unit: Option<bool>,
    /// The institution has a desk that requests can be sent to.
    pub asks: bool,
    /// What was saved out of a store that failed its check, until the person has read it.
    pub salvage: Option<Salvage>,
    /// What of other people's data went after too many days without contact, until the record is read again.
    pub let_go: Option<LetGo>,
}

/// The profile as screens need it: words and rules, no addresses of systems.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InstitutionView {
    pub id: String,
    pub name: String,
    pub short_name: String,
    pub locale: Locale,
    pub time_zone: String,
    pub offline_days: u16,
    pub words: Words,
    pub kinds: Vec<Kind>,
    pub rights: Vec<Right>,
    pub ownership: Ownership,
    pub usernames: UsernameRule,
    pub mfa: MfaRule,
    pub duty_of_care: Option<DutyOfCare>,
    pub uses: Vec<String>,
    pub contacts: Vec<Contact>,
    pub campus_network: Option<CampusNetwork>,
    pub calendar_sharing: Option<CalendarSharing>,
    pub sources: Vec<Source>,
    pub differences: Vec<Difference>,
}

/// How sure we are that the screen shows what the record says. Times are RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    pub state: FreshnessState,
    /// When the record was last read to the end. `None`: never yet.
    pub read_at: Option<String>,
    /// Accounts read so far in the reading under way, and how many the directory announced.
    #[ts(type = "{ done: number, total: number | null } | null")]
    pub progress: Option<Progress>,
    /// The directory cannot tell what changed, so everything was read again.
    pub full_read_only: bool,
    /// Accounts that the directory lists and that could not be read. Those known from before are shown as they were.
    pub unreadable: u32,
    /// What the last try met, where it failed.
    pub problem: Option<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub done: u64,
    pub total: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FreshnessState {
    /// The record was read to the end by the last try.
    UpToDate,
    Checking,
    /// No answer: what was saved is shown.
    Offline,
    /// The server answered, but not usably. What was saved is shown.
    Trouble,
    /// The sign-in has ended. What was saved is shown.
    SignedOut,
}

/// What this computer keeps after the window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// Encrypted, the key in the system's keychain.
    Keychain,
    /// Encrypted, the key made from a passphrase.
    Passphrase,
    /// Nothing: there is no keychain, or [`Session::keychain_locked`].
    Nothing,
}

/// What came out of a damaged store before it was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Salvage {
    #[ts(type = "number")]
    pub accounts: u64,
    #[ts(type = "number")]
    pub history: u64,
    #[ts(type = "number")]
    pub requests: u64,
}

/// What went when the institution had been silent for longer than it allows. The reader's own accounts, drafts and requests
/// under way stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LetGo {
    /// When it went, RFC 3339.
    pub at: String,
    /// Accounts of others.
    #[ts(type = "number")]
    pub accounts: u64,
    /// The reader's own accounts that no longer say who else has access.
    #[ts(type = "number")]
    pub cut: u64,
    /// Differences that named somebody.
    #[ts(type = "number")]
    pub differences: u64,
    /// Requests that were finished.
    #[ts(type = "number")]
    pub requests: u64,
}

/// Why what is stored for an identity cannot be opened now. Nothing is set aside for any of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    pub identity: String,
    pub name: String,
    pub institution_name: String,
    pub connection: Connection,
    pub kind: ObstacleKind,
    /// With [`ObstacleKind::InstitutionBroken`]: where and what.
    pub profile: Option<ProfileProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ObstacleKind {
    /// The keychain is locked.
    KeychainLocked,
    /// No keychain answers now, though the store's key is in one.
    KeychainUnreachable,
    /// The store is there, its key is not.
    KeyNotFound,
    /// Another process holds the store.
    StoreHeld,
    /// The store opens with a passphrase.
    PassphraseNeeded,
    /// The store was written by a newer version of this program.
    StoreNewer,
    /// The disk refused to read or write the store.
    StoreUnreadable,
    /// The copy of its institution's file that is kept here cannot be read any more. The store is not touched.
    InstitutionBroken,
}

/// One identity that this computer knows: a person, or a secondary account with a sign-in of its own (B11).
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IdentitySummary {
    pub id: String,
    pub name: String,
    pub username: String,
    pub institution_id: String,
    pub institution_name: String,
    pub connection: Connection,
    pub current: bool,
    pub signed_in: bool,
    /// Something of it is on this computer when the window has closed.
    pub kept: bool,
    /// When the record was last read, RFC 3339.
    pub read_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    pub theme: Theme,
    /// Page zoom in percent: 100, 125, 150, 175 or 200.
    pub text_size: u16,
    /// Whether single letters outside fields are keys (WCAG 2.1.4).
    pub single_keys: bool,
    /// Whether the desktop tells of requests that moved on while the window was not in front.
    pub notices: bool,
    pub locale: Option<Locale>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { theme: Theme::System, text_size: 100, single_keys: true, notices: true, locale: None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// How to sign in.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInRequest {
    pub institution: String,
    pub connection: Connection,
    pub way: SignInWay,
    /// Sign in beside the identities already here: the provider is asked to let the person choose (B11).
    pub another: bool,
    /// The identity that signs in again. Another answer is refused.
    pub again: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SignInWay {
    Browser,
    DeviceCode,
}

/// Where a sign-in stands. Sent as the event `sign-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "state")]
pub enum SignInState {
    Idle,
    /// Reading where the provider's pages are.
    Preparing,
    /// The browser has the page; the link can be copied.
    InBrowser {
        link: String,
        opened: bool,
        until: String,
    },
    /// The person types `code` at `link`.
    DeviceCode {
        code: String,
        link: String,
        link_with_code: Option<String>,
        until: String,
    },
    /// Who is it, and what may they see.
    Finishing,
    Done {
        identity: String,
    },
    Failed {
        problem: Problem,
    },
    Cancelled,
}

/// What went wrong, as a code that screens have words for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub code: ProblemCode,
    /// For the log and for support: English, no secrets, no personal data.
    pub message: String,
    /// Seconds until another try makes sense, where the server says so.
    #[ts(type = "number | null")]
    pub retry_after: Option<u64>,
    /// With [`ProblemCode::BrokenProfile`]: where and what.
    pub profile: Option<Box<ProfileProblem>>,
    /// With [`ProblemCode::DeskRefused`]: why, in the desk's own words, where it has any. For people to read, not for the log.
    pub said: Option<String>,
}

/// The closed set that screens branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// No answer from the server.
    NoAnswer,
    /// This computer's certificates cannot be read, or there are none: nothing outside can be spoken to.
    NoCertificates,
    /// The server asks to come back later (408, 425, 429, 5xx).
    Later,
    /// The server answered something that is not what was asked for.
    NotUsable,
    /// An answer larger than any honest one.
    TooLarge,
    /// The server points elsewhere.
    Redirected,
    /// Pages that never end, or totals that do not hold.
    PagesDoNotEnd,
    /// The server refuses this person's request (403).
    Refused,
    /// The desk did not do what was asked of it with a request.
    DeskRefused,
    /// The desk takes nothing from this person (403, or 401 although the sign-in is new).
    DeskForbidden,
    /// There is no desk where the institution's file says that there is one (404).
    DeskNotFound,
    /// The desk cannot be searched for what may have arrived there: only the people at it can tell.
    NotSearchable,
    /// The sign-in does not go so far as what is asked for: another one, made now, does (RFC 6750 section 3.1).
    InsufficientScope,
    /// The sign-in has ended.
    SignedOut,
    /// The profile's sign-in settings are wrong: client, scope or address.
    ProfileFault,
    /// The profile lacks what only the IT department can supply.
    NotSupplied,
    /// The provider or the person said no.
    Denied,
    /// Nobody finished in time.
    TimedOut,
    /// Somebody else signed in than was expected.
    SomebodyElse,
    /// The directory has another id than before for whoever is signed in: what is kept is not mixed with that.
    NamesAnother,
    /// No port for the way back from the browser.
    NoPort,
    /// The provider does not offer this way of signing in.
    NotOffered,
    /// The directory does not say who is signed in, and the sign-in names nobody there.
    NobodyNamed,
    /// This computer's clock and the provider's differ too much.
    Clock,
    /// The practice campus could not be started.
    PracticeDidNotStart,
    /// The identity is not on this computer.
    UnknownIdentity,
    NoSuchAccount,
    NoSuchRequest,
    /// A request that was sent and got no answer may still arrive.
    StillOnItsWay,
    /// What was typed is not usable: see the message.
    BadInput,
    KeychainLocked,
    KeychainUnreachable,
    KeyNotFound,
    WrongPassphrase,
    StoreHeld,
    StoreTrouble,
    /// A broken file of an institution: see [`ProfileProblem`].
    BrokenProfile,
    /// The person closed the question.
    Cancelled,
    /// Ours.
    Internal,
}

/// A broken institution file: where, what is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileProblem {
    pub file: String,
    pub line: Option<u32>,
    pub wrong: String,
    pub right: String,
}

//! The shape of an institution's file: everything about a university that is data and not code (mission row X14).
//!
//! Every sentence in it is shown as it stands, so it is written for readers. Facts carry their source.

use crate::{Connection, Form, PartialDate};
use accounts::{Asker, KindId, Meaning, Proof, RequestKind, RightId, UnitId};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// One institution: its words, its kinds of account, its rules, its people to ask, and how to reach its systems.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// Version of this format. This program reads 1.
    #[schemars(extend("const" = 1))]
    pub format: u32,
    /// Short name for files and command lines: lower-case letters, digits and dashes.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"), length(max = 40))]
    pub id: String,
    pub name: String,
    pub short_name: String,
    /// One line under the name where an institution is chosen.
    pub tagline: String,
    /// Language of the product's own words: `en-GB` or `en-US`.
    pub locale: Locale,
    /// IANA name of the time zone in which hours and days are meant.
    pub time_zone: String,
    /// After how many days without contact other people's data is dropped from this computer.
    #[schemars(range(min = 1))]
    pub offline_days: u16,
    pub words: Words,
    #[serde(rename = "kind")]
    #[schemars(length(min = 1))]
    pub kinds: Vec<Kind>,
    /// The rights that can be granted one by one. Empty where no kind is used by delegation.
    #[serde(rename = "right", default)]
    pub rights: Vec<Right>,
    pub ownership: Ownership,
    /// What people can ask for, in the order in which it is offered.
    #[serde(rename = "request", default)]
    pub requests: Vec<Request>,
    pub usernames: UsernameRule,
    pub mfa: MfaRule,
    /// The owner's duty where a password is shared (O16). Absent where no source states one.
    #[serde(default)]
    pub duty_of_care: Option<DutyOfCare>,
    /// What people keep such accounts for (O19).
    #[serde(default)]
    pub uses: Vec<String>,
    #[serde(rename = "contact")]
    #[schemars(length(min = 1))]
    pub contacts: Vec<Contact>,
    /// What is reachable on the campus network only (B1).
    #[serde(default)]
    pub campus_network: Option<CampusNetwork>,
    /// How somebody is shown a calendar and nothing else. Absent where no source says that the mail system can.
    #[serde(default)]
    pub calendar_sharing: Option<CalendarSharing>,
    pub connection: Connection,
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Where two sources differ: the row that is enforced, and the other one with its source and date.
    #[serde(rename = "differs", default)]
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub enum Locale {
    #[serde(rename = "en-GB")]
    EnGb,
    #[serde(rename = "en-US")]
    EnUs,
}

/// The institution's own terms, singular unless named otherwise, without an article, in sentence position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Words {
    /// What people sign in with, such as "SSO" or "IdentiKey".
    pub sign_on: String,
    /// The mail service, such as "Nexus365".
    pub mail_service: String,
    pub account: String,
    pub accounts: String,
    pub delegate: String,
    pub delegates: String,
    pub owner: String,
    pub unit: String,
    pub service_desk: String,
    pub local_it: String,
    pub it_officer: String,
    /// The program or page where people manage accounts themselves.
    pub self_service: String,
    pub second_factor: String,
}

/// A kind of account: what it has, what it lacks, and whether to choose it (O1, O6, B5, B7, B8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Kind {
    pub id: KindId,
    /// As the institution calls it, in sentence case: "Mailbox only".
    pub name: String,
    pub family: KindFamily,
    /// One or two sentences: what it is and what it is for.
    pub explanation: String,
    pub has: Vec<String>,
    pub lacks: Vec<String>,
    pub advice: Advice,
    /// Why it is recommended or discouraged. Absent for `fits`.
    #[serde(default)]
    pub advice_reason: Option<String>,
    pub used_by: Usage,
    pub mailbox: bool,
    /// Whether it has a username and password of its own.
    pub sign_in: bool,
    /// How it is opened, in one sentence.
    pub opened: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// Which drawing stands for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
pub enum KindFamily {
    Mailbox,
    MailboxAndSignIn,
    SignIn,
    Room,
    Equipment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    Recommended,
    /// Right for its own purpose.
    Fits,
    Discouraged,
}

/// How people come to use an account of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// Each person signs in as themselves and holds rights: the record shows who.
    Delegation,
    /// Opened with its own username and password: the record cannot show who knows it.
    SharedSignIn,
    /// Rights and a password of its own, both.
    DelegationAndSharedSignIn,
}

/// A right that can be granted on its own (O3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Right {
    pub id: RightId,
    /// The person's question, short: "Send as it".
    pub name: String,
    /// The technical word: "Send as".
    pub term: String,
    pub means: Meaning,
    pub explanation: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// Who may own, who may ask (O2, O12, B1, B2, B9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Ownership {
    pub may_own: String,
    /// Person categories that may own, as the directory names them.
    pub may_own_categories: Vec<String>,
    pub may_request_new: String,
    pub may_request_changes: String,
    pub student_groups: String,
    /// What follows when an owner leaves, as far as a source says.
    #[serde(default)]
    pub when_owner_leaves: Option<String>,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// A request that people can send (C4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Request {
    pub kind: RequestKind,
    /// As something to do, in sentence case: "Remove the password".
    pub name: String,
    /// What it does and who decides, in one or two sentences.
    pub about: String,
    /// Who may send it. One that holds is enough.
    #[schemars(length(min = 1))]
    pub who: Vec<Asker>,
    /// What to do instead, for those who may not.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// Kinds of account that it is for; for a new account, that can be asked for. Empty: any.
    #[serde(default)]
    pub account_kinds: Vec<KindId>,
    /// What the account becomes, where its password is removed.
    #[serde(default)]
    pub becomes: Option<KindId>,
    pub proof: Proof,
    /// Of `set-details`: what shows it where a name alone is wanted, and none of the form's questions is answered.
    #[serde(default)]
    pub name_proof: Option<Proof>,
    /// Of a new account: groups that ask for some of the kinds, and own what they ask for. Nobody else asks for those (B2, B9).
    #[serde(rename = "team", default)]
    pub teams: Vec<Team>,
    /// What has to be accepted with it, as a sentence to tick.
    #[serde(default)]
    pub policy: Option<String>,
    /// Kinds of account for which the policy has to be accepted; for a new account, the one that is asked for. Empty: every
    /// kind.
    #[serde(default)]
    pub policy_kinds: Vec<KindId>,
    /// Whether the desk is reached from the campus network only (B1).
    #[serde(default)]
    pub campus_network: bool,
    /// The institution's own questions.
    #[serde(default)]
    pub form: Option<Form>,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// A group that asks for new accounts of some kinds and owns them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Team {
    /// Its name as the directory has it, or its identifier there.
    pub name: String,
    #[schemars(length(min = 1))]
    pub account_kinds: Vec<KindId>,
}

/// What a username may look like. Rules are data because universities change them (B4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct UsernameRule {
    pub min: u16,
    pub max: u16,
    pub letters: bool,
    pub digits: bool,
    /// Punctuation that is allowed, each character once. Empty for none.
    pub punctuation: String,
    pub starts_with_letter: bool,
    /// Whether the first letters are the unit's code.
    pub unit_prefix: bool,
    /// The code of each unit by the unit's identifier in the directory. A username for a unit that is not listed is not held
    /// against its code.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub unit_prefixes: BTreeMap<UnitId, String>,
    /// Whether capitals are folded to lower case.
    pub fold_to_lower_case: bool,
    pub explanation: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// Whether and where a second factor is required (O5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct MfaRule {
    /// Whether an account with a sign-in must have one. `None`: no source says.
    #[serde(default)]
    pub required_with_sign_in: Option<bool>,
    pub with_sign_in: String,
    pub without_sign_in: String,
    /// Since when, as exactly as the source says it.
    #[serde(default)]
    pub since: Option<PartialDate>,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// What the owner of a shared password answers for (O16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct DutyOfCare {
    pub duties: Vec<String>,
    /// Whom to ask about them.
    pub ask: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// Somebody to ask (O18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Contact {
    pub name: String,
    /// When to turn to them.
    pub about: String,
    #[serde(default)]
    pub hours: Option<String>,
    /// In international form with spaces.
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// An https address. Left empty where none is known: none is invented.
    #[serde(default)]
    pub web: Option<String>,
    /// How to reach them where no address is known.
    #[serde(default)]
    pub how: Option<String>,
    /// For people without a sign-on.
    #[serde(default)]
    pub without_sign_on: bool,
}

/// What needs the campus network or its VPN (B1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct CampusNetwork {
    pub needed_for: Vec<String>,
    pub how: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// How somebody is shown the calendar of a shared mailbox and nothing else (O19). It is set in the mail program, so nothing
/// is asked for and no record shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct CalendarSharing {
    /// Who can do it.
    pub who: String,
    /// The steps, in their order, each with one thing to do.
    #[schemars(length(min = 1))]
    pub steps: Vec<String>,
    /// What can be chosen for the other person.
    #[serde(default)]
    pub levels: Vec<SharingLevel>,
    /// What the other person sees, and what not.
    pub sees: Vec<String>,
    /// How it is ended.
    pub undo: String,
    /// Keys of [`Source`]s.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

/// How much of a calendar somebody is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct SharingLevel {
    /// As the mail program calls it.
    pub name: String,
    pub means: String,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Source {
    pub key: String,
    pub title: String,
    /// Its own date where it carries one, else the day on which it was read.
    pub date: PartialDate,
}

/// Two sources that differ. `enforced` is what this program holds people to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Difference {
    pub about: String,
    pub enforced: String,
    pub other: String,
    /// Key of the [`Source`] that says the other.
    pub source: String,
}

/// Whether what is said for `kinds`, or for every kind where none is named, holds for that kind of account. `None`: which
/// kind it is to be is not known yet.
pub(crate) fn for_kind(kinds: &[KindId], kind: Option<&KindId>) -> bool {
    kinds.is_empty() || kind.is_some_and(|kind| kinds.contains(kind))
}

impl Request {
    /// What has to be accepted with it for an account of that kind: of a new account the one that is wished for, else the
    /// account's own as it is to be afterwards. `None` for a kind: there is none, or none is chosen yet.
    pub fn policy_for(&self, kind: Option<&KindId>) -> Option<&str> {
        self.policy.as_deref().filter(|_| for_kind(&self.policy_kinds, kind))
    }
}

impl Team {
    fn rule(&self) -> accounts::TeamRule {
        accounts::TeamRule { name: self.name.clone(), account_kinds: self.account_kinds.clone() }
    }
}

impl UsernameRule {
    /// As names are held against it.
    pub fn rule(&self) -> accounts::NameRule {
        accounts::NameRule {
            min: self.min.into(),
            max: self.max.into(),
            letters: self.letters,
            digits: self.digits,
            punctuation: self.punctuation.clone(),
            starts_with_letter: self.starts_with_letter,
            folds: self.fold_to_lower_case,
            unit_prefixes: self.unit_prefixes.clone(),
        }
    }
}

impl Profile {
    pub fn kind(&self, id: &KindId) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == *id)
    }

    pub fn right(&self, id: &RightId) -> Option<&Right> {
        self.rights.iter().find(|right| right.id == *id)
    }

    /// What a set of rights means, rights that the profile does not know left out.
    pub fn meanings(&self, rights: &[RightId]) -> Vec<Meaning> {
        rights.iter().filter_map(|id| self.right(id)).map(|right| right.means).collect()
    }

    /// In which days are counted. A computer without a time zone database knows no zone: there is no better day than UTC's
    /// then.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    pub fn request(&self, kind: RequestKind) -> Option<&Request> {
        self.requests.iter().find(|request| request.kind == kind)
    }

    /// What plans build on.
    pub fn rules(&self) -> accounts::Rules {
        let rights = self.rights.iter().map(|right| (right.id.clone(), right.means)).collect();
        let by_delegation = self.kinds.iter().filter(|kind| kind.used_by != Usage::SharedSignIn);
        let exceptional = self.kinds.iter().filter(|kind| kind.advice == Advice::Discouraged);
        let asks = self.requests.iter().map(|request| accounts::AskRule {
            kind: request.kind,
            who: request.who.clone(),
            account_kinds: request.account_kinds.clone(),
            becomes: request.becomes.clone(),
            proof: request.proof,
            teams: request.teams.iter().map(Team::rule).collect(),
        });
        accounts::Rules {
            rights,
            by_delegation: by_delegation.map(|kind| kind.id.clone()).collect(),
            asks: asks.collect(),
            may_own: self.ownership.may_own_categories.clone(),
            exceptional: exceptional.map(|kind| kind.id.clone()).collect(),
            names: Some(self.usernames.rule()),
        }
    }

    /// What the IT department still has to supply before the real connection works, by field name.
    pub fn missing_for_real_use(&self) -> Vec<&'static str> {
        let sign_in = &self.connection.sign_in;
        let fields = [
            ("connection.sign-in.issuer", sign_in.issuer.is_empty()),
            ("connection.sign-in.client-id", sign_in.client_id.is_empty()),
            ("connection.directory.base", self.connection.directory.base.is_empty()),
        ];
        fields.into_iter().filter_map(|(name, missing)| missing.then_some(name)).collect()
    }
}

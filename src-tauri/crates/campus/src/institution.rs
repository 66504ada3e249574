//! What the campus needs to know of the institution that it plays.

use crate::problem::Problem;
use crate::seed;
use accounts::{AccountState, Answers, KindId, Meaning, REASON, RequestKind, Rules};
use institutions::{AnswerFault, KindFamily, Profile, ProfileProblem, Request, Usage};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::path::Path;

/// What a mailbox may hold, in bytes.
pub(crate) const QUOTA: u64 = 50 * 1024 * 1024 * 1024;

/// How people come to use accounts, which decides the seed and whether grants can be kept at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Each person holds rights.
    Delegation,
    /// Accounts are opened with their own username and password: the record keeps no grants.
    SharedSignIn,
}

#[derive(Debug, Clone)]
pub(crate) struct Institution {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) style: Style,
    /// Never empty: a profile without kinds is refused.
    pub(crate) kinds: Vec<KindFacts>,
    pub(crate) rights: Vec<RightFacts>,
    /// What requests are held against.
    pub(crate) rules: Rules,
    /// What people sign in with, as the institution calls it.
    pub(crate) sign_on: String,
    /// Whoever answers questions, as the institution calls them.
    pub(crate) service_desk: String,
    /// Whether it names a contact for people without a sign-on.
    has_contact_without_sign_on: bool,
    /// What can be asked for, with the institution's own questions and policies.
    requests: Vec<Request>,
    time_zone: TimeZone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindFacts {
    pub(crate) id: String,
    family: KindFamily,
    pub(crate) mailbox: bool,
    pub(crate) sign_in: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RightFacts {
    pub(crate) id: String,
    means: Meaning,
}

impl Institution {
    /// `oxford`, `boulder`, or the path of an institution's file.
    pub(crate) fn load(name: &str) -> Result<Self, Problem> {
        let profile = if institutions::builtin_ids().contains(&name) {
            institutions::builtin(name)
        } else {
            institutions::load(Path::new(name))
        };
        let told =
            |cause: ProfileProblem| Problem::Institution { name: name.to_owned(), cause: cause.to_string() };
        let institution = Self::of(&profile.map_err(told)?);
        if institution.kinds.is_empty() {
            let cause = "It lists no kind of account".to_owned();
            return Err(Problem::Institution { name: name.to_owned(), cause });
        }
        Ok(institution)
    }

    fn of(profile: &Profile) -> Self {
        let delegates = profile.kinds.iter().any(|kind| kind.used_by != Usage::SharedSignIn);
        Self {
            id: profile.id.clone(),
            name: profile.name.clone(),
            short_name: profile.short_name.clone(),
            style: if delegates && !profile.rights.is_empty() {
                Style::Delegation
            } else {
                Style::SharedSignIn
            },
            kinds: profile
                .kinds
                .iter()
                .map(|kind| KindFacts {
                    id: kind.id.to_string(),
                    family: kind.family,
                    mailbox: kind.mailbox,
                    sign_in: kind.sign_in,
                })
                .collect(),
            rights: profile
                .rights
                .iter()
                .map(|right| RightFacts { id: right.id.to_string(), means: right.means })
                .collect(),
            rules: rules(profile),
            sign_on: profile.words.sign_on.clone(),
            service_desk: profile.words.service_desk.clone(),
            has_contact_without_sign_on: profile.contacts.iter().any(|contact| contact.without_sign_on),
            requests: profile.requests.clone(),
            time_zone: profile.zone(),
        }
    }

    /// The kind of that id, else the first of that family, else the first of all.
    pub(crate) fn kind(&self, id: &str, family: KindFamily) -> Option<&KindFacts> {
        let by_id = self.kinds.iter().find(|kind| kind.id == id);
        let by_family = || self.kinds.iter().find(|kind| kind.family == family);
        by_id.or_else(by_family).or(self.kinds.first())
    }

    /// What is known of a kind, if the institution has it.
    pub(crate) fn facts_of(&self, id: &KindId) -> Option<&KindFacts> {
        self.kinds.iter().find(|kind| kind.id == id.as_str())
    }

    /// What a new account of that kind is: where accounts are put into use by a request it waits for one (B10).
    pub(crate) fn first_state(&self, kind: &KindId) -> AccountState {
        let activate = self.rules.asking(RequestKind::Activate);
        let waits =
            activate.is_some_and(|rule| rule.account_kinds.is_empty() || rule.account_kinds.contains(kind));
        if waits { AccountState::NeverActivated } else { AccountState::Active }
    }

    /// The day at the institution at that moment.
    pub(crate) fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.time_zone.clone()).date()
    }

    /// Where addresses of a unit end.
    pub(crate) fn domain(&self, unit: Option<&str>) -> String {
        let is_label = |unit: &&str| {
            !unit.is_empty() && unit.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        match unit.filter(|unit| self.style == Style::Delegation && is_label(unit)) {
            Some(unit) => format!("{unit}.example.edu"),
            None => "campus.example.edu".to_owned(),
        }
    }

    /// Whether people without a sign-on can write to its desk (O18): it says that there is a way, and its desk takes questions.
    pub(crate) fn has_open_form(&self) -> bool {
        self.has_contact_without_sign_on && self.request(RequestKind::AskDesk).is_some()
    }

    fn request(&self, kind: RequestKind) -> Option<&Request> {
        self.requests.iter().find(|request| request.kind == kind)
    }

    /// What has to be accepted with a request for an account that is of that kind afterwards.
    pub(crate) fn policy_for(&self, kind: RequestKind, account_kind: Option<&KindId>) -> Option<&str> {
        self.request(kind)?.policy_for(account_kind)
    }

    /// What is wrong with answers to a request's questions, by question, for an account that is of that kind afterwards.
    pub(crate) fn faults(
        &self,
        kind: RequestKind,
        account_kind: Option<&KindId>,
        answers: &Answers,
    ) -> Vec<(String, AnswerFault)> {
        // Why an exceptional kind of account is wanted is asked everywhere, whatever else a form asks.
        let is_asked_anyway = |question: &str| kind == RequestKind::NewAccount && question == REASON;
        let Some(form) = self.request(kind).and_then(|request| request.form.as_ref()) else {
            let unasked = answers.keys().filter(|question| !is_asked_anyway(question));
            return unasked.map(|question| (question.clone(), AnswerFault::NotAllowed)).collect();
        };
        let knows_reason = form.questions().iter().any(|question| question.id == REASON);
        let mut faults = form.faults(account_kind, answers);
        faults.retain(|(question, _)| knows_reason || !is_asked_anyway(question));
        faults
    }

    /// Ids of the rights that come to what is meant. Something is always granted where rights exist.
    pub(crate) fn rights_meaning(&self, meanings: &[Meaning]) -> Vec<&str> {
        let meant = |right: &&RightFacts| meanings.contains(&right.means);
        let found: Vec<_> = self.rights.iter().filter(meant).map(|right| right.id.as_str()).collect();
        if found.is_empty() {
            self.rights.iter().take(1).map(|right| right.id.as_str()).collect()
        } else {
            found
        }
    }
}

/// The institution's rules, with the codes of the units that the campus invents where usernames begin with such.
fn rules(profile: &Profile) -> Rules {
    let mut rules = profile.rules();
    if let Some(names) = rules.names.as_mut().filter(|_| profile.usernames.unit_prefix) {
        for (unit, code) in seed::unit_codes() {
            names.unit_prefixes.entry(unit.into()).or_insert_with(|| code.to_owned());
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_codes_where_usernames_begin_with_them() {
        let prefixes = |name: &str| Institution::load(name).unwrap().rules.names.unwrap().unit_prefixes;
        let oxford = prefixes("oxford");
        assert_eq!(oxford.get(&"earth".into()).map(String::as_str), Some("eart"));
        assert_eq!(oxford.get(&"it".into()).map(String::as_str), Some("itsd"));
        assert!(prefixes("boulder").is_empty());
    }

    #[test]
    fn a_day_is_the_institutions_own() {
        let rows = [
            ("oxford", "2026-12-04T23:30:00Z", "2026-12-04"),
            ("oxford", "2026-07-01T23:30:00Z", "2026-07-02"),
            ("boulder", "2026-12-05T06:59:59Z", "2026-12-04"),
            ("boulder", "2026-12-05T07:00:00Z", "2026-12-05"),
            ("boulder", "2026-07-02T05:59:59Z", "2026-07-01"),
        ];
        for (name, at, expected) in rows {
            let institution = Institution::load(name).unwrap();
            assert_eq!(institution.today(at.parse().unwrap()).to_string(), expected, "{name}, {at}");
        }
    }
}

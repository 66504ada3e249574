//! What has to agree between fields, beyond each being there and of its type.

mod addresses;
mod kinds;
mod requests;
mod shape;

use crate::{Contact, Profile, UsernameRule, problem::Found, read::Document};
use accounts::NameFault;
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// The longest username that any account system in the sources takes, with room to spare.
const LONGEST_USERNAME: u16 = 64;

/// Refuses a profile that contradicts itself. Of several mistakes, the first one in the file is told.
pub(crate) fn check(profile: &Profile, document: &Document<'_>) -> Result<(), Found> {
    let mut findings = Findings { document, all: Vec::new() };
    texts(&mut findings);
    head(profile, &mut findings);
    kinds::check(profile, &mut findings);
    requests::check(profile, &mut findings);
    sources(profile, &mut findings);
    usernames(profile, &mut findings);
    contacts(&profile.contacts, &mut findings);
    calendar_sharing(profile, &mut findings);
    addresses::check(&profile.connection, &mut findings);
    findings.all.into_iter().min_by_key(|found| found.at).map_or(Ok(()), Err)
}

/// Collects findings, each placed by its path in the document.
struct Findings<'a, 'i> {
    document: &'a Document<'i>,
    all: Vec<Found>,
}

impl Findings<'_, '_> {
    fn add(&mut self, path: &str, wrong: impl Into<String>, right: impl Into<String>) {
        self.all.push(Found::new(self.document.offset(path), wrong, right));
    }

    /// An identifier that appears twice under `list`, where each entry keeps it in `field`.
    fn unique<'t>(&mut self, list: &str, field: &str, ids: impl Iterator<Item = &'t str>) {
        let mut seen = HashSet::new();
        for (index, id) in ids.enumerate() {
            let path = format!("{list}/{index}/{field}");
            if !seen.insert(id) {
                self.add(&path, format!("\"{id}\" is used by two `[[{list}]]` entries"), "Give each its own");
            }
            self.id(&path, id);
        }
    }

    fn id(&mut self, path: &str, id: &str) {
        if !shape::is_id(id) && !id.trim().is_empty() {
            let right = "Use lower-case letters and digits, with single dashes between them, 40 at most";
            self.add(path, format!("\"{id}\" cannot be an identifier"), right);
        }
    }
}

/// Facts that may be unknown, and the one list that is written as text.
const MAY_BE_EMPTY: [&str; 4] = [
    "connection/sign-in/issuer",
    "connection/sign-in/client-id",
    "connection/directory/base",
    "usernames/punctuation",
];

fn texts(findings: &mut Findings<'_, '_>) {
    let document = findings.document;
    document.each_text(&mut |path, at, text| {
        // The line says which entry of a list is meant.
        let parts: Vec<_> = path.split('/').filter(|part| part.parse::<usize>().is_err()).collect();
        let field = parts.join(".");
        if text.trim().is_empty() && !(text.is_empty() && MAY_BE_EMPTY.contains(&path)) {
            let right = "Write what readers are to see, or leave the line out where the field may be absent";
            findings.all.push(Found::new(at, format!("`{field}` is empty"), right));
        } else if text.chars().any(shape::hides_or_turns) {
            let right = "Take it out: it could make readers see other words than the file holds";
            findings.all.push(Found::new(at, format!("`{field}` holds a control character"), right));
        }
    });
}

fn head(profile: &Profile, findings: &mut Findings<'_, '_>) {
    findings.id("id", &profile.id);
    if profile.offline_days == 0 {
        let right = "Give at least 1, or nothing could be read without a network";
        findings.add("offline-days", "`offline-days` is 0", right);
    }
    let zone = &profile.time_zone;
    // A computer without a time zone database knows no zone at all; that is no fault of the file.
    if !jiff::tz::db().is_definitively_empty() && TimeZone::get(zone).is_err() {
        let right = "Use an IANA name such as \"Europe/London\"";
        findings.add("time-zone", format!("No time zone is called \"{zone}\""), right);
    }
}

fn sources(profile: &Profile, findings: &mut Findings<'_, '_>) {
    findings.unique("source", "key", profile.sources.iter().map(|source| source.key.as_str()));
    let known: Vec<_> = profile.sources.iter().map(|source| source.key.as_str()).collect();
    let mut cite = |path: &str, key: &str| {
        if !known.contains(&key) && !key.trim().is_empty() {
            let right = format!("Add a `[[source]]` with that key, or cite one of {}", shape::quoted(&known));
            findings.add(path, format!("No source has the key \"{key}\""), right);
        }
    };
    for (index, difference) in profile.differences.iter().enumerate() {
        cite(&format!("differs/{index}/source"), &difference.source);
    }
    let sections = [
        ("ownership", Some(&profile.ownership.sources)),
        ("usernames", Some(&profile.usernames.sources)),
        ("mfa", Some(&profile.mfa.sources)),
        ("duty-of-care", profile.duty_of_care.as_ref().map(|duty| &duty.sources)),
        ("campus-network", profile.campus_network.as_ref().map(|network| &network.sources)),
        ("calendar-sharing", profile.calendar_sharing.as_ref().map(|sharing| &sharing.sources)),
    ];
    let sections = sections.into_iter().filter_map(|(path, keys)| Some((path.to_owned(), keys?)));
    let kinds =
        profile.kinds.iter().enumerate().map(|(index, kind)| (format!("kind/{index}"), &kind.sources));
    let rights =
        profile.rights.iter().enumerate().map(|(index, right)| (format!("right/{index}"), &right.sources));
    let requests = profile.requests.iter().enumerate();
    let requests = requests.map(|(index, request)| (format!("request/{index}"), &request.sources));
    let cited: Vec<_> = sections.chain(kinds).chain(rights).chain(requests).collect();
    for (path, keys) in &cited {
        for (index, key) in keys.iter().enumerate() {
            cite(&format!("{path}/sources/{index}"), key);
        }
    }
    for (path, _) in cited.iter().filter(|(_, keys)| keys.is_empty()) {
        let right = "Name the key of at least one `[[source]]`";
        findings.add(&format!("{path}/sources"), "No source is given for these facts", right);
    }
}

/// A guide without a step leads nowhere.
fn calendar_sharing(profile: &Profile, findings: &mut Findings<'_, '_>) {
    if profile.calendar_sharing.as_ref().is_some_and(|sharing| sharing.steps.is_empty()) {
        let right = "List the steps in their order, or leave `[calendar-sharing]` out";
        findings.add("calendar-sharing/steps", "Nothing says how a calendar is shared", right);
    }
}

fn usernames(profile: &Profile, findings: &mut Findings<'_, '_>) {
    let rule = &profile.usernames;
    if rule.min == 0 {
        findings.add("usernames/min", "`min` is 0", "A username has at least 1 character");
    }
    if rule.max < rule.min {
        let wrong = format!("`max` is {}, less than `min`, which is {}", rule.max, rule.min);
        findings.add("usernames/max", wrong, "Give the longest length as `max`, the shortest as `min`");
    }
    if rule.max > LONGEST_USERNAME {
        findings.add(
            "usernames/max",
            format!("`max` is {}", rule.max),
            format!("Give {LONGEST_USERNAME} at most"),
        );
    }
    if !rule.letters && !rule.digits {
        findings.add("usernames/letters", "Neither letters nor digits are allowed", "Allow one of the two");
    }
    if rule.starts_with_letter && !rule.letters {
        let wrong = "A username has to start with a letter, but letters are not allowed";
        findings.add(
            "usernames/starts-with-letter",
            wrong,
            "Allow letters, or set `starts-with-letter = false`",
        );
    }
    prefixes(rule, findings);
    let mut seen = HashSet::new();
    for character in rule.punctuation.chars() {
        if !character.is_ascii_punctuation() {
            let right = "List punctuation only; letters and digits have fields of their own";
            findings.add("usernames/punctuation", format!("\"{character}\" is not punctuation"), right);
        } else if !seen.insert(character) {
            findings.add(
                "usernames/punctuation",
                format!("\"{character}\" is listed twice"),
                "List each character once",
            );
        }
    }
}

fn prefixes(rule: &UsernameRule, findings: &mut Findings<'_, '_>) {
    if !rule.unit_prefix && !rule.unit_prefixes.is_empty() {
        let wrong = "Units have codes, but `unit-prefix` says that usernames do not begin with them";
        findings.add("usernames/unit-prefixes", wrong, "Set `unit-prefix = true`, or take the codes out");
    }
    let names = rule.rule();
    for (unit, prefix) in &rule.unit_prefixes {
        // A code that is too short for a whole username is one all the same; that one is empty is told of every text.
        let mut faults = names.faults(prefix);
        faults.retain(|fault| !matches!(fault, NameFault::TooShort { .. } | NameFault::Empty));
        if !faults.is_empty() || names.folded(prefix) != *prefix {
            let wrong = format!("No username begins with \"{prefix}\", the code of \"{unit}\"");
            let right = "Write it as usernames are kept, with characters that they may have";
            findings.add(&format!("usernames/unit-prefixes/{unit}"), wrong, right);
        }
    }
}

fn contacts(contacts: &[Contact], findings: &mut Findings<'_, '_>) {
    if contacts.is_empty() {
        findings.add("contact", "Nobody is named to ask", "Add at least one `[[contact]]`");
    }
    for (index, contact) in contacts.iter().enumerate() {
        let at = |field: &str| format!("contact/{index}/{field}");
        if let Some(phone) = contact.phone.as_deref().filter(|phone| !shape::is_phone(phone)) {
            let right = "Write it in international form, such as \"+44 20 7946 0000\"";
            findings.add(&at("phone"), format!("\"{phone}\" is not a telephone number"), right);
        }
        if let Some(email) = contact.email.as_deref().filter(|email| !shape::is_email(email)) {
            let right = "Write an address alone, such as \"help@example.edu\"";
            findings.add(&at("email"), format!("\"{email}\" is not an email address"), right);
        }
        if let Some(wrong) = contact.web.as_deref().and_then(shape::web_fault) {
            findings.add(
                &at("web"),
                format!("`web` {wrong}"),
                "Give a whole address that begins with https://",
            );
        }
        let ways = [&contact.phone, &contact.email, &contact.web, &contact.how];
        if ways.iter().all(|way| way.is_none()) {
            let right = "Add `phone`, `email` or `web`, or say `how` where none is known";
            findings.add(&at("name"), format!("Nothing says how to reach \"{}\"", contact.name), right);
        }
    }
}

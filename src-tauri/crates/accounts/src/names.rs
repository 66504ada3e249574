//! What a username may look like. The rule is an institution's; looking is the same everywhere (B4).

use crate::UnitId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// An institution's rule for usernames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRule {
    /// Characters, at least and at most.
    pub min: usize,
    pub max: usize,
    pub letters: bool,
    pub digits: bool,
    /// Punctuation that is allowed.
    pub punctuation: String,
    pub starts_with_letter: bool,
    /// Capitals are folded before anything is looked at.
    pub folds: bool,
    /// What usernames of a unit's accounts begin with. Of a unit that is not here nothing is known, and nothing is asked.
    pub unit_prefixes: BTreeMap<UnitId, String>,
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "code")]
pub enum NameFault {
    Empty,
    TooShort {
        #[ts(type = "number")]
        min: usize,
    },
    TooLong {
        #[ts(type = "number")]
        max: usize,
    },
    /// Characters that no username here has, each once. `looks_alike`: all of them are letters of another script or with
    /// marks, which are easily taken for plain ones.
    NotAllowed {
        characters: Vec<String>,
        looks_alike: bool,
    },
    StartsOtherwise,
    /// Usernames of the account's unit begin with its code.
    OtherPrefix {
        prefix: String,
    },
}

impl NameRule {
    /// The name as it would be kept: without blanks around it, and in lower case where the institution folds.
    pub fn folded(&self, typed: &str) -> String {
        let typed = typed.trim();
        if self.folds { typed.to_ascii_lowercase() } else { typed.to_owned() }
    }

    /// What is wrong with a [folded](Self::folded) name, all of it. Whether it is taken only the institution knows.
    pub fn faults(&self, name: &str) -> Vec<NameFault> {
        if name.is_empty() {
            return vec![NameFault::Empty];
        }
        let mut found = Vec::new();
        let mut odd: Vec<char> = Vec::new();
        for letter in name.chars().filter(|letter| !self.allows(*letter)) {
            if !odd.contains(&letter) {
                odd.push(letter);
            }
        }
        if !odd.is_empty() {
            let looks_alike = odd.iter().all(|letter| letter.is_alphabetic() && !letter.is_ascii());
            let characters = odd.into_iter().map(String::from).collect();
            found.push(NameFault::NotAllowed { characters, looks_alike });
        }
        let length = name.chars().count();
        if length < self.min {
            found.push(NameFault::TooShort { min: self.min });
        }
        if length > self.max {
            found.push(NameFault::TooLong { max: self.max });
        }
        if self.starts_with_letter && !name.starts_with(|first: char| first.is_alphabetic()) {
            found.push(NameFault::StartsOtherwise);
        }
        found
    }

    /// The same for an account of `unit`, as far as its code is known. `None`: which unit it is of is not known.
    pub fn faults_in(&self, name: &str, unit: Option<&UnitId>) -> Vec<NameFault> {
        let mut found = self.faults(name);
        let prefix = unit.and_then(|unit| self.unit_prefixes.get(unit));
        // A name that begins as none does is told so already.
        let begins =
            !found.iter().any(|fault| matches!(fault, NameFault::Empty | NameFault::StartsOtherwise));
        if let Some(prefix) = prefix.filter(|prefix| begins && !name.starts_with(prefix.as_str())) {
            found.push(NameFault::OtherPrefix { prefix: prefix.clone() });
        }
        found
    }

    fn allows(&self, letter: char) -> bool {
        (self.letters && letter.is_ascii_alphabetic() && !(self.folds && letter.is_ascii_uppercase()))
            || (self.digits && letter.is_ascii_digit())
            || self.punctuation.contains(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn boulder() -> NameRule {
        NameRule {
            min: 1,
            max: 20,
            letters: true,
            digits: false,
            punctuation: String::new(),
            starts_with_letter: true,
            folds: true,
            unit_prefixes: BTreeMap::new(),
        }
    }

    fn odd(characters: &[&str], looks_alike: bool) -> NameFault {
        NameFault::NotAllowed {
            characters: characters.iter().map(ToString::to_string).collect(),
            looks_alike,
        }
    }

    #[test]
    fn names_at_and_past_every_limit() {
        let rule = NameRule { min: 3, max: 8, digits: true, ..boulder() };
        let rows = [
            ("eart", vec![]),
            ("ear", vec![]),
            ("eart1234", vec![]),
            ("", vec![NameFault::Empty]),
            ("ea", vec![NameFault::TooShort { min: 3 }]),
            ("eart12345", vec![NameFault::TooLong { max: 8 }]),
            ("1art", vec![NameFault::StartsOtherwise]),
            ("ea rt", vec![odd(&[" "], false)]),
            ("ea-r-t", vec![odd(&["-"], false)]),
            // Cyrillic а, full-width e, a combining accent: each is taken for a plain letter.
            ("e\u{430}rt", vec![odd(&["\u{430}"], true)]),
            ("\u{FF45}art", vec![odd(&["\u{FF45}"], true)]),
            ("ea\u{301}rt", vec![odd(&["\u{301}"], false)]),
        ];
        for (name, expected) in rows {
            assert_eq!(rule.faults(name), expected, "{name}");
        }
        assert_eq!(boulder().faults("club1"), [odd(&["1"], false)], "mission row B4: no digits");
        assert_eq!(boulder().faults(&"a".repeat(20)), []);
        assert_eq!(boulder().faults(&"a".repeat(21)), [NameFault::TooLong { max: 20 }]);
        assert_eq!(boulder().folded("  Chess Club "), "chess club");
    }

    /// One row for each cell: the unit's code is known, that of another unit is, or the unit itself is not.
    #[test]
    fn a_units_code_is_asked_for_where_it_is_known() {
        let prefixes = [("earth", "eart"), ("history", "hist")];
        let unit_prefixes = prefixes.map(|(unit, prefix)| (unit.into(), prefix.to_owned())).into();
        let rule = NameRule { min: 3, max: 8, digits: true, unit_prefixes, ..boulder() };
        let other = |prefix: &str| vec![NameFault::OtherPrefix { prefix: prefix.to_owned() }];
        let rows = [
            ("eartclub", Some("earth"), vec![]),
            ("eart", Some("earth"), vec![]),
            ("histclub", Some("earth"), other("eart")),
            ("ear", Some("earth"), other("eart")),
            ("eartclub", Some("history"), other("hist")),
            ("histclub", Some("library"), vec![]),
            ("histclub", None, vec![]),
            ("", Some("earth"), vec![NameFault::Empty]),
            ("1art", Some("earth"), vec![NameFault::StartsOtherwise]),
            ("histclub1", Some("earth"), [vec![NameFault::TooLong { max: 8 }], other("eart")].concat()),
        ];
        for (name, unit, expected) in rows {
            let unit = unit.map(UnitId::from);
            assert_eq!(rule.faults_in(name, unit.as_ref()), expected, "{name}, {unit:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_without_faults_has_only_what_the_rule_allows(name in "\\PC{0,24}") {
            let name = boulder().folded(&name);
            if boulder().faults(&name).is_empty() {
                prop_assert!(name.bytes().all(|byte| byte.is_ascii_lowercase()));
                prop_assert!((1..=20).contains(&name.len()));
            }
        }
    }
}

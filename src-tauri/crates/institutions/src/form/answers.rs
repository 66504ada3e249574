//! Answers held against a form: what its JSON Schema says of them, question by question.
//!
//! A form knows ten keywords of JSON Schema and no nesting, so they are applied here: a validator for all of the standard
//! would be the largest part of the program. That both say the same is tested against one.

use super::{DayFormat, Form, Property, PropertyType};
use accounts::{Answer, Answers, KindId};
use jiff::civil::Date;
use regex_lite::Regex;
use serde::Serialize;
use ts_rs::TS;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "code")]
pub enum AnswerFault {
    Missing,
    TooLong {
        max: u32,
    },
    TooSmall {
        #[ts(type = "number")]
        min: i64,
    },
    TooLarge {
        #[ts(type = "number")]
        max: i64,
    },
    NotADay,
    /// Something else where a whole number is asked for.
    NotANumber,
    /// The schema does not allow it for a reason of its own.
    NotAllowed,
}

impl Form {
    /// What is wrong with `answers` for that kind of account: one fault for each question that has any, in the order of the
    /// questions. A text that is blank is no answer. What is chosen may make another question one that has to be answered,
    /// which is told there. An answer to a question that is not there, or is not asked for that kind, is
    /// [`AnswerFault::NotAllowed`]; those to questions that are not there come last.
    pub fn faults(&self, kind: Option<&KindId>, answers: &Answers) -> Vec<(String, AnswerFault)> {
        let needed = self.needed(kind, answers);
        let asked = self.ids().filter_map(|id| {
            let property = self.properties.get(id)?;
            let is_asked = property.is_for(kind);
            let fault = match answers.get(id).filter(|answer| says_something(answer)) {
                Some(_) if !is_asked => Some(AnswerFault::NotAllowed),
                Some(answer) => property.fault(answer),
                None => {
                    let has_to_be = self.required.iter().any(|own| own == id) || needed.contains(&id);
                    (is_asked && has_to_be).then_some(AnswerFault::Missing)
                }
            };
            Some((id.to_owned(), fault?))
        });
        let strangers = answers
            .iter()
            .filter(|(id, answer)| !self.properties.contains_key(*id) && says_something(answer))
            .map(|(id, _)| (id.clone(), AnswerFault::NotAllowed));
        asked.chain(strangers).collect()
    }

    /// Questions that have to be answered because of what is chosen at others.
    fn needed(&self, kind: Option<&KindId>, answers: &Answers) -> Vec<&str> {
        let is_chosen = |(question, chosen, _): &(&str, &str, &str)| {
            let is_asked = self.properties.get(*question).is_some_and(|property| property.is_for(kind));
            is_asked && matches!(answers.get(*question), Some(Answer::Text(text)) if text == chosen)
        };
        self.needs().filter(is_chosen).map(|(_, _, needed)| needed).collect()
    }
}

impl Property {
    /// What is wrong with an answer that says something.
    fn fault(&self, answer: &Answer) -> Option<AnswerFault> {
        match (self.kind, answer) {
            (PropertyType::Boolean, Answer::YesNo(_)) => None,
            (PropertyType::Integer, Answer::Number(number)) => self.out_of_range(*number),
            (PropertyType::Integer, _) => Some(AnswerFault::NotANumber),
            (PropertyType::String, Answer::Text(text)) => self.wrong_text(text),
            _ => Some(AnswerFault::NotAllowed),
        }
    }

    fn out_of_range(&self, number: i64) -> Option<AnswerFault> {
        let small = self.minimum.filter(|&min| number < min).map(|min| AnswerFault::TooSmall { min });
        small.or_else(|| self.maximum.filter(|&max| number > max).map(|max| AnswerFault::TooLarge { max }))
    }

    /// The fault that says most of what would be right.
    fn wrong_text(&self, text: &str) -> Option<AnswerFault> {
        if let Some(max) = self.max_length.filter(|&max| !fits(text, max)) {
            return Some(AnswerFault::TooLong { max });
        }
        if matches!(self.format, Some(DayFormat::Date)) && !is_day(text) {
            return Some(AnswerFault::NotADay);
        }
        let chosen = self.choices().is_none_or(|choices| choices.iter().any(|choice| choice.value == text));
        (!chosen || !self.matches(text)).then_some(AnswerFault::NotAllowed)
    }

    /// A pattern that is none matches nothing; no profile with one is taken.
    fn matches(&self, text: &str) -> bool {
        let matching = |pattern: &str| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
        self.pattern.as_deref().is_none_or(matching)
    }

    /// Whether it has no pattern, or one that can be matched.
    pub(crate) fn pattern_is_sound(&self) -> bool {
        self.pattern.as_deref().is_none_or(|pattern| Regex::new(pattern).is_ok())
    }
}

fn says_something(answer: &Answer) -> bool {
    !matches!(answer, Answer::Text(text) if text.trim().is_empty())
}

/// Characters are counted, as JSON Schema does (Validation, section 6.3.1), not bytes.
fn fits(text: &str, max: u32) -> bool {
    usize::try_from(max).is_ok_and(|max| text.chars().nth(max).is_none())
}

/// `full-date` of RFC 3339, section 5.6: a year of four digits, month and day of two.
fn is_day(text: &str) -> bool {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    shaped && !text.starts_with('-') && text.parse::<Date>().is_ok()
}

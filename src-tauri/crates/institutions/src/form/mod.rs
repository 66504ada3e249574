//! An institution's own questions, as a JSON Schema in its file (draft 2020-12), and answers held against it.
//!
//! A form is the schema of one flat object. Only what a screen can show is taken: a property is a text, a choice, a day, a
//! whole number, or yes or no. Five keywords are our own and mean nothing to a validator: `property-order` for the order in
//! which is asked, `x-long` for a text of several lines, `x-kinds` for what is asked for some kinds of account only,
//! `x-title` for the text that a request is called by, and `x-needs` at something to choose for the question that has to be
//! answered with it. What the last one means is written out for validators in [`Form::schema`].

mod answers;
#[cfg(test)]
mod tests;

use crate::profile::for_kind;
use accounts::{Answer, Answers, KindId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ts_rs::TS;

pub use answers::AnswerFault;

/// The JSON Schema of an object whose properties are the questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Form {
    #[serde(rename = "type")]
    object: ObjectType,
    /// Questions that have to be answered.
    #[serde(default)]
    pub(crate) required: Vec<String>,
    /// The questions by their identifiers: lower-case letters, digits and dashes.
    #[schemars(extend("minProperties" = 1))]
    pub(crate) properties: BTreeMap<String, Property>,
    /// Identifiers of the questions, in the order in which they are asked. Those left out come last, by identifier.
    #[serde(default)]
    pub(crate) property_order: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ObjectType {
    Object,
}

/// One question, as a JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Property {
    #[serde(rename = "type")]
    pub(crate) kind: PropertyType,
    /// The question.
    title: String,
    /// What helps to answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Of a choice: what there is to choose from, each shown as it stands.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<Vec<String>>,
    /// Of a choice: what there is to choose from, each with its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) one_of: Option<Vec<Titled>>,
    /// Of a text: characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub(crate) max_length: Option<u32>,
    /// Of a text: a regular expression that it has to match. The description says in words what is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pattern: Option<String>,
    /// Makes it a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<DayFormat>,
    /// Of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) minimum: Option<i64>,
    /// Of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) maximum: Option<i64>,
    /// Of a text: whether it may have several lines.
    #[serde(rename = "x-long", default, skip_serializing_if = "Option::is_none")]
    pub(crate) long: Option<bool>,
    /// Of a text of one line: whether a request is called by its answer, among others of its kind.
    #[serde(rename = "x-title", default, skip_serializing_if = "Option::is_none")]
    pub(crate) names: Option<bool>,
    /// Kinds of account for which it is asked: of a new account the one that is wanted. Empty: every kind.
    #[serde(rename = "x-kinds", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) kinds: Vec<KindId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PropertyType {
    String,
    Boolean,
    Integer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DayFormat {
    Date,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titled {
    /// What is sent.
    #[serde(rename = "const")]
    pub(crate) value: String,
    /// What is shown.
    title: String,
    /// The question that has to be answered where this is chosen.
    #[serde(rename = "x-needs", default, skip_serializing_if = "Option::is_none")]
    pub(crate) needs: Option<String>,
}

/// One question, as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    pub id: String,
    pub title: String,
    pub help: Option<String>,
    /// Whether it has to be answered, where it is asked.
    pub required: bool,
    pub answer: AnswerType,
    /// Kinds of account for which it is asked. Empty: every kind.
    pub kinds: Vec<KindId>,
}

/// What sort of answer a question takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "type")]
pub enum AnswerType {
    Text {
        max: Option<u32>,
    },
    /// A text of several lines.
    LongText {
        max: Option<u32>,
    },
    Choice {
        options: Vec<Choice>,
    },
    YesNo,
    Number {
        #[ts(type = "number | null")]
        min: Option<i64>,
        #[ts(type = "number | null")]
        max: Option<i64>,
    },
    /// A day as `2027-01-31`.
    Day,
}

/// Something to choose: what is sent, and what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Choice {
    pub value: String,
    pub title: String,
}

impl Form {
    /// The questions, in the order in which they are asked.
    pub fn questions(&self) -> Vec<Question> {
        let asked = self.ids().filter_map(|id| Some((id, self.properties.get(id)?)));
        let question = |(id, property): (&str, &Property)| Question {
            id: id.to_owned(),
            title: property.title.clone(),
            help: property.description.clone(),
            required: self.required.iter().any(|required| required == id),
            answer: property.answer(),
            kinds: property.kinds.clone(),
        };
        asked.map(question).collect()
    }

    /// What a request with these answers is called by. `None`: nothing is asked that would tell it from others, or it is
    /// not answered.
    pub fn title<'a>(&self, answers: &'a Answers) -> Option<&'a str> {
        let (id, _) = self.properties.iter().find(|(_, property)| property.names == Some(true))?;
        match answers.get(id)? {
            Answer::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Answer::YesNo(_) | Answer::Number(_) => None,
        }
    }

    /// The form as a JSON Schema (draft 2020-12) that answers are held against, for that kind of account. It takes no answer
    /// but to the questions that are asked for it.
    pub fn schema(&self, kind: Option<&KindId>) -> Value {
        let asked = self.asked_for(kind);
        let mut schema = serde_json::to_value(&asked).unwrap_or_default();
        let rule = |(question, chosen, needed): (&str, &str, &str)| {
            let is_chosen =
                json!({ "properties": { question: { "const": chosen } }, "required": [question] });
            json!({ "if": is_chosen, "then": { "required": [needed] } })
        };
        let needs: Vec<_> = asked.needs().map(rule).collect();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("additionalProperties".into(), false.into());
            if !needs.is_empty() {
                schema.insert("allOf".into(), needs.into());
            }
        }
        schema
    }

    /// Each choice that needs another question answered: the question, what is chosen, and the question that it needs.
    fn needs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let choices = self.properties.iter().flat_map(|(id, property)| {
            property.one_of.iter().flatten().map(move |choice| (id.as_str(), choice))
        });
        choices.filter_map(|(id, choice)| {
            let needed = choice.needs.as_deref().filter(|needed| self.properties.contains_key(*needed))?;
            Some((id, choice.value.as_str(), needed))
        })
    }

    /// The form with what is asked for that kind of account alone.
    fn asked_for(&self, kind: Option<&KindId>) -> Self {
        let is_asked = |id: &String| self.properties.get(id).is_none_or(|property| property.is_for(kind));
        let mut asked = self.clone();
        asked.properties.retain(|_, property| property.is_for(kind));
        asked.required.retain(is_asked);
        asked.property_order.retain(is_asked);
        asked
    }

    /// Identifiers in the order in which is asked, each once.
    fn ids(&self) -> impl Iterator<Item = &str> {
        let ordered = self.property_order.iter().enumerate();
        let first = ordered.filter(|(at, id)| {
            self.properties.contains_key(*id) && !self.property_order.iter().take(*at).any(|own| own == *id)
        });
        let rest = self.properties.keys().filter(|id| !self.property_order.contains(id));
        first.map(|(_, id)| id).chain(rest).map(String::as_str)
    }
}

impl Property {
    /// Whether it is asked for accounts of that kind. `None`: which kind it is to be is not known yet, so that only what is
    /// asked for every kind is.
    pub(crate) fn is_for(&self, kind: Option<&KindId>) -> bool {
        for_kind(&self.kinds, kind)
    }

    fn answer(&self) -> AnswerType {
        match self.kind {
            PropertyType::Boolean => AnswerType::YesNo,
            PropertyType::Integer => AnswerType::Number { min: self.minimum, max: self.maximum },
            PropertyType::String => match self.choices() {
                Some(options) => AnswerType::Choice { options },
                None if self.format.is_some() => AnswerType::Day,
                None if self.long == Some(true) => AnswerType::LongText { max: self.max_length },
                None => AnswerType::Text { max: self.max_length },
            },
        }
    }

    fn choices(&self) -> Option<Vec<Choice>> {
        let bare = |value: &String| Choice { value: value.clone(), title: value.clone() };
        let titled = |choice: &Titled| Choice { value: choice.value.clone(), title: choice.title.clone() };
        match (&self.one_of, &self.values) {
            (Some(choices), _) => Some(choices.iter().map(titled).collect()),
            (None, Some(values)) => Some(values.iter().map(bare).collect()),
            (None, None) => None,
        }
    }
}

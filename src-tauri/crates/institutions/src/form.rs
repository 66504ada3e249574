//! An institution's own questions, as a JSON Schema in its file (draft 2020-12), and answers held against it.
//!
//! A form is the schema of one flat object. Only what a screen can show is taken: a property is a text, a choice, a day, a
//! whole number, or yes or no. Two keywords are our own and mean nothing to a validator: `property-order` for the order in
//! which is asked, and `x-long` for a text of several lines.

use accounts::{Answer, Answers};
use jsonschema::{
    Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind, paths::LocationSegment,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use ts_rs::TS;

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
}

/// One question, as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    pub id: String,
    pub title: String,
    pub help: Option<String>,
    pub required: bool,
    pub answer: AnswerType,
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
    /// The schema does not allow it for a reason of its own.
    NotAllowed,
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
        };
        asked.map(question).collect()
    }

    /// What is wrong with `answers`: one fault for each question that has any, in the order of the questions. A text that
    /// is blank is no answer. An answer to a question that is not there is [`AnswerFault::NotAllowed`] and comes last.
    pub fn faults(&self, answers: &Answers) -> Vec<(String, AnswerFault)> {
        let mut found = self.found(&as_instance(answers));
        let mut asked: Vec<_> =
            self.ids().filter_map(|id| Some((id.to_owned(), found.remove(id)?))).collect();
        asked.extend(found);
        asked
    }

    /// The form as a JSON Schema (draft 2020-12) that answers are held against. It takes no answer but to its questions.
    pub fn schema(&self) -> Value {
        let mut schema = serde_json::to_value(self).unwrap_or_default();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("additionalProperties".into(), false.into());
        }
        schema
    }

    /// The schema, compiled. It fails where a pattern is none.
    pub(crate) fn validator(&self) -> Result<Validator, ValidationError<'static>> {
        options().build(&self.schema())
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

    fn found(&self, instance: &Value) -> BTreeMap<String, AnswerFault> {
        let mut found = BTreeMap::new();
        let Ok(validator) = self.validator() else {
            // No profile with such a form is taken; nothing can be said of its answers.
            return self.properties.keys().map(|id| (id.clone(), AnswerFault::NotAllowed)).collect();
        };
        for (question, fault) in validator.iter_errors(instance).flat_map(|error| told(&error)) {
            let kept = found.entry(question).or_insert_with(|| fault.clone());
            // One that says what would be right says more.
            if *kept == AnswerFault::NotAllowed {
                *kept = fault;
            }
        }
        found
    }
}

impl Property {
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

    /// Whether it has no pattern, or one that can be matched.
    pub(crate) fn pattern_is_sound(&self) -> bool {
        let schema = |pattern: &str| serde_json::json!({ "type": "string", "pattern": pattern });
        self.pattern.as_deref().is_none_or(|pattern| options().build(&schema(pattern)).is_ok())
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

/// How a schema is read. Of the two engines for patterns, the one that always comes to an end.
fn options() -> jsonschema::ValidationOptions<'static> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options.with_pattern_options(PatternOptions::regex())
}

/// The answers as a JSON object, without those that say nothing.
fn as_instance(answers: &Answers) -> Value {
    let value = |answer: &Answer| match answer {
        Answer::YesNo(yes) => Some((*yes).into()),
        Answer::Number(number) => Some((*number).into()),
        Answer::Text(text) if text.trim().is_empty() => None,
        Answer::Text(text) => Some(Value::from(text.as_str())),
    };
    let said = answers.iter().filter_map(|(id, answer)| Some((id.clone(), value(answer)?)));
    Value::Object(said.collect())
}

/// A validator's objection, by question.
fn told(error: &ValidationError<'_>) -> Vec<(String, AnswerFault)> {
    use AnswerFault as F;
    use ValidationErrorKind as K;
    let number = |limit: &Value| limit.as_i64();
    let fault = match error.kind() {
        K::Required { property } => {
            return property.as_str().map(|id| (id.to_owned(), F::Missing)).into_iter().collect();
        }
        K::AdditionalProperties { unexpected } => {
            return unexpected.iter().map(|id| (id.clone(), F::NotAllowed)).collect();
        }
        K::MaxLength { limit } => F::TooLong { max: u32::try_from(*limit).unwrap_or(u32::MAX) },
        K::Minimum { limit } => number(limit).map_or(F::NotAllowed, |min| F::TooSmall { min }),
        K::Maximum { limit } => number(limit).map_or(F::NotAllowed, |max| F::TooLarge { max }),
        K::Format { format } if format == "date" => F::NotADay,
        _ => F::NotAllowed,
    };
    match error.instance_path().segments().next() {
        Some(LocationSegment::Property(id)) => vec![(id.into_owned(), fault)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORM: &str = r#"
        type = "object"
        required = ["subject", "delivery"]
        property-order = ["subject", "delivery", "code", "outright", "days", "from", "note"]

        [properties.subject]
        title = "Subject"
        description = "In a few words."
        type = "string"
        maxLength = 10

        [properties.delivery]
        title = "Delivery"
        type = "string"
        oneOf = [{ const = "here", title = "Into the mailbox" }, { const = "both", title = "Into both" }]

        [properties.code]
        title = "Code"
        type = "string"
        pattern = "^[0-9]{3}$"

        [properties.outright]
        title = "Outright"
        type = "boolean"

        [properties.days]
        title = "Days"
        type = "integer"
        minimum = 1
        maximum = 180

        [properties.from]
        title = "From"
        type = "string"
        format = "date"

        [properties.note]
        title = "Note"
        type = "string"
        x-long = true

        [properties.colour]
        title = "Colour"
        type = "string"
        enum = ["red", "blue"]
    "#;

    fn form() -> Form {
        toml::from_str(FORM).unwrap()
    }

    fn text(text: &str) -> Answer {
        Answer::Text(text.into())
    }

    /// Sound answers with some replaced.
    fn with(changes: &[(&str, Answer)]) -> Answers {
        let sound = [("subject", text("Hello")), ("delivery", text("both"))];
        sound.iter().chain(changes).map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect()
    }

    #[test]
    fn questions_come_in_their_order_with_their_sort() {
        let questions = form().questions();
        let ids: Vec<_> = questions.iter().map(|question| question.id.as_str()).collect();
        let order = ["subject", "delivery", "code", "outright", "days", "from", "note", "colour"];
        assert_eq!(ids, order, "what the order leaves out comes last");
        let choice = |value: &str, title: &str| Choice { value: value.into(), title: title.into() };
        let sorts = [
            AnswerType::Text { max: Some(10) },
            AnswerType::Choice {
                options: vec![choice("here", "Into the mailbox"), choice("both", "Into both")],
            },
            AnswerType::Text { max: None },
            AnswerType::YesNo,
            AnswerType::Number { min: Some(1), max: Some(180) },
            AnswerType::Day,
            AnswerType::LongText { max: None },
            AnswerType::Choice { options: vec![choice("red", "red"), choice("blue", "blue")] },
        ];
        for (question, sort) in questions.iter().zip(sorts) {
            assert_eq!(question.answer, sort, "{}", question.id);
            assert_eq!(question.required, ["subject", "delivery"].contains(&question.id.as_str()));
        }
        assert_eq!(questions[0].help.as_deref(), Some("In a few words."));
        assert_eq!(questions[1].help, None);
    }

    /// One row for each way in which an answer can be wrong, and its neighbour that is right.
    #[test]
    fn each_fault_is_told_for_what_it_is() {
        use AnswerFault as F;
        let rows = [
            ("subject", text("0123456789"), None),
            ("subject", text("0123456789a"), Some(F::TooLong { max: 10 })),
            // Characters are counted, not bytes.
            ("subject", text("éééééééééé"), None),
            ("subject", text(""), Some(F::Missing)),
            ("subject", text(" \n"), Some(F::Missing)),
            ("subject", Answer::Number(3), Some(F::NotAllowed)),
            ("delivery", text("  "), Some(F::Missing)),
            ("delivery", text("elsewhere"), Some(F::NotAllowed)),
            ("delivery", text("Into both"), Some(F::NotAllowed)),
            ("code", text("123"), None),
            ("code", text("12"), Some(F::NotAllowed)),
            ("outright", Answer::YesNo(false), None),
            ("outright", text("yes"), Some(F::NotAllowed)),
            ("days", Answer::Number(1), None),
            ("days", Answer::Number(180), None),
            ("days", Answer::Number(0), Some(F::TooSmall { min: 1 })),
            ("days", Answer::Number(i64::MIN), Some(F::TooSmall { min: 1 })),
            ("days", Answer::Number(181), Some(F::TooLarge { max: 180 })),
            ("days", text("30"), Some(F::NotAllowed)),
            ("from", text("2028-02-29"), None),
            ("from", text("2027-02-29"), Some(F::NotADay)),
            ("from", text("31/01/2027"), Some(F::NotADay)),
            ("from", text("soon"), Some(F::NotADay)),
            // Left empty, it was not answered, and need not be.
            ("from", text(""), None),
            ("note", text("\n"), None),
            ("colour", text("blue"), None),
            ("colour", text("green"), Some(F::NotAllowed)),
            ("zebra", Answer::YesNo(true), Some(F::NotAllowed)),
            ("a/b~c", text("x"), Some(F::NotAllowed)),
            ("", text("x"), Some(F::NotAllowed)),
        ];
        for (id, answer, expected) in rows {
            let expected: Vec<_> = expected.into_iter().map(|fault| (id.to_owned(), fault)).collect();
            assert_eq!(form().faults(&with(&[(id, answer.clone())])), expected, "{id}: {answer:?}");
        }
    }

    #[test]
    fn faults_come_in_the_order_of_the_questions() {
        let wrong = [
            ("colour", text("green")),
            ("from", text("soon")),
            ("subject", text(" ")),
            ("about", text("x")),
            ("days", Answer::Number(0)),
        ];
        let faults = form().faults(&with(&wrong));
        let ids: Vec<_> = faults.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["subject", "days", "from", "colour", "about"]);
        let missing = form().faults(&Answers::new());
        assert_eq!(missing.len(), 2);
        assert!(missing.iter().all(|(_, fault)| *fault == AnswerFault::Missing));
    }

    #[test]
    fn one_fault_for_a_question_and_the_one_that_says_most() {
        let both: Form = toml::from_str(
            "type = \"object\"\nproperties.x = { title = \"X\", type = \"string\", pattern = \"^a\", maxLength = 2 }",
        )
        .unwrap();
        let faults = both.faults(&[("x".to_owned(), text("bbb"))].into());
        assert_eq!(faults, [("x".to_owned(), AnswerFault::TooLong { max: 2 })]);
    }

    #[test]
    fn a_form_that_no_profile_may_have_does_no_harm() {
        let broken: Form = toml::from_str(
            "type = \"object\"\nrequired = [\"y\"]\nproperty-order = [\"z\", \"x\", \"x\"]\n\
             properties.x = { title = \"X\", type = \"string\", pattern = \"(\" }",
        )
        .unwrap();
        assert_eq!(broken.questions().len(), 1);
        assert_eq!(broken.faults(&Answers::new()), [("x".to_owned(), AnswerFault::NotAllowed)]);
    }

    #[test]
    fn the_schema_is_one_by_its_own_rules() {
        let schema = form().schema();
        assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["subject"]["maxLength"], 10);
        assert_eq!(schema["properties"]["delivery"]["oneOf"][1]["const"], "both");
    }

    fn any_answer() -> impl Strategy<Value = Answer> {
        const WORDS: [&str; 10] =
            ["", " ", "Hello", "Hello, hello", "both", "here", "123", "blue", "2027-01-31", "2027-13-01"];
        prop_oneof![
            any::<bool>().prop_map(Answer::YesNo),
            (-2..200_i64).prop_map(Answer::Number),
            prop::sample::select(&WORDS[..]).prop_map(text),
            "\\PC{0,12}".prop_map(Answer::Text),
        ]
    }

    fn any_answers() -> impl Strategy<Value = Answers> {
        const IDS: [&str; 9] =
            ["subject", "delivery", "code", "outright", "days", "from", "note", "colour", "zebra"];
        prop::collection::btree_map(
            prop::sample::select(&IDS[..]).prop_map(str::to_owned),
            any_answer(),
            0..9,
        )
    }

    proptest! {
        /// Without faults exactly where a validator of its own, over the whole schema, has none.
        #[test]
        fn without_faults_is_valid_and_the_reverse(mut answers in any_answers(), sound in any::<bool>()) {
            if sound {
                answers.extend(with(&[]));
            }
            let faults = form().faults(&answers);
            let plain = jsonschema::options().should_validate_formats(true).build(&form().schema()).unwrap();
            prop_assert_eq!(faults.is_empty(), plain.is_valid(&as_instance(&answers)), "{:?}", faults);
            let mut seen: Vec<_> = faults.iter().map(|(id, _)| id).collect();
            seen.sort();
            seen.dedup();
            prop_assert_eq!(seen.len(), faults.len(), "one fault for a question");
        }
    }
}

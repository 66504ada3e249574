use super::*;
use accounts::{Answer, Answers};
use proptest::prelude::*;
use serde_json::Value;

const FORM: &str = r#"
    type = "object"
    required = ["subject", "delivery"]
    property-order = ["subject", "delivery", "code", "outright", "days", "from", "note"]

    [properties.subject]
    title = "Subject"
    description = "In a few words."
    type = "string"
    maxLength = 10
    x-title = true

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
fn a_request_is_called_by_the_answer_that_tells_it_from_others() {
    assert_eq!(form().title(&with(&[])), Some("Hello"));
    assert_eq!(form().title(&with(&[("subject", text(" Two words "))])), Some("Two words"));
    assert_eq!(form().title(&with(&[("subject", text("  "))])), None);
    assert_eq!(form().title(&with(&[("subject", Answer::Number(1))])), None, "no answer to that question");
    assert_eq!(form().title(&Answers::new()), None);
    let mut plain = form();
    plain.properties.remove("subject");
    assert_eq!(plain.title(&with(&[])), None);
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
        AnswerType::Choice { options: vec![choice("here", "Into the mailbox"), choice("both", "Into both")] },
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
        ("days", text("30"), Some(F::NotANumber)),
        ("days", Answer::YesNo(true), Some(F::NotANumber)),
        ("from", text("2028-02-29"), None),
        ("from", text("2027-02-29"), Some(F::NotADay)),
        ("from", text("31/01/2027"), Some(F::NotADay)),
        // A year has four digits (RFC 3339, section 5.6), also where a validator takes a sign for one.
        ("from", text("-001-01-01"), Some(F::NotADay)),
        ("from", text("20270131"), Some(F::NotADay)),
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
        assert_eq!(form().faults(None, &with(&[(id, answer.clone())])), expected, "{id}: {answer:?}");
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
    let faults = form().faults(None, &with(&wrong));
    let ids: Vec<_> = faults.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["subject", "days", "from", "colour", "about"]);
    let missing = form().faults(None, &Answers::new());
    assert_eq!(missing.len(), 2);
    assert!(missing.iter().all(|(_, fault)| *fault == AnswerFault::Missing));
}

#[test]
fn one_fault_for_a_question_and_the_one_that_says_most() {
    let both: Form = toml::from_str(
        "type = \"object\"\nproperties.x = { title = \"X\", type = \"string\", pattern = \"^a\", maxLength = 2 }",
    )
    .unwrap();
    let faults = both.faults(None, &[("x".to_owned(), text("bbb"))].into());
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
    let answered = [("x".to_owned(), text("x"))].into();
    assert_eq!(broken.faults(None, &answered), [("x".to_owned(), AnswerFault::NotAllowed)]);
}

const BY_KIND: &str = r#"
    type = "object"
    required = ["purpose", "student"]
    property-order = ["student", "purpose", "room"]
    properties.purpose = { title = "Purpose", type = "string" }
    properties.student = { title = "Student", type = "string", maxLength = 10, x-kinds = ["exc", "intern"] }
    properties.room = { title = "Room", type = "string", x-kinds = ["room"] }
"#;

/// One row for each kind: what is missing where nothing is answered, and what cannot be answered.
#[test]
fn what_is_asked_for_some_kinds_is_neither_asked_nor_taken_for_the_others() {
    let form: Form = toml::from_str(BY_KIND).unwrap();
    let all = [("purpose", text("A club")), ("student", text("Sam")), ("room", text("12"))];
    let all: Answers = all.map(|(id, answer)| (id.to_owned(), answer)).into();
    let rows = [
        (None, vec!["purpose"], vec!["student", "room"]),
        (Some("group"), vec!["purpose"], vec!["student", "room"]),
        (Some("exc"), vec!["student", "purpose"], vec!["room"]),
        (Some("intern"), vec!["student", "purpose"], vec!["room"]),
        (Some("room"), vec!["purpose"], vec!["student"]),
    ];
    for (kind, missing, not_asked) in rows {
        let id = kind.map(KindId::from);
        let told = |answers: &Answers| form.faults(id.as_ref(), answers);
        let faults = |ids: &[&str], fault: AnswerFault| -> Vec<_> {
            ids.iter().map(|id| ((*id).to_owned(), fault.clone())).collect()
        };
        assert_eq!(told(&Answers::new()), faults(&missing, AnswerFault::Missing), "{kind:?}");
        assert_eq!(told(&all), faults(&not_asked, AnswerFault::NotAllowed), "{kind:?}");
        let blank = all.keys().map(|id| (id.clone(), text(" "))).collect();
        assert_eq!(told(&blank), faults(&missing, AnswerFault::Missing), "a blank answers nothing, {kind:?}");
        let schema = form.schema(id.as_ref());
        let asked = ["purpose", "room", "student"].iter().filter(|id| !not_asked.contains(id)).copied();
        let properties = schema["properties"].as_object().unwrap().keys();
        assert_eq!(properties.collect::<Vec<_>>(), asked.collect::<Vec<_>>(), "{kind:?}");
        assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
    }
    let too_long = [("purpose", text("A club")), ("student", text("0123456789a"))];
    let too_long = too_long.map(|(id, answer)| (id.to_owned(), answer)).into();
    let fault = |fault| vec![("student".to_owned(), fault)];
    assert_eq!(form.faults(Some(&"exc".into()), &too_long), fault(AnswerFault::TooLong { max: 10 }));
    assert_eq!(form.faults(Some(&"room".into()), &too_long), fault(AnswerFault::NotAllowed));
}

const NEEDS: &str = r#"
    type = "object"
    property-order = ["who", "list", "room"]
    properties.list = { title = "List", type = "string", maxLength = 10 }
    properties.room = { title = "Room", type = "string", x-kinds = ["room"] }

    [properties.who]
    title = "Who"
    type = "string"
    oneOf = [
      { const = "all", title = "Everyone" },
      { const = "listed", title = "Only those named", x-needs = "list" },
      { const = "inside", title = "Whoever is inside", x-needs = "room" },
    ]
"#;

/// One row for each cell: what is chosen, what is given beside it, for which kind.
#[test]
fn what_is_chosen_may_need_another_answer_and_that_is_told_there() {
    let form: Form = toml::from_str(NEEDS).unwrap();
    let missing = |id: &str| vec![(id.to_owned(), AnswerFault::Missing)];
    let too_long = vec![("list".to_owned(), AnswerFault::TooLong { max: 10 })];
    let rows = [
        (vec![("who", "all")], None, vec![]),
        (vec![("who", "listed")], None, missing("list")),
        (vec![("who", "listed"), ("list", " \n")], None, missing("list")),
        (vec![("who", "listed"), ("list", "Jo")], None, vec![]),
        (vec![("who", "listed"), ("list", "0123456789a")], None, too_long),
        (vec![("list", "Jo")], None, vec![]),
        (vec![("who", "inside")], Some("room"), missing("room")),
        // What is not asked for that kind is not needed either.
        (vec![("who", "inside")], Some("club"), vec![]),
        (vec![("who", "inside")], None, vec![]),
    ];
    for (given, kind, expected) in rows {
        let answers = given.iter().map(|(id, said)| ((*id).to_owned(), text(said))).collect();
        assert_eq!(form.faults(kind.map(KindId::from).as_ref(), &answers), expected, "{given:?}, {kind:?}");
    }
    let schema = form.schema(None);
    assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
    assert_eq!(schema["allOf"].as_array().unwrap().len(), 1, "of what is asked");
}

#[test]
fn a_question_says_for_which_kinds_it_is_asked() {
    let form: Form = toml::from_str(BY_KIND).unwrap();
    let kinds: Vec<_> = form.questions().into_iter().map(|question| (question.id, question.kinds)).collect();
    let expected = [("student", vec!["exc", "intern"]), ("purpose", Vec::new()), ("room", vec!["room"])];
    let expected =
        expected.map(|(id, kinds)| (id.to_owned(), kinds.into_iter().map(KindId::from).collect::<Vec<_>>()));
    assert_eq!(kinds, expected, "every question is told, for the kind may be chosen later");
    assert!(form.questions()[0].required, "where it is asked");
}

#[test]
fn the_schema_is_one_by_its_own_rules() {
    let schema = form().schema(None);
    assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["subject"]["maxLength"], 10);
    assert_eq!(schema["properties"]["delivery"]["oneOf"][1]["const"], "both");
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

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const KINDS: [&str; 2] = ["room", "club"];

fn any_answer() -> impl Strategy<Value = Answer> {
    const WORDS: [&str; 12] = [
        "",
        " ",
        "Hello",
        "both",
        "here",
        "123",
        "ab1",
        "blue",
        "2027-01-31",
        "2027-13-01",
        "2028-02-29",
        "20270131",
    ];
    prop_oneof![
        any::<bool>().prop_map(Answer::YesNo),
        (-3..12_i64).prop_map(Answer::Number),
        prop::sample::select(&WORDS[..]).prop_map(text),
        "\\PC{0,12}".prop_map(Answer::Text),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Answer::Text),
    ]
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let id = prop::sample::select(&IDS[..]).prop_map(str::to_owned);
    prop::collection::btree_map(id, any_answer(), 0..6)
}

/// A question of every sort, with every keyword that goes with it.
fn any_property() -> impl Strategy<Value = Value> {
    use serde_json::json;
    const PATTERNS: [&str; 5] = ["^[0-9]{3}$", "b", "^(ab|Hel).", "^[^0-9]*$", "\\d\\w?$"];
    let pattern = prop::option::of(prop::sample::select(&PATTERNS[..]));
    let limited = (prop::option::of(1..8_u32), pattern).prop_map(
        |(max, pattern)| json!({ "title": "Q", "type": "string", "maxLength": max, "pattern": pattern }),
    );
    let number = (prop::option::of(-2..4_i64), prop::option::of(4..9_i64))
        .prop_map(|(min, max)| json!({ "title": "Q", "type": "integer", "minimum": min, "maximum": max }));
    prop_oneof![
        limited,
        number,
        Just(json!({ "title": "Q", "type": "boolean" })),
        Just(json!({ "title": "Q", "type": "string", "format": "date" })),
        Just(json!({ "title": "Q", "type": "string", "enum": ["both", "blue"] })),
        prop::option::of(prop::sample::select(&IDS[..5])).prop_map(|needs| {
            json!({
                "title": "Q",
                "type": "string",
                "oneOf": [{ "const": "here", "title": "Here", "x-needs": needs }, { "const": "123", "title": "There" }],
            })
        }),
    ]
}

/// No kind yet, one that a form may name, or another.
fn any_kind() -> impl Strategy<Value = Option<KindId>> {
    prop::option::of(prop::sample::select(vec!["room", "club", "other"]).prop_map(KindId::from))
}

fn any_form() -> impl Strategy<Value = Form> {
    let id = || prop::sample::select(&IDS[..5]);
    let kinds = prop::sample::subsequence(&KINDS[..], 0..=KINDS.len());
    let property = (any_property(), kinds).prop_map(|(mut property, kinds)| {
        property["x-kinds"] = kinds.into();
        property
    });
    let properties = prop::collection::btree_map(id(), property, 1..5);
    (properties, prop::collection::btree_set(id(), 0..3)).prop_map(|(mut properties, required)| {
        for property in properties.values_mut().filter_map(Value::as_object_mut) {
            property.retain(|_, value| !value.is_null());
        }
        let required: Vec<_> = required.into_iter().filter(|id| properties.contains_key(id)).collect();
        let form = serde_json::json!({ "type": "object", "required": required, "properties": properties });
        serde_json::from_value(form).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Without faults exactly where a validator for all of JSON Schema has none.
    #[test]
    fn without_faults_is_valid_and_the_reverse(
        form in any_form(), kind in any_kind(), answers in any_answers(),
    ) {
        let faults = form.faults(kind.as_ref(), &answers);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&form.schema(kind.as_ref()))
            .unwrap();
        let instance = as_instance(&answers);
        prop_assert_eq!(faults.is_empty(), validator.is_valid(&instance), "{:?} of {}", faults, instance);
        let mut seen: Vec<_> = faults.iter().map(|(id, _)| id).collect();
        seen.sort();
        seen.dedup();
        prop_assert_eq!(seen.len(), faults.len(), "one fault for a question");
    }
}

//! What does not agree: identifiers, kinds, rights, usernames, people to ask, sources.

use super::{read, told, told_there, with};

#[test]
fn identifiers_are_plain_and_given_once() {
    told_there(2, "id = \"North Field\"", "\"North Field\" cannot be an identifier", "lower-case");
    told_there(2, "id = \"../north\"", "cannot be an identifier", "dashes");
    told_there(26, "id = \"-mailbox\"", "cannot be an identifier", "dashes");
    told_there(41, "id = \"mailbox\"", "\"mailbox\" is used by two `[[kind]]`", "its own");
    told(
        &[(
            61,
            "[[right]]\nid = \"read\"\nname = \"R\"\nterm = \"R\"\nmeans = \"send-as\"\nexplanation = \"R\"\nsources = [\"handbook\"]\n",
        )],
        62,
        "\"read\" is used by two `[[right]]`",
        "its own",
    );
    told(
        &[(117, "[[source]]\nkey = \"handbook\"\ntitle = \"Again\"\ndate = \"2020\"\n")],
        118,
        "\"handbook\" is used by two `[[source]]`",
        "its own",
    );
}

#[test]
fn lists_that_must_hold_something() {
    let without = |from: usize, to: usize, instead: &'static str| {
        let mut changes: Vec<_> = (from..=to).map(|line| (line, "")).collect();
        // Top-level values have to stand before the first table.
        changes.push((9, instead));
        changes
    };
    told(&without(25, 52, "kind = []"), 9, "No kind of account", "[[kind]]");
    told(&without(89, 94, "contact = []"), 9, "Nobody is named to ask", "[[contact]]");
    told_there(38, "sources = []", "No source is given", "[[source]]");
    told_there(68, "sources = []", "No source is given", "[[source]]");
}

#[test]
fn a_guide_for_sharing_a_calendar_has_steps_and_a_source() {
    let guide = |steps: &str, sources: &str| {
        format!(
            "[calendar-sharing]\nwho = \"Anyone.\"\nsteps = {steps}\nsees = [\"Events.\"]\nundo = \"Again.\"\nsources = {sources}\n"
        )
    };
    let sound = guide("[\"Share it.\"]", "[\"handbook\"]");
    assert!(read(with(&[(117, &sound)])).is_ok());
    told(
        &[(117, &guide("[]", "[\"handbook\"]"))],
        119,
        "Nothing says how a calendar is shared",
        "in their order",
    );
    told(&[(117, &guide("[\"Share it.\"]", "[]"))], 122, "No source is given", "[[source]]");
    told(
        &[(117, &guide("[\"Share it.\"]", "[\"other\"]"))],
        122,
        "No source has the key \"other\"",
        "\"handbook\"",
    );
    told(
        &[(117, &guide("[\" \"]", "[\"handbook\"]"))],
        119,
        "`calendar-sharing.steps` is empty",
        "leave the line out",
    );
}

#[test]
fn empty_text_is_not_shown_to_readers() {
    told_there(3, "name = \"\"", "`name` is empty", "leave the line out");
    told_there(22, "self-service = \"  \"", "`words.self-service` is empty", "leave the line out");
    told_there(31, "lacks = [\"\"]", "`kind.lacks` is empty", "leave the line out");
    told_there(
        5,
        "tagline = \"Shared\\u202Emailboxes\"",
        "`tagline` holds a control character",
        "Take it out",
    );
    told_there(5, "tagline = \"Shared\\u0007\"", "`tagline` holds a control character", "Take it out");
}

#[test]
fn a_kind_agrees_with_itself() {
    told_there(35, "mailbox = false", "`mailbox` is false", "Set `mailbox = true`");
    told_there(50, "sign-in = false", "`sign-in` is false", "Set `sign-in = true`");
    told_there(48, "used-by = \"delegation\"", "not used by delegation alone", "shared-sign-in");
    told_there(34, "used-by = \"shared-sign-in\"", "no sign-in of its own", "\"delegation\"");
    told(&[(33, "")], 32, "gives no reason", "`advice-reason`");
    told(&[(32, "advice = \"fits\"")], 33, "no advice either way", "Leave it out");
}

#[test]
fn rights_are_defined_where_they_are_delegated() {
    let no_rights: Vec<_> = (54..=60).map(|line| (line, "")).collect();
    told(&no_rights, 34, "no right is defined", "[[right]]");
    let no_delegation = [
        (28, "family = \"mailbox-and-sign-in\""),
        (34, "used-by = \"shared-sign-in\""),
        (36, "sign-in = true"),
    ];
    told(&no_delegation, 54, "no kind of account is used by delegation", "Leave rights out");
}

#[test]
fn numbers_and_rules_stay_in_bounds() {
    told_there(8, "offline-days = 0", "`offline-days` is 0", "at least 1");
    told_there(7, "time-zone = \"Europe/Northfield\"", "No time zone", "\"Europe/London\"");
    told_there(71, "min = 0", "`min` is 0", "at least 1");
    told_there(72, "max = 2", "`max` is 2, less than `min`, which is 3", "longest length as `max`");
    told_there(72, "max = 6000", "`max` is 6000", "64 at most");
    told(&[(73, "letters = false"), (74, "digits = false")], 73, "Neither letters nor digits", "Allow one");
    told(&[(73, "letters = false")], 76, "letters are not allowed", "starts-with-letter = false");
    told_there(75, "punctuation = \"-a\"", "\"a\" is not punctuation", "punctuation only");
    told_there(75, "punctuation = \"--\"", "\"-\" is listed twice", "once");
}

#[test]
fn a_units_code_is_one_that_usernames_can_begin_with() {
    let with_codes = |codes: &str| format!("unit-prefix = true\nunit-prefixes = {codes}");
    let codes = with_codes("{ physics = \"phys\", \"fine-art\" = \"fa\" }");
    let rule = read(with(&[(77, &codes)])).unwrap_or_else(|problem| panic!("{problem}")).usernames.rule();
    assert_eq!(rule.unit_prefixes.get(&"fine-art".into()).map(String::as_str), Some("fa"), "short as it is");
    told_there(
        77,
        "unit-prefixes = { physics = \"phys\" }\nunit-prefix = false",
        "Units have codes",
        "`unit-prefix = true`",
    );
    for code in ["Phys", "1phys", "ph ys", "physicsphysics"] {
        let codes = with_codes(&format!("{{ physics = \"{code}\" }}"));
        let wrong = format!("No username begins with \"{code}\", the code of \"physics\"");
        told(&[(77, &codes)], 78, &wrong, "as usernames are kept");
    }
    told(&[(77, &with_codes("{ physics = \"\" }"))], 78, "is empty", "leave the line out");
    told(&[(77, &with_codes("{ physics = 1 }"))], 78, "is the number 1", "text in double quotes");
}

#[test]
fn contacts_can_be_reached() {
    told_there(92, "phone = \"ext. 12345\"", "not a telephone number", "\"+44 20 7946 0000\"");
    told_there(92, "phone = \"020 7946 0000\"", "not a telephone number", "international");
    told_there(93, "email = \"help at northfield\"", "not an email address", "help@example.edu");
    told_there(
        93,
        "email = \"help@northfield.example.edu?cc=other@example.edu\"",
        "not an email address",
        "alone",
    );
    told_there(94, "web = \"http://help.northfield.example.edu/\"", "not an https address", "https://");
    told_there(94, "web = \"help.northfield.example.edu\"", "is not an address", "https://");
    told_there(94, "web = \"https://someone@northfield.example.edu/\"", "carries a username", "https://");
    told(&[(92, ""), (93, ""), (94, "")], 90, "Nothing says how to reach \"Help desk\"", "`how`");
}

#[test]
fn a_citation_names_a_source() {
    told_there(
        38,
        "sources = [\"handbook\", \"handbok\"]",
        "No source has the key \"handbok\"",
        "\"handbook\"",
    );
    told_there(60, "sources = [\"other\"]", "\"other\"", "[[source]]");
    told_there(87, "sources = [\"other\"]", "\"other\"", "[[source]]");
    told_there(122, "source = \"other\"", "\"other\"", "[[source]]");
}

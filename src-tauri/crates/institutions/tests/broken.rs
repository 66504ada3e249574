//! Every way in which a file can be wrong, and that its writer is told where, what, and what would be right.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these helpers meet fails the test that called them"
)]

use institutions::{FILE_NAME, MOST_BYTES, ProfileProblem, load};
use std::{fs, path::Path};

const SOUND: &str = include_str!("profiles/northfield.toml");

/// The sound file with some lines, counted from 1, replaced. Every other line keeps its number.
fn with(changes: &[(usize, &str)]) -> String {
    let mut lines: Vec<&str> = SOUND.lines().collect();
    for (line, text) in changes {
        lines[line - 1] = text;
    }
    lines.join("\n")
}

fn read(text: impl AsRef<[u8]>) -> Result<institutions::Profile, ProfileProblem> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), text).unwrap();
    load(folder.path())
}

#[track_caller]
fn told(changes: &[(usize, &str)], line: u32, wrong: &str, right: &str) {
    let problem = read(with(changes)).expect_err("this file is broken");
    assert_eq!(problem.line, Some(line), "{problem}");
    assert!(problem.wrong.contains(wrong), "wanted {wrong:?} in: {problem}");
    assert!(problem.right.contains(right), "wanted {right:?} in: {problem}");
    assert!(problem.file.ends_with(FILE_NAME), "{problem}");
    assert!(!problem.wrong.ends_with('.') && !problem.right.ends_with('.'), "one full stop each: {problem}");
}

/// One line replaced, and told on that line.
#[track_caller]
fn told_there(line: u32, text: &str, wrong: &str, right: &str) {
    told(&[(line as usize, text)], line, wrong, right);
}

#[test]
fn the_sound_file_is_taken() {
    let profile = read(SOUND).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(profile.id, "northfield");
    assert!(profile.missing_for_real_use().is_empty());
    assert_eq!(read(with(&[])).as_ref(), Ok(&profile));
    assert_eq!(
        read(format!("\u{FEFF}{SOUND}")).as_ref(),
        Ok(&profile),
        "some editors put a byte order mark first"
    );
    assert_eq!(read(SOUND.replace('\n', "\r\n")).as_ref(), Ok(&profile), "and some end lines their own way");
}

#[test]
fn a_problem_reads_as_file_line_and_two_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    fs::write(&file, with(&[(8, "offline-days = 0")])).unwrap();
    let problem = load(&file).expect_err("zero days");
    let expected = format!(
        "{}:8: `offline-days` is 0. Give at least 1, or nothing could be read without a network.",
        file.display()
    );
    assert_eq!(problem.to_string(), expected);
}

#[test]
fn what_is_not_toml_is_shown_where_it_breaks() {
    told_there(3, "name = \"Northfield University", "is not closed", "double quote on the same line");
    told_there(3, "name = Northfield University", "has no quotes", "double quotes");
    told_there(3, "name =", "has no value", "key = value");
    told_there(3, "Northfield University", "no value", "key = value");
    told_there(3, "name = \"C:\\campus\"", "backslash", "\\\\ for a backslash");
    told_there(8, "offline-days = 3O", "has no quotes", "if it is text");
    told_there(8, "offline-days = 030", "not TOML", "key = value");
    told_there(8, "offline-days = 30 id = 2", "behind the value", "line of its own");
    told_there(10, "[words", "name of this table is not closed", "`[table]`");
    told_there(25, "[[kind]", "name of this table is not closed", "`[[table]]`");
    // Only the next line shows that the list goes on.
    told(&[(30, "has = [\"A mailbox\"")], 31, "The list that began here or further up", "close it with ]");
    told_there(4, "name = \"Again\"", "given twice", "Keep one");
    told_there(62, "[words]", "given twice", "Keep one");
}

#[test]
fn columns_count_characters() {
    let problem = read(with(&[(30, "has = [\"Où\", 3]")])).expect_err("a number in a list of texts");
    assert_eq!((problem.line, problem.column), (Some(30), Some(14)), "{problem}");
}

#[test]
fn an_unknown_field_is_met_with_the_nearest_known_one() {
    told_there(8, "offline-day = 30", "This file has no field called `offline-day`", "`offline-days`");
    told_there(11, "sign_on = \"Sign-on\"", "`words` has no field called `sign_on`", "`sign-on`");
    told_there(34, "usedby = \"delegation\"", "`kind` has no field called `usedby`", "`used-by`");
    told_there(85, "zebra = 1", "`mfa` has no field called `zebra`", "It takes `required-with-sign-in`");
    told_there(106, "it-oficer = []", "`connection.sign-in.role.claim` has no field", "`it-officer`");
    told_there(112, "port = 80", "`connection.directory` has no field", "It takes `base`, `accounts-path`");
}

#[test]
fn a_missing_field_is_told_at_its_table() {
    told(&[(2, "")], 1, "This file lacks `id`", "`id =`");
    told(&[(19, "")], 10, "`words` lacks `service-desk`", "`service-desk =`");
    told(&[(34, "")], 25, "`kind` lacks `used-by`", "`used-by =`");
    told(&[(51, "")], 40, "`kind` lacks `opened`", "`opened =`");
    told(&[(98, "")], 96, "`connection.sign-in` lacks `client-id`", "`client-id =`");
    told(&[(105, "")], 104, "`connection.sign-in.role.claim` lacks `role`", "`role =`");
    told(&[(116, "")], 113, "`source` lacks `date`", "`date =`");
    told(&[(36, "")], 25, "`kind` lacks `sign-in`", "`sign-in =`");
}

#[test]
fn a_missing_table_is_told_as_a_table() {
    let without = |lines: std::ops::RangeInclusive<usize>| lines.map(|line| (line, "")).collect::<Vec<_>>();
    told(&without(82..=87), 1, "This file lacks `mfa`", "`[mfa]`");
    told(&without(25..=52), 1, "This file lacks `kind`", "`[[kind]]`");
    told(&without(96..=111), 1, "This file lacks `connection`", "`[connection]`");
    told(&without(109..=111), 96, "`connection` lacks `directory`", "`[connection.directory]`");
}

#[test]
fn a_wrong_type_is_told_with_what_stands_there() {
    told_there(3, "name = 7", "`name` is the number 7", "text in double quotes");
    told_there(8, "offline-days = \"30\"", "is the text \"30\"", "a whole number from 0 to 65535");
    told_there(8, "offline-days = -1", "is the number -1", "a whole number");
    told_there(8, "offline-days = 99999999999999999999", "too large", "a whole number");
    told_there(8, "offline-days = 30.5", "is the number 30.5", "a whole number");
    told_there(30, "has = \"A mailbox\"", "`kind.has` is the text", "a list in square brackets");
    told_there(35, "mailbox = \"yes\"", "`kind.mailbox` is the text \"yes\"", "true or false");
    told_there(32, "advice = true", "`kind.advice` is true", "one of \"recommended\"");
    told_there(32, "advice = [\"fits\"]", "`kind.advice` is a list", "one of \"recommended\"");
    told_there(86, "since = 2024-05-01", "a date without quotes", "in quotes");
    told_there(86, "since = \"spring\"", "the text \"spring\"", "a year, a month or a day");
    told_there(100, "loopback-ports = [8401, 70000]", "the number 70000", "from 0 to 65535");
}

#[test]
fn a_wrong_choice_is_told_with_the_right_ones() {
    told_there(6, "locale = \"en\"", "`locale` is \"en\"", "\"en-GB\", \"en-US\"");
    told_there(28, "family = \"mailbx\"", "`kind.family` is \"mailbx\"", "Perhaps \"mailbox\" is meant");
    told_there(34, "used-by = \"everyone\"", "\"everyone\"", "\"delegation\", \"shared-sign-in\"");
    told_there(58, "means = \"reads\"", "`right.means` is \"reads\"", "Perhaps \"read\"");
    told(
        &[(103, "role = \"them\""), (104, ""), (105, ""), (106, ""), (107, "")],
        103,
        "\"them\"",
        "\"me\", \"claim\"",
    );
    told(
        &[(103, "role = \"claim\""), (104, ""), (105, ""), (106, ""), (107, "")],
        103,
        "\"claim\"",
        "a table called `claim`",
    );
    told(
        &[(103, "role.me = {}"), (104, ""), (105, ""), (106, ""), (107, "")],
        103,
        "a table",
        "\"me\" in quotes, alone",
    );
}

#[test]
fn another_format_is_told_before_anything_else() {
    told(&[(1, "format = 2"), (3, "called = 1")], 1, "format 2", "It reads format 1");
    told(&[(1, "format = 0")], 1, "format 0", "It reads format 1");
    told(&[(1, "")], 1, "lacks `format`", "`format =`");
}

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
fn tokens_go_to_encrypted_addresses_only() {
    told_there(
        97,
        "issuer = \"http://login.northfield.example.edu\"",
        "unencrypted",
        "127.0.0.1, localhost and [::1]",
    );
    told_there(97, "issuer = \"http://127.0.0.1.example.edu\"", "unencrypted", "https://");
    told_there(97, "issuer = \"ftp://login.northfield.example.edu\"", "not an https address", "https://");
    told_there(97, "issuer = \"login.northfield.example.edu\"", "not an address", "https://");
    told_there(97, "issuer = \"https://login.northfield.example.edu/?x=1\"", "a ? or #", "https://");
    told_there(
        97,
        "issuer = \"https://a:b@login.northfield.example.edu\"",
        "username or password",
        "https://",
    );
    told_there(110, "base = \"http://accounts.northfield.example.edu\"", "unencrypted", "127.0.0.1");
    for loopback in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080/oidc"] {
        let text = with(&[(97, &format!("issuer = \"{loopback}\""))]);
        assert!(read(text).is_ok(), "{loopback} never leaves this computer (RFC 8252 section 8.3)");
    }
}

#[test]
fn the_rest_of_the_connection_is_checked_too() {
    told_there(98, "client-id = \"\"", "`client-id` is empty while others", "all three empty");
    told_there(110, "base = \"\"", "`base` is empty while others", "all three empty");
    told_there(99, "scopes = [\"profile\"]", "lacks \"openid\"", "Add \"openid\"");
    told_there(
        99,
        "scopes = [\"openid profile\"]",
        "\"openid profile\" is not one scope",
        "entry of its own",
    );
    told_there(100, "loopback-ports = [8401, 0]", "0 is not a port", "1 to 65535");
    told_there(100, "loopback-ports = [8401, 8401]", "listed twice", "once");
    told_there(100, "browser-seconds = 3601", "`browser-seconds` is 3601", "1 to 3600");
    told_there(100, "browser-seconds = 0", "`browser-seconds` is 0", "1 to 3600");
    told_there(101, "redirect-path = \"signed-in\"", "\"signed-in\" is not a path", "single /");
    told_there(111, "accounts-path = \"/a/../b\"", "is not a path", "single /");
    told_there(111, "accounts-path = \"//elsewhere.example.edu\"", "is not a path", "single /");
    told_there(102, "resource = \"accounts\"", "cannot be a `resource`", "absolute address");
    told(&[(106, "it-officer = []")], 104, "gives anybody a role", "`it-officer`");
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

#[test]
fn a_request_is_one_that_there_is() {
    told_there(
        125,
        "kind = \"new-acount\"",
        "`request.kind` is \"new-acount\", which is not one of its values",
        "Perhaps \"new-account\" is meant",
    );
    told_there(128, "who = [\"ownr\"]", "`request.who` is \"ownr\"", "Perhaps \"owner\" is meant");
    told_there(131, "proof = \"photo\"", "`request.proof` is \"photo\"", "\"record\", \"tried\", \"word\"");
    told_there(
        132,
        "polcy = \"Agreed.\"",
        "`request` has no field called `polcy`",
        "Perhaps `policy` is meant",
    );
    told(&[(131, "")], 124, "`request` lacks `proof`", "`proof =`");
    told_there(168, "kind = \"new-account\"", "\"new-account\" is the `kind` of two", "Keep one");
    told_there(128, "who = []", "Nobody may send this request", "at least one");
    told_there(128, "who = [\"owner\", \"owner\"]", "listed twice", "once");
    told_there(133, "sources = []", "No source is given", "[[source]]");
    told_there(133, "sources = [\"other\"]", "No source has the key \"other\"", "\"handbook\"");
    told_there(132, "campus-network = true", "how to get onto the campus network", "[campus-network]");
}

#[test]
fn a_request_is_for_kinds_that_there_are() {
    told_there(
        130,
        "account-kinds = [\"mailbx\"]",
        "No kind of account has the id \"mailbx\"",
        "\"mailbox\", \"machine\"",
    );
    told_there(130, "account-kinds = [\"mailbox\", \"mailbox\"]", "listed twice", "once");
    told_there(172, "account-kinds = [\"machine\"]", "Nobody is a delegate of \"machine\"", "Leave it out");
    told_there(162, "account-kinds = [\"mailbox\"]", "\"mailbox\" has no password to remove", "Leave it out");
    told(&[(162, "")], 158, "which kinds have a password to remove", "`account-kinds =`");
    told_there(163, "becomes = \"mailbx\"", "No kind of account has the id \"mailbx\"", "\"mailbox\"");
    told_there(163, "becomes = \"machine\"", "\"machine\" has a password as well", "`sign-in = false`");
    told(&[(163, "")], 158, "Nothing says what the account becomes", "`becomes =`");
    told_there(
        132,
        "becomes = \"mailbox\"",
        "does not change what kind an account is",
        "only \"remove-password\"",
    );
    let without_rights = (54..=60).chain(157..=165).map(|line| (line, ""));
    let no_delegation = [
        (28, "family = \"mailbox-and-sign-in\""),
        (34, "used-by = \"shared-sign-in\""),
        (36, "sign-in = true"),
    ];
    let changes: Vec<_> = without_rights.chain(no_delegation).collect();
    told(&changes, 168, "no right is defined that could be given", "[[right]]");
}

#[test]
fn a_policy_is_for_kinds_that_there_are() {
    let with_kinds = |kinds: &str| format!("policy = \"Agreed.\"\npolicy-kinds = {kinds}");
    assert!(read(with(&[(132, &with_kinds("[\"machine\"]"))])).is_ok());
    told_there(
        132,
        "policy-kinds = [\"machine\"]",
        "Nothing says what has to be accepted",
        "line that begins with `policy =`",
    );
    for (kinds, wrong, right) in [
        ("[\"machin\"]", "No kind of account has the id \"machin\"", "\"mailbox\", \"machine\""),
        ("[\"machine\", \"machine\"]", "\"machine\" is listed twice", "once"),
        ("[\"\"]", "`request.policy-kinds` is empty", "leave the line out"),
    ] {
        told(&[(132, &with_kinds(kinds))], 133, wrong, right);
    }
    let only_mailboxes = (130, "account-kinds = [\"mailbox\"]");
    let machines = with_kinds("[\"machine\"]");
    told(&[only_mailboxes, (132, &machines)], 133, "never about \"machine\"", "Leave it out");
    let after_removal =
        |kind: &str| format!("policy = \"Agreed.\"\npolicy-kinds = [\"{kind}\"]\nproof = \"record\"");
    told(&[(164, &after_removal("machine"))], 165, "never about \"machine\"", "afterwards");
    assert!(read(with(&[(164, &after_removal("mailbox"))])).is_ok(), "what it has become");
}

#[test]
fn a_question_is_asked_for_kinds_that_there_are() {
    assert!(read(with(&[(144, "x-kinds = [\"machine\"]")])).is_ok());
    told_there(
        144,
        "x-kinds = [\"mailbx\"]",
        "No kind of account has the id \"mailbx\"",
        "\"mailbox\", \"machine\"",
    );
    told_there(144, "x-kinds = [\"mailbox\", \"mailbox\"]", "\"mailbox\" is listed twice", "once");
    told_there(144, "x-kinds = \"mailbox\"", "is the text \"mailbox\"", "a list in square brackets");
    told(
        &[(130, "account-kinds = [\"mailbox\"]"), (144, "x-kinds = [\"machine\"]")],
        144,
        "never about \"machine\"",
        "Leave it out",
    );
}

#[test]
fn a_discouraged_kind_is_asked_for_with_a_reason() {
    let discouraged = (47, "advice = \"discouraged\"\nadvice-reason = \"Passwords travel.\"");
    told(&[discouraged], 126, "\"machine\" is discouraged", "question `reason`");
    let counted = [discouraged, (138, ""), (146, "[request.form.properties.reason]")];
    told(&counted, 149, "A reason is given in words", "`type = \"string\"`");
    let said = with(&[discouraged, (140, "[request.form.properties.reason]"), (137, ""), (138, "")]);
    assert!(read(&said).is_ok());
    let asked_for = |kind: &str| said.replace("maxLength = 200", &format!("x-kinds = [\"{kind}\"]"));
    assert!(read(asked_for("machine")).is_ok(), "others need not say why");
    let problem = read(asked_for("mailbox")).expect_err("who wants a machine is not asked why");
    assert!(problem.wrong.contains("is not asked why it is wanted"), "{problem}");
    assert!(read(with(&[discouraged, (130, "account-kinds = [\"mailbox\"]")])).is_ok(), "it is not offered");
}

#[test]
fn a_form_is_a_schema_that_can_be_shown() {
    told_there(136, "type = \"array\"", "`request.form.type` is \"array\"", "It takes \"object\"");
    told(&[(136, "")], 135, "`request.form` lacks `type`", "`type =`");
    let mut empty: Vec<_> = (137..=155).map(|line| (line, "")).collect();
    told(&empty, 135, "`request.form` lacks `properties`", "`[request.form.properties.name]`");
    empty.push((137, "properties = {}"));
    told(&empty, 135, "This form asks nothing", "`[request.form.properties.name]`");
    told_there(
        137,
        "additionalProperties = true",
        "`request.form` has no field called `additionalProperties`",
        "It takes `type`, `required`, `properties`, `property-order`",
    );
    told_there(137, "required = [\"purpos\"]", "`required` names \"purpos\"", "\"days\", \"purpose\"");
    told_there(137, "required = [\"days\", \"days\"]", "listed twice in `required`", "once");
    told_there(
        138,
        "property-order = [\"purpose\", \"day\"]",
        "`property-order` names \"day\", which is no question",
        "\"days\"",
    );
    told_there(138, "property-order = [\"days\", \"days\"]", "twice in `property-order`", "once");
    told_there(152, "[request.form.properties.Sort_1]", "\"Sort_1\" cannot be an identifier", "lower-case");
    told_there(
        143,
        "type = \"number\"",
        "`request.form.properties.purpose.type` is \"number\"",
        "\"integer\"",
    );
    told_there(143, "type = [\"string\"]", "is a list", "\"string\", \"boolean\", \"integer\"");
    told(&[(141, "")], 140, "`request.form.properties.purpose` lacks `title`", "`title =`");
    told_there(141, "title = \" \"", "`request.form.properties.purpose.title` is empty", "readers");
    told_there(144, "maxlength = 9", "has no field called `maxlength`", "Perhaps `maxLength` is meant");
    told_there(144, "\"$ref\" = \"#\"", "has no field called `$ref`", "It takes `type`, `title`");
}

#[test]
fn what_a_question_takes_goes_with_its_sort() {
    told_there(144, "maxLength = 0", "`maxLength` is 0", "at least 1");
    told_there(144, "maxLength = -1", "the number -1", "a whole number");
    told_there(144, "minimum = 1", "`minimum` does not go with", "of type \"integer\"");
    told_there(144, "pattern = \"(\"", "`pattern` is not a regular expression", "as in JSON Schema");
    told_there(144, "pattern = \"^(?=a)\"", "`pattern` is not a regular expression", "ahead or back");
    told_there(144, "format = \"email\"", "`request.form.properties.purpose.format`", "It takes \"date\"");
    told(&[(142, "format = \"date\"")], 144, "`maxLength` does not go with", "a text without choices");
    told_there(149, "x-long = true", "`x-long` does not go with", "a text");
    told_there(149, "format = \"date\"", "`format` does not go with", "a day");
    told(&[(149, "minimum = 40")], 150, "`maximum` is 30, less than `minimum`, which is 40", "`maximum`");
    told_there(149, "minimum = \"1\"", "is the text \"1\"", "a whole number");
    told_there(155, "oneOf = []", "nothing to choose from", "List");
    told_there(155, "enum = [\"one\", \"two\", \"one\"]", "\"one\" can be chosen twice", "value of its own");
    told_there(155, "oneOf = [{ const = \"one\" }]", "lacks `title`", "`title =`");
    told_there(155, "oneOf = [{ const = 1, title = \"One\" }]", "is the number 1", "text in double quotes");
    told(&[(154, "type = \"boolean\"")], 155, "`oneOf` does not go with", "a choice");
    told(
        &[(153, "title = \"Sort\"\nenum = [\"one\"]")],
        156,
        "given twice, as `enum` and as `oneOf`",
        "Keep one",
    );
}

#[test]
fn of_two_mistakes_the_first_one_in_the_file_is_told() {
    told(&[(8, "offline-days = 0"), (71, "min = 0")], 8, "offline-days", "at least 1");
    told(&[(35, "mailbox = 1"), (72, "max = true")], 35, "mailbox", "true or false");
}

#[test]
fn what_is_no_profile_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &Path, wrong: &str, right: &str| {
        let problem = load(path).expect_err("not a profile");
        assert_eq!(problem.line, None, "{problem}");
        assert!(problem.wrong.contains(wrong) && problem.right.contains(right), "{problem}");
    };
    at(folder.path(), "no profile.toml", "called profile.toml");
    at(&folder.path().join("absent"), "nothing by this name", "Check the path");

    let large = folder.path().join("large.toml");
    fs::File::create(&large).unwrap().set_len(MOST_BYTES + 1).unwrap();
    at(&large, "too large", "1 MiB");

    let odd = folder.path().join("odd");
    fs::create_dir_all(odd.join(FILE_NAME)).unwrap();
    at(&odd, "is not a file", "where that name is a file");

    let empty = folder.path().join("empty.toml");
    fs::write(&empty, "").unwrap();
    assert!(load(&empty).expect_err("an empty file").wrong.contains("lacks `format`"));
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_not_waited_for() {
    let problem = load(Path::new("/dev/zero")).expect_err("it has no end");
    assert!(problem.wrong.contains("neither a file nor a folder"), "{problem}");
}

#[test]
fn text_that_is_not_utf_8_is_told_where_it_begins() {
    let mut bytes = with(&[(3, "name = \"Sm?r University\"")]).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xF8;
    let problem = read(&bytes).expect_err("Latin-1");
    assert_eq!((problem.line, problem.column), (Some(3), Some(11)), "{problem}");
    assert!(problem.right.contains("UTF-8"), "{problem}");
}

mod any_text {
    use super::{SOUND, read};
    use proptest::prelude::*;

    proptest! {
        /// Whatever is broken off, put in or doubled: a message with a place inside the file, or a profile.
        #[test]
        fn is_answered(cut in 0..SOUND.len(), put in "[ -~\n]{0,12}", skip in 0..40_usize) {
            let rest = SOUND.get((cut + skip).min(SOUND.len())..).unwrap_or_default();
            let text = format!("{}{put}{rest}", &SOUND[..cut]);
            if let Err(problem) = read(&text) {
                let lines = u32::try_from(text.matches('\n').count() + 1).unwrap();
                prop_assert!(problem.line.is_some_and(|line| (1..=lines).contains(&line)), "{}", problem);
                prop_assert!(!problem.wrong.is_empty() && !problem.right.is_empty());
            }
        }
    }
}

//! What is not TOML, and fields that are missing, unknown or of another type.

use super::{read, told, told_there, with};

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

//! Requests, their policies and their forms.

use super::{read, told, told_there, with};

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
    told_there(131, "proof = \"answer\"", "\"new-account\" is carried out", "\"record\"");
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
fn a_name_has_a_proof_of_its_own_only_beside_something_else() {
    let own = |proof: &str| format!("proof = \"word\"\nname-proof = \"{proof}\"");
    let details = (125, "kind = \"set-details\"");
    assert!(read(with(&[details, (131, &own("record"))])).is_ok());
    told(&[(131, &own("record"))], 132, "\"new-account\" has no name beside", "Leave this line out");
    told(&[details, (131, &own("answer"))], 132, "an answer is no proof", "\"record\"");
    let without_form =
        [(164, own("record")), (158, "kind = \"set-details\"".to_owned()), (163, String::new())];
    let without_form = without_form.each_ref().map(|(line, text)| (*line, text.as_str()));
    told(&without_form, 165, "\"set-details\" has no name beside", "Leave this line out");
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
fn a_group_asks_for_kinds_that_can_be_asked_for() {
    let team = |kinds: &str| format!("team = [{{ name = \"Clubs\", account-kinds = {kinds} }}]");
    assert!(read(with(&[(132, &team("[\"machine\"]"))])).is_ok());
    told_there(
        132,
        &team("[\"machin\"]"),
        "No kind of account has the id \"machin\"",
        "\"mailbox\", \"machine\"",
    );
    told_there(132, &team("[\"machine\", \"machine\"]"), "\"machine\" is listed twice", "one group");
    told_there(132, &team("[]"), "which kinds this group asks for", "at least one");
    told_there(132, "team = [{ account-kinds = [\"machine\"] }]", "lacks `name`", "`name =`");
    let only_mailboxes = (130, "account-kinds = [\"mailbox\"]");
    let wrong = "\"machine\" cannot be asked for here";
    told(&[only_mailboxes, (132, &team("[\"machine\"]"))], 132, wrong, "`account-kinds` of the request");
    let of_access = format!("proof = \"record\"\n{}", team("[\"mailbox\"]"));
    told(&[(173, &of_access)], 174, "about an account that has an owner", "only a \"new-account\"");
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
fn what_a_choice_needs_is_another_question() {
    let needs =
        |needed: &str| format!("oneOf = [{{ const = \"one\", title = \"One\", x-needs = {needed} }}]");
    assert!(read(with(&[(155, &needs("\"purpose\""))])).is_ok());
    let own = "A choice cannot need the question that it answers";
    told_there(155, &needs("\"sort\""), own, "Name another question");
    let none = "`x-needs` names \"purpos\", which is no question";
    told_there(155, &needs("\"purpos\""), none, "\"days\", \"purpose\"");
    told_there(
        155,
        &needs("\" \""),
        "`request.form.properties.sort.oneOf.x-needs` is empty",
        "leave the line out",
    );
    told_there(155, &needs("[\"purpose\"]"), "is a list", "text in double quotes");
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
    told_there(149, "x-title = true", "`x-title` does not go with", "a text");
    told(&[(144, "x-long = true\nx-title = true")], 145, "called by a text of several lines", "`x-long` out");
    let second = [(144, "x-title = true"), (148, "type = \"string\""), (149, "x-title = true"), (150, "")];
    told(&second, 144, "Two questions of this form have `x-title`", "Leave it with the one");
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

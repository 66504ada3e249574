//! Every kind of request by keyboard alone, from what is offered until its proof, at both institutions.
#![expect(clippy::print_stdout, reason = "it prints what it went through")]

use crate::{
    asking::{WITH_DESK, approve, with_nothing_to_wait_for},
    steps::{at_the_check, open_account, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring, Window},
};
use Step::{Choose, Down, Press, See, Tick, Type, Unfold};

/// Presses of Tab after which nobody would look any further.
const FAR: usize = 80;

/// What somebody does in a form.
enum Step {
    Type(&'static str, &'static str),
    /// Somebody, by what is typed of their name.
    Choose(&'static str, &'static str, &'static str),
    /// A box, or the first of several kinds or choices.
    Tick(&'static str),
    /// So many further down from the first of several.
    Down(&'static str, usize),
    Press(&'static str),
    /// What is folded away.
    Unfold(&'static str),
    See(&'static str),
}

struct Asked {
    kind: &'static str,
    /// Empty: it concerns none.
    account: &'static str,
    form: &'static [Step],
    /// It is asked once more before it goes.
    sure: bool,
    end: &'static str,
}

const fn asked(kind: &'static str, account: &'static str, form: &'static [Step], end: &'static str) -> Asked {
    Asked { kind, account, form, sure: false, end }
}

const fn asked_twice(
    kind: &'static str,
    account: &'static str,
    form: &'static [Step],
    end: &'static str,
) -> Asked {
    Asked { kind, account, form, sure: true, end }
}

const CHECKED: &str = "Checked working";
const SAID: &str = "They say it is done";

const BY_AN_OWNER_AT_OXFORD: &[Asked] = &[
    asked("set-details", "enquiries", &[Type("#display-name", "Earth enquiries")], CHECKED),
    asked(
        "change-access",
        "enquiries",
        &[
            Choose("[role=combobox]", "leonie", "Student Services"),
            See("What should Leonie Strake be able to do?"),
            Tick("fieldset input[type=radio]"),
        ],
        CHECKED,
    ),
    asked("renew", "outreach", &[Type("#ends", "31 January 2028"), See("Monday")], CHECKED),
    asked_twice(
        "remove-password",
        "outreach",
        &[
            See("What stops"),
            Choose("[role=combobox]", "tomasz", "Birkwood"),
            See("What should Tomasz Birkwood be able to do?"),
            Tick("fieldset input[type=radio]"),
        ],
        CHECKED,
    ),
    asked("set-booking", "basalt-room", &[Type("#q-days-ahead", "90")], "It works"),
    asked("close", "labdata", &[], CHECKED),
    asked_twice("hand-over", "seminars", &[Choose("#owner", "idris", "Penhallow")], SAID),
    asked("ask-desk", "", &[Type("#q-subject", "Too much spam"), Type("#q-message", "Since Monday.")], SAID),
];

/// What a choice begins with chooses it.
const PURPOSE: Step = Type("#q-purpose", "Sev");

const BY_AN_IT_OFFICER_AT_OXFORD: &[Asked] = &[
    asked(
        "new-account",
        "",
        &[
            Type("#username", "eartclub"),
            See("eartclub is free."),
            Type("#display-name", "Earth club"),
            Choose("#owner", "tomasz", "Birkwood"),
            See("Choose somebody else"),
            PURPOSE,
        ],
        CHECKED,
    ),
    // An exception: it says why, and until when.
    asked(
        "new-account",
        "",
        &[
            Unfold("details summary"),
            Down("input[type=radio][name=kind]", 2),
            See("A password that several people know is a security risk"),
            Type("#q-reason", "The microscope writes mail itself."),
            Type("#ends", "31 January 2028"),
            See("Monday"),
            Type("#username", "eartscop"),
            See("eartscop is free."),
            Type("#display-name", "Microscope"),
            Choose("#owner", "tomasz", "Birkwood"),
            See("Choose somebody else"),
            PURPOSE,
            Tick("#policy"),
        ],
        CHECKED,
    ),
    asked(
        "new-account",
        "",
        &[
            Unfold("details summary"),
            Down("input[type=radio][name=kind]", 1),
            See("Information Officer"),
            Type("#username", "eartscan"),
            See("eartscan is free."),
            Type("#display-name", "Scanner"),
            Choose("#owner", "tomasz", "Birkwood"),
            See("Choose somebody else"),
            PURPOSE,
            Tick("#policy"),
        ],
        CHECKED,
    ),
];

const AT_BOULDER: &[Asked] = &[
    asked(
        "new-account",
        "",
        &[
            See("can be reached from here"),
            Tick("input[type=radio][name=kind]"),
            Type("#username", "earthclub"),
            See("earthclub is free."),
            Type("#display-name", "Earth club"),
            Press("I will be the owner"),
            Type("#q-department", "Earth Sciences"),
            Type("#q-purpose", "Mail for the club."),
        ],
        CHECKED,
    ),
    asked(
        "new-account",
        "",
        &[
            See("can be reached from here"),
            Down("input[type=radio][name=kind]", 1),
            See("Student's name"),
            Type("#username", "mapdesk"),
            See("mapdesk is free."),
            Type("#display-name", "Map desk"),
            Press("I will be the owner"),
            Type("#q-department", "Earth Sciences"),
            Type("#q-purpose", "A student answers its mail."),
            Type("#q-student-name", "Wren Abara"),
            Type("#q-supervisor", "Maren Tolliver"),
        ],
        CHECKED,
    ),
    asked("activate", "basaltroom", &[Tick("#policy")], CHECKED),
    asked("set-details", "enquiries", &[Type("#q-delivery", "earth-office@campus.example.edu")], SAID),
    // A name alone is seen in the record.
    asked("set-details", "outreach", &[Type("#display-name", "Earth outreach")], CHECKED),
    asked("renew", "outreach", &[Type("#ends", "31 January 2028"), See("Monday")], CHECKED),
    asked("close", "labdata", &[], CHECKED),
    asked_twice("hand-over", "seminars", &[Choose("#owner", "idris", "Penhallow")], SAID),
    asked("ask-desk", "", &[Type("#q-subject", "A question"), Type("#q-message", "Who may own one?")], SAID),
];

const BY_THE_CENTER_AT_BOULDER: &[Asked] = &[asked(
    "new-account",
    "",
    &[
        See("can be reached from here"),
        Down("input[type=radio][name=kind]", 1),
        See("there is nobody to choose"),
        Type("#username", "rowingclub"),
        See("rowingclub is free."),
        Type("#display-name", "Rowing club"),
        Type("#q-department", "Rowing club"),
        Type("#q-purpose", "Mail for the club."),
    ],
    CHECKED,
)];

/// The account, signed in with its own username and password (B11).
const BY_THE_ACCOUNT_AT_BOULDER: &[Asked] =
    &[asked("set-details", "outreach", &[Type("#q-addresses", "earth-outreach@campus.example.edu")], SAID)];

/// Tab to a link or a button, and Enter.
async fn follow(window: &Window, by: By<'_>) {
    window.find(by.clone()).await;
    window.tab_to(by, FAR).await;
    window.press("Enter").await;
}

async fn at_form(window: &Window, Asked { kind, account, .. }: &Asked) {
    if account.is_empty() {
        window.press("Control+3").await;
        follow(window, By::Css("main a[href='#/ask']")).await;
    } else {
        open_account(window, account, account).await;
        follow(window, By::Css("main a[href$='/ask']")).await;
    }
    let form = if *kind == "change-access" {
        "a[href$='/change']".to_owned()
    } else {
        format!("a[href$='/ask/{kind}']")
    };
    follow(window, By::Css(&form)).await;
    window.find(By::button("Continue")).await;
}

async fn take(window: &Window, step: &Step) {
    match step {
        Type(field, text) => {
            window.find(By::Css(field)).await;
            window.tab_to(By::Css(field), FAR).await;
            window.write(text).await;
        }
        Choose(field, typed, name) => {
            window.find(By::Css(field)).await;
            window.tab_to(By::Css(field), FAR).await;
            window.write(typed).await;
            window.wait_for_text(name).await;
            window.press("ArrowDown").await;
            window.press("Enter").await;
        }
        Tick(field) => {
            window.tab_to(By::Css(field), FAR).await;
            window.press("Space").await;
        }
        Down(field, times) => {
            window.tab_to(By::Css(field), FAR).await;
            for _ in 0..*times {
                window.press("ArrowDown").await;
            }
        }
        Press(button) => follow(window, By::button(button)).await,
        Unfold(summary) => follow(window, By::Css(summary)).await,
        See(text) => window.wait_for_text(text).await,
    }
}

/// Each of `all`, from the list to its proof. Axe-core looks at the form, the check page and the end of each.
async fn ask(campus: &Campus, clerk: &str, username: &str, all: &[Asked]) {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, campus, username).await;
    for one in all {
        let Asked { kind, form, sure, end, .. } = one;
        at_form(&window, one).await;
        for step in *form {
            take(&window, step).await;
        }
        window.axe(&format!("the form of {kind}")).await;
        follow(&window, By::button("Continue")).await;
        at_the_check(&window).await;
        window.axe(&format!("the check of {kind}")).await;
        window.press("Control+Enter").await;
        if *sure {
            // The way back comes first: Tab leads to the act.
            follow(&window, By::Css("dialog[open] .danger")).await;
        }
        window.wait_for_text(WITH_DESK).await;
        approve(campus, clerk).await;
        window.press("u").await;
        if *end == "It works" {
            follow(&window, By::button("It works")).await;
            window.wait_for_text("You tried it").await;
        } else {
            window.wait_for_text(end).await;
        }
        window.axe(&format!("the end of {kind}")).await;
        println!("{kind} by {username}, by keyboard alone, to its proof");
    }
}

#[tokio::test]
async fn at_oxford_each_request_goes_through_to_its_proof() {
    let (campus, clerk) = with_nothing_to_wait_for("oxford").await;
    ask(&campus, &clerk, "eart0001", BY_AN_OWNER_AT_OXFORD).await;
    ask(&campus, &clerk, "eart0007", BY_AN_IT_OFFICER_AT_OXFORD).await;
}

#[tokio::test]
async fn at_boulder_each_request_goes_through_to_its_proof() {
    let (campus, clerk) = with_nothing_to_wait_for("boulder").await;
    ask(&campus, &clerk, "mato1001", AT_BOULDER).await;
    ask(&campus, &clerk, "lest0224", BY_THE_CENTER_AT_BOULDER).await;
    ask(&campus, &clerk, "outreach", BY_THE_ACCOUNT_AT_BOULDER).await;
}

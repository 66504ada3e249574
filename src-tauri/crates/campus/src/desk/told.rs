//! Faults that the rules find, in words.

use accounts::{NameFault, NoPlan};
use institutions::AnswerFault;

/// A reason as a sentence.
pub(super) fn no_plan(problem: &NoPlan) -> String {
    sentence(&problem.to_string())
}

/// What is wrong with a username, all of it.
pub(super) fn name(faults: &[NameFault]) -> String {
    let told = faults.iter().map(|fault| match fault {
        NameFault::Empty => "A username is missing.".to_owned(),
        NameFault::TooShort { min } => format!("A username has at least {min} characters."),
        NameFault::TooLong { max } => format!("A username has at most {max} characters."),
        NameFault::NotAllowed { characters, looks_alike } => {
            let all =
                characters.iter().map(|character| format!("“{character}”")).collect::<Vec<_>>().join(", ");
            let why = if *looks_alike { ", which only looks like a plain letter" } else { "" };
            format!("No username has {all}{why}.")
        }
        NameFault::StartsOtherwise => "A username begins with a letter.".to_owned(),
        NameFault::OtherPrefix { prefix } => {
            format!("A username of this unit begins with “{prefix}”, the unit's code.")
        }
    });
    told.collect::<Vec<_>>().join(" ")
}

/// What is wrong with an answer: for programs, and for people.
pub(super) fn answer(fault: &AnswerFault) -> (&'static str, String) {
    match fault {
        AnswerFault::Missing => ("missing", "This has to be answered.".to_owned()),
        AnswerFault::TooLong { max } => ("too-long", format!("This is longer than {max} characters.")),
        AnswerFault::TooSmall { min } => ("too-small", format!("This has to be {min} or more.")),
        AnswerFault::TooLarge { max } => ("too-large", format!("This has to be {max} or less.")),
        AnswerFault::NotADay => ("not-a-day", "This has to be a day such as 2027-01-31.".to_owned()),
        AnswerFault::NotANumber => ("not-a-number", "This has to be a whole number.".to_owned()),
        AnswerFault::NotAllowed => ("not-allowed", "The institution's form does not take this.".to_owned()),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

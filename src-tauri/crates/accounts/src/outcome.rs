//! What a set of rights comes to, for a sentence in plain words (O3).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a right lets its holder do. A profile says which of its rights means what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Open the mailbox, read and file everything in it.
    Read,
    /// Write as if the account itself had written.
    SendAs,
    /// Write on the account's behalf, with one's own name shown too.
    SendOnBehalf,
    /// The mailbox appears in Outlook without being added.
    OpensByItself,
    /// Book the room or the equipment.
    Book,
    /// Decide what others ask to book.
    ApproveBookings,
}

/// What a set of rights comes to. Words for each live with the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Nothing,
    ReadsCannotSend,
    ReadsAndWritesAs,
    ReadsAndWritesOnBehalf,
    /// Both sending rights: mail goes out as the account, "on behalf" has no effect.
    ReadsAndWritesAsBoth,
    /// Sends without being able to read: usually a slip.
    SendsCannotRead,
    /// Only "opens by itself", which shows a mailbox that cannot be opened.
    OpensNothing,
    Books,
    ApprovesBookings,
}

/// What holding `meanings` together comes to.
pub fn outcome(meanings: &[Meaning]) -> Outcome {
    let has = |meaning| meanings.contains(&meaning);
    let sends = (has(Meaning::SendAs), has(Meaning::SendOnBehalf));
    match (has(Meaning::Read), sends) {
        (true, (true, true)) => Outcome::ReadsAndWritesAsBoth,
        (true, (true, false)) => Outcome::ReadsAndWritesAs,
        (true, (false, true)) => Outcome::ReadsAndWritesOnBehalf,
        (true, (false, false)) => Outcome::ReadsCannotSend,
        (false, (false, false)) if has(Meaning::ApproveBookings) => Outcome::ApprovesBookings,
        (false, (false, false)) if has(Meaning::Book) => Outcome::Books,
        (false, (false, false)) if has(Meaning::OpensByItself) => Outcome::OpensNothing,
        (false, (false, false)) => Outcome::Nothing,
        (false, _) => Outcome::SendsCannotRead,
    }
}

/// Whether a right among these lets its holder send, in whichever name.
pub fn can_send(meanings: &[Meaning]) -> bool {
    meanings.iter().any(|meaning| matches!(meaning, Meaning::SendAs | Meaning::SendOnBehalf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sending_without_reading_is_named_as_such() {
        assert_eq!(outcome(&[Meaning::SendAs]), Outcome::SendsCannotRead);
        assert_eq!(outcome(&[Meaning::SendOnBehalf, Meaning::OpensByItself]), Outcome::SendsCannotRead);
    }

    #[test]
    fn both_sending_rights_are_told_apart_from_one() {
        let all = [Meaning::Read, Meaning::SendAs, Meaning::SendOnBehalf];
        assert_eq!(outcome(&all), Outcome::ReadsAndWritesAsBoth);
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(picks in proptest::collection::vec(0usize..6, 0..8)) {
            let all = [Meaning::Read, Meaning::SendAs, Meaning::SendOnBehalf, Meaning::OpensByItself, Meaning::Book,
                Meaning::ApproveBookings];
            let meanings: Vec<_> = picks.iter().map(|i| all[*i]).collect();
            let mut other: Vec<_> = meanings.iter().rev().copied().collect();
            other.extend(meanings.iter().copied());
            prop_assert_eq!(outcome(&meanings), outcome(&other));
        }
    }
}

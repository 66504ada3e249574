//! The rules of sending: never lost, never twice, and nothing believed that was not read back.

use crate::{Abilities, Error, Submission, Ticket};
use accounts::{AccessChange, PersonId, RightId, Wish};

/// A desk, as far as sending needs one.
pub trait Desk {
    /// Asks what it can do: also how it is found out, before anything is sent, that it answers.
    fn abilities(&self) -> impl Future<Output = Result<Abilities, Error>> + Send;
    /// The request that carries the submission's id, if it has arrived.
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Ticket>, Error>> + Send;
    /// Sends, and gives the reference.
    fn submit(&self, submission: &Submission) -> impl Future<Output = Result<String, Error>> + Send;
    fn read(&self, reference: &str) -> impl Future<Output = Result<Ticket, Error>> + Send;
}

/// What a try to send came to.
#[derive(Debug)]
pub enum Delivery {
    /// There, and as it was sent.
    Arrived(Box<Ticket>),
    /// There, with less than was sent: what is missing.
    InPart { ticket: Box<Ticket>, missing: Wish },
    /// Refused in whole: the desk's own reasons. Sending the same again makes no sense.
    NotTaken(Error),
    /// The account has changed: rights as they are now.
    Conflict { now: Vec<(PersonId, Vec<RightId>)> },
    /// Nothing was sent; later.
    NotSent(Error),
    /// Sent, and not known whether it arrived. To be looked for before it is ever sent again.
    NotKnown(Error),
}

/// Sends `submission` unless it is there already.
///
/// `may_have_arrived`: an earlier try was begun and its end is not known. `before_sending` is called right before anything
/// leaves, to keep durably that a try was begun; where it fails nothing is sent.
pub async fn deliver<D: Desk + Sync>(
    desk: &D,
    submission: &Submission,
    may_have_arrived: bool,
    before_sending: impl FnOnce() -> Result<(), Error>,
) -> Delivery {
    let not_sent =
        |error| if may_have_arrived { Delivery::NotKnown(error) } else { Delivery::NotSent(error) };
    let abilities = match desk.abilities().await {
        Ok(abilities) => abilities,
        Err(error) => return not_sent(error),
    };
    if may_have_arrived {
        if !abilities.finds_by_id {
            return Delivery::NotKnown(Error::NotUsable("it cannot be searched for what was sent".into()));
        }
        match desk.find(&submission.id).await {
            Ok(Some(ticket)) => return compared(submission, ticket),
            Ok(None) => {}
            Err(error) => return Delivery::NotKnown(error),
        }
    }
    if let Err(error) = before_sending() {
        return not_sent(error);
    }
    let reference = match desk.submit(submission).await {
        Ok(reference) => reference,
        Err(Error::Conflict { now }) => return Delivery::Conflict { now },
        Err(error) if error.is_unclear() => return Delivery::NotKnown(error),
        Err(error @ (Error::Unauthorized | Error::Later { .. } | Error::BadAddress(_))) => {
            return Delivery::NotSent(error);
        }
        Err(error) => return Delivery::NotTaken(error),
    };
    match desk.read(&reference).await {
        Ok(ticket) => compared(submission, ticket),
        // A reference is no proof: it is looked for again.
        Err(error) => Delivery::NotKnown(error),
    }
}

/// Holds what a desk took against what was sent.
fn compared(submission: &Submission, ticket: Ticket) -> Delivery {
    if ticket.id != submission.id || ticket.account != submission.account {
        return Delivery::NotKnown(Error::NotUsable("it answers with another request".into()));
    }
    match missing(&submission.wish, &ticket) {
        None => Delivery::Arrived(Box::new(ticket)),
        Some(missing) => Delivery::InPart { ticket: Box::new(ticket), missing },
    }
}

/// What of `wish` a desk did not take as it was sent. `None`: all of it was, and nothing beside.
///
/// Whatever it took beside counts as a change that should not be: named with no more than the wish says of it.
pub fn missing(wish: &Wish, ticket: &Ticket) -> Option<Wish> {
    let (Wish::ChangeAccess { changes }, Wish::ChangeAccess { changes: taken }) = (wish, &ticket.wish);
    let is_same = |one: &AccessChange, other: &AccessChange| {
        let within = |a: &[RightId], b: &[RightId]| a.iter().all(|right| b.contains(right));
        one.to.who.id == other.to.who.id
            && within(&one.rights, &other.rights)
            && within(&other.rights, &one.rights)
    };
    let lacks = |of: &[AccessChange], change: &AccessChange| !of.iter().any(|other| is_same(other, change));
    let untaken = changes.iter().filter(|change| lacks(taken, change));
    let unasked = taken.iter().filter(|change| lacks(changes, change) && !named(changes, change));
    let differing: Vec<_> = untaken.chain(unasked).cloned().collect();
    (!differing.is_empty()).then_some(Wish::ChangeAccess { changes: differing })
}

fn named(changes: &[AccessChange], change: &AccessChange) -> bool {
    changes.iter().any(|other| other.to.who.id == change.to.who.id)
}

//! The rules of sending: never lost, never twice, and nothing believed that was not read back.

use crate::{Abilities, Changed, Error, Submission, Ticket};
use accounts::differing;

/// A desk, as far as sending needs one.
pub trait Desk {
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
    /// There, and otherwise than it was sent: what differs is worked out from the ticket.
    InPart(Box<Ticket>),
    /// Refused in whole: the desk's own reasons. Sending the same again makes no sense.
    NotTaken(Error),
    /// The account has changed, in this as far as the desk says.
    Conflict(Changed),
    /// Nothing left this computer: it could not be kept, or was not to be, that a try was begun.
    NotBegun,
    /// Nothing was taken, for a reason that has nothing to do with what was sent: it waits.
    NotSent(Error),
    /// Sent, and not known whether it arrived. To be looked for before it is ever sent again.
    NotKnown(Error),
}

/// Sends `submission`, at a desk that was just asked what it `can` do, unless it is there already.
///
/// `may_have_arrived`: an earlier try was begun and its end is not known. `begin` is called right before anything leaves, to
/// keep durably that a try was begun; where it answers `false` nothing is sent.
pub async fn deliver<D: Desk + Sync>(
    desk: &D,
    can: Abilities,
    submission: &Submission,
    may_have_arrived: bool,
    begin: impl FnOnce() -> bool,
) -> Delivery {
    if may_have_arrived {
        if !can.finds_by_id {
            return Delivery::NotKnown(Error::NotSearchable);
        }
        match desk.find(&submission.id).await {
            Ok(Some(ticket)) => return compared(submission, ticket),
            Ok(None) => {}
            Err(error) => return Delivery::NotKnown(error),
        }
    }
    if !begin() {
        return Delivery::NotBegun;
    }
    let reference = match desk.submit(submission).await {
        Ok(reference) => reference,
        Err(Error::Conflict(changed)) => return Delivery::Conflict(changed),
        // Whether it has it is for the desk itself to tell.
        Err(refusal) if refusal.says_that_it_is_there() => {
            if !can.finds_by_id {
                return Delivery::NotKnown(refusal);
            }
            return match desk.find(&submission.id).await {
                Ok(Some(ticket)) => compared(submission, ticket),
                Ok(None) => Delivery::NotTaken(refusal),
                Err(error) => Delivery::NotKnown(error),
            };
        }
        Err(error) if error.is_unclear() => return Delivery::NotKnown(error),
        Err(
            error @ (Error::NoCertificates(_)
            | Error::Unauthorized
            | Error::InsufficientScope
            | Error::Later { .. }
            | Error::BadAddress(_)),
        ) => return Delivery::NotSent(error),
        Err(error) => return Delivery::NotTaken(error),
    };
    match desk.read(&reference).await {
        Ok(ticket) => compared(submission, ticket),
        Err(Error::NotThere) => {
            Delivery::NotKnown(Error::NotUsable("it does not know its own reference".into()))
        }
        // A reference is no proof: it is looked for again.
        Err(error) => Delivery::NotKnown(error),
    }
}

/// Holds what a desk took against what was sent.
fn compared(submission: &Submission, ticket: Ticket) -> Delivery {
    // Where there was none to name, the desk says which one it is to be.
    let is_other = submission.account.is_some() && ticket.account != submission.account;
    if ticket.id != submission.id || is_other {
        return Delivery::NotKnown(Error::NotUsable("it answers with another request".into()));
    }
    if differing(&submission.wish, &ticket.wish).is_none() && submission.left_out_of(&ticket).is_nothing() {
        Delivery::Arrived(Box::new(ticket))
    } else {
        Delivery::InPart(Box::new(ticket))
    }
}

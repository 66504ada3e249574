//! What a try to send, a ticket and the record make of a request.

use super::{
    entry::{Entry, EntryStage, LATE},
    refused,
};
use crate::{
    open::Open,
    view::{Problem, RequestEventKind},
};
use accounts::{Access, Edit, RequestKind};
use desk::{Delivery, Error, Stage};

pub(super) fn is_done(entry: &Entry) -> bool {
    entry.ticket.as_ref().is_some_and(|ticket| matches!(ticket.stage, Stage::Done { .. }))
}

/// Whether the record, which was just read, shows what was asked for. Then it is checked working.
pub(super) fn see(open: &Open, entry: &mut Entry) -> Result<(), Problem> {
    let stored = entry.shown_by().map(|id| open.shown().account(id)).transpose()?.flatten();
    let now = open.now();
    let done = entry.ticket.as_ref().and_then(|ticket| match ticket.stage {
        Stage::Done { at } => Some(at),
        _ => None,
    });
    let Some(stored) = stored else {
        // Handed over, the record says no more to whoever asked. Otherwise it may only be slower than the desk.
        let is_late = done.is_some_and(|at| now.duration_since(at) > LATE);
        entry.out_of_sight = is_late || entry.wish.kind == RequestKind::HandOver;
        return Ok(());
    };
    if entry.wish.edits.is_empty() {
        // There is nothing in it that a record could show.
        entry.out_of_sight = true;
        return Ok(());
    }
    let me = open.me();
    let is_shown = |edit: &Edit| match (edit, &stored.account.access) {
        (Edit::Access { to, .. }, Access::Own(_)) => me.is(to.who.id.as_str()),
        (Edit::Access { .. }, Access::NotShown) => false,
        _ => true,
    };
    // Of what the desk left out nothing will ever be seen: what it took is held against the record.
    let taken = entry.taken();
    if taken.edits.is_empty() {
        entry.out_of_sight = true;
        return Ok(());
    }
    let is_seen = accounts::remaining(&stored.account, &taken).is_none();
    if !is_seen || !taken.edits.iter().all(is_shown) {
        return Ok(());
    }
    entry.note_event(now, RequestEventKind::Seen, None, "");
    entry.stage = EntryStage::Seen { at: now };
    Ok(())
}

/// A request after a try to send it, and what the try met where it is to go on. `was_searched`: the desk was asked for it before
/// this try and did not have it.
pub(super) fn after_delivery(
    open: &Open,
    before: &Entry,
    delivery: Delivery,
    was_searched: bool,
) -> (Entry, Option<Error>) {
    let mut entry = before.clone();
    let (now, me) = (open.now(), open.me().name);
    let problem = match delivery {
        Delivery::Arrived(ticket) => {
            entry.note_event(now, RequestEventKind::Sent, None, "");
            entry.follow(*ticket, &me);
            None
        }
        Delivery::InPart(ticket) => {
            entry.note_event(now, RequestEventKind::Sent, None, "");
            entry.follow(*ticket, &me);
            entry.note_event(now, RequestEventKind::TakenInPart, None, "");
            None
        }
        Delivery::NotTaken(error) => {
            let (reason, fields) = refused::told(&error, &before.wish, open.profile());
            entry.note_event(now, RequestEventKind::NotTaken, None, &reason);
            entry.stage = EntryStage::NotTaken { reason, fields };
            entry.lost_tries = 0;
            entry.tried_at = None;
            None
        }
        Delivery::Conflict(changed) => {
            entry.stage = EntryStage::Conflict;
            entry.changed = Some(changed);
            entry.changed_at = now;
            None
        }
        // As it was: in the outbox, or not known whether it arrived.
        Delivery::NotBegun => None,
        Delivery::NotSent(error) => Some(error),
        Delivery::NotKnown(error) => {
            entry.stage = EntryStage::Sending;
            entry.tried_at = Some(now);
            entry.lost_tries += u32::from(was_searched);
            // A desk that says that it has it already answered: nothing went wrong on the way.
            Some(error).filter(|error| !matches!(error, Error::Refused { .. }))
        }
    };
    (entry, problem)
}

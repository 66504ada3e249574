//! What a try to send, a ticket and the record make of a request.

use super::entry::{Entry, EntryStage, LATE};
use crate::{
    open::Open,
    view::{Problem, RequestEventKind},
};
use accounts::{Access, Edit, RequestKind, Wish};
use desk::{Delivery, Error, Field, Stage};
use institutions::Profile;

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
            let reason = words_of(&error, |at| about(at, &before.wish, open.profile()));
            entry.note_event(now, RequestEventKind::NotTaken, None, &reason);
            entry.stage = EntryStage::NotTaken { reason };
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
        // Nothing was tried, so nothing went wrong.
        Delivery::NotKnown(Error::NotSearchable) => {
            entry.stage = EntryStage::Sending;
            None
        }
        Delivery::NotKnown(error) => {
            entry.stage = EntryStage::Sending;
            entry.tried_at = Some(now);
            entry.lost_tries += u32::from(was_searched);
            Some(error)
        }
    };
    (entry, problem)
}

/// A desk's own words, one reason to a line, each after what it is `about`. Empty where it gave none.
pub(super) fn words_of(error: &Error, about: impl Fn(&str) -> Option<String>) -> String {
    let (detail, fields) = match error {
        Error::Refused { detail, fields, .. } => (detail, fields.as_slice()),
        Error::RefusedAsTaken { detail } => (detail, [].as_slice()),
        _ => return String::new(),
    };
    let with_place = |field: &Field| match about(&field.at) {
        // A desk may name it by itself.
        Some(name) if !field.detail.contains(&name) => led_by(&name, &field.detail),
        _ => field.detail.clone(),
    };
    let said: Vec<_> = fields.iter().filter(|field| !field.detail.is_empty()).map(with_place).collect();
    let words = if said.is_empty() { detail.clone() } else { said.join("\n") };
    words.chars().take(2000).collect()
}

fn led_by(name: &str, detail: &str) -> String {
    let ends = name.ends_with(['?', '.', '!', ':']);
    format!("{name}{} {detail}", if ends { "" } else { ":" })
}

/// Whom or what a place such as `wish.changes.0.edit.to` is about: a person, a name, or a question of the institution.
fn about(at: &str, wish: &Wish, profile: &Profile) -> Option<String> {
    let mut path = at.strip_prefix("wish.")?.splitn(3, '.');
    match (path.next()?, path.next()?) {
        ("changes", place) => match wish.edits.get(place.parse::<usize>().ok()?)? {
            Edit::Access { to, .. } | Edit::Owner { to } => Some(to.who.name.clone()),
            Edit::Username { username: name } | Edit::DisplayName { name } => Some(name.clone()),
            Edit::Kind { .. } | Edit::State { .. } | Edit::Expires { .. } => None,
        },
        ("answers", id) => {
            let form = profile.request(wish.kind)?.form.as_ref()?;
            form.questions().into_iter().find(|question| question.id == id).map(|question| question.title)
        }
        _ => None,
    }
}

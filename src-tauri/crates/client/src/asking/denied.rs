//! A desk that gave a reference and then has no such request: it is not asked for ever.

use super::entry::{Entry, EntryStage};
use crate::view::{RequestEventKind, RequestStatus};
use desk::Ticket;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far two looks lie apart at least to count as two.
const APART: SignedDuration = SignedDuration::from_mins(30);
/// Looks that it takes, and over how long, until the desk is believed.
const LOOKS: u32 = 3;
const AT_LEAST: SignedDuration = SignedDuration::from_hours(1);

/// How often, and from when to when, a desk said that it has no such request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Denied {
    looks: u32,
    since: Timestamp,
    last: Timestamp,
}

impl Denied {
    fn first(now: Timestamp) -> Self {
        Self { looks: 1, since: now, last: now }
    }

    /// After one more look. One that comes soon after the last says nothing new.
    fn again(self, now: Timestamp) -> Self {
        if !self.is_believed() && now.duration_since(self.last) < APART {
            return self;
        }
        Self { looks: self.looks.saturating_add(1), last: now, ..self }
    }

    fn is_believed(self) -> bool {
        self.looks >= LOOKS && self.last.duration_since(self.since) >= AT_LEAST
    }
}

impl Entry {
    /// The desk has said often enough that it has no such request: what became of it is not known.
    pub(crate) fn is_no_longer_known(&self) -> bool {
        self.stage == EntryStage::Sent && self.denied.is_some_and(Denied::is_believed)
    }

    /// Takes in that the desk says so now.
    pub(crate) fn deny(&mut self, now: Timestamp) {
        let was = self.is_no_longer_known();
        self.denied = Some(self.denied.map_or_else(|| Denied::first(now), |denied| denied.again(now)));
        if !was && self.is_no_longer_known() {
            self.note_event(now, RequestEventKind::NoLongerKnown, None, "");
        }
    }

    /// Since when the desk has said so, where it is believed.
    pub(crate) fn unknown_since(&self) -> Option<Timestamp> {
        self.denied.filter(|_| self.is_no_longer_known()).map(|denied| denied.since)
    }

    pub(crate) fn status_no_longer_known(&self, ticket: &Ticket) -> Option<RequestStatus> {
        let denied = self.denied.filter(|_| self.is_no_longer_known())?;
        let reference = ticket.reference.clone();
        let (since, looked_at) = (denied.since.to_string(), denied.last.to_string());
        Some(RequestStatus::NoLongerKnown { reference, since, looked_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whenever it is asked: it takes three looks, half an hour apart, over an hour.
        #[test]
        fn a_desk_is_believed_after_an_hour_and_not_for_being_asked_often(steps in proptest::collection::vec(1_i64..60, 1..200)) {
            let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
            let (mut denied, mut now) = (Denied::first(start), start);
            for minutes in steps {
                now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
                let before = denied;
                denied = denied.again(now);
                prop_assert!(!denied.is_believed() || now.duration_since(start) >= AT_LEAST);
                prop_assert!(denied.looks <= before.looks + 1);
                let longest = SignedDuration::from_mins(2 * 60 + 60);
                prop_assert!(denied.is_believed() || now.duration_since(start) < longest, "it is not asked for ever");
            }
        }
    }
}

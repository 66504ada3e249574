//! One request as it is kept, and what its state is called.

use crate::view::{
    Asks, ConflictLine, RequestActs, RequestEvent, RequestEventKind, RequestId, RequestRow, RequestStatus,
    SupportText,
};
use accounts::{Access, AccessChange, Account, AccountId, Grant, PersonRef, Wish};
use desk::{Abilities, Stage, Submission, Ticket, WasHeld};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::KeptRequest;

/// How long after its time a change that is not seen counts as late.
const LATE: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// A request from the first draft to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// A UUID: the client request id of every try.
    pub(crate) id: String,
    /// The account as it was when this was written: what conflicts and undo are worked out from.
    pub(crate) written: Account,
    pub(crate) wish: Wish,
    pub(crate) note: String,
    pub(crate) stage: EntryStage,
    pub(crate) changed_at: Timestamp,
    pub(crate) events: Vec<RequestEvent>,
    /// As the desk told it last.
    pub(crate) ticket: Option<Ticket>,
    /// What the desk did not take.
    pub(crate) missing: Option<Wish>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "stage")]
pub(crate) enum EntryStage {
    Draft,
    Waiting,
    /// A try was begun and its end is not known: to be looked for before it is sent again.
    Sending,
    /// The same, at a desk that cannot be searched: the person said that it is to be sent once more.
    SendAgain,
    /// The account changed since it was written.
    Conflict,
    /// Refused in whole before it became a request.
    NotTaken {
        reason: String,
    },
    /// At the desk: the ticket says how far.
    Sent,
    /// Seen in the record.
    Seen {
        at: Timestamp,
    },
}

impl Entry {
    pub(crate) fn draft(id: String, written: Account, wish: Wish, note: String, now: Timestamp) -> Self {
        let event =
            RequestEvent { at: now.to_string(), what: RequestEventKind::Written, by: None, text: None };
        let written = as_far_as_named(written, &wish);
        Self {
            id,
            written,
            wish,
            note,
            stage: EntryStage::Draft,
            changed_at: now,
            events: vec![event],
            ticket: None,
            missing: None,
        }
    }

    pub(crate) fn account(&self) -> &AccountId {
        &self.written.id
    }

    pub(crate) fn changes(&self) -> &[AccessChange] {
        let Wish::ChangeAccess { changes } = &self.wish;
        changes
    }

    pub(crate) fn kept(&self) -> KeptRequest<Self> {
        KeptRequest {
            id: self.id.clone(),
            account: self.account().0.clone(),
            finished: self.is_finished(),
            changed_at: self.changed_at.to_string(),
            body: self.clone(),
        }
    }

    /// Nothing more comes of it.
    pub(crate) fn is_finished(&self) -> bool {
        let ended = |ticket: &Ticket| matches!(ticket.stage, Stage::Refused | Stage::Withdrawn);
        match self.stage {
            EntryStage::Seen { .. } => true,
            EntryStage::Sent => self.ticket.as_ref().is_some_and(ended),
            _ => false,
        }
    }

    /// Whether it concerns a desk: something of it may be there, or is to go there.
    pub(crate) fn is_under_way(&self) -> bool {
        use EntryStage as S;
        matches!(self.stage, S::Waiting | S::Sending | S::SendAgain | S::Sent) && !self.is_finished()
    }

    pub(crate) fn submission(&self) -> Submission {
        let held = |change: &AccessChange| WasHeld {
            who: change.to.who.id.clone(),
            rights: self.written.rights_of(&change.to.who.id).to_vec(),
        };
        Submission {
            id: self.id.clone(),
            account: self.account().clone(),
            wish: self.wish.clone(),
            was: self.changes().iter().map(held).collect(),
            note: self.note.clone(),
        }
    }

    pub(crate) fn status(&self) -> RequestStatus {
        match (&self.stage, &self.ticket) {
            (EntryStage::Draft, _) => RequestStatus::Draft,
            (EntryStage::Waiting, _) => RequestStatus::WaitingForConnection,
            (EntryStage::Conflict, _) => RequestStatus::Conflict,
            (EntryStage::NotTaken { reason }, _) => RequestStatus::NotTaken { reason: reason.clone() },
            (EntryStage::Seen { at }, Some(ticket)) => {
                RequestStatus::CheckedWorking { reference: ticket.reference.clone(), seen_at: at.to_string() }
            }
            (EntryStage::Sent, Some(ticket)) => {
                if self.missing.is_some() && !self.is_finished() {
                    return RequestStatus::TakenInPart { reference: ticket.reference.clone() };
                }
                status_at_desk(ticket)
            }
            (EntryStage::Sending | EntryStage::SendAgain | EntryStage::Sent | EntryStage::Seen { .. }, _) => {
                RequestStatus::NotKnown
            }
        }
    }

    pub(crate) fn row(&self) -> RequestRow {
        RequestRow {
            id: RequestId(self.id.clone()),
            account: self.account().clone(),
            label: self.label(),
            has_address: self.written.address.is_some(),
            asks: asks(&self.written, self.changes()),
            status: self.status(),
            changed_at: self.changed_at.to_string(),
            by: None,
        }
    }

    pub(crate) fn label(&self) -> String {
        self.written.address.clone().unwrap_or_else(|| self.written.username.clone())
    }

    /// What the reader may do now, at a desk that `can` do so much. `None`: it was not asked in this window yet.
    pub(crate) fn acts(&self, can: Option<Abilities>) -> RequestActs {
        let none = RequestActs::default();
        let withdraws = can.is_none_or(|can| can.withdraws);
        // A desk that can be searched is searched; nobody has to decide.
        let send_again = can.is_some_and(|can| !can.finds_by_id);
        match (&self.stage, &self.ticket) {
            (EntryStage::Draft | EntryStage::NotTaken { .. }, _) => {
                RequestActs { edit: true, send: true, discard: true, ..none }
            }
            (EntryStage::Waiting, _) => RequestActs { edit: true, discard: true, check: true, ..none },
            (EntryStage::Sending, _) => RequestActs { check: true, send_again, ..none },
            (EntryStage::Conflict, _) => RequestActs { discard: true, ..none },
            (EntryStage::Sent, Some(ticket)) => match ticket.stage {
                Stage::WithDesk => RequestActs { withdraw: withdraws, check: true, ..none },
                Stage::Applying { .. } => RequestActs { check: true, ..none },
                Stage::Done { .. } => RequestActs { check: true, undo: true, ..none },
                Stage::Refused | Stage::Withdrawn => none,
            },
            (EntryStage::Seen { .. }, _) => RequestActs { undo: true, ..none },
            (EntryStage::SendAgain, _) | (EntryStage::Sent, None) => RequestActs { check: true, ..none },
        }
    }

    /// What everybody whom the wish names held when it was written, holds `now`, and should hold.
    pub(crate) fn conflict(&self, now: &Account) -> Vec<ConflictLine> {
        let line = |change: &AccessChange| ConflictLine {
            to: change.to.clone(),
            written: self.written.rights_of(&change.to.who.id).to_vec(),
            now: now.rights_of(&change.to.who.id).to_vec(),
            wanted: change.rights.clone(),
        };
        self.changes().iter().map(line).collect()
    }

    /// What to write to the desk where what it says is done is not seen for a day.
    pub(crate) fn support(&self, now: Timestamp) -> Option<SupportText> {
        let ticket = self.ticket.as_ref().filter(|_| self.stage == EntryStage::Sent)?;
        let due = match ticket.stage {
            Stage::Applying { by } => by,
            Stage::Done { at } => at,
            _ => return None,
        };
        (now.duration_since(due) > LATE).then(|| SupportText {
            reference: ticket.reference.clone(),
            label: self.label(),
            since: due.to_string(),
        })
    }

    pub(crate) fn note_event(
        &mut self,
        at: Timestamp,
        what: RequestEventKind,
        by: Option<String>,
        text: &str,
    ) {
        self.changed_at = self.changed_at.max(at);
        let text = (!text.is_empty()).then(|| text.to_owned());
        self.events.push(RequestEvent { at: at.to_string(), what, by, text });
    }

    /// Takes in what the desk tells now, with the steps that lie between.
    pub(crate) fn follow(&mut self, ticket: Ticket, me: &str) {
        if self.ticket.as_ref() == Some(&ticket) && self.stage == EntryStage::Sent {
            return;
        }
        if self.ticket.is_none() {
            self.note_event(ticket.created, RequestEventKind::Received, None, &ticket.reference);
        }
        let decided = |of: Option<&Ticket>| of.and_then(|ticket| ticket.decision.clone());
        if let Some(decision) = decided(Some(&ticket)).filter(|_| decided(self.ticket.as_ref()).is_none()) {
            let what = if decision.approve { RequestEventKind::Approved } else { RequestEventKind::Refused };
            let by = decision.by.filter(|by| by != me);
            self.note_event(decision.at, what, by, &decision.reason);
        }
        let before = self.ticket.as_ref().map(|ticket| ticket.stage);
        // What is held against the request is what the desk says now, not what it took in at first.
        self.missing = desk::missing(&self.wish, &ticket);
        match ticket.stage {
            Stage::Done { at } if !matches!(before, Some(Stage::Done { .. })) => {
                self.note_event(at, RequestEventKind::SaidDone, None, "");
            }
            Stage::Withdrawn if before != Some(Stage::Withdrawn) => {
                self.note_event(ticket.modified, RequestEventKind::Withdrawn, None, "");
            }
            _ => {}
        }
        self.changed_at = self.changed_at.max(ticket.modified);
        self.stage = EntryStage::Sent;
        self.ticket = Some(ticket);
    }
}

/// The account with the grants of those alone whom `wish` names: a request keeps of others only what it needs.
pub(crate) fn as_far_as_named(account: Account, Wish::ChangeAccess { changes }: &Wish) -> Account {
    let is_named = |grant: &Grant| changes.iter().any(|change| change.to.who.id == grant.to.who.id);
    let access = match account.access {
        Access::All(grants) => Access::All(grants.into_iter().filter(is_named).collect()),
        other => other,
    };
    Account { access, ..account }
}

fn status_at_desk(ticket: &Ticket) -> RequestStatus {
    let reference = ticket.reference.clone();
    let reason = || ticket.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default();
    match ticket.stage {
        Stage::WithDesk => RequestStatus::WithDesk { reference },
        Stage::Applying { by } => {
            let since = ticket.decision.as_ref().map_or(ticket.modified, |decision| decision.at);
            RequestStatus::BeingApplied { reference, since: since.to_string(), by: by.to_string() }
        }
        Stage::Done { at } => RequestStatus::SaidDone { reference, at: at.to_string() },
        Stage::Refused => RequestStatus::Refused { reference, reason: reason() },
        Stage::Withdrawn => RequestStatus::Withdrawn { reference },
    }
}

/// Somebody else's request, for the reader to decide.
pub(crate) fn row_to_decide(ticket: &Ticket) -> RequestRow {
    let Wish::ChangeAccess { changes } = &ticket.wish;
    let (id, name) = ticket.requester.clone();
    RequestRow {
        id: RequestId(ticket.reference.clone()),
        account: ticket.account.clone(),
        label: ticket.label.clone(),
        has_address: ticket.label.contains('@'),
        asks: asks(&as_taken_in(ticket), changes),
        status: status_at_desk(ticket),
        changed_at: ticket.modified.to_string(),
        by: Some(PersonRef::named(id, name)),
    }
}

/// The account as the desk knew it when it took the request in, as far as the request goes: whoever decides may not see
/// the account itself.
pub(crate) fn as_taken_in(ticket: &Ticket) -> Account {
    let Wish::ChangeAccess { changes } = &ticket.wish;
    let grant = |change: &AccessChange| {
        let was = ticket.was.iter().find(|was| was.who == change.to.who.id)?;
        (!was.rights.is_empty()).then(|| Grant { to: change.to.clone(), rights: was.rights.clone() })
    };
    Account {
        username: ticket.label.clone(),
        access: Access::All(changes.iter().filter_map(grant).collect()),
        ..Account::unknown(ticket.account.clone())
    }
}

/// Who is added, changed and removed, by name.
pub(crate) fn asks(written: &Account, changes: &[AccessChange]) -> Asks {
    let mut asks = Asks { adds: Vec::new(), changes: Vec::new(), removes: Vec::new() };
    for change in changes {
        let held = written.grant_of(&change.to.who.id).is_some();
        let names = match (held, change.rights.is_empty()) {
            (true, true) => &mut asks.removes,
            (true, false) => &mut asks.changes,
            // Somebody new may not have been given a right yet.
            (false, _) => &mut asks.adds,
        };
        names.push(change.to.who.name.clone());
    }
    asks
}

//! How a request is called and how far it is, for its line in a list: the reader's own, and others' that the reader decides on.

use super::{entry::Entry, forms};
use crate::view::{Asks, RequestFacet, RequestId, RequestRow, RequestStatus};
use accounts::{Access, Account, PersonRef, Proof, RequestKind, Wish, applied, facts};
use desk::{Stage, Ticket};
use institutions::Profile;
use jiff::Timestamp;

impl Entry {
    pub(crate) fn row(&self, profile: &Profile) -> RequestRow {
        let status = self.status();
        RequestRow {
            id: RequestId(self.id.clone()),
            kind: self.wish.kind,
            name: name_of(profile, self.wish.kind),
            account: self.shown_by().cloned(),
            label: self.label(),
            has_address: self.written.address.is_some(),
            asks: asks(profile, &self.written, &self.wish),
            // Whether it works nobody else can say.
            needs_reader: status.needs_reader() || self.acts(None).tried,
            status,
            // Where the record shows it no more to whoever asked, the desk's word is all that comes.
            proof: if self.out_of_sight { Proof::Word } else { self.proof },
            facet: if self.is_finished() { RequestFacet::Finished } else { RequestFacet::Open },
            changed_at: self.changed_at.to_string(),
            by: None,
        }
    }
}

/// The institution's name for a kind of request.
pub(crate) fn name_of(profile: &Profile, kind: RequestKind) -> String {
    profile.request(kind).map_or_else(|| kind.name().to_owned(), |request| request.name.clone())
}

pub(super) fn checked_working(ticket: &Ticket, at: Timestamp, tried: bool) -> RequestStatus {
    RequestStatus::CheckedWorking { reference: ticket.reference.clone(), seen_at: at.to_string(), tried }
}

pub(super) fn status_at_desk(ticket: &Ticket) -> RequestStatus {
    let reference = ticket.reference.clone();
    let reason = || ticket.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default();
    match ticket.stage {
        Stage::WithDesk => RequestStatus::WithDesk { reference },
        Stage::NeedsAnswer => {
            let question = ticket.messages.last().map(|message| message.text.clone()).unwrap_or_default();
            RequestStatus::NeedsAnswer { reference, question }
        }
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
pub(crate) fn row_to_decide(ticket: &Ticket, profile: &Profile) -> RequestRow {
    let (id, name) = ticket.requester.clone();
    RequestRow {
        id: RequestId(ticket.reference.clone()),
        kind: ticket.wish.kind,
        name: name_of(profile, ticket.wish.kind),
        account: ticket.account.clone(),
        label: ticket.label.clone(),
        has_address: ticket.label.contains('@'),
        asks: asks(profile, &as_taken_in(ticket), &ticket.wish),
        status: match ticket.stage {
            Stage::NeedsAnswer => RequestStatus::AnswerAwaited { reference: ticket.reference.clone() },
            _ => status_at_desk(ticket),
        },
        needs_reader: false,
        proof: forms::proof_of(&ticket.wish, profile),
        facet: RequestFacet::ToDecide,
        changed_at: ticket.modified.to_string(),
        by: Some(PersonRef::named(id, name)),
    }
}

/// The account as the desk knew it when it took the request in, as far as the request goes: whoever decides may not see
/// the account itself.
pub(crate) fn as_taken_in(ticket: &Ticket) -> Account {
    let id = ticket.account.clone().unwrap_or_else(|| "".into());
    let nothing = Account { access: Access::All(Vec::new()), ..Account::unknown(id) };
    let edits = ticket.was.iter().flatten().cloned().collect();
    applied(&nothing, &Wish { edits, ..ticket.wish.clone() })
}

/// Who is added, changed and removed, by name, what else is to change, and what whoever asks calls it.
pub(crate) fn asks(profile: &Profile, written: &Account, wish: &Wish) -> Asks {
    let (adds, changes, removes) = (Vec::new(), Vec::new(), Vec::new());
    let form = profile.request(wish.kind).and_then(|request| request.form.as_ref());
    let title = form.and_then(|form| form.title(&wish.answers)).map(str::to_owned);
    let mut asks = Asks { adds, changes, removes, facts: facts(written, wish), title };
    for (to, rights) in wish.access() {
        let held = written.grant_of(&to.who.id).is_some();
        let names = match (held, rights.is_empty()) {
            (true, true) => &mut asks.removes,
            (true, false) => &mut asks.changes,
            // Somebody new may not have been given a right yet.
            (false, _) => &mut asks.adds,
        };
        names.push(to.who.name.clone());
    }
    asks
}

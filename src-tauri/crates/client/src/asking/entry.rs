//! One request as it is kept, and what its state is called.

use super::{
    days::Days,
    denied::Denied,
    rows::{checked_working, status_at_desk},
    typed::Typed,
};
use crate::view::{
    ConflictLine, RefusedField, RequestActs, RequestEvent, RequestEventKind, RequestStatus, SupportText,
};
use accounts::{Access, Account, AccountId, Edit, Grant, MayNotAsk, Proof, Wish, differing};
use desk::{Abilities, Changed, LeftOut, Stage, Submission, Ticket};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::KeptRequest;

/// Tries that got no clear answer, and of which the desk, searched, knew nothing, before its writer may change it.
/// It keeps its client request id: one that arrives all the same is found by that.
const LOST_TRIES: u32 = 2;
/// How long what was sent may be on its way: well beyond the time for which an answer is waited for.
const ON_ITS_WAY: jiff::SignedDuration = jiff::SignedDuration::from_mins(3);
/// How long after its time a change that is not seen counts as late.
pub(crate) const LATE: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// A request from the first draft to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// A UUID: the client request id of every try.
    pub(crate) id: String,
    /// `None`: it concerns none, or one that is not there yet.
    pub(crate) account: Option<AccountId>,
    /// The account as it was when this was written: what conflicts and undo are worked out from. Of nothing where there is
    /// none.
    pub(crate) written: Account,
    pub(crate) wish: Wish,
    /// Whether what the institution asks to accept was accepted.
    pub(crate) accepted: bool,
    /// What shows that it was carried out, as the institution said when it was written.
    pub(crate) proof: Proof,
    pub(crate) note: String,
    pub(crate) stage: EntryStage,
    pub(crate) changed_at: Timestamp,
    pub(crate) events: Vec<RequestEvent>,
    /// As the desk told it last.
    pub(crate) ticket: Option<Ticket>,
    /// What the desk did not take, or took otherwise.
    pub(crate) missing: Option<Wish>,
    /// The record does not show it to whoever asked, so nothing more than the desk's word can come.
    #[serde(default)]
    pub(crate) out_of_sight: bool,
    // What is added from here on has a default: what another version kept is read all the same.
    #[serde(default)]
    pub(crate) days: Days,
    /// It was to be tried, and nobody did for so long that nothing more is waited for.
    #[serde(default)]
    pub(crate) untried: bool,
    /// What was typed into a draft and is none of what is wanted.
    #[serde(default)]
    pub(crate) typed: Typed,
    /// The desk says that it has no such request.
    #[serde(default)]
    pub(crate) denied: Option<Denied>,
    /// What the desk has beyond what was asked for.
    #[serde(default)]
    pub(crate) unasked: Vec<Edit>,
    /// What the desk did not keep of what goes with it.
    #[serde(default)]
    pub(crate) left_out: LeftOut,
    /// What has changed, as the desk says that refused it for that.
    #[serde(default)]
    pub(crate) changed: Option<Changed>,
    /// Tries after which the desk, searched, did not have it.
    #[serde(default)]
    pub(crate) lost_tries: u32,
    /// When the last try was begun, where its end is not known.
    #[serde(default)]
    pub(crate) tried_at: Option<Timestamp>,
    /// Whether the desk could not be searched when it was tried last: without the desk that is how it is taken to be.
    #[serde(default)]
    pub(crate) unsearchable: bool,
}

/// What a draft is made of.
pub(crate) struct Draft {
    pub(crate) account: Option<AccountId>,
    pub(crate) written: Account,
    pub(crate) wish: Wish,
    pub(crate) accepted: bool,
    pub(crate) proof: Proof,
    pub(crate) note: String,
    pub(crate) days: Days,
    pub(crate) typed: Typed,
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
    /// Nothing was sent: whoever wrote it may not ask for it any more.
    MayNot {
        why: MayNotAsk,
    },
    /// Refused in whole before it became a request.
    NotTaken {
        reason: String,
        /// The same at its places in the form, where the desk names any.
        #[serde(default)]
        fields: Vec<RefusedField>,
    },
    /// At the desk: the ticket says how far.
    Sent,
    /// Seen in the record.
    Seen {
        at: Timestamp,
    },
    /// Whoever asked tried it, and it works.
    Tried {
        at: Timestamp,
    },
}

impl Entry {
    /// What the desk refused, at its places in the form.
    pub(crate) fn refused(&self) -> &[RefusedField] {
        if let EntryStage::NotTaken { fields, .. } = &self.stage { fields } else { &[] }
    }

    pub(crate) fn draft(id: String, draft: Draft, now: Timestamp) -> Self {
        let Draft { account, written, wish, accepted, proof, note, days, typed } = draft;
        let event =
            RequestEvent { at: now.to_string(), what: RequestEventKind::Written, by: None, text: None };
        Self {
            id,
            account,
            written: as_far_as_named(written, &wish),
            wish,
            accepted,
            proof,
            note,
            stage: EntryStage::Draft,
            changed_at: now,
            events: vec![event],
            ticket: None,
            missing: None,
            out_of_sight: false,
            days,
            untried: false,
            typed,
            denied: None,
            unasked: Vec::new(),
            left_out: LeftOut::default(),
            changed: None,
            lost_tries: 0,
            tried_at: None,
            unsearchable: false,
        }
    }

    /// The account that shows whether it was carried out: a new one has its id from the desk.
    pub(crate) fn shown_by(&self) -> Option<&AccountId> {
        self.account.as_ref().or_else(|| self.ticket.as_ref()?.account.as_ref())
    }

    /// By which the desk speaks of it.
    pub(crate) fn reference(&self) -> Option<&str> {
        self.ticket.as_ref().map(|ticket| ticket.reference.as_str())
    }

    /// Whether it asks for the same for the same account.
    pub(crate) fn asks_for(&self, account: Option<&AccountId>, wish: &Wish) -> bool {
        self.account.as_ref() == account && differing(wish, &self.wish).is_none()
    }

    /// Whether a ticket is of this request.
    pub(crate) fn is_of(&self, ticket: &Ticket) -> bool {
        ticket.id == self.id && (self.account.is_none() || ticket.account == self.account)
    }

    pub(crate) fn kept(&self) -> KeptRequest<Self> {
        KeptRequest {
            id: self.id.clone(),
            account: self.account.as_ref().map(|account| account.0.clone()).unwrap_or_default(),
            finished: self.is_finished(),
            reminds: self.reminds(),
            changed_at: self.changed_at.to_string(),
            body: self.clone(),
        }
    }

    /// Nothing more comes of it.
    pub(crate) fn is_finished(&self) -> bool {
        let ended = |ticket: &Ticket| match ticket.stage {
            Stage::Refused | Stage::Withdrawn => true,
            Stage::Done { .. } => self.proof.is_said() || self.out_of_sight || self.untried,
            Stage::WithDesk | Stage::NeedsAnswer | Stage::Applying { .. } => false,
        };
        match self.stage {
            EntryStage::Seen { .. } | EntryStage::Tried { .. } => true,
            EntryStage::Sent => self.is_no_longer_known() || self.ticket.as_ref().is_some_and(ended),
            _ => false,
        }
    }

    /// Whether an earlier try may have reached the desk, of which nothing is known.
    pub(crate) fn may_have_arrived(&self) -> bool {
        match self.stage {
            EntryStage::Sending | EntryStage::SendAgain => true,
            EntryStage::Waiting => self.lost_tries > 0,
            _ => false,
        }
    }

    /// Whether nobody but the people at the desk can tell whether it is there: an earlier try may have arrived, and the desk, as far as it
    /// is known what it `can` do, cannot be searched.
    pub(crate) fn is_for_the_desk_to_tell(&self, can: Option<Abilities>) -> bool {
        (self.lost_tries > 0 || self.may_have_arrived())
            && can.map_or(self.unsearchable, |can| !can.finds_by_id)
    }

    /// Whether a desk has it, may have it, or is to have it as it stands: what was refused in whole is nowhere, unless an earlier
    /// try may have arrived.
    pub(crate) fn is_open(&self) -> bool {
        match self.stage {
            EntryStage::Draft | EntryStage::MayNot { .. } | EntryStage::NotTaken { .. } => {
                self.lost_tries > 0
            }
            _ => !self.is_finished(),
        }
    }

    /// Whether it is not at a desk that was searched for it and does not have it.
    pub(crate) fn is_not_there(&self, can: Abilities, now: Timestamp) -> bool {
        // However the clock was set meanwhile.
        let is_over = |tried: Timestamp| now.duration_since(tried).abs() >= ON_ITS_WAY;
        can.recognises_repeats || self.tried_at.is_none_or(is_over)
    }

    /// Whether it concerns a desk: something of it may be there, or is to go there.
    pub(crate) fn is_under_way(&self) -> bool {
        use EntryStage as S;
        matches!(self.stage, S::Waiting | S::Sending | S::SendAgain | S::Sent) && !self.is_finished()
    }

    pub(crate) fn submission(&self) -> Submission {
        Submission {
            id: self.id.clone(),
            account: self.account.clone(),
            wish: self.wish.clone(),
            was: self.wish.edits.iter().map(|edit| edit.known_on(&self.written)).collect(),
            accepted: self.accepted,
            note: self.note.clone(),
        }
    }

    pub(crate) fn status(&self) -> RequestStatus {
        match (&self.stage, &self.ticket) {
            (EntryStage::Draft, _) => RequestStatus::Draft,
            (EntryStage::Waiting, _) => RequestStatus::WaitingForConnection,
            (EntryStage::Conflict, _) => RequestStatus::Conflict,
            (EntryStage::MayNot { why }, _) => RequestStatus::NotAllowed { why: *why },
            (EntryStage::NotTaken { reason, .. }, _) => RequestStatus::NotTaken { reason: reason.clone() },
            (EntryStage::Seen { at }, Some(ticket)) if self.is_in_part() => {
                self.taken_in_part(ticket, Some(*at))
            }
            (EntryStage::Seen { at }, Some(ticket)) => checked_working(ticket, *at, false),
            (EntryStage::Tried { at }, Some(ticket)) => checked_working(ticket, *at, true),
            (EntryStage::Sent, Some(ticket)) => {
                if let Some(unknown) = self.status_no_longer_known(ticket) {
                    return unknown;
                }
                // Where it stands there, and what is asked of its reader, comes before how much of it that is.
                match ticket.stage {
                    Stage::WithDesk | Stage::Done { .. } if self.is_in_part() => {
                        self.taken_in_part(ticket, None)
                    }
                    _ => status_at_desk(ticket),
                }
            }
            (_, _) => RequestStatus::NotKnown,
        }
    }

    /// Whether the desk has it otherwise than it was sent.
    fn is_in_part(&self) -> bool {
        self.missing.is_some() || !self.unasked.is_empty() || !self.left_out.is_nothing()
    }

    fn taken_in_part(&self, ticket: &Ticket, seen_at: Option<Timestamp>) -> RequestStatus {
        RequestStatus::TakenInPart {
            reference: ticket.reference.clone(),
            lacks: self.missing.is_some() || !self.left_out.is_nothing(),
            ended: self.is_finished(),
            seen_at: seen_at.map(|at| at.to_string()),
        }
    }

    /// What of the wish the desk has as it was sent, and so will carry out.
    pub(crate) fn taken(&self) -> Wish {
        let is_missing = |edit: &Edit| self.missing.iter().any(|missing| missing.edits.contains(edit));
        let edits = self.wish.edits.iter().filter(|edit| !is_missing(edit)).cloned().collect();
        Wish { edits, ..self.wish.clone() }
    }

    /// The account's address or username, or the name that a new one is to have.
    pub(crate) fn label(&self) -> String {
        let wished = self.wish.edits.iter().find_map(|edit| match edit {
            Edit::Username { username } => Some(username.clone()),
            _ => None,
        });
        let at_desk =
            self.ticket.as_ref().map(|ticket| ticket.label.clone()).filter(|_| self.account.is_none());
        let known = || self.written.address.clone().unwrap_or_else(|| self.written.username.clone());
        at_desk.filter(|label| !label.is_empty()).or(wished).unwrap_or_else(known)
    }

    /// What the reader may do now, at a desk that `can` do so much. `None`: it was not asked in this window yet. Whether there is
    /// anything to give back is told by [`Self::taken_back`].
    pub(crate) fn acts(&self, can: Option<Abilities>) -> RequestActs {
        let none = RequestActs::default();
        let withdraws = can.is_none_or(|can| can.withdraws);
        // A desk that can be searched is searched; nobody has to decide, or to ask there.
        let asked_there = self.is_for_the_desk_to_tell(can);
        let discard = !asked_there;
        match (&self.stage, &self.ticket) {
            // One that may have arrived is discarded only after a look at the desk: see `discard_after_looking`.
            (EntryStage::Draft | EntryStage::NotTaken { .. } | EntryStage::MayNot { .. }, _) => {
                RequestActs { edit: true, send: true, discard, asked_there, ..none }
            }
            (EntryStage::Waiting, _) => RequestActs { edit: true, discard, asked_there, check: true, ..none },
            (EntryStage::Sending, _) => RequestActs {
                // The desk was searched and had it not, again and again: whoever wrote it may put it right.
                edit: self.lost_tries >= LOST_TRIES,
                check: true,
                send_again: asked_there,
                asked_there,
                ..none
            },
            (EntryStage::SendAgain, _) => RequestActs { check: true, hold_back: true, ..none },
            (EntryStage::Conflict, _) => RequestActs { discard, asked_there, ..none },
            (EntryStage::Sent, _) if self.is_no_longer_known() => RequestActs { check: true, ..none },
            (EntryStage::Sent, Some(ticket)) => match ticket.stage {
                Stage::WithDesk => RequestActs { withdraw: withdraws, check: true, ..none },
                Stage::NeedsAnswer => RequestActs { reply: true, withdraw: withdraws, check: true, ..none },
                Stage::Applying { .. } => RequestActs { check: true, ..none },
                Stage::Done { .. } => RequestActs {
                    check: self.proof == Proof::Record && !self.out_of_sight,
                    tried: self.proof == Proof::Tried,
                    undo: self.wish.kind.can_be_undone(),
                    ..none
                },
                Stage::Refused | Stage::Withdrawn => RequestActs { anew: true, ..none },
            },
            (EntryStage::Seen { .. } | EntryStage::Tried { .. }, _) => {
                RequestActs { undo: self.wish.kind.can_be_undone(), ..none }
            }
            (EntryStage::Sent, None) => RequestActs { check: true, ..none },
        }
    }

    /// Each fact that the wish names: when it was written, `now`, and as it should be.
    pub(crate) fn conflict(&self, now: &Account) -> Vec<ConflictLine> {
        let line = |edit: &Edit| ConflictLine {
            written: edit.as_on(&self.written),
            now: match self.changed.as_ref().and_then(|changed| changed.of(edit)) {
                Some(told) => told.cloned(),
                None => edit.as_on(now),
            },
            wanted: edit.clone(),
        };
        self.wish.edits.iter().map(line).collect()
    }

    /// What to write to the desk where what it says is done is not seen for a day, where whoever tries it may find that it does
    /// not work, or where the desk knows no more of what it took.
    pub(crate) fn support(&self, now: Timestamp) -> Option<SupportText> {
        let ticket = self.ticket.as_ref().filter(|_| self.stage == EntryStage::Sent)?;
        let text = |since: Timestamp| SupportText {
            reference: ticket.reference.clone(),
            label: self.label(),
            since: since.to_string(),
        };
        if let Some(since) = self.unknown_since() {
            return Some(text(since));
        }
        let due = match ticket.stage {
            Stage::Applying { by } => by,
            Stage::Done { at } if self.acts(None).tried => return Some(text(at)),
            // What no record shows is not late.
            Stage::Done { at } if self.proof == Proof::Record && !self.out_of_sight => at,
            _ => return None,
        };
        (now.duration_since(due) > LATE).then(|| text(due))
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
        self.denied = None;
        // An answer that was overtaken on its way tells what is over.
        let is_over = |known: &Ticket| self.stage == EntryStage::Sent && ticket.modified < known.modified;
        if self.ticket.as_ref().is_some_and(is_over) {
            return;
        }
        if self.ticket.as_ref() == Some(&ticket) && self.stage == EntryStage::Sent {
            return;
        }
        if self.ticket.is_none() {
            self.note_event(ticket.created, RequestEventKind::Received, None, &ticket.reference);
        }
        let known = self.ticket.as_ref().map_or(0, |ticket| ticket.messages.len());
        for message in ticket.messages.iter().skip(known) {
            let is_mine = message.by.0 == ticket.requester.0;
            let what = if is_mine { RequestEventKind::Answered } else { RequestEventKind::Asked };
            let by = (!is_mine).then(|| message.by.1.clone());
            self.note_event(message.at, what, by, &message.text);
        }
        let decided = |of: Option<&Ticket>| of.and_then(|ticket| ticket.decision.clone());
        let known = decided(self.ticket.as_ref());
        if let Some(decision) = decided(Some(&ticket)).filter(|decision| known.as_ref() != Some(decision)) {
            let what = if decision.approve { RequestEventKind::Approved } else { RequestEventKind::Refused };
            let by = decision.by.filter(|by| by != me);
            self.note_event(decision.at, what, by, &decision.reason);
        } else if known.is_some() && ticket.decision.is_none() {
            self.note_event(ticket.modified, RequestEventKind::Reopened, None, "");
        }
        let before = self.ticket.as_ref().map(|ticket| ticket.stage);
        // What is held against the request is what the desk says now, not what it took in at first.
        let differing = differing(&self.wish, &ticket.wish);
        (self.missing, self.unasked) =
            differing.map(|differing| (differing.untaken, differing.unasked)).unwrap_or_default();
        self.left_out = self.submission().left_out_of(&ticket);
        self.changed = None;
        self.lost_tries = 0;
        self.tried_at = None;
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
pub(crate) fn as_far_as_named(account: Account, wish: &Wish) -> Account {
    let is_named = |grant: &Grant| wish.names(&grant.to.who.id);
    let access = match account.access {
        Access::All(grants) => Access::All(grants.into_iter().filter(is_named).collect()),
        other => other,
    };
    Account { access, ..account }
}

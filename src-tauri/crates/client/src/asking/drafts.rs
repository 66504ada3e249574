//! What its writer does with a request: written, changed, sent off, thrown away, taken back.

use super::{
    days::Days,
    entry::{Draft, Entry, EntryStage},
    forms::{self, WorkedOut, before},
    typed::Typed,
};
use crate::{
    open::Open,
    outside::Event,
    view::{ConflictLine, PlanView, Problem, ProblemCode, RequestEventKind, RequestForm, RequestId},
};
use accounts::{AccountId, Edit, RequestKind, Wish};
use store::Stored;

impl Open {
    /// What the form comes to, against the account as it is known now.
    pub(crate) fn plan(&self, form: &RequestForm) -> Result<PlanView, Problem> {
        let WorkedOut { wish, stored, plan } = self.work_out(form)?;
        let (mut plan, faults) = match plan {
            Ok(plan) => (Some(plan), Vec::new()),
            Err(faults) => (None, faults),
        };
        if let Some(plan) = &mut plan {
            plan.warnings.extend(self.entitlement(plan));
        }
        let changed = self.changed_since(form, &wish, stored.as_ref())?;
        let confirmed = self.confirmed()?;
        let seen_at = stored.map(|stored| confirmed.at(&stored.account.id, stored.seen_at));
        let withdraws = self.desk_now(|now| now.abilities.is_some_and(|can| can.withdraws));
        let answers = forms::answer_lines(&wish, self.profile());
        let duplicate = self.duplicate(form, &wish)?;
        let asked_already = match (&form.account, &duplicate) {
            (Some(account), None) => self.asked_already(account, form.kind)?,
            _ => None,
        };
        let seen_at = seen_at.unwrap_or_default();
        Ok(PlanView { plan, faults, answers, seen_at, duplicate, asked_already, changed, withdraws })
    }

    /// What a draft names and has changed on the account since it was written.
    fn changed_since(
        &self,
        form: &RequestForm,
        wish: &Wish,
        stored: Option<&Stored>,
    ) -> Result<Vec<ConflictLine>, Problem> {
        let (Some(id), Some(stored)) = (&form.id, stored) else { return Ok(Vec::new()) };
        let Some(entry) = self.store.request::<Entry>(&id.0)? else { return Ok(Vec::new()) };
        let alone = |edit: &Edit| Wish { edits: vec![edit.clone()], ..wish.clone() };
        // Of what was not in it when it was kept last it is not known how it was then.
        let was_named = |edit: &Edit| entry.wish.edits.iter().any(|kept| kept.subject() == edit.subject());
        let lines = entry.conflict(&stored.account).into_iter();
        let has_changed = |line: &ConflictLine| {
            was_named(&line.wanted)
                && wish.edits.iter().any(|edit| edit.subject() == line.wanted.subject())
                && accounts::is_stale(&entry.written, &stored.account, &alone(&line.wanted))
        };
        Ok(lines.filter(has_changed).collect())
    }

    /// An open request of the same kind for the same: account, and somebody whom this one names too, or name.
    fn duplicate(&self, form: &RequestForm, wish: &Wish) -> Result<Option<RequestId>, Problem> {
        let same_name = |one: &Edit| matches!(one, Edit::Username { .. }) && wish.edits.contains(one);
        let is_same = |account: Option<&AccountId>, other: &Wish| {
            let names_the_same = match wish.kind {
                RequestKind::ChangeAccess => other.access().any(|(to, _)| wish.names(&to.who.id)),
                RequestKind::NewAccount => other.edits.iter().any(same_name),
                RequestKind::AskDesk => other.answers == wish.answers,
                _ => true,
            };
            other.kind == wish.kind && account == form.account.as_ref() && names_the_same
        };
        let is_other = |entry: &Entry| form.id.as_ref().is_none_or(|id| id.0 != entry.id);
        let own = self
            .entries(false)?
            .into_iter()
            .find(|entry| entry.is_open() && is_other(entry) && is_same(entry.account.as_ref(), &entry.wish));
        if let Some(entry) = own {
            return Ok(Some(RequestId(entry.id)));
        }
        // Somebody else may have asked already: whoever decides sees that.
        let to_decide = self.to_decide();
        let theirs = to_decide.iter().flatten().find(|ticket| is_same(ticket.account.as_ref(), &ticket.wish));
        Ok(theirs.map(|ticket| RequestId(ticket.reference.clone())))
    }

    /// Keeps the form. A draft follows the account as it is known now: what it builds on is what its writer sees.
    pub(crate) fn save_draft(&self, form: RequestForm) -> Result<RequestId, Problem> {
        let WorkedOut { wish, stored, .. } = self.work_out(&form)?;
        let written = before(stored.as_ref());
        let days = self.days_of(&form)?;
        let typed = Typed::of(&form);
        let RequestForm { id, account, policy_accepted: accepted, note, kind, .. } = form;
        let now = self.now();
        let proof = forms::proof_of(&wish, self.profile());
        let Some(id) = id else {
            let draft = Draft { account, written, wish, accepted, proof, note, days, typed };
            return self.keep_draft(draft);
        };
        let before = self.entry(&id)?;
        if !before.acts(None).edit || before.account != account || before.wish.kind != kind {
            return Err(Problem::new(ProblemCode::BadInput, "it is no longer a draft"));
        }
        let stage = EntryStage::Draft;
        let after = Entry {
            accepted,
            proof,
            note,
            days,
            typed,
            stage,
            changed_at: now,
            changed: None,
            ..forms::rewritten(&before, written, wish)
        };
        self.change(&before, &after)?;
        Ok(id)
    }

    fn keep_draft(&self, draft: Draft) -> Result<RequestId, Problem> {
        let entry = Entry::draft(uuid::Uuid::now_v7().to_string(), draft, self.now());
        self.keep(&entry)?;
        Ok(RequestId(entry.id))
    }

    /// Keeps what was changed by hand, unless it was sent at the same moment.
    pub(super) fn change(&self, before: &Entry, after: &Entry) -> Result<(), Problem> {
        if self.replace(before, after)? {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::BadInput, "it was sent or changed at the same moment"))
    }

    /// From a draft into the outbox.
    pub(crate) fn to_outbox(&self, id: &RequestId) -> Result<(), Problem> {
        let entry = self.entry(id)?;
        if !entry.acts(None).send {
            return Err(Problem::new(ProblemCode::BadInput, "it was sent already"));
        }
        let form = forms::form_of(&entry, self.profile());
        let WorkedOut { wish, stored, plan } = self.work_out(&form)?;
        if plan.is_err() {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing in it that could be sent"));
        }
        // What was checked before sending is the plan against what is known now.
        let checked = forms::rewritten(&entry, before(stored.as_ref()), wish);
        let waiting = Entry { stage: EntryStage::Waiting, changed_at: self.now(), ..checked };
        self.change(&entry, &waiting)
    }

    /// A draft that gives back what a request changed: a new one, unless there is one already.
    pub(crate) fn undo(&self, id: &RequestId) -> Result<RequestId, Problem> {
        let entry = self.entry(id)?;
        let back = entry.taken_back(self.today_here(), self.profile()).filter(|_| entry.acts(None).undo);
        let Some(wish) = back else {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing to undo"));
        };
        let stored = entry.account.as_ref().map(|id| self.known(id)).transpose()?;
        let is_that =
            |other: &Entry| other.stage == EntryStage::Draft && other.asks_for(entry.account.as_ref(), &wish);
        if let Some(known) = self.entries(false)?.into_iter().find(is_that) {
            return Ok(RequestId(known.id));
        }
        let draft = Draft {
            account: entry.account.clone(),
            written: before(stored.as_ref()),
            proof: forms::proof_of(&wish, self.profile()),
            wish,
            accepted: false,
            note: String::new(),
            days: Days::default(),
            typed: Typed::default(),
        };
        self.keep_draft(draft)
    }

    /// A new draft with what is in a request that came to nothing, unless there is one already. What has to be accepted is
    /// accepted anew.
    pub(crate) fn anew(&self, id: &RequestId) -> Result<RequestId, Problem> {
        let entry = self.entry(id)?;
        if !entry.acts(None).anew {
            return Err(Problem::new(ProblemCode::BadInput, "it has not come to nothing"));
        }
        let is_that = |other: &Entry| {
            other.stage == EntryStage::Draft && other.asks_for(entry.account.as_ref(), &entry.wish)
        };
        if let Some(known) = self.entries(false)?.into_iter().find(is_that) {
            return Ok(RequestId(known.id));
        }
        let form = forms::form_of(&entry, self.profile());
        self.save_draft(RequestForm { id: None, policy_accepted: false, ..form })
    }

    /// Whoever asked has tried it, and it works.
    pub(crate) fn tried(&self, id: &RequestId) -> Result<(), Problem> {
        let entry = self.entry(id)?;
        if !entry.acts(None).tried {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing to try yet"));
        }
        let now = self.now();
        let mut tried = Entry { stage: EntryStage::Tried { at: now }, ..entry.clone() };
        tried.note_event(now, RequestEventKind::Tried, None, "");
        self.change(&entry, &tried)
    }

    /// Sends once more what may have arrived: only where the person says so, knowing that it may then be there twice.
    pub(crate) fn send_again(&self, id: &RequestId) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if !before.acts(self.desk_now(|now| now.abilities)).send_again {
            return Err(Problem::new(ProblemCode::BadInput, "the desk is asked what became of it"));
        }
        self.change(&before, &Entry { stage: EntryStage::SendAgain, ..before.clone() })
    }

    /// Takes that back, as long as it has not gone.
    pub(crate) fn hold_back(&self, id: &RequestId) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if !before.acts(None).hold_back {
            return Err(Problem::new(ProblemCode::BadInput, "it is not about to be sent again"));
        }
        self.change(&before, &Entry { stage: EntryStage::Sending, ..before.clone() })
    }

    /// Puts a request that was overtaken on the account as it is now: into the outbox again, or back to a draft.
    pub(super) fn renew(&self, id: &RequestId, keep: bool) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if before.stage != EntryStage::Conflict {
            return Err(Problem::new(ProblemCode::BadInput, "there is no conflict any more"));
        }
        let stored = before.account.as_ref().map(|id| self.known(id)).transpose()?;
        let now = forms::before(stored.as_ref());
        // The desk knows what it refused it for, sooner than the record may.
        let now = before.changed.as_ref().map_or_else(|| now.clone(), |changed| changed.onto(&now));
        // Some of it may have come about by itself.
        let rest = accounts::remaining(&now, &before.wish).or_else(|| {
            // What is answered beside it may be wanted by itself, as other addresses are: no record says that it came about.
            let answered = Wish { edits: Vec::new(), ..before.wish.clone() };
            let rules = self.profile().rules();
            accounts::feasible(&now, &answered, &rules).is_ok().then_some(answered)
        });
        let is_left = rest.is_some() || before.wish.edits.is_empty();
        let stage = if keep && is_left { EntryStage::Waiting } else { EntryStage::Draft };
        let wish = rest.unwrap_or_else(|| before.wish.clone());
        let rewritten = forms::rewritten(&before, now, wish);
        // Sent again, it stands on what the desk says; a draft on what its writer sees.
        let changed = rewritten.changed.clone().filter(|_| stage == EntryStage::Waiting);
        let after = Entry { stage, changed_at: self.now(), changed, ..rewritten };
        self.change(&before, &after)
    }

    pub(crate) fn discard(&self, id: &RequestId) -> Result<(), Problem> {
        let entry = self.entry(id)?;
        let can = entry.acts(self.desk_now(|now| now.abilities));
        let unlooked = can.discard && entry.lost_tries == 0;
        if !unlooked && !can.asked_there {
            return Err(Problem::new(ProblemCode::BadInput, "it may be at the desk already"));
        }
        self.drop_entry(&entry)
    }

    pub(super) fn drop_entry(&self, entry: &Entry) -> Result<(), Problem> {
        if !self.store.remove_request(&entry.id, entry)? {
            return Err(Problem::new(ProblemCode::BadInput, "it was sent or changed at the same moment"));
        }
        self.around.outside.tell(Event::RequestsChanged);
        Ok(())
    }
}

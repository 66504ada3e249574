//! Days of access. No desk that is known begins or ends access by itself on a day, so nothing of this travels: this computer
//! reminds whoever asked, and what is then done is a request like any other.

use super::entry::{Entry, EntryStage};
use crate::{
    open::Open,
    outside::Event,
    view::{DueReminder, PlanFault, Problem, ProblemCode, Reminder, ReminderKind, RequestId},
};
use accounts::{Access, Account, Edit, Proof, Wish};
use desk::Stage;
use institutions::Profile;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, time::Duration};

/// How long it is waited for somebody to try what was done.
const TRYING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longest sleep between two looks at the day: a computer that was suspended does not count the time.
const LONGEST_NAP: Duration = Duration::from_mins(15);

/// What the desktop was told of.
pub(crate) type Told = HashSet<(RequestId, ReminderKind, Date)>;

/// From when until when access is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Days {
    pub(crate) begins: Option<Date>,
    pub(crate) ends: Option<Date>,
    /// When `begins` was chosen: a day that has come since is no mistake.
    chosen_on: Option<Date>,
    /// The last beginning that was none, kept while another is typed: chosen again it is none still.
    agreed: Option<Date>,
    /// Whoever asked wants to hear no more of the end.
    let_be: bool,
    /// The record has shown what was given, and then that nothing of it is there any more: given again it is somebody else's
    /// giving.
    over: bool,
}

impl Days {
    /// The same with what a form says today.
    pub(crate) fn chosen(self, begins: Option<Date>, ends: Option<Date>, today: Date) -> Self {
        let chosen_on = if begins == self.begins { self.chosen_on } else { begins.map(|_| today) };
        let same_end = ends == self.ends;
        let (let_be, over) = (self.let_be && same_end, self.over && same_end);
        Self { begins, ends, chosen_on, agreed: self.agreed(), let_be, over }
    }

    /// A beginning that has come, and is no mistake.
    pub(crate) fn begun(self, today: Date) -> Option<Date> {
        self.agreed().filter(|day| *day <= today)
    }

    fn agreed(self) -> Option<Date> {
        self.begins.filter(|_| !self.begins_too_early()).or(self.agreed)
    }

    /// What is wrong with them for a wish that is not sent yet.
    pub(crate) fn faults(self, before: &Account, wish: &Wish, today: Date) -> Vec<PlanFault> {
        let mut faults = Vec::new();
        if self.begins_too_early() {
            faults.push(PlanFault::BeginsBeforeToday);
        }
        if self.ends.is_some_and(|ends| ends < today) {
            faults.push(PlanFault::EndsBeforeToday);
        } else if self.ends.is_some_and(|ends| self.begins.is_some_and(|begins| ends < begins)) {
            faults.push(PlanFault::EndsBeforeBegins);
        } else if self.ends.is_some() && !wish.edits.is_empty() && !gives(before, wish) {
            faults.push(PlanFault::NothingToEnd);
        }
        faults
    }

    fn begins_too_early(self) -> bool {
        let too_early = |begins: &Date| self.chosen_on.is_some_and(|chosen| *begins < chosen);
        self.begins.filter(too_early).is_some_and(|begins| self.agreed != Some(begins))
    }
}

/// Whether a wish gives anybody a right.
fn gives(before: &Account, wish: &Wish) -> bool {
    wish.edits.iter().any(|edit| !gained(before, edit).is_empty())
}

/// The rights that an edit gives beyond what was held before.
fn gained<'a>(before: &Account, edit: &'a Edit) -> Vec<&'a accounts::RightId> {
    let Edit::Access { to, rights } = edit else { return Vec::new() };
    let held = before.grant_of(&to.who.id).map(|grant| grant.rights.as_slice()).unwrap_or_default();
    rights.iter().filter(|right| !held.contains(right)).collect()
}

/// Whether the record still shows any of what a request gave.
fn shows_what_was_given(now: &Account, entry: &Entry) -> bool {
    entry.wish.edits.iter().any(|edit| {
        let Edit::Access { to, .. } = edit else { return false };
        let Some(grant) = now.grant_of(&to.who.id) else { return false };
        gained(&entry.written, edit).into_iter().any(|right| grant.rights.contains(right))
    })
}

impl Entry {
    /// When it is to be sent, where it waits here for that.
    fn beginning(&self) -> Option<Date> {
        self.days.begins.filter(|_| self.stage == EntryStage::Draft && !self.days.begins_too_early())
    }

    /// When what it gives is to end, as long as it may still come about.
    fn end(&self) -> Option<Date> {
        let given_up = matches!(&self.ticket, Some(ticket) if matches!(ticket.stage, Stage::Refused | Stage::Withdrawn))
            || self.is_no_longer_known();
        let is_heard = !self.days.let_be && !self.days.over && !given_up && gives(&self.written, &self.wish);
        self.days.ends.filter(|_| is_heard)
    }

    /// Whether it has a day of which is, or may yet be, reminded.
    pub(crate) fn reminds(&self) -> bool {
        self.beginning().is_some() || self.end().is_some()
    }

    fn to_begin(&self, today: Date) -> Option<Reminder> {
        self.beginning().map(|on| Reminder { what: ReminderKind::Begin, on, due: on <= today })
    }

    /// What asks for the opposite, where that can be asked for. Once its end has come: of what it gave, and of nothing that it
    /// took away.
    pub(crate) fn taken_back(&self, today: Date, profile: &Profile) -> Option<Wish> {
        let is_over = self.to_end(today).is_some_and(|end| end.due);
        let gave = |edit: &&Edit| !is_over || !gained(&self.written, edit).is_empty();
        let edits = self.wish.edits.iter().filter(gave).cloned().collect();
        let back = accounts::undo(&self.written, &Wish { edits, ..self.wish.clone() }, &profile.rules())?;
        // A last day that has gone by is given to no account again.
        let is_past =
            |edit: &Edit| matches!(edit, Edit::Expires { at } if at.to_zoned(profile.zone()).date() < today);
        (!back.edits.iter().any(is_past)).then_some(back)
    }

    fn to_end(&self, today: Date) -> Option<Reminder> {
        let due = |on: Date| on <= today && self.acts(None).undo;
        self.end().map(|on| Reminder { what: ReminderKind::End, on, due: due(on) })
    }
}

impl Open {
    /// Of what this computer reminds for a request. `open`: requests that are not finished.
    pub(crate) fn reminders(&self, entry: &Entry, open: &[Entry]) -> Result<Vec<Reminder>, Problem> {
        let today = self.today_here();
        let mut found: Vec<_> = entry.to_begin(today).into_iter().collect();
        let Some(end) = entry.to_end(today) else { return Ok(found) };
        let comes = if end.due { self.is_to_end(entry, open)? } else { !self.has_ended(entry)? };
        found.extend(comes.then_some(end));
        Ok(found)
    }

    /// Whether the record has shown what a request gave, and shows now that nothing of it is there any more.
    fn has_ended(&self, entry: &Entry) -> Result<bool, Problem> {
        let EntryStage::Seen { at } = &entry.stage else { return Ok(false) };
        let stored = entry.account.as_ref().map(|id| self.shown().account(id)).transpose()?.flatten();
        Ok(stored.is_some_and(|stored| {
            // Where it was not looked since, or the record does not say who has access, nothing has been seen to end.
            let is_fresh = stored.seen_at.parse::<Timestamp>().is_ok_and(|seen| seen >= *at);
            let says = matches!(stored.account.access, Access::All(_));
            is_fresh && says && !shows_what_was_given(&stored.account, entry)
        }))
    }

    /// Whether what a request gave is there still, for the reader to ask for its end, and they have not yet.
    fn is_to_end(&self, entry: &Entry, open: &[Entry]) -> Result<bool, Problem> {
        let stored = entry.account.as_ref().map(|id| self.shown().account(id)).transpose()?.flatten();
        let Some(stored) = stored else { return Ok(false) };
        let Some(back) = entry.taken_back(self.today_here(), self.profile()) else { return Ok(false) };
        let is_asked =
            open.iter().any(|other| other.is_under_way() && other.asks_for(entry.account.as_ref(), &back));
        let may = self.may_ask(entry.wish.kind, Some(&stored)).is_ok();
        Ok(may && !is_asked && shows_what_was_given(&stored.account, entry))
    }

    /// The reader's requests whose day has come, the one that waits longest first.
    pub(crate) fn due(&self) -> Result<Vec<DueReminder>, Problem> {
        let reminding = self.store.requests_that_remind::<Entry>()?;
        if reminding.is_empty() {
            return Ok(Vec::new());
        }
        let open = self.entries(false)?;
        let mut due = Vec::new();
        for entry in &reminding {
            let reminders = self.reminders(entry, &open)?.into_iter().filter(|reminder| reminder.due);
            due.extend(
                reminders.map(|reminder| DueReminder { request: entry.row(self.profile()), reminder }),
            );
        }
        due.sort_by_key(|one| one.reminder.on);
        Ok(due)
    }

    /// The reader wants to hear no more of the end of what a request gave.
    pub(crate) fn let_be(&self, id: &RequestId) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if before.days.ends.is_none() {
            return Err(Problem::new(ProblemCode::BadInput, "nothing is reminded of"));
        }
        self.change(&before, &Entry { days: Days { let_be: true, ..before.days }, ..before.clone() })
    }

    /// What the day brings: reminders, what has ended by itself, and the end of waiting for somebody to try what was done.
    /// `told` holds what the desktop was told of already.
    pub(crate) fn greet_day(&self, told: &mut Told) -> Result<(), Problem> {
        for entry in self.store.requests_that_remind::<Entry>()? {
            if entry.end().is_some() && self.has_ended(&entry)? {
                let days = Days { over: true, ..entry.days };
                self.replace(&entry, &Entry { days, ..entry.clone() })?;
            }
        }
        for entry in self.entries(false)? {
            if is_left_untried(&entry, self.now()) {
                self.replace(&entry, &Entry { untried: true, ..entry.clone() })?;
            }
        }
        let due = self.due()?;
        let fresh: Vec<_> = due
            .into_iter()
            .filter(|one| told.insert((one.request.id.clone(), one.reminder.what, one.reminder.on)))
            .collect();
        if !fresh.is_empty() {
            // Whatever page shows them asks again.
            self.around.outside.tell(Event::RequestsChanged);
        }
        for one in fresh {
            self.around.outside.tell(Event::ReminderDue(Box::new(one)));
        }
        Ok(())
    }
}

/// Whether it was done long ago, and nobody said whether it works.
fn is_left_untried(entry: &Entry, now: Timestamp) -> bool {
    let done = entry.ticket.as_ref().and_then(|ticket| match ticket.stage {
        Stage::Done { at } => Some(at),
        _ => None,
    });
    entry.proof == Proof::Tried
        && entry.stage == EntryStage::Sent
        && !entry.is_finished()
        && done.is_some_and(|at| now.duration_since(at) >= TRYING)
}

/// How long to sleep where there is `rest` to wait, at most until the day at the institution is another one.
pub(super) fn nap(rest: Duration, now: Timestamp, zone: &TimeZone) -> Duration {
    let here = now.to_zoned(zone.clone());
    let midnight = here.tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    let left = midnight.ok().and_then(|midnight| Duration::try_from(midnight.duration_since(&here)).ok());
    rest.min(LONGEST_NAP).min(left.unwrap_or(LONGEST_NAP))
}

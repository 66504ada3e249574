//! Asking for changes: drafts, plans, the outbox, and what became of each request (C4, X2, X6, X10).

mod entry;
mod outbox;
mod use_cases;

pub(crate) use outbox::{DeskNow, keep_following};

use crate::{
    blocking::blocking,
    open::Open,
    outside::Event,
    view::{
        AccessForm, Connection, Decision, FoundPeople, PersonChoice, PlanFault, PlanView, Problem,
        ProblemCode, RequestActs, RequestEvent, RequestEventKind, RequestFacet, RequestId, RequestPage,
        RequestRow, RequestView, Resolution,
    },
};
use accounts::{Account, AccountId, MayNotAsk, NoPlan, PlanLine, Rules, Wish};
use entry::{Entry, EntryStage};
use outbox::{Round, go_round};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{PeopleFacet, PeopleQuery, Stored};

/// Requests given at once, at most.
const MOST: usize = 200;
/// Longest note, in characters.
const LONGEST_NOTE: usize = 2000;
/// People in one wish, at most: the mail service keeps no more.
const MOST_PEOPLE: usize = 500;
/// People offered for what was typed.
const OFFERED: usize = 20;
/// How long a person who sends waits for the desk before the screen goes on without it.
const IN_SIGHT: Duration = Duration::from_secs(4);

impl Open {
    /// Whether anything can be asked for: there is a desk, and an account whose delegates it could change.
    pub(crate) fn asks(&self) -> bool {
        let has_desk =
            self.identity.connection == Connection::Practice || self.profile().connection.desk.is_some();
        has_desk && !self.profile().rules().by_delegation.is_empty()
    }

    /// Why the reader may not ask for the access to an account to be changed.
    pub(crate) fn may_change_access(&self, stored: &Stored) -> Result<(), MayNotAsk> {
        accounts::may_change_access(&stored.account, stored.standing, &self.profile().rules())
    }

    fn known(&self, id: &AccountId) -> Result<Stored, Problem> {
        let no_such = || Problem::new(ProblemCode::NoSuchAccount, "no account of that id is kept here");
        self.shown().account(id)?.ok_or_else(no_such)
    }

    fn entry(&self, id: &RequestId) -> Result<Entry, Problem> {
        self.store.request(&id.0)?.ok_or_else(no_such_request)
    }

    /// Every request of this person, what changed last first.
    fn entries(&self, finished: bool) -> Result<Vec<Entry>, Problem> {
        Ok(self.store.requests(finished)?)
    }

    pub(crate) fn requests(&self, facet: RequestFacet) -> Result<RequestPage, Problem> {
        let open = self.entries(false)?;
        let (to_decide, decides) =
            self.desk_now(|now| (now.to_decide.clone(), now.abilities.is_some_and(|can| can.decides)));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let counted = to_decide.as_ref().filter(|_| decides).map(|tickets| count(tickets.len()));
        let counts = (count(open.len()), count(self.store.finished_requests()?));
        let rows: Vec<RequestRow> = match facet {
            RequestFacet::Open => open.iter().take(MOST).map(Entry::row).collect(),
            RequestFacet::Finished => self.entries(true)?.iter().take(MOST).map(Entry::row).collect(),
            RequestFacet::ToDecide => {
                to_decide.iter().flatten().take(MOST).map(entry::row_to_decide).collect()
            }
        };
        Ok(RequestPage { rows, open: counts.0, finished: counts.1, to_decide: counted })
    }

    pub(crate) fn request(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let Some(entry) = self.store.request::<Entry>(&id.0)? else { return self.request_to_decide(id) };
        let problem = self.desk_now(|now| now.problem.clone());
        let can = self.desk_now(|now| now.abilities);
        let conflict = match (&entry.stage, self.shown().account(entry.account())?) {
            (EntryStage::Conflict, Some(now)) => entry.conflict(&now.account),
            _ => Vec::new(),
        };
        let missing = entry.missing.iter().flat_map(|Wish::ChangeAccess { changes }| changes);
        Ok(RequestView {
            row: entry.row(),
            changes: entry.changes().to_vec(),
            note: entry.note.clone(),
            lines: lines(&entry.written, &entry.wish, &self.profile().rules()),
            conflict,
            missing: missing.map(|change| change.to.who.name.clone()).collect(),
            can: entry.acts(can),
            problem: problem.filter(|_| entry.is_under_way() && entry.stage != EntryStage::Sent),
            support: entry.support(self.now()),
            events: entry.events,
        })
    }

    /// Somebody else's request, by its reference.
    fn request_to_decide(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let found = self
            .desk_now(|now| now.to_decide.iter().flatten().find(|ticket| ticket.reference == id.0).cloned());
        let ticket = found.ok_or_else(no_such_request)?;
        let known = self.shown().account(&ticket.account)?.map(|stored| stored.account);
        let known = known.filter(|account| matches!(account.access, accounts::Access::All(_)));
        let rules = self.profile().rules();
        let told =
            known.map(|account| lines(&account, &ticket.wish, &rules)).filter(|lines| !lines.is_empty());
        let lines = told.unwrap_or_else(|| lines(&entry::as_taken_in(&ticket), &ticket.wish, &rules));
        let Wish::ChangeAccess { changes } = &ticket.wish;
        let received = RequestEvent {
            at: ticket.created.to_string(),
            what: RequestEventKind::Received,
            by: Some(ticket.requester.1.clone()),
            text: Some(ticket.reference.clone()),
        };
        Ok(RequestView {
            row: entry::row_to_decide(&ticket),
            changes: changes.clone(),
            note: ticket.note.clone(),
            // What cannot be shown is not decided here.
            can: RequestActs { decide: !lines.is_empty(), ..RequestActs::default() },
            lines,
            events: vec![received],
            conflict: Vec::new(),
            missing: Vec::new(),
            problem: None,
            support: None,
        })
    }

    /// What the form comes to, against the account as it is known now.
    pub(crate) fn plan(&self, form: &AccessForm) -> Result<PlanView, Problem> {
        check(form)?;
        let stored = self.known(&form.account)?;
        let wish = Wish::ChangeAccess { changes: form.changes.clone() };
        let planned = if let Err(why) = self.may_change_access(&stored) {
            Err(PlanFault::MayNotAsk { why })
        } else {
            let owner = stored.account.owner.as_ref().map(|owner| owner.who.name.clone());
            accounts::plan(&stored.account, &wish, &self.profile().rules())
                .map_err(|fault| told(fault, owner.unwrap_or_default()))
        };
        let (plan, fault) = match planned {
            Ok(plan) => (Some(plan), None),
            Err(fault) => (None, Some(fault)),
        };
        let read_at = self.freshness().read_at;
        let seen_at = read_at.max(Some(stored.seen_at)).unwrap_or_default();
        let withdraws = self.desk_now(|now| now.abilities.is_some_and(|can| can.withdraws));
        Ok(PlanView { plan, fault, seen_at, duplicate: self.duplicate(form)?, withdraws })
    }

    /// An open request for the same account and somebody whom this one names too.
    fn duplicate(&self, form: &AccessForm) -> Result<Option<RequestId>, Problem> {
        let names = |entry: &Entry| {
            entry.changes().iter().any(|one| form.changes.iter().any(|two| one.to.who.id == two.to.who.id))
        };
        let is_other = |entry: &Entry| form.id.as_ref().is_none_or(|id| id.0 != entry.id);
        let found = self.entries(false)?.into_iter().find(|entry| {
            *entry.account() == form.account
                && entry.stage != EntryStage::Draft
                && is_other(entry)
                && names(entry)
        });
        Ok(found.map(|entry| RequestId(entry.id)))
    }

    /// Keeps the form. A draft follows the account as it is known now: what it builds on is what its writer sees.
    pub(crate) fn save_draft(&self, form: AccessForm) -> Result<RequestId, Problem> {
        check(&form)?;
        let AccessForm { id, account, changes, note } = form;
        let written = self.known(&account)?.account;
        let wish = Wish::ChangeAccess { changes };
        let now = self.now();
        let Some(id) = id else {
            let entry = Entry::draft(uuid::Uuid::now_v7().to_string(), written, wish, note, now);
            self.keep(&entry)?;
            return Ok(RequestId(entry.id));
        };
        let before = self.entry(&id)?;
        if !before.acts(None).edit || *before.account() != account {
            return Err(Problem::new(ProblemCode::BadInput, "it is no longer a draft"));
        }
        let written = entry::as_far_as_named(written, &wish);
        let stage = EntryStage::Draft;
        let after = Entry { written, wish, note, stage, changed_at: now, ..before.clone() };
        self.change(&before, &after)?;
        Ok(id)
    }

    /// Keeps what was changed by hand, unless it was sent at the same moment.
    fn change(&self, before: &Entry, after: &Entry) -> Result<(), Problem> {
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
        let stored = self.known(entry.account())?;
        let allowed = self.may_change_access(&stored).is_ok();
        if !allowed || accounts::plan(&entry.written, &entry.wish, &self.profile().rules()).is_err() {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing in it that could be sent"));
        }
        let waiting = Entry { stage: EntryStage::Waiting, changed_at: self.now(), ..entry.clone() };
        self.change(&entry, &waiting)
    }

    /// A new draft that gives back what a request changed.
    pub(crate) fn undo(&self, id: &RequestId) -> Result<RequestId, Problem> {
        let entry = self.entry(id)?;
        if !entry.acts(None).undo {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing to undo yet"));
        }
        let now = self.known(entry.account())?.account;
        let wish = accounts::undone(&entry.written, &entry.wish);
        let draft = Entry::draft(uuid::Uuid::now_v7().to_string(), now, wish, String::new(), self.now());
        self.keep(&draft)?;
        Ok(RequestId(draft.id))
    }

    /// Sends once more what may have arrived: only where the person says so, knowing that it may then be there twice.
    pub(crate) fn send_again(&self, id: &RequestId) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if !before.acts(self.desk_now(|now| now.abilities)).send_again {
            return Err(Problem::new(ProblemCode::BadInput, "the desk is asked what became of it"));
        }
        self.change(&before, &Entry { stage: EntryStage::SendAgain, ..before.clone() })
    }

    pub(crate) fn resolve(&self, id: &RequestId, resolution: Resolution) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if before.stage != EntryStage::Conflict {
            return Err(Problem::new(ProblemCode::BadInput, "there is no conflict any more"));
        }
        if resolution == Resolution::Drop {
            return self.drop_entry(&before);
        }
        let now = self.known(before.account())?.account;
        // Some of it may have come about by itself.
        let rest = accounts::remaining(&now, &before.wish);
        let stage = match (resolution, &rest) {
            (Resolution::Keep, Some(_)) => EntryStage::Waiting,
            _ => EntryStage::Draft,
        };
        let wish = rest.unwrap_or_else(|| before.wish.clone());
        let written = entry::as_far_as_named(now, &wish);
        let after = Entry { written, wish, stage, changed_at: self.now(), ..before.clone() };
        self.change(&before, &after)
    }

    pub(crate) fn discard(&self, id: &RequestId) -> Result<(), Problem> {
        let entry = self.entry(id)?;
        if !entry.acts(None).discard {
            return Err(Problem::new(ProblemCode::BadInput, "it may be at the desk already"));
        }
        self.drop_entry(&entry)
    }

    fn drop_entry(&self, entry: &Entry) -> Result<(), Problem> {
        if !self.store.remove_request(&entry.id, entry)? {
            return Err(Problem::new(ProblemCode::BadInput, "it was sent or changed at the same moment"));
        }
        self.around.outside.tell(Event::RequestsChanged);
        Ok(())
    }

    /// How many requests of an account are open.
    pub(crate) fn open_requests(&self, account: &AccountId) -> Result<Vec<RequestRow>, Problem> {
        let entries = self.entries(false)?;
        Ok(entries.iter().filter(|entry| entry.account() == account).map(Entry::row).collect())
    }

    /// People known on this computer, by name.
    fn people_known(&self, text: &str) -> Result<Vec<PersonChoice>, Problem> {
        let query = PeopleQuery {
            text: text.to_owned(),
            facet: PeopleFacet::Everyone,
            horizon: jiff::civil::Date::MIN,
            offset: 0,
            limit: OFFERED,
        };
        let found = self.shown().people(&query)?.rows.into_iter();
        let choice = |mut principal: accounts::Principal| {
            principal.who.leaves_on = None;
            let entitled = principal.who.has_left.then_some(false);
            PersonChoice { principal, entitled }
        };
        Ok(found.map(|found| choice(found.principal)).collect())
    }
}

/// Lets a round run while the screen waits for it, and goes on without it where the desk is slow.
pub(crate) async fn in_sight(open: Arc<Open>) {
    let round = tokio::spawn(async move {
        // What it meets is shown with the request. Where the desk answers, whoever waits for it to come back need not.
        if go_round(&open).await.is_ok() {
            open.desk_wake.notify_one();
        }
    });
    let _ = tokio::time::timeout(IN_SIGHT, round).await;
}

pub(crate) async fn withdraw(open: Arc<Open>, id: RequestId) -> Result<(), Problem> {
    let before = open.entry(&id)?;
    let reference = before.ticket.as_ref().map(|ticket| ticket.reference.clone());
    let Some(reference) = reference.filter(|_| before.acts(None).withdraw) else {
        return Err(Problem::new(ProblemCode::BadInput, "it cannot be withdrawn now"));
    };
    let round = Round::begin(&open).await?;
    let ticket = round.gateway.withdraw(&reference).await?;
    let mut entry = before.clone();
    if ticket.id == entry.id && ticket.account == *entry.account() {
        entry.follow(ticket, &open.me().name);
    }
    // Where a round was quicker, the next one tells the same.
    open.replace(&before, &entry).map(drop)
}

pub(crate) async fn decide(open: Arc<Open>, decision: Decision) -> Result<(), Problem> {
    let Decision { id, approve, reason } = decision;
    if reason.chars().count() > LONGEST_NOTE || (!approve && reason.trim().is_empty()) {
        return Err(Problem::new(ProblemCode::BadInput, "a refusal needs a reason"));
    }
    let round = Round::begin(&open).await?;
    round.gateway.decide(&id.0, approve, reason.trim()).await?;
    open.desk_now(|now| {
        if let Some(waiting) = &mut now.to_decide {
            waiting.retain(|ticket| ticket.reference != id.0);
        }
    });
    open.around.outside.tell(Event::RequestsChanged);
    Ok(())
}

/// Who may be meant by `query`: as the desk knows, and without it as this computer knows.
pub(crate) async fn find_people(open: Arc<Open>, query: String) -> Result<FoundPeople, Problem> {
    let (known, text) = (Arc::clone(&open), query.clone());
    let mut people = blocking(move || known.people_known(&text)).await?;
    let ask = async {
        let round = Round::begin(&open).await.ok().filter(|round| round.abilities.finds_people)?;
        round.gateway.people(&query).await.ok()
    };
    // Whoever types waits for no desk that is silent.
    let asked = tokio::time::timeout(IN_SIGHT, ask).await.ok().flatten();
    let is_asked = asked.is_some();
    if let Some(candidates) = asked {
        let mut known: HashMap<String, usize> = HashMap::new();
        for (at, choice) in people.iter().enumerate() {
            known.insert(choice.principal.who.id.0.clone(), at);
        }
        for candidate in candidates {
            let entitled = Some(candidate.entitled);
            match known.get(candidate.principal.who.id.as_str()).and_then(|at| people.get_mut(*at)) {
                Some(choice) => choice.entitled = entitled,
                None => people.push(PersonChoice { principal: candidate.principal, entitled }),
            }
        }
        people.sort_by_key(|choice| accounts::fold(&choice.principal.who.name));
        people.truncate(OFFERED);
    }
    Ok(FoundPeople { query, people, asked: is_asked })
}

/// Who is changed, before and after. Empty where nothing can be said of it.
fn lines(before: &Account, wish: &Wish, rules: &Rules) -> Vec<PlanLine> {
    accounts::plan(before, wish, rules).map(|plan| plan.lines).unwrap_or_default()
}

fn check(form: &AccessForm) -> Result<(), Problem> {
    if form.note.chars().count() > LONGEST_NOTE || form.changes.len() > MOST_PEOPLE {
        return Err(Problem::new(ProblemCode::BadInput, "the note or the list of people is too long"));
    }
    Ok(())
}

fn told(fault: NoPlan, owner: String) -> PlanFault {
    match fault {
        NoPlan::NothingChanges => PlanFault::NothingChanges,
        NoPlan::NamedTwice(name) => PlanFault::NamedTwice { name },
        NoPlan::UnknownRight(right) => PlanFault::UnknownRight { right },
        NoPlan::IsOwner => PlanFault::IsOwner { name: owner },
    }
}

fn no_such_request() -> Problem {
    Problem::new(ProblemCode::NoSuchRequest, "no request of that id is kept here")
}

#[cfg(test)]
mod tests;

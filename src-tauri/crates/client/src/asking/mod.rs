//! Asking for changes: drafts, plans, the outbox, and what became of each request (C4, X2, X6, X10).

mod days;
mod entry;
mod forms;
mod outbox;
mod outcome;
mod use_cases;

pub(crate) use outbox::{DeskNow, keep_following};

use crate::{
    blocking::blocking,
    open::Open,
    outside::Event,
    view::{
        ConflictLine, Decision, FoundPeople, NameCheck, PersonChoice, PlanView, Problem, ProblemCode,
        RequestActs, RequestEvent, RequestEventKind, RequestFacet, RequestForm, RequestId, RequestPage,
        RequestRow, RequestView, Resolution, Said,
    },
};
use accounts::{AccountId, Edit, Proof, RequestKind, Wish, access_lines};
use days::Days;
use entry::{Draft, Entry, EntryStage};
use forms::{Filled, WorkedOut, before};
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
            RequestFacet::Open => open.iter().take(MOST).map(|entry| entry.row(self.profile())).collect(),
            RequestFacet::Finished => {
                self.entries(true)?.iter().take(MOST).map(|entry| entry.row(self.profile())).collect()
            }
            RequestFacet::ToDecide => {
                let tickets = to_decide.iter().flatten().take(MOST);
                tickets.map(|ticket| entry::row_to_decide(ticket, self.profile())).collect()
            }
        };
        Ok(RequestPage { rows, open: counts.0, finished: counts.1, to_decide: counted })
    }

    pub(crate) fn request(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let Some(entry) = self.store.request::<Entry>(&id.0)? else { return self.request_to_decide(id) };
        let problem = self.desk_now(|now| now.problem.clone());
        let stored = entry.shown_by().map(|id| self.shown().account(id)).transpose()?.flatten();
        let conflict = match (&entry.stage, &stored) {
            (EntryStage::Conflict, Some(now)) => entry.conflict(&now.account),
            _ => Vec::new(),
        };
        let mut can = entry.acts(self.desk_now(|now| now.abilities));
        // Whoever handed it over cannot ask for it back.
        can.undo &= self.may_ask(entry.wish.kind, stored.as_ref()).is_ok();
        let profile = self.profile();
        let missing = entry.missing.clone().unwrap_or(Wish { edits: Vec::new(), ..entry.wish.clone() });
        let reminders = self.reminders(&entry, &self.entries(false)?)?;
        let unanswered = entry.missing.as_ref().map(|missing| missing.answers.clone()).unwrap_or_default();
        Ok(RequestView {
            row: entry.row(profile),
            form: forms::form_of(&entry, profile),
            // Where the record shows it no more to whoever asked, the desk's word is all that comes.
            proof: if entry.out_of_sight { Proof::Word } else { entry.proof },
            lines: access_lines(&entry.written, &entry.wish, &profile.rules()),
            answers: forms::answer_lines(&entry.wish, profile),
            conflict,
            missing: missing.edits,
            missing_answers: forms::titles(&unanswered, entry.wish.kind, profile),
            can,
            problem: problem.filter(|_| entry.is_under_way() && entry.stage != EntryStage::Sent),
            support: entry.support(self.now()),
            policy: forms::policy_of(&entry.written, &entry.wish, profile),
            reminders,
            events: entry.events,
        })
    }

    /// Somebody else's request, by its reference.
    fn request_to_decide(&self, id: &RequestId) -> Result<RequestView, Problem> {
        let found = self
            .desk_now(|now| now.to_decide.iter().flatten().find(|ticket| ticket.reference == id.0).cloned());
        let ticket = found.ok_or_else(no_such_request)?;
        let profile = self.profile();
        let known = ticket.account.as_ref().map(|id| self.shown().account(id)).transpose()?.flatten();
        let known = known.map(|stored| stored.account);
        // What the desk found when the reader approved.
        let changed = self.desk_now(|now| now.changed.get(&ticket.reference).cloned());
        let taken_in = entry::as_taken_in(&ticket);
        let rules = profile.rules();
        // Held against how it is now, where that is known here, unless it is shown how that has come to differ.
        let against = known.as_ref().filter(|account| matches!(account.access, accounts::Access::All(_)));
        let told = against
            .filter(|_| changed.is_none())
            .map(|account| access_lines(account, &ticket.wish, &rules))
            .filter(|lines| !lines.is_empty());
        let lines = told.unwrap_or_else(|| access_lines(&taken_in, &ticket.wish, &rules));
        let answers = forms::answer_lines(&ticket.wish, profile);
        let received = RequestEvent {
            at: ticket.created.to_string(),
            what: RequestEventKind::Received,
            by: Some(ticket.requester.1.clone()),
            text: Some(ticket.reference.clone()),
        };
        let row = entry::row_to_decide(&ticket, profile);
        let can = self.desk_now(|now| now.abilities).unwrap_or_default();
        let takes_answers = can.takes_answers && ticket.stage == desk::Stage::WithDesk;
        let shows = !(lines.is_empty() && row.asks.facts.is_empty() && answers.is_empty());
        let of = Filled {
            id: None,
            account: ticket.account.clone(),
            note: ticket.note.clone(),
            days: Days::default(),
        };
        Ok(RequestView {
            form: forms::filled(of, &ticket.wish, ticket.accepted, profile),
            proof: profile.request(ticket.wish.kind).map_or(Proof::Word, |request| request.proof),
            row,
            // What cannot be shown is not decided here.
            can: RequestActs { decide: shows, question: takes_answers, ..RequestActs::default() },
            lines,
            answers,
            events: std::iter::once(received)
                .chain(ticket.messages.iter().map(|message| said(message, &ticket)))
                .collect(),
            conflict: changed.map(|now| changed_since(&taken_in, &ticket.wish, &now)).unwrap_or_default(),
            missing: Vec::new(),
            missing_answers: Vec::new(),
            problem: None,
            support: None,
            policy: forms::policy_of(known.as_ref().unwrap_or(&taken_in), &ticket.wish, profile),
            reminders: Vec::new(),
        })
    }

    /// What the form comes to, against the account as it is known now.
    pub(crate) fn plan(&self, form: &RequestForm) -> Result<PlanView, Problem> {
        let WorkedOut { wish, stored, plan } = self.work_out(form)?;
        let (plan, faults) = match plan {
            Ok(plan) => (Some(plan), Vec::new()),
            Err(faults) => (None, faults),
        };
        let read_at = self.freshness().read_at;
        let seen_at = stored.map(|stored| read_at.max(Some(stored.seen_at)).unwrap_or_default());
        let withdraws = self.desk_now(|now| now.abilities.is_some_and(|can| can.withdraws));
        let answers = forms::answer_lines(&wish, self.profile());
        let duplicate = self.duplicate(form, &wish)?;
        Ok(PlanView { plan, faults, answers, seen_at: seen_at.unwrap_or_default(), duplicate, withdraws })
    }

    /// An open request of the same kind for the same: account, and somebody whom this one names too, or name.
    fn duplicate(&self, form: &RequestForm, wish: &Wish) -> Result<Option<RequestId>, Problem> {
        let same_name = |one: &Edit| matches!(one, Edit::Username { .. }) && wish.edits.contains(one);
        let is_same = |entry: &Entry| match wish.kind {
            RequestKind::ChangeAccess => entry.wish.access().any(|(to, _)| wish.names(&to.who.id)),
            RequestKind::NewAccount => entry.wish.edits.iter().any(same_name),
            RequestKind::AskDesk => entry.wish.answers == wish.answers,
            _ => true,
        };
        let is_other = |entry: &Entry| form.id.as_ref().is_none_or(|id| id.0 != entry.id);
        let found = self.entries(false)?.into_iter().find(|entry| {
            entry.wish.kind == wish.kind
                && entry.account == form.account
                && entry.stage != EntryStage::Draft
                && is_other(entry)
                && is_same(entry)
        });
        Ok(found.map(|entry| RequestId(entry.id)))
    }

    /// Keeps the form. A draft follows the account as it is known now: what it builds on is what its writer sees.
    pub(crate) fn save_draft(&self, form: RequestForm) -> Result<RequestId, Problem> {
        let WorkedOut { wish, stored, .. } = self.work_out(&form)?;
        let written = before(stored.as_ref());
        let days = self.days_of(&form)?;
        let RequestForm { id, account, policy_accepted: accepted, note, kind, .. } = form;
        let now = self.now();
        let Some(id) = id else {
            let proof = self.profile().request(kind).map_or(Proof::Word, |request| request.proof);
            let draft = Draft { account, written, wish, accepted, proof, note, days };
            return self.keep_draft(draft);
        };
        let before = self.entry(&id)?;
        if !before.acts(None).edit || before.account != account || before.wish.kind != kind {
            return Err(Problem::new(ProblemCode::BadInput, "it is no longer a draft"));
        }
        let stage = EntryStage::Draft;
        let after = Entry {
            accepted,
            note,
            days,
            stage,
            changed_at: now,
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
        if !entry.acts(None).undo {
            return Err(Problem::new(ProblemCode::BadInput, "there is nothing to undo yet"));
        }
        let stored = entry.account.as_ref().map(|id| self.known(id)).transpose()?;
        let wish = entry.taken_back(self.today_here());
        let is_that =
            |other: &Entry| other.stage == EntryStage::Draft && other.asks_for(entry.account.as_ref(), &wish);
        if let Some(known) = self.entries(false)?.into_iter().find(is_that) {
            return Ok(RequestId(known.id));
        }
        let draft = Draft {
            account: entry.account.clone(),
            written: before(stored.as_ref()),
            wish,
            accepted: false,
            proof: entry.proof,
            note: String::new(),
            days: Days::default(),
        };
        self.keep_draft(draft)
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

    pub(crate) fn resolve(&self, id: &RequestId, resolution: Resolution) -> Result<(), Problem> {
        let before = self.entry(id)?;
        if before.stage != EntryStage::Conflict {
            return Err(Problem::new(ProblemCode::BadInput, "there is no conflict any more"));
        }
        if resolution == Resolution::Drop {
            return self.drop_entry(&before);
        }
        let stored = before.account.as_ref().map(|id| self.known(id)).transpose()?;
        let now = forms::before(stored.as_ref());
        // Some of it may have come about by itself.
        let rest = accounts::remaining(&now, &before.wish);
        let stage = match (resolution, &rest) {
            (Resolution::Keep, Some(_)) => EntryStage::Waiting,
            _ => EntryStage::Draft,
        };
        let wish = rest.unwrap_or_else(|| before.wish.clone());
        let after = Entry { stage, changed_at: self.now(), ..forms::rewritten(&before, now, wish) };
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
        Ok(entries
            .iter()
            .filter(|entry| entry.account.as_ref() == Some(account))
            .map(|entry| entry.row(self.profile()))
            .collect())
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
    if entry.is_of(&ticket) {
        entry.follow(ticket, &open.me().name);
    }
    // Where a round was quicker, the next one tells the same.
    open.replace(&before, &entry).map(drop)
}

/// Answers what was asked about one's own request, or, as somebody who decides on it, asks.
pub(crate) async fn say(open: Arc<Open>, Said { id, text }: Said) -> Result<(), Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_NOTE {
        return Err(Problem::new(ProblemCode::BadInput, "there is nothing in it, or too much"));
    }
    let own = open.store.request::<Entry>(&id.0)?;
    let round = Round::begin(&open).await?;
    let Some(before) = own else {
        let ticket = round.gateway.question(&id.0, text).await?;
        open.desk_now(|now| {
            let waiting = now.to_decide.iter_mut().flatten();
            for known in waiting.filter(|known| known.reference == ticket.reference) {
                *known = ticket.clone();
            }
        });
        open.around.outside.tell(Event::RequestsChanged);
        return Ok(());
    };
    let reference = before.ticket.as_ref().map(|ticket| ticket.reference.clone());
    let Some(reference) = reference.filter(|_| before.acts(None).reply) else {
        return Err(Problem::new(ProblemCode::BadInput, "nothing waits for an answer"));
    };
    let ticket = round.gateway.reply(&reference, text).await?;
    let mut entry = before.clone();
    if entry.is_of(&ticket) {
        entry.follow(ticket, &open.me().name);
    }
    open.replace(&before, &entry).map(drop)
}

/// A question or an answer, for whoever decides.
fn said(message: &desk::Message, ticket: &desk::Ticket) -> RequestEvent {
    let is_answer = message.by.0 == ticket.requester.0;
    RequestEvent {
        at: message.at.to_string(),
        what: if is_answer { RequestEventKind::Answered } else { RequestEventKind::Asked },
        by: Some(message.by.1.clone()),
        text: Some(message.text.clone()),
    }
}

/// What whoever decides is shown where the desk says that the account has changed since it was asked.
fn changed_since(taken_in: &accounts::Account, wish: &Wish, now: &[Edit]) -> Vec<ConflictLine> {
    let line = |edit: &Edit| ConflictLine {
        written: edit.as_on(taken_in),
        now: now.iter().find(|now| now.subject() == edit.subject()).cloned(),
        wanted: edit.clone(),
    };
    let lines: Vec<_> = wish.edits.iter().map(line).collect();
    // Of what is not there any more the desk has nothing to say.
    let told: Vec<_> = lines.iter().filter(|line| line.now.is_some()).cloned().collect();
    if told.is_empty() { lines } else { told }
}

/// Whether it was decided: not where the account has changed since it was asked. Then the request shows how.
pub(crate) async fn decide(open: Arc<Open>, decision: Decision) -> Result<bool, Problem> {
    let Decision { id, approve, reason, despite } = decision;
    if reason.chars().count() > LONGEST_NOTE || (!approve && reason.trim().is_empty()) {
        return Err(Problem::new(ProblemCode::BadInput, "a refusal needs a reason"));
    }
    let round = Round::begin(&open).await?;
    let reason = reason.trim();
    let mut told = round.gateway.decide(&id.0, approve, reason, false).await;
    // Approved all the same is what the reader was shown, and nothing that came about since.
    if let Err(desk::Error::Conflict { now: found }) = &told
        && despite
        && open.desk_now(|now| now.changed.get(&id.0) == Some(found))
    {
        told = round.gateway.decide(&id.0, approve, reason, true).await;
    }
    let decided = match told {
        Ok(_) => true,
        Err(desk::Error::Conflict { now: found }) => {
            open.desk_now(|now| now.changed.insert(id.0.clone(), found));
            false
        }
        Err(error) => return Err(error.into()),
    };
    if decided {
        open.desk_now(|now| {
            now.changed.remove(&id.0);
            if let Some(waiting) = &mut now.to_decide {
                waiting.retain(|ticket| ticket.reference != id.0);
            }
        });
    }
    open.around.outside.tell(Event::RequestsChanged);
    Ok(decided)
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

/// What is to be said of a username: by the rule, and, where that finds nothing, by the desk.
pub(crate) async fn check_name(open: Arc<Open>, typed: String) -> NameCheck {
    let rule = open.profile().usernames.rule();
    let name = rule.folded(&typed);
    let faults = rule.faults(&name);
    // Whoever types waits for no desk that is silent.
    let taken = if faults.is_empty() {
        tokio::time::timeout(IN_SIGHT, is_taken(&open, &name)).await.ok().flatten()
    } else {
        None
    };
    NameCheck { typed, name, faults, taken }
}

async fn is_taken(open: &Arc<Open>, name: &str) -> Option<bool> {
    let round = Round::begin(open).await.ok().filter(|round| round.abilities.checks_names)?;
    round.gateway.is_taken(name).await.ok()
}

/// Whether the desk can be reached from here, now (B1).
pub(crate) async fn desk_answers(open: Arc<Open>) -> bool {
    matches!(tokio::time::timeout(IN_SIGHT, Round::begin(&open)).await, Ok(Ok(_)))
}

fn no_such_request() -> Problem {
    Problem::new(ProblemCode::NoSuchRequest, "no request of that id is kept here")
}

#[cfg(test)]
mod tests;

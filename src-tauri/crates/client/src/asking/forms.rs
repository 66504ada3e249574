//! From what a form holds to a wish and back, what is in the way of it, and which forms there are.

use super::{
    LONGEST_NOTE, MOST_KEPT, MOST_PEOPLE,
    days::Days,
    entry,
    entry::Entry,
    typed::{self, Typed},
};
use crate::{
    open::Open,
    view::{
        AnswerLine, AnswerShown, Connection, Offer, PlanFault, Problem, ProblemCode, RequestForm, RequestId,
        SetOwner,
    },
};
use accounts::{
    Access, AccessChange, Account, AccountId, AccountState, Answer, Answers, Concerned, Edit, KindId,
    MayNotAsk, Me, NamedUnit, NoPlan, PersonRef, Plan, Principal, PrincipalKind, Proof, RequestKind, Wish,
    kind_after, may_ask, may_ask_for_kind,
};
use institutions::{AnswerFault, AnswerType, Profile, Request};
use jiff::{Timestamp, civil::Date};
use store::Stored;

/// Longest answer to a question of the institution, in characters.
const LONGEST_ANSWER: u32 = 4000;
/// What is kept of what is typed, in characters of one field: too long to be sent, but not to be lost.
pub(super) const LONGEST_KEPT: usize = 100_000;
/// Longest name, in characters.
const LONGEST_NAME: usize = 300;
/// Questions of one form, at most.
const MOST_ANSWERS: usize = 50;

/// What a form comes to against what is known now.
pub(crate) struct WorkedOut {
    pub(crate) wish: Wish,
    /// The account that it concerns, as it was last read.
    pub(crate) stored: Option<Stored>,
    /// Or everything that is in the way, in the order of the form.
    pub(crate) plan: Result<Plan, Vec<PlanFault>>,
}

impl Open {
    /// Whether anything can be asked for: there is a desk, and the institution says what.
    pub(crate) fn asks(&self) -> bool {
        self.has_desk() && !self.profile().requests.is_empty()
    }

    pub(super) fn has_desk(&self) -> bool {
        self.identity.connection == Connection::Practice || self.profile().connection.desk.is_some()
    }

    /// Whether access to accounts is something that can be asked for here.
    pub(crate) fn offers_access(&self) -> bool {
        self.has_desk() && self.profile().request(RequestKind::ChangeAccess).is_some()
    }

    /// Why the reader may not send a request of a kind for an account; `None`: for none.
    pub(crate) fn may_ask(&self, kind: RequestKind, stored: Option<&Stored>) -> Result<(), MayNotAsk> {
        let of = stored.map(|stored| Concerned { account: &stored.account, standing: stored.standing });
        may_ask(kind, of, &self.me(), &self.profile().rules())
    }

    /// Why the reader may not ask for a new account of the kind that a form names.
    fn may_ask_for(&self, form: &RequestForm) -> Result<(), MayNotAsk> {
        let kind = form.account_kind.as_ref().filter(|_| form.kind == RequestKind::NewAccount);
        kind.map_or(Ok(()), |kind| may_ask_for_kind(kind, &self.me(), &self.profile().rules()))
    }

    /// What can be asked for about an account, or about none, in the profile's order: also what this reader may not ask for,
    /// with the reason. What does not fit the account at all is left out.
    pub(crate) fn offers(&self, account: Option<&AccountId>) -> Result<Vec<Offer>, Problem> {
        if !self.has_desk() {
            return Ok(Vec::new());
        }
        let stored = account.map(|id| self.known(id)).transpose()?;
        let mut offers = Vec::new();
        for request in &self.profile().requests {
            if account.is_none() && request.kind.needs_account() {
                continue;
            }
            if account.is_some() && request.kind == RequestKind::NewAccount {
                continue;
            }
            let why_not = self.may_ask(request.kind, stored.as_ref()).err();
            let fits_not = [MayNotAsk::NotOffered, MayNotAsk::NotThisKind, MayNotAsk::NothingToActivate];
            if !why_not.is_some_and(|why| fits_not.contains(&why)) {
                offers.push(offer(self.profile(), request, why_not, &self.me()));
            }
        }
        Ok(offers)
    }

    /// The form as a wish, with its plan or what is in the way of one.
    pub(crate) fn work_out(&self, form: &RequestForm) -> Result<WorkedOut, Problem> {
        check_size(form)?;
        let stored = form.account.as_ref().map(|id| self.known(id)).transpose()?;
        let wish = wish_of(form, self.profile());
        let before = match form.kind {
            // Of one that is not there yet it is known who has access: nobody.
            RequestKind::NewAccount => {
                Account { unit: self.unit_of_new(form), access: Access::All(Vec::new()), ..before(None) }
            }
            _ => before(stored.as_ref()),
        };
        let mut faults = Vec::new();
        if let Err(why) = self.may_ask(form.kind, stored.as_ref()).and_then(|()| self.may_ask_for(form)) {
            faults.push(PlanFault::MayNotAsk { why });
        } else {
            let today = self.today_here();
            faults.extend(fields(form, &before, kind_after(&before, &wish).as_ref(), self.profile(), today));
            if form.kind == RequestKind::ChangeAccess {
                faults.extend(self.days_of(form)?.faults(&before, &wish, today));
            }
        }
        let plan = if faults.is_empty() {
            accounts::plan(&before, &wish, &self.profile().rules())
                .map_err(|fault| vec![told(fault, &before, form)])
        } else {
            Err(faults)
        };
        Ok(WorkedOut { wish, stored, plan })
    }

    /// The unit of a new account, as far as it is known here: its owner's, where that is the reader's own or one that they look
    /// after.
    fn unit_of_new(&self, form: &RequestForm) -> Option<NamedUnit> {
        let (me, owner) = (self.me(), &form.owner.as_ref()?.who);
        if me.is(owner.id.as_str()) {
            return me.unit;
        }
        let mut known = me.unit.into_iter().chain(me.held_units);
        known.find(|unit| owner.unit.as_ref() == Some(&unit.name))
    }

    /// The days of a form that goes on with a draft, or with none.
    pub(crate) fn days_of(&self, form: &RequestForm) -> Result<Days, Problem> {
        if form.kind != RequestKind::ChangeAccess {
            return Ok(Days::default());
        }
        let draft = form.id.as_ref().map(|id| self.entry(id)).transpose()?;
        let before = draft.map(|draft| draft.days).unwrap_or_default();
        Ok(before.chosen(typed::day(&form.begins), typed::day(&form.ends), self.today_here()))
    }

    /// Today, where the institution is.
    pub(crate) fn today_here(&self) -> Date {
        self.now().to_zoned(self.profile().zone()).date()
    }
}

/// The account that a request builds on: of nothing where it concerns none.
pub(crate) fn before(stored: Option<&Stored>) -> Account {
    stored.map_or_else(|| Account::unknown("".into()), |stored| stored.account.clone())
}

fn offer(profile: &Profile, request: &Request, why_not: Option<MayNotAsk>, me: &Me) -> Offer {
    let rules = profile.rules();
    let fits = |kind: &&institutions::Kind| {
        let is_for = request.account_kinds.is_empty() || request.account_kinds.contains(&kind.id);
        // Whoever may not ask at all is shown what others ask for.
        let is_theirs = request.kind != RequestKind::NewAccount
            || why_not.is_some()
            || may_ask_for_kind(&kind.id, me, &rules).is_ok();
        is_for && is_theirs
    };
    let owners = request.teams.iter().filter_map(|team| {
        let own = me.team(&team.name)?;
        let who = PersonRef::named(own.id.as_str().into(), &own.name);
        let owner = Principal { kind: PrincipalKind::Group, who };
        Some(SetOwner { account_kinds: team.account_kinds.clone(), owner })
    });
    let how = profile.campus_network.as_ref().filter(|_| request.campus_network);
    Offer {
        kind: request.kind,
        name: request.name.clone(),
        about: request.about.clone(),
        why_not,
        otherwise: request.otherwise.clone(),
        proof: request.proof,
        policy: request.policy.clone(),
        policy_kinds: request.policy_kinds.clone(),
        campus_network: how.map(|network| network.how.clone()),
        questions: request.form.as_ref().map(institutions::Form::questions).unwrap_or_default(),
        account_kinds: profile.kinds.iter().filter(fits).map(|kind| kind.id.clone()).collect(),
        becomes: request.becomes.clone(),
        owners: owners.collect(),
    }
}

/// What shows that a wish was carried out, as the institution says. It may say it otherwise of a name that is wanted alone.
pub(crate) fn proof_of(wish: &Wish, profile: &Profile) -> Proof {
    let Some(request) = profile.request(wish.kind) else { return Proof::Word };
    let is_name_alone = wish.answers.is_empty() && !wish.edits.is_empty();
    request.name_proof.filter(|_| is_name_alone).unwrap_or(request.proof)
}

/// What has to be accepted with a request.
pub(crate) fn policy_of(before: &Account, wish: &Wish, profile: &Profile) -> Option<String> {
    let kind = kind_after(before, wish);
    profile.request(wish.kind)?.policy_for(kind.as_ref()).map(str::to_owned)
}

/// What the form asks for. What it leaves empty is not asked for.
pub(crate) fn wish_of(form: &RequestForm, profile: &Profile) -> Wish {
    use RequestKind as K;
    let mut edits = Vec::new();
    let name = profile.usernames.rule().folded(&form.username);
    if form.kind == K::NewAccount && !name.is_empty() {
        edits.push(Edit::Username { username: name });
    }
    let kind = match form.kind {
        K::NewAccount => form.account_kind.clone(),
        K::RemovePassword => profile.request(form.kind).and_then(|request| request.becomes.clone()),
        _ => None,
    };
    edits.extend(kind.map(|kind| Edit::Kind { kind }));
    let display_name = clean(&form.display_name);
    let display_name = display_name.trim();
    if matches!(form.kind, K::NewAccount | K::SetDetails) && !display_name.is_empty() {
        edits.push(Edit::DisplayName { name: display_name.to_owned() });
    }
    if matches!(form.kind, K::NewAccount | K::HandOver) {
        edits.extend(form.owner.clone().map(|to| Edit::Owner { to }));
    }
    match form.kind {
        K::Activate => edits.push(Edit::State { state: AccountState::Active }),
        K::Close => edits.push(Edit::State { state: AccountState::Suspended }),
        _ => {}
    }
    if matches!(form.kind, K::NewAccount | K::Renew) {
        let end = typed::day(&form.ends).and_then(|day| end_of(day, profile));
        edits.extend(end.map(|at| Edit::Expires { at }));
    }
    if matches!(form.kind, K::ChangeAccess | K::RemovePassword | K::HandOver | K::NewAccount) {
        edits.extend(form.changes.iter().cloned().map(Edit::from));
    }
    let said =
        |(_, answer): &(&String, &Answer)| !matches!(answer, Answer::Text(text) if text.trim().is_empty());
    let answers = form.answers.iter().filter(said).map(|(key, answer)| match answer {
        Answer::Text(text) => (key.clone(), Answer::Text(clean(text))),
        other => (key.clone(), other.clone()),
    });
    Wish { kind: form.kind, edits, answers: answers.collect() }
}

/// Text without what cannot be seen: a tab is a blank, and characters that steer a terminal or turn the text's direction
/// go. So what is sent is what stands on the screen, and what a desk gives back is the same.
fn clean(text: &str) -> String {
    let is_unseen = |c: &char| {
        (c.is_control() && *c != '\n')
            // Soft hyphens, blanks of no width, marks and overrides of direction, invisible operators, tags.
            || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}')
            || matches!(c, '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
            || matches!(c, '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
    };
    text.replace('\t', " ").chars().filter(|c| !is_unseen(c)).collect()
}

/// The form that a request was filled in with.
pub(crate) fn form_of(entry: &Entry, profile: &Profile) -> RequestForm {
    let of = Filled {
        id: Some(RequestId(entry.id.clone())),
        account: entry.account.clone(),
        note: entry.note.clone(),
        days: entry.days,
        typed: entry.typed.clone(),
    };
    filled(of, &entry.wish, entry.accepted, profile)
}

/// What of a form is not in its wish.
pub(crate) struct Filled {
    pub(crate) id: Option<RequestId>,
    pub(crate) account: Option<AccountId>,
    pub(crate) note: String,
    pub(crate) days: Days,
    pub(crate) typed: Typed,
}

pub(crate) fn filled(of: Filled, wish: &Wish, policy_accepted: bool, profile: &Profile) -> RequestForm {
    let mut form = RequestForm {
        id: of.id,
        kind: wish.kind,
        account: of.account,
        changes: Vec::new(),
        owner: None,
        account_kind: None,
        username: String::new(),
        display_name: String::new(),
        begins: typed::shown(of.days.begins).unwrap_or(of.typed.begins),
        ends: typed::shown(of.days.ends).unwrap_or(of.typed.ends),
        unsorted: of.typed.unsorted,
        typed_names: of.typed.names,
        policy_accepted,
        answers: wish.answers.clone(),
        note: of.note,
    };
    for edit in &wish.edits {
        match edit.clone() {
            Edit::Access { to, rights } => form.changes.push(AccessChange { to, rights }),
            Edit::Owner { to } => form.owner = Some(to),
            Edit::Kind { kind } => form.account_kind = Some(kind),
            Edit::Username { username } => form.username = username,
            Edit::DisplayName { name } => form.display_name = name,
            Edit::State { .. } => {}
            Edit::Expires { at } => form.ends = at.to_zoned(profile.zone()).date().to_string(),
        }
    }
    form
}

/// The institution's questions with their answers, in the order in which they are asked; an answer to a question that is no
/// longer asked comes last, under its own key.
pub(crate) fn answer_lines(wish: &Wish, profile: &Profile) -> Vec<AnswerLine> {
    let form = profile.request(wish.kind).and_then(|request| request.form.as_ref());
    let questions = form.map(institutions::Form::questions).unwrap_or_default();
    let mut lines = Vec::new();
    for question in &questions {
        let Some(answer) = wish.answers.get(&question.id) else { continue };
        lines.push(AnswerLine {
            question: question.title.clone(),
            answer: shown(answer, Some(&question.answer)),
        });
    }
    let is_asked = |key: &String| questions.iter().any(|question| question.id == *key);
    let others = wish.answers.iter().filter(|(key, _)| !is_asked(key));
    lines.extend(
        others.map(|(key, answer)| AnswerLine { question: key.clone(), answer: shown(answer, None) }),
    );
    lines
}

fn shown(answer: &Answer, as_asked: Option<&AnswerType>) -> AnswerShown {
    match (answer, as_asked) {
        (Answer::YesNo(yes), _) => AnswerShown::YesNo(*yes),
        (Answer::Number(number), _) => AnswerShown::Number(*number),
        (Answer::Text(day), Some(AnswerType::Day)) => AnswerShown::Day(day.clone()),
        (Answer::Text(value), Some(AnswerType::Choice { options })) => {
            let chosen = options.iter().find(|option| option.value == *value);
            AnswerShown::Text(chosen.map_or(value, |option| &option.title).clone())
        }
        (Answer::Text(text), _) => AnswerShown::Text(text.clone()),
    }
}

/// The institution's titles of questions.
pub(crate) fn titles(answers: &Answers, kind: RequestKind, profile: &Profile) -> Vec<String> {
    let wish = Wish { kind, edits: Vec::new(), answers: answers.clone() };
    answer_lines(&wish, profile).into_iter().map(|line| line.question).collect()
}

/// What is missing or wrong at the fields that a kind of request has, before any plan.
fn fields(
    form: &RequestForm,
    before: &Account,
    kind: Option<&KindId>,
    profile: &Profile,
    today: Date,
) -> Vec<PlanFault> {
    use RequestKind as K;
    let mut faults = Vec::new();
    let display_name = clean(&form.display_name);
    let display_name = display_name.trim();
    if form.kind == K::NewAccount {
        if form.account_kind.is_none() {
            faults.push(PlanFault::NoKind);
        }
        let rule = profile.usernames.rule();
        let unit = before.unit.as_ref().map(|unit| &unit.id);
        let name = rule.faults_in(&rule.folded(&form.username), unit);
        if !name.is_empty() {
            faults.push(PlanFault::NotAName { faults: name });
        }
        if display_name.is_empty() {
            faults.push(PlanFault::NoDisplayName);
        }
    }
    if matches!(form.kind, K::NewAccount | K::SetDetails) && display_name.chars().count() > LONGEST_NAME {
        faults.push(PlanFault::DisplayNameTooLong { max: LONGEST_NAME });
    }
    // Where somebody is looked for, that is told below.
    let nobody = form.owner.is_none() && form.typed_names.owner.trim().is_empty();
    if matches!(form.kind, K::NewAccount | K::HandOver) && nobody {
        faults.push(PlanFault::NoOwner);
    }
    if form.changes.len() > MOST_PEOPLE {
        faults.push(PlanFault::TooManyPeople { count: form.changes.len(), max: MOST_PEOPLE });
    }
    let entries = form.unsorted.iter().map(String::as_str).filter(|text| !text.trim().is_empty());
    let nobody = entries.chain(form.typed_names.each());
    faults.extend(nobody.map(|text| PlanFault::Unsorted { text: text.to_owned() }));
    if form.kind == K::ChangeAccess && typed::is_no_day(&form.begins) {
        faults.push(PlanFault::BeginsNoDay);
    }
    let ends = typed::day(&form.ends);
    if matches!(form.kind, K::ChangeAccess | K::NewAccount | K::Renew) && typed::is_no_day(&form.ends) {
        faults.push(PlanFault::EndsNoDay);
    } else if form.kind == K::Renew && ends.is_none() {
        faults.push(PlanFault::NoEnd);
    }
    if matches!(form.kind, K::NewAccount | K::Renew) && ends.is_some_and(|day| day < today) {
        faults.push(PlanFault::EndsBeforeToday);
    }
    let request = profile.request(form.kind);
    if let Some(asked) = request.and_then(|request| request.form.as_ref()) {
        let longest = |fault| match fault {
            AnswerFault::TooLong { max } => AnswerFault::TooLong { max: max.min(LONGEST_ANSWER) },
            other => other,
        };
        let wrong = asked.faults(kind, &form.answers).into_iter();
        faults.extend(wrong.map(|(question, fault)| PlanFault::Answer { question, fault: longest(fault) }));
    }
    let is_told = |question: &String, faults: &[PlanFault]| {
        faults
            .iter()
            .any(|fault| matches!(fault, PlanFault::Answer { question: told, .. } if told == question))
    };
    for (question, answer) in &form.answers {
        if longer(answer, LONGEST_ANSWER as usize) && !is_told(question, &faults) {
            let fault = AnswerFault::TooLong { max: LONGEST_ANSWER };
            faults.push(PlanFault::Answer { question: question.clone(), fault });
        }
    }
    if request.is_some_and(|request| request.policy_for(kind).is_some()) && !form.policy_accepted {
        faults.push(PlanFault::PolicyNotAccepted);
    }
    if form.note.chars().count() > LONGEST_NOTE {
        faults.push(PlanFault::NoteTooLong { max: LONGEST_NOTE });
    }
    faults
}

fn told(fault: NoPlan, account: &Account, form: &RequestForm) -> PlanFault {
    match fault {
        NoPlan::NothingChanges | NoPlan::OutOfPlace => PlanFault::NothingChanges,
        NoPlan::NamedTwice(name) => PlanFault::NamedTwice { name },
        NoPlan::UnknownRight(right) => PlanFault::UnknownRight { right },
        NoPlan::IsOwner => {
            let owner = form.owner.as_ref().or(account.owner.as_ref());
            PlanFault::IsOwner { name: owner.map(|owner| owner.who.name.clone()).unwrap_or_default() }
        }
        NoPlan::NotAName(faults) => PlanFault::NotAName { faults },
        NoPlan::NeedsReason => PlanFault::NeedsReason,
        NoPlan::NeedsEnd => PlanFault::NeedsEnd,
    }
}

fn longer(answer: &Answer, most: usize) -> bool {
    matches!(answer, Answer::Text(text) if text.chars().count() > most)
}

fn check_size(form: &RequestForm) -> Result<(), Problem> {
    let too_long = |text: &str, most: usize| text.chars().count() > most;
    let too_much = too_long(&form.note, LONGEST_KEPT)
        || form.changes.len() > MOST_KEPT
        || form.unsorted.len() > MOST_KEPT
        || form
            .unsorted
            .iter()
            .map(String::as_str)
            .chain(form.typed_names.each())
            .any(|text| too_long(text, LONGEST_KEPT))
        || too_long(&form.username, LONGEST_KEPT)
        || too_long(&form.display_name, LONGEST_KEPT)
        || too_long(&form.begins, LONGEST_KEPT)
        || too_long(&form.ends, LONGEST_KEPT)
        || form.answers.len() > MOST_ANSWERS
        || form.answers.values().any(|answer| longer(answer, LONGEST_KEPT));
    if too_much {
        return Err(Problem::new(ProblemCode::BadInput, "a text or the list of people is too long"));
    }
    Ok(())
}

/// The last second of a day, where the institution is.
fn end_of(day: Date, profile: &Profile) -> Option<Timestamp> {
    let end = day.at(23, 59, 59, 0).to_zoned(profile.zone()).ok()?;
    Some(end.timestamp())
}

/// A draft with another wish, against the account as it is known now.
pub(crate) fn rewritten(before: &Entry, account: Account, wish: Wish) -> Entry {
    Entry { written: entry::as_far_as_named(account, &wish), wish, ..before.clone() }
}

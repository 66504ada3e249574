//! Whether whoever is added may be given access. That is for the desk to say, and what it said is known in this window alone.

use super::outbox::Round;
use crate::{
    blocking::blocking,
    open::Open,
    outside::Event,
    view::{FreshnessState, PlanView, Problem, RequestForm},
};
use accounts::{Act, Plan, Principal, Warning};
use desk::Candidate;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::task::JoinSet;

/// People that the desk is asked about at once.
const AT_ONCE: usize = 8;

impl Open {
    /// What the desk says of whoever is added: that they may not be given access, or nothing, because there is no answer.
    pub(super) fn entitlement(&self, plan: &Plan) -> Vec<Warning> {
        let untold = self.untold(added(plan));
        let may_be_asked = self.is_desk_silent() || self.finds_people();
        let mut warnings = self.desk_now(|now| {
            let refused = added(plan).filter(|to| now.entitled.get(&to.who.id) == Some(&false));
            refused.map(|to| Warning::NotEntitled { name: to.who.name.clone() }).collect::<Vec<_>>()
        });
        // A desk that tells of nobody leaves nothing to wait for.
        if may_be_asked && !untold.is_empty() {
            let names = untold.into_iter().map(|to| to.who.name).collect();
            warnings.push(Warning::EntitlementNotKnown { names });
        }
        warnings
    }

    /// Keeps in mind what the desk said of people.
    pub(super) fn take_told(&self, candidates: &[Candidate]) {
        let told = candidates.iter().map(|one| (one.principal.who.id.clone(), one.entitled));
        self.desk_now(|now| now.entitled.extend(told));
    }

    /// Those of whom the desk has said nothing in this window.
    fn untold<'a>(&self, people: impl Iterator<Item = &'a Principal>) -> Vec<Principal> {
        self.desk_now(|now| people.filter(|to| !now.entitled.contains_key(&to.who.id)).cloned().collect())
    }

    /// Whether the desk is known to give no answer now, or was not asked for one in this window.
    fn is_desk_silent(&self) -> bool {
        self.is_offline() || self.desk_now(|now| now.abilities.is_none() || now.problem.is_some())
    }

    fn is_offline(&self) -> bool {
        matches!(self.freshness().state, FreshnessState::Offline | FreshnessState::SignedOut)
    }

    fn finds_people(&self) -> bool {
        self.desk_now(|now| now.abilities.is_some_and(|can| can.finds_people))
    }
}

/// Whoever is to be given access and has none, and is not known to have left.
fn added(plan: &Plan) -> impl Iterator<Item = &Principal> {
    let lines = plan.lines.iter().filter(|line| line.act == Act::Add);
    lines.map(|line| &line.to).filter(|to| !to.who.has_left)
}

/// What a form comes to. Where it adds somebody of whom the desk has not said whether they may be given access, it is asked
/// first, for no longer than `patience`; what it says later is told as news.
pub(crate) async fn plan(
    open: Arc<Open>,
    form: RequestForm,
    patience: Duration,
) -> Result<PlanView, Problem> {
    let planned = {
        let (open, form) = (Arc::clone(&open), form.clone());
        blocking(move || open.plan(&form)).await?
    };
    let untold = open.untold(planned.plan.iter().flat_map(added));
    if untold.is_empty() || open.is_offline() {
        return Ok(planned);
    }
    let mut asking = tokio::spawn(ask(Arc::clone(&open), untold));
    match tokio::time::timeout(patience, &mut asking).await {
        Ok(Ok(true)) => blocking(move || open.plan(&form)).await,
        Ok(_) => Ok(planned),
        Err(_) => {
            tokio::spawn(async move {
                if matches!(asking.await, Ok(true)) {
                    open.around.outside.tell(Event::RequestsChanged);
                }
            });
            Ok(planned)
        }
    }
}

/// Asks the desk about people of whom it has said nothing. Whether more is known of them afterwards.
async fn ask(open: Arc<Open>, untold: Vec<Principal>) -> bool {
    // Whoever asks at the same time asks about the same people.
    let _alone = open.asking_people.lock().await;
    if let Ok(round) = Round::begin(&open).await
        && round.abilities.finds_people
    {
        for some in open.untold(untold.iter()).chunks(AT_ONCE) {
            if open.closed.load(Ordering::Acquire) || !ask_some(&open, &round, some).await {
                break;
            }
        }
    }
    open.untold(untold.iter()).len() < untold.len()
}

/// Whether the desk answered.
async fn ask_some(open: &Arc<Open>, round: &Round<'_>, some: &[Principal]) -> bool {
    let mut asked = JoinSet::new();
    for to in some {
        // A username names one alone; a name may be several people's.
        let query = to.who.username.clone().unwrap_or_else(|| to.who.name.clone());
        let gateway = round.gateway.clone();
        asked.spawn(async move { gateway.people(&query).await });
    }
    let mut answered = true;
    while let Some(found) = asked.join_next().await {
        match found {
            Ok(Ok(candidates)) => open.take_told(&candidates),
            _ => answered = false,
        }
    }
    answered
}

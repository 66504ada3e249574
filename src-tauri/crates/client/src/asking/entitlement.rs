//! Whether whoever is added may be given access. That is for the desk to say, and what it said is known in this window alone.

use super::outbox::Round;
use crate::{open::Open, view::FreshnessState};
use accounts::{Act, Plan, Principal, Warning};
use desk::Candidate;
use std::sync::{Arc, atomic::Ordering};
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
    pub(super) fn untold<'a>(&self, people: impl Iterator<Item = &'a Principal>) -> Vec<Principal> {
        self.desk_now(|now| people.filter(|to| !now.entitled.contains_key(&to.who.id)).cloned().collect())
    }

    /// Whether the desk is known to give no answer now, or was not asked for one in this window.
    fn is_desk_silent(&self) -> bool {
        self.is_offline() || self.desk_now(|now| now.abilities.is_none() || now.problem.is_some())
    }

    pub(super) fn is_offline(&self) -> bool {
        matches!(self.freshness().state, FreshnessState::Offline | FreshnessState::SignedOut)
    }

    fn finds_people(&self) -> bool {
        self.desk_now(|now| now.abilities.is_some_and(|can| can.finds_people))
    }
}

/// Whoever is to be given access and has none, and is not known to have left.
pub(super) fn added(plan: &Plan) -> impl Iterator<Item = &Principal> {
    let lines = plan.lines.iter().filter(|line| line.act == Act::Add);
    lines.map(|line| &line.to).filter(|to| !to.who.has_left)
}

/// Asks the desk about people of whom it has said nothing.
pub(super) async fn ask(open: &Arc<Open>, round: &Round<'_>, untold: &[Principal]) {
    if !round.abilities.finds_people {
        return;
    }
    for some in open.untold(untold.iter()).chunks(AT_ONCE) {
        if open.closed.load(Ordering::Acquire) || !ask_some(open, round, some).await {
            return;
        }
    }
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

//! What was asked for about one account, and what became of it: the reader's own requests, and what the desk has on record of
//! everybody's.

use super::{IN_SIGHT, entry::Entry, outbox::Round};
use crate::{
    blocking::blocking,
    open::Open,
    view::{AccountTrail, AskedAlready, OwnSteps, Problem, TrailState},
};
use accounts::{AccountId, RequestKind};
use desk::{TrailStep, TrailWhat};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, sync::Arc};

/// How long what the desk told of an account does for checking a request about it.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// The desk's steps as they are kept.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    /// RFC 3339.
    read_at: String,
    steps: Vec<TrailStep>,
}

impl Open {
    /// What is known of it: the reader's own, and what the desk `told`.
    fn trail_of(
        &self,
        id: &AccountId,
        told: Option<Told>,
        state: TrailState,
    ) -> Result<AccountTrail, Problem> {
        let entries = [self.entries(false)?, self.entries(true)?].concat();
        let about =
            entries.iter().filter(|entry| entry.shown_by() == Some(id) && entry.reference().is_some());
        let own: Vec<_> = about
            .map(|entry| OwnSteps { request: entry.row(self.profile()), events: entry.events.clone() })
            .collect();
        let (read_at, steps) = told.map(|told| (Some(told.read_at), told.steps)).unwrap_or_default();
        Ok(AccountTrail { own, steps: others(steps, &entries), read_at, state })
    }

    /// Somebody else's request of a kind about an account that has not ended, as far as the desk told.
    pub(super) fn asked_already(
        &self,
        id: &AccountId,
        kind: RequestKind,
    ) -> Result<Option<AskedAlready>, Problem> {
        let Some(Told { read_at, steps }) = self.store.trail(id)? else { return Ok(None) };
        let entries = [self.entries(false)?, self.entries(true)?].concat();
        let steps = others(steps, &entries);
        let is_open = |reference: &str| {
            let of_it = steps.iter().filter(|step| step.request == reference);
            of_it
                .map(|step| step.what)
                .rfind(|what| *what != TrailWhat::Other)
                .is_some_and(|last| !ends(last))
        };
        // Of a question the kind says nothing about what is asked.
        let is_such = |step: &&TrailStep| {
            step.what == TrailWhat::Received && step.kind == Some(kind) && kind != RequestKind::AskDesk
        };
        let found = steps.iter().rev().filter(is_such).find(|step| is_open(&step.request)).cloned();
        Ok(found.map(|TrailStep { request, by, text, .. }| AskedAlready {
            reference: request,
            by,
            text,
            told_at: read_at,
        }))
    }

    /// Whether what the desk told of an account is too old for a request about it, and may be told anew.
    pub(super) fn is_trail_due(&self, id: &AccountId) -> Result<bool, Problem> {
        let told: Option<Told> = self.store.trail(id)?;
        let read_at = told.and_then(|told| told.read_at.parse::<Timestamp>().ok());
        let is_fresh = read_at.is_some_and(|read_at| self.now().duration_since(read_at) < FRESH);
        let tells = self.desk_now(|now| now.abilities.is_none_or(|can| can.tells_trails));
        Ok(tells && !is_fresh)
    }

    /// Keeps what the desk told of an account where the account itself is kept, and nothing of any other.
    fn keep_told(&self, id: &AccountId, told: Option<&Told>) -> Result<(), Problem> {
        if self.store.account(id)?.is_some() {
            self.store.keep_trail(id, told)?;
        }
        Ok(())
    }
}

/// The steps of others: the reader's own requests are told better by what this computer kept of them.
fn others(steps: Vec<TrailStep>, own: &[Entry]) -> Vec<TrailStep> {
    let own: HashSet<_> = own.iter().filter_map(Entry::reference).collect();
    steps.into_iter().filter(|step| !own.contains(step.request.as_str())).collect()
}

/// Whether nothing more comes of a request after such a step.
fn ends(what: TrailWhat) -> bool {
    use TrailWhat as W;
    matches!(what, W::Refused | W::Withdrawn | W::Applied | W::Confirmed)
}

/// Asks the desk about an account and keeps what it tells. Whether it told anything.
pub(super) async fn refresh(open: &Arc<Open>, round: &Round<'_>, id: AccountId) -> bool {
    let Ok(told) = told_in(open, round, &id).await else { return false };
    let open = Arc::clone(open);
    blocking(move || open.keep_told(&id, Some(&told))).await.is_ok()
}

/// What was asked for about an account. `ask`: the desk is asked first, as long as somebody waits for it in sight; what it tells is
/// kept with the account.
pub(crate) async fn account_trail(
    open: Arc<Open>,
    id: AccountId,
    ask: bool,
) -> Result<AccountTrail, Problem> {
    let asked = if ask {
        tokio::time::timeout(IN_SIGHT, asked(&open, &id)).await.unwrap_or(Err(TrailState::NoAnswer))
    } else {
        Err(TrailState::NotAsked)
    };
    blocking(move || match asked {
        Ok(told) => {
            open.keep_told(&id, Some(&told))?;
            open.trail_of(&id, Some(told), TrailState::Told)
        }
        Err(TrailState::NotTold) => {
            // What it told while it did is the reader's business no longer.
            open.keep_told(&id, None)?;
            open.trail_of(&id, None, TrailState::NotTold)
        }
        Err(state) => open.trail_of(&id, open.store.trail(&id)?, state),
    })
    .await
}

/// What the desk tells, or why it tells nothing.
async fn asked(open: &Arc<Open>, id: &AccountId) -> Result<Told, TrailState> {
    if !open.has_desk() {
        return Err(TrailState::NotTold);
    }
    let round = Round::begin(open).await.map_err(|_| TrailState::NoAnswer)?;
    told_in(open, &round, id).await
}

async fn told_in(open: &Open, round: &Round<'_>, id: &AccountId) -> Result<Told, TrailState> {
    if !round.abilities.tells_trails {
        return Err(TrailState::NotTold);
    }
    match round.gateway.trail(id).await {
        Ok(steps) => Ok(Told { read_at: open.now().to_string(), steps }),
        Err(desk::Error::NotThere) => Err(TrailState::NotTold),
        Err(_) => Err(TrailState::NoAnswer),
    }
}

//! What was asked for about one account, and what became of it: the reader's own requests, and what the desk has on record of
//! everybody's.

use super::{IN_SIGHT, outbox::Round};
use crate::{
    blocking::blocking,
    open::Open,
    view::{AccountTrail, OwnSteps, Problem, TrailState},
};
use accounts::AccountId;
use desk::TrailStep;
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, sync::Arc};

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
        // The reader's own are told better by what this computer kept of them.
        let own_ones: HashSet<_> = entries.iter().filter_map(|entry| entry.reference()).collect();
        let (read_at, steps) = told.map(|told| (Some(told.read_at), told.steps)).unwrap_or_default();
        let steps = steps.into_iter().filter(|step| !own_ones.contains(step.request.as_str()));
        Ok(AccountTrail { own, steps: steps.collect(), read_at, state })
    }

    /// Keeps what the desk told of an account where the account itself is kept, and nothing of any other.
    fn keep_told(&self, id: &AccountId, told: Option<&Told>) -> Result<(), Problem> {
        if self.store.account(id)?.is_some() {
            self.store.keep_trail(id, told)?;
        }
        Ok(())
    }
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
    if !round.abilities.tells_trails {
        return Err(TrailState::NotTold);
    }
    match round.gateway.trail(id).await {
        Ok(steps) => Ok(Told { read_at: open.now().to_string(), steps }),
        Err(desk::Error::NotThere) => Err(TrailState::NotTold),
        Err(_) => Err(TrailState::NoAnswer),
    }
}

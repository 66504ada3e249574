//! A request before it is sent: what it comes to, with what the desk says about it now.

use super::{
    entitlement::{self, added},
    outbox::Round,
    trail,
};
use crate::{
    blocking::blocking,
    open::Open,
    outside::Event,
    view::{PlanView, Problem, RequestForm},
};
use accounts::{AccountId, Principal};
use std::{sync::Arc, time::Duration};

/// What the desk has to be asked before a request can be checked.
struct Questions {
    /// Those who are added, and of whom it has not said whether they may be given access.
    people: Vec<Principal>,
    /// The account about which others may have asked for something.
    account: Option<AccountId>,
}

impl Questions {
    fn of(open: &Open, form: &RequestForm, planned: &PlanView) -> Result<Option<Self>, Problem> {
        let Some(plan) = planned.plan.as_ref().filter(|_| !open.is_offline()) else { return Ok(None) };
        let due = |id: &AccountId| open.is_trail_due(id).map(|due| due.then(|| id.clone()));
        let account = match &form.account {
            Some(id) if planned.duplicate.is_none() => due(id)?,
            _ => None,
        };
        let people = open.untold(added(plan));
        Ok((account.is_some() || !people.is_empty()).then_some(Self { people, account }))
    }

    /// Asks them. Whether anything is known afterwards that was not known before.
    async fn ask(self, open: Arc<Open>) -> bool {
        // Whoever asks at the same time asks the same.
        let _alone = open.asking_first.lock().await;
        let told = match Round::begin(&open).await {
            Ok(round) => {
                entitlement::ask(&open, &round, &self.people).await;
                match self.account {
                    Some(id) => trail::refresh(&open, &round, id).await,
                    None => false,
                }
            }
            Err(_) => false,
        };
        told || open.untold(self.people.iter()).len() < self.people.len()
    }
}

/// What a form comes to. What the desk has not said yet it is asked first, for no longer than `patience`; what it says later is
/// told as news.
pub(crate) async fn plan(
    open: Arc<Open>,
    form: RequestForm,
    patience: Duration,
) -> Result<PlanView, Problem> {
    let (planning, filled) = (Arc::clone(&open), form.clone());
    let (planned, questions) = blocking(move || {
        let planned = planning.plan(&filled)?;
        let questions = Questions::of(&planning, &filled, &planned)?;
        Ok((planned, questions))
    })
    .await?;
    let Some(questions) = questions else { return Ok(planned) };
    let mut asking = tokio::spawn(questions.ask(Arc::clone(&open)));
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

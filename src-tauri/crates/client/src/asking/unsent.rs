//! Replies, questions and reasons while they are written: on this computer alone, until they are sent.

use super::{entry::Entry, forms::LONGEST_KEPT};
use crate::{
    open::Open,
    view::{Problem, ProblemCode, RequestId, Said},
};
use std::{collections::BTreeMap, sync::PoisonError};
use store::Fact;

type Unsent = BTreeMap<String, String>;

impl Open {
    /// What is written about a request and not sent. Empty: nothing.
    pub(super) fn unsent(&self, id: &RequestId) -> Result<String, Problem> {
        let mut all: Unsent = self.store.fact(Fact::Unsent)?.unwrap_or_default();
        Ok(all.remove(&id.0).unwrap_or_default())
    }

    /// Keeps what is written about a request, in the place of what was written before.
    pub(crate) fn keep_unsent(&self, Said { id, text }: Said) -> Result<(), Problem> {
        if text.chars().count() > LONGEST_KEPT {
            return Err(Problem::new(ProblemCode::BadInput, "it is longer than may be kept"));
        }
        let _alone = self.unsent_turn.lock().unwrap_or_else(PoisonError::into_inner);
        let before: Unsent = self.store.fact(Fact::Unsent)?.unwrap_or_default();
        let mut after = Unsent::new();
        for (about, text) in &before {
            if *about != id.0 && self.is_open_here(about)? {
                after.insert(about.clone(), text.clone());
            }
        }
        if !text.trim().is_empty() {
            after.insert(id.0, text);
        }
        if after != before {
            self.store.set_fact(Fact::Unsent, &after)?;
        }
        Ok(())
    }

    /// What was written about a request has arrived.
    pub(super) fn is_sent(&self, id: &RequestId) -> Result<(), Problem> {
        self.keep_unsent(Said { id: id.clone(), text: String::new() })
    }

    /// Whether something may still be said about a request, as far as is known: the reader's own, or one to decide.
    fn is_open_here(&self, id: &str) -> Result<bool, Problem> {
        if let Some(own) = self.store.request::<Entry>(id)? {
            return Ok(!own.is_finished());
        }
        Ok(self.to_decide().is_none_or(|waiting| waiting.iter().any(|ticket| ticket.reference == id)))
    }
}

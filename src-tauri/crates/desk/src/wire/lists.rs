//! Lists that a desk gives: requests, steps, people. One that says itself that something went wrong is none.

use super::{Fault, LONG, Named, SHORT, shown};
use crate::{Candidate, Error, TrailStep, TrailWhat};
use accounts::RequestKind;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Steps of a trail that are shown, at most.
const STEPS: usize = 500;

#[derive(Deserialize)]
pub(crate) struct List {
    #[serde(default)]
    pub(crate) total: usize,
    pub(crate) requests: Vec<Value>,
    #[serde(flatten)]
    fault: Fault,
}

impl List {
    /// Of a list that begins after so many as were read `before`.
    ///
    /// # Errors
    /// [`Error::NotUsable`] where it says itself that something went wrong, or shows nothing at all and counts more: then what is not
    /// in it may be there. What was listed `before` is not thrown away for a count.
    pub(crate) fn refuse_faulty(&self, before: usize) -> Result<(), Error> {
        let nothing = self.requests.is_empty();
        if nothing && before == 0 && self.total > 0 {
            return Err(Error::NotUsable("it counts more than it lists".into()));
        }
        self.fault.refuse_list(nothing)
    }
}

#[derive(Deserialize)]
pub(crate) struct Trail {
    entries: Vec<StepSent>,
    /// The kind of each request, by reference. A desk may have others, or say none.
    #[serde(default)]
    kinds: HashMap<String, Value>,
    #[serde(flatten)]
    fault: Fault,
}

#[derive(Deserialize)]
struct StepSent {
    at: Timestamp,
    #[serde(default)]
    by: Option<Named>,
    request: String,
    what: TrailWhat,
    #[serde(default)]
    text: String,
}

impl Trail {
    /// Oldest first, the last of them where there are more than are shown.
    ///
    /// # Errors
    /// [`Error::NotUsable`] where it says itself that something went wrong: what was asked for may not be in it.
    pub(crate) fn into_steps(self) -> Result<Vec<TrailStep>, Error> {
        self.fault.refuse_list(self.entries.is_empty())?;
        let kind = |reference: &str| RequestKind::deserialize(self.kinds.get(reference)?).ok();
        let step = |sent: StepSent| TrailStep { kind: kind(&sent.request), ..sent.into_step() };
        let mut steps: Vec<_> = self.entries.into_iter().map(step).collect();
        steps.sort_by_key(|step| step.at);
        Ok(steps.split_off(steps.len().saturating_sub(STEPS)))
    }
}

impl StepSent {
    fn into_step(self) -> TrailStep {
        TrailStep {
            at: self.at,
            by: self.by.map(|by| by.into_principal().who.name),
            request: shown(&self.request, SHORT),
            kind: None,
            what: self.what,
            text: shown(&self.text, LONG),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct People {
    people: Vec<Named>,
    #[serde(flatten)]
    fault: Fault,
}

impl People {
    /// # Errors
    /// [`Error::NotUsable`] where it says itself that something went wrong: whoever is meant may not be in it.
    pub(crate) fn into_candidates(self) -> Result<Vec<Candidate>, Error> {
        self.fault.refuse_list(self.people.is_empty())?;
        Ok(self.people.into_iter().map(Named::into_candidate).collect())
    }
}

//! What is said while somebody types: who may be meant, whether a name is free, whether the desk can be reached.

use super::{IN_SIGHT, outbox::Round};
use crate::{
    blocking::blocking,
    open::Open,
    view::{FoundPeople, NameCheck, PersonChoice, Problem},
};
use accounts::{NameFault, PersonId};
use desk::NameTold;
use std::{collections::HashMap, sync::Arc};
use store::{PeopleFacet, PeopleQuery};

/// People offered for what was typed.
const OFFERED: usize = 20;

impl Open {
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
            // Somebody who has left answers for nothing; of the others only the desk knows.
            PersonChoice { principal, entitled, may_own: entitled }
        };
        Ok(found.map(|found| choice(found.principal)).collect())
    }
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
        open.take_told(&candidates);
        let mut known: HashMap<String, usize> = HashMap::new();
        for (at, choice) in people.iter().enumerate() {
            known.insert(choice.principal.who.id.0.clone(), at);
        }
        for candidate in candidates {
            let (entitled, may_own) = (Some(candidate.entitled), candidate.may_own);
            match known.get(candidate.principal.who.id.as_str()).and_then(|at| people.get_mut(*at)) {
                Some(choice) => (choice.entitled, choice.may_own) = (entitled, may_own),
                None => people.push(PersonChoice { principal: candidate.principal, entitled, may_own }),
            }
        }
        people.sort_by_key(|choice| accounts::fold(&choice.principal.who.name));
        people.truncate(OFFERED);
    }
    Ok(FoundPeople { query, people, asked: is_asked })
}

/// What is to be said of a username, for an account that `owner` is to have: by the rule, and, where that finds nothing, by the
/// desk.
pub(crate) async fn check_name(open: Arc<Open>, typed: String, owner: Option<PersonId>) -> NameCheck {
    let rule = open.profile().usernames.rule();
    let name = rule.folded(&typed);
    let mut faults = rule.faults(&name);
    // Whoever types waits for no desk that is silent.
    let told = if faults.is_empty() {
        tokio::time::timeout(IN_SIGHT, told_of(&open, &name, owner.as_ref())).await.ok().flatten()
    } else {
        None
    };
    let taken = told.as_ref().map(|told| told.taken);
    let other = told.and_then(|told| told.prefix).filter(|prefix| !name.starts_with(prefix.as_str()));
    faults.extend(other.map(|prefix| NameFault::OtherPrefix { prefix }));
    NameCheck { typed, name, faults, taken }
}

async fn told_of(open: &Arc<Open>, name: &str, owner: Option<&PersonId>) -> Option<NameTold> {
    let round = Round::begin(open).await.ok().filter(|round| round.abilities.checks_names)?;
    round.gateway.name(name, owner).await.ok()
}

/// Whether the desk can be reached from here, now (B1).
pub(crate) async fn desk_answers(open: Arc<Open>) -> bool {
    matches!(tokio::time::timeout(IN_SIGHT, Round::begin(&open)).await, Ok(Ok(_)))
}

//! Opening what is kept of an identity, and what can stand in the way of it.

use crate::{
    identities::{Identity, Kept},
    open::Open,
    stage::Stage,
    too_old::{drop_other_people, is_too_old},
    view::{Obstacle, ObstacleKind, Problem, ProblemCode},
};
use accounts::Me;
use std::sync::Arc;
use store::{Fact, KeychainError, OpenError, Place, StoreKey};

impl Stage {
    pub(crate) fn try_open(&self, identity: &Identity, passphrase: Option<&str>) -> Result<Open, Refusal> {
        let place = self.place(&identity.id);
        let key = self.key_of(identity, &place, passphrase)?;
        let store = self.open_store(&identity.id, &place, &key, identity.keeping)?;
        let me: Option<Me> = store.fact(Fact::Me)?;
        // Nothing could be saved of whose it is: signing in says so again, and fills it.
        let me =
            me.ok_or_else(|| Problem::new(ProblemCode::SignedOut, "the store does not say whose it is"))?;
        let institution = self.institution_of(identity).ok_or_else(|| {
            Problem::new(
                ProblemCode::BrokenProfile,
                "the file of this identity's institution is not there any more",
            )
        })?;
        let now = (self.around.now)();
        if is_too_old(identity, institution.profile.offline_days, now) {
            drop_other_people(&store, &institution.profile, now)?;
            place.remove_damaged().map_err(OpenError::Folder)?;
        }
        let around = Arc::clone(&self.around);
        Ok(Open::new(identity.clone(), institution, identity.keeping.into(), around, store, me)?)
    }

    /// The key that opens what is kept for `identity`, without asking anybody.
    pub(crate) fn key_of(
        &self,
        identity: &Identity,
        place: &Place,
        passphrase: Option<&str>,
    ) -> Result<StoreKey, Refusal> {
        match identity.keeping {
            Kept::Keychain => self.key_from_keychain(identity, place),
            Kept::Passphrase => key_from_passphrase(place, passphrase),
        }
    }

    fn key_from_keychain(&self, identity: &Identity, place: &Place) -> Result<StoreKey, Refusal> {
        let blocked = |error: &KeychainError| match error {
            KeychainError::Locked | KeychainError::Dismissed => {
                Refusal::Blocked(ObstacleKind::KeychainLocked)
            }
            KeychainError::Unreachable(_) => Refusal::Blocked(ObstacleKind::KeychainUnreachable),
        };
        match self.key(&identity.id) {
            Ok(Some(key)) => Ok(key),
            // A store without its key is not a first run: nothing is set aside, nothing is made anew.
            Ok(None) if place.has_store() => Err(Refusal::Blocked(ObstacleKind::KeyNotFound)),
            Ok(None) => {
                Err(Problem::new(ProblemCode::UnknownIdentity, "nothing is kept for this identity").into())
            }
            Err(error) => Err(blocked(&error)),
        }
    }
}

fn key_from_passphrase(place: &Place, passphrase: Option<&str>) -> Result<StoreKey, Refusal> {
    let words = passphrase.ok_or(Refusal::Blocked(ObstacleKind::PassphraseNeeded))?;
    let kept = place.passphrase().map_err(|_| Refusal::Blocked(ObstacleKind::StoreUnreadable))?;
    let kept = kept.ok_or(Refusal::Blocked(ObstacleKind::KeyNotFound))?;
    let key = kept.key(words);
    key.ok_or_else(|| {
        Problem::new(ProblemCode::StoreTrouble, "the passphrase's settings make no sense").into()
    })
}

pub(crate) fn obstacle(identity: &Identity, kind: ObstacleKind) -> Obstacle {
    Obstacle {
        identity: identity.id.clone(),
        name: identity.name.clone(),
        institution_name: identity.institution_name.clone(),
        kind,
    }
}

/// Why an identity did not open: something that the person can remove, or a problem.
#[derive(Debug)]
pub(crate) enum Refusal {
    Blocked(ObstacleKind),
    Problem(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::Problem(problem) => return problem,
            Refusal::Blocked(kind) => kind,
        };
        let code = match kind {
            ObstacleKind::KeychainLocked => ProblemCode::KeychainLocked,
            ObstacleKind::KeychainUnreachable => ProblemCode::KeychainUnreachable,
            ObstacleKind::KeyNotFound => ProblemCode::KeyNotFound,
            ObstacleKind::StoreHeld => ProblemCode::StoreHeld,
            ObstacleKind::PassphraseNeeded => ProblemCode::WrongPassphrase,
            ObstacleKind::StoreNewer | ObstacleKind::StoreUnreadable => ProblemCode::StoreTrouble,
        };
        Problem::new(code, format!("what is kept for this identity cannot be opened: {kind:?}"))
    }
}

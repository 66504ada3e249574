//! Opening what is kept of an identity, and what can stand in the way of it.

use crate::{
    catalogue::AddError,
    identities::{Identity, Kept},
    open::Open,
    stage::Stage,
    too_old::{drop_other_people, is_too_old},
    view::{Obstacle, ObstacleKind, Problem, ProblemCode, ProfileProblem},
};
use accounts::Me;
use std::sync::Arc;
use store::{Fact, KeychainError, OpenError, Place, StoreKey};

impl Stage {
    pub(crate) fn try_open(&self, identity: &Identity, passphrase: Option<&str>) -> Result<Open, Refusal> {
        // First, for without its rules nothing of the store is touched, and nobody is asked for anything in vain.
        let institution = self.institution_of(identity).map_err(Refusal::Institution)?;
        let place = self.place(&identity.id);
        let key = self.key_of(identity, &place, passphrase)?;
        let store = self.open_store(&identity.id, &place, &key, identity.keeping)?;
        let me: Option<Me> = store.fact(Fact::Me)?;
        // Nothing could be saved of whose it is: signing in says so again, and fills it.
        let me =
            me.ok_or_else(|| Problem::new(ProblemCode::SignedOut, "the store does not say whose it is"))?;
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
        connection: identity.connection,
        kind,
        profile: None,
    }
}

/// Why an identity did not open: something that the person can remove, or a problem.
#[derive(Debug)]
pub(crate) enum Refusal {
    Blocked(ObstacleKind),
    /// The kept copy of its institution's file cannot be read.
    Institution(ProfileProblem),
    Problem(Problem),
}

impl Refusal {
    /// What stands in the way of `identity`, where something does.
    pub(crate) fn obstacle(self, identity: &Identity) -> Result<Obstacle, Problem> {
        match self {
            Self::Blocked(kind) => Ok(obstacle(identity, kind)),
            Self::Institution(profile) => {
                let kind = ObstacleKind::InstitutionBroken;
                Ok(Obstacle { profile: Some(profile), ..obstacle(identity, kind) })
            }
            Self::Problem(problem) => Err(problem),
        }
    }
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
            Refusal::Institution(profile) => return AddError::Broken(profile).into(),
            Refusal::Blocked(kind) => kind,
        };
        let code = match kind {
            ObstacleKind::KeychainLocked => ProblemCode::KeychainLocked,
            ObstacleKind::KeychainUnreachable => ProblemCode::KeychainUnreachable,
            ObstacleKind::KeyNotFound => ProblemCode::KeyNotFound,
            ObstacleKind::StoreHeld => ProblemCode::StoreHeld,
            ObstacleKind::PassphraseNeeded => ProblemCode::WrongPassphrase,
            ObstacleKind::StoreNewer | ObstacleKind::StoreUnreadable => ProblemCode::StoreTrouble,
            ObstacleKind::InstitutionBroken => ProblemCode::BrokenProfile,
        };
        Problem::new(code, format!("what is kept for this identity cannot be opened: {kind:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::Catalogue,
        client::Client,
        rehearsal::{somebody, stage_in},
        stage::Standing,
    };
    use std::{fs, path::Path};

    const NORTHFIELD: &str = include_str!("../../institutions/tests/profiles/northfield.toml");
    const LATELY: &str = "2026-11-22T11:00:00Z";

    /// Writes the copy of an added institution as `text`.
    fn keep(data: &Path, id: &str, text: &str) {
        fs::create_dir_all(data.join("institutions")).unwrap();
        fs::write(data.join("institutions").join(format!("{id}.toml")), text).unwrap();
    }

    /// Maren Tolliver, who signed in at `institution` while its copy could be read: then it became `text`, and the program is
    /// started again.
    fn after_a_start(data: &Path, institution: &str, text: &str) -> (Arc<Stage>, StoreKey) {
        let (stage, _) = stage_in(data);
        let key = somebody(&stage, "one", LATELY);
        stage.change_known(|known| known.known[0].institution = institution.into()).unwrap();
        keep(data, institution, text);
        *stage.catalogue.write().unwrap() = Catalogue::load(data);
        (stage, key)
    }

    fn stands(stage: &Stage) -> Option<Obstacle> {
        stage.with(|standing| match standing {
            Standing::Blocked(obstacle) => Some(obstacle.clone()),
            _ => None,
        })
    }

    #[tokio::test]
    async fn a_copy_that_cannot_be_read_is_what_stands_in_the_way_and_what_is_kept_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let broken = format!("colour = \"green\"\n{NORTHFIELD}");
        let (stage, key) = after_a_start(data.path(), "northfield", &broken);
        stage.open_last("one");
        let obstacle = stands(&stage).unwrap();
        let said = obstacle.profile.clone().unwrap();
        assert_eq!((obstacle.kind, said.line), (ObstacleKind::InstitutionBroken, Some(1)));
        assert!(said.file.ends_with("northfield.toml") && said.wrong.contains("`colour`"), "{said:?}");
        assert!(!said.right.is_empty());
        let store = stage.place("one").open(&key).unwrap();
        assert_eq!(store.counts().unwrap().all, 2, "all of it is there");
        drop(store);
        stage.try_again();
        assert_eq!(stands(&stage), Some(obstacle), "nothing is different");
        keep(data.path(), "northfield", &format!("\ncolour = \"green\"\n{NORTHFIELD}"));
        stage.try_again();
        assert_eq!(stands(&stage).unwrap().profile.unwrap().line, Some(2), "it is being mended");
        keep(data.path(), "northfield", NORTHFIELD);
        stage.try_again();
        let open = stage.current().unwrap();
        assert_eq!((open.profile().id.as_str(), open.store.counts().unwrap().all), ("northfield", 2));
    }

    #[tokio::test]
    async fn a_good_file_that_is_added_opens_what_its_broken_copy_kept_shut() {
        let data = tempfile::tempdir().unwrap();
        let (stage, _) = after_a_start(data.path(), "northfield", "format = ");
        let client = Client::on(Arc::clone(&stage));
        client.switch_to("one".into()).await.unwrap();
        assert_eq!(stands(&stage).map(|obstacle| obstacle.kind), Some(ObstacleKind::InstitutionBroken));
        let file = data.path().join("from the IT department.toml");
        fs::write(&file, NORTHFIELD).unwrap();
        client.add_institution(&file).unwrap();
        client.unlock(None).await.unwrap();
        assert!(stage.current().is_some());
    }

    #[tokio::test]
    async fn a_copy_that_is_gone_or_anothers_is_said_to_be_so() {
        let data = tempfile::tempdir().unwrap();
        let (stage, _) = after_a_start(data.path(), "southfield", NORTHFIELD);
        stage.open_last("one");
        let said = stands(&stage).unwrap().profile.unwrap();
        assert!(said.wrong.contains("northfield") && said.right.contains("southfield"), "{said:?}");
        fs::remove_dir_all(data.path().join("institutions")).unwrap();
        stage.try_again();
        let said = stands(&stage).unwrap().profile.unwrap();
        assert!(said.file.ends_with("southfield.toml") && said.line.is_none(), "{said:?}");
    }

    #[tokio::test]
    async fn one_that_comes_with_the_program_does_not_stand_in_for_a_broken_copy() {
        let data = tempfile::tempdir().unwrap();
        let (stage, _) = after_a_start(data.path(), "oxford", "format = ");
        stage.open_last("one");
        assert_eq!(stands(&stage).map(|obstacle| obstacle.kind), Some(ObstacleKind::InstitutionBroken));
        assert!(stage.catalogue.read().unwrap().get("oxford").is_some(), "it is offered all the same");
    }
}

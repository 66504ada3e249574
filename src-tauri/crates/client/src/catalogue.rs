//! The institutions that can be chosen: those that come with the program, and those added from a file.

use crate::view::{InstitutionChoice, Problem, ProblemCode, ProfileProblem};
use institutions::Profile;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A profile and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Institution {
    pub(crate) profile: Arc<Profile>,
    /// The file it was read from. `None` for one that comes with the program.
    pub(crate) file: Option<PathBuf>,
}

impl Institution {
    /// What the practice campus is told to play: a built-in name or a file.
    pub(crate) fn source(&self) -> String {
        self.file.as_ref().map_or_else(|| self.profile.id.clone(), |file| file.display().to_string())
    }

    pub(crate) fn choice(&self, named: bool) -> InstitutionChoice {
        let profile = &self.profile;
        InstitutionChoice {
            id: profile.id.clone(),
            name: profile.name.clone(),
            tagline: profile.tagline.clone(),
            locale: profile.locale,
            missing: profile.missing_for_real_use().into_iter().map(str::to_owned).collect(),
            device_code: profile.connection.sign_in.device_code,
            added: self.file.is_some(),
            named,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    known: Vec<Institution>,
    /// Named on the command line: it is offered first.
    named: Option<String>,
    /// Added ones whose kept copy could not be read, by identifier.
    broken: BTreeMap<String, ProfileProblem>,
}

impl Catalogue {
    /// Built-in institutions and those added under `data`. What cannot be read any more is left out, and why is kept for
    /// whoever signed in there.
    pub(crate) fn load(data: &Path) -> Self {
        let mut catalogue = Self::default();
        for id in institutions::builtin_ids() {
            match institutions::builtin(id) {
                Ok(profile) => catalogue.put(Institution { profile: Arc::new(profile), file: None }),
                Err(problem) => tracing::error!(%problem, "a built-in institution cannot be read"),
            }
        }
        let mut added: Vec<_> =
            fs::read_dir(folder(data)).into_iter().flatten().flatten().map(|e| e.path()).collect();
        added.sort();
        for path in added.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "toml")) {
            match institutions::load(&path) {
                Ok(profile) => catalogue.put(Institution { profile: Arc::new(profile), file: Some(path) }),
                Err(problem) => {
                    tracing::warn!(%problem, "an institution that was added cannot be read any more");
                    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    catalogue.broken.insert(id, told(&problem));
                }
            }
        }
        catalogue
    }

    /// The institution `id` of somebody who signed in there. A copy that could not be read is read again: it may have been
    /// mended since. One that comes with the program does not stand in for it, for its rules may be others.
    ///
    /// # Errors
    /// What is wrong with the copy that is kept under `data`.
    pub(crate) fn signed_in_to(&mut self, data: &Path, id: &str) -> Result<Institution, ProfileProblem> {
        if let Some(known) = self.get(id).filter(|_| !self.broken.contains_key(id)) {
            return Ok(known.clone());
        }
        let copy = copy_of(data, id);
        let read = institutions::load(&copy).map_err(|problem| told(&problem));
        let read =
            read.and_then(
                |profile| if profile.id == id { Ok(profile) } else { Err(other_id(&copy, id, &profile)) },
            );
        match read {
            Ok(profile) => {
                let institution = Institution { profile: Arc::new(profile), file: Some(copy) };
                self.put(institution.clone());
                Ok(institution)
            }
            Err(problem) => {
                self.broken.insert(id.to_owned(), problem.clone());
                Err(problem)
            }
        }
    }

    /// Reads a profile from `path` and keeps a copy, so that it is there when the file is not.
    pub(crate) fn add(&mut self, data: &Path, path: &Path) -> Result<Institution, AddError> {
        let profile = institutions::load(path).map_err(|problem| AddError::Broken(told(&problem)))?;
        let from = if path.is_dir() { path.join(institutions::FILE_NAME) } else { path.to_owned() };
        let copy = copy_of(data, &profile.id);
        let keep = || -> std::io::Result<()> {
            fs::create_dir_all(folder(data))?;
            // A file that is already the copy stays as it is.
            if fs::canonicalize(&from)? != fs::canonicalize(&copy).unwrap_or_default() {
                fs::copy(&from, &copy)?;
            }
            Ok(())
        };
        keep().map_err(|error| AddError::NotKept(error.to_string()))?;
        let institution = Institution { profile: Arc::new(profile), file: Some(copy) };
        self.put(institution.clone());
        Ok(institution)
    }

    /// Reads the profile named on the command line; it is offered first.
    pub(crate) fn name(&mut self, data: &Path, path: &Path) -> Result<(), AddError> {
        let institution = self.add(data, path)?;
        self.named = Some(institution.profile.id.clone());
        Ok(())
    }

    pub(crate) fn named(&self) -> Option<&str> {
        self.named.as_deref()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Institution> {
        self.known.iter().find(|institution| institution.profile.id == id)
    }

    pub(crate) fn choices(&self) -> Vec<InstitutionChoice> {
        let is_named =
            |institution: &&Institution| Some(institution.profile.id.as_str()) == self.named.as_deref();
        let first = self.known.iter().filter(is_named);
        let rest = self.known.iter().filter(|institution| !is_named(institution));
        first.map(|named| named.choice(true)).chain(rest.map(|other| other.choice(false))).collect()
    }

    pub(crate) fn put(&mut self, institution: Institution) {
        self.broken.remove(&institution.profile.id);
        match self.known.iter_mut().find(|known| known.profile.id == institution.profile.id) {
            Some(known) => *known = institution,
            None => self.known.push(institution),
        }
    }
}

/// Why an institution could not be added.
#[derive(Debug)]
pub enum AddError {
    Broken(ProfileProblem),
    NotKept(String),
}

impl From<AddError> for Problem {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Broken(profile) => {
                let message = "the institution's file cannot be used".to_owned();
                Self {
                    code: ProblemCode::BrokenProfile,
                    message,
                    retry_after: None,
                    said: None,
                    profile: Some(Box::new(profile)),
                }
            }
            AddError::NotKept(reason) => Self::new(ProblemCode::StoreTrouble, reason),
        }
    }
}

fn told(problem: &institutions::ProfileProblem) -> ProfileProblem {
    ProfileProblem {
        file: problem.file.display().to_string(),
        line: problem.line,
        wrong: problem.wrong.clone(),
        right: problem.right.clone(),
    }
}

/// A copy under the name of one institution that is another's.
fn other_id(copy: &Path, id: &str, profile: &Profile) -> ProfileProblem {
    ProfileProblem {
        file: copy.display().to_string(),
        line: None,
        wrong: format!("`id` is \"{}\"", profile.id),
        right: format!("It has to be \"{id}\", as it was when somebody signed in"),
    }
}

fn folder(data: &Path) -> PathBuf {
    data.join("institutions")
}

/// Where the copy of an added institution is kept.
fn copy_of(data: &Path, id: &str) -> PathBuf {
    folder(data).join(format!("{id}.toml"))
}

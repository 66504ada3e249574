//! The command line.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// Name of the folder for what is kept, below the system's folder for data.
const FOLDER: &str = "secondary-accounts";

const USAGE: &str = "Usage: secondary-accounts [--institution PATH] [--data FOLDER]\n\
    --institution PATH   open an institution's file, or the folder that has its profile.toml\n\
    --data FOLDER        keep everything in this folder instead of the usual one";

/// What was asked for when the program was started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) institution: Option<PathBuf>,
    pub(crate) data: PathBuf,
}

impl Arguments {
    /// # Errors
    /// What is wrong with the command line, and how it would be right.
    pub(crate) fn from_command_line(given: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut institution, mut data) = (None, None);
        let mut given = given;
        while let Some(name) = given.next() {
            let place = match name.to_str() {
                Some("--institution") => &mut institution,
                Some("--data") => &mut data,
                _ => return Err(format!("{} is not known.\n{USAGE}", OsStr::display(&name))),
            };
            let value = given.next().filter(|value| !value.is_empty());
            *place = Some(PathBuf::from(
                value.ok_or_else(|| format!("{} needs a path.\n{USAGE}", name.display()))?,
            ));
        }
        let data = match data {
            Some(data) => data,
            None => usual_folder()
                .ok_or("There is no folder to keep anything in. Name one with --data FOLDER.")?,
        };
        Ok(Self { institution, data })
    }
}

/// The institution that a second start was given: its command line with the program's name, and where it was started.
pub(crate) fn institution_of_another_start(given: Vec<String>, folder: &str) -> Option<PathBuf> {
    let arguments = Arguments::from_command_line(given.into_iter().skip(1).map(OsString::from)).ok()?;
    Some(Path::new(folder).join(arguments.institution?))
}

fn usual_folder() -> Option<PathBuf> {
    dirs::data_dir().map(|folder| folder.join(FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Result<Arguments, String> {
        Arguments::from_command_line(given.iter().map(OsString::from))
    }

    #[test]
    fn a_profile_and_a_folder_can_be_named() {
        let arguments = read(&["--institution", "/tmp/a folder", "--data", "/tmp/d"]).unwrap();
        assert_eq!(arguments.institution, Some("/tmp/a folder".into()));
        assert_eq!(arguments.data, PathBuf::from("/tmp/d"));
    }

    #[test]
    fn another_start_names_an_institution_from_where_it_was_started() {
        let asked = |given: &[&str]| {
            institution_of_another_start(given.iter().map(|word| (*word).to_owned()).collect(), "/home/u")
        };
        assert_eq!(asked(&["app", "--institution", "mine.toml"]), Some("/home/u/mine.toml".into()));
        assert_eq!(asked(&["app", "--institution", "/etc/mine.toml"]), Some("/etc/mine.toml".into()));
        assert_eq!(asked(&["app"]), None);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        assert!(read(&["--institution"]).unwrap_err().contains("needs a path"));
        assert!(read(&["--instituton", "x"]).unwrap_err().contains("--institution PATH"));
        assert!(read(&["--data", ""]).unwrap_err().contains("needs a path"));
    }
}

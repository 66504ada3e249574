//! From a folder or a file to a checked profile.

use crate::{Profile, ProfileProblem, check, problem::Found, read};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

/// What an institution's file is called inside its folder.
pub const FILE_NAME: &str = "profile.toml";

/// A larger file is refused before it is read to the end.
pub const MOST_BYTES: u64 = 1024 * 1024;

const BUILTIN: [(&str, &str); 2] = [
    ("oxford", include_str!("../data/oxford/profile.toml")),
    ("boulder", include_str!("../data/boulder/profile.toml")),
];
const BUILTIN_IDS: [&str; BUILTIN.len()] = [BUILTIN[0].0, BUILTIN[1].0];

/// Identifiers of the institutions that come with the program, in the order in which they are offered.
pub fn builtin_ids() -> &'static [&'static str] {
    &BUILTIN_IDS
}

/// An institution that comes with the program.
pub fn builtin(id: &str) -> Result<Profile, ProfileProblem> {
    let Some((_, text)) = BUILTIN.iter().find(|(known, _)| *known == id) else {
        let wrong = format!("No institution called \"{id}\" comes with this program");
        let right = format!("Choose one of {}, or give the path of a profile", BUILTIN_IDS.join(", "));
        return Err(Found::new(None, wrong, right).in_file(id, ""));
    };
    parse(&Path::new(id).join(FILE_NAME), text)
}

/// Reads an institution from its folder, or from a TOML file by any name.
pub fn load(path: &Path) -> Result<Profile, ProfileProblem> {
    let file = locate(path)?;
    let bytes = read_capped(&file)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse(&file, text),
        Err(error) => {
            let sound = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
            // One character stands for the broken one, so that its own position is found and not the last sound one.
            let text = format!("{sound}\u{FFFD}");
            let found = Found::new(
                sound.len(),
                "A character here is not UTF-8",
                "Save the file as UTF-8 in your editor and try again",
            );
            Err(found.in_file(file, &text))
        }
    }
}

/// Reads a profile from `text`; `file` is for messages only.
fn parse(file: &Path, text: &str) -> Result<Profile, ProfileProblem> {
    read::document(text)
        .and_then(|root| {
            let profile = read::profile(&root)?;
            check::check(&profile, &root)?;
            Ok(profile)
        })
        .map_err(|found| found.in_file(file, text))
}

fn locate(path: &Path) -> Result<PathBuf, ProfileProblem> {
    let kind = fs::metadata(path).map_err(|error| unreadable(path, &error))?.file_type();
    if kind.is_file() {
        return Ok(path.to_owned());
    }
    if !kind.is_dir() {
        let right = format!("Give a folder that holds {FILE_NAME}, or that file itself");
        return Err(Found::new(None, "This is neither a file nor a folder", right).in_file(path, ""));
    }
    let inside = path.join(FILE_NAME);
    match fs::metadata(&inside) {
        Ok(found) if found.is_file() => Ok(inside),
        Ok(_) => {
            let right = "Give a folder where that name is a file";
            Err(Found::new(None, format!("{FILE_NAME} is not a file"), right).in_file(inside, ""))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let right = format!("An institution is a folder with a file called {FILE_NAME}");
            Err(Found::new(None, format!("This folder has no {FILE_NAME}"), right).in_file(path, ""))
        }
        Err(error) => Err(unreadable(&inside, &error)),
    }
}

fn read_capped(file: &Path) -> Result<Vec<u8>, ProfileProblem> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| open.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Err(unreadable(file, &error)),
        Ok(length) if length as u64 > MOST_BYTES => {
            let right = "A profile is a text file of at most 1 MiB, usually a few pages";
            Err(Found::new(None, "This file is too large for a profile", right).in_file(file, ""))
        }
        Ok(_) => Ok(bytes),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ProfileProblem {
    let (wrong, right) = match error.kind() {
        ErrorKind::NotFound => ("There is nothing by this name".to_owned(), "Check the path for a slip"),
        ErrorKind::PermissionDenied => (
            "You may not read this".to_owned(),
            "Ask whoever owns the file to let you read it, or make a copy",
        ),
        _ => (format!("This could not be read ({error})"), "Copy the folder to this computer and try again"),
    };
    Found::new(None, wrong, right).in_file(path, "")
}

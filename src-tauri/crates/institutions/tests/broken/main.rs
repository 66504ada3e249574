//! Every way in which a file can be wrong, and that its writer is told where, what, and what would be right.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these helpers meet fails the test that called them"
)]

mod connection;
mod facts;
mod requests;
mod shape;

use institutions::{FILE_NAME, MOST_BYTES, ProfileProblem, load};
use std::{fs, path::Path};

const SOUND: &str = include_str!("../profiles/northfield.toml");

/// The sound file with some lines, counted from 1, replaced. Every other line keeps its number.
fn with(changes: &[(usize, &str)]) -> String {
    let mut lines: Vec<&str> = SOUND.lines().collect();
    for (line, text) in changes {
        lines[line - 1] = text;
    }
    lines.join("\n")
}

fn read(text: impl AsRef<[u8]>) -> Result<institutions::Profile, ProfileProblem> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), text).unwrap();
    load(folder.path())
}

#[track_caller]
fn told(changes: &[(usize, &str)], line: u32, wrong: &str, right: &str) {
    let problem = read(with(changes)).expect_err("this file is broken");
    assert_eq!(problem.line, Some(line), "{problem}");
    assert!(problem.wrong.contains(wrong), "wanted {wrong:?} in: {problem}");
    assert!(problem.right.contains(right), "wanted {right:?} in: {problem}");
    assert!(problem.file.ends_with(FILE_NAME), "{problem}");
    assert!(!problem.wrong.ends_with('.') && !problem.right.ends_with('.'), "one full stop each: {problem}");
}

/// One line replaced, and told on that line.
#[track_caller]
fn told_there(line: u32, text: &str, wrong: &str, right: &str) {
    told(&[(line as usize, text)], line, wrong, right);
}

#[test]
fn the_sound_file_is_taken() {
    let profile = read(SOUND).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(profile.id, "northfield");
    assert!(profile.missing_for_real_use().is_empty());
    assert_eq!(read(with(&[])).as_ref(), Ok(&profile));
    assert_eq!(
        read(format!("\u{FEFF}{SOUND}")).as_ref(),
        Ok(&profile),
        "some editors put a byte order mark first"
    );
    assert_eq!(read(SOUND.replace('\n', "\r\n")).as_ref(), Ok(&profile), "and some end lines their own way");
}

#[test]
fn a_problem_reads_as_file_line_and_two_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    fs::write(&file, with(&[(8, "offline-days = 0")])).unwrap();
    let problem = load(&file).expect_err("zero days");
    let expected = format!(
        "{}:8: `offline-days` is 0. Give at least 1, or nothing could be read without a network.",
        file.display()
    );
    assert_eq!(problem.to_string(), expected);
}

#[test]
fn of_two_mistakes_the_first_one_in_the_file_is_told() {
    told(&[(8, "offline-days = 0"), (71, "min = 0")], 8, "offline-days", "at least 1");
    told(&[(35, "mailbox = 1"), (72, "max = true")], 35, "mailbox", "true or false");
}

#[test]
fn what_is_no_profile_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &Path, wrong: &str, right: &str| {
        let problem = load(path).expect_err("not a profile");
        assert_eq!(problem.line, None, "{problem}");
        assert!(problem.wrong.contains(wrong) && problem.right.contains(right), "{problem}");
    };
    at(folder.path(), "no profile.toml", "called profile.toml");
    at(&folder.path().join("absent"), "nothing by this name", "Check the path");

    let large = folder.path().join("large.toml");
    fs::File::create(&large).unwrap().set_len(MOST_BYTES + 1).unwrap();
    at(&large, "too large", "1 MiB");

    let odd = folder.path().join("odd");
    fs::create_dir_all(odd.join(FILE_NAME)).unwrap();
    at(&odd, "is not a file", "where that name is a file");

    let empty = folder.path().join("empty.toml");
    fs::write(&empty, "").unwrap();
    assert!(load(&empty).expect_err("an empty file").wrong.contains("lacks `format`"));
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_not_waited_for() {
    let problem = load(Path::new("/dev/zero")).expect_err("it has no end");
    assert!(problem.wrong.contains("neither a file nor a folder"), "{problem}");
}

#[test]
fn text_that_is_not_utf_8_is_told_where_it_begins() {
    let mut bytes = with(&[(3, "name = \"Sm?r University\"")]).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xF8;
    let problem = read(&bytes).expect_err("Latin-1");
    assert_eq!((problem.line, problem.column), (Some(3), Some(11)), "{problem}");
    assert!(problem.right.contains("UTF-8"), "{problem}");
}

mod any_text {
    use super::{SOUND, read};
    use proptest::prelude::*;

    proptest! {
        /// Whatever is broken off, put in or doubled: a message with a place inside the file, or a profile.
        #[test]
        fn is_answered(cut in 0..SOUND.len(), put in "[ -~\n]{0,12}", skip in 0..40_usize) {
            let rest = SOUND.get((cut + skip).min(SOUND.len())..).unwrap_or_default();
            let text = format!("{}{put}{rest}", &SOUND[..cut]);
            if let Err(problem) = read(&text) {
                let lines = u32::try_from(text.matches('\n').count() + 1).unwrap();
                prop_assert!(problem.line.is_some_and(|line| (1..=lines).contains(&line)), "{}", problem);
                prop_assert!(!problem.wrong.is_empty() && !problem.right.is_empty());
            }
        }
    }
}

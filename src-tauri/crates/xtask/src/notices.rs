//! What others wrote and the package contains, with the texts of their licences: all of them ask to be passed on.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::checkout::Checkout;
use crate::failure::{Failure, Result, While};
use crate::process::{self, Lines};

/// What of the front end's packages is in the pages that it makes. The rest is tools.
const IN_PAGES: &[&str] = &[
    "svelte",
    "esm-env",
    "clsx",
    "@tauri-apps/api",
    "@inlang/paraglide-js",
    "@fontsource-variable/atkinson-hyperlegible-next",
];

/// A package by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    /// With its version, as in the name of the folder that it is unpacked to.
    name: String,
    /// An SPDX expression, or nothing where none is given.
    licence: String,
}

/// All notices in one text: each licence text once, below the packages that it came with.
pub(crate) fn written(checkout: &Checkout, programs: &[&str]) -> Result<String> {
    let mut texts: BTreeMap<String, BTreeSet<Package>> = BTreeMap::new();
    let mut without = BTreeSet::new();
    let mut take = |package: Package, folder: &Path| -> Result {
        let found = licence_texts(folder).doing(|| format!("reading {}", folder.display()))?;
        if found.is_empty() {
            without.insert(package.clone());
        }
        for text in found {
            texts.entry(text).or_default().insert(package.clone());
        }
        Ok(())
    };
    let sources = sources()?;
    for package in crates(checkout, programs)? {
        let folder = sources.iter().map(|source| source.join(&package.name)).find(|folder| folder.is_dir());
        let folder = folder.ok_or_else(|| {
            Failure::new(format!("the source of {} is not below {sources:?}", package.name))
        })?;
        take(package, &folder)?;
    }
    for name in IN_PAGES {
        let folder = checkout.ui().join("node_modules").join(name);
        let about = folder.join("package.json");
        let about = fs::read_to_string(&about).doing(|| format!("reading {}", about.display()))?;
        let told = |key| field(&about, key).unwrap_or_default().to_owned();
        let package = Package { name: format!("{name} {}", told("version")), licence: told("license") };
        take(package, &folder)?;
    }
    Ok(together(&texts, &without))
}

fn together(texts: &BTreeMap<String, BTreeSet<Package>>, without: &BTreeSet<Package>) -> String {
    let mut all = String::from("Secondary Accounts contains what others wrote. Thank you.\n");
    let list = |all: &mut String, packages: &BTreeSet<Package>| {
        for Package { name, licence } in packages {
            // Writing to a string does not fail.
            let _ = writeln!(all, "  {name}: {}", if licence.is_empty() { "as follows" } else { licence });
        }
    };
    if !without.is_empty() {
        all.push_str("\nThese name their licence and come without its text:\n");
        list(&mut all, without);
    }
    // Most used first, so that the rare ones do not stand between the usual.
    let mut texts: Vec<_> = texts.iter().collect();
    texts.sort_by_key(|(text, packages)| (std::cmp::Reverse(packages.len()), *text));
    for (text, packages) in texts {
        let _ = writeln!(all, "\n{}", "=".repeat(78));
        list(&mut all, packages);
        let _ = writeln!(all, "\n{text}");
    }
    all
}

/// Every package from a registry that the programs are built from for this machine.
fn crates(checkout: &Checkout, programs: &[&str]) -> Result<BTreeSet<Package>> {
    let words = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}|{l}"];
    let mut tree: Command = cargo::command(checkout, &words);
    for program in programs {
        tree.args(["--package", program]);
    }
    let mut found = BTreeSet::new();
    process::run(&mut tree, Lines::OnFailure, |line| found.extend(registered(line)))?;
    Ok(found)
}

/// A line of `cargo tree`: `serde v1.0.228|MIT OR Apache-2.0`, or `desk v0.1.0 (/place)|…` for what is our own.
fn registered(line: &str) -> Option<Package> {
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let is_ours = words.any(|word| word.starts_with("(/"));
    let licence = licence.trim_end_matches(" (*)").trim().replace('/', " OR ").replace("  ", " ");
    (!is_ours).then(|| Package { name: format!("{name}-{version}"), licence })
}

/// Where cargo unpacks what it fetches, a folder for each registry.
fn sources() -> Result<Vec<PathBuf>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME")?;
        Some(PathBuf::from(home).join(".cargo"))
    });
    let home =
        home.ok_or_else(|| Failure::new("neither CARGO_HOME nor HOME says where cargo keeps things"))?;
    let below = home.join("registry/src");
    let folders = fs::read_dir(&below).doing(|| format!("reading {}", below.display()))?;
    Ok(folders.flatten().map(|entry| entry.path()).collect())
}

/// The texts of the licences in a package's own folder and the folders in it, each once.
fn licence_texts(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_type()?.is_dir() {
            for inner in fs::read_dir(entry.path())?.flatten() {
                texts.extend(licence_text(&inner.path()));
            }
        } else {
            texts.extend(licence_text(&entry.path()));
        }
    }
    Ok(texts)
}

fn licence_text(path: &Path) -> Option<String> {
    const BEGINNINGS: &[&str] = &["license", "licence", "copying", "copyright", "notice", "unlicense", "ofl"];
    const ENDINGS: &[&str] = &["", "md", "txt", "mit", "apache", "html"];
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    // Words parted by a dot are no ending: LICENSE-APACHE-2.0.
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_one = BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        && (ENDINGS.contains(&ending) || ending.chars().all(|c| c.is_ascii_digit()));
    // A text that is none, or a link to nowhere, is not the package's licence.
    let text = is_one.then(|| fs::read_to_string(path).ok()).flatten()?;
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n").trim_matches('\n').to_owned();
    (!text.is_empty()).then_some(text)
}

/// The text beside a key at the top of a package's description: enough for what npm itself has written.
fn field<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = json.split_once(&format!("\"{key}\":"))?;
    after.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, licence: &str) -> Package {
        Package { name: name.into(), licence: licence.into() }
    }

    #[test]
    fn a_package_of_a_registry_is_told_from_our_own() {
        assert_eq!(
            registered("serde v1.0.2|MIT OR Apache-2.0"),
            Some(package("serde-1.0.2", "MIT OR Apache-2.0"))
        );
        assert_eq!(
            registered("memchr v2.7.6|Unlicense/MIT (*)"),
            Some(package("memchr-2.7.6", "Unlicense OR MIT"))
        );
        assert_eq!(
            registered("rsa_derive v1.0.0 (proc-macro)|MIT"),
            Some(package("rsa_derive-1.0.0", "MIT")),
            "what a macro writes may be in the program"
        );
        assert_eq!(registered("desk v0.1.0 (/home/somebody/desk)|MIT"), None);
        assert_eq!(registered(""), None);
    }

    #[test]
    fn every_licence_stands_once_below_all_that_came_with_it() {
        let both = BTreeSet::from([package("one-1", "MIT"), package("two-2", "")]);
        let texts = BTreeMap::from([
            ("A rare text".to_owned(), BTreeSet::from([package("one-1", "MIT")])),
            ("The usual text".to_owned(), both),
        ]);
        let all = together(&texts, &BTreeSet::from([package("three-3", "ISC")]));
        assert_eq!(all.matches("The usual text").count(), 1);
        let at = |text| all.find(text).unwrap_or_else(|| panic!("{text} is missing: {all}"));
        assert!(at("three-3: ISC") < at("two-2: as follows") && at("two-2") < at("The usual text"));
        assert!(at("The usual text") < at("A rare text"), "the most used first");
    }

    #[test]
    fn what_the_programs_are_built_from_has_its_notices() {
        let checkout = Checkout::find().unwrap();
        let found = crates(&checkout, &["secondary-accounts", "campus"]).unwrap();
        let has = |name: &str| found.iter().any(|package| package.name.starts_with(name));
        assert!(has("tauri-2.") && has("axum-0.") && has("libsqlite3-sys-"), "{found:?}");
        assert!(!has("proptest-"), "tests are not shipped");
        assert!(found.iter().all(|package| !package.licence.is_empty()), "{found:?}");
        let sources = sources().unwrap();
        let cipher = found.iter().find(|package| package.name.starts_with("libsqlite3-sys-")).unwrap();
        let folder = sources.iter().map(|source| source.join(&cipher.name)).find(|folder| folder.is_dir());
        let texts = licence_texts(&folder.unwrap()).unwrap();
        assert!(texts.iter().any(|text| text.contains("ZETETIC")), "SQLCipher's own notice, in a folder");
    }

    #[test]
    fn a_description_names_its_version_and_licence() {
        let json = "{\n  \"name\": \"x\",\n  \"license\": \"MIT\",\n  \"version\":\"1.2.3\"\n}";
        assert_eq!((field(json, "license"), field(json, "version")), (Some("MIT"), Some("1.2.3")));
        assert_eq!(field(json, "author"), None);
    }
}

//! The front end: its packages, its checks and its build.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::checkout::Checkout;
use crate::failure::Result;
use crate::process::{self, Lines};
use crate::stamp::Stamp;

/// `npm ci` in the front end's folder, when its lock file is not the one that was last installed.
pub(crate) fn install_ui(checkout: &Checkout) -> Result {
    install(checkout, &checkout.ui(), "ui")
}

/// `npm ci` in a folder of the checkout. `name` names its stamp.
pub(crate) fn install(checkout: &Checkout, folder: &Path, name: &str) -> Result {
    let described_by = [folder.join("package.json"), folder.join("package-lock.json")];
    // The checks and the build are development dependencies, which npm leaves out where NODE_ENV is `production`.
    let words = ["ci", "--include=dev", "--no-audit", "--no-fund"];
    let stamp = Stamp::of(checkout.stamp(name), &words, &described_by)?;
    if stamp.holds(&folder.join("node_modules")) {
        return Ok(());
    }
    stamp.forget();
    process::run(&mut command(folder, &words), Lines::OnFailure, |_| {}).map_err(|failure| {
        failure.advice(format!(
            "connect to a network, or run npm install in {} if its package.json was edited",
            folder.display()
        ))
    })?;
    stamp.keep()
}

/// A script of a folder's `package.json`.
pub(crate) fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(words).current_dir(folder).env("NO_COLOR", "1");
    command
}

/// `npm run build`, when something changed after the last build.
pub(crate) fn build_ui(checkout: &Checkout) -> Result {
    let ui = checkout.ui();
    let built = fs::metadata(ui.join("dist/index.html")).and_then(|file| file.modified()).ok();
    if built.is_some_and(|built| newest(&ui).is_some_and(|changed| changed < built)) {
        println!("      the last build is newer than every source");
        return Ok(());
    }
    process::run(&mut command(&ui, &["run", "build"]), Lines::OnFailure, |_| {})
}

/// When something below a folder last changed, what is installed or generated left out. A folder's own time counts,
/// because it is all that a removed file leaves.
fn newest(folder: &Path) -> Option<SystemTime> {
    let own = fs::metadata(folder).and_then(|meta| meta.modified()).ok();
    let entries = fs::read_dir(folder).ok()?.filter_map(std::result::Result::ok);
    let below = entries
        .filter(|entry| !matches!(entry.file_name().to_str(), Some("node_modules" | "dist" | "generated")));
    let times = below.filter_map(|entry| {
        let meta = entry.metadata().ok()?;
        if meta.is_dir() { newest(&entry.path()) } else { meta.modified().ok() }
    });
    // The top folder's own time changes whenever `dist` is made, so only the folders below count theirs.
    let own = if folder.join("package.json").exists() { None } else { own };
    times.chain(own).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_installed_or_built_does_not_count_as_a_source() {
        let folder = std::env::temp_dir().join(format!("xtask-npm-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for name in ["src/pages", "dist", "node_modules/x"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let write = |name: &str, seconds| {
            fs::write(folder.join(name), "x").unwrap();
            fs::File::options()
                .write(true)
                .open(folder.join(name))
                .unwrap()
                .set_modified(at(seconds))
                .unwrap();
        };
        write("package.json", 10);
        write("src/pages/home.ts", 30);
        write("dist/index.html", 99);
        write("node_modules/x/index.js", 99);
        for name in ["src/pages", "src"] {
            fs::File::open(folder.join(name)).unwrap().set_modified(at(20)).unwrap();
        }
        assert_eq!(newest(&folder), Some(at(30)));
        fs::remove_file(folder.join("src/pages/home.ts")).unwrap();
        assert!(newest(&folder) > Some(at(30)), "a removed source leaves its folder's time");
        fs::remove_dir_all(&folder).unwrap();
    }
}

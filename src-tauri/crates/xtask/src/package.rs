//! `cargo xtask package`: the program as a Debian package.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checkout::Checkout;
use crate::failure::{Failure, Result, While};
use crate::npm;
use crate::process::{self, Lines};
use crate::release;
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};

const NAME: &str = "secondary-accounts";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const PROGRAMS: &[&str] = &[NAME, "campus"];

/// Libraries that the programs are linked with, by Debian's names; the second of two is that of a later release.
const DEPENDS: &str =
    "libc6 (>= 2.36), libgcc-s1, libwebkit2gtk-4.1-0, libgtk-3-0 | libgtk-3-0t64, libssl3 | libssl3t64";
/// Where the key of what is kept lies, and what opens the browser to sign in.
const RECOMMENDS: &str = "gnome-keyring | kwalletmanager, xdg-utils";

const DESKTOP_ENTRY: &str = "\
[Desktop Entry]
Type=Application
Name=Secondary Accounts
Comment=Shared mailboxes and other secondary accounts: whose they are, who can use them, whom to ask
Exec=secondary-accounts
Icon=secondary-accounts
Terminal=false
Categories=Office;
Keywords=mailbox;shared;delegate;account;
";

/// Builds the package and says where it is.
pub(crate) fn run() -> Result {
    let checkout = Checkout::find()?;
    let mut steps = setup::steps(&checkout, Purpose::Start { display: true });
    steps.push(Step::new("Building the front end", "20 s", || npm::build_ui(&checkout)));
    steps.push(Step::new("Building everything for release", "4 min, 15 min the first time", || {
        release::build(&checkout, PROGRAMS)
    }));
    steps.push(Step::new("Putting the package together", "10 s", || {
        let package = make(&checkout)?;
        println!("      {}", package.display());
        Ok(())
    }));
    Progress::new(steps.len()).take_all(steps)
}

/// The package's files as they will lie on a computer, below a folder of their own.
pub(crate) fn tree(checkout: &Checkout) -> PathBuf {
    checkout.root().join("target/package").join(NAME)
}

/// Lays out the release builds as a package installs them.
pub(crate) fn lay_out(checkout: &Checkout) -> Result<PathBuf> {
    let tree = tree(checkout);
    if tree.exists() {
        fs::remove_dir_all(&tree).doing(|| format!("removing {}", tree.display()))?;
    }
    let programs = release::programs(checkout);
    put(&programs.join(NAME), &tree.join("usr/bin").join(NAME), 0o755)?;
    put(&programs.join("campus"), &tree.join("usr/lib").join(NAME).join("campus"), 0o755)?;
    for (file, size) in [("32x32.png", "32x32"), ("128x128.png", "128x128"), ("128x128@2x.png", "256x256")] {
        let icon = tree.join(format!("usr/share/icons/hicolor/{size}/apps/{NAME}.png"));
        put(&checkout.root().join("icons").join(file), &icon, 0o644)?;
    }
    write(&tree.join(format!("usr/share/applications/{NAME}.desktop")), DESKTOP_ENTRY)?;
    let mut licence =
        String::from("Secondary Accounts may be used under the MIT licence or the Apache licence 2.0.\n");
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let path = checkout.root().join("src-tauri").join(file);
        let text = fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
        // Writing to a string does not fail.
        let _ = write!(licence, "\n{text}");
    }
    write(&tree.join("usr/share/doc").join(NAME).join("copyright"), &licence)?;
    Ok(tree)
}

fn make(checkout: &Checkout) -> Result<PathBuf> {
    let architecture = process::output("dpkg", &["--print-architecture"]).ok_or_else(|| {
        Failure::new("dpkg is not here").advice("packages are made on Debian and what comes from it")
    })?;
    let architecture = architecture.trim();
    let tree = lay_out(checkout)?;
    let installed = size(&tree).doing(|| format!("measuring {}", tree.display()))?;
    write(&tree.join("DEBIAN/control"), &control(architecture, installed))?;
    let package = tree.with_file_name(format!("{NAME}_{VERSION}_{architecture}.deb"));
    let mut build = Command::new("dpkg-deb");
    build.args(["--root-owner-group", "--build"]).arg(&tree).arg(&package);
    process::run(&mut build, Lines::OnFailure, |_| {})?;
    Ok(package)
}

/// `installed` is in bytes.
fn control(architecture: &str, installed: u64) -> String {
    format!(
        "Package: {NAME}\n\
         Version: {VERSION}\n\
         Architecture: {architecture}\n\
         Maintainer: Secondary Accounts <secondary-accounts@example.edu>\n\
         Installed-Size: {}\n\
         Depends: {DEPENDS}\n\
         Recommends: {RECOMMENDS}\n\
         Section: mail\n\
         Priority: optional\n\
         Description: see, ask about and set up a university's secondary accounts\n \
         Shows which shared mailboxes and other secondary accounts somebody owns or can\n \
         use, who has access and whom to ask. What was seen once can be read off line.\n",
        installed.div_ceil(1024)
    )
}

fn put(from: &Path, to: &Path, mode: u32) -> Result {
    make_folder_of(to)?;
    fs::copy(from, to).doing(|| format!("copying {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).doing(|| format!("writing {}", to.display()))
}

fn write(path: &Path, text: &str) -> Result {
    make_folder_of(path)?;
    fs::write(path, text).doing(|| format!("writing {}", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
        .doing(|| format!("writing {}", path.display()))
}

/// Folders of a package are for everybody to read, whatever this person's usual permissions.
fn make_folder_of(path: &Path) -> Result {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)))
        .doing(|| format!("making {}", folder.display()))
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { size(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_says_what_is_needed_in_one_paragraph() {
        let control = control("amd64", 10_000_001);
        assert!(control.contains("\nInstalled-Size: 9766\n"), "kibibytes, rounded up: {control}");
        assert!(control.contains("\nArchitecture: amd64\n") && control.ends_with(".\n"));
        assert!(!control.contains("\n\n"), "an empty line would end it");
        let lines = control.lines().all(|line| line.starts_with(' ') || line.contains(": "));
        assert!(lines, "a field, or the description going on: {control}");
    }
}

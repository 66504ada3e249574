//! `cargo xtask package`: the program as a Debian package.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checkout::Checkout;
use crate::failure::{Failure, Result, While};
use crate::notices;
use crate::npm;
use crate::process::{self, Lines};
use crate::release;
use crate::setup::{self, Purpose};
use crate::steps::{Progress, Step};

pub(crate) const NAME: &str = "secondary-accounts";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const PROGRAMS: &[&str] = &[NAME, "campus"];

/// The packed addresses of [`release`] are read from this version on, which no symbol tells.
const LIBC: &str = "libc6 (>= 2.36)";
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
    steps.push(Step::new("Building everything for release", "4 min, 20 min the first time", || {
        release::build(&checkout, NAME)?;
        release::build_campus(&checkout)
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
    put(&release::campus(checkout), &tree.join("usr/lib").join(NAME).join("campus"), 0o755)?;
    for (file, size) in [("32x32.png", "32x32"), ("128x128.png", "128x128"), ("128x128@2x.png", "256x256")] {
        let icon = tree.join(format!("usr/share/icons/hicolor/{size}/apps/{NAME}.png"));
        put(&checkout.root().join("icons").join(file), &icon, 0o644)?;
    }
    write(&tree.join(format!("usr/share/applications/{NAME}.desktop")), DESKTOP_ENTRY)?;
    let mut licence =
        String::from("Secondary Accounts may be used under the MIT licence or the Apache licence 2.0.\n");
    let typeface = "node_modules/@fontsource-variable/atkinson-hyperlegible-next/LICENSE";
    let own = ["LICENSE-MIT", "LICENSE-APACHE"].map(|file| checkout.root().join("src-tauri").join(file));
    for path in own.into_iter().chain([checkout.ui().join(typeface)]) {
        let text = fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
        // Writing to a string does not fail.
        let _ = write!(licence, "\n{text}");
    }
    let documents = tree.join("usr/share/doc").join(NAME);
    write(&documents.join("copyright"), &licence)?;
    let notices = documents.join("third-party-notices");
    write(&notices, &notices::written(checkout, PROGRAMS)?)?;
    // Without name and time: the same commit makes the same package.
    process::run(Command::new("gzip").args(["-9", "-n"]).arg(&notices), Lines::OnFailure, |_| {})?;
    Ok(tree)
}

fn make(checkout: &Checkout) -> Result<PathBuf> {
    let architecture = process::output("dpkg", &["--print-architecture"]).ok_or_else(|| {
        Failure::new("dpkg is not here").advice("packages are made on Debian and what comes from it")
    })?;
    let architecture = architecture.trim();
    let tree = lay_out(checkout)?;
    let installed = size(&tree).doing(|| format!("measuring {}", tree.display()))?;
    write(&tree.join("DEBIAN/control"), &control(architecture, installed, &depends(&tree)?))?;
    readable(&tree).doing(|| format!("changing permissions below {}", tree.display()))?;
    let package = tree.with_file_name(format!("{NAME}_{VERSION}_{architecture}.deb"));
    let mut build = Command::new("dpkg-deb");
    build.args(["--root-owner-group", "--build"]).arg(&tree).arg(&package);
    let root = checkout.root().display().to_string();
    // The same commit makes the same package, to the byte.
    if let Some(committed) = process::output("git", &["-C", &root, "log", "-1", "--format=%ct"]) {
        build.env("SOURCE_DATE_EPOCH", committed.trim());
    }
    process::run(&mut build, Lines::OnFailure, |_| {})?;
    Ok(package)
}

/// The packages whose libraries the programs are linked with here, as dpkg-shlibdeps(1) tells them.
fn depends(tree: &Path) -> Result<String> {
    let folder = tree.with_file_name("depends");
    // It wants to stand in a source package.
    write(&folder.join("debian/control"), "Source: secondary-accounts\n")?;
    let mut ask = Command::new("dpkg-shlibdeps");
    ask.current_dir(&folder).args(["-O", "-e"]).arg(tree.join("usr/bin").join(NAME));
    ask.arg("-e").arg(tree.join("usr/lib").join(NAME).join("campus"));
    let mut told = None;
    process::run(&mut ask, Lines::OnFailure, |line| {
        told = told.take().or_else(|| line.strip_prefix("shlibs:Depends=").map(str::to_owned));
    })
    .map_err(|failure| failure.advice("install dpkg-dev, which knows which package a library is in"))?;
    let told = told.ok_or_else(|| Failure::new("dpkg-shlibdeps told no packages"))?;
    Ok(format!("{told}, {LIBC}"))
}

/// `installed` is in bytes.
fn control(architecture: &str, installed: u64, depends: &str) -> String {
    format!(
        "Package: {NAME}\n\
         Version: {VERSION}\n\
         Architecture: {architecture}\n\
         Maintainer: Secondary Accounts <secondary-accounts@example.edu>\n\
         Installed-Size: {}\n\
         Depends: {depends}\n\
         Recommends: {RECOMMENDS}\n\
         Section: mail\n\
         Priority: optional\n\
         Description: see a university's secondary accounts and who can use them\n \
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

fn make_folder_of(path: &Path) -> Result {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))
}

/// Folders of a package are for everybody to read, whatever this person's usual permissions.
fn readable(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.metadata()?.is_dir() {
            readable(&entry.path())?;
        }
    }
    Ok(())
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
    fn every_folder_can_be_read_by_everybody() {
        let top = std::env::temp_dir().join(format!("xtask-package-{}", std::process::id()));
        fs::create_dir_all(top.join("usr/share")).unwrap();
        for folder in ["", "usr", "usr/share"] {
            fs::set_permissions(top.join(folder), fs::Permissions::from_mode(0o700)).unwrap();
        }
        readable(&top).unwrap();
        for folder in ["", "usr", "usr/share"] {
            assert_eq!(
                fs::metadata(top.join(folder)).unwrap().permissions().mode() & 0o777,
                0o755,
                "{folder}"
            );
        }
        fs::remove_dir_all(&top).unwrap();
    }

    #[test]
    fn the_control_file_says_what_is_needed_in_one_paragraph() {
        let control = control("amd64", 10_000_001, "libssl3 (>= 3.0.0), libc6 (>= 2.36)");
        assert!(control.contains("\nInstalled-Size: 9766\n"), "kibibytes, rounded up: {control}");
        assert!(control.contains("\nArchitecture: amd64\n") && control.ends_with(".\n"));
        assert!(!control.contains("\n\n"), "an empty line would end it");
        assert!(control.contains("\nDepends: libssl3 (>= 3.0.0), libc6 (>= 2.36)\n"));
        let lines = control.lines().all(|line| line.starts_with(' ') || line.contains(": "));
        assert!(lines, "a field, or the description going on: {control}");
    }
}

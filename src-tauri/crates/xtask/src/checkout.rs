//! Where things are: the checkout, its own `target/`, and this machine's cache.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// The folder that holds the root `Cargo.toml`, wherever inside it the command was given.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    pub(crate) fn find() -> Result<Self> {
        // Set by `cargo run` for the program it runs; the compiled-in one serves a direct call.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        package
            .ancestors()
            .find(|folder| folder.join("tauri.conf.json").is_file())
            .map(|root| Self { root: root.to_owned() })
            .ok_or_else(|| Failure::new(format!("no tauri.conf.json above {}", package.display())))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    pub(crate) fn peers(&self) -> PathBuf {
        self.root.join("tests/peers")
    }

    pub(crate) fn screens(&self) -> PathBuf {
        self.root.join("target/screens")
    }

    /// A note of what was last set up in this checkout.
    pub(crate) fn stamp(&self, name: &str) -> PathBuf {
        self.root.join("target/stamps").join(name)
    }

    /// A folder for what may be shared between checkouts and outlive them, or `target/` where there is no such place.
    pub(crate) fn cache(&self) -> PathBuf {
        cache_folder(env::var_os("XDG_CACHE_HOME").map(PathBuf::from), env::var_os("HOME").map(PathBuf::from))
            .filter(|folder| fs::create_dir_all(folder).is_ok())
            .unwrap_or_else(|| self.root.join("target"))
    }
}

/// The XDG Base Directory rule: a relative `XDG_CACHE_HOME` is ignored.
fn cache_folder(xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    xdg.filter(|path| path.is_absolute())
        .or_else(|| home.map(|home| home.join(".cache")))
        .map(|cache| cache.join("secondary-accounts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_the_xdg_rule() {
        let home = Some(PathBuf::from("/home/jo"));
        assert_eq!(
            cache_folder(Some("/var/c".into()), home.clone()),
            Some("/var/c/secondary-accounts".into())
        );
        assert_eq!(
            cache_folder(Some("c".into()), home.clone()),
            Some("/home/jo/.cache/secondary-accounts".into()),
            "a relative path is not one"
        );
        assert_eq!(cache_folder(None, home), Some("/home/jo/.cache/secondary-accounts".into()));
        assert_eq!(cache_folder(None, None), None);
    }

    #[test]
    fn the_checkout_is_found_from_the_package() {
        let checkout = Checkout::find().unwrap();
        assert!(checkout.root().join("Cargo.toml").is_file());
    }
}

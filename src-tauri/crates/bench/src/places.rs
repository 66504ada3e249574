//! Where the checkout and the built programs are, as the command line says.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

#[derive(Debug)]
struct Places {
    checkout: PathBuf,
    app: PathBuf,
    campus: PathBuf,
}

static PLACES: OnceLock<Places> = OnceLock::new();

/// Set once, before anything is started. `programs` is the folder that cargo built into, `package` the package's files.
pub(crate) fn set(checkout: &Path, programs: &Path, package: &Path) {
    // A second call would name the same places: there is one command line.
    let _ = PLACES.set(Places {
        checkout: checkout.to_owned(),
        app: programs.join("secondary-accounts"),
        campus: package.join("usr/lib/secondary-accounts/campus"),
    });
}

/// The checkout's root.
pub(crate) fn checkout() -> &'static Path {
    PLACES.get().map_or(Path::new("."), |places| &places.checkout)
}

/// The desktop program.
pub(crate) fn app() -> &'static Path {
    PLACES.get().map_or(Path::new("secondary-accounts"), |places| &places.app)
}

/// The practice campus, as the package brings it.
pub(crate) fn campus() -> PathBuf {
    PLACES.get().map_or(PathBuf::from("campus"), |places| places.campus.clone())
}

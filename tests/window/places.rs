//! Where cargo put what these tests run.

use std::path::{Path, PathBuf};

/// The checkout's root.
pub(crate) fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The desktop program as cargo built it for this test run.
pub(crate) fn app() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_secondary-accounts"))
}

/// The practice campus, which `cargo xtask test` builds beside it.
pub(crate) fn campus() -> PathBuf {
    app().with_file_name("campus")
}

//! How much there is to load and to install.

use crate::{
    Outcome,
    figure::{Goal, Measured},
    places,
};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) const GOALS: &[Goal] = &[
    Goal { name: "JavaScript loaded before the first list", unit: "kB", most: 120.0 },
    Goal { name: "installed package", unit: "MB", most: 15.0 },
];

pub(crate) fn measure() -> Outcome<Vec<Measured>> {
    let checkout = places::checkout();
    let output = Command::new("node")
        .current_dir(checkout)
        .args(["ui/scripts/first-list-size.mjs", "ui/dist"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let told: Value = serde_json::from_slice(&output.stdout)?;
    let bytes = told.get("bytes").and_then(Value::as_u64).ok_or("the front end's size is not told")?;
    let files = told.get("files").and_then(Value::as_array).map_or(0, Vec::len);
    let installed = installed(checkout)?;
    let parts: Vec<_> =
        installed.iter().map(|(name, bytes)| format!("{name} {:.2} MB", mega(*bytes))).collect();
    Ok(vec![
        Measured {
            value: mega(bytes) * 1000.0,
            how: format!("{files} scripts as they lie in the build, not compressed"),
        },
        Measured {
            value: mega(installed.iter().map(|(_, bytes)| bytes).sum()),
            how: format!("sum of the files that a package installs, not compressed: {}", parts.join(", ")),
        },
    ])
}

/// What a package puts on a computer: the programs, stripped, and the icons.
fn installed(checkout: &Path) -> Outcome<Vec<(String, u64)>> {
    let programs = places::app().parent().ok_or("the program has no folder")?;
    let mut parts = Vec::new();
    for name in ["secondary-accounts", "campus"] {
        parts.push((name.to_owned(), fs::metadata(programs.join(name))?.len()));
    }
    let mut icons = 0;
    for name in ["32x32.png", "128x128.png", "128x128@2x.png"] {
        icons += fs::metadata(checkout.join("icons").join(name))?.len();
    }
    parts.push(("icons".to_owned(), icons));
    Ok(parts)
}

#[allow(clippy::cast_precision_loss, reason = "sizes of files are far below 2^52 bytes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

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

pub(crate) fn measure(package: &Path) -> Outcome<Vec<Measured>> {
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
    let installed = installed(package)?;
    let largest = installed.iter().take(2);
    let largest: Vec<_> = largest.map(|(name, bytes)| format!("{name} {:.2} MB", mega(*bytes))).collect();
    Ok(vec![
        Measured {
            value: mega(bytes) * 1000.0,
            how: format!("{files} scripts as they lie in the build, not compressed"),
        },
        Measured {
            value: mega(installed.iter().map(|(_, bytes)| bytes).sum()),
            how: format!(
                "{} files of the Debian package as they lie on a computer; {}",
                installed.len(),
                largest.join(", ")
            ),
        },
    ])
}

/// Every file that the package puts on a computer, largest first.
fn installed(folder: &Path) -> Outcome<Vec<(String, u64)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            match meta.is_dir() {
                // What tells dpkg about the package stays with dpkg.
                true if entry.file_name() == "DEBIAN" => {}
                true => folders.push(entry.path()),
                false => files.push((entry.file_name().to_string_lossy().into_owned(), meta.len())),
            }
        }
    }
    files.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(files)
}

#[allow(clippy::cast_precision_loss, reason = "sizes of files are far below 2^52 bytes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

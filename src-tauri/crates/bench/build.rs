//! Builds the resources of the empty window.

use std::{fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri_build::try_build(tauri_build::Attributes::new())?;
    // Help for editors that nobody asked for; the build has its own copies.
    if Path::new("gen").exists() {
        fs::remove_dir_all("gen")?;
    }
    println!("cargo:rerun-if-changed=window");
    Ok(())
}

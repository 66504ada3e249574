//! The servers and checkers in `tests/peers`, which others wrote: npm packages, and a Python environment of their own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::checkout::Checkout;
use crate::failure::{Result, While};
use crate::npm;
use crate::process::{self, Lines};
use crate::stamp::Stamp;

/// Tells the tests which Python has the peers' packages.
pub(crate) const PYTHON_VARIABLE: &str = "SECONDARY_ACCOUNTS_PEERS_PYTHON";

/// Installs both at the versions that the checkout pins. A second run needs no network.
pub(crate) fn install(checkout: &Checkout) -> Result {
    npm::install(checkout, &checkout.peers(), "peers")?;
    install_python(checkout)
}

pub(crate) fn python(checkout: &Checkout) -> PathBuf {
    environment(checkout).join("bin/python")
}

fn environment(checkout: &Checkout) -> PathBuf {
    checkout.cache().join("peers-python")
}

fn install_python(checkout: &Checkout) -> Result {
    let folder = environment(checkout);
    let requirements = checkout.peers().join("requirements.txt");
    let stamp = Stamp::of(folder.join("installed-from"), &[], std::slice::from_ref(&requirements))?;
    let python = python(checkout);
    // An environment whose Python was taken off the machine is there, and of no use.
    if stamp.holds(&python) && process::output(&python.to_string_lossy(), &["--version"]).is_some() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).doing(|| format!("removing {}", folder.display()))?;
    }
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder), Lines::OnFailure, |_| {})?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement"])
        .arg(&requirements);
    process::run(&mut pip, Lines::OnFailure, |_| {})
        .map_err(|failure| failure.advice("connect to a network: Python packages are fetched once"))?;
    stamp.keep()
}

//! Brings a machine from a compiler, Rust and Node to everything that the program or its tests need.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use crate::checkout::Checkout;
use crate::failure::{Failure, Result, While};
use crate::packages::{self, By, Evidence, Need, System};
use crate::process::{self, Lines};
use crate::steps::Step;
use crate::{cargo, npm, peers, tools};

/// What the machine is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Start { display: bool },
    Test,
}

impl Purpose {
    fn needs(self) -> Vec<Need> {
        let more: &[Need] = match self {
            Self::Start { display: true } => &[],
            Self::Start { display: false } => packages::WITHOUT_DISPLAY,
            Self::Test => packages::TO_TEST,
        };
        packages::TO_START.iter().chain(more).copied().collect()
    }
}

/// The steps of set-up. Those whose work is already there look and do nothing.
pub(crate) fn steps(checkout: &Checkout, purpose: Purpose) -> Vec<Step<'_>> {
    let mut steps = vec![
        Step::new("Looking for a C compiler, Rust and Node", "", move || {
            tools::check()?;
            if purpose == Purpose::Test { tools::add_for_tests() } else { Ok(()) }
        }),
        Step::new(
            "Looking for system libraries and tools",
            "a moment, 3 min when some are missing",
            move || {
                install_missing(&purpose.needs())?;
                if purpose == Purpose::Test { tools::check_python() } else { Ok(()) }
            },
        ),
        Step::new("Fetching Rust packages", "a moment, 1 min the first time", || cargo::fetch(checkout)),
        Step::new("Fetching the front end's packages", "a moment, 20 s the first time", || {
            npm::install_ui(checkout)
        }),
    ];
    if purpose == Purpose::Test {
        steps.push(Step::new(
            "Setting up the servers that the tests talk to",
            "a moment, 40 s the first time",
            || peers::install(checkout),
        ));
    }
    steps
}

fn install_missing(needs: &[Need]) -> Result {
    let missing = missing(needs, there);
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.name()).collect::<Vec<_>>().join(", ");
    println!("      Missing: {names}");
    let system = fs::read_to_string("/etc/os-release").ok().and_then(|text| System::from_os_release(&text));
    let Some(system) = system else {
        return Err(Failure::new(format!("this system lacks {names}"))
            .advice("install them: the package names of this system are not known here"));
    };
    let unknown: Vec<Need> = missing.iter().copied().filter(|need| system.package(*need).is_none()).collect();
    if !unknown.is_empty() {
        let names = unknown.iter().map(|need| need.name()).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!("this system lacks {names}"))
            .advice("install them: their package on this system is not known here"));
    }
    let packages: Vec<_> = missing.iter().filter_map(|need| system.package(*need)).collect();
    let by = who(is_root(), in_ci());
    let commands: Vec<_> =
        system.install(&packages).iter().map(|words| packages::command(words, by)).collect();
    let typed = commands.iter().map(process::typed).collect::<Vec<_>>().join("\n");
    if by == By::Sudo {
        ask(&typed)?;
    }
    run(commands, by)?;
    let left = self::missing(needs, there);
    match left.first() {
        None => Ok(()),
        Some(need) => {
            Err(Failure::new(format!("{} is still missing after its package was installed", need.name()))
                .advice(format!("run this by hand and read what it says:\n{typed}")))
        }
    }
}

/// What is needed and not there. Without pkg-config no library can be looked for, so all count as missing.
fn missing(needs: &[Need], there: impl Fn(Need) -> bool) -> Vec<Need> {
    needs.iter().copied().filter(|need| !there(*need)).collect()
}

fn there(need: Need) -> bool {
    match need.evidence() {
        Evidence::Library(name) => process::output("pkg-config", &["--exists", name]).is_some(),
        Evidence::Programs(programs) => programs.iter().all(|program| process::found(program)),
        Evidence::PythonModules(modules) => {
            process::output("python3", &["-c", &format!("import {}", modules.join(", "))]).is_some()
        }
    }
}

fn who(root: bool, ci: bool) -> By {
    match (root, ci) {
        (true, _) => By::Root,
        (false, true) => By::SudoWithoutPassword,
        (false, false) => By::Sudo,
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

fn ask(typed: &str) -> Result {
    let declined = || {
        Failure::new("the packages were not installed")
            .advice(format!("run this, then start again:\n{typed}"))
    };
    println!("\n{typed}\n");
    if !io::stdin().is_terminal() {
        return Err(declined());
    }
    print!("Run this now? It needs administrator rights. [y/N] ");
    io::stdout().flush().doing(|| "asking".to_owned())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).doing(|| "reading the answer".to_owned())?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(declined()) }
}

fn run(commands: Vec<Command>, by: By) -> Result {
    for mut command in commands {
        println!("      {}", process::typed(&command));
        if by == By::Sudo {
            // sudo asks for the password on the terminal itself, so its streams stay as they are.
            authenticate()?;
        }
        process::run(&mut command, Lines::OnFailure, |_| {}).map_err(|failure| {
            failure.advice("see to it that the package manager can reach its servers, then try again")
        })?;
    }
    Ok(())
}

fn authenticate() -> Result {
    let status = Command::new("sudo").arg("-v").status().doing(|| "starting sudo".to_owned())?;
    if status.success() { Ok(()) } else { Err(Failure::new("sudo did not let you in")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed() {
        let found = missing(&Purpose::Test.needs(), |need| !matches!(need, Need::Keyring | Need::OpenSsl));
        assert_eq!(found, [Need::OpenSsl, Need::Keyring]);
    }

    #[test]
    fn starting_with_a_display_asks_for_no_test_tools() {
        assert_eq!(Purpose::Start { display: true }.needs(), packages::TO_START);
        assert!(Purpose::Start { display: false }.needs().contains(&Need::VirtualDisplay));
    }

    #[test]
    fn nobody_is_asked_as_root_or_in_ci() {
        assert_eq!(who(true, false), By::Root);
        assert_eq!(who(true, true), By::Root);
        assert_eq!(who(false, true), By::SudoWithoutPassword);
        assert_eq!(who(false, false), By::Sudo);
    }
}

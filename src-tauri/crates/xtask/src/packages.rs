//! Which system package brings what, for the package managers we know.

use std::process::Command;

/// Something the machine must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    PkgConfig,
    WebKitGtk,
    Gtk,
    OpenSsl,
    WebDriver,
    VirtualDisplay,
    MessageBus,
    Keyring,
    PythonVenv,
}

/// To build and open the window.
pub(crate) const TO_START: &[Need] = &[Need::PkgConfig, Need::WebKitGtk, Need::Gtk, Need::OpenSsl];
/// To open it where there is no display.
pub(crate) const WITHOUT_DISPLAY: &[Need] = &[Need::VirtualDisplay, Need::MessageBus];
/// To run the tests as well.
pub(crate) const TO_TEST: &[Need] =
    &[Need::WebDriver, Need::VirtualDisplay, Need::MessageBus, Need::Keyring, Need::PythonVenv];

impl Need {
    /// How it shows that it is there.
    pub(crate) fn evidence(self) -> Evidence {
        match self {
            Self::PkgConfig => Evidence::Programs(&["pkg-config"]),
            Self::WebKitGtk => Evidence::Library("webkit2gtk-4.1"),
            Self::Gtk => Evidence::Library("gtk+-3.0"),
            Self::OpenSsl => Evidence::Library("openssl"),
            Self::WebDriver => Evidence::Programs(&["WebKitWebDriver"]),
            Self::VirtualDisplay => Evidence::Programs(&["Xvfb"]),
            Self::MessageBus => Evidence::Programs(&["dbus-daemon"]),
            Self::Keyring => Evidence::Programs(&["gnome-keyring-daemon"]),
            Self::PythonVenv => Evidence::PythonModules(&["venv", "ensurepip"]),
        }
    }

    /// What to call it in a message.
    pub(crate) fn name(self) -> &'static str {
        match self.evidence() {
            Evidence::Library(name) => name,
            Evidence::Programs(programs) => programs.first().copied().unwrap_or_default(),
            Evidence::PythonModules(_) => "python3 with venv",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// A library that pkg-config knows.
    Library(&'static str),
    /// Programs on the search path.
    Programs(&'static [&'static str]),
    /// Modules that `python3` can import.
    PythonModules(&'static [&'static str]),
}

/// A family of systems with one package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Debian,
    Fedora,
    Arch,
}

impl System {
    /// Reads `/etc/os-release` (os-release(5)): `ID` first, then the families in `ID_LIKE`.
    pub(crate) fn from_os_release(text: &str) -> Option<Self> {
        let value = |key: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
                .unwrap_or_default()
                .trim_matches('"')
        };
        value("ID").split_whitespace().chain(value("ID_LIKE").split_whitespace()).find_map(|id| match id {
            "debian" | "ubuntu" => Some(Self::Debian),
            "fedora" | "rhel" => Some(Self::Fedora),
            "arch" => Some(Self::Arch),
            _ => None,
        })
    }

    /// The package that brings a need, where its name is known on this system.
    pub(crate) fn package(self, need: Need) -> Option<&'static str> {
        let [debian, fedora, arch] = match need {
            Need::PkgConfig => ["pkg-config", "pkgconf-pkg-config", "pkgconf"],
            Need::WebKitGtk => ["libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1"],
            Need::Gtk => ["libgtk-3-dev", "gtk3-devel", "gtk3"],
            Need::OpenSsl => ["libssl-dev", "openssl-devel", "openssl"],
            Need::VirtualDisplay => ["xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"],
            Need::MessageBus => ["dbus", "dbus-daemon", "dbus"],
            Need::WebDriver => ["webkit2gtk-driver", "", ""],
            Need::Keyring => ["gnome-keyring", "gnome-keyring", "gnome-keyring"],
            Need::PythonVenv => ["python3-venv", "python3", "python"],
        };
        let name = match self {
            Self::Debian => debian,
            Self::Fedora => fedora,
            Self::Arch => arch,
        };
        (!name.is_empty()).then_some(name)
    }

    /// The commands that install packages, in turn, each with its environment in front of it. They ask nothing.
    pub(crate) fn install(self, packages: &[&str]) -> Vec<Vec<String>> {
        let words = |words: &[&str], packages: &[&str]| {
            words.iter().chain(packages).map(|&word| word.to_owned()).collect()
        };
        match self {
            Self::Debian => {
                // Another package run may hold the lock for minutes on a machine that has just started.
                let apt =
                    ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=500"];
                let with = |more: &[&str], packages: &[&str]| words(&[&apt[..], more].concat(), packages);
                vec![with(&["update"], &[]), with(&["install", "--yes", "--no-install-recommends"], packages)]
            }
            Self::Fedora => vec![words(&["dnf", "install", "--assumeyes"], packages)],
            Self::Arch => vec![words(&["pacman", "-S", "--needed", "--noconfirm"], packages)],
        }
    }
}

/// Who runs the package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Root,
    /// Through sudo, which may ask for the password.
    Sudo,
    /// Through sudo, which must not ask.
    SudoWithoutPassword,
}

pub(crate) fn command(words: &[String], by: By) -> Command {
    let prefix: &[&str] = match by {
        By::Root => &[],
        By::Sudo => &["sudo"],
        By::SudoWithoutPassword => &["sudo", "-n"],
    };
    let mut all = prefix.iter().copied().chain(words.iter().map(String::as_str));
    let mut command = Command::new(all.next().unwrap_or_default());
    command.args(all);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_known_by_themselves_or_their_family() {
        assert_eq!(System::from_os_release("NAME=x\nID=debian\nVERSION_ID=\"12\""), Some(System::Debian));
        assert_eq!(System::from_os_release("ID=linuxmint\nID_LIKE=\"ubuntu debian\""), Some(System::Debian));
        assert_eq!(
            System::from_os_release("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\""),
            Some(System::Fedora)
        );
        assert_eq!(System::from_os_release("ID=arch"), Some(System::Arch));
        assert_eq!(System::from_os_release("ID=plan9"), None);
    }

    #[test]
    fn debian_has_a_package_for_everything() {
        for need in TO_START.iter().chain(WITHOUT_DISPLAY).chain(TO_TEST) {
            assert!(System::Debian.package(*need).is_some(), "{need:?}");
        }
    }

    #[test]
    fn every_known_system_can_start_the_program() {
        for system in [System::Debian, System::Fedora, System::Arch] {
            for need in TO_START.iter().chain(WITHOUT_DISPLAY) {
                assert!(system.package(*need).is_some(), "{need:?} on {system:?}");
            }
        }
    }

    #[test]
    fn debian_is_brought_up_to_date_first_and_asks_nothing() {
        let commands = System::Debian.install(&["xvfb", "dbus"]);
        assert_eq!(
            commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>(),
            [
                "env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=500 update",
                "env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=500 install --yes --no-install-recommends xvfb dbus",
            ]
        );
    }

    #[test]
    fn sudo_stands_in_front_of_the_environment_so_that_it_is_not_dropped() {
        let words = ["env".to_owned(), "A=b".to_owned(), "apt-get".to_owned()];
        let shown = |by| crate::process::typed(&command(&words, by));
        assert_eq!(shown(By::Root), "env A=b apt-get");
        assert_eq!(shown(By::Sudo), "sudo env A=b apt-get");
        assert_eq!(shown(By::SudoWithoutPassword), "sudo -n env A=b apt-get");
    }
}

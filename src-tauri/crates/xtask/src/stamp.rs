//! Notes of what was last set up, so that it is done again only when its description changed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Result, While};

/// A note that something was set up from the files as they were then.
#[derive(Debug)]
pub(crate) struct Stamp {
    path: PathBuf,
    now: String,
}

impl Stamp {
    /// `path` is where the note is kept; `how` it is set up, and `described_by` are the files, whose change makes it out of date.
    pub(crate) fn of(path: PathBuf, how: &[&str], described_by: &[PathBuf]) -> Result<Self> {
        let mut all = how.join("\0").into_bytes();
        for file in described_by {
            let content = fs::read(file).doing(|| format!("reading {}", file.display()))?;
            all.extend_from_slice(&(content.len() as u64).to_be_bytes());
            all.extend_from_slice(&content);
        }
        Ok(Self { path, now: format!("{:016x}", fingerprint(&all)) })
    }

    /// Whether what was set up is described by the same files as now, and is still there.
    pub(crate) fn holds(&self, set_up: &Path) -> bool {
        set_up.exists() && fs::read_to_string(&self.path).is_ok_and(|kept| kept == self.now)
    }

    pub(crate) fn keep(&self) -> Result {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))?;
        }
        fs::write(&self.path, &self.now).doing(|| format!("writing {}", self.path.display()))
    }

    /// Takes the note away, before what it speaks of is altered.
    pub(crate) fn forget(&self) {
        // Nothing to take away is as good.
        let _ = fs::remove_file(&self.path);
    }
}

/// FNV-1a, 64 bits: tells an edited file from the same one. No protection against a made-up collision is needed.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh_folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_stamp_holds_until_a_file_changes_or_it_is_set_up_otherwise() {
        let folder = fresh_folder("changes");
        let (lock, set_up) = (folder.join("lock"), folder.join("modules"));
        fs::write(&lock, "1").unwrap();
        fs::create_dir(&set_up).unwrap();
        let set_up_by =
            |how| Stamp::of(folder.join("stamps/ui"), &[how], std::slice::from_ref(&lock)).unwrap();
        let stamp = || set_up_by("ci");
        assert!(!stamp().holds(&set_up), "nothing was set up yet");
        stamp().keep().unwrap();
        assert!(stamp().holds(&set_up));
        assert!(!set_up_by("install").holds(&set_up), "it is set up in another way now");
        fs::write(&lock, "2").unwrap();
        assert!(!stamp().holds(&set_up), "the lock file changed");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_stamp_does_not_hold_when_what_it_speaks_of_was_removed() {
        let folder = fresh_folder("removed");
        let lock = folder.join("lock");
        fs::write(&lock, "1").unwrap();
        let stamp = Stamp::of(folder.join("stamp"), &[], std::slice::from_ref(&lock)).unwrap();
        stamp.keep().unwrap();
        assert!(!stamp.holds(&folder.join("gone")));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c, "test vector of the FNV authors");
    }
}

//! How much memory a window takes, with every process that belongs to it.

use std::collections::HashMap;
use std::fs;

/// Memory of the processes below `root`, in MiB. Pages that several processes share count in part for each (PSS,
/// proc(5)), so that the sum is right. `None` where the system does not tell.
pub(crate) fn below(root: u32) -> Option<f64> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").ok()?.filter_map(Result::ok) {
        let pid = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        if let Some(pid) = pid
            && let Some(parent) =
                parent_of(&fs::read_to_string(entry.path().join("stat")).unwrap_or_default())
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = children.remove(&root)?;
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        found.extend(children.remove(&pid).unwrap_or_default());
        next += 1;
    }
    let kibibytes: Vec<f64> = found.iter().filter_map(|pid| pss(*pid)).collect();
    (!kibibytes.is_empty()).then(|| kibibytes.iter().sum::<f64>() / 1024.0)
}

/// The parent in a line of `/proc/PID/stat`. The name before it may hold spaces and brackets.
fn parent_of(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// In KiB. `None`: the process has ended, or this user may not look.
fn pss(pid: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_found_behind_any_name() {
        assert_eq!(parent_of("12 (a) b) S 7 12 12 0"), Some(7));
        assert_eq!(parent_of(""), None);
    }

    #[test]
    fn a_child_counts_and_its_parent_does_not() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let found = below(std::process::id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.is_some_and(|mebibytes| mebibytes > 0.0 && mebibytes < 20.0), "{found:?}");
    }
}

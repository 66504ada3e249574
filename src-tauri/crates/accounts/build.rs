//! Takes out of the standard's table of what looks alike (UTS 39 section 4) which characters can be taken for plain ones.
#![allow(clippy::expect_used, reason = "a build stops where what it stands on breaks")]

use std::{env, fs, ops::RangeInclusive, path::Path};
use unicode_security::skeleton;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let poses = |c: &char| skeleton(c.encode_utf8(&mut [0; 4])).all(|look| look.is_ascii());
    let mut alike: Vec<RangeInclusive<u32>> = Vec::new();
    for c in ('\u{80}'..=char::MAX).filter(poses).map(u32::from) {
        match alike.last_mut() {
            Some(last) if *last.end() + 1 == c => *last = *last.start()..=c,
            _ => alike.push(c..=c),
        }
    }
    let folder = env::var_os("OUT_DIR").expect("cargo names a folder");
    let ranges =
        alike.iter().map(|range| format!("'\\u{{{:x}}}'..='\\u{{{:x}}}'", range.start(), range.end()));
    let ranges = ranges.collect::<Vec<_>>().join(", ");
    let table = format!("const LOOK_PLAIN: &[std::ops::RangeInclusive<char>] = &[{ranges}];\n");
    fs::write(Path::new(&folder).join("look_plain.rs"), table).expect("the table is written");
}

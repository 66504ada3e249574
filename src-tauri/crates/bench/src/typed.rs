//! What a person types who looks for accounts: pieces of names that are there, one word or two.

use crate::resources::Record;
use rand::{Rng, SeedableRng, rngs::StdRng};

/// The same in every run.
const SEED: u64 = 20_261_122;
/// Letters of a word that are typed before somebody has seen enough.
const SHORTEST: usize = 3;
const LONGEST: usize = 7;

/// Queries of one and two words in turn, with `keystrokes` letters and spaces in all.
pub(crate) fn queries(record: &Record, keystrokes: usize) -> Vec<String> {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut queries: Vec<String> = Vec::new();
    let mut left = keystrokes;
    while left > 0 && !record.accounts.is_empty() {
        let Some(account) = record.accounts.get(random.gen_range(0..record.accounts.len())) else { break };
        let mut pieces = account.names().map(|name| piece(&name, &mut random));
        if random.gen_bool(0.5) {
            pieces.reverse();
        }
        let [one, other] = pieces;
        let query = if queries.len().is_multiple_of(2) { one } else { format!("{one} {other}") };
        let query: String = query.trim().chars().take(left).collect();
        left -= query.chars().count();
        if !query.is_empty() {
            queries.push(query);
        }
    }
    queries
}

/// The start of one word of a name.
fn piece(name: &str, random: &mut StdRng) -> String {
    let words: Vec<_> =
        name.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= SHORTEST).collect();
    let Some(word) = words.get(random.gen_range(0..words.len().max(1))) else { return String::new() };
    word.chars().take(random.gen_range(SHORTEST..=LONGEST)).collect::<String>().to_lowercase()
}

/// What the field holds after each keystroke of `query`.
pub(crate) fn prefixes(query: &str) -> impl Iterator<Item = &str> {
    query.char_indices().filter_map(|(at, letter)| query.get(..at + letter.len_utf8()))
}

//! An inverted index in memory: for each term the texts that have it, for each three bytes and each start of a word the
//! terms that have those. What is in every text is found by one term, what is rare by a few: neither reads the texts.

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use memchr::memmem::Finder;
use std::{hash::BuildHasher, mem};

/// Fewer letters than this are looked for at the starts of words.
pub(crate) const ANYWHERE: usize = 3;
/// Bytes by which terms are found.
const GRAM: usize = 3;
/// Set on a term that follows the one before it without a blank: an address is two terms, so that what all of them end with
/// is one.
const GLUED: u32 = 1 << 31;

/// A folded word as it is looked for. It has no white space.
#[derive(Debug)]
pub(crate) enum Word {
    Anywhere(String),
    /// Where a word begins so. One letter or two.
    Start(Start),
}

type Start = (char, Option<char>);

impl Word {
    /// `None`: it says nothing. Punctuation alone starts no word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        if word.chars().count() >= ANYWHERE {
            return Some(Self::Anywhere(word.to_owned()));
        }
        let mut letters = word.chars().filter(|letter| letter.is_alphanumeric());
        Some(Self::Start((letters.next()?, letters.next())))
    }
}

/// Texts by number. A term is what stands between blanks; an address is cut before its `@`.
#[derive(Default)]
pub(crate) struct Index {
    /// For each number its terms, in order.
    texts: Vec<Box<[u32]>>,
    /// All terms, one after another.
    all: String,
    terms: Vec<Term>,
    hasher: DefaultHashBuilder,
    known: HashTable<u32>,
    grams: HashMap<[u8; GRAM], Vec<u32>>,
    starts: HashMap<Start, Vec<u32>>,
    /// Terms that are in no text any more.
    unused: usize,
}

struct Term {
    end: u32,
    texts: Numbers,
}

/// Most terms are in one text.
#[derive(Default)]
enum Numbers {
    #[default]
    None,
    One(u32),
    /// In order.
    Many(Vec<u32>),
}

impl Index {
    /// Gives a text to a number, in place of the one that it had.
    pub(crate) fn put(&mut self, number: u32, text: &str) {
        let mut terms = Vec::new();
        for word in text.split_whitespace() {
            for (at, term) in pieces(word).enumerate() {
                terms.push(self.term(term) | if at > 0 { GLUED } else { 0 });
            }
        }
        let at = number as usize;
        if at >= self.texts.len() {
            self.texts.resize_with(at + 1, Box::default);
        }
        let Some(text) = self.texts.get_mut(at) else { return };
        let (before, now) = (distinct(text), distinct(&terms));
        *text = terms.into_boxed_slice();
        for term in before.iter().filter(|term| now.binary_search(term).is_err()) {
            self.unused += self.terms.get_mut(*term as usize).map_or(0, |term| term.texts.remove(number));
        }
        for term in now.iter().filter(|term| before.binary_search(term).is_err()) {
            let revived = self.terms.get_mut(*term as usize).map_or(0, |term| term.texts.insert(number));
            self.unused = self.unused.saturating_sub(revived);
        }
    }

    pub(crate) fn remove(&mut self, number: u32) {
        self.put(number, "");
    }

    /// Whether more is kept of what was than of what is.
    pub(crate) fn is_worn_out(&self) -> bool {
        self.unused > self.terms.len() / 2
    }

    /// Gives back what reading many texts took beyond what they need.
    pub(crate) fn shrink(&mut self) {
        self.all.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.terms.shrink_to_fit();
        self.grams.values_mut().chain(self.starts.values_mut()).for_each(Vec::shrink_to_fit);
    }

    /// How far the numbers reach.
    pub(crate) fn reach(&self) -> usize {
        self.texts.len()
    }

    /// Calls `found` with the number of each text that has the word, of some more than once.
    pub(crate) fn find(&self, word: &Word, mut found: impl FnMut(u32)) {
        match word {
            Word::Start(start) => {
                for term in self.starts.get(start).into_iter().flatten() {
                    self.numbers(*term).iter().copied().for_each(&mut found);
                }
            }
            Word::Anywhere(word) => {
                let pieces: Vec<&str> = pieces(word).collect();
                if let [one] = pieces[..] {
                    self.having(one, |term| self.numbers(term).iter().copied().for_each(&mut found));
                } else {
                    self.find_glued(&pieces, found);
                }
            }
        }
    }

    /// The same for a word that goes on beyond an `@`.
    fn find_glued(&self, pieces: &[&str], mut found: impl FnMut(u32)) {
        let mut look = |number: u32| {
            let text = self.texts.get(number as usize).map(Box::as_ref).unwrap_or_default();
            if text.windows(pieces.len()).any(|terms| self.is_glued(terms, pieces)) {
                found(number);
            }
        };
        match pieces.iter().max_by_key(|piece| piece.len()) {
            Some(longest) if longest.len() >= GRAM => {
                self.having(longest, |term| self.numbers(term).iter().copied().for_each(&mut look));
            }
            _ => (0..).take(self.texts.len()).for_each(look),
        }
    }

    fn is_glued(&self, terms: &[u32], pieces: &[&str]) -> bool {
        let last = pieces.len() - 1;
        terms.iter().zip(pieces).enumerate().all(|(at, (term, piece))| {
            let text = self.text(term & !GLUED);
            match at {
                0 => text.ends_with(piece),
                _ if term & GLUED == 0 => false,
                _ if at == last => text.starts_with(piece),
                _ => text == *piece,
            }
        })
    }

    /// Calls `found` with each term in which `part` is, which has three bytes at least.
    fn having(&self, part: &str, found: impl FnMut(u32)) {
        let lists = part.as_bytes().array_windows().map(|gram| self.grams.get(gram));
        let rarest = lists.min_by_key(|terms| terms.map_or(0, Vec::len)).flatten();
        let Some(terms) = rarest else { return };
        if part.len() == GRAM {
            terms.iter().copied().for_each(found);
            return;
        }
        let finder = Finder::new(part.as_bytes());
        terms
            .iter()
            .copied()
            .filter(|term| finder.find(self.text(*term).as_bytes()).is_some())
            .for_each(found);
    }

    /// The term of that text, which becomes one if it was none.
    fn term(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        if let Some(known) = self.known.find(hash, |term| self.text(*term) == text) {
            return *known;
        }
        let term = as_u32(self.terms.len());
        self.all.push_str(text);
        self.terms.push(Term { end: as_u32(self.all.len()), texts: Numbers::None });
        self.unused += 1;
        let (all, terms, hasher) = (&self.all, &self.terms, &self.hasher);
        self.known.insert_unique(hash, term, |term| hasher.hash_one(slice(all, terms, *term)));
        for gram in text.as_bytes().array_windows() {
            note(self.grams.entry(*gram).or_default(), term);
        }
        for (first, second) in starts(text) {
            note(self.starts.entry((first, None)).or_default(), term);
            if second.is_some() {
                note(self.starts.entry((first, second)).or_default(), term);
            }
        }
        term
    }

    fn text(&self, term: u32) -> &str {
        slice(&self.all, &self.terms, term)
    }

    fn numbers(&self, term: u32) -> &[u32] {
        self.terms.get(term as usize).map(|term| term.texts.as_slice()).unwrap_or_default()
    }
}

impl Numbers {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(number) => std::slice::from_ref(number),
            Self::Many(numbers) => numbers,
        }
    }

    /// 1 where there was none before.
    fn insert(&mut self, number: u32) -> usize {
        let (first, next) = match mem::take(self) {
            Self::None => (1, Self::One(number)),
            Self::One(one) => (0, Self::Many(vec![one.min(number), one.max(number)])),
            Self::Many(mut numbers) => {
                let at = numbers.partition_point(|known| *known < number);
                numbers.insert(at, number);
                (0, Self::Many(numbers))
            }
        };
        *self = next;
        first
    }

    /// 1 where there is none left.
    fn remove(&mut self, number: u32) -> usize {
        if let Self::Many(numbers) = self {
            if let Ok(at) = numbers.binary_search(&number) {
                numbers.remove(at);
            }
            if !numbers.is_empty() {
                return 0;
            }
        }
        *self = Self::None;
        1
    }
}

/// A word in pieces, of which all but the first begin with `@`.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let at =
            rest.char_indices().skip(1).find(|(_, letter)| *letter == '@').map_or(rest.len(), |(at, _)| at);
        let (piece, left) = rest.split_at_checked(at)?;
        rest = left;
        Some(piece).filter(|piece| !piece.is_empty())
    })
}

/// The first letters of the words in a text. A word is letters and digits.
fn starts(text: &str) -> impl Iterator<Item = Start> {
    let mut inside = false;
    let mut letters = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let letter = letters.next()?;
            let begins = !mem::replace(&mut inside, letter.is_alphanumeric()) && inside;
            if begins {
                return Some((letter, letters.peek().copied().filter(|next| next.is_alphanumeric())));
            }
        }
    })
}

fn slice<'a>(all: &'a str, terms: &[Term], term: u32) -> &'a str {
    let end = |term: usize| terms.get(term).map_or(0, |term| term.end as usize);
    let term = term as usize;
    let start = term.checked_sub(1).map_or(0, end);
    all.get(start..end(term)).unwrap_or_default()
}

/// The terms without their marks, each once, in order.
fn distinct(terms: &[u32]) -> Vec<u32> {
    let mut terms: Vec<u32> = terms.iter().map(|term| term & !GLUED).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Terms come in order: one that is there already is the last.
fn note(terms: &mut Vec<u32>, term: u32) {
    if terms.last() != Some(&term) {
        terms.push(term);
    }
}

/// Nothing here comes to two thousand million.
fn as_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where what it stands on breaks")]
mod tests {
    use super::*;
    use crate::search::begins_a_word;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn whatever_was_put_replaced_and_removed_is_found_as_it_stands_now(
            steps in proptest::collection::vec((0..6_u32, proptest::option::of("[ab@éд .-]{0,9}(\n[ab]{1,3})?")), 0..30),
            word in "[ab@éд.]{1,5}",
        ) {
            let (mut index, mut model) = (Index::default(), BTreeMap::new());
            for (number, text) in steps {
                if let Some(text) = text {
                    index.put(number, &text);
                    model.insert(number, text);
                } else {
                    index.remove(number);
                    model.remove(&number);
                }
            }
            let letters: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
            let has = |text: &str| {
                if word.chars().count() >= ANYWHERE { text.contains(&word) } else { begins_a_word(text, &letters) }
            };
            let expected: BTreeSet<u32> = model.iter().filter(|(_, text)| has(text)).map(|(number, _)| *number).collect();
            let mut found = BTreeSet::new();
            if let Some(word) = Word::of(&word) {
                index.find(&word, |number| { found.insert(number); });
                prop_assert_eq!(found, expected);
            }
            let there: BTreeSet<&str> = model.values().flat_map(|text| text.split_whitespace()).flat_map(pieces).collect();
            prop_assert_eq!(index.terms.len() - index.unused, there.len());
        }
    }

    #[test]
    fn a_word_goes_on_beyond_the_at_of_an_address_and_not_beyond_a_blank() {
        let mut index = Index::default();
        for (number, text) in [(1, "info@ox.ac.uk"), (2, "info @ox.ac.uk"), (3, "a@b@c"), (4, "@ox info@")] {
            index.put(number, text);
        }
        let found = |word: &str| {
            let mut numbers = Vec::new();
            index.find(&Word::of(word).unwrap(), |number| numbers.push(number));
            numbers.sort_unstable();
            numbers
        };
        assert_eq!(found("fo@o"), [1]);
        assert_eq!(found("info@"), [1, 4]);
        assert_eq!(found("@ox"), [1, 2, 4]);
        assert_eq!(found("a@b@c"), [3]);
        assert_eq!(found("a@c"), [] as [u32; 0]);
    }

    #[test]
    fn what_was_replaced_is_let_go_once_it_is_more_than_what_is() {
        let mut index = Index::default();
        index.put(1, "one two");
        index.put(1, "three four");
        assert!(!index.is_worn_out(), "as much as there is");
        index.put(1, "five six");
        assert!(index.is_worn_out());
    }
}

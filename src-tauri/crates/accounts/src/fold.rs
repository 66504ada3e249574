//! Text as search sees it: without case and without accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that compatibility decomposition leaves whole although a reader takes them for a plain letter.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        _ => return None,
    })
}

/// The text in lower case, accents taken off: "Ångström" becomes "angstrom", "Łukasz" becomes "lukasz".
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        // Lower-casing may itself bring a combining mark (İ becomes i and a dot).
        if is_combining_mark(c) {
            continue;
        }
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The folded words of a search, in the order typed, split at white space. Empty for a blank query.
pub fn words(query: &str) -> Vec<String> {
    fold(query).split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("Ångström"), "angstrom");
        assert_eq!(fold("Łukasz Ørsted"), "lukasz orsted");
        assert_eq!(fold("STRASSE"), fold("straße"), "a German reader types either");
        assert_eq!(fold("ﬁeld"), "field", "ligatures are letters");
    }

    #[test]
    fn a_blank_query_has_no_words() {
        assert!(words(" \t ").is_empty());
        assert_eq!(words("  Chem  OFFICE "), ["chem", "office"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

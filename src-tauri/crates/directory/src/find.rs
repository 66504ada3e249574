//! The service desk's look-up: whose account is this (O15).

use crate::{
    Abilities, Directory, Error,
    reading::{Reading, Request},
};
use accounts::{Account, fold, words};

/// Most words that are sent in a filter. The others are checked on what comes back.
const MOST_WORDS: usize = 6;
/// Longest part of a word that is sent, in characters.
const LONGEST_WORD: usize = 60;
/// Most pages that one look-up reads from a server that answers what was not asked for.
const MOST_PAGES: usize = 4;

/// What a look-up found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub accounts: Vec<Account>,
    /// There is more than was asked for, or the server answered so much else that not all of it was read, or something
    /// that could not be.
    pub more: bool,
}

impl Directory {
    /// Accounts of which every word is found in username, address, name or owner's name, at most `limit` of them.
    ///
    /// The words are checked again on what comes back, without case and accents: some servers ignore filters.
    ///
    /// # Errors
    /// [`Error::NotOffered`] where the directory has no filters.
    pub async fn find(
        &self,
        token: &str,
        abilities: &Abilities,
        query: &str,
        limit: usize,
    ) -> Result<Found, Error> {
        if !abilities.filter {
            return Err(Error::NotOffered);
        }
        let folded = words(query);
        let mut accounts = Vec::new();
        let Some(filter) = filter(query).filter(|_| limit > 0 && !folded.is_empty()) else {
            return Ok(Found { accounts, more: false });
        };
        let count = limit.saturating_add(1).min(abilities.max_page);
        let request = Request { filter: Some(filter), count, ..Request::default() };
        let mut reading = Reading::new(self.clone(), abilities, request);
        let (mut pages, mut unreadable) = (0, 0);
        while pages < MOST_PAGES && accounts.len() <= limit && !reading.has_all_announced() {
            let Some(page) = reading.next(token).await? else { break };
            accounts.extend(page.accounts.into_iter().filter(|account| matches(account, &folded)));
            unreadable += page.unreadable;
            pages += 1;
        }
        let more = accounts.len() > limit || unreadable > 0 || !reading.has_all_announced();
        accounts.truncate(limit);
        Ok(Found { accounts, more })
    }
}

/// The filter for `query` (RFC 7644 section 3.4.2.2). Values are JSON strings, so no typed text can leave its quotes.
fn filter(query: &str) -> Option<String> {
    let one = |word: &str| {
        let part: String = word.chars().take(LONGEST_WORD).collect();
        let value = serde_json::Value::from(part).to_string();
        let attributes = ["userName", "address", "displayName", "owner.display"];
        let any: Vec<_> = attributes.iter().map(|attribute| format!("{attribute} co {value}")).collect();
        format!("({})", any.join(" or "))
    };
    let all: Vec<_> = query.split_whitespace().take(MOST_WORDS).map(one).collect();
    (!all.is_empty()).then(|| all.join(" and "))
}

fn matches(account: &Account, folded_words: &[String]) -> bool {
    let owner = account.owner.as_ref().map(|owner| owner.who.name.as_str());
    let texts =
        [Some(account.username.as_str()), account.address.as_deref(), Some(&account.display_name), owner];
    let folded: Vec<String> = texts.into_iter().flatten().map(fold).collect();
    folded_words.iter().all(|word| folded.iter().any(|text| text.contains(word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_word_is_looked_for_everywhere() {
        let one = |word: &str| {
            format!(
                "(userName co {word} or address co {word} or displayName co {word} or owner.display co {word})"
            )
        };
        assert_eq!(filter(" chem  OFFICE "), Some(format!("{} and {}", one("\"chem\""), one("\"OFFICE\""))));
        assert_eq!(filter("  "), None);
    }

    proptest! {
        #[test]
        fn typed_text_never_leaves_its_quotes(typed in "[^\\s]{1,60}") {
            let filter = filter(&typed).unwrap();
            let mut rest = filter.strip_prefix('(').unwrap();
            for (attribute, after) in
                [("userName", " or "), ("address", " or "), ("displayName", " or "), ("owner.display", ")")]
            {
                rest = rest.strip_prefix(attribute).unwrap().strip_prefix(" co ").unwrap();
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                prop_assert_eq!(values.next().unwrap().unwrap(), typed.clone());
                rest = rest.get(values.byte_offset()..).unwrap().strip_prefix(after).unwrap();
            }
            prop_assert_eq!(rest, "");
        }
    }
}

//! The addresses that are asked: all of them below the profile's base.

use crate::Error;
use url::Url;
use web::{Answer, header::LOCATION, same_origin, usable_address};

/// The directory's base address and its accounts.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    base: Url,
    accounts: Url,
}

impl Addresses {
    pub(crate) fn new(base: &str, accounts_path: &str) -> Result<Self, Error> {
        let bad = |reason: &str| Error::BadAddress(reason.to_owned());
        let base: Url = base.trim().parse().map_err(|_| bad("it is not an address"))?;
        if !usable_address(&base) {
            return Err(bad("it must start with https, or be on this computer, and hold no user name"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(bad("it must not hold ? or #"));
        }
        let segments: Vec<&str> = accounts_path.split('/').filter(|segment| !segment.is_empty()).collect();
        let odd =
            |segment: &&str| matches!(*segment, "." | "..") || segment.contains(['?', '#', '\\', '%', ':']);
        if segments.is_empty() || segments.iter().any(odd) {
            return Err(bad("the accounts path must name a place below the base"));
        }
        let accounts = below(&base, &segments).ok_or_else(|| bad("nothing can be below it"))?;
        Ok(Self { base, accounts })
    }

    /// The address of one endpoint of RFC 7644 section 3.2, such as `Me`.
    pub(crate) fn endpoint(&self, name: &str) -> Result<Url, Error> {
        below(&self.base, &[name]).ok_or_else(|| Error::BadAddress("nothing can be below it".into()))
    }

    /// Where a redirect points, if that is below the base.
    pub(crate) fn pointed_to(&self, answer: &Answer) -> Option<Url> {
        let target = answer.headers.get(LOCATION)?.to_str().ok()?;
        // Relative to what was asked, which is directly below the base (RFC 9110 section 10.2.2).
        let asked = below(&self.base, &["Me"])?;
        asked.join(target).ok().filter(|url| is_below(url, &self.base))
    }

    /// The accounts, with a query of which every value is encoded.
    pub(crate) fn accounts(&self, query: &[(&str, &str)]) -> Url {
        let mut url = self.accounts.clone();
        url.query_pairs_mut().extend_pairs(query);
        url
    }
}

impl Addresses {
    /// One account. Its id is one segment of the path, whatever it holds.
    pub(crate) fn account(&self, id: &str) -> Result<Url, Error> {
        below(&self.accounts, &[id])
            .filter(|url| is_below(url, &self.accounts) && !matches!(id, "" | "." | ".."))
            .ok_or_else(|| Error::NotUsable("an account's id cannot be asked for".into()))
    }
}

/// Whether `url` is in the folder that `base` names, on the same origin.
fn is_below(url: &Url, base: &Url) -> bool {
    let folder = base.path().trim_end_matches('/');
    let inside = url.path().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    same_origin(url, base) && usable_address(url) && inside
}

fn below(base: &Url, segments: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_below_the_base_with_or_without_a_slash() {
        for base in ["https://directory.example.edu/scim/v2", "https://directory.example.edu/scim/v2/"] {
            let addresses = Addresses::new(base, "/SecondaryAccounts").unwrap();
            assert_eq!(
                addresses.endpoint("Me").unwrap().as_str(),
                "https://directory.example.edu/scim/v2/Me"
            );
            assert_eq!(
                addresses.accounts(&[("filter", "a eq \"b&c\"")]).as_str(),
                "https://directory.example.edu/scim/v2/SecondaryAccounts?filter=a+eq+%22b%26c%22"
            );
        }
    }

    #[test]
    fn only_the_same_origin_and_folder_are_below_the_base() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        let base = url("https://directory.example.edu/scim/v2/");
        assert!(is_below(&url("https://directory.example.edu/scim/v2/Users/7"), &base));
        for other in [
            "https://directory.example.edu/scim/v22/Users",
            "https://directory.example.edu/scim/v2/../x",
            "https://other.example.edu/scim/v2/Users",
            "http://directory.example.edu/scim/v2/Users",
            "https://directory.example.edu:8443/scim/v2/Users",
            "https://a@directory.example.edu/scim/v2/Users",
        ] {
            assert!(!is_below(&url(other), &base), "{other}");
        }
    }

    #[test]
    fn a_base_that_leaks_or_a_path_that_climbs_is_refused() {
        for base in [
            "http://directory.example.edu",
            "https://me@directory.example.edu",
            "file:///etc",
            "scim",
            "https://directory.example.edu/?a=b",
            "https://directory.example.edu/#a",
        ] {
            assert!(matches!(Addresses::new(base, "/Accounts"), Err(Error::BadAddress(_))), "{base}");
        }
        for path in
            ["", "/", "/../other", "/a/./b", "/a?b", "//", "/a#b", "/%2e%2e/x", "https://other.example.edu"]
        {
            assert!(
                matches!(Addresses::new("https://directory.example.edu", path), Err(Error::BadAddress(_))),
                "{path}"
            );
        }
    }
}

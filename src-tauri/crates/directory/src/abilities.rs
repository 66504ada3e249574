//! What a directory says it can do.

use crate::loose::scim;

/// Largest page that is asked for: about 2 MiB of accounts.
const LARGEST_PAGE: usize = 500;
/// Page size where the directory names none.
const USUAL_PAGE: usize = 100;

/// What a directory says it can do (RFC 7643 section 5, RFC 9865). The default is one that says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Whether `filter=` means anything. Some directories ignore it and answer everything.
    pub filter: bool,
    pub cursor: bool,
    pub index: bool,
    /// Accounts to ask for at a time.
    pub max_page: usize,
}

impl Default for Abilities {
    fn default() -> Self {
        Self { filter: false, cursor: false, index: true, max_page: USUAL_PAGE }
    }
}

scim! {
    struct Config {
        filter: Filter = "filter",
        pagination: Pagination = "pagination",
    }
}

scim! {
    struct Filter {
        supported: Option<bool> = "supported",
        max_results: Option<u64> = "maxResults",
    }
}

scim! {
    struct Pagination {
        cursor: Option<bool> = "cursor",
        index: Option<bool> = "index",
        max_page_size: Option<u64> = "maxPageSize",
    }
}

impl Abilities {
    pub(crate) fn from_wire(config: &Config) -> Self {
        let named = [config.pagination.max_page_size, config.filter.max_results];
        let page = named.into_iter().flatten().find(|size| *size > 0);
        let cursor = config.pagination.cursor == Some(true);
        Self {
            filter: config.filter.supported == Some(true),
            cursor,
            // RFC 7644 knows index paging only, so it is there unless the directory has another way and says no.
            index: config.pagination.index != Some(false) || !cursor,
            max_page: page
                .map_or(USUAL_PAGE, |size| usize::try_from(size).unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loose;

    fn abilities(json: &str) -> Abilities {
        Abilities::from_wire(&loose::read(json).unwrap())
    }

    #[test]
    fn a_directory_that_says_nothing_is_asked_for_nothing_special() {
        assert_eq!(abilities("{}"), Abilities::default());
        assert_eq!(abilities(r#"{"filter":null,"pagination":[]}"#), Abilities::default());
    }

    #[test]
    fn page_sizes_are_taken_from_paging_first_and_kept_within_bounds() {
        let size = |json| abilities(json).max_page;
        assert_eq!(size(r#"{"filter":{"maxResults":200},"pagination":{"maxPageSize":"50"}}"#), 50);
        assert_eq!(size(r#"{"filter":{"supported":true,"maxResults":200}}"#), 200);
        assert_eq!(size(r#"{"pagination":{"maxPageSize":0}}"#), 100, "no page at all is no page size");
        assert_eq!(size(r#"{"pagination":{"maxPageSize":18446744073709551615}}"#), 500);
    }

    #[test]
    fn truth_values_and_names_may_be_written_loosely() {
        let found =
            abilities(r#"{"FILTER":{"Supported":"True"},"pagination":{"cursor":true,"index":false}}"#);
        assert!(found.filter && found.cursor && !found.index);
    }
}

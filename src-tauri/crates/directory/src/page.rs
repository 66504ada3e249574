//! One page of a list (RFC 7644 section 3.4.2).

use crate::{
    Error,
    account::Resource,
    error::not_json,
    loose::{self, As, Loose, Whole, scim},
};
use serde::{
    Deserialize,
    de::{MapAccess, SeqAccess},
};
use serde_json::value::RawValue;

/// Longest cursor that is sent back, in bytes: it travels in an address.
const LONGEST_CURSOR: usize = 4096;

/// A ListResponse. A resource that is broken as JSON is `None`.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) total: Option<u64>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) resources: Vec<Option<Resource>>,
}

scim! {
    struct Wire {
        total: Option<u64> = "totalResults",
        next_cursor: Cursor = "nextCursor",
        on_page: Option<u64> = "itemsPerPage",
        resources: Resources = "Resources",
    }
}

#[derive(Debug, Default)]
pub(crate) enum Resources {
    #[default]
    Unsaid,
    Are(Vec<Option<Resource>>),
}

impl Loose for Resources {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut resources = Vec::new();
        while let Some(resource) = list.next_element_seed(As::<Resource>::here())? {
            resources.push(Some(resource));
        }
        Ok(Self::Are(resources))
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Ok(Self::Are(vec![Some(Resource::object(object)?)]))
    }
}

/// Opaque, and sent back as it came (RFC 9865).
#[derive(Debug, Default)]
pub(crate) struct Cursor(Option<String>);

impl Loose for Cursor {
    fn text(text: &str) -> Self {
        Self((!text.is_empty()).then(|| text.to_owned()))
    }

    fn whole(number: u64) -> Self {
        Self(Some(number.to_string()))
    }
}

/// The same page cut into pieces first, for the page of which one resource is broken (half a surrogate pair in a name,
/// a number beyond every range): the others are still read.
#[derive(Deserialize)]
struct Pieces<'a> {
    #[serde(borrow, rename = "totalResults", alias = "totalresults")]
    total: Option<&'a RawValue>,
    #[serde(borrow, rename = "nextCursor", alias = "nextcursor")]
    next_cursor: Option<&'a RawValue>,
    #[serde(borrow, rename = "Resources", alias = "resources")]
    resources: Vec<&'a RawValue>,
}

impl Page {
    /// # Errors
    /// [`Error::NotUsable`] where the text is no JSON object, or one that is no list.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim_start_matches('\u{feff}');
        let wire = match loose::read::<Whole<Wire>>(text) {
            Ok(whole) => whole.0,
            Err(fault) => in_pieces(text).ok_or_else(|| not_json(&fault))?,
        };
        let next_cursor = wire.next_cursor.0;
        let resources = match wire.resources {
            Resources::Are(resources) => resources,
            // Nothing found may be said without a list (RFC 7644 section 3.4.2), and with cursors also without a total
            // (RFC 9865 section 2).
            Resources::Unsaid if wire.total.is_some() || next_cursor.is_some() || wire.on_page == Some(0) => {
                Vec::new()
            }
            Resources::Unsaid => return Err(Error::NotUsable("it is not a list".into())),
        };
        if next_cursor.as_ref().is_some_and(|cursor| cursor.len() > LONGEST_CURSOR) {
            return Err(Error::NotUsable("its cursor is too long".into()));
        }
        Ok(Self { total: wire.total, next_cursor, resources })
    }
}

fn in_pieces(text: &str) -> Option<Wire> {
    let pieces: Pieces<'_> = serde_json::from_str(text).ok()?;
    fn piece<T: Loose>(raw: Option<&RawValue>) -> T {
        raw.and_then(|raw| loose::read(raw.get()).ok()).unwrap_or_default()
    }
    Some(Wire {
        total: piece(pieces.total),
        next_cursor: piece(pieces.next_cursor),
        on_page: None,
        resources: Resources::Are(
            pieces.resources.into_iter().map(|raw| loose::read(raw.get()).ok()).collect(),
        ),
    })
}

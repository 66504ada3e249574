//! Fields as they are typed: what is no day, and entries of a list that name nobody yet, are kept with a draft and told at
//! their fields.

use crate::view::{RequestForm, TypedNames};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What was typed where a day belongs and is none, or where people belong and names nobody for certain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) begins: String,
    pub(crate) ends: String,
    pub(crate) unsorted: Vec<String>,
    pub(crate) names: TypedNames,
}

impl Typed {
    pub(crate) fn of(form: &RequestForm) -> Self {
        let kept = |text: &str| if is_no_day(text) { text.to_owned() } else { String::new() };
        let unsorted = form.unsorted.iter().filter(|text| !text.trim().is_empty()).cloned().collect();
        Self { begins: kept(&form.begins), ends: kept(&form.ends), unsorted, names: form.typed_names.clone() }
    }
}

/// The day that a field holds: `full-date` of RFC 3339, section 5.6.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

/// Whether something stands in a field that is no day.
pub(crate) fn is_no_day(text: &str) -> bool {
    !text.trim().is_empty() && day(text).is_none()
}

/// A day as its field holds it.
pub(crate) fn shown(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_written_in_one_way_and_all_else_is_none() {
        assert_eq!(day(" 2027-01-31 "), Some(date(2027, 1, 31)));
        for none in ["2027-02-30", "20270131", "2027-1-31", "2027-01-31T10:00:00", "31 January", "2027-01"] {
            assert_eq!((day(none), is_no_day(none)), (None, true), "{none}");
        }
        assert!(!is_no_day("  "), "nothing was typed");
    }
}

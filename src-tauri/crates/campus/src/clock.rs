//! The campus's clock, which may be told to run ahead or behind.

use jiff::{SignedDuration, Timestamp};

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    offset: SignedDuration,
}

impl Clock {
    /// A clock that is `seconds` ahead of the computer's. Negative: behind.
    pub(crate) fn ahead_by(seconds: i64) -> Self {
        Self { offset: SignedDuration::from_secs(seconds) }
    }

    pub(crate) fn now(self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.offset).unwrap_or(now)
    }

    /// Seconds since 1970, as JWTs and token lives count (RFC 7519 section 2).
    pub(crate) fn seconds(self) -> i64 {
        self.now().as_second()
    }
}

/// The form of `Date` headers (RFC 9110 section 5.6.7).
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_has_the_one_form_that_http_allows() {
        let at: Timestamp = "2026-11-22T08:09:10Z".parse().unwrap();
        assert_eq!(http_date(at), "Sun, 22 Nov 2026 08:09:10 GMT");
    }

    #[test]
    fn a_shifted_clock_is_shifted_by_just_that() {
        let ahead = Clock::ahead_by(3600).seconds() - Clock::default().seconds();
        assert!(
            (3599..=3601).contains(&ahead),
            "an hour ahead, give or take the second that may pass: {ahead}"
        );
    }
}

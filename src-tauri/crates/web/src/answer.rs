//! An answer as it came, read to its end.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};

/// Longest wait that a server may ask for, in seconds. Longer ones are taken as this.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

/// Status, headers and body of one answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The server points elsewhere. It is not followed.
    pub fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status) && self.status != 304
    }

    /// The statuses that mean "try again later" (RFC 9110 sections 15.5.9 and 15.6, RFC 6585 section 4, RFC 8470).
    pub fn is_later(&self) -> bool {
        matches!(self.status, 408 | 425 | 429) || self.status >= 500
    }

    /// Whether the body claims to be JSON of any kind.
    pub fn is_json(&self) -> bool {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    }

    /// The server's own clock (RFC 9110 section 6.6.1), where it tells.
    pub fn date(&self) -> Option<Timestamp> {
        http_date(self.headers.get(DATE)?.to_str().ok()?)
    }

    /// Seconds until another try, from `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3).
    ///
    /// A date is counted from the answer's own `Date`, so that this computer's clock does not matter.
    pub fn retry_after(&self) -> Option<u64> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let seconds = if let Ok(seconds) = text.parse::<u64>() {
            seconds
        } else {
            let wait: SignedDuration = http_date(text)?.duration_since(self.date()?);
            u64::try_from(wait.as_secs()).unwrap_or(0)
        };
        Some(seconds.min(LONGEST_WAIT))
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn answer(headers: &[(reqwest::header::HeaderName, &'static str)]) -> Answer {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        Answer { status: 429, headers, body: Bytes::new() }
    }

    #[test]
    fn a_wait_is_read_as_seconds_or_as_a_date() {
        assert_eq!(answer(&[(RETRY_AFTER, "120")]).retry_after(), Some(120));
        let dated = answer(&[
            (DATE, "Sun, 22 Nov 2026 09:00:00 GMT"),
            (RETRY_AFTER, "Sun, 22 Nov 2026 09:01:30 GMT"),
        ]);
        assert_eq!(dated.retry_after(), Some(90));
    }

    #[test]
    fn an_absurd_or_unreadable_wait_does_not_stop_us_for_ever() {
        assert_eq!(answer(&[(RETRY_AFTER, "99999999999")]).retry_after(), Some(LONGEST_WAIT));
        assert_eq!(answer(&[(RETRY_AFTER, "soon")]).retry_after(), None);
        assert_eq!(answer(&[]).retry_after(), None);
    }

    #[test]
    fn json_is_known_by_its_content_type() {
        assert!(answer(&[(CONTENT_TYPE, "application/scim+json; charset=utf-8")]).is_json());
        assert!(!answer(&[(CONTENT_TYPE, "text/html")]).is_json());
    }
}

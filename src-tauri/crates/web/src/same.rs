//! Which addresses may be spoken to, and with which of them a token may be shared.

use url::{Host, Url};

/// Whether `url` names this computer and nothing else.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Whether a bearer meant for `one` may be sent to `other`: same scheme, host and port (RFC 6454 section 5).
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
        && one.host().is_some()
}

/// Whether an address may be spoken to at all: https, or http on this computer; no user name in it.
pub fn usable_address(url: &Url) -> bool {
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    scheme && url.host().is_some() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn plain_http_is_for_this_computer_only() {
        assert!(usable_address(&url("http://127.0.0.1:9000/x")));
        assert!(usable_address(&url("http://[::1]:9000")));
        assert!(usable_address(&url("https://id.example.edu")));
        assert!(!usable_address(&url("http://id.example.edu")));
        assert!(!usable_address(&url("http://127.0.0.1.example.edu")));
        assert!(!usable_address(&url("https://user@id.example.edu")));
        assert!(!usable_address(&url("file:///etc/passwd")));
    }

    #[test]
    fn a_token_stays_with_its_origin() {
        assert!(same_origin(&url("https://a.example.edu/x"), &url("https://a.example.edu:443/y")));
        assert!(!same_origin(&url("https://a.example.edu"), &url("https://a.example.edu:8443")));
        assert!(!same_origin(&url("https://a.example.edu"), &url("http://a.example.edu")));
        assert!(!same_origin(&url("https://a.example.edu"), &url("https://b.example.edu")));
    }
}

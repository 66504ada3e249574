//! What an identifier, a number to dial and an address look like.

use url::{Host, Url};

pub(super) fn is_id(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 40 && text.split('-').all(part)
}

/// International form (ITU-T E.123): a plus, then digits in groups, 15 digits at most.
pub(super) fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits)
        && rest.split(' ').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !"@<>()[],;:\\\"".contains(c);
    !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

/// Why `text` is not an address that may be opened in a browser.
pub(super) fn web_fault(text: &str) -> Option<&'static str> {
    match Url::parse(text) {
        Err(_) => Some("is not an address"),
        Ok(address) if address.scheme() != "https" => Some("is not an https address"),
        Ok(address) => names_a_person(&address),
    }
}

/// Why `text` is not the base of a system that tokens may be sent to.
pub(super) fn base_fault(text: &str) -> Option<&'static str> {
    let Ok(address) = Url::parse(text) else { return Some("is not an address") };
    match address.scheme() {
        "https" => {}
        "http" if is_loopback(&address) => {}
        "http" => return Some("would send sign-ins unencrypted over the network"),
        _ => return Some("is not an https address"),
    }
    if address.query().is_some() || address.fragment().is_some() {
        return Some("has a ? or # in it");
    }
    names_a_person(&address)
}

fn names_a_person(address: &Url) -> Option<&'static str> {
    let named = !address.username().is_empty() || address.password().is_some();
    named.then_some("carries a username or password")
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(ip)) => ip == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// Control characters, and those that turn the direction of text (Unicode Bidi_Control).
pub(super) fn hides_or_turns(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

//! Where an institution's systems are, and what the program will send its users' tokens to.

use super::{Findings, shape};
use crate::{Connection, RoleSource, SignIn};
use std::collections::HashSet;

pub(super) fn check(connection: &Connection, findings: &mut Findings<'_, '_>) {
    let sign_in = &connection.sign_in;
    base_address("connection/sign-in/issuer", &sign_in.issuer, findings);
    base_address("connection/directory/base", &connection.directory.base, findings);
    if let Some(desk) = &connection.desk {
        base_address("connection/desk/base", &desk.base, findings);
    }
    path("connection/directory/accounts-path", &connection.directory.accounts_path, findings);
    path("connection/sign-in/redirect-path", &sign_in.redirect_path, findings);
    ports(&sign_in.loopback_ports, findings);
    if !(1..=3600).contains(&sign_in.browser_seconds) {
        let wrong = format!("`browser-seconds` is {}", sign_in.browser_seconds);
        let right = "Give 1 to 3600, or leave it out for five minutes";
        findings.add("connection/sign-in/browser-seconds", wrong, right);
    }
    scopes(sign_in, findings);
    together(connection, findings);
    resource(sign_in.resource.as_deref(), findings);
    if let RoleSource::Claim { it_officer, service_desk, .. } = &sign_in.role
        && it_officer.is_empty()
        && service_desk.is_empty()
    {
        let right = "List values under `it-officer` or `service-desk`, or use `role = \"me\"`";
        findings.add("connection/sign-in/role/claim", "No value of the claim gives anybody a role", right);
    }
}

/// Tokens go there: https, or http to this computer alone (RFC 8252 section 8.3); no query or fragment, since paths are
/// appended.
fn base_address(at: &str, address: &str, findings: &mut Findings<'_, '_>) {
    if !address.is_empty()
        && let Some(wrong) = shape::base_fault(address)
    {
        let field = at.rsplit('/').next().unwrap_or(at);
        let right = "Give an https:// address without ? or #. http:// is taken for 127.0.0.1, localhost and [::1] only";
        findings.add(at, format!("`{field}` {wrong}"), right);
    }
}

fn path(at: &str, path: &str, findings: &mut Findings<'_, '_>) {
    let sound = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() > 1
        && !path.ends_with('/')
        && !path.split('/').any(|part| part == "..")
        && !path.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '\\'));
    if !sound {
        let right = "Begin with a single / and give no ? or # and no / at the end, such as \"/callback\"";
        findings.add(at, format!("\"{path}\" is not a path"), right);
    }
}

fn ports(ports: &[u16], findings: &mut Findings<'_, '_>) {
    let mut seen = HashSet::new();
    for (index, port) in ports.iter().enumerate() {
        let at = format!("connection/sign-in/loopback-ports/{index}");
        if *port == 0 {
            let right = "List ports from 1 to 65535, or leave the list out for any free port";
            findings.add(&at, "0 is not a port that can be registered", right);
        } else if !seen.insert(port) {
            findings.add(&at, format!("Port {port} is listed twice"), "List each port once");
        }
    }
}

fn scopes(sign_in: &SignIn, findings: &mut Findings<'_, '_>) {
    // RFC 6749 section 3.3
    let is_one =
        |scope: &str| scope.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
    if let Some((index, scope)) = sign_in.scopes.iter().enumerate().find(|(_, scope)| !is_one(scope)) {
        let at = format!("connection/sign-in/scopes/{index}");
        findings.add(&at, format!("\"{scope}\" is not one scope"), "Give each scope as an entry of its own");
    } else if !sign_in.issuer.is_empty() && !sign_in.scopes.iter().any(|scope| scope == "openid") {
        let right = "Add \"openid\": without it nobody can tell who signed in";
        findings.add("connection/sign-in/scopes", "`scopes` lacks \"openid\"", right);
    }
}

/// A real connection is known whole or not at all.
fn together(connection: &Connection, findings: &mut Findings<'_, '_>) {
    let fields = [
        ("connection/sign-in/issuer", "issuer", &connection.sign_in.issuer),
        ("connection/sign-in/client-id", "client-id", &connection.sign_in.client_id),
        ("connection/directory/base", "base", &connection.directory.base),
    ];
    if fields.iter().all(|(_, _, value)| value.is_empty()) {
        return;
    }
    for (at, field, _) in fields.iter().filter(|(_, _, value)| value.is_empty()) {
        let right = "Fill in `issuer`, `client-id` and `base` together, or leave all three empty";
        findings.add(at, format!("`{field}` is empty while others of the connection are filled in"), right);
    }
}

/// RFC 8707 section 2: an absolute address without a fragment.
fn resource(resource: Option<&str>, findings: &mut Findings<'_, '_>) {
    let sound = |text: &str| url::Url::parse(text).is_ok_and(|address| address.fragment().is_none());
    if let Some(text) = resource.filter(|text| !text.trim().is_empty() && !sound(text)) {
        let wrong = format!("\"{text}\" cannot be a `resource`");
        findings.add(
            "connection/sign-in/resource",
            wrong,
            "Give an absolute address without #, as the provider names it",
        );
    }
}

//! What stands before every handler: only this computer, only our own names, no foreign page.

use crate::clock::http_date;
use crate::site::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Answers 421 to a request under a foreign name (DNS rebinding; RFC 9110 section 15.5.20) and 403 to a form that
/// another origin's page sends, then adds the headers that every answer carries.
pub(crate) async fn walls(State(campus): State<Shared>, request: Request, next: Next) -> Response {
    let answer = if !is_own_host(request.headers(), request.uri().host(), campus.known_as) {
        (StatusCode::MISDIRECTED_REQUEST, "This address belongs to another name.\n").into_response()
    } else if *request.method() == Method::POST && is_foreign_page(request.headers(), campus.known_as) {
        (StatusCode::FORBIDDEN, "Forms of other sites are not taken.\n").into_response()
    } else {
        next.run(request).await
    };
    with_headers(answer, &http_date(campus.clock.now()))
}

/// The names under which the campus answers.
fn own_names(port: u16) -> [String; 3] {
    ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"))
}

fn is_own_host(headers: &HeaderMap, authority: Option<&str>, port: u16) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let names = own_names(port);
    let is_own = |text: &str| names.iter().any(|name| name.eq_ignore_ascii_case(text));
    // An absolute request target must not say something else than Host.
    let target_agrees = authority.is_none_or(|name| names.iter().any(|own| own.starts_with(name)));
    target_agrees && host.to_str().is_ok_and(is_own)
}

fn is_foreign_page(headers: &HeaderMap, port: u16) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let own = own_names(port).map(|name| format!("http://{name}"));
    !origin.to_str().is_ok_and(|origin| own.iter().any(|own| own == origin))
}

fn with_headers(mut answer: Response, date: &str) -> Response {
    let headers = answer.headers_mut();
    let mut add = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value)
            && !headers.contains_key(&name)
        {
            headers.insert(name, value);
        }
    };
    add(header::DATE, date);
    add(header::CACHE_CONTROL, "no-store");
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::X_FRAME_OPTIONS, "DENY");
    // With none at all a browser would not say either which origin a form comes from, not even to that origin.
    add(header::REFERRER_POLICY, "same-origin");
    add(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_names_with_our_own_port_are_ours() {
        for own in ["127.0.0.1:80", "localhost:80", "LOCALHOST:80", "[::1]:80"] {
            assert!(
                is_own_host(&headers(&header::HOST, &[own]), None, 80),
                "{own} is a name of this computer"
            );
        }
        for foreign in ["127.0.0.1", "127.0.0.1:81", "campus.example.edu:80", "127.0.0.1:80.example.edu", ""]
        {
            assert!(!is_own_host(&headers(&header::HOST, &[foreign]), None, 80), "{foreign} is not ours");
        }
        assert!(
            !is_own_host(&headers(&header::HOST, &["localhost:80", "localhost:80"]), None, 80),
            "two are ambiguous"
        );
        assert!(!is_own_host(&headers(&header::HOST, &["localhost:80"]), Some("example.edu"), 80));
        assert!(!is_own_host(&HeaderMap::new(), None, 80));
    }

    #[test]
    fn a_form_from_another_origin_is_foreign() {
        assert!(is_foreign_page(&headers(&header::ORIGIN, &["http://example.edu"]), 80));
        assert!(is_foreign_page(&headers(&header::ORIGIN, &["null"]), 80), "a sandboxed frame says null");
        assert!(!is_foreign_page(&headers(&header::ORIGIN, &["http://127.0.0.1:80"]), 80));
        assert!(!is_foreign_page(&HeaderMap::new(), 80), "programs send no Origin");
    }
}

//! The few pages that people see in their browser.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = include_str!("style.css");

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

/// A page. The note that nobody here is real stands on each.
pub(crate) fn plain(status: StatusCode, title: &str, body: &str) -> Response {
    page(status, title, body, "'none'")
}

/// A page with a form that is answered here.
pub(crate) fn with_own_form(status: StatusCode, title: &str, body: &str) -> Response {
    page(status, title, body, "'self'")
}

/// A page with a form that is answered by a redirect to `target`, which browsers hold to the policy as well.
pub(super) fn with_form(status: StatusCode, title: &str, body: &str, target: &str) -> Response {
    // A source expression cannot name [::1] (CSP level 3 section 2.3.1), so there any http address has to do.
    let targets = if target.starts_with("http://[") {
        "'self' http:"
    } else {
        "'self' http://127.0.0.1:* http://localhost:*"
    };
    page(status, title, body, targets)
}

fn page(status: StatusCode, title: &str, body: &str, form_action: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body><main>\n\
         <p class=\"practice\">Practice: invented people, nothing leaves this computer.</p>\n\
         <h1>{title}</h1>\n{body}\n</main></body>\n</html>\n"
    );
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    );
    let headers: [(HeaderName, String); 1] = [(header::CONTENT_SECURITY_POLICY, policy)];
    (status, headers, Html(html)).into_response()
}

/// Says why a request goes no further. Never a redirect: where it would lead is not trusted.
pub(super) fn refused(status: StatusCode, reason: &str) -> Response {
    plain(status, "This sign-in cannot go on", &format!("<p role=\"alert\">{}</p>", escape(reason)))
}

pub(super) fn broken(problem: &sqlx::Error) -> Response {
    tracing::error!(%problem, "database");
    refused(StatusCode::INTERNAL_SERVER_ERROR, "The practice campus could not read or write its database.")
}

/// Text for HTML content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_end_a_tag_or_an_attribute() {
        assert_eq!(escape("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
    }
}

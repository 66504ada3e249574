//! The form for people without a sign-on (O18): a page that needs no sign-in, and puts what is written before the service desk.
//!
//! It stands beside the desk's own contract, for browsers. What comes in by it is a request like any other, asked by
//! [`WITHOUT_SIGN_ON`], so that only the service desk sees it, and is never answered by the desk itself.

use super::problem::DeskProblem;
use super::record;
use super::trail::{self, What};
use super::wire::{AccountNamed, AskedWish, Named};
use super::words;
use crate::oidc::{Form, page};
use crate::site::{Campus, Shared};
use accounts::{Answer, Answers, RequestKind};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

/// Where it is, below the campus.
pub(crate) const PATH: &str = "/contact";
/// Who asks, in place of an id. No person, group or account has it: theirs are UUIDs.
pub(super) const WITHOUT_SIGN_ON: &str = "without-sign-on";
/// Bodies larger than this are refused: each character that is allowed may take twelve bytes of a form.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Undecided at one time, so that nobody buries the desk.
const MOST_OPEN: i64 = 20;

/// One thing to fill in.
struct Field {
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    /// What it is for, so that a browser can fill it in (HTML, section 4.10.18.7).
    autocomplete: &'static str,
    /// In characters.
    most: usize,
    lines: bool,
    missing: &'static str,
}

const FIELDS: [Field; 4] = [
    Field {
        id: "name",
        label: "Your name",
        hint: "",
        autocomplete: "name",
        most: 100,
        lines: false,
        missing: "Enter your name.",
    },
    Field {
        id: "reach",
        label: "How can they reach you?",
        hint: "An email address, or a phone number and when to call.",
        autocomplete: "off",
        most: 200,
        lines: false,
        missing: "Enter how they can reach you: there is no other way to answer.",
    },
    Field {
        id: "subject",
        label: "Subject",
        hint: "",
        autocomplete: "off",
        most: 120,
        lines: false,
        missing: "Enter a subject.",
    },
    Field {
        id: "message",
        label: "What happened, or what do you need?",
        hint: "Say what you tried and what you saw. Leave passwords out.",
        autocomplete: "off",
        most: 4000,
        lines: true,
        missing: "Enter what you need.",
    },
];

/// What was filled in.
struct Written {
    /// Made with the page: sent again, it stands for what was taken before.
    id: String,
    /// By the order of [`FIELDS`].
    texts: [String; 4],
}

impl Written {
    fn blank() -> Self {
        Self { id: Uuid::new_v4().to_string(), texts: [const { String::new() }; 4] }
    }

    fn read(form: &Form) -> Self {
        let id = form.get("id").and_then(|id| Uuid::try_parse(id).ok()).unwrap_or_else(Uuid::new_v4);
        let text = |field: &Field| {
            let sent = form.get(field.id).unwrap_or_default().replace("\r\n", "\n");
            sent.trim().to_owned()
        };
        Self { id: id.to_string(), texts: FIELDS.each_ref().map(text) }
    }

    /// What is wrong, by field, in words for its writer.
    fn faults(&self) -> [Option<String>; 4] {
        let mut texts = self.texts.iter();
        FIELDS.each_ref().map(|field| {
            let text = texts.next().map(String::as_str).unwrap_or_default();
            let hides = |c: char| c.is_control() && !(field.lines && matches!(c, '\n' | '\t'));
            if text.is_empty() {
                Some(field.missing.to_owned())
            } else if text.chars().count() > field.most {
                Some(format!("Use {} characters at most.", field.most))
            } else if text.chars().any(hides) {
                Some("Take out the characters that cannot be seen.".to_owned())
            } else {
                None
            }
        })
    }
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(PATH, get(show).post(take)).layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

async fn show(State(campus): State<Shared>) -> Response {
    if !campus.institution.has_open_form() {
        return nothing_here();
    }
    asked(&campus, StatusCode::OK, &Written::blank(), &[const { None }; 4])
}

async fn take(State(campus): State<Shared>, body: Result<Bytes, BytesRejection>) -> Response {
    if !campus.institution.has_open_form() {
        return nothing_here();
    }
    let body = match body {
        Ok(body) => body,
        Err(problem) if problem.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "This is more than the form takes. Go back and shorten it.",
            );
        }
        Err(problem) => return problem.into_response(),
    };
    let form = Form::read(&body);
    if form.repeats() {
        return refused(
            StatusCode::BAD_REQUEST,
            "Something was sent twice in one form. Open the form again.",
        );
    }
    let written = Written::read(&form);
    let faults = written.faults();
    if faults.iter().any(Option::is_some) {
        return asked(&campus, StatusCode::UNPROCESSABLE_ENTITY, &written, &faults);
    }
    match keep(&campus, written).await {
        Ok(Kept::As(reference)) => sent(&campus, &reference),
        Ok(Kept::TooMany) => refused(
            StatusCode::TOO_MANY_REQUESTS,
            "The practice desk has as many of these as it can read. Nothing was taken: send it again later.",
        ),
        Err(_) => refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The practice campus could not read or write its database. Go back and send it again.",
        ),
    }
}

enum Kept {
    /// The reference by which people speak of it.
    As(String),
    TooMany,
}

/// Keeps what was written, once however often it is sent.
async fn keep(campus: &Campus, mut written: Written) -> Result<Kept, DeskProblem> {
    let body = format!("{:x}", Sha256::digest(written.texts.join("\0")));
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    match record::sent_before(&mut transaction, WITHOUT_SIGN_ON, &written.id).await? {
        Some((request, kept)) if kept == body => return Ok(Kept::As(request.id)),
        // Gone back to and written anew: that is another one.
        Some(_) => written.id = Uuid::new_v4().to_string(),
        None => {}
    }
    if record::open_of(&mut transaction, WITHOUT_SIGN_ON).await? >= MOST_OPEN {
        return Ok(Kept::TooMany);
    }
    let [name, reach, subject, message] = written.texts;
    let display = format!("{name} (without {})", campus.institution.sign_on);
    let requester = Named { display, value: WITHOUT_SIGN_ON.to_owned() };
    let said = [("subject", subject), ("message", message), ("reach", reach)];
    let answers: Answers = said.map(|(question, text)| (question.to_owned(), Answer::Text(text))).into();
    let wish = AskedWish { kind: RequestKind::AskDesk, changes: Vec::new(), answers };
    let now = campus.clock.now();
    let row = record::NewRow {
        requester: &requester,
        client_id: &written.id,
        body: &body,
        account: &AccountNamed { value: None, label: String::new() },
        wish: &wish,
        new_name: None,
        units: &[],
        note: "",
        accepted: false,
        at: now,
        due: None,
    };
    let number = record::insert(&mut transaction, row).await?;
    let mut request = record::by_number(&mut transaction, number).await?.ok_or_else(DeskProblem::broken)?;
    // Nobody could read what the desk would answer by itself.
    request.for_people = true;
    record::keep(&mut transaction, &request, None).await?;
    let text = words::received("", &wish, false);
    trail::add(&mut transaction, &request.id, now, Some(&requester), What::Received, &text).await?;
    transaction.commit().await?;
    Ok(Kept::As(request.id))
}

fn asked(campus: &Campus, status: StatusCode, written: &Written, faults: &[Option<String>; 4]) -> Response {
    let institution = &campus.institution;
    let wrong: Vec<_> =
        FIELDS.iter().zip(faults).filter_map(|(field, fault)| Some((field, fault.as_ref()?))).collect();
    let mut body = String::new();
    if !wrong.is_empty() {
        // It takes the focus as the page opens, so that it is read first.
        body.push_str(
            "<div class=\"wrong\" role=\"alert\" tabindex=\"-1\" autofocus>\n<h2>Not sent yet</h2>\n<ul>\n",
        );
        for (field, fault) in &wrong {
            let (label, fault) = (page::escape(field.label), page::escape(fault));
            let label = if label.ends_with('?') { label } else { format!("{label}:") };
            let _ = writeln!(body, "<li><a href=\"#{}\">{label} {fault}</a></li>", field.id);
        }
        body.push_str("</ul>\n</div>\n");
    }
    let sign_on = page::escape(&institution.sign_on);
    let _ = writeln!(
        body,
        "<p>For people who cannot sign in with {sign_on}. Nothing here needs a sign-in. It goes to the practice desk, where \
         somebody of the service desk reads it.</p>\n<p>Every field has to be filled in.</p>"
    );
    // Limits are told by us, in words and with everything kept, so the browser is asked to hold nothing against them.
    let _ = writeln!(body, "<form method=\"post\" action=\"{PATH}\" novalidate>");
    let _ = writeln!(body, "<input type=\"hidden\" name=\"id\" value=\"{}\">", page::escape(&written.id));
    for ((field, text), fault) in FIELDS.iter().zip(&written.texts).zip(faults) {
        input(&mut body, field, text, fault.as_deref());
    }
    body.push_str("<p><button type=\"submit\">Send</button></p>\n</form>");
    let title = format!("Write to the {}", institution.service_desk);
    let title = if wrong.is_empty() { title } else { format!("Not sent yet: {title}") };
    page::with_own_form(status, &title, &body)
}

fn input(body: &mut String, field: &Field, text: &str, fault: Option<&str>) {
    let Field { id, label, hint, autocomplete, .. } = field;
    let (label, hint, text) = (page::escape(label), page::escape(hint), page::escape(text));
    let _ = writeln!(body, "<div class=\"field\">\n<label for=\"{id}\">{label}</label>");
    let mut told = Vec::new();
    if !hint.is_empty() {
        let _ = writeln!(body, "<p id=\"{id}-hint\">{hint}</p>");
        told.push(format!("{id}-hint"));
    }
    if let Some(fault) = fault {
        let _ = writeln!(body, "<p id=\"{id}-wrong\" class=\"fault\">{}</p>", page::escape(fault));
        told.push(format!("{id}-wrong"));
    }
    let mut tied = format!(" id=\"{id}\" name=\"{id}\" autocomplete=\"{autocomplete}\" required");
    if !told.is_empty() {
        let _ = write!(tied, " aria-describedby=\"{}\"", told.join(" "));
    }
    if fault.is_some() {
        tied.push_str(" aria-invalid=\"true\"");
    }
    // A line break right after the tag is not part of the text (HTML, section 13.2.6.4.7).
    let _ = if field.lines {
        writeln!(body, "<textarea{tied} rows=\"8\">\n{text}</textarea>\n</div>")
    } else {
        writeln!(body, "<input type=\"text\"{tied} value=\"{text}\">\n</div>")
    };
}

fn sent(campus: &Campus, reference: &str) -> Response {
    let desk = page::escape(&campus.institution.service_desk);
    let body = format!(
        "<p>Its reference is <b>{}</b>.</p>\n<p>It waits at the practice desk. To read and close it, sign in to the program as \
         somebody of the {desk}: it is among the requests that wait for a decision. Nothing leaves this computer, so nobody \
         writes back to you.</p>\n<p><a href=\"{PATH}\">Write another</a></p>",
        page::escape(reference)
    );
    page::plain(StatusCode::OK, &format!("Sent to the {}", campus.institution.service_desk), &body)
}

fn refused(status: StatusCode, reason: &str) -> Response {
    page::plain(status, "This was not sent", &format!("<p role=\"alert\">{}</p>", page::escape(reason)))
}

fn nothing_here() -> Response {
    let body = "<p>This institution has no form for people without a sign-on.</p>";
    page::plain(StatusCode::NOT_FOUND, "There is no such form", body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: [&str; 4]) -> [Option<String>; 4] {
        Written { id: String::new(), texts: texts.map(str::to_owned) }.faults()
    }

    #[test]
    fn each_slip_is_told_at_its_field_and_its_neighbour_is_taken() {
        let none = [None, None, None, None];
        assert_eq!(faults(["Pat Lee", "555", "Hello", "Two\nlines\tand a tab"]), none);
        assert_eq!(faults([&"é".repeat(100), &"r".repeat(200), &"s".repeat(120), &"m".repeat(4000)]), none);
        let wrong = faults([&"é".repeat(101), "two\nlines", "", "\u{7}"]).map(Option::unwrap);
        assert_eq!(wrong[0], "Use 100 characters at most.");
        assert_eq!(wrong[1], "Take out the characters that cannot be seen.");
        assert_eq!(wrong[2], "Enter a subject.");
        assert_eq!(wrong[3], "Take out the characters that cannot be seen.");
    }

    #[test]
    fn what_is_written_is_read_without_white_space_around_it_and_with_plain_line_ends() {
        let sent = b"name=+Pat+&message=one%0D%0Atwo%0D%0A&id=no+id";
        let written = Written::read(&Form::read(sent));
        assert_eq!(written.texts, ["Pat", "", "", "one\ntwo"]);
        assert!(Uuid::try_parse(&written.id).is_ok(), "an id that is none is replaced");
    }
}

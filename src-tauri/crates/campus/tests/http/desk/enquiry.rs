//! The form for people without a sign-on, and what the service desk sees of it.

use super::{OFFICER, OWNER, SERVICE_DESK, later, new_id, oxford};
use crate::site::{Answer, Site, request};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

const GOOD: [(&str, &str); 4] = [
    ("name", "Pat <Lee>"),
    ("reach", "pat@example.org"),
    ("subject", "Locked out"),
    ("message", "My card has run out.\r\nCan I still write?"),
];

async fn send(site: &Site, fields: &[(&str, &str)]) -> Answer {
    Answer::of(site.http.post(site.at("/contact")).form(fields).send().await.unwrap()).await
}

/// The reference that the page tells.
fn reference(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let (_, rest) = answer.text.split_once("<b>RQ-").unwrap_or_else(|| panic!("{}", answer.text));
    format!("RQ-{}", rest.split_once("</b>").unwrap().0)
}

#[tokio::test]
async fn somebody_without_a_sign_on_writes_and_the_service_desk_reads_and_closes_it() {
    let site = oxford().await;
    let page = Answer::of(site.http.get(site.at("/contact")).send().await.unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Practice: invented people"), "practice is marked where people see it");
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    for field in ["name", "reach", "subject", "message"] {
        assert!(page.text.contains(&format!("<label for=\"{field}\">")), "{field} has a label");
    }
    let reference = reference(&send(&site, &GOOD).await);

    let desk = site.sign_in(SERVICE_DESK).await;
    let waiting = site.desk_get("/requests?scope=to-decide", &desk).await;
    let found =
        waiting["requests"].as_array().unwrap().iter().find(|one| one["id"] == reference.as_str()).unwrap();
    let who = json!({"value": "without-sign-on", "display": "Pat <Lee> (without SSO)"});
    assert_eq!(found["requester"], who, "plainly nobody who signed in");
    assert_eq!(found["account"], json!({"value": null, "label": ""}));
    let answers = json!({
        "subject": "Locked out", "message": "My card has run out.\nCan I still write?", "reach": "pat@example.org"
    });
    assert_eq!(found["wish"], json!({"kind": "ask-desk", "changes": [], "answers": answers}));
    let trail = site.desk_get(&format!("/requests/{reference}/trail"), &desk).await;
    assert_eq!(trail["entries"][0]["what"], "received");
    assert_eq!(trail["entries"][0]["by"], who);

    let asked = site.question(&desk, &reference, "Which card?").await;
    assert_eq!((asked.status, asked.json()["code"].clone()), (StatusCode::CONFLICT, json!("nobody-answers")));
    for other in [OWNER, OFFICER] {
        let token = site.sign_in(other).await;
        let path = format!("/requests/{reference}");
        let answer = site.desk(Method::GET, &path, &token, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "it is nobody else's to read: {other}");
    }
    let closed = site.decide(&desk, &reference, true).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
}

#[tokio::test]
async fn the_desk_does_not_answer_it_by_itself() {
    let site = oxford().await;
    let reference = reference(&send(&site, &GOOD).await);
    let site = later(site, 1000, Some(30)).await;
    let desk = site.sign_in(SERVICE_DESK).await;
    let found = site.desk_get(&format!("/requests/{reference}"), &desk).await;
    assert_eq!(found["status"], "with-desk", "nobody could read such an answer");
}

#[tokio::test]
async fn bad_input_is_told_in_a_summary_and_at_the_field_and_everything_is_kept() {
    let site = oxford().await;
    let long = "é".repeat(121);
    let sent = [("name", "Pat \"<Lee>\""), ("subject", long.as_str()), ("message", " \r\n ")];
    let answer = send(&site, &sent).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("<title>Not sent yet: "), "the title says so first");
    let summary = answer.text.split_once("role=\"alert\"").unwrap().1.split_once("</div>").unwrap().0;
    assert!(summary.contains("autofocus"), "it takes the focus");
    let told = [
        ("reach", "there is no other way to answer"),
        ("subject", "120 characters"),
        ("message", "what you need"),
    ];
    for (field, fault) in told {
        assert!(
            summary.contains(&format!("href=\"#{field}\"")) && summary.contains(fault),
            "{field}: {summary}"
        );
        assert!(answer.text.contains(&format!("id=\"{field}-wrong\"")), "{field}");
    }
    assert!(!summary.contains("#name"));
    assert_eq!(answer.text.matches("aria-invalid").count(), 3);
    assert!(answer.text.contains("value=\"Pat &quot;&lt;Lee&gt;&quot;\""), "kept, and no tag of its own");
    assert!(answer.text.contains(&long));
    let desk = site.sign_in(SERVICE_DESK).await;
    assert_eq!(site.desk_get("/requests?scope=to-decide", &desk).await["total"], 0, "nothing was taken");
}

#[tokio::test]
async fn sent_twice_it_is_there_once_and_written_anew_it_is_another() {
    let site = oxford().await;
    let id = new_id();
    let mut fields: Vec<_> = GOOD.to_vec();
    fields.push(("id", id.as_str()));
    let first = reference(&send(&site, &fields).await);
    assert_eq!(reference(&send(&site, &fields).await), first, "the page was loaded again");
    fields[2].1 = "Something else";
    assert_ne!(reference(&send(&site, &fields).await), first, "gone back to and changed");
    let twice = [GOOD.as_slice(), &[("name", "Somebody else")]].concat();
    assert_eq!(send(&site, &twice).await.status, StatusCode::BAD_REQUEST, "which of the two is meant?");
}

#[tokio::test]
async fn it_has_limits_of_its_own() {
    let site = oxford().await;
    let foreign =
        site.http.post(site.at("/contact")).form(&GOOD).header(header::ORIGIN, "http://example.edu");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN, "a page of another site");
    let other_name = site.http.get(site.at("/contact")).header(header::HOST, "campus.example.edu");
    assert_eq!(other_name.send().await.unwrap().status(), StatusCode::MISDIRECTED_REQUEST);
    let large = "m".repeat(70 * 1024);
    let answer = send(&site, &[("message", large.as_str())]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text.contains("This was not sent"), "{}", answer.text);
    for _ in 0..20 {
        reference(&send(&site, &GOOD).await);
    }
    let one_more = send(&site, &GOOD).await;
    assert_eq!(one_more.status, StatusCode::TOO_MANY_REQUESTS, "nobody buries the desk");
}

#[tokio::test]
async fn the_sign_in_page_leads_to_it_where_there_is_one() {
    let site = oxford().await;
    assert!(
        site.authorize(&request()).await.text.contains("<a href=\"/contact\">Write to the Service Desk</a>")
    );
    let boulder = Site::with("boulder", |_| ()).await;
    assert!(!boulder.authorize(&request()).await.text.contains("/contact"), "no source speaks of one there");
    assert_eq!(
        boulder.http.get(boulder.at("/contact")).send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(send(&boulder, &GOOD).await.status, StatusCode::NOT_FOUND);
}

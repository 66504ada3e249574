//! What whoever decides asks, and what the requester answers.

use super::{
    APPLY_SECONDS, DELEGATE, OFFICER, OTHER_OFFICER, OWNER, SERVICE_DESK, STRANGER, count, later,
    nell_for_enquiries, oxford, told,
};
use crate::site::{Answer, Site};
use jiff::Timestamp;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("{value} is no moment")).parse().unwrap()
}

fn texts(request: &Value) -> Vec<&str> {
    request["messages"].as_array().unwrap().iter().map(|said| said["text"].as_str().unwrap()).collect()
}

/// Whether it was refused with 409 and that code.
#[track_caller]
fn assert_wrong_moment(answer: &Answer, code: &str) {
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &json!(code)));
}

#[tokio::test]
async fn what_is_asked_is_answered_and_then_decided() {
    let site = oxford().await;
    let (maren, desk, officer) =
        (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(OFFICER).await);
    let body = nell_for_enquiries(&site).await;
    let reference = site.asked(&maren, &body).await;
    let path = format!("/requests/{reference}");
    let before = site.desk_get(&path, &maren).await;
    assert_eq!(before["messages"], json!([]));

    let asked = site.question(&desk, &reference, "  Until when?\n").await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let asked = asked.json();
    let question = json!({
        "by": {"value": site.person(SERVICE_DESK).await["id"], "display": "Samir Okonjo"},
        "text": "Until when?", "at": asked["modified"],
    });
    assert_eq!((&asked["status"], &asked["messages"]), (&json!("needs-answer"), &json!([question])));
    assert!(moment(&asked["modified"]) >= moment(&asked["created"]));
    let mut otherwise_the_same = asked.clone();
    for name in ["status", "messages", "modified"] {
        otherwise_the_same[name] = before[name].clone();
    }
    assert_eq!(otherwise_the_same, before);
    for reader in [&maren, &desk, &officer] {
        assert_eq!(site.desk_get(&path, reader).await, asked, "whoever may see it sees the question");
    }
    let again = site.ask(&maren, &body).await;
    assert_eq!(
        (again.status, again.json()),
        (StatusCode::OK, asked.clone()),
        "sent again it is the same one"
    );
    let list = json!({"total": 1, "requests": [asked]});
    for (query, reader) in [
        ("", &maren),
        ("?open=true", &maren),
        ("?scope=to-decide", &desk),
        ("?scope=to-decide&open=true", &desk),
        ("?scope=to-decide&open=true", &officer),
    ] {
        assert_eq!(site.desk_get(&format!("/requests{query}"), reader).await, list, "{query}: it is open");
    }
    for (query, reader) in [("?open=false", &maren), ("?scope=to-decide&open=false", &desk)] {
        assert_eq!(site.desk_get(&format!("/requests{query}"), reader).await["total"], 0, "{query}");
    }

    let replied = site.reply(&maren, &reference, "Until Easter.").await;
    assert_eq!(replied.status, StatusCode::OK, "{}", replied.text);
    let replied = replied.json();
    let reply = json!({
        "by": {"value": site.person(OWNER).await["id"], "display": "Maren Tolliver"},
        "text": "Until Easter.", "at": replied["modified"],
    });
    assert_eq!(
        (&replied["status"], &replied["messages"]),
        (&json!("with-desk"), &json!([question, reply])),
        "oldest first"
    );
    let asked = site.question(&officer, &reference, "This one?").await.json();
    assert_eq!(asked["messages"][2]["by"]["display"], site.person(OFFICER).await["displayName"]);
    site.reply(&maren, &reference, "Yes.").await;
    let decided = site.decide(&desk, &reference, true).await.json();
    assert_eq!(decided["status"], "applying");
    assert_eq!(texts(&decided), ["Until when?", "Until Easter.", "This one?", "Yes."]);

    let site = later(site, i64::from(APPLY_SECONDS) + 5, None).await;
    let done = site.desk_get(&path, &maren).await;
    assert_eq!((&done["status"], &done["messages"]), (&json!("done"), &decided["messages"]), "they are kept");
}

/// Statuses of: asking about what the owner asked for, answering.
type Row = (&'static str, u16, u16);

/// One row for each kind of person, about an account of Earth Sciences and a request by its owner.
const ROWS: [Row; 6] = [
    (OWNER, 403, 200),
    (DELEGATE, 404, 404),
    (OFFICER, 200, 403),
    (OTHER_OFFICER, 404, 404),
    (SERVICE_DESK, 200, 403),
    (STRANGER, 404, 404),
];

#[tokio::test]
async fn who_may_ask_and_who_may_answer() {
    let site = oxford().await;
    site.appoint_other_officer().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    for (who, asks, answers) in ROWS {
        let token = site.sign_in(who).await;
        for is_asked in [false, true] {
            let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
            if is_asked {
                site.question(&desk, &reference, "Until when?").await;
            }
            let tried = if is_asked {
                (site.reply(&token, &reference, "Until Easter.").await, answers, "not-yours")
            } else {
                (site.question(&token, &reference, "Until when?").await, asks, "may-not-decide")
            };
            let (answer, expected, code) = tried;
            assert_eq!(answer.status.as_u16(), expected, "{who}: {}", answer.text);
            match expected {
                403 => assert_eq!(answer.json()["code"], code, "{who}"),
                404 => assert_eq!(answer.json()["code"], "no-such-request", "{who}"),
                _ => continue,
            }
            let now = site.desk_get(&format!("/requests/{reference}"), &maren).await;
            assert_eq!(
                now["messages"].as_array().unwrap().len(),
                usize::from(is_asked),
                "nothing came of it"
            );
        }
    }
    // One's own, although one decides on others: asking oneself is not possible, to be asked is.
    let officer = site.sign_in(OFFICER).await;
    let hers = site.asked(&officer, &nell_for_enquiries(&site).await).await;
    assert_eq!(site.question(&officer, &hers, "Why?").await.json()["code"], "may-not-decide");
    assert_eq!(site.question(&desk, &hers, "Why?").await.status, StatusCode::OK);
    assert_eq!(site.reply(&officer, &hers, "For Nell.").await.json()["status"], "with-desk");
    for path in ["RQ-29999", "20001"] {
        assert_eq!(site.question(&desk, path, "Why?").await.status, StatusCode::NOT_FOUND);
        assert_eq!(site.reply(&desk, path, "So.").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn each_wrong_moment_is_told_and_changes_nothing() {
    let site = oxford().await;
    let (maren, desk, officer) =
        (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(OFFICER).await);
    let mut references = Vec::new();
    for _ in 0..5 {
        references.push(site.asked(&maren, &nell_for_enquiries(&site).await).await);
    }
    let [waiting, asked, approved, refused, withdrawn] = &references[..] else { panic!() };
    assert_wrong_moment(&site.reply(&maren, waiting, "Nobody asked.").await, "nothing-asked");
    site.question(&desk, asked, "Until when?").await;
    assert_wrong_moment(&site.question(&desk, asked, "And why?").await, "not-open");
    assert_wrong_moment(&site.question(&officer, asked, "And why?").await, "not-open");
    site.decide(&desk, approved, true).await;
    site.decide(&desk, refused, false).await;
    site.withdraw(&maren, withdrawn).await;
    let state =
        async |site: &Site, reference: &str| site.desk_get(&format!("/requests/{reference}"), &maren).await;
    for reference in [approved, refused, withdrawn] {
        let before = state(&site, reference).await;
        assert_wrong_moment(&site.question(&desk, reference, "Until when?").await, "not-open");
        assert_wrong_moment(&site.reply(&maren, reference, "Until Easter.").await, "nothing-asked");
        assert_eq!(state(&site, reference).await, before);
    }
    assert_eq!(texts(&state(&site, asked).await), ["Until when?"]);

    let site = later(site, i64::from(APPLY_SECONDS) + 5, None).await;
    assert_eq!(state(&site, approved).await["status"], "done");
    assert_wrong_moment(&site.question(&desk, approved, "Until when?").await, "not-open");
    assert_eq!(site.reply(&maren, asked, "Until Easter.").await.status, StatusCode::OK);
    assert_wrong_moment(&site.reply(&maren, asked, "Or longer.").await, "nothing-asked");
}

#[tokio::test]
async fn what_is_asked_about_can_be_decided_or_taken_back_all_the_same() {
    let site = oxford().await;
    let (maren, desk, officer) =
        (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await, site.sign_in(OFFICER).await);
    let mut references = Vec::new();
    for _ in 0..3 {
        let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
        assert_eq!(site.question(&desk, &reference, "Until when?").await.status, StatusCode::OK);
        references.push(reference);
    }
    assert_eq!(site.decide(&desk, &references[0], false).await.json()["status"], "refused");
    assert_eq!(site.decide(&officer, &references[1], true).await.json()["status"], "applying", "by another");
    let withdrawn = site.withdraw(&maren, &references[2]).await;
    assert_eq!((withdrawn.status, &withdrawn.json()["status"]), (StatusCode::OK, &json!("withdrawn")));
    for reference in &references {
        assert_wrong_moment(&site.reply(&maren, reference, "Until Easter.").await, "nothing-asked");
        let ended = site.desk_get(&format!("/requests/{reference}"), &maren).await;
        assert_eq!(texts(&ended), ["Until when?"], "what was asked stays to be read");
    }
    let site = later(site, i64::from(APPLY_SECONDS) + 5, None).await;
    assert_eq!(site.desk_get(&format!("/requests/{}", references[1]), &maren).await["status"], "done");
}

#[tokio::test]
async fn the_desk_does_not_decide_by_itself_while_it_waits_for_an_answer() {
    let site = later(oxford().await, 0, Some(60)).await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let path = format!("/requests/{reference}");
    let waits = "SELECT due - modified FROM request";
    assert_eq!(count(&site, waits).await, 60_000);
    site.question(&desk, &reference, "Until when?").await;
    let stopped = "SELECT count(*) FROM request WHERE due IS NULL";
    assert_eq!(count(&site, stopped).await, 1, "at once, not only when it is started anew");

    let site = later(site, 10_000, Some(60)).await;
    let asked = site.desk_get(&path, &maren).await;
    assert_eq!((&asked["status"], &asked["decision"]), (&json!("needs-answer"), &Value::Null));
    let replied = site.reply(&maren, &reference, "Until Easter.").await.json();
    assert_eq!(replied["status"], "with-desk", "however long ago it was sent");
    assert_eq!(count(&site, waits).await, 60_000);

    let site = later(site, 10_030, Some(60)).await;
    assert_eq!(site.desk_get(&path, &maren).await["status"], "with-desk");
    let site = later(site, 10_090, Some(60)).await;
    let decided = site.desk_get(&path, &maren).await;
    assert_eq!((&decided["status"], &decided["decision"]["by"]), (&json!("applying"), &Value::Null));
    let waited = moment(&decided["decision"]["at"]).duration_since(moment(&replied["modified"]));
    assert_eq!(waited.as_secs(), 60, "from the answer on");
}

#[tokio::test]
async fn a_message_says_something_and_not_too_much() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    let path = format!("/requests/{reference}");
    let longest = "é".repeat(2000);
    for (route, token, before, after) in
        [("question", &desk, "with-desk", "needs-answer"), ("reply", &maren, "needs-answer", "with-desk")]
    {
        let to = format!("{path}/{route}");
        for (body, field, code) in [
            (json!({"text": ""}), "text", "missing"),
            (json!({"text": " \n\t\u{a0} "}), "text", "missing"),
            (json!({}), "text", "missing"),
            (json!({"text": null}), "text", "wrong-type"),
            (json!({"text": 7}), "text", "wrong-type"),
            (json!({"text": format!("{longest}é")}), "text", "too-long"),
            (json!({"text": "So.", "by": "me"}), "by", "unknown-field"),
            (json!([]), "", "wrong-type"),
        ] {
            let answer = site.desk(Method::POST, &to, token, Some(body.clone())).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
            assert_eq!(told(&answer), [(field.to_owned(), code.to_owned())], "{route}");
        }
        assert_eq!(site.desk_get(&path, &maren).await["status"], before);
        let body = json!({"text": format!("  {longest}\n")});
        let taken = site.desk(Method::POST, &to, token, Some(body)).await.json();
        assert_eq!(taken["status"], after, "2000 characters are not too many, however many bytes");
        assert_eq!(texts(&taken).last(), Some(&longest.as_str()));
    }
}

#[tokio::test]
async fn after_a_hundred_nothing_more_can_be_asked() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
    for turn in 0..50 {
        let asked = site.question(&desk, &reference, &format!("Question {turn}")).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
        let replied = site.reply(&maren, &reference, &format!("Answer {turn}")).await;
        assert_eq!(replied.status, StatusCode::OK, "what is asked can be answered: {}", replied.text);
    }
    assert_wrong_moment(&site.question(&desk, &reference, "And?").await, "too-many-messages");
    let full = site.desk_get(&format!("/requests/{reference}"), &maren).await;
    let said = texts(&full);
    assert_eq!((said.len(), said[0], said[99]), (100, "Question 0", "Answer 49"));
    assert_eq!(full["status"], "with-desk");
    assert_eq!(site.decide(&desk, &reference, true).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_contract_has_every_status_of_both_routes() {
    let site = oxford().await;
    let (maren, desk) = (site.sign_in(OWNER).await, site.sign_in(SERVICE_DESK).await);
    let document = Answer::of(site.http.get(site.at("/desk/v1/openapi.json")).send().await.unwrap()).await;
    let paths = document.json()["paths"].clone();
    let send = async |route: &str, reference: &str, token: &str, kind: &str, body: &str| {
        let to = site.at(&format!("/desk/v1/requests/{reference}/{route}"));
        let request = site.http.post(to).bearer_auth(token).header(header::CONTENT_TYPE, kind);
        request.body(body.to_owned()).send().await.unwrap().status().as_str().to_owned()
    };
    let (good, json) = (r#"{"text":"So."}"#, "application/json");
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(1024 * 1024));
    for (route, may, may_not) in [("question", &desk, &maren), ("reply", &maren, &desk)] {
        let reference = site.asked(&maren, &nell_for_enquiries(&site).await).await;
        if route == "reply" {
            site.question(&desk, &reference, "Why?").await;
        }
        let seen = BTreeSet::from([
            send(route, &reference, may, json, "{").await,
            send(route, &reference, "rubbish", json, good).await,
            send(route, &reference, may_not, json, good).await,
            send(route, "RQ-29999", may, json, good).await,
            send(route, &reference, may, json, &large).await,
            send(route, &reference, may, "text/plain", good).await,
            send(route, &reference, may, json, "{}").await,
            send(route, &reference, may, json, good).await,
            send(route, &reference, may, json, good).await,
            // What no test can bring about: the database fails.
            "500".to_owned(),
        ]);
        let operation = &paths[format!("/desk/v1/requests/{{id}}/{route}")]["post"];
        let told: BTreeSet<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(told, seen, "{route}");
        assert_eq!(seen.len(), 10, "{route}");
    }
}

//! Requests at rest, one of each status: whatever breaks off around them, they stay as they are.

use super::{
    APPLYING, ASK, CONFLICT, DRAFT, FIND, IN_PART, NEEDS_ANSWER, NOT_KNOWN, NOT_TAKEN, READ, REFUSED, SAID,
    SEEN, SENT, WAITING, WITHDRAWN, Walk,
};
use crate::{
    asking::check,
    steps::look,
    support::{By, Fate, Spoil},
};
use serde_json::{Value, json};

/// The address that is both asked at and searched, and those of single requests.
const REQUESTS: &str = "/desk/v1/requests";
const EACH: &str = "/desk/v1/requests/*";

/// A request of each status, and what is said of it.
type Resting = (String, &'static str, &'static str);

async fn all_stand(walk: &Walk, resting: &[Resting], after: &str) {
    for (id, text, status) in resting {
        walk.stands(id, text, status).await;
    }
    println!("{after}: {} requests, each as it was", resting.len());
}

#[tokio::test]
async fn a_request_of_each_status_stays_as_it_is_whatever_breaks_off() {
    let mut walk = Walk::begin("0").await;
    let mut resting: Vec<Resting> = Vec::new();
    let name = walk.ask_for_a_name("Earth enquiries").await;
    walk.approve_all().await;
    check(walk.window()).await;
    walk.stands(&name, "Earth enquiries", SEEN).await;
    resting.push((name, "Earth enquiries", SEEN));

    let id = walk.sent("Answered", SENT).await;
    walk.approve_all().await;
    walk.comes_to(SAID).await;
    resting.push((id, "Answered", SAID));
    let id = walk.sent("Unwelcome", SENT).await;
    walk.refuse(&walk.reference(&id).await, "Not by us.").await;
    walk.comes_to(REFUSED).await;
    resting.push((id, "Unwelcome", REFUSED));
    let id = walk.sent("Mistaken", SENT).await;
    walk.window().click(By::button("Withdraw")).await;
    walk.comes_to(WITHDRAWN).await;
    resting.push((id, "Mistaken", WITHDRAWN));

    // From here on what is approved takes an hour.
    walk.kill_campus(&["--apply-seconds", "3600"]);
    let id = walk.ask_for_a_name("Approved").await;
    walk.approve_all().await;
    check(walk.window()).await;
    walk.stands(&id, "Approved", APPLYING).await;
    resting.push((id, "Approved", APPLYING));
    let id = walk.sent("Questioned", SENT).await;
    let reference = walk.reference(&id).await;
    walk.question(&reference, "Which?").await;
    check(walk.window()).await;
    walk.stands(&id, "Questioned", NEEDS_ANSWER).await;
    resting.push((id, "Questioned", NEEDS_ANSWER));
    walk.front.spoil(EACH, half());
    let id = walk.sent("Halved", IN_PART).await;
    resting.push((id, "Halved", IN_PART));
    let id = walk.sent("Plain", SENT).await;
    resting.push((id, "Plain", SENT));
    // Nothing of these is taken, and that is said.
    for (text, status, answer) in [("Unfit", NOT_TAKEN, refused()), ("Overtaken", CONFLICT, overtaken())] {
        walk.front.heal();
        walk.front.spoil(EACH, half());
        walk.front.spoil(REQUESTS, answer);
        let id = walk.sent(text, status).await;
        walk.sent.pop();
        resting.push((id, text, status));
    }
    walk.front.heal();
    walk.front.spoil(EACH, half());
    walk.front.always(ASK, Fate::LostThere);
    walk.front.always(FIND, Fate::LostBack);
    let id = walk.sent("Lost", NOT_KNOWN).await;
    resting.push((id, "Lost", NOT_KNOWN));
    walk.front.spoil(REQUESTS, Spoil::later(600));
    let id = walk.sent("Early", WAITING).await;
    resting.push((id, "Early", WAITING));
    let id = walk.write("Unsent").await;
    resting.push((id, "Unsent", DRAFT));
    for (id, text, status) in &resting {
        walk.stands(id, text, status).await;
        look(walk.window(), &format!("status-{}", text.to_lowercase().replace(' ', "-"))).await;
    }

    // Those that wait for her stand on Home, above the others.
    walk.window().press("Control+1").await;
    for text in ["Answer RQ-", "Under way", "Questioned", "Halved", "Unfit", "Lost"] {
        walk.window().wait_for_text(text).await;
    }
    look(walk.window(), "home-waiting").await;

    // Four of them are read from the desk.
    let plain = resting.iter().find(|(_, text, _)| *text == "Plain").unwrap().clone();
    let at_desk = 4;
    let ask_anew = async |walk: &Walk, fate: Fate| {
        walk.stands(&plain.0, plain.1, plain.2).await;
        (0..at_desk).for_each(|_| walk.front.next(READ, fate));
        check(walk.window()).await;
        walk.settled().await;
    };
    ask_anew(&walk, Fate::LostBack).await;
    all_stand(&walk, &resting, "drop reply").await;
    ask_anew(&walk, Fate::Twice).await;
    all_stand(&walk, &resting, "repeat").await;
    walk.front.spoil(EACH, older());
    ask_anew(&walk, Fate::Passes).await;
    all_stand(&walk, &resting, "reorder").await;
    walk.kill_campus(&["--apply-seconds", "3600"]);
    ask_anew(&walk, Fate::Passes).await;
    all_stand(&walk, &resting, "kill server").await;
    // Without letting anything through meanwhile.
    walk.kill_program();
    walk.start_program().await;
    all_stand(&walk, &resting, "kill program").await;

    // Everything on its way again, and to its end.
    walk.front.heal();
    for (id, text, _) in
        resting.iter().filter(|(_, _, status)| [NOT_KNOWN, WAITING, IN_PART].contains(status))
    {
        walk.stands(id, text, "").await;
        walk.comes_to(SENT).await;
    }
    walk.approve_all().await;
    walk.kill_campus(&["--clock-offset", "4000"]);
    walk.stands(&plain.0, plain.1, "").await;
    walk.comes_to(SAID).await;
    for (id, text, status) in &resting {
        let then = match *status {
            DRAFT | SEEN | NOT_TAKEN | CONFLICT | REFUSED | WITHDRAWN => status,
            // Another name is in the record; of a question there is nothing but their word.
            APPLYING => SEEN,
            _ => SAID,
        };
        walk.stands(id, text, then).await;
    }
    walk.count("At rest").await;
}

/// A desk that takes nothing of a request.
fn refused() -> Spoil {
    let problem = "content-type: application/problem+json\r\n".to_owned();
    let body = r#"{ "code": "invalid", "detail": "This desk answers no such questions.", "errors": [] }"#;
    Spoil::Answer(422, problem, body)
}

/// A desk that finds the account otherwise than it was.
fn overtaken() -> Spoil {
    let problem = "content-type: application/problem+json\r\n".to_owned();
    Spoil::Answer(
        409,
        problem,
        r#"{ "code": "conflict", "detail": "The account has changed.", "conflicts": [] }"#,
    )
}

/// A desk that has forgotten part of what it was asked in one request.
fn half() -> Spoil {
    Spoil::bend(|request| {
        if request["wish"]["answers"]["subject"] == "Halved" {
            request["wish"]["answers"].as_object_mut().map(|answers| answers.remove("message"));
        }
    })
}

/// What the desk told of a request before anybody there did anything about it.
fn older() -> Spoil {
    Spoil::bend(|request| {
        request["modified"] = request["created"].clone();
        request["status"] = "with-desk".into();
        request["decision"] = Value::Null;
        request["appliesAt"] = Value::Null;
        request["messages"] = json!([]);
    })
}

//! The answer to a question of whoever decides.

use super::{FAULTS, NEEDS_ANSWER, READ, SENT, Walk};
use crate::{
    asking::check,
    support::{By, Fate},
};

#[tokio::test]
async fn an_answer_arrives_once_whatever_breaks_off() {
    let mut walk = Walk::begin("3600").await;
    let id = walk.sent("Answers", SENT).await;
    let reference = walk.reference(&id).await;
    for (fault, fate) in FAULTS {
        walk.question(&reference, &format!("Which, {fault}?")).await;
        check(walk.window()).await;
        walk.stands(&id, "Answers", NEEDS_ANSWER).await;
        let text = format!("This, {fault}.");
        walk.window().fill(By::textbox("Your answer"), &text).await;
        walk.press_through(fate, "Send the answer", &id, "Answers", SENT).await;
        println!("needs answer x {fault}");
    }
    // An older state of the request comes in after a newer one.
    walk.question(&reference, "Which, overtaken?").await;
    check(walk.window()).await;
    walk.stands(&id, "Answers", NEEDS_ANSWER).await;
    walk.front.next(READ, Fate::HeldBack);
    check(walk.window()).await;
    walk.front.until_held();
    walk.window().fill(By::textbox("Your answer"), "This, overtaken.").await;
    // As soon as the page waits no longer for what it asked.
    walk.settled().await;
    walk.window().click(By::button("Send the answer")).await;
    walk.stands(&id, "Answers", SENT).await;
    walk.front.release();
    check(walk.window()).await;
    walk.settled().await;
    walk.stands(&id, "Answers", SENT).await;
    println!("needs answer x overtaken");

    let request = walk.at_desk().await.remove(0);
    let said: Vec<_> =
        request["messages"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    let mut expected = Vec::new();
    for fault in FAULTS.iter().map(|(fault, _)| *fault).chain(["overtaken"]) {
        expected.extend([format!("Which, {fault}?"), format!("This, {fault}.")]);
    }
    assert_eq!(said, expected, "each question and each answer once, in their order");
    println!("answers in: {}, seen at the desk: {}, none twice", FAULTS.len() + 1, said.len() / 2);
    walk.count("Answers").await;
}

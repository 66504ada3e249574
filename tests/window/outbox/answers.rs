//! The answer to a question of whoever decides.

use super::{NEEDS_ANSWER, READ, REPLY, SENT, Walk};
use crate::{
    asking::check,
    support::{By, Fate},
};

#[tokio::test]
async fn an_answer_arrives_once_whatever_breaks_off() {
    let mut walk = Walk::begin("3600").await;
    let id = walk.sent("Answers", SENT).await;
    let reference = walk.reference(&id).await;
    let faults = [
        ("drop question", Fate::LostThere),
        ("drop reply", Fate::LostBack),
        ("kill server before", Fate::KilledThere),
        ("kill server after", Fate::KilledBack),
        ("repeat", Fate::Twice),
        ("reorder", Fate::Late),
        ("kill program before", Fate::HeldThere),
        ("kill program after", Fate::HeldBack),
    ];
    for (fault, fate) in faults {
        walk.question(&reference, &format!("Which, {fault}?")).await;
        check(walk.window()).await;
        walk.stands(&id, "Answers", NEEDS_ANSWER).await;
        let text = format!("This, {fault}.");
        walk.window().fill(By::textbox("Your answer"), &text).await;
        walk.front.next(REPLY, fate);
        walk.window().click(By::button("Send the answer")).await;
        match fate {
            Fate::HeldThere | Fate::HeldBack => {
                walk.front.until_held();
                walk.kill_and_start_program().await;
                walk.stands(&id, "Answers", SENT).await;
            }
            _ => {
                walk.settled().await;
                if matches!(fate, Fate::KilledThere | Fate::KilledBack) {
                    walk.kill_campus(&[]);
                }
                // It is tried once more, as somebody would who reads that it did not get through.
                if let Some(again) = walk.window().all(By::button("Send the answer")).await.pop() {
                    again.click().await.unwrap();
                    walk.settled().await;
                }
                walk.comes_to(SENT).await;
                walk.front.release();
            }
        }
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
    for fault in faults.iter().map(|(fault, _)| *fault).chain(["overtaken"]) {
        expected.extend([format!("Which, {fault}?"), format!("This, {fault}.")]);
    }
    assert_eq!(said, expected, "each question and each answer once, in their order");
    println!("answers in: {}, seen at the desk: {}, none twice", faults.len() + 1, said.len() / 2);
    walk.count("Answers").await;
}

//! Taking back what is at the desk and not decided yet.

use super::{REPLY, SENT, WITHDRAWN, Walk};
use crate::support::{By, Fate};

#[tokio::test]
async fn what_is_taken_back_is_taken_back_once_whatever_breaks_off() {
    let mut walk = Walk::begin("3600").await;
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
        let id = walk.sent(fault, SENT).await;
        walk.front.next(REPLY, fate);
        walk.window().click(By::button("Withdraw")).await;
        if matches!(fate, Fate::HeldThere | Fate::HeldBack) {
            walk.front.until_held();
            walk.kill_and_start_program().await;
            walk.stands(&id, fault, WITHDRAWN).await;
        } else {
            walk.settled().await;
            if matches!(fate, Fate::KilledThere | Fate::KilledBack) {
                walk.kill_campus(&[]);
            }
            // It is tried once more, as somebody would who reads that it did not get through.
            if let Some(again) = walk.window().all(By::button("Withdraw")).await.pop() {
                again.click().await.unwrap();
                walk.settled().await;
            }
            walk.comes_to(WITHDRAWN).await;
            walk.front.release();
        }
        println!("withdrawing x {fault}");
    }
    let at_desk = walk.at_desk().await;
    for request in &at_desk {
        assert_eq!(request["status"], "withdrawn", "{request}");
    }
    for request in at_desk {
        let id = request["id"].as_str().unwrap();
        let trail =
            walk.front.campus.ask_desk("GET", &format!("/requests/{id}/trail"), &walk.clerk, None).await;
        let taken_back =
            trail["entries"].as_array().unwrap().iter().filter(|step| step["what"] == "withdrawn").count();
        assert_eq!(taken_back, 1, "{trail}");
    }
    walk.count("Withdrawing").await;
}

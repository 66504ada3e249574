//! A desk that cannot be searched: what may be there already is never sent again by itself. A person may, after asking there.

use super::{ASK, FAULTS, GREET, NOT_KNOWN, SENT, Walk};
use crate::{
    asking::check,
    steps::look,
    support::{By, Fate, Spoil},
};

fn not_searchable(walk: &Walk) {
    walk.front.spoil(
        "/desk/v1",
        Spoil::bend(|about| about["capabilities"]["findsByClientRequestId"] = false.into()),
    );
}

#[tokio::test]
async fn what_is_to_be_sent_again_can_be_held_back_and_whoever_asked_there_discards_it() {
    let mut walk = Walk::begin("3600").await;
    not_searchable(&walk);
    walk.front.next(ASK, Fate::LostBack);
    let id = walk.sent("Lost", NOT_KNOWN).await;
    walk.front.spoil("/desk/v1/*", Spoil::later(600));
    // The way there is broken: what is to be sent again waits.
    walk.front.always(GREET, Fate::LostThere);
    walk.window().click(By::button("Send it again")).await;
    walk.window().click(By::Css("dialog .btn.danger")).await;
    walk.window().wait_for_text("It is sent again as soon as the Service Desk can be reached").await;
    look(walk.window(), "request-to-be-sent-again").await;
    walk.kill_program();
    walk.start_program().await;
    walk.stands(&id, "It is sent again as soon as the Service Desk can be reached", NOT_KNOWN).await;
    walk.window().click(By::button("Do not send it again")).await;
    walk.window().wait_for_text("so it is not sent again by itself").await;
    walk.window().click(By::button("Discard")).await;
    walk.window().find(By::heading("Did they say that it is not there?")).await;
    look(walk.window(), "request-asked-there").await;
    walk.window().click(By::Css("dialog .btn.danger")).await;
    walk.window().wait_for_text("No open request").await;
    walk.front.heal();
    assert_eq!(walk.at_desk().await.len(), 1, "it was sent once");
}

#[tokio::test]
async fn what_may_have_arrived_is_sent_again_only_by_whoever_says_so() {
    let mut walk = Walk::begin("3600").await;
    not_searchable(&walk);
    for (at, (fault, fate)) in FAULTS.into_iter().enumerate() {
        walk.front.next(ASK, fate);
        if fate == Fate::Twice {
            walk.sent(fault, SENT).await;
            continue;
        }
        let before = walk.sent.len();
        let held = matches!(fate, Fate::HeldThere | Fate::HeldBack);
        let id = if held {
            let id = walk.send(fault).await;
            walk.front.until_held();
            walk.kill_program();
            walk.front.release();
            walk.start_program().await;
            id
        } else {
            walk.sent(fault, NOT_KNOWN).await
        };
        if matches!(fate, Fate::KilledThere | Fate::KilledBack) {
            walk.kill_campus(&[]);
        }
        let is_there = matches!(fate, Fate::LostBack | Fate::KilledBack | Fate::HeldThere | Fate::HeldBack);
        let waits = async |walk: &Walk| {
            walk.stands(&id, fault, NOT_KNOWN).await;
            check(walk.window()).await;
            walk.settled().await;
            walk.stands(&id, fault, NOT_KNOWN).await;
            assert_eq!(
                walk.at_desk().await.len(),
                before + usize::from(is_there),
                "{fault}: nothing was sent again"
            );
        };
        waits(&walk).await;
        if at == 0 {
            let text = walk.window().text().await;
            assert!(
                text.contains("cannot be searched from here, so it is not sent again by itself"),
                "{text}"
            );
            assert!(
                !text.contains("The answer cannot be used"),
                "nothing was asked, so nothing is wrong: {text}"
            );
            look(walk.window(), "request-not-searchable").await;
            // Nor does another start send it.
            walk.kill_program();
            walk.start_program().await;
            waits(&walk).await;
        }
        walk.window().click(By::button("Send it again")).await;
        walk.window().find(By::heading("It may be there already")).await;
        if at == 0 {
            look(walk.window(), "request-send-again").await;
        }
        walk.window().click(By::Css("dialog .btn.danger")).await;
        walk.stands(&id, fault, SENT).await;
        walk.front.release();
        walk.each_once(fault).await;
        println!("not searchable x {fault}");
    }
    walk.count("Not searchable").await;
}

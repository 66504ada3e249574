//! The program is killed, and started again over what it kept.

use super::{ASK, DRAFT, FIND, GREET, NOT_KNOWN, READ, SAID, SEEN, SENT, WAITING, Walk};
use crate::{
    asking::{check, to_the_check},
    steps::at_the_check,
    support::{By, Fate},
};

/// What is under way when the program is killed.
struct InTheMiddle {
    state: &'static str,
    meets: &'static [(&'static str, Fate)],
    /// It arrives only when the program runs again.
    late: bool,
}

const fn row(state: &'static str, meets: &'static [(&'static str, Fate)], late: bool) -> InTheMiddle {
    InTheMiddle { state, meets, late }
}

const IN_THE_MIDDLE: [InTheMiddle; 5] = [
    row("sending, before it arrives", &[(ASK, Fate::HeldThere)], false),
    row("sending, arrives after the next start", &[(ASK, Fate::HeldThere)], true),
    row("sending, after it arrived", &[(ASK, Fate::HeldBack)], false),
    row("looked for", &[(ASK, Fate::LostBack), (FIND, Fate::HeldThere)], false),
    row("read back", &[(ASK, Fate::Passes), (READ, Fate::HeldBack)], false),
];

#[tokio::test]
async fn the_program_is_killed_at_each_step_and_loses_nothing() {
    let mut walk = Walk::begin("0").await;
    // While it is written, and on the check page.
    let window = walk.window();
    window.run("location.hash = '#/ask/ask-desk'", &[]).await;
    window.fill(By::Css("#q-subject"), "Written").await;
    window.wait_for_text("Saved as a draft on this computer").await;
    walk.kill_and_start_program().await;
    walk.window().click(By::Css(".list .item")).await;
    walk.window().find(By::Css(".detail .state")).await;
    let draft = walk.id().await;
    walk.stands(&draft, "Written", DRAFT).await;
    walk.window().click(By::link("Change it")).await;
    walk.window().fill(By::Css("#q-message"), "Since Monday.").await;
    to_the_check(walk.window()).await;
    walk.kill_and_start_program().await;
    walk.stands(&draft, "Since Monday.", DRAFT).await;
    walk.each_once("a draft").await;
    println!("draft x kill program (in the form, on the check page)");

    walk.front.always(GREET, Fate::LostBack);
    walk.window().click(By::Css(".detail .acts-row .go")).await;
    at_the_check(walk.window()).await;
    walk.sent.push(draft.clone());
    walk.window().click(By::Css("main .acts-row .go")).await;
    walk.stands(&draft, "Since Monday.", WAITING).await;
    walk.kill_and_start_program().await;
    // It goes by itself.
    walk.stands(&draft, "Since Monday.", SENT).await;
    walk.each_once("waiting").await;
    println!("waiting x kill program");

    for InTheMiddle { state, meets, late } in IN_THE_MIDDLE {
        for (exchange, fate) in meets {
            walk.front.next(exchange, *fate);
        }
        let id = walk.send(state).await;
        if meets.iter().any(|(exchange, _)| *exchange == FIND) {
            walk.stands(&id, state, NOT_KNOWN).await;
            check(walk.window()).await;
        }
        walk.front.until_held();
        if late {
            walk.kill_program();
            walk.start_program().await;
        } else {
            walk.kill_and_start_program().await;
        }
        walk.stands(&id, state, SENT).await;
        walk.front.release();
        walk.each_once(state).await;
        println!("{state} x kill program");
    }

    // Approved; the program is killed while it reads that, and once more while it looks whether the record shows it.
    let name = walk.ask_for_a_name("Earth enquiries").await;
    let reference = walk.reference(&name).await;
    let account = walk.front.campus.account("enquiries").await["id"].as_str().unwrap().to_owned();
    walk.approve_all().await;
    walk.front.next(&format!("GET /desk/v1/requests/{reference}"), Fate::HeldBack);
    check(walk.window()).await;
    walk.front.until_held();
    walk.kill_program();
    walk.front.release();
    println!("sent x kill program");
    walk.front.next(&format!("GET /scim/v2/SecondaryAccounts/{account}"), Fate::HeldBack);
    walk.start_program().await;
    walk.front.until_held();
    walk.kill_and_start_program().await;
    walk.stands(&name, "Earth enquiries", SEEN).await;
    println!("said to be done x kill program");
    walk.kill_and_start_program().await;
    for id in &walk.sent {
        let (text, then) = if *id == name { ("Earth enquiries", SEEN) } else { ("Since Monday.", SAID) };
        walk.stands(id, text, then).await;
    }
    println!("applied x kill program");
    walk.count("Killed").await;
}

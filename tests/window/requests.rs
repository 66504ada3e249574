//! Asking for a change, from the form until it is seen in the record: by mouse, by keyboard, without a network.

use crate::{
    asking::{
        ADD, add_leonie, approve, ask_for_leonie, at_the_decision, at_the_decision_of, at_the_desk,
        at_the_form, check, send_checked, to_the_check,
    },
    keeping::{keep_under_a_passphrase, kept, say_the_passphrase},
    steps::{connected, go, look, open_account, signed_in_with_desk},
    support::{By, Campus, CampusOptions, Desktop, Front, Keyring, Spoil, Window},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

#[tokio::test]
async fn what_may_then_open_in_both_ways_is_asked_once_more_before_it_goes() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    window.click(By::Css("[aria-label='Idris Penhallow: Opens by itself']")).await;
    to_the_check(&window).await;
    window.click(By::Css("main .acts-row .go")).await;
    window.wait_for_text("may have added it to Outlook as an account").await;
    look(&window, "check-both-ways").await;
    window.press("Escape").await;
    window.wait_until_gone("may have added it to Outlook as an account").await;
    assert!(at_the_desk(&campus, &clerk).await.is_empty(), "nothing went");
    window.click(By::Css("main .acts-row .go")).await;
    window.click(By::Css("dialog[open] .danger")).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    assert_eq!(at_the_desk(&campus, &clerk).await.len(), 1);
}

#[tokio::test]
async fn a_change_of_access_goes_from_the_form_to_the_record() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "0"));
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    go(&window, "requests").await;
    window.wait_for_text("No open request").await;
    look(&window, "requests-none").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    look(&window, "change-access").await;
    to_the_check(&window).await;
    window.wait_for_text("Writes as the mailbox; their own name is not shown").await;
    window.wait_for_text("What stays as it is").await;
    look(&window, "check").await;
    window.click(By::button(ADD)).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    look(&window, "request-with-desk").await;

    approve(&campus, &clerk).await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    window.wait_for_text("Seen in the record at").await;
    look(&window, "request-seen").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(2)")).await;
    window.wait_for_text("Leonie Strake").await;

    // And back again: the opposite request, checked before it is sent.
    go(&window, "requests").await;
    window.click(By::button("Finished 1")).await;
    window.click(By::Css(".list .item")).await;
    window.click(By::button("Undo this")).await;
    window.wait_for_text("Remove").await;
    window.click(By::button("Send request: remove 1")).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    approve(&campus, &clerk).await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    let account = campus.account("enquiries").await;
    assert!(!account["grants"].to_string().contains("Leonie"), "as it was before: {account}");

    // Both stand in the account's history, with what was seen; whoever looks after its unit reads there who asked.
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("[role=tab]:nth-of-type(4)")).await;
    window.wait_for_text("Asked by you").await;
    window.wait_for_text("Others’ requests as the Service Desk told them").await;
    look(&window, "account-history-requests").await;
    let other = Desktop::open(Keyring::Unlocked);
    let (_profile, _browser, officer) = signed_in_with_desk(&other, &campus, "eart0007").await;
    open_account(&officer, "enq", "enquiries@earth.example.edu").await;
    officer.click(By::Css("[role=tab]:nth-of-type(4)")).await;
    officer.wait_for_text("Asked by Maren Tolliver").await;
    officer.wait_for_text("Read back from the record, as it was asked for").await;
    look(&officer, "account-history-officer").await;
}

#[tokio::test]
async fn without_a_network_it_waits_on_this_computer_and_goes_once_when_there_is_one() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (profile, browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    at_the_form(&window).await;
    add_leonie(&window).await;
    window.click(By::button("Continue")).await;
    window.find(By::button(ADD)).await;
    campus.stop();
    window.click(By::button(ADD)).await;
    window.wait_for_text("Saved on this computer, not sent.").await;
    assert!(!window.text().await.contains("Sent, RQ"), "nothing that is only here is called sent");
    look(&window, "request-waiting").await;
    window.close().await;

    // Another start, still without a network: it is there. Then the network comes back.
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    go(&window, "requests").await;
    window.wait_for_text("Waiting for connection").await;
    campus.restart();
    window.click(By::Css(".list .item")).await;
    check(&window).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    assert_eq!(at_the_desk(&campus, &clerk).await.len(), 1, "it arrived once");
}

#[tokio::test]
async fn the_service_desk_decides_with_a_reason_and_whoever_asked_reads_it() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    ask_for_leonie(&window).await;

    let (_profile, _browser, clerk) = at_the_decision(&other, &campus).await;
    clerk.find(By::heading("Your decision")).await;
    look(&clerk, "request-to-decide").await;
    clerk.click(By::button("Refuse")).await;
    clerk.wait_for_text("Say why you refuse").await;
    clerk.fill(By::textbox("Reason or question"), "She leaves this month.").await;
    clerk.click(By::button("Refuse")).await;
    clerk.wait_for_text("Nothing to decide").await;
    clerk.wait_for_text("Refused: Add Leonie Strake").await;
    look(&clerk, "requests-decided").await;
    clerk.close().await;

    check(&window).await;
    window.wait_for_text("She leaves this month.").await;
    look(&window, "request-refused").await;
    // Put right, it goes as a request of its own.
    window.click(By::button("Write it anew")).await;
    window.wait_for_text("What should Leonie Strake be able to do?").await;
    window.fill(By::Css("#note"), "She stays until the summer.").await;
    to_the_check(&window).await;
    send_checked(&window).await;
    let waiting = at_the_desk(&campus, &campus.token_of("itsd0003").await).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["note"], "She stays until the summer.");
}

#[tokio::test]
async fn what_was_decided_before_it_was_withdrawn_says_so_and_moves_on() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "3600"));
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    ask_for_leonie(&window).await;
    approve(&campus, &clerk).await;
    window.click(By::button("Withdraw")).await;
    window.wait_for_text("The desk did not do it").await;
    window.wait_for_text("This request has been decided already.").await;
    window.wait_for_text("Being applied").await;
}

#[tokio::test]
async fn an_it_officer_decides_for_the_unit() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "0"));
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    ask_for_leonie(&window).await;

    let (_profile, _browser, officer) =
        at_the_decision_of(&other, &campus, "eart0007", "home-officer-to-decide").await;
    officer.find(By::heading("Your decision")).await;
    officer.wait_for_text("Leonie Strake").await;
    look(&officer, "request-to-decide-officer").await;
    officer.click(By::button("Approve")).await;
    officer.wait_for_text("Nothing to decide").await;

    check(&window).await;
    window.wait_for_text("Checked working").await;
    window.wait_for_text("Ruth Castellane").await;
    let account = campus.account("enquiries").await;
    assert!(account["grants"].to_string().contains("Leonie"), "{account}");
}

/// What a desk says that had the request once, and what is shown an hour later.
#[tokio::test]
async fn what_the_desk_no_longer_knows_is_called_so_after_an_hour() {
    let desktop = Desktop::open(Keyring::NoService);
    let front = Front::before(CampusOptions::of("oxford"));
    let (profile, browser, window) = signed_in_with_desk(&desktop, &front.campus, "eart0001").await;
    keep_under_a_passphrase(&window).await;
    ask_for_leonie(&window).await;
    front.spoil("/desk/v1/requests/*", Spoil::Answer(404, String::new(), ""));
    check(&window).await;
    // Said once it is no news yet: it is only noted.
    window.wait_for("the desk to say so", async || (front.hits() > 0).then_some(())).await;
    window.find(By::button("Check now")).await;
    window.close().await;
    // Two more hours go by, in which it was asked once.
    let long_ago = |denied: &mut Value| {
        let before = |hours: i64| (Timestamp::now() - SignedDuration::from_hours(hours)).to_string();
        *denied = json!({ "looks": 2, "since": before(2), "last": before(1) });
    };
    kept(&desktop, |file| {
        let body: String = file.query_row("SELECT body FROM request", [], |row| row.get(0)).unwrap();
        let mut body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["denied"]["looks"], 1, "{body}");
        long_ago(&mut body["denied"]);
        file.execute("UPDATE request SET body = ?1", [body.to_string()]).unwrap();
    });

    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    say_the_passphrase(&window).await;
    go(&window, "requests").await;
    window.wait_for_text("No open request").await;
    window.click(By::button("Finished 1")).await;
    window.click(By::Css(".list .item")).await;
    window.wait_for_text("No longer known to the Service Desk").await;
    window.wait_for_text("What became of it is not known").await;
    look(&window, "request-no-longer-known").await;
    front.heal();
    check(&window).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
}

#[tokio::test]
async fn whoever_decides_asks_first_and_reads_the_answer() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    ask_for_leonie(&window).await;

    let (_profile, _browser, clerk) = at_the_decision(&other, &campus).await;
    clerk.fill(By::textbox("Reason or question"), "Until when does she need it?").await;
    clerk.click(By::button("Ask first")).await;
    clerk.wait_for_text("Samir Okonjo asked something").await;

    check(&window).await;
    window.wait_for_text("Needs your answer").await;
    window.wait_for_text("Until when does she need it?").await;
    look(&window, "request-needs-answer").await;
    window.fill(By::textbox("Your answer"), "Until the end of June.").await;
    window.click(By::button("Send the answer")).await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    window.wait_for_text("You answered").await;

    clerk.wait_for_text("Waits for an answer").await;
    look(&clerk, "request-answer-awaited").await;
    clerk.press("u").await;
    clerk.wait_for_text("Until the end of June.").await;
    clerk.click(By::button("Approve")).await;
    clerk.wait_for_text("Nothing to decide").await;
}

#[tokio::test]
async fn a_question_to_the_desk_is_read_answered_and_closed() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "3600"));
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    window.run("location.hash = '#/ask/ask-desk'", &[]).await;
    window.fill(By::Css("#q-subject"), "Too much spam").await;
    window.fill(By::Css("#q-message"), "Since Monday, to the enquiries mailbox.").await;
    to_the_check(&window).await;
    send_checked(&window).await;

    let (_profile, _browser, clerk) = at_the_decision(&other, &campus).await;
    clerk.wait_for_text("Since Monday, to the enquiries mailbox.").await;
    clerk.wait_for_text("To be answered").await;
    assert!(!clerk.text().await.contains("Approve"), "there is nothing to agree to");
    look(&clerk, "question-to-answer").await;
    clerk.fill(By::Css("#reason"), "Report them as junk, and they stop.").await;
    clerk.click(By::button("Answer and close it")).await;
    clerk.wait_for_text("Nothing to decide").await;

    // Nothing of it takes effect an hour later: it has ended.
    check(&window).await;
    window.wait_for_text("They say it is done").await;
    window.wait_for_text("Report them as junk, and they stop.").await;
    look(&window, "question-answered").await;
}

#[tokio::test]
async fn the_whole_road_by_keyboard_alone() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.press("e").await;
    window.find(By::Css("[role=combobox]")).await;
    // Continue with nothing changed: the summary takes the focus.
    window.tab_to(By::button("Continue"), 80).await;
    window.press("Enter").await;
    window.wait_for_text("There is 1 thing to put right").await;
    window.tab_to(By::Css("[role=combobox]"), 80).await;
    window.write("leonie").await;
    window.wait_for_text("Student Services").await;
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.wait_for_text("What should Leonie Strake be able to do?").await;
    window.tab_to(By::Css("fieldset input[type=radio]"), 20).await;
    window.press("Space").await;
    window.tab_to(By::button("Continue"), 20).await;
    window.press("Enter").await;
    window.find(By::button(ADD)).await;
    window.press("Control+Enter").await;
    window.wait_for_text("Somebody at the Service Desk has to decide.").await;
    assert_eq!(at_the_desk(&campus, &clerk).await.len(), 1);
}

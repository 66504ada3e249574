//! Every kind of request, from what is offered until its proof: at both institutions, by mouse and by keyboard.

use crate::{
    asking::{
        WITH_DESK, approve, at_the_decision, at_the_desk, check, choose, to_the_check,
        with_nothing_to_wait_for,
    },
    steps::{go, look, open_account, signed_in_with_desk},
    support::{By, Campus, Desktop, Keyring, Window},
};

/// From the list to the form of one kind of request about an account.
async fn at_form(window: &Window, account: &str, kind: &str) {
    open_account(window, account, account).await;
    window.click(By::Css("main a[href$='/ask']")).await;
    window.click(By::Css(&format!("a[href$='/ask/{kind}']"))).await;
    window.find(By::button("Continue")).await;
}

/// The first of the purposes that an account may have, or the only box to tick.
async fn choose_a_purpose(window: &Window) {
    let first = "const field = document.querySelector('#q-purpose'); \
                 if (field.tagName !== 'SELECT') return field.click(); \
                 field.selectedIndex = 1; \
                 field.dispatchEvent(new Event('change', { bubbles: true }));";
    window.run(first, &[]).await;
}

/// A day far ahead, as people write it.
async fn last_day(window: &Window) {
    window.fill(By::Css("#ends"), "31 January 2028").await;
    window.wait_for_text("Monday").await;
}

/// From the form over the check page to the desk. `sure`: it is asked once more.
async fn send(window: &Window, picture: &str, sure: bool) {
    look(window, picture).await;
    to_the_check(window).await;
    look(window, &format!("{picture}-check")).await;
    window.click(By::Css("main .acts-row .go")).await;
    if sure {
        window.find(By::Css("dialog[open] .danger")).await;
        look(window, &format!("{picture}-sure")).await;
        window.click(By::Css("dialog[open] .danger")).await;
    }
    window.wait_for_text(WITH_DESK).await;
}

/// The desk says yes, and this computer looks again.
async fn done(window: &Window, campus: &Campus, clerk: &str) {
    approve(campus, clerk).await;
    check(window).await;
}

#[tokio::test]
async fn an_owner_at_oxford_sees_each_request_through_to_its_proof() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("oxford").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;

    open_account(&window, "outreach", "outreach").await;
    window.click(By::Css("main a[href$='/ask']")).await;
    window.wait_for_text("Remove the password").await;
    look(&window, "ask-offers").await;

    at_form(&window, "enquiries", "set-details").await;
    window.fill(By::Css("#display-name"), "Earth enquiries").await;
    send(&window, "ask-name", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    assert_eq!(campus.account("enquiries").await["displayName"], "Earth enquiries");

    at_form(&window, "outreach", "renew").await;
    last_day(&window).await;
    send(&window, "ask-renew", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    // Everybody who used the password comes in as themselves, in the same request.
    at_form(&window, "outreach", "remove-password").await;
    window.wait_for_text("What stops").await;
    choose(&window, "[role=combobox]", "tomasz", "Birkwood").await;
    window.wait_for_text("What should Tomasz Birkwood be able to do?").await;
    window.click(By::Css("fieldset input[type=radio]")).await;
    send(&window, "ask-password", true).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    look(&window, "request-password-removed").await;
    let outreach = campus.account("outreach").await;
    assert_eq!(outreach["kind"], "mailbox-only");
    assert!(outreach["grants"].to_string().contains("Birkwood"), "{outreach}");

    // Who books is shown by no record: it is tried.
    at_form(&window, "basalt-room", "set-booking").await;
    window.fill(By::Css("#q-days-ahead"), "90").await;
    send(&window, "ask-booking", false).await;
    done(&window, &campus, &clerk).await;
    window.click(By::button("It does not work")).await;
    window.wait_for_text("I tried it, and it does not work").await;
    look(&window, "request-not-working").await;
    window.click(By::button("It works")).await;
    window.wait_for_text("You tried it").await;
    look(&window, "request-tried").await;

    at_form(&window, "labdata", "close").await;
    send(&window, "ask-close", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    // Handed over, the account is theirs to see no more: the desk's word is what is left.
    at_form(&window, "seminars", "hand-over").await;
    choose(&window, "#owner", "idris", "Penhallow").await;
    send(&window, "ask-over", true).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("They say it is done").await;
    assert!(!window.text().await.contains("Checked working"), "nobody saw it");
    look(&window, "request-handed-over").await;
    assert!(campus.account("seminars").await["owner"].to_string().contains("Penhallow"));

    window.run("location.hash = '#/ask/ask-desk'", &[]).await;
    window.fill(By::Css("#q-subject"), "Too much spam").await;
    window.fill(By::Css("#q-message"), "Since Monday, to the enquiries mailbox.").await;
    send(&window, "ask-desk", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("They say it is done").await;

    // What came to its end is still told of where one begins.
    go(&window, "").await;
    window.find(By::heading("Ended lately")).await;
    window.wait_for_text("Too much spam").await;
    look(&window, "home-ended-lately").await;
}

#[tokio::test]
async fn an_it_officer_asks_for_an_account_and_sees_it_in_the_record() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("oxford").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0007").await;
    go(&window, "requests").await;
    window.click(By::Css("main a[href='#/ask']")).await;
    window.click(By::Css("a[href='#/ask/new-account']")).await;

    // Nothing filled in: every fault in one place, which takes the focus.
    window.click(By::button("Continue")).await;
    window.wait_for_text("things to put right").await;
    look(&window, "ask-new-faults").await;
    window.fill(By::Css("#username"), "eart club").await;
    window.wait_for_text("Not allowed here: spaces").await;
    window.fill(By::Css("#username"), "eartclub").await;
    window.wait_for_text("eartclub is free.").await;
    window.fill(By::Css("#display-name"), "Earth club").await;
    choose(&window, "#owner", "tomasz", "Birkwood").await;
    window.wait_for_text("Choose somebody else").await;
    window.run("document.querySelector('#q-purpose').scrollIntoView()", &[]).await;
    choose_a_purpose(&window).await;
    send(&window, "ask-new", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    look(&window, "request-new-seen").await;
    let account = campus.account("eartclub").await;
    assert_eq!((&account["kind"], &account["displayName"]), (&"mailbox-only".into(), &"Earth club".into()));

    // Somebody who is no IT officer is told so before anything is typed.
    let other = Desktop::open(Keyring::Unlocked);
    let (_profile, _browser, plain) = signed_in_with_desk(&other, &campus, "eart0001").await;
    plain.run("location.hash = '#/ask'", &[]).await;
    plain.wait_for_text("Only an IT officer").await;
    look(&plain, "ask-may-not").await;
}

#[tokio::test]
async fn an_owner_at_boulder_sees_each_request_through_to_its_proof() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("boulder").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "mato1001").await;

    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.wait_for_text("can be reached from here").await;
    window.fill(By::Css("#username"), "Club1").await;
    window.wait_for_text("Not allowed here").await;
    window.fill(By::Css("#username"), "EarthClub").await;
    window.wait_for_text("Kept as earthclub.").await;
    window.fill(By::Css("#display-name"), "Earth club").await;
    window.click(By::button("I will be the owner")).await;
    window.fill(By::Css("#q-department"), "Earth Sciences").await;
    window.fill(By::Css("#q-purpose"), "Mail for the club.").await;
    window.run("document.querySelector('input[type=radio][name=kind]:not(:checked)')?.click()", &[]).await;
    send(&window, "boulder-new", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    // It is there, and its holder puts it into use.
    at_form(&window, "basaltroom", "activate").await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("1 thing to put right").await;
    window.click(By::Css("#policy")).await;
    send(&window, "boulder-activate", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    at_form(&window, "enquiries", "set-details").await;
    window.fill(By::Css("#q-delivery"), "The department's mailbox").await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("This answer does not fit. Give an email address").await;
    window.fill(By::Css("#q-delivery"), "earth-office@campus.example.edu").await;
    send(&window, "boulder-details", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("They say it is done").await;
    look(&window, "boulder-details-said").await;

    at_form(&window, "outreach", "set-details").await;
    window.fill(By::Css("#display-name"), "Earth outreach").await;
    send(&window, "boulder-name", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    assert_eq!(campus.account("outreach").await["displayName"], "Earth outreach");

    at_form(&window, "outreach", "renew").await;
    last_day(&window).await;
    send(&window, "boulder-renew", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    at_form(&window, "labdata", "close").await;
    send(&window, "boulder-close", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;

    at_form(&window, "seminars", "hand-over").await;
    choose(&window, "#owner", "idris", "Penhallow").await;
    send(&window, "boulder-over", true).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("They say it is done").await;

    window.run("location.hash = '#/ask/ask-desk'", &[]).await;
    window.fill(By::Css("#q-subject"), "A question").await;
    window.fill(By::Css("#q-message"), "Who may own an account?").await;
    send(&window, "boulder-desk", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("They say it is done").await;
}

/// What every new account at Oxford has.
async fn name_it(window: &Window, username: &str, shown: &str) {
    window.fill(By::Css("#username"), username).await;
    window.fill(By::Css("#display-name"), shown).await;
    choose(window, "#owner", "tomasz", "Birkwood").await;
    choose_a_purpose(window).await;
}

/// Ticks a kind of account by its value's place among the radios.
async fn choose_kind(window: &Window, title: &str) {
    let tick = "[...document.querySelectorAll('label.opt')].find((one) => one.querySelector('.t')?.innerText.startsWith(arguments[0])).click()";
    window.run(tick, &[title.into()]).await;
}

#[tokio::test]
async fn what_is_asked_and_what_has_to_be_accepted_go_by_the_kind_of_account() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("oxford").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0007").await;
    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.find(By::Css("#username")).await;
    assert!(!window.text().await.contains("Information Officer"), "a mailbox has no password");
    window.click(By::Css("details summary")).await;
    choose_kind(&window, "Sign-in only").await;
    window.wait_for_text("Information Officer").await;
    name_it(&window, "eartscan", "Scanner").await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("Accept this, or do not send it").await;
    window.click(By::Css("#policy")).await;
    send(&window, "ask-new-policy", false).await;
    let sent = at_the_desk(&campus, &clerk).await;
    assert_eq!(sent[0]["accepted"], true);

    // Whoever decides reads that it was accepted.
    let other = Desktop::open(Keyring::Unlocked);
    let (_profile, _browser, desk) = at_the_decision(&other, &campus).await;
    desk.wait_for_text("Accepted with it:").await;
    look(&desk, "request-to-decide-accepted").await;
    desk.click(By::button("Approve")).await;
    desk.wait_for_text("Nothing to decide").await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    assert_eq!(campus.account("eartscan").await["kind"], "sign-in-only");
}

#[tokio::test]
async fn an_exception_needs_a_reason_and_an_end() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("oxford").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0007").await;
    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.click(By::Css("details summary")).await;
    choose_kind(&window, "Mailbox and sign-in").await;
    window.wait_for_text("A password that several people know is a security risk").await;
    look(&window, "ask-new-exception").await;
    name_it(&window, "eartscop", "Microscope").await;
    window.click(By::Css("#policy")).await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("things to put right").await;
    look(&window, "ask-new-exception-faults").await;
    window.fill(By::Css("#q-reason"), "The microscope writes mail itself and knows no delegates.").await;
    last_day(&window).await;
    send(&window, "ask-new-exception-mended", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    let account = campus.account("eartscop").await;
    assert_eq!(account["kind"], "mailbox-and-sign-in", "{account}");
    assert!(account["expires"].as_str().is_some_and(|end| end.starts_with("2028-01-31")), "{account}");
}

#[tokio::test]
async fn an_account_for_a_student_asks_who_that_is() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("boulder").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "mato1001").await;
    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.fill(By::Css("#username"), "mapdesk").await;
    window.fill(By::Css("#display-name"), "Map desk").await;
    window.click(By::button("I will be the owner")).await;
    window.fill(By::Css("#q-department"), "Earth Sciences").await;
    window.fill(By::Css("#q-purpose"), "A student answers the map desk's mail.").await;
    assert!(!window.text().await.contains("Student's name"), "no kind is chosen yet");
    choose_kind(&window, "Student employee").await;
    window.wait_for_text("Student's name").await;
    window.click(By::button("Continue")).await;
    window.wait_for_text("things to put right").await;
    window.fill(By::Css("#q-student-name"), "Wren Abara").await;
    window.fill(By::Css("#q-supervisor"), "Maren Tolliver").await;
    send(&window, "boulder-student", false).await;
    let sent = at_the_desk(&campus, &clerk).await;
    assert!(sent[0]["wish"].to_string().contains("Wren Abara"));
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
}

#[tokio::test]
async fn an_account_of_a_student_group_is_asked_for_by_the_center_that_owns_it() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (campus, clerk) = with_nothing_to_wait_for("boulder").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "lest0224").await;
    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.fill(By::Css("#username"), "rowingclub").await;
    window.fill(By::Css("#display-name"), "Rowing club").await;
    choose_kind(&window, "Student group").await;
    window.wait_for_text("Center for Student Involvement").await;
    window.fill(By::Css("#q-department"), "Rowing club").await;
    window.fill(By::Css("#q-purpose"), "Mail for the club.").await;
    send(&window, "boulder-student-group", false).await;
    done(&window, &campus, &clerk).await;
    window.wait_for_text("Checked working").await;
    let owner = campus.account("rowingclub").await["owner"].to_string();
    assert!(owner.contains("Center for Student Involvement"), "{owner}");
}

#[tokio::test]
async fn where_the_portal_cannot_be_reached_it_is_said_before_anybody_types() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut campus = Campus::boulder();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "mato1001").await;
    campus.stop();
    window.run("location.hash = '#/ask/new-account'", &[]).await;
    window.wait_for_text("cannot be reached from here").await;
    window.wait_for_text("VPN").await;
    look(&window, "boulder-portal-away").await;
    campus.restart();
    window.click(By::button("Try again")).await;
    window.wait_until_gone("cannot be reached from here").await;
}

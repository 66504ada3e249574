//! Signing in through a web browser that no one here wrote: WebKit's own small one, which comes with the library that the
//! program is drawn by. A stand-in sends what it is told to; a browser sends what the pages' headers make it send.

use crate::{
    asking::at_the_decision,
    steps::{A_WHILE, connected, look},
    support::{Browser, By, Campus, CampusOptions, Connected, Desktop, Keyring, Window, WindowOptions},
};
use serde_json::json;

/// Whether all of an element can be seen without scrolling.
const IN_SIGHT: &str = "const { top, bottom } = document.querySelector(arguments[0]).getBoundingClientRect(); \
    return top >= 0 && bottom <= innerHeight;";

async fn signs_in(institution: &str, username: &str, by_keyboard: bool) {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::start(&CampusOptions::of(institution));
    let profile = Connected::to_campus(&campus);
    let links = Browser::new();
    let window = Window::open(&desktop, &connected(&links, &profile)).await;
    window.click(By::button("Continue in your browser")).await;
    let link = links.next_link(A_WHILE).await;

    let page = Window::open(&desktop, &WindowOptions::web_browser()).await;
    page.client().goto(link.as_str()).await.expect("the practice campus answers a browser");
    page.wait_for_text("Practice").await;
    page.axe(&format!("the practice campus's page, {institution}")).await;
    let button = "button[type=submit]:not([name])";
    assert_eq!(page.run(IN_SIGHT, &[json!(button)]).await, json!(true), "the way on is seen from the start");
    let person = format!("input[value='{username}']");
    if by_keyboard {
        page.tab_to(By::Css("input[name=person]"), 5).await;
        // Radios are one stop: the arrows choose among them.
        let is_chosen = format!("return document.querySelector({}).checked", json!(person));
        for key in ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"] {
            page.press(key).await;
        }
        assert_eq!(page.run(&is_chosen, &[]).await, json!(true), "there and back again");
        page.press("Enter").await;
    } else {
        page.click(By::Css(&person)).await;
        page.click(By::Css(button)).await;
    }
    page.wait_for_text("You are signed in.").await;
    window.find(By::heading("What do you need to know?")).await;
}

#[tokio::test]
async fn at_oxfords_practice_campus_by_mouse() {
    signs_in("oxford", "eart0001", false).await;
}

#[tokio::test]
async fn at_boulders_practice_campus_by_keyboard() {
    signs_in("boulder", "mato1001", true).await;
}

/// Mission row O18: whoever has no sign-on writes by a form that needs none, and the service desk reads it.
#[tokio::test]
async fn somebody_without_a_sign_on_writes_and_the_service_desk_reads_and_closes_it() {
    let (desktop, other) = (Desktop::open(Keyring::Unlocked), Desktop::open(Keyring::Unlocked));
    let campus = Campus::start(&CampusOptions::of("oxford"));
    let page = Window::open(&desktop, &WindowOptions::web_browser()).await;
    let form = format!("{}/contact", campus.issuer());
    page.client().goto(&form).await.expect("the practice campus answers a browser");
    page.find(By::Css("#message")).await;
    page.axe("the practice form, empty").await;
    page.fill(By::Css("#name"), "Pat Lindqvist").await;
    page.click(By::Css("button[type=submit]")).await;
    // What is missing takes the focus once the page is there: until then nothing is typed.
    page.find(By::Css(".wrong:focus")).await;
    page.axe("the practice form, with something missing").await;
    page.fill(By::Css("#reach"), "01632 960 123").await;
    page.fill(By::Css("#subject"), "A locked card").await;
    page.fill(By::Css("#message"), "The door does not open.").await;
    page.click(By::Css("button[type=submit]")).await;
    page.wait_for_text("RQ-").await;
    page.axe("the practice form, sent").await;

    let (_profile, _browser, clerk) = at_the_decision(&other, &campus).await;
    clerk.wait_for_text("The door does not open.").await;
    clerk.wait_for_text("01632 960 123").await;
    look(&clerk, "question-without-sign-on").await;
    clerk.fill(By::Css("#reason"), "Telephoned: the card was renewed.").await;
    clerk.click(By::button("Answer and close it")).await;
    clerk.wait_for_text("Nothing to decide").await;
}

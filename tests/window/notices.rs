//! What the desktop says of a request while somebody looks elsewhere.

#![expect(
    clippy::used_underscore_binding,
    clippy::unused_self,
    reason = "the interface of a bus is written out by a macro, as its specification has it"
)]

use crate::{
    asking::{
        add, add_leonie, approve, at_the_check_of_a_name, at_the_form, check, send_checked, to_the_check,
    },
    days::today,
    steps::{connected, signed_in_with_desk},
    support::{By, Campus, CampusOptions, Desktop, Elsewhere, Keyring, Window},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use zbus::{connection::Builder, interface, zvariant::OwnedValue};

/// A desktop's notices (Desktop Notifications Specification 1.2), as far as somebody shows one.
#[derive(Default, Clone)]
struct Notices(Arc<Mutex<Vec<(String, String)>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notices {
    #[expect(clippy::too_many_arguments, reason = "the specification's own")]
    fn notify(
        &self,
        _app_name: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.0.lock().unwrap().push((summary, body));
        1
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".into()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("test".into(), "test".into(), "1".into(), "1.2".into())
    }
}

/// The desktop's notices, as long as the bus is kept.
async fn notices(desktop: &Desktop) -> (Notices, zbus::Connection) {
    let notices = Notices::default();
    let bus = Builder::address(desktop.bus_address())
        .unwrap()
        .name("org.freedesktop.Notifications")
        .unwrap()
        .serve_at("/org/freedesktop/Notifications", notices.clone())
        .unwrap()
        .build()
        .await
        .unwrap();
    (notices, bus)
}

#[tokio::test]
async fn the_desktop_tells_of_a_request_that_moved_on_unless_nobody_wants_that() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (notices, _bus) = notices(&desktop).await;
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "0"));
    let clerk = campus.token_of("itsd0003").await;
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    for (wanted, name) in [(true, "Earth <enquiries>"), (false, "Earth desk")] {
        if !wanted {
            window.run("location.hash = '#/settings'", &[]).await;
            window.wait_for_text("Tell me on the desktop when a request moves on").await;
            let tick = "[...document.querySelectorAll('label.opt')].find((one) => one.innerText.includes('Tell me')).click()";
            window.run(tick, &[]).await;
        }
        at_the_check_of_a_name(&window, name).await;
        send_checked(&window).await;
        let elsewhere = Elsewhere::look(&desktop);
        approve(&campus, &clerk).await;
        check(&window).await;
        window.wait_for_text("Checked working").await;
        let told = || notices.0.lock().unwrap().clone();
        if wanted {
            let (title, body) = window.wait_for("a notice", async || told().pop()).await;
            assert_eq!(title, "Change the display name");
            assert!(body.starts_with("enquiries@earth.example.edu: "), "{body}");
        } else {
            // The request itself is told of in the window; one notice is from before.
            assert_eq!(told().len(), 1, "{:?}", told());
        }
        drop(elsewhere);
    }
}

#[tokio::test]
async fn the_desktop_reminds_of_what_is_to_begin_and_of_what_was_to_end() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let (notices, _bus) = notices(&desktop).await;
    let campus = Campus::start(&CampusOptions::of("oxford").with("--apply-seconds", "0"));
    let clerk = campus.token_of("itsd0003").await;
    let (profile, browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    // Leonie has access until today, Alba is to have it from today on.
    at_the_form(&window).await;
    add_leonie(&window).await;
    window.fill(By::Css("#ends"), &today(&window).await).await;
    to_the_check(&window).await;
    send_checked(&window).await;
    approve(&campus, &clerk).await;
    check(&window).await;
    window.wait_for_text("Checked working").await;
    at_the_form(&window).await;
    add(&window, "alba", "Alba Thornquist").await;
    window.fill(By::Css("#begins"), &today(&window).await).await;
    to_the_check(&window).await;
    window.click(By::link("Save as draft")).await;
    window.wait_for_text("Draft on this computer").await;
    window.close().await;

    notices.0.lock().unwrap().clear();
    Elsewhere::look(&desktop).stay();
    let window = Window::open(&desktop, &connected(&browser, &profile)).await;
    let told = async || {
        let mut told = notices.0.lock().unwrap().clone();
        told.sort();
        (told.len() >= 2).then_some(told)
    };
    let told = window.wait_for("both reminders", told).await;
    let address = "enquiries@earth.example.edu";
    let expected = [
        ("Access was to end", format!("{address}: Add Leonie Strake")),
        ("Send: add Alba Thornquist", address.to_owned()),
    ];
    assert_eq!(told, expected.map(|(title, body)| (title.to_owned(), body)));
}

//! What the desktop says of a request while somebody looks elsewhere.

#![expect(
    clippy::used_underscore_binding,
    clippy::unused_self,
    reason = "the interface of a bus is written out by a macro, as its specification has it"
)]

use crate::{
    requests::{approve, check},
    steps::{at_the_check, open_account, signed_in_with_desk},
    support::{By, Campus, CampusOptions, Desktop, Keyring},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{ConnectionExt, CreateWindowAux, InputFocus, WindowClass},
    rust_connection::RustConnection,
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

/// Somebody turns to another window, until what is given back is dropped.
fn look_elsewhere(desktop: &Desktop) -> RustConnection {
    let (connection, number) = x11rb::connect(Some(desktop.display())).unwrap();
    let screen = &connection.setup().roots[number];
    let (root, visual) = (screen.root, screen.root_visual);
    let other = connection.generate_id().unwrap();
    let plain = CreateWindowAux::new().override_redirect(1);
    let corner = (0, 0, 8, 8);
    connection
        .create_window(
            0,
            other,
            root,
            corner.0,
            corner.1,
            corner.2,
            corner.3,
            0,
            WindowClass::INPUT_OUTPUT,
            visual,
            &plain,
        )
        .unwrap();
    connection.map_window(other).unwrap();
    connection.set_input_focus(InputFocus::NONE, other, x11rb::CURRENT_TIME).unwrap().check().unwrap();
    connection
}

#[tokio::test]
async fn the_desktop_tells_of_a_request_that_moved_on_unless_nobody_wants_that() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let notices = Notices::default();
    let _bus = Builder::address(desktop.bus_address())
        .unwrap()
        .name("org.freedesktop.Notifications")
        .unwrap()
        .serve_at("/org/freedesktop/Notifications", notices.clone())
        .unwrap()
        .build()
        .await
        .unwrap();
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
        open_account(&window, "enq", "enquiries").await;
        window.click(By::Css("main a[href$='/ask']")).await;
        window.click(By::Css("a[href$='/ask/set-details']")).await;
        window.fill(By::Css("#display-name"), name).await;
        window.click(By::button("Continue")).await;
        at_the_check(&window).await;
        window.click(By::Css("main .acts-row .go")).await;
        window.wait_for_text("has to decide.").await;
        let elsewhere = look_elsewhere(&desktop);
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

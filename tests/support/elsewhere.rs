//! Somebody who looks at another window than the program's.

use super::Desktop;
use std::sync::Arc;
use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{self, ConnectionExt as _, CreateWindowAux, EventMask, InputFocus, WindowClass},
    },
    rust_connection::RustConnection,
};

/// Another window, with the focus.
pub struct Elsewhere {
    connection: Arc<RustConnection>,
    window: xproto::Window,
}

impl Elsewhere {
    /// Somebody turns to another window, until this is dropped.
    pub fn look(desktop: &Desktop) -> Self {
        let (connection, number) = x11rb::connect(Some(desktop.display())).unwrap();
        let screen = &connection.setup().roots[number];
        let (root, visual) = (screen.root, screen.root_visual);
        let window = connection.generate_id().unwrap();
        let plain = CreateWindowAux::new().override_redirect(1).event_mask(EventMask::FOCUS_CHANGE);
        let class = WindowClass::INPUT_OUTPUT;
        connection.create_window(0, window, root, 0, 0, 8, 8, 0, class, visual, &plain).unwrap();
        connection.map_window(window).unwrap();
        let elsewhere = Self { connection: Arc::new(connection), window };
        elsewhere.take_focus();
        elsewhere
    }

    fn take_focus(&self) {
        let focus = self.connection.set_input_focus(InputFocus::NONE, self.window, x11rb::CURRENT_TIME);
        focus.unwrap().check().unwrap();
    }

    /// Whether it still has the focus.
    pub fn has_focus(&self) -> bool {
        self.connection.get_input_focus().unwrap().reply().unwrap().focus == self.window
    }

    /// Stays there, whatever asks for the focus meanwhile: what a desktop does for somebody who is typing.
    pub fn stay(self) {
        std::thread::spawn(move || {
            while let Ok(event) = self.connection.wait_for_event() {
                if matches!(event, Event::FocusOut(_)) {
                    self.take_focus();
                }
            }
        });
    }
}

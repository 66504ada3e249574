//! The client's door to the desktop: browser, events, preferences.

use crate::{preferences::Keeper, windows};
use client::{Event, Outside, view::Preferences};
use std::{path::Path, sync::OnceLock};
use tauri::{AppHandle, Emitter};

/// The desktop around the client. What happens before the window is there waits for it: the window asks when it starts.
pub(crate) struct Desktop {
    app: OnceLock<AppHandle>,
    preferences: Keeper,
}

impl Desktop {
    pub(crate) fn new(data: &Path) -> Self {
        Self { app: OnceLock::new(), preferences: Keeper::load(data) }
    }

    pub(crate) fn attach(&self, app: &AppHandle) -> tauri_plugin_store::Result<()> {
        self.preferences.attach(app)?;
        // Attached once, from setup: a second handle would be of the same program.
        let _ = self.app.set(app.clone());
        Ok(())
    }

    pub(crate) fn current_preferences(&self) -> Preferences {
        self.preferences.current()
    }

    /// What is on the screen may be practice now, or no longer.
    fn name_window(&self) {
        if let Some(app) = self.app.get() {
            windows::name(app);
        }
    }

    fn emit<T: serde::Serialize + Clone>(&self, name: &str, payload: T) {
        if let Some(app) = self.app.get()
            && let Err(error) = app.emit_to(windows::MAIN, name, payload)
        {
            tracing::warn!(%error, name, "the window was not told");
        }
    }
}

impl Outside for Desktop {
    fn open_in_browser(&self, link: &str) -> bool {
        webbrowser::open(link).is_ok()
    }

    fn tell(&self, event: Event) {
        match event {
            Event::SessionChanged => {
                self.name_window();
                self.emit("session-changed", ());
            }
            Event::InstitutionNamed => self.emit("institution-named", ()),
            Event::AccountsChanged => self.emit("accounts-changed", ()),
            Event::RequestsChanged => self.emit("requests-changed", ()),
            Event::RequestMoved(row) => self.emit("request-moved", row),
            Event::ReminderDue(due) => self.emit("reminder-due", due),
            Event::Freshness(freshness) => self.emit("freshness", freshness),
            Event::SignIn(state) => {
                self.name_window();
                self.emit("sign-in", state);
            }
        }
    }

    fn preferences(&self) -> Preferences {
        self.preferences.current()
    }

    fn keep_preferences(&self, preferences: &Preferences) -> Result<(), String> {
        self.preferences.keep(preferences)
    }
}

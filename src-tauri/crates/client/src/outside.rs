//! What the client needs from the program around it: narrow doors, so that use cases run without a window.

use crate::view::{DueReminder, Freshness, Preferences, RequestRow, SignInState};

/// Something that screens may want to know.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody signed in or out, or what stands in the way changed.
    SessionChanged,
    /// The program was started a second time, with an institution.
    InstitutionNamed,
    /// What is stored of the accounts changed.
    AccountsChanged,
    /// A request of the reader's, or one that waits for them, changed.
    RequestsChanged,
    /// A request of the reader's has another status than before, without their doing.
    RequestMoved(Box<RequestRow>),
    /// The day of one of the reader's requests has come.
    ReminderDue(Box<DueReminder>),
    Freshness(Freshness),
    SignIn(SignInState),
}

/// The program around the client.
pub trait Outside: Send + Sync {
    /// Opens `link` in the person's own browser. False where none could be started.
    fn open_in_browser(&self, link: &str) -> bool;
    fn tell(&self, event: Event);
    /// The preferences as last saved; the defaults where there are none or they cannot be read.
    fn preferences(&self) -> Preferences;
    /// # Errors
    /// Why they are not kept.
    fn keep_preferences(&self, preferences: &Preferences) -> Result<(), String>;
}

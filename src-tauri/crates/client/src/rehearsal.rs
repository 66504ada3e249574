//! What tests of the client stand on: surroundings in which nobody is listening.

use crate::{
    identities::Identities,
    open::{FirstScreen, Surroundings},
    outside::{Event, Outside},
    practice::Practice,
    view::Preferences,
};
use jiff::Timestamp;
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use web::{Limits, Web};

struct Nobody;

impl Outside for Nobody {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, _: Event) {}
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Ok(())
    }
}

/// The usual surroundings, with what is kept in `data` and the time told by `now`.
pub(crate) fn surroundings(data: &Path, now: fn() -> Timestamp) -> Surroundings {
    Surroundings {
        data: data.to_owned(),
        web: Web::new(Limits::default()),
        now,
        outside: Arc::new(Nobody),
        practice: Practice::default(),
        identities: Mutex::new(Identities::default()),
        first_screen: FirstScreen::default(),
    }
}

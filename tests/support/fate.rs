//! What may become of one exchange with a server on its way: lost, doubled, late, or cut off by the server's end.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: it goes there and back. For what is to happen after it.
    Passes,
    /// The question is lost on its way.
    LostThere,
    /// The question arrives, the answer is lost.
    LostBack,
    /// The question arrives twice; the second answer comes back.
    Twice,
    /// The connection breaks, and the question arrives all the same: not before it is released.
    Late,
    /// The question waits on its way until it is released.
    HeldThere,
    /// The answer waits on its way until it is released.
    HeldBack,
    /// The campus is killed before it hears the question.
    KilledThere,
    /// The campus is killed once it has answered, and the answer is lost.
    KilledBack,
}

/// What is to become of exchanges to come, and those that wait on their way.
#[derive(Default)]
pub(super) struct Fates {
    to_come: Mutex<Vec<ToCome>>,
    held: Mutex<Held>,
    changed: Condvar,
}

struct ToCome {
    exchange: String,
    fate: Fate,
    /// For every such exchange; else for the next one, once those before it in the list were met.
    always: bool,
}

#[derive(Default)]
struct Held {
    number: usize,
    /// How often everything was let go.
    releases: usize,
}

impl Fates {
    pub(super) fn expect(&self, exchange: &str, fate: Fate, always: bool) {
        let exchange = exchange.to_owned();
        self.to_come.lock().expect("nobody panicked over it").push(ToCome { exchange, fate, always });
    }

    pub(super) fn clear(&self) {
        self.to_come.lock().expect("nobody panicked over it").clear();
    }

    /// Those that were to come and did not.
    pub(super) fn unmet(&self) -> Vec<String> {
        let to_come = self.to_come.lock().expect("nobody panicked over it");
        to_come.iter().filter(|one| !one.always).map(|one| one.exchange.clone()).collect()
    }

    /// What becomes of an exchange such as `POST /requests`.
    pub(super) fn of(&self, exchange: &str) -> Fate {
        let mut to_come = self.to_come.lock().expect("nobody panicked over it");
        let meets = |one: &ToCome| match one.exchange.strip_suffix('*') {
            Some(start) => exchange.starts_with(start),
            None => exchange == one.exchange,
        };
        if let Some(always) = to_come.iter().find(|one| one.always && meets(one)) {
            return always.fate;
        }
        match to_come.iter().position(|one| !one.always) {
            Some(next) if meets(&to_come[next]) => to_come.remove(next).fate,
            _ => Fate::Passes,
        }
    }

    /// Waits until everything is let go; what then still happens is up to `rest`.
    pub(super) fn hold<T>(&self, rest: impl FnOnce() -> T) -> T {
        let mut held = self.held.lock().expect("nobody panicked over it");
        held.number += 1;
        let before = held.releases;
        self.changed.notify_all();
        let deadline = Instant::now() + PATIENCE;
        // Whoever forgets to let go is not waited for for ever.
        while held.releases == before && Instant::now() < deadline {
            held = self.changed.wait_timeout(held, PATIENCE).expect("nobody panicked over it").0;
        }
        drop(held);
        let rest = rest();
        self.held.lock().expect("nobody panicked over it").number -= 1;
        self.changed.notify_all();
        rest
    }

    /// Waits until an exchange waits on its way.
    pub(super) fn until_held(&self) {
        self.until("an exchange to be held", |held| held.number > 0);
    }

    /// Lets go of everything that waits, and waits until it has arrived.
    pub(super) fn release(&self) {
        self.held.lock().expect("nobody panicked over it").releases += 1;
        self.changed.notify_all();
        self.until("what was held to arrive", |held| held.number == 0);
    }

    fn until(&self, what: &str, is_so: impl Fn(&Held) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut held = self.held.lock().expect("nobody panicked over it");
        while !is_so(&held) {
            assert!(Instant::now() < deadline, "waited {} s for {what}", PATIENCE.as_secs());
            held = self.changed.wait_timeout(held, PATIENCE).expect("nobody panicked over it").0;
        }
    }
}

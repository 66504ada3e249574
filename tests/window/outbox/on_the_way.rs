//! What is asked and answered breaks off between the program and the desk, or the desk itself does.

use super::{ASK, FIND, GREET, NOT_KNOWN, READ, SENT, WAITING, Walk};
use crate::{asking::check, support::Fate};

/// What happens on the way of one request, and what is said of it right after.
struct OnTheWay {
    state: &'static str,
    fault: &'static str,
    meets: &'static [(&'static str, Fate)],
    then: &'static str,
}

const fn row(
    state: &'static str,
    fault: &'static str,
    meets: &'static [(&'static str, Fate)],
    then: &'static str,
) -> OnTheWay {
    OnTheWay { state, fault, meets, then }
}

const ON_THE_WAY: &[OnTheWay] = &[
    row("waiting", "drop reply", &[(GREET, Fate::LostBack)], WAITING),
    row("waiting", "kill server", &[(GREET, Fate::KilledThere)], WAITING),
    row("waiting", "repeat", &[(GREET, Fate::Twice)], SENT),
    row("waiting", "reorder", &[(GREET, Fate::Late)], WAITING),
    row("sending", "drop question", &[(ASK, Fate::LostThere)], NOT_KNOWN),
    row("sending", "drop reply", &[(ASK, Fate::LostBack)], NOT_KNOWN),
    row("sending", "kill server before", &[(ASK, Fate::KilledThere)], NOT_KNOWN),
    row("sending", "kill server after", &[(ASK, Fate::KilledBack)], NOT_KNOWN),
    row("sending", "repeat", &[(ASK, Fate::Twice)], SENT),
    row("sending", "reorder", &[(ASK, Fate::Late)], NOT_KNOWN),
    row("looked for", "drop reply", &[(ASK, Fate::LostBack), (FIND, Fate::LostBack)], NOT_KNOWN),
    row("looked for", "kill server", &[(ASK, Fate::LostBack), (FIND, Fate::KilledThere)], NOT_KNOWN),
    row("looked for", "repeat", &[(ASK, Fate::LostThere), (FIND, Fate::Twice)], NOT_KNOWN),
    row("looked for", "reorder", &[(ASK, Fate::LostBack), (FIND, Fate::Late)], NOT_KNOWN),
    row("read back", "drop reply", &[(ASK, Fate::Passes), (READ, Fate::LostBack)], NOT_KNOWN),
    row("read back", "kill server", &[(ASK, Fate::Passes), (READ, Fate::KilledThere)], NOT_KNOWN),
    row("read back", "repeat", &[(ASK, Fate::Passes), (READ, Fate::Twice)], SENT),
    row("read back", "reorder", &[(ASK, Fate::Passes), (READ, Fate::Late)], NOT_KNOWN),
];

#[tokio::test]
async fn whatever_breaks_off_on_the_way_each_request_arrives_once() {
    let mut walk = Walk::begin("3600").await;
    for OnTheWay { state, fault, meets, then } in ON_THE_WAY {
        let what = format!("{state} x {fault}");
        let (when_found, when_sent): (Vec<_>, Vec<_>) =
            meets.iter().copied().partition(|(exchange, _)| *exchange == FIND);
        for (exchange, fate) in when_sent {
            match exchange {
                // The desk may be greeted in the background too.
                GREET => walk.front.always(exchange, fate),
                _ => walk.front.next(exchange, fate),
            }
        }
        // Nor is it found in the background before that can be read.
        walk.front.always(FIND, Fate::LostBack);
        walk.sent(&what, then).await;
        assert!(walk.front.unmet().is_empty(), "{what}: {:?} did not happen", walk.front.unmet());
        walk.front.heal();
        if !when_found.is_empty() {
            for (exchange, fate) in when_found {
                walk.front.next(exchange, fate);
            }
            check(walk.window()).await;
            walk.settled().await;
        }
        if meets.iter().any(|(_, fate)| matches!(fate, Fate::KilledThere | Fate::KilledBack)) {
            walk.kill_campus(&[]);
        }
        walk.comes_to(SENT).await;
        walk.front.release();
        walk.each_once(&what).await;
        println!("{what}");
    }
    walk.count("On the way").await;
}

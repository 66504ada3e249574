//! How long a start takes and how much memory the window then holds.

use crate::{
    Ground, Outcome,
    figure::{Goal, Measured},
    sample::Sample,
    windows::{Office, Opened},
};
use std::time::Duration;

pub(crate) const GOALS: &[Goal] = &[
    Goal { name: "start, against an empty window", unit: "times", most: 1.25 },
    Goal { name: "memory at the idle list, against an empty window", unit: "times", most: 1.15 },
    Goal { name: "memory after 200 account switches, against an empty window", unit: "times", most: 1.25 },
];

/// How long a window is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(5);
const SWITCHES: usize = 200;

/// When the first account row was painted: the page's first contentful paint where the row was in the page by then, or a
/// frame after the page's own mark. Then how long F6 takes to move the focus. Answers both in milliseconds
/// once the key is answered.
const READY: &str = r#"
    const mark = performance.getEntriesByName("home")[0];
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    if (location.protocol !== "tauri:" || !mark || !paint) return null;
    if (!document.querySelector(".need .addr")) throw new Error("Home has no account on it");
    const painted = Math.max(paint.startTime, mark.startTime + (paint.startTime < mark.startTime ? 1000 / 60 : 0));
    if (window.bench === undefined) {
        window.bench = null;
        const pressed = performance.now();
        const focused = () => (window.bench = performance.now() - pressed);
        addEventListener("focusin", focused, { once: true });
        const key = { key: "F6", code: "F6", bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    }
    return window.bench === null ? null : performance.timeOrigin + painted + window.bench;"#;
/// Leads the page to the unit's list.
const TO_THE_LIST: &str = r#"
    if (location.hash !== '#/unit') location.hash = '#/unit';
    return document.querySelector('[aria-posinset="1"] a') ? true : null;"#;
const FIRST_PAINT: &str = r#"
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return location.protocol === "tauri:" && paint ? performance.timeOrigin + paint.startTime : null;"#;

#[derive(Default)]
struct Rounds {
    start: Vec<f64>,
    empty_start: Vec<f64>,
    idle: Vec<f64>,
    switched: Vec<f64>,
    empty: Vec<f64>,
    /// Of the empty window drawn as the program draws: start and memory.
    alike_start: Vec<f64>,
    alike: Vec<f64>,
}

pub(crate) async fn measure(ground: &Ground, office: &Office) -> Outcome<Vec<Measured>> {
    let mut rounds = Rounds::default();
    let (starts, walks) = (ground.options.rounds(10, 3), ground.options.rounds(3, 1));
    // The first start of either finds its files not yet in memory and does not count.
    for round in 0..=starts {
        let empty = office.open_empty().await?;
        let painted = empty.number(FIRST_PAINT).await? - empty.launched_at;
        tokio::time::sleep(REST).await;
        let empty_memory = empty.memory()?;
        empty.window.close().await;

        let alike = office.open_empty_without_gpu().await?;
        let alike_painted = alike.number(FIRST_PAINT).await? - alike.launched_at;
        tokio::time::sleep(REST).await;
        let alike_memory = alike.memory()?;
        alike.window.close().await;

        let program = office.open().await?;
        let answered = program.number(READY).await? - program.launched_at;
        program.window.wait_for_text("Up to date").await;
        program.ask(TO_THE_LIST).await?;
        program.window.press("/").await;
        tokio::time::sleep(REST).await;
        let idle = program.memory()?;
        if round > 0 {
            rounds.start.push(answered);
            rounds.empty_start.push(painted);
            rounds.empty.push(empty_memory);
            rounds.alike_start.push(alike_painted);
            rounds.alike.push(alike_memory);
            rounds.idle.push(idle);
        }
        if (1..=walks).contains(&round) {
            switch(&program).await?;
            tokio::time::sleep(REST).await;
            rounds.switched.push(program.memory()?);
        }
        program.window.close().await;
    }
    rounds.figures()
}

/// Opens one account after another from the list, with the arrow key and Enter.
async fn switch(program: &Opened) -> Outcome {
    program.window.press("ArrowDown").await;
    for index in 0..SWITCHES {
        if index > 0 {
            program.window.press("ArrowDown").await;
        }
        program.window.press("Enter").await;
        let open = format!(
            r#"return document.querySelector('a[data-index]:focus[aria-current="true"]')
                && document.querySelector(".detail [aria-busy=false]") ? {index} : null"#
        );
        program.ask_every(&open, Duration::from_millis(5)).await?;
    }
    let at = program.number("return Number(document.activeElement?.dataset.index ?? -1)").await?;
    if at < f64::from(u32::try_from(SWITCHES)?) - 1.0 {
        return Err(format!("{SWITCHES} steps ended at row {at}").into());
    }
    Ok(())
}

impl Rounds {
    fn figures(self) -> Outcome<Vec<Measured>> {
        let sample = |values| Sample::new(values).ok_or("no round was made");
        let (start, empty_start) = (sample(self.start)?, sample(self.empty_start)?);
        let (idle, switched, empty) = (sample(self.idle)?, sample(self.switched)?, sample(self.empty)?);
        // The goals name the window as Tauri makes it. How much of the difference is owed to the way of drawing is said beside it.
        let (alike_start, alike) = (sample(self.alike_start)?, sample(self.alike)?);
        let memory = |held: &Sample| Measured {
            value: held.median() / empty.median(),
            how: format!(
                "PSS of all processes of the window: {} against {}; {:.2} times an empty window that draws without the graphics card too, {}",
                held.spread("MiB"),
                empty.spread("MiB"),
                held.median() / alike.median(),
                alike.spread("MiB")
            ),
        };
        Ok(vec![
            Measured {
                value: start.median() / empty_start.median(),
                how: format!(
                    "exec until Home's first account row was painted, and the time that F6 then takes to move the focus: {}; exec until an empty window's first contentful paint: {}; {:.2} times one that draws without the graphics card too, {}",
                    start.spread("ms"),
                    empty_start.spread("ms"),
                    start.median() / alike_start.median(),
                    alike_start.spread("ms")
                ),
            },
            memory(&idle),
            memory(&switched),
        ])
    }
}

//! How long the list takes to follow the keyboard.

use crate::{
    Ground, Outcome,
    figure::{Goal, Measured},
    sample::Sample,
    typed,
    windows::{EmptyRoom, Office, Opened},
};
use std::time::Duration;

pub(crate) const GOALS: &[Goal] = &[Goal {
    name: "search, keystroke to rows, less the echo of an empty window, p95",
    unit: "ms",
    most: 16.7,
}];

/// What a person leaves between two keystrokes, so that the page has come to rest.
const PAUSE: Duration = Duration::from_millis(120);

/// Notes for each letter how long it is from the key's own time to the second frame after the rows are in the page.
const LISTEN: &str = r#"
    if (window.keystrokes) return true;
    const noted = (window.keystrokes = []);
    addEventListener("keydown", (event) => {
        if (event.key.length !== 1) return;
        const [began, pressed] = [performance.now(), event.timeStamp];
        const look = () => {
            const mark = performance.getEntriesByName("rows").at(-1);
            if (!mark || mark.startTime < began) return requestAnimationFrame(look);
            requestAnimationFrame(() => noted.push(performance.now() - pressed));
        };
        requestAnimationFrame(look);
    }, true);
    return true;"#;
const AT_THE_LIST: &str = r#"
    if (location.protocol !== "tauri:") return null;
    if (location.hash !== '#/unit') location.hash = '#/unit';
    return document.querySelector('[aria-posinset="1"] a') ? true : null;"#;
const FIELD: &str = r#"
    const field = document.querySelector("input[type=search]");
    field?.focus();
    return document.activeElement === field ? true : null;"#;

pub(crate) async fn measure(ground: &Ground, office: &Office) -> Outcome<Vec<Measured>> {
    let program = office.open().await?;
    let room = EmptyRoom::open().await?;
    let alike = EmptyRoom::open_without_gpu().await?;
    program.ask(AT_THE_LIST).await?;
    program.window.wait_for_text("Up to date").await;
    for opened in [&program, &room.opened, &alike.opened] {
        opened.ask(FIELD).await?;
        opened.ask(LISTEN).await?;
    }
    let queries = typed::queries(&ground.record, if ground.options.quick { 60 } else { 300 });
    let (mut rows, mut echoes, mut echoes_alike) = (Vec::new(), Vec::new(), Vec::new());
    for query in &queries {
        for letter in query.chars() {
            echoes.push(stroke(&room.opened, letter, echoes.len()).await?);
            echoes_alike.push(stroke(&alike.opened, letter, echoes_alike.len()).await?);
            rows.push(stroke(&program, letter, rows.len()).await?);
        }
        for opened in [&program, &room.opened, &alike.opened] {
            opened.window.press("Control+a").await;
            opened.window.press("Delete").await;
            tokio::time::sleep(PAUSE).await;
        }
    }
    program.window.close().await;
    let sample = |values| Sample::new(values).ok_or("nothing was typed");
    // The quicker of the two ways of drawing is what the program is held against.
    let (rows, echo, alike) = (sample(rows)?, sample(echoes)?, sample(echoes_alike)?);
    let quicker = echo.median().min(alike.median());
    Ok(vec![Measured {
        value: rows.p95() - quicker,
        how: format!(
            "p95 {:.1} ms less the quicker echo's median {quicker:.1} ms; {} against {}, and against {} in a window drawn without the graphics card too; {} queries of one and two words",
            rows.p95(),
            rows.spread("ms"),
            echo.spread("ms"),
            alike.spread("ms"),
            queries.len()
        ),
    }])
}

/// Presses one key and waits until its time is noted, the `index`th.
async fn stroke(opened: &Opened, letter: char, index: usize) -> Outcome<f64> {
    opened.window.write(&letter.to_string()).await;
    tokio::time::sleep(PAUSE).await;
    opened.number(&format!("return window.keystrokes?.[{index}] ?? null")).await
}

//! Looking for barriers with axe-core.

use std::fs;

use fantoccini::Client;
use serde_json::{Value, json};

use super::checkout;

const TAGS: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Runs axe-core on the page and gives what it found wrong, one paragraph a finding. Empty: nothing.
pub(super) async fn violations(client: &Client) -> Vec<String> {
    let file = checkout().join("tests/peers/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask test` installs it", file.display()));
    // As the body of a WebDriver command, not as a script element: the page's content security policy stays as it is.
    client.execute(&axe, Vec::new()).await.expect("axe-core loads into the page");
    let options = json!({ "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"] });
    let run = "const done = arguments[1];
        window.axe.run(document, arguments[0]).then(
            (result) => done({ violations: result.violations, checked: result.passes.length }),
            (error) => done({ error: String(error) }));";
    let result = client.execute_async(run, vec![options]).await.expect("axe-core runs");
    assert!(result["error"].is_null(), "axe-core could not look at the page: {}", result["error"]);
    assert!(result["checked"].as_u64() > Some(0), "axe-core checked nothing on the page");
    result["violations"].as_array().expect("a list of findings").iter().map(described).collect()
}

fn described(finding: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = finding["nodes"].as_array().cloned().unwrap_or_default();
    let places = nodes.iter().map(|node| {
        format!(
            "\n    {}\n        {}",
            node["html"].as_str().unwrap_or_default(),
            text(&node["failureSummary"]).replace('\n', "\n        ")
        )
    });
    format!(
        "{} ({}): {}{}",
        text(&finding["id"]),
        text(&finding["impact"]),
        text(&finding["help"]),
        places.collect::<String>()
    )
}

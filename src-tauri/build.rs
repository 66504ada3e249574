//! Builds the permissions of the commands, one plugin for each topic, and the window's resources.

use std::{fs, path::Path};
use tauri_build::{Attributes, DefaultPermissionRule, InlinedPlugin};

/// Every command, by topic. Nothing is granted here: `tauri.conf.json` names what the window may call.
const COMMANDS: &[(&str, &[&str])] = &[
    ("program", &["start", "open_link", "dismiss_salvage", "notify"]),
    ("institutions", &["add_from_file", "details"]),
    (
        "identity",
        &[
            "sign_in",
            "cancel_sign_in",
            "open_again",
            "switch_to",
            "sign_out",
            "unlock",
            "forget",
            "set_passphrase",
            "keep_unit",
            "try_again",
            "go_on_without",
        ],
    ),
    ("accounts", &["search", "account", "people", "person", "home", "check_now", "look_up", "trail"]),
    (
        "requests",
        &[
            "list",
            "get",
            "plan",
            "save_draft",
            "send",
            "discard",
            "withdraw",
            "undo",
            "resolve",
            "send_again",
            "hold_back",
            "anew",
            "check",
            "say",
            "keep_unsent",
            "decide",
            "find_people",
            "offers",
            "check_name",
            "desk_answers",
            "tried",
            "let_be",
        ],
    ),
    ("settings", &["set"]),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    stand_in_for_the_front_end()?;
    let attributes = COMMANDS.iter().fold(Attributes::new(), |attributes, (topic, commands)| {
        let plugin = InlinedPlugin::new()
            .commands(commands)
            .default_permission(DefaultPermissionRule::AllowAllCommands);
        attributes.plugin(topic, plugin)
    });
    tauri_build::try_build(attributes)?;
    // Help for editors that nobody asked for; the build has its own copies.
    if Path::new("gen").exists() {
        fs::remove_dir_all("gen")?;
    }
    println!("cargo:rerun-if-changed=ui/dist");
    Ok(())
}

/// Lets Rust be built and tested where the front end has not been: the window then says so.
fn stand_in_for_the_front_end() -> std::io::Result<()> {
    let page = Path::new("ui/dist/index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all("ui/dist")?;
    fs::write(
        page,
        "<!doctype html><html lang=\"en\"><title>Secondary Accounts</title><p>The front end is not built. Run: npm --prefix ui ci && npm --prefix ui run build</p></html>\n",
    )
}

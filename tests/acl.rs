//! Which window may call which command: the real capabilities, against every command there is and some there are not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where what it stands on breaks"
)]

use client::{Client, Event, Outside, Setup, view::Preferences};
use std::sync::Arc;
use tauri::{
    WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

/// Every command of the program, by topic.
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

/// What a web view could ask for if somebody granted it by mistake.
const NEVER: &[&str] = &[
    "plugin:store|load",
    "plugin:store|get",
    "plugin:store|set",
    "plugin:dialog|open",
    "plugin:dialog|save",
    "plugin:event|emit",
    "plugin:event|emit_to",
    "plugin:window|set_title",
    "plugin:window|create",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:path|resolve_directory",
    "plugin:app|version",
    "plugin:accounts|secret",
    "start",
    "search",
];

/// No browser, no window to tell, nothing to keep.
struct Nowhere;

impl Outside for Nowhere {
    fn open_in_browser(&self, _: &str) -> bool {
        false
    }
    fn tell(&self, _: Event) {}
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn keep_preferences(&self, _: &Preferences) -> Result<(), String> {
        Err("nothing is kept".into())
    }
}

fn app(data: &tempfile::TempDir) -> tauri::App<MockRuntime> {
    let client = Client::new(Setup {
        data: data.path().to_owned(),
        outside: Arc::new(Nowhere),
        keychain: Box::new(|| Err(store::KeychainError::Unreachable("none in this test".into()))),
        now: client::now,
        runtime: tauri::async_runtime::handle().inner().clone(),
        institution: None,
    });
    mock_builder()
        .manage(client.unwrap())
        .plugin(secondary_accounts::commands::program::plugin())
        .plugin(secondary_accounts::commands::institutions::plugin())
        .plugin(secondary_accounts::commands::identity::plugin())
        .plugin(secondary_accounts::commands::accounts::plugin())
        .plugin(secondary_accounts::commands::requests::plugin())
        .plugin(secondary_accounts::commands::settings::plugin())
        .build(tauri::generate_context!(test = true))
        .unwrap()
}

/// The refusal, or `None` where the call got past the capabilities (and then failed for want of arguments).
fn refusal(window: &tauri::WebviewWindow<MockRuntime>, command: &str, url: &str) -> Option<String> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        // Not what any command takes: nothing is done, and the answer says where the call was stopped.
        body: InvokeBody::Json(serde_json::json!({
            "forget": 5, "id": 5, "passphrase": 5, "path": 5, "preferences": 5, "query": 5, "request": 5, "search": 5, "url": 5
        })),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_string(),
    };
    match get_ipc_response(window, request) {
        Ok(_) => None,
        Err(error) => {
            let text = error.to_string();
            (text.contains("not allowed") || text.contains("not found")).then_some(text)
        }
    }
}

#[test]
fn the_main_window_may_call_every_command_and_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let app = app(&data);
    let main = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().unwrap();
    let own = main.url().unwrap().to_string();
    for (topic, commands) in COMMANDS {
        for command in *commands {
            let name = format!("plugin:{topic}|{command}");
            assert_eq!(refusal(&main, &name, &own), None, "{name} is what the window lives by");
        }
    }
    for name in NEVER {
        assert!(refusal(&main, name, &own).is_some(), "{name} must not be open to the web view");
    }
}

#[test]
fn any_other_window_or_origin_may_call_nothing() {
    let data = tempfile::tempdir().unwrap();
    let app = app(&data);
    let other = WebviewWindowBuilder::new(&app, "other", tauri::WebviewUrl::default()).build().unwrap();
    let main = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().unwrap();
    let own = main.url().unwrap().to_string();
    for (topic, commands) in COMMANDS {
        for command in *commands {
            let name = format!("plugin:{topic}|{command}");
            assert!(refusal(&other, &name, &own).is_some(), "{name} from another window");
            assert!(refusal(&main, &name, "https://example.edu/").is_some(), "{name} from another origin");
        }
    }
}

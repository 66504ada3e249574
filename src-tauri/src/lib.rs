//! The shell: adapters between the window and the [`client`]. No rules, no SQL and no HTTP live here.

mod arguments;
pub mod commands;
mod outside;
mod preferences;
mod windows;

use arguments::Arguments;
use client::{Client, Setup};
use outside::Desktop;
use std::{process::ExitCode, sync::Arc};
use tauri::Manager;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts the program and runs it until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::from_command_line(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => return say(&wrong),
    };
    let wanted = std::env::var("RUST_LOG").ok().and_then(|words| words.parse().ok());
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(std::io::stderr))
        .with(wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN)))
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(&format!("The program cannot start: {error}")),
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let data = arguments.data;
    let desktop = Arc::new(Desktop::new(&data));
    // From here on the key is read and the store opened, on a thread of its own, while the window comes up.
    let client = Client::new(Setup {
        data: data.clone(),
        outside: Arc::clone(&desktop) as Arc<dyn client::Outside>,
        keychain: Box::new(client::system_keychain),
        now: client::now,
        runtime: runtime.handle().clone(),
        institution: arguments.institution,
    });
    let client = match client {
        Ok(client) => client,
        Err(problem) => {
            return say(&format!("What is kept in {} cannot be read: {}", data.display(), problem.message));
        }
    };
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, given, folder| {
            windows::come_forward(app);
            if let Some(institution) = arguments::institution_of_another_start(given, &folder) {
                let client = app.state::<Client>().inner().clone();
                // It reads and writes files, and the window goes on meanwhile.
                tauri::async_runtime::spawn_blocking(move || client.name_institution(&institution));
            }
        }))
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(commands::program::plugin())
        .plugin(commands::institutions::plugin())
        .plugin(commands::identity::plugin())
        .plugin(commands::accounts::plugin())
        .plugin(commands::requests::plugin())
        .plugin(commands::settings::plugin())
        .manage(client)
        .setup(move |app| {
            desktop.attach(app.handle())?;
            windows::open(app.handle(), &desktop.current_preferences())?;
            app.manage(desktop);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => say(&format!("The window cannot be opened: {error}")),
    }
}

/// Says on the terminal why there is no window.
#[allow(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn say(what: &str) -> ExitCode {
    eprintln!("{what}");
    ExitCode::FAILURE
}

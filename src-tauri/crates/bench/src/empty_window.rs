//! A Tauri window with one line and one field: the least that a desktop program made this way can be.
//!
//! It is built from the same crates under the same content security policy as the program that is held against it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("Empty window")
                .inner_size(1180.0, 780.0)
                .build()?;
            #[cfg(target_os = "linux")]
            if std::env::args().any(|word| word == "without-gpu") {
                window.with_webview(|view| draw_without_gpu(&view.inner()))?;
            }
            window.set_focus()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// As the program that is held against it draws.
#[cfg(target_os = "linux")]
fn draw_without_gpu(view: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    if let Some(settings) = view.settings() {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}

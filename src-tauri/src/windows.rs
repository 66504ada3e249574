//! The window: made in Rust, closed to every address but the program's own pages.

use client::{
    Client,
    view::{Connection, Preferences, Theme},
};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, window::Color};

/// Label of the only window.
pub(crate) const MAIN: &str = "main";

const NAME: &str = "Secondary Accounts";
/// Stands wherever invented people are shown.
const PRACTICE: &str = "Practice: invented people, nothing leaves this computer";

/// Opens the window, in its colours from the first frame on.
pub(crate) fn open(app: &AppHandle, preferences: &Preferences) -> tauri::Result<()> {
    let theme = match preferences.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(title(app))
        .inner_size(1180.0, 780.0)
        .min_inner_size(480.0, 360.0)
        .theme(theme)
        .background_color(if theme == Some(tauri::Theme::Dark) {
            Color(22, 30, 27, 255)
        } else {
            Color(249, 251, 250, 255)
        })
        .initialization_script(before_first_paint(preferences))
        .on_navigation(is_own)
        .build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(|view| draw_without_gpu(&view.inner()))?;
    window.set_focus()
}

/// Text and lines need no graphics card. Without one the page holds some 70 MiB less, follows a key sooner where OpenGL is
/// made up in software (remote desktops, virtual machines), and drivers that leave a web view blank are out of the way.
#[cfg(target_os = "linux")]
fn draw_without_gpu(view: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    if let Some(settings) = view.settings() {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}

/// Brings the window to the front, when the program is started a second time.
pub(crate) fn come_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let forward = |window: &WebviewWindow| -> tauri::Result<()> {
            window.unminimize()?;
            window.show()?;
            window.set_focus()
        };
        if let Err(error) = forward(&window) {
            tracing::warn!(%error, "the window did not come forward");
        }
    }
}

/// Puts the practice mark into the title, or takes it out.
pub(crate) fn name(app: &AppHandle) {
    let (app, title) = (app.clone(), title(app));
    let told = app.clone().run_on_main_thread(move || {
        if let Some(window) = app.get_webview_window(MAIN)
            && let Err(error) = window.set_title(&title)
        {
            tracing::warn!(%error, "the window kept its title");
        }
    });
    if let Err(error) = told {
        tracing::warn!(%error, "the window kept its title");
    }
}

fn title(app: &AppHandle) -> String {
    match app.try_state::<Client>().and_then(|client| client.connection()) {
        Some(Connection::Practice) => format!("{NAME} - {PRACTICE}"),
        Some(Connection::Real) | None => NAME.into(),
    }
}

fn is_own(url: &tauri::Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

/// Theme and text size, set before the page draws anything.
fn before_first_paint(preferences: &Preferences) -> String {
    let theme = match preferences.theme {
        Theme::System => "",
        Theme::Light => "document.documentElement.dataset.theme = 'light';",
        Theme::Dark => "document.documentElement.dataset.theme = 'dark';",
    };
    let zoom = f32::from(preferences.text_size) / 100.0;
    format!(
        "(() => {{ const set = () => {{ {theme} document.documentElement.style.zoom = '{zoom}'; }};
         document.documentElement ? set() : document.addEventListener('readystatechange', set, {{ once: true }}); }})();"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_pages() {
        let own = |text: &str| is_own(&text.parse().unwrap());
        assert!(own("tauri://localhost/index.html"));
        assert!(!own("https://example.edu/"));
        assert!(!own("http://127.0.0.1:8080/"));
        assert!(!own("file:///etc/passwd"));
        assert!(!own("data:text/html,x"));
    }
}

//! The program as a whole.

use super::Answer;
use client::{
    Client,
    view::{Problem, ProblemCode, Start},
};
use serde::Deserialize;
use tauri::{
    AppHandle, Manager, Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn start(client: State<'_, Client>) -> Answer<Start> {
    Ok(client.start().await)
}

/// Pages are opened over https, or from this computer itself, where the practice campus is.
fn may_be_opened(url: &tauri::Url) -> bool {
    matches!(url.scheme(), "https" | "mailto" | "tel")
        || (url.scheme() == "http"
            && url.host_str() == Some("127.0.0.1")
            && url.username().is_empty()
            && url.password().is_none())
}

/// Opens a web page, a mail address or a telephone number with the program that the person has for it.
#[tauri::command]
async fn open_link(url: tauri::Url) -> Answer<()> {
    let problem = |message: &str| Problem {
        code: ProblemCode::BadInput,
        message: message.into(),
        retry_after: None,
        profile: None,
        said: None,
    };
    if !may_be_opened(&url) {
        return Err(problem("only web pages, mail addresses and telephone numbers are opened"));
    }
    webbrowser::open(url.as_str()).map_err(|_| problem("no program could be started for it"))
}

#[tauri::command]
async fn dismiss_salvage(client: State<'_, Client>) -> Answer<()> {
    client.dismiss_salvage().await
}

/// What the desktop says of a request while the window is not in front.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    title: String,
    body: String,
}

/// Longest title and body, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_BODY: usize = 400;

/// Shows a notice on the desktop, unless the window is in front or the person wants none. A desktop that shows none is no
/// fault: everything is in the window as well.
#[tauri::command]
async fn notify<R: Runtime>(app: AppHandle<R>, client: State<'_, Client>, notice: Notice) -> Answer<()> {
    let in_front = app.webview_windows().values().any(|window| window.is_focused().unwrap_or(false));
    if in_front || !client.preferences().notices {
        return Ok(());
    }
    let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let title = cut(&notice.title, LONGEST_TITLE);
    // Desktops may take the body for markup.
    let body =
        cut(&notice.body, LONGEST_BODY).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let shown = tauri::async_runtime::spawn_blocking(move || {
        notify_rust::Notification::new()
            .appname("Secondary Accounts")
            .summary(&title)
            .body(&body)
            .show()
            .map(drop)
    });
    if let Ok(Err(error)) = shown.await {
        tracing::info!(%error, "the desktop shows no notices");
    }
    Ok(())
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("program")
        .invoke_handler(tauri::generate_handler![start, open_link, dismiss_salvage, notify])
        .build()
}

#[cfg(test)]
mod tests {
    use super::may_be_opened;

    #[test]
    fn what_is_opened_leaves_encrypted_or_stays_on_this_computer() {
        let opens = |text: &str| may_be_opened(&text.parse().unwrap());
        for link in ["https://it.example.edu/", "mailto:a@example.edu", "tel:+441865612345"] {
            assert!(opens(link), "{link}");
        }
        assert!(opens("http://127.0.0.1:4711/contact"), "the practice campus");
        for link in [
            "http://it.example.edu/",
            "http://127.0.0.1.example.edu/",
            "http://a@127.0.0.1/",
            "file:///etc/passwd",
        ] {
            assert!(!opens(link), "{link}");
        }
    }
}

//! The program as a whole.

use super::Answer;
use client::{
    Client,
    view::{Problem, ProblemCode, Start},
};
use tauri::{
    Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn start(client: State<'_, Client>) -> Answer<Start> {
    Ok(client.start().await)
}

/// Opens a web page, a mail address or a telephone number with the program that the person has for it.
#[tauri::command]
async fn open_link(url: tauri::Url) -> Answer<()> {
    let problem = |message: &str| Problem {
        code: ProblemCode::BadInput,
        message: message.into(),
        retry_after: None,
        profile: None,
    };
    if !matches!(url.scheme(), "https" | "mailto" | "tel") {
        return Err(problem("only web pages, mail addresses and telephone numbers are opened"));
    }
    webbrowser::open(url.as_str()).map_err(|_| problem("no program could be started for it"))
}

#[tauri::command]
async fn dismiss_salvage(client: State<'_, Client>) -> Answer<()> {
    client.dismiss_salvage().await
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("program")
        .invoke_handler(tauri::generate_handler![start, open_link, dismiss_salvage])
        .build()
}

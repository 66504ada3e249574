//! Which institutions there are.

use super::Answer;
use client::{
    Client,
    view::{InstitutionChoice, InstitutionView, Problem, ProblemCode},
};
use std::path::PathBuf;
use tauri::{
    AppHandle, Runtime, State,
    plugin::{Builder, TauriPlugin},
};
use tauri_plugin_dialog::DialogExt;

/// Adds an institution from a file that is named, or that the person chooses.
#[tauri::command]
async fn add_from_file<R: Runtime>(
    app: AppHandle<R>,
    client: State<'_, Client>,
    path: Option<String>,
) -> Answer<InstitutionChoice> {
    let path = match path {
        Some(path) => PathBuf::from(path),
        None => choose(app).await?,
    };
    client.add_institution(&path)
}

async fn choose<R: Runtime>(app: AppHandle<R>) -> Answer<PathBuf> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // Whoever waits may be gone: the window was closed.
    app.dialog().file().add_filter("TOML", &["toml"]).pick_file(move |chosen| drop(sender.send(chosen)));
    let chosen = receiver.await.ok().flatten().and_then(|chosen| chosen.into_path().ok());
    chosen.ok_or_else(|| Problem {
        code: ProblemCode::Cancelled,
        message: "no file was chosen".into(),
        retry_after: None,
        profile: None,
        said: None,
    })
}

#[tauri::command]
async fn details(client: State<'_, Client>, id: String) -> Answer<InstitutionView> {
    client.institution(&id)
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("institutions").invoke_handler(tauri::generate_handler![add_from_file, details]).build()
}

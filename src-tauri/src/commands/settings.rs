//! How the program looks and behaves for this person.

use super::Answer;
use client::{Client, view::Preferences};
use tauri::{
    Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn set(client: State<'_, Client>, preferences: Preferences) -> Answer<Preferences> {
    client.set_preferences(&preferences)
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("settings").invoke_handler(tauri::generate_handler![set]).build()
}

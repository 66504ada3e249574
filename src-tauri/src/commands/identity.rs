//! Who is signed in.

use super::Answer;
use client::{Client, view::SignInRequest};
use tauri::{
    Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn sign_in(client: State<'_, Client>, request: SignInRequest) -> Answer<()> {
    client.sign_in(request);
    Ok(())
}

#[tauri::command]
async fn cancel_sign_in(client: State<'_, Client>) -> Answer<()> {
    client.cancel_sign_in();
    Ok(())
}

#[tauri::command]
async fn open_again(client: State<'_, Client>) -> Answer<()> {
    client.open_again();
    Ok(())
}

#[tauri::command]
async fn switch_to(client: State<'_, Client>, id: String) -> Answer<()> {
    client.switch_to(id).await
}

#[tauri::command]
async fn sign_out(client: State<'_, Client>, forget: bool) -> Answer<()> {
    client.sign_out(forget).await
}

#[tauri::command]
async fn unlock(client: State<'_, Client>, passphrase: Option<String>) -> Answer<()> {
    client.unlock(passphrase).await
}

#[tauri::command]
async fn forget(client: State<'_, Client>, id: String) -> Answer<()> {
    client.forget(id).await
}

#[tauri::command]
async fn keep_unit(client: State<'_, Client>, keep: bool) -> Answer<()> {
    client.keep_unit(keep).await
}

#[tauri::command]
async fn try_again(client: State<'_, Client>) -> Answer<()> {
    client.try_again().await
}

#[tauri::command]
async fn go_on_without(client: State<'_, Client>) -> Answer<()> {
    client.go_on_without().await
}

#[tauri::command]
async fn set_passphrase(client: State<'_, Client>, passphrase: String) -> Answer<()> {
    client.set_passphrase(passphrase).await
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("identity")
        .invoke_handler(tauri::generate_handler![
            sign_in,
            cancel_sign_in,
            open_again,
            switch_to,
            sign_out,
            unlock,
            forget,
            set_passphrase,
            keep_unit,
            try_again,
            go_on_without
        ])
        .build()
}

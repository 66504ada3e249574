//! What is known of accounts and of the people who own or use them.

use super::Answer;
use accounts::{AccountId, PersonId};
use client::{
    Client,
    view::{
        AccountPage, AccountTrail, AccountView, Home, LookUp, PeoplePage, PeopleSearch, PersonView, Search,
    },
};
use tauri::{
    Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn search(client: State<'_, Client>, search: Search) -> Answer<AccountPage> {
    client.search(search).await
}

#[tauri::command]
async fn account(client: State<'_, Client>, id: AccountId) -> Answer<AccountView> {
    client.account(id).await
}

#[tauri::command]
async fn people(client: State<'_, Client>, search: PeopleSearch) -> Answer<PeoplePage> {
    client.people(search).await
}

#[tauri::command]
async fn person(client: State<'_, Client>, id: PersonId) -> Answer<PersonView> {
    client.person(id).await
}

#[tauri::command]
async fn home(client: State<'_, Client>) -> Answer<Home> {
    client.home().await
}

#[tauri::command]
async fn check_now(client: State<'_, Client>) -> Answer<()> {
    client.check_now()
}

#[tauri::command]
async fn look_up(client: State<'_, Client>, query: String) -> Answer<LookUp> {
    client.look_up(query).await
}

#[tauri::command]
async fn trail(client: State<'_, Client>, id: AccountId, ask: bool) -> Answer<AccountTrail> {
    client.account_trail(id, ask).await
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("accounts")
        .invoke_handler(tauri::generate_handler![
            search, account, people, person, home, check_now, look_up, trail
        ])
        .build()
}

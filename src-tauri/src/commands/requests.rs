//! What is asked for, and how far it has come.

use super::Answer;
use accounts::{AccountId, PersonId};
use client::{
    Client,
    view::{
        Decision, FoundPeople, NameCheck, Offer, PlanView, RequestFacet, RequestForm, RequestId, RequestPage,
        RequestView, Resolution, Said,
    },
};
use tauri::{
    Runtime, State,
    plugin::{Builder, TauriPlugin},
};

#[tauri::command]
async fn list(client: State<'_, Client>, facet: RequestFacet) -> Answer<RequestPage> {
    client.requests(facet).await
}

#[tauri::command]
async fn get(client: State<'_, Client>, id: RequestId) -> Answer<RequestView> {
    client.request(id).await
}

#[tauri::command]
async fn offers(client: State<'_, Client>, account: Option<AccountId>) -> Answer<Vec<Offer>> {
    client.offers(account).await
}

#[tauri::command]
async fn check_name(client: State<'_, Client>, name: String, owner: Option<PersonId>) -> Answer<NameCheck> {
    client.check_name(name, owner).await
}

#[tauri::command]
async fn desk_answers(client: State<'_, Client>) -> Answer<bool> {
    client.desk_answers().await
}

#[tauri::command]
async fn tried(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.tried(id).await
}

#[tauri::command]
async fn let_be(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.let_be(id).await
}

#[tauri::command]
async fn plan(client: State<'_, Client>, form: RequestForm) -> Answer<PlanView> {
    client.plan(form).await
}

#[tauri::command]
async fn save_draft(client: State<'_, Client>, form: RequestForm) -> Answer<RequestId> {
    client.save_draft(form).await
}

#[tauri::command]
async fn send(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.send(id).await
}

#[tauri::command]
async fn discard(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.discard(id).await
}

#[tauri::command]
async fn withdraw(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.withdraw(id).await
}

#[tauri::command]
async fn undo(client: State<'_, Client>, id: RequestId) -> Answer<RequestId> {
    client.undo(id).await
}

#[tauri::command]
async fn resolve(client: State<'_, Client>, id: RequestId, resolution: Resolution) -> Answer<()> {
    client.resolve(id, resolution).await
}

#[tauri::command]
async fn send_again(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.send_again(id).await
}

#[tauri::command]
async fn anew(client: State<'_, Client>, id: RequestId) -> Answer<RequestId> {
    client.anew(id).await
}

#[tauri::command]
async fn hold_back(client: State<'_, Client>, id: RequestId) -> Answer<()> {
    client.hold_back(id).await
}

#[tauri::command]
async fn check(client: State<'_, Client>, id: Option<RequestId>) -> Answer<()> {
    if let Some(id) = id {
        client.look_again(id).await?;
    }
    client.check_desk().await
}

#[tauri::command]
async fn say(client: State<'_, Client>, said: Said) -> Answer<()> {
    client.say(said).await
}

#[tauri::command]
async fn keep_unsent(client: State<'_, Client>, said: Said) -> Answer<()> {
    client.keep_unsent(said).await
}

#[tauri::command]
async fn decide(client: State<'_, Client>, decision: Decision) -> Answer<bool> {
    client.decide(decision).await
}

#[tauri::command]
async fn find_people(client: State<'_, Client>, query: String) -> Answer<FoundPeople> {
    client.find_people(query).await
}

pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("requests")
        .invoke_handler(tauri::generate_handler![
            list,
            get,
            offers,
            check_name,
            desk_answers,
            tried,
            let_be,
            plan,
            save_draft,
            send,
            discard,
            withdraw,
            undo,
            resolve,
            send_again,
            hold_back,
            anew,
            check,
            say,
            keep_unsent,
            decide,
            find_people
        ])
        .build()
}

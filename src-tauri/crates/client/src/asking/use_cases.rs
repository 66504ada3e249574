//! What can be asked of the program about requests, one method for each use case.

use super::{decide, find_people, in_sight, withdraw};
use crate::{
    client::{Client, check_text},
    view::{
        AccessForm, Decision, FoundPeople, PlanView, Problem, RequestFacet, RequestId, RequestPage,
        RequestView, Resolution,
    },
};

impl Client {
    pub async fn requests(&self, facet: RequestFacet) -> Result<RequestPage, Problem> {
        self.read(move |open| open.requests(facet)).await
    }

    pub async fn request(&self, id: RequestId) -> Result<RequestView, Problem> {
        self.read(move |open| open.request(&id)).await
    }

    /// What a form comes to, before anything is sent.
    pub async fn plan(&self, form: AccessForm) -> Result<PlanView, Problem> {
        self.read(move |open| open.plan(&form)).await
    }

    pub async fn save_draft(&self, form: AccessForm) -> Result<RequestId, Problem> {
        self.read(move |open| open.save_draft(form)).await
    }

    /// Puts a draft into the outbox and waits a moment for the desk. What became of it is in the request.
    pub async fn send(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.to_outbox(&id)).await?;
        self.go_round().await
    }

    pub async fn discard(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.discard(&id)).await
    }

    pub async fn withdraw(&self, id: RequestId) -> Result<(), Problem> {
        withdraw(self.stage.open()?, id).await
    }

    /// A new draft that gives back what a request changed.
    pub async fn undo(&self, id: RequestId) -> Result<RequestId, Problem> {
        self.read(move |open| open.undo(&id)).await
    }

    pub async fn resolve(&self, id: RequestId, resolution: Resolution) -> Result<(), Problem> {
        self.read(move |open| open.resolve(&id, resolution)).await?;
        if resolution == Resolution::Keep { self.go_round().await } else { Ok(()) }
    }

    /// Sends again what may have arrived, because the person says so.
    pub async fn send_again(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.send_again(&id)).await?;
        self.go_round().await
    }

    /// Looks at the desk and at the record now.
    pub async fn check_desk(&self) -> Result<(), Problem> {
        self.stage.open()?.check_now(false);
        self.go_round().await
    }

    pub async fn decide(&self, decision: Decision) -> Result<(), Problem> {
        decide(self.stage.open()?, decision).await
    }

    /// People and groups who may be meant by what was typed.
    pub async fn find_people(&self, query: String) -> Result<FoundPeople, Problem> {
        check_text(&query)?;
        find_people(self.stage.open()?, query).await
    }

    async fn go_round(&self) -> Result<(), Problem> {
        in_sight(self.stage.open()?).await;
        Ok(())
    }
}

//! What can be asked of the program about requests, one method for each use case.

use super::{
    IN_SIGHT, checking,
    deciding::decide,
    discard_after_looking, in_sight, look_again, resolve, say, send_again,
    trail::account_trail,
    typing::{check_name, desk_answers, find_people},
    withdraw,
};
use crate::{
    client::{Client, check_text},
    view::{
        AccountTrail, Decision, FoundPeople, NameCheck, Offer, PlanView, Problem, RequestFacet, RequestForm,
        RequestId, RequestPage, RequestView, Resolution, Said,
    },
};
use accounts::{AccountId, PersonId};

impl Client {
    pub async fn requests(&self, facet: RequestFacet) -> Result<RequestPage, Problem> {
        self.read(move |open| open.requests(facet)).await
    }

    pub async fn request(&self, id: RequestId) -> Result<RequestView, Problem> {
        self.read(move |open| open.request(&id)).await
    }

    /// What can be asked for about an account, or about none.
    pub async fn offers(&self, account: Option<AccountId>) -> Result<Vec<Offer>, Problem> {
        self.read(move |open| open.offers(account.as_ref())).await
    }

    /// What is to be said of a username while it is typed, for an account that `owner` is to have.
    pub async fn check_name(&self, name: String, owner: Option<PersonId>) -> Result<NameCheck, Problem> {
        check_text(&name)?;
        check_text(owner.as_ref().map(PersonId::as_str).unwrap_or_default())?;
        Ok(check_name(self.stage.open()?, name, owner).await)
    }

    /// What was asked for about an account, and what became of it; `ask`: as the desk tells it now.
    pub async fn account_trail(&self, id: AccountId, ask: bool) -> Result<AccountTrail, Problem> {
        check_text(id.as_str())?;
        account_trail(self.stage.open()?, id, ask).await
    }

    /// Whether the desk can be reached from here, now.
    pub async fn desk_answers(&self) -> Result<bool, Problem> {
        Ok(desk_answers(self.stage.open()?).await)
    }

    /// Whoever asked has tried it, and it works.
    pub async fn tried(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.tried(&id)).await
    }

    /// Nothing more is reminded of about the end of what it gave.
    pub async fn let_be(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.let_be(&id)).await
    }

    /// What a form comes to, before anything is sent.
    pub async fn plan(&self, form: RequestForm) -> Result<PlanView, Problem> {
        checking::plan(self.stage.open()?, form, IN_SIGHT).await
    }

    pub async fn save_draft(&self, form: RequestForm) -> Result<RequestId, Problem> {
        self.read(move |open| open.save_draft(form)).await
    }

    /// Puts a draft into the outbox and waits a moment for the desk. What became of it is in the request.
    pub async fn send(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.to_outbox(&id)).await?;
        self.go_round().await
    }

    pub async fn discard(&self, id: RequestId) -> Result<(), Problem> {
        discard_after_looking(self.stage.open()?, id).await
    }

    pub async fn withdraw(&self, id: RequestId) -> Result<(), Problem> {
        withdraw(self.stage.open()?, id).await
    }

    /// A new draft that gives back what a request changed.
    pub async fn undo(&self, id: RequestId) -> Result<RequestId, Problem> {
        self.read(move |open| open.undo(&id)).await
    }

    /// A new draft with what is in a request that was refused or withdrawn.
    pub async fn anew(&self, id: RequestId) -> Result<RequestId, Problem> {
        self.read(move |open| open.anew(&id)).await
    }

    pub async fn resolve(&self, id: RequestId, resolution: Resolution) -> Result<(), Problem> {
        resolve(self.stage.open()?, id, resolution).await?;
        if resolution == Resolution::Keep { self.go_round().await } else { Ok(()) }
    }

    /// Sends again what may have arrived, because the person says so.
    pub async fn send_again(&self, id: RequestId) -> Result<(), Problem> {
        send_again(self.stage.open()?, id).await?;
        self.go_round().await
    }

    /// Takes back that it is to be sent again, as long as it has not gone.
    pub async fn hold_back(&self, id: RequestId) -> Result<(), Problem> {
        self.read(move |open| open.hold_back(&id)).await
    }

    /// Looks at the desk and at the record now.
    pub async fn check_desk(&self) -> Result<(), Problem> {
        self.stage.open()?.check_now(false);
        self.go_round().await
    }

    /// Looks at one request at the desk now, also where the desk is no longer asked about it by itself.
    pub async fn look_again(&self, id: RequestId) -> Result<(), Problem> {
        look_again(self.stage.open()?, id).await
    }

    /// Answers what was asked about one's own request, or asks about somebody else's before deciding.
    pub async fn say(&self, said: Said) -> Result<(), Problem> {
        say(self.stage.open()?, said).await
    }

    /// Keeps what is written to be said about a request, so that it is there again after a kill.
    pub async fn keep_unsent(&self, said: Said) -> Result<(), Problem> {
        self.read(move |open| open.keep_unsent(said)).await
    }

    /// Whether it was decided: not where the account has changed since it was asked, unless `despite` says so.
    pub async fn decide(&self, decision: Decision) -> Result<bool, Problem> {
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

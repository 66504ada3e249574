//! What happens by itself: decisions that nobody made in time, and the effects of approvals. Neither where what a request names
//! has changed meanwhile: that is for people to see first.
//!
//! Nothing runs in the background. Before any request to the directory or the desk is answered, whatever is due by then is
//! done, in its order; so nobody can tell that it was not done at its moment.

use super::decide::{Made, approve, barred, changed, leave_for_people, refuse};
use super::names::unit_of_new;
use super::trail::{self, What};
use super::weigh::nothing_yet;
use super::wire::{Moment, Request, Status};
use super::{record, words};
use crate::scim::{change, make, recorded};
use crate::site::{Campus, Shared};
use accounts::{RequestKind, Wish, applied, remaining};
use axum::extract::{self, State};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use sqlx::SqliteConnection;

/// Does what is due, then answers.
pub(crate) async fn settled(State(campus): State<Shared>, request: extract::Request, next: Next) -> Response {
    // Where that fails the next request tries again: late is better than no answer.
    if let Err(problem) = settle(&campus).await {
        tracing::error!(%problem, "what is due");
    }
    next.run(request).await
}

/// Lays down when the desk decides by itself, which may be another time than at the last start.
pub(crate) async fn expect_decisions(campus: &Campus) -> Result<(), sqlx::Error> {
    let mut connection = campus.db.acquire().await?;
    record::decide_after(&mut connection, campus.decide_after).await
}

/// When the desk decides by itself on what comes to it at that moment, in milliseconds since 1970. `None`: it never does.
pub(super) fn decided_at(campus: &Campus, comes: Timestamp) -> Option<i64> {
    campus.decide_after.map(|seconds| comes.as_millisecond() + i64::from(seconds) * 1000)
}

async fn settle(campus: &Campus) -> Result<(), sqlx::Error> {
    let now = campus.clock.now();
    let mut connection = campus.db.acquire().await?;
    if record::next_due(&mut connection, now).await?.is_none() {
        return Ok(());
    }
    drop(connection);
    // Looked for again within: somebody else may have done it meanwhile.
    let mut transaction = campus.db.begin_with("BEGIN IMMEDIATE").await?;
    while let Some((mut request, at)) = record::next_due(&mut transaction, now).await? {
        match request.status {
            Status::WithDesk => {
                let changed = changed(&mut transaction, &request, &request.wish).await?;
                if !changed.is_empty() {
                    leave_for_people(&mut transaction, &mut request, &changed, at).await?;
                } else if let Some(reason) = barred(campus, &mut transaction, &request, at).await? {
                    refuse(&mut transaction, &mut request, Made { by: None, reason, at }).await?;
                } else {
                    let made = Made { by: None, reason: words::BY_ITSELF.to_owned(), at };
                    approve(campus, &mut transaction, &mut request, made, &[]).await?;
                }
            }
            Status::Applying => apply(campus, &mut transaction, &mut request, at, now).await?,
            Status::NeedsAnswer | Status::Done | Status::Refused | Status::Withdrawn => {
                record::keep(&mut transaction, &request, None).await?;
            }
        }
    }
    transaction.commit().await?;
    campus.sight.changed();
    Ok(())
}

/// Puts a request into effect as of `at`, if what it was approved from is still so. The account's own date is `now`, so that
/// whoever keeps copies learns of it.
async fn apply(
    campus: &Campus,
    connection: &mut SqliteConnection,
    request: &mut Request,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let changed = changed(connection, request, &request.as_approved()).await?;
    if !changed.is_empty() {
        return leave_for_people(connection, request, &changed, at).await;
    }
    if let Some(reason) = barred(campus, connection, request, at).await? {
        return refuse(connection, request, Made { by: None, reason, at }).await;
    }
    let wish = request.wish.known();
    if let Err(reason) = put_into_effect(campus, connection, request, &wish, now).await? {
        return refuse(connection, request, Made { by: None, reason, at }).await;
    }
    let text = words::applied(&request.account.label, &request.wish);
    trail::add(connection, &request.id, at, None, What::Applied, &text).await?;
    // What is only answers leaves nothing to read back.
    if let Some(id) = request.account.value.as_deref().filter(|_| !wish.edits.is_empty()) {
        let after = recorded(connection, id).await?;
        if after.is_some_and(|after| remaining(&after.account, &wish).is_none()) {
            trail::add(connection, &request.id, at, None, What::Confirmed, words::CONFIRMED).await?;
        } else {
            tracing::error!(
                request = request.id,
                campus = campus.issuer,
                "the record is not as it was asked"
            );
        }
    }
    request.status = Status::Done;
    request.modified = Moment(at);
    request.done_at = Some(Moment(at));
    record::keep(connection, request, None).await
}

/// `Err` within: why it cannot be done any more. Nothing of it was done then.
async fn put_into_effect(
    campus: &Campus,
    connection: &mut SqliteConnection,
    request: &mut Request,
    wish: &Wish,
    now: Timestamp,
) -> Result<Result<(), String>, sqlx::Error> {
    let done = match &request.account.value {
        Some(id) => {
            let Some(found) = recorded(connection, id).await? else {
                return Ok(Err(words::ACCOUNT_GONE.to_owned()));
            };
            change(connection, &found, &wish.edits, &campus.institution, now).await?
        }
        None if wish.kind == RequestKind::NewAccount => {
            let mut account = applied(&nothing_yet(), wish);
            let owner = account.owner.as_ref().map(|owner| owner.who.id.as_str());
            account.unit = unit_of_new(connection, owner, &request.requester).await?;
            let made = make(connection, &account, &campus.institution, &campus.schemas, now).await?;
            made.map(|id| request.account.value = Some(id))
        }
        None => Ok(()),
    };
    Ok(done.map_err(|why| words::impossible(&why)))
}

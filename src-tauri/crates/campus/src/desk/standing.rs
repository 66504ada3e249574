//! Who may see a request, and who may decide on it.

use super::problem::DeskProblem;
use super::record;
use super::wire::{Named, Request};
use crate::scim::{Recorded, recorded};
use accounts::{Account, Me, Role};
use sqlx::SqliteConnection;

/// A request as its reader comes to it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) request: Request,
    /// Whether the reader may decide on it.
    pub(super) decides: bool,
}

/// Whether `me` decides on requests at all.
pub(super) fn is_decider(me: &Me) -> bool {
    me.role == Role::ServiceDesk || !me.held_units.is_empty()
}

/// Whether `me` may decide: the service desk on any request, an IT officer on those for accounts of their units and for new
/// accounts of `units`, and nobody on their own. `account`: `None` when there is none, or it is gone.
fn may_decide(me: &Me, requester: &str, account: Option<&Account>, units: &[String]) -> bool {
    let holds_account =
        || account.and_then(|account| account.unit.as_ref()).is_some_and(|unit| me.holds(&unit.id));
    let holds_new = || units.iter().any(|unit| me.holds(&unit.as_str().into()));
    me.id.as_str() != requester && (me.role == Role::ServiceDesk || holds_account() || holds_new())
}

/// The request, if `me` may see it: their own, or one that they may decide on.
pub(super) async fn visible(
    connection: &mut SqliteConnection,
    me: &Me,
    number: i64,
) -> Result<Seen, DeskProblem> {
    let request = record::by_number(connection, number).await?.ok_or_else(DeskProblem::no_such_request)?;
    let found: Option<Recorded> = match &request.account.value {
        Some(id) => recorded(connection, id).await?,
        None => None,
    };
    let units = record::units(connection, number).await?;
    let account = found.as_ref().map(|found| &found.account);
    let decides = may_decide(me, &request.requester.value, account, &units);
    if decides || request.requester.value == me.id.as_str() {
        Ok(Seen { request, decides })
    } else {
        Err(DeskProblem::no_such_request())
    }
}

pub(super) fn named(me: &Me) -> Named {
    Named { value: me.id.as_str().to_owned(), display: me.name.clone() }
}

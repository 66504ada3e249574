//! Who asks.

use super::error::ScimError;
use super::kind::Kind;
use super::{shape, store};
use crate::oidc::{Refusal, bearer_token, subject};
use crate::secret;
use crate::site::{Campus, DIRECTORY_SCOPE};
use accounts::Me;
use axum::http::HeaderMap;

#[derive(Debug, Clone)]
pub(crate) enum Reader {
    /// The side that keeps the record: sees and changes everything.
    Provisioning,
    /// Somebody who signed in: reads what the rules show.
    Person(Box<Me>),
}

impl Reader {
    /// Whoever the request's token stands for.
    pub(super) async fn of(campus: &Campus, headers: &HeaderMap) -> Result<Self, ScimError> {
        Ok(Self::identify(campus, headers, DIRECTORY_SCOPE).await?)
    }

    /// Whoever the request's token stands for, or why that is not known. `scope`: which a person's token has to cover.
    pub(crate) async fn identify(
        campus: &Campus,
        headers: &HeaderMap,
        scope: &'static str,
    ) -> Result<Self, Refusal> {
        if bearer_token(headers)
            .is_some_and(|token| secret::same(&secret::digest(token), &campus.provisioning))
        {
            return Ok(Self::Provisioning);
        }
        let id = subject(campus, headers, scope).await?;
        let mut connection = campus.db.acquire().await?;
        let found = match store::by_id(&mut connection, Kind::User, &id).await? {
            Some(person) => Some(person),
            None => store::by_id(&mut connection, Kind::Account, &id)
                .await?
                .map(|stored| store::Stored { document: shape::account_as_user(&stored.document), ..stored }),
        };
        drop(connection);
        let Some(found) = found else { return Err(Refusal::Invalid) };
        let groups = store::groups_of(&campus.db, &id).await?;
        Ok(Self::Person(Box::new(shape::me(&id, &found.document, &groups))))
    }

    /// Refuses everybody but the provisioning side.
    pub(super) fn may_write(&self) -> Result<(), ScimError> {
        match self {
            Self::Provisioning => Ok(()),
            Self::Person(_) => Err(ScimError::read_only()),
        }
    }
}

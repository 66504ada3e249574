//! Who is signed in, also where a directory has no `/Me`.

use crate::{
    Directory, Error,
    client::json,
    error::accept,
    loose::{Many, scim},
    me::{self, User},
    text::Exact,
};
use accounts::Me;

/// What a sign-in says of a person, for a directory that has to look them up.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignedInAs<'a> {
    /// `preferred_username`, where the provider tells it (OpenID Connect Core section 5.1).
    pub username: Option<&'a str>,
    /// `sub`.
    pub subject: Option<&'a str>,
}

scim! {
    struct Users {
        total: Option<u64> = "totalResults",
        resources: Many<User> = "Resources",
    }
}

/// The attribute that a person is looked up by.
#[derive(Clone, Copy)]
enum By {
    Username,
    ExternalId,
}

impl Directory {
    /// Who is signed in: as [`Directory::me`] tells or, where the directory leaves that out as RFC 7644 section 3.11 lets it,
    /// the one person in `/Users` whom the sign-in names, by `userName` or else by `externalId`.
    ///
    /// # Errors
    /// [`Error::NobodyNamed`] where there is no `/Me` and no such person, or more than one answer.
    pub async fn who(&self, token: &str, known: SignedInAs<'_>) -> Result<Me, Error> {
        match self.me(token).await {
            Err(Error::NotOffered) => {}
            answer => return answer,
        }
        for (by, value) in [(By::Username, known.username), (By::ExternalId, known.subject)] {
            if let Some(value) = value.filter(|value| !value.trim().is_empty())
                && let Some(user) = self.only_user(token, by, value).await?
            {
                return me::from_wire(user);
            }
        }
        Err(Error::NobodyNamed)
    }

    /// The one person with this `value`. `None` where nobody has it, or the directory answers anything else than just one
    /// resource that has: some ignore filters, and whoever stands first is not the reader.
    async fn only_user(&self, token: &str, by: By, value: &str) -> Result<Option<User>, Error> {
        let filter = format!("{} eq {}", by.attribute(), serde_json::Value::from(value));
        let mut url = self.addresses.endpoint("Users")?;
        url.query_pairs_mut().extend_pairs([("filter", filter.as_str()), ("count", "2")]);
        let answer = self.ask(url, token).await?;
        if matches!(answer.status, 400 | 403 | 404 | 405 | 410 | 501) {
            return Ok(None);
        }
        let Users { total, resources } = json(&accept(answer)?)?;
        let mut users = resources.or_none().into_iter();
        let (Some(user), None, None | Some(1)) = (users.next(), users.next(), total) else { return Ok(None) };
        Ok(Some(user).filter(|user| by.is_of(user, value)))
    }
}

impl By {
    fn attribute(self) -> &'static str {
        match self {
            Self::Username => "userName",
            Self::ExternalId => "externalId",
        }
    }

    /// A username is the same in any case, an external identifier only as it is (RFC 7643 sections 4.1.1 and 3.1).
    fn is_of(self, user: &User, value: &str) -> bool {
        match (self, &user.username, &user.external_id) {
            (Self::Username, Exact::Is(username), _) => username.eq_ignore_ascii_case(value),
            (Self::ExternalId, _, Exact::Is(id)) => id == value,
            _ => false,
        }
    }
}

//! The directory itself: one question, one answer.

use crate::{
    Abilities, Error,
    account::{Resource, Taken},
    address::Addresses,
    error::{accept, not_json},
    loose::{self, Loose, Whole},
    me,
    page::Page,
};
use accounts::{Account, AccountId, Me};
use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use url::Url;
use web::{Answer, PAGE_CAP, Web};

/// A university's account directory. Cloning shares its connections.
#[derive(Debug, Clone)]
pub struct Directory {
    web: Web,
    pub(crate) addresses: Addresses,
    /// Narrows every list to the accounts of some principals.
    pub(crate) only: Option<String>,
}

impl Directory {
    /// # Errors
    /// [`Error::BadAddress`] where `base` is not https (or on this computer), or `accounts_path` leaves it.
    pub fn new(web: Web, base: &str, accounts_path: &str) -> Result<Self, Error> {
        Ok(Self { web, addresses: Addresses::new(base, accounts_path)?, only: None })
    }

    /// The same directory, asked only for what one of `principals` (ids of a person and of their groups) is, owns or
    /// holds a grant to. For readers who may see far more than their own, such as the service desk. The directory has
    /// to offer filters.
    #[must_use]
    pub fn only_of<'a>(&self, principals: impl IntoIterator<Item = &'a str>) -> Self {
        let of = |id: &str| {
            let id = serde_json::Value::from(id);
            format!("id eq {id} or owner.value eq {id} or grants.value eq {id}")
        };
        let only = principals.into_iter().map(of).collect::<Vec<_>>().join(" or ");
        Self { only: Some(format!("({only})")), ..self.clone() }
    }

    /// Who is signed in (RFC 7644 section 3.11). The one redirect that section allows, from `/Me` to the person's own
    /// resource, is followed once and only below the base.
    ///
    /// # Errors
    /// [`Error::NotOffered`] where the directory has no `/Me`.
    pub async fn me(&self, token: &str) -> Result<Me, Error> {
        let mut answer = self.ask(self.addresses.endpoint("Me")?, token).await?;
        if answer.status == 308
            && let Some(url) = self.addresses.pointed_to(&answer)
        {
            answer = self.ask(url, token).await?;
        }
        if matches!(answer.status, 404 | 405 | 410) {
            return Err(Error::NotOffered);
        }
        me::from_wire(json(&accept(answer)?)?)
    }

    /// What the directory says it can do (RFC 7643 section 5). One that does not say, or says it to browsers alone, is
    /// asked for nothing special: this is advice, and everything else can be read without it.
    ///
    /// # Errors
    /// What says nothing of this question alone: the sign-in is not accepted, later, no answer, or an answer that is
    /// cut or otherwise broken.
    pub async fn abilities(&self, token: &str) -> Result<Abilities, Error> {
        let answer = self.ask(self.addresses.endpoint("ServiceProviderConfig")?, token).await?;
        if matches!(answer.status, 400 | 403 | 404 | 405 | 410 | 501) || (answer.is_ok() && is_page(&answer))
        {
            return Ok(Abilities::default());
        }
        Ok(Abilities::from_wire(&json(&accept(answer)?)?))
    }

    /// How many accounts the directory shows this reader, without reading them (RFC 7644 section 3.4.2.4).
    ///
    /// # Errors
    /// [`Error::NotUsable`] also where the answer has no total, or no page of nothing may be asked for (`invalidCount`):
    /// RFC 9865 section 2 allows both.
    pub async fn count(&self, token: &str) -> Result<u64, Error> {
        let mut query = vec![("count", "0")];
        query.extend(self.only.as_deref().map(|only| ("filter", only)));
        let url = self.addresses.accounts(&query);
        let answer = accept(self.ask(url, token).await?)?;
        Page::read(&text(&answer)?)?.total.ok_or_else(|| Error::NotUsable("it has no totalResults".into()))
    }

    /// Whether the directory still has one account and shows it to this reader (RFC 7644 section 3.4.1).
    pub async fn has(&self, token: &str, id: &AccountId) -> Result<bool, Error> {
        let url = self.addresses.account(id.as_str())?;
        let answer = self.ask(url, token).await?;
        if matches!(answer.status, 403 | 404 | 410) {
            return Ok(false);
        }
        accept(answer).map(|_| true)
    }

    /// One account as the directory has it now (RFC 7644 section 3.4.1). `None` where it is gone, or not shown to this reader.
    ///
    /// # Errors
    /// [`Error::NotUsable`] also where another account comes back, or one that cannot be read.
    pub async fn account(&self, token: &str, id: &AccountId) -> Result<Option<Account>, Error> {
        let answer = self.ask(self.addresses.account(id.as_str())?, token).await?;
        if matches!(answer.status, 403 | 404 | 410) {
            return Ok(None);
        }
        match json::<Resource>(&accept(answer)?)?.take(false) {
            Taken::Account(account) if account.id == *id => Ok(Some(*account)),
            _ => Err(Error::NotUsable("it is not the account that was asked for".into())),
        }
    }

    /// Asks once. Every status is an answer.
    pub(crate) async fn ask(&self, url: Url, token: &str) -> Result<Answer, Error> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Error::NotUsable("the sign-in's token cannot be sent".into()))?;
        bearer.set_sensitive(true);
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/scim+json, application/json;q=0.9"));
        headers.insert(AUTHORIZATION, bearer);
        let answer = self.web.send(request, PAGE_CAP).await?;
        tracing::debug!(status = answer.status, bytes = answer.body.len(), "directory answered");
        Ok(answer)
    }
}

/// An answer's body as text. Bytes that are no UTF-8 are replaced: one broken name is no reason to read nothing.
///
/// Content types are often wrong, so only a page that is meant for a browser is refused by it.
pub(crate) fn text(answer: &Answer) -> Result<std::borrow::Cow<'_, str>, Error> {
    if is_called_page(answer) {
        return Err(Error::NotUsable("it is a page for a browser".into()));
    }
    Ok(String::from_utf8_lossy(&answer.body))
}

fn is_called_page(answer: &Answer) -> bool {
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("text/html"))
}

/// Whether an answer is a page for a browser, whatever it is called.
fn is_page(answer: &Answer) -> bool {
    is_called_page(answer) || answer.body.trim_ascii_start().starts_with(b"<")
}

pub(crate) fn json<T: Loose>(answer: &Answer) -> Result<T, Error> {
    let text = text(answer)?;
    loose::read::<Whole<T>>(&text).map(|whole| whole.0).map_err(|fault| not_json(&fault))
}

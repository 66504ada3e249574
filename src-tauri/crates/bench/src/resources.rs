//! The accounts that are served from memory: read once from a campus, then altered, added to and taken from.

use crate::Outcome;
use crate::support::Campus;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashSet;
use web::{Limits, PAGE_CAP, Web, header};

/// Resources on a page, as many as the program asks for.
pub(crate) const PAGE: usize = 500;
/// The unit that the IT officer of the invented people looks after.
const UNIT: &str = "earth";

/// One account as it travels.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) id: String,
    version: String,
    pub(crate) modified: Timestamp,
    pub(crate) json: String,
}

impl Resource {
    fn of(resource: &Value) -> Option<Self> {
        Some(Self {
            id: resource.get("id")?.as_str()?.to_owned(),
            version: resource.pointer("/meta/version")?.as_str()?.to_owned(),
            modified: resource.pointer("/meta/lastModified")?.as_str()?.parse().ok()?,
            json: resource.to_string(),
        })
    }

    /// The name that its screens show and the name of its owner.
    pub(crate) fn names(&self) -> [String; 2] {
        let whole: Value = serde_json::from_str(&self.json).unwrap_or_default();
        ["/displayName", "/owner/display"]
            .map(|path| whole.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    fn changed(&self, at: Timestamp, change: impl FnOnce(&mut Value)) -> Option<Self> {
        let mut whole: Value = serde_json::from_str(&self.json).ok()?;
        change(&mut whole);
        *whole.pointer_mut("/meta/lastModified")? = format!("{at:.3}").into();
        *whole.pointer_mut("/meta/version")? = format!("W/\"{}\"", at.as_millisecond()).into();
        Self::of(&whole)
    }
}

/// A person as `/Me` describes them, and every account of their unit.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) me: String,
    pub(crate) accounts: Vec<Resource>,
}

impl Record {
    /// Reads it from a running campus with its provisioning token.
    pub(crate) async fn read(campus: &Campus, username: &str) -> Outcome<Self> {
        let token = campus.provisioning_token();
        let web = Web::new(Limits::default());
        let filter = [("filter", format!("userName eq \"{username}\""))];
        let people = ask(&web, &format!("{}/Users", campus.directory()), &filter, &token).await?;
        let id =
            people.pointer("/Resources/0/id").and_then(Value::as_str).ok_or("the officer is not there")?;
        let unit = json!({ "value": UNIT, "display": "Earth Sciences" });
        let me = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": id, "userName": username, "displayName": "Prepared Officer", "active": true,
            "roles": [{ "value": "it-officer" }],
            "urn:secondary-accounts:params:scim:schemas:extension:1.0:User": { "unit": unit, "heldUnits": [unit] },
        });
        let mut accounts = Vec::new();
        let mut cursor = String::new();
        loop {
            let query = [("count", PAGE.to_string()), ("cursor", cursor.clone())];
            let page =
                ask(&web, &format!("{}/SecondaryAccounts", campus.directory()), &query, &token).await?;
            let found = page.get("Resources").and_then(Value::as_array).ok_or("a page without accounts")?;
            let of_unit = found
                .iter()
                .filter(|account| account.pointer("/unit/value").is_some_and(|unit| unit == UNIT));
            accounts.extend(of_unit.filter_map(Resource::of));
            match page.get("nextCursor").and_then(Value::as_str) {
                Some(next) => next.clone_into(&mut cursor),
                None => return Ok(Self { me: me.to_string(), accounts }),
            }
        }
    }

    /// Renames `altered` accounts, spread over the whole list, and adds `new` ones, all at `at`.
    pub(crate) fn move_on(&self, altered: usize, new: usize, at: Timestamp) -> Self {
        let mut next = self.clone();
        let apart = (self.accounts.len() / altered.max(1)).max(1);
        for account in next.accounts.iter_mut().step_by(apart).take(altered) {
            let renamed = account.changed(at, |whole| {
                let name = whole.get("displayName").and_then(Value::as_str).unwrap_or_default();
                let name = format!("{name} renamed");
                if let Some(shown) = whole.get_mut("displayName") {
                    *shown = name.into();
                }
            });
            if let Some(renamed) = renamed {
                *account = renamed;
            }
        }
        let models = self.accounts.iter().take(new).enumerate();
        next.accounts.extend(models.filter_map(|(number, model)| {
            model.changed(at, |whole| {
                for (name, value) in [
                    ("id", format!("{}-new", model.id)),
                    ("userName", format!("newcomer{number}")),
                    ("address", format!("newcomer{number}@earth.example.edu")),
                ] {
                    if let Some(place) = whole.get_mut(name) {
                        *place = value.into();
                    }
                }
            })
        }));
        next
    }

    /// Takes `gone` accounts out: the first of those altered last, which a reading goes by, and others spread over the whole list.
    pub(crate) fn without(&self, gone: usize) -> Self {
        let all = || self.accounts.iter().enumerate();
        let newest = all().rev().max_by_key(|(_, account)| account.modified).map(|(at, _)| at);
        let apart = (self.accounts.len() / gone.max(1)).max(1);
        let others = (1..self.accounts.len()).step_by(apart).filter(|at| Some(*at) != newest);
        let gone: HashSet<usize> = newest.into_iter().chain(others).take(gone).collect();
        let accounts = all().filter(|(at, _)| !gone.contains(at)).map(|(_, account)| account.clone());
        Self { me: self.me.clone(), accounts: accounts.collect() }
    }

    /// The whole list in pages, each naming the next one as its cursor.
    pub(crate) fn pages(&self) -> Vec<String> {
        self.paged(|account| account.json.clone())
    }

    /// The same with identifiers and versions alone.
    pub(crate) fn id_pages(&self) -> Vec<String> {
        self.paged(|account| json!({ "id": account.id, "meta": { "version": account.version } }).to_string())
    }

    fn paged(&self, write: impl Fn(&Resource) -> String) -> Vec<String> {
        let pages = self.accounts.chunks(PAGE).enumerate();
        pages
            .map(|(number, accounts)| {
                let last = (number + 1) * PAGE >= self.accounts.len();
                let next = (!last).then(|| number + 1);
                list(self.accounts.len(), next, &accounts.iter().map(&write).collect::<Vec<_>>())
            })
            .collect()
    }

    /// What was altered at or after `since`, on one page.
    pub(crate) fn altered_since(&self, since: Timestamp) -> String {
        let altered = self.accounts.iter().filter(|account| account.modified >= since);
        let altered: Vec<_> = altered.map(|account| account.json.clone()).collect();
        list(altered.len(), None, &altered)
    }
}

/// A ListResponse (RFC 7644 section 3.4.2, RFC 9865).
pub(crate) fn list(total: usize, next: Option<usize>, resources: &[String]) -> String {
    let next = next.map_or_else(String::new, |next| format!(r#""nextCursor":"{next}","#));
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{total},{next}"itemsPerPage":{},"Resources":[{}]}}"#,
        resources.len(),
        resources.join(",")
    )
}

async fn ask(web: &Web, address: &str, query: &[(&str, String)], token: &str) -> Outcome<Value> {
    let url = url::Url::parse_with_params(address, query)?;
    let mut request = web.get(url);
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse()?);
    let answer = web.send(request, PAGE_CAP).await?;
    if !answer.is_ok() {
        return Err(format!("the campus answered {}", answer.status).into());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(accounts: usize) -> Record {
        let account = |n: usize| {
            json!({
                "id": format!("a{n}"), "userName": format!("u{n}"), "address": "u@earth.example.edu",
                "displayName": "Office", "meta": { "version": "1", "lastModified": "2026-11-20T09:00:00.000Z" }
            })
        };
        let accounts = (0..accounts).map(|n| Resource::of(&account(n)).unwrap()).collect();
        Record { me: String::new(), accounts }
    }

    #[test]
    fn what_moves_on_is_found_by_its_date_and_what_is_gone_is_not() {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let next = record(1000).move_on(90, 5, at);
        assert_eq!(next.accounts.len(), 1005);
        let altered: Value = serde_json::from_str(&next.altered_since(at)).unwrap();
        assert_eq!(altered["totalResults"], 95);
        let left = next.without(5);
        assert_eq!(left.accounts.len(), 1000);
        assert_eq!(next.accounts.first().map(|first| first.modified), Some(at), "altered last, as others");
        assert!(left.accounts.iter().all(|account| account.id != "a0"), "and gone");
    }

    #[test]
    fn pages_lead_on_to_their_last() {
        let pages = record(1001).pages();
        assert_eq!(pages.len(), 3);
        let page = |n: usize| serde_json::from_str::<Value>(&pages[n]).unwrap();
        assert_eq!((page(0)["nextCursor"].as_str(), page(2)["nextCursor"].as_str()), (Some("1"), None));
        assert_eq!(page(2)["itemsPerPage"], 1);
    }
}

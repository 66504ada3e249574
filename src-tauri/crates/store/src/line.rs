//! An account as a line of a list: read from what is stored without reading who has access, of which only the number is
//! drawn.

use crate::{Error, list};
use accounts::{Access, Account, AccountId, AccountState, KindId, Standing};
use rusqlite::Row;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use std::fmt;

/// What a line of a list says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub id: AccountId,
    /// E-mail address. Absent where the account has no mailbox.
    pub address: Option<String>,
    pub username: String,
    pub display_name: String,
    pub kind: KindId,
    pub state: AccountState,
    owner: Option<Name>,
    access: Grants,
}

/// A line of the list, with what the reader is to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub line: Line,
    pub standing: Standing,
    /// The whole account, where it needs somebody: what it needs is in it.
    pub needs: Option<Box<Account>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Name {
    name: String,
}

/// [`accounts::Access`], with the number of grants in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Grants {
    shown: Shown,
    #[serde(default)]
    grants: Counted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names that `Access` has on the wire")]
enum Shown {
    All,
    Own,
    NotShown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counted(usize);

impl Line {
    /// The owner's name, where the record says who it is.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_ref().map(|owner| owner.name.as_str())
    }

    /// How many have access. `None` where the reader is not shown everyone.
    pub fn people(&self) -> Option<usize> {
        (self.access.shown == Shown::All).then_some(self.access.grants.0)
    }
}

pub(crate) const SELECT: &str = "SELECT body, standing, needs_from FROM account";

impl Listed {
    /// From a row of [`SELECT`]. Whole where it needs somebody by `day`.
    pub(crate) fn read(row: &Row<'_>, day: i32) -> Result<Self, Error> {
        let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let needs_from: Option<i32> = row.get(2)?;
        let needs = needs_from.is_some_and(|from| from <= day).then(|| serde_json::from_str(body));
        Ok(Self {
            line: serde_json::from_str(body)?,
            standing: list::standing(row.get(1)?),
            needs: needs.transpose()?.map(Box::new),
        })
    }
}

impl From<&Account> for Line {
    fn from(account: &Account) -> Self {
        let shown = match account.access {
            Access::All(_) => Shown::All,
            Access::Own(_) => Shown::Own,
            Access::NotShown => Shown::NotShown,
        };
        Self {
            id: account.id.clone(),
            address: account.address.clone(),
            username: account.username.clone(),
            display_name: account.display_name.clone(),
            kind: account.kind.clone(),
            state: account.state,
            owner: account.owner.as_ref().map(|owner| Name { name: owner.who.name.clone() }),
            access: Grants { shown, grants: Counted(account.access.grants().len()) },
        }
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Counting)
    }
}

struct Counting;

impl<'de> Visitor<'de> for Counting {
    type Value = Counted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Counted, A::Error> {
        let mut count = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Counted(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounts::{Grant, PersonRef, Principal, PrincipalKind};

    fn principal(name: &str) -> Principal {
        let who = PersonRef {
            id: name.into(),
            name: name.into(),
            username: None,
            unit: None,
            leaves_on: None,
            has_left: false,
        };
        Principal { kind: PrincipalKind::Person, who }
    }

    fn account(access: Access) -> Account {
        Account {
            id: "a".into(),
            address: None,
            username: "enquiries".into(),
            display_name: "Enquiries".into(),
            kind: KindId("mailbox-only".into()),
            unit: None,
            owner: Some(principal("Maren Tolliver")),
            access,
            state: AccountState::NotKnown,
            sign_in: None,
            size: None,
            expires: None,
            hidden_from_address_list: None,
            version: None,
            last_modified: None,
        }
    }

    #[test]
    fn a_line_says_the_same_as_the_account_it_is_read_from() {
        let grants = vec![Grant { to: principal("Jo Ferrand"), rights: vec![] }; 3];
        for (access, people) in [
            (Access::All(grants.clone()), Some(3)),
            (Access::All(vec![]), Some(0)),
            (Access::Own(grants), None),
            (Access::NotShown, None),
        ] {
            let account = account(access);
            let line: Line = serde_json::from_str(&serde_json::to_string(&account).unwrap()).unwrap();
            assert_eq!(line, Line::from(&account), "read from the store or from the account itself");
            assert_eq!(line.people(), people, "what is not shown is not a number");
            assert_eq!(line.owner(), Some("Maren Tolliver"));
        }
    }
}

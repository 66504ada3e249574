//! An account in the making.

use super::rows::{Writer, unit_name};
use crate::institution::QUOTA;
use crate::json::set;
use crate::scim::Kind;
use accounts::Meaning;
use institutions::KindFamily;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

const GIB: u64 = 1024 * 1024 * 1024;

/// What is special about an account. The rest follows from its kind.
#[derive(Debug, Clone)]
pub(super) struct NewAccount {
    username: String,
    name: String,
    kind: &'static str,
    unit: &'static str,
    owner: Option<String>,
    grants: Vec<(String, Vec<Meaning>)>,
    state: &'static str,
    mfa: &'static str,
    /// Share of the quota that is used, in percent. `None`: by chance.
    full: Option<u64>,
    expires: Option<i32>,
    hidden: bool,
}

/// An active account that shows in the address list, with a second factor where it has a password.
pub(super) fn account(username: &str, name: &str, kind: &'static str, unit: &'static str) -> NewAccount {
    NewAccount {
        username: username.to_owned(),
        name: name.to_owned(),
        kind,
        unit,
        owner: None,
        grants: Vec::new(),
        state: "active",
        mfa: "on",
        full: None,
        expires: None,
        hidden: false,
    }
}

impl NewAccount {
    pub(super) fn owned_by(self, name: &str) -> Self {
        Self { owner: Some(name.to_owned()), ..self }
    }

    /// Gives rights by letter: f reads all, s sends as it, b sends on its behalf, a opens by itself.
    pub(super) fn used_by(mut self, name: &str, letters: &str) -> Self {
        let meanings = letters.chars().filter_map(|letter| match letter {
            'f' => Some(Meaning::Read),
            's' => Some(Meaning::SendAs),
            'b' => Some(Meaning::SendOnBehalf),
            'a' => Some(Meaning::OpensByItself),
            _ => None,
        });
        self.grants.push((name.to_owned(), meanings.collect()));
        self
    }

    pub(super) fn state(self, state: &'static str) -> Self {
        Self { state, ..self }
    }

    pub(super) fn without_mfa(self) -> Self {
        Self { mfa: "off", ..self }
    }

    pub(super) fn full(self, percent: u64) -> Self {
        Self { full: Some(percent), ..self }
    }

    /// Days from today. Below 0: has ended.
    pub(super) fn expires(self, days: i32) -> Self {
        Self { expires: Some(days), ..self }
    }

    pub(super) fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    pub(super) async fn write(
        self,
        writer: &mut Writer<'_>,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        let institution = writer.institution;
        let Some(kind) = institution.kind(self.kind, family(self.kind)) else { return Ok(()) };
        let mut document = json!({
            "userName": self.username,
            "displayName": self.name,
            "kind": kind.id,
            "unit": {"value": self.unit, "display": unit_name(self.unit)},
            "state": self.state,
            "signIn": {"enabled": kind.sign_in && self.state != "suspended", "mfa": if kind.sign_in { self.mfa } else { "notConcerned" }},
            "hiddenFromAddressList": self.hidden,
        });
        if let Some(owner) = self.owner.and_then(|name| writer.named(&name)) {
            set(&mut document, "owner", owner.into());
        }
        let mut grants = Vec::new();
        for (name, meanings) in self.grants {
            if let Some(mut holder) = writer.named(&name) {
                let rights = institution.rights_meaning(&meanings);
                holder.insert("rights".into(), rights.into());
                grants.push(Value::from(holder));
            }
        }
        if !grants.is_empty() {
            set(&mut document, "grants", grants.into());
        }
        if kind.mailbox {
            set(
                &mut document,
                "address",
                format!("{}@{}", self.username, institution.domain(Some(self.unit))).into(),
            );
            let used = match self.full {
                Some(percent) => QUOTA / 100 * percent,
                None => writer.dice.between(GIB / 20, QUOTA / 3),
            };
            let measured = writer.moment(-20).to_string();
            set(&mut document, "mailbox", json!({"bytes": used, "quotaBytes": QUOTA, "measured": measured}));
        }
        if let Some(days) = self.expires {
            set(&mut document, "expires", format!("{}T23:59:59Z", writer.day(days)).into());
        }
        let hours = i64::try_from(writer.dice.between(2, 24 * 300)).unwrap_or(2);
        let id = writer.dice.id("account", &self.username);
        let at = writer.moment(-hours);
        writer.insert(connection, Kind::Account, &id, &document, at).await
    }
}

/// What an institution that names its kinds otherwise would call most alike.
fn family(kind: &str) -> KindFamily {
    match kind {
        "mailbox-only" => KindFamily::Mailbox,
        "sign-in-only" => KindFamily::SignIn,
        "room" => KindFamily::Room,
        "equipment" => KindFamily::Equipment,
        _ => KindFamily::MailboxAndSignIn,
    }
}

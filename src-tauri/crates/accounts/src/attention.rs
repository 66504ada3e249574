//! What on an account needs somebody, judged from the record alone.

use crate::{Account, AccountState, Me, Mfa, PrincipalKind, standing};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Above this many people the mail service no longer vouches for a shared mailbox (Microsoft's published limit).
pub const MANY_PEOPLE: usize = 25;

/// How many days ahead an end is worth a line. A term's length: time enough to hand over.
pub const LEAVING_SOON_DAYS: i32 = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "kind")]
pub enum AttentionKind {
    /// The owner leaves, or has left.
    OwnerLeaves { name: String, has_left: bool },
    /// Somebody who has left still has access.
    LeaverHasAccess { name: String },
    Expires,
    NeverActivated,
    OverQuota,
    /// A password without a second factor.
    PasswordWithoutMfa,
    /// People are to be added, but the address list leaves the account out, so they could not open it.
    HiddenWithPeople,
    ManyPeople {
        #[ts(type = "number")]
        count: usize,
    },
}

/// One thing that needs the reader, with the day by which it matters where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    #[serde(flatten)]
    pub kind: AttentionKind,
    #[ts(type = "string | null")]
    pub by: Option<Date>,
}

/// What needs `me` on `account` on the day of `now`, nearest date first. Empty unless `me` owns it or holds its unit.
pub fn attention(account: &Account, me: &Me, now: Timestamp) -> Vec<Attention> {
    let standing = standing(account, me);
    if !standing.sees_everyone() {
        return Vec::new();
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    let horizon = today.saturating_add(LEAVING_SOON_DAYS.days());
    let mut found = Vec::new();
    let mut add = |kind, by| found.push(Attention { kind, by });

    if let Some(expires) = account.expires {
        let day = expires.to_zoned(TimeZone::UTC).date();
        if day <= horizon {
            add(AttentionKind::Expires, Some(day));
        }
    }
    if let Some(owner) = &account.owner
        && owner.kind == PrincipalKind::Person
        && !me.is(owner.who.id.as_str())
    {
        let name = owner.who.name.clone();
        if owner.who.has_left {
            add(AttentionKind::OwnerLeaves { name, has_left: true }, owner.who.leaves_on);
        } else if let Some(day) = owner.who.leaves_on.filter(|day| *day <= horizon) {
            add(AttentionKind::OwnerLeaves { name, has_left: day < today }, Some(day));
        }
    }
    if account.state == AccountState::NeverActivated {
        add(AttentionKind::NeverActivated, None);
    }
    if let Some(size) = account.size
        && size.quota_bytes.is_some_and(|quota| size.bytes > quota)
    {
        add(AttentionKind::OverQuota, None);
    }
    if account.sign_in.is_some_and(|sign_in| sign_in.enabled && sign_in.mfa == Mfa::Off) {
        add(AttentionKind::PasswordWithoutMfa, None);
    }
    let grants = account.access.grants();
    for grant in grants.iter().filter(|grant| grant.to.who.has_left) {
        add(AttentionKind::LeaverHasAccess { name: grant.to.who.name.clone() }, grant.to.who.leaves_on);
    }
    if account.hidden_from_address_list == Some(true) && !grants.is_empty() {
        add(AttentionKind::HiddenWithPeople, None);
    }
    if grants.len() > MANY_PEOPLE {
        add(AttentionKind::ManyPeople { count: grants.len() }, None);
    }
    found.sort_by_key(|item| item.by.unwrap_or(Date::MAX));
    found
}

//! What on an account needs somebody, judged from the record alone.

use crate::{Account, AccountState, Me, Mfa, PrincipalKind, standing};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Above this many people the mail service no longer vouches for a shared mailbox (Microsoft's published limit).
pub const MANY_PEOPLE: usize = 25;

/// How many days ahead an end is worth a line: time enough to hand over.
pub const LEAVING_SOON_DAYS: i32 = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "kind")]
pub enum AttentionKind {
    /// The owner leaves, or has left.
    OwnerLeaves {
        name: String,
        has_left: bool,
    },
    /// Somebody who has left still has access.
    LeaverHasAccess {
        name: String,
    },
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
///
/// `zone`: the institution's, in which its days are counted.
pub fn attention(account: &Account, me: &Me, now: Timestamp, zone: &TimeZone) -> Vec<Attention> {
    let today = day(now, zone);
    let mut found: Vec<_> = triggers(account, me, zone).filter(|trigger| trigger.from() <= today).collect();
    found.sort_by_key(|trigger| trigger.by.unwrap_or(Date::MAX));
    found.into_iter().map(|Trigger { kind, by, .. }| Attention { kind, by }).collect()
}

/// The first day on which [`attention`] has something to say: [`Date::MIN`] where it always has, `None` where never.
pub fn attention_from(account: &Account, me: &Me, zone: &TimeZone) -> Option<Date> {
    triggers(account, me, zone).map(|trigger| trigger.from()).min()
}

/// Something that needs somebody, always or from some days before a date.
struct Trigger {
    kind: AttentionKind,
    by: Option<Date>,
    always: bool,
}

impl Trigger {
    fn from(&self) -> Date {
        match self.by {
            Some(by) if !self.always => by.saturating_sub(LEAVING_SOON_DAYS.days()),
            _ => Date::MIN,
        }
    }
}

fn triggers(account: &Account, me: &Me, zone: &TimeZone) -> impl Iterator<Item = Trigger> + use<> {
    let mut found = Vec::new();
    if standing(account, me).sees_everyone() {
        dated(account, me, zone, &mut found);
        undated(account, &mut found);
    }
    found.into_iter()
}

fn dated(account: &Account, me: &Me, zone: &TimeZone, found: &mut Vec<Trigger>) {
    if let Some(expires) = account.expires {
        found.push(Trigger { kind: AttentionKind::Expires, by: Some(day(expires, zone)), always: false });
    }
    if let Some(owner) = &account.owner
        && owner.kind == PrincipalKind::Person
        && !me.is(owner.who.id.as_str())
        && (owner.who.has_left || owner.who.leaves_on.is_some())
    {
        let has_left = owner.who.has_left;
        let kind = AttentionKind::OwnerLeaves { name: owner.who.name.clone(), has_left };
        found.push(Trigger { kind, by: owner.who.leaves_on, always: has_left });
    }
}

fn undated(account: &Account, found: &mut Vec<Trigger>) {
    let mut add = |kind, by| found.push(Trigger { kind, by, always: true });
    if account.state == AccountState::NeverActivated {
        add(AttentionKind::NeverActivated, None);
    }
    if account.size.is_some_and(|size| size.quota_bytes.is_some_and(|quota| size.bytes > quota)) {
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
}

fn day(time: Timestamp, zone: &TimeZone) -> Date {
    time.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, NamedUnit, PersonRef, Principal, Role};
    use proptest::prelude::*;

    fn me() -> Me {
        Me {
            id: "me".into(),
            name: String::new(),
            username: String::new(),
            role: Role::ItOfficer,
            unit: None,
            held_units: vec![NamedUnit { id: "earth".into(), name: "Earth Sciences".into() }],
            groups: vec![],
            teams: vec![],
            category: None,
        }
    }

    fn account() -> Account {
        Account {
            id: "a".into(),
            address: None,
            username: "labdata".into(),
            display_name: "Lab data".into(),
            kind: "sign-in-only".into(),
            unit: Some(NamedUnit { id: "earth".into(), name: "Earth Sciences".into() }),
            owner: None,
            access: Access::All(vec![]),
            state: AccountState::Active,
            sign_in: None,
            size: None,
            expires: None,
            hidden_from_address_list: None,
            version: None,
            last_modified: None,
        }
    }

    fn at(date: Date) -> Timestamp {
        date.to_zoned(TimeZone::UTC).unwrap().timestamp()
    }

    fn owner(leaves_on: Option<Date>, has_left: bool) -> Principal {
        let who = PersonRef {
            id: "p1".into(),
            name: "Idris Penhallow".into(),
            username: None,
            unit: None,
            leaves_on,
            has_left,
        };
        Principal { kind: PrincipalKind::Person, who }
    }

    #[test]
    fn an_end_is_told_ahead_and_stays_told_when_it_has_passed() {
        let end = jiff::civil::date(2026, 12, 4);
        let account = Account { expires: Some(at(end)), ..account() };
        assert!(
            attention(&account, &me(), at(jiff::civil::date(2026, 9, 1)), &TimeZone::UTC).is_empty(),
            "too early to trouble anyone"
        );
        for today in [jiff::civil::date(2026, 11, 22), jiff::civil::date(2027, 1, 1)] {
            assert_eq!(attention(&account, &me(), at(today), &TimeZone::UTC).len(), 1, "{today}");
        }
    }

    /// An account that ends with 4 December at its institution ends on that day, whatever the day is in UTC.
    #[test]
    fn an_end_is_of_the_institutions_own_day() {
        let rows = [
            ("2026-12-04T23:59:59Z", 0, "2026-12-04"),
            ("2026-12-05T06:59:59Z", -7, "2026-12-04"),
            ("2026-12-05T07:00:00Z", -7, "2026-12-05"),
            ("2026-12-04T14:59:59Z", 9, "2026-12-04"),
            ("2026-12-04T15:00:00Z", 9, "2026-12-05"),
        ];
        for (end, hours, expected) in rows {
            let zone = TimeZone::fixed(jiff::tz::offset(hours));
            let account = Account { expires: Some(end.parse().unwrap()), ..account() };
            let expected: Date = expected.parse().unwrap();
            let first = expected.saturating_sub(LEAVING_SOON_DAYS.days());
            assert_eq!(attention_from(&account, &me(), &zone), Some(first), "{end}, UTC{hours:+}");
            let midnight = first.to_zoned(zone.clone()).unwrap().timestamp();
            let told = attention(&account, &me(), midnight, &zone);
            assert_eq!(told.first().and_then(|told| told.by), Some(expected), "{end}, UTC{hours:+}");
            let before = midnight.checked_sub(1.second()).unwrap();
            assert!(attention(&account, &me(), before, &zone).is_empty(), "{end}, UTC{hours:+}: a day early");
        }
    }

    #[test]
    fn whoever_only_uses_an_account_is_not_troubled() {
        let account = Account { state: AccountState::NeverActivated, ..account() };
        let stranger = Me { role: Role::Member, ..me() };
        let now = at(jiff::civil::date(2026, 11, 22));
        assert!(attention(&account, &stranger, now, &TimeZone::UTC).is_empty());
    }

    proptest! {
        #[test]
        fn the_first_day_is_the_first_day(
            leaves in proptest::option::of(0i32..400), left: bool, expires in proptest::option::of(0i32..400),
            never: bool, today in 0i32..400,
        ) {
            let start = jiff::civil::date(2026, 1, 1);
            let plus = |days: i32| start.saturating_add(days.days());
            let account = Account {
                owner: Some(owner(leaves.map(plus), left)),
                expires: expires.map(|days| at(plus(days))),
                state: if never { AccountState::NeverActivated } else { AccountState::Active },
                ..account()
            };
            let speaks = !attention(&account, &me(), at(plus(today)), &TimeZone::UTC).is_empty();
            let from = attention_from(&account, &me(), &TimeZone::UTC);
            prop_assert_eq!(speaks, from.is_some_and(|from| from <= plus(today)));
        }
    }
}

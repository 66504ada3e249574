//! What somebody asks for: only what a wish names may change.

use crate::{Access, Account, AccountState, Grant, KindId, PersonId, Principal, RequestKind, RightId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What an institution is asked for (C4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    pub kind: RequestKind,
    /// What is to differ afterwards, as far as a record can show it.
    pub edits: Vec<Edit>,
    /// What else the institution's form asks, by question.
    #[serde(default)]
    pub answers: Answers,
}

/// Answers to an institution's own questions.
pub type Answers = BTreeMap<String, Answer>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Answer {
    YesNo(bool),
    Number(#[ts(type = "number")] i64),
    /// A text, one of several choices, or a day as `2027-01-31`.
    Text(String),
}

/// One fact about an account, as it is to be afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "what")]
pub enum Edit {
    /// One person's or group's rights, all of them. No rights: no access.
    Access {
        to: Principal,
        rights: Vec<RightId>,
    },
    /// Who answers for it.
    Owner {
        to: Principal,
    },
    Kind {
        kind: KindId,
    },
    Username {
        username: String,
    },
    DisplayName {
        name: String,
    },
    State {
        state: AccountState,
    },
    /// The moment at which it ends.
    Expires {
        #[ts(type = "string")]
        at: Timestamp,
    },
}

/// One person's or group's rights as they should be afterwards, all of them. No rights: no access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    pub to: Principal,
    pub rights: Vec<RightId>,
}

/// How far apart two ends of the same day may be kept.
const SAME_DAY: SignedDuration = SignedDuration::from_hours(12);

/// Which fact an edit is about: an account has one of each, and one of access for each person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    Access(&'a PersonId),
    Owner,
    Kind,
    Username,
    DisplayName,
    State,
    Expires,
}

impl From<AccessChange> for Edit {
    fn from(AccessChange { to, rights }: AccessChange) -> Self {
        Self::Access { to, rights }
    }
}

impl Edit {
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::Access { to, .. } => Subject::Access(&to.who.id),
            Self::Owner { .. } => Subject::Owner,
            Self::Kind { .. } => Subject::Kind,
            Self::Username { .. } => Subject::Username,
            Self::DisplayName { .. } => Subject::DisplayName,
            Self::State { .. } => Subject::State,
            Self::Expires { .. } => Subject::Expires,
        }
    }

    /// The same fact as `account` has it. `None`: it has none, or the record does not say.
    pub fn as_on(&self, account: &Account) -> Option<Self> {
        Some(match self {
            Self::Access { to, .. } => match account.grant_of(&to.who.id) {
                Some(grant) => Self::Access { to: grant.to.clone(), rights: grant.rights.clone() },
                None => Self::Access { to: to.clone(), rights: Vec::new() },
            },
            Self::Owner { .. } => Self::Owner { to: account.owner.clone()? },
            Self::Kind { .. } => Self::Kind { kind: account.kind.clone() },
            Self::Username { .. } => Self::Username { username: account.username.clone() },
            Self::DisplayName { .. } => Self::DisplayName { name: account.display_name.clone() },
            Self::State { .. } => Self::State { state: account.state },
            Self::Expires { .. } => Self::Expires { at: account.expires? },
        })
    }

    /// The same where it says anything: a record may have the fact and leave it empty, and a name that is only the address
    /// again is none.
    pub fn known_on(&self, account: &Account) -> Option<Self> {
        self.as_on(account).filter(|fact| match fact {
            Self::Kind { kind } => !kind.as_str().is_empty(),
            Self::Username { username } => !username.is_empty(),
            Self::DisplayName { name } => !name.is_empty() && account.address.as_ref() != Some(name),
            Self::State { state } => *state != AccountState::NotKnown,
            _ => true,
        })
    }

    /// Whether two edits ask for the same: rights in whatever order, people by their ids, an end by its day, whether that is
    /// kept as its last second here, in UTC, or as the midnight after.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Access { to, rights }, Self::Access { to: other, rights: others }) => {
                to.who.id == other.who.id && same_rights(rights, others)
            }
            (Self::Owner { to }, Self::Owner { to: other }) => to.who.id == other.who.id,
            (Self::Expires { at }, Self::Expires { at: other }) => {
                at.duration_since(*other).abs() <= SAME_DAY
            }
            _ => self == other,
        }
    }

    /// Whether `account` is so already.
    pub fn is_so_on(&self, account: &Account) -> bool {
        self.as_on(account).is_some_and(|now| self.is_same(&now))
    }

    fn apply(&self, account: &mut Account) {
        match self {
            Self::Access { to, rights } => {
                let (Access::All(grants) | Access::Own(grants)) = &mut account.access else { return };
                match grants.iter_mut().find(|grant| grant.to.who.id == to.who.id) {
                    Some(grant) => grant.rights.clone_from(rights),
                    None => grants.push(Grant { to: to.clone(), rights: rights.clone() }),
                }
                grants.retain(|grant| !grant.rights.is_empty());
            }
            Self::Owner { to } => account.owner = Some(to.clone()),
            Self::Kind { kind } => account.kind.clone_from(kind),
            Self::Username { username } => account.username.clone_from(username),
            Self::DisplayName { name } => account.display_name.clone_from(name),
            Self::State { state } => account.state = *state,
            Self::Expires { at } => account.expires = Some(*at),
        }
    }
}

impl Wish {
    pub fn change_access(changes: Vec<AccessChange>) -> Self {
        let edits = changes.into_iter().map(Edit::from).collect();
        Self { kind: RequestKind::ChangeAccess, edits, answers: Answers::new() }
    }

    /// Whoever is to be given, or to lose, rights.
    pub fn access(&self) -> impl Iterator<Item = (&Principal, &[RightId])> {
        self.edits.iter().filter_map(|edit| match edit {
            Edit::Access { to, rights } => Some((to, rights.as_slice())),
            _ => None,
        })
    }

    /// Whether it names the person or group as somebody whose rights change.
    pub fn names(&self, who: &PersonId) -> bool {
        self.access().any(|(to, _)| to.who.id == *who)
    }

    /// The same wish with other edits.
    #[must_use]
    fn with(&self, edits: Vec<Edit>) -> Self {
        Self { edits, ..self.clone() }
    }
}

/// The account as it is once `wish` has been carried out in full. What the wish does not name stays as it is.
#[must_use]
pub fn applied(account: &Account, wish: &Wish) -> Account {
    let mut after = account.clone();
    for edit in &wish.edits {
        edit.apply(&mut after);
    }
    after
}

/// The kind that the account is of once `wish` has been carried out: by it go an institution's questions and its policy.
/// `None`: none is chosen yet, the record does not say, or there is no account.
pub fn kind_after(account: &Account, wish: &Wish) -> Option<KindId> {
    Some(applied(account, wish).kind).filter(|kind| !kind.as_str().is_empty())
}

/// The wish that gives back what `wish` changes, from the account as it was `before`. What the record did not know then
/// cannot be given back, and answers to an institution's own questions have no before.
#[must_use]
pub fn undone(before: &Account, wish: &Wish) -> Wish {
    let back = |edit: &Edit| match edit {
        // Of somebody who is not shown it is not known what they held.
        Edit::Access { to, .. } if !shows(before, &to.who.id) => None,
        _ => edit.known_on(before),
    };
    Wish { answers: Answers::new(), ..wish.with(wish.edits.iter().filter_map(back).collect()) }
}

/// Whether the record says what somebody holds.
fn shows(account: &Account, who: &PersonId) -> bool {
    matches!(account.access, Access::All(_)) || account.grant_of(who).is_some()
}

/// What of `wish` is not yet so on `account`: nothing once it has been carried out in full. Answers to an institution's own
/// questions are not held against a record: it does not show them.
#[must_use]
pub fn remaining(account: &Account, wish: &Wish) -> Option<Wish> {
    let edits: Vec<_> = wish.edits.iter().filter(|edit| !edit.is_so_on(account)).cloned().collect();
    (!edits.is_empty()).then(|| wish.with(edits))
}

/// Whether what `wish` builds on has changed since it was written: a fact that it names.
#[must_use]
pub fn is_stale(written: &Account, now: &Account, wish: &Wish) -> bool {
    wish.edits.iter().any(|edit| match (edit.as_on(written), edit.as_on(now)) {
        (Some(then), Some(now)) => !then.is_same(&now),
        (then, now) => then != now,
    })
}

/// What somebody has taken otherwise than it was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// What is lacking, or there otherwise. `None`: nothing.
    pub untaken: Option<Wish>,
    /// What is there and was not wanted.
    pub unasked: Vec<Edit>,
}

/// Where two wishes differ. `None`: nowhere. Answers that nobody gave are none that a record could be changed by.
#[must_use]
pub fn differing(wanted: &Wish, taken: &Wish) -> Option<Differing> {
    let lacks = |of: &Wish, edit: &Edit| !of.edits.iter().any(|other| other.is_same(edit));
    let named = |edit: &Edit| wanted.edits.iter().any(|other| other.subject() == edit.subject());
    let edits: Vec<_> = wanted.edits.iter().filter(|edit| lacks(taken, edit)).cloned().collect();
    let unasked: Vec<_> = taken.edits.iter().filter(|edit| !named(edit)).cloned().collect();
    let otherwise = |(key, answer): &(&String, &Answer)| taken.answers.get(*key) != Some(*answer);
    let answers: Answers =
        wanted.answers.iter().filter(otherwise).map(|(key, answer)| (key.clone(), answer.clone())).collect();
    let lacking = wanted.kind != taken.kind || !edits.is_empty() || !answers.is_empty();
    let untaken = lacking.then_some(Wish { kind: wanted.kind, edits, answers });
    (lacking || !unasked.is_empty()).then_some(Differing { untaken, unasked })
}

/// Whether two lists hold the same rights, in whatever order.
pub fn same_rights(one: &[RightId], other: &[RightId]) -> bool {
    let within = |a: &[RightId], b: &[RightId]| a.iter().all(|right| b.contains(right));
    within(one, other) && within(other, one)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{PersonRef, PrincipalKind};
    use proptest::prelude::*;

    pub(crate) const RIGHTS: [&str; 4] = ["full-access", "send-as", "send-on-behalf", "automap"];

    pub(crate) fn who(n: u8) -> Principal {
        let who = PersonRef::named(format!("p{n}").as_str().into(), format!("Person {n}"));
        Principal {
            kind: if n.is_multiple_of(5) { PrincipalKind::Group } else { PrincipalKind::Person },
            who,
        }
    }

    pub(crate) fn account(grants: Vec<Grant>) -> Account {
        Account {
            address: Some("enquiries@earth.example.edu".into()),
            kind: "mailbox-only".into(),
            owner: Some(who(99)),
            access: Access::All(grants),
            ..Account::unknown("a".into())
        }
    }

    pub(crate) fn rights() -> impl Strategy<Value = Vec<RightId>> {
        proptest::sample::subsequence(RIGHTS.to_vec(), 0..=RIGHTS.len())
            .prop_map(|rights| rights.into_iter().map(RightId::from).collect())
    }

    pub(crate) fn some_account() -> impl Strategy<Value = Account> {
        proptest::collection::btree_map(0_u8..12, rights(), 0..10).prop_map(|held| {
            let held = held.into_iter().filter(|(_, rights)| !rights.is_empty());
            account(held.map(|(n, rights)| Grant { to: who(n), rights }).collect())
        })
    }

    pub(crate) fn some_wish() -> impl Strategy<Value = Wish> {
        let access = proptest::collection::btree_map(0_u8..12, rights(), 0..6);
        (access, proptest::collection::vec(other_edit(), 0..3)).prop_map(|(wanted, others)| {
            let access = wanted.into_iter().map(|(n, rights)| Edit::Access { to: who(n), rights });
            let mut edits: Vec<_> = access.collect();
            for edit in others {
                if !edits.iter().any(|known| known.subject() == edit.subject()) {
                    edits.push(edit);
                }
            }
            Wish { edits, ..Wish::change_access(Vec::new()) }
        })
    }

    /// A wish for nothing but who has access.
    pub(crate) fn some_access_wish() -> impl Strategy<Value = Wish> {
        some_wish().prop_map(|wish| {
            let access = wish.edits.iter().filter(|edit| matches!(edit, Edit::Access { .. }));
            wish.with(access.cloned().collect())
        })
    }

    fn other_edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (0_u8..12).prop_map(|n| Edit::Owner { to: who(n) }),
            (0_u8..3).prop_map(|n| Edit::Kind { kind: format!("kind-{n}").as_str().into() }),
            (0_u8..3).prop_map(|n| Edit::DisplayName { name: format!("Name {n}") }),
            (0_u8..3).prop_map(|n| Edit::Username { username: format!("name{n}") }),
            Just(Edit::State { state: AccountState::Active }),
            Just(Edit::State { state: AccountState::Suspended }),
            (0_i64..3).prop_map(|n| Edit::Expires { at: Timestamp::from_second(n * 86_400).unwrap() }),
        ]
    }

    /// Who holds what, in no order.
    pub(crate) fn held(
        account: &Account,
    ) -> std::collections::BTreeMap<String, std::collections::BTreeSet<RightId>> {
        let held = |grant: &Grant| (grant.to.who.id.0.clone(), grant.rights.iter().cloned().collect());
        account.access.grants().iter().map(held).collect()
    }

    #[test]
    fn the_kind_afterwards_is_the_one_wished_for_or_else_the_accounts_own() {
        let nothing = Account::unknown("".into());
        let becomes = |kind: &str| Wish {
            edits: vec![Edit::Kind { kind: kind.into() }],
            ..Wish::change_access(Vec::new())
        };
        let same = Wish::change_access(Vec::new());
        let rows = [
            (&account(vec![]), &same, Some("mailbox-only")),
            (&account(vec![]), &becomes("room"), Some("room")),
            (&nothing, &becomes("room"), Some("room")),
            (&nothing, &same, None),
            (&nothing, &becomes(""), None),
        ];
        for (account, wish, expected) in rows {
            assert_eq!(kind_after(account, wish), expected.map(KindId::from), "{:?}, {wish:?}", account.kind);
        }
    }

    proptest! {
        #[test]
        fn a_wish_and_its_undo_give_the_first_state_back(account in some_account(), wish in some_wish()) {
            // Only a fact that was known can be given back.
            let account = Account {
                username: "enquiries".into(),
                display_name: "Enquiries".into(),
                state: AccountState::Active,
                expires: Some(Timestamp::UNIX_EPOCH),
                ..account
            };
            let back = applied(&applied(&account, &wish), &undone(&account, &wish));
            prop_assert_eq!(held(&back), held(&account));
            prop_assert_eq!(Account { access: Access::NotShown, ..back }, Account { access: Access::NotShown, ..account });
        }

        #[test]
        fn nothing_changes_that_the_wish_does_not_name(account in some_account(), wish in some_wish()) {
            let after = applied(&account, &wish);
            let names = |subject: Subject| wish.edits.iter().any(|edit| edit.subject() == subject);
            prop_assert!(names(Subject::Owner) || after.owner == account.owner);
            prop_assert!(names(Subject::Kind) || after.kind == account.kind);
            prop_assert!(names(Subject::Username) || after.username == account.username);
            prop_assert!(names(Subject::DisplayName) || after.display_name == account.display_name);
            prop_assert!(names(Subject::State) || after.state == account.state);
            prop_assert!(names(Subject::Expires) || after.expires == account.expires);
            prop_assert_eq!(&after.address, &account.address);
            let (before, after) = (held(&account), held(&after));
            for n in 0..12 {
                let id = format!("p{n}");
                let wanted = wish.access().find(|(to, _)| to.who.id.as_str() == id);
                let now = after.get(&id).cloned().unwrap_or_default();
                match wanted {
                    None => prop_assert_eq!(before.get(&id), after.get(&id)),
                    Some((_, rights)) => prop_assert!(now.iter().all(|right| rights.contains(right))),
                }
            }
        }

        #[test]
        fn nothing_remains_of_a_wish_that_was_carried_out(account in some_account(), wish in some_wish()) {
            let after = applied(&account, &wish);
            prop_assert_eq!(remaining(&after, &wish), None);
            prop_assert_eq!(&applied(&after, &wish), &after, "carrying it out twice changes nothing more");
            if let Some(rest) = remaining(&account, &wish) {
                prop_assert_eq!(held(&applied(&account, &rest)), held(&after), "what remains is all that is missing");
                prop_assert_eq!(applied(&account, &rest).owner, after.owner);
            }
        }

        #[test]
        fn a_wish_is_stale_when_a_fact_it_names_has_changed(account in some_account(), other in some_wish(), wish in some_wish()) {
            let now = applied(&account, &other);
            let touched = wish.edits.iter().any(|edit| match edit {
                Edit::Access { to, .. } => held(&account).get(&to.who.id.0) != held(&now).get(&to.who.id.0),
                Edit::Owner { .. } => account.owner.as_ref().map(|o| &o.who.id) != now.owner.as_ref().map(|o| &o.who.id),
                Edit::Kind { .. } => account.kind != now.kind,
                Edit::Username { .. } => account.username != now.username,
                Edit::DisplayName { .. } => account.display_name != now.display_name,
                Edit::State { .. } => account.state != now.state,
                Edit::Expires { .. } => account.expires != now.expires,
            });
            prop_assert_eq!(is_stale(&account, &now, &wish), touched);
        }

        #[test]
        fn two_wishes_differ_where_one_has_what_the_other_lacks(one in some_wish(), other in some_wish()) {
            prop_assert_eq!(differing(&one, &one), None);
            let told = differing(&one, &other);
            let same = |a: &Wish, b: &Wish| a.edits.iter().all(|edit| b.edits.iter().any(|other| other.is_same(edit)));
            prop_assert_eq!(told.is_none(), same(&one, &other) && same(&other, &one));
        }
    }
}

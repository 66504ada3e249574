//! Which requests there are, and who may send them (O2, O4, O12, B1-B3, B10, B11).

use crate::{Access, Account, AccountState, KindId, Me, Role, Standing};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an institution can be asked for (C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// An account that is not there yet (O2, B1-B3).
    NewAccount,
    /// Who may use the account, and how (O3).
    ChangeAccess,
    /// The account becomes one without a sign-in of its own (O4, O17).
    RemovePassword,
    /// Somebody else answers for it.
    HandOver,
    /// It is put into use by its primary holder (B10).
    Activate,
    /// The name that outgoing mail shows, other addresses, delivery (B6).
    SetDetails,
    /// Who books outright, who asks, who approves (O6).
    SetBooking,
    /// It lasts longer.
    Renew,
    Close,
    /// Anything else, in words (O18).
    AskDesk,
}

impl RequestKind {
    pub const ALL: [Self; 10] = [
        Self::NewAccount,
        Self::ChangeAccess,
        Self::RemovePassword,
        Self::HandOver,
        Self::Activate,
        Self::SetDetails,
        Self::SetBooking,
        Self::Renew,
        Self::Close,
        Self::AskDesk,
    ];

    /// Whether it concerns an account that is there already. [`Self::AskDesk`] may, and need not.
    pub fn needs_account(self) -> bool {
        !matches!(self, Self::NewAccount | Self::AskDesk)
    }

    /// Whether giving back what it changed is a request of the same kind. A password does not come back, and what was
    /// activated stays so.
    pub fn can_be_undone(self) -> bool {
        matches!(self, Self::ChangeAccess | Self::HandOver | Self::SetDetails | Self::Renew)
    }

    /// As it is written in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewAccount => "new-account",
            Self::ChangeAccess => "change-access",
            Self::RemovePassword => "remove-password",
            Self::HandOver => "hand-over",
            Self::Activate => "activate",
            Self::SetDetails => "set-details",
            Self::SetBooking => "set-booking",
            Self::Renew => "renew",
            Self::Close => "close",
            Self::AskDesk => "ask-desk",
        }
    }
}

/// Who may send a request of a kind. Several may: one that holds is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Asker {
    /// Whoever answers for the account.
    Owner,
    /// The IT officer of the account's unit; any IT officer where there is no account yet.
    ItOfficer,
    /// Whoever may use the account.
    Delegate,
    /// Whoever is signed in as the account.
    Itself,
    /// People of a category that may own accounts.
    MayOwn,
    /// Everybody who is signed in.
    Anyone,
}

/// What shows that a request was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It is seen in the directory.
    Record,
    /// Whoever asked tries it and says so.
    Tried,
    /// The desk's word, and no more: it ends as "they say it is done".
    Word,
    /// The desk's answer: something is asked, and nothing is carried out that could take effect later.
    Answer,
}

impl Proof {
    /// Whether nothing more than what the desk says can come.
    pub fn is_said(self) -> bool {
        matches!(self, Self::Word | Self::Answer)
    }
}

/// What an institution says of one kind of request, as far as rules go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskRule {
    pub kind: RequestKind,
    pub who: Vec<Asker>,
    /// Kinds of account that it is for. Empty: any.
    pub account_kinds: Vec<KindId>,
    /// What the account becomes, where its password is removed.
    pub becomes: Option<KindId>,
    pub proof: Proof,
    /// Kinds of new account that a named group asks for and owns, and nobody else does. Empty: none.
    pub teams: Vec<TeamRule>,
}

/// A group that asks for new accounts of some kinds, in whose name they are (B2, B9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRule {
    /// Its name, or its identifier, in the directory.
    pub name: String,
    pub account_kinds: Vec<KindId>,
}

impl AskRule {
    /// The group that asks for new accounts of that kind and owns them.
    pub fn team_for(&self, kind: &KindId) -> Option<&TeamRule> {
        self.teams.iter().find(|team| team.account_kinds.contains(kind))
    }
}

/// Why somebody is not offered to send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum MayNotAsk {
    /// The institution does not have this request.
    NotOffered,
    /// Only the owner or the unit's IT support may ask (O12).
    NotYours,
    /// Not while signed in as the account: its owner asks (B11).
    SignedInAsIt,
    /// The kind has no delegates: it is opened with a password of its own.
    NotByDelegation,
    /// It is for other kinds of account.
    NotThisKind,
    /// The record does not show who has access, so nothing can be held against it.
    AccessNotShown,
    /// It is in use already, or the record does not say that it is not.
    NothingToActivate,
    /// It is closed.
    Closed,
    /// The record knows no day on which it ends.
    NoEnd,
    /// Only IT officers ask for it (O2).
    ForItOfficers,
    /// Only people who may own accounts ask for it (B1).
    MayNotOwn,
    /// A named group asks for this kind of account, and they are not in it (B2).
    ForTeam,
}

/// The account that a request concerns, with how whoever asks stands to it.
#[derive(Debug, Clone, Copy)]
pub struct Concerned<'a> {
    pub account: &'a Account,
    pub standing: Standing,
}

/// Whether `me` may send a request of a kind for that account; `None`: for none.
///
/// `rules`: everything that the institution says. `may_own`: categories of people that may own accounts.
pub fn may_ask(
    kind: RequestKind,
    of: Option<Concerned<'_>>,
    me: &Me,
    rules: &crate::Rules,
) -> Result<(), MayNotAsk> {
    let rule = rules.asking(kind).ok_or(MayNotAsk::NotOffered)?;
    let Some(Concerned { account, standing }) = of else {
        return if kind.needs_account() {
            Err(MayNotAsk::NotOffered)
        } else {
            may_ask_for_none(rule, me, rules)
        };
    };
    if kind == RequestKind::ChangeAccess && !rules.by_delegation.contains(&account.kind) {
        return Err(MayNotAsk::NotByDelegation);
    }
    if !rule.account_kinds.is_empty() && !rule.account_kinds.contains(&account.kind) {
        return Err(MayNotAsk::NotThisKind);
    }
    if !rule.who.iter().any(|asker| is_one(*asker, standing, me, rules)) {
        return Err(if standing.itself { MayNotAsk::SignedInAsIt } else { MayNotAsk::NotYours });
    }
    match kind {
        RequestKind::ChangeAccess | RequestKind::RemovePassword
            if !matches!(account.access, Access::All(_)) =>
        {
            Err(MayNotAsk::AccessNotShown)
        }
        RequestKind::Activate if account.state != AccountState::NeverActivated => {
            Err(MayNotAsk::NothingToActivate)
        }
        RequestKind::Close if account.state == AccountState::Suspended => Err(MayNotAsk::Closed),
        RequestKind::Renew if account.expires.is_none() => Err(MayNotAsk::NoEnd),
        _ => Ok(()),
    }
}

fn is_one(asker: Asker, standing: Standing, me: &Me, rules: &crate::Rules) -> bool {
    match asker {
        Asker::Owner => standing.owns,
        Asker::ItOfficer => standing.holds_unit,
        Asker::Delegate => standing.uses,
        Asker::Itself => standing.itself,
        Asker::MayOwn => standing.sees() && rules.lets_own(me),
        Asker::Anyone => standing.sees(),
    }
}

fn may_ask_for_none(rule: &AskRule, me: &Me, rules: &crate::Rules) -> Result<(), MayNotAsk> {
    if rule.teams.iter().any(|team| me.team(&team.name).is_some()) {
        return Ok(());
    }
    may_ask_as_one(rule, me, rules)
}

/// Whether `me` may ask for a new account of that kind.
pub fn may_ask_for_kind(kind: &KindId, me: &Me, rules: &crate::Rules) -> Result<(), MayNotAsk> {
    let rule = rules.asking(RequestKind::NewAccount).ok_or(MayNotAsk::NotOffered)?;
    if !rule.account_kinds.is_empty() && !rule.account_kinds.contains(kind) {
        return Err(MayNotAsk::NotThisKind);
    }
    match rule.team_for(kind) {
        Some(team) => me.team(&team.name).map(|_| ()).ok_or(MayNotAsk::ForTeam),
        None => may_ask_as_one(rule, me, rules),
    }
}

/// Whether `me` is one of those who ask for what there is no account of yet, not counting groups.
fn may_ask_as_one(rule: &AskRule, me: &Me, rules: &crate::Rules) -> Result<(), MayNotAsk> {
    let is = |asker: &Asker| match asker {
        Asker::ItOfficer => me.role == Role::ItOfficer,
        Asker::MayOwn => rules.lets_own(me),
        Asker::Anyone => true,
        Asker::Owner | Asker::Delegate | Asker::Itself => false,
    };
    if rule.who.iter().any(is) {
        return Ok(());
    }
    let for_officers = rule.who.contains(&Asker::ItOfficer) && !rule.who.contains(&Asker::MayOwn);
    Err(if for_officers { MayNotAsk::ForItOfficers } else { MayNotAsk::MayNotOwn })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wish::tests::account;
    use crate::{Rules, Team};

    fn stands(what: &str) -> Standing {
        Standing {
            itself: what == "itself",
            owns: what == "owner",
            uses: what == "delegate",
            holds_unit: what == "it-officer",
        }
    }

    fn me(role: Role, category: Option<&str>) -> Me {
        Me {
            id: "me".into(),
            name: String::new(),
            username: String::new(),
            role,
            unit: None,
            held_units: vec![],
            groups: vec![],
            teams: vec![],
            category: category.map(str::to_owned),
        }
    }

    fn rules(kind: RequestKind, who: &[Asker]) -> Rules {
        let rule = AskRule {
            kind,
            who: who.to_vec(),
            account_kinds: vec![],
            becomes: None,
            proof: Proof::Record,
            teams: vec![],
        };
        let kinds = vec!["mailbox-only".into()];
        Rules { asks: vec![rule], by_delegation: kinds, may_own: vec!["staff".into()], ..Rules::default() }
    }

    /// One row for each cell: how somebody stands, what the record shows, whether the kind has delegates.
    #[test]
    fn who_may_ask_for_access_to_be_changed() {
        let all = || account(vec![]);
        let not_shown = || Account { access: Access::NotShown, ..account(vec![]) };
        let rows = [
            ("owner", all(), true, Ok(())),
            ("it-officer", all(), true, Ok(())),
            ("delegate", all(), true, Err(MayNotAsk::NotYours)),
            ("nobody", all(), true, Err(MayNotAsk::NotYours)),
            ("itself", all(), true, Err(MayNotAsk::SignedInAsIt)),
            ("owner", not_shown(), true, Err(MayNotAsk::AccessNotShown)),
            ("it-officer", not_shown(), true, Err(MayNotAsk::AccessNotShown)),
            ("owner", all(), false, Err(MayNotAsk::NotByDelegation)),
            ("it-officer", all(), false, Err(MayNotAsk::NotByDelegation)),
            ("delegate", all(), false, Err(MayNotAsk::NotByDelegation)),
        ];
        for (who, account, by_delegation, expected) in rows {
            let mut rules = rules(RequestKind::ChangeAccess, &[Asker::Owner, Asker::ItOfficer]);
            if !by_delegation {
                rules.by_delegation.clear();
            }
            let of = Concerned { account: &account, standing: stands(who) };
            let answer = may_ask(RequestKind::ChangeAccess, Some(of), &me(Role::Member, None), &rules);
            assert_eq!(answer, expected, "{who}, {:?}, by delegation: {by_delegation}", account.access);
        }
    }

    /// One row for each cell of whoever a profile lets ask, for each way to stand to an account.
    #[test]
    fn each_asker_is_whom_its_name_says() {
        use Asker as A;
        const NO: Result<(), MayNotAsk> = Err(MayNotAsk::NotYours);
        const ITSELF: Result<(), MayNotAsk> = Err(MayNotAsk::SignedInAsIt);
        const YES: Result<(), MayNotAsk> = Ok(());
        let columns = ["owner", "it-officer", "delegate", "itself", "nobody"];
        let rows = [
            (A::Owner, [YES, NO, NO, ITSELF, NO]),
            (A::ItOfficer, [NO, YES, NO, ITSELF, NO]),
            (A::Delegate, [NO, NO, YES, ITSELF, NO]),
            (A::Itself, [NO, NO, NO, YES, NO]),
            (A::MayOwn, [YES, YES, YES, YES, NO]),
            (A::Anyone, [YES, YES, YES, YES, NO]),
        ];
        let account = account(vec![]);
        for (asker, expected) in rows {
            let rules = rules(RequestKind::SetBooking, &[asker]);
            for (who, expected) in columns.into_iter().zip(expected) {
                let of = Concerned { account: &account, standing: stands(who) };
                let me = me(Role::Member, Some("staff"));
                assert_eq!(
                    may_ask(RequestKind::SetBooking, Some(of), &me, &rules),
                    expected,
                    "{asker:?}, {who}"
                );
            }
        }
    }

    /// One row for each cell: who may ask for an account that is not there yet.
    #[test]
    fn who_may_ask_for_a_new_account() {
        use Asker as A;
        let rows = [
            (vec![A::ItOfficer], Role::ItOfficer, None, Ok(())),
            (vec![A::ItOfficer], Role::Member, Some("staff"), Err(MayNotAsk::ForItOfficers)),
            (vec![A::ItOfficer], Role::ServiceDesk, Some("staff"), Err(MayNotAsk::ForItOfficers)),
            (vec![A::MayOwn], Role::Member, Some("staff"), Ok(())),
            (vec![A::MayOwn], Role::Member, Some("student"), Err(MayNotAsk::MayNotOwn)),
            (vec![A::MayOwn], Role::Member, None, Err(MayNotAsk::MayNotOwn)),
            (vec![A::MayOwn], Role::ItOfficer, None, Err(MayNotAsk::MayNotOwn)),
            (vec![A::ItOfficer, A::MayOwn], Role::Member, Some("staff"), Ok(())),
            (vec![A::Anyone], Role::Member, None, Ok(())),
            (vec![A::Owner], Role::Member, Some("staff"), Err(MayNotAsk::MayNotOwn)),
        ];
        for (who, role, category, expected) in rows {
            let rules = rules(RequestKind::NewAccount, &who);
            let answer = may_ask(RequestKind::NewAccount, None, &me(role, category), &rules);
            assert_eq!(answer, expected, "{who:?}, {role:?}, {category:?}");
        }
        let none = may_ask(RequestKind::NewAccount, None, &me(Role::ItOfficer, None), &Rules::default());
        assert_eq!(none, Err(MayNotAsk::NotOffered));
    }

    /// One row for each cell: what sort of member, in which group, and which kind (B2).
    #[test]
    fn a_kind_that_a_group_asks_for_is_for_its_members_alone() {
        use MayNotAsk as No;
        let mut rules = rules(RequestKind::NewAccount, &[Asker::MayOwn]);
        rules.asks[0].account_kinds = vec!["group".into(), "club".into()];
        rules.asks[0].teams =
            vec![TeamRule { name: "Student Center".to_owned(), account_kinds: vec!["club".into()] }];
        let rows = [
            ("staff", None, [Ok(()), Ok(()), Err(No::ForTeam)]),
            ("staff", Some(("g1", "Student Center")), [Ok(()), Ok(()), Ok(())]),
            ("staff", Some(("g2", "Reception")), [Ok(()), Ok(()), Err(No::ForTeam)]),
            ("student", Some(("g1", "Student Center")), [Ok(()), Err(No::MayNotOwn), Ok(())]),
            ("student", Some(("Student Center", "By its identifier")), [Ok(()), Err(No::MayNotOwn), Ok(())]),
            ("student", None, [Err(No::MayNotOwn), Err(No::MayNotOwn), Err(No::ForTeam)]),
        ];
        for (category, team, expected) in rows {
            let mut me = me(Role::Member, Some(category));
            me.teams =
                team.iter().map(|(id, name)| Team { id: (*id).into(), name: (*name).into() }).collect();
            let of = |kind: &str| may_ask_for_kind(&kind.into(), &me, &rules);
            let answers = [may_ask(RequestKind::NewAccount, None, &me, &rules), of("group"), of("club")];
            assert_eq!(answers, expected, "{category}, {team:?}");
            assert_eq!(of("machine"), Err(No::NotThisKind));
        }
        assert_eq!(
            may_ask_for_kind(&"club".into(), &me(Role::Member, None), &Rules::default()),
            Err(No::NotOffered)
        );
    }

    #[test]
    fn what_the_account_is_decides_too() {
        let who = [Asker::Owner];
        let with = |kind, change: &dyn Fn(&mut Account), rules: &dyn Fn(&mut Rules)| {
            let (mut account, mut all) = (account(vec![]), self::rules(kind, &who));
            account.state = AccountState::Active;
            change(&mut account);
            rules(&mut all);
            let of = Concerned { account: &account, standing: stands("owner") };
            may_ask(kind, Some(of), &me(Role::Member, None), &all)
        };
        let same = |_: &mut Account| {};
        let any = |_: &mut Rules| {};
        let for_rooms = |rules: &mut Rules| rules.asks[0].account_kinds = vec!["room".into()];
        use RequestKind as K;
        assert_eq!(with(K::SetBooking, &same, &for_rooms), Err(MayNotAsk::NotThisKind));
        assert_eq!(with(K::SetBooking, &|a| a.kind = "room".into(), &for_rooms), Ok(()));
        assert_eq!(with(K::Activate, &same, &any), Err(MayNotAsk::NothingToActivate));
        assert_eq!(with(K::Activate, &|a| a.state = AccountState::NeverActivated, &any), Ok(()));
        assert_eq!(with(K::Close, &same, &any), Ok(()));
        assert_eq!(with(K::Close, &|a| a.state = AccountState::Suspended, &any), Err(MayNotAsk::Closed));
        assert_eq!(with(K::Renew, &same, &any), Err(MayNotAsk::NoEnd));
        assert_eq!(with(K::Renew, &|a| a.expires = Some(jiff::Timestamp::UNIX_EPOCH), &any), Ok(()));
        assert_eq!(
            with(K::RemovePassword, &|a| a.access = Access::NotShown, &any),
            Err(MayNotAsk::AccessNotShown)
        );
        assert_eq!(
            may_ask(K::Close, None, &me(Role::Member, None), &rules(K::Close, &who)),
            Err(MayNotAsk::NotOffered)
        );
    }
}

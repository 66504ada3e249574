//! Who may ask for what, as both universities have it: a row for each request, a column for each kind of account, in it a
//! letter for each way to stand to that account (O2-O4, O6, O12, B1, B6, B9-B11).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where what it stands on breaks")]

use accounts::{
    Access, Account, AccountState, Concerned, Grant, MayNotAsk, Me, NamedUnit, PersonRef, Principal,
    PrincipalKind, RequestKind, Role, may_ask, standing,
};
use institutions::builtin;

/// The owner, a member of the group that owns, the unit's IT officer, a delegate, the account itself, anybody else.
const COLUMNS: [&str; 6] = ["owner", "of the group that owns", "IT officer", "delegate", "itself", "nobody"];

/// What stands in a cell.
fn letter(answer: Result<(), MayNotAsk>) -> char {
    match answer {
        Ok(()) => 'y',
        Err(MayNotAsk::NotYours) => 'n',
        Err(MayNotAsk::SignedInAsIt) => 'i',
        Err(MayNotAsk::NotThisKind) => '-',
        Err(MayNotAsk::NotByDelegation) => 'd',
        Err(MayNotAsk::NotOffered) => 'o',
        Err(other) => panic!("{other:?} is no matter of kind and standing"),
    }
}

fn me(id: &str) -> Me {
    Me {
        id: id.into(),
        name: String::new(),
        username: String::new(),
        role: Role::Member,
        unit: None,
        held_units: vec![],
        groups: vec![],
        teams: vec![],
        category: None,
    }
}

fn principal(kind: PrincipalKind, id: &str) -> Principal {
    Principal { kind, who: PersonRef::named(id.into(), id) }
}

/// An account of that kind in its unit, in use or still to be activated, with an end, an owner and a delegate.
fn account(kind: &str, owner: Principal, state: AccountState) -> Account {
    let delegate =
        Grant { to: principal(PrincipalKind::Person, "delegate"), rights: vec!["full-access".into()] };
    Account {
        kind: kind.into(),
        owner: Some(owner),
        unit: Some(NamedUnit { id: "earth".into(), name: "Earth Sciences".into() }),
        access: Access::All(vec![delegate]),
        state,
        expires: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        ..Account::unknown("account".into())
    }
}

/// A cell: a letter for each of [`COLUMNS`].
fn cell(institution: &str, request: RequestKind, kind: &str) -> String {
    let rules = builtin(institution).unwrap().rules();
    let state = match request {
        RequestKind::Activate => AccountState::NeverActivated,
        _ => AccountState::Active,
    };
    let owned = account(kind, principal(PrincipalKind::Person, "owner"), state);
    let owned_by_group = account(kind, principal(PrincipalKind::Group, "group"), state);
    let unit = owned.unit.clone().unwrap();
    let people = [
        (&owned, me("owner")),
        (&owned_by_group, Me { groups: vec!["group".into()], ..me("member") }),
        (&owned, Me { role: Role::ItOfficer, held_units: vec![unit], ..me("officer") }),
        (&owned, me("delegate")),
        (&owned, me("account")),
        (&owned, me("nobody")),
    ];
    assert_eq!(people.len(), COLUMNS.len());
    let answer = |(account, me): &(&Account, Me)| {
        let of = Concerned { account, standing: standing(account, me) };
        letter(may_ask(request, Some(of), me, &rules))
    };
    people.iter().map(answer).collect()
}

fn holds(institution: &str, kinds: &[&str], rows: &[(RequestKind, &[&str])]) {
    let (mut wrong, mut cells) = (Vec::new(), 0);
    for (request, expected) in rows {
        assert_eq!(expected.len(), kinds.len(), "{request:?}");
        for (kind, expected) in kinds.iter().zip(*expected) {
            let found = cell(institution, *request, kind);
            cells += found.len();
            if found != *expected {
                wrong.push(format!("{} of {kind}: {found}, not {expected}", request.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{institution}, of {cells} cells ({COLUMNS:?}):\n{}", wrong.join("\n"));
}

/// Whoever answers for the account: its owner, whoever owns it through a group, its unit's IT officer.
const YES: &str = "yyynin";
const OTHER_KIND: &str = "------";
const NOT_OFFERED: &str = "oooooo";
const WHO_SEES_IT: &str = "yyyyyn";

#[test]
fn who_may_ask_for_what_about_an_account_at_oxford() {
    use RequestKind as R;
    holds(
        "oxford",
        &["mailbox-only", "sign-in-only", "mailbox-and-sign-in", "room", "equipment"],
        &[
            (R::ChangeAccess, &[YES, "dddddd", YES, YES, YES]),
            (R::RemovePassword, &[OTHER_KIND, OTHER_KIND, YES, OTHER_KIND, OTHER_KIND]),
            (R::HandOver, &[YES, YES, YES, YES, YES]),
            (R::Activate, &[NOT_OFFERED, NOT_OFFERED, NOT_OFFERED, NOT_OFFERED, NOT_OFFERED]),
            (R::SetDetails, &[YES, OTHER_KIND, YES, YES, YES]),
            (R::SetBooking, &[OTHER_KIND, OTHER_KIND, OTHER_KIND, YES, YES]),
            (R::Renew, &[YES, YES, YES, YES, YES]),
            (R::Close, &[YES, YES, YES, YES, YES]),
            (R::AskDesk, &[WHO_SEES_IT, WHO_SEES_IT, WHO_SEES_IT, WHO_SEES_IT, WHO_SEES_IT]),
        ],
    );
}

#[test]
fn who_may_ask_for_what_about_an_account_at_boulder() {
    use RequestKind as R;
    holds(
        "boulder",
        &["group-account", "student-group-account", "exc-account"],
        &[
            (R::ChangeAccess, &[NOT_OFFERED, NOT_OFFERED, NOT_OFFERED]),
            (R::RemovePassword, &[NOT_OFFERED, NOT_OFFERED, NOT_OFFERED]),
            (R::HandOver, &[YES, OTHER_KIND, YES]),
            (R::Activate, &["yynnin", "yynnin", "yynnin"]),
            (R::SetDetails, &["yyynyn", "yyynyn", "yyynyn"]),
            (R::SetBooking, &[NOT_OFFERED, NOT_OFFERED, NOT_OFFERED]),
            (R::Renew, &[YES, YES, YES]),
            (R::Close, &[YES, YES, YES]),
            (R::AskDesk, &[WHO_SEES_IT, WHO_SEES_IT, WHO_SEES_IT]),
        ],
    );
}

use super::*;
use crate::wish::tests::{RIGHTS, account, held, some_access_wish, some_account, some_wish, who};
use crate::{Access, AccessChange, Asker, Grant, MANY_PEOPLE, MailboxSize, Proof};
use proptest::prelude::*;

fn rules() -> Rules {
    let meanings = [Meaning::Read, Meaning::SendAs, Meaning::SendOnBehalf, Meaning::OpensByItself];
    let rights = RIGHTS.into_iter().map(RightId::from).zip(meanings).collect();
    let ask = |kind, becomes| AskRule {
        kind,
        who: vec![Asker::Owner],
        account_kinds: vec![],
        becomes,
        proof: Proof::Record,
        teams: vec![],
    };
    let becomes = |kind| (kind == RequestKind::RemovePassword).then(|| "mailbox-only".into());
    let asks = RequestKind::ALL.into_iter().map(|kind| ask(kind, becomes(kind))).collect();
    let exceptional = vec!["mailbox-and-sign-in".into()];
    Rules {
        rights,
        by_delegation: vec!["mailbox-only".into(), "mailbox-and-sign-in".into()],
        asks,
        exceptional,
        ..Rules::default()
    }
}

fn rights(names: &[&str]) -> Vec<RightId> {
    names.iter().map(|name| RightId::from(*name)).collect()
}

fn grant(n: u8, names: &[&str]) -> Grant {
    Grant { to: who(n), rights: rights(names) }
}

fn change(n: u8, names: &[&str]) -> AccessChange {
    AccessChange { to: who(n), rights: rights(names) }
}

fn planned(account: &Account, changes: Vec<AccessChange>) -> Plan {
    plan(account, &Wish::change_access(changes), &rules()).unwrap()
}

proptest! {
    #[test]
    fn a_plan_tells_exactly_what_differs(account in some_account(), wish in some_access_wish()) {
        let (before, after) = (held(&account), held(&applied(&account, &wish)));
        let differing: std::collections::BTreeSet<_> =
            before.keys().chain(after.keys()).filter(|id| before.get(*id) != after.get(*id)).cloned().collect();
        match plan(&account, &wish, &rules()) {
            Err(NoPlan::NothingChanges) => prop_assert!(differing.is_empty()),
            Err(other) => prop_assert!(false, "{other}"),
            Ok(plan) => {
                let told: std::collections::BTreeSet<_> = plan.lines.iter().map(|line| line.to.who.id.0.clone()).collect();
                prop_assert_eq!(told, differing);
                for line in &plan.lines {
                    let rights = |of: &std::collections::BTreeMap<String, std::collections::BTreeSet<RightId>>| {
                        of.get(&line.to.who.id.0).cloned().unwrap_or_default()
                    };
                    prop_assert_eq!(line.before.iter().cloned().collect::<std::collections::BTreeSet<_>>(), rights(&before));
                    prop_assert_eq!(line.after.iter().cloned().collect::<std::collections::BTreeSet<_>>(), rights(&after));
                }
                prop_assert_eq!(plan.untouched.len() + plan.lines.iter().filter(|line| line.act != Act::Add).count(), before.len());
            }
        }
    }
}

#[test]
fn each_person_is_added_changed_or_removed() {
    let account =
        account(vec![grant(1, &["full-access"]), grant(2, &["full-access"]), grant(3, &["send-as"])]);
    let changes = vec![change(4, &["full-access"]), change(1, &["automap", "full-access"]), change(2, &[])];
    let plan = planned(&account, changes);
    let acts: Vec<_> = plan.lines.iter().map(|line| line.act).collect();
    assert_eq!(acts, [Act::Add, Act::Change, Act::Remove]);
    assert_eq!(plan.lines[1].after, rights(&["full-access", "automap"]), "in the profile's order");
    assert_eq!(plan.untouched, [who(3)]);
}

#[test]
fn outlook_is_spoken_of_where_it_opens_or_no_longer_opens_by_itself() {
    let account = account(vec![grant(1, &["full-access", "automap"])]);
    let plan = planned(&account, vec![change(1, &["full-access"]), change(2, &["full-access", "automap"])]);
    let names = |n: u8| vec![format!("Person {n}")];
    assert_eq!(
        plan.consequences,
        [
            Consequence::TakesTime,
            Consequence::AppearsInOutlook { names: names(2), opened: Vec::new() },
            Consequence::LeavesOutlook { names: names(1) },
        ]
    );
}

#[test]
fn slips_are_warned_of_and_nothing_else_is() {
    let hidden =
        Account { hidden_from_address_list: Some(true), ..account(vec![grant(1, &["full-access"])]) };
    let warnings = |account: &Account, change: AccessChange| planned(account, vec![change]).warnings;
    let name = |n: u8| format!("Person {n}");
    let open = account(vec![grant(1, &["full-access"])]);
    let rows = [
        (change(2, &["full-access", "send-as", "automap"]), vec![]),
        (change(2, &["send-as"]), vec![Warning::SendsWithoutReading { name: name(2) }]),
        (
            change(2, &["full-access", "send-as", "send-on-behalf"]),
            vec![Warning::BothWaysToSend { name: name(2) }],
        ),
        (change(2, &["automap"]), vec![Warning::OpensNothing { name: name(2) }]),
        (change(5, &["full-access", "automap"]), vec![Warning::OpensByItselfForGroup { name: name(5) }]),
        (change(1, &[]), vec![Warning::NobodyReads]),
    ];
    for (change, expected) in rows {
        assert_eq!(warnings(&open, change.clone()), expected, "{change:?}");
    }
    assert_eq!(warnings(&hidden, change(2, &["full-access"])), [Warning::HiddenFromAddressList]);
    assert_eq!(warnings(&hidden, change(1, &["full-access", "send-as"])), [], "nobody is added");
    let size = Some(MailboxSize { bytes: LARGE_TO_OPEN_BY_ITSELF, quota_bytes: None, measured: None });
    let large = Account { size, ..open.clone() };
    let by_itself = warnings(&large, change(2, &["full-access", "automap"]));
    assert_eq!(by_itself, [Warning::OpensByItselfAndLarge { bytes: LARGE_TO_OPEN_BY_ITSELF }]);
    let mut gone = change(2, &["full-access"]);
    gone.to.who.has_left = true;
    assert_eq!(warnings(&open, gone), [Warning::HasLeft { name: name(2) }]);
}

fn warned_of(kind: RequestKind, answer: &str) -> Vec<Warning> {
    let answers = [("addresses".into(), Answer::Text(answer.into()))].into();
    let edits = match kind {
        RequestKind::SetDetails => vec![Edit::DisplayName { name: "Front desk".into() }],
        _ => Vec::new(),
    };
    plan(&account(vec![]), &Wish { kind, edits, answers }, &rules()).unwrap().warnings
}

fn alike(text: &str) -> Vec<Warning> {
    vec![Warning::LooksAlike { name: text.into() }]
}

#[test]
fn an_address_in_an_answer_that_can_be_taken_for_another_is_warned_of() {
    let warnings = |answer: &str| warned_of(RequestKind::SetDetails, answer);
    let disguised = [
        // A Cyrillic letter stands for the Latin one.
        "d\u{0435}sk@earth.example.edu",
        // Every letter of it is Cyrillic, or Greek.
        "\u{0441}\u{043E}\u{0441}\u{043E}@campus.example.edu",
        "\u{03BF}\u{03BD}@campus.example.edu",
        "desk@\u{0440}\u{0443}\u{0440}\u{0435}.example",
        // Full width, and a letter of phonetics.
        "\u{FF43}\u{FF4F}@campus.example.edu",
        "\u{0251}sk@campus.example.edu",
        // What looks like a full stop.
        "desk@earth\u{2024}example.edu",
    ];
    for address in disguised {
        assert_eq!(warnings(&format!("desk@earth.example.edu\n{address}")), alike(address), "{address}");
    }
    let honest = [
        "desk@earth.example.edu",
        "почта@пример.рф",
        "info@пример.рф",
        "büro@münchen.example",
        "œuvre@théâtre.example, yıldız@çarşı.example, þór@æsir.example, łoś@żółw.example",
        "ελληνικά@παράδειγμα.ελ",
        "総務@例え.テスト",
        "Ελληνικά mixeд without an address",
        "“desk@earth.example.edu” – for now – and ‘post@earth.example.edu’…",
    ];
    for address in honest {
        assert_eq!(warnings(address), [], "{address}");
    }
}

#[test]
fn whoever_is_to_book_and_can_be_taken_for_somebody_else_is_warned_of() {
    let warnings = |answer: &str| warned_of(RequestKind::SetBooking, answer);
    // The second letter is Cyrillic.
    let other = "e\u{0430}rt0412";
    assert_eq!(warnings(&format!("Jo Ferrand\n{other}")), alike(other));
    assert_eq!(warned_of(RequestKind::AskDesk, other), [], "prose names nobody");
    for honest in [
        "eart0412\nJo Ferrand",
        "Анна Иванова, Nadia Petrova",
        "Yıldız Işık; Zoë Ångström",
        "Jo Ferrand, 9–17 – “only” O’Brien’s group…",
    ] {
        assert_eq!(warnings(honest), [], "{honest}");
    }
}

#[test]
fn the_mail_services_limit_is_told_to_whoever_goes_past_it() {
    let full =
        account((10..10 + u8::try_from(MANY_PEOPLE).unwrap()).map(|n| grant(n, &["full-access"])).collect());
    let one_more = planned(&full, vec![change(1, &["full-access"])]);
    assert_eq!(one_more.warnings, [Warning::ManyPeople { count: MANY_PEOPLE + 1 }]);
    assert_eq!(planned(&full, vec![change(1, &["full-access"]), change(10, &[])]).warnings, []);
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let account = account(vec![grant(1, &["full-access", "odd-right"])]);
    let fault = |changes| plan(&account, &Wish::change_access(changes), &rules()).unwrap_err();
    assert_eq!(fault(vec![]), NoPlan::NothingChanges);
    assert_eq!(fault(vec![change(1, &["odd-right", "full-access"])]), NoPlan::NothingChanges);
    let twice = vec![change(2, &["full-access"]), change(2, &[])];
    assert_eq!(fault(twice), NoPlan::NamedTwice("Person 2".into()));
    assert_eq!(fault(vec![change(2, &["odd-right"])]), NoPlan::UnknownRight("odd-right".into()));
    assert_eq!(fault(vec![change(99, &["full-access"])]), NoPlan::IsOwner);
    let kept = planned(&account, vec![change(1, &["odd-right"])]);
    assert_eq!(kept.lines[0].after, rights(&["odd-right"]), "what the directory gave may stay");
}

fn wish(kind: RequestKind, edits: Vec<Edit>) -> Wish {
    Wish { kind, edits, ..Wish::change_access(Vec::new()) }
}

fn to_mailbox() -> Edit {
    Edit::Kind { kind: "mailbox-only".into() }
}

proptest! {
    #[test]
    fn no_plan_does_what_its_request_does_not_say(account in some_account(), wish in some_wish(), kind in 0_usize..10) {
        let wish = Wish { kind: RequestKind::ALL[kind], ..wish };
        let Ok(plan) = plan(&account, &wish, &rules()) else { return Ok(()) };
        for line in &plan.lines {
            prop_assert!(wish.names(&line.to.who.id));
        }
        for fact in &plan.facts {
            prop_assert!(wish.edits.contains(&fact.after));
            prop_assert!(has_place(wish.kind, &fact.after, &rules()), "{:?} within {:?}", fact.after, wish.kind);
        }
        let owners_change = plan.facts.iter().any(|fact| matches!(fact.after, Edit::Owner { .. }));
        prop_assert!(!owners_change || matches!(wish.kind, RequestKind::HandOver | RequestKind::NewAccount));
    }
}

/// Of whom the record knows much or little, with rights among them that only the directory knows.
fn any_account() -> impl Strategy<Value = Account> {
    let odd = proptest::collection::btree_set(0_u8..12, 0..6);
    (some_account(), odd, any::<[bool; 4]>()).prop_map(|(account, odd, [owned, named, ends, delegates])| {
        let with_odd = |Grant { to, mut rights }: Grant| {
            rights.extend(odd.iter().any(|n| who(*n) == to).then(|| "odd-right".into()));
            Grant { to, rights }
        };
        let held = account.access.grants().to_vec();
        let holds = |n: &&u8| held.iter().any(|grant| grant.to == who(**n));
        let others = odd.iter().filter(|n| !holds(n)).map(|n| grant(*n, &["odd-right"]));
        Account {
            owner: owned.then(|| who(3)),
            display_name: if named { "Name 0".into() } else { String::new() },
            expires: ends.then_some(jiff::Timestamp::UNIX_EPOCH),
            kind: if delegates { "mailbox-only".into() } else { "sign-in-only".into() },
            access: Access::All(held.clone().into_iter().map(with_odd).chain(others).collect()),
            ..account
        }
    })
}

proptest! {
    #[test]
    fn an_undo_that_is_offered_can_be_asked_for(account in any_account(), wish in some_wish(), kind in 0_usize..10) {
        let wish = Wish { kind: RequestKind::ALL[kind], ..wish };
        let Some(back) = undo(&account, &wish, &rules()) else { return Ok(()) };
        let after = applied(&account, &wish);
        let planned = plan(&after, &back, &rules());
        prop_assert!(planned.is_ok(), "{planned:?} of {back:?}");
        for (to, rights) in back.access() {
            prop_assert!(rights.iter().all(|right| account.rights_of(&to.who.id).contains(right)), "{to:?} gets nothing new");
        }
    }

    #[test]
    fn a_change_of_access_is_given_back_in_full_where_its_rights_are_known(account in some_account(), wish in some_access_wish()) {
        let is_change = plan(&account, &wish, &rules()).is_ok();
        let back = undo(&account, &wish, &rules());
        prop_assert_eq!(back.is_some(), is_change);
        let Some(back) = back else { return Ok(()) };
        prop_assert_eq!(held(&applied(&applied(&account, &wish), &back)), held(&account));
    }
}

#[test]
fn what_was_not_known_or_cannot_be_asked_for_is_not_undone() {
    let odd = account(vec![grant(1, &["full-access", "odd-right"]), grant(2, &["odd-right"])]);
    let back = |account: &Account, wish: Wish| undo(account, &wish, &rules()).map(|back| back.edits);
    let access = |n, names: &[&str]| Edit::from(change(n, names));
    let changed = |changes: Vec<AccessChange>| back(&odd, Wish::change_access(changes));
    assert_eq!(changed(vec![change(1, &[])]), Some(vec![access(1, &["full-access"])]));
    assert_eq!(changed(vec![change(2, &[])]), None, "all that was held is the directory's own");
    assert_eq!(changed(vec![change(2, &[]), change(3, &["send-as"])]), Some(vec![access(3, &[])]));
    let stays = Some(vec![access(1, &["full-access", "odd-right"])]);
    assert_eq!(changed(vec![change(1, &["odd-right"])]), stays, "what was not taken away stays");
    let beside = account(vec![grant(99, &["send-as"])]);
    assert_eq!(back(&beside, Wish::change_access(vec![change(99, &[])])), None, "an owner is given nothing");

    let named = |name: &str| wish(RequestKind::SetDetails, vec![Edit::DisplayName { name: name.into() }]);
    let only_address = Account { display_name: "enquiries@earth.example.edu".into(), ..account(vec![]) };
    let known = Account { display_name: "Enquiries".into(), ..account(vec![]) };
    assert_eq!(back(&account(vec![]), named("Front desk")), None, "it had no name");
    assert_eq!(back(&only_address, named("Front desk")), None, "its address is no name that anybody gave it");
    assert_eq!(back(&known, named("Front desk")), Some(named("Enquiries").edits));

    let over = wish(RequestKind::HandOver, vec![Edit::Owner { to: who(1) }, access(2, &["send-as"])]);
    let nobodys = Account { owner: None, ..account(vec![]) };
    assert_eq!(back(&nobodys, over), None, "without its owner there is no handing back");
    let unseen = Account { access: Access::NotShown, ..account(vec![]) };
    assert_eq!(
        back(&unseen, Wish::change_access(vec![change(1, &["send-as"])])),
        None,
        "nobody saw what they held"
    );
}

#[test]
fn a_last_day_before_the_one_that_is_known_is_warned_of() {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let warned = |known, wanted| {
        let account = Account { expires: known, ..account(vec![grant(1, &["full-access"])]) };
        plan(&account, &wish(RequestKind::Renew, vec![Edit::Expires { at: wanted }]), &rules())
            .unwrap()
            .warnings
    };
    let (sooner, later) = (at("2026-12-01T12:00:00Z"), at("2026-12-05T12:00:00Z"));
    assert_eq!(warned(Some(later), sooner), [Warning::EndsSooner]);
    assert_eq!(warned(Some(sooner), later), []);
    assert_eq!(warned(None, sooner), [], "there was none that it could be before");
}

#[test]
fn a_password_is_removed_together_with_making_its_users_delegates() {
    let account = Account { kind: "mailbox-and-sign-in".into(), ..account(vec![]) };
    let read = Edit::from(change(1, &["full-access"]));
    let whole =
        plan(&account, &wish(RequestKind::RemovePassword, vec![to_mailbox(), read.clone()]), &rules())
            .unwrap();
    assert_eq!(
        whole.facts,
        [FactLine { before: Some(Edit::Kind { kind: "mailbox-and-sign-in".into() }), after: to_mailbox() }]
    );
    assert_eq!(whole.consequences, [Consequence::PasswordEnds, Consequence::TakesTime]);
    assert_eq!(whole.warnings, []);
    let alone = plan(&account, &wish(RequestKind::RemovePassword, vec![to_mailbox()]), &rules()).unwrap();
    assert_eq!(alone.warnings, [Warning::NobodyReads], "whoever reads it with the password reads it no more");
    let without = plan(&account, &wish(RequestKind::RemovePassword, vec![read]), &rules());
    assert_eq!(without, Err(NoPlan::NothingChanges), "rights alone are another request");
    let other = wish(RequestKind::RemovePassword, vec![Edit::Kind { kind: "room".into() }]);
    assert_eq!(plan(&account, &other, &rules()), Err(NoPlan::OutOfPlace));
}

#[test]
fn whoever_takes_over_is_the_one_who_asks_from_then_on() {
    let account = account(vec![]);
    let stay = Edit::from(AccessChange { to: who(99), rights: rights(&["full-access"]) });
    let over = wish(RequestKind::HandOver, vec![Edit::Owner { to: who(1) }, stay]);
    let plan = plan(&account, &over, &rules()).unwrap();
    let (from, to) = (Some("Person 99".to_owned()), "Person 1".to_owned());
    assert_eq!(plan.consequences, [Consequence::OwnerChanges { from, to }, Consequence::TakesTime]);
    assert_eq!(plan.lines.len(), 1, "the former owner may stay as a delegate");
    let mut gone = who(2);
    gone.who.has_left = true;
    let to_gone =
        super::plan(&account, &wish(RequestKind::HandOver, vec![Edit::Owner { to: gone }]), &rules())
            .unwrap();
    assert_eq!(to_gone.warnings, [Warning::HasLeft { name: "Person 2".into() }]);
    let to_owner = wish(RequestKind::HandOver, vec![Edit::Owner { to: who(99) }]);
    assert_eq!(super::plan(&account, &to_owner, &rules()), Err(NoPlan::NothingChanges));
    let to_new_owner =
        wish(RequestKind::HandOver, vec![Edit::Owner { to: who(1) }, Edit::from(change(1, &["send-as"]))]);
    assert_eq!(super::plan(&account, &to_new_owner, &rules()), Err(NoPlan::IsOwner));
}

#[test]
fn nobody_becomes_a_delegate_of_a_kind_that_has_none() {
    let account = Account { kind: "sign-in-only".into(), ..account(vec![]) };
    let over =
        wish(RequestKind::HandOver, vec![Edit::Owner { to: who(1) }, Edit::from(change(2, &["send-as"]))]);
    assert_eq!(plan(&account, &over, &rules()), Err(NoPlan::OutOfPlace));
}

#[test]
fn an_end_is_the_same_on_the_same_day_however_it_is_kept() {
    let at = |text: &str| Edit::Expires { at: text.parse().unwrap() };
    let end = at("2027-02-01T06:59:59Z");
    assert!(end.is_same(&at("2027-01-31T23:59:59Z")) && end.is_same(&at("2027-02-01T07:00:00Z")));
    assert!(!end.is_same(&at("2027-02-02T06:59:59Z")));
}

#[test]
fn an_exception_needs_a_reason_and_an_end() {
    let nothing = Account::unknown("".into());
    let kind = |kind: &str| Edit::Kind { kind: kind.into() };
    let base = [
        Edit::Username { username: "eartclub".into() },
        Edit::DisplayName { name: "Club".into() },
        Edit::Owner { to: who(1) },
    ];
    let mut asked = wish(RequestKind::NewAccount, base.to_vec());
    assert_eq!(plan(&nothing, &asked, &rules()), Err(NoPlan::NothingChanges), "no kind was chosen");
    asked.edits.push(kind("mailbox-only"));
    let plain = plan(&nothing, &asked, &rules()).unwrap();
    assert!(plain.facts.iter().all(|fact| fact.before.is_none()), "nothing was there: {:?}", plain.facts);
    *asked.edits.last_mut().unwrap() = kind("mailbox-and-sign-in");
    assert_eq!(plan(&nothing, &asked, &rules()), Err(NoPlan::NeedsReason));
    asked.answers.insert(REASON.into(), Answer::Text("   ".into()));
    assert_eq!(plan(&nothing, &asked, &rules()), Err(NoPlan::NeedsReason));
    asked.answers.insert(REASON.into(), Answer::Text("A scanner has to sign in.".into()));
    assert_eq!(plan(&nothing, &asked, &rules()), Err(NoPlan::NeedsEnd));
    asked.edits.push(Edit::Expires { at: jiff::Timestamp::UNIX_EPOCH });
    assert!(plan(&nothing, &asked, &rules()).is_ok());
}

#[test]
fn what_only_the_institution_knows_is_a_plan_too() {
    let asked = |text: &str| {
        let answers = [("delivery".to_owned(), Answer::Text(text.into()))].into();
        Wish { answers, ..wish(RequestKind::SetDetails, vec![]) }
    };
    let account = account(vec![]);
    assert!(plan(&account, &asked("Both places"), &rules()).is_ok());
    assert_eq!(plan(&account, &asked(" "), &rules()), Err(NoPlan::NothingChanges));
    let same = wish(RequestKind::SetDetails, vec![Edit::DisplayName { name: account.display_name.clone() }]);
    assert_eq!(plan(&account, &same, &rules()), Err(NoPlan::NothingChanges));
}

//! What the two institutions that come with the program hold people to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these helpers meet fails the test that called them"
)]

use accounts::{Answer, Asker, KindId, Proof, REASON, RequestKind};
use institutions::{
    Advice, AnswerFault, AnswerType, KindFamily, Locale, Profile, Question, Request, RoleSource, Usage,
    builtin, builtin_ids,
};

fn profile(id: &str) -> Profile {
    builtin(id).unwrap_or_else(|problem| panic!("{problem}"))
}

fn kind<'a>(profile: &'a Profile, id: &str) -> &'a institutions::Kind {
    profile.kind(&id.into()).unwrap_or_else(|| panic!("{} has no {id}", profile.id))
}

#[test]
fn every_built_in_institution_loads() {
    assert_eq!(builtin_ids(), ["oxford", "boulder"]);
    for id in builtin_ids() {
        assert_eq!(profile(id).id, *id, "a folder is called what its profile is called");
    }
    assert_eq!((profile("oxford").locale, profile("boulder").locale), (Locale::EnGb, Locale::EnUs));
    let problem = builtin("atlantis").expect_err("no such institution");
    assert!(problem.right.contains("oxford, boulder"), "{problem}");
}

#[test]
fn no_address_of_a_real_system_is_given() {
    for profile in builtin_ids().iter().map(|id| profile(id)) {
        let missing =
            ["connection.sign-in.issuer", "connection.sign-in.client-id", "connection.directory.base"];
        assert_eq!(profile.missing_for_real_use(), missing, "none is known, and none is invented");
        assert_eq!(profile.connection.sign_in.role, RoleSource::Me);
        assert!(profile.contacts.iter().all(|contact| contact.web.is_none() && contact.email.is_none()));
    }
}

#[test]
fn every_source_is_cited() {
    for profile in builtin_ids().iter().map(|id| profile(id)) {
        let kinds = profile.kinds.iter().flat_map(|kind| &kind.sources);
        let rights = profile.rights.iter().flat_map(|right| &right.sources);
        let sections = [&profile.ownership.sources, &profile.usernames.sources, &profile.mfa.sources];
        let duty = profile.duty_of_care.iter().flat_map(|duty| &duty.sources);
        let network = profile.campus_network.iter().flat_map(|network| &network.sources);
        let sharing = profile.calendar_sharing.iter().flat_map(|sharing| &sharing.sources);
        let differs = profile.differences.iter().map(|difference| &difference.source);
        let requests = profile.requests.iter().flat_map(|request| &request.sources);
        let cited: Vec<_> = kinds
            .chain(rights)
            .chain(requests)
            .chain(sections.into_iter().flatten())
            .chain(duty)
            .chain(network)
            .chain(sharing)
            .chain(differs)
            .collect();
        for source in &profile.sources {
            assert!(cited.contains(&&source.key), "{}: nothing rests on {}", profile.id, source.key);
        }
        assert!(!profile.differences.is_empty(), "{}: newer sources differ from the rows", profile.id);
    }
}

#[test]
fn only_who_has_a_source_for_it_leads_through_sharing_a_calendar() {
    let sharing = profile("oxford").calendar_sharing.unwrap();
    assert!(sharing.who.contains("full access"), "who has the whole mailbox shares a part of it");
    assert!(!sharing.steps.is_empty() && !sharing.levels.is_empty() && !sharing.sees.is_empty());
    assert_eq!(profile("boulder").calendar_sharing, None, "no source says how it is done there");
}

#[test]
fn oxford_leads_to_mailbox_only() {
    let oxford = profile("oxford");
    let advice: Vec<_> =
        oxford.kinds.iter().map(|kind| (kind.id.as_str(), kind.advice, kind.used_by)).collect();
    let expected = [
        ("mailbox-only", Advice::Recommended, Usage::Delegation),
        ("sign-in-only", Advice::Fits, Usage::SharedSignIn),
        ("mailbox-and-sign-in", Advice::Discouraged, Usage::DelegationAndSharedSignIn),
        ("room", Advice::Fits, Usage::Delegation),
        ("equipment", Advice::Fits, Usage::Delegation),
    ];
    assert_eq!(advice, expected, "mission rows O1 and O6");
    let sign_in_only = kind(&oxford, "sign-in-only");
    assert_eq!(sign_in_only.family, KindFamily::SignIn);
    let lacks = sign_in_only.lacks.join(" ");
    assert!(lacks.contains("shell") && lacks.contains("Web space"), "row O1 names both: {lacks}");
}

#[test]
fn oxford_has_four_rights_under_plain_names() {
    use accounts::Meaning::{OpensByItself, Read, SendAs, SendOnBehalf};
    let oxford = profile("oxford");
    let rights: Vec<_> =
        oxford.rights.iter().map(|right| (right.id.as_str(), right.name.as_str(), right.means)).collect();
    let expected = [
        ("full-access", "Read all", Read),
        ("send-as", "Send as it", SendAs),
        ("send-on-behalf", "Send for it", SendOnBehalf),
        ("automap", "Opens by itself", OpensByItself),
    ];
    assert_eq!(rights, expected, "mission row O3: viewing and sending are granted apart");
    let held = [accounts::RightId::from("send-as"), accounts::RightId::from("not-a-right")];
    assert_eq!(oxford.meanings(&held), [SendAs], "a right that the profile does not know means nothing");
}

#[test]
fn oxford_asks_for_a_second_factor_where_there_is_a_password() {
    let mfa = profile("oxford").mfa;
    assert_eq!(mfa.required_with_sign_in, Some(true), "mission row O5");
    assert_eq!(mfa.since.unwrap().to_string(), "2021-05", "the source names the month, not the day");
    assert!(mfa.without_sign_in.starts_with("Not concerned"), "mission row O5");
}

#[test]
fn oxford_names_duties_uses_and_people_to_ask() {
    let oxford = profile("oxford");
    let duty = oxford.duty_of_care.unwrap();
    assert!(duty.duties.len() == 2 && duty.ask.contains("Information Officer"), "mission row O16");
    assert_eq!(oxford.uses.len(), 4, "mission row O19");
    let names: Vec<_> = oxford.contacts.iter().map(|contact| contact.name.as_str()).collect();
    assert_eq!(names.first(), Some(&"Local IT support"), "mission row O18: local IT first");
    let desk = oxford.contacts.iter().find(|contact| contact.name == "Service Desk").unwrap();
    assert_eq!(desk.phone.as_deref(), Some("+44 1865 6 12345"));
    assert_eq!(desk.hours.as_deref(), Some("At any hour, every day"));
    assert!(
        oxford.contacts.iter().any(|contact| contact.without_sign_on),
        "row O18: a form without a sign-on"
    );
    assert!(oxford.ownership.may_request_new.contains("IT officer"), "mission row O2");
}

#[test]
fn boulder_has_no_delegation() {
    let boulder = profile("boulder");
    assert!(boulder.rights.is_empty(), "no source speaks of delegation");
    let ids: Vec<_> = boulder.kinds.iter().map(|kind| kind.id.as_str()).collect();
    assert_eq!(ids, ["group-account", "student-group-account", "exc-account"]);
    for kind in &boulder.kinds {
        assert_eq!(kind.used_by, Usage::SharedSignIn, "mission row B5: signed in to with the account itself");
        assert!(kind.sign_in && kind.mailbox);
        assert!(kind.lacks.iter().any(|what| what.contains("MyCUInfo")), "mission row B8");
        assert!(kind.opened.contains("activated"), "mission row B10");
    }
}

#[test]
fn boulder_usernames_are_twenty_letters() {
    let rule = profile("boulder").usernames;
    assert_eq!(
        (rule.max, rule.letters, rule.digits, rule.punctuation.as_str()),
        (20, true, false, ""),
        "row B4"
    );
    let differs = profile("boulder").differences;
    assert!(
        differs
            .iter()
            .any(|difference| difference.about.contains("username") && difference.source == "groups"),
        "the newer page allows more; the row is enforced and the page is named"
    );
}

#[test]
fn boulder_says_who_owns_and_what_needs_the_campus_network() {
    let boulder = profile("boulder");
    assert_eq!(boulder.ownership.may_own_categories, ["faculty", "staff"], "mission row B9");
    assert!(boulder.ownership.student_groups.contains("Center for Student Involvement"), "mission row B2");
    let network = boulder.campus_network.unwrap();
    assert!(network.needed_for.len() == 2 && network.how.contains("VPN"), "mission rows B1 and B3");
    assert_eq!(boulder.mfa.required_with_sign_in, None, "no source says so");
}

fn request(profile: &Profile, kind: RequestKind) -> &Request {
    profile.request(kind).unwrap_or_else(|| panic!("{} has no {}", profile.id, kind.name()))
}

fn questions(profile: &Profile, kind: RequestKind) -> Vec<Question> {
    request(profile, kind).form.as_ref().map(institutions::Form::questions).unwrap_or_default()
}

fn asks(profile: &Profile, kind: RequestKind) -> Vec<String> {
    questions(profile, kind).into_iter().map(|question| question.id).collect()
}

fn ids(kinds: &[&str]) -> Vec<KindId> {
    kinds.iter().map(|id| KindId::from(*id)).collect()
}

#[test]
fn what_can_be_asked_for_by_whom_and_what_shows_that_it_is_done() {
    use Asker as A;
    use RequestKind as K;
    let owner_or_officer = vec![A::Owner, A::ItOfficer];
    let rows = [
        (
            "oxford",
            vec![
                (K::NewAccount, vec![A::ItOfficer], Proof::Record),
                (K::ChangeAccess, owner_or_officer.clone(), Proof::Record),
                (K::RemovePassword, owner_or_officer.clone(), Proof::Record),
                (K::HandOver, owner_or_officer.clone(), Proof::Record),
                (K::SetDetails, owner_or_officer.clone(), Proof::Record),
                (K::SetBooking, owner_or_officer.clone(), Proof::Tried),
                (K::Renew, owner_or_officer.clone(), Proof::Record),
                (K::Close, owner_or_officer.clone(), Proof::Record),
                (K::AskDesk, vec![A::Anyone], Proof::Answer),
            ],
        ),
        (
            "boulder",
            vec![
                (K::NewAccount, vec![A::MayOwn], Proof::Record),
                (K::Activate, vec![A::Owner], Proof::Record),
                (K::SetDetails, vec![A::Owner, A::ItOfficer, A::Itself], Proof::Word),
                (K::HandOver, owner_or_officer.clone(), Proof::Record),
                (K::Renew, owner_or_officer.clone(), Proof::Record),
                (K::Close, owner_or_officer, Proof::Record),
                (K::AskDesk, vec![A::Anyone], Proof::Answer),
            ],
        ),
    ];
    for (id, expected) in rows {
        let profile = profile(id);
        let offered: Vec<_> =
            profile.requests.iter().map(|one| (one.kind, one.who.clone(), one.proof)).collect();
        assert_eq!(offered, expected, "{id}: mission rows O2, O4, O12, B1, B10, C4");
        let names = profile.requests.iter().filter_map(|one| Some((one.kind, one.name_proof?)));
        let expected = (id == "boulder").then_some((K::SetDetails, Proof::Record));
        assert!(names.eq(expected), "{id}: a name alone is seen in the record, whatever shows the rest");
        for request in &profile.requests {
            let open = request.who.contains(&A::Anyone);
            assert!(open || request.otherwise.is_some(), "{id}: {}: what else to do", request.name);
        }
    }
}

#[test]
fn questions_of_the_built_in_forms_can_be_answered() {
    for profile in builtin_ids().iter().map(|id| profile(id)) {
        for request in &profile.requests {
            let Some(form) = &request.form else { continue };
            let questions = form.questions();
            for kind in profile.kinds.iter().map(|kind| Some(&kind.id)).chain([None]) {
                let faults = form.faults(kind, &accounts::Answers::new());
                let is_asked = |question: &&Question| {
                    question.kinds.is_empty() || kind.is_some_and(|kind| question.kinds.contains(kind))
                };
                let required = questions.iter().filter(is_asked).filter(|question| question.required);
                assert_eq!(faults.len(), required.count(), "{}: {}, {kind:?}", profile.id, request.name);
                assert!(faults.iter().all(|(_, fault)| *fault == AnswerFault::Missing));
                assert!(jsonschema::meta::is_valid(&form.schema(kind)));
            }
            for question in questions {
                let capped = !matches!(
                    question.answer,
                    AnswerType::Text { max: None } | AnswerType::LongText { max: None }
                );
                assert!(capped, "{}: {}: a text without end", request.name, question.id);
            }
        }
    }
}

#[test]
fn oxford_asks_for_new_accounts_through_it_officers() {
    let oxford = profile("oxford");
    let new = request(&oxford, RequestKind::NewAccount);
    assert!(new.otherwise.as_ref().unwrap().contains("IT officer"), "mission row O2");
    let order = ["mailbox-only", "room", "equipment", "sign-in-only", "mailbox-and-sign-in"];
    assert_eq!(new.account_kinds, ids(&order), "mission row O1: the recommended first, the discouraged last");
    let questions = questions(&oxford, RequestKind::NewAccount);
    let purpose = questions.iter().find(|question| question.id == "purpose").unwrap();
    let AnswerType::Choice { options } = &purpose.answer else { panic!("{purpose:?}") };
    for used_for in &oxford.uses {
        assert!(options.iter().any(|option| option.title == *used_for), "mission row O19: {used_for}");
    }
    for kind in &oxford.kinds {
        let policy = new.policy_for(Some(&kind.id));
        assert_eq!(policy.is_some(), kind.sign_in, "mission row O16: {}", kind.name);
    }
    assert_eq!(new.policy_for(None), None, "no kind is chosen yet");
    let policy = new.policy.as_deref().unwrap_or_default();
    for part in ["University policy", "a record of who was given", "Information Officer"] {
        assert!(policy.contains(part), "mission row O16: {part}: {policy}");
    }
    let reason = questions.iter().find(|question| question.id == REASON).unwrap();
    assert!(!reason.required && matches!(reason.answer, AnswerType::LongText { .. }), "mission row O1");
}

#[test]
fn oxford_removes_passwords_and_changes_access_by_delegation() {
    let oxford = profile("oxford");
    let remove = request(&oxford, RequestKind::RemovePassword);
    assert_eq!(remove.account_kinds, ids(&["mailbox-and-sign-in"]), "mission rows O4 and O17");
    assert_eq!(remove.becomes, Some("mailbox-only".into()), "mission row O4");
    assert_eq!(remove.name, "Remove the password");
    let access = request(&oxford, RequestKind::ChangeAccess);
    for kind in &oxford.kinds {
        let delegated = kind.used_by != Usage::SharedSignIn;
        assert_eq!(access.account_kinds.contains(&kind.id), delegated, "mission row O3: {}", kind.name);
    }
}

#[test]
fn oxford_sets_who_can_book() {
    let oxford = profile("oxford");
    let booking = request(&oxford, RequestKind::SetBooking);
    assert_eq!(booking.account_kinds, ids(&["room", "equipment"]), "mission row O6");
    let asked = asks(&oxford, RequestKind::SetBooking);
    let expected = [
        "outright",
        "outright-list",
        "ask",
        "ask-list",
        "also-ask-list",
        "decides",
        "days-ahead",
        "longest-hours",
        "refuse-double",
    ];
    assert_eq!(asked, expected, "mission row O6");
    let form = booking.form.as_ref().unwrap();
    for (question, list) in [("outright", "outright-list"), ("ask", "ask-list")] {
        let answered = |named: Option<&str>| {
            let named = named.map(|named| (list.to_owned(), Answer::Text(named.to_owned())));
            let chosen = [(question.to_owned(), Answer::Text("listed".to_owned()))];
            form.faults(None, &chosen.into_iter().chain(named).collect())
        };
        assert_eq!(
            answered(None),
            [(list.to_owned(), AnswerFault::Missing)],
            "only those named, and nobody is"
        );
        assert_eq!(answered(Some("Jo Ferrand")), []);
    }
}

#[test]
fn everybody_can_ask_the_desk() {
    for profile in builtin_ids().iter().map(|id| profile(id)) {
        assert_eq!(asks(&profile, RequestKind::AskDesk), ["subject", "message", "reach"], "mission row O18");
        let ask = request(&profile, RequestKind::AskDesk);
        assert!(ask.account_kinds.is_empty() && ask.name.contains(&profile.words.service_desk));
    }
    let oxford = profile("oxford");
    let otherwise = request(&oxford, RequestKind::AskDesk).otherwise.as_ref().unwrap();
    assert!(otherwise.contains("needs no sign-in"), "mission row O18: a form without a sign-on");
}

#[test]
fn boulder_asks_on_the_campus_network_and_only_the_center_for_student_groups() {
    let boulder = profile("boulder");
    let new = request(&boulder, RequestKind::NewAccount);
    assert!(new.campus_network, "mission row B1: on campus or by VPN");
    let kinds = ["group-account", "exc-account", "student-group-account"];
    assert_eq!(new.account_kinds, ids(&kinds), "mission rows B2 and B3");
    let [center] = new.teams.as_slice() else { panic!("one group asks for accounts of its own") };
    assert_eq!(center.name, "Center for Student Involvement", "mission rows B2 and B9");
    assert_eq!(center.account_kinds, ids(&["student-group-account"]));
    assert!(new.about.contains(&center.name), "everybody else is told whom to go through, before they type");
    let otherwise = new.otherwise.as_ref().unwrap();
    assert!(otherwise.contains("Center for Student Involvement"), "mission row B2");
    let asked = asks(&boulder, RequestKind::NewAccount);
    assert_eq!(asked, ["department", "purpose", "student-name", "supervisor"], "mission row B3");
    for question in questions(&boulder, RequestKind::NewAccount) {
        let is_for_students = ["student-name", "supervisor"].contains(&question.id.as_str());
        let kinds = if is_for_students { ids(&["exc-account"]) } else { Vec::new() };
        assert_eq!(question.kinds, kinds, "mission row B3: a form of its own: {}", question.id);
        assert!(question.required, "{}", question.id);
    }
    let elsewhere = boulder.requests.iter().filter(|request| request.kind != RequestKind::NewAccount);
    assert!(elsewhere.into_iter().all(|request| !request.campus_network), "no source says so of the others");
}

#[test]
fn boulder_activates_and_adjusts_and_has_no_delegation() {
    let boulder = profile("boulder");
    let activate = request(&boulder, RequestKind::Activate);
    assert_eq!(activate.who, [Asker::Owner], "mission row B10: the primary holder");
    assert!(activate.policy.is_some(), "mission row B10");
    for kind in boulder.kinds.iter().map(|kind| Some(&kind.id)).chain([None]) {
        assert_eq!(activate.policy_for(kind), activate.policy.as_deref(), "of every kind");
    }
    let details = request(&boulder, RequestKind::SetDetails);
    assert!(details.about.contains("IT Service Center"), "mission row B6");
    assert!(details.who.contains(&Asker::Itself), "mission row B11: signed in as the account");
    assert_eq!(asks(&boulder, RequestKind::SetDetails), ["addresses", "delivery"], "mission row B6");
    for absent in [RequestKind::ChangeAccess, RequestKind::RemovePassword, RequestKind::SetBooking] {
        assert!(boulder.request(absent).is_none(), "no source speaks of {}", absent.name());
    }
    let hand_over = request(&boulder, RequestKind::HandOver);
    let students = KindId::from("student-group-account");
    assert!(!hand_over.account_kinds.contains(&students), "mission row B9: the Center owns those");
}

//! What the two institutions that come with the program hold people to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these helpers meet fails the test that called them"
)]

use institutions::{Advice, KindFamily, Locale, Profile, RoleSource, Usage, builtin, builtin_ids};

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
        let differs = profile.differences.iter().map(|difference| &difference.source);
        let cited: Vec<_> = kinds
            .chain(rights)
            .chain(sections.into_iter().flatten())
            .chain(duty)
            .chain(network)
            .chain(differs)
            .collect();
        for source in &profile.sources {
            assert!(cited.contains(&&source.key), "{}: nothing rests on {}", profile.id, source.key);
        }
        assert!(!profile.differences.is_empty(), "{}: newer sources differ from the rows", profile.id);
    }
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

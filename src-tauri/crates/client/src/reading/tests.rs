//! Readings against directories that are honest, slow to tell, or neither.

mod another_role;
mod directory;
mod keeping_back;
mod telling;

use super::{keep_reading, read_record};
use crate::{
    open::Subject,
    rehearsal::open_at,
    view::{FreshnessState, ProblemCode},
};
use directory::{MORNING, NOON, Served, account, kept, now, open};
use jiff::Timestamp;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::Duration;
use store::Fact;
use wiremock::{Mock, MockServer, matchers::any};

#[tokio::test]
async fn the_second_reading_asks_for_changes_only_from_the_directorys_own_clock() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["a", "b"]);
    served.asked();
    served.change(|d| d.accounts.push(account("c", "me", "2026-11-22T12:00:00Z")));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["a", "b", "c"]);
    let asked = served.asked();
    let (counts, pages): (Vec<_>, Vec<_>) = asked.iter().partition(|asked| asked.contains("count=0"));
    assert_eq!(counts.len(), 1, "then the count: {asked:?}");
    let from = "2026-11-22T11%3A54%3A00Z";
    assert!(
        pages.iter().all(|asked| asked.contains(from)),
        "five minutes before the newest change seen: {asked:?}"
    );
}

#[tokio::test]
async fn what_is_gone_is_found_by_the_count_and_removed_after_a_whole_sweep() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| drop(d.accounts.remove(0)));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["b"]);
}

#[tokio::test]
async fn a_total_that_lies_removes_nothing_and_says_so() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    open.store.remove_fact(Fact::Newest).unwrap();
    served.change(|d| {
        d.accounts.remove(0);
        d.lies = 5;
    });
    let problem = read_record(&open, true).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::PagesDoNotEnd);
    assert_eq!(kept(&open), ["a", "b"], "nothing is removed on an incomplete reading");
}

#[tokio::test]
async fn a_directory_with_cursors_and_without_a_count_is_read_and_swept_all_the_same() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = ["a", "b", "c"].map(|id| account(id, "me", MORNING)).into();
        d.cursors_only = true;
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["a", "b", "c"]);
    assert!(!open.freshness().full_read_only);
    served.change(|d| {
        d.accounts.remove(0);
        d.stops_after = Some(1);
    });
    assert!(read_record(&open, false).await.is_err(), "the sweep comes to no end");
    assert_eq!(kept(&open), ["a", "b", "c"], "nothing is removed on an incomplete sweep");
    served.change(|d| d.stops_after = None);
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["b", "c"], "without a count every id is compared");
}

#[tokio::test]
async fn accounts_of_other_people_never_reach_the_store() {
    let served = Served::default();
    let mut used = account("used", "p9", MORNING);
    used["grants"] = json!([
        { "value": "me", "type": "Person", "display": "Maren Tolliver", "rights": ["full-access"] },
        { "value": "p7", "type": "Person", "display": "Somebody Private", "rights": ["send-as"], "leavesOn": "2026-12-24" }
    ]);
    served.change(|d| {
        d.accounts = vec![account("mine", "me", MORNING), account("theirs", "p2", MORNING), used];
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["mine", "used"]);
    let whole = format!("{:?}", open.store.account(&"used".into()).unwrap());
    assert!(
        !whole.contains("Somebody Private"),
        "a delegate is not shown other delegates, whatever the server sends"
    );
}

#[tokio::test]
async fn an_account_that_is_no_longer_ours_goes_as_soon_as_the_directory_shows_it() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    // A directory that shows everyone everything: the account is still listed, with another owner.
    served.change(|d| d.accounts[0] = account("a", "p2", NOON));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["b"], "what it said of other people does not stay either");
}

#[tokio::test]
async fn one_account_older_than_asked_does_not_pass_for_the_whole_record() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    // Its filter is off by an hour: it answers one account that was altered before the asked time, and no more.
    served.change(|d| d.slips_by_hours = 1);
    served.change(|d| d.accounts.push(account("c", "me", "2026-11-22T11:30:00Z")));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["a", "b", "c"]);
}

#[tokio::test]
async fn an_absence_that_the_directory_does_not_confirm_removes_nothing() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    // Left out of the lists, steadily, and still there when asked for by itself.
    served.change(|d| d.unlisted = Some("a"));
    read_record(&open, true).await.unwrap();
    assert_eq!(kept(&open), ["a", "b"]);
}

#[tokio::test]
async fn tokens_are_not_sent_to_systems_that_a_changed_file_names() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    let mut subject: Subject = open.store.fact(Fact::Subject).unwrap().unwrap();
    subject.directory = "https://directory.example.edu/scim/v2".into();
    open.store.set_fact(Fact::Subject, &subject).unwrap();
    let problem = read_record(&open, false).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::SignedOut);
    assert!(served.asked().is_empty(), "nobody is asked anything");
}

#[tokio::test]
async fn what_is_none_of_ones_business_does_not_make_every_reading_a_full_one() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("mine", "me", MORNING), account("theirs", "p2", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.asked();
    read_record(&open, false).await.unwrap();
    let asked = served.asked();
    assert!(asked.iter().all(|asked| asked.contains("filter") || asked.contains("count=0")), "{asked:?}");
}

#[tokio::test]
async fn a_filter_that_is_ignored_makes_a_full_reading_and_says_so() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)];
        d.ignores_filters = true;
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    read_record(&open, false).await.unwrap();
    assert!(open.freshness().full_read_only);
    served.change(|d| drop(d.accounts.remove(0)));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["b"]);
}

#[tokio::test]
async fn a_filter_that_is_refused_makes_a_full_reading_at_once_and_says_so() {
    for status in [400, 403, 501] {
        let served = Served::default();
        served.change(|d| {
            d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)];
            d.refuses_filters = Some(status);
        });
        let (_server, _folder, open) = open(&served).await;
        read_record(&open, false).await.unwrap();
        assert!(!open.freshness().full_read_only, "nothing was refused yet");
        served.change(|d| d.accounts.push(account("c", "me", NOON)));
        read_record(&open, false).await.unwrap();
        assert_eq!(kept(&open), ["a", "b", "c"], "{status}: read to its end in the same reading");
        assert!(open.freshness().full_read_only, "{status}: and it says so");
        served.change(|d| drop(d.accounts.remove(0)));
        served.asked();
        read_record(&open, false).await.unwrap();
        assert_eq!(kept(&open), ["b", "c"]);
        assert!(served.asked().iter().all(|asked| !asked.contains("filter")), "{status}: not asked again");
        read_record(&open, true).await.unwrap();
        assert!(open.freshness().full_read_only, "{status}: refused again when somebody asks for a look");
    }
}

#[tokio::test]
async fn the_service_desks_own_are_picked_here_where_the_directory_will_not() {
    let served = Served::default();
    served.change(|d| {
        d.role = Some("service-desk");
        d.accounts = vec![account("mine", "me", MORNING), account("theirs", "p2", MORNING)];
        d.refuses_filters = Some(400);
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["mine"]);
    served.change(|d| d.accounts.push(account("more", "me", NOON)));
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["mine", "more"]);
}

#[tokio::test]
async fn without_filters_everything_is_read_each_time_and_it_is_said() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = vec![account("a", "me", MORNING)];
        d.has_no_filters = true;
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert!(open.freshness().full_read_only);
    served.asked();
    read_record(&open, false).await.unwrap();
    assert!(
        served.asked().iter().all(|asked| !asked.contains("filter")),
        "no filter is sent to who has none"
    );
}

#[tokio::test]
async fn a_date_in_the_future_is_no_place_to_begin_from() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = vec![account("a", "me", MORNING), account("b", "me", "2031-01-01T00:00:00Z")];
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    let newest: Timestamp = open.store.fact(Fact::Newest).unwrap().unwrap();
    assert_eq!(newest, MORNING.parse().unwrap());
    served.change(|d| d.accounts.push(account("c", "me", NOON)));
    read_record(&open, false).await.unwrap();
    assert!(kept(&open).contains(&"c".into()), "later changes are still found");
}

#[tokio::test]
async fn resources_without_a_date_are_read_again_each_time() {
    let served = Served::default();
    let mut undated = account("a", "me", MORNING);
    undated["meta"] = json!({});
    served.change(|d| d.accounts = vec![undated]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    assert!(open.freshness().full_read_only);
    served.change(|d| d.accounts[0]["displayName"] = json!("Renamed"));
    read_record(&open, false).await.unwrap();
    assert_eq!(open.store.account(&"a".into()).unwrap().unwrap().account.display_name, "Renamed");
}

#[tokio::test]
async fn a_look_that_somebody_asks_for_does_not_end_the_full_readings_while_one_account_is_undated() {
    let served = Served::default();
    let mut undated = account("a", "me", MORNING);
    undated["meta"] = json!({});
    served.change(|d| d.accounts = vec![undated, account("b", "me", NOON)]);
    let (_server, _folder, open) = open(&served).await;
    let name = || open.store.account(&"a".into()).unwrap().unwrap().account.display_name;
    read_record(&open, false).await.unwrap();
    assert!(open.freshness().full_read_only);
    read_record(&open, true).await.unwrap();
    assert!(open.freshness().full_read_only, "one account still has no date");
    served.change(|d| d.accounts[0]["displayName"] = json!("Renamed"));
    read_record(&open, false).await.unwrap();
    assert_eq!(name(), "Renamed", "so it is read again each time");
    served.change(|d| d.accounts[0] = account("a", "me", MORNING));
    read_record(&open, true).await.unwrap();
    assert!(!open.freshness().full_read_only, "all of them have one now");
    served.asked();
    read_record(&open, false).await.unwrap();
    let asked = served.asked();
    assert!(asked.iter().all(|asked| asked.contains("filter") || asked.contains("count=0")), "{asked:?}");
}

#[tokio::test]
async fn another_person_from_the_directory_ends_the_reading_and_mixes_nothing() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| {
        d.me = Some("somebody");
        d.accounts = vec![account("x", "somebody", NOON)];
    });
    let problem = read_record(&open, true).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::NamesAnother);
    assert_eq!(kept(&open), ["a"]);
}

#[tokio::test]
async fn a_directory_without_me_is_read_where_it_knows_the_sign_ins_name_and_else_says_what_it_lacks() {
    let served = Served::default();
    served.change(|d| {
        d.has_no_me = true;
        d.accounts = vec![account("a", "me", MORNING)];
    });
    let (_server, _folder, open) = open(&served).await;
    let problem = read_record(&open, false).await.unwrap_err();
    assert_eq!(
        problem.code,
        ProblemCode::NobodyNamed,
        "the sign-in has no name, and its subject is nobody's"
    );
    assert!(problem.message.contains("/Me") && problem.message.contains("/Users"), "{}", problem.message);
    let mut subject: Subject = open.store.fact(Fact::Subject).unwrap().unwrap();
    subject.claims.insert("preferred_username".into(), json!("eart0001"));
    open.store.set_fact(Fact::Subject, &subject).unwrap();
    read_record(&open, false).await.unwrap();
    assert_eq!(kept(&open), ["a"]);
}

#[tokio::test]
async fn what_a_group_brings_counts_for_the_reader_wherever_it_is_counted() {
    let served = Served::default();
    let team = |rights: &[&str]| json!({ "value": "team", "type": "Group", "display": "Reception team", "rights": rights });
    let myself = json!({ "value": "me", "type": "User", "display": "Maren Tolliver", "rights": ["automap"] });
    let mut through_group = account("a", "other", MORNING);
    through_group["grants"] = json!([team(&["full-access", "send-as"])]);
    let mut both = account("b", "other", MORNING);
    both["grants"] = json!([myself, team(&["full-access"])]);
    let mut owned_by_group = account("c", "team", MORNING);
    owned_by_group["owner"]["type"] = json!("Group");
    served.change(|d| d.accounts = vec![through_group, both, owned_by_group]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();

    let counts = open.home().unwrap().counts;
    let me = open.person(&"me".into()).unwrap();
    assert_eq!((me.owns.len(), me.uses.len()), (counts.own as usize, counts.uses as usize), "as Home counts");
    assert_eq!((counts.own, counts.uses), (1, 2));
    let rights = |at: usize| me.uses[at].rights.iter().map(accounts::RightId::as_str).collect::<Vec<_>>();
    assert_eq!(rights(0), ["full-access", "send-as"]);
    assert_eq!(rights(1), ["automap", "full-access"], "the reader's own and the group's, together");
    assert_eq!(me.uses[1].groups, ["Reception team"]);
    let search = crate::view::PeopleSearch {
        query: "maren".into(),
        facet: crate::view::PeopleFacet::CanSend,
        offset: 0,
        limit: 10,
    };
    assert_eq!(open.people(&search).unwrap().total, 1, "who sends through a group can send");
}

#[tokio::test]
async fn a_busy_server_leaves_everything_as_it_was() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| d.fails = Some(503));
    let problem = read_record(&open, true).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::Later);
    assert_eq!(kept(&open), ["a"]);
}

/// A clock that a test moves on.
static MINUTES: AtomicI64 = AtomicI64::new(0);

fn moving() -> Timestamp {
    now() + jiff::SignedDuration::from_mins(MINUTES.load(Ordering::SeqCst))
}

#[tokio::test]
async fn an_account_whose_new_version_cannot_be_read_stays_as_it_was_and_is_not_called_confirmed() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", MORNING)]);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(served.clone()).mount(&server).await;
    let (_folder, open) = open_at(&server.uri(), None, moving);
    let seen = |id: &str| open.account(&id.into()).unwrap().seen_at;
    read_record(&open, false).await.unwrap();
    let good = seen("a");
    for (minutes, thorough) in [(20, false), (40, false), (60, true)] {
        MINUTES.store(minutes, Ordering::SeqCst);
        served.change(|d| {
            d.accounts[0] = account("a", "me", "2026-11-22T11:50:00Z");
            d.accounts[0]["grants"] = json!([{ "display": "nobody in particular" }]);
        });
        read_record(&open, thorough).await.unwrap();
        assert_eq!(open.freshness().unreadable, 1, "{minutes}: it is told");
        assert_eq!(kept(&open), ["a", "b"], "{minutes}: what was seen stays");
        assert_eq!(seen("a"), good, "{minutes}: and is as old as it is");
        assert_eq!(seen("b"), moving().to_string(), "{minutes}: the others are confirmed");
    }
    served.change(|d| {
        d.accounts[0] = account("a", "me", NOON);
        d.accounts[0]["displayName"] = json!("Another");
    });
    read_record(&open, false).await.unwrap();
    assert_eq!(open.freshness().unreadable, 0);
    let noted = &open.store.history(&"a".into()).unwrap()[0];
    assert_eq!(noted.before, good, "in the looks between nobody could say how it was");
    assert_eq!(seen("a"), moving().to_string());
    let me = open.person(&"me".into()).unwrap();
    assert_eq!(me.seen_at, moving().to_string());
}

#[tokio::test]
async fn a_change_is_noted_with_both_looks() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| {
        d.accounts[0] = account("a", "me", NOON);
        d.accounts[0]["displayName"] = json!("New name");
    });
    read_record(&open, false).await.unwrap();
    assert_eq!(open.store.history(&"a".into()).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_was_asked_for_before_the_first_one_began_is_that_one() {
    let served = Served::default();
    served.change(|directory| directory.accounts = vec![account("a", "me", MORNING)]);
    let (server, _folder, open) = open(&served).await;
    open.check_now(false);
    let reading = tokio::spawn(keep_reading(Arc::clone(&open)));
    let looks = async || {
        let requests = server.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == "/Me").count()
    };
    while open.freshness().state != FreshnessState::UpToDate {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(looks().await, 1);
    open.check_now(false);
    while looks().await < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    reading.abort();
}

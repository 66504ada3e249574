//! A directory whose filter by date leaves out what changed.

use super::directory::{Directory, MORNING, NOON, Served, account, kept, open};
use super::read_record;
use serde_json::json;

fn without_versions(directory: &mut Directory) {
    for account in &mut directory.accounts {
        account["meta"].as_object_mut().unwrap().remove("version");
    }
}

#[tokio::test]
async fn a_directory_that_keeps_changes_back_is_read_whole_from_then_on_and_it_is_said() {
    // Seven hours: it takes the time for that of its own place. A thousand: it finds nothing by date at all.
    for (hours, versions) in [(-7, true), (-7, false), (-1000, true), (-1000, false)] {
        let served = Served::default();
        served.change(|d| {
            d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)];
            d.slips_by_hours = hours;
        });
        let (_server, _folder, open) = open(&served).await;
        let strip = |d: &mut Directory| {
            if !versions {
                without_versions(d);
            }
        };
        served.change(strip);
        read_record(&open, false).await.unwrap();
        assert!(!open.freshness().full_read_only, "everything was read, so nothing is known of it yet");
        served.change(|d| {
            d.accounts[0] = account("a", "me", "2026-11-22T11:59:30Z");
            d.accounts[0]["displayName"] = json!("Renamed");
            strip(d);
        });
        read_record(&open, false).await.unwrap();
        let name = open.store.account(&"a".into()).unwrap().unwrap().account.display_name;
        assert_eq!((name.as_str(), open.freshness().full_read_only), ("Renamed", true), "{hours} {versions}");
    }
}

#[tokio::test]
async fn once_the_newest_account_is_gone_changes_are_told_as_before() {
    let served = Served::default();
    served.change(|d| d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)]);
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| drop(d.accounts.pop()));
    served.asked();
    read_record(&open, false).await.unwrap();
    assert_eq!((kept(&open), open.freshness().full_read_only), (vec!["a".to_owned()], false));
    let is_short =
        |asked: &String| ["filter", "count=0", "attributes="].iter().any(|part| asked.contains(part));
    let asked = served.asked();
    assert!(asked.iter().all(is_short), "ids tell what is gone: {asked:?}");
    read_record(&open, false).await.unwrap();
    let asked = served.asked();
    assert!(asked.iter().all(|asked| asked.contains("filter") || asked.contains("count=0")), "{asked:?}");
    // What is the newest now vouches for the next answer.
    served.change(|d| {
        d.slips_by_hours = -1000;
        d.accounts[0] = account("a", "me", "2026-11-22T11:59:30Z");
        d.accounts[0]["displayName"] = json!("Renamed");
    });
    read_record(&open, false).await.unwrap();
    let name = open.store.account(&"a".into()).unwrap().unwrap().account.display_name;
    assert_eq!((name.as_str(), open.freshness().full_read_only), ("Renamed", true));
}

#[tokio::test]
async fn with_the_newest_accounts_others_may_go_and_all_of_them() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = ["a", "b", "c", "d"].map(|id| account(id, "me", MORNING)).into();
        d.accounts.push(account("e", "me", NOON));
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    for left in [vec!["a", "c"], vec![], vec!["f"], vec![]] {
        served.change(|d| {
            d.accounts = left.iter().map(|id| account(id, "me", MORNING)).collect();
        });
        read_record(&open, false).await.unwrap();
        assert_eq!(kept(&open), left);
        assert!(!open.freshness().full_read_only, "{left:?}");
    }
}

#[tokio::test]
async fn a_directory_that_has_no_account_by_itself_and_keeps_changes_back_is_read_whole() {
    let served = Served::default();
    served.change(|d| {
        d.accounts = vec![account("a", "me", MORNING), account("b", "me", NOON)];
        d.slips_by_hours = -1000;
        d.has_none_alone = true;
        without_versions(d);
    });
    let (_server, _folder, open) = open(&served).await;
    read_record(&open, false).await.unwrap();
    served.change(|d| {
        d.accounts[0] = account("a", "me", "2026-11-22T11:59:30Z");
        d.accounts[0]["displayName"] = json!("Renamed");
        without_versions(d);
    });
    read_record(&open, false).await.unwrap();
    let name = open.store.account(&"a".into()).unwrap().unwrap().account.display_name;
    assert_eq!((name.as_str(), open.freshness().full_read_only), ("Renamed", true), "b is still listed");
}

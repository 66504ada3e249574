use super::*;
use crate::rehearsal::{somebody, stage_in, surroundings};
use jiff::Timestamp;
use store::MemoryKeychain;

#[tokio::test]
async fn a_forgotten_store_is_not_given_to_whoever_comes_next() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(MemoryKeychain::default());
    let around = surroundings(folder.path(), Timestamp::now);
    let find: FindKeychain = Box::new(move || Ok(Arc::clone(&keychain) as Arc<dyn Keychain>));
    let stage = Stage::new(Arc::new(around), Catalogue::default(), find, Handle::current());
    let (place, key) = (stage.place("one"), StoreKey::random());
    stage.keep_key("one", &key).unwrap();
    let held = stage.open_store("one", &place, &key, Kept::Keychain).unwrap();
    stage.forget("one").unwrap();
    assert_eq!(stage.key("one").unwrap(), None, "the key goes with it");
    let next = StoreKey::random();
    let fresh = stage.open_store("one", &place, &next, Kept::Keychain).unwrap();
    assert!(!Arc::ptr_eq(&held, &fresh) && place.has_store(), "what is kept from now on has a file");
}

#[tokio::test]
async fn a_locked_keychain_holds_back_only_those_whose_key_it_may_have() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, keychain) = stage_in(folder.path());
    somebody(&stage, "one", "2026-11-22T11:00:00Z");
    somebody(&stage, "two", "2026-11-22T11:00:00Z");
    stage.change_known(|known| known.known[1].keeping = Kept::Passphrase).unwrap();
    keychain.lock();
    assert_eq!(stage.forget("one").unwrap_err().code, ProblemCode::KeychainLocked);
    assert!(stage.place("one").has_store(), "nothing goes whose key may still be there");
    stage.forget("two").unwrap();
    assert!(stage.known().get("two").is_none() && !stage.place("two").has_store());
}

#[tokio::test]
async fn what_no_longer_stands_in_the_way_is_noticed_without_asking_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, keychain) = stage_in(folder.path());
    let key = somebody(&stage, "one", "2026-11-22T11:00:00Z");
    let stands = || {
        stage.with(|standing| match standing {
            Standing::Blocked(obstacle) => Some(obstacle.kind),
            _ => None,
        })
    };
    let elsewhere = stage.place("one").open(&key).unwrap();
    keychain.lock();
    keychain.dismiss(true);
    stage.open_last("one");
    assert_eq!(stands(), Some(ObstacleKind::KeychainLocked));
    stage.try_again();
    assert_eq!(stands(), Some(ObstacleKind::KeychainLocked), "nobody was asked, nothing is different");
    keychain.dismiss(false);
    keychain.unlock().unwrap();
    stage.try_again();
    assert_eq!(stands(), Some(ObstacleKind::StoreHeld), "the next thing in the way");
    drop(elsewhere);
    stage.try_again();
    assert_eq!(stage.current().map(|open| open.identity.id.clone()).as_deref(), Some("one"));
    let open = stage.current().unwrap();
    stage.try_again();
    assert!(Arc::ptr_eq(&open, &stage.current().unwrap()), "nothing stands in the way any more");
}

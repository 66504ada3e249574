//! Taking tokens back at the provider when somebody signs out (RFC 7009).

use super::*;

#[tokio::test]
async fn a_token_is_taken_back() {
    let op = Op::start().await;
    op.post("/revoke", ResponseTemplate::new(200)).await;
    let vault = vault(Some("refresh-1"));
    let session = session(op.provider(), &vault);
    assert_eq!(session.take_back(vault.take()).await, Revocation::Revoked);
    let sent = &op.requests("/revoke").await[0];
    assert_eq!((sent["token"].as_str(), sent["token_type_hint"].as_str()), ("refresh-1", "refresh_token"));
    assert_eq!(session.access_token(now()).await, Err(RefreshError::SignedOut));
}

#[tokio::test]
async fn where_a_token_is_not_taken_back_it_is_said_why() {
    let without =
        Op::bent(|document| drop(document.as_object_mut().unwrap().remove("revocation_endpoint"))).await;
    let refusing = Op::start().await;
    refusing.post("/revoke", ResponseTemplate::new(500)).await;
    for (provider, expected) in [
        (without.provider(), Revocation::NotOffered),
        (refusing.provider(), Revocation::NotReached),
        (provider(&broken(Broken::Silent)), Revocation::NotReached),
        (provider("http://127.0.0.1:1"), Revocation::NotReached),
    ] {
        let vault = vault(Some("refresh-1"));
        assert_eq!(session(provider, &vault).take_back(vault.take()).await, expected);
    }
}

#[tokio::test]
async fn a_broken_end_point_holds_up_no_signing_out() {
    for how in [
        Broken::Endless,
        Broken::EndlessGzip,
        Broken::Elsewhere,
        Broken::Silent,
        Broken::PageRefusal,
        Broken::Busy,
    ] {
        let at = format!("{}/revoke", broken(how));
        let op = Op::bent(|document| document["revocation_endpoint"] = at.into()).await;
        let vault = vault(Some("refresh-1"));
        let told = session(op.provider(), &vault).take_back(vault.take()).await;
        assert_eq!(told, Revocation::NotReached, "{how:?}");
        assert_eq!(vault.refresh(), None, "{how:?}: it is gone here all the same");
    }
}

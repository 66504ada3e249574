//! Staying signed in: what a refresh's outcome means, and that no token is lost or used twice.

mod revocation;

use crate::support::*;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sign_in::{Provider, RefreshError, Refreshes, Revocation, Secret, Session, Tokens, Vault};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use wiremock::{Mock, Request, ResponseTemplate, matchers::path};

/// A vault that tells what was asked of it, in order, and can refuse.
#[derive(Default)]
struct Kept {
    tokens: Mutex<Option<Tokens>>,
    log: Arc<Mutex<Vec<String>>>,
    full: AtomicBool,
}

impl Vault for Kept {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.tokens.lock().unwrap().clone())
    }

    fn replace(&self, was: &Tokens, now: Option<&Tokens>) -> Result<bool, String> {
        if self.full.load(Ordering::SeqCst) {
            return Err("no room".into());
        }
        let mut kept = self.tokens.lock().unwrap();
        if kept.as_ref() != Some(was) {
            return Ok(false);
        }
        let access = now.map(|tokens| tokens.access.expose());
        self.log.lock().unwrap().push(access.map_or("cleared".into(), |access| format!("saved {access}")));
        *kept = now.cloned();
        Ok(true)
    }
}

impl Kept {
    fn take(&self) -> Option<Tokens> {
        self.tokens.lock().unwrap().take()
    }

    fn refresh(&self) -> Option<String> {
        let tokens = self.tokens.lock().unwrap().clone();
        tokens.and_then(|tokens| tokens.refresh).map(|refresh| refresh.expose().to_owned())
    }
}

fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn secret(text: &str) -> Secret {
    Secret::new(text.into())
}

/// Signed in with `access-1` until 300 seconds after [`now`].
fn vault(refresh: Option<&str>) -> Arc<Kept> {
    let tokens =
        Tokens { access: secret("access-1"), access_until: Some(after(300)), refresh: refresh.map(secret) };
    Arc::new(Kept { tokens: Mutex::new(Some(tokens)), ..Kept::default() })
}

fn session(provider: Provider, vault: &Arc<Kept>) -> Session {
    session_of(provider, vault, &Refreshes::default())
}

/// A session that is made anew for somebody whose `refreshes` are known.
fn session_of(provider: Provider, vault: &Arc<Kept>, refreshes: &Refreshes) -> Session {
    Session::new(web(), provider, Arc::clone(vault) as Arc<dyn Vault>, refreshes.clone())
}

fn answer(access: &str, refresh: Option<&str>) -> ResponseTemplate {
    let mut body = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 300 });
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
    }
    ResponseTemplate::new(200).set_body_json(body)
}

fn json_answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

/// One refresh of an ended access token: its outcome, and the refresh token that is kept.
async fn refreshed(reply: ResponseTemplate) -> (Result<Secret, RefreshError>, Option<String>) {
    let op = Op::start().await;
    op.post("/token", reply).await;
    let vault = vault(Some("refresh-1"));
    let outcome = session(op.provider(), &vault).access_token(after(400)).await;
    (outcome, vault.refresh())
}

#[tokio::test]
async fn a_token_is_replaced_a_minute_before_its_end() {
    let op = Op::start().await;
    op.post("/token", answer("access-2", Some("refresh-2"))).await;
    let vault = vault(Some("refresh-1"));
    let session =
        session(Provider { resource: Some("https://api.example.edu".into()), ..op.provider() }, &vault);
    assert_eq!(session.access_token(after(239)).await, Ok(secret("access-1")));
    assert!(op.requests("/token").await.is_empty());
    assert_eq!(session.access_token(after(241)).await, Ok(secret("access-2")));
    let sent = &op.requests("/token").await[0];
    assert_eq!(sent["grant_type"], "refresh_token");
    assert_eq!(sent["refresh_token"], "refresh-1");
    assert_eq!(sent["client_id"], CLIENT);
    assert_eq!(sent["resource"], "https://api.example.edu");
    assert_eq!(session.access_token(after(242)).await, Ok(secret("access-2")));
    assert_eq!(op.requests("/token").await.len(), 1);
}

#[tokio::test]
async fn the_refresh_token_rotates_and_an_answer_without_one_keeps_it() {
    let op = Op::start().await;
    for reply in [answer("access-2", Some("refresh-2")), answer("access-3", None)] {
        Mock::given(path("/token")).respond_with(reply).up_to_n_times(1).mount(&op.server).await;
    }
    let vault = vault(Some("refresh-1"));
    let session = session(op.provider(), &vault);
    session.access_token(after(400)).await.unwrap();
    assert_eq!(vault.refresh().as_deref(), Some("refresh-2"));
    assert_eq!(session.access_token(after(800)).await, Ok(secret("access-3")));
    assert_eq!(op.requests("/token").await[1]["refresh_token"], "refresh-2");
    assert_eq!(vault.refresh().as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_clear_no_ends_the_sign_in() {
    for reply in [
        json_answer(400, &json!({ "error": "invalid_grant" })),
        json_answer(401, &json!({ "error": "invalid_grant" })),
        ResponseTemplate::new(400),
        ResponseTemplate::new(401),
        json_answer(400, &json!({ "error": "Bad Request" })),
        json_answer(401, &json!(["?"])),
        ResponseTemplate::new(400).set_body_raw("not json", "text/plain"),
    ] {
        let shown = format!("{reply:?}");
        assert_eq!(refreshed(reply).await, (Err(RefreshError::SignedOut), None), "{shown}");
    }
}

#[tokio::test]
async fn a_busy_provider_keeps_the_token_for_later() {
    for reply in [
        ResponseTemplate::new(408),
        ResponseTemplate::new(425),
        ResponseTemplate::new(429),
        ResponseTemplate::new(500),
        ResponseTemplate::new(502).set_body_raw("<html></html>", "text/html"),
        json_answer(503, &json!({ "error": "invalid_grant" })),
        json_answer(400, &json!({ "error": "temporarily_unavailable" })),
    ] {
        let shown = format!("{reply:?}");
        let (outcome, token) = refreshed(reply).await;
        assert!(matches!(outcome, Err(RefreshError::Later { .. })), "{shown}: {outcome:?}");
        assert_eq!(token.as_deref(), Some("refresh-1"), "{shown}");
    }
    let many = ResponseTemplate::new(429).insert_header("retry-after", "30");
    assert!(matches!(refreshed(many).await.0, Err(RefreshError::Later { retry_after: Some(30), .. })));
}

#[tokio::test]
async fn an_answer_that_is_none_keeps_the_token_and_is_called_what_it_is() {
    for reply in [
        ResponseTemplate::new(200).set_body_raw("<html></html>", "text/html"),
        ResponseTemplate::new(400).set_body_raw("<html></html>", "text/html"),
        ResponseTemplate::new(401).set_body_raw(" <!doctype html>", "application/json"),
        ResponseTemplate::new(403).set_body_raw("blocked", "text/plain"),
        ResponseTemplate::new(404),
        ResponseTemplate::new(200),
        ResponseTemplate::new(204),
        json_answer(200, &json!({})),
        json_answer(200, &json!({ "access_token": "", "token_type": "bearer" })),
        json_answer(200, &json!({ "access_token": "a\nb", "token_type": "bearer" })),
        json_answer(200, &json!({ "error": "invalid_grant" })),
        ResponseTemplate::new(200).set_body_raw("{\"access_token\":", "application/json"),
    ] {
        let shown = format!("{reply:?}");
        let (outcome, token) = refreshed(reply).await;
        assert!(matches!(outcome, Err(RefreshError::NotUsable(_))), "{shown}: {outcome:?}");
        assert_eq!(token.as_deref(), Some("refresh-1"), "{shown}");
    }
    let large = json_answer(200, &json!({ "access_token": "x".repeat(2_000_000), "token_type": "bearer" }));
    let elsewhere = ResponseTemplate::new(301).insert_header("location", "https://evil.example.edu/");
    for (reply, told) in [(large, RefreshError::TooLarge), (elsewhere, RefreshError::Redirected)] {
        assert_eq!(refreshed(reply).await, (Err(told), Some("refresh-1".to_owned())));
    }
}

#[tokio::test]
async fn a_fault_of_the_profile_is_said_so_and_keeps_the_token() {
    for (status, code) in [
        (401, "invalid_client"),
        (400, "unauthorized_client"),
        (400, "invalid_scope"),
        (400, "invalid_request"),
        (400, "unsupported_grant_type"),
        (400, "invalid_target"),
        (403, "unauthorized_client"),
    ] {
        let (outcome, token) = refreshed(json_answer(status, &json!({ "error": code }))).await;
        assert_eq!(outcome, Err(RefreshError::ProfileFault { code: code.into() }));
        assert_eq!(token.as_deref(), Some("refresh-1"));
    }
}

#[tokio::test]
async fn a_broken_provider_keeps_the_token_and_is_told_by_what_is_broken() {
    for how in
        [Broken::Endless, Broken::EndlessGzip, Broken::Elsewhere, Broken::Silent, Broken::Page, Broken::Busy]
    {
        let op =
            Op::bent(|document| document["token_endpoint"] = format!("{}/token", broken(how)).into()).await;
        for provider in [op.provider(), provider(&broken(how))] {
            let vault = vault(Some("refresh-1"));
            let outcome = session(provider, &vault).access_token(after(400)).await;
            let right = match (how, &outcome) {
                (Broken::Endless | Broken::EndlessGzip, Err(RefreshError::TooLarge))
                | (Broken::Elsewhere, Err(RefreshError::Redirected))
                | (Broken::Silent, Err(RefreshError::NoAnswer(_)))
                | (Broken::Busy, Err(RefreshError::Later { retry_after: Some(7), .. })) => true,
                (Broken::Page | Broken::PageRefusal, Err(RefreshError::NotUsable(why))) => {
                    why.contains("web page")
                }
                _ => false,
            };
            assert!(right, "{how:?}: {outcome:?}");
            assert_eq!(vault.refresh().as_deref(), Some("refresh-1"), "{how:?}");
        }
    }
}

#[tokio::test]
async fn another_issuers_endpoints_never_see_the_token() {
    let op = Op::bent(|document| document["issuer"] = "https://evil.example.edu".into()).await;
    op.post("/token", answer("evil", None)).await;
    let vault = vault(Some("refresh-1"));
    let outcome = session(op.provider(), &vault).access_token(after(400)).await;
    assert!(matches!(outcome, Err(RefreshError::NotUsable(_))));
    assert!(op.requests("/token").await.is_empty());
}

#[tokio::test]
async fn parallel_callers_share_one_refresh() {
    for good in [true, false] {
        let op = Op::start().await;
        let reply = if good { answer("access-2", Some("refresh-2")) } else { ResponseTemplate::new(503) };
        op.post("/token", reply.set_delay(Duration::from_millis(300))).await;
        let vault = vault(Some("refresh-1"));
        let session = session(op.provider(), &vault);
        let callers: Vec<_> = (0..24)
            .map(|n| {
                let session = session.clone();
                tokio::spawn(async move {
                    if n % 2 == 0 {
                        session.access_token(after(400)).await
                    } else {
                        session.rejected(&secret("access-1"), after(400)).await
                    }
                })
            })
            .collect();
        for caller in callers {
            let outcome = caller.await.unwrap();
            if good {
                assert_eq!(outcome, Ok(secret("access-2")));
            } else {
                assert!(matches!(outcome, Err(RefreshError::Later { .. })));
            }
        }
        assert_eq!(op.requests("/token").await.len(), 1, "two refreshes with one token end the sign-in");
    }
}

#[tokio::test]
async fn a_failed_refresh_is_tried_again_by_the_next_caller() {
    let op = Op::start().await;
    let busy = ResponseTemplate::new(503);
    Mock::given(path("/token")).respond_with(busy).up_to_n_times(1).mount(&op.server).await;
    op.post("/token", answer("access-2", None)).await;
    let session = session(op.provider(), &vault(Some("refresh-1")));
    assert!(session.access_token(after(400)).await.is_err());
    assert_eq!(session.access_token(after(400)).await, Ok(secret("access-2")));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let op = Op::start().await;
    op.post("/token", answer("access-2", Some("refresh-2"))).await;
    let session = session(op.provider(), &vault(Some("refresh-1")));
    assert_eq!(session.rejected(&secret("access-1"), now()).await, Ok(secret("access-2")));
    assert_eq!(
        session.rejected(&secret("access-1"), now()).await,
        Ok(secret("access-2")),
        "somebody already did"
    );
    assert_eq!(op.requests("/token").await.len(), 1);
}

#[tokio::test]
async fn a_token_that_was_rejected_meanwhile_is_not_handed_out_again() {
    let op = Op::start().await;
    let delay = Duration::from_millis(300);
    let first = answer("access-2", Some("refresh-2")).set_delay(delay);
    Mock::given(path("/token")).respond_with(first).up_to_n_times(1).mount(&op.server).await;
    op.post("/token", answer("access-3", None)).await;
    let session = session(op.provider(), &vault(Some("refresh-1")));
    let (one, other) = (secret("access-1"), secret("access-2"));
    let outcome = tokio::join!(session.rejected(&one, now()), session.rejected(&other, now()));
    assert_eq!(outcome, (Ok(secret("access-2")), Ok(secret("access-3"))));
}

#[tokio::test]
async fn a_new_token_is_kept_before_it_is_handed_out() {
    let op = Op::start().await;
    let vault = vault(Some("refresh-1"));
    let log = Arc::clone(&vault.log);
    let answering = Arc::clone(&log);
    Mock::given(path("/token"))
        .respond_with(move |_: &Request| {
            answering.lock().unwrap().push("answered".into());
            answer("access-2", Some("refresh-2"))
        })
        .mount(&op.server)
        .await;
    session(op.provider(), &vault).access_token(after(400)).await.unwrap();
    log.lock().unwrap().push("handed out".into());
    assert_eq!(*log.lock().unwrap(), ["answered", "saved access-2", "handed out"]);
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_used_and_not_lost() {
    let op = Op::start().await;
    op.post("/token", answer("access-2", Some("refresh-2"))).await;
    let vault = vault(Some("refresh-1"));
    vault.full.store(true, Ordering::SeqCst);
    let session = session(op.provider(), &vault);
    let full = Err(RefreshError::Vault("no room".into()));
    assert_eq!(session.access_token(after(400)).await, full);
    assert_eq!(session.access_token(after(400)).await, full);
    vault.full.store(false, Ordering::SeqCst);
    assert_eq!(session.access_token(after(400)).await, Ok(secret("access-2")));
    assert_eq!(vault.refresh().as_deref(), Some("refresh-2"));
    assert_eq!(op.requests("/token").await.len(), 1, "the old refresh token was used up by the first try");
}

#[tokio::test]
async fn a_caller_who_gives_up_loses_no_token() {
    let op = Op::start().await;
    op.post("/token", answer("access-2", Some("refresh-2")).set_delay(Duration::from_millis(300))).await;
    let vault = vault(Some("refresh-1"));
    let session = session(op.provider(), &vault);
    let given_up = tokio::time::timeout(Duration::from_millis(100), session.access_token(after(400))).await;
    assert!(given_up.is_err());
    assert_eq!(session.access_token(after(400)).await, Ok(secret("access-2")));
    assert_eq!(vault.refresh().as_deref(), Some("refresh-2"));
    assert_eq!(op.requests("/token").await.len(), 1);
}

/// Answers a refresh with `reply`, after `meanwhile` has happened here.
async fn overtaken(op: &Op, reply: ResponseTemplate, meanwhile: impl Fn() + Send + Sync + 'static) {
    let respond = move |_: &Request| {
        meanwhile();
        reply.clone()
    };
    Mock::given(path("/token")).respond_with(respond).mount(&op.server).await;
}

#[tokio::test]
async fn what_an_old_token_brings_leaves_a_newer_sign_in_alone() {
    let no = json_answer(400, &json!({ "error": "invalid_grant" }));
    for reply in [no, answer("access-2", Some("refresh-2"))] {
        let op = Op::start().await;
        let vault = vault(Some("refresh-1"));
        let newer = Tokens {
            access: secret("newer"),
            access_until: Some(after(900)),
            refresh: Some(secret("refresh-9")),
        };
        let (signing_in, arrived) = (Arc::clone(&vault), newer.clone());
        overtaken(&op, reply, move || *signing_in.tokens.lock().unwrap() = Some(arrived.clone())).await;
        let session = session(op.provider(), &vault);
        assert_eq!(session.access_token(after(400)).await, Ok(secret("newer")));
        assert_eq!(vault.load().unwrap(), Some(newer));
        assert_eq!(op.requests("/token").await.len(), 1);
    }
}

#[tokio::test]
async fn whoever_signed_out_meanwhile_stays_signed_out() {
    let op = Op::start().await;
    let vault = vault(Some("refresh-1"));
    let signing_out = Arc::clone(&vault);
    let reply = answer("access-2", Some("refresh-2"));
    overtaken(&op, reply, move || drop(signing_out.take())).await;
    let session = session(op.provider(), &vault);
    assert_eq!(session.access_token(after(400)).await, Err(RefreshError::SignedOut));
    assert_eq!(vault.load().unwrap(), None, "nothing is saved after that");
}

#[tokio::test]
async fn what_a_refresh_brought_meanwhile_is_taken_back_instead() {
    let op = Op::start().await;
    op.post("/revoke", ResponseTemplate::new(200)).await;
    let vault = vault(Some("refresh-1"));
    let (signing_out, held) = (Arc::clone(&vault), vault.load().unwrap());
    let reply = answer("access-2", Some("refresh-2"));
    overtaken(&op, reply, move || drop(signing_out.take())).await;
    let session = session(op.provider(), &vault);
    assert!(session.access_token(after(400)).await.is_err());
    assert_eq!(session.take_back(held).await, Revocation::Revoked);
    assert_eq!(op.requests("/revoke").await[0]["token"], "refresh-2");
}

#[tokio::test]
async fn a_session_that_is_made_anew_waits_for_the_refresh_that_is_under_way() {
    let op = Op::start().await;
    op.post("/token", answer("access-2", Some("refresh-2")).set_delay(Duration::from_millis(300))).await;
    let (vault, refreshes) = (vault(Some("refresh-1")), Refreshes::default());
    let [before, again] = [(); 2].map(|()| session_of(op.provider(), &vault, &refreshes));
    let both = tokio::join!(before.access_token(after(400)), again.access_token(after(400)));
    assert_eq!(both, (Ok(secret("access-2")), Ok(secret("access-2"))));
    assert_eq!(op.requests("/token").await.len(), 1, "two refreshes with one token end the sign-in");
}

#[tokio::test]
async fn what_comes_for_tokens_that_are_kept_elsewhere_by_now_is_kept_there() {
    let op = Op::start().await;
    let (from, to, refreshes) = (vault(Some("refresh-1")), Arc::new(Kept::default()), Refreshes::default());
    let (old, new) = (Arc::clone(&from), Arc::clone(&to));
    let moving = move || *new.tokens.lock().unwrap() = old.take();
    overtaken(&op, answer("access-2", Some("refresh-2")), moving).await;
    let before = session_of(op.provider(), &from, &refreshes);
    assert_eq!(before.access_token(after(400)).await, Err(RefreshError::SignedOut));
    let again = session_of(op.provider(), &to, &refreshes);
    assert_eq!(again.access_token(after(400)).await, Ok(secret("access-2")));
    assert_eq!(to.refresh().as_deref(), Some("refresh-2"));
    assert_eq!(op.requests("/token").await.len(), 1, "the old refresh token is used up");
}

#[tokio::test]
async fn what_may_go_better_later_is_no_error_while_the_token_is_good() {
    let elsewhere = ResponseTemplate::new(307).insert_header("location", "https://evil.example.edu/");
    let page = ResponseTemplate::new(200).set_body_raw("<html></html>", "text/html");
    for reply in [ResponseTemplate::new(503), elsewhere, page] {
        let op = Op::start().await;
        op.post("/token", reply).await;
        let session = session(op.provider(), &vault(Some("refresh-1")));
        assert_eq!(session.access_token(after(270)).await, Ok(secret("access-1")));
        let outcome = session.access_token(after(300)).await;
        assert!(outcome.is_err() && outcome != Err(RefreshError::SignedOut), "{outcome:?}");
    }
}

#[tokio::test]
async fn without_a_refresh_token_the_sign_in_ends_with_the_access_token() {
    let op = Op::start().await;
    let session = session(op.provider(), &vault(None));
    assert_eq!(session.access_token(after(299)).await, Ok(secret("access-1")));
    assert_eq!(session.access_token(after(300)).await, Err(RefreshError::SignedOut));
    assert_eq!(session.rejected(&secret("access-1"), now()).await, Err(RefreshError::SignedOut));
    let nobody = Arc::new(Kept::default());
    assert_eq!(self::session(op.provider(), &nobody).access_token(now()).await, Err(RefreshError::SignedOut));
}

#[tokio::test]
async fn a_session_may_move_between_threads_and_prints_no_token() {
    fn movable<T: Send>(value: T) -> T {
        value
    }
    let op = Op::start().await;
    let session = session(op.provider(), &vault(Some("refresh-1")));
    movable(session.access_token(now())).await.unwrap();
    drop(movable(sign_in::discover(&web(), &op.provider())));
    assert!(!format!("{session:?}").contains("refresh-1"));
}

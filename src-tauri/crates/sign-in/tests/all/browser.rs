//! Signing in through the browser, and what other programs on this computer may try meanwhile.

use crate::support::*;
use serde_json::json;
use sign_in::{BrowserSignIn, Choose, Error, Landing, Provider, SignedIn, discover, expect_subject};
use std::time::Duration;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use wiremock::ResponseTemplate;

async fn waiting(op: &Op) -> BrowserSignIn {
    BrowserSignIn::start(&discover(&web(), &op.provider()).await.unwrap(), Choose::No).await.unwrap()
}

#[tokio::test]
async fn a_person_signs_in() {
    let op = Op::bent(|document| {
        let userinfo = document["token_endpoint"].as_str().unwrap().replace("/token", "/me");
        document["userinfo_endpoint"] = userinfo.into();
    })
    .await;
    op.get("/me", json!({ "sub": "jo", "email": "jo@example.edu", "name": "Unsigned" })).await;
    let web = web();
    let provider = Provider { resource: Some("https://api.example.edu".into()), ..op.provider() };
    let discovered = discover(&web, &provider).await.unwrap();
    let sign_in = BrowserSignIn::start(&discovered, Choose::Another).await.unwrap();
    let link = sign_in.link().to_owned();
    let asked = query(&link);
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["scope"], "openid profile offline_access");
    assert_eq!(asked["prompt"], "select_account login consent");
    assert_eq!(asked["resource"], "https://api.example.edu");
    op.post("/token", token_answer(&id_token(&op.claims(Some(&asked["nonce"]))))).await;

    let words = words();
    let (outcome, page) =
        tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, "code=the-code"));
    let signed_in = outcome.unwrap();
    assert_eq!(signed_in.identity.subject, "jo");
    assert_eq!(signed_in.identity.issuer, op.server.uri());
    assert_eq!(signed_in.identity.claims["name"], "Jo Ferrand", "the signed claim counts");
    assert_eq!(signed_in.identity.claims["email"], "jo@example.edu", "userinfo adds the rest");
    let added = signed_in.identity.from_userinfo.unwrap();
    assert_eq!(added.iter().collect::<Vec<_>>(), ["email"], "and what it alone says is known");
    assert_eq!(signed_in.tokens.access.expose(), "access-1");
    assert_eq!(signed_in.tokens.access_until.unwrap().as_second(), now().as_second() + 300);
    assert_eq!(signed_in.tokens.refresh.unwrap().expose(), "refresh-1");

    assert!(page.contains("You are signed in") && !page.contains("the-code") && !page.contains("access-1"));
    let page = page.to_ascii_lowercase();
    assert!(page.contains("cache-control: no-store") && page.contains("default-src 'none'"));

    let sent = &op.requests("/token").await[0];
    assert_eq!(sent["code"], "the-code");
    assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
    assert_eq!(sent["resource"], "https://api.example.edu");
    assert_eq!(sent["client_id"], CLIENT);
    assert!(sent["code_verifier"].len() >= 43 && sent["code_verifier"] != asked["code_challenge"]);
}

#[tokio::test]
async fn userinfo_that_refuses_the_token_is_left_alone_and_a_missing_refresh_token_is_normal() {
    let op = Op::bent(|document| {
        let userinfo = document["token_endpoint"].as_str().unwrap().replace("/token", "/me");
        document["userinfo_endpoint"] = userinfo.into();
    })
    .await;
    wiremock::Mock::given(wiremock::matchers::path("/me"))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({ "error": "invalid_token" })))
        .mount(&op.server)
        .await;
    let web = web();
    let sign_in = waiting(&op).await;
    let link = sign_in.link().to_owned();
    let id_token = id_token(&op.claims(Some(&query(&link)["nonce"])));
    let body = json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token });
    op.post("/token", ResponseTemplate::new(200).set_body_json(body)).await;
    let words = words();
    let (outcome, _) = tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, "code=c"));
    let tokens = outcome.unwrap().tokens;
    assert_eq!((tokens.refresh, tokens.access_until), (None, None));
}

#[tokio::test]
async fn userinfo_where_there_is_nothing_or_that_cannot_be_asked_so_is_left_alone() {
    let statuses = [400_u16, 401, 403, 404, 405, 410];
    let answers = statuses.map(ResponseTemplate::new);
    let pages = statuses
        .map(|status| ResponseTemplate::new(status).set_body_raw("<html>Not here</html>", "text/html"));
    for answer in answers.into_iter().chain(pages) {
        let op = Op::bent(|document| {
            let userinfo = document["token_endpoint"].as_str().unwrap().replace("/token", "/me");
            document["userinfo_endpoint"] = userinfo.into();
        })
        .await;
        let shown = format!("{answer:?}");
        wiremock::Mock::given(wiremock::matchers::path("/me")).respond_with(answer).mount(&op.server).await;
        let identity = sign_in_with(&op, |_| {}, id_token, now).await.unwrap().identity;
        assert_eq!(
            (identity.subject.as_str(), &identity.claims["name"]),
            ("jo", &json!("Jo Ferrand")),
            "{shown}"
        );
        assert_eq!(identity.from_userinfo, None, "{shown}: what it would say is not known");
    }
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let op = Op::bent(|document| {
        let userinfo = document["token_endpoint"].as_str().unwrap().replace("/token", "/me");
        document["userinfo_endpoint"] = userinfo.into();
    })
    .await;
    op.get("/me", json!({ "sub": "sam" })).await;
    let outcome = sign_in_with(&op, |_| {}, id_token, now).await;
    assert!(matches!(outcome, Err(Error::NotUsable(why)) if why.contains("somebody else")));
}

#[tokio::test]
async fn hostile_requests_do_not_end_the_sign_in() {
    let op = Op::start().await;
    let web = web();
    let sign_in = waiting(&op).await;
    let (link, port) = (sign_in.link().to_owned(), port_of(&sign_in));
    let state = query(&link)["state"].clone();
    op.post("/token", token_answer(&id_token(&op.claims(Some(&query(&link)["nonce"]))))).await;
    let words = words();
    let attack = async {
        let status = |request: String| async move {
            knock(port, &request).await.chars().skip(9).take(3).collect::<String>()
        };
        assert_eq!(status(request_for(port, "state=guessed&code=evil")).await, "400");
        assert_eq!(status(request_for(port, "code=evil")).await, "400");
        assert_eq!(status(request_for(port, "state=guessed&error=access_denied")).await, "400");
        let host = format!("Host: 127.0.0.1:{port}\r\n");
        assert_eq!(status(format!("GET /favicon.ico HTTP/1.1\r\n{host}\r\n")).await, "404");
        let target = format!("/callback?state={state}&code=evil");
        assert_eq!(status(format!("POST {target} HTTP/1.1\r\n{host}\r\n")).await, "405");
        assert_eq!(
            status(format!("GET {target} HTTP/1.1\r\nHost: evil.example.edu:{port}\r\n\r\n")).await,
            "421"
        );
        assert_eq!(status(format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")).await, "421");
        assert_eq!(
            status(format!("GET {target} HTTP/1.1\r\nX: {}\r\n{host}\r\n", "x".repeat(9000))).await,
            "431"
        );
        // Connections that say nothing, or say it slowly, and are never closed from this side.
        let mut slow = Vec::new();
        for _ in 0..8 {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"GET /call").await.unwrap();
            slow.push(stream);
        }
        come_back(&link, "code=good").await
    };
    let (outcome, page) = tokio::join!(finish(sign_in, &web, &words, now, anybody), attack);
    assert_eq!(outcome.unwrap().identity.subject, "jo");
    assert!(page.contains("You are signed in"));
    let sent = op.requests("/token").await;
    assert_eq!(sent.len(), 1, "only the real return reached the provider");
    assert_eq!(sent[0]["code"], "good");
}

#[tokio::test]
async fn many_slow_connections_are_cut_off() {
    let op = Op::start().await;
    let web = web();
    let sign_in = waiting(&op).await;
    let (link, port) = (sign_in.link().to_owned(), port_of(&sign_in));
    op.post("/token", token_answer(&id_token(&op.claims(Some(&query(&link)["nonce"]))))).await;
    let words = words();
    let attack = async {
        let mut slow = Vec::new();
        for _ in 0..60 {
            slow.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        }
        come_back(&link, "code=good").await
    };
    let both = async { tokio::join!(finish(sign_in, &web, &words, now, anybody), attack) };
    let (outcome, _) = timeout(Duration::from_secs(20), both).await.expect("the listener stayed blocked");
    assert!(outcome.is_ok());
}

#[tokio::test]
async fn the_browser_is_told_that_somebody_else_signed_in() {
    let op = Op::start().await;
    let web = web();
    let sign_in = waiting(&op).await;
    let link = sign_in.link().to_owned();
    op.post("/token", token_answer(&id_token(&op.claims(Some(&query(&link)["nonce"]))))).await;
    let (words, issuer) = (words(), op.server.uri());
    let check = async |signed_in: SignedIn| expect_subject(signed_in, &issuer, "sam");
    let (outcome, page) =
        tokio::join!(finish(sign_in, &web, &words, now, check), come_back(&link, "code=the-code"));
    assert_eq!(outcome, Err(Error::SomebodyElse));
    assert!(page.contains("You are not signed in"), "{page}");
}

#[tokio::test]
async fn a_browser_does_not_wait_for_a_check_that_takes_long() {
    let op = Op::start().await;
    let web = web();
    let sign_in = waiting(&op).await;
    let link = sign_in.link().to_owned();
    op.post("/token", token_answer(&id_token(&op.claims(Some(&query(&link)["nonce"]))))).await;
    let words = Landing { patience: Duration::from_millis(300), ..words() };
    let shown = Semaphore::new(0);
    let check = async |signed_in: SignedIn| {
        drop(shown.acquire().await.unwrap());
        anybody(signed_in).await
    };
    let browser = async {
        let page = come_back(&link, "code=the-code").await;
        shown.add_permits(1);
        page
    };
    let (outcome, page) = tokio::join!(finish(sign_in, &web, &words, now, check), browser);
    assert!(page.contains("It is not known yet"), "{page}");
    assert_eq!(outcome.unwrap().identity.subject, "jo", "and the sign-in goes on");
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_told() {
    for (error, expected) in [
        ("access_denied", Error::Denied { code: "access_denied".into() }),
        ("invalid_scope", Error::ProfileFault { code: "invalid_scope".into() }),
        ("temporarily_unavailable", Error::Later { retry_after: None }),
        ("%3Cscript%3E", Error::Denied { code: "unreadable".into() }),
    ] {
        let op = Op::start().await;
        let web = web();
        let sign_in = waiting(&op).await;
        let link = sign_in.link().to_owned();
        let (words, back) = (words(), format!("error={error}"));
        let (outcome, page) =
            tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, &back));
        assert_eq!(outcome, Err(expected));
        assert!(page.contains("You are not signed in"));
    }
}

#[tokio::test]
async fn a_provider_that_cannot_let_the_person_choose_is_asked_for_credentials_alone() {
    let op = Op::start().await;
    let web = web();
    let discovered = discover(&web, &op.provider()).await.unwrap();
    let sign_in = BrowserSignIn::start(&discovered, Choose::Another).await.unwrap();
    let link = sign_in.link().to_owned();
    let asked = query(&link);
    op.post("/token", token_answer(&id_token(&op.claims(Some(&asked["nonce"]))))).await;
    let words = words();
    let browser = async {
        let sent_on = come_back(&link, "error=invalid_request").await;
        let head = sent_on.split("\r\n").find_map(|line| line.strip_prefix("location: ")).unwrap();
        let again = query(head);
        assert!(sent_on.starts_with("HTTP/1.1 303 ") && head.starts_with(&op.server.uri()), "{sent_on}");
        assert_eq!(again["prompt"], "login consent");
        let others = |asked: &std::collections::HashMap<String, String>| {
            let mut asked = asked.clone();
            asked.remove("prompt");
            asked
        };
        assert_eq!(others(&again), others(&asked), "nothing else is another");
        come_back(head, "code=c").await
    };
    let (outcome, page) = tokio::join!(finish(sign_in, &web, &words, now, anybody), browser);
    assert_eq!(outcome.unwrap().identity.subject, "jo");
    assert!(page.contains("You are signed in"));
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_put_plainly_once_and_only_where_it_can_be() {
    let refused = Err(Error::ProfileFault { code: "invalid_request".into() });
    for (choose, returns) in [(Choose::No, 1), (Choose::Again, 1), (Choose::Another, 2)] {
        let op = Op::start().await;
        let web = web();
        let discovered = discover(&web, &op.provider()).await.unwrap();
        let sign_in = BrowserSignIn::start(&discovered, choose).await.unwrap();
        let link = sign_in.link().to_owned();
        let words = words();
        let browser = async {
            let mut page = String::new();
            for _ in 0..returns {
                page = come_back(&link, "error=invalid_request").await;
            }
            page
        };
        let (outcome, page) = tokio::join!(finish(sign_in, &web, &words, now, anybody), browser);
        assert_eq!(outcome, refused);
        assert!(page.contains("You are not signed in"));
    }
}

/// What a provider that takes one `prompt`, and no `consent`, sends back to a browser that opens `link`.
fn one_at_a_time(link: &str) -> &'static str {
    match query(link).get("prompt").map(String::as_str) {
        None | Some("login" | "select_account") => "code=c",
        Some(_) => "error=invalid_request",
    }
}

#[tokio::test]
async fn a_provider_that_takes_one_prompt_alone_signs_in_whoever_it_is_asked_for() {
    for (choose, several, one) in [
        (Choose::No, "consent", None),
        (Choose::Another, "select_account login consent", Some("select_account")),
        (Choose::Again, "login consent", Some("login")),
    ] {
        let op = Op::start().await;
        let web = web();
        let mut discovered = discover(&web, &op.provider()).await.unwrap();
        let sign_in = BrowserSignIn::start(&discovered, choose).await.unwrap();
        assert_eq!(query(sign_in.link())["prompt"], several);
        assert_eq!(one_at_a_time(sign_in.link()), "error=invalid_request", "it refuses {several}");

        let provider = Provider { one_prompt: true, ..op.provider() };
        discovered = discover(&web, &provider).await.unwrap();
        let sign_in = BrowserSignIn::start(&discovered, choose).await.unwrap();
        let link = sign_in.link().to_owned();
        let asked = query(&link);
        assert_eq!(asked.get("prompt").map(String::as_str), one);
        assert_eq!(
            asked["scope"], "openid profile offline_access",
            "a refresh token is asked for all the same"
        );
        op.post("/token", token_answer(&id_token(&op.claims(Some(&asked["nonce"]))))).await;
        let words = words();
        let (outcome, _) =
            tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, one_at_a_time(&link)));
        assert!(outcome.unwrap().tokens.refresh.is_some());
    }
}

#[tokio::test]
async fn a_return_from_another_issuer_is_refused() {
    for (advertised, back) in [
        (false, "code=c&iss=https%3A%2F%2Fevil.example.edu"),
        (true, "code=c"),
        (true, "error=access_denied"),
    ] {
        let op = Op::bent(|document| {
            document["authorization_response_iss_parameter_supported"] = advertised.into();
        })
        .await;
        let web = web();
        let sign_in = waiting(&op).await;
        let link = sign_in.link().to_owned();
        let words = words();
        let (outcome, _) = tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, back));
        assert!(matches!(outcome, Err(Error::NotUsable(_))), "{back}");
        assert!(
            op.requests("/token").await.is_empty(),
            "the code must not be sent on (RFC 9207 section 2.4)"
        );
    }
}

#[tokio::test]
async fn giving_up_closes_the_listener() {
    let op = Op::start().await;
    let (web, words) = (web(), words());
    let sign_in = waiting(&op).await;
    let port = port_of(&sign_in);
    assert!(timeout(Duration::from_millis(50), finish(sign_in, &web, &words, now, anybody)).await.is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn ports_are_taken_in_the_listed_order() {
    let op = Op::start().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken_port = taken.local_addr().unwrap().port();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let with = |ports: Vec<u16>| Provider { loopback_ports: ports, ..op.provider() };
    let web = web();
    let discovered = discover(&web, &with(vec![taken_port, free])).await.unwrap();
    let sign_in = BrowserSignIn::start(&discovered, Choose::No).await.unwrap();
    assert_eq!(port_of(&sign_in), free);
    let discovered = discover(&web, &with(vec![taken_port])).await.unwrap();
    assert_eq!(BrowserSignIn::start(&discovered, Choose::No).await.unwrap_err(), Error::NoPort);
}

#[tokio::test]
async fn localhost_is_listened_on_in_both_families() {
    let op = Op::start().await;
    let web = web();
    let provider = Provider { redirect_host: "localhost".into(), ..op.provider() };
    let sign_in = BrowserSignIn::start(&discover(&web, &provider).await.unwrap(), Choose::No).await.unwrap();
    let port = port_of(&sign_in);
    assert!(query(sign_in.link())["redirect_uri"].starts_with("http://localhost:"));
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    if TcpListener::bind("[::1]:0").await.is_ok() {
        assert!(TcpStream::connect(("::1", port)).await.is_ok());
        let six = TcpListener::bind("[::1]:0").await.unwrap();
        let half = Provider { loopback_ports: vec![six.local_addr().unwrap().port()], ..provider };
        let discovered = discover(&web, &half).await.unwrap();
        let outcome = BrowserSignIn::start(&discovered, Choose::No).await;
        assert_eq!(outcome.unwrap_err(), Error::NoPort, "somebody else would be handed the code");
    }
}

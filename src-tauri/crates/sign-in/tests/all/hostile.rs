//! Providers that break the rules, at every endpoint.

use crate::support::*;
use serde_json::{Value, json};
use sign_in::{BrowserSignIn, Choose, DeviceSignIn, Error, discover};

const ALL: [Broken; 7] = [
    Broken::Endless,
    Broken::EndlessGzip,
    Broken::Page,
    Broken::PageRefusal,
    Broken::Elsewhere,
    Broken::Silent,
    Broken::Busy,
];

#[track_caller]
fn told<T: std::fmt::Debug>(how: Broken, outcome: &Result<T, Error>) {
    let right = match (&how, outcome) {
        (Broken::Endless | Broken::EndlessGzip, Err(Error::TooLarge))
        | (Broken::Elsewhere, Err(Error::Redirected))
        | (Broken::Silent, Err(Error::NoAnswer(_)))
        | (Broken::Busy, Err(Error::Later { retry_after: Some(7) })) => true,
        (Broken::Page | Broken::PageRefusal, Err(Error::NotUsable(why))) => why.contains("web page"),
        _ => false,
    };
    assert!(right, "{how:?} was told as {outcome:?}");
}

#[tokio::test]
async fn at_discovery() {
    let web = web();
    for how in ALL {
        told(how, &discover(&web, &provider(&broken(how))).await);
    }
}

#[tokio::test]
async fn at_the_keys() {
    let web = web();
    for how in ALL {
        let op = Op::bent(|document| document["jwks_uri"] = format!("{}/keys", broken(how)).into()).await;
        told(how, &discover(&web, &op.provider()).await);
    }
}

#[tokio::test]
async fn at_the_token_endpoint() {
    for how in ALL {
        let op =
            Op::bent(|document| document["token_endpoint"] = format!("{}/token", broken(how)).into()).await;
        told(how, &sign_in_with(&op, |_| {}, id_token, now).await);
    }
}

#[tokio::test]
async fn at_userinfo() {
    for how in ALL {
        let op =
            Op::bent(|document| document["userinfo_endpoint"] = format!("{}/me", broken(how)).into()).await;
        let outcome = sign_in_with(&op, |_| {}, id_token, now).await;
        match how {
            // A server in front of it that refuses in its usual way says nothing of who signed in.
            Broken::PageRefusal => assert_eq!(outcome.unwrap().identity.from_userinfo, None),
            how => told(how, &outcome),
        }
    }
}

#[tokio::test]
async fn at_the_device_endpoint() {
    let web = web();
    for how in ALL {
        let endpoint = format!("{}/device", broken(how));
        let op = Op::bent(|document| document["device_authorization_endpoint"] = endpoint.into()).await;
        let discovered = discover(&web, &op.provider()).await.unwrap();
        told(how, &DeviceSignIn::start(&web, &discovered).await);
    }
}

#[tokio::test]
async fn at_the_token_endpoint_while_a_code_is_typed_elsewhere() {
    for how in ALL {
        let op =
            Op::bent(|document| document["token_endpoint"] = format!("{}/token", broken(how)).into()).await;
        // The code lasts no longer than it takes to ask twice.
        let grant = json!({
            "device_code": "device-secret", "user_code": "WDJB-MJHT", "interval": 1, "expires_in": 2,
            "verification_uri": format!("{}/activate", op.server.uri()),
        });
        op.post("/device", wiremock::ResponseTemplate::new(200).set_body_json(grant)).await;
        let web = web();
        let discovered = discover(&web, &op.provider()).await.unwrap();
        let outcome = DeviceSignIn::start(&web, &discovered).await.unwrap().finish(&web, now).await;
        match how {
            // These are asked again, until the code has run out.
            Broken::Silent | Broken::Busy => assert_eq!(outcome.unwrap_err(), Error::Expired, "{how:?}"),
            how => told(how, &outcome),
        }
    }
}

#[tokio::test]
async fn a_discovery_document_must_be_this_issuers() {
    let web = web();
    for wrong in ["https://evil.example.edu", "", "not an address"] {
        let op = Op::bent(|document| document["issuer"] = wrong.into()).await;
        assert!(matches!(discover(&web, &op.provider()).await, Err(Error::NotUsable(_))), "{wrong}");
    }
}

#[tokio::test]
async fn an_issuer_that_lacks_a_slash_or_has_one_too_many_is_the_profiles_fault_and_is_named() {
    let web = web();
    let op = Op::bent(|document| {
        let with_slash = format!("{}/", document["issuer"].as_str().unwrap());
        document["issuer"] = with_slash.into();
    })
    .await;
    let fault = |stated: String| Error::ProfileFault {
        code: format!("issuer, which the provider states as {stated}"),
    };
    let at = op.server.uri();
    let outcome = discover(&web, &op.provider()).await;
    assert_eq!(outcome.unwrap_err(), fault(format!("{at}/")), "compared character by character");
    let op = Op::start().await;
    let at = op.server.uri();
    let outcome = discover(&web, &provider(&format!("{at}/"))).await;
    assert_eq!(outcome.unwrap_err(), fault(at));
}

#[tokio::test]
async fn an_endpoint_in_the_clear_is_refused() {
    let web = web();
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "device_authorization_endpoint",
        "revocation_endpoint",
    ] {
        for address in ["http://id.example.edu/x", "ftp://127.0.0.1/x", "https://user@id.example.edu/x"] {
            let op = Op::bent(|document| document[endpoint] = address.into()).await;
            let outcome = discover(&web, &op.provider()).await;
            assert!(matches!(outcome, Err(Error::NotUsable(_))), "{endpoint} at {address}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn an_issuer_in_the_clear_is_the_profiles_fault() {
    for issuer in ["http://id.example.edu", "", "id.example.edu", "https://id.example.edu?x=1"] {
        let outcome = discover(&web(), &provider(issuer)).await;
        assert_eq!(outcome.unwrap_err(), Error::ProfileFault { code: "issuer".into() }, "{issuer}");
    }
}

#[tokio::test]
async fn a_broken_document_is_told_without_repeating_it() {
    let op = Op::bent(|document| document["response_types_supported"] = "SECRET".into()).await;
    let Err(Error::NotUsable(why)) = discover(&web(), &op.provider()).await else { panic!("it was used") };
    assert!(why.contains("line") && !why.contains("SECRET"), "{why}");
    let op = Op::bent(|document| drop(document.as_object_mut().unwrap().remove("token_endpoint"))).await;
    assert!(matches!(discover(&web(), &op.provider()).await, Err(Error::NotUsable(_))));
}

/// An answer of the token endpoint that OAuth does not know.
async fn exchange(status: u16, body: Value) -> Error {
    let op = Op::start().await;
    let web = web();
    let discovered = discover(&web, &op.provider()).await.unwrap();
    let sign_in = BrowserSignIn::start(&discovered, Choose::No).await.unwrap();
    let link = sign_in.link().to_owned();
    op.post("/token", wiremock::ResponseTemplate::new(status).set_body_json(body)).await;
    let words = words();
    let (outcome, page) =
        tokio::join!(finish(sign_in, &web, &words, now, anybody), come_back(&link, "code=c"));
    assert!(page.contains("You are not signed in"), "the browser is told the truth");
    outcome.unwrap_err()
}

#[tokio::test]
async fn token_answers_are_told_apart() {
    let code = |code: &str| json!({ "error": code, "error_description": "SECRET" });
    assert_eq!(exchange(400, code("invalid_grant")).await, Error::Denied { code: "invalid_grant".into() });
    assert_eq!(
        exchange(401, code("invalid_client")).await,
        Error::ProfileFault { code: "invalid_client".into() }
    );
    for (status, body) in [
        (200, json!({})),
        (200, json!([])),
        (200, json!({ "access_token": "a", "token_type": "bearer" })),
        (200, json!({ "access_token": "a\r\nb", "token_type": "bearer", "id_token": "x" })),
        (200, json!({ "access_token": "a", "token_type": "mac", "id_token": "x" })),
        (200, json!({ "access_token": "a", "token_type": "bearer", "id_token": { "no": "text" } })),
        (400, json!({ "error": "Bad Request" })),
        (418, json!({})),
    ] {
        let outcome = exchange(status, body.clone()).await;
        assert!(matches!(&outcome, Error::NotUsable(_)), "{status} {body}: {outcome:?}");
    }
}

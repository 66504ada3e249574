//! A campus of its own for each test, and what a browser and a client do with it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use campus::{Options, Running};
use reqwest::{Client, Method, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tempfile::TempDir;
use url::Url;

pub(crate) const CLIENT: &str = "secondary-accounts-desktop";
pub(crate) const SCOPE: &str = "openid profile offline_access accounts.read desk.request";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:49152/callback";
pub(crate) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-in-all";

pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) running: Running,
    pub(crate) http: Client,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("{} is not JSON: {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Parameters of the address that a browser is sent to.
    pub(crate) fn sent_back(&self) -> HashMap<String, String> {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        let to = self.header("location");
        assert!(to.starts_with(CALLBACK), "sent to {to}");
        Url::parse(to).unwrap().query_pairs().into_owned().collect()
    }
}

pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The parameters of a good authorization request.
pub(crate) fn request() -> HashMap<&'static str, String> {
    HashMap::from([
        ("client_id", CLIENT.to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("response_type", "code".to_owned()),
        ("scope", SCOPE.to_owned()),
        ("state", "a state".to_owned()),
        ("nonce", "a nonce".to_owned()),
        ("code_challenge", challenge(VERIFIER)),
        ("code_challenge_method", "S256".to_owned()),
    ])
}

impl Site {
    pub(crate) async fn oxford() -> Self {
        Self::with("oxford", |_| ()).await
    }

    pub(crate) async fn with(institution: &str, change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(institution, folder.path());
        change(&mut options);
        // A second call finds it installed, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { running: campus::start(options).await.unwrap(), folder, http }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.issuer())
    }

    /// The page that a browser is shown for an authorization request, or where it is sent instead.
    pub(crate) async fn authorize(&self, request: &HashMap<&'static str, String>) -> Answer {
        Answer::of(self.http.get(self.at("/authorize")).query(request).send().await.unwrap()).await
    }

    /// Answers a login page.
    pub(crate) async fn answer(&self, page: &Answer, field: (&str, &str)) -> Answer {
        let handle = between(&page.text, "name=\"handle\" value=\"", "\"");
        self.form("/login", &[("handle", handle), field]).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.http.post(self.at(path)).form(fields).send().await.unwrap()).await
    }

    pub(crate) async fn code(&self, person: &str) -> String {
        let page = self.authorize(&request()).await;
        self.answer(&page, ("person", person)).await.sent_back().remove("code").unwrap()
    }

    pub(crate) async fn exchange(&self, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.form("/token", &fields).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.form(
            "/token",
            &[("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)],
        )
        .await
    }

    /// Signs in and answers what the token endpoint said.
    pub(crate) async fn tokens(&self, person: &str) -> Value {
        let answer = self.exchange(&self.code(person).await).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    pub(crate) async fn sign_in(&self, person: &str) -> String {
        self.tokens(person).await["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn provisioning(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("provisioning-token")).unwrap().trim().to_owned()
    }

    /// Asks the directory.
    pub(crate) async fn scim(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        self.scim_with(method, path, token, body, &[]).await
    }

    pub(crate) async fn scim_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.http.request(method, self.at(&format!("/scim/v2{path}"))).bearer_auth(token);
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/scim+json").body(body.to_string());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let answer = self.scim(Method::GET, path, token, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    /// The one resource that answers a filter.
    pub(crate) async fn find(&self, endpoint: &str, filter: &str, token: &str) -> Value {
        let list = self.get(&filtered(endpoint, filter), token).await;
        assert_eq!(list["totalResults"], 1, "{filter}: {list}");
        list["Resources"][0].clone()
    }
}

/// The address of a filtered list.
pub(crate) fn filtered(endpoint: &str, filter: &str) -> String {
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("filter", filter).finish();
    format!("{endpoint}?{query}")
}

pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

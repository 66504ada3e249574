//! How a profile says where an institution's sign-in and directory are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How to reach the institution's systems. The practice connection is always there and needs nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Connection {
    pub sign_in: SignIn,
    pub directory: Directory,
    /// Where requests go. Absent: this program sends none.
    #[serde(default)]
    pub desk: Option<Desk>,
}

/// The institution's desk, behind the gateway contract that the practice campus publishes as OpenAPI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Desk {
    /// `https` address without query; `http` is taken for 127.0.0.1, localhost and [::1] only.
    pub base: String,
}

/// The institution's OpenID Connect provider. An empty `issuer` means that the IT department has not supplied it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignIn {
    /// `https` address without query; `http` is taken for 127.0.0.1, localhost and [::1] only.
    pub issuer: String,
    pub client_id: String,
    /// Asked for at sign-in. Those that the directory and the desk want of a token belong here: the practice campus wants
    /// `accounts.read` and `desk.request`.
    pub scopes: Vec<String>,
    /// Ports for the loopback redirect, tried in order. Empty: any free port (RFC 8252 section 7.3).
    #[serde(default)]
    #[schemars(inner(range(min = 1)))]
    pub loopback_ports: Vec<u16>,
    /// Path of the redirect address.
    #[serde(default = "callback")]
    pub redirect_path: String,
    /// Host of the redirect address: `127.0.0.1` or `localhost`, as registered.
    #[serde(default)]
    pub redirect_host: RedirectHost,
    /// How long the sign-in page in the browser may take, in seconds.
    #[serde(default = "five_minutes")]
    #[schemars(range(min = 1, max = 3600))]
    pub browser_seconds: u16,
    /// Whether sign-in with a code on another device is allowed (RFC 8628).
    #[serde(default)]
    pub device_code: bool,
    /// How much the provider may be asked at once of the person who signs in.
    #[serde(default)]
    pub prompt: Prompt,
    /// `resource` parameter (RFC 8707) where the directory wants a token of its own.
    #[serde(default)]
    pub resource: Option<String>,
    pub role: RoleSource,
}

fn callback() -> String {
    "/callback".into()
}

fn five_minutes() -> u16 {
    300
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum RedirectHost {
    #[default]
    #[serde(rename = "127.0.0.1")]
    Address,
    #[serde(rename = "localhost")]
    Name,
}

/// The `prompt` parameter (OpenID Connect Core section 3.1.2.1). `several`: another identity is chosen with credentials, and
/// where `offline_access` is among the scopes, consent is asked for. `one`, for providers that take one value alone, such as
/// Microsoft Entra: nothing at a first sign-in, `select_account` for another identity, `login` when signing in again, and never
/// `consent`, which people may not be allowed to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prompt {
    #[default]
    Several,
    One,
}

/// Where role and unit come from: `role = "me"`, or a table `role.claim`. Not known means an ordinary person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum RoleSource {
    /// `roles` and our extension in the directory's `/Me` (RFC 7644 section 3.11).
    Me,
    /// Claims of the id_token or the userinfo answer.
    Claim {
        /// Claim that lists roles.
        role: String,
        /// Values of it that mark an IT officer.
        it_officer: Vec<String>,
        /// Values of it that mark the service desk.
        service_desk: Vec<String>,
        /// Claim that names the unit, by its identifier.
        #[serde(default)]
        unit: Option<String>,
    },
}

/// The institution's account directory, SCIM 2.0. An empty `base` means that the IT department has not supplied it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Directory {
    /// Base address; `/Me` and the accounts path are appended to it.
    pub base: String,
    /// Where the accounts are, below `base`.
    #[serde(default = "accounts_path")]
    pub accounts_path: String,
}

/// Where the accounts are unless a profile says otherwise: at the practice campus they always are.
pub const ACCOUNTS_PATH: &str = "/SecondaryAccounts";

fn accounts_path() -> String {
    ACCOUNTS_PATH.into()
}

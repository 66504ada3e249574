//! What every request handler is given.

use crate::clock::Clock;
use crate::institution::Institution;
use crate::oidc::SigningKey;
use crate::scim::{Schemas, Sight};
use sqlx::SqlitePool;
use std::sync::Arc;

/// The desktop program, a public client (RFC 8252 section 8.5).
pub(crate) const CLIENT_ID: &str = "secondary-accounts-desktop";
/// Scope of access tokens that may read the directory.
pub(crate) const DIRECTORY_SCOPE: &str = "accounts.read";
/// Scope of access tokens with which the desk can be asked anything, and anything asked of it. To read accounts is not to ask
/// for changes to them.
pub(crate) const DESK_SCOPE: &str = "desk.request";
pub(crate) const SCOPES: [&str; 5] = ["openid", "profile", "offline_access", DIRECTORY_SCOPE, DESK_SCOPE];

pub(crate) struct Campus {
    pub(crate) db: SqlitePool,
    pub(crate) clock: Clock,
    pub(crate) institution: Institution,
    pub(crate) key: SigningKey,
    pub(crate) schemas: Schemas,
    pub(crate) sight: Sight,
    /// Digest of the provisioning token.
    pub(crate) provisioning: String,
    /// `http://127.0.0.1:PORT`, as clients reach it.
    pub(crate) issuer: String,
    /// The port that clients name.
    pub(crate) known_as: u16,
    pub(crate) access_seconds: u32,
    pub(crate) device_interval: u32,
    /// Seconds from the approval of a request until its effect.
    pub(crate) apply_seconds: u32,
    /// Seconds after which the desk itself approves what nobody has decided, counted anew from each answer of the requester.
    pub(crate) decide_after: Option<u32>,
}

pub(crate) type Shared = Arc<Campus>;

impl Campus {
    pub(crate) fn scim_base(&self) -> String {
        format!("{}/scim/v2", self.issuer)
    }

    pub(crate) fn desk_base(&self) -> String {
        format!("{}/desk/v1", self.issuer)
    }
}

//! Signing in at an institution's OpenID Connect provider, and staying signed in.
//!
//! Authorization code with PKCE in the system browser and a loopback redirect (RFC 8252, RFC 7636), device code
//! where the provider lists it (RFC 8628), verified id_tokens (OpenID Connect Core section 3.1.3.7), one refresh at
//! a time with the new token kept before it is used. Tokens never leave Rust and are never printed.
//!
//! Neither the provider nor other programs on this computer are trusted: answers are capped, redirects are not
//! followed, and the loopback listener ignores every request that does not carry the right state.

mod answer;
mod browser;
mod device;
mod discovery;
mod door;
mod error;
mod identity;
mod landing;
mod loopback;
mod provider;
mod refresh;
mod request;
mod secret;
mod session;

pub use browser::{BrowserSignIn, CameBack, Choose};
pub use device::DeviceSignIn;
pub use discovery::{Discovered, discover};
pub use error::{Error, RefreshError};
pub use identity::{Identity, SignedIn, expect_subject};
pub use landing::Landing;
pub use provider::Provider;
pub use secret::{Secret, Tokens};
pub use session::{Refreshes, Revocation, Session, Vault};

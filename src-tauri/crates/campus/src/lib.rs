//! An institution that runs on this computer: an OpenID Connect provider, a SCIM 2.0 directory with invented people, and
//! a desk that takes requests.
//!
//! It listens on loopback only and speaks to the desktop program exactly as a real institution would. Who may see what
//! is decided by the `accounts` crate, so that both sides hold to the same rules.

mod clock;
mod database;
mod desk;
mod institution;
mod json;
mod oidc;
mod options;
mod problem;
mod scim;
mod secret;
mod seed;
mod server;
mod site;
mod walls;

pub use options::{Options, UsageProblem};
pub use problem::Problem;
pub use server::{Running, start};

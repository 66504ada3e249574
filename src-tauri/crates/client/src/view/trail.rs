//! What was asked for about an account, by anybody, as its history shows it.

use super::{RequestEvent, RequestRow};
use desk::TrailStep;
use serde::Serialize;
use ts_rs::TS;

/// What was asked for about one account, and what became of it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountTrail {
    /// The reader's own requests that reached the desk.
    pub own: Vec<OwnSteps>,
    /// What the desk has on record of other requests, oldest first.
    pub steps: Vec<TrailStep>,
    /// When the desk told that, RFC 3339. `None`: it never did.
    pub read_at: Option<String>,
    pub state: TrailState,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnSteps {
    pub request: RequestRow,
    pub events: Vec<RequestEvent>,
}

/// Somebody's request about an account that has not ended, as the desk told it. It is not the reader's to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskedAlready {
    pub reference: String,
    /// `None`: the desk does not say who.
    pub by: Option<String>,
    /// What it asks for, in the desk's words.
    pub text: String,
    /// When the desk told that, RFC 3339.
    pub told_at: String,
}

/// What the desk made of being asked for its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TrailState {
    /// It was not asked this time.
    NotAsked,
    Told,
    /// There is none, it does not tell, or not this reader.
    NotTold,
    NoAnswer,
}

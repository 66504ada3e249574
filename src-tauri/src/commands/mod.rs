//! What the window can call, by topic. Each command hands over to the client and does nothing else.

pub mod accounts;

pub mod identity;
pub mod institutions;
pub mod program;
pub mod requests;
pub mod settings;

use client::view::Problem;

/// What a command answers.
pub type Answer<T> = Result<T, Problem>;

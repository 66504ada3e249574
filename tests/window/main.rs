//! The product through its real window, on a screen of its own: what people see, do and keep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where what it stands on breaks"
)]

#[path = "../support/mod.rs"]
mod support;

mod identities;
mod institutions;
mod keeping;
mod keychain;
mod keys;
mod offline;
mod peers;
mod places;
mod roles;
mod second_start;
mod steps;
mod walk;

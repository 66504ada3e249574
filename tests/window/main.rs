//! The product through its real window, on a screen of its own: what people see, do and keep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where what it stands on breaks"
)]

#[path = "../support/mod.rs"]
mod support;

mod asking;
mod by_keyboard;
mod careless;
mod conflicts;
mod contrast;
mod days;
mod every_request;
mod guides;
mod history;
mod hostile;
mod identities;
mod in_the_way;
mod installed;
mod institutions;
mod keeping;
mod keychain;
mod keys;
mod leaving;
mod notices;
mod offline;
mod outbox;
mod pasted;
mod peers;
mod people;
mod places;
mod refused;
mod requests;
mod roles;
mod second_start;
mod sign_in;
mod small;
mod steps;
mod walk;
mod web_browser;

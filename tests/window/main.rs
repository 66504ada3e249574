//! The product through its real window, on a screen of its own: what people see, do and keep.

#[path = "../support/mod.rs"]
mod support;

mod institutions;
mod keychain;
mod keys;
mod offline;
mod peers;
mod roles;
mod second_start;
mod steps;
mod walk;

//! The crate as its callers see it, against providers on loopback: right ones, wrong ones, hostile ones.
#![cfg(test)]

mod browser;
mod device;
mod hostile;
mod id_token;
mod session;
mod support;

//! The campus over HTTP, as a client and a browser meet it.
#![cfg(test)]

mod desk;
mod directory;
mod files;
mod roles;
mod sign_in;
mod site;
mod tokens;
mod walls;
mod writing;

//! Institutions as data: a folder per institution, read, checked and explained when it is broken (mission row X14).
//!
//! [`builtin`] gives the two that come with the program, [`load`] reads any other. [`schema`] is for editors.

mod check;
mod connection;
mod form;
mod load;
mod partial_date;
mod problem;
mod profile;
mod read;
mod schema;

pub use connection::{ACCOUNTS_PATH, Connection, Desk, Directory, Prompt, RedirectHost, RoleSource, SignIn};
pub use form::{AnswerFault, AnswerType, Choice, Form, Question};
pub use load::{FILE_NAME, MOST_BYTES, builtin, builtin_ids, load};
pub use partial_date::{NotADate, PartialDate};
pub use problem::ProfileProblem;
pub use profile::*;
pub use schema::schema;

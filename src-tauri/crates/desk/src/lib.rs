//! Form submissions (C4): asking a desk for a change, never twice, and following what becomes of it.
//!
//! Desks differ in what they can do; [`Abilities`] says what. The rules of sending are the same for all of them and live in
//! [`deliver`]: look for what may have arrived before sending it again, read back what was taken, compare.

mod deliver;
mod error;
mod gateway;
mod ticket;
mod wire;

pub use deliver::{Delivery, Desk, deliver};
pub use error::{Changed, Error, Field, Gone};
pub use gateway::Gateway;
pub use ticket::{
    Abilities, Candidate, Decision, LeftOut, Message, NameTold, Stage, Submission, Ticket, TrailStep,
    TrailWhat,
};

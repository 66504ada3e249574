//! The client against servers of every temper, on loopback.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod servers;

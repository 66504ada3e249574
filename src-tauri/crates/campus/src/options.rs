//! The command line.

use jiff::Timestamp;
use std::path::PathBuf;

const USAGE: &str = "usage: campus --institution oxford|boulder|PATH --data DIR [--port N] [--accounts N] [--seed N] \
                     [--clock-offset SECONDS] [--now RFC3339] [--access-seconds N] [--device-interval N] \
                     [--known-as PORT] [--apply-seconds N] [--decide-after SECONDS]";

/// What the campus is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `oxford`, `boulder`, or the path of an institution's file.
    pub institution: String,
    /// Folder for `campus.db` and `provisioning-token`. Made where it is missing.
    pub data: PathBuf,
    /// Port on 127.0.0.1. 0 takes any free one.
    pub port: u16,
    /// How many accounts there are to be in all. Fewer than the seed brings adds none.
    pub accounts: u32,
    /// The same seed and `now` give the same people and accounts.
    pub seed: u64,
    /// Seconds by which the campus's clock is ahead of the computer's. Negative: behind.
    pub clock_offset: i64,
    /// The day around which the seed lays its dates. `None`: the campus's own clock.
    pub now: Option<Timestamp>,
    /// Life of an access token, in seconds.
    pub access_seconds: u32,
    /// Shortest wait between two polls of a device code, in seconds (RFC 8628 section 3.2).
    pub device_interval: u32,
    /// Port on 127.0.0.1 under which clients reach the campus, where another server stands before it. `None`: its own.
    pub known_as: Option<u16>,
    /// Seconds from the approval of a request until its effect.
    pub apply_seconds: u32,
    /// Seconds after which the desk itself approves what nobody has decided, counted anew from each answer of the requester.
    /// `None`: it never does.
    pub decide_after: Option<u32>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UsageProblem {
    #[error("{0} needs a value\n{USAGE}")]
    NoValue(String),
    #[error("{value:?} is no value for {flag}\n{USAGE}")]
    BadValue { flag: String, value: String },
    #[error("{0} is not known\n{USAGE}")]
    Unknown(String),
    #[error("{0} is missing\n{USAGE}")]
    Missing(&'static str),
}

impl Options {
    /// Options with the default of every flag that may be left out.
    pub fn new(institution: impl Into<String>, data: impl Into<PathBuf>) -> Self {
        Self {
            institution: institution.into(),
            data: data.into(),
            port: 0,
            accounts: 0,
            seed: 1,
            clock_offset: 0,
            now: None,
            access_seconds: 300,
            device_interval: 5,
            known_as: None,
            apply_seconds: 20,
            decide_after: None,
        }
    }

    /// Reads the arguments after the program's name.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, UsageProblem> {
        let mut arguments = arguments.into_iter();
        let mut options = Self::new("", "");
        while let Some(flag) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| UsageProblem::NoValue(flag.clone()));
            match flag.as_str() {
                "--institution" => options.institution = value()?,
                "--data" => options.data = value()?.into(),
                "--port" => options.port = number(&flag, value()?)?,
                "--accounts" => options.accounts = number(&flag, value()?)?,
                "--seed" => options.seed = number(&flag, value()?)?,
                "--clock-offset" => options.clock_offset = number(&flag, value()?)?,
                "--now" => options.now = Some(number(&flag, value()?)?),
                "--access-seconds" => options.access_seconds = number(&flag, value()?)?,
                "--device-interval" => options.device_interval = number(&flag, value()?)?,
                "--known-as" => options.known_as = Some(number(&flag, value()?)?),
                "--apply-seconds" => options.apply_seconds = number(&flag, value()?)?,
                "--decide-after" => options.decide_after = Some(number(&flag, value()?)?),
                _ => return Err(UsageProblem::Unknown(flag)),
            }
        }
        if options.institution.is_empty() {
            return Err(UsageProblem::Missing("--institution"));
        }
        if options.data.as_os_str().is_empty() {
            return Err(UsageProblem::Missing("--data"));
        }
        Ok(options)
    }
}

fn number<T: std::str::FromStr>(flag: &str, value: String) -> Result<T, UsageProblem> {
    value.parse().map_err(|_| UsageProblem::BadValue { flag: flag.to_owned(), value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, UsageProblem> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let options = parse("--institution oxford --data /tmp/x --clock-offset -3600").unwrap();
        assert_eq!(options, Options { clock_offset: -3600, ..Options::new("oxford", "/tmp/x") });
        let desk = parse("--institution oxford --data /tmp/x --apply-seconds 0 --decide-after 5").unwrap();
        assert_eq!((desk.apply_seconds, desk.decide_after), (0, Some(5)));
        assert_eq!(options.decide_after, None, "nobody decides by themselves unless told to");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(parse("--institution oxford"), Err(UsageProblem::Missing("--data")));
        assert_eq!(parse("--port"), Err(UsageProblem::NoValue("--port".into())));
        assert_eq!(parse("--poort 1"), Err(UsageProblem::Unknown("--poort".into())));
        let wrong = UsageProblem::BadValue { flag: "--port".into(), value: "70000".into() };
        assert_eq!(parse("--port 70000"), Err(wrong), "a port has 16 bits");
    }
}

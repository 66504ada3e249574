//! Sending under every fault: whatever breaks off wherever, in the end each request is at the desk exactly once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where what it stands on breaks, and prints what it counted"
)]

use accounts::{AccessChange, PersonRef, Principal, PrincipalKind, Wish};
use desk::{Abilities, Delivery, Desk, Error, Stage, Submission, Ticket, deliver};
use jiff::Timestamp;
use std::sync::Mutex;

/// What happens to one exchange with the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The question is lost on its way.
    LostThere,
    /// It arrives, the answer is lost: a dropped reply, or a server killed after it wrote.
    LostBack,
    /// "Try later" before anything is done, as a limiter says it.
    Limited,
    /// 503 before anything is done.
    BusyBefore,
    /// 503 from something in between, after it was done.
    BusyAfter,
    /// A page of HTML with status 200 in place of the answer.
    Html,
}

const FAULTS: [Fault; 7] = [
    Fault::None,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Limited,
    Fault::BusyBefore,
    Fault::BusyAfter,
    Fault::Html,
];

impl Fault {
    fn arrives(self) -> bool {
        matches!(self, Self::None | Self::LostBack | Self::BusyAfter | Self::Html)
    }

    fn error(self) -> Option<Error> {
        Some(match self {
            Self::None => return None,
            Self::LostThere | Self::LostBack => Error::NoAnswer("connection lost".into()),
            Self::Limited => Error::Later { status: 429, retry_after: Some(1) },
            Self::BusyBefore | Self::BusyAfter => Error::Later { status: 503, retry_after: None },
            Self::Html => Error::NotUsable("it is not JSON".into()),
        })
    }
}

/// A desk that forgets nothing and recognises no repeats: a second sending would make a second request.
#[derive(Default)]
struct Forgetful {
    requests: Mutex<Vec<Ticket>>,
    faults: Mutex<Vec<Fault>>,
    cannot_search: bool,
    keeps_one_change_only: bool,
}

impl Forgetful {
    fn meets(&self) -> Fault {
        self.faults.lock().unwrap().pop().unwrap_or(Fault::None)
    }

    fn can(&self) -> Abilities {
        Abilities { finds_by_id: !self.cannot_search, ..Abilities::default() }
    }

    fn through<T>(&self, answer: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let fault = self.meets();
        let answer = fault.arrives().then(answer);
        match (fault.error(), answer) {
            (Some(error), _) => Err(error),
            (None, Some(answer)) => answer,
            (None, None) => unreachable!("what meets no fault arrives"),
        }
    }
}

impl Desk for Forgetful {
    async fn find(&self, id: &str) -> Result<Option<Ticket>, Error> {
        self.through(|| Ok(self.requests.lock().unwrap().iter().find(|ticket| ticket.id == id).cloned()))
    }

    async fn submit(&self, submission: &Submission) -> Result<String, Error> {
        self.through(|| {
            let mut requests = self.requests.lock().unwrap();
            let reference = format!("RQ-{}", requests.len() + 1);
            let mut wish = submission.wish.clone();
            if self.keeps_one_change_only {
                wish.edits.truncate(1);
            }
            let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
            requests.push(Ticket {
                reference: reference.clone(),
                id: submission.id.clone(),
                account: submission.account.clone(),
                label: String::new(),
                wish,
                was: Vec::new(),
                note: None,
                accepted: Some(submission.accepted),
                requester: ("me".into(), "Maren Tolliver".into()),
                stage: Stage::WithDesk,
                created: at,
                modified: at,
                decision: None,
                messages: Vec::new(),
            });
            Ok(reference)
        })
    }

    async fn read(&self, reference: &str) -> Result<Ticket, Error> {
        self.through(|| {
            let requests = self.requests.lock().unwrap();
            requests.iter().find(|ticket| ticket.reference == reference).cloned().ok_or(Error::NotThere)
        })
    }
}

fn change(id: &str) -> AccessChange {
    let who = PersonRef::named(id.into(), id);
    AccessChange { to: Principal { kind: PrincipalKind::Person, who }, rights: vec!["full-access".into()] }
}

fn submission(id: &str) -> Submission {
    let wish = Wish::change_access(vec![change("p1"), change("p2")]);
    let account = Some("a".into());
    Submission { id: id.into(), account, wish, was: Vec::new(), note: String::new(), accepted: false }
}

/// Where the program is killed while it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    Never,
    /// Before it is kept that sending begins.
    BeforeBegin,
    /// After that, before anything is sent.
    BeforeSending,
    /// After the answer came, before it is kept.
    BeforeKeeping,
}

const KILLS: [Kill; 4] = [Kill::Never, Kill::BeforeBegin, Kill::BeforeSending, Kill::BeforeKeeping];

/// What is kept durably of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Waiting,
    Sending,
    Sent,
}

/// One start of the program with one try to send.
async fn one_try(desk: &Forgetful, submission: &Submission, kept: &Mutex<Kept>, kill: Kill) {
    let was = *kept.lock().unwrap();
    // Whoever sends has just asked the desk what it can do; without an answer nothing is tried.
    let Ok(can) = desk.through(|| Ok(desk.can())) else { return };
    let begin = || match kill {
        Kill::BeforeBegin => false,
        Kill::BeforeSending => {
            *kept.lock().unwrap() = Kept::Sending;
            false
        }
        _ => {
            *kept.lock().unwrap() = Kept::Sending;
            true
        }
    };
    let delivery = deliver(desk, can, submission, was == Kept::Sending, begin).await;
    if kill == Kill::Never {
        *kept.lock().unwrap() = match delivery {
            Delivery::Arrived(_) => Kept::Sent,
            Delivery::NotSent(_) => Kept::Waiting,
            Delivery::NotKnown(_) => Kept::Sending,
            other => panic!("{other:?}"),
        };
    }
}

#[tokio::test]
async fn every_request_arrives_once_whatever_breaks_off_wherever() {
    let (mut sent, mut seen, mut tries) = (0_usize, 0_usize, 0_usize);
    // The first four exchanges under every fault, times every kill of the first try.
    let mut scripts = vec![Vec::new()];
    for _ in 0..4 {
        scripts = scripts
            .into_iter()
            .flat_map(|script: Vec<Fault>| FAULTS.map(|fault| [script.clone(), vec![fault]].concat()))
            .collect();
    }
    for script in scripts {
        for kill in KILLS {
            let desk = Forgetful { faults: Mutex::new(script.clone()), ..Forgetful::default() };
            let (submission, kept) = (submission("0190"), Mutex::new(Kept::Waiting));
            sent += 1;
            one_try(&desk, &submission, &kept, kill).await;
            for _ in 0..8 {
                tries += 1;
                if *kept.lock().unwrap() == Kept::Sent {
                    break;
                }
                one_try(&desk, &submission, &kept, Kill::Never).await;
            }
            let arrived = desk.requests.lock().unwrap().len();
            assert_eq!(arrived, 1, "{script:?}, killed {kill:?}");
            assert_eq!(*kept.lock().unwrap(), Kept::Sent, "{script:?}, killed {kill:?}");
            seen += arrived;
        }
    }
    println!("requests in: {sent}, seen at the desk: {seen}, none twice, {tries} tries");
    assert_eq!(sent, seen);
}

#[tokio::test]
async fn where_a_desk_cannot_be_searched_nothing_unclear_is_sent_again() {
    let faults = vec![Fault::LostBack, Fault::None];
    let desk = Forgetful { cannot_search: true, faults: Mutex::new(faults), ..Forgetful::default() };
    let (submission, kept) = (submission("0190"), Mutex::new(Kept::Waiting));
    for _ in 0..5 {
        one_try(&desk, &submission, &kept, Kill::Never).await;
    }
    assert_eq!(*kept.lock().unwrap(), Kept::Sending, "it stays not known");
    assert_eq!(desk.requests.lock().unwrap().len(), 1, "and is not there twice");
}

#[tokio::test]
async fn success_for_half_a_request_is_told_with_what_is_missing() {
    let desk = Forgetful { keeps_one_change_only: true, ..Forgetful::default() };
    let delivery = deliver(&desk, desk.can(), &submission("0190"), false, || true).await;
    let Delivery::InPart(ticket) = delivery else { panic!("{delivery:?}") };
    let differing = accounts::differing(&submission("0190").wish, &ticket.wish).unwrap();
    assert_eq!(differing.untaken, Some(Wish::change_access(vec![change("p2")])));
    assert!(differing.unasked.is_empty());
}

#[tokio::test]
async fn nothing_leaves_where_it_cannot_be_kept_that_it_was_begun() {
    let desk = Forgetful::default();
    let delivery = deliver(&desk, desk.can(), &submission("0190"), false, || false).await;
    assert!(matches!(delivery, Delivery::NotBegun), "{delivery:?}");
    assert!(desk.requests.lock().unwrap().is_empty());
}

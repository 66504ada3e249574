//! A server before the practice campus: it passes everything on, except what a test has told it to spoil.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::fate::{Fate, Fates};
use super::process::signal;
use super::{Campus, CampusOptions, endless};

/// What is done with a request instead of passing it on, or on the way.
#[derive(Clone)]
pub enum Spoil {
    /// This status, these header lines and this body.
    Answer(u16, String, &'static str),
    /// A body of 2 GiB, as it is.
    Endless,
    /// A body that unpacks to 2 GiB.
    EndlessGzip,
    /// Takes the request and says nothing until the client gives up.
    Silence,
    /// Alters what the campus is asked: the request's target.
    Ask(Arc<dyn Fn(&str) -> String + Send + Sync>),
    /// Alters the JSON that the campus answers with.
    Bend(Arc<dyn Fn(&mut Value) + Send + Sync>),
}

impl Spoil {
    /// A JSON body under status 200 that nobody asked for.
    pub fn json(body: &'static str) -> Self {
        Self::Answer(200, "content-type: application/json\r\n".into(), body)
    }

    /// A page for a browser under status 200.
    pub fn page() -> Self {
        let body =
            "<!doctype html><html><title>Welcome to our network</title><p>Accept the terms.</p></html>";
        Self::Answer(200, "content-type: text/html; charset=utf-8\r\n".into(), body)
    }

    pub fn redirect(to: &str) -> Self {
        Self::Answer(302, format!("location: {to}\r\n"), "")
    }

    pub fn later(seconds: u32) -> Self {
        Self::Answer(429, format!("retry-after: {seconds}\r\n"), "")
    }

    pub fn ask(alter: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::Ask(Arc::new(alter))
    }

    pub fn bend(alter: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Bend(Arc::new(alter))
    }
}

#[derive(Default)]
struct Shared {
    spoiled: Mutex<Vec<(String, Spoil)>>,
    fates: Fates,
    hits: AtomicUsize,
    /// The campus's port.
    campus: AtomicU16,
    /// The campus's process.
    process: AtomicU32,
    ended: AtomicBool,
}

/// A campus with a server before it that bears its name.
pub struct Front {
    pub campus: Campus,
    port: u16,
    shared: Arc<Shared>,
}

impl Front {
    pub fn before(options: CampusOptions) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its port").port();
        let campus = Campus::start(&options.with("--known-as", port.to_string()));
        let shared = Arc::new(Shared {
            campus: AtomicU16::new(campus.port()),
            process: AtomicU32::new(campus.process_id()),
            ..Shared::default()
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.ended.load(Ordering::Acquire) {
                    return;
                }
                let shared = Arc::clone(&serving);
                // A client that hangs up in the middle is the expected end of much that happens here.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &shared)));
            }
        });
        Self { campus, port, shared }
    }

    /// From now on, requests whose path is `path`, or begins with it where it ends in `*`, meet `how`.
    pub fn spoil(&self, path: &str, how: Spoil) {
        self.shared.spoiled.lock().expect("nobody panicked over it").push((path.to_owned(), how));
    }

    /// The next exchange such as `GET /desk/v1`, or one that begins so where it ends in `*`, meets `fate`. Several are met in
    /// the order in which they were said: one counts from when those before it have happened.
    pub fn next(&self, exchange: &str, fate: Fate) {
        self.shared.fates.expect(exchange, fate, false);
    }

    /// From now on every such exchange meets `fate`.
    pub fn always(&self, exchange: &str, fate: Fate) {
        self.shared.fates.expect(exchange, fate, true);
    }

    /// What [`Self::next`] was told of and did not happen yet.
    pub fn unmet(&self) -> Vec<String> {
        self.shared.fates.unmet()
    }

    /// Waits until an exchange waits on its way.
    pub fn until_held(&self) {
        self.shared.fates.until_held();
    }

    /// Lets go of what waits on its way, and waits until it has arrived.
    pub fn release(&self) {
        self.shared.fates.release();
    }

    /// Passes everything on again.
    pub fn heal(&self) {
        self.shared.spoiled.lock().expect("nobody panicked over it").clear();
        self.shared.fates.clear();
    }

    /// How many requests met something spoiled.
    pub fn hits(&self) -> usize {
        self.shared.hits.load(Ordering::Acquire)
    }

    /// Starts the campus again with further arguments for this time.
    pub fn restart_with(&mut self, arguments: &[&str]) {
        self.campus.restart_with(arguments);
        self.shared.campus.store(self.campus.port(), Ordering::Release);
        self.shared.process.store(self.campus.process_id(), Ordering::Release);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

fn serve(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let Some((head, body)) = request(&mut client)? else { return Ok(()) };
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let path = target.split('?').next().unwrap_or_default();
    let meets = |at: &str| at.strip_suffix('*').map_or(at == path, |start| path.starts_with(start));
    let spoils: Vec<Spoil> = {
        let spoiled = shared.spoiled.lock().expect("nobody panicked over it");
        spoiled.iter().filter(|(at, _)| meets(at)).map(|(_, how)| how.clone()).collect()
    };
    if !spoils.is_empty() {
        shared.hits.fetch_add(1, Ordering::AcqRel);
    }
    let (mut asked, mut bends) = (target.clone(), Vec::new());
    for spoil in spoils {
        match spoil {
            Spoil::Answer(status, headers, body) => return answer(&mut client, status, &headers, body),
            Spoil::Endless => return endless::plain(&mut client),
            Spoil::EndlessGzip => return endless::gzip(&mut client),
            // Reads until the client hangs up.
            Spoil::Silence => return client.read(&mut [0; 1]).map(drop),
            Spoil::Ask(alter) => asked = alter(&asked),
            Spoil::Bend(alter) => bends.push(alter),
        }
    }
    let exchange = format!("{} {path}", head.split(' ').next().unwrap_or_default());
    let head = head.replacen(&target, &asked, 1);
    let Some(mut answered) = carried(&client, shared, &exchange, &head, &body)? else { return Ok(()) };
    for alter in bends {
        answered = bent(&answered, alter.as_ref());
    }
    client.write_all(&answered)?;
    client.shutdown(Shutdown::Write)
}

/// The campus's answer, unless the exchange meets a fate in which none comes back.
fn carried(
    client: &TcpStream,
    shared: &Shared,
    exchange: &str,
    head: &str,
    body: &[u8],
) -> std::io::Result<Option<Vec<u8>>> {
    let pass = || pass_on(shared.campus.load(Ordering::Acquire), head, body);
    let kill = || signal("KILL", &shared.process.load(Ordering::Acquire).to_string());
    match shared.fates.of(exchange) {
        Fate::Passes => pass().map(Some),
        Fate::LostThere => Ok(None),
        Fate::LostBack => pass().map(|_| None),
        Fate::Twice => pass().and_then(|_| pass()).map(Some),
        Fate::Late => {
            client.shutdown(Shutdown::Both)?;
            shared.fates.hold(pass).map(|_| None)
        }
        Fate::HeldThere => shared.fates.hold(pass).map(Some),
        Fate::HeldBack => {
            let answered = pass()?;
            shared.fates.hold(|| Ok(Some(answered)))
        }
        Fate::KilledThere => {
            kill();
            Ok(None)
        }
        Fate::KilledBack => {
            pass()?;
            kill();
            Ok(None)
        }
    }
}

/// The head of a request, without its last blank line, and its body. `None`: nobody asked anything.
fn request(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let (mut bytes, mut part) = (Vec::new(), [0; 8192]);
    loop {
        let read = client.read(&mut part)?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        while bytes.len() < end + 4 + length {
            let read = client.read(&mut part)?;
            if read == 0 {
                return Ok(None);
            }
            bytes.extend_from_slice(&part[..read]);
        }
        return Ok(Some((head, bytes[end + 4..].to_vec())));
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn answer(client: &mut TcpStream, status: u16, headers: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        client,
        "HTTP/1.1 {status} Spoiled\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// Asks the campus on a connection of its own, and reads the whole answer.
fn pass_on(campus: u16, head: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, campus))?;
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = lines.flat_map(|line| [line, "\r\n"]).collect();
    stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answered = Vec::new();
    stream.read_to_end(&mut answered)?;
    Ok(answered)
}

/// The campus's answer with its JSON altered. One without a body, such as a refusal, stays as it is.
fn bent(answered: &[u8], alter: &dyn Fn(&mut Value)) -> Vec<u8> {
    let Some(end) = answered.windows(4).position(|four| four == b"\r\n\r\n") else {
        return answered.to_vec();
    };
    let Ok(mut value) = serde_json::from_slice(&answered[end + 4..]) else { return answered.to_vec() };
    alter(&mut value);
    let body = value.to_string();
    let head = String::from_utf8_lossy(&answered[..end]);
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let head: String = lines.flat_map(|line| [line, "\r\n"]).collect();
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

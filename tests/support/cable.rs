//! The cable between this computer and a server: it passes on whatever comes, and can be pulled out and put back.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Debug, Default)]
struct Shared {
    /// The server's port; 0: it leads nowhere yet.
    server: AtomicU16,
    pulled: AtomicBool,
    ended: AtomicBool,
    /// Both ends of what is under way.
    open: Mutex<Vec<TcpStream>>,
}

/// A port of its own, which stays the same whatever becomes of the server behind it.
#[derive(Debug)]
pub(super) struct Cable {
    port: u16,
    shared: Arc<Shared>,
}

impl Cable {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its port").port();
        let shared = Arc::<Shared>::default();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if serving.ended.load(Ordering::Acquire) {
                    return;
                }
                // A caller that hangs up before it is put through is no fault of a test.
                let _ = serving.put_through(&client);
            }
        });
        Self { port, shared }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// From now on it ends at the server that listens on `port`.
    pub(super) fn lead_to(&self, port: u16) {
        self.shared.server.store(port, Ordering::Release);
    }

    /// Breaks off what is under way; from now on nobody comes through.
    pub(super) fn pull(&self) {
        let mut open = self.shared.open.lock().expect("nobody panicked over it");
        self.shared.pulled.store(true, Ordering::Release);
        for stream in open.drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn plug_in(&self) {
        self.shared.pulled.store(false, Ordering::Release);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.pull();
        self.shared.ended.store(true, Ordering::Release);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

impl Shared {
    fn put_through(&self, client: &TcpStream) -> io::Result<()> {
        let mut open = self.open.lock().expect("nobody panicked over it");
        if self.pulled.load(Ordering::Acquire) {
            return Err(ErrorKind::ConnectionReset.into());
        }
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, self.server.load(Ordering::Acquire)))?;
        for (from, to) in [(client, &server), (&server, client)] {
            open.push(from.try_clone()?);
            carry(from.try_clone()?, to.try_clone()?);
        }
        Ok(())
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        // Whichever end hangs up, the other learns of it.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}

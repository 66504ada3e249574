//! The listener on this computer to which the browser returns (RFC 8252 section 7.3).

use crate::{
    error::Error,
    landing::Landing,
    provider::Provider,
    request::{Expected, LONGEST_HEAD, Return, Turned, head_end, read},
    secret::Secret,
};
use oauth2::RedirectUrl;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use url::Url;

/// How long one connection may take to say what it wants, and to take its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections heard at the same time. More wait until one of these is answered or cut off.
const MOST: usize = 32;
/// Free ports tried until one is free for both address families.
const TRIES: usize = 16;

/// A bound port. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct Loopback {
    four: TcpListener,
    /// The same port on `[::1]`: browsers may take either for `localhost`.
    six: Option<TcpListener>,
    redirect: RedirectUrl,
    expected: Arc<Expected>,
}

/// The browser's return, its connection still open: the page tells how the sign-in really ended.
pub(crate) struct Returned {
    stream: TcpStream,
    pub(crate) what: Return,
}

impl Loopback {
    /// Listens on the first free port of the profile's list, or on any free port.
    ///
    /// # Errors
    /// [`Error::NoPort`], or [`Error::ProfileFault`] for a redirect address that is none.
    pub(crate) async fn open(provider: &Provider) -> Result<Self, Error> {
        // Checked before anything is bound.
        provider.redirect(1)?;
        let both = provider.redirect_host == "localhost";
        let any = [0; TRIES];
        let ports: &[u16] = if provider.loopback_ports.is_empty() { &any } else { &provider.loopback_ports };
        for port in ports {
            let Ok((four, six, port)) = bind(*port, both).await else { continue };
            let expected = Expected {
                authority: format!("{}:{port}", provider.redirect_host),
                path: provider.redirect_path.clone(),
            };
            let redirect = provider.redirect(port)?;
            return Ok(Self { four, six, redirect, expected: Arc::new(expected) });
        }
        Err(Error::NoPort)
    }

    pub(crate) fn redirect(&self) -> &RedirectUrl {
        &self.redirect
    }

    /// Waits until the browser returns with `state`. Everything else is answered and forgotten.
    pub(crate) async fn wait(&self, state: &Secret) -> Returned {
        let mut heard = JoinSet::new();
        loop {
            tokio::select! {
                stream = self.accept(), if heard.len() < MOST => {
                    let (expected, state) = (Arc::clone(&self.expected), state.clone());
                    heard.spawn(async move { timeout(PATIENCE, hear(stream, &expected, &state)).await.ok().flatten() });
                }
                Some(ended) = heard.join_next(), if !heard.is_empty() => {
                    if let Ok(Some(returned)) = ended {
                        return returned;
                    }
                }
            }
        }
    }

    async fn accept(&self) -> TcpStream {
        loop {
            let accepted = match &self.six {
                Some(six) => tokio::select! {
                    accepted = self.four.accept() => accepted,
                    accepted = six.accept() => accepted,
                },
                None => self.four.accept().await,
            };
            match accepted {
                Ok((stream, _)) => return stream,
                // The system is out of something: the next connection may fare better.
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

impl Returned {
    /// Shows the person how it ended. A browser that has gone away misses it.
    pub(crate) async fn show(mut self, landing: &Landing, signed_in: Option<bool>) {
        let page = landing.page(signed_in);
        let answer = respond(&mut self.stream, "200 OK", "text/html; charset=utf-8", "", &page);
        drop(timeout(PATIENCE, answer).await);
    }

    /// Sends the browser on to `link`, at the provider. One that has gone away misses it.
    pub(crate) async fn lead_on(mut self, link: &Url) {
        // A parsed address holds no line end, so it cannot end the line that it stands in.
        let location = format!("location: {link}\r\n");
        let answer = respond(&mut self.stream, "303 See Other", "text/plain; charset=utf-8", &location, "");
        drop(timeout(PATIENCE, answer).await);
    }
}

/// Binds `port` on 127.0.0.1 and, for `both`, on [::1].
async fn bind(port: u16, both: bool) -> io::Result<(TcpListener, Option<TcpListener>, u16)> {
    let four = TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await?;
    let port = four.local_addr()?.port();
    if !both {
        return Ok((four, None, port));
    }
    match TcpListener::bind((IpAddr::V6(Ipv6Addr::LOCALHOST), port)).await {
        Ok(six) => Ok((four, Some(six), port)),
        // Somebody else would be handed the code.
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        // This computer has no IPv6: nobody can listen there.
        Err(_) => Ok((four, None, port)),
    }
}

/// Hears one connection out. `None`: it was not the browser's return.
async fn hear(mut stream: TcpStream, expected: &Expected, state: &Secret) -> Option<Returned> {
    let mut head = Vec::with_capacity(1024);
    let asked = loop {
        if let Some(end) = head_end(&head) {
            break read(head.get(..end).unwrap_or_default(), expected);
        }
        if head.len() >= LONGEST_HEAD {
            break Err(Turned::TooLarge);
        }
        let room = u64::try_from(LONGEST_HEAD - head.len()).ok()?;
        if (&mut stream).take(room).read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    };
    let turned = match asked {
        Ok(what) if state.same_as(&what.state) => return Some(Returned { stream, what }),
        Ok(_) => Turned::BadRequest,
        Err(turned) => turned,
    };
    let allow = if matches!(turned, Turned::OnlyGet) { "allow: GET\r\n" } else { "" };
    respond(&mut stream, turned.status(), "text/plain; charset=utf-8", allow, "").await.ok()?;
    None
}

/// Answers, with `more` whole header lines.
async fn respond(stream: &mut TcpStream, status: &str, kind: &str, more: &str, body: &str) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{more}cache-control: no-store\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n\
         x-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

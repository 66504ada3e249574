//! Servers that break rules on purpose, on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where what it stands on breaks"
)]

use std::{io::Write, net::TcpListener, thread, time::Duration};
use web::{Failure, Limits, Web};

fn limits() -> Limits {
    let short = Duration::from_millis(400);
    Limits { connect: short, silence: short, whole: Duration::from_secs(5) }
}

/// Serves one connection with `write` and gives the address.
fn server(write: impl FnOnce(&mut std::net::TcpStream) -> std::io::Result<()> + Send + 'static) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 2048];
        let _ = std::io::Read::read(&mut stream, &mut request);
        // The client hangs up as soon as it has seen enough: a write error is the expected end.
        let _ = write(&mut stream);
    });
    format!("http://{address}/").parse().unwrap()
}

async fn get(url: url::Url, cap: usize) -> Result<web::Answer, Failure> {
    let web = Web::new(limits());
    web.send(web.get(url), cap).await
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_cap() {
    let url = server(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2147483648\r\n\r\n")?;
        let chunk = vec![b'x'; 64 * 1024];
        loop {
            stream.write_all(&chunk)?;
        }
    });
    assert!(matches!(get(url, 1024 * 1024).await, Err(Failure::TooLarge { cap: 1_048_576 })));
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let url = server(|_| {
        thread::sleep(Duration::from_secs(2));
        Ok(())
    });
    assert!(matches!(get(url, 1024).await, Err(Failure::NoAnswer(reason)) if reason == "too slow"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let url = server(|stream| {
        stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
    });
    assert!(get(url, 1024).await.unwrap().is_redirect());
}

#[tokio::test]
async fn nobody_listening_is_no_answer_and_names_no_address() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/?code=secret").parse().unwrap();
    let Err(Failure::NoAnswer(reason)) = get(url, 1024).await else { panic!("there was an answer") };
    assert!(!reason.contains("secret"), "addresses may carry codes: {reason}");
}

/// Run again in a process of its own: which certificates there are is read from its surroundings.
#[test]
fn certificates_that_cannot_be_read_are_not_taken_for_a_network_that_is_down() {
    const NAME: &str = "certificates_that_cannot_be_read_are_not_taken_for_a_network_that_is_down";
    if std::env::var_os("SSL_CERT_FILE").is_none_or(|file| file != "/dev/null") {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        let again =
            again.args(["--exact", NAME]).env("SSL_CERT_FILE", "/dev/null").env_remove("SSL_CERT_DIR");
        let done = again.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let failure = runtime.block_on(get("https://desk.example.edu/?code=secret".parse().unwrap(), 1024));
    let Err(Failure::NoCertificates(reason)) = failure else { panic!("{failure:?}") };
    assert!(!reason.contains("secret"), "{reason}");
    let here = server(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    assert!(
        runtime.block_on(get(here, 1024)).unwrap().is_ok(),
        "what runs here without encryption needs none"
    );
}

//! Reading one HTTP request on the loopback listener: a request line, a `Host`, nothing more.
//!
//! Any program on this computer, and any page in its browser, can send one.

use url::form_urlencoded;

/// Longest request head, in bytes.
pub(crate) const LONGEST_HEAD: usize = 8 * 1024;

/// What a request must look like to be the browser's return.
#[derive(Debug)]
pub(crate) struct Expected {
    /// Host and port, as in the redirect address.
    pub(crate) authority: String,
    pub(crate) path: String,
}

/// What the provider sent back through the browser (RFC 6749 section 4.1.2, RFC 9207 section 2).
#[derive(Default, PartialEq, Eq)]
pub(crate) struct Return {
    pub(crate) state: String,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) issuer: Option<String>,
}

/// Why a request is not the browser's return, as an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    BadRequest = 400,
    NotFound = 404,
    OnlyGet = 405,
    OtherHost = 421,
    TooLarge = 431,
}

impl Turned {
    /// Status line text (RFC 9110 section 15).
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::OnlyGet => "405 Method Not Allowed",
            Self::OtherHost => "421 Misdirected Request",
            Self::TooLarge => "431 Request Header Fields Too Large",
        }
    }
}

/// Where the head ends, the blank line included. Lines may end without a carriage return (RFC 9112 section 2.2).
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    let crlf = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
    let lf = bytes.windows(2).position(|window| window == b"\n\n").map(|at| at + 2);
    match (crlf, lf) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Reads a whole head.
///
/// # Errors
/// How to turn the request away.
pub(crate) fn read(head: &[u8], expected: &Expected) -> Result<Return, Turned> {
    let head = std::str::from_utf8(head).map_err(|_| Turned::BadRequest)?;
    let mut lines = head.lines();
    let mut request_line = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (request_line.next(), request_line.next(), request_line.next(), request_line.next())
    else {
        return Err(Turned::BadRequest);
    };
    if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
        return Err(Turned::BadRequest);
    }
    let hosts = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim());
    let hosts: Vec<&str> = hosts.take(2).collect();
    // A page elsewhere can point a name of its own at 127.0.0.1; the browser then sends that name.
    if !matches!(hosts.as_slice(), [host] if host.eq_ignore_ascii_case(&expected.authority)) {
        return Err(Turned::OtherHost);
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != expected.path {
        return Err(Turned::NotFound);
    }
    if method != "GET" {
        return Err(Turned::OnlyGet);
    }
    parameters(query)
}

/// Reads the query. A parameter must not appear twice (RFC 6749 section 3.1).
fn parameters(query: &str) -> Result<Return, Turned> {
    let (mut state, mut code, mut error, mut issuer) = (None, None, None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match name.as_ref() {
            "state" => &mut state,
            "code" => &mut code,
            "error" => &mut error,
            "iss" => &mut issuer,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return Err(Turned::BadRequest);
        }
    }
    let state = state.ok_or(Turned::BadRequest)?;
    if code.is_some() == error.is_some() {
        return Err(Turned::BadRequest);
    }
    Ok(Return { state, code, error, issuer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        Expected { authority: "127.0.0.1:4000".into(), path: "/callback".into() }
    }

    fn get(target: &str) -> Result<Return, Turned> {
        read(format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n\r\n").as_bytes(), &expected())
    }

    #[test]
    fn the_return_is_read() {
        let Ok(back) = get("/callback?code=a%2Bb&state=s&iss=https%3A%2F%2Fid.example.edu&session_state=x")
        else {
            panic!("a proper return was turned away")
        };
        assert_eq!((back.state.as_str(), back.code.as_deref()), ("s", Some("a+b")));
        assert_eq!(back.issuer.as_deref(), Some("https://id.example.edu"));
    }

    #[test]
    fn what_is_not_the_return_is_turned_away() {
        let why = |target| get(target).err();
        assert_eq!(why("/favicon.ico"), Some(Turned::NotFound));
        assert_eq!(why("/callback/?code=c&state=s"), Some(Turned::NotFound));
        assert_eq!(why("http://127.0.0.1:4000/callback?code=c&state=s"), Some(Turned::NotFound));
        assert_eq!(why("/callback"), Some(Turned::BadRequest));
        assert_eq!(why("/callback?state=s"), Some(Turned::BadRequest));
        assert_eq!(why("/callback?code=c&error=e&state=s"), Some(Turned::BadRequest));
        assert_eq!(why("/callback?code=c&state=s&state=t"), Some(Turned::BadRequest));
    }

    #[test]
    fn another_host_or_two_of_them_are_turned_away() {
        for hosts in
            ["", "Host: evil.example.edu:4000\r\n", "Host: 127.0.0.1:4000\r\nhost: 127.0.0.1:4000\r\n"]
        {
            let head = format!("GET /callback?code=c&state=s HTTP/1.1\r\n{hosts}\r\n");
            assert_eq!(read(head.as_bytes(), &expected()).err(), Some(Turned::OtherHost), "{hosts}");
        }
    }

    #[test]
    fn rubbish_is_turned_away() {
        for head in [
            &b"\xff\xfe\r\n\r\n"[..],
            b"\r\n\r\n",
            b"GET /callback\r\n\r\n",
            b"GET  /callback HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(read(head, &expected()).err(), Some(Turned::BadRequest), "{head:?}");
        }
    }

    #[test]
    fn the_end_of_a_head_is_found() {
        assert_eq!(head_end(b"GET / HTTP/1.1\r\n\r\nbody"), Some(18));
        assert_eq!(head_end(b"GET / HTTP/1.1\n\n"), Some(16));
        assert_eq!(head_end(b"GET / HTTP/1.1\r\nHost: x\r\n"), None);
    }
}

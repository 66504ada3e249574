//! Bodies of 2 GiB, plain and packed, that end when the client hangs up.

use std::io::{Result, Write};

const SIZE: usize = 2 << 30;
/// Header, then one block of fixed codes (RFC 1951 section 3.2.6) whose first symbol is the letter that is repeated.
const START: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
const BLOCK: [u8; 11] = [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
/// "The last letter 258 times again", in 13 bits: eight of them are 13 bytes.
const COPY: [u8; 13] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];

pub(super) fn plain(client: &mut impl Write) -> Result<()> {
    write!(
        client,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {SIZE}\r\n\r\n{{\"x\":\""
    )?;
    let part = vec![b'x'; 64 * 1024];
    (0..SIZE / part.len()).try_for_each(|_| client.write_all(&part))
}

pub(super) fn gzip(client: &mut impl Write) -> Result<()> {
    client.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n",
    )?;
    let bits: Vec<u8> = BLOCK.into_iter().chain(COPY.into_iter().cycle().take(13 * 16)).collect();
    let packed: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit)).collect();
    client.write_all(&START)?;
    client.write_all(&packed[..13])?;
    // 13 bytes unpack to 8 times 258.
    let part = packed[13..26].repeat(1000);
    (0..SIZE / (1000 * 8 * 258)).try_for_each(|_| client.write_all(&part))
}

//! Turns the memory of a virtual X server (X Window Dump, version 7) into a PNG file.

/// Rows of red, green and blue, one byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// Where the fields of `XWDFileHeader` (X11/XWDFile.h) stand, counted in 32-bit words.
mod field {
    pub(super) const HEADER_SIZE: usize = 0;
    pub(super) const VERSION: usize = 1;
    pub(super) const WIDTH: usize = 4;
    pub(super) const HEIGHT: usize = 5;
    pub(super) const BYTE_ORDER: usize = 7;
    pub(super) const BITS_PER_PIXEL: usize = 11;
    pub(super) const BYTES_PER_LINE: usize = 12;
    pub(super) const RED_MASK: usize = 14;
    pub(super) const GREEN_MASK: usize = 15;
    pub(super) const BLUE_MASK: usize = 16;
    pub(super) const COLOURS: usize = 19;
}

/// Bytes of one entry of the colour table between header and pixels.
const COLOUR_ENTRY: usize = 12;

impl Picture {
    /// Reads a dump with 32 bits for each pixel, which is what Xvfb keeps at a depth of 24. `None` for any other.
    pub(crate) fn from_xwd(dump: &[u8]) -> Option<Self> {
        let word = |index: usize| {
            let bytes = dump.get(index * 4..index * 4 + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        let size = |index| usize::try_from(word(index)?).ok();
        if word(field::VERSION)? != 7 || word(field::BITS_PER_PIXEL)? != 32 {
            return None;
        }
        let (width, height) = (size(field::WIDTH)?, size(field::HEIGHT)?);
        let masks = [word(field::RED_MASK)?, word(field::GREEN_MASK)?, word(field::BLUE_MASK)?];
        let most_significant_first = word(field::BYTE_ORDER)? == 1;
        let start =
            size(field::HEADER_SIZE)?.checked_add(size(field::COLOURS)?.checked_mul(COLOUR_ENTRY)?)?;
        let line = size(field::BYTES_PER_LINE)?;
        if line == 0 || width == 0 || height == 0 {
            return None;
        }
        let pixels = dump.get(start..)?;
        if pixels.len() < line.checked_mul(height)? || line < width.checked_mul(4)? {
            return None;
        }
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in pixels.chunks_exact(line).take(height) {
            for pixel in row.as_chunks::<4>().0.iter().take(width) {
                let value = if most_significant_first {
                    u32::from_be_bytes(*pixel)
                } else {
                    u32::from_le_bytes(*pixel)
                };
                rgb.extend(masks.map(|mask| channel(value, mask)));
            }
        }
        Some(Self { width: u32::try_from(width).ok()?, height: u32::try_from(height).ok()?, rgb })
    }

    /// Whether every point has one colour, as before a window has drawn itself.
    pub(crate) fn is_blank(&self) -> bool {
        self.rgb.as_chunks::<3>().0.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
    }

    /// The picture as a PNG file (RFC 2083), not compressed.
    pub(crate) fn to_png(&self) -> Vec<u8> {
        let mut header = Vec::with_capacity(13);
        header.extend(self.width.to_be_bytes());
        header.extend(self.height.to_be_bytes());
        // 8 bits a channel, colour type 2 (RGB), the only compression and filter methods, not interlaced.
        header.extend([8, 2, 0, 0, 0]);

        let row = self.rgb.len().checked_div(self.height as usize).unwrap_or(0).max(1);
        let mut rows = Vec::with_capacity(self.rgb.len() + self.height as usize);
        for pixels in self.rgb.chunks(row) {
            rows.push(0); // filter type "none"
            rows.extend_from_slice(pixels);
        }

        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, *b"IHDR", &header);
        chunk(&mut png, *b"IDAT", &stored_zlib(&rows));
        chunk(&mut png, *b"IEND", &[]);
        png
    }
}

/// The eight bits of a pixel that a mask marks.
fn channel(pixel: u32, mask: u32) -> u8 {
    if mask == 0 { 0 } else { u8::try_from((pixel & mask) >> mask.trailing_zeros()).unwrap_or(u8::MAX) }
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    png.extend(length.to_be_bytes());
    png.extend(kind);
    png.extend_from_slice(data);
    png.extend(crc32(kind.iter().chain(data)).to_be_bytes());
}

/// A zlib stream (RFC 1950) of stored deflate blocks (RFC 1951 section 3.2.4).
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    };
    !bytes.fold(u32::MAX, step)
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dump as Xvfb writes it: two colour entries, lines padded, pixels in the given order.
    fn dump(width: u32, height: u32, pixels: &[u32], little: bool) -> Vec<u8> {
        let mut words = [0_u32; 25];
        words[0] = 104; // the header and four bytes of name
        words[1] = 7;
        words[4] = width;
        words[5] = height;
        words[7] = u32::from(!little);
        words[11] = 32;
        words[12] = width * 4 + 4;
        words[14] = 0x00ff_0000;
        words[15] = 0x0000_ff00;
        words[16] = 0x0000_00ff;
        words[19] = 2;
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.extend([0; 4 + 2 * 12]);
        for row in pixels.chunks(width as usize) {
            for pixel in row {
                bytes.extend(if little { pixel.to_le_bytes() } else { pixel.to_be_bytes() });
            }
            bytes.extend([0xee; 4]);
        }
        bytes
    }

    #[test]
    fn a_dump_is_read_in_either_byte_order() {
        let pixels = [0x0011_2233, 0x00aa_bbcc, 0, 0x00ff_ffff];
        for little in [true, false] {
            let picture = Picture::from_xwd(&dump(2, 2, &pixels, little)).unwrap();
            assert_eq!(
                picture.rgb,
                [0x11, 0x22, 0x33, 0xaa, 0xbb, 0xcc, 0, 0, 0, 255, 255, 255],
                "little: {little}"
            );
        }
    }

    #[test]
    fn a_broken_dump_is_refused_and_not_read_beyond_its_end() {
        let whole = dump(2, 2, &[1, 2, 3, 4], true);
        for length in 0..whole.len() {
            assert_eq!(Picture::from_xwd(&whole[..length]), None, "cut off at {length}");
        }
        assert!(Picture::from_xwd(&whole).is_some());
    }

    #[test]
    fn a_picture_of_one_colour_is_blank() {
        assert!(Picture::from_xwd(&dump(2, 2, &[7; 4], true)).unwrap().is_blank());
        assert!(!Picture::from_xwd(&dump(2, 2, &[7, 7, 7, 8], true)).unwrap().is_blank());
    }

    #[test]
    fn checksums_agree_with_their_definitions() {
        assert_eq!(crc32(b"123456789".iter()), 0xcbf4_3926, "check value of CRC-32");
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398, "the usual worked example");
    }

    #[test]
    fn a_png_of_one_red_point_is_byte_for_byte_what_the_format_says() {
        let png = Picture { width: 1, height: 1, rgb: vec![255, 0, 0] }.to_png();
        let expected: &[&[u8]] = &[
            b"\x89PNG\r\n\x1a\n",
            b"\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90\x77\x53\xde",
            b"\x00\x00\x00\x0fIDAT\x78\x01\x01\x04\x00\xfb\xff\x00\xff\x00\x00\x03\x01\x01\x00",
        ];
        assert!(png.starts_with(&expected.concat()), "{png:02x?}");
        assert!(png.ends_with(b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"));
    }

    #[test]
    fn more_than_one_stored_block_adds_up() {
        let data = vec![5_u8; 70_000];
        let stream = stored_zlib(&data);
        assert_eq!(stream[2], 0, "the first block is not the last");
        assert_eq!(stream[2 + 5 + 65_535], 1, "the second is");
        assert_eq!(stream.len(), 2 + 5 + 5 + 70_000 + 4);
    }
}

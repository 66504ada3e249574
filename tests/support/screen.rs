//! Pictures of what stands on a virtual screen.

use std::fs::File;
use std::path::Path;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

/// Saves the part of the screen at `(x, y, width, height)`, as far as it lies on the screen, as a PNG file.
pub fn picture(display: &str, (x, y, width, height): (u64, u64, u64, u64), file: &Path) {
    let (connection, number) = x11rb::connect(Some(display)).expect("the virtual screen answers");
    let screen = &connection.setup().roots[number];
    let within = |from: u64, length: u64, whole: u16| {
        let from = u16::try_from(from).unwrap_or(whole).min(whole);
        (from, u16::try_from(length).unwrap_or(whole).min(whole - from))
    };
    let (x, width) = within(x, width, screen.width_in_pixels);
    let (y, height) = within(y, height, screen.height_in_pixels);
    let corner = (i16::try_from(x).expect("a small screen"), i16::try_from(y).expect("a small screen"));
    let image = connection
        .get_image(ImageFormat::Z_PIXMAP, screen.root, corner.0, corner.1, width, height, u32::MAX)
        .expect("the screen is asked")
        .reply()
        .expect("the screen can be read");
    // At a depth of 24 Xvfb keeps blue, green, red and a byte without meaning for each point.
    let points: Vec<u8> =
        image.data.as_chunks::<4>().0.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]).collect();
    let mut encoder =
        png::Encoder::new(File::create(file).expect("a file for the picture"), width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&points));
    written.expect("a picture is written");
}

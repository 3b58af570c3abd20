//! What names and first bytes say about a file.

/// The media type that the extension of `name` stands for.
pub(super) fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "css" => "text/css",
        "csv" => "text/csv",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "htm" | "html" => "text/html",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "js" => "text/javascript",
        "json" => "application/json",
        "jxl" => "image/jxl",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "txt" => "text/plain",
        "wav" => "audio/wav",
        "webm" => "video/webm",
        "webp" => "image/webp",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Width and height of an image in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dimensions {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Reads the size of a PNG or JPEG from its header. `None` for everything else.
pub(super) fn dimensions(bytes: &[u8]) -> Option<Dimensions> {
    png(bytes)
        .or_else(|| jpeg(bytes))
        .filter(|found| found.width > 0 && found.height > 0)
}

/// A PNG opens with its signature and the chunk IHDR: length, name, width, height.
fn png(bytes: &[u8]) -> Option<Dimensions> {
    let after_length = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..)?;
    let header = after_length.strip_prefix(b"IHDR")?;
    let (width, rest) = header.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    Some(Dimensions {
        width: u32::from_be_bytes(*width),
        height: u32::from_be_bytes(*height),
    })
}

/// A JPEG is a row of segments: 0xFF, marker, length with itself counted in, content. A frame header (SOF) holds the size.
fn jpeg(bytes: &[u8]) -> Option<Dimensions> {
    const DEFINE_HUFFMAN_TABLES: u8 = 0xC4;
    const RESERVED: u8 = 0xC8;
    const DEFINE_ARITHMETIC_CODING: u8 = 0xCC;

    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    loop {
        match rest {
            // Any number of 0xFF may stand before a marker.
            [0xFF, 0xFF, ..] => rest = &rest[1..],
            [
                0xFF,
                DEFINE_HUFFMAN_TABLES | RESERVED | DEFINE_ARITHMETIC_CODING,
                ..,
            ] => rest = next_segment(rest)?,
            [0xFF, 0xC0..=0xCF, _, _, _precision, h1, h0, w1, w0, ..] => {
                return Some(Dimensions {
                    width: u16::from_be_bytes([*w1, *w0]).into(),
                    height: u16::from_be_bytes([*h1, *h0]).into(),
                });
            }
            // Image data or the end, and no frame header so far.
            [0xFF, 0xD9 | 0xDA, ..] => return None,
            [0xFF, ..] => rest = next_segment(rest)?,
            _ => return None,
        }
    }
}

/// Steps over the segment that `bytes` begins with.
fn next_segment(bytes: &[u8]) -> Option<&[u8]> {
    let (length, _) = bytes.get(2..)?.split_first_chunk()?;
    bytes.get(2 + usize::from(u16::from_be_bytes(*length))..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_extensions() {
        assert_eq!(content_type("a.b.JPG"), "image/jpeg");
        assert_eq!(content_type("a.tar.zip"), "application/zip");
        assert_eq!(content_type("jpg"), "application/octet-stream");
        assert_eq!(content_type("a."), "application/octet-stream");
    }

    #[test]
    fn reads_png() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\0\0\0\0\x01\x2c\x08";
        assert_eq!(
            dimensions(png),
            Some(Dimensions {
                width: 65_536,
                height: 300
            })
        );
        assert_eq!(dimensions(&png[..23]), None, "cut short");
    }

    #[test]
    fn reads_jpeg_past_other_segments() {
        let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xC4\0\x03c\xFF\xFF\xFF\xC2\0\x11\x08\x03\x20\x04\xB0\x03";
        assert_eq!(
            dimensions(jpeg),
            Some(Dimensions {
                width: 1200,
                height: 800
            })
        );
        for length in 0..jpeg.len() - 1 {
            assert_eq!(dimensions(&jpeg[..length]), None, "cut to {length}");
        }
    }

    #[test]
    fn gives_up_on_anything_else() {
        for bytes in [
            &b""[..],
            b"GIF89a\x01\0\x01\0",
            b"\xFF\xD8garbage",
            b"\xFF\xD8\xFF\xE0\0\0",
            b"\xFF\xD8\xFF\xDA\0\x02\xFF\xC0",
        ] {
            assert_eq!(dimensions(bytes), None, "{bytes:?}");
        }
        let no_width = b"\xFF\xD8\xFF\xC0\0\x11\x08\x03\x20\0\0\x03";
        assert_eq!(dimensions(no_width), None);
        let no_height = b"\xFF\xD8\xFF\xC0\0\x11\x08\0\0\x03\x20\x03";
        assert_eq!(dimensions(no_height), None);
    }
}

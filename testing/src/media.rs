//! Media types and metadata from names and bytes.

use exif::{Exif, In, Tag};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::film::Film;
#[cfg(feature = "media")]
use super::pixels;
use super::store::Content;

/// The media type of a file name's extension.
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

/// The format as the API names it: the extension of a file's name in lower case. `None` without an
/// extension.
pub(super) fn format(name: &str) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    Some(match extension.as_str() {
        "jpeg" => "jpg".to_owned(),
        _ => extension,
    })
}

/// The signature of a PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Width and height of an image in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dimensions {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Reads the size of a picture from its header. `None` for everything else.
pub(super) fn dimensions(bytes: &[u8]) -> Option<Dimensions> {
    let size = imagesize::blob_size(bytes).ok()?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
    Some(Dimensions {
        width: side(size.width)?,
        height: side(size.height)?,
    })
}

/// Whether a PNG or JPEG may be transparent. `None` for everything else.
pub(super) fn has_alpha(bytes: &[u8]) -> Option<bool> {
    /// Where the header of a PNG has its color type.
    const COLOR_TYPE: usize = 25;
    if bytes.starts_with(PNG) {
        return bytes.get(COLOR_TYPE).map(|color| matches!(color, 4 | 6));
    }
    bytes.starts_with(b"\xFF\xD8\xFF").then_some(false)
}

/// The `Metadata` object of the API, as far as the server can read it.
///
/// Pictures are decoded on a thread for blocking work.
pub(super) async fn metadata(content: &Content, name: &str) -> Value {
    let bytes = content.bytes.clone();
    let picture = match content.dimensions {
        Some(_) => tokio::task::spawn_blocking(move || picture(&bytes)).await,
        None => Ok(json!({})),
    };
    let format = format(name).unwrap_or_default();
    let mut metadata = json!({ "size": content.bytes.len(), "format": format });
    if let Some(dimensions) = content.dimensions {
        metadata["width"] = json!(dimensions.width);
        metadata["height"] = json!(dimensions.height);
    }
    for more in [content.film.as_ref().map(Film::describe), picture.ok()] {
        if let (Some(metadata), Some(Value::Object(more))) = (metadata.as_object_mut(), more) {
            metadata.extend(more);
        }
    }
    metadata
}

/// The metadata of a picture besides its size.
fn picture(bytes: &[u8]) -> Value {
    let exif = exif(bytes);
    let mut found = json!({ "exif": exif.as_ref().map_or_else(|| json!({}), groups) });
    if let Some(density) = density(bytes).or_else(|| exif_density(exif.as_ref()?)) {
        found["density"] = json!(density);
    }
    if let Some(has_alpha) = has_alpha(bytes) {
        found["hasTransparency"] = json!(has_alpha);
    }
    #[cfg(feature = "media")]
    if let Some(pixels) = pixels::read(bytes) {
        found["hasColorProfile"] = json!(pixels.has_color_profile);
        found["hasTransparency"] = json!(pixels.has_transparency);
        found["pHash"] = json!(pixels.hash);
    }
    found
}

/// Dots per inch from the header of a JPEG (JFIF) or the chunk `pHYs` of a PNG.
fn density(bytes: &[u8]) -> Option<u64> {
    const CENTIMETERS_PER_INCH: f64 = 2.54;
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at.checked_add(length)?)?;
        Some(
            digits
                .iter()
                .fold(0, |number, digit| number << 8 | u64::from(*digit)),
        )
    };
    if bytes.starts_with(b"\xFF\xD8\xFF\xE0") && bytes.get(6..11) == Some(b"JFIF\0") {
        let per_unit = number(14, 2).filter(|density| *density > 0)?;
        return match number(13, 1)? {
            1 => Some(per_unit),
            2 => Some((per_unit as f64 * CENTIMETERS_PER_INCH).round() as u64),
            _ => None,
        };
    }
    if !bytes.starts_with(PNG) {
        return None;
    }
    let mut chunk = PNG.len();
    loop {
        // Length, type, data, checksum.
        let length = usize::try_from(number(chunk, 4)?).ok()?;
        let data = chunk.checked_add(8)?;
        match bytes.get(chunk + 4..data)? {
            b"pHYs" if number(data + 8, 1)? == 1 => {
                let per_meter = number(data, 4)?;
                return Some((per_meter as f64 * CENTIMETERS_PER_INCH / 100.0).round() as u64);
            }
            b"pHYs" | b"IDAT" => return None,
            _ => chunk = data.checked_add(length)?.checked_add(4)?,
        }
    }
}

/// Dots per inch from EXIF.
fn exif_density(exif: &Exif) -> Option<u64> {
    let number = |tag| value(exif.get_field(tag, In::PRIMARY)?).as_f64();
    let factor = match number(Tag::ResolutionUnit) {
        Some(3.0) => 2.54,
        _ => 1.0,
    };
    let density = (number(Tag::XResolution)? * factor).round();
    (1.0..=1e9).contains(&density).then_some(density as u64)
}

/// The `EmbeddedMetadata` object of the API: the EXIF properties of the picture by name.
pub(super) fn embedded(bytes: &[u8]) -> Value {
    let mut all = Map::new();
    let exif = exif(bytes);
    for field in exif
        .iter()
        .flat_map(Exif::fields)
        .filter(|field| field.ifd_num == In::PRIMARY)
    {
        all.insert(name(field.tag), value(field));
    }
    Value::Object(all)
}

/// When a picture was taken, as UTC: EXIF has no time zone.
pub(super) fn taken(bytes: &[u8]) -> Option<Timestamp> {
    let exif = exif(bytes)?;
    let field = exif.get_field(Tag::DateTimeOriginal, In::PRIMARY)?;
    let text = value(field);
    let time = DateTime::strptime("%Y:%m:%d %H:%M:%S", text.as_str()?).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

/// Where a picture was taken: latitude and longitude in degrees.
pub(super) fn location(bytes: &[u8]) -> Option<[f64; 2]> {
    let exif = exif(bytes)?;
    let degrees = |tag, reference, negative: &str| {
        let parts = value(exif.get_field(tag, In::PRIMARY)?);
        let part = |index: usize| parts.get(index).and_then(Value::as_f64);
        let degrees = part(0)? + part(1)? / 60.0 + part(2)? / 3600.0;
        let reference = value(exif.get_field(reference, In::PRIMARY)?);
        Some(if reference == json!(negative) {
            -degrees
        } else {
            degrees
        })
    };
    Some([
        degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?,
        degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?,
    ])
}

fn exif(bytes: &[u8]) -> Option<Exif> {
    exif::Reader::new()
        .read_from_container(&mut std::io::Cursor::new(bytes))
        .ok()
}

/// `exif` as the API groups it.
fn groups(exif: &Exif) -> Value {
    let mut groups = Map::new();
    for field in exif.fields() {
        let group = match (field.ifd_num, field.tag.context()) {
            (In::THUMBNAIL, _) => "thumbnail",
            (_, exif::Context::Exif) => "exif",
            (_, exif::Context::Gps) => "gps",
            (_, exif::Context::Interop) => "interoperability",
            _ => "image",
        };
        groups.entry(group).or_insert_with(|| json!({}))[name(field.tag)] = value(field);
    }
    Value::Object(groups)
}

/// The name of a property, which ImageKit calls as EXIF 2.2 did.
fn name(tag: Tag) -> String {
    match tag {
        Tag::PhotographicSensitivity => "ISO".to_owned(),
        tag => tag.to_string(),
    }
}

fn value(field: &exif::Field) -> Value {
    use exif::Value as Exif;
    let number = |number: f64| {
        if number.is_finite() {
            json!(number)
        } else {
            Value::Null
        }
    };
    let values: Vec<Value> = match &field.value {
        Exif::Ascii(texts) => texts
            .iter()
            .map(|text| json!(String::from_utf8_lossy(text)))
            .collect(),
        Exif::Byte(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::Short(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::Long(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::SByte(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::SShort(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::SLong(all) => all.iter().map(|one| json!(one)).collect(),
        Exif::Rational(all) => all.iter().map(|one| number(one.to_f64())).collect(),
        Exif::SRational(all) => all.iter().map(|one| number(one.to_f64())).collect(),
        Exif::Float(all) => all.iter().map(|one| number(f64::from(*one))).collect(),
        Exif::Double(all) => all.iter().map(|one| number(*one)).collect(),
        Exif::Undefined(bytes, _) => vec![json!(String::from_utf8_lossy(bytes))],
        Exif::Unknown(..) => Vec::new(),
    };
    match <[Value; 1]>::try_from(values) {
        Ok([value]) => value,
        Err(values) => Value::Array(values),
    }
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
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\0\0\0\0\x01\x2c\x08\x06";
        let expected = Dimensions {
            width: 65_536,
            height: 300,
        };
        assert_eq!(dimensions(png), Some(expected));
        assert_eq!(has_alpha(png), Some(true));
        assert_eq!(dimensions(&png[..23]), None, "cut short");
        assert_eq!(has_alpha(&png[..25]), None, "cut short");
    }

    #[test]
    fn gives_up_on_anything_else() {
        for bytes in [
            &b""[..],
            b"text",
            b"\xFF\xD8garbage",
            b"\xFF\xD8\xFF\xE0\0\0",
            b"\xFF\xD8\xFF\xDA\0\x02\xFF\xC0",
            b"\xFF\xD8\xFF\xC0\0\x11\x08\x03\x20\0\0\x03",
            b"\xFF\xD8\xFF\xC0\0\x11\x08\0\0\x03\x20\x03",
        ] {
            assert_eq!(dimensions(bytes), None, "{bytes:?}");
            assert_eq!((taken(bytes), location(bytes)), (None, None), "{bytes:?}");
            assert_eq!(embedded(bytes), json!({}), "{bytes:?}");
        }
    }
}

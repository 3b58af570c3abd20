//! Metadata of pictures, videos and sounds, also of hostile ones.

use crate::account::{Account, exact, text};
use serde_json::{Value, json};

/// 1200 by 800 pixels.
const PICTURE: &[u8] = include_bytes!("../../../examples/quickstart.jpg");

/// Two seconds of 64 by 48 pixels with sound: H.264 and AAC, and VP9 and Opus.
const MP4: &[u8] = include_bytes!("../data/film.mp4");
const WEBM: &[u8] = include_bytes!("../data/film.webm");

/// One and a half seconds of sound: AAC.
const M4A: &[u8] = include_bytes!("../data/sound.m4a");

async fn metadata(account: &Account, name: &str, bytes: &[u8]) -> Value {
    let upload = account.store("", name, bytes).await;
    let path = format!("/v1/files/{}/metadata", text(&upload, "fileId"));
    let (status, metadata) = account.get(&path).await;
    assert_eq!(status, 200, "{name}: {metadata}");
    metadata
}

fn bits(metadata: &Value) -> u64 {
    let hash = text(metadata, "pHash");
    assert_eq!(hash.len(), 16, "{hash}");
    assert_eq!(hash, hash.to_lowercase());
    u64::from_str_radix(hash, 16).unwrap()
}

#[tokio::test]
async fn a_picture_is_described_in_full() {
    let account = Account::start().await;
    let mut found = metadata(&account, "a.jpeg", PICTURE).await;
    let hash = bits(&found);
    found.as_object_mut().unwrap().remove("pHash");
    let expected = json!({
        "size": PICTURE.len(), "format": "jpg", "width": 1200, "height": 800,
        "hasTransparency": false, "hasColorProfile": false, "exif": found["exif"],
    });
    assert_eq!(found, expected);

    // The same picture has the same hash, and an upload can ask for all of it.
    let form = exact("", "b.jpg", PICTURE).text("responseFields", "metadata");
    let (_, upload) = account.upload(form).await;
    assert_eq!(bits(&upload["metadata"]), hash);
    let mut upload = upload["metadata"].clone();
    upload.as_object_mut().unwrap().remove("pHash");
    assert_eq!(upload, expected);
}

#[tokio::test]
async fn videos_and_sounds_have_length_codecs_and_bit_rate() {
    let account = Account::start().await;
    let film = |size: usize, format, duration: Value, bit_rate, video, audio| {
        json!({
            "size": size, "format": format, "duration": duration, "bitRate": bit_rate,
            "videoCodec": video, "audioCodec": audio, "width": 64, "height": 48,
        })
    };
    let found = metadata(&account, "a.mp4", MP4).await;
    let expected = film(
        MP4.len(),
        "mp4",
        found["duration"].clone(),
        19,
        "h264",
        "aac",
    );
    assert_eq!(found, expected);
    let seconds = found["duration"].as_f64().unwrap();
    assert!((2.0..2.2).contains(&seconds), "{seconds}");
    let found = metadata(&account, "a.webm", WEBM).await;
    let expected = film(WEBM.len(), "webm", json!(2.008), 16, "vp9", "opus");
    assert_eq!(found, expected);
    let found = metadata(&account, "a.m4a", M4A).await;
    let seconds = found["duration"].as_f64().unwrap();
    assert!((1.5..1.8).contains(&seconds), "{found}");
    assert_eq!(found["audioCodec"], "aac");
    assert!(found.get("videoCodec").is_none(), "{found}");

    // Details, lists and checks have it too.
    let details = account.get("/v1/files?sort=DESC_DURATION").await.1;
    let names: Vec<_> = details
        .as_array()
        .unwrap()
        .iter()
        .map(|file| text(file, "name"))
        .collect();
    assert_eq!(names.last(), Some(&"a.m4a"));
    assert_eq!(details[0]["width"], 64);
    assert_eq!(details[0]["fileType"], "non-image");
    for (check, status) in [("> 1", 200), ("> 5", 400)] {
        let check = format!(r#""mediaMetadata.duration" {check}"#);
        let form = exact("", "c.webm", WEBM).text("checks", check);
        assert_eq!(account.upload(form).await.0, status);
    }
    // What isn't a video has none of it.
    let expected = json!({ "size": 4, "format": "mp4" });
    assert_eq!(metadata(&account, "d.mp4", b"text").await, expected);
}

/// A PNG that has only these chunks.
fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in chunks {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(*kind);
        bytes.extend(*data);
        bytes.extend([0; 4]);
    }
    bytes
}

#[tokio::test]
async fn density_is_in_dots_per_inch() {
    let account = Account::start().await;
    let head = b"\0\0\x01\x2c\0\0\0\xc8\x08\x06\0\0\0";
    for (name, data, expected) in [
        ("meters.png", b"\0\0\x2e\x23\0\0\x2e\x23\x01", json!(300)),
        ("no-unit.png", b"\0\0\x2e\x23\0\0\x2e\x23\0", Value::Null),
    ] {
        let bytes = png(&[(b"IHDR", head), (b"pHYs", data)]);
        assert_eq!(
            metadata(&account, name, &bytes).await["density"],
            expected,
            "{name}"
        );
    }
    let jfif = |unit: u8, density: u8| {
        let mut bytes = PICTURE.to_vec();
        assert_eq!(&bytes[6..11], b"JFIF\0");
        (bytes[13], bytes[14], bytes[15]) = (unit, 0, density);
        bytes
    };
    for (unit, density, expected) in [
        (1, 96, json!(96)),
        (2, 100, json!(254)),
        (0, 1, Value::Null),
    ] {
        let found = metadata(&account, "a.jpg", &jfif(unit, density)).await;
        assert_eq!(found["density"], expected, "{unit} {density}");
    }
}

/// Bytes that anyone can upload: cut short, with bytes changed, and with sizes that announce far
/// more than there is.
#[tokio::test]
async fn hostile_files_get_a_description_too() {
    let account = Account::start().await;
    let mut random = 1u32;
    let mut next = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize
    };
    for (name, whole) in [("a.mp4", MP4), ("a.webm", WEBM), ("a.m4a", M4A)] {
        for round in 0..60 {
            let mut bytes = whole.to_vec();
            match round % 3 {
                0 => bytes.truncate(next() % whole.len()),
                1 => (0..8).for_each(|_| bytes[next() % whole.len()] = next() as u8),
                _ => {
                    let at = next() % (whole.len() - 4);
                    bytes[at..at + 4].copy_from_slice(&[0xFF; 4]);
                }
            }
            let upload = account
                .store("/hostile", &format!("{round}-{name}"), &bytes)
                .await;
            let path = format!("/v1/files/{}/metadata", text(&upload, "fileId"));
            let (status, found) = account.get(&path).await;
            assert_eq!((status, &found["size"]), (200, &json!(bytes.len())));
        }
    }
    // Boxes in boxes, as deep as a file of a megabyte allows.
    let mut nested = Vec::new();
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"]
        .iter()
        .cycle()
        .take(100_000)
    {
        nested.extend(0x00FF_FFFFu32.to_be_bytes());
        nested.extend(**kind);
    }
    let nested = [b"\0\0\0\x10ftypisom\0\0\0\0".as_slice(), &nested].concat();
    assert_eq!(
        metadata(&account, "nested.mp4", &nested).await["format"],
        "mp4"
    );
    // Elements in elements.
    let nested = [
        b"\x1A\x45\xDF\xA3\x84webm".as_slice(),
        &b"\x18\x53\x80\x67\x01\0\0\0\0\xFF\xFF\xFF".repeat(50_000),
    ]
    .concat();
    assert_eq!(
        metadata(&account, "nested.webm", &nested).await["format"],
        "webm"
    );
    // A picture of 65,535 by 65,535 pixels in a few bytes.
    let huge = png(&[
        (b"IHDR", b"\0\0\xFF\xFF\0\0\xFF\xFF\x08\x06\0\0\0"),
        (b"IDAT", b"\x78\x9c"),
    ]);
    let found = metadata(&account, "huge.png", &huge).await;
    assert_eq!(
        (&found["width"], found.get("pHash")),
        (&json!(65_535), None)
    );
    // The server is still there.
    assert_eq!(account.get("/v1/files?limit=1").await.0, 200);
}

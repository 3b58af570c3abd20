//! Models: timestamps, assets and metadata.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::phash::PHash;
use imagekitio::types::{Asset, File, Metadata, Number, Timestamp};
use imagekitio::{ErrorKind, Transformation, search};
use serde_json::{Value, json};
use support::{FILE, but};

#[test]
fn timestamps_are_times() {
    for (timestamp, milliseconds) in [
        ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14t22:13:20z", 1_700_000_000_000),
        ("2023-11-15T03:43:20+05:30", 1_700_000_000_000),
        ("2023-11-14T12:13:20.5-10:00", 1_700_000_000_500),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ] {
        let timestamp = Timestamp::from(timestamp);
        let time = UNIX_EPOCH + Duration::from_millis(milliseconds);
        assert_eq!(SystemTime::try_from(&timestamp).unwrap(), time);
        assert_eq!(SystemTime::try_from(timestamp).unwrap(), time);
    }
    for timestamp in [
        "",
        "yesterday",
        "2023-11-14",
        "2023-11-14T22:13:20",
        "2023-11-14 22:13:20Z",
        "2023-02-29T00:00:00Z",
        "1700000000",
        "Tue, 14 Nov 2023 22:13:20 GMT",
    ] {
        let error = SystemTime::try_from(Timestamp::from(timestamp)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(
            error.to_string(),
            format!(
                "timestamp: `{timestamp}` is not a valid RFC 3339 timestamp; give one such as 2026-05-04T10:20:30Z"
            )
        );
    }
}

/// A size that a reply states can be asked of a URL as it is.
#[test]
fn numbers_of_replies_are_values_of_transformations_and_searches() {
    let number = |json: &str| -> Number { serde_json::from_str(json).unwrap() };
    for (json, expected) in [
        ("800", "x-800"),
        ("0.5", "x-0.5"),
        ("1200.0", "x-1200"),
        ("-40", "x-N40"),
    ] {
        let step = Transformation::new().x(number(json));
        assert_eq!(step.to_string(), expected);
    }
    let file: File =
        serde_json::from_str(&but(FILE, json!({"width": 800, "height": 600}))).unwrap();
    let (width, height) = (
        *file.width.as_ref().unwrap(),
        *file.height.as_ref().unwrap(),
    );
    let step = Transformation::new()
        .width(width)
        .height(height)
        .quality(number("80"));
    assert_eq!(step.to_string(), "w-800,h-600,q-80");
    let start = Transformation::new().start_offset(number("1.5"));
    assert_eq!(start.to_string(), "so-1.5");
    assert_eq!(
        Transformation::new()
            .width(7_u64)
            .height(8_usize)
            .to_string(),
        "w-7,h-8"
    );
    let sr = Transformation::new().streaming_resolutions([240, 360]);
    assert_eq!(sr.to_string(), "sr-240_360");
}

#[test]
fn times_are_timestamps() {
    let before_1970 = UNIX_EPOCH - Duration::from_secs(14_182_916);
    let timestamp = Timestamp::try_from(before_1970).unwrap();
    assert_eq!(timestamp.as_str(), "1969-07-20T20:18:04.000Z");
    assert_eq!(SystemTime::try_from(&timestamp).unwrap(), before_1970);
    let year_10000 = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    let error = Timestamp::try_from(year_10000).unwrap_err();
    assert!(
        error.to_string().contains("outside of the years 0 to 9999"),
        "{error}"
    );
    let query =
        search::created_at().before(&timestamp) | search::updated_at().after(timestamp.clone());
    assert_eq!(
        query.build().unwrap(),
        r#"createdAt < "1969-07-20T20:18:04.000Z" OR updatedAt > "1969-07-20T20:18:04.000Z""#
    );
}

#[test]
fn timestamps_print_as_received() {
    let timestamp = Timestamp::from("2026-05-04".to_owned());
    assert_eq!(
        format!("[{timestamp}] [{timestamp:>12}] [{timestamp:.4}]"),
        "[2026-05-04] [  2026-05-04] [2026]"
    );
    assert_eq!(
        serde_json::to_string(&timestamp).unwrap(),
        r#""2026-05-04""#
    );
}

fn asset(value: Value) -> Asset {
    serde_json::from_value(value).unwrap()
}

fn file(type_: &str) -> Value {
    let versions = json!({"id": "v", "name": "Version 1"});
    json!({
        "type": type_, "fileId": "f", "name": "a.jpg", "filePath": "/b/a.jpg", "url": "https://ik.imagekit.io/demo/b/a.jpg",
        "thumbnail": "https://ik.imagekit.io/demo/tr:n-ik_ml_thumbnail/b/a.jpg", "fileType": "image", "mime": "image/jpeg",
        "versionInfo": versions, "isPrivateFile": false, "isPublished": true, "size": 1, "tags": null, "AITags": null,
        "customCoordinates": null, "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-04T10:20:30.456Z",
    })
}

#[test]
fn assets_have_a_name_and_a_path_whatever_their_kind() {
    let names = |asset: &Asset| {
        (
            asset.name().map(str::to_owned),
            asset.path().map(str::to_owned),
        )
    };
    let some = |name: &str, path: &str| (Some(name.to_owned()), Some(path.to_owned()));

    let current = asset(file("file"));
    assert_eq!(names(&current), some("a.jpg", "/b/a.jpg"));
    assert_eq!(
        current.as_file().map(|file| file.file_id.as_str()),
        Some("f")
    );
    assert!(current.as_file_version().is_none() && current.as_folder().is_none());

    let version = asset(file("file-version"));
    assert_eq!(names(&version), some("a.jpg", "/b/a.jpg"));
    assert_eq!(
        version.as_file_version().map(|file| file.file_id.as_str()),
        Some("f")
    );
    assert!(version.as_file().is_none() && version.as_folder().is_none());

    let folder = asset(json!({
        "type": "folder", "folderId": "d", "name": "b", "folderPath": "/b", "createdAt": "2026-05-04T10:20:30.456Z",
        "updatedAt": "2026-05-04T10:20:30.456Z",
    }));
    assert_eq!(names(&folder), some("b", "/b"));
    assert_eq!(
        folder.as_folder().map(|folder| folder.folder_id.as_str()),
        Some("d")
    );
    assert!(folder.as_file().is_none() && folder.as_file_version().is_none());

    for (value, expected) in [
        (
            json!({"type": "board", "name": "c", "filePath": "/c"}),
            some("c", "/c"),
        ),
        (
            json!({"type": "board", "name": "c", "folderPath": "/c"}),
            some("c", "/c"),
        ),
        (
            json!({"type": "board", "name": 1, "filePath": null}),
            (None, None),
        ),
    ] {
        let unknown = asset(value);
        assert!(matches!(unknown, Asset::Unknown(_)));
        assert_eq!(names(&unknown), expected);
    }
}

#[test]
fn metadata_have_a_perceptual_hash() {
    let metadata = |value: Value| serde_json::from_value::<Metadata>(value).unwrap();
    let parsed = metadata(json!({"pHash": "2D5ad3936d2e015b"})).perceptual_hash();
    assert_eq!(
        parsed.unwrap().unwrap(),
        "2d5ad3936d2e015b".parse::<PHash>().unwrap()
    );
    assert!(metadata(json!({"width": 1})).perceptual_hash().is_none());
    for hash in ["", "xyz", "2d5ad3936d2e015b2"] {
        let error = metadata(json!({"pHash": hash}))
            .perceptual_hash()
            .unwrap()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

//! Utility functions, and what every response has.

use std::time::{Duration, UNIX_EPOCH};

use imagekitio::phash::phash_distance;
use imagekitio::{Error, ImageKit, UploadSource};
use serde_json::json;

use super::{Account, Outcome, PICTURE};

fn client() -> Result<ImageKit, Error> {
    ImageKit::builder().private_key("private_key_test").build()
}

/// `imagekit.get_authentication_parameters(token, expire)`, and what a browser gets
///
/// The page has no values. These are from the tests of the Python SDK. `expire` is a number.
pub(super) fn authentication_parameters() -> Outcome {
    let expire = UNIX_EPOCH + Duration::from_secs(1_582_269_249);
    let parameters = client()?
        .authentication_parameters()
        .token("your_token")
        .expires_at(expire)
        .build_at(expire - Duration::from_secs(600))?;
    let reply = serde_json::to_value(&parameters)?;
    assert_eq!(
        reply,
        json!({
            "token": "your_token",
            "expire": 1_582_269_249,
            "signature": "e71bcd6031016b060d349d212e23e85c791decdd",
        })
    );
    Ok(reply.to_string())
}

/// `imagekit.get_authentication_parameters()`: the token is a UUID
pub(super) fn default_authentication_parameters() -> Outcome {
    let now = UNIX_EPOCH + Duration::from_secs(1_582_268_649);
    let parameters = client()?.authentication_parameters().build_at(now)?;
    assert_eq!(parameters.token.len(), 36);
    assert_eq!(parameters.expire, 1_582_268_649 + 30 * 60);
    Ok(format!("{parameters:?}"))
}

/// `calculate_distance()`: from the metadata of two files
pub(super) async fn distance_of_files(account: &Account) -> Outcome {
    let files = account.ik.files();
    let first = account.upload("/first.jpg").await?;
    let second = account.upload("/second.jpg").await?;

    let first = files.metadata(first.file_id).await?.perceptual_hash();
    let second = files.metadata(second.file_id).await?.perceptual_hash();
    let (first, second) = first.zip(second).ok_or("a file has no pHash")?;
    let distance = first?.distance(&second?)?;
    assert_eq!(distance, 0);
    Ok(distance.to_string())
}

/// `imagekit.phash_distance('f06830ca9f1e3e90', 'f06830ca9f1e3e90')`
pub(super) fn same_image() -> Outcome {
    let distance = phash_distance("f06830ca9f1e3e90", "f06830ca9f1e3e90")?;
    assert_eq!(distance, 0);
    Ok(distance.to_string())
}

/// `imagekit.phash_distance('2d5ad3936d2e015b', '2d6ed293db36a4fb')`
pub(super) fn similar_images() -> Outcome {
    let distance = phash_distance("2d5ad3936d2e015b", "2d6ed293db36a4fb")?;
    assert_eq!(distance, 17);
    Ok(distance.to_string())
}

/// `imagekit.phash_distance('a4a65595ac94518b', '7838873e791f8400')`
pub(super) fn dissimilar_images() -> Outcome {
    let distance = phash_distance("a4a65595ac94518b", "7838873e791f8400")?;
    assert_eq!(distance, 37);
    Ok(distance.to_string())
}

/// `result.response_metadata.raw`, `.http_status_code` and `.headers`
///
/// The page calls it `_response_metadata` as well.
pub(super) async fn response_metadata(account: &Account) -> Outcome {
    let source = UploadSource::bytes("my_file_name.jpg", PICTURE);
    let response = account.ik.upload(source).await?;
    assert_eq!(response.http_status(), 200);
    assert!(response.headers().contains_key("x-ik-requestId"));
    Ok(response.json()?.to_string())
}

//! Signed URLs and their expiry.

use std::time::Duration;

use imagekitio::url::{UrlBuilder, UrlOptions, Verification};
use imagekitio::{ErrorKind, Transformation};
use support::uploads::in_process;

use crate::{ENDPOINT, KEY, at, expiring_at, signed, urls};

/// imagekit-php#48: A signed URL without a query has `&ik-s=` in place of `?ik-s=`.
///
/// The signature starts the query, or joins the one that is there.
#[test]
fn a_signature_starts_the_query() {
    let ik = urls();
    let url = ik.url("/image.jpg").signed(true);
    assert_eq!(url.build().unwrap(), signed("image.jpg"));
    assert!(signed("image.jpg").contains("image.jpg?ik-s="));
    let url = url.query("v", "2").build().unwrap();
    assert_eq!(url, signed("image.jpg?v=2"));
}

/// imagekit-java#25, imagekit-java#4: A signed URL without a transformation crashes, and with an
/// empty list of steps its signature is refused.
///
/// A transformation is optional everywhere, and an empty list is the same as none.
#[test]
fn a_signed_url_needs_no_transformation() {
    let ik = urls();
    let path = "/productmedias/1500010000/test_x2l9uJMgB.jpg";
    let url = ik.url(path).expires_in(Duration::from_secs(10_000));
    let expected = expiring_at(ENDPOINT, &path[1..], 1_700_010_000);
    assert_eq!(url.build_at(at(1_700_000_000)).unwrap(), expected);
    let empty = url
        .transform(Transformation::new())
        .build_at(at(1_700_000_000));
    assert_eq!(empty.unwrap(), expected);
    for json in [
        format!(r#"{{"path": "{path}", "signed": true, "expireSeconds": 10000}}"#),
        format!(
            r#"{{"path": "{path}", "signed": true, "expireSeconds": 10000, "transformation": []}}"#
        ),
        format!(
            r#"{{"path": "{path}", "signed": true, "expireSeconds": 10000, "transformation": null}}"#
        ),
    ] {
        let options: UrlOptions = serde_json::from_str(&json).unwrap();
        let url = ik.url_from(&options).build_at(at(1_700_000_000));
        assert_eq!(url.unwrap(), expected);
    }
}

/// imagekit-java#5, imagekit-java#6, imagekit-dotnet#19: A URL that is given whole isn't signed,
/// silently.
///
/// It is signed if it is under the endpoint. Another one fails, because no signature of this
/// account is valid there.
#[test]
fn a_whole_url_is_signed_or_refused() {
    let ik = urls();
    let file = format!("{ENDPOINT}/a/b.jpg");
    let step = || Transformation::new().width(400).height(300);
    let url = ik.src(&file).transform(step()).signed(true).build();
    assert_eq!(url.unwrap(), signed("a/b.jpg?tr=w-400%2Ch-300"));
    let url = ik.src(&file).expires_at(at(1_700_000_300)).build();
    assert_eq!(
        url.unwrap(),
        expiring_at(ENDPOINT, "a/b.jpg", 1_700_000_300)
    );
    let other = ik.src("https://example.com/a/b.jpg").signed(true).build();
    let error = other.unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some("src"))
    );
    assert_eq!(
        error.to_string(),
        "src: \"https://example.com/a/b.jpg\" does not lie under the URL endpoint, so its signature would be refused; give a URL under the endpoint, or do not sign"
    );
}

/// imagekit-ruby#47, imgix-js-core#191, CloudinaryDotNet#114: A lifetime has no effect: the URL
/// expires at once, or never, for example because milliseconds are taken for seconds.
///
/// A lifetime is a `Duration`, and a time is a `SystemTime`. What ImageKit wouldn't read as one is
/// refused.
#[test]
fn a_lifetime_lasts_as_long_as_it_says() {
    let ik = urls();
    let now = at(1_700_000_000);
    let url = ik
        .url("a.jpg")
        .expires_in(Duration::from_secs(5 * 60))
        .build_at(now)
        .unwrap();
    assert_eq!(url, expiring_at(ENDPOINT, "a.jpg", 1_700_000_300));
    for (second, expected) in [
        (
            0,
            Verification::Valid {
                expires_at: Some(at(1_700_000_300)),
            },
        ),
        (
            299,
            Verification::Valid {
                expires_at: Some(at(1_700_000_300)),
            },
        ),
        (
            300,
            Verification::Expired {
                expired_at: at(1_700_000_300),
            },
        ),
    ] {
        assert_eq!(
            ik.verify_at(&url, at(1_700_000_000 + second)).unwrap(),
            expected
        );
    }
    // Milliseconds since 1970 in the place of seconds.
    let error = ik
        .url("a.jpg")
        .expires_at(at(1_606_291_871_320))
        .build()
        .unwrap_err();
    assert_eq!(error.argument(), Some("expires_at"));
    assert_eq!(
        error.to_string(),
        "expires_at: an expiry of 1606291871320 seconds since 1970 is too late; give at most 9999999999 (2286), or sign without an expiry"
    );
    let error = ik
        .url("a.jpg")
        .expires_in(Duration::ZERO)
        .build()
        .unwrap_err();
    assert_eq!(error.argument(), Some("expires_in"));
}

/// guardian/grid#4309, gamedev.pl#1314: A signed URL changes with each second, so that caches never
/// have it.
///
/// `expires_within` puts the expiry on a grid: the same URL is built until the next point of it.
#[test]
fn a_signed_url_stays_the_same_for_a_while() {
    let ik = urls();
    let hour = Duration::from_secs(3600);
    let url = ik.url("a.jpg").expires_within(hour, hour);
    let first = url.build_at(at(1_700_000_000)).unwrap();
    // 1_700_002_800 is the next full hour.
    assert_eq!(first, expiring_at(ENDPOINT, "a.jpg", 1_700_006_400));
    for now in [1_700_000_001, 1_700_001_800, 1_700_002_800] {
        assert_eq!(url.build_at(at(now)).unwrap(), first);
    }
    let next = url.build_at(at(1_700_002_801)).unwrap();
    assert_eq!(next, expiring_at(ENDPOINT, "a.jpg", 1_700_010_000));
}

/// nuxt-image#276, nuxt-image#601: Signed URLs can't be made on a server, where the key may be.
///
/// Building and signing need no network, no runtime, and no other keys. `Debug` doesn't show the
/// key.
#[test]
fn a_server_signs_without_a_network() {
    let url = UrlBuilder::new(ENDPOINT)
        .path("a.jpg")
        .private_key(KEY)
        .signed(true);
    assert_eq!(url.build().unwrap(), signed("a.jpg"));
    let shown = format!("{url:?} {:?}", urls());
    assert!(!shown.contains(KEY), "{shown}");
}

/// imagekit-nodejs#111, imagekit-java#25, imagekit-php#59, imagekit-ruby#45: A URL that the SDK
/// signed gets 401 from the server.
///
/// A server that checks signatures delivers each of these URLs, and refuses them when a byte is
/// changed.
#[tokio::test]
async fn what_is_signed_is_delivered() {
    let (_server, ik) = in_process().await;
    let http = reqwest::Client::new();
    for (folder, name) in [
        ("/", "plain.txt"),
        ("/a/b", "deep.txt"),
        ("/a/b", "it-s.txt"),
        ("/c", "v1.2.txt"),
    ] {
        let source = imagekitio::UploadSource::bytes(name, name);
        let stored = ik
            .upload(source)
            .folder(folder)
            .use_unique_file_name(false)
            .is_private_file(true);
        let file = stored.await.unwrap().into_file().unwrap();
        let hour = Duration::from_secs(3600);
        let unsigned = ik.url(file.file_path.as_str()).build().unwrap();
        assert_eq!(
            http.get(&unsigned).send().await.unwrap().status(),
            401,
            "{unsigned}"
        );
        for url in [
            ik.url(file.file_path.as_str()).signed(true),
            ik.url(file.file_path.as_str()).expires_in(hour),
            ik.src(file.url.as_str()).expires_in(hour),
            ik.url(file.file_path.as_str())
                .query("v", "é &+")
                .expires_in(hour),
        ] {
            let url = url.build().unwrap();
            let reply = http.get(&url).send().await.unwrap();
            assert_eq!(reply.status(), 200, "{url}");
            assert_eq!(reply.text().await.unwrap(), name);
            let (start, last) = url.split_at(url.len() - 1);
            let changed = format!("{start}{}", if last == "0" { '1' } else { '0' });
            assert_eq!(
                http.get(&changed).send().await.unwrap().status(),
                401,
                "{changed}"
            );
        }
    }
}

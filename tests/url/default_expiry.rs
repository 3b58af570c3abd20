//! The default lifetime of a client's signed URLs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::url::{UrlBuilder, UrlOptions, Verification};
use imagekitio::{ErrorKind, ImageKit, ImageKitBuilder};

const NOW: u64 = 1_700_000_000;

fn now() -> SystemTime {
    at(NOW)
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn builder() -> ImageKitBuilder {
    ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .private_key("private_key_test")
}

/// Without a default.
fn plain() -> ImageKit {
    builder().build().unwrap()
}

/// Fractions of a second don't count.
fn expiring() -> ImageKit {
    let lifetime = Duration::from_millis(300_900);
    builder().url_expires_in(lifetime).build().unwrap()
}

fn options(json: &str) -> UrlOptions {
    serde_json::from_str(json).unwrap()
}

/// A URL of the client with the default is that of another client.
fn assert_same<'a>(url: UrlBuilder<'a>, other: UrlBuilder<'a>) {
    assert_eq!(url.build_at(now()).unwrap(), other.build_at(now()).unwrap());
}

#[test]
fn a_signed_url_expires_after_the_default() {
    let (ik, plain) = (expiring(), plain());
    let later = at(NOW + 300);
    for path in ["/a.jpg", "/é b.jpg", "a/b.mp4"] {
        assert_same(ik.url(path).signed(true), plain.url(path).expires_at(later));
        assert_same(
            ik.url(path).signed(true).query("v", "1"),
            plain.url(path).expires_at(later).query("v", "1"),
        );
    }
    let src = "https://ik.imagekit.io/demo/a.jpg?v=1#top";
    assert_same(ik.src(src).signed(true), plain.src(src).expires_at(later));
    let signed = options(r#"{"path": "/a.jpg", "signed": true}"#);
    assert_same(ik.url_from(&signed), plain.url("/a.jpg").expires_at(later));
    // The client may sign all URLs.
    let all = builder()
        .signed(true)
        .url_expires_in(Duration::from_secs(300));
    let all = all.build().unwrap();
    assert_same(all.url("/a.jpg"), plain.url("/a.jpg").expires_at(later));
    assert_same(all.url("/a.jpg").signed(false), plain.url("/a.jpg"));

    let url = ik.url("/a.jpg").signed(true).build_at(now()).unwrap();
    assert_eq!(
        ik.verify_at(&url, at(NOW + 299)).unwrap(),
        Verification::Valid {
            expires_at: Some(later)
        }
    );
    assert_eq!(
        ik.verify_at(&url, later).unwrap(),
        Verification::Expired { expired_at: later }
    );
}

#[test]
fn it_signs_nothing_by_itself() {
    let (ik, plain) = (expiring(), plain());
    assert_same(ik.url("/a.jpg"), plain.url("/a.jpg"));
    assert_same(ik.url("/a.jpg").expires_never(), plain.url("/a.jpg"));
    // Nor does it need a key for what is not signed.
    let keyless = ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .url_expires_in(Duration::from_secs(300))
        .build()
        .unwrap();
    assert_same(keyless.url("/a.jpg"), plain.url("/a.jpg"));
    let image = ik.url("/a.jpg").responsive().build_at(now()).unwrap();
    assert_eq!(
        image,
        plain.url("/a.jpg").responsive().build_at(now()).unwrap()
    );
}

#[test]
fn a_url_s_own_expiry_takes_precedence() {
    let (ik, plain) = (expiring(), plain());
    let minute = Duration::from_secs(60);
    let hour = Duration::from_secs(3600);
    assert_same(
        ik.url("/a.jpg").expires_in(minute),
        plain.url("/a.jpg").expires_in(minute),
    );
    assert_same(
        ik.url("/a.jpg").expires_at(at(2_000_000_000)),
        plain.url("/a.jpg").expires_at(at(2_000_000_000)),
    );
    assert_same(
        ik.url("/a.jpg").expires_within(minute, hour),
        plain.url("/a.jpg").expires_within(minute, hour),
    );
    for (ik, other) in [(&ik, &plain), (&plain, &plain)] {
        let never = ik.url("/a.jpg").signed(true).expires_never();
        assert_same(never, other.url("/a.jpg").signed(true));
    }
    // The last one counts.
    assert_same(
        ik.url("/a.jpg").expires_never().expires_in(minute),
        plain.url("/a.jpg").expires_in(minute),
    );
    assert_same(
        ik.url("/a.jpg")
            .signed(true)
            .expires_in(minute)
            .expires_never(),
        plain.url("/a.jpg").signed(true),
    );
    for (given, expiry) in [
        (r#"{"path": "/a.jpg", "expiresIn": 60}"#, Some(at(NOW + 60))),
        (
            r#"{"path": "/a.jpg", "expiresAt": 2000000000}"#,
            Some(at(2_000_000_000)),
        ),
        (
            r#"{"path": "/a.jpg", "signed": true, "expiresIn": 0}"#,
            None,
        ),
    ] {
        let given = options(given);
        let expected = match expiry {
            Some(time) => plain.url("/a.jpg").expires_at(time),
            None => plain.url("/a.jpg").signed(true),
        };
        assert_same(ik.url_from(&given), expected);
    }
}

#[test]
fn what_is_built_several_times_or_together_has_it_as_well() {
    let ik = expiring();
    let image = ik.url("/a.jpg").signed(true).responsive();
    let image = image.build_at(now()).unwrap();
    let urls: Vec<&str> = image.srcset.split(", ").collect();
    assert!(urls.len() > 1);
    for url in urls {
        assert!(
            url.contains("&ik-t=1700000300&") || url.contains("?ik-t=1700000300&"),
            "{url}"
        );
    }
    let prepared = ik.url("/a.jpg").signed(true).prepare().unwrap();
    for start in [NOW, NOW + 1000] {
        let mut url = String::new();
        prepared.write_to_at(&mut url, at(start));
        assert!(url.contains(&format!("ik-t={}&", start + 300)), "{url}");
    }
}

#[test]
fn a_lifetime_without_a_second_is_refused() {
    for lifetime in [Duration::ZERO, Duration::from_millis(999)] {
        let error = builder().url_expires_in(lifetime).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.argument(), Some("url_expires_in"));
        assert_eq!(
            error.to_string(),
            format!(
                "url_expires_in: {lifetime:?} is too short; expiry counts whole seconds, so give at least 1"
            )
        );
    }
    // The time of the build decides what is too late.
    let ik = builder().url_expires_in(Duration::MAX).build().unwrap();
    let error = ik.url("/a.jpg").signed(true).build_at(now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(ik.url("/a.jpg").build_at(now()).is_ok());
}

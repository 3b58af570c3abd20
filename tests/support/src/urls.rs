//! What holds for any bytes that are taken as a URL, for the fuzz target and for the ordinary
//! tests.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::ImageKit;
use imagekitio::url::{ImageKitUrl, UrlOptions, UrlStyle, Verification};

/// Panics if something is wrong with how the bytes are taken as a URL, a path, an endpoint, or
/// options.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let _ = ImageKit::builder().url_endpoint(text.as_ref()).build();
    for ik in clients() {
        if let Ok(url) = ik.parse(&text) {
            assert_eq!(url.to_string(), text);
            check_options(ik, &url.options(), now);
        }
        let _ = text
            .parse::<ImageKitUrl>()
            .map(|url| check_options(ik, &url.options(), now));
        if let Ok(options) = serde_json::from_slice::<UrlOptions>(bytes) {
            check_options(ik, &options, now);
        }
        let verified = ik
            .verify_at(&text, now)
            .expect("a client with key and endpoint");
        assert!(
            !matches!(verified, Verification::Valid { .. }),
            "nobody else knows the key"
        );
        for url in [ik.url(text.as_ref()).signed(true), ik.src(text.as_ref())] {
            let _ = url.build_at(now).map(|url| check_url(&url));
        }
    }
}

/// One client for each style.
fn clients() -> &'static [ImageKit; 2] {
    static CLIENTS: LazyLock<[ImageKit; 2]> = LazyLock::new(|| {
        [UrlStyle::Encoded, UrlStyle::Readable].map(|style| {
            ImageKit::builder()
                .url_endpoint("https://ik.imagekit.io/demo")
                .private_key("private_key_test")
                .url_style(style)
                .build()
                .expect("a valid client")
        })
    });
    &CLIENTS
}

/// What can be built is a URL that parses, and that builds again from what was read.
fn check_options(ik: &ImageKit, options: &UrlOptions, now: SystemTime) {
    let Ok(url) = ik.url_from(options).build_at(now) else {
        return;
    };
    check_url(&url);
    let json = serde_json::to_string(options).expect("options are data");
    assert!(serde_json::from_str::<UrlOptions>(&json).is_ok(), "{json}");
    let _ = ik
        .url_from(&url.parse::<ImageKitUrl>().expect("a URL").options())
        .build_at(now);
}

fn check_url(url: &str) {
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    assert_eq!(url.parse::<ImageKitUrl>().expect("a URL").as_str(), url);
}

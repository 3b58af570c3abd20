//! URLs under attack: signatures, paths from strangers, and what a browser makes of a `srcset`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::client_auth::authentication_parameters_at;
use imagekitio::url::{
    FilePath, ImageKitUrl, TransformationPosition, UrlBuilder, UrlOptions, UrlStyle, Verification,
};
use imagekitio::{Error, ErrorKind, ImageKit, Transformation};

const DEMO: &str = "https://ik.imagekit.io/demo";
const KEY: &str = "private_key_test";
const NOW: u64 = 1_740_000_000;

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint(DEMO)
        .private_key(KEY)
        .build()
        .unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verified(url: &str) -> Verification {
    client().verify_at(url, at(NOW)).unwrap()
}

/// Signs any message as ImageKit does, with the function for upload parameters, which signs a token
/// and an expiry.
fn signature(message: &str, expiry: i64) -> String {
    authentication_parameters_at(KEY, Some(message), Some(expiry), at(NOW))
        .unwrap()
        .signature
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, option: &str) -> String {
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some(option)),
        "{error}"
    );
    error.to_string()
}

// Signatures.

#[test]
fn digits_of_the_path_give_no_longer_life() {
    // What is in front of the expiry, and which part of it an attacker moves into the expiry.
    for (message, moved) in [
        ("invoice.pdf?v=1", "1"),
        ("invoice.pdf?v=42", "2"),
        ("invoice.pdf?v=42", "42"),
        ("file9?x=7", "7"),
        ("a.jpg?v=0", "0"),
        ("a.jpg?v=00", "00"),
        ("a.jpg?tr=w-300", "300"),
        ("a.jpg?v=1234567890", "1234567890"),
    ] {
        let expiry = 1_750_000_300;
        let signature = signature(message, expiry);
        let genuine = format!("{DEMO}/{message}&ik-t={expiry}&ik-s={signature}");
        let expires_at = Some(at(1_750_000_300));
        assert_eq!(verified(&genuine), Verification::Valid { expires_at });
        let rest = message.strip_suffix(moved).unwrap();
        let forged = format!("{DEMO}/{rest}&ik-t={moved}{expiry}&ik-s={signature}");
        assert_eq!(verified(&forged), Verification::Invalid, "{forged}");
        let renamed = format!("{DEMO}/{message}{expiry}&ik-s={signature}");
        assert_eq!(verified(&renamed), Verification::Invalid, "{renamed}");
    }
    // In a path without a query as well, where the expiry is the first parameter.
    let signature = signature("photo2", 1_750_000_300);
    let forged = format!("{DEMO}/photo?ik-t=21750000300&ik-s={signature}");
    assert_eq!(verified(&forged), Verification::Invalid);
}

#[test]
fn digits_of_the_expiry_only_shorten_the_life() {
    let expiry = "1750000300";
    let signature = signature("a.jpg?v=", 1_750_000_300);
    for moved in 1..expiry.len() {
        let (path, rest) = expiry.split_at(moved);
        let forged = format!("{DEMO}/a.jpg?v={path}&ik-t={rest}&ik-s={signature}");
        let expected = match rest.starts_with('0') {
            true => Verification::Invalid,
            false => Verification::Expired {
                expired_at: at(rest.parse().unwrap()),
            },
        };
        assert_eq!(verified(&forged), expected, "{forged}");
    }
    let whole = format!("{DEMO}/a.jpg?v={expiry}&ik-t=&ik-s={signature}");
    assert_eq!(verified(&whole), Verification::Invalid);
}

#[test]
fn an_unlimited_url_and_an_expiring_one_are_distinguished() {
    let ik = client();
    let unlimited = ik
        .url("a.jpg")
        .query("v", "9")
        .signed(true)
        .build()
        .unwrap();
    let valid = Verification::Valid { expires_at: None };
    assert_eq!(verified(&unlimited), valid);
    // ImageKit signs 9999999999 for a URL without an expiry: written or not, it means the same.
    let written = unlimited.replace("&ik-s=", "&ik-t=9999999999&ik-s=");
    assert_eq!(verified(&written), valid);
    for (from, to) in [
        ("v=9&", "v=&ik-t=99999999999&"),
        ("v=9&", "v=99999999999&"),
        ("v=9&", "v=99&"),
    ] {
        let forged = unlimited.replace(from, to);
        assert_eq!(verified(&forged), Verification::Invalid, "{forged}");
    }
    // Nines that move from the unwritten expiry to the path leave one that has passed.
    let shortened = unlimited.replace("v=9&", "v=99&ik-t=999999999&");
    let expired_at = at(999_999_999);
    assert_eq!(verified(&shortened), Verification::Expired { expired_at });

    let limited = ik
        .url("a.jpg")
        .query("v", "9")
        .expires_at(at(NOW + 300))
        .build()
        .unwrap();
    let stripped = limited.replace(&format!("&ik-t={}", NOW + 300), "");
    assert_eq!(verified(&stripped), Verification::Invalid);
}

#[test]
fn only_canonical_expiries_verify() {
    for digits in [
        "",
        "0",
        "00",
        "01750000300",
        "001750000300",
        "+1750000300",
        "-1750000300",
        " 1750000300",
        "1750000300 ",
        "+",
        "1_750_000_300",
        "1750000300.0",
        "1.75e9",
        "0x684ee12c",
        "10000000000",
        "11750000300",
        "99999999999999999999999",
        "1750000300%20",
        "%31750000300",
        "１７５０００００３００",
        "1750000300,5",
    ] {
        // Whoever holds the key may have signed such a URL: the form alone makes it invalid.
        let parameters =
            authentication_parameters_at(KEY, Some(&format!("a.jpg{digits}")), Some(1), at(NOW))
                .unwrap();
        let url = format!("{DEMO}/a.jpg?ik-t={digits}1&ik-s={}", parameters.signature);
        if !digits.is_empty() {
            assert_eq!(verified(&url), Verification::Invalid, "{url}");
        }
        let url = format!(
            "{DEMO}/a.jpg?ik-t={digits}&ik-s={}",
            signature(&format!("a.jpg{digits}"), 0)
        );
        assert_eq!(verified(&url), Verification::Invalid, "{url}");
    }
    let latest = format!(
        "{DEMO}/a.jpg?ik-t=9999999998&ik-s={}",
        signature("a.jpg", 9_999_999_998)
    );
    let expires_at = Some(at(9_999_999_998));
    assert_eq!(verified(&latest), Verification::Valid { expires_at });
}

#[test]
fn a_url_is_expired_from_the_second_of_its_expiry_on() {
    let ik = client();
    let url = ik.url("a.jpg").expires_at(at(NOW)).build().unwrap();
    let verified = |now: SystemTime| ik.verify_at(&url, now).unwrap();
    let valid = Verification::Valid {
        expires_at: Some(at(NOW)),
    };
    let expired = Verification::Expired {
        expired_at: at(NOW),
    };
    assert_eq!(verified(at(NOW) - Duration::from_millis(1)), valid);
    assert_eq!(verified(at(NOW)), expired);
    assert_eq!(verified(at(NOW + 1)), expired);
    assert_eq!(verified(UNIX_EPOCH), valid);
    assert_eq!(verified(UNIX_EPOCH - Duration::from_secs(1)), valid);
    assert_eq!(verified(UNIX_EPOCH + Duration::from_secs(1 << 40)), expired);
}

#[test]
fn an_expiry_that_no_verifier_takes_is_refused() {
    let ik = client();
    let url = || ik.url("a.jpg");
    for seconds in [10_000_000_000, 11_750_000_300, 1 << 40] {
        let message = assert_refused(url().expires_at(at(seconds)).build(), "expires_at");
        assert!(message.contains("9999999999"), "{message}");
        let options = format!(r#"{{"path": "a.jpg", "expiresAt": {seconds}}}"#);
        let options: UrlOptions = serde_json::from_str(&options).unwrap();
        assert_refused(ik.url_from(&options).build(), "expires_at");
        let options = format!(r#"{{"path": "a.jpg", "expiresIn": {seconds}}}"#);
        let options: UrlOptions = serde_json::from_str(&options).unwrap();
        assert_refused(ik.url_from(&options).build(), "expires_in");
    }
    for before in [
        UNIX_EPOCH,
        UNIX_EPOCH - Duration::from_secs(1),
        UNIX_EPOCH + Duration::from_millis(999),
    ] {
        assert_refused(url().expires_at(before).build(), "expires_at");
    }
    let in_range = Duration::from_secs(9_999_999_999 - NOW);
    for lifetime in [
        in_range + Duration::from_secs(1),
        Duration::MAX,
        Duration::from_secs(u64::MAX),
    ] {
        assert_refused(url().expires_in(lifetime).build_at(at(NOW)), "expires_in");
        assert_refused(url().expires_in(lifetime).prepare(), "expires_in");
        assert_refused(
            url().expires_in(lifetime).responsive().build_at(at(NOW)),
            "expires_in",
        );
    }
    let latest = url()
        .expires_in(in_range - Duration::from_secs(1))
        .build_at(at(NOW))
        .unwrap();
    assert!(latest.contains("?ik-t=9999999998&"), "{latest}");
    assert_eq!(
        verified(&latest),
        Verification::Valid {
            expires_at: Some(at(9_999_999_998))
        }
    );

    let minute = url().expires_in(Duration::from_secs(60));
    let before_1970 = UNIX_EPOCH - Duration::from_secs(1);
    assert_refused(minute.build_at(before_1970), "now");
    // A prepared URL cannot fail later, so it is an expired one.
    let prepared = minute.prepare().unwrap();
    for now in [before_1970, at(9_999_999_999)] {
        let mut url = String::new();
        prepared.write_to_at(&mut url, now);
        assert!(
            matches!(verified(&url), Verification::Expired { .. }),
            "{url}"
        );
    }
}

#[test]
fn expiry_and_signature_count_at_their_place_alone() {
    let ik = client();
    let signed = ik
        .url("a.jpg")
        .query("v", "1")
        .expires_at(at(NOW + 300))
        .build()
        .unwrap();
    let (message, tail) = signed.split_once("&ik-t=").unwrap();
    let (expiry, signature) = tail.split_once("&ik-s=").unwrap();
    assert!(matches!(verified(&signed), Verification::Valid { .. }));
    for changed in [
        format!("{message}&ik-s={signature}&ik-t={expiry}"),
        format!("{message}&ik-t={expiry}&ik-t={expiry}&ik-s={signature}"),
        format!("{message}&ik-t={expiry}&ik-s={signature}&ik-s={signature}"),
        format!("{message}&ik-t={expiry}&ik-s={signature}&ik-t={expiry}"),
        format!("{message}&ik-t={expiry}&ik-s={signature}&v=2"),
        format!("{message}&ik-t={expiry}&ik-s={signature}&"),
        format!("{message}&ik%2Dt={expiry}&ik-s={signature}"),
        format!("{message}&ik-t={expiry}&ik%2Ds={signature}"),
        format!("{message}&IK-T={expiry}&ik-s={signature}"),
        format!("{message}&ik-t={expiry}&IK-S={signature}"),
        format!("{message}&ik-t={expiry}&ik-s={}", signature.to_uppercase()),
        format!("{message}&ik-t={expiry}&ik-s={signature}0"),
        format!("{message}&ik-t={expiry}&ik-s="),
        format!("{message}&ik-t={expiry}&ik-s"),
        format!("{message}&ik-t={expiry}"),
        format!("{message}?ik-t={expiry}&ik-s={signature}"),
        signed.replace("https://", "http://"),
        signed.replace("/demo/", "/demo//"),
        signed.replace("ik.imagekit.io", "ik.imagekit.io:443"),
        signed.replace("/demo/", "/other/"),
    ] {
        assert_eq!(verified(&changed), Verification::Invalid, "{changed}");
    }
    // Nor are they signed in any other place or spelling, by whomever.
    for name in [
        "ik-t", "ik-s", "ik%2Dt", "ik%2ds", "%69k-t", "IK-T", "Ik-S", "+ik-t", "ik-s%20", "ik-t=",
    ] {
        for message in [
            format!("a.jpg?{name}=9999999999"),
            format!("a.jpg?{name}"),
            format!("a.jpg?v=1&{name}=1&w=2"),
        ] {
            let url = format!(
                "{DEMO}/{message}&ik-t={}&ik-s={}",
                NOW + 300,
                self::signature(&message, NOW as i64 + 300)
            );
            assert_eq!(verified(&url), Verification::Invalid, "{url}");
        }
    }
    for unsigned in [
        "",
        "?",
        "?v=1",
        "?ik-x=1",
        "?v=ik-s",
        "#ik-s=1",
        "?a?ik-s=1",
        "?xik-t=1",
    ] {
        assert_eq!(
            verified(&format!("{DEMO}/a.jpg{unsigned}")),
            Verification::Unsigned,
            "{unsigned}"
        );
    }
}

#[test]
fn what_is_signed_verifies_whatever_the_query_holds() {
    let ik = client();
    for name in ["IK-T", "Ik-s", " ik-t", "ik-s", "ik%2Dt"] {
        for style in [UrlStyle::Encoded, UrlStyle::Readable] {
            let url = ik
                .url("a.jpg")
                .url_style(style)
                .query(name, "1")
                .query("v", "2")
                .signed(true);
            let url = url.build().unwrap();
            assert_eq!(
                verified(&url),
                Verification::Valid { expires_at: None },
                "{url}"
            );
            let src = format!("{DEMO}/a.jpg?{}=1&v=2", name.replace(' ', "+"));
            let url = ik.src(src).url_style(style).signed(true).build().unwrap();
            assert_eq!(
                verified(&url),
                Verification::Valid { expires_at: None },
                "{url}"
            );
        }
    }
}

/// The server in process uses the same function, at every second.
mod server {
    use super::*;

    #[tokio::test]
    async fn judges_as_the_verifier_does() {
        let server = imagekitio_testing::Server::builder()
            .private_key(KEY)
            .start()
            .await
            .unwrap();
        let ik = ImageKit::builder()
            .url_endpoint(server.url_endpoint())
            .private_key(KEY)
            .base_url(server.url());
        let ik = ik.build().unwrap();
        let source = imagekitio::UploadSource::bytes("a1", "text");
        ik.upload(source).use_unique_file_name(false).await.unwrap();

        let url = ik
            .url("a1")
            .expires_in(Duration::from_secs(300))
            .build()
            .unwrap();
        let (_, expiry) = url.split_once("ik-t=").unwrap();
        let (expiry, signature) = expiry.split_once("&ik-s=").unwrap();
        let past = ik.url("a1").expires_at(at(NOW)).build().unwrap();
        let base = server.url_endpoint();
        for url in [
            url.clone(),
            past,
            format!("{base}/a1"),
            format!("{base}/a1?v=1"),
            format!("{base}/a?ik-t=1{expiry}&ik-s={signature}"),
            format!("{base}/a1?ik-t=0{expiry}&ik-s={signature}"),
            format!("{base}/a1?ik-t={expiry}"),
            format!("{base}/a1?ik%2Dt={expiry}&ik-s={signature}"),
            format!("{base}/a1?IK-S={signature}"),
            format!("{url}&v=1"),
        ] {
            let delivered = reqwest::get(&url).await.unwrap().status().is_success();
            let expected = matches!(
                ik.verify(&url).unwrap(),
                Verification::Valid { .. } | Verification::Unsigned
            );
            assert_eq!(delivered, expected, "{url}");
        }
    }
}

// Paths from strangers.

#[test]
fn a_path_adds_no_transformation() {
    let ik = client();
    for path in [
        "tr:w-1/a.jpg",
        "/tr:orig-true/a.jpg",
        "//tr:w-1/a.jpg",
        "tr:",
        "tr:a.jpg",
        "a/tr:w-1/b.jpg",
        "a/b/tr:x",
        "%74r:w-1/a.jpg",
        "tr%3Aw-1/a.jpg",
        "tr%3aw-1/a.jpg",
        "t%72:w-1/a.jpg",
        "%74%72%3A/a.jpg",
        "a%2Ftr:w-1%2Fb.jpg",
        "a%2ftr%3Aw-1/b.jpg",
        "a\\tr:w-1/b.jpg",
        "a%5Ctr:w-1/b.jpg",
        "https://example.com/tr:w-1/a.jpg",
        "https%3A%2F%2Fexample.com%2Ftr%3Aw-1%2Fa.jpg",
    ] {
        for signed in [true, false] {
            let message = assert_refused(ik.url(path).signed(signed).build(), "path");
            assert!(message.contains("`transform`"), "{message}");
        }
        let options = serde_json::json!({"src": path}).to_string();
        let options: UrlOptions = serde_json::from_str(&options).unwrap();
        if !path.starts_with("https://") {
            assert_refused(ik.url_from(&options).build(), "path");
        }
    }
    for (path, written) in [
        ("str:w-1/a.jpg", "str:w-1/a.jpg"),
        ("a/tr/b.jpg", "a/tr/b.jpg"),
        ("tr-w/a.jpg", "tr-w/a.jpg"),
        ("a.tr:b", "a.tr:b"),
        ("tr%253Aw-1/a.jpg", "tr%253Aw-1/a.jpg"),
        ("TR:1.jpg", "TR:1.jpg"),
    ] {
        assert_eq!(ik.url(path).build().unwrap(), format!("{DEMO}/{written}"));
    }
    assert_refused(ik.url(FilePath::literal("a/tr:w-1/b.jpg")).build(), "path");
    let literal = ik.url(FilePath::literal("%74r:w-1/a.jpg")).build().unwrap();
    assert_eq!(literal, format!("{DEMO}/%2574r:w-1/a.jpg"));
    // The owner of a whole URL may give one.
    let src = format!("{DEMO}/tr:w-1/a.jpg");
    assert_eq!(ik.src(&src).build().unwrap(), src);
}

#[test]
fn a_path_stays_below_the_endpoint() {
    let ik = client();
    for path in [
        "../a.jpg",
        "a/../b.jpg",
        "a%2F..%2Fb.jpg",
        "%2e%2e/a.jpg",
        "a/%2E./b",
        "a\\..\\b",
        "..%5Ca.jpg",
        "a%2f.%2Fb",
        "https%3A%2F%2Fexample.com%2F..%2Fa.jpg",
    ] {
        assert_refused(ik.url(path).build(), "path");
    }
    // In a whole URL, dot segments are resolved unless an escaped slash hides them.
    for inside in [
        "..%2Fother/a.jpg",
        "a%2F..%2F..%2Fother%2Fb.jpg",
        "a/b%2f..",
        "%2e%2E%2Fa.jpg",
        "..%5Ca.jpg",
        "a%2F.%2Fb.jpg",
    ] {
        for signed in [true, false] {
            let url = ik.url(format!("{DEMO}/{inside}")).signed(signed);
            assert_refused(url.build(), "path");
        }
    }
}

#[test]
fn a_whole_url_under_the_endpoint_is_taken_as_a_src() {
    let ik = client();
    let step = || Transformation::new().width(300);
    let expected = format!("{DEMO}/a%20b.jpg?v=1&tr=w-300");
    for url in [
        "https://ik.imagekit.io/demo/a%20b.jpg?v=1",
        "HTTPS://IK.ImageKit.IO/demo/a b.jpg?v=1",
        "https://ik.imagekit.io:443/demo/a%20b.jpg?v=1",
        " https://ik.imagekit.io/demo/a%20b.jpg?v=1\n",
        "/https://ik.imagekit.io/demo/a%20b.jpg?v=1",
        "https://ik.imagekit.io/x/../demo/a%20b.jpg?v=1",
        "https:\\\\ik.imagekit.io\\demo\\a%20b.jpg?v=1",
    ] {
        assert_eq!(
            ik.url(url).transform(step()).build().unwrap(),
            expected,
            "{url}"
        );
        let options =
            serde_json::json!({"path": url, "transformation": [{"width": 300}]}).to_string();
        let options: UrlOptions = serde_json::from_str(&options).unwrap();
        assert_eq!(ik.url_from(&options).build().unwrap(), expected, "{url}");
        let signed = ik.url(url).transform(step()).signed(true).build().unwrap();
        assert_eq!(
            signed,
            ik.src(url.trim_start_matches('/'))
                .transform(step())
                .signed(true)
                .build()
                .unwrap()
        );
        assert_eq!(verified(&signed), Verification::Valid { expires_at: None });
    }
    // The signature does not cover the scheme, so the URL keeps its own.
    let insecure = "http://ik.imagekit.io/demo/a.jpg";
    assert_eq!(ik.url(insecure).build().unwrap(), insecure);
    let signed = ik.url(insecure).signed(true).build().unwrap();
    assert_eq!(
        verified(&signed.replace("http:", "https:")),
        Verification::Valid { expires_at: None }
    );
    assert_eq!(
        ik.url("https://ik.imagekit.io/demo/").build().unwrap(),
        format!("{DEMO}/")
    );

    let rooted = UrlBuilder::new("http://localhost:3000").path("http://LOCALHOST:3000/a.jpg");
    assert_eq!(rooted.build().unwrap(), "http://localhost:3000/a.jpg");

    // Other URLs are files behind a web proxy.
    for other in [
        "https://example.com/a.jpg",
        "https://ik.imagekit.io/demo2/a.jpg",
        "https://u@ik.imagekit.io/demo/a.jpg",
    ] {
        assert_eq!(ik.url(other).build().unwrap(), format!("{DEMO}/{other}"));
    }
    // A file's name that only looks like a URL stays one.
    assert_eq!(
        ik.url("httpd/a.jpg").build().unwrap(),
        format!("{DEMO}/httpd/a.jpg")
    );
    assert_eq!(
        ik.url("http.jpg").build().unwrap(),
        format!("{DEMO}/http.jpg")
    );
}

#[test]
fn a_whole_url_in_a_path_adds_no_transformation() {
    let ik = client();
    for inside in [
        "tr:orig-true/a.jpg",
        "x/tr:w-1/a.jpg",
        "%74r:w-1/a.jpg",
        "tr%3Aw-1/a.jpg",
        "a%2Ftr:w-1/a.jpg",
        "x/../tr:w-1/a.jpg",
        "a.jpg?tr=orig-true",
        "a.jpg?v=1&tr=w-1",
        "a.jpg?%74r=w-1",
        "a.jpg?tr",
    ] {
        for signed in [true, false] {
            let message = assert_refused(
                ik.url(format!("{DEMO}/{inside}")).signed(signed).build(),
                "path",
            );
            assert!(message.contains("`src`"), "{message}");
        }
    }
    let message = assert_refused(
        ik.url(FilePath::literal(format!("{DEMO}/100%.jpg")))
            .build(),
        "path",
    );
    assert!(message.contains("`src`"), "{message}");
}

#[test]
fn a_signed_url_encodes_the_url_behind_a_web_proxy() {
    let ik = client();
    for (inner, encoded) in [
        (
            "https://example.com/x.jpg",
            "https%3A%2F%2Fexample.com%2Fx.jpg",
        ),
        (
            "http://example.com:8080//a b.jpg",
            "http%3A%2F%2Fexample.com%3A8080%2F%2Fa%20b.jpg",
        ),
        (
            "https://example.com/ü,+&=;@$.jpg",
            "https%3A%2F%2Fexample.com%2F%C3%BC%2C%2B%26%3D%3B%40%24.jpg",
        ),
        // Its own escapes and query arrive as they are once the path is decoded.
        (
            "https://example.com/o/a%2Fb.jpg?alt=media&token=1#x",
            "https%3A%2F%2Fexample.com%2Fo%2Fa%252Fb.jpg%3Falt%3Dmedia%26token%3D1%23x",
        ),
    ] {
        let expected = format!(
            "{DEMO}/{encoded}?ik-s={}",
            signature(encoded, 9_999_999_999)
        );
        for path in [inner.to_owned(), format!("/{inner}"), encoded.to_owned()] {
            let signed = ik.url(path.as_str()).signed(true).build().unwrap();
            assert_eq!(signed, expected);
            assert_eq!(verified(&signed), Verification::Valid { expires_at: None });
        }
        // What was built can be read and built again.
        let parsed = ik.parse(&expected).unwrap();
        assert_eq!(parsed.path(), format!("/{encoded}"));
        assert_eq!(ik.url_from(&parsed.options()).build().unwrap(), expected);
        assert_eq!(ik.src(&expected).signed(true).build().unwrap(), expected);

        let step = || Transformation::new().width(300);
        let signed = ik
            .url(inner)
            .transform(step())
            .thumbnail()
            .expires_at(at(NOW + 300))
            .build()
            .unwrap();
        let start = format!("{DEMO}/tr:w-300/{encoded}/ik-thumbnail.jpg?ik-t=");
        assert!(signed.starts_with(&start), "{signed}");
        let query = ik
            .url(inner)
            .transform(step())
            .transformation_position(TransformationPosition::Query)
            .signed(true);
        let start = format!("{DEMO}/{encoded}?tr=w-300&ik-s=");
        assert!(query.build().unwrap().starts_with(&start));
    }
    let src = format!("{DEMO}/https://example.com/x.jpg?v=1");
    let start = format!("{DEMO}/https%3A%2F%2Fexample.com%2Fx.jpg?v=1&ik-s=");
    assert!(
        ik.src(&src)
            .signed(true)
            .build()
            .unwrap()
            .starts_with(&start)
    );
    let src = format!("{DEMO}/tr:w-300/https://example.com/x.jpg");
    let start = format!("{DEMO}/tr:w-300/https%3A%2F%2Fexample.com%2Fx.jpg?ik-s=");
    assert!(
        ik.src(&src)
            .signed(true)
            .build()
            .unwrap()
            .starts_with(&start)
    );

    // Unsigned URLs stay as they are, and what others have signed without encoding is read.
    let unsigned = ik.url("https://example.com/x.jpg").build().unwrap();
    assert_eq!(unsigned, format!("{DEMO}/https://example.com/x.jpg"));
    let plain = format!(
        "{unsigned}?ik-s={}",
        signature("https://example.com/x.jpg", 9_999_999_999)
    );
    assert_eq!(verified(&plain), Verification::Valid { expires_at: None });
    let options = ik.parse(&plain).unwrap().options();
    let rebuilt = ik.url_from(&options).build().unwrap();
    assert!(rebuilt.starts_with(&format!("{DEMO}/https%3A%2F%2Fexample.com%2Fx.jpg?ik-s=")));
    assert_eq!(
        plain.parse::<ImageKitUrl>().unwrap().path(),
        "/https://example.com/x.jpg"
    );
}

// Responsive images.

/// The candidates that a browser finds: the algorithm of the HTML standard for `srcset`, without
/// parentheses.
fn candidates(srcset: &str) -> Vec<(String, String)> {
    let white = |c: char| c.is_ascii_whitespace();
    let mut rest = srcset;
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c| white(c) || c == ',');
        if rest.is_empty() {
            return found;
        }
        let (url, behind) = rest.split_at(rest.find(white).unwrap_or(rest.len()));
        let (descriptor, next) = match url.ends_with(',') {
            true => ("", behind),
            false => behind.split_once(',').unwrap_or((behind, "")),
        };
        found.push((
            url.trim_end_matches(',').to_owned(),
            descriptor.trim().to_owned(),
        ));
        rest = next;
    }
}

#[test]
fn a_srcset_keeps_every_url_whole() {
    let ik = client();
    let query = TransformationPosition::Query;
    let urls = [
        ik.url("a.jpg"),
        ik.url("a,b, c.jpg,"),
        ik.url("a.jpg,,,"),
        ik.url("ends, with, commas,").signed(true),
        ik.url("a.jpg")
            .query("q", "x,")
            .url_style(UrlStyle::Readable),
        ik.src("https://example.com/a.jpg?q=x,,")
            .url_style(UrlStyle::Readable)
            .transformation_position(query),
        ik.src(format!("{DEMO}/a.jpg#top, left,")).signed(true),
        ik.src("https://example.com/a.jpg#,"),
        ik.url("a,")
            .transformation_position(query)
            .url_style(UrlStyle::Readable),
        ik.url("a,")
            .transform(Transformation::new().raw("x,"))
            .url_style(UrlStyle::Readable),
        ik.url("a\tb\nc\u{c}d e.jpg,"),
    ];
    for url in urls {
        let widths = [320, 640];
        let image = url
            .clone()
            .responsive()
            .device_breakpoints(widths)
            .build()
            .unwrap();
        let expected: Vec<_> = widths
            .iter()
            .map(|width| {
                let step = Transformation::new().width(*width).crop("at_max");
                let single = url.clone().transform(step).build().unwrap();
                let whole = single.trim_end_matches(',');
                let commas = "%2C".repeat(single.len() - whole.len());
                (format!("{whole}{commas}"), format!("{width}w"))
            })
            .collect();
        let found = candidates(&image.srcset);
        assert_eq!(found, expected, "{}", image.srcset);
        for (url, _) in found {
            let signed = url.contains("ik-s=");
            let valid = Verification::Valid { expires_at: None };
            assert_eq!(verified(&url) == valid, signed, "{url}");
        }
        let html = image.img("");
        assert!(
            html.contains(&format!(
                " srcset=\"{}\"",
                image.srcset.replace('&', "&amp;")
            )),
            "{html}"
        );
    }
}

#[test]
fn densities_give_exact_widths() {
    let ik = client();
    let image = |width, densities: &[f64]| {
        ik.url("a.jpg")
            .responsive()
            .width(width)
            .densities(densities.iter().copied())
            .build()
    };
    let url = |width: u32| format!("{DEMO}/tr:w-{width},c-at_max/a.jpg");
    for (width, densities, expected) in [
        (
            120,
            &[1.0, 2.0, 3.0][..],
            &[(120, "1x"), (240, "2x"), (360, "3x")][..],
        ),
        (
            120,
            &[3.0, 1.0, 2.0, 1.0],
            &[(120, "1x"), (240, "2x"), (360, "3x")],
        ),
        (101, &[1.0, 1.5], &[(101, "1x"), (152, "1.5x")]),
        (48, &[4.0], &[(192, "4x")]),
        (4000, &[0.5, 1.0], &[(2000, "0.5x"), (4000, "1x")]),
    ] {
        let image = image(width, densities).unwrap();
        let expected: Vec<_> = expected
            .iter()
            .map(|&(width, density)| (url(width), density.to_owned()))
            .collect();
        assert_eq!(candidates(&image.srcset), expected);
        assert_eq!(image.src, expected.last().unwrap().0);
        assert_eq!((image.sizes, image.width), (None, Some(width)));
    }
    let integers = ik
        .url("a.jpg")
        .responsive()
        .width(10)
        .densities([1, 2, 3])
        .build()
        .unwrap();
    assert_eq!(
        integers.srcset,
        format!("{} 1x, {} 2x, {} 3x", url(10), url(20), url(30))
    );

    for wrong in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, 0.001, 1e300] {
        assert_refused(image(120, &[1.0, wrong]), "densities");
    }
    assert_refused(image(120, &[]), "densities");
    assert_refused(image(0, &[1.0]), "breakpoints");
    let responsive = || ik.url("a.jpg").responsive().densities([1, 2]);
    assert_refused(responsive().build(), "densities");
    assert_refused(responsive().width(10).sizes("50vw").build(), "densities");
}

// Keys and endpoints.

#[test]
fn keys_and_endpoints_lose_the_white_space_around_them() {
    let plain = client().url("a.jpg").signed(true).build().unwrap();
    for (before, after) in [
        ("", "\n"),
        ("", "\r\n"),
        (" ", " "),
        ("\t", ""),
        ("\u{feff}", "\n"),
        ("\u{a0}", "\u{2028}"),
    ] {
        let around = |value: &str| format!("{before}{value}{after}");
        let ik = ImageKit::builder()
            .url_endpoint(around(DEMO).replace('\u{feff}', ""))
            .private_key(around(KEY))
            .public_key(around("public_key_test"))
            .build()
            .unwrap();
        assert_eq!(ik.url("a.jpg").signed(true).build().unwrap(), plain);
        assert_eq!(
            (ik.public_key(), ik.url_endpoint()),
            (Some("public_key_test"), Some(DEMO))
        );
        let url = UrlBuilder::new(DEMO)
            .path("a.jpg")
            .signed(true)
            .private_key(&around(KEY));
        assert_eq!(url.build().unwrap(), plain);
        let parameters =
            authentication_parameters_at(&around(KEY), Some("t"), Some(1), UNIX_EPOCH).unwrap();
        assert_eq!(parameters.signature, signature("t", 1));
    }
}

#[test]
fn keys_and_endpoints_with_impossible_characters_are_refused() {
    for (key, what) in [
        ("", "empty"),
        (" \n", "empty"),
        ("private_se cret", "white space at character 11"),
        ("private_se\ncret", "white space"),
        ("private_se\u{a0}cret", "white space"),
        ("se\tcret", "white space"),
        ("se\r\ncret", "white space"),
        ("secret\0", "a control character at character 7"),
        ("se\u{7f}cret", "a control character"),
        ("private_se\u{200b}cret", "outside ASCII"),
        ("private_secret:", "a colon"),
    ] {
        let check = |result: Result<(), Error>, option| {
            let message = assert_refused(result, option);
            assert!(
                message.contains(what) && message.contains("dashboard"),
                "{message}"
            );
            assert!(!message.contains("cret"), "{message}");
        };
        check(
            ImageKit::builder().private_key(key).build().map(drop),
            "private_key",
        );
        check(
            ImageKit::builder().public_key(key).build().map(drop),
            "public_key",
        );
        let url = UrlBuilder::new(DEMO)
            .path("a.jpg")
            .private_key(key)
            .signed(true);
        check(url.build().map(drop), "private_key");
        check(
            authentication_parameters_at(key, Some("t"), Some(1), UNIX_EPOCH).map(drop),
            "private_key",
        );
        check(
            imagekitio::raw::Client::builder(key).build().map(drop),
            "private_key",
        );
    }
    for endpoint in [
        "https://ik.imagekit.io/de mo",
        "https://ik.image\nkit.io/demo",
        "https://ik.imagekit.io/\tdemo",
        "https://ik.imagekit.io/demo\0",
    ] {
        let message = assert_refused(
            ImageKit::builder().url_endpoint(endpoint).build(),
            "url_endpoint",
        );
        assert!(message.contains("white space"), "{message}");
    }
}

/// Reads the environment in a process of its own: this test's binary, which runs this test again.
#[test]
fn settings_of_the_environment_lose_the_white_space_around_them() {
    const EXPECTED: &str = "URL_SAFETY_EXPECTED";
    if let Ok(expected) = std::env::var(EXPECTED) {
        let url = ImageKit::from_env().and_then(|ik| ik.url("a.jpg").signed(true).build());
        let found = url.unwrap_or_else(|error| error.argument().unwrap_or_default().to_owned());
        assert_eq!(found, expected);
        return;
    }
    let signed = client().url("a.jpg").signed(true).build().unwrap();
    for (key, endpoint, expected) in [
        (format!("{KEY}\n"), format!(" {DEMO}\r\n"), signed.as_str()),
        (KEY.to_owned(), DEMO.to_owned(), &signed),
        ("private_a b".to_owned(), DEMO.to_owned(), "private_key"),
        (" \n".to_owned(), DEMO.to_owned(), "IMAGEKIT_PRIVATE_KEY"),
        (
            KEY.to_owned(),
            "https://ik.imagekit.io/a b".to_owned(),
            "url_endpoint",
        ),
        (KEY.to_owned(), "\n".to_owned(), "url_endpoint"),
    ] {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                &support::test_name(
                    module_path!(),
                    "settings_of_the_environment_lose_the_white_space_around_them",
                ),
            ])
            .env("IMAGEKIT_PRIVATE_KEY", &key)
            .env("IMAGEKIT_URL_ENDPOINT", &endpoint)
            .env("IMAGEKIT_PUBLIC_KEY", "\t")
            .env_remove("IMAGEKIT_BASE_URL")
            .env(EXPECTED, expected)
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(
            child.status.success() && output.contains("1 passed"),
            "{key:?}, {endpoint:?}: {output}"
        );
    }
}

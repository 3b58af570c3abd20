//! One test for every decision about what the URL builder writes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::client_auth::authentication_parameters_at;
use imagekitio::phash::{PHash, phash_distance};
use imagekitio::url::{
    Anchor, Expr, FilePath, ImageKitUrl, TransformationPosition, UrlBuilder, UrlOptions, UrlStyle,
};
use imagekitio::{ErrorKind, ImageKit, Overlay, Transformation};

const DEMO: &str = "https://ik.imagekit.io/demo";

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint(DEMO)
        .private_key("private_key_test")
        .build()
        .unwrap()
}

fn readable() -> ImageKit {
    ImageKit::builder()
        .url_endpoint(DEMO)
        .private_key("private_key_test")
        .url_style(UrlStyle::Readable)
        .build()
        .unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The transformation that a step of the dynamic form makes.
fn dynamic(step: &str) -> String {
    let options: UrlOptions =
        serde_json::from_str(&format!("{{\"transformation\": [{step}]}}")).unwrap();
    options.transformation_string().unwrap()
}

/// The same, or the message of the error.
fn refused(step: &str) -> String {
    match serde_json::from_str::<UrlOptions>(&format!("{{\"transformation\": [{step}]}}")) {
        Ok(options) => options.transformation_string().unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn decision_01_order_is_the_callers() {
    let ik = client();
    let one = Transformation::new().width(1).height(2).quality(3);
    let other = Transformation::new().quality(3).height(2).width(1);
    assert_eq!(one.to_string(), "w-1,h-2,q-3");
    assert_eq!(other.to_string(), "q-3,h-2,w-1");
    assert_eq!(
        dynamic(r#"{"zoom": 2, "width": 1, "aspectRatio": "4-3"}"#),
        "z-2,w-1,ar-4-3"
    );
    let url = ik
        .url("a.jpg")
        .query("b", "1")
        .query("a", "2")
        .query("10", "3")
        .query("1", "4")
        .build()
        .unwrap();
    assert_eq!(url, format!("{DEMO}/a.jpg?b=1&a=2&10=3&1=4"));
}

#[test]
fn decision_02_default_position_is_the_path_and_a_src_takes_the_query() {
    let ik = client();
    let step = || Transformation::new().width(1);
    assert_eq!(
        ik.url("a.jpg").transform(step()).build().unwrap(),
        format!("{DEMO}/tr:w-1/a.jpg")
    );
    let src = ik.src(format!("{DEMO}/a.jpg")).transform(step());
    assert_eq!(src.build().unwrap(), format!("{DEMO}/a.jpg?tr=w-1"));
    let src = src.transformation_position(TransformationPosition::Path);
    assert_eq!(src.build().unwrap(), format!("{DEMO}/a.jpg?tr=w-1"));
}

#[test]
fn decision_03_paths_are_joined_without_leaving_the_endpoint() {
    let build = |endpoint: &str, path: &str| UrlBuilder::new(endpoint).path(path).build().unwrap();
    for endpoint in [
        DEMO,
        "https://ik.imagekit.io/demo/",
        "https://ik.imagekit.io/demo//",
    ] {
        for path in ["a/b.jpg", "/a/b.jpg", "///a//b.jpg"] {
            assert_eq!(build(endpoint, path), format!("{DEMO}/a/b.jpg"));
        }
    }
    assert_eq!(build(DEMO, "/folder/"), format!("{DEMO}/folder/"));
    assert_eq!(build(DEMO, "/"), format!("{DEMO}/"));
    assert_eq!(
        build(DEMO, "/https://example.com//x.jpg"),
        format!("{DEMO}/https://example.com//x.jpg")
    );
    assert_eq!(
        build(DEMO, "http://example.com/a//x.jpg"),
        format!("{DEMO}/http://example.com/a//x.jpg")
    );
    assert_eq!(
        build(DEMO, "folder/https://example.com/x.jpg"),
        format!("{DEMO}/folder/https:/example.com/x.jpg")
    );
    assert_eq!(
        build(DEMO, "a/...b/..c/d../.e"),
        format!("{DEMO}/a/...b/..c/d../.e")
    );
    for path in [
        "..",
        ".",
        "../a",
        "a/..",
        "a/./b",
        "a/%2e%2E/b",
        ".%2e",
        "https://example.com/../x.jpg",
    ] {
        let error = UrlBuilder::new(DEMO).path(path).build().unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("path")),
            "{path}"
        );
    }
}

#[test]
fn decision_04_path_characters() {
    let ik = client();
    let kept = "AZaz09!$&'()*+,-./:;=@[]^_|~";
    assert_eq!(ik.url(kept).build().unwrap(), format!("{DEMO}/{kept}"));
    let build = |path: &str| ik.url(path).build().unwrap();
    assert_eq!(
        build("a b?c#d\"e<f>g\\h`i{j}k"),
        format!("{DEMO}/a%20b%3Fc%23d%22e%3Cf%3Eg%5Ch%60i%7Bj%7Dk")
    );
    assert_eq!(
        build("a%20b 100% %zz %e9"),
        format!("{DEMO}/a%20b%20100%25%20%25zz%20%e9")
    );
    assert_eq!(
        build("é/हि/😀\u{0}\t\n\u{7f}"),
        format!("{DEMO}/%C3%A9/%E0%A4%B9%E0%A4%BF/%F0%9F%98%80%00%09%0A%7F")
    );
    let literal = ik.url(FilePath::literal("a%20b/%2e%2e/c")).build().unwrap();
    assert_eq!(literal, format!("{DEMO}/a%2520b/%252e%252e/c"));
    let src = ik
        .src("https://example.com/100%/a%20b.jpg")
        .build()
        .unwrap();
    assert_eq!(src, "https://example.com/100%25/a%20b.jpg");
}

#[test]
fn decision_05_transformation_values_never_break_the_url() {
    let value = "a b#c?d&e+f\"g<h>i\\j^k`l{m|n}o\u{1}\u{7f}é%p%20q[r]!$'()*-.;=@_~";
    let escaped = "a%20b%23c%3Fd%26e%2Bf%22g%3Ch%3Ei%5Cj%5Ek%60l%7Bm%7Cn%7Do%01%7F%C3%A9%25p%20q[r]!$'()*-.;=@_~";
    let raw = format!("{value}:,/");
    let step = || Transformation::new().named(value).raw(&raw);
    assert_eq!(step().to_string(), format!("n-{escaped},{escaped}:,/"));
    let ik = readable();
    let url = ik.url("a.jpg").transform(step());
    assert_eq!(
        url.build().unwrap(),
        format!("{DEMO}/tr:n-{escaped},{escaped}:,//a.jpg")
    );
    let url = url.transformation_position(TransformationPosition::Query);
    assert_eq!(
        url.build().unwrap(),
        format!("{DEMO}/a.jpg?tr=n-{escaped},{escaped}:,/")
    );
    let client = client();
    let url = client
        .url("a.jpg")
        .transform(Transformation::new().named("a b+é%20").raw("/,"));
    let url = url.transformation_position(TransformationPosition::Query);
    assert_eq!(
        url.build().unwrap(),
        format!("{DEMO}/a.jpg?tr=n-a+b%2B%C3%A9%2520%2C%2F%2C")
    );

    let step = Transformation::new()
        .default_image("/a/b c.jpg/")
        .set("ff", "x/y.ttf")
        .raw("n-a/b");
    assert_eq!(step.to_string(), "di-a@@b%20c.jpg,ff-x@@y.ttf,n-a/b");
}

#[test]
fn decision_06_signing_covers_what_is_emitted() {
    let ik = client();
    let signed = |url: UrlBuilder<'_>| url.signed(true).build().unwrap();
    assert_eq!(
        signed(ik.url("/a/b.jpg")),
        format!("{DEMO}/a/b.jpg?ik-s=8588d307ca2293f23ba8db29c1d1249cd117358e")
    );
    let sized = || Transformation::new().height(300).width(400);
    assert_eq!(
        signed(ik.url("/a/b.jpg").transform(sized())),
        format!("{DEMO}/tr:h-300,w-400/a/b.jpg?ik-s=f54d476e840232d572b8ecded976aa3abb48a3ee")
    );
    assert_eq!(
        signed(
            ik.url("/a/b.jpg")
                .transform(sized())
                .transformation_position(TransformationPosition::Query)
        ),
        format!("{DEMO}/a/b.jpg?tr=h-300%2Cw-400&ik-s=4bab99f25ae16a46519bf8a087c39a3f7daebf45")
    );
    assert_eq!(
        signed(ik.url("/a/b.jpg").query("v", "1")),
        format!("{DEMO}/a/b.jpg?v=1&ik-s=13c61b062ccf291cc1a76407c55afcc9f050d013")
    );
    assert_eq!(
        signed(ik.url("/aéb/ü.jpg")),
        format!("{DEMO}/a%C3%A9b/%C3%BC.jpg?ik-s=4dec7179334ac724692ae17844aca3257b168420")
    );

    let fresh = signed(ik.src(format!("{DEMO}/a/b.jpg?v=1")));
    assert_eq!(
        signed(ik.src(format!("{fresh}&ik-t=5"))),
        fresh,
        "an old expiry and signature are dropped"
    );
    assert_eq!(
        signed(
            ik.url("/a/b.jpg")
                .query("ik-t", "5")
                .query("v", "1")
                .query("ik-s", "x")
        ),
        fresh
    );
    let normal = signed(ik.src("HTTPS://IK.imagekit.io:443/x/../demo/a/b.jpg?v=1"));
    assert_eq!(normal, fresh, "a src is compared in normal form");

    for outside in [
        "https://example.com/a.jpg",
        "https://ik.imagekit.io/demo2/a.jpg",
        "https://ik.imagekit.io/demo",
    ] {
        assert_eq!(
            ik.src(outside).signed(true).build().unwrap_err().argument(),
            Some("src"),
            "{outside}"
        );
    }
    let keyless = UrlBuilder::new(DEMO).path("a.jpg").signed(true);
    assert_eq!(keyless.build().unwrap_err().argument(), Some("private_key"));
}

#[test]
fn decision_07_expiry_implies_signing_and_is_whole_seconds_ahead() {
    let ik = client();
    let url = ik
        .url("a.jpg")
        .signed(false)
        .expires_in(Duration::from_millis(300_900))
        .build_at(at(1_700_000_000))
        .unwrap();
    assert!(
        url.starts_with(&format!("{DEMO}/a.jpg?ik-t=1700000300&ik-s=")),
        "{url}"
    );
    assert_eq!(
        ik.url("a.jpg")
            .expires_at(at(1_700_000_300))
            .build()
            .unwrap(),
        url
    );
    for short in [Duration::ZERO, Duration::from_millis(999)] {
        assert_eq!(
            ik.url("a.jpg")
                .expires_in(short)
                .build()
                .unwrap_err()
                .argument(),
            Some("expires_in")
        );
    }
    assert_eq!(
        ik.url("a.jpg")
            .expires_at(UNIX_EPOCH)
            .build()
            .unwrap_err()
            .argument(),
        Some("expires_at")
    );
}

#[test]
fn decision_08_dashes_booleans_and_empty_values() {
    assert_eq!(
        Transformation::new()
            .sharpen("-")
            .quality("-")
            .default_image("-")
            .named("-")
            .raw("-")
            .to_string(),
        "e-sharpen,q,di,n,-"
    );
    assert_eq!(
        dynamic(r#"{"effect_sharpen": "-", "original": "-", "w": "-", "brandNew": "-"}"#),
        "e-sharpen,orig,w,brandNew"
    );
    assert_eq!(
        dynamic(r#"{"effect_gray": true, "shadow": true, "aiUpscale": true}"#),
        "e-grayscale,e-shadow,e-upscale"
    );
    assert_eq!(dynamic(r#"{"effect_contrast": "1"}"#), "e-contrast-1");
    assert_eq!(
        dynamic(r#"{"grayscale": false, "sharpen": false, "width": 1}"#),
        "w-1"
    );
    assert_eq!(
        dynamic(r#"{"lossless": false, "pr": false, "original": false}"#),
        "lo-false,pr-false,orig-false"
    );
    assert_eq!(
        dynamic(r#"{"width": null, "height": 1, "grayscale": null, "overlay": null}"#),
        "h-1"
    );
    assert_eq!(
        dynamic(
            r#"{"sharpen": "", "shadow": "", "gradient": "", "unsharpMask": "", "aiDropShadow": ""}"#
        ),
        "e-sharpen,e-shadow,e-gradient,e-usm,e-dropshadow"
    );
    assert_eq!(
        dynamic(
            r#"{"trim": "", "width": "", "default_image": "", "grayscale": "", "brandNew": ""}"#
        ),
        "t-true"
    );
    assert_eq!(
        Transformation::new()
            .trim("")
            .width("")
            .named("")
            .default_image("/")
            .to_string(),
        ""
    );
}

#[test]
fn decision_09_negative_numbers_and_zero() {
    assert_eq!(
        dynamic(r#"{"rotation": -40, "x": -1.5, "y": 0, "start_offset": -0.0}"#),
        "rt-N40,x-N1.5,y-0,so-0"
    );
    let layer = dynamic(
        r#"{"overlay": {"type": "text", "text": "x", "position": {"x": -10, "y": 0}, "timing": {"start": 0}}}"#,
    );
    assert_eq!(layer, "l-text,i-x,lx-N10,ly-0,lso-0,l-end");
    let typed = Transformation::new()
        .rotation(-40)
        .overlay(Overlay::text("x").x(-10).y(0).start(0));
    assert_eq!(typed.to_string(), format!("rt-N40,{layer}"));
}

#[test]
fn decision_10_numbers_print_shortest() {
    assert_eq!(
        dynamic(
            r#"{"radius": 300.0, "zoom": 0.30000000000000004, "x": 1e21, "y": 1e-7, "aspectRatio": 123456789012345680000}"#
        ),
        "r-300,z-0.30000000000000004,x-1000000000000000000000,y-0.0000001,ar-123456789012345680000"
    );
    assert_eq!(
        Transformation::new()
            .width(300.0)
            .height(0.5)
            .x(1e21)
            .to_string(),
        "w-300,h-0.5,x-1000000000000000000000"
    );
}

#[test]
fn decision_11_unknown_names_raw_and_empty_steps() {
    assert_eq!(
        dynamic(r#"{"width": 1, "some_new_code": 7, "raw": "ar-4-3,q-40", "h": 2}"#),
        "w-1,some_new_code-7,ar-4-3,q-40,h-2"
    );
    assert_eq!(
        dynamic(r#"{"width": 1, "raw": ""}, {}, {"raw": ""}, null, {"height": 2}"#),
        "w-1:h-2"
    );
    let url = client()
        .url("a.jpg")
        .transform(Transformation::new())
        .transform(Transformation::new().raw(""))
        .build();
    assert_eq!(url.unwrap(), format!("{DEMO}/a.jpg"));
    for empty in [
        r#"{"overlay": {"type": "text"}}"#,
        r#"{"overlay": {"type": "text", "text": ""}}"#,
        r#"{"overlay": {"type": "image"}}"#,
        r#"{"overlay": {"type": "image", "input": "/"}}"#,
        r#"{"overlay": {"type": "solidColor"}}"#,
    ] {
        assert!(
            refused(empty).contains("an overlay needs content"),
            "{}",
            refused(empty)
        );
    }
    assert!(
        refused(r#"{"overlay": {"type": "hologram", "text": "x"}}"#)
            .contains("unknown variant `hologram`")
    );
    for empty in [
        Transformation::new().overlay(Overlay::text("")),
        Transformation::new().overlay(Overlay::image("//")),
    ] {
        assert_eq!(
            client()
                .url("a.jpg")
                .transform(empty)
                .build()
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidInput
        );
    }
}

#[test]
fn decision_12_layers_keep_their_order_inside() {
    let step = Transformation::new().overlay(
        Overlay::image("/a//b/")
            .transform(Transformation::new().width(10))
            .anchor_point(Anchor::Top)
            .duration(3)
            .focus(Anchor::Left)
            .end(2)
            .y_center(5)
            .start(1)
            .x_center(4)
            .layer_mode("multiply")
            .transform(Transformation::new().rotation(90)),
    );
    assert_eq!(
        step.to_string(),
        "l-image,i-a@@@@b,lm-multiply,lxc-4,lyc-5,lfo-left,lap-top,lso-1,leo-2,ldu-3,w-10:rt-90,l-end"
    );
    let plain = r#"{"overlay": {"type": "image", "input": "a b&é.png", "encoding": "plain"}}"#;
    assert_eq!(dynamic(plain), "l-image,i-a%20b%26%C3%A9.png,l-end");
}

#[test]
fn decision_13_an_existing_transformation_is_replaced_in_place() {
    let build = |ik: &ImageKit, src: &str| {
        ik.src(src)
            .transform(Transformation::new().height(2))
            .build()
            .unwrap()
    };
    let src = "https://ik.imagekit.io/demo/a.jpg?a=1&tr=w-1&b=&a=3&c&tr=w-5";
    assert_eq!(
        build(&client(), src),
        "https://ik.imagekit.io/demo/a.jpg?a=1&tr=h-2&b=&a=3&c="
    );
    assert_eq!(
        build(&readable(), src),
        "https://ik.imagekit.io/demo/a.jpg?a=1&tr=h-2&b=&a=3&c"
    );
    let url = client().src(src).build().unwrap();
    assert_eq!(
        url, "https://ik.imagekit.io/demo/a.jpg?a=1&tr=w-1&b=&a=3&c=&tr=w-5",
        "without a transformation it stays"
    );
    let ik = client();
    let url = ik
        .url("a.jpg")
        .query("tr", "w-1")
        .query("a", "1")
        .query("a", "2")
        .transform(Transformation::new().height(2));
    let url = url.transformation_position(TransformationPosition::Query);
    assert_eq!(url.build().unwrap(), format!("{DEMO}/a.jpg?tr=h-2&a=1&a=2"));
    let url = readable()
        .src("https://example.com/a.jpg?t=a%20b&x=&y")
        .query("x", "é~*")
        .build()
        .unwrap();
    assert_eq!(url, "https://example.com/a.jpg?t=a+b&x=&y=&x=%C3%A9%7E*");
    let url = readable()
        .src("https://example.com/a.jpg?")
        .build()
        .unwrap();
    assert_eq!(url, "https://example.com/a.jpg?");
    assert_eq!(
        build(&readable(), "https://example.com/a.jpg?"),
        "https://example.com/a.jpg?tr=h-2"
    );
}

#[test]
fn decision_14_fragments_stay_last() {
    let ik = client();
    let url = ik
        .src(format!("{DEMO}/a.jpg?v=1#f?x&y"))
        .transform(Transformation::new().width(1))
        .signed(true)
        .build()
        .unwrap();
    let without = ik
        .src(format!("{DEMO}/a.jpg?v=1"))
        .transform(Transformation::new().width(1))
        .signed(true)
        .build()
        .unwrap();
    assert_eq!(url, format!("{without}#f?x&y"));
}

#[test]
fn decision_15_endpoints_are_checked_when_the_client_is_built() {
    for (endpoint, normal) in [
        ("https://ik.imagekit.io/demo/", DEMO),
        ("HTTPS://IK.imagekit.io:443/demo", DEMO),
        ("http://localhost:3000/ik", "http://localhost:3000/ik"),
        ("https://images.example.com", "https://images.example.com"),
    ] {
        let ik = ImageKit::builder().url_endpoint(endpoint).build().unwrap();
        assert_eq!(ik.url_endpoint(), Some(normal));
    }
    for endpoint in [
        "",
        "ik.imagekit.io/demo",
        "//ik.imagekit.io/demo",
        "ftp://ik.imagekit.io",
        "https://",
        "https://exa mple.com",
        "https://ik.imagekit.io/demo?x=1",
        "https://ik.imagekit.io/demo#x",
        "https://ik.imagekit.io/demo?",
    ] {
        let error = ImageKit::builder()
            .url_endpoint(endpoint)
            .build()
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("url_endpoint")),
            "{endpoint}"
        );
    }
    let nothing = UrlOptions::default();
    assert_eq!(
        client().url_from(&nothing).build().unwrap_err().argument(),
        Some("path")
    );
    assert_eq!(
        client().url("").build().unwrap_err().argument(),
        Some("path")
    );
    let ik = ImageKit::builder().build().unwrap();
    assert_eq!(
        ik.url("a.jpg").build().unwrap_err().argument(),
        Some("url_endpoint")
    );
}

#[test]
fn decision_16_auth_parameters() {
    let ik = client();
    let now = at(1_700_000_000);
    let default = ik.authentication_parameters().build_at(now).unwrap();
    assert_eq!(default.expire, 1_700_001_800);
    assert_eq!(default.token.len(), 36);
    assert_ne!(
        ik.authentication_parameters().build_at(now).unwrap().token,
        default.token
    );
    let one = ik
        .authentication_parameters()
        .token("t")
        .expires_in(Duration::from_secs(3599))
        .build_at(now)
        .unwrap();
    assert_eq!(
        one,
        ik.authentication_parameters()
            .token("t")
            .expires_at(at(1_700_003_599))
            .build_at(now)
            .unwrap()
    );
    for lifetime in [0, 3600, 100_000] {
        let error = ik
            .authentication_parameters()
            .expires_in(Duration::from_secs(lifetime))
            .build_at(now)
            .unwrap_err();
        assert_eq!(error.argument(), Some("expires_in"));
        let error = ik
            .authentication_parameters()
            .expires_at(now + Duration::from_secs(lifetime))
            .build_at(now)
            .unwrap_err();
        assert_eq!(error.argument(), Some("expires_at"));
    }
    assert_eq!(
        ik.authentication_parameters()
            .expires_at(at(1_600_000_000))
            .build_at(now)
            .unwrap_err()
            .argument(),
        Some("expires_at")
    );
    let keyless = ImageKit::builder().build().unwrap();
    assert_eq!(
        keyless
            .authentication_parameters()
            .build()
            .unwrap_err()
            .argument(),
        Some("private_key")
    );

    let plain = |token, expire| {
        authentication_parameters_at("private_key_test", token, expire, now).unwrap()
    };
    assert_eq!(plain(Some("t"), Some(5)).expire, 5);
    assert_eq!(plain(Some("t"), Some(0)), plain(Some("t"), None));
    assert_eq!(
        plain(Some("t"), None).signature,
        "66ee52f63eae88808baa63a53c944ef05b3d54ee"
    );
    assert_eq!(plain(Some(""), None).token.len(), 36);
}

#[test]
fn decision_17_phash_distance() {
    assert_eq!(
        phash_distance("f06830ca9f1e3e90", "F06830CA9F1E3E90").unwrap(),
        0
    );
    assert_eq!(
        phash_distance("2d5ad3936d2e015b", "2d6ed293db36a4fb").unwrap(),
        17
    );
    assert_eq!(
        phash_distance("33699c96619cc69e", "968e978414fe04ea").unwrap(),
        30
    );
    assert_eq!(
        phash_distance("ffffffffffffffffffff", "00000000000000000000").unwrap(),
        80
    );
    let hash = |text: &str| text.parse::<PHash>().unwrap();
    let error = hash("a").distance(&hash("ab")).unwrap_err();
    assert_eq!(error.argument(), Some("other"));
    for (first, second, option, message) in [
        ("", "00", "first", "the pHash is missing"),
        ("00", "", "second", "the pHash is missing"),
        ("zz", "00", "first", "'z' is not a hexadecimal digit"),
        ("00", " 0", "second", "' ' is not a hexadecimal digit"),
        ("0x1f", "001f", "first", "'x' is not a hexadecimal digit"),
        ("٣", "3", "first", "is not a hexadecimal digit"),
        ("a", "ab", "second", "the hashes have 1 and 2 digits"),
    ] {
        let error = phash_distance(first, second).unwrap_err();
        assert_eq!(error.argument(), Some(option));
        assert!(error.to_string().contains(message), "{error}");
    }
}

// What the decisions leave open.

#[test]
fn numbers_of_data_have_the_ranges_of_typed_ones() {
    let overlay = |rest: &str| format!(r#"{{"overlay": {{"type": "text", "text": "x", {rest}}}}}"#);
    for (step, option, typed) in [
        (
            r#"{"sharpen": -3}"#.to_owned(),
            "sharpen",
            Transformation::new().sharpen(-3),
        ),
        (
            r#"{"page": 0}"#.to_owned(),
            "page",
            Transformation::new().page(0),
        ),
        (
            r#"{"radius": [1, -5, 0, 0]}"#.to_owned(),
            "radius",
            Transformation::new().radius(-5),
        ),
        (
            overlay(r#""timing": {"start": -5}"#),
            "start",
            Transformation::new().overlay(Overlay::text("x").start(-5)),
        ),
        (
            overlay(r#""timing": {"duration": -1}"#),
            "duration",
            Transformation::new().overlay(Overlay::text("x").duration(-1)),
        ),
    ] {
        let message = refused(&step);
        assert!(message.starts_with(&format!("{option}: ")), "{message}");
        assert!(message.contains(" is not allowed; give "), "{message}");
        let ik = client();
        let error = ik.url("a.jpg").transform(typed).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{step}");
        let json = format!("{{\"transformation\": [{step}]}}");
        let options: UrlOptions = serde_json::from_str(&json).unwrap();
        options.unchecked_numbers().transformation_string().unwrap();
    }
    assert_eq!(
        dynamic(&overlay(r#""position": {"x": -5}, "timing": {"start": 0}"#)),
        "l-text,i-x,lx-N5,lso-0,l-end"
    );
}

#[test]
fn ratios_and_expressions_have_numbers_that_can_be() {
    let refused = |step| {
        let ik = client();
        ik.url("a.jpg")
            .transform(step)
            .build()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(Transformation::new().aspect_ratio((4, 0))),
        "aspect_ratio: both numbers must be above 0"
    );
    for number in [f64::NAN, f64::INFINITY] {
        let width = Expr::input_width() * number + 1;
        let message = refused(Transformation::new().width(width));
        assert!(message.contains("a number that is not finite"), "{message}");
    }
    let regrouped = || (Expr::base_width() - 10) / 2;
    for (option, overlay) in [
        ("x", Overlay::video("a").x(regrouped())),
        ("y", Overlay::video("a").y(regrouped())),
        ("x_center", Overlay::video("a").x_center(regrouped())),
        ("y_center", Overlay::video("a").y_center(regrouped())),
        ("start", Overlay::video("a").start(regrouped())),
        ("end", Overlay::video("a").end(regrouped())),
        ("duration", Overlay::video("a").duration(regrouped())),
    ] {
        let message = refused(Transformation::new().overlay(overlay));
        let expected = format!("{option}: ImageKit would compute bw_sub_10_div_2 in another order");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn escaped_names_of_parameters_mean_the_same() {
    let url: ImageKitUrl = "https://ik.imagekit.io/demo/a.jpg?t%72=w-300&v=1&ik%2Dt=1700000000"
        .parse()
        .unwrap();
    assert_eq!(url.transformation().as_deref(), Some("w-300"));
    assert_eq!(url.expires_at(), Some(at(1_700_000_000)));
    assert_eq!(url.query_parameters(), [("v".to_owned(), "1".to_owned())]);
}

#[test]
fn tokens_that_are_named_like_data_are_kept_as_they_are() {
    let url: ImageKitUrl = "https://ik.imagekit.io/demo/tr:overlay-xyz/a.jpg"
        .parse()
        .unwrap();
    let json = serde_json::to_string(&url.options()).unwrap();
    let options: UrlOptions = serde_json::from_str(&json).unwrap();
    assert_eq!(options.transformation_string().unwrap(), "overlay-xyz");
}

#[test]
fn a_time_too_far_ahead_is_refused_with_the_name_of_its_option() {
    let json = format!(r#"{{"path": "a.jpg", "expiresAt": {}}}"#, u64::MAX);
    let options: UrlOptions = serde_json::from_str(&json).unwrap();
    let ik = client();
    let error = ik.url_from(&options).build().unwrap_err();
    assert_eq!(error.argument(), Some("expires_at"));
}

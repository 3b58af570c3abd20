//! What holds for every URL.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::ImageKit;
use imagekitio::url::{
    Encoding, OverlayOptions, OverlayPosition, OverlayTiming, OverlayType, ParameterValue,
    QueryParameters, Step, StepValue, TransformationPosition, UrlOptions, UrlStyle, Verification,
};
use proptest::prelude::*;

const NOW: u64 = 1_700_000_000;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .private_key("private_key_test")
        .build()
        .unwrap()
}

fn value() -> impl Strategy<Value = ParameterValue> {
    prop_oneof![
        (-1000_i64..5000).prop_map(ParameterValue::Integer),
        (-100.0..100.0_f64).prop_map(ParameterValue::Float),
        any::<bool>().prop_map(ParameterValue::Bool),
        "[a-zA-Z0-9_.@-]{0,8}".prop_map(ParameterValue::String),
        "[ -+\\--9;-~é€😀]{0,6}"
            .prop_filter("a slash ends a path", |text| !text.contains('/'))
            .prop_map(ParameterValue::String),
        proptest::collection::vec((1_i64..2000).prop_map(ParameterValue::Integer), 0..4)
            .prop_map(ParameterValue::List),
        Just(ParameterValue::Null),
    ]
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(
        "width height aspectRatio focus x rotation defaultImage fontFamily sharpen effect_shadow grayscale trim raw \
         lossless named page effect_gray unsharpMask background brandNew e-new w dpr original streamingResolutions \
         aiEdit colorReplace"
            .split_whitespace()
            .collect::<Vec<_>>(),
    )
    .prop_map(str::to_owned)
}

fn parameter() -> impl Strategy<Value = (String, StepValue)> {
    (name(), value()).prop_map(|(name, value)| (name, StepValue::Parameter(value)))
}

fn overlay(inner: BoxedStrategy<Vec<Step>>) -> impl Strategy<Value = (String, StepValue)> {
    let kinds = proptest::sample::select(vec![
        OverlayType::Text,
        OverlayType::Image,
        OverlayType::Video,
        OverlayType::Subtitle,
        OverlayType::SolidColor,
    ]);
    let encodings = proptest::option::of(proptest::sample::select(vec![
        Encoding::Auto,
        Encoding::Plain,
        Encoding::Base64,
    ]));
    let option = || proptest::option::of(value());
    (
        kinds,
        "[a-zA-Z0-9 é$,:?-]{1,8}",
        encodings,
        [option(), option(), option(), option()],
        inner,
    )
        .prop_map(|(kind, content, encoding, [x, focus, start, end], steps)| {
            let mut overlay = OverlayOptions::default();
            overlay.r#type = kind;
            match kind {
                OverlayType::Text => overlay.text = Some(content),
                OverlayType::SolidColor => {
                    overlay.color = Some(content.replace([',', ':'], ""))
                        .filter(|c| !c.is_empty())
                        .or(Some("red".into()))
                }
                _ => overlay.input = Some(content.replace([',', ':'], "x")),
            }
            overlay.encoding = encoding;
            let mut position = OverlayPosition::default();
            position.x = x;
            position.focus = focus;
            overlay.position = Some(position);
            let mut timing = OverlayTiming::default();
            timing.start = start;
            timing.end = end;
            overlay.timing = Some(timing);
            overlay.transformation = steps;
            ("overlay".to_owned(), StepValue::Overlay(Box::new(overlay)))
        })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = proptest::collection::vec(
        proptest::collection::vec(parameter(), 0..4).prop_map(Step),
        0..3,
    )
    .boxed();
    leaf.prop_recursive(3, 24, 3, |inner| {
        let entry = prop_oneof![3 => parameter(), 1 => overlay(inner)];
        proptest::collection::vec(proptest::collection::vec(entry, 0..3).prop_map(Step), 0..3)
            .boxed()
    })
}

prop_compose! {
    fn options()(
        path in "[a-zA-Z0-9/ é%?#&+.😀]{1,20}",
        steps in steps(),
        query in proptest::collection::vec(("[a-hj-s é&=+%]{1,6}", "[ -~é]{0,8}"), 0..3),
        position in proptest::sample::select(vec![TransformationPosition::Path, TransformationPosition::Query]),
        style in proptest::sample::select(vec![UrlStyle::Encoded, UrlStyle::Readable]),
        signed in any::<bool>(),
        expires_in in proptest::option::of(1_u64..100_000),
    ) -> UrlOptions {
        let mut options = UrlOptions::default().unchecked_numbers();
        options.path = Some(path);
        options.transformation = steps;
        options.query_parameters = QueryParameters(
            query.into_iter().map(|(name, value)| (name, ParameterValue::String(value))).collect(),
        );
        options.transformation_position = Some(position);
        options.url_style = Some(style);
        options.signed = Some(signed);
        options.expires_in = expires_in;
        options
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_built_parses_back_and_builds_the_same_bytes(options in options()) {
        let ik = client();
        let Ok(url) = ik.url_from(&options).build_at(now()) else { return Ok(()) };
        let parsed = ik.parse(&url).unwrap();
        prop_assert_eq!(parsed.to_string(), url.clone());
        prop_assert_eq!(parsed.endpoint(), "https://ik.imagekit.io/demo");
        prop_assert_eq!(parsed.transformation_position().is_some(), !options.transformation_string().unwrap().is_empty());
        let query: Vec<_> = options.query_parameters.0.iter().map(|(name, value)| match value {
            ParameterValue::String(value) => (name.clone(), value.clone()),
            _ => unreachable!(),
        }).collect();
        prop_assert_eq!(parsed.query_parameters(), query);
        let written = options.transformation_string().unwrap();
        if !written.is_empty() && options.transformation_position == Some(TransformationPosition::Path) {
            prop_assert_eq!(parsed.transformation(), Some(written));
        }
        let again = parsed.options();
        prop_assert_eq!(ik.url_from(&again).build_at(now()).unwrap(), url.clone());

        let json = serde_json::to_string(&again).unwrap();
        let read: UrlOptions = serde_json::from_str(&json).unwrap();
        let read = read.unchecked_numbers();
        prop_assert_eq!(&read, &again);
        prop_assert_eq!(ik.url_from(&read).build_at(now()).unwrap(), url);
    }

    #[test]
    fn a_prepared_url_is_the_built_one(options in options()) {
        let ik = client();
        let Ok(url) = ik.url_from(&options).build_at(now()) else { return Ok(()) };
        let mut prepared = "before ".to_owned();
        ik.url_from(&options).prepare().unwrap().write_to_at(&mut prepared, now());
        prop_assert_eq!(prepared, format!("before {url}"));
    }

    #[test]
    fn every_signed_url_verifies_and_no_changed_one_does(options in options(), place in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let ik = client();
        let mut options = options;
        options.signed = Some(true);
        let Ok(url) = ik.url_from(&options).build_at(now()) else { return Ok(()) };
        let expires_at = options.expires_in.map(|seconds| now() + Duration::from_secs(seconds));
        prop_assert_eq!(ik.verify_at(&url, now()).unwrap(), Verification::Valid { expires_at });
        if let Some(expired_at) = expires_at {
            let just_before = expired_at - Duration::from_secs(1);
            prop_assert_eq!(ik.verify_at(&url, just_before).unwrap(), Verification::Valid { expires_at });
            prop_assert_eq!(ik.verify_at(&url, expired_at).unwrap(), Verification::Expired { expired_at });
        }

        let mut bytes = url.clone().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(!matches!(ik.verify_at(&changed, now()).unwrap(), Verification::Valid { .. }), "{}", changed);
        let mut shorter = url.clone();
        shorter.remove(place);
        prop_assert!(!matches!(ik.verify_at(&shorter, now()).unwrap(), Verification::Valid { .. }), "{}", shorter);
    }

    #[test]
    fn nothing_panics_on_arbitrary_bytes(
        text in "\\PC{0,60}",
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        support::urls::check(&bytes);
        support::urls::check(text.as_bytes());
        support::urls::check(format!("https://ik.imagekit.io/demo/tr:{text}").as_bytes());
        support::urls::check(format!("https://ik.imagekit.io/demo/a.jpg?tr={text}").as_bytes());
    }
}

#[test]
fn nothing_panics_on_the_fuzz_corpus_and_its_pieces() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/corpus/urls");
    let mut count = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for end in 0..=bytes.len() {
            support::urls::check(&bytes[..end]);
            support::urls::check(&bytes[end..]);
        }
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn every_single_changed_byte_is_noticed() {
    let ik = client();
    let url = ik
        .url("/folder/a b.jpg")
        .query("v", "1 2")
        .transform(imagekitio::Transformation::new().width(300).named("x"))
        .transformation_position(TransformationPosition::Query)
        .expires_in(Duration::from_secs(300))
        .build_at(now())
        .unwrap();
    for place in 0..url.len() {
        for byte in 0..128 {
            let mut bytes = url.clone().into_bytes();
            if std::mem::replace(&mut bytes[place], byte) == byte {
                continue;
            }
            let changed = String::from_utf8(bytes).unwrap();
            let found = ik.verify_at(&changed, now()).unwrap();
            assert!(
                matches!(found, Verification::Invalid | Verification::Unsigned),
                "{changed}: {found:?}"
            );
        }
    }
}

#[test]
fn clients_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<ImageKit>();
    shared::<imagekitio::url::Preset>();
    shared::<imagekitio::url::PreparedUrl>();
    shared::<imagekitio::Transformation>();
}

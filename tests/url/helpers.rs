//! URLs that otherwise are made by hand: generated files, names, downloads, expiries on a grid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::url::*;
use imagekitio::*;

const ENDPOINT: &str = "https://ik.imagekit.io/demo";
const KEY: &str = "private_key_test";

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint(ENDPOINT)
        .private_key(KEY)
        .build()
        .unwrap()
}

/// Compares lines of `what => result` with the snapshot.
fn snapshot(topic: &str, lines: &[(&str, UrlBuilder<'_>)]) {
    let text = lines.iter().fold(String::new(), |text, (what, url)| {
        let result = match url.build() {
            Ok(url) => url,
            Err(error) => format!("error: {error}"),
        };
        format!("{text}{what}\n    {result}\n")
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/url");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(topic, text));
}

/// Pairs the source text of a URL with the URL.
macro_rules! urls {
    ($($start:ident($file:expr)$(.$method:ident($($argument:expr),*))+;)*) => {
        vec![$((
            concat!(
                stringify!($start), "(", stringify!($file), ")",
                $(".", stringify!($method), "(", stringify!($($argument),*), ")"),+
            ),
            IK.with(|ik| *ik).$start($file)$(.$method($($argument),*))+,
        )),*]
    };
}

thread_local! {
    static IK: &'static ImageKit = Box::leak(Box::new(client()));
}

fn width(pixels: i32) -> Transformation {
    Transformation::new().width(pixels)
}

fn language(code: &str) -> Transformation {
    Transformation::new().language(code)
}

#[test]
fn generated_files_and_names() {
    snapshot(
        "generated_files_and_names",
        &urls! {
            url("cars/red.jpg").ai_generate("a red car");
            url("/cars/red.jpg").ai_generate("a red car").transform(width(800));
            url("a b.jpg").ai_generate("50 % off: ä/ö, ?&#\"").transform(width(800)).signed(true);
            url("a.jpg").ai_generate("x>>?").query("v", "2");
            url("a.jpg").ai_generate("");
            url("../a.jpg").ai_generate("a car");
            src("https://ik.imagekit.io/demo/a.jpg").ai_generate("a car");
            url("https://ik.imagekit.io/demo/a.jpg").ai_generate("a car");

            url("products/81723.jpg").seo_name("red-shoes");
            url("/products/81723.v2.JPG").seo_name("Größe 42, rot").transform(width(300));
            url("81723.jpg").seo_name("100% wool").signed(true);
            url(FilePath::literal("50%20off.jpg")).seo_name("100% wool");
            url("https://example.com/img/a.jpg").seo_name("red-shoes");
            url("https://example.com/img/a.jpg").seo_name("red-shoes").signed(true);
            url("https://example.com/img/a.jpg?v=1").seo_name("red-shoes");
            url("a.jpg").seo_name("");
            url("a.jpg").seo_name("a/b");
            url("a.jpg").seo_name("a%2Fb");
            url("a.jpg").seo_name("a%255cb");
            url("a.jpg").seo_name("a\nb");
            url("a.jpg").seo_name("tr:w-1");
            url("tr:w-1/a.jpg").seo_name("a");
            url("a/../b.jpg").seo_name("a");
            url("a").seo_name("name");
            url(".jpg").seo_name("name");
            url("a.b/c").seo_name("name");
            url("a.").seo_name("name");
            src("https://ik.imagekit.io/demo/a.jpg").seo_name("name");

            url("film.mp4").generated_subtitles();
            url("film.mp4").generated_subtitles().transform(language("fr"));
            url("film.mp4").generated_subtitles().transform(language("pt-BR")).signed(true);
            url("film.mp4").generated_subtitles().transform(language("fr,w-1"));
            url("film.mp4").generated_subtitles().transform(language("fr/.."));
            url("film.mp4").generated_subtitles().transform(language("fr%2Cw-1"));
            url("film.mp4").generated_transcript().transform(Transformation::new().start_offset(2).end_offset(8));
            url("film.mp4").generated_chapters().transform_query(language("de"));
            url("film.mp4").seek_thumbnails();
            src("https://ik.imagekit.io/demo/film.mp4?v=1").generated_subtitles().transform(language("fr"));
            url("film.mp4").seek_thumbnails().transform(Transformation::new().streaming_resolutions(["240"]));
        },
    );
}

/// A step in the query.
trait TransformQuery {
    fn transform_query(self, step: Transformation) -> Self;
}

impl TransformQuery for UrlBuilder<'_> {
    fn transform_query(self, step: Transformation) -> Self {
        self.transform(step)
            .transformation_position(TransformationPosition::Query)
    }
}

#[test]
fn downloads() {
    snapshot(
        "downloads",
        &urls! {
            url("a.jpg").attachment();
            url("a.jpg").attachment().attachment();
            url("a.jpg").attachment_filename("summer sale");
            url("a.jpg").attachment_filename("one").attachment().attachment_filename("Größe & Co").transform(width(300));
            url("a.jpg").attachment_filename("x").url_style(UrlStyle::Readable).signed(true);
            src("https://ik.imagekit.io/demo/a.jpg?v=1").attachment_filename("x");
            url("a.svg").sanitize_svg();
            url("a.svg").sanitize_svg().attachment().signed(true);
            url("a.jpg").attachment_filename("");
            url("a.jpg").attachment_filename(" ");
            url("a.jpg").attachment_filename("a/b");
            url("a.jpg").attachment_filename("a\\b");
            url("a.jpg").attachment_filename("a\r\nset-cookie: b");
            url("a.jpg").attachment_filename("a\"; b=\"c");
        },
    );
}

#[test]
fn values_without_a_part() {
    let gradient = || Gradient::new().from_color("00000000").to_color("00000090");
    let steps = [
        Transformation::new().color_replace(ColorReplace::with_tolerance("#FF0000", 30)),
        Transformation::new().color_replace(ColorReplace::with_tolerance("red", 101)),
        Transformation::new().colorize(Colorize::default()),
        Transformation::new().colorize(Colorize::default().intensity(50)),
        Transformation::new().colorize("-"),
        Transformation::new()
            .width(1)
            .colorize(Colorize::default())
            .height(2),
        Transformation::new().overlay(Overlay::gradient_block(Gradient::new())),
        Transformation::new().overlay(
            Overlay::gradient_block(gradient())
                .width(Expr::base_width())
                .height(400)
                .focus(Anchor::Bottom),
        ),
        Transformation::new().page(Page::layers(["layer-4"])),
        Transformation::new().page(Page::layers(["front side", "Rück_seite"])),
        Transformation::new().page(Page::layers([])),
        Transformation::new().page(Page::layers(["a", ""])),
        Transformation::new().page(Page::layers(["a\"_\"b"])),
        Transformation::new().page(Page::layers(["a%22_%2522b"])),
        Transformation::new().page(Page::layers(["a,w-1"])),
        Transformation::new().page(Page::layers(["a%3Aw-1"])),
    ];
    let ik = client();
    let written: Vec<String> = steps
        .into_iter()
        .map(|step| match ik.url("a.psd").transform(step).build() {
            Ok(url) => url.replace(ENDPOINT, ""),
            Err(error) => error.argument().unwrap().to_owned(),
        })
        .collect();
    assert_eq!(
        written,
        [
            "/tr:cr-FF0000_30/a.psd",
            "color_replace tolerance",
            "/tr:e-colorize/a.psd",
            "/tr:e-colorize-in-50/a.psd",
            "/tr:e-colorize/a.psd",
            "/tr:w-1,e-colorize,h-2/a.psd",
            "/tr:l-image,i-ik_canvas,e-gradient,l-end/a.psd",
            "/tr:l-image,i-ik_canvas,lfo-bottom,e-gradient-from-00000000_to-00000090,w-bw,h-400,l-end/a.psd",
            "/tr:pg-name-%22layer-4%22/a.psd",
            "/tr:pg-name-%22front%20side%22_%22R%C3%BCck_seite%22/a.psd",
            "page",
            "page",
            "page",
            "page",
            "page",
            "page",
        ]
    );
}

#[test]
fn what_is_built_is_read_back_and_verified() {
    let ik = client();
    let gradient = Overlay::gradient_block(Gradient::new().direction(90)).width(100);
    let urls = [
        ik.url("cars/red.jpg")
            .ai_generate("a red car, fast")
            .transform(width(800)),
        ik.url("products/81723.jpg")
            .seo_name("Größe 42")
            .transform(width(300)),
        ik.url("film.mp4")
            .generated_subtitles()
            .transform(language("fr")),
        ik.url("a.jpg")
            .attachment_filename("summer sale")
            .transform(width(3)),
        ik.url("a.svg").sanitize_svg(),
        ik.url("a.psd").transform(
            Transformation::new()
                .page(Page::layers(["a b", "c"]))
                .colorize(Colorize::default().intensity(50))
                .color_replace(ColorReplace::with_tolerance("red", 3))
                .overlay(gradient),
        ),
    ];
    for url in urls {
        for signed in [false, true] {
            let built = url.clone().signed(signed).build().unwrap();
            let options = ik.parse(&built).unwrap().options();
            assert_eq!(ik.url_from(&options).build().unwrap(), built);
            let expected = match signed {
                true => Verification::Valid { expires_at: None },
                false => Verification::Unsigned,
            };
            assert_eq!(ik.verify(&built).unwrap(), expected, "{built}");
        }
    }
}

#[test]
fn the_dynamic_form_knows_the_language() {
    let options = |json: &str| -> UrlOptions { serde_json::from_str(json).unwrap() };
    let good = options(r#"{"path": "a.mp4", "transformation": [{"lang": "pt-BR"}]}"#);
    assert_eq!(good.strict().transformation_string().unwrap(), "lang-pt-BR");
    let bad = options(r#"{"path": "a.mp4", "transformation": [{"lang": "fr,w-1"}]}"#);
    let error = bad.transformation_string().unwrap_err();
    assert_eq!(error.argument(), Some("lang"));
}

fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

#[test]
fn an_expiry_on_a_grid_stays_for_a_while() {
    let ik = client();
    let expiry = |now: u64, min: Duration, grid: u64| {
        let url = ik
            .url("a.jpg")
            .expires_within(min, Duration::from_secs(grid))
            .build_at(at(now))?;
        let verified = ik.verify_at(&url, at(now))?;
        let Verification::Valid {
            expires_at: Some(expires_at),
        } = verified
        else {
            panic!("{verified:?}")
        };
        Ok::<u64, Error>(expires_at.duration_since(UNIX_EPOCH).unwrap().as_secs())
    };
    let minute = Duration::from_secs(60);
    let start = 1_700_000_000_000;
    for (now, min, grid, expected) in [
        // 1_700_000_040 is a multiple of 60.
        (start, minute, 60, 1_700_000_100),
        (start + 39_999, minute, 60, 1_700_000_100),
        (start + 40_000, minute, 60, 1_700_000_100),
        (start + 40_001, minute, 60, 1_700_000_160),
        (start, minute, 1, 1_700_000_060),
        (start + 1, minute, 1, 1_700_000_061),
        (start, Duration::from_millis(1500), 1, 1_700_000_002),
        (start, minute, 3600, 1_700_002_800),
        (start, Duration::from_secs(1), 9_999_999_998, 9_999_999_998),
    ] {
        assert_eq!(
            expiry(now, min, grid).unwrap(),
            expected,
            "{now} {min:?} {grid}"
        );
    }
    // Every URL lives for at least `min` and less than `min + grid`.
    for now in (start..start + 4_000_000).step_by(7_919) {
        let expiry = at(1000 * expiry(now, minute, 300).unwrap());
        let left = expiry.duration_since(at(now)).unwrap();
        assert!(left >= minute && left < Duration::from_secs(360), "{now}");
    }
}

#[test]
fn an_expiry_on_a_grid_is_the_same_everywhere() {
    let ik = client();
    let (min, grid) = (Duration::from_secs(600), Duration::from_secs(1_000_000_000));
    let url = ik.url("a.jpg").expires_within(min, grid);
    let prepared = url.prepare().unwrap();
    assert_eq!(prepared.build(), url.build().unwrap());
    let (mut one, mut other) = (String::new(), String::new());
    prepared.write_to_at(&mut one, at(1_700_000_000_000));
    prepared.write_to_at(&mut other, at(1_900_000_000_000));
    assert_eq!(one, other);
    let image = url.responsive().width(100).build().unwrap();
    assert!(
        image.srcset.contains("ik-t=2000000000&"),
        "{}",
        image.srcset
    );
}

#[test]
fn an_expiry_on_a_grid_has_limits() {
    let ik = client();
    let second = Duration::from_secs(1);
    let refused = |min: Duration, grid: Duration, now: u64| {
        let url = ik.url("a.jpg").expires_within(min, grid);
        let error = url.build_at(at(now)).unwrap_err();
        (error.kind(), error.argument().unwrap().to_owned())
    };
    for (min, grid, now) in [
        (Duration::ZERO, second, 1),
        (Duration::from_millis(999), second, 1),
        (second, Duration::ZERO, 1),
        (second, Duration::from_millis(999), 1),
        (second, Duration::from_millis(1500), 1),
        (second, Duration::from_secs(10_000_000_000), 1),
        (second, Duration::MAX, 1),
        (Duration::MAX, second, 1),
        (
            Duration::from_secs(u64::MAX),
            Duration::from_secs(u64::MAX),
            1,
        ),
    ] {
        assert_eq!(
            refused(min, grid, now),
            (ErrorKind::InvalidInput, "expires_within".to_owned()),
            "{min:?} {grid:?}"
        );
    }
    let without_key = UrlBuilder::new(ENDPOINT)
        .path("a.jpg")
        .expires_within(second, second);
    assert_eq!(
        without_key.build().unwrap_err().argument(),
        Some("private_key")
    );
}

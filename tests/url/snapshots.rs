//! What every setter, every option of an overlay and every documented sample gives, one snapshot
//! file per topic.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use imagekitio::client_auth::AuthenticationBuilder;
use imagekitio::phash::phash_distance;
use imagekitio::url::*;
use imagekitio::*;

/// Compares lines of `what => result` with the topic's snapshot.
fn snapshot(topic: &str, lines: &[(&str, String)]) {
    let text = lines
        .iter()
        .fold(String::new(), |mut text, (what, result)| {
            writeln!(text, "{what}\n    {result}").unwrap();
            text
        });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/url");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(topic, text));
}

/// Pairs the source text of calls on a step with what they give.
macro_rules! steps {
    ($($method:ident($($argument:expr),*))*) => {
        [$((
            concat!(stringify!($method), "(", stringify!($($argument),*), ")"),
            Transformation::new().$method($($argument),*).to_string(),
        )),*]
    };
}

/// Pairs the source text of calls on an overlay with what they give.
macro_rules! overlays {
    ($start:expr => $($method:ident($($argument:expr),*))*) => {
        [$((
            concat!(stringify!($start), ".", stringify!($method), "(", stringify!($($argument),*), ")"),
            Transformation::new().overlay($start.$method($($argument),*)).to_string(),
        )),*]
    };
}

#[test]
fn image_parameters() {
    snapshot(
        "image_parameters",
        &steps! {
            width(300) width(0.5) width("auto") width(Expr::input_width() / 2)
            height(300) height(Expr::current_height() * 0.4)
            aspect_ratio((4, 3)) aspect_ratio(1.5) aspect_ratio("16_9") aspect_ratio(Expr::input_aspect_ratio() / 2)
            crop(Crop::MaintainRatio) crop(Crop::MaintainRatioNoEnlarge) crop(Crop::Force) crop(Crop::AtMax)
            crop(Crop::AtMaxEnlarge) crop(Crop::AtLeast) crop("brand_new")
            crop_mode(CropMode::PadResize) crop_mode(CropMode::PadResizeNoEnlarge) crop_mode(CropMode::Extract)
            crop_mode(CropMode::PadExtract) crop_mode(CropMode::PadExtractNoShrink)
            focus(Focus::Center) focus(Focus::TopLeft) focus(Focus::Auto) focus(Focus::Face) focus(Focus::Custom)
            focus(Focus::AutoCustomOverride) focus("car_dog")
            zoom(1.25) x(-10) x(Expr::input_width() - 10) y(20) x_center(5) y_center(Expr::input_height() / 2)
            dpr(2) dpr(0.1) dpr("auto") quality(80) quality("80")
            format(Format::Auto) format(Format::Webp) format(Format::Jpg) format(Format::Jpeg) format(Format::Png)
            format(Format::Gif) format(Format::Svg) format(Format::Avif) format(Format::Mp4) format(Format::Webm)
            format(Format::Original)
            density(300) density(Expr::input_density() * 2)
            lossless(true) lossless(false) progressive(true) metadata(true) color_profile(false)
            content_credentials(true) original(true) default_image("/folder/default.jpg") named("thumb")
            radius(10) radius(Radius::max()) radius(Radius::corners([10, 20, 30, 40])) radius("10_max_20_30")
            background("FF0000") background(Color::rgb(255, 0, 128).opacity(50)) background(Background::dominant())
            background(Background::gradient_dominant()) background(Background::gradient_dominant_of(4))
            background(Background::blurred()) background(Background::blurred_by(25, -15))
            background(Background::generative_fill()) background(Background::generative_fill_with("a beach, at night"))
            border(Border::new(10, "FF0000")) border(Border::new(Expr::current_width() * 0.05, "yellow"))
            rotation(90) rotation(-40) rotation(12.5) rotation(Rotation::auto()) rotation("V90")
            flip(Flip::Horizontal) flip(Flip::Vertical) flip(Flip::Both) flip("v_h")
            blur(10) opacity(50) trim(true) trim(false) trim(5)
            page(2) page(Page::list([1, 3, 5])) page(Page::range(2, Some(4))) page(Page::range(4, None)) page("name-layer-4")
        },
    );
}

#[test]
fn effects() {
    snapshot(
        "effects",
        &steps! {
            grayscale() contrast_stretch() sharpen(Sharpen::auto()) sharpen(10) sharpen(0.5)
            unsharp_mask(UnsharpMask::new(2.0, 2.0, 0.8, 0.024)) unsharp_mask("2-2-0.8-0.024")
            shadow(Shadow::new()) shadow(Shadow::new().blur(15).saturation(40).x(10).y(-5))
            gradient(Gradient::new())
            gradient(Gradient::new().direction("top").from_color("green").to_color("00FF0010").stop_point(1))
            gradient(Gradient::new().direction(45).stop_point(Expr::current_height() / 2))
            colorize(Colorize::new("red")) colorize(Colorize::new("red").intensity(50))
            distort(Distort::perspective([(10, 20), (100, 20), (100, 200), (10, -200)])) distort(Distort::arc(-45))
            color_replace(ColorReplace::new("ff0000")) color_replace(ColorReplace::between("0000FF", "FF0000", 10))
        },
    );
}

#[test]
fn ai_effects() {
    snapshot(
        "ai_effects",
        &steps! {
            ai_remove_background() ai_remove_background_external() ai_retouch() ai_upscale() ai_variation()
            ai_drop_shadow(DropShadow::new()) ai_drop_shadow(DropShadow::new().azimuth(45).elevation(30).saturation(60))
            ai_change_background("snow road") ai_edit("make it vintage, please: 100 %")
            set("aiEdit", "prompt-make it vintage")
        },
    );
}

#[test]
fn video_and_streaming() {
    let ik = ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .build()
        .unwrap();
    let step = || {
        Transformation::new().streaming_resolutions([
            Resolution::P240,
            Resolution::P480,
            Resolution::P1080,
        ])
    };
    let mut lines = steps! {
        video_codec(VideoCodec::H264) video_codec(VideoCodec::Vp9) video_codec(VideoCodec::Av1)
        video_codec(VideoCodec::None) audio_codec(AudioCodec::Aac) audio_codec(AudioCodec::Opus)
        audio_codec(AudioCodec::None) start_offset(5.5) start_offset(Duration::from_millis(1500))
        end_offset(20) end_offset(Expr::input_duration() - 2) duration(10) duration("du_mul_0.5")
        streaming_resolutions([Resolution::P240, Resolution::P360, Resolution::P480, Resolution::P720])
        streaming_resolutions(["1080", "1440", "2160", "4320"])
    }
    .to_vec();
    lines.extend([
        (
            "url.hls()",
            ik.url("video.mp4").transform(step()).hls().build().unwrap(),
        ),
        (
            "url.dash()",
            ik.url("video.mp4")
                .transform(step())
                .dash()
                .build()
                .unwrap(),
        ),
        (
            "url.thumbnail()",
            ik.url("video.mp4")
                .transform(Transformation::new().start_offset(5))
                .thumbnail()
                .build()
                .unwrap(),
        ),
        ("url.video()", ik.url("clip").video().build().unwrap()),
        (
            "url.gif_to_mp4()",
            ik.url("a.gif").gif_to_mp4().build().unwrap(),
        ),
        (
            "src.thumbnail()",
            ik.src("https://ik.imagekit.io/demo/video.mp4?v=1")
                .thumbnail()
                .build()
                .unwrap(),
        ),
    ]);
    snapshot("video_and_streaming", &lines);
}

#[test]
fn text_overlays() {
    snapshot(
        "text_overlays",
        &overlays! {
            Overlay::text("Hello World") =>
            font_size(20) font_size(Expr::base_width() * 0.1) font_family("Arial") font_family("fonts/Poppins.ttf")
            font_color("FF0000") typography([Typography::Bold, Typography::Italic]) typography(["b_i_strikethrough"])
            width(300) width(Expr::base_width() / 2) line_height(20) inner_alignment(InnerAlignment::Left)
            inner_alignment(InnerAlignment::Center) inner_alignment(InnerAlignment::Right)
            padding(5) padding(Padding::sides([10, 20, 30, 40])) padding("10_20") padding(Expr::base_width() * 0.05)
            alpha(5) background("F3F3F350") radius(10) radius(Radius::max()) rotation(-45) flip(Flip::Both)
            encoding(Encoding::Auto) encoding(Encoding::Plain) encoding(Encoding::Base64)
            transform(Transformation::new().set("fontSize", 20).set("color", "red"))
        },
    );
}

#[test]
fn positions_and_timing() {
    snapshot(
        "positions_and_timing",
        &overlays! {
            Overlay::image("logo.png") =>
            x(10) x(-10) x(0) x(Expr::base_width() * 0.2) y(20) y("bh_div_2")
            x_center(50) y_center(Expr::base_height() / 2)
            focus(Anchor::Center) focus(Anchor::Top) focus(Anchor::Left) focus(Anchor::Bottom) focus(Anchor::Right)
            focus(Anchor::TopLeft) focus(Anchor::TopRight) focus(Anchor::BottomLeft) focus(Anchor::BottomRight)
            anchor_point(Anchor::Center) anchor_point(Anchor::BottomRight)
            start(1.5) start(Duration::from_secs(2)) end(Expr::base_duration() - 1) duration(10)
            layer_mode(LayerMode::Multiply) layer_mode(LayerMode::Displace) layer_mode(LayerMode::Cutout)
            layer_mode(LayerMode::Cutter)
            encoding(Encoding::Base64) encoding(Encoding::Plain)
            transform(Transformation::new().width(100).rotation(90))
        },
    );
}

#[test]
fn other_overlays() {
    let inner = Transformation::new().overlay(Overlay::text("inner").font_size(10));
    let middle = Transformation::new()
        .width(100)
        .overlay(Overlay::image("middle.png").transform(inner));
    let mut lines = vec![
        (
            "a path that needs base64",
            Transformation::new()
                .overlay(Overlay::image("a,b.png"))
                .to_string(),
        ),
        (
            "a path in a folder",
            Transformation::new()
                .overlay(Overlay::image("/a/b/c.png"))
                .to_string(),
        ),
        (
            "text that needs base64",
            Transformation::new()
                .overlay(Overlay::text("हिन्दी"))
                .to_string(),
        ),
        (
            "a video",
            Transformation::new()
                .overlay(Overlay::video("a/b.mp4").start(1))
                .to_string(),
        ),
        (
            "a block",
            Transformation::new()
                .overlay(Overlay::solid_color("red"))
                .to_string(),
        ),
        (
            "three in one another",
            Transformation::new()
                .overlay(Overlay::image("outer.png").transform(middle))
                .to_string(),
        ),
    ];
    lines.extend(overlays! {
        Overlay::subtitle("sub.srt") =>
        background("red") font_size(20) font_family("Arial") color("yellow") typography([Typography::Bold])
        font_outline(2) font_outline(FontOutline::new(2, "A1CCDD50")) font_shadow(FontShadow::new("A1CCDD", 3))
    });
    lines.extend(overlays! {
        Overlay::solid_color("FF0000") =>
        width(300) height(Expr::base_height()) radius(Radius::max()) alpha(5)
        gradient(Gradient::new()) gradient(Gradient::new().from_color("red").to_color("white"))
    });
    snapshot("other_overlays", &lines);
}

#[test]
fn expressions_and_conditions() {
    let width = || Transformation::new().width(300);
    let line = |what: &'static str, expression: Expr| {
        (what, Transformation::new().width(expression).to_string())
    };
    let when = |what: &'static str, condition: Condition| {
        (what, Transformation::when(condition, width()).to_string())
    };
    snapshot(
        "expressions_and_conditions",
        &[
            line("input", Expr::input_width() + Expr::input_height()),
            line(
                "aspect ratios",
                Expr::input_aspect_ratio() * Expr::current_aspect_ratio()
                    / Expr::base_aspect_ratio(),
            ),
            line("current", Expr::current_width() - Expr::current_height()),
            line("base", Expr::base_width() % Expr::base_height()),
            line("density", Expr::input_density() * 2),
            line("durations", Expr::input_duration() / Expr::base_duration()),
            line("power", Expr::input_width().pow(2)),
            line(
                "precedence as in Rust",
                Expr::input_width() + Expr::input_height() / 2 - 10,
            ),
            line("variable", Expr::variable("brandNew") * 0.5),
            when("equal", Condition::width().eq(100)),
            when("not equal", Condition::height().ne(100)),
            when("greater", Condition::aspect_ratio().gt(1.5)),
            when("greater or equal", Condition::input_width().gte(100)),
            when("less", Condition::input_height().lt(100)),
            when("less or equal", Condition::input_aspect_ratio().lte(1)),
            when(
                "and",
                Condition::width().gt(1).and(Condition::height().gt(2)),
            ),
            when(
                "or",
                Condition::width().gt(1).or(Condition::height().gt("ih")),
            ),
            (
                "otherwise",
                Transformation::when_else(
                    Condition::width().gt(1),
                    width(),
                    Transformation::new().rotation(90),
                )
                .to_string(),
            ),
        ],
    );
}

const L: &str = "https://ik.imagekit.io/fl0osl7rq9";
const Y: &str = "https://ik.imagekit.io/your_imagekit_id";
const Y_ENDPOINT: &str = "https://ik.imagekit.io/your_imagekit_id/endpoint/";

/// A URL from JSON options, with the clock and the key of the documentation's signed sample.
fn from_json(endpoint: &str, options: &str) -> String {
    let ik = ImageKit::builder()
        .url_endpoint(endpoint)
        .private_key("private_key_test")
        .build()
        .unwrap();
    let options: UrlOptions = serde_json::from_str(options).unwrap();
    ik.url_from(&options)
        .build_at(UNIX_EPOCH + Duration::from_secs(1_658_899_045))
        .unwrap()
}

#[test]
fn documented_samples() {
    let text = "l-text,i-Imagekit,fs-50,l-end";
    let image = "l-image,i-default-image.jpg,w-100,b-10_CDDC39,l-end";
    let block = "l-image,i-ik_canvas,bg-FF0000,w-300,h-100,l-end";
    let over = |path: &str, raw: &str| {
        from_json(
            Y_ENDPOINT,
            &format!(
                r#"{{"path": "{path}", "transformation": [{{"height": 300, "width": 400, "raw": "{raw}"}}]}}"#
            ),
        )
    };
    let src = format!("{Y_ENDPOINT}default-image.jpg");
    snapshot(
        "documented_samples",
        &[
            (
                "1 plain path",
                from_json(Y, r#"{"path": "/default-image.jpg"}"#),
            ),
            (
                "2 resize and raw",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": "200", "width": "200", "raw": "ar-4-3,q-40"}]}"#,
                ),
            ),
            (
                "3 query",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": "200", "width": "200"}], "transformation_position": "query"}"#,
                ),
            ),
            (
                "4 chain",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": "300", "width": "200"}, {"rotation": 90}]}"#,
                ),
            ),
            (
                "5 chain flipped",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"rotation": 90}, {"height": "300", "width": "200"}]}"#,
                ),
            ),
            (
                "6 enhance",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"format": "jpg", "progressive": true, "effect_sharpen": "-", "effect_contrast": "1"}]}"#,
                ),
            ),
            (
                "7 resize",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": "200", "width": "200"}]}"#,
                ),
            ),
            (
                "8 quality",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"quality": "40"}]}"#,
                ),
            ),
            ("9 text overlay", over("/default-image", text)),
            ("10 image overlay", over("/default-image", image)),
            ("11 block", over("/default-image.jpg", block)),
            (
                "12 path",
                from_json(
                    Y_ENDPOINT,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": 300, "width": 400, "raw": "ar-4-3,q-40"}]}"#,
                ),
            ),
            (
                "13 src",
                from_json(
                    Y_ENDPOINT,
                    &format!(
                        r#"{{"src": "{src}", "transformation": [{{"height": 300, "width": 400, "raw": "ar-4-3,q-40"}}]}}"#
                    ),
                ),
            ),
            (
                "14 chain in the query",
                from_json(
                    Y_ENDPOINT,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": 300, "width": 400}, {"rotation": 90}], "transformation_position": "query"}"#,
                ),
            ),
            (
                "15 enhance a src",
                from_json(
                    Y_ENDPOINT,
                    &format!(
                        r#"{{"src": "{src}", "transformation": [{{"format": "jpg", "progressive": "true", "effect_sharpen": "-", "effect_contrast": "1"}}]}}"#
                    ),
                ),
            ),
            (
                "16 signed for 300 s",
                from_json(
                    Y,
                    r#"{"path": "/default-image.jpg", "query_parameters": {"p1": "123", "p2": "345"}, "transformation": [{"height": 300, "width": 400}], "signed": true, "expire_seconds": 300}"#,
                ),
            ),
            ("17 block on a video", over("/img/sample-video", block)),
            (
                "18 arithmetic",
                from_json(
                    Y_ENDPOINT,
                    r#"{"path": "/default-image.jpg", "transformation": [{"height": "ih_div_2", "width": "iw_div_4", "border": "cw_mul_0.05_yellow"}]}"#,
                ),
            ),
            (
                "19 an unknown name",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"effectGray": "e-grayscale"}]}"#,
                ),
            ),
            (
                "20 the bare code",
                from_json(
                    L,
                    r#"{"path": "/default-image.jpg", "transformation": [{"effect_gray": "-"}]}"#,
                ),
            ),
        ],
    );
}

#[test]
fn styles_positions_and_defaults() {
    let step = || {
        Transformation::new()
            .width(300)
            .named("a b")
            .overlay(Overlay::text("x, y").encoding(Encoding::Plain))
    };
    let builder = || {
        ImageKit::builder()
            .url_endpoint("https://ik.imagekit.io/demo")
            .private_key("private_key_test")
    };
    let defaults = builder()
        .transformation_position(TransformationPosition::Query)
        .url_style(UrlStyle::Readable)
        .default_transformation(Transformation::new().quality(50))
        .default_transformation(Transformation::new().grayscale())
        .default_query("v", "1")
        .default_query("lang", "de fr")
        .signed(true)
        .build()
        .unwrap();
    let plain = builder().build().unwrap();
    let url = |position, style| {
        plain
            .url("a.jpg")
            .query("x y", "~*'é")
            .transform(step())
            .transformation_position(position)
            .url_style(style)
            .build()
            .unwrap()
    };
    snapshot(
        "styles_positions_and_defaults",
        &[
            (
                "path, encoded",
                url(TransformationPosition::Path, UrlStyle::Encoded),
            ),
            (
                "path, readable",
                url(TransformationPosition::Path, UrlStyle::Readable),
            ),
            (
                "query, encoded",
                url(TransformationPosition::Query, UrlStyle::Encoded),
            ),
            (
                "query, readable",
                url(TransformationPosition::Query, UrlStyle::Readable),
            ),
            (
                "the client's defaults",
                defaults.url("a.jpg").build().unwrap(),
            ),
            ("overridden", {
                let url = defaults
                    .url("a.jpg")
                    .transform(Transformation::new().width(1))
                    .query("v", "2")
                    .signed(false);
                url.transformation_position(TransformationPosition::Path)
                    .url_style(UrlStyle::Encoded)
                    .build()
                    .unwrap()
            }),
            (
                "without a transformation",
                defaults
                    .url("a.jpg")
                    .transform(Transformation::new())
                    .signed(false)
                    .build()
                    .unwrap(),
            ),
            ("a preset behind a step", {
                let preset = Preset::new([
                    Transformation::new().width(1),
                    Transformation::new().rotation(90),
                ])
                .unwrap();
                plain
                    .url("a.jpg")
                    .transform(Transformation::new().blur(2))
                    .preset(&preset)
                    .build()
                    .unwrap()
            }),
        ],
    );
}

#[test]
fn responsive_images() {
    let ik = ImageKit::builder()
        .url_endpoint("https://e.io")
        .private_key("private_key_test")
        .build()
        .unwrap();
    let show = |image: Responsive<'_>| {
        let image = image.build_at(UNIX_EPOCH).unwrap();
        format!(
            "src {}\n    srcset {}\n    sizes {:?}, width {:?}",
            image.src,
            image.srcset.replace(", ", ",\n      "),
            image.sizes,
            image.width
        )
    };
    let image = || ik.url("a.jpg").responsive();
    snapshot(
        "responsive_images",
        &[
            ("nothing is known", show(image())),
            ("width", show(image().width(400))),
            ("width above all", show(image().width(5000))),
            (
                "sizes",
                show(image().sizes("(min-width: 800px) 33vw, 50vw")),
            ),
            (
                "sizes without a share of the window",
                show(
                    image()
                        .sizes("300px")
                        .image_breakpoints([100])
                        .device_breakpoints([640]),
                ),
            ),
            (
                "sizes and width",
                show(
                    image()
                        .sizes("100vw")
                        .width(10)
                        .device_breakpoints([640, 320]),
                ),
            ),
            (
                "own breakpoints",
                show(image().device_breakpoints([1200, 400, 800, 400])),
            ),
            (
                "behind other steps, signed",
                show(
                    ik.url("a.jpg")
                        .transform(Transformation::new().grayscale())
                        .signed(true)
                        .responsive()
                        .width(30)
                        .image_breakpoints([32]),
                ),
            ),
        ],
    );
}

#[test]
fn read_back() {
    let read = |url: &str| {
        let url: ImageKitUrl = url.parse().unwrap();
        let options = serde_json::to_string(&url.options()).unwrap();
        format!(
            "{options}\n    signature {:?}, fragment {:?}",
            url.signature(),
            url.fragment()
        )
    };
    let urls = [
        "https://ik.imagekit.io/demo/tr:w-300,h-N0.5,e-sharpen,lo-false,orig,di-a@@b.jpg:rt-90/folder/a%20b.jpg?v=1&x=a+b#f",
        "https://ik.imagekit.io/demo/a.jpg?v=1&tr=w-300%2Cn-a+b%3Abl-5&ik-t=1700000300&ik-s=0b815c25daa325d754cd946e0379ac03233a9976",
        "https://ik.imagekit.io/demo/a.jpg?tr=w-300,n-a%20b:bl-5",
        "https://images.example.com/a/b.jpg",
        "https://ik.imagekit.io/demo",
        "https://e.io/x/tr:l-image,i-a@@b.png,lx-10,lfo-top,lso-1.5,w-10:l-text,ie-aMOp,l-end,l-end,w-1/a.jpg",
        "https://e.io/tr:l-text,i-Hello%20World,fs-20,l-end,l-image,i-ik_canvas,bg-red,h-5,l-end,l-video,i-a,b,l-end/a.jpg",
        "https://e.io/tr:if-ar_gt_1,w-300,if-else,h-300,if-end,e-new-5,brandNew,w/a.jpg",
        "https://e.io/tr:l-text,i-unclosed,w-1/a.jpg?tr=w-2&tr=w-3",
    ];
    snapshot("read_back", &urls.map(|url| (url, read(url))));
}

#[test]
fn bad_input() {
    let ik = ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .private_key("private_key_test")
        .build()
        .unwrap();
    let keyless = ImageKit::builder().build().unwrap();
    let url = |url: UrlBuilder<'_>| url.build().unwrap_err().to_string();
    let step = |step: Transformation| url(ik.url("a.jpg").transform(step));
    let overlay = |name: &'static str, overlay: Overlay<'_, overlay_kind::TextKind>| {
        (name, step(Transformation::new().overlay(overlay)))
    };
    let client = |endpoint: &str| {
        ImageKit::builder()
            .url_endpoint(endpoint)
            .build()
            .unwrap_err()
            .to_string()
    };
    let json = |options: &str| match serde_json::from_str::<UrlOptions>(options) {
        Ok(options) => url(ik.url_from(&options)),
        Err(error) => error.to_string(),
    };
    let auth = |auth: AuthenticationBuilder<'_>| auth.build_at(UNIX_EPOCH).unwrap_err().to_string();
    let layers = |depth: u32| {
        (0..depth).fold(Transformation::new(), |inner, _| {
            Transformation::new().overlay(Overlay::image("a.png").transform(inner))
        })
    };
    assert!(ik.url("a.jpg").transform(layers(3)).build().is_ok());
    let t = Transformation::new;
    snapshot(
        "bad_input",
        &[
            ("neither path nor src", json("{}")),
            ("an empty path", url(ik.url(""))),
            ("..", url(ik.url("a/../b.jpg"))),
            ("an escaped ..", url(ik.url("a/%2E%2e/b.jpg"))),
            ("a path without endpoint", url(keyless.url("a.jpg"))),
            ("an empty endpoint", client("")),
            ("an endpoint without scheme", client("ik.imagekit.io/demo")),
            (
                "an endpoint with a query",
                client("https://ik.imagekit.io/demo?v=1"),
            ),
            (
                "an endpoint of another scheme",
                client("ftp://ik.imagekit.io/demo"),
            ),
            (
                "an empty private key",
                ImageKit::builder()
                    .private_key("")
                    .build()
                    .unwrap_err()
                    .to_string(),
            ),
            (
                "an empty public key",
                ImageKit::builder()
                    .public_key("")
                    .build()
                    .unwrap_err()
                    .to_string(),
            ),
            (
                "signing without a key",
                url(UrlBuilder::new("https://ik.imagekit.io/demo")
                    .path("a.jpg")
                    .signed(true)),
            ),
            (
                "verifying without an endpoint",
                keyless
                    .verify("https://ik.imagekit.io/demo/a.jpg")
                    .unwrap_err()
                    .to_string(),
            ),
            ("a src that is no URL", url(ik.src("a.jpg"))),
            (
                "signing a src outside the endpoint",
                url(ik.src("https://example.com/a.jpg").signed(true)),
            ),
            (
                "an expiry of zero",
                url(ik.url("a.jpg").expires_in(Duration::ZERO)),
            ),
            (
                "an expiry before 1970",
                url(ik.url("a.jpg").expires_at(UNIX_EPOCH)),
            ),
            ("width", step(t().width(-1))),
            ("height", step(t().height(f64::NAN))),
            ("aspect ratio", step(t().aspect_ratio(0))),
            ("quality 0", step(t().quality(0))),
            ("quality 101", step(t().quality(101))),
            ("blur", step(t().blur(101))),
            ("opacity", step(t().opacity(-1))),
            ("dpr", step(t().dpr(5.1))),
            ("zoom", step(t().zoom(0))),
            ("density", step(t().density(1201))),
            ("trim", step(t().trim(100))),
            ("radius", step(t().radius(-1))),
            ("a corner", step(t().radius(Radius::corners([1, 2, 3, -4])))),
            ("page", step(t().page(0))),
            ("border", step(t().border(Border::new(-1, "red")))),
            (
                "blurred background",
                step(t().background(Background::blurred_by(101, 0))),
            ),
            ("shadow", step(t().shadow(Shadow::new().blur(16)))),
            (
                "gradient",
                step(t().gradient(Gradient::new().direction(360))),
            ),
            (
                "colorize",
                step(t().colorize(Colorize::new("red").intensity(101))),
            ),
            (
                "drop shadow",
                step(t().ai_drop_shadow(DropShadow::new().elevation(91))),
            ),
            (
                "unsharp mask",
                step(t().unsharp_mask(UnsharpMask::new(0.0, 1.0, 1.0, 1.0))),
            ),
            ("sharpen", step(t().sharpen(0))),
            ("start offset", step(t().start_offset(-1))),
            ("x", step(t().x(f64::INFINITY))),
            (
                "an expression that would be regrouped",
                step(t().width((Expr::input_width() + 1) * 2)),
            ),
            (
                "a condition",
                step(Transformation::when(Condition::width().gt(f64::NAN), t())),
            ),
            overlay("alpha", Overlay::text("a").alpha(10)),
            overlay("font size", Overlay::text("a").font_size(0)),
            overlay("start", Overlay::text("a").start(-1)),
            overlay("empty text", Overlay::text("")),
            ("empty input", step(t().overlay(Overlay::image("/")))),
            ("empty colour", step(t().overlay(Overlay::solid_color("")))),
            ("four layers in one another", step(layers(4))),
            (
                "a number in JSON",
                json(r#"{"path": "a.jpg", "transformation": [{"quality": 101}]}"#),
            ),
            (
                "an overlay without content in JSON",
                json(r#"{"path": "a.jpg", "transformation": [{"overlay": {"type": "image"}}]}"#),
            ),
            (
                "an unknown type of overlay in JSON",
                json(r#"{"transformation": [{"overlay": {"type": "hologram"}}]}"#),
            ),
            (
                "an overlay that is none in JSON",
                json(r#"{"transformation": [{"overlay": "logo.png"}]}"#),
            ),
            (
                "an object as a value in JSON",
                json(r#"{"transformation": [{"width": {}}]}"#),
            ),
            (
                "an unknown option in JSON",
                json(r#"{"transformation_position ": "path"}"#),
            ),
            (
                "an unknown position in JSON",
                json(r#"{"transformationPosition": "fake"}"#),
            ),
            ("a negative expiry in JSON", json(r#"{"expiresIn": -1}"#)),
            (
                "a text that is no URL",
                ImageKitUrl::parse("a.jpg").unwrap_err().to_string(),
            ),
            (
                "a lifetime of zero for uploads",
                auth(ik.authentication_parameters().expires_in(Duration::ZERO)),
            ),
            (
                "an hour for uploads",
                auth(
                    ik.authentication_parameters()
                        .expires_in(Duration::from_secs(3600)),
                ),
            ),
            (
                "uploads without a key",
                auth(keyless.authentication_parameters()),
            ),
            (
                "a missing pHash",
                phash_distance("", "00").unwrap_err().to_string(),
            ),
            (
                "a pHash with another letter",
                phash_distance("00", "0g").unwrap_err().to_string(),
            ),
            (
                "hashes of different length",
                phash_distance("00", "000").unwrap_err().to_string(),
            ),
            (
                "no breakpoints",
                ik.url("a.jpg")
                    .responsive()
                    .device_breakpoints([])
                    .build()
                    .unwrap_err()
                    .to_string(),
            ),
        ],
    );
}

#[test]
fn the_private_key_is_never_shown() {
    let key = "private_hush";
    let builder = ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .private_key(key);
    let ik = builder.clone().build().unwrap();
    let url = ik.url("a.jpg").signed(true).private_key(key);
    let shown = [
        format!("{builder:?}"),
        format!("{ik:?}"),
        format!("{url:?}"),
        format!("{:?}", url.prepare().unwrap()),
        format!("{:?}", ik.authentication_parameters()),
        format!(
            "{:?}",
            ik.src("https://example.com/a.jpg")
                .signed(true)
                .build()
                .unwrap_err()
        ),
    ];
    for text in shown {
        assert!(!text.contains("hush"), "{text}");
    }
}

//! Values in transformations: separators, strings that can't be right, colors, booleans as strings,
//! strict options, order.

use imagekitio::url::*;
use imagekitio::*;
use proptest::prelude::*;

const DEMO: &str = "https://ik.imagekit.io/demo";

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint(DEMO)
        .private_key("private_key_test")
        .build()
        .unwrap()
}

fn step() -> Transformation {
    Transformation::new()
}

/// The transformation of a URL with that step, or the error.
fn built(step: Transformation) -> Result<String, Error> {
    let ik = client();
    let url = ik.url("v.mp4/ik-master.m3u8").transform(step).build()?;
    let inside = url.strip_prefix(&format!("{DEMO}/tr:")).unwrap_or("/");
    let (transformation, path) = inside.split_once('/').unwrap();
    assert!(matches!(path, "v.mp4/ik-master.m3u8" | ""), "{url}");
    Ok(transformation.to_owned())
}

/// The options with one step in JSON.
fn options(step: &str) -> UrlOptions {
    serde_json::from_str(&format!("{{\"transformation\": [{step}]}}")).unwrap()
}

fn dynamic(step: &str) -> Result<String, Error> {
    options(step).transformation_string()
}

fn strict(step: &str) -> Result<String, Error> {
    options(step).strict().transformation_string()
}

/// The option and the message of an error.
fn refusal(result: Result<String, Error>) -> (String, String) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    (
        error.argument().unwrap_or_default().to_owned(),
        error.to_string(),
    )
}

macro_rules! setters {
    ($($option:literal $code:literal => |$value:ident| $step:expr;)*) => {
        &[$(($option, $code, |$value: &str| $step)),*]
    };
}

/// The option that errors name, the code, and the setter.
type Setter = (&'static str, &'static str, fn(&str) -> Transformation);

/// Every way to give a string to a typed value.
const SETTERS: &[Setter] = setters! {
    "width" "w" => |v| step().width(v);
    "height" "h" => |v| step().height(v);
    "width" "w" => |v| step().width(Expr::variable(v));
    "aspect_ratio" "ar" => |v| step().aspect_ratio(v);
    "crop" "c" => |v| step().crop(v);
    "crop" "c" => |v| step().crop(Crop::Other(v.to_owned()));
    "crop_mode" "cm" => |v| step().crop_mode(v.to_owned());
    "focus" "fo" => |v| step().focus(v);
    "focus" "fo" => |v| step().focus(Focus::Other(v.to_owned()));
    "zoom" "z" => |v| step().zoom(v);
    "x" "x" => |v| step().x(v);
    "y" "y" => |v| step().y(v);
    "x_center" "xc" => |v| step().x_center(v);
    "y_center" "yc" => |v| step().y_center(v);
    "dpr" "dpr" => |v| step().dpr(v);
    "quality" "q" => |v| step().quality(v);
    "format" "f" => |v| step().format(v);
    "format" "f" => |v| step().format(Format::from(v));
    "density" "dn" => |v| step().density(v);
    "default_image" "di" => |v| step().default_image(v);
    "named" "n" => |v| step().named(v);
    "radius" "r" => |v| step().radius(v);
    "background" "bg" => |v| step().background(v);
    "background" "bg" => |v| step().background(Color::from(v));
    "border" "b" => |v| step().border(v);
    "border" "b" => |v| step().border(Border::new(1, v));
    "border width" "b" => |v| step().border(Border::new(v, "red"));
    "rotation" "rt" => |v| step().rotation(v);
    "flip" "fl" => |v| step().flip(v);
    "blur" "bl" => |v| step().blur(v);
    "opacity" "o" => |v| step().opacity(v);
    "trim" "t" => |v| step().trim(v);
    "page" "pg" => |v| step().page(v);
    "color_replace" "cr" => |v| step().color_replace(v);
    "color_replace" "cr" => |v| step().color_replace(ColorReplace::between("red", v, 5));
    "sharpen" "e-sharpen" => |v| step().sharpen(v);
    "unsharp_mask" "e-usm" => |v| step().unsharp_mask(v);
    "shadow" "e-shadow" => |v| step().shadow(v);
    "shadow blur" "e-shadow" => |v| step().shadow(Shadow::new().blur(v));
    "gradient" "e-gradient" => |v| step().gradient(v);
    "gradient" "e-gradient" => |v| step().gradient(Gradient::new().from_color(v));
    "gradient direction" "e-gradient" => |v| step().gradient(Gradient::new().direction(v));
    "gradient stop_point" "e-gradient" => |v| step().gradient(Gradient::new().stop_point(v));
    "colorize" "e-colorize" => |v| step().colorize(v);
    "colorize" "e-colorize" => |v| step().colorize(Colorize::new(v));
    "distort" "e-distort" => |v| step().distort(v);
    "ai_drop_shadow" "e-dropshadow" => |v| step().ai_drop_shadow(v);
    "video_codec" "vc" => |v| step().video_codec(v);
    "audio_codec" "ac" => |v| step().audio_codec(v);
    "start_offset" "so" => |v| step().start_offset(v);
    "end_offset" "eo" => |v| step().end_offset(v);
    "duration" "du" => |v| step().duration(v);
    "streaming_resolutions" "sr" => |v| step().streaming_resolutions([v]);
    "condition" "if" => |v| Transformation::when(Condition::width().gt(v), step());
};

/// The same for overlays, which add one parameter `overlay`.
const OVERLAYS: &[Setter] = setters! {
    "font_size" "fs" => |v| step().overlay(Overlay::text("a").font_size(v));
    "font_family" "ff" => |v| step().overlay(Overlay::text("a").font_family(v));
    "font_color" "co" => |v| step().overlay(Overlay::text("a").font_color(v));
    "typography" "tg" => |v| step().overlay(Overlay::text("a").typography([v]));
    "width" "w" => |v| step().overlay(Overlay::text("a").width(v));
    "line_height" "lh" => |v| step().overlay(Overlay::text("a").line_height(v));
    "inner_alignment" "ia" => |v| step().overlay(Overlay::text("a").inner_alignment(v));
    "padding" "pa" => |v| step().overlay(Overlay::text("a").padding(v));
    "alpha" "al" => |v| step().overlay(Overlay::text("a").alpha(v));
    "background" "bg" => |v| step().overlay(Overlay::text("a").background(v));
    "radius" "r" => |v| step().overlay(Overlay::text("a").radius(v));
    "rotation" "rt" => |v| step().overlay(Overlay::text("a").rotation(v));
    "flip" "fl" => |v| step().overlay(Overlay::text("a").flip(v));
    "background" "bg" => |v| step().overlay(Overlay::subtitle("a").background(v));
    "font_size" "fs" => |v| step().overlay(Overlay::subtitle("a").font_size(v));
    "font_family" "ff" => |v| step().overlay(Overlay::subtitle("a").font_family(v));
    "color" "co" => |v| step().overlay(Overlay::subtitle("a").color(v));
    "typography" "tg" => |v| step().overlay(Overlay::subtitle("a").typography([v]));
    "font_outline" "fol" => |v| step().overlay(Overlay::subtitle("a").font_outline(v));
    "font_outline" "fol" => |v| step().overlay(Overlay::subtitle("a").font_outline(FontOutline::new(2, v)));
    "font_shadow" "fsh" => |v| step().overlay(Overlay::subtitle("a").font_shadow(v));
    "font_shadow" "fsh" => |v| step().overlay(Overlay::subtitle("a").font_shadow(FontShadow::new(v, 3)));
    "color" "bg" => |v| step().overlay(Overlay::solid_color(v));
    "width" "w" => |v| step().overlay(Overlay::solid_color("red").width(v));
    "height" "h" => |v| step().overlay(Overlay::solid_color("red").height(v));
    "radius" "r" => |v| step().overlay(Overlay::solid_color("red").radius(v));
    "alpha" "al" => |v| step().overlay(Overlay::solid_color("red").alpha(v));
    "gradient" "e-gradient" => |v| step().overlay(Overlay::solid_color("red").gradient(v));
    "x" "lx" => |v| step().overlay(Overlay::image("a").x(v));
    "y" "ly" => |v| step().overlay(Overlay::image("a").y(v));
    "x_center" "lxc" => |v| step().overlay(Overlay::image("a").x_center(v));
    "y_center" "lyc" => |v| step().overlay(Overlay::image("a").y_center(v));
    "focus" "lfo" => |v| step().overlay(Overlay::image("a").focus(v));
    "anchor_point" "lap" => |v| step().overlay(Overlay::image("a").anchor_point(v));
    "start" "lso" => |v| step().overlay(Overlay::video("a").start(v));
    "end" "leo" => |v| step().overlay(Overlay::video("a").end(v));
    "duration" "ldu" => |v| step().overlay(Overlay::video("a").duration(v));
    "layer_mode" "lm" => |v| step().overlay(Overlay::image("a").layer_mode(v));
    "input" "i" => |v| step().overlay(Overlay::image(v.to_owned()).encoding(Encoding::Plain));
    "input" "i" => |v| step().overlay(Overlay::subtitle(v.to_owned()).encoding(Encoding::Plain));
};

/// Strings whose path grammar keeps a slash.
const PATHS: [&str; 3] = ["default_image", "font_family", "input"];

#[test]
fn typed_setters_refuse_separators_escaped_or_not() {
    let separators = [
        "x:orig-true",
        "jpg,orig-true",
        "a,w-1",
        "5:rt-90",
        "red,l-image,i-secret.png,l-end",
        ",",
        ":",
        "a%2Cw-1",
        "a%3aw-1",
        "a%252Cw-1",
        "a%25252cw-1",
        "a%2%43w-1",
        "a%%32Cw-1",
        "%2c",
        "1,2",
        "FF0000:e-grayscale",
    ];
    for (option, _, setter) in SETTERS.iter().chain(OVERLAYS) {
        for value in separators {
            let (named, message) = refusal(built(setter(value)));
            assert_eq!(named, *option, "{value}: {message}");
            assert!(message.contains(&format!("{value:?}")), "{message}");
            assert!(message.contains("`raw`"), "{message}");
        }
        for value in ["a/b", "jpg/../secret.jpg", "a%2Fb", "a%252fb"] {
            if value.contains('%') || !PATHS.contains(option) {
                assert_eq!(refusal(built(setter(value))).0, *option, "{value}");
            }
        }
    }
}

#[test]
fn what_belongs_into_a_value_stays() {
    for (step, written) in [
        (step().aspect_ratio("4:3"), "ar-4:3"),
        (step().aspect_ratio("16_9"), "ar-16_9"),
        (step().default_image("/a/b c.jpg"), "di-a@@b%20c.jpg"),
        (step().named("50% off%20"), "n-50%25%20off%20"),
        (step().raw("x:orig-true,a%2Cb"), "x:orig-true,a%2Cb"),
        (step().ai_edit("a, b: c/d"), "e-edit-prompte-YSwgYjogYy9k"),
        (
            step().background(Background::generative_fill_with("a?>~, b")),
            "bg-genfill-prompte-YT8%2BfiwgYg%3D%3D",
        ),
        (
            step().overlay(Overlay::image("a,b:c@@d.png")),
            "l-image,ie-YSxiOmNAQGQucG5n,l-end",
        ),
        (
            step().overlay(Overlay::text("a, b").encoding(Encoding::Plain)),
            "l-text,i-a%2C%20b,l-end",
        ),
    ] {
        assert_eq!(step.to_string(), written);
        client().url("a.jpg").transform(step).build().unwrap();
    }
}

#[test]
fn ratios_with_a_colon_are_read_back_as_one_parameter() {
    let ik = client();
    let ratio = step().aspect_ratio("4:3").width(1);
    let overlay = Overlay::image("a").transform(step().aspect_ratio("1.5:3").height(2));
    let url = ik
        .url("a.jpg")
        .transform(ratio.overlay(overlay))
        .transform(step().width(3));
    let parsed = ik.parse(&url.build().unwrap()).unwrap();
    let mut layer = OverlayOptions::default();
    layer.r#type = OverlayType::Image;
    layer.input = Some("a".to_owned());
    layer.transformation = vec![Step::new().with("aspectRatio", "1.5:3").with("height", 2)];
    assert_eq!(
        parsed.steps(),
        [
            Step::new()
                .with("aspectRatio", "4:3")
                .with("width", 1)
                .with("overlay", layer),
            Step::new().with("width", 3),
        ]
    );
    let steps: ImageKitUrl = "https://ik.imagekit.io/demo/tr:ar-4:w-3:ar-4:h/a.jpg"
        .parse()
        .unwrap();
    assert_eq!(steps.steps().len(), 4);
}

#[test]
fn long_values_cost_no_more_than_their_length() {
    for piece in [
        "%25",
        "1_add_",
        "sp-1_",
        "name-",
        "1_",
        "#f00",
        "@@",
        "prompt-",
        "from-red_",
        "%2",
    ] {
        let value = piece.repeat(200_000 / piece.len());
        for (_, _, setter) in SETTERS.iter().chain(OVERLAYS) {
            let _ = built(setter(&value));
        }
        for name in ["width", "gradient", "page", "background", "aiEdit", &value] {
            let mut options = UrlOptions::default();
            options.transformation = vec![Step::new().with(name, value.as_str())];
            let _ = options.strict().transformation_string();
        }
    }
}

#[test]
fn paths_are_refused_that_imagekit_would_read_as_others() {
    for path in ["a@@b.jpg", "@@a", "a@/b.jpg", "..@@..@@private@@x.jpg"] {
        for step in [
            step().default_image(path),
            step().overlay(Overlay::text("a").font_family(path)),
            step().overlay(Overlay::image(path).encoding(Encoding::Plain)),
        ] {
            let (_, message) = refusal(built(step));
            assert!(message.contains("`@@`"), "{message}");
        }
    }
    assert_eq!(
        built(step().default_image("a/@b@c.jpg")).unwrap(),
        "di-a@@@b@c.jpg"
    );
    let options = options(r#"{"defaultImage": "/a@@b/c.jpg"}"#);
    assert_eq!(options.transformation_string().unwrap(), "di-a@@b@@c.jpg");
}

#[test]
fn the_dynamic_form_refuses_separators_too() {
    let names = "width h aspectRatio background border crop cropMode dpr focus quality x xCenter format videoCodec \
        audio_codec radius rotation blur named defaultImage flip original startOffset duration streamingResolutions \
        grayscale ai_upscale aiDropShadow aiChangeBackground aiEdit effect_contrast effect_shadow sharpen unsharpMask \
        gradient colorReplace colorize distort progressive lossless metadata c2pa opacity trim zoom page font_size \
        fontFamily color ia padding alpha tg lineHeight fontOutline fontShadow density";
    for name in names.split_whitespace() {
        for value in ["x:orig-true", "x,w-1", "x%2Cw-1", "x%3Aw-1", "x%252cw-1"] {
            for json in [format!("\"{value}\""), format!("[1, \"{value}\"]")] {
                let (option, message) = refusal(dynamic(&format!("{{\"{name}\": {json}}}")));
                assert_eq!(option, name);
                assert!(message.contains("`raw`"), "{message}");
            }
            let set = built(step().set(name, value));
            assert_eq!(refusal(set).0, name);
            let nested = format!(
                r#"{{"overlay": {{"type": "text", "text": "a", "transformation": [{{"width": 1}}, {{"{name}": "{value}"}}]}}}}"#
            );
            assert_eq!(refusal(dynamic(&nested)).0, name);
        }
        if !["defaultImage", "fontFamily"].contains(&name) {
            assert_eq!(
                refusal(dynamic(&format!("{{\"{name}\": \"a/b\"}}"))).0,
                name
            );
        }
    }
    for (rest, option) in [
        (r#""layerMode": "multiply,w-1""#, "layer_mode"),
        (r#""position": {"x": "5:w-1"}"#, "x"),
        (r#""position": {"focus": "top,w-1"}"#, "focus"),
        (
            r#""position": {"anchorPoint": ["top", "a:b"]}"#,
            "anchor_point",
        ),
        (r#""timing": {"duration": "5/6"}"#, "duration"),
    ] {
        let overlay = format!(r#"{{"overlay": {{"type": "text", "text": "a", {rest}}}}}"#);
        assert_eq!(refusal(dynamic(&overlay)).0, option);
    }
    for (overlay, option) in [
        (r#"{"type": "solidColor", "color": "red:w-1"}"#, "color"),
        (
            r#"{"type": "image", "input": "a,b.png", "encoding": "plain"}"#,
            "input",
        ),
        (
            r#"{"type": "video", "input": "a%3Ab.png", "encoding": "plain"}"#,
            "input",
        ),
    ] {
        assert_eq!(
            refusal(dynamic(&format!("{{\"overlay\": {overlay}}}"))).0,
            option
        );
    }
    for name in ["w-1:orig-true,x", "a:b", "a%2Cb", "tr/x", ""] {
        let mut options = UrlOptions::default();
        options.transformation = vec![Step::new().with(name, 1)];
        assert_eq!(refusal(options.transformation_string()).0, "transformation");
        assert_eq!(refusal(built(step().set(name, 1))).0, "transformation");
    }
    assert_eq!(
        dynamic(r#"{"brandNew": "a,b:c", "aspect_ratio": "4:3", "raw": "x:y"}"#).unwrap(),
        "brandNew-a,b:c,ar-4:3,x:y"
    );
    assert_eq!(
        dynamic(r#"{"aiEdit": "prompt-a, b: c/d", "background": "genfill-prompt-a,b"}"#).unwrap(),
        "e-edit-prompte-YSwgYjogYy9k,bg-genfill-prompte-YSxi"
    );
    assert_eq!(
        dynamic(r#"{"aiChangeBackground": "prompte-YT8%2FfiwgYg%3D%3D", "ai_edit": "prompt-car"}"#)
            .unwrap(),
        "e-changebg-prompte-YT8%2FfiwgYg%3D%3D,e-edit-prompt-car"
    );
}

#[test]
fn booleans_as_strings_are_booleans_on_flags_and_effects() {
    let names = "grayscale effect_gray aiUpscale aiRetouch aiVariation aiRemoveBackground aiRemoveBackgroundExternal \
        contrastStretch aiDropShadow shadow sharpen unsharpMask gradient effect_usm e-sharpen";
    for name in names.split_whitespace() {
        for (string, boolean) in [("\"true\"", "true"), ("\"false\"", "false")] {
            let as_string = dynamic(&format!("{{\"{name}\": {string}, \"h\": 1}}")).unwrap();
            let as_boolean = dynamic(&format!("{{\"{name}\": {boolean}, \"h\": 1}}")).unwrap();
            assert_eq!(as_string, as_boolean);
            assert_eq!(as_string == "h-1", boolean == "false", "{as_string}");
        }
    }
    for (step, written) in [
        (step().sharpen("true"), "e-sharpen"),
        (step().sharpen("false"), ""),
        (step().shadow("true"), "e-shadow"),
        (step().shadow("false"), ""),
        (step().gradient("false"), ""),
        (step().unsharp_mask("true"), "e-usm"),
        (step().ai_drop_shadow("false"), ""),
        (step().set("aiRemoveBackground", "false"), ""),
        (step().trim("false"), "t-false"),
    ] {
        assert_eq!(built(step).unwrap(), written);
    }
    assert_eq!(
        dynamic(r#"{"lossless": "false", "original": "true", "effect_contrast": "1"}"#).unwrap(),
        "lo-false,orig-true,e-contrast-1"
    );
}

#[test]
fn colors_of_css_lose_their_hash() {
    for (css, written) in [
        ("#ff0000", "ff0000"),
        ("#FF0000", "FF0000"),
        ("#f00", "f00"),
        ("#ff000080", "ff000080"),
        ("#F008", "F008"),
        ("red", "red"),
    ] {
        for (step, all) in [
            (step().background(css), format!("bg-{written}")),
            (step().background(Color::from(css)), format!("bg-{written}")),
            (step().border(Border::new(5, css)), format!("b-5_{written}")),
            (step().border(format!("5_{css}")), format!("b-5_{written}")),
            (step().color_replace(css), format!("cr-{written}")),
            (
                step().color_replace(format!("{css}_10_{css}")),
                format!("cr-{written}_10_{written}"),
            ),
            (
                step().gradient(Gradient::new().from_color(css).to_color(css.to_owned())),
                format!("e-gradient-from-{written}_to-{written}"),
            ),
            (
                step().gradient(format!("from-{css}_to-{css}")),
                format!("e-gradient-from-{written}_to-{written}"),
            ),
            (
                step().colorize(Colorize::new(css)),
                format!("e-colorize-co-{written}"),
            ),
            (
                step().overlay(Overlay::text("a").font_color(css).background(css)),
                format!("l-text,i-a,co-{written},bg-{written},l-end"),
            ),
            (
                step().overlay(
                    Overlay::subtitle("a")
                        .color(css)
                        .font_outline(FontOutline::new(2, css))
                        .font_shadow(FontShadow::new(css, 3)),
                ),
                format!("l-subtitles,i-a,co-{written},fol-2_{written},fsh-{written}_3,l-end"),
            ),
            (
                step().overlay(Overlay::solid_color(css)),
                format!("l-image,i-ik_canvas,bg-{written},l-end"),
            ),
        ] {
            assert_eq!(built(step).unwrap(), all);
        }
        for (json, all) in [
            (
                format!(r#"{{"background": "{css}", "bg": "{css}"}}"#),
                format!("bg-{written},bg-{written}"),
            ),
            (
                format!(r#"{{"border": "5_{css}"}}"#),
                format!("b-5_{written}"),
            ),
            (
                format!(r#"{{"border": "5-{css}"}}"#),
                format!("b-5-{written}"),
            ),
            (
                format!(r#"{{"colorReplace": "{css}_10_{css}"}}"#),
                format!("cr-{written}_10_{written}"),
            ),
            (
                format!(r#"{{"gradient": "from-{css}_to-{css}"}}"#),
                format!("e-gradient-from-{written}_to-{written}"),
            ),
            (
                format!(r#"{{"colorize": "co-{css}_in-5"}}"#),
                format!("e-colorize-co-{written}_in-5"),
            ),
            (
                format!(r#"{{"fontColor": "{css}", "font_outline": "2_{css}"}}"#),
                format!("co-{written},fol-2_{written}"),
            ),
            (
                format!(r#"{{"fontShadow": "{css}_3"}}"#),
                format!("fsh-{written}_3"),
            ),
            (
                format!(r#"{{"overlay": {{"type": "solidColor", "color": "{css}"}}}}"#),
                format!("l-image,i-ik_canvas,bg-{written},l-end"),
            ),
        ] {
            assert_eq!(dynamic(&json).unwrap(), all);
            assert_eq!(strict(&json).unwrap(), all);
        }
    }
    assert_eq!(
        built(step().background(Color::from("#f00").opacity(50))).unwrap(),
        "bg-ff000050"
    );
    assert_eq!(
        built(step().background(Color::from("#f00c").opacity(5))).unwrap(),
        "bg-ff000005"
    );
    assert_eq!(
        built(step().background(Color::from("#ff0000cc").opacity(5))).unwrap(),
        "bg-ff000005"
    );
    for color in [
        "#",
        "#12345",
        "##ff0000",
        "#red",
        "rgb(1 2 3)",
        "ff000",
        "red blue",
        "redish 1",
        "ff0000000",
    ] {
        assert_eq!(
            refusal(built(step().background(color))).0,
            "background",
            "{color}"
        );
        assert_eq!(
            refusal(built(step().overlay(Overlay::solid_color(color)))).0,
            "color",
            "{color}"
        );
    }
}

#[test]
fn typed_setters_refuse_strings_that_cannot_be_right() {
    let wrong: &[(&str, Transformation)] = &[
        ("width", step().width("300px")),
        ("width", step().width("high")),
        ("width", step().width("50%")),
        ("width", step().width("iw_times_2")),
        ("width", step().width("-5")),
        ("height", step().height("3 00")),
        ("aspect_ratio", step().aspect_ratio("wide")),
        ("aspect_ratio", step().aspect_ratio("4-3-2")),
        ("x", step().x("left")),
        ("dpr", step().dpr("2x")),
        ("dpr", step().dpr("6")),
        ("quality", step().quality("high")),
        ("quality", step().quality("101")),
        ("quality", step().quality("N5")),
        ("crop", step().crop("at max")),
        ("format", step().format("jpg ")),
        ("focus", step().focus("café")),
        ("zoom", step().zoom("2x")),
        ("blur", step().blur("strong")),
        ("opacity", step().opacity("50%")),
        ("rotation", step().rotation("left")),
        ("radius", step().radius("10px")),
        ("radius", step().radius("N5")),
        ("radius", step().radius("1_2_3_4_5")),
        ("radius", step().radius("round")),
        ("border", step().border("thick")),
        ("border", step().border("red")),
        ("trim", step().trim("yes")),
        ("trim", step().trim("100")),
        ("page", step().page("first")),
        ("page", step().page("0")),
        ("background", step().background("blurred_much")),
        ("sharpen", step().sharpen("high")),
        ("sharpen", step().sharpen("0")),
        ("unsharp_mask", step().unsharp_mask("2-2")),
        ("shadow", step().shadow("dark")),
        ("shadow", step().shadow("bl-")),
        ("shadow blur", step().shadow(Shadow::new().blur("big"))),
        ("shadow blur", step().shadow(Shadow::new().blur("16"))),
        (
            "gradient direction",
            step().gradient(Gradient::new().direction("up")),
        ),
        ("gradient", step().gradient(Gradient::new().from_color(""))),
        ("colorize", step().colorize("red")),
        ("distort", step().distort("45")),
        ("distort", step().distort("p-1_2_3")),
        ("ai_drop_shadow", step().ai_drop_shadow("bl-5")),
        ("ai_edit", step().ai_edit("")),
        ("start_offset", step().start_offset("1m30s")),
        ("duration", step().duration("-1")),
        ("video_codec", step().video_codec("h.264")),
        (
            "streaming_resolutions",
            step().streaming_resolutions(["720p 60"]),
        ),
        (
            "streaming_resolutions",
            step().streaming_resolutions(["720", ""]),
        ),
        (
            "condition",
            Transformation::when(Condition::width().gt("wide"), step()),
        ),
        (
            "condition",
            Transformation::when(Condition::width().gt(""), step()),
        ),
        (
            "condition",
            Transformation::when(
                Condition::width().gt(1).and(Condition::height().lt("-")),
                step(),
            ),
        ),
        (
            "font_size",
            step().overlay(Overlay::text("a").font_size("12pt")),
        ),
        (
            "padding",
            step().overlay(Overlay::text("a").padding("10px")),
        ),
        ("alpha", step().overlay(Overlay::text("a").alpha("half"))),
        (
            "typography",
            step().overlay(Overlay::text("a").typography(["bold!"])),
        ),
        (
            "typography",
            step().overlay(Overlay::text("a").typography(["-", "b"])),
        ),
        ("x", step().overlay(Overlay::image("a").x("5em"))),
        ("start", step().overlay(Overlay::video("a").start("soon"))),
        (
            "anchor_point",
            step().overlay(Overlay::image("a").anchor_point("top left")),
        ),
        (
            "font_outline",
            step().overlay(Overlay::subtitle("a").font_outline("thick")),
        ),
        (
            "font_shadow",
            step().overlay(Overlay::subtitle("a").font_shadow("3 px")),
        ),
    ];
    for (option, step) in wrong {
        let (named, message) = refusal(built(step.clone()));
        assert_eq!(named, *option, "{message}");
    }
    let (_, message) = refusal(built(step().width("300px")));
    assert_eq!(
        message,
        "width: \"300px\" is not allowed; give a number of 0 or more, an expression such as `iw_div_2` or `auto`; `raw` \
         sends any other value"
    );
}

#[test]
fn documented_strings_are_taken() {
    for (step, written) in [
        (step().width("300"), "w-300"),
        (step().width("0.5"), "w-0.5"),
        (step().width("iw_mul_0.4"), "w-iw_mul_0.4"),
        (step().width("bw_div_2_sub_10"), "w-bw_div_2_sub_10"),
        (step().height("auto"), "h-auto"),
        (
            step().width(Expr::variable("brandNew") * 2),
            "w-brandNew_mul_2",
        ),
        (step().x("-10"), "x-N10"),
        (step().x("N10"), "x-N10"),
        (step().crop("brand_new"), "c-brand_new"),
        (
            step().focus("auto-custom_override"),
            "fo-auto-custom_override",
        ),
        (step().rotation("V90"), "rt-V90"),
        (step().rotation("N45"), "rt-N45"),
        (step().radius("10_max_20_30"), "r-10_max_20_30"),
        (step().radius("bw_mul_0.1"), "r-bw_mul_0.1"),
        (step().border("cw_mul_0.05_yellow"), "b-cw_mul_0.05_yellow"),
        (step().border("5-A94D34"), "b-5-A94D34"),
        (step().background("blurred_25_N15"), "bg-blurred_25_N15"),
        (step().background("blurred_auto_N5"), "bg-blurred_auto_N5"),
        (
            step().background("gradient_dominant_4"),
            "bg-gradient_dominant_4",
        ),
        (
            step().background("genfill-prompt-a beach"),
            "bg-genfill-prompt-a%20beach",
        ),
        (step().page("name-\"a\"_\"b\""), "pg-name-%22a%22_%22b%22"),
        (step().page("1_3-5_7-"), "pg-1_3-5_7-"),
        (step().page(Page::range(4, None)), "pg-4-"),
        (step().trim("5"), "t-5"),
        (step().sharpen("10"), "e-sharpen-10"),
        (
            step().shadow("bl-15_st-40_x-10_y-N5"),
            "e-shadow-bl-15_st-40_x-10_y-N5",
        ),
        (
            step().gradient("ld-bottom_left_from-FFFFFF_to-00000000_sp-ih_div_2"),
            "e-gradient-ld-bottom_left_from-FFFFFF_to-00000000_sp-ih_div_2",
        ),
        (step().colorize("in-20"), "e-colorize-in-20"),
        (step().distort("a-N45"), "e-distort-a-N45"),
        (
            step().color_replace("FF0000_10_0000FF"),
            "cr-FF0000_10_0000FF",
        ),
        (step().start_offset("du_div_3"), "so-du_div_3"),
        (step().streaming_resolutions(["240", "4320"]), "sr-240_4320"),
        (
            step().set("width", "300px").set("quality", "high"),
            "w-300px,q-high",
        ),
        (step().raw("w-300px"), "w-300px"),
    ] {
        assert_eq!(built(step).unwrap(), written);
    }
}

#[test]
fn strict_options_refuse_what_is_not_documented() {
    for (json, option, part) in [
        (r#"{"heigth": 300}"#, "heigth", "give `height`"),
        (r#"{"widht": 300}"#, "widht", "give `width`"),
        (r#"{"Width": 300}"#, "Width", "give `width`"),
        (r#"{"qualty": 5}"#, "qualty", "give `quality`"),
        (
            r#"{"aspect-ratio": "4-3"}"#,
            "aspect-ratio",
            "give `aspectRatio`",
        ),
        (r#"{"grayscael": true}"#, "grayscael", "give `grayscale`"),
        (
            r#"{"backgroundColour": "red"}"#,
            "backgroundColour",
            "give `background`",
        ),
        (r#"{"overlays": 1}"#, "overlays", "give `overlay`"),
        (
            r#"{"qqqqqqqqqq": 5}"#,
            "qqqqqqqqqq",
            "give a documented name",
        ),
        (
            r#"{"format": "jpgg"}"#,
            "format",
            "one of auto, webp, jpg, jpeg, png",
        ),
        (
            r#"{"crop": "fit"}"#,
            "crop",
            "one of maintain_ratio, maintain_ratio_no_enlarge, force",
        ),
        (r#"{"cropMode": "pad"}"#, "cropMode", "pad_resize"),
        (
            r#"{"video_codec": "h265"}"#,
            "video_codec",
            "one of h264, vp9, av1, none",
        ),
        (r#"{"ac": "mp3"}"#, "ac", "one of aac, opus, none"),
        (r#"{"flip": "x"}"#, "flip", "one of h, v, h_v"),
        (
            r#"{"streamingResolutions": ["720", "721"]}"#,
            "streamingResolutions",
            "1080",
        ),
        (
            r#"{"innerAlignment": "middle"}"#,
            "innerAlignment",
            "one of left, center, right",
        ),
        (r#"{"width": "300px"}"#, "width", "a number of 0 or more"),
        (r#"{"width": true}"#, "width", "a number of 0 or more"),
        (
            r#"{"quality": "high"}"#,
            "quality",
            "a number from 1 to 100",
        ),
        (r#"{"quality": "500"}"#, "quality", "a number from 1 to 100"),
        (r#"{"lossless": "yes"}"#, "lossless", "one of true, false"),
        (r#"{"grayscale": "yes"}"#, "grayscale", "one of true, false"),
        (r#"{"shadow": 5}"#, "shadow", "bl-15"),
        (r#"{"x": "-5"}"#, "x", "expression"),
        (r#"{"background": "not a color"}"#, "background", "a color"),
    ] {
        let (named, message) = refusal(strict(json));
        assert_eq!(named, option, "{message}");
        assert!(message.contains(part), "{message}");
        dynamic(json).unwrap();
        for nested in [
            format!(r#"{{"width": 1}}, {json}"#),
            format!(
                r#"{{"overlay": {{"type": "image", "input": "a", "transformation": [{json}]}}}}"#
            ),
            format!(
                r#"{{"overlay": {{"type": "image", "input": "a", "transformation": [{{"overlay":
                    {{"type": "text", "text": "b", "transformation": [null, {json}]}}}}]}}}}"#
            ),
        ] {
            assert_eq!(refusal(strict(&nested)).0, option);
        }
    }
    for (rest, option, part) in [
        (
            r#""layerMode": "screen""#,
            "layer_mode",
            "one of multiply, displace, cutout, cutter",
        ),
        (
            r#""position": {"focus": "middle"}"#,
            "focus",
            "one of center, top",
        ),
        (
            r#""position": {"anchorPoint": "corner"}"#,
            "anchor_point",
            "top_left",
        ),
        (r#""position": {"x": "5px"}"#, "x", "expression"),
        (
            r#""timing": {"start": "soon"}"#,
            "start",
            "a number of 0 or more",
        ),
    ] {
        let json = format!(r#"{{"overlay": {{"type": "text", "text": "a", {rest}}}}}"#);
        let (named, message) = refusal(strict(&json));
        assert_eq!(named, option, "{message}");
        assert!(message.contains(part), "{message}");
        dynamic(&json).unwrap();
    }
    let color = r#"{"overlay": {"type": "solidColor", "color": "not a color"}}"#;
    assert_eq!(refusal(strict(color)).0, "color");

    let pairs = Step::from([("width", ParameterValue::from(1)), ("heigth", 2.into())]);
    let mut options = UrlOptions::default();
    options.path = Some("a.jpg".to_owned());
    options.transformation = vec![pairs];
    let ik = client();
    assert_eq!(
        ik.url_from(&options).build().unwrap(),
        format!("{DEMO}/tr:w-1,heigth-2/a.jpg")
    );
    let options = options.strict();
    assert_eq!(
        ik.url_from(&options).build().unwrap_err().argument(),
        Some("heigth")
    );
}

#[test]
fn strict_options_take_what_is_documented() {
    for (json, written) in [
        (
            r#"{"width": 300, "height": "ih_div_2", "aspectRatio": "4:3", "w": "0.5"}"#,
            "w-300,h-ih_div_2,ar-4:3,w-0.5",
        ),
        (
            r#"{"effect_sharpen": "-", "effect_contrast": "1", "shadow": "", "trim": ""}"#,
            "e-sharpen,e-contrast-1,e-shadow,t-true",
        ),
        (
            r#"{"grayscale": true, "aiRetouch": "false", "sharpen": 10, "lossless": true, "original": "true"}"#,
            "e-grayscale,e-sharpen-10,lo-true,orig-true",
        ),
        (
            r#"{"radius": [10, "max", 20, 30], "page": [1, 3], "flip": ["h", "v"], "typography": ["b", "i"]}"#,
            "r-10_max_20_30,pg-1_3,fl-h_v,tg-b_i",
        ),
        (
            r#"{"streamingResolutions": [240, "480"], "focus": "car_dog", "named": "thumb-v2"}"#,
            "sr-240_480,fo-car_dog,n-thumb-v2",
        ),
        (
            r#"{"aiEdit": "prompt-make it, please", "aiChangeBackground": "prompte-c25vdyByb2Fk%3D"}"#,
            "e-edit-prompte-bWFrZSBpdCwgcGxlYXNl,e-changebg-prompte-c25vdyByb2Fk%3D",
        ),
        (
            r#"{"defaultImage": "/a/b c.jpg", "raw": "x-1:y,z", "contentCredentials": true}"#,
            "di-a@@b%20c.jpg,x-1:y,z,c2pa-true",
        ),
        (
            r#"{"overlay": {"type": "text", "text": "a, b", "layer_mode": "multiply", "position": {"x": -5, "focus": "top"},
                "timing": {"start": "du_div_2"}, "transformation": [{"fontSize": 20, "padding": "10_20"}]}}"#,
            "l-text,ie-YSwgYg%3D%3D,lm-multiply,lx-N5,lfo-top,lso-du_div_2,fs-20,pa-10_20,l-end",
        ),
    ] {
        assert_eq!(strict(json).unwrap(), written);
        assert_eq!(dynamic(json).unwrap(), written);
    }
}

#[test]
fn resolutions_need_a_playlist() {
    let ik = client();
    let sr = || step().streaming_resolutions([Resolution::P240, Resolution::P480]);
    for url in [
        ik.url("a.mp4").transform(sr()),
        ik.src(format!("{DEMO}/a.mp4?v=/ik-master.m3u8"))
            .transform(sr()),
        ik.url("a.mp4").transform(step().width(1)).transform(sr()),
        ik.url("a.mp4").transform(sr()).thumbnail(),
        ik.url("a.mp4")
            .transform(sr())
            .transformation_position(TransformationPosition::Query),
    ] {
        let error = url.build().unwrap_err();
        assert_eq!(error.argument(), Some("streaming_resolutions"));
        assert!(error.to_string().contains("`hls`"), "{error}");
        assert!(url.prepare().is_err());
    }
    let preset = Preset::new([sr()]).unwrap();
    assert!(ik.url("a.mp4").preset(&preset).build().is_err());
    for url in [
        ik.url("a.mp4").transform(sr()).hls(),
        ik.url("a.mp4").preset(&preset).dash(),
        ik.url("a.mp4/ik-master.m3u8").transform(sr()),
        ik.src(format!("{DEMO}/a.mp4/ik-master.mpd?v=1"))
            .transform(sr()),
    ] {
        assert!(url.build().unwrap().contains("sr-240_480"));
    }
    let json = r#"{"path": "a.mp4", "transformation": [{"streamingResolutions": ["240"]}]}"#;
    let options: UrlOptions = serde_json::from_str(json).unwrap();
    ik.url_from(&options).build().unwrap();
    let options = options.strict();
    assert!(ik.url_from(&options).build().is_err());
    ik.url_from(&options).hls().build().unwrap();
}

#[test]
fn json_keeps_its_order_and_a_json_value_has_that_of_its_maps() {
    let json = r#"{"queryParameters": {"z": 1, "a": 2}, "path": "a.jpg", "transformation": [
        {"width": 1, "height": 2, "aspectRatio": "4-3", "border": "1_red"},
        {"overlay": {"type": "image", "input": "b", "transformation": [{"zoom": 2, "blur": 3, "overlay":
            {"transformation": [{"width": 5, "fontSize": 6, "alpha": 7}], "type": "text", "text": "t"}}]}, "blur": 4}]}"#;
    let expected =
        "w-1,h-2,ar-4-3,b-1_red:l-image,i-b,z-2,bl-3,l-text,i-t,w-5,fs-6,al-7,l-end,l-end,bl-4";
    let ik = client();
    let raw: Box<serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
    for options in [
        serde_json::from_str::<UrlOptions>(json).unwrap(),
        serde_json::from_slice(json.as_bytes()).unwrap(),
        serde_json::from_reader(json.as_bytes()).unwrap(),
        serde_json::from_str(raw.get()).unwrap(),
    ] {
        assert_eq!(options.transformation_string().unwrap(), expected);
        assert_eq!(
            ik.url_from(&options).build().unwrap(),
            format!("{DEMO}/tr:{expected}/a.jpg?z=1&a=2")
        );
        let again: UrlOptions =
            serde_json::from_str(&serde_json::to_string(&options).unwrap()).unwrap();
        assert_eq!(again, options);
    }
    // What the documentation warns of: the maps are sorted, unless another crate enables
    // `preserve_order`.
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    let maps_keep_order = value.to_string().starts_with(r#"{"queryParameters""#);
    let options: UrlOptions = serde_json::from_value(value).unwrap();
    let is_kept = options.transformation_string().unwrap() == expected;
    assert_eq!(is_kept, maps_keep_order);
}

#[test]
fn steps_of_pairs_keep_their_order() {
    let mut text = OverlayOptions::default();
    text.text = Some("t".to_owned());
    text.transformation = vec![Step::from([("width", 5), ("fontSize", 6)])];
    let mut options = UrlOptions::default();
    options.transformation = vec![
        Step::from([("width", 400), ("height", 300), ("blur", 5)]),
        vec![("rotation".to_owned(), "N90"), ("flip".to_owned(), "h")]
            .into_iter()
            .collect(),
        Step::new()
            .with("zoom", 2)
            .with("overlay", text)
            .with("format", "webp")
            .with("page", vec![1, 2]),
    ];
    assert_eq!(
        options.transformation_string().unwrap(),
        "w-400,h-300,bl-5:rt-N90,fl-h:z-2,l-text,i-t,w-5,fs-6,l-end,f-webp,pg-1_2"
    );
}

/// Whether a transformation, read back, is one step with that one parameter, or nothing.
fn holds_one_parameter(ik: &ImageKit, url: &str, code: &str, overlay: bool) -> bool {
    let parsed = ik.parse(url).unwrap();
    let steps = parsed.steps();
    let [Step(entries)] = steps.as_slice() else {
        return steps.is_empty();
    };
    match entries.as_slice() {
        [(_, StepValue::Overlay(layer))] => {
            // At most one parameter of its own, or none where the value is content or an option.
            let own: usize = layer.transformation.iter().map(|step| step.0.len()).sum();
            overlay && layer.transformation.len() <= 1 && own <= 1
        }
        // What the parser can't say in other words: `l-image,i-ik_canvas,bg-red,w-...,l-end` at
        // most.
        [(name, StepValue::Parameter(ParameterValue::String(token)))] if name == "raw" => {
            token.matches([',', ':']).count() <= if overlay { 4 } else { 0 }
        }
        [(name, _)] => !overlay && Step::new().with(code, 1).get(name).is_some(),
        // A condition has an end.
        [(first, _), (last, _)] => code == "if" && first == "if" && last == "if",
        _ => false,
    }
}

/// Strings that are likely to do harm.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => proptest::sample::select(vec![
            ",", ":", "/", "%", "2C", "2c", "3A", "2F", "25", "%2C", "%3A", "%2F", "%252C", "@@", "@", "-", "_", "l-", "l-end",
            "i-", "orig-true", "tr:", "w-1", "\\", "\n", "\r\n", "\0", " ", "+", "&", "?", "#", "=", ";", "N", "auto", "red",
            "FF0000", "#f00", "iw", "_mul_", "max", "true", "false", "bl-", "from-", "prompt-", "prompte-", "genfill-", "，",
            "：", "é",
        ]).prop_map(str::to_owned),
        1 => "[0-9]{1,3}(\\.[0-9])?",
        1 => "\\PC{1,3}",
    ];
    prop_oneof![
        4 => proptest::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_string_never_adds_a_parameter(value in hostile(), style in any::<bool>(), query in any::<bool>()) {
        let ik = client();
        let style = if style { UrlStyle::Readable } else { UrlStyle::Encoded };
        let position = if query { TransformationPosition::Query } else { TransformationPosition::Path };
        let setters = SETTERS.iter().map(|setter| (setter, false));
        for ((option, code, setter), overlay) in setters.chain(OVERLAYS.iter().map(|setter| (setter, true))) {
            let path = "v.mp4/ik-master.m3u8";
            let url = ik.url(path).transform(setter(&value)).url_style(style).transformation_position(position).build();
            let Ok(url) = url else { continue };
            prop_assert!(holds_one_parameter(&ik, &url, code, overlay), "{} {:?}: {}", option, value, url);
            let path = ik.parse(&url).unwrap().path().to_owned();
            prop_assert_eq!(path, "/v.mp4/ik-master.m3u8");
        }
    }

    #[test]
    fn a_string_of_data_never_adds_a_parameter(
        value in hostile(),
        parameter in proptest::sample::select(vec![
            ("width", "w"), ("named", "n"), ("format", "f"), ("background", "bg"), ("aiEdit", "e-edit"), ("shadow", "e-shadow"),
            ("grayscale", "e-grayscale"), ("defaultImage", "di"), ("trim", "t"), ("border", "b"), ("aspectRatio", "ar"),
            ("page", "pg"), ("lossless", "lo"),
        ]),
        list in any::<bool>(),
        strict in any::<bool>(),
    ) {
        let (name, code) = parameter;
        let ik = client();
        let value = if list { ParameterValue::from(vec![value.clone(), value]) } else { value.into() };
        let mut options = UrlOptions::default();
        options.path = Some("a.jpg".to_owned());
        options.transformation = vec![Step::new().with(name, value.clone())];
        let options = if strict { options.strict() } else { options };
        let Ok(url) = ik.url_from(&options).build() else { return Ok(()) };
        prop_assert!(holds_one_parameter(&ik, &url, code, false), "{} {:?}: {}", name, value, url);
        let path = ik.parse(&url).unwrap().path().to_owned();
        prop_assert_eq!(path, "/a.jpg");
    }
}

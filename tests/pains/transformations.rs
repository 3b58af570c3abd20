//! Steps, layers, and the values in them.

use imagekitio::types::StreamingProtocol;
use imagekitio::upload::PostTransformation;
use imagekitio::url::{Anchor, Encoding, TransformationPosition, UrlOptions};
use imagekitio::{ErrorKind, Overlay, Transformation};

use crate::{ENDPOINT, signed, urls};

fn step() -> Transformation {
    Transformation::new()
}

/// The transformation of options in JSON, or the error.
fn options(json: &str) -> Result<String, String> {
    let options: UrlOptions = serde_json::from_str(json).map_err(|error| error.to_string())?;
    options
        .strict()
        .transformation_string()
        .map_err(|error| error.to_string())
}

/// imagekit-php#6: A `false` is written as nothing (`lo-`).
///
/// Both booleans are written out, typed and in JSON.
#[test]
fn false_is_written_out() {
    let typed = step()
        .lossless(false)
        .progressive(false)
        .metadata(true)
        .original(false);
    let written = "lo-false,pr-false,md-true,orig-false";
    assert_eq!(typed.to_string(), written);
    let json = r#"{"transformation": [{"lossless": false, "progressive": false, "metadata": true, "original": false}]}"#;
    assert_eq!(options(json).unwrap(), written);
    let url = urls()
        .url("a.jpg")
        .transform(step().rotation(90).lossless(false))
        .build();
    assert_eq!(url.unwrap(), format!("{ENDPOINT}/tr:rt-90,lo-false/a.jpg"));
}

/// imagekit-ruby#14, imagekit-python#12: A transformation without parameters gives `/tr:/` or
/// `?tr=`, which the server refuses.
///
/// Steps without parameters are left out, wherever they are.
#[test]
fn an_empty_transformation_is_left_out() {
    let ik = urls();
    let url = ik
        .url("a.jpg")
        .transform(step())
        .transform(step().width(""))
        .signed(true);
    assert_eq!(url.build().unwrap(), signed("a.jpg"));
    let url = ik
        .url("a.jpg")
        .transform(step())
        .transform(step().width(1))
        .transform(step());
    assert_eq!(url.build().unwrap(), format!("{ENDPOINT}/tr:w-1/a.jpg"));
    let url = ik
        .src(format!("{ENDPOINT}/a.jpg?v=1"))
        .transform(step())
        .build();
    assert_eq!(url.unwrap(), format!("{ENDPOINT}/a.jpg?v=1"));
    assert_eq!(
        options(r#"{"transformation": [{}, {"raw": ""}]}"#).unwrap(),
        ""
    );
}

/// imagekit-python#21: A misspelled option is ignored: a blank at the end of
/// `"transformation_position "` left the transformation in the path.
///
/// Options are methods. Options in JSON refuse unknown names, and `strict` also refuses unknown
/// parameters of steps.
#[test]
fn a_misspelled_option_is_refused() {
    let json = r#"{"path": "/my_image.jpg", "transformation_position ": "query"}"#;
    let error = options(json).unwrap_err();
    assert!(
        error.starts_with("unknown field `transformation_position `, expected one of"),
        "{error}"
    );
    let error = options(r#"{"transformationPosition": "qeury"}"#).unwrap_err();
    assert!(error.contains("unknown variant `qeury`"), "{error}");
    let error = options(r#"{"transformation": [{"widht": 1}]}"#).unwrap_err();
    assert_eq!(
        error,
        "widht: \"widht\" is not a known parameter; give `width`, or write the parameter with `raw`"
    );
}

/// imagekit-php#61, imagekit-php#62, imagekit-dotnet#59, imagekit-java#32: Overlay parameters that
/// ImageKit has removed are still accepted, and the server answers "Bad Transformation Request".
///
/// Overlays are layers. The removed names are refused by `strict`.
#[test]
fn overlays_are_layers() {
    let overlay = Overlay::image("default-image.jpg").transform(step().width(100));
    let url = urls()
        .url("/default-image.jpg")
        .transform(step().height(300).width(300).overlay(overlay))
        .build();
    assert_eq!(
        url.unwrap(),
        format!(
            "{ENDPOINT}/tr:h-300,w-300,l-image,i-default-image.jpg,w-100,l-end/default-image.jpg"
        )
    );
    for name in [
        "overlayImage",
        "overlay_image",
        "overlaywidth",
        "overlayText",
    ] {
        let json = format!(r#"{{"transformation": [{{"height": 300, "{name}": "100"}}]}}"#);
        let error = options(&json).unwrap_err();
        assert!(error.contains(name), "{error}");
    }
}

/// imagekit-php#11, imagekit-ruby#18: A slash in the path of an overlay or a default image ends the
/// transformation.
///
/// Slashes of such paths are written as `@@`. A path that contains `@@` itself is sent as base64,
/// or refused where that can't be.
#[test]
fn slashes_in_paths_of_layers_are_escaped() {
    let overlay = Overlay::image("inside/a/folder/image.jpg")
        .x(100)
        .y(200)
        .focus(Anchor::Left);
    assert_eq!(
        step().height(300).overlay(overlay).to_string(),
        "h-300,l-image,i-inside@@a@@folder@@image.jpg,lx-100,ly-200,lfo-left,l-end"
    );
    assert_eq!(
        step().default_image("/a/b c.jpg").to_string(),
        "di-a@@b%20c.jpg"
    );
    let font = Overlay::text("a").font_family("/fonts/Roboto Condensed.ttf");
    assert_eq!(
        step().overlay(font).to_string(),
        "l-text,i-a,ff-fonts@@Roboto%20Condensed.ttf,l-end"
    );
    let json = r#"{"transformation": [{"overlay": {"type": "video", "input": "/a/b.mp4"}}]}"#;
    assert_eq!(options(json).unwrap(), "l-video,i-a@@b.mp4,l-end");
    let error = urls()
        .url("a.jpg")
        .transform(step().default_image("a@@b.jpg"))
        .build()
        .unwrap_err();
    assert_eq!(error.argument(), Some("default_image"));
}

/// imagekit-java#37, imagekit-dotnet#41, imagekit-javascript#51, imagekit-python#44: A raw
/// transformation gets a prefix (`raw-`), crashes next to other parameters, or can't be given at
/// all.
///
/// `raw` is written as it is given, between the other parameters.
#[test]
fn raw_parameters_get_no_prefix() {
    let raw = "l-image,i-logo.png,l-end";
    assert_eq!(step().raw(raw).to_string(), raw);
    assert_eq!(
        step().width(200).raw(raw).blur(3).to_string(),
        format!("w-200,{raw},bl-3")
    );
    let json = format!(r#"{{"transformation": [{{"width": 200, "raw": "{raw}"}}]}}"#);
    assert_eq!(options(&json).unwrap(), format!("w-200,{raw}"));
}

/// imagekit-react#47, imagekit-php#18: A named transformation isn't applied, because the SDK adds a
/// query with its version to the URL, or can't be given at all.
///
/// Nothing is added to a URL that isn't asked for. Names are read back as they were given.
#[test]
fn named_transformations_are_written_alone() {
    let ik = urls();
    let url = ik
        .url("2021-07-06T19:28:15.962Z-face-side.jpg")
        .transform(step().named("minvatar"));
    assert_eq!(
        url.build().unwrap(),
        format!("{ENDPOINT}/tr:n-minvatar/2021-07-06T19:28:15.962Z-face-side.jpg")
    );
    for position in [TransformationPosition::Path, TransformationPosition::Query] {
        let url = ik
            .url("a.jpg")
            .transform(step().named("media_library_thumbnail").width(5))
            .transform(step().named("50% off-2"))
            .transformation_position(position)
            .build()
            .unwrap();
        let steps = ik.parse(&url).unwrap().steps();
        let names: Vec<_> = steps
            .iter()
            .map(|step| step.get("named").cloned())
            .collect();
        assert_eq!(
            names,
            [
                Some("media_library_thumbnail".into()),
                Some("50% off-2".into())
            ]
        );
    }
}

/// pycloudinary#42: A value with a separator adds parameters or ends the value, so a user's input
/// can change the transformation.
///
/// Typed values with a separator, escaped or not, are refused. `raw` is for the trusted rest.
#[test]
fn a_separator_in_a_value_is_refused() {
    let steps = [
        ("named", step().named("x:orig-true")),
        ("named", step().named("a,w-1")),
        ("named", step().named("a%2Cw-1")),
        ("format", step().format("jpg,orig-true")),
        ("crop", step().crop("at_max:rt-90")),
        ("focus", step().focus("face,w-1")),
        ("background", step().background("FF0000,w-1")),
        ("default_image", step().default_image("a.jpg,orig-true")),
        (
            "font_family",
            step().overlay(Overlay::text("a").font_family("Arial,l-end:orig-true,l-end")),
        ),
    ];
    for (option, step) in steps {
        let error = urls().url("a.jpg").transform(step).build().unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some(option)),
            "{error}"
        );
        assert!(error.to_string().contains("`raw`"), "{error}");
    }
}

/// cloudinary_gem#458, cloudinary_java#160: A font with a blank in its name is written with an
/// underscore, and isn't found.
///
/// The blank is percent-encoded.
#[test]
fn blanks_in_fonts_are_escaped() {
    let overlay = Overlay::text("a").font_family("Open Sans");
    assert_eq!(
        step().overlay(overlay).to_string(),
        "l-text,i-a,ff-Open%20Sans,l-end"
    );
    let url = urls()
        .url("a.jpg")
        .transform(step().overlay(Overlay::text("a").font_family("Open Sans")))
        .signed(true)
        .build();
    assert_eq!(
        url.unwrap(),
        signed("tr:l-text,i-a,ff-Open%20Sans,l-end/a.jpg")
    );
}

/// js-url-gen#430, cloudinary_npm#632, cloudinary_npm#702, cloudinary_js#152, cloudinary-util#233,
/// next-cloudinary#590, cloudinary_php#185, get-share-image#3: Text on a picture loses commas,
/// slashes, line breaks and emoji, or gets escapes that are visible in the picture.
///
/// Text that isn't plain is sent as base64, which is percent-encoded in turn. It is read back as it
/// was given.
#[test]
fn text_of_overlays_survives() {
    let ik = urls();
    for text in [
        "hello,,hi",
        "Get,, the power, of/Cloudinary//!",
        "So, \"here\" & here are 10% special chars - right?",
        "This has, a comma",
        "👋🏽 line\nbreak",
        "a:b;c@@d l-end tr:w-1",
        "%2C%252C",
        "Grüße, 世界",
        "???>>>~~~",
    ] {
        for position in [TransformationPosition::Path, TransformationPosition::Query] {
            let url = ik
                .url("a.jpg")
                .transform(step().overlay(Overlay::text(text)).width(300))
                .transformation_position(position)
                .signed(true)
                .build()
                .unwrap();
            let parsed = ik.parse(&url).unwrap();
            assert_eq!(parsed.path(), "/a.jpg", "{url}");
            let steps = parsed.steps();
            assert_eq!(steps.len(), 1, "{url}");
            let shown = serde_json::to_value(&steps[0]).unwrap();
            assert_eq!(shown["overlay"]["text"], text, "{url}");
            assert_eq!(shown["width"], 300, "{url}");
        }
    }
    // In the alphabet of base64, `/`, `+` and `=` would be separators.
    let overlay = Overlay::text("???>>>~~~").encoding(Encoding::Base64);
    assert_eq!(
        step().overlay(overlay).to_string(),
        "l-text,ie-Pz8%2FPj4%2Bfn5%2B,l-end"
    );
}

/// imagekit-android#20: Resolutions for adaptive streaming are strings in one place and numbers in
/// another.
///
/// Numbers work in both: in URLs and for uploads.
#[tokio::test]
async fn resolutions_are_numbers() {
    let url = urls()
        .url("v.mp4")
        .hls()
        .transform(step().streaming_resolutions([240, 360, 2160]))
        .build();
    assert_eq!(
        url.unwrap(),
        format!("{ENDPOINT}/tr:sr-240_360_2160/v.mp4/ik-master.m3u8")
    );
    let server = support::Scripted::start([support::STORED]).await;
    let streams = PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 2160]);
    let upload = server.client().upload(support::uploads::hello());
    upload.post_transformation(streams).await.unwrap();
    let parts = server.request().parts().await;
    let sent: serde_json::Value = serde_json::from_slice(&parts["transformation"].bytes).unwrap();
    assert_eq!(
        sent,
        serde_json::json!({"post": [{"type": "abs", "protocol": "hls", "value": "240_360_2160"}]})
    );
}

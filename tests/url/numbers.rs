//! Numbers of every type are accepted where a number makes sense, and their ranges are checked.

use imagekitio::url::{
    Background, Expr, FontOutline, Padding, Page, ParameterValue, Radius, Resolution, Sharpen,
    Trim, UnsharpMask, UrlBuilder,
};
use imagekitio::{Error, Overlay, Transformation};

fn step() -> Transformation {
    Transformation::new()
}

fn built(step: Transformation) -> Result<String, Error> {
    UrlBuilder::new("https://ik.imagekit.io/demo")
        .path("a.jpg")
        .transform(step)
        .build()
}

macro_rules! every_type {
    ($check:ident: $($number:ty)*) => {
        $($check!(7 as $number);)*
    };
}

#[test]
fn every_number_type_is_accepted() {
    macro_rules! check {
        ($seven:expr) => {
            let seven = $seven;
            for (step, written) in [
                (step().width(seven).height(seven), "w-7,h-7"),
                (step().aspect_ratio(seven), "ar-7"),
                (step().quality(seven), "q-7"),
                (step().rotation(seven), "rt-7"),
                (step().start_offset(seven), "so-7"),
                (step().radius(seven), "r-7"),
                (step().radius(Radius::corners([seven; 4])), "r-7_7_7_7"),
                (step().trim(Trim::from(seven)), "t-7"),
                (step().sharpen(Sharpen::from(seven)), "e-sharpen-7"),
                (step().contrast(seven), "e-contrast-7"),
                (step().page(Page::from(seven)), "pg-7"),
                (step().width(Expr::input_width() / seven), "w-iw_div_7"),
                (
                    step().unsharp_mask(UnsharpMask::new(seven, seven, seven, seven)),
                    "e-usm-7-7-7-7",
                ),
                (
                    step().overlay(Overlay::text("a").padding(Padding::sides([seven; 4]))),
                    "l-text,i-a,pa-7_7_7_7,l-end",
                ),
                (
                    step().overlay(Overlay::subtitle("a").font_outline(FontOutline::from(seven))),
                    "l-subtitles,i-a,fol-7,l-end",
                ),
                (step().set("width", seven), "w-7"),
            ] {
                assert_eq!(step.to_string(), written);
                built(step).unwrap();
            }
        };
    }
    every_type!(check: i8 i16 i32 i64 isize u8 u16 u32 u64 usize f64);
}

#[test]
fn resolutions_are_accepted_as_numbers() {
    for (step, written) in [
        (step().streaming_resolutions([240, 360]), "sr-240_360"),
        (
            step().streaming_resolutions(vec![1440_u32, 2160]),
            "sr-1440_2160",
        ),
        (step().streaming_resolutions([4320]), "sr-4320"),
        (step().streaming_resolutions(["480", "720"]), "sr-480_720"),
    ] {
        assert_eq!(step.to_string(), written);
        UrlBuilder::new("https://ik.imagekit.io/demo")
            .path("a.mp4")
            .hls()
            .transform(step)
            .build()
            .unwrap();
    }
    assert_eq!(Resolution::from(1080), Resolution::P1080);
    assert_eq!(Resolution::from(100), Resolution::Other("100".to_owned()));
}

#[test]
fn numbers_of_every_kind_are_checked() {
    for (argument, step) in [
        ("quality", step().quality(u64::MAX)),
        ("blur", step().blur(usize::MAX)),
        ("opacity", step().opacity(i64::MIN)),
        ("quality", step().set("quality", u64::MAX)),
        ("radius", step().radius(i64::MIN)),
        (
            "background colors",
            step().background(Background::gradient_dominant_of(3)),
        ),
        ("radius", step().radius(Radius::corners([-1_i8; 4]))),
        (
            "padding",
            step().overlay(Overlay::text("a").padding(Padding::sides([0, 1, -1, 2]))),
        ),
        (
            "unsharp_mask radius",
            step().unsharp_mask(UnsharpMask::new(0, 1, 1, 0)),
        ),
    ] {
        let error = built(step).unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("{argument}: ")),
            "{error}"
        );
        assert!(error.to_string().contains("is not allowed"), "{error}");
    }
    assert_eq!(step().width(i64::MAX).to_string(), "w-9223372036854775807");
    assert_eq!(step().width(u64::MAX).to_string(), "w-18446744073709552000");
    assert_eq!(
        ParameterValue::from(u64::MAX),
        ParameterValue::Float(u64::MAX as f64)
    );
}

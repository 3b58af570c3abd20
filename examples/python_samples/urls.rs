//! URL generation. Nothing is sent.

use std::time::{Duration, UNIX_EPOCH};

use imagekitio::url::{Border, Expr, Sharpen, TransformationPosition};
use imagekitio::{Error, ImageKit, Overlay, Transformation};

use super::Outcome;

/// The endpoint that most samples pass to `url`.
const ENDPOINT: &str = "https://ik.imagekit.io/your_imagekit_id/endpoint/";

/// The client of the quick start guide, with the endpoint of the account that its results show.
fn client() -> Result<ImageKit, Error> {
    ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/fl0osl7rq9")
        .build()
}

/// `ImageKit(private_key=..., public_key=..., url_endpoint='your_url_endpoint')`
///
/// Python requires all three. Here each is optional, but an endpoint must be a URL.
pub(super) fn initialize() -> Outcome {
    let keys = ImageKit::builder()
        .private_key("your_private_key")
        .public_key("your_public_key");
    let ik = keys
        .clone()
        .url_endpoint("https://ik.imagekit.io/your_imagekit_id")
        .build()?;
    let refused = keys.url_endpoint("your_url_endpoint").build();
    assert!(refused.is_err_and(|error| error.argument() == Some("url_endpoint")));
    Ok(ik.public_key().ok_or("the key is missing")?.to_owned())
}

/// `imagekit.url({"path": "/default-image.jpg"})`
pub(super) fn plain_path() -> Outcome {
    let ik = ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/your_imagekit_id")
        .build()?;
    let url = ik.url("/default-image.jpg").build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{"height": "200", ..., "raw": "ar-4-3,q-40"}]})`
///
/// The guide prints `raw-ar-4-3`. Its list of transformations says that `raw` is replaced by its
/// value, and so does the SDK.
pub(super) fn resize_and_raw() -> Outcome {
    let resized = Transformation::new().height(200).width(200);
    let url = client()?
        .url("/default-image.jpg")
        .transform(resized.raw("ar-4-3,q-40"))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:h-200,w-200,ar-4-3,q-40/default-image.jpg"
    );
    Ok(url)
}

/// `['effectGray' => 'e-grayscale']` and `['e-grayscale' => '']`
///
/// This is PHP. The guide says that both work the same. In Python they give
/// `tr:effectGray-e-grayscale` and `tr:e-grayscale-`, and `{"effect_gray": "-"}` is right.
pub(super) fn grayscale() -> Outcome {
    let ik = client()?;
    let gray = ik
        .url("/default-image.jpg")
        .transform(Transformation::new().grayscale());
    let by_name = ik
        .url("/default-image.jpg")
        .transform(Transformation::new().set("effect_gray", "-"));
    assert_eq!(gray.build()?, by_name.build()?);
    assert_eq!(
        gray.build()?,
        "https://ik.imagekit.io/fl0osl7rq9/tr:e-grayscale/default-image.jpg"
    );
    Ok(gray.build()?)
}

/// `imagekit.url({..., "transformation": [{...}], "transformation_position": "query"})`
pub(super) fn resize_in_query() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(Transformation::new().height(200).width(200))
        .transformation_position(TransformationPosition::Query)
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/default-image.jpg?tr=h-200%2Cw-200"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{"height": "300", "width": "200"}, {"rt": "90"}]})`
pub(super) fn resize_then_rotate() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(Transformation::new().height(300).width(200))
        .transform(Transformation::new().rotation(90))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:h-300,w-200:rt-90/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{"rt": "90"}, {"height": "300", "width": "200"}]})`
pub(super) fn rotate_then_resize() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(Transformation::new().rotation(90))
        .transform(Transformation::new().height(300).width(200))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:rt-90:h-300,w-200/default-image.jpg"
    );
    Ok(url)
}

/// The step of [`enhance`] and [`enhance_src`].
fn enhanced() -> Transformation {
    Transformation::new()
        .format("jpg")
        .progressive(true)
        .sharpen(Sharpen::auto())
        .set("effect_contrast", 1)
}

/// `imagekit.url({"path": ..., "transformation": [{..., "effect_sharpen": "-", ...}]})`
pub(super) fn enhance() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(enhanced())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:f-jpg,pr-true,e-sharpen,e-contrast-1/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{"height": "200", "width": "200"}]})`
pub(super) fn resize() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(Transformation::new().height(200).width(200))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:h-200,w-200/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{"quality": "40"}]})`
pub(super) fn quality() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .transform(Transformation::new().quality(40))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/fl0osl7rq9/tr:q-40/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{..., "raw": "l-text,i-Imagekit,fs-50,l-end"}]})`
///
/// Both pages print a URL without `endpoint/`, which is in the input, and with `.jpg`, which is
/// not.
pub(super) fn text_overlay() -> Outcome {
    let text = Overlay::text("Imagekit").font_size(50);
    let url = client()?
        .url("/default-image")
        .url_endpoint(ENDPOINT)
        .transform(Transformation::new().height(300).width(400).overlay(text))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-300,w-400,l-text,i-Imagekit,fs-50,l-end/default-image"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{..., "raw": "l-image,i-default-image.jpg,..."}]})`
///
/// The printed URL is wrong as in [`text_overlay`].
pub(super) fn image_overlay() -> Outcome {
    let framed = Transformation::new()
        .width(100)
        .border(Border::new(10, "CDDC39"));
    let image = Overlay::image("default-image.jpg").transform(framed);
    let url = client()?
        .url("/default-image")
        .url_endpoint(ENDPOINT)
        .transform(Transformation::new().height(300).width(400).overlay(image))
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-300,w-400,l-image,i-default-image.jpg,w-100,b-10_CDDC39,l-end/default-image"
    );
    Ok(url)
}

/// The step of [`block_on_image`] and [`block_on_video`].
fn with_block() -> Transformation {
    let block = Overlay::solid_color("FF0000").width(300).height(100);
    Transformation::new().height(300).width(400).overlay(block)
}

/// `imagekit.url({..., "transformation": [{..., "raw": "l-image,i-ik_canvas,..."}]})`
///
/// The guide prints a URL without `endpoint/`, which is in the input.
pub(super) fn block_on_image() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .url_endpoint(ENDPOINT)
        .transform(with_block())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-300,w-400,l-image,i-ik_canvas,bg-FF0000,w-300,h-100,l-end/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({"path": "/img/sample-video", "transformation": [{..., "raw": ...}], ...})`
///
/// The page prints a URL without `endpoint/`, which is in the input, and with `.mp4`, which is not.
pub(super) fn block_on_video() -> Outcome {
    let url = client()?
        .url("/img/sample-video")
        .url_endpoint(ENDPOINT)
        .transform(with_block())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-300,w-400,l-image,i-ik_canvas,bg-FF0000,w-300,h-100,l-end/img/sample-video"
    );
    Ok(url)
}

/// The step of [`path_and_endpoint`] and [`src`]. Python needs `"raw": "ar-4-3,q-40"` for a part of
/// it.
fn cropped() -> Transformation {
    Transformation::new()
        .height(300)
        .width(400)
        .aspect_ratio((4, 3))
        .quality(40)
}

/// `imagekit.url({"path": ..., "url_endpoint": ..., "transformation": [{..., "raw": ...}]})`
pub(super) fn path_and_endpoint() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .url_endpoint(ENDPOINT)
        .transform(cropped())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-300,w-400,ar-4-3,q-40/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({"src": ..., "transformation": [{..., "raw": "ar-4-3,q-40"}]})`
pub(super) fn src() -> Outcome {
    let url = client()?
        .src("https://ik.imagekit.io/your_imagekit_id/endpoint/default-image.jpg")
        .transform(cropped())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/default-image.jpg?tr=h-300%2Cw-400%2Car-4-3%2Cq-40"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{...}, {...}], "transformation_position": "query"})`
pub(super) fn chain_in_query() -> Outcome {
    let url = client()?
        .url("/default-image.jpg")
        .url_endpoint(ENDPOINT)
        .transform(Transformation::new().height(300).width(400))
        .transform(Transformation::new().rotation(90))
        .transformation_position(TransformationPosition::Query)
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/default-image.jpg?tr=h-300%2Cw-400%3Art-90"
    );
    Ok(url)
}

/// `imagekit.url({"src": ..., "transformation": [{..., "effect_sharpen": "-", ...}]})`
pub(super) fn enhance_src() -> Outcome {
    let url = client()?
        .src("https://ik.imagekit.io/your_imagekit_id/endpoint/default-image.jpg")
        .transform(enhanced())
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/default-image.jpg?tr=f-jpg%2Cpr-true%2Ce-sharpen%2Ce-contrast-1"
    );
    Ok(url)
}

/// `imagekit.url({..., "query_parameters": {...}, "signed": True, "expire_seconds": 300})`
///
/// The page doesn't show the key of the signature that it prints. The sample has its own key, with
/// which Python gives the same signature, and the clock of the page.
pub(super) fn signed_for_five_minutes() -> Outcome {
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .url_endpoint("https://ik.imagekit.io/your_imagekit_id")
        .build()?;
    let now = UNIX_EPOCH + Duration::from_secs(1_658_899_045);
    let url = ik
        .url("/default-image.jpg")
        .query("p1", "123")
        .query("p2", "345")
        .transform(Transformation::new().height(300).width(400))
        .expires_in(Duration::from_secs(300))
        .build_at(now)?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/tr:h-300,w-400/default-image.jpg?p1=123&p2=345&ik-t=1658899345&ik-s=1e1c14f92f92b89be24a09df1bfc4b9709f2aedd"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{..., "border": "cw_mul_0.05_yellow"}]})`
///
/// The page prints a URL without `endpoint/`, which is in the input. It has the transformation in
/// the query, where Python would encode the commas, and the width before the height.
pub(super) fn arithmetic() -> Outcome {
    let step = Transformation::new()
        .height(Expr::input_height() / 2)
        .width(Expr::input_width() / 4)
        .border(Border::new(Expr::current_width() * 0.05, "yellow"));
    let url = client()?
        .url("/default-image.jpg")
        .url_endpoint(ENDPOINT)
        .transform(step)
        .build()?;
    assert_eq!(
        url,
        "https://ik.imagekit.io/your_imagekit_id/endpoint/tr:h-ih_div_2,w-iw_div_4,b-cw_mul_0.05_yellow/default-image.jpg"
    );
    Ok(url)
}

/// `imagekit.url({..., "transformation": [{name: value}]})` with each name of the table
pub(super) fn every_transformation() -> Outcome {
    let table = [
        ("height", "300", "h-300"),
        ("width", "400", "w-400"),
        ("aspect_ratio", "4-3", "ar-4-3"),
        ("quality", "40", "q-40"),
        ("crop", "force", "c-force"),
        ("crop_mode", "extract", "cm-extract"),
        ("x", "10", "x-10"),
        ("y", "20", "y-20"),
        ("focus", "left", "fo-left"),
        ("format", "jpeg", "f-jpeg"),
        ("radius", "50", "r-50"),
        ("background", "A94D34", "bg-A94D34"),
        ("border", "5_A94D34", "b-5_A94D34"),
        ("rotation", "90", "rt-90"),
        ("blur", "10", "bl-10"),
        ("named", "some_name", "n-some_name"),
        ("progressive", "true", "pr-true"),
        ("lossless", "true", "lo-true"),
        ("trim", "5", "t-5"),
        ("metadata", "true", "md-true"),
        ("color_profile", "true", "cp-true"),
        ("default_image", "/folder/file.jpg", "di-folder@@file.jpg"),
        ("dpr", "3", "dpr-3"),
        ("effect_sharpen", "10", "e-sharpen-10"),
        ("effect_usm", "2-2-0.8-0.024", "e-usm-2-2-0.8-0.024"),
        ("effect_contrast", "-", "e-contrast"),
        ("effect_gray", "-", "e-grayscale"),
        ("effect_shadow", "bl-15_st-40", "e-shadow-bl-15_st-40"),
        (
            "effect_gradient",
            "from-red_to-white",
            "e-gradient-from-red_to-white",
        ),
        ("original", "true", "orig-true"),
        ("raw", "h-200,w-300", "h-200,w-300"),
        ("unspecified", "as_it_is", "unspecified-as_it_is"),
    ];
    for (name, value, written) in table {
        let url = client()?
            .url("/default-image.jpg")
            .transform(Transformation::new().set(name, value))
            .build()?;
        let documented =
            format!("https://ik.imagekit.io/fl0osl7rq9/tr:{written}/default-image.jpg");
        assert_eq!(url, documented, "{name}");
    }
    Ok(format!("{} names", table.len()))
}

//! `srcset`, `<picture>` and placeholders.

use imagekitio::Transformation;
use imagekitio::url::{Picture, Verification};

use crate::{ENDPOINT, signed, urls};

/// The URLs of a `srcset` with their descriptors, as browsers split it.
fn candidates(srcset: &str) -> Vec<(&str, &str)> {
    srcset
        .split(", ")
        .map(|candidate| candidate.rsplit_once(' ').unwrap())
        .collect()
}

/// imagekit-react#67, imagekit-react#102, imagekit-vuejs#11, imagekit-vuejs#24: There is no
/// `srcset`, and no `<picture>`; users write URLs and widths by hand.
///
/// `responsive` writes `src`, `srcset` and `sizes`, and `Picture` the element for art direction,
/// both escaped for HTML.
#[test]
fn responsive_images_are_made_from_a_url() {
    let ik = urls();
    let image = |path| {
        ik.url(path)
            .query("a", "1")
            .query("b", "2")
            .responsive()
            .device_breakpoints([640, 1200])
    };
    let wide = image("wide.jpg").build().unwrap();
    assert_eq!(
        wide.srcset,
        format!(
            "{ENDPOINT}/tr:w-640,c-at_max/wide.jpg?a=1&b=2 640w, {ENDPOINT}/tr:w-1200,c-at_max/wide.jpg?a=1&b=2 1200w"
        )
    );
    assert_eq!(wide.sizes.as_deref(), Some("100vw"));
    let narrow = image("narrow.jpg").sizes("50vw").build().unwrap();
    let picture = Picture::new(narrow, "A \"view\"")
        .source("(min-width: 800px)", wide)
        .to_string();
    assert!(
        picture.starts_with(&format!(
            "<picture><source srcset=\"{ENDPOINT}/tr:w-640,c-at_max/wide.jpg?a=1&amp;b=2 640w, "
        )),
        "{picture}"
    );
    assert!(
        picture.ends_with(" sizes=\"50vw\" alt=\"A &quot;view&quot;\"></picture>"),
        "{picture}"
    );
}

/// srcset#5, heritrix3#243, heritrix3#458, cf-images#66: A URL with commas is torn apart where a
/// `srcset` is read.
///
/// A comma at the end of a URL is written as `%2C`. Commas inside stay, because browsers end a URL
/// at white space.
#[test]
fn commas_do_not_tear_a_srcset() {
    let ik = urls();
    for (path, written) in [
        ("/a,b,c,", "a,b,c%2C"),
        ("/a.jpg,,", "a.jpg%2C%2C"),
        ("/a, b.jpg", "a,%20b.jpg"),
    ] {
        let image = ik
            .url(path)
            .responsive()
            .device_breakpoints([640, 750])
            .build()
            .unwrap();
        let urls = [640, 750].map(|width| format!("{ENDPOINT}/tr:w-{width},c-at_max/{written}"));
        assert_eq!(
            candidates(&image.srcset),
            [(urls[0].as_str(), "640w"), (&urls[1], "750w")]
        );
    }
}

/// imgix-python#101, imgix.js#122: A `srcset` for a fixed width rounds to breakpoints, and there is
/// no 3x.
///
/// `densities` gives exactly the width times each density.
#[test]
fn densities_are_exact() {
    let image = urls()
        .url("a.jpg")
        .responsive()
        .width(120)
        .densities([1, 2, 3])
        .build()
        .unwrap();
    let url = |width: u32| format!("{ENDPOINT}/tr:w-{width},c-at_max/a.jpg");
    assert_eq!(
        image.srcset,
        format!("{} 1x, {} 2x, {} 3x", url(120), url(240), url(360))
    );
    assert_eq!(
        (image.src, image.sizes, image.width),
        (url(360), None, Some(120))
    );
}

/// react-imgix#12: The URLs of a `srcset` aren't signed one by one, so all but one are refused.
///
/// Each URL has its own signature.
#[test]
fn each_url_of_a_srcset_is_signed() {
    let ik = urls();
    let image = ik
        .url("ä.jpg")
        .signed(true)
        .responsive()
        .device_breakpoints([640, 750])
        .build()
        .unwrap();
    let expected = [640, 750].map(|width| signed(&format!("tr:w-{width},c-at_max/%C3%A4.jpg")));
    assert_eq!(
        candidates(&image.srcset),
        [(expected[0].as_str(), "640w"), (&expected[1], "750w")]
    );
    assert_eq!(image.src, expected[1]);
    for url in expected {
        assert_eq!(
            ik.verify(&url).unwrap(),
            Verification::Valid { expires_at: None }
        );
    }
}

/// imagekit-react#106, imagekit-react#49, imagekit-react#52: The low-quality placeholder of a
/// signed image isn't shown, nor where only named transformations are allowed.
///
/// A placeholder is a URL like others, with its own signature. A named step does the same.
#[test]
fn a_placeholder_is_signed() {
    let ik = urls();
    let image = ik.url("a.jpg").signed(true);
    let wide = image.clone().transform(Transformation::new().width(400));
    assert_eq!(wide.build().unwrap(), signed("tr:w-400/a.jpg"));
    let placeholder = wide.placeholder().build().unwrap();
    assert_eq!(placeholder, signed("tr:w-400:w-24,q-20,bl-10/a.jpg"));
    let named = ["main", "lqip"].map(|name| Transformation::new().named(name));
    let placeholder = named
        .into_iter()
        .fold(image, |url, step| url.transform(step));
    assert_eq!(
        placeholder.build().unwrap(),
        signed("tr:n-main:n-lqip/a.jpg")
    );
}

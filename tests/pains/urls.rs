//! Paths, endpoints and queries of URLs.

use imagekitio::url::{FilePath, ImageKitUrl, Step, TransformationPosition, UrlBuilder};
use imagekitio::{ErrorKind, Transformation};

use crate::{ENDPOINT, expiring_at, signed, signed_at, urls, urls_at};

fn width(pixels: u32) -> Transformation {
    Transformation::new().width(pixels)
}

/// imagekit-nodejs#111, imagekit-php#10: An endpoint with several levels or a trailing slash gives
/// double slashes, lost levels, and signatures that the server refuses.
///
/// The URL has all levels and single slashes. The signature covers what follows the endpoint.
#[test]
fn an_endpoint_with_several_levels_stays_whole() {
    for endpoint in [
        "https://ik.imagekit.io/test/test2",
        "https://ik.imagekit.io/test/test2/",
        "https://ik.imagekit.io/test/test2///",
    ] {
        let ik = urls_at(endpoint);
        let whole = "https://ik.imagekit.io/test/test2";
        assert_eq!(
            ik.url("/71d7.png").build().unwrap(),
            format!("{whole}/71d7.png")
        );
        assert_eq!(
            ik.url("/71d7.png")
                .expires_at(crate::at(1_700_000_300))
                .build()
                .unwrap(),
            expiring_at(whole, "71d7.png", 1_700_000_300)
        );
    }
    let ik = urls_at("https://ik.imagekit.io/lb/random/07/");
    let url = ik
        .url("/Web.png")
        .query("random-param", "584")
        .transform(Transformation::new().height(300).width(400))
        .transform(Transformation::new().rotation(90))
        .transformation_position(TransformationPosition::Query);
    assert_eq!(
        url.build().unwrap(),
        "https://ik.imagekit.io/lb/random/07/Web.png?random-param=584&tr=h-300%2Cw-400%3Art-90"
    );
}

/// next-cloudinary#235, next-cloudinary#414, react-imgix#815, imgix-python#21, imgix-java#14,
/// imgix-java#21, imgix-js-core#24, imgix-js-core#25, imgix-js-core#314, imgix-php#87: A path that
/// is percent-encoded already is encoded again (`%2520`), and the option against it breaks
/// signatures.
///
/// An escape in a path stays an escape, and the signature covers what is sent. A name that contains
/// `%20` itself is a `FilePath::literal`.
#[test]
fn what_is_encoded_is_not_encoded_again() {
    let ik = urls();
    for (path, written) in [
        ("foo%20bar.png", "foo%20bar.png"),
        ("foo bar.png", "foo%20bar.png"),
        ("a/%C3%BC%2f.png", "a/%C3%BC%2f.png"),
        ("a,b.jpg", "a,b.jpg"),
        ("a%2Cb.jpg", "a%2Cb.jpg"),
        ("50%.png", "50%25.png"),
        ("50%zz %20.png", "50%25zz%20%20.png"),
    ] {
        assert_eq!(
            ik.url(path).build().unwrap(),
            format!("{ENDPOINT}/{path}", path = written)
        );
        let url = ik.url(path).signed(true).build().unwrap();
        assert_eq!(url, signed(written));
        let src = ik
            .src(format!("{ENDPOINT}/{path}"))
            .signed(true)
            .build()
            .unwrap();
        assert_eq!(src, url);
        // What was built is built again as it is.
        let again = ik.src(&url).signed(true).build().unwrap();
        assert_eq!(again, url);
    }
    let literal = ik.url(FilePath::literal("foo%20bar.png")).signed(true);
    assert_eq!(literal.build().unwrap(), signed("foo%2520bar.png"));
}

/// imagekit-php#59, imagekit-nodejs#92, imagekit-python#63, imagekit-ruby#31, imgix-php#30,
/// thumbor#105, tachyon-plugin#7: A path with diacritics gives an invalid URL, or a signature that
/// the server refuses, most often outside of the root folder.
///
/// All characters outside of ASCII are percent-encoded as UTF-8, byte for byte as given, and signed
/// in that form.
#[test]
fn diacritics_are_signed_as_they_are_sent() {
    for (path, written) in [
        ("/four-penguins-with-é.png", "four-penguins-with-%C3%A9.png"),
        (
            "/folder,é/four-penguins-with-é.webp",
            "folder,%C3%A9/four-penguins-with-%C3%A9.webp",
        ),
        (
            "/22lines/Fjällräven.png",
            "22lines/Fj%C3%A4llr%C3%A4ven.png",
        ),
        (
            "/22lines/Fja\u{308}llra\u{308}ven.png",
            "22lines/Fja%CC%88llra%CC%88ven.png",
        ),
        ("/हि/图.jpg", "%E0%A4%B9%E0%A4%BF/%E5%9B%BE.jpg"),
    ] {
        for endpoint in [ENDPOINT, "https://ik.imagekit.io/patchboard/echl"] {
            let ik = urls_at(endpoint);
            let url = ik.url(path).signed(true).build().unwrap();
            assert_eq!(url, signed_at(endpoint, written));
            let url = ik.url(path).transform(width(200)).signed(true);
            assert_eq!(
                url.build().unwrap(),
                signed_at(endpoint, &format!("tr:w-200/{written}"))
            );
            let url = ik.url(path).expires_at(crate::at(1_800_000_000)).build();
            assert_eq!(url.unwrap(), expiring_at(endpoint, written, 1_800_000_000));
        }
    }
}

/// imgix-js-core#223, imagekit-nodejs#102: A plus sign or an apostrophe in a path gives a URL that
/// the server resolves to another file or refuses.
///
/// Both are valid in a path, stay as they are, and are signed like that. A plus sign is a space in
/// a query only.
#[test]
fn punctuation_of_a_path_is_signed_as_it_is_sent() {
    let ik = urls();
    for path in ["a+b.jpg", "it's.jpg", "&$+,:;=@.jpg", "(1)!*~.jpg"] {
        let url = ik.url(path).signed(true).build().unwrap();
        assert_eq!(url, signed(path));
        assert_eq!(ik.parse(&url).unwrap().path(), format!("/{path}"));
    }
}

/// next-cloudinary#479: Characters without a width in a path, pasted from elsewhere, give a URL
/// that looks right and is not found.
///
/// They are percent-encoded, so they can be seen.
#[test]
fn invisible_characters_can_be_seen() {
    let url = urls().url("im\u{200b}age\u{feff}\u{a0}.jpg").build();
    assert_eq!(
        url.unwrap(),
        format!("{ENDPOINT}/im%E2%80%8Bage%EF%BB%BF%C2%A0.jpg")
    );
}

/// imagekit-vuejs#43, imagekit-ruby#45: The URL of another server, with escapes and a query, loses
/// its query behind a web proxy, or isn't signed as it is sent.
///
/// As a path, its `?` is escaped, so that its query stays with it, and its escapes stay as they
/// are. For a signature, the URL is encoded as a whole, so that nothing on the way changes it.
#[test]
fn a_url_behind_a_web_proxy_keeps_its_query() {
    let endpoint = "https://ik.imagekit.io/endpoint/proxy";
    let ik = urls_at(endpoint);
    let firebase = "https://firebasestorage.googleapis.com/v0/b/X/o/deals%2FPop%2F%2418.jpg?alt=media&token=169a";
    let written = "https://firebasestorage.googleapis.com/v0/b/X/o/deals%2FPop%2F%2418.jpg%3Falt=media&token=169a";
    assert_eq!(
        ik.url(firebase).build().unwrap(),
        format!("{endpoint}/{written}")
    );
    let url = ik.url(firebase).transform(width(10)).signed(true).build();
    let whole = "https%3A%2F%2Ffirebasestorage.googleapis.com%2Fv0%2Fb%2FX%2Fo%2Fdeals%252FPop%252F%252418.jpg%3Falt%3Dmedia%26token%3D169a";
    assert_eq!(
        url.unwrap(),
        signed_at(endpoint, &format!("tr:w-10/{whole}"))
    );
    let url = ik
        .url("https%3A%2F%2Furl%2F")
        .query("tr", "w-263,h-197,rt-auto:ow-526")
        .signed(true)
        .build();
    assert_eq!(
        url.unwrap(),
        signed_at(
            endpoint,
            "https%3A%2F%2Furl%2F?tr=w-263%2Ch-197%2Crt-auto%3Aow-526"
        )
    );
}

/// nuxt-image#319: Adding a transformation to a URL with a query gives two question marks.
///
/// The transformation joins the query that is there.
#[test]
fn a_transformation_joins_the_query_that_is_there() {
    let ik = urls();
    let file = format!("{ENDPOINT}/medium_cafe.jpg");
    let src = ik.src(format!("{file}?v=1623268222"));
    assert_eq!(
        src.clone().transform(width(400)).build().unwrap(),
        format!("{file}?v=1623268222&tr=w-400")
    );
    let url = src.transform(width(400)).signed(true).build().unwrap();
    assert_eq!(url, signed("medium_cafe.jpg?v=1623268222&tr=w-400"));
    let url = ik.src(format!("{file}?")).transform(width(400)).build();
    assert_eq!(url.unwrap(), format!("{file}?tr=w-400"));
}

/// imagekit-react#71: The path of a video's thumbnail is appended by hand, which goes wrong for
/// URLs with a query.
///
/// `thumbnail` appends it to the path, before the query.
#[test]
fn the_thumbnail_of_a_video_is_part_of_the_path() {
    let ik = urls();
    let url = ik.url("/v.mp4").query("a", "1").thumbnail().signed(true);
    assert_eq!(url.build().unwrap(), signed("v.mp4/ik-thumbnail.jpg?a=1"));
    let src = ik
        .src(format!("{ENDPOINT}/v.mp4?a=1#t"))
        .thumbnail()
        .transform(width(5));
    assert_eq!(
        src.build().unwrap(),
        format!("{ENDPOINT}/v.mp4/ik-thumbnail.jpg?a=1&tr=w-5#t")
    );
}

/// imagekit-php#34, imagekit-php#35: A name for search engines can't be combined with signing and
/// transformations.
///
/// `seo_name` writes the name and moves the transformation into the query, and the signature covers
/// both.
#[test]
fn a_name_for_search_engines_can_be_signed() {
    let url = urls()
        .url("/products/81723.jpg")
        .seo_name("red shoes")
        .transform(width(300))
        .signed(true)
        .build();
    assert_eq!(
        url.unwrap(),
        signed("ik-seo/products/81723/red%20shoes.jpg?tr=w-300")
    );
}

/// imagekit-dotnet#19: A path together with a URL is accepted, and one of them is ignored.
///
/// The last of the two counts, as with all setters. Without any, building fails and names both.
#[test]
fn the_last_file_of_a_url_counts() {
    let ik = urls();
    let other = "https://ik.imagekit.io/demo/b.jpg";
    assert_eq!(ik.url("a.jpg").src(other).build().unwrap(), other);
    assert_eq!(
        ik.src(other).path("a.jpg").build().unwrap(),
        format!("{ENDPOINT}/a.jpg")
    );
    let error = UrlBuilder::new(ENDPOINT).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "path: no file is given; give its path or its src"
    );
}

/// cloudinary_js#94, cloudinary_npm#220, next-cloudinary#9, next-cloudinary#53, unpic#6, unpic#188,
/// cloudinary-util#197: A URL with transformations can't be read: they are lost, doubled, or
/// encoded twice when another one is added.
///
/// `parse` returns every part of a URL. What is built from these parts is the same URL, with the
/// steps that are added to it.
#[test]
fn a_url_is_read_changed_and_built_again() {
    let ik = urls();
    for url in [
        format!("{ENDPOINT}/tr:w-100,h-100:rt-90/images/turtle.jpg?v=1"),
        format!("{ENDPOINT}/images/caf%C3%A9%20%2B.jpg?v=1&tr=w-100%2Ch-100%3Art-90"),
    ] {
        let parsed: ImageKitUrl = ik.parse(&url).unwrap();
        assert_eq!(
            parsed.steps(),
            [
                Step::new().with("width", 100).with("height", 100),
                Step::new().with("rotation", 90),
            ]
        );
        let mut options = parsed.options();
        assert_eq!(ik.url_from(&options).build().unwrap(), url);
        options.transformation.push(Step::new().with("blur", 5));
        let longer = url
            .replace(":rt-90", ":rt-90:bl-5")
            .replace("%3Art-90", "%3Art-90%3Abl-5");
        assert_eq!(ik.url_from(&options).build().unwrap(), longer);
        options.transformation.clear();
        let without = url
            .replace("/tr:w-100,h-100:rt-90", "")
            .replace("&tr=w-100%2Ch-100%3Art-90", "");
        assert_eq!(ik.url_from(&options).build().unwrap(), without);
    }
    // Without a transformation, there is none to read.
    let plain = ik
        .parse(&format!("{ENDPOINT}/v176873436/ab/a.jpg"))
        .unwrap();
    assert_eq!(
        (plain.path(), plain.steps()),
        ("/v176873436/ab/a.jpg", vec![])
    );
}

/// imagekit-dotnet#67: Threads that give a shared client different endpoints corrupt its state.
///
/// An endpoint for one URL belongs to the builder of that URL. Clients don't change.
#[test]
fn threads_use_endpoints_of_their_own() {
    let ik = urls();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let ik = &ik;
            scope.spawn(move || {
                let endpoint = format!("https://ik.imagekit.io/{thread}");
                for file in 0..1000 {
                    let path = format!("{file}.jpg");
                    let url = ik.url(&path).url_endpoint(&endpoint).signed(true).build();
                    assert_eq!(url.unwrap(), signed_at(&endpoint, &path));
                }
            });
        }
    });
    assert_eq!(
        ik.url("a.jpg").build().unwrap(),
        format!("{ENDPOINT}/a.jpg")
    );
}

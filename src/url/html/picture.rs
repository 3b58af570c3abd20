//! The `<img>` and `<picture>` elements.

use std::fmt;

use super::responsive::ResponsiveImage;
use crate::secret::RedactedSignatures;

impl ResponsiveImage {
    /// Returns the `<img>` element with escaped attributes.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .build()?;
    /// let image = ik
    ///     .url("a.jpg")
    ///     .query("v", "1")
    ///     .query("w", "2")
    ///     .responsive()
    ///     .width(300)
    ///     .device_breakpoints([320])
    ///     .build()?;
    /// assert_eq!(
    ///     image.img("\"A\" & B"),
    ///     "<img src=\"https://ik.imagekit.io/demo/tr:w-384,c-at_max/a.jpg?v=1&amp;w=2\" \
    ///      srcset=\"https://ik.imagekit.io/demo/tr:w-320,c-at_max/a.jpg?v=1&amp;w=2 1x, \
    ///      https://ik.imagekit.io/demo/tr:w-384,c-at_max/a.jpg?v=1&amp;w=2 2x\" \
    ///      width=\"300\" alt=\"&quot;A&quot; &amp; B\">"
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn img(&self, alt: &str) -> String {
        let mut html = String::from("<img");
        attribute(&mut html, "src", &self.src);
        self.candidates(&mut html);
        if let Some(width) = self.width {
            attribute(&mut html, "width", &width.to_string());
        }
        attribute(&mut html, "alt", alt);
        html.push('>');
        html
    }

    fn candidates(&self, html: &mut String) {
        attribute(html, "srcset", &self.srcset);
        if let Some(sizes) = &self.sizes {
            attribute(html, "sizes", sizes);
        }
    }
}

/// A `<picture>` element: different images for different viewports or formats.
///
/// # Examples
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::Picture;
///
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// let wide = ik
///     .url("wide.jpg")
///     .responsive()
///     .device_breakpoints([1200])
///     .build()?;
/// let narrow = ik
///     .url("narrow.jpg")
///     .responsive()
///     .device_breakpoints([640])
///     .build()?;
/// let picture = Picture::new(narrow, "A view").source("(min-width: 800px)", wide);
/// assert_eq!(
///     picture.to_string(),
///     "<picture>\
///      <source srcset=\"https://ik.imagekit.io/demo/tr:w-1200,c-at_max/wide.jpg 1200w\" sizes=\"100vw\" \
///      media=\"(min-width: 800px)\">\
///      <img src=\"https://ik.imagekit.io/demo/tr:w-640,c-at_max/narrow.jpg\" \
///      srcset=\"https://ik.imagekit.io/demo/tr:w-640,c-at_max/narrow.jpg 640w\" sizes=\"100vw\" alt=\"A view\">\
///      </picture>"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "call `to_string` to get the HTML"]
pub struct Picture {
    sources: String,
    fallback: String,
}

/// Omits signatures.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("sources", &RedactedSignatures(&self.sources))
            .field("fallback", &RedactedSignatures(&self.fallback))
            .finish()
    }
}

impl Picture {
    /// Creates a picture that shows `image` if no source matches.
    pub fn new(image: ResponsiveImage, alt: &str) -> Self {
        Self {
            sources: String::new(),
            fallback: image.img(alt),
        }
    }

    /// Adds an image for viewports that match a media query. Browsers show the first source that
    /// matches.
    pub fn source(self, media: &str, image: ResponsiveImage) -> Self {
        self.with_source("media", media, &image)
    }

    /// Adds an image for browsers that support a MIME type, such as `image/avif`. Browsers show the
    /// first source that matches.
    pub fn source_of_type(self, mime_type: &str, image: ResponsiveImage) -> Self {
        self.with_source("type", mime_type, &image)
    }

    fn with_source(mut self, name: &str, value: &str, image: &ResponsiveImage) -> Self {
        self.sources.push_str("<source");
        image.candidates(&mut self.sources);
        attribute(&mut self.sources, name, value);
        self.sources.push('>');
        self
    }
}

/// Writes the element with escaped attributes.
impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<picture>{}{}</picture>", self.sources, self.fallback)
    }
}

fn attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    html.push('"');
}

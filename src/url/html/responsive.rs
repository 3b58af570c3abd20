//! Images in several widths, from which browsers choose.

use std::fmt;
use std::time::SystemTime;

use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::RedactedSignatures;
use crate::url::builder::UrlBuilder;
use crate::url::transformation::{Crop, Transformation};

/// Widths of common screens, in pixels.
const DEVICE_BREAKPOINTS: [u32; 8] = [640, 750, 828, 1080, 1200, 1920, 2048, 3840];

/// Widths of images smaller than a screen, in pixels.
const IMAGE_BREAKPOINTS: [u32; 8] = [16, 32, 48, 64, 96, 128, 256, 384];

/// Builds the same image in several widths. Start with [`UrlBuilder::responsive`].
///
/// The widths depend on what is known about the size on the page:
/// - With [`sizes`](Self::sizes) such as `50vw`: every breakpoint from that fraction of the
///   smallest screen up.
/// - With a [`width`](Self::width): the breakpoint for that width, and the one for screens of
///   double density.
/// - With a [`width`](Self::width) and [`densities`](Self::densities): exactly that width times
///   each density.
/// - Otherwise: the widths of screens.
///
/// # Examples
///
/// ```
/// use imagekitio::ImageKit;
///
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// let image = ik.url("a.jpg").responsive().width(300).build()?;
/// assert_eq!(image.src, "https://ik.imagekit.io/demo/tr:w-640,c-at_max/a.jpg");
/// assert_eq!(
///     image.srcset,
///     "https://ik.imagekit.io/demo/tr:w-384,c-at_max/a.jpg 1x, \
///      https://ik.imagekit.io/demo/tr:w-640,c-at_max/a.jpg 2x"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "call `build` to get the attributes"]
pub struct Responsive<'a> {
    url: UrlBuilder<'a>,
    width: Option<u32>,
    sizes: Option<String>,
    densities: Option<Vec<f64>>,
    devices: Vec<u32>,
    images: Vec<u32>,
}

/// The attributes of an `<img>` element with an image in several widths.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponsiveImage {
    /// The URL of the widest image, for browsers that don't support `srcset`.
    pub src: String,
    /// All URLs with their widths (`640w`) or densities (`2x`). A comma at the end of a URL, which
    /// HTML would read as a separator, is written as `%2C`.
    pub srcset: String,
    /// How wide the image is on the page. `None` if `srcset` has densities.
    pub sizes: Option<String>,
    /// The width on the page in pixels, if it is known.
    pub width: Option<u32>,
}

/// Omits signatures.
impl fmt::Debug for ResponsiveImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponsiveImage")
            .field("src", &RedactedSignatures(&self.src))
            .field("srcset", &RedactedSignatures(&self.srcset))
            .field("sizes", &self.sizes)
            .field("width", &self.width)
            .finish()
    }
}

/// A width in pixels, and its descriptor in `srcset`: `640w` or `2x`.
type Candidate = (u32, String);

impl<'a> Responsive<'a> {
    pub(super) fn new(url: UrlBuilder<'a>) -> Self {
        Self {
            url,
            width: None,
            sizes: None,
            densities: None,
            devices: DEVICE_BREAKPOINTS.to_vec(),
            images: IMAGE_BREAKPOINTS.to_vec(),
        }
    }

    /// Sets the width of the image on the page in pixels, at least 1.
    pub fn width(mut self, pixels: u32) -> Self {
        self.width = Some(pixels);
        self
    }

    /// Sets the pixel densities of screens, above 0, such as 1, 2 and 3. Each image is exactly the
    /// [`width`](Self::width) times a density wide, rounded to whole pixels, regardless of
    /// breakpoints.
    ///
    /// The order doesn't matter, and duplicates are removed. Needs a width and excludes
    /// [`sizes`](Self::sizes).
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .build()?;
    /// let image = ik
    ///     .url("a.jpg")
    ///     .responsive()
    ///     .width(120)
    ///     .densities([1, 3])
    ///     .build()?;
    /// assert_eq!(
    ///     image.srcset,
    ///     "https://ik.imagekit.io/demo/tr:w-120,c-at_max/a.jpg 1x, \
    ///      https://ik.imagekit.io/demo/tr:w-360,c-at_max/a.jpg 3x"
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn densities<D: Into<f64>>(mut self, densities: impl IntoIterator<Item = D>) -> Self {
        self.densities = Some(densities.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the `sizes` attribute, such as `(min-width: 800px) 50vw, 100vw`. Takes precedence over
    /// a width.
    pub fn sizes(mut self, sizes: impl Into<String>) -> Self {
        self.sizes = Some(sizes.into());
        self
    }

    /// Sets the widths of screens in pixels, at least 1. Default: 640, 750, 828, 1080, 1200, 1920,
    /// 2048 and 3840.
    pub fn device_breakpoints(mut self, pixels: impl IntoIterator<Item = u32>) -> Self {
        self.devices = pixels.into_iter().collect();
        self
    }

    /// Sets the widths of smaller images in pixels, at least 1. Default: 16, 32, 48, 64, 96, 128,
    /// 256 and 384.
    pub fn image_breakpoints(mut self, pixels: impl IntoIterator<Item = u32>) -> Self {
        self.images = pixels.into_iter().collect();
        self
    }

    /// Builds the attributes.
    ///
    /// # Errors
    /// Returns the errors of [`UrlBuilder::build`], and
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if there are no breakpoints or a width is
    /// 0, and for [`densities`](Self::densities) that are not above 0, without a width, or with
    /// sizes.
    pub fn build(&self) -> Result<ResponsiveImage, Error> {
        self.build_with(platform::now)
    }

    /// Builds the attributes with a lifetime that starts at `now`.
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build).
    pub fn build_at(&self, now: SystemTime) -> Result<ResponsiveImage, Error> {
        self.build_with(|| Ok(now))
    }

    fn build_with(
        &self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<ResponsiveImage, Error> {
        let candidates = match &self.densities {
            Some(densities) => self.exact_candidates(densities)?,
            None => self.candidates(),
        };
        if self.width == Some(0) || candidates.first().is_none_or(|&(width, _)| width == 0) {
            return Err(Error::invalid_input(
                "breakpoints",
                "widths must be at least 1 pixel and there must be one; give breakpoints above 0 and no width of 0",
            ));
        }
        let url = self.url.clone().with_fixed_expiry(now)?;
        let mut src = String::new();
        let mut srcset = String::new();
        for (i, (width, descriptor)) in candidates.into_iter().enumerate() {
            let step = Transformation::new().width(width).crop(Crop::AtMax);
            src = url.clone().transform(step).build()?;
            if i > 0 {
                srcset.push_str(", ");
            }
            push_candidate(&mut srcset, &src);
            srcset.push(' ');
            srcset.push_str(&descriptor);
        }
        let by_width = self.sizes.is_some() || self.width.is_none();
        Ok(ResponsiveImage {
            src,
            srcset,
            sizes: by_width.then(|| self.sizes.clone().unwrap_or_else(|| "100vw".to_owned())),
            width: self.width,
        })
    }

    /// Returns the width times each density, in ascending order.
    fn exact_candidates(&self, densities: &[f64]) -> Result<Vec<Candidate>, Problem> {
        let refused = |reason: String| Problem::new("densities", reason);
        let (Some(width), None) = (self.width, &self.sizes) else {
            return Err(refused(
                "densities need a width and no sizes; give the width on the page".into(),
            ));
        };
        let mut densities = densities.to_vec();
        densities.sort_by(f64::total_cmp);
        densities.dedup();
        if densities.is_empty() {
            return Err(refused(
                "the list is empty; give densities such as 1, 2 and 3".into(),
            ));
        }
        let candidates = densities.into_iter().map(|density| {
            let pixels = (f64::from(width) * density).round();
            // This also refuses NaN.
            if !(density > 0.0 && (1.0..=f64::from(u32::MAX)).contains(&pixels)) && width != 0 {
                return Err(refused(format!(
                    "{density} makes no width from 1 to {} pixels of {width}; give a density such as 1, 1.5 or 2",
                    u32::MAX
                )));
            }
            Ok((pixels as u32, format!("{density}x")))
        });
        candidates.collect()
    }

    /// Returns the widths in ascending order.
    fn candidates(&self) -> Vec<Candidate> {
        let by_width = |widths: Vec<u32>| {
            let candidates = widths.into_iter().map(|width| (width, format!("{width}w")));
            candidates.collect()
        };
        let sorted = |mut widths: Vec<u32>| {
            widths.sort_unstable();
            widths.dedup();
            widths
        };
        let devices = sorted(self.devices.clone());
        let all = sorted([self.images.as_slice(), &self.devices].concat());
        if let Some(sizes) = &self.sizes {
            let smallest_device = devices.first().copied().map_or(0, u64::from);
            let smallest = viewport_percentages(sizes)
                .min()
                .map(|percent| smallest_device * percent);
            let fits =
                |width: &u32| smallest.is_none_or(|smallest| u64::from(*width) * 100 >= smallest);
            return by_width(all.into_iter().filter(fits).collect());
        }
        let Some(width) = self.width else {
            return by_width(devices);
        };
        let at_least = |pixels| {
            all.iter()
                .copied()
                .find(|&width| width >= pixels)
                .or(all.last().copied())
        };
        let mut widths: Vec<u32> = [at_least(width), at_least(width.saturating_mul(2))]
            .into_iter()
            .flatten()
            .collect();
        widths.dedup();
        let candidates = widths.into_iter().zip(1..);
        candidates
            .map(|(width, density)| (width, format!("{density}x")))
            .collect()
    }
}

/// Appends a URL to a `srcset`. It is ASCII without white space, so only commas at its end could be
/// read as separators.
fn push_candidate(srcset: &mut String, url: &str) {
    let whole = url.trim_end_matches(',');
    srcset.push_str(whole);
    srcset.push_str(&"%2C".repeat(url.len() - whole.len()));
}

/// Returns the fractions of the viewport's width in a `sizes` attribute, in percent: integers below
/// 200 before `vw` at the start of a word.
fn viewport_percentages(sizes: &str) -> impl Iterator<Item = u64> {
    sizes.split_whitespace().filter_map(|word| {
        let (digits, _) = word.split_once("vw")?;
        let fits = matches!(digits.as_bytes(), [_] | [_, _] | [b'1', _, _]);
        digits
            .parse()
            .ok()
            .filter(|_| fits && !digits.starts_with('+'))
    })
}

impl<'a> UrlBuilder<'a> {
    /// Starts the same image in several widths, from which browsers choose.
    pub fn responsive(self) -> Responsive<'a> {
        Responsive::new(self)
    }

    /// Adds a step for a small, blurred placeholder of a few hundred bytes.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .build()?;
    /// let url = ik.url("a.jpg").placeholder().build()?;
    /// assert_eq!(url, "https://ik.imagekit.io/demo/tr:w-24,q-20,bl-10/a.jpg");
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn placeholder(self) -> Self {
        self.transform(Transformation::new().width(24).quality(20).blur(10))
    }
}

//! Precomputed transformations.

use crate::error::Error;
use crate::url::placement::UrlStyle;
use crate::url::transformation::Transformation;

/// A precomputed transformation. Each URL that uses it costs a copy.
///
/// # Examples
///
/// ```
/// use imagekitio::url::Preset;
/// use imagekitio::{ImageKit, Transformation};
///
/// let thumbnail = Preset::new([
///     Transformation::new().width(200).height(200),
///     Transformation::new().grayscale(),
/// ])?;
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// for name in ["a.jpg", "b.jpg"] {
///     let url = ik.url(name).preset(&thumbnail).build()?;
///     assert_eq!(
///         url,
///         format!("https://ik.imagekit.io/demo/tr:w-200,h-200:e-grayscale/{name}")
///     );
/// }
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    transformation: Transformation,
    /// As in a path, and as in a query of the readable style.
    readable: String,
    /// As in a query of the encoded style.
    encoded: String,
}

impl Preset {
    /// Checks and precomputes steps.
    ///
    /// # Errors
    /// Returns [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first invalid value, with
    /// its argument and what is allowed.
    pub fn new(steps: impl IntoIterator<Item = Transformation>) -> Result<Self, Error> {
        let mut transformation = Transformation::new();
        for step in steps {
            transformation.then(&step);
        }
        if let Some(problem) = transformation.problem() {
            return Err(problem.clone().into());
        }
        let readable = transformation.to_string();
        let mut encoded = String::new();
        transformation.buffer().encode_into(&mut encoded);
        Ok(Self {
            transformation,
            readable,
            encoded,
        })
    }

    pub(crate) fn transformation(&self) -> &Transformation {
        &self.transformation
    }
}

/// The steps of a URL.
#[derive(Clone, Debug)]
pub(super) enum Steps<'a> {
    Built(Transformation),
    Preset(&'a Preset),
    /// The client's steps, which other steps replace.
    Default(&'a Preset),
}

impl Steps<'_> {
    pub(super) fn transformation(&self) -> &Transformation {
        match self {
            Self::Built(transformation) => transformation,
            Self::Preset(preset) | Self::Default(preset) => preset.transformation(),
        }
    }

    pub(super) fn add(&mut self, steps: &Transformation) {
        match self {
            Self::Built(transformation) => transformation.then(steps),
            Self::Preset(preset) | Self::Default(preset) => {
                let mut transformation = preset.transformation.clone();
                transformation.then(steps);
                *self = Self::Built(transformation);
            }
        }
    }

    pub(super) fn write(&self, url: &mut String, style: UrlStyle) {
        match (self, style) {
            (Self::Built(transformation), UrlStyle::Readable) => {
                transformation.buffer().escape_into(url)
            }
            (Self::Built(transformation), UrlStyle::Encoded) => {
                transformation.buffer().encode_into(url)
            }
            (Self::Preset(preset) | Self::Default(preset), UrlStyle::Readable) => {
                url.push_str(&preset.readable)
            }
            (Self::Preset(preset) | Self::Default(preset), UrlStyle::Encoded) => {
                url.push_str(&preset.encoded)
            }
        }
    }
}

//! Work that is done once for many URLs.

use std::fmt;
use std::time::SystemTime;

use super::UrlStyle;
use super::signing::{Ending, Expiry};
use super::transformation::Transformation;
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::sign::Signer;

/// A chain of steps that was checked and written once. In every further URL it costs a copy.
///
/// ```
/// use imagekitio::url::Preset;
/// use imagekitio::{ImageKit, Transformation};
///
/// let thumbnail = Preset::new([Transformation::new().width(200).height(200), Transformation::new().grayscale()])?;
/// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
/// for name in ["a.jpg", "b.jpg"] {
///     let url = ik.url(name).preset(&thumbnail).build()?;
///     assert_eq!(url, format!("https://ik.imagekit.io/demo/tr:w-200,h-200:e-grayscale/{name}"));
/// }
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    chain: Transformation,
    /// As it stands in a path, and in a query of the readable style.
    readable: String,
    /// As it stands in a query of the encoded style.
    encoded: String,
}

impl Preset {
    /// Checks the steps and writes them.
    ///
    /// # Errors
    /// `InvalidInput` for the first value that was refused, with its option, the value and what is allowed.
    pub fn new(steps: impl IntoIterator<Item = Transformation>) -> Result<Self, Error> {
        let mut chain = Transformation::new();
        for step in steps {
            chain.then(&step);
        }
        if let Some(problem) = chain.problem() {
            return Err(problem.clone().into());
        }
        let readable = chain.to_string();
        let mut encoded = String::new();
        chain.text().encode_into(&mut encoded);
        Ok(Self {
            chain,
            readable,
            encoded,
        })
    }

    pub(crate) fn chain(&self) -> &Transformation {
        &self.chain
    }
}

/// The steps of a URL.
#[derive(Clone, Debug)]
pub(super) enum Steps<'a> {
    Own(Transformation),
    Preset(&'a Preset),
    /// Those of the client, which give way to others.
    Default(&'a Preset),
}

impl Steps<'_> {
    pub(super) fn chain(&self) -> &Transformation {
        match self {
            Self::Own(chain) => chain,
            Self::Preset(preset) | Self::Default(preset) => preset.chain(),
        }
    }

    pub(super) fn add(&mut self, steps: &Transformation) {
        match self {
            Self::Own(chain) => chain.then(steps),
            Self::Preset(preset) | Self::Default(preset) => {
                let mut chain = preset.chain.clone();
                chain.then(steps);
                *self = Self::Own(chain);
            }
        }
    }

    pub(super) fn write(&self, url: &mut String, style: UrlStyle) {
        match (self, style) {
            (Self::Own(chain), UrlStyle::Readable) => chain.text().escape_into(url),
            (Self::Own(chain), UrlStyle::Encoded) => chain.text().encode_into(url),
            (Self::Preset(preset) | Self::Default(preset), UrlStyle::Readable) => {
                url.push_str(&preset.readable)
            }
            (Self::Preset(preset) | Self::Default(preset), UrlStyle::Encoded) => {
                url.push_str(&preset.encoded)
            }
        }
    }
}

/// A URL that was checked and written once, up to its expiry. Made by
/// [`UrlBuilder::prepare`](crate::url::UrlBuilder::prepare).
///
/// Nothing can fail any more, so it can be printed in templates. If it expires after a while, every printing counts
/// from the clock anew.
///
/// ```
/// use imagekitio::{ImageKit, Transformation};
///
/// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
/// let logo = ik.url("/logo.png").transform(Transformation::new().height(40)).prepare()?;
/// assert_eq!(format!("<img src=\"{logo}\">"), "<img src=\"https://ik.imagekit.io/demo/tr:h-40/logo.png\">");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PreparedUrl {
    pub(super) url: RedactedUrl<String>,
    pub(super) signer: Option<Signer>,
    pub(super) expiry: Option<Expiry>,
    pub(super) signed_from: usize,
    pub(super) separator: char,
    pub(super) fragment: Option<String>,
}

/// The earliest expiry of ten digits (2001).
const LONG_PAST: u64 = 1_000_000_000;

/// Room for expiry, signature and their names.
const SIGNATURE_ROOM: usize = "?ik-t=1234567890&ik-s=".len() + crate::sign::SIGNATURE_LENGTH;

impl PreparedUrl {
    /// Appends the URL. It allocates nothing where `out` has room.
    pub fn write_to(&self, out: &mut String) {
        self.write(out, platform::now);
    }

    /// Appends the URL as of `now`, which counts if it expires after a while. With a time before 1970, or one from which
    /// the lifetime ends after 2286, the URL is an expired one.
    pub fn write_to_at(&self, out: &mut String, now: SystemTime) {
        self.write(out, || Ok(now));
    }

    fn write(&self, out: &mut String, now: impl FnOnce() -> Result<SystemTime, Problem>) {
        let start = out.len();
        out.push_str(&self.url.0);
        let ending = Ending {
            signer: self.signer.as_ref(),
            expiry: self.expiry,
            signed_from: start + self.signed_from,
            separator: self.separator,
            fragment: self.fragment.as_deref().map(Into::into),
        };
        // `prepare` has checked the clock and the lifetime. Should the time be out of range since, the URL is expired.
        let expiry = ending.expiry(now).unwrap_or(LONG_PAST);
        ending.write(out, expiry);
    }

    /// The URL.
    pub fn build(&self) -> String {
        let mut url = String::with_capacity(self.url.0.len() + SIGNATURE_ROOM);
        self.write_to(&mut url);
        url
    }
}

impl fmt::Display for PreparedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.build())
    }
}

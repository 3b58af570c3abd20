//! Precomputed URLs.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use super::expiry::UrlExpiry;
use super::signed_tail::SignedTail;
use crate::platform;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::sign::{SIGNATURE_LENGTH, Signer};

/// A precomputed URL, returned by [`UrlBuilder::prepare`](crate::url::UrlBuilder::prepare).
///
/// It implements [`Display`](fmt::Display) and can't fail, so templates can use it directly. A
/// lifetime starts each time the URL is written.
///
/// # Examples
///
/// ```
/// use imagekitio::{ImageKit, Transformation};
///
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// let logo = ik
///     .url("/logo.png")
///     .transform(Transformation::new().height(40))
///     .prepare()?;
/// assert_eq!(
///     format!("<img src=\"{logo}\">"),
///     "<img src=\"https://ik.imagekit.io/demo/tr:h-40/logo.png\">"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PreparedUrl {
    url: RedactedUrl<String>,
    signer: Option<Signer>,
    expiry: Option<UrlExpiry>,
    signed_from: usize,
    separator: char,
    fragment: Option<String>,
}

/// The earliest expiry of ten digits (2001), in seconds since 1970.
const LONG_PAST: u64 = 1_000_000_000;

/// The capacity for expiry, signature and their names.
const SIGNATURE_ROOM: usize = "?ik-t=1234567890&ik-s=".len() + SIGNATURE_LENGTH;

impl PreparedUrl {
    pub(super) fn new(url: String, tail: SignedTail<'_>) -> Self {
        Self {
            url: RedactedUrl(url),
            signer: tail.signer.cloned(),
            expiry: tail.expiry,
            signed_from: tail.signed_from,
            separator: tail.separator,
            fragment: tail.fragment.map(Cow::into_owned),
        }
    }

    /// Appends the URL to a string. Allocates nothing if `out` has the capacity.
    pub fn write_to(&self, out: &mut String) {
        self.write(out, platform::now);
    }

    /// Appends the URL to a string, with a lifetime that starts at `now`.
    ///
    /// The URL is expired if `now` is before 1970, or if the lifetime ends after 2286.
    pub fn write_to_at(&self, out: &mut String, now: SystemTime) {
        self.write(out, || Ok(now));
    }

    fn write(&self, out: &mut String, now: impl FnOnce() -> Result<SystemTime, Problem>) {
        let start = out.len();
        out.push_str(&self.url.0);
        let tail = SignedTail {
            signer: self.signer.as_ref(),
            expiry: self.expiry,
            signed_from: start + self.signed_from,
            separator: self.separator,
            fragment: self.fragment.as_deref().map(Into::into),
        };
        // `prepare` has checked the clock and the lifetime. If the time is out of range now, the
        // URL is expired.
        let expiry = tail.expiry(now).unwrap_or(LONG_PAST);
        tail.write(out, expiry);
    }

    /// Builds the URL.
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

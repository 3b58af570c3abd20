//! Files at their delivery URLs: downloads, and waiting until ImageKit has prepared a file.
//!
//! [`ImageKit::delivery`] returns a [`Delivery`] with these operations:
//!
//! | for | use |
//! |---|---|
//! | a download, as a stream or as bytes | [`Delivery::fetch`] |
//! | waiting for a video, or for the result of an AI transformation | [`Delivery::wait_until_ready`] |
//!
//! ```no_run
//! # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
//! use imagekitio::Transformation;
//!
//! let transformation = Transformation::new().ai_remove_background();
//! let url = ik.url("/shoe.jpg").transform(transformation).build()?;
//! ik.delivery().wait_until_ready(&url).await?;
//! let image = ik.delivery().fetch(&url).await?.bytes().await?;
//! println!("{} bytes", image.len());
//! # Ok(())
//! # }
//! ```
//!
//! Requests go to the host of the URL. They carry neither the private key nor the headers of
//! [`ImageKitBuilder::header`](crate::ImageKitBuilder::header). Redirects are not followed. Errors
//! and logs don't show the query of a URL, which may contain a signature.

mod download;
mod target;
mod wait;

use std::time::Duration;

pub use download::{Download, Fetch};
pub use wait::WaitUntilReady;

use crate::ImageKit;
use crate::client::Http;
use crate::secret::RedactedUrl;
use target::Target;

/// Delivery; feature `client`.
impl ImageKit {
    /// Returns operations on files at their delivery URLs: downloads, and waiting until ImageKit
    /// has prepared a file.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let image = ik.delivery().fetch("https://ik.imagekit.io/demo/shoe.jpg").await?.bytes().await?;
    /// println!("{} bytes", image.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn delivery(&self) -> Delivery {
        Delivery {
            http: self.http().clone(),
        }
    }
}

/// Operations on files at their delivery URLs. See the [module](self).
#[derive(Clone, Debug)]
pub struct Delivery {
    http: Http,
}

impl Delivery {
    /// Waits until ImageKit has prepared the file at a URL, such as a video or the result of an AI
    /// transformation.
    ///
    /// Polls the URL, which also starts the preparation. The file itself is not received. It is
    /// still being prepared if the server answers 202, sends the header
    /// `is-intermediate-response: true`, or redirects to the original. See [AI
    /// transformations](https://imagekit.io/docs/ai-transformations) and [video
    /// transformation](https://imagekit.io/docs/video-transformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything but an absolute `http` or
    ///   `https` URL.
    /// - [`Timeout`](crate::ErrorKind::Timeout), with the last response, if the file isn't ready in
    ///   time.
    /// - [`Redirect`](crate::ErrorKind::Redirect) for another redirect.
    /// - [`BadRequest`](crate::ErrorKind::BadRequest) for a success or a redirect with the header
    ///   `ik-error`, which is the [`reason`](crate::Error::reason). A failure with this header is
    ///   not retried.
    /// - Those of the status, which are retried according to the
    ///   [`RetryPolicy`](crate::RetryPolicy).
    pub fn wait_until_ready(&self, url: impl AsRef<str>) -> WaitUntilReady {
        WaitUntilReady {
            target: self.target(url.as_ref()),
            interval: Duration::from_secs(1),
            total_timeout: Duration::from_secs(600),
        }
    }

    /// Downloads the file at a URL.
    ///
    /// Failures are retried according to the [`RetryPolicy`](crate::RetryPolicy). A download that
    /// breaks off is resumed where it stopped if the server has sent a strong `ETag` and
    /// `Accept-Ranges: bytes`. The policy counts retries and resumptions together.
    ///
    /// # Errors
    ///
    /// Those of [`wait_until_ready`](Self::wait_until_ready), and
    /// [`NotReady`](crate::ErrorKind::NotReady) while ImageKit is preparing the file. The stream
    /// fails with [`Connection`](crate::ErrorKind::Connection) or
    /// [`Timeout`](crate::ErrorKind::Timeout) if it breaks off and can't be resumed, and with
    /// [`Decode`](crate::ErrorKind::Decode) if the file changes meanwhile or is longer than
    /// [`max_size`](Fetch::max_size).
    pub fn fetch(&self, url: impl AsRef<str>) -> Fetch {
        Fetch {
            target: self.target(url.as_ref()),
            max_size: u64::MAX,
        }
    }

    fn target(&self, url: &str) -> Target {
        Target {
            options: self.http.options_for_others(),
            http: self.http.clone(),
            url: RedactedUrl(url.to_owned()),
        }
    }
}

//! Uploads from browsers and apps that don't know the private key.
//!
//! A server signs what a browser or an app needs for one upload. The private key stays on the
//! server. There are two forms, one for each version of the upload API:
//!
//! | | version 1 | version 2 (beta) |
//! |---|---|---|
//! | made by | [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters) | [`ImageKit::upload_token`](crate::ImageKit::upload_token) |
//! | result | [`AuthenticationParameters`] | [`UploadToken`] |
//! | signs | a token and its expiry | every form field except the file |
//! | valid for | one upload, 1 to 3599 seconds | one upload, 1 to 3600 seconds |
//! | needs | the private key | the private key and the public key |
//! | in Rust | `UploadRequest::authentication` | `UploadRequest::signed` |
//!
//! Whoever has [`AuthenticationParameters`] chooses all fields of the upload, such as its folder.
//! An [`UploadToken`] fixes them.
//!
//! ```
//! use imagekitio::ImageKit;
//! use imagekitio::client_auth::Check;
//!
//! let ik = ImageKit::builder()
//!     .private_key("private_key_test")
//!     .public_key("public_key_test")
//!     .build()?;
//! let parameters = ik.authentication_parameters().build()?;
//! println!("version 1: {}", serde_json::to_string(&parameters).unwrap_or_default());
//!
//! let token = ik
//!     .upload_token("shoe.jpg")
//!     .folder("/products")
//!     .checks(Check::file_size().at_most("5mb"))
//!     .build()?;
//! println!("version 2: {}", serde_json::to_string(&token).unwrap_or_default());
//! # Ok::<(), imagekitio::Error>(())
//! ```
//!
//! Nothing in this module sends a request. See ImageKit's documentation of
//! [client-side uploads](https://imagekit.io/docs/api-reference/upload-file/upload-file#how-to-implement-client-side-file-upload)
//! and of [version 2](https://imagekit.io/docs/api-reference/upload-file/upload-file-v2).

mod check;
mod expiry;
pub(crate) mod fields;
mod parameters;
pub(crate) mod token;

pub use check::{Check, CheckField};
pub use parameters::{
    AuthenticationBuilder, AuthenticationParameters, authentication_parameters_at,
};
pub use token::{UploadToken, UploadTokenBuilder};

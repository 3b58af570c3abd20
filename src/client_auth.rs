//! Uploads from browsers and apps that don't know the private key: signed parameters and upload tokens.

mod check;
pub(crate) mod fields;
mod parameters;
pub(crate) mod token;

pub use check::{Check, CheckField};
pub use parameters::{
    AuthenticationBuilder, AuthenticationParameters, authentication_parameters_at,
};
pub use token::{UploadToken, UploadTokenBuilder};

//! Responsive images and their HTML.

mod picture;
mod responsive;

pub use picture::Picture;
pub use responsive::{Responsive, ResponsiveImage};

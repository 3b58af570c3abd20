//! Perceptual hashes: similarity of images, and near duplicates among many.
//!
//! ImageKit computes the perceptual hash of an image, `pHash` in the metadata of a file ([API
//! reference](https://imagekit.io/docs/api-reference/file-metadata/get-uploaded-file-metadata)).
//! `Metadata::perceptual_hash` parses it. Images that look alike have hashes that differ in few
//! bits. This module sends no requests.
//!
//! ```
//! use imagekitio::phash::{PHash, near_duplicates};
//!
//! let hashes = ["2d5ad3936d2e015b", "f06830ca9f1e3e90", "2d5ad3936d2e0159"]
//!     .map(|digits| digits.parse::<PHash>().unwrap());
//! assert_eq!(hashes[0].distance(&hashes[2])?, 1);
//! assert_eq!(near_duplicates(&hashes, 8), [[0, 2]]);
//! # Ok::<(), imagekitio::Error>(())
//! ```

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

mod group;

pub use group::near_duplicates;

/// A perceptual hash: 1 to 16 hexadecimal digits. The hashes of ImageKit have 16 digits, which are
/// 64 bits.
///
/// Hashes are equal if their digits are equal, regardless of case. They are ordered by length, then
/// by value.
///
/// ```
/// use imagekitio::phash::PHash;
///
/// let one: PHash = "2d5ad3936d2e015b".parse()?;
/// let other: PHash = "2D6ED293DB36A4FB".parse()?;
/// assert_eq!(one.distance(&other)?, 17);
/// assert_eq!(one.similarity(&other)?, 47.0 / 64.0);
/// assert_eq!(other.to_string(), "2d6ed293db36a4fb");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PHash {
    digits: u8,
    bits: u64,
}

impl PHash {
    const MAX_DIGITS: usize = 16;

    /// Returns the number of bits in which the hashes differ: 0 for images that look the same, and
    /// 32 on average for 64-bit hashes of unrelated images.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the hashes differ in length.
    pub fn distance(&self, other: &Self) -> Result<u32, Error> {
        if self.digits != other.digits {
            return Err(unequal("other", self.digits.into(), other.digits.into()));
        }
        Ok((self.bits ^ other.bits).count_ones())
    }

    /// Returns the share of bits in which the hashes agree: 1 for images that look the same, and
    /// 0.5 on average for unrelated images.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the hashes differ in length.
    pub fn similarity(&self, other: &Self) -> Result<f64, Error> {
        let distance = self.distance(other)?;
        Ok(1.0 - f64::from(distance) / f64::from(self.width()))
    }

    /// Returns the length in bits.
    fn width(&self) -> u32 {
        u32::from(self.digits) * 4
    }
}

impl FromStr for PHash {
    type Err = Error;

    /// Parses hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty string, for a character that
    /// is not a hexadecimal digit, and for more than 16 digits.
    fn from_str(digits: &str) -> Result<Self, Error> {
        let too_long = || {
            let message = format!(
                "has {} digits; at most {} are allowed, and `phash_distance` compares longer hashes",
                digits.len(),
                Self::MAX_DIGITS
            );
            Error::invalid_input("phash", message)
        };
        checked("phash", digits)?;
        if digits.len() > Self::MAX_DIGITS {
            return Err(too_long());
        }
        Ok(Self {
            bits: u64::from_str_radix(digits, 16).map_err(|_| too_long())?,
            digits: u8::try_from(digits.len()).map_err(|_| too_long())?,
        })
    }
}

/// Writes as many digits as were parsed, in lower case.
impl fmt::Display for PHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$x}", self.bits, width = self.digits.into())
    }
}

impl fmt::Debug for PHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PHash({self})")
    }
}

/// Returns the number of bits in which two perceptual hashes differ. The hashes are strings of any
/// length.
///
/// ```
/// assert_eq!(imagekitio::phash::phash_distance("a4a65595ac94518b", "7838873e791f8400")?, 37);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a hash is empty or has a character that is
/// not a hexadecimal digit, or if the hashes differ in length. The error names the argument,
/// `first` or `second`.
pub fn phash_distance(first: &str, second: &str) -> Result<u32, Error> {
    checked("first", first)?;
    checked("second", second)?;
    if first.len() != second.len() {
        return Err(unequal("second", first.len(), second.len()));
    }
    let bits = |a: char, b: char| Some((a.to_digit(16)? ^ b.to_digit(16)?).count_ones());
    Ok(first
        .chars()
        .zip(second.chars())
        .filter_map(|(a, b)| bits(a, b))
        .sum())
}

fn checked(argument: &'static str, digits: &str) -> Result<(), Error> {
    if digits.is_empty() {
        return Err(Error::invalid_input(
            argument,
            "the pHash is missing; pass the hexadecimal digits from the file's metadata",
        ));
    }
    match digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        Some(other) => Err(Error::invalid_input(
            argument,
            format!("{other:?} is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F"),
        )),
        None => Ok(()),
    }
}

fn unequal(argument: &'static str, first: usize, second: usize) -> Error {
    Error::invalid_input(
        argument,
        format!(
            "the hashes have {first} and {second} digits; only hashes of equal length can be compared"
        ),
    )
}

//! Distance of two perceptual hashes.

use std::str::FromStr;

use crate::error::Error;

/// A perceptual hash (pHash) as ImageKit reports it in a file's metadata: hexadecimal digits of any length and case.
///
/// Images that look alike have hashes that differ in few bits. See "Using pHash to find similar or duplicate images"
/// in the ImageKit documentation.
///
/// ```
/// use imagekitio::PHash;
///
/// let one: PHash = "2d5ad3936d2e015b".parse()?;
/// let other: PHash = "2d6ed293db36a4fb".parse()?;
/// assert_eq!(one.distance(&other)?, 17);
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PHash(String);

impl PHash {
    /// Number of bits in which the hashes differ: 0 for images that look the same.
    ///
    /// # Errors
    /// `InvalidInput` when the hashes are not of equal length.
    pub fn distance(&self, other: &Self) -> Result<u32, Error> {
        distance("other", &self.0, &other.0)
    }

    /// The digits as they were given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PHash {
    type Err = Error;

    /// Reads the digits.
    ///
    /// # Errors
    /// `InvalidInput` for an empty text and for anything but hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Error> {
        checked("phash", text).map(|digits| Self(digits.to_owned()))
    }
}

/// Number of bits in which two perceptual hashes differ, for hashes that are at hand as text.
///
/// ```
/// assert_eq!(imagekitio::phash_distance("a4a65595ac94518b", "7838873e791f8400")?, 37);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput` when one is missing (empty), holds anything but hexadecimal digits, or is longer than the other. The
/// error names the argument, `first` or `second`.
pub fn phash_distance(first: &str, second: &str) -> Result<u32, Error> {
    distance(
        "second",
        checked("first", first)?,
        checked("second", second)?,
    )
}

fn checked<'a>(argument: &'static str, digits: &'a str) -> Result<&'a str, Error> {
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
        None => Ok(digits),
    }
}

/// `argument` is what the caller calls the second one.
fn distance(argument: &'static str, first: &str, second: &str) -> Result<u32, Error> {
    if first.len() != second.len() {
        return Err(Error::invalid_input(
            argument,
            format!(
                "the hashes have {} and {} digits; only hashes of equal length can be compared",
                first.len(),
                second.len()
            ),
        ));
    }
    let bits = |a: char, b: char| Some((a.to_digit(16)? ^ b.to_digit(16)?).count_ones());
    Ok(first
        .chars()
        .zip(second.chars())
        .filter_map(|(a, b)| bits(a, b))
        .sum())
}

//! What the pixels of a picture say: its perceptual hash, and whether it is transparent.

use std::f64::consts::PI;
use std::io::Cursor;
use std::panic;

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits, Luma};

/// The most pixels of a picture that is decoded.
const MAX_PIXELS: u64 = 25_000_000;

/// The most bytes that decoding may take.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// The side of the small picture that is hashed.
const SIDE: u32 = 32;

/// The side of the square of low frequencies that become the bits of the hash.
const FREQUENCIES: usize = 8;

/// What is known of a picture that could be decoded.
pub(super) struct Pixels {
    pub(super) has_color_profile: bool,
    pub(super) has_transparency: bool,
    /// 64 bits as 16 lower-case hexadecimal digits.
    pub(super) hash: String,
}

/// Decodes a PNG, JPEG, GIF, WebP or BMP. `None` for everything else, for what is damaged, and for
/// what is too large.
pub(super) fn read(bytes: &[u8]) -> Option<Pixels> {
    // Anyone may have made the bytes, and a decoder may have bugs.
    panic::catch_unwind(|| decode(bytes)).ok()?
}

fn decode(bytes: &[u8]) -> Option<Pixels> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let has_color_profile = decoder.icc_profile().is_ok_and(|profile| profile.is_some());
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let (gray, has_transparency) = on_white(&picture);
    Some(Pixels {
        has_color_profile,
        has_transparency,
        hash: format!("{:016x}", hash(&gray)),
    })
}

/// The picture in gray on a white background, and whether any of that shines through.
fn on_white(picture: &DynamicImage) -> (GrayImage, bool) {
    if !picture.color().has_alpha() {
        return (picture.to_luma8(), false);
    }
    let mut has_transparency = false;
    let pixels = picture.to_luma_alpha8();
    let gray = GrayImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [gray, alpha] = pixels.get_pixel(x, y).0.map(u16::from);
        has_transparency |= alpha < 255;
        let mixed = (gray * alpha + 255 * (255 - alpha)) / 255;
        Luma([u8::try_from(mixed).unwrap_or(u8::MAX)])
    });
    (gray, has_transparency)
}

/// The signs of the lowest frequencies of the discrete cosine transform (DCT-II) of a small copy,
/// compared with their median: rows from the top, the highest bit first. The constant part is in it
/// as a bit that is set, except for black pictures.
fn hash(gray: &GrayImage) -> u64 {
    let small = imageops::resize(gray, SIDE, SIDE, FilterType::Triangle);
    let side = SIDE as usize;
    let wave = |frequency: usize, place: usize| {
        (PI * frequency as f64 * (2 * place + 1) as f64 / (2 * side) as f64).cos()
    };
    let mut strengths = [0.0; FREQUENCIES * FREQUENCIES];
    for (index, strength) in strengths.iter_mut().enumerate() {
        let (down, across) = (index / FREQUENCIES, index % FREQUENCIES);
        let sum: f64 = small
            .enumerate_pixels()
            .map(|(x, y, Luma([gray]))| {
                f64::from(*gray) * wave(across, x as usize) * wave(down, y as usize)
            })
            .sum();
        // Smaller differences are errors of the arithmetic.
        *strength = sum.round();
    }
    // The constant part says how bright the picture is, and would move the median.
    let mut sorted = strengths;
    sorted[1..].sort_unstable_by(f64::total_cmp);
    let median = sorted[FREQUENCIES * FREQUENCIES / 2];
    strengths.iter().fold(0, |bits, strength| {
        bits << 1 | u64::from(*strength > median)
    })
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    /// Soft spots, as in a photo. Other seeds have other spots.
    fn spots(width: u32, height: u32, seed: u32) -> RgbaImage {
        let mut random = seed;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        };
        let spots = RgbaImage::from_fn(9, 7, |_, _| Rgba([next(), next(), next(), 255]));
        imageops::resize(&spots, width, height, FilterType::CatmullRom)
    }

    fn encoded(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::from(picture.clone());
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::from(picture.to_rgb8()),
            _ => picture,
        };
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn hash_of(bytes: &[u8]) -> u64 {
        u64::from_str_radix(&read(bytes).unwrap().hash, 16).unwrap()
    }

    #[test]
    fn what_looks_alike_has_close_hashes() {
        let original = hash_of(&encoded(&spots(300, 200, 1), ImageFormat::Png));
        for (format, width, height) in [
            (ImageFormat::Jpeg, 300, 200),
            (ImageFormat::Bmp, 150, 100),
            (ImageFormat::WebP, 600, 400),
            (ImageFormat::Png, 75, 90),
        ] {
            let copy = hash_of(&encoded(&spots(width, height, 1), format));
            let distance = (copy ^ original).count_ones();
            assert!(distance <= 6, "{format:?}: {distance}");
        }
        let other = hash_of(&encoded(&spots(300, 200, 2), ImageFormat::Png));
        let distance = (other ^ original).count_ones();
        assert!(distance >= 16, "{distance}");
    }

    #[test]
    fn transparency_is_that_of_pixels() {
        let mut picture = spots(40, 30, 1);
        assert!(
            !read(&encoded(&picture, ImageFormat::Png))
                .unwrap()
                .has_transparency
        );
        picture.put_pixel(20, 20, Rgba([0, 0, 0, 254]));
        assert!(
            read(&encoded(&picture, ImageFormat::Png))
                .unwrap()
                .has_transparency
        );
    }

    #[test]
    fn plain_pictures_have_a_hash_too() {
        for (side, gray) in [(1, 9), (1, 255), (33, 128), (500, 77)] {
            let picture = RgbaImage::from_pixel(side, side, Rgba([gray, gray, gray, 255]));
            let hash = read(&encoded(&picture, ImageFormat::Png)).unwrap().hash;
            assert_eq!(hash, "8000000000000000", "{side} {gray}");
        }
    }

    #[test]
    fn damaged_and_huge_pictures_have_none() {
        // A few bytes that announce 65,535 by 65,535 pixels.
        let mut huge = encoded(&spots(8, 8, 1), ImageFormat::Bmp);
        huge[18..26].copy_from_slice(&[0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0]);
        assert!(read(&huge).is_none());
        let formats = [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ];
        for format in formats {
            let whole = encoded(&spots(31, 17, 1), format);
            for length in 0..whole.len().min(200) {
                let _ = read(&whole[..length]);
            }
            let mut random = 1u32;
            for _ in 0..200 {
                let mut damaged = whole.clone();
                for _ in 0..4 {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let at = random as usize % damaged.len();
                    damaged[at] = (random >> 24) as u8;
                }
                let _ = read(&damaged);
            }
        }
    }
}

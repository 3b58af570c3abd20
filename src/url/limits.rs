//! Ranges that the ImageKit documentation states for parameters.

use super::number::Limits;

pub(super) const SIZE: Limits = Limits::NOT_NEGATIVE;
pub(super) const ASPECT_RATIO: Limits = Limits::POSITIVE;
pub(super) const ZOOM: Limits = Limits::POSITIVE;
pub(super) const DPR: Limits = Limits::new(0.1, 5.0);
pub(super) const QUALITY: Limits = Limits::new(1.0, 100.0);
pub(super) const DENSITY: Limits = Limits::new(1.0, 1200.0);
pub(super) const BLUR: Limits = Limits::new(1.0, 100.0);
pub(super) const PERCENT: Limits = Limits::new(0.0, 100.0);
pub(super) const OPACITY: Limits = PERCENT;
pub(super) const TRIM: Limits = Limits::new(1.0, 99.0);
pub(super) const ALPHA: Limits = Limits::new(1.0, 9.0);
